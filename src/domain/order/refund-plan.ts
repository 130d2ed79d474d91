/**
 * What a wanted refund comes to, by the channel's own amounts: the share of its units in their line (a line's last unit gives back what
 * is left), delivery, a concession, less fees of the return; and whether it may be: never more than is left of what was paid, never
 * units that are not there to be refunded.
 */
import {
  addMoney,
  type LineItem,
  NO_MONEY,
  type Order,
  subtractMoney,
  type TwoMoney,
} from '../canonical/index.ts';
import { formatMinor, proportion, shareOverTime } from '../money.ts';
import type { WantedRefund } from '../return/messages.ts';
import type { RefundRequest, ReturnOfOrder, ReturnsOfOrder } from './returns.ts';
import { netOf, taxOf } from './validate.ts';

type Known = ReturnsOfOrder;

export interface RefundPlan {
  amount: TwoMoney;
  shippingAmount: TwoMoney;
  concession: TwoMoney;
  fees: TwoMoney;
}

/** The plan, or why there can be none, in words. `except`: a request of ours that is looked at again. */
export function planRefund(
  known: Known,
  order: Order,
  wanted: WantedRefund,
  except: string | null = null,
): RefundPlan | { refused: string } {
  const others = openRequests(known, order).filter(({ request }) => request !== except);
  const of = wanted.return === null ? null : (known.returns?.[wanted.return] ?? null);
  const wrong = wanted.return === null ? wrongLines(order, wanted, others) : wrongReturn(of, wanted, others);
  if (wrong !== null) return { refused: wrong };
  const goods = addMoney(NO_MONEY, ...wanted.lines.map((part) => worthOf(order, part, others)));
  const standing = standingShipping(order, others);
  const shippingAmount = wanted.shipping === 'all' ? standing : inBoth(order, wanted.shipping);
  if (shippingAmount.presentment > standing.presentment)
    return {
      refused: `of delivery ${words(order, standing)} are left to be given back, not ${words(order, shippingAmount)}`,
    };
  const concession = inBoth(order, wanted.concessionMinor);
  const fees = of ? feesOf(of, wanted, others) : NO_MONEY;
  const sum = subtractMoney(addMoney(goods, shippingAmount, concession), fees);
  const amount = wanted.totalMinor === null ? notBelowZero(sum) : inBoth(order, wanted.totalMinor);
  const left = refundable(order, others);
  if (amount.presentment > left.presentment)
    return {
      refused: `${words(order, amount)} are wanted, and ${words(order, left)} are left of what was paid`,
    };
  if (wanted.return === null && amount.presentment === 0) return { refused: 'nothing would be given back' };
  return { amount, shippingAmount, concession, fees };
}

/** Requests whose units and money the channel does not show as refunded yet. */
function openRequests({ refundRequests }: Known, order: Order): RefundRequest[] {
  return Object.values(refundRequests ?? {}).filter(({ state, refundId }) => {
    if (state === 'refused' || state === 'declined' || refundId === '') return false;
    return state !== 'made' || !order.refunds.some((refund) => refund.refundId === refundId);
  });
}

/** What can still be given back: what was paid, less what went back, is on its way, or is wanted already. */
export function refundable(order: Order, others: readonly RefundRequest[]): TwoMoney {
  const paid =
    order.payments === null
      ? order.total
      : addMoney(
          NO_MONEY,
          ...order.payments
            .filter(({ kind, status }) => status === 'succeeded' && (kind === 'sale' || kind === 'capture'))
            .map(({ amount }) => amount),
        );
  const gone = addMoney(NO_MONEY, ...order.refunds.flatMap(({ cash, cashPending }) => [cash, cashPending]));
  return notBelowZero(
    subtractMoney(subtractMoney(paid, gone), addMoney(NO_MONEY, ...others.map(({ amount }) => amount))),
  );
}

const unitsIn = (others: readonly RefundRequest[], lineId: string): number =>
  others
    .flatMap(({ lines }) => lines)
    .reduce((sum, part) => sum + (part.lineId === lineId ? part.quantity : 0), 0);

/** The share of these units in their line's value, with tax. */
function worthOf(
  order: Order,
  { lineId, quantity }: { lineId: string; quantity: number },
  others: readonly RefundRequest[],
): TwoMoney {
  const line = order.lines.find((each) => each.lineId === lineId) as LineItem;
  const before = line.quantity - line.currentQuantity + unitsIn(others, lineId);
  const share = (whole: TwoMoney): TwoMoney => ({
    shop: shareOverTime(whole.shop, before, before + quantity, line.quantity),
    presentment: shareOverTime(whole.presentment, before, before + quantity, line.quantity),
  });
  const net = share(netOf(line));
  return order.taxesIncluded ? net : addMoney(net, share(addMoney(NO_MONEY, taxOf(line.taxLines))));
}

function wrongLines(order: Order, wanted: WantedRefund, others: readonly RefundRequest[]): string | null {
  for (const { lineId } of wanted.lines) {
    const line = order.lines.find((each) => each.lineId === lineId);
    if (!line) return `the order has no line ${lineId}`;
    const units = unitsIn([wanted as RefundRequest], lineId);
    const left = line.currentQuantity - unitsIn(others, lineId);
    if (units > left)
      return `${units} units of "${line.title}" are wanted, and ${Math.max(0, left)} are left to be refunded`;
  }
  return null;
}

function wrongReturn(
  of: ReturnOfOrder | null,
  { lines, exchangeLines }: WantedRefund,
  others: readonly RefundRequest[],
): string | null {
  if (!of) return 'the order knows of no such return';
  const { content } = of.told;
  if (content.status !== 'open') return `the return ${content.name} is ${content.status}, and must be open`;
  const pending = others.filter((each) => each.return === of.told.key).flatMap((each) => each.lines);
  for (const part of lines) {
    const line = content.lines.find(({ returnLineId }) => returnLineId === part.returnLineId);
    if (!line || line.lineId !== part.lineId)
      return `the return ${content.name} has no line ${part.returnLineId}`;
    const wanted = pending
      .filter(({ returnLineId }) => returnLineId === part.returnLineId)
      .reduce((sum, { quantity }) => sum + quantity, part.quantity);
    const left = line.quantity - line.processedQuantity;
    if (wanted > left)
      return `of the return ${content.name} ${left} units of line ${line.lineId} are left to be refunded, not ${wanted}`;
  }
  for (const part of exchangeLines)
    if (!content.exchangeLines.some(({ exchangeLineId }) => exchangeLineId === part.exchangeLineId))
      return `the return ${content.name} gives no ${part.exchangeLineId} in exchange`;
  return null;
}

/** Fees of the units that are processed now, and once of the way back. */
function feesOf(
  { told }: ReturnOfOrder,
  { lines }: WantedRefund,
  others: readonly RefundRequest[],
): TwoMoney {
  const { content } = told;
  const fees = lines.map(({ returnLineId, quantity }) => {
    const line = content.lines.find((each) => each.returnLineId === returnLineId);
    const fee = line?.restockingFee;
    if (!line || !fee) return NO_MONEY;
    const before = line.processedQuantity;
    return {
      shop: shareOverTime(fee.shop, before, before + quantity, line.quantity),
      presentment: shareOverTime(fee.presentment, before, before + quantity, line.quantity),
    };
  });
  const isFirst =
    content.lines.every(({ processedQuantity }) => processedQuantity === 0) &&
    !others.some((each) => each.return === told.key);
  return addMoney(NO_MONEY, ...fees, isFirst && lines.length > 0 ? content.shippingFee : NO_MONEY);
}

/** Delivery that was charged and not given back. */
function standingShipping(order: Order, others: readonly RefundRequest[]): TwoMoney {
  const charged = order.shipping
    .filter(({ removed }) => !removed)
    .map((line) => (order.taxesIncluded ? netOf(line) : addMoney(netOf(line), taxOf(line.taxLines))));
  const back = order.refunds.map(({ shipping, shippingTax }) =>
    order.taxesIncluded ? shipping : addMoney(shipping, shippingTax),
  );
  return notBelowZero(
    subtractMoney(
      addMoney(NO_MONEY, ...charged),
      addMoney(NO_MONEY, ...back, ...others.map(({ shippingAmount }) => shippingAmount)),
    ),
  );
}

/** An amount in the customer's money, in both moneys. */
function inBoth({ total, shopCurrency, presentmentCurrency }: Order, presentment: number): TwoMoney {
  const isSame = shopCurrency === presentmentCurrency || total.presentment === 0;
  return { presentment, shop: isSame ? presentment : proportion(total.shop, presentment, total.presentment) };
}

const notBelowZero = ({ shop, presentment }: TwoMoney): TwoMoney => ({
  shop: Math.max(0, shop),
  presentment: Math.max(0, presentment),
});

const words = ({ presentmentCurrency }: Order, { presentment }: TwoMoney): string =>
  `${formatMinor(presentment, presentmentCurrency)} ${presentmentCurrency}`;
