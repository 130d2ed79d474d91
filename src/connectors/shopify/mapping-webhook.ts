/**
 * The order that an `orders/*` webhook carries (the shape of the vendor's REST API). Some things it cannot say whole (what an
 * additional fee is, the shop's money of a refund in another currency): then the order is to be read.
 */
import { NO_MONEY, type Tracking, type TwoMoney } from '../../domain/canonical/index.ts';
import { parseMinor } from '../../domain/money.ts';
import { timesWhole } from './decimal.ts';
import { type Currencies, Field, Unreadable } from './field.ts';
import { asObject, numericId, quoted } from './json.ts';
import {
  FINANCIAL_STATUSES,
  FULFILMENT_STATUSES,
  PAYMENT_TERMS_TYPES,
  RESTOCK_TYPES,
  type ShopifyAddress,
  type ShopifyCharge,
  type ShopifyDiscount,
  type ShopifyFulfilment,
  type ShopifyLine,
  type ShopifyOrder,
  type ShopifyPaymentTerms,
  type ShopifyRefund,
  type ShopifyShippingLine,
  type ShopifyTaxLine,
  TRANSACTION_KINDS,
  TRANSACTION_STATUSES,
} from './source.ts';

/** Thrown when the message does not say all that the order is: it must be read. */
export class Incomplete extends Error {}

/** Reads the body of an `orders/*` webhook. Throws `Unreadable` or `Incomplete`. */
export function orderFromWebhook(body: unknown): ShopifyOrder {
  const object = asObject(body);
  if (!object || !Array.isArray(object.line_items) || typeof object.currency !== 'string') {
    throw new Unreadable(
      'not-an-order',
      `The message has no order in it: line_items is ${Array.isArray(object?.line_items) ? 'a list' : quoted(object?.line_items)}, currency is ${quoted(object?.currency)}`,
    );
  }
  const order = new Field('', object, 'webhook');
  const shop = order.at('currency').currency();
  const presentment = order.at('presentment_currency').isNothing
    ? shop
    : order.at('presentment_currency').currency();
  const currencies: Currencies = { shop, presentment };
  const discountSources = order.at('discount_applications').list('empty').map(discountSource);
  const refunds = order
    .at('refunds')
    .list('empty')
    .map((refund) => readRefund(refund, currencies));
  return {
    id: ownId(order),
    name: order.at('name').text(),
    createdAt: order.at('created_at').instant(),
    processedAt: order.at('processed_at').instantOrNull(),
    updatedAt: order.at('updated_at').instant(),
    cancelledAt: order.at('cancelled_at').instantOrNull(),
    cancelReason: order.at('cancel_reason').textOrNull(),
    test: order.at('test').flag(false),
    shopCurrency: shop,
    presentmentCurrency: presentment,
    taxesIncluded: order.at('taxes_included').flag(),
    taxExempt: order.at('tax_exempt').flag(false),
    dutiesIncluded: order.at('duties_included').flag(false),
    email: order.at('email').textOrNull() ?? order.at('contact_email').textOrNull(),
    phone: order.at('phone').textOrNull(),
    customer: readCustomer(order.at('customer')),
    sourceName: order.at('source_name').textOrNull(),
    poNumber: order.at('po_number').textOrNull(),
    company: readCompany(order.at('company')),
    paymentTerms: readTerms(order.at('payment_terms')),
    shippingAddress: readAddress(order.at('shipping_address')),
    billingAddress: readAddress(order.at('billing_address')),
    lines: order
      .at('line_items')
      .list()
      .map((line) => readLine(line, currencies, discountSources, refunds)),
    shippingLines: order
      .at('shipping_lines')
      .list('empty')
      .map((line, index) => readShipping(line, index, currencies, discountSources)),
    tip: readTip(order, currencies),
    additionalFees: readFees(order, currencies),
    cashRounding: order.at('total_cash_rounding_payment_adjustment_set').moneyOrNull(currencies) ?? NO_MONEY,
    total: order.at('total_price_set').money(currencies),
    totalTax: order.at('total_tax_set').moneyOrNull(currencies) ?? NO_MONEY,
    currentTotal: order.at('current_total_price_set').money(currencies),
    financialStatus: order.at('financial_status').isNothing
      ? null
      : order.at('financial_status').oneOf(FINANCIAL_STATUSES),
    returnStatus: null,
    gateways: order
      .at('payment_gateway_names')
      .list('empty')
      .map((name) => name.text()),
    transactions: null,
    refunds,
    fulfilments: order.at('fulfillments').list('empty').map(readFulfilment),
    holds: null,
    requests: null,
    deliveries: null,
  };
}

function readCompany(company: Field): ShopifyOrder['company'] {
  if (company.isNothing) return null;
  return { id: company.at('id').id(), locationId: company.at('location_id').idOrNull() };
}

function readTerms(terms: Field): ShopifyPaymentTerms | null {
  if (terms.isNothing) return null;
  return {
    name: terms.at('payment_terms_name').text(),
    type: terms.at('payment_terms_type').oneOf(PAYMENT_TERMS_TYPES),
    open: terms
      .at('payment_schedules')
      .list('empty')
      .filter((schedule) => schedule.at('completed_at').isNothing)
      .map((schedule) => schedule.at('due_at').instantOrNull()),
  };
}

/** The global id where there is one: the number beside it may have been rounded by what the message passed through. */
function ownId(field: Field): string {
  return numericId(field.at('admin_graphql_api_id').value) ?? field.at('id').id();
}

function readCustomer(customer: Field): ShopifyOrder['customer'] {
  if (customer.isNothing || customer.at('id').isNothing) return null;
  return {
    id: ownId(customer),
    firstName: customer.at('first_name').textOrNull(),
    lastName: customer.at('last_name').textOrNull(),
    email: customer.at('email').textOrNull(),
    phone: customer.at('phone').textOrNull(),
  };
}

function readAddress(address: Field): ShopifyAddress | null {
  if (address.isNothing) return null;
  const part = (name: string): string | null => address.at(name).textOrNull();
  return {
    firstName: part('first_name'),
    lastName: part('last_name'),
    name: part('name'),
    company: part('company'),
    phone: part('phone'),
    address1: part('address1'),
    address2: part('address2'),
    city: part('city'),
    zip: part('zip'),
    provinceCode: part('province_code'),
    countryCode: part('country_code'),
  };
}

/** What gave a discount: its code, else its title, else its number in the order. */
function discountSource(application: Field, index: number): string {
  const words = ['code', 'title', 'description'].map((name) => application.at(name).textOrNull());
  return words.find((word) => word !== null) ?? String(index);
}

function readDiscounts(
  allocations: Field,
  currencies: Currencies,
  sources: readonly string[],
): ShopifyDiscount[] {
  return allocations.list('empty').map((allocation) => {
    const index = allocation.at('discount_application_index').quantity();
    return { source: sources[index] ?? String(index), amount: allocation.at('amount_set').money(currencies) };
  });
}

function readTaxes(taxLines: Field, currencies: Currencies): ShopifyTaxLine[] {
  return taxLines.list('empty').map((tax) => ({
    title: tax.at('title').text(),
    rate: tax.at('rate').isNothing ? '0' : tax.at('rate').decimal(),
    amount: tax.at('price_set').money(currencies),
    channelLiable: tax.at('channel_liable').isNothing ? null : tax.at('channel_liable').flag(),
  }));
}

function readLine(
  line: Field,
  currencies: Currencies,
  discountSources: readonly string[],
  refunds: readonly ShopifyRefund[],
): ShopifyLine {
  const id = ownId(line);
  const quantity = line.at('quantity').quantity();
  const unitPrice = line.at('price_set').price(currencies);
  const productExists = line.at('product_exists').flag(true);
  return {
    id,
    sku: line.at('sku').textOrNull(),
    productId: productExists ? line.at('product_id').idOrNull() : null,
    name: line.at('name').textOrNull() ?? line.at('title').text(),
    quantity,
    currentQuantity: line.at('current_quantity').isNothing
      ? quantity - refundedUnits(id, refunds)
      : line.at('current_quantity').quantity(),
    unitPrice,
    gross: {
      shop: grossOf(line, unitPrice.shop, quantity, currencies.shop),
      presentment: grossOf(line, unitPrice.presentment, quantity, currencies.presentment),
    },
    discounts: readDiscounts(line.at('discount_allocations'), currencies, discountSources),
    taxLines: readTaxes(line.at('tax_lines'), currencies),
    duties: line
      .at('duties')
      .list('empty')
      .map((duty) => readDuty(duty, currencies)),
    requiresShipping: line.at('requires_shipping').flag(),
    giftCard: line.at('gift_card').flag(false),
    taxable: line.at('taxable').flag(true),
    bundleId: line.at('sales_line_item_group_id').idOrNull(),
    sellingPlan: null,
  };
}

/** Messages of versions before `current_quantity` was told. */
function refundedUnits(lineId: string, refunds: readonly ShopifyRefund[]): number {
  return refunds
    .flatMap((refund) => refund.lines)
    .reduce((sum, part) => sum + (part.lineId === lineId ? part.quantity : 0), 0);
}

/** The webhook tells the price of one unit only; the product must be whole in minor units, since the channel's rounding is not ours to guess. */
function grossOf(line: Field, unitPrice: string, quantity: number, currency: string): number {
  const product = timesWhole(unitPrice, quantity);
  try {
    return parseMinor(product, currency);
  } catch (error) {
    throw new Unreadable(
      'bad-money',
      `${line.path}.price_set is ${quoted(unitPrice)} for each of ${quantity} units: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** A duty carries its two moneys at its top. */
function readDuty(duty: Field, currencies: Currencies): ShopifyCharge {
  const code = duty.at('harmonized_system_code').textOrNull();
  return {
    title: code === null ? 'Duty' : `Duty ${code}`,
    amount: duty.money(currencies),
    taxLines: readTaxes(duty.at('tax_lines'), currencies),
  };
}

function readShipping(
  line: Field,
  index: number,
  currencies: Currencies,
  discountSources: readonly string[],
): ShopifyShippingLine {
  return {
    id: line.at('id').idOrNull() ?? String(index),
    title: line.at('title').textOrNull() ?? 'Shipping',
    code: line.at('code').textOrNull(),
    gross: line.at('price_set').money(currencies),
    discounts: readDiscounts(line.at('discount_allocations'), currencies, discountSources),
    taxLines: readTaxes(line.at('tax_lines'), currencies),
    removed: line.at('is_removed').flag(false),
  };
}

/** The tip is told in the shop's money only. */
function readTip(order: Field, { shop, presentment }: Currencies): TwoMoney {
  const tip = order.at('total_tip_received');
  const amount = tip.isNothing ? 0 : tip.minor(shop);
  if (amount !== 0 && presentment !== shop)
    throw new Incomplete('the message does not tell the tip in the customer’s money');
  return { shop: amount, presentment: amount };
}

function readFees(order: Field, currencies: Currencies): ShopifyCharge[] {
  const fees = order.at('original_total_additional_fees_set').moneyOrNull(currencies) ?? NO_MONEY;
  if (fees.shop !== 0 || fees.presentment !== 0)
    throw new Incomplete('the message does not tell the order’s additional fees one by one');
  return [];
}

function readRefund(refund: Field, currencies: Currencies): ShopifyRefund {
  return {
    id: ownId(refund),
    createdAt: refund.at('created_at').instant(),
    returnId: refund.at('return').at('id').idOrNull(),
    lines: refund
      .at('refund_line_items')
      .list('empty')
      .map((part) => ({
        lineId:
          numericId(part.at('line_item').at('admin_graphql_api_id').value) ?? part.at('line_item_id').id(),
        quantity: part.at('quantity').quantity(),
        restockType: part.at('restock_type').oneOf(RESTOCK_TYPES),
        subtotal: part.at('subtotal_set').money(currencies),
        tax: part.at('total_tax_set').money(currencies),
      })),
    shipping: refund
      .at('refund_shipping_lines')
      .list('empty')
      .map((part) => {
        if (part.at('tax_amount_set').isNothing)
          throw new Incomplete('the message does not tell the tax of the shipping that was refunded');
        return {
          subtotal: part.at('subtotal_amount_set').money(currencies),
          tax: part.at('tax_amount_set').money(currencies),
        };
      }),
    duties: refund
      .at('duties')
      .list('empty')
      .map((duty) => duty.at('amount_set').money(currencies)),
    transactions: refund
      .at('transactions')
      .list('empty')
      .map((transaction) => ({
        kind: transaction.at('kind').oneOf(TRANSACTION_KINDS),
        status: transaction.at('status').oneOf(TRANSACTION_STATUSES),
        amount: transactionAmount(transaction, currencies),
      })),
  };
}

/** A transaction is told in one money: the customer's. */
function transactionAmount(transaction: Field, currencies: Currencies): TwoMoney {
  const both = transaction.at('amount_set').moneyOrNull(currencies);
  if (both) return both;
  if (currencies.shop !== currencies.presentment)
    throw new Incomplete('the message does not tell a refund’s transaction in both moneys');
  const currency = transaction.at('currency');
  if (!currency.isNothing && currency.currency() !== currencies.shop)
    throw new Incomplete('the message tells a refund’s transaction in a money of its own');
  const amount = transaction.at('amount').minor(currencies.shop);
  return { shop: amount, presentment: amount };
}

function readFulfilment(fulfilment: Field): ShopifyFulfilment {
  return {
    id: ownId(fulfilment),
    status: fulfilment.at('status').isNothing
      ? 'PENDING'
      : fulfilment.at('status').oneOf(FULFILMENT_STATUSES),
    createdAt: fulfilment.at('created_at').instant(),
    lines: fulfilment
      .at('line_items')
      .list('empty')
      .map((line) => ({ lineId: ownId(line), quantity: line.at('quantity').quantity() })),
    tracking: readTracking(fulfilment),
  };
}

function readTracking(fulfilment: Field): Tracking[] {
  const company = fulfilment.at('tracking_company').textOrNull();
  const all = (list: string, one: string): (string | null)[] => {
    const values = fulfilment
      .at(list)
      .list('empty')
      .map((value) => value.textOrNull());
    return values.length > 0 ? values : [fulfilment.at(one).textOrNull()].filter((value) => value !== null);
  };
  const numbers = all('tracking_numbers', 'tracking_number');
  const urls = all('tracking_urls', 'tracking_url');
  const entries = Array.from(
    { length: Math.max(numbers.length, urls.length, company === null ? 0 : 1) },
    (_, index) => ({
      company,
      number: numbers[index] ?? null,
      url: urls[index] ?? null,
    }),
  );
  return entries;
}
