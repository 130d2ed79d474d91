/** An order of the API as the canonical order and its persons. Amounts are the channel's own, only read as minor units. */
import { derivedId } from '../../base/ids.ts';
import {
  type AddressRef,
  type Customer,
  type DiscountAllocation,
  type Fulfilment,
  type LineItem,
  type Order,
  type Payment,
  type Person,
  postalAreaOf,
  type Refund,
  type ShippingLine,
  type TaxLine,
  type TwoMoney,
} from '../../domain/canonical/index.ts';
import type { UnreadableReason } from '../../domain/messages.ts';
import { parseMinor, sumMinor } from '../../domain/money.ts';
import type { Order as ApiOrder } from './api.ts';

/** What stands in the way of reading an order; `where` is a path such as "lines.0.gross". */
export class MappingProblem extends Error {
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, where: string, what: string) {
    super(`${where}: ${what}`);
    this.reason = reason;
  }
}

/** Maps an order that has the API's shape. Throws a `MappingProblem` where its content makes no sense. */
export function mapOrder(connection: string, source: ApiOrder): { order: Order; persons: Person[] } {
  const persons = new Map<string, Person>();
  const keep = (person: Person) => {
    persons.set(person.personId, person);
    return person.personId;
  };
  const reader = new Reader(source.currency);
  const lines = source.lines.map((line, index) => mapLine(line, `lines.${index}`, reader));
  const lineIds = new Set(lines.map((line) => line.lineId));
  if (lineIds.size < lines.length)
    throw new MappingProblem('schema-drift', 'lines', 'two lines have the same id');
  const order: Order = {
    schema: 'order/1',
    channelOrderId: source.id,
    name: source.number,
    placedAt: instant(source.placedAt),
    updatedAt: instant(source.updatedAt),
    cancelledAt: source.cancelledAt === null ? null : instant(source.cancelledAt),
    cancelReason: source.cancelReason,
    test: source.test,
    shopCurrency: source.currency,
    presentmentCurrency: source.currency,
    taxesIncluded: source.taxesIncluded,
    customer: mapCustomer(connection, source, keep),
    shipTo: mapAddress(connection, source, 'shippingAddress', keep),
    billTo: mapAddress(connection, source, 'billingAddress', keep),
    lines,
    shipping: source.shipping.map((line, index) => mapShipping(line, `shipping.${index}`, reader)),
    extras: source.charges.map((charge, index) => ({
      kind: charge.kind,
      title: charge.title,
      amount: reader.money(charge.amount, `charges.${index}.amount`),
      taxLines: mapTaxes(charge.taxes, `charges.${index}`, reader),
    })),
    total: reader.money(source.total, 'total'),
    totalTax: reader.money(source.totalTax, 'totalTax'),
    currentTotal: reader.money(source.currentTotal, 'currentTotal'),
    paymentStatus: source.paymentStatus,
    gateways: [...new Set(source.payments.map((payment) => payment.gateway))],
    payments: [
      ...source.payments.map((payment, index) => mapPayment(payment, `payments.${index}`, reader)),
      ...source.refunds.flatMap((refund, index) =>
        moneyBack(refund, source.payments, `refunds.${index}`, reader),
      ),
    ],
    refunds: source.refunds.map((refund, index) => mapRefund(refund, `refunds.${index}`, reader, lineIds)),
    fulfilments: source.fulfilments.map((fulfilment, index) =>
      mapFulfilment(fulfilment, `fulfilments.${index}`, lineIds),
    ),
    holds: source.holds,
    ...(source.reservations.length > 0 ? { reservations: source.reservations } : {}),
  };
  return { order, persons: [...persons.values()] };
}

/** An instant in UTC with milliseconds, so that instants compare as text. */
export function instant(text: string): string {
  return new Date(text).toISOString();
}

/** Reads amounts; the API has one money, which stands for both. */
class Reader {
  readonly #currency: string;

  constructor(currency: string) {
    this.#currency = currency;
  }

  money(text: string, where: string): TwoMoney {
    try {
      const minor = parseMinor(text, this.#currency);
      return { shop: minor, presentment: minor };
    } catch (error) {
      throw new MappingProblem('bad-money', where, error instanceof Error ? error.message : String(error));
    }
  }

  sum(texts: readonly string[], where: string): TwoMoney {
    const minor = sumMinor(texts.map((text) => this.money(text, where).shop));
    return { shop: minor, presentment: minor };
  }
}

function mapLine(line: ApiOrder['lines'][number], where: string, reader: Reader): LineItem {
  if (line.currentQuantity > line.quantity) {
    throw new MappingProblem(
      'bad-quantity',
      `${where}.currentQuantity`,
      `${line.currentQuantity} is more than the ${line.quantity} that were ordered`,
    );
  }
  return {
    lineId: line.id,
    sku: line.sku,
    productId: line.productId,
    title: line.title,
    quantity: line.quantity,
    currentQuantity: line.currentQuantity,
    fulfilledQuantity: line.fulfilledQuantity,
    unitPrice: { shop: line.unitPrice, presentment: line.unitPrice },
    gross: reader.money(line.gross, `${where}.gross`),
    discounts: mapDiscounts(line.discounts, where, reader),
    taxLines: mapTaxes(line.taxes, where, reader),
    requiresShipping: line.requiresShipping,
    giftCard: line.giftCard,
    taxable: line.taxable,
  };
}

function mapShipping(line: ApiOrder['shipping'][number], where: string, reader: Reader): ShippingLine {
  return {
    shippingLineId: line.id,
    title: line.title,
    code: line.code,
    gross: reader.money(line.gross, `${where}.gross`),
    discounts: mapDiscounts(line.discounts, where, reader),
    taxLines: mapTaxes(line.taxes, where, reader),
    removed: line.removed,
  };
}

function mapDiscounts(
  discounts: ApiOrder['lines'][number]['discounts'],
  where: string,
  reader: Reader,
): DiscountAllocation[] {
  return discounts.map(({ source, amount }, index) => ({
    source,
    amount: reader.money(amount, `${where}.discounts.${index}.amount`),
  }));
}

function mapTaxes(taxes: ApiOrder['lines'][number]['taxes'], where: string, reader: Reader): TaxLine[] {
  return taxes.map(({ title, code, rate, amount, channelLiable }, index) => ({
    title,
    code,
    rate,
    amount: reader.money(amount, `${where}.taxes.${index}.amount`),
    channelLiable,
  }));
}

function mapPayment(payment: ApiOrder['payments'][number], where: string, reader: Reader): Payment {
  return {
    schema: 'payment/1',
    paymentId: payment.id,
    parentId: payment.parentId,
    kind: payment.kind,
    status: payment.status,
    gateway: payment.gateway,
    amount: reader.money(payment.amount, `${where}.amount`),
    processedAt: instant(payment.processedAt),
    authorisationExpiresAt:
      payment.authorisationExpiresAt === null ? null : instant(payment.authorisationExpiresAt),
  };
}

/** The money of a refund is a payment of its own: books and settlement follow it. */
function moneyBack(
  { transactions, createdAt }: ApiOrder['refunds'][number],
  payments: ApiOrder['payments'],
  where: string,
  reader: Reader,
): Payment[] {
  const taken = payments.findLast(
    ({ kind, status }) => status === 'succeeded' && (kind === 'capture' || kind === 'sale'),
  );
  return transactions.map(({ id, status, amount, gateway, processedAt }, index) => ({
    schema: 'payment/1',
    paymentId: id,
    parentId: null,
    kind: 'refund',
    status,
    gateway: gateway ?? taken?.gateway ?? payments[0]?.gateway ?? 'unknown',
    amount: reader.money(amount, `${where}.transactions.${index}.amount`),
    processedAt: instant(processedAt ?? createdAt),
    authorisationExpiresAt: null,
  }));
}

function mapRefund(
  refund: ApiOrder['refunds'][number],
  where: string,
  reader: Reader,
  lineIds: ReadonlySet<string>,
): Refund {
  const cash = (status: 'succeeded' | 'pending' | 'failed') =>
    reader.sum(
      refund.transactions.filter((each) => each.status === status).map((each) => each.amount),
      `${where}.transactions`,
    );
  return {
    schema: 'refund/1',
    refundId: refund.id,
    createdAt: instant(refund.createdAt),
    lines: refund.lines.map((line, index) => ({
      lineId: known(line.lineId, lineIds, `${where}.lines.${index}.lineId`),
      quantity: line.quantity,
      effect: line.effect,
      restock: line.restock,
      amount: reader.money(line.amount, `${where}.lines.${index}.amount`),
      tax: reader.money(line.tax, `${where}.lines.${index}.tax`),
    })),
    shipping: reader.money(refund.shipping, `${where}.shipping`),
    shippingTax: reader.money(refund.shippingTax, `${where}.shippingTax`),
    cash: cash('succeeded'),
    cashPending: cash('pending'),
    cashFailed: cash('failed'),
  };
}

function mapFulfilment(
  fulfilment: ApiOrder['fulfilments'][number],
  where: string,
  lineIds: ReadonlySet<string>,
): Fulfilment {
  return {
    schema: 'fulfilment/1',
    fulfilmentId: fulfilment.id,
    status: fulfilment.status,
    shipmentId: fulfilment.shipmentId,
    createdAt: instant(fulfilment.createdAt),
    lines: fulfilment.lines.map((line, index) => ({
      lineId: known(line.lineId, lineIds, `${where}.lines.${index}.lineId`),
      quantity: line.quantity,
    })),
    tracking: fulfilment.tracking,
  };
}

function known(lineId: string, lineIds: ReadonlySet<string>, where: string): string {
  if (!lineIds.has(lineId))
    throw new MappingProblem('schema-drift', where, 'names a line that the order does not have');
  return lineId;
}

const NOBODY = {
  name: null,
  company: null,
  email: null,
  phone: null,
  address1: null,
  address2: null,
  city: null,
  postalCode: null,
  provinceCode: null,
  countryCode: null,
};

/**
 * Persons are written once and never changed, so a changed address is another person: the id is derived from the content,
 * and from the order, so that redacting one order tells nothing of another.
 */
function mapCustomer(
  connection: string,
  { id, customer }: ApiOrder,
  keep: (person: Person) => string,
): Customer | null {
  if (customer === null) return null;
  const content = {
    ...NOBODY,
    name: text(customer.name),
    company: text(customer.company),
    email: text(customer.email),
    phone: text(customer.phone),
  };
  const personId = derivedId('rest', connection, id, 'customer', customer.id ?? '', JSON.stringify(content));
  return {
    schema: 'customer/1',
    personId: keep({ schema: 'person/1', personId, ...content }),
    channelCustomerId: customer.id,
    taxExempt: customer.taxExempt,
  };
}

function mapAddress(
  connection: string,
  source: ApiOrder,
  which: 'shippingAddress' | 'billingAddress',
  keep: (person: Person) => string,
): AddressRef | null {
  const address = source[which];
  if (address === null) return null;
  const content = {
    name: text(address.name),
    company: text(address.company),
    email: text(source.customer?.email ?? null),
    phone: text(address.phone) ?? text(source.customer?.phone ?? null),
    address1: text(address.address1),
    address2: text(address.address2),
    city: text(address.city),
    postalCode: text(address.postalCode),
    provinceCode: text(address.provinceCode),
    countryCode: text(address.countryCode),
  };
  const personId = derivedId('rest', connection, source.id, which, JSON.stringify(content));
  const needed = [
    'name',
    'address1',
    'city',
    ...(content.countryCode !== null && WITHOUT_POSTAL_CODE.has(content.countryCode) ? [] : ['postalCode']),
    'countryCode',
  ] as const;
  const present = { ...content, name: content.name ?? content.company };
  return {
    personId: keep({ schema: 'person/1', personId, ...content }),
    countryCode: content.countryCode,
    provinceCode: content.provinceCode,
    postalArea: postalAreaOf(content.postalCode),
    missing: needed.filter((part) => present[part as keyof typeof present] === null),
  };
}

/** Countries that have no postal codes in use. */
const WITHOUT_POSTAL_CODE: ReadonlySet<string> = new Set([
  'AE',
  'AG',
  'AO',
  'AW',
  'BS',
  'BZ',
  'DM',
  'FJ',
  'GD',
  'GH',
  'HK',
  'KI',
  'KN',
  'MO',
  'QA',
  'SC',
  'TV',
  'UG',
  'VU',
  'YE',
  'ZW',
]);

/** Text without blanks around it; nothing is null. */
function text(value: string | null): string | null {
  const trimmed = value?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
