/**
 * The sales order that the ERP shall hold: what is wanted now, in the entity's money, with the channel's own amounts. A
 * line that lost units keeps its share of value, discount and tax (DESIGN.md, rule 13); what does not divide goes to one
 * rounding line (rule 10).
 */
import type { LineItem, Order, Refund, TaxLine, TwoMoney } from '../canonical/index.ts';
import type {
  SalesOrderCharge,
  SalesOrderDocument,
  SalesOrderLine,
  SalesOrderTax,
  SalesOrderTender,
} from '../commands.ts';
import type { Entity } from '../config.ts';
import { shareOverTime, sumMinor } from '../money.ts';
import type { Mappings } from '../process.ts';
import { returnedParts, wantedUnits } from './quantities.ts';
import type { OrderState } from './state.ts';
import { netOf } from './validate.ts';

interface Codes {
  connection: string;
  erp: string;
  mappings: Mappings;
  /** Our SKU of lines that are sent as another one. */
  substitutes: Readonly<Record<string, string>>;
  /** Codes that have no translation (any more): such a document must not be sent. */
  untranslated: string[];
}

function translate(codes: Codes, kind: 'sku' | 'tax-code' | 'gateway', external: string): string {
  const internal = codes.mappings.toInternal(kind, codes.connection, external);
  const target = internal === undefined ? undefined : codes.mappings.toExternal(kind, codes.erp, internal);
  if (target === undefined) codes.untranslated.push(external);
  return target ?? external;
}

function taxesFor(
  taxLines: readonly TaxLine[],
  part: number,
  whole: number,
  money: keyof TwoMoney,
  codes: Codes,
): SalesOrderTax[] {
  return taxLines.map((tax) => ({
    code: translate(codes, 'tax-code', tax.code),
    rate: tax.rate,
    amountMinor: shareOverTime(tax.amount[money], 0, part, whole),
    channelLiable: tax.channelLiable === true,
  }));
}

function itemOf({ lineId, sku }: LineItem, codes: Codes): string {
  const by = codes.substitutes[lineId];
  if (by === undefined) return sku === null ? 'CUSTOM' : translate(codes, 'sku', sku);
  const item = codes.mappings.toExternal('sku', codes.erp, by);
  if (item === undefined) codes.untranslated.push(by);
  return item ?? by;
}

function documentLine(line: LineItem, units: number, money: keyof TwoMoney, codes: Codes): SalesOrderLine {
  const net = netOf(line)[money];
  const gross = line.gross[money];
  const amountMinor = shareOverTime(net, 0, units, line.quantity);
  return {
    lineId: line.lineId,
    item: itemOf(line, codes),
    title: line.title,
    quantity: units,
    amountMinor,
    discountMinor: shareOverTime(gross, 0, units, line.quantity) - amountMinor,
    taxes: taxesFor(line.taxLines, units, line.quantity, money, codes),
    ...(line.giftCard ? { giftCard: true } : {}),
  };
}

function documentCharges(order: Order, money: keyof TwoMoney, codes: Codes): SalesOrderCharge[] {
  const shipping = order.shipping
    .filter((line) => !line.removed)
    .map(
      (line): SalesOrderCharge => ({
        kind: 'shipping',
        title: line.title,
        amountMinor: netOf(line)[money],
        taxes: taxesFor(line.taxLines, 1, 1, money, codes),
      }),
    );
  const gone = chargesGivenBack(order, money);
  const extras = order.extras.map((extra): SalesOrderCharge => {
    // What was given back of a kind leaves its charges one after the other.
    const whole = extra.amount[money];
    const back = Math.max(0, Math.min(gone.get(extra.kind) ?? 0, whole));
    if (back > 0) gone.set(extra.kind, (gone.get(extra.kind) ?? 0) - back);
    return {
      kind: extra.kind,
      title: extra.title,
      amountMinor: whole - back,
      taxes: taxesFor(extra.taxLines, back === 0 ? 1 : whole - back, back === 0 ? 1 : whole, money, codes),
    };
  });
  return [...shipping, ...extras].filter(
    (charge) => charge.amountMinor !== 0 || charge.taxes.some((tax) => tax.amountMinor !== 0),
  );
}

/** Charges that refunds have given back, by kind. */
export function chargesGivenBack(order: Order, money: keyof TwoMoney): Map<string, number> {
  const gone = new Map<string, number>();
  for (const { charges } of order.refunds)
    for (const { kind, amount } of charges ?? []) gone.set(kind, (gone.get(kind) ?? 0) + amount[money]);
  return gone;
}

/**
 * Who has paid how much, of an order that was paid by several means (a gift card and a card, say); empty where there is one.
 * What was paid by a gift card or store credit is no new money: the books must know how much that was.
 */
function tendersOf(order: Order, money: keyof TwoMoney, codes: Codes): SalesOrderTender[] {
  const paid = new Map<string, number>();
  for (const { kind, status, gateway, amount } of order.payments ?? []) {
    if (status !== 'succeeded' || (kind !== 'sale' && kind !== 'capture')) continue;
    paid.set(gateway, (paid.get(gateway) ?? 0) + amount[money]);
  }
  if (paid.size < 2) return [];
  return [...paid].map(([gateway, amountMinor]) => ({
    paymentMethod: translate(codes, 'gateway', gateway),
    amountMinor,
  }));
}

function sumOf(
  parts: readonly { amountMinor: number; taxes: readonly SalesOrderTax[] }[],
  taxesIncluded: boolean,
): number {
  return sumMinor(
    parts.map(
      (part) => part.amountMinor + (taxesIncluded ? 0 : sumMinor(part.taxes.map((tax) => tax.amountMinor))),
    ),
  );
}

/** What a refund gives back, split by what it means for the books; all with tax, in one money. */
export function refundParts(
  order: Order,
  refund: Refund,
  money: keyof TwoMoney,
): {
  credits: { lineId: string; quantity: number; amountMinor: number; taxMinor: number }[];
  creditMinor: number;
  removedMinor: number;
  shippingMinor: number;
} {
  const lines = new Map(order.lines.map((line) => [line.lineId, line]));
  const credits: { lineId: string; quantity: number; amountMinor: number; taxMinor: number }[] = [];
  let removedMinor = 0;
  for (const part of order.refunds.find(({ refundId }) => refundId === refund.refundId)?.lines ?? []) {
    const line = lines.get(part.lineId);
    if (!line) continue;
    const returned = returnedParts(order, line).get(part) ?? 0;
    const tax = part.tax[money];
    const withTax = part.amount[money] + (order.taxesIncluded ? 0 : tax);
    const creditMinor = shareOverTime(withTax, 0, returned, part.quantity);
    removedMinor += withTax - creditMinor;
    if (returned > 0) {
      credits.push({
        lineId: part.lineId,
        quantity: returned,
        amountMinor: creditMinor,
        taxMinor: shareOverTime(tax, 0, returned, part.quantity),
      });
    }
  }
  for (const { amount, tax } of refund.charges ?? [])
    removedMinor += amount[money] + (order.taxesIncluded ? 0 : tax[money]);
  const shippingMinor = refund.shipping[money] + (order.taxesIncluded ? 0 : refund.shippingTax[money]);
  return {
    credits,
    creditMinor: sumMinor(credits.map((credit) => credit.amountMinor)),
    removedMinor,
    shippingMinor,
  };
}

/** What the order is worth on its sales order: what the channel says it is worth now, plus what is credited apart. */
export function expectedTotalMinor(order: Order, money: keyof TwoMoney): number {
  let total = order.currentTotal[money];
  for (const refund of order.refunds) {
    const parts = refundParts(order, refund, money);
    total += parts.creditMinor + parts.shippingMinor;
  }
  return total;
}

/**
 * The whole document, how far its parts are from the channel's total (that residual stands on the rounding line), and which
 * of its codes have no translation: with any of them it is not fit to be sent.
 */
export function salesOrderDocument(
  state: OrderState,
  order: Order,
  entity: Entity,
  mappings: Mappings,
): { document: SalesOrderDocument; residualMinor: number; untranslated: string[] } {
  const money = entity.money;
  const codes: Codes = {
    connection: state.connection,
    erp: entity.erp,
    mappings,
    substitutes: state.substitutes ?? {},
    untranslated: [],
  };
  const lines = order.lines
    .map((line) => documentLine(line, wantedUnits(order, line), money, codes))
    .filter((line) => line.quantity > 0);
  const charges = documentCharges(order, money, codes);
  const parts = sumOf(lines, order.taxesIncluded) + sumOf(charges, order.taxesIncluded);
  const totalMinor = expectedTotalMinor(order, money);
  const residualMinor = totalMinor - parts;
  if (residualMinor !== 0)
    charges.push({ kind: 'rounding', title: 'Rounding', amountMinor: residualMinor, taxes: [] });
  const tenders = tendersOf(order, money, codes);
  const gateway = order.gateways[0];
  const main = tenders.toSorted((a, b) => b.amountMinor - a.amountMinor)[0]?.paymentMethod;
  const paymentMethod = main ?? (gateway === undefined ? 'none' : translate(codes, 'gateway', gateway));
  return {
    residualMinor,
    untranslated: codes.untranslated,
    document: {
      reference: state.key,
      orderName: order.name,
      entity: entity.id,
      brand: state.brand,
      currency: money === 'shop' ? order.shopCurrency : order.presentmentCurrency,
      taxesIncluded: order.taxesIncluded,
      placedAt: order.placedAt,
      customerId: order.customer?.personId ?? null,
      shipToId: order.shipTo?.personId ?? null,
      paymentMethod,
      ...(tenders.length > 0 ? { tenders } : {}),
      lines,
      charges,
      totalMinor,
    },
  };
}
