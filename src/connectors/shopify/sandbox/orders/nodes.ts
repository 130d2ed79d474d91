/** An order as a GraphQL object. What a store of the vendor could tell and this one cannot is left out on purpose. */
import type { Amount, OrderBook } from '../book.ts';
import {
  add,
  capturedAmount,
  closedAt,
  financialStatus,
  fulfilmentStatus,
  gatewaysOf,
  hasAddress,
  hasDuties,
  isAddressed,
  NOTHING,
  refundedAmount,
  subtract,
} from '../book-figures.ts';
import { countryName, fullName, moneyBag, utc } from '../format.ts';
import { connection, type PageArgs } from '../graphql/connection.ts';
import { fromRoot } from '../graphql/from-root.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid } from '../ids.ts';
import { metafieldFields } from '../metafields/metafields.ts';
import { capturableNow } from '../payments/captures.ts';
import { returnNode, returnStatus } from '../returns/nodes-returns.ts';
import { type SuggestedRefundArgs, suggestedRefundNode } from '../returns/suggested-refund.ts';
import {
  fulfilmentNode,
  fulfilmentOrderNode,
  type Locations,
  refundNode,
  taken,
  transactionNode,
} from './nodes-events.ts';
import { lineNode, type Node, shippingNode, taxNode, taxNodes } from './nodes-lines.ts';
import { currentTotals, extraTaxes, payable, shippingPrice, taxesByTitle, totals } from './pricing.ts';

export function orderNode(order: OrderBook, locations: Locations): Node {
  const placed = totals(order);
  const closedAtMs = closedAt(order);
  const current = currentTotals(order);
  const bag = (amount: Amount) => moneyBag(order, amount);
  const net = subtract(capturedAmount(order), refundedAmount(order, 'success'));
  const capturable = capturableNow(order);
  return {
    __typename: 'Order',
    id: gid('Order', order.id),
    legacyResourceId: order.id,
    name: `#${order.number}`,
    number: order.number,
    createdAt: utc(order.createdAtMs),
    processedAt: utc(order.createdAtMs),
    updatedAt: utc(order.updatedAtSecond * 1000),
    cancelledAt: order.cancelledAtMs === null ? null : utc(order.cancelledAtMs),
    cancelReason: cancelReason(order),
    closed: closedAtMs !== null,
    closedAt: closedAtMs === null ? null : utc(closedAtMs),
    test: order.test,
    confirmed: true,
    edited: order.edited,
    currencyCode: order.currency,
    presentmentCurrencyCode: order.presentmentCurrency,
    taxesIncluded: order.taxesIncluded,
    taxExempt: order.taxExempt,
    dutiesIncluded: false,
    estimatedTaxes: false,
    email: order.shopper.email || null,
    phone: null,
    note: order.note ?? null,
    tags: order.tags ?? [],
    ...metafieldFields(order, 'ORDER'),
    customAttributes: order.attributes ?? [],
    sourceName: order.source,
    poNumber: order.poNumber,
    purchasingEntity:
      order.company === null
        ? fromRoot('customer', 'Customer', order.customerId)
        : () => purchasingCompany(order.company),
    paymentTerms: () => termsNode(order),
    customer: fromRoot('customer', 'Customer', order.customerId),
    shippingAddress: () => (hasAddress(order) ? addressNode(order) : null),
    billingAddress: () => (order.delivery === 'RETAIL' || !isAddressed(order) ? null : addressNode(order)),
    billingAddressMatchesShippingAddress: true,
    lineItems: (args: PageArgs) => connection(order.lines, args, (line) => lineNode(order, line)),
    shippingLines: (args: PageArgs & { includeRemovals?: boolean | null }) =>
      connection(args.includeRemovals ? order.shipping : keptShipping(order), args, (each) =>
        shippingNode(order, each),
      ),
    shippingLine: () => {
      const [first] = keptShipping(order);
      return first ? shippingNode(order, first) : null;
    },
    taxLines: () => taxesByTitle(order).map(({ tax, amount }) => taxNode(order, tax, amount)),
    discountCode: codesOf(order)[0] ?? null,
    discountCodes: codesOf(order),
    totalTipReceivedSet: () => bag(placed.tip),
    additionalFees: () => feeNodes(order),
    originalTotalDutiesSet: () => (hasDuties(order) ? bag(placed.duties) : null),
    currentTotalDutiesSet: () => (hasDuties(order) ? bag(current.duties) : null),
    originalTotalAdditionalFeesSet: () => (placed.fees.shop === 0n ? null : bag(placed.fees)),
    totalCashRoundingAdjustment: () => ({
      paymentSet: bag(order.cashRounding),
      refundSet: bag(order.extrasGone ? subtract(NOTHING, order.cashRounding) : NOTHING),
    }),
    subtotalPriceSet: () => bag(placed.subtotal),
    totalShippingPriceSet: () => bag(add(...order.shipping.map(shippingPrice))),
    totalDiscountsSet: () => bag(placed.discounts),
    totalTaxSet: () => bag(placed.tax),
    totalPriceSet: () => bag(placed.total),
    currentSubtotalPriceSet: () => bag(current.subtotal),
    currentShippingPriceSet: () => bag(current.shipping),
    currentTotalDiscountsSet: () => bag(current.discounts),
    currentTotalTaxSet: () => bag(current.tax),
    currentTotalPriceSet: () => bag(current.total),
    totalReceivedSet: () => bag(capturedAmount(order)),
    totalRefundedSet: () => bag(refundedAmount(order, 'success')),
    capturable: capturable.presentment > 0n,
    totalCapturable: bag(capturable).shopMoney.amount,
    totalCapturableSet: bag(capturable),
    totalOutstandingSet: () =>
      bag(add(subtract(payable(order), net), ...order.refunds.map(({ fees }) => fees ?? NOTHING))),
    netPaymentSet: () => bag(net),
    displayFinancialStatus: financialStatus(order),
    displayFulfillmentStatus: fulfilmentStatus(order),
    paymentGatewayNames: gatewaysOf(order),
    transactions: ({ first }: { first?: number | null }) =>
      taken(order.transactions, first).map((each) => transactionNode(order, each)),
    refunds: ({ first }: { first?: number | null }) =>
      taken(order.refunds, first).map((each) => refundNode(order, each)),
    fulfillments: ({ first }: { first?: number | null }) =>
      taken(order.fulfilments, first).map((each) => fulfilmentNode(order, each)),
    suggestedRefund: (args: SuggestedRefundArgs) => suggestedRefundNode(order, args),
    returnStatus: returnStatus(order),
    returns: (args: PageArgs & { query?: string | null }) => {
      if (args.query) throw notSupported('Order.returns(query)');
      const view = { locations, orderNode: () => orderNode(order, locations) };
      return connection(order.returns ?? [], args, (each) => returnNode(order, each, view));
    },
    fulfillmentOrders: (args: PageArgs) =>
      connection(order.fulfilmentOrders, args, (each) => fulfilmentOrderNode(order, each, locations)),
  };
}

const CANCEL_REASONS: ReadonlySet<string> = new Set(['CUSTOMER', 'DECLINED', 'FRAUD', 'INVENTORY', 'STAFF']);

function cancelReason({ cancelledAtMs, cancelReason: reason }: OrderBook): string | null {
  if (cancelledAtMs === null) return null;
  const known = reason?.toUpperCase() ?? '';
  return CANCEL_REASONS.has(known) ? known : 'OTHER';
}

function codesOf(order: OrderBook): string[] {
  return order.applications.flatMap((each) =>
    each.kind === 'fixed' || each.kind === 'shipping' ? [each.code] : [],
  );
}

function feeNodes(order: OrderBook): Node[] {
  return order.extras
    .filter(({ kind }) => kind === 'fee')
    .map((fee) => ({
      __typename: 'AdditionalFee',
      id: gid('AdditionalFee', fee.id),
      name: fee.title,
      price: moneyBag(order, fee.amount),
      taxLines: taxNodes(order, fee.taxes, (side) => extraTaxes(order, fee, side)),
    }));
}

export function purchasingCompany(company: OrderBook['company']): Node | null {
  if (company === null) return null;
  return {
    __typename: 'PurchasingCompany',
    company: fromRoot('company', 'Company', company.companyId),
    location: fromRoot('companyLocation', 'CompanyLocation', company.locationId),
    contact: fromRoot('companyContact', 'CompanyContact', company.contactId ?? null),
  };
}

function termsNode(order: OrderBook): Node | null {
  const { terms } = order;
  if (terms === null) return null;
  const isPaid = order.money === 'paid';
  const schedule = {
    id: gid('PaymentSchedule', terms.id),
    issuedAt: utc(order.createdAtMs),
    dueAt: utc(terms.dueAtMs),
    completedAt: isPaid ? utc(order.updatedAtSecond * 1000) : null,
  };
  return {
    __typename: 'PaymentTerms',
    id: gid('PaymentTerms', terms.id),
    paymentTermsName: terms.name,
    paymentTermsType: terms.type,
    dueInDays: terms.dueInDays,
    paymentSchedules: (args: PageArgs) => connection([schedule], args, (each) => each),
  };
}

function addressNode({ id, shopper }: OrderBook): Node {
  return {
    __typename: 'MailingAddress',
    id: gid('MailingAddress', `${id}?model_name=Address`),
    firstName: shopper.firstName || null,
    lastName: shopper.lastName || null,
    name: fullName(shopper) || null,
    company: shopper.company || null,
    phone: shopper.phone,
    address1: shopper.address1 || null,
    address2: shopper.address2 || null,
    city: shopper.city || null,
    zip: shopper.postalCode || null,
    province: shopper.provinceCode,
    provinceCode: shopper.provinceCode,
    country: countryName(shopper.countryCode),
    countryCodeV2: shopper.countryCode,
  };
}

/** Delivery that no edit has taken off, whether given back or not. */
function keptShipping({ shipping }: OrderBook): OrderBook['shipping'] {
  return shipping.filter(({ removed }) => !removed);
}
