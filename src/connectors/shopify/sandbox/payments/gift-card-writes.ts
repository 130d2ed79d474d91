/** What apps do with gift cards: find, issue, change, deactivate, put money on them and take it off. */
import { toMinor } from '../../../../sandbox/kit/money.ts';
import type { Customers } from '../customers/customers.ts';
import { moneyV2, utc } from '../format.ts';
import { connection, type PageArgs, reversible } from '../graphql/connection.ts';
import { type Fields, filterOf, type ListArgs, listed } from '../graphql/filters.ts';
import { fromRoot } from '../graphql/from-root.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid, idIn } from '../ids.ts';
import type { GiftCardBook, GiftCardMove, GiftCardRecipient, GiftCards } from './gift-cards.ts';

export interface GiftCardWritesHost {
  giftCards: GiftCards;
  customers: Customers;
  currency: string;
  now(): number;
}

interface Money {
  amount: string;
  currencyCode: string;
}

interface CardInput {
  code?: string | null;
  initialAmount?: Money | null;
  initialValue?: string | null;
  customerId?: string | null;
  expiresOn?: string | null;
  note?: string | null;
  templateSuffix?: string | null;
  recipientAttributes?: RecipientInput | null;
  [other: string]: unknown;
}

interface RecipientInput {
  id: string;
  preferredName?: string | null;
  message?: string | null;
  sendNotificationAt?: string | null;
}

interface MoveInput {
  creditAmount?: Money;
  debitAmount?: Money;
  note?: string | null;
  processedAt?: string | null;
}

interface CardError {
  field: string[];
  message: string;
  /** Of the mutation's own enumeration of codes. */
  code: string | null;
}

type Node = Record<string, unknown>;

const WRITTEN: ReadonlySet<string> = new Set([
  'code',
  'initialAmount',
  'initialValue',
  'customerId',
  'expiresOn',
  'note',
  'templateSuffix',
  'recipientAttributes',
]);
const [LEAST_CODE_CHARS, MOST_CODE_CHARS] = [8, 20];
const NOT_FOUND = 'The gift card could not be found.';
const DEACTIVATED = 'The gift card is deactivated.';

export class GiftCardWrites {
  readonly #host: GiftCardWritesHost;

  constructor(host: GiftCardWritesHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    const { giftCards, now } = this.#host;
    return {
      giftCard: ({ id }: { id: string }) => this.byId(id),
      giftCards: reversible((args: ListArgs) =>
        listed(giftCards.all(), args, { fields: FIELDS, sorts: SORTS }, (each) => this.#node(each)),
      ),
      giftCardsCount: ({ query, limit }: { query?: string | null; limit?: number | null }) => {
        const count = giftCards.all().filter(filterOf(query, FIELDS)).length;
        const most = limit ?? count;
        return { count: Math.min(count, most), precision: count > most ? 'AT_LEAST' : 'EXACT' };
      },
      giftCardCreate: ({ input }: { input: CardInput }) => this.#create(input),
      giftCardUpdate: (args: { id: string; input: CardInput }) => this.#update(args.id, args.input),
      giftCardDeactivate: ({ id }: { id: string }) => {
        const card = this.#find(id);
        if (!card) return { giftCard: null, userErrors: [error('GIFT_CARD_NOT_FOUND', ['id'], NOT_FOUND)] };
        card.deactivatedAtMs ??= now();
        card.updatedAtMs = now();
        return { giftCard: this.#node(card), userErrors: [] };
      },
      giftCardCredit: (args: { id: string; creditInput: MoveInput }) => {
        const done = this.#move(args.id, 'creditInput', args.creditInput);
        return 'code' in done
          ? { giftCardCreditTransaction: null, userErrors: [done] }
          : { giftCardCreditTransaction: done.node, userErrors: [] };
      },
      giftCardDebit: (args: { id: string; debitInput: MoveInput }) => {
        const done = this.#move(args.id, 'debitInput', args.debitInput);
        return 'code' in done
          ? { giftCardDebitTransaction: null, userErrors: [done] }
          : { giftCardDebitTransaction: done.node, userErrors: [] };
      },
    };
  }

  byId(id: string): unknown {
    const card = this.#find(id);
    return card ? this.#node(card) : null;
  }

  #find(id: string): GiftCardBook | undefined {
    return this.#host.giftCards.get(idIn('GiftCard', id) ?? '');
  }

  #create(input: CardInput): unknown {
    onlyKnown('giftCardCreate', input);
    const { giftCards, currency } = this.#host;
    const refused = (code: string | null, field: string, message: string) => ({
      giftCard: null,
      giftCardCode: null,
      userErrors: [error(code, ['input', field], message)],
    });
    const { initialAmount } = input;
    if (initialAmount && initialAmount.currencyCode !== currency)
      throw notSupported('gift cards in another currency than the store’s');
    const at = initialAmount ? 'initialAmount' : 'initialValue';
    const initial = toMinor(initialAmount?.amount ?? input.initialValue ?? '0', currency);
    const customerId = this.#customerIn(input);
    if (customerId === undefined)
      return refused('CUSTOMER_NOT_FOUND', 'customerId', 'The customer could not be found.');
    const recipient = this.#recipientIn(input);
    if (recipient === undefined)
      return refused('RECIPIENT_NOT_FOUND', 'recipientAttributes', 'The recipient could not be found.');
    if (initial <= 0n) return refused('GREATER_THAN', at, 'must be greater than 0');
    const code = input.code?.toLowerCase().replace(/[\s-]/g, '');
    if (code) {
      if (code.length < LEAST_CODE_CHARS)
        return refused('TOO_SHORT', 'code', `Code must be at least ${LEAST_CODE_CHARS} characters long`);
      if (code.length > MOST_CODE_CHARS)
        return refused('TOO_LONG', 'code', `Code must be at most ${MOST_CODE_CHARS} characters long`);
      if (!/^[a-z0-9]+$/.test(code))
        return refused('INVALID', 'code', 'Code can only contain letters(a-z) and numbers(0-9)');
      if (giftCards.hasCode(code)) return refused(null, 'code', 'Code has already been taken');
    }
    const { note = null, expiresOn = null, templateSuffix = null } = input;
    const card = giftCards.issue({
      ...{ currency, initial, customerId, note, expiresOn, templateSuffix },
      ...(code ? { code } : {}),
    });
    if (recipient) card.recipient = recipient;
    return { giftCard: this.#node(card), giftCardCode: card.code, userErrors: [] };
  }

  /** Its user errors have no codes. */
  #update(id: string, input: CardInput): unknown {
    onlyKnown('giftCardUpdate', input);
    const refused = (field: string[], message: string) => ({
      giftCard: null,
      userErrors: [{ field, message }],
    });
    const card = this.#find(id);
    if (!card) return refused(['id'], NOT_FOUND);
    if (Object.keys(input).length === 0)
      return refused(['input'], 'At least one argument is required in the input.');
    for (const name of ['expiresOn', 'customerId'])
      if (card.deactivatedAtMs !== null && input[name] !== undefined)
        return refused(['input', name], DEACTIVATED);
    const customerId = this.#customerIn(input);
    if (customerId === undefined) return refused(['input', 'customerId'], 'The customer could not be found.');
    const recipient = this.#recipientIn(input);
    if (recipient === undefined)
      return refused(['input', 'recipientAttributes'], 'The recipient could not be found.');
    if (recipient) card.recipient = recipient;
    if (input.customerId !== undefined) card.customerId = customerId;
    if (input.note !== undefined) card.note = input.note;
    if (input.expiresOn !== undefined) card.expiresOn = input.expiresOn;
    if (input.templateSuffix !== undefined) card.templateSuffix = input.templateSuffix;
    card.updatedAtMs = this.#host.now();
    return { giftCard: this.#node(card), userErrors: [] };
  }

  /** The customer that an input names; null: none, undefined: there is no such one. */
  #customerIn({ customerId }: CardInput): string | null | undefined {
    if (!customerId) return null;
    return this.#host.customers.get(idIn('Customer', customerId) ?? '')?.id;
  }

  /** Who is to get the card; null: nobody is named, undefined: there is no such one. The store mails nobody. */
  #recipientIn({ recipientAttributes }: CardInput): GiftCardRecipient | null | undefined {
    if (!recipientAttributes) return null;
    const { id, preferredName = null, message = null, sendNotificationAt } = recipientAttributes;
    const customer = this.#host.customers.get(idIn('Customer', id) ?? '');
    const sendAtMs = sendNotificationAt ? Date.parse(sendNotificationAt) : null;
    return customer && { customerId: customer.id, preferredName, message, sendAtMs };
  }

  #move(id: string, at: 'creditInput' | 'debitInput', input: MoveInput): CardError | { node: Node } {
    const { giftCards, now } = this.#host;
    const card = this.#find(id);
    if (!card) return error('GIFT_CARD_NOT_FOUND', ['id'], NOT_FOUND);
    if (card.deactivatedAtMs !== null) return error('INVALID', ['id'], DEACTIVATED);
    if (giftCards.isExpired(card)) return error('INVALID', ['id'], 'The gift card has expired.');
    const [name, money] =
      at === 'creditInput' ? ['creditAmount', input.creditAmount] : ['debitAmount', input.debitAmount];
    const processedAtMs = input.processedAt ? Date.parse(input.processedAt) : now();
    if (processedAtMs > now())
      return error('INVALID', [at, 'processedAt'], 'The processed date must not be in the future.');
    if (money?.currencyCode !== card.currency)
      return error(
        'MISMATCHING_CURRENCY',
        [at, String(name), 'currencyCode'],
        'The currency provided does not match the currency of the gift card.',
      );
    const amount = toMinor((money as Money).amount, card.currency);
    const field = [at, String(name), 'amount'];
    if (amount <= 0n) return error('NEGATIVE_OR_ZERO_AMOUNT', field, 'A positive amount must be used.');
    if (at === 'debitInput' && amount > card.balance)
      return error(
        'INSUFFICIENT_FUNDS',
        field,
        'The gift card does not have sufficient funds to satisfy the request.',
      );
    const signed = at === 'creditInput' ? amount : -amount;
    return { node: this.#moveNode(card, giftCards.move(card, signed, input.note ?? null, processedAtMs)) };
  }

  #node(card: GiftCardBook): Node {
    const money = (minor: bigint) => moneyV2(minor, card.currency);
    const lastCharacters = card.code.slice(-4);
    return {
      __typename: 'GiftCard',
      id: gid('GiftCard', card.id),
      lastCharacters,
      maskedCode: `•••• •••• •••• ${lastCharacters}`,
      initialValue: money(card.initial),
      balance: money(card.balance),
      enabled: card.deactivatedAtMs === null,
      isRedeemable: this.#host.giftCards.isRedeemable(card),
      deactivatedAt: card.deactivatedAtMs === null ? null : utc(card.deactivatedAtMs),
      expiresOn: card.expiresOn,
      note: card.note,
      templateSuffix: card.templateSuffix,
      createdAt: utc(card.createdAtMs),
      updatedAt: utc(card.updatedAtMs),
      recipientAttributes: card.recipient
        ? {
            preferredName: card.recipient.preferredName,
            message: card.recipient.message,
            sendNotificationAt: card.recipient.sendAtMs === null ? null : utc(card.recipient.sendAtMs),
            recipient: fromRoot('customer', 'Customer', card.recipient.customerId),
          }
        : null,
      customer: fromRoot('customer', 'Customer', card.customerId),
      order: fromRoot('order', 'Order', card.sold?.orderId ?? null),
      transactions: reversible((args: PageArgs) => {
        const moves = [...card.moves];
        return connection(args.reverse ? moves.reverse() : moves, args, (each) => this.#moveNode(card, each));
      }),
    };
  }

  #moveNode(card: GiftCardBook, { id, amount, note, processedAtMs }: GiftCardMove): Node {
    const type = amount < 0n ? 'GiftCardDebitTransaction' : 'GiftCardCreditTransaction';
    return {
      __typename: type,
      id: gid(type, id),
      amount: moneyV2(amount, card.currency),
      note,
      processedAt: utc(processedAtMs),
      giftCard: () => this.#node(card),
    };
  }
}

const FIELDS: Fields<GiftCardBook> = {
  default: { text: ({ code, note }) => [code, code.slice(-4), note ?? ''] },
  id: { id: ({ id }) => id },
  status: { text: ({ deactivatedAtMs }) => (deactivatedAtMs === null ? 'enabled' : 'disabled') },
  balance_status: {
    text: ({ balance, initial }) => {
      if (balance === 0n) return 'empty';
      return balance < initial ? ['partial', 'full_or_partial'] : ['full', 'full_or_partial'];
    },
  },
  initial_value: { text: ({ initial, currency }) => moneyV2(initial, currency).amount },
  expires_on: { text: ({ expiresOn }) => expiresOn },
  created_at: { time: ({ createdAtMs }) => createdAtMs },
  updated_at: { time: ({ updatedAtMs }) => updatedAtMs },
};

const SORTS = {
  ID: ({ id }: GiftCardBook) => id,
  CREATED_AT: ({ createdAtMs }: GiftCardBook) => createdAtMs,
  UPDATED_AT: ({ updatedAtMs }: GiftCardBook) => updatedAtMs,
  BALANCE: ({ balance }: GiftCardBook) => Number(balance),
  INITIAL_VALUE: ({ initial }: GiftCardBook) => Number(initial),
  AMOUNT_SPENT: ({ initial, balance }: GiftCardBook) => Number(initial - balance),
  EXPIRES_ON: ({ expiresOn }: GiftCardBook) => expiresOn ?? '',
  DISABLED_AT: ({ deactivatedAtMs }: GiftCardBook) => deactivatedAtMs ?? 0,
};

function onlyKnown(mutation: string, input: CardInput): void {
  for (const name of Object.keys(input))
    if (!WRITTEN.has(name) && input[name] !== null) throw notSupported(`${mutation}(${name})`);
}

function error(code: string | null, field: string[], message: string): CardError {
  return { code, field, message };
}
