/**
 * What orders do to the store's promises: a gift card that was sold comes to be, one that pays loses as much, store credit that
 * pays is spent, and what is refunded to either is there again.
 */
import type { OrderBook, TransactionBook } from '../book.ts';
import { currentUnits } from '../book-figures.ts';
import type { GiftCards } from './gift-cards.ts';
import type { CreditOwner, StoreCredit } from './store-credit.ts';

export interface Promises {
  giftCards: GiftCards;
  storeCredit: StoreCredit;
}

/** The gateway of store credit, in the vendor's words. */
export const STORE_CREDIT = 'shopify_store_credit';
const GIFT_CARD = 'gift_card';

/** Notes what an order has moved since the last look. */
export function followPromises(promises: Promises, order: OrderBook): void {
  if (order.test) return;
  issueSold(promises, order);
  for (const transaction of order.transactions) {
    const { kind, status, gateway, kept } = transaction;
    if (kept || status !== 'success' || kind === 'authorization' || kind === 'void') continue;
    if (gateway === GIFT_CARD) moveCard(promises, order, transaction);
    else if (gateway === STORE_CREDIT) moveCredit(promises, order, transaction);
    else continue;
    transaction.kept = true;
  }
}

/** Each unit that was paid is a card. */
function issueSold({ giftCards }: Promises, order: OrderBook): void {
  if (order.cardsIssued || order.money !== 'paid') return;
  const sold = order.lines.filter(({ giftCard }) => giftCard);
  for (const line of sold)
    for (let unit = 0; unit < currentUnits(line); unit += 1)
      giftCards.issue({
        currency: order.currency,
        initial: line.unitPrice.shop,
        customerId: order.customerId,
        sold: { orderId: order.id, lineId: line.id },
      });
  if (sold.length > 0) order.cardsIssued = true;
}

function moveCard({ giftCards }: Promises, order: OrderBook, transaction: TransactionBook): void {
  const { kind, amount, parentId } = transaction;
  const note = `#${order.number}`;
  if (kind === 'refund') {
    const paidBy = order.transactions.find(({ id }) => id === parentId)?.giftCardId;
    const card = giftCards.get(paidBy ?? '');
    if (card) giftCards.move(card, amount.shop, note);
    return;
  }
  const { currency, customerId } = order;
  const own = customerId === null ? undefined : giftCards.payingFor(customerId, amount.shop);
  // A card that nobody has told of was issued before.
  const card = own ?? giftCards.issue({ currency, initial: amount.shop, customerId });
  giftCards.move(card, -amount.shop, note);
  transaction.giftCardId = card.id;
}

function moveCredit({ storeCredit }: Promises, order: OrderBook, transaction: TransactionBook): void {
  const owner = ownerOf(order);
  if (!owner) return;
  const { kind, amount, id: transactionId, creditExpiresAtMs } = transaction;
  const account = storeCredit.open(owner, order.currency);
  const origin = { orderId: order.id, transactionId };
  if (kind === 'refund') {
    const event = order.cancelledAtMs === null ? 'ORDER_REFUND' : 'ORDER_CANCELLATION';
    storeCredit.credit(account, amount.shop, { event, origin, expiresAtMs: creditExpiresAtMs ?? null });
    return;
  }
  // What nobody has told of was given before.
  const missing = amount.shop - account.balance;
  if (missing > 0n) storeCredit.credit(account, missing, { event: 'ADJUSTMENT' });
  storeCredit.debit(account, amount.shop, { event: 'ORDER_PAYMENT', origin });
}

function ownerOf({ company, customerId }: OrderBook): CreditOwner | null {
  if (company) return { type: 'CompanyLocation', id: company.locationId };
  return customerId === null ? null : { type: 'Customer', id: customerId };
}
