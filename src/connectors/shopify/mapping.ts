/**
 * The vendor's order as the canonical one: what its words mean, told once for webhook and read. Amounts are the channel's own;
 * nothing is recomputed. The table of fields and reasons is docs/reference/shopify-mapping.md.
 */
import {
  addMoney,
  type Delivery,
  type ExtraCharge,
  type Fulfilment,
  type Hold,
  type LineItem,
  NO_MONEY,
  type Order,
  type Payment,
  type PaymentStatus,
  type PaymentTerms,
  type Person,
  type Refund,
  type ShippingLine,
  type TaxLine,
  type Tracking,
  type TwoMoney,
} from '../../domain/canonical/index.ts';
import { asPercent } from './decimal.ts';
import { Unreadable } from './field.ts';
import { quoted } from './json.ts';
import { personsOf } from './persons.ts';
import type {
  DeliveryMethod,
  FinancialStatus,
  FulfilmentStatus,
  PaymentTermsType,
  RestockType,
  ReturnProgress,
  ShopifyCharge,
  ShopifyFulfilment,
  ShopifyHold,
  ShopifyLine,
  ShopifyOrder,
  ShopifyPaymentTerms,
  ShopifyRefund,
  ShopifyTaxLine,
  ShopifyTransaction,
  TransactionKind,
  TransactionStatus,
} from './source.ts';
import { parcelTracking, shipmentIdIn } from './tracking.ts';

/** Maps an order of a connection. Throws `Unreadable` where its parts do not fit together. */
export function mapOrder(connection: string, source: ShopifyOrder): { order: Order; persons: Person[] } {
  const tipLines = tipLinesOf(source);
  const lines = source.lines.filter((line) => !tipLines.includes(line));
  const lineIds = new Set(source.lines.map((line) => line.id));
  if (lineIds.size < source.lines.length)
    throw new Unreadable('schema-drift', `Order ${source.name} has two lines with the same id`);
  const fulfilments = source.fulfilments.map((fulfilment) => mapFulfilment(fulfilment, lineIds));
  const { customer, shipTo, billTo, persons, anonymous } = personsOf(connection, source);
  const order: Order = {
    schema: 'order/1',
    channelOrderId: source.id,
    name: source.name,
    placedAt: source.processedAt ?? source.createdAt,
    updatedAt: source.updatedAt,
    cancelledAt: source.cancelledAt,
    cancelReason: source.cancelReason?.toLowerCase() ?? null,
    test: source.test,
    shopCurrency: source.shopCurrency,
    presentmentCurrency: source.presentmentCurrency,
    taxesIncluded: source.taxesIncluded,
    customer,
    shipTo,
    billTo,
    ...(anonymous ? { anonymous } : {}),
    source: source.sourceName,
    poNumber: source.poNumber,
    company:
      source.company === null
        ? null
        : { companyId: source.company.id, locationId: source.company.locationId },
    paymentTerms: source.paymentTerms === null ? null : mapTerms(source.paymentTerms),
    delivery: source.deliveries === null ? null : mapDelivery(source.deliveries),
    lines: lines.map((line) => mapLine(line, fulfilments)),
    sellingPlans:
      source.transactions === null
        ? null
        : lines.flatMap(({ id, sellingPlan }) =>
            sellingPlan === null ? [] : [{ lineId: id, name: sellingPlan }],
          ),
    shipping: source.shippingLines.map(
      ({ id, taxLines, ...line }): ShippingLine => ({
        shippingLineId: id,
        ...line,
        taxLines: mapTaxes(taxLines),
      }),
    ),
    extras: mapExtras(source, lines, tipLines),
    // The vendor's totals leave the rounding of cash out, which is part of what is paid; here it is a charge like others.
    total: addMoney(source.total, source.cashRounding),
    totalTax: source.totalTax,
    currentTotal: addMoney(source.currentTotal, source.cashRounding),
    paymentStatus: source.financialStatus === null ? 'pending' : PAYMENT_STATUS[source.financialStatus],
    returnStatus: source.returnStatus === null ? null : RETURN_STATUS[source.returnStatus],
    gateways: source.gateways,
    payments: source.transactions === null ? null : source.transactions.flatMap(mapPayment),
    refunds: source.refunds.map((refund) => mapRefund(refund, source.lines, tipLines)),
    fulfilments,
    holds: source.holds === null ? null : source.holds.map(mapHold),
    fulfilmentRequests:
      source.requests === null
        ? null
        : source.requests.map(({ id, locationId, locationName, status }) => ({
            requestId: id,
            location: locationId ?? locationName,
            locationName,
            status,
          })),
  };
  return { order, persons };
}

type RefundLine = Refund['lines'][number];

const PAYMENT_STATUS: Readonly<Record<FinancialStatus, PaymentStatus>> = {
  PENDING: 'pending',
  AUTHORIZED: 'authorised',
  PARTIALLY_PAID: 'partlyPaid',
  PAID: 'paid',
  PARTIALLY_REFUNDED: 'partlyRefunded',
  REFUNDED: 'refunded',
  VOIDED: 'voided',
  EXPIRED: 'expired',
};

function mapLine(line: ShopifyLine, fulfilments: readonly Fulfilment[]): LineItem {
  let fulfilledQuantity = 0;
  for (const fulfilment of fulfilments) {
    if (fulfilment.status !== 'succeeded') continue;
    for (const part of fulfilment.lines) if (part.lineId === line.id) fulfilledQuantity += part.quantity;
  }
  return {
    lineId: line.id,
    sku: line.sku,
    productId: line.productId,
    title: line.name,
    quantity: line.quantity,
    currentQuantity: line.currentQuantity,
    fulfilledQuantity,
    unitPrice: line.unitPrice,
    gross: line.gross,
    discounts: line.discounts,
    taxLines: mapTaxes(line.taxLines),
    requiresShipping: line.requiresShipping,
    giftCard: line.giftCard,
    taxable: line.taxable,
    bundleId: line.bundleId,
  };
}

const TERMS: Readonly<Record<PaymentTermsType, PaymentTerms['type']>> = {
  NET: 'net',
  FIXED: 'fixed',
  FULFILLMENT: 'fulfilment',
  RECEIPT: 'receipt',
  UNKNOWN: 'unknown',
};

/** The next payment that is due; instalments that are paid say nothing any more. */
function mapTerms({ name, type, open }: ShopifyPaymentTerms): PaymentTerms {
  const [dueAt = null] = open.filter((each) => each !== null).sort();
  return { name, type: TERMS[type], dueAt };
}

const DELIVERY: Readonly<Record<DeliveryMethod, Delivery['method']>> = {
  SHIPPING: 'shipping',
  LOCAL: 'local',
  PICK_UP: 'pickUp',
  // A shop of somebody else's to which a parcel goes.
  PICKUP_POINT: 'shipping',
  RETAIL: 'retail',
  NONE: 'none',
};

/** One way for all goods; null where they go several. A place is named where the customer gets them. */
function mapDelivery(deliveries: NonNullable<ShopifyOrder['deliveries']>): Delivery | null {
  const methods = new Set(deliveries.map(({ method }) => DELIVERY[method]));
  const [method] = methods;
  if (method === undefined || methods.size > 1) return null;
  const [first] = deliveries;
  const isOnePlace = deliveries.every(({ locationId }) => locationId === first?.locationId);
  if (!first || !isOnePlace || (method !== 'pickUp' && method !== 'retail'))
    return { method, location: null, locationName: null };
  return { method, location: first.locationId, locationName: first.locationName };
}

/**
 * The code of a tax line, for the mapping `tax-code`: its title and rate ("VAT 20%"), since a title alone names several rates.
 * A title that ends with its rate stands as it is.
 */
export function taxCode(title: string, rate: string): string {
  const percent = `${asPercent(rate)}%`;
  const name = title.trim();
  if (name === percent || name.endsWith(` ${percent}`)) return name;
  return name === '' ? percent : `${name} ${percent}`;
}

function mapTaxes(taxLines: readonly ShopifyTaxLine[]): TaxLine[] {
  return taxLines.map((tax) => ({
    title: tax.title,
    code: taxCode(tax.title, tax.rate),
    rate: tax.rate,
    amount: tax.amount,
    channelLiable: tax.channelLiable,
  }));
}

const isNothing = (amount: TwoMoney): boolean => amount.shop === 0 && amount.presentment === 0;

/** Lines that are tips: nothing is sold with them, and together they are the tip that the order tells. */
function tipLinesOf(source: ShopifyOrder): ShopifyLine[] {
  if (isNothing(source.tip)) return [];
  const candidates = source.lines.filter(
    (line) =>
      line.productId === null &&
      line.sku === null &&
      !line.requiresShipping &&
      !line.giftCard &&
      !line.taxable,
  );
  const named = candidates.filter((line) => line.name.toLowerCase() === 'tip');
  return (
    [named, candidates].find(
      (lines) => addMoney(NO_MONEY, ...lines.map((line) => line.gross)).shop === source.tip.shop,
    ) ?? []
  );
}

function mapExtras(
  source: ShopifyOrder,
  lines: readonly ShopifyLine[],
  tipLines: readonly ShopifyLine[],
): ExtraCharge[] {
  const charge = (kind: ExtraCharge['kind'], { title, amount, taxLines }: ShopifyCharge): ExtraCharge => ({
    kind,
    title,
    amount,
    taxLines: mapTaxes(taxLines),
  });
  const tips = tipLines.map((line) =>
    charge('tip', { title: line.name, amount: line.gross, taxLines: line.taxLines }),
  );
  if (tips.length === 0) tips.push(charge('tip', { title: 'Tip', amount: source.tip, taxLines: [] }));
  return [
    ...tips,
    ...(source.dutiesIncluded
      ? []
      : lines.flatMap((line) => line.duties.map((duty) => charge('duty', duty)))),
    ...source.additionalFees.map((fee) => charge('fee', fee)),
    charge('cashRounding', { title: 'Cash rounding', amount: source.cashRounding, taxLines: [] }),
  ].filter((extra) => !isNothing(extra.amount));
}

const PAYMENT_KIND: Readonly<Record<TransactionKind, Payment['kind'] | null>> = {
  AUTHORIZATION: 'authorisation',
  EMV_AUTHORIZATION: 'authorisation',
  CAPTURE: 'capture',
  SALE: 'sale',
  VOID: 'void',
  REFUND: 'refund',
  // Change of a cash payment: money that goes back to the customer.
  CHANGE: 'refund',
  // A proposal, no movement of money.
  SUGGESTED_REFUND: null,
};

const RETURN_STATUS = {
  NO_RETURN: 'none',
  RETURN_REQUESTED: 'requested',
  IN_PROGRESS: 'inProgress',
  INSPECTION_COMPLETE: 'inspected',
  RETURNED: 'returned',
  RETURN_FAILED: 'failed',
} as const satisfies Record<ReturnProgress, Order['returnStatus']>;

const PAYMENT_STATE: Readonly<Record<TransactionStatus, Payment['status']>> = {
  SUCCESS: 'succeeded',
  PENDING: 'pending',
  AWAITING_RESPONSE: 'pending',
  // The provider does not know: it may still succeed.
  UNKNOWN: 'pending',
  FAILURE: 'failed',
  ERROR: 'failed',
};

function mapPayment(transaction: ShopifyTransaction): Payment[] {
  const kind = PAYMENT_KIND[transaction.kind];
  if (kind === null) return [];
  return [
    {
      schema: 'payment/1',
      paymentId: transaction.id,
      parentId: transaction.parentId,
      kind,
      status: PAYMENT_STATE[transaction.status],
      gateway: transaction.gateway ?? 'unknown',
      amount: transaction.amount,
      processedAt: transaction.processedAt,
      authorisationExpiresAt: transaction.authorisationExpiresAt,
      ...(transaction.multiCapturable ? { multiCapturable: true } : {}),
    },
  ];
}

const REFUND_EFFECT: Readonly<Record<RestockType, Pick<RefundLine, 'effect' | 'restock'>>> = {
  CANCEL: { effect: 'removed', restock: true },
  RETURN: { effect: 'returned', restock: true },
  // Not restocked says nothing of whether the units had shipped.
  NO_RESTOCK: { effect: 'unknown', restock: false },
  LEGACY_RESTOCK: { effect: 'unknown', restock: true },
};

/**
 * A refund's lines carry the vendor's `subtotal`, which contains the tax where the order's prices do. Its balancing entries
 * (`order_adjustments`) are no money of their own: cash less lines less shipping is what they stand for.
 */
function mapRefund(
  refund: ShopifyRefund,
  lines: readonly ShopifyLine[],
  tipLines: readonly ShopifyLine[],
): Refund {
  const cash = (state: Payment['status']): TwoMoney =>
    addMoney(
      NO_MONEY,
      ...refund.transactions
        .filter(({ kind, status }) => PAYMENT_KIND[kind] === 'refund' && PAYMENT_STATE[status] === state)
        .map(({ amount }) => amount),
    );
  const none = NO_MONEY;
  const tips = refund.lines.filter((part) => tipLines.some((tip) => tip.id === part.lineId));
  const charges: NonNullable<Refund['charges']> = [
    ...tips.map(({ subtotal, tax }) => ({ kind: 'tip' as const, amount: subtotal, tax })),
    ...refund.duties.map((amount) => ({ kind: 'duty' as const, amount, tax: none })),
  ];
  return {
    schema: 'refund/1',
    refundId: refund.id,
    createdAt: refund.createdAt,
    ...(refund.returnId === null ? {} : { returnId: refund.returnId }),
    lines: refund.lines
      .filter((part) => !tipLines.some((tip) => tip.id === part.lineId))
      .map(({ lineId, quantity, restockType, subtotal, tax }): RefundLine => {
        if (!lines.some((line) => line.id === lineId)) throw strangeLine('refund', refund.id, lineId);
        return { lineId, quantity, ...REFUND_EFFECT[restockType], amount: subtotal, tax };
      }),
    shipping: addMoney(NO_MONEY, ...refund.shipping.map((part) => part.subtotal)),
    shippingTax: addMoney(NO_MONEY, ...refund.shipping.map((part) => part.tax)),
    ...(charges.length === 0 ? {} : { charges }),
    cash: cash('succeeded'),
    cashPending: cash('pending'),
    cashFailed: cash('failed'),
  };
}

const FULFILMENT_STATUS: Readonly<Record<FulfilmentStatus, Fulfilment['status']>> = {
  SUCCESS: 'succeeded',
  PENDING: 'pending',
  OPEN: 'pending',
  CANCELLED: 'cancelled',
  ERROR: 'failed',
  FAILURE: 'failed',
};

function mapFulfilment(fulfilment: ShopifyFulfilment, lineIds: ReadonlySet<string>): Fulfilment {
  for (const { lineId } of fulfilment.lines)
    if (!lineIds.has(lineId)) throw strangeLine('fulfilment', fulfilment.id, lineId);
  const tracking: Tracking | null = parcelTracking(fulfilment.tracking);
  return {
    schema: 'fulfilment/1',
    fulfilmentId: fulfilment.id,
    status: FULFILMENT_STATUS[fulfilment.status],
    shipmentId: shipmentIdIn(fulfilment.tracking),
    createdAt: fulfilment.createdAt,
    lines: fulfilment.lines,
    tracking,
  };
}

function strangeLine(what: string, id: string, lineId: string): Unreadable {
  return new Unreadable(
    'schema-drift',
    `The ${what} ${id} names line ${quoted(lineId)}, which the order does not have`,
  );
}

function mapHold({ reason, notes, until }: ShopifyHold): Hold {
  const kind = reason === 'HIGH_RISK_OF_FRAUD' ? 'risk' : reason === 'OTHER' ? 'other' : 'merchant';
  const words = reason.toLowerCase().replaceAll('_', ' ');
  const hold: Hold = { kind, reason: notes === null ? words : `${words}: ${notes}` };
  return until === undefined ? hold : { ...hold, until };
}
