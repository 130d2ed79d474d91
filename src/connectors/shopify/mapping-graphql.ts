/** The order that a read or a poll brings (the shape of the vendor's GraphQL API), with its payments and holds. */
import { NO_MONEY } from '../../domain/canonical/index.ts';
import { type Currencies, Field, Unreadable } from './field.ts';
import { isOurHold } from './hold.ts';
import { asObject, quoted } from './json.ts';
import {
  DELIVERY_METHODS,
  FINANCIAL_STATUSES,
  FULFILMENT_STATUSES,
  PAYMENT_TERMS_TYPES,
  RESTOCK_TYPES,
  RETURN_PROGRESS,
  type ShopifyAddress,
  type ShopifyCharge,
  type ShopifyDiscount,
  type ShopifyFulfilment,
  type ShopifyHold,
  type ShopifyLine,
  type ShopifyOrder,
  type ShopifyPaymentTerms,
  type ShopifyRefund,
  type ShopifyRequest,
  type ShopifyShippingLine,
  type ShopifyTaxLine,
  type ShopifyTransaction,
  TRANSACTION_KINDS,
  TRANSACTION_STATUSES,
} from './source.ts';

/** Reads an order node. Throws `Unreadable`. */
export function orderFromRead(node: unknown): ShopifyOrder {
  const object = asObject(node);
  if (!object || !Array.isArray(asObject(object.lineItems)?.nodes)) {
    throw new Unreadable(
      'not-an-order',
      `The message has no order in it: lineItems is ${quoted(object?.lineItems)}`,
    );
  }
  const order = new Field('', object, 'graphql');
  const shop = order.at('currencyCode').currency();
  const currencies: Currencies = { shop, presentment: order.at('presentmentCurrencyCode').currency() };
  return {
    id: order.at('id').id(),
    name: order.at('name').text(),
    createdAt: order.at('createdAt').instant(),
    processedAt: order.at('processedAt').instantOrNull(),
    updatedAt: order.at('updatedAt').instant(),
    cancelledAt: order.at('cancelledAt').instantOrNull(),
    cancelReason: order.at('cancelReason').textOrNull(),
    test: order.at('test').flag(),
    shopCurrency: shop,
    presentmentCurrency: currencies.presentment,
    taxesIncluded: order.at('taxesIncluded').flag(),
    taxExempt: order.at('taxExempt').flag(),
    dutiesIncluded: order.at('dutiesIncluded').flag(),
    email: order.at('email').textOrNull(),
    phone: order.at('phone').textOrNull(),
    customer: readCustomer(order.at('customer')),
    sourceName: order.at('sourceName').textOrNull(),
    poNumber: order.at('poNumber').textOrNull(),
    company: readCompany(order.at('purchasingEntity')),
    paymentTerms: readTerms(order.at('paymentTerms')),
    shippingAddress: readAddress(order.at('shippingAddress')),
    billingAddress: readAddress(order.at('billingAddress')),
    lines: nodes(order.at('lineItems')).map((line) => readLine(line, currencies)),
    shippingLines: nodes(order.at('shippingLines')).map((line, index) =>
      readShipping(line, index, currencies),
    ),
    tip: order.at('totalTipReceivedSet').money(currencies),
    additionalFees: order
      .at('additionalFees')
      .list()
      .map((fee) => readCharge(fee, fee.at('name').text(), currencies)),
    cashRounding: order.at('totalCashRoundingAdjustment').at('paymentSet').money(currencies),
    total: order.at('totalPriceSet').money(currencies),
    totalTax: order.at('totalTaxSet').moneyOrNull(currencies) ?? NO_MONEY,
    currentTotal: order.at('currentTotalPriceSet').money(currencies),
    financialStatus: order.at('displayFinancialStatus').isNothing
      ? null
      : order.at('displayFinancialStatus').oneOf(FINANCIAL_STATUSES),
    returnStatus: order.at('returnStatus').isNothing ? null : order.at('returnStatus').oneOf(RETURN_PROGRESS),
    gateways: order
      .at('paymentGatewayNames')
      .list()
      .map((name) => name.text()),
    transactions: order
      .at('transactions')
      .list()
      .map((transaction) => readTransaction(transaction, currencies)),
    refunds: order
      .at('refunds')
      .list()
      .map((refund) => readRefund(refund, currencies)),
    fulfilments: order.at('fulfillments').list().map(readFulfilment),
    holds: nodes(order.at('fulfillmentOrders')).flatMap(readHolds),
    requests: nodes(order.at('fulfillmentOrders')).flatMap(readRequest),
    deliveries: nodes(order.at('fulfillmentOrders')).flatMap(readDelivery),
  };
}

/** Who purchased: a company, or a customer (in whom there is nothing of a company). */
function readCompany(entity: Field): ShopifyOrder['company'] {
  const company = entity.at('company');
  if (company.isNothing) return null;
  return { id: company.at('id').id(), locationId: entity.at('location').at('id').idOrNull() };
}

function readTerms(terms: Field): ShopifyPaymentTerms | null {
  if (terms.isNothing) return null;
  return {
    name: terms.at('paymentTermsName').text(),
    type: terms.at('paymentTermsType').oneOf(PAYMENT_TERMS_TYPES),
    open: nodes(terms.at('paymentSchedules'))
      .filter((schedule) => schedule.at('completedAt').isNothing)
      .map((schedule) => schedule.at('dueAt').instantOrNull()),
  };
}

const nodes = (connection: Field): Field[] => connection.at('nodes').list();

function readCustomer(customer: Field): ShopifyOrder['customer'] {
  if (customer.isNothing) return null;
  return {
    id: customer.at('id').id(),
    firstName: customer.at('firstName').textOrNull(),
    lastName: customer.at('lastName').textOrNull(),
    email: customer.at('defaultEmailAddress').at('emailAddress').textOrNull(),
    phone: customer.at('defaultPhoneNumber').at('phoneNumber').textOrNull(),
  };
}

function readAddress(address: Field): ShopifyAddress | null {
  if (address.isNothing) return null;
  const part = (name: string): string | null => address.at(name).textOrNull();
  return {
    firstName: part('firstName'),
    lastName: part('lastName'),
    name: part('name'),
    company: part('company'),
    phone: part('phone'),
    address1: part('address1'),
    address2: part('address2'),
    city: part('city'),
    zip: part('zip'),
    provinceCode: part('provinceCode'),
    countryCode: part('countryCodeV2'),
  };
}

function readTaxes(taxLines: Field, currencies: Currencies): ShopifyTaxLine[] {
  return taxLines.list().map((tax) => ({
    title: tax.at('title').text(),
    rate: tax.at('rate').isNothing ? '0' : tax.at('rate').decimal(),
    amount: tax.at('priceSet').money(currencies),
    channelLiable: tax.at('channelLiable').isNothing ? null : tax.at('channelLiable').flag(),
  }));
}

function readDiscounts(allocations: Field, currencies: Currencies): ShopifyDiscount[] {
  return allocations.list().map((allocation) => {
    const application = allocation.at('discountApplication');
    const source =
      application.at('code').textOrNull() ??
      application.at('title').textOrNull() ??
      String(application.at('index').quantity());
    return { source, amount: allocation.at('allocatedAmountSet').money(currencies) };
  });
}

function readCharge(charge: Field, title: string, currencies: Currencies): ShopifyCharge {
  return {
    title,
    amount: charge.at('price').money(currencies),
    taxLines: readTaxes(charge.at('taxLines'), currencies),
  };
}

function readLine(line: Field, currencies: Currencies): ShopifyLine {
  return {
    id: line.at('id').id(),
    sku: line.at('sku').textOrNull(),
    productId: line.at('product').at('id').idOrNull(),
    name: line.at('name').text().trim(),
    quantity: line.at('quantity').quantity(),
    currentQuantity: line.at('currentQuantity').quantity(),
    unitPrice: line.at('originalUnitPriceSet').price(currencies),
    gross: line.at('originalTotalSet').money(currencies),
    discounts: readDiscounts(line.at('discountAllocations'), currencies),
    taxLines: readTaxes(line.at('taxLines'), currencies),
    duties: line
      .at('duties')
      .list()
      .map((duty) => {
        const code = duty.at('harmonizedSystemCode').textOrNull();
        return readCharge(duty, code === null ? 'Duty' : `Duty ${code}`, currencies);
      }),
    requiresShipping: line.at('requiresShipping').flag(),
    giftCard: line.at('isGiftCard').flag(),
    taxable: line.at('taxable').flag(),
    bundleId: line.at('lineItemGroup').at('id').idOrNull(),
    sellingPlan: line.at('sellingPlan').at('name').textOrNull(),
  };
}

function readShipping(line: Field, index: number, currencies: Currencies): ShopifyShippingLine {
  return {
    id: line.at('id').idOrNull() ?? String(index),
    title: line.at('title').textOrNull() ?? 'Shipping',
    code: line.at('code').textOrNull(),
    gross: line.at('originalPriceSet').money(currencies),
    discounts: readDiscounts(line.at('discountAllocations'), currencies),
    taxLines: readTaxes(line.at('taxLines'), currencies),
    removed: line.at('isRemoved').flag(),
  };
}

function readTransaction(transaction: Field, currencies: Currencies): ShopifyTransaction {
  return {
    id: transaction.at('id').id(),
    parentId: transaction.at('parentTransaction').at('id').idOrNull(),
    kind: transaction.at('kind').oneOf(TRANSACTION_KINDS),
    status: transaction.at('status').oneOf(TRANSACTION_STATUSES),
    gateway: transaction.at('gateway').textOrNull(),
    amount: transaction.at('amountSet').money(currencies),
    processedAt: transaction.at('processedAt').instantOrNull() ?? transaction.at('createdAt').instant(),
    authorisationExpiresAt: transaction.at('authorizationExpiresAt').instantOrNull(),
    multiCapturable: !transaction.at('multiCapturable').isNothing && transaction.at('multiCapturable').flag(),
  };
}

function readRefund(refund: Field, currencies: Currencies): ShopifyRefund {
  return {
    id: refund.at('id').id(),
    createdAt: refund.at('createdAt').instantOrNull() ?? refund.at('processedAt').instant(),
    returnId: refund.at('return').at('id').idOrNull(),
    lines: nodes(refund.at('refundLineItems')).map((part) => ({
      lineId: part.at('lineItem').at('id').id(),
      quantity: part.at('quantity').quantity(),
      restockType: part.at('restockType').oneOf(RESTOCK_TYPES),
      subtotal: part.at('subtotalSet').money(currencies),
      tax: part.at('totalTaxSet').money(currencies),
    })),
    shipping: nodes(refund.at('refundShippingLines')).map((part) => ({
      subtotal: part.at('subtotalAmountSet').money(currencies),
      tax: part.at('taxAmountSet').money(currencies),
    })),
    duties: refund
      .at('duties')
      .list('empty')
      .map((duty) => duty.at('amountSet').money(currencies)),
    transactions: nodes(refund.at('transactions')).map((transaction) => ({
      kind: transaction.at('kind').oneOf(TRANSACTION_KINDS),
      status: transaction.at('status').oneOf(TRANSACTION_STATUSES),
      amount: transaction.at('amountSet').money(currencies),
    })),
  };
}

function readFulfilment(fulfilment: Field): ShopifyFulfilment {
  return {
    id: fulfilment.at('id').id(),
    status: fulfilment.at('status').oneOf(FULFILMENT_STATUSES),
    createdAt: fulfilment.at('createdAt').instant(),
    lines: nodes(fulfilment.at('fulfillmentLineItems')).map((part) => ({
      lineId: part.at('lineItem').at('id').id(),
      quantity: part.at('quantity').quantity(),
    })),
    tracking: fulfilment
      .at('trackingInfo')
      .list()
      .map((entry) => ({
        company: entry.at('company').textOrNull(),
        number: entry.at('number').textOrNull(),
        url: entry.at('url').textOrNull(),
      })),
  };
}

/** What stops a fulfilment order: each of its holds, or that it is held for a reason that is not told. */
function readHolds(fulfilmentOrder: Field): ShopifyHold[] {
  const status = fulfilmentOrder.at('status').text();
  if (status === 'SCHEDULED')
    return [{ reason: 'SCHEDULED', notes: null, until: fulfilmentOrder.at('fulfillAt').instantOrNull() }];
  if (status !== 'ON_HOLD') return [];
  const all = fulfilmentOrder.at('fulfillmentHolds').list();
  // What we hold ourselves stops nobody but the shop's staff: it must never come back as somebody's wish (DESIGN.md, rule 3).
  const holds = all
    .filter(
      (hold) =>
        !isOurHold({
          handle: hold.at('handle').textOrNull(),
          heldByRequestingApp: hold.at('heldByRequestingApp').flag(false),
        }),
    )
    .map((hold) => ({ reason: hold.at('reason').text(), notes: hold.at('reasonNotes').textOrNull() }));
  return holds.length > 0 || all.length > 0 ? holds : [{ reason: 'OTHER', notes: null }];
}

const REQUESTS: Readonly<Record<string, ShopifyRequest['status']>> = {
  SUBMITTED: 'requested',
  ACCEPTED: 'accepted',
  CANCELLATION_REJECTED: 'accepted',
  CANCELLATION_REQUESTED: 'cancellationRequested',
  CANCELLATION_ACCEPTED: 'withdrawn',
};

/** What was asked of a fulfilment service; nothing of what was never asked, was rejected, or is given back. */
function readRequest(fulfilmentOrder: Field): ShopifyRequest[] {
  const asked = fulfilmentOrder.at('requestStatus');
  const status = asked.isNothing ? undefined : REQUESTS[asked.text()];
  if (status === undefined || fulfilmentOrder.at('status').text() === 'CANCELLED') return [];
  const at = fulfilmentOrder.at('assignedLocation');
  return [
    {
      id: fulfilmentOrder.at('id').id(),
      status,
      locationId: at.at('location').at('id').idOrNull(),
      locationName: at.at('name').text(),
    },
  ];
}

/** How a fulfilment order delivers, and from where; nothing of one that is gone. */
function readDelivery(fulfilmentOrder: Field): NonNullable<ShopifyOrder['deliveries']> {
  if (fulfilmentOrder.at('status').text() === 'CANCELLED') return [];
  const method = fulfilmentOrder.at('deliveryMethod').at('methodType');
  if (method.isNothing) return [];
  return [
    {
      method: method.oneOf(DELIVERY_METHODS),
      locationId: fulfilmentOrder.at('assignedLocation').at('location').at('id').idOrNull(),
      locationName: fulfilmentOrder.at('assignedLocation').at('name').textOrNull(),
    },
  ];
}
