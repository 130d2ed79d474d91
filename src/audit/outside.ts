/** What the books of the outside say of each order, beside what we know of it. */
import type { ChannelBooks, ErpBooks, FulfilmentBooks } from '../sandbox/kit/types.ts';
import type { Sql } from '../store/db.ts';
import type { Outside } from './books.ts';
import { type ClosingFigures, checkClosing, NOTHING_CLOSED } from './closing.ts';
import { type ComparedFigures, compareFigures } from './figures.ts';
import { checkFinance } from './finance.ts';
import type { Findings, Invariant } from './findings.ts';
import type { Residual } from './residual.ts';
import { checkWriteBack, readWriteBackPolicies, type WriteBack } from './write-back.ts';

/** What is kept of each order of ours, to compare it. */
export interface Insight {
  isPlaced: boolean;
  live: boolean;
  status: string;
  isUnpaid: boolean;
  /** The channel keeps it back in our name. */
  isHeldAtChannel: boolean;
  closed: boolean;
}

type Found = (invariant: Invariant, message: string) => void;

export interface Comparison {
  lost: number;
  doubled: number;
  residuals: Residual[];
  figures: ComparedFigures;
  closing: ClosingFigures;
}

/** Compares orders, money, units and stock. `withCase`: orders of which somebody has been asked; their differences are named. */
export async function compareOutside(
  sql: Sql,
  outside: Outside,
  orders: ReadonlyMap<string, Insight>,
  withCase: ReadonlySet<string>,
  findings: Findings,
): Promise<Comparison> {
  const compared: Comparison = { lost: 0, doubled: 0, residuals: [], figures: {}, closing: NOTHING_CLOSED };
  const channels = outside.books.filter((books): books is ChannelBooks => books.kind === 'channel');
  const erps = outside.books.filter((books): books is ErpBooks => books.kind === 'erp');
  const places = outside.books.filter((books): books is FulfilmentBooks => books.kind === 'fulfilment');
  const salesOrders = Map.groupBy(
    erps.flatMap((erp) => erp.salesOrders),
    (order) => order.reference,
  );
  for (const [reference, list] of salesOrders) {
    if (list.length <= 1) continue;
    const live = list.filter((order) => order.status !== 'cancelled').length;
    compared.doubled += list.length - 1;
    findings.add(
      'oneSalesOrderEach',
      'outside',
      reference,
      `${list.length} sales orders of ${reference} in the ERP, ${live} of them live`,
    );
  }
  const releases = Map.groupBy(
    places.flatMap((place) => place.releases),
    (release) => release.reference,
  );
  let accounts = 0;
  for (const books of outside.books)
    if (books.kind === 'finance')
      accounts += await checkFinance(sql, books, findings, compared.residuals, withCase);
  const policies = await readWriteBackPolicies(sql);
  for (const channel of channels) {
    for (const order of channel.orders) {
      const key = `${channel.connection}/${order.channelOrderId}`;
      const ours = salesOrders.get(key) ?? [];
      const insight = orders.get(key);
      const hasCase = withCase.has(key);
      if (checkOrder(key, order, insight, ours, places, findings, compared.residuals, hasCase))
        compared.lost += 1;
      if (!insight?.live) continue;
      const told: WriteBack = {
        order,
        policy: policies.get(channel.connection),
        salesOrders: ours,
        releases: releases.get(key) ?? [],
        isHeldByUs: insight.isHeldAtChannel,
        hasCase,
      };
      checkWriteBack(told, (invariant, message) => findings.add(invariant, 'outside', key, message));
    }
  }
  const closing = await checkClosing(sql, channels, findings, compared.residuals, withCase);
  compared.closing = { ...closing, accounts };
  compared.figures = await compareFigures(sql, outside.books, withCase, findings);
  return compared;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

type ChannelOrder = ChannelBooks['orders'][number];

/** One order across all books. Returns true when the hub never got it. */
function checkOrder(
  key: string,
  order: ChannelOrder,
  insight: Insight | undefined,
  salesOrders: ErpBooks['salesOrders'],
  places: readonly FulfilmentBooks[],
  findings: Findings,
  residuals: Residual[],
  hasCase: boolean,
): boolean {
  const finding: Found = (invariant, message) => findings.add(invariant, 'outside', key, message);
  if (!insight?.isPlaced) {
    if (hasCase) return false;
    finding('oneSalesOrderEach', `order ${order.name} stands at the channel and the hub does not know it`);
    return true;
  }
  if (!insight.live) {
    if (salesOrders.length > 0)
      finding('oneSalesOrderEach', `order ${order.name} is not live, but the ERP has it`);
    return false;
  }
  const salesOrder = salesOrders.find((each) => each.status !== 'cancelled') ?? salesOrders[0];
  if (!salesOrder) {
    if (order.cancelled || hasCase || order.currentTotalMinor === 0) return false;
    if (insight.closed || !insight.isUnpaid)
      finding(
        'oneSalesOrderEach',
        `order ${order.name} has no sales order in the ERP (it stands at "${insight.status}")`,
      );
    return insight.closed;
  }
  if (!hasCase) {
    const credited = sum(salesOrder.refunds.map((refund) => refund.creditMinor + refund.shippingMinor));
    const worth = salesOrder.status === 'cancelled' ? 0 : salesOrder.totalMinor - credited;
    const value = worth - order.currentTotalMinor;
    if (value !== 0)
      residuals.push({ kind: 'order-value', key, currency: order.currency, amountMinor: value });
    const cash = sum(salesOrder.refunds.map((refund) => refund.cashMinor)) - order.refundedMinor;
    if (cash !== 0) residuals.push({ kind: 'refund-cash', key, currency: order.currency, amountMinor: cash });
    if (value !== 0 || cash !== 0)
      finding(
        'moneyCloses',
        `ERP and channel differ by ${value} in value and ${cash} in refunds (minor units of ${order.currency})`,
      );
    if (!order.cancelled) checkTenders(order, salesOrder, finding);
    if (order.refundedMinor > order.capturedMinor)
      finding(
        'neverTooMuchShippedOrRefunded',
        `${order.refundedMinor} refunded, ${order.capturedMinor} captured, and no case says so`,
      );
  }
  checkUnits(order, salesOrder, key, places, hasCase, finding);
  return false;
}

/** What was paid by several means stands so in the ERP, to the cent; gift cards that were sold are a liability there. */
function checkTenders(
  { name, tenders = [], giftCards = [], lines }: ChannelOrder,
  salesOrder: ErpBooks['salesOrders'][number],
  finding: Found,
): void {
  const amounts = (list: readonly { amountMinor: number }[]) =>
    list.map(({ amountMinor }) => amountMinor).sort((a, b) => a - b);
  const paid = tenders.length > 1 ? amounts(tenders) : [];
  const booked = amounts(salesOrder.tenders ?? []);
  if (paid.join() !== booked.join())
    finding(
      'moneyCloses',
      `order ${name} was paid by several means with ${paid.join(', ') || 'nothing'}, the ERP says ${booked.join(', ') || 'nothing'}`,
    );
  const there = new Set(lines.filter((line) => line.currentQuantity > 0).map(({ lineId }) => lineId));
  const cards = giftCards.filter((lineId) => there.has(lineId));
  const liabilities = new Set(salesOrder.giftCards);
  const wrong = cards.find((lineId) => !liabilities.has(lineId));
  if (wrong !== undefined && salesOrder.status !== 'cancelled')
    finding('moneyCloses', `line ${wrong} of order ${name} is a gift card, and the ERP books it as goods`);
}

/** Units: what left the locations is what the channel and the ERP were told, and never more than ordered. */
function checkUnits(
  order: ChannelOrder,
  salesOrder: ErpBooks['salesOrders'][number],
  key: string,
  places: readonly FulfilmentBooks[],
  hasCase: boolean,
  finding: Found,
): void {
  const released = places.flatMap((place) =>
    place.releases.filter((release) => release.reference === key).flatMap((release) => release.lines),
  );
  for (const line of order.lines) {
    const told = sum(
      order.fulfilments.flatMap((fulfilment) =>
        fulfilment.lines.filter((part) => part.lineId === line.lineId).map((part) => part.quantity),
      ),
    );
    const sent = sum(released.filter((part) => part.lineId === line.lineId).map((part) => part.shipped));
    // What was handed over at a till has left without a location of ours.
    const left = order.soldInStore ? sent + told : sent;
    const booked = sum(
      salesOrder.shipments.flatMap((shipment) =>
        shipment.lines.filter((part) => part.lineId === line.lineId).map((part) => part.quantity),
      ),
    );
    if (left > line.quantity)
      finding(
        'neverTooMuchShippedOrRefunded',
        `line ${line.lineId}: ${left} shipped of ${line.quantity} ordered`,
      );
    if (hasCase) continue;
    if (told !== left || booked !== left)
      finding(
        'systemsAgree',
        `line ${line.lineId} of order ${order.name}: ${left} units left, the channel shows ${told}, the ERP ${booked}`,
      );
  }
  const shipmentIds = salesOrder.shipments.map((shipment) => shipment.shipmentId);
  if (new Set(shipmentIds).size !== shipmentIds.length)
    finding('neverTooMuchShippedOrRefunded', 'a shipment is booked twice in the ERP');
  const refundIds = salesOrder.refunds.map((refund) => refund.refundId);
  if (new Set(refundIds).size !== refundIds.length)
    finding('neverTooMuchShippedOrRefunded', 'a refund is booked twice in the ERP');
}
