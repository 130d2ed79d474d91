/** The parts of an order in the shape of the vendor's REST API, which its webhooks have kept. */
import { toText } from '../../../../sandbox/kit/money.ts';
import type {
  Amount,
  FulfilmentBook,
  FulfilmentEventBook,
  LineBook,
  OrderBook,
  RefundBook,
  ShippingBook,
  Side,
  Tax,
  TransactionBook,
} from '../book.ts';
import {
  add,
  currencyOf,
  fulfilmentStatus,
  isAddressed,
  leaves,
  lineName,
  NOTHING,
  subtract,
  unshippedUnits,
} from '../book-figures.ts';
import { countryName, fullName, type LocalTime, moneySet } from '../format.ts';
import { digits, gid } from '../ids.ts';
import {
  allocationsOf,
  discrepancy,
  payable,
  priceOf,
  shippingPrice,
  shippingTaxes,
} from '../orders/pricing.ts';
import { capturable } from '../payments/captures.ts';

export type Json = Record<string, unknown>;

export interface Writer {
  time: LocalTime;
  shop: string;
  /** The customer of this id, as its own topics carry it. */
  customer(id: string): Json | null;
}

export const shopText = (order: OrderBook, amount: Amount): string => toText(amount.shop, order.currency);

export function address({ shopper }: OrderBook): Json {
  return {
    first_name: shopper.firstName,
    address1: shopper.address1,
    phone: shopper.phone,
    city: shopper.city,
    zip: shopper.postalCode,
    province: shopper.provinceCode,
    country: countryName(shopper.countryCode),
    last_name: shopper.lastName,
    address2: shopper.address2 || null,
    company: shopper.company || null,
    latitude: null,
    longitude: null,
    name: fullName(shopper),
    country_code: shopper.countryCode,
    province_code: shopper.provinceCode,
  };
}

export function taxLine(order: OrderBook, tax: Tax, amount: Amount): Json {
  return {
    channel_liable: false,
    price: shopText(order, amount),
    price_set: moneySet(order, amount),
    rate: Number(tax.rate),
    title: tax.title,
  };
}

function taxLines(order: OrderBook, taxes: readonly Tax[], amounts: (side: Side) => bigint[]): Json[] {
  const [shop, presentment] = [amounts('shop'), amounts('presentment')];
  return taxes.map((tax, index) =>
    taxLine(order, tax, { shop: shop[index] ?? 0n, presentment: presentment[index] ?? 0n }),
  );
}

/** A line as an order shows it. */
export function lineItem(order: OrderBook, line: LineBook): Json {
  return {
    id: digits(line.id),
    admin_graphql_api_id: gid('LineItem', line.id),
    attributed_staffs: [],
    current_quantity: line.quantity - line.removed - line.returned,
    fulfillable_quantity: leaves(line) ? unshippedUnits(line) : 0,
    fulfillment_service: line.giftCard ? 'gift_card' : 'manual',
    fulfillment_status: line.fulfilled === 0 ? null : unshippedUnits(line) === 0 ? 'fulfilled' : 'partial',
    gift_card: line.giftCard,
    grams: 0,
    name: lineName(line),
    price: shopText(order, line.unitPrice),
    price_set: moneySet(order, line.unitPrice),
    product_exists: line.productId !== null,
    product_id: line.productId === null ? null : digits(line.productId),
    properties: [],
    quantity: line.quantity,
    requires_shipping: leaves(line),
    sales_line_item_group_id: line.bundle && digits(line.bundle.id),
    sku: line.sku,
    taxable: line.taxes.length > 0,
    title: line.title,
    total_discount: shopText(order, NOTHING),
    total_discount_set: moneySet(order, NOTHING),
    variant_id: line.variantId === null ? null : digits(line.variantId),
    variant_inventory_management: leaves(line) ? 'shopify' : null,
    variant_title: line.variantTitle,
    vendor: line.productId === null ? null : 'Harbour & Vale',
    tax_lines: taxLines(order, line.taxes, (side) => priceOf(order, line, side).taxes),
    duties: dutyOf(order, line),
    discount_allocations: allocationsOf(order, line).map(({ application, amount }) => ({
      amount: shopText(order, amount),
      amount_set: moneySet(order, amount),
      discount_application_index: application,
    })),
  };
}

function dutyOf(order: OrderBook, { duty }: LineBook): Json[] {
  if (duty === null) return [];
  return [
    {
      id: digits(duty.id),
      harmonized_system_code: duty.code,
      country_code_of_origin: null,
      ...moneySet(order, duty.amount),
      tax_lines: [],
      admin_graphql_api_id: gid('Duty', duty.id),
    },
  ];
}

export function lineItemGroups({ lines }: OrderBook): Json[] {
  const bundles = new Map(lines.flatMap(({ bundle }) => (bundle ? [[bundle.id, bundle.title]] : [])));
  return [...bundles].map(([id, title]) => ({ id: digits(id), title, quantity: 1 }));
}

/** When the order is to be paid; the vendor's amounts of instalments are numbers. */
export function paymentTerms(order: OrderBook, { time }: Writer): Json | null {
  const { terms, presentmentCurrency } = order;
  if (terms === null) return null;
  const amount = Number(toText(payable(order).presentment, presentmentCurrency));
  return {
    id: digits(terms.id),
    created_at: time.write(order.createdAtMs),
    updated_at: time.write(order.createdAtMs),
    payment_terms_name: terms.name,
    payment_terms_type: terms.type.toLowerCase(),
    due_in_days: terms.dueInDays,
    payment_schedules: [
      {
        amount,
        currency: presentmentCurrency,
        issued_at: time.write(order.createdAtMs),
        due_at: time.write(terms.dueAtMs),
        completed_at: order.money === 'paid' ? time.write(order.updatedAtSecond * 1000) : null,
        expected_payment_method: null,
      },
    ],
  };
}

export function shippingLine(order: OrderBook, shipping: ShippingBook): Json {
  const price = shippingPrice(shipping);
  const { discount } = shipping;
  return {
    id: digits(shipping.id),
    carrier_identifier: null,
    code: shipping.title,
    current_discounted_price_set: moneySet(
      order,
      shipping.gone || shipping.removed ? NOTHING : shipping.charged,
    ),
    discounted_price: shopText(order, shipping.charged),
    discounted_price_set: moneySet(order, shipping.charged),
    is_removed: shipping.removed ?? false,
    phone: null,
    price: shopText(order, price),
    price_set: moneySet(order, price),
    requested_fulfillment_service_id: null,
    source: 'shopify',
    title: shipping.title,
    tax_lines: taxLines(order, shipping.taxes, (side) => shippingTaxes(order, shipping, side)),
    discount_allocations: discount
      ? [
          {
            amount: shopText(order, discount.amount),
            amount_set: moneySet(order, discount.amount),
            discount_application_index: discount.application,
          },
        ]
      : [],
  };
}

export function discountApplication(application: OrderBook['applications'][number], order: OrderBook): Json {
  if (application.kind === 'fixed')
    return {
      target_type: 'line_item',
      type: 'discount_code',
      value: shopText(order, application.amount),
      value_type: 'fixed_amount',
      allocation_method: 'across',
      target_selection: 'all',
      code: application.code,
    };
  if (application.kind === 'granted') {
    const { title, percent, amount } = application;
    return {
      target_type: 'line_item',
      type: 'manual',
      value: percent ?? shopText(order, amount),
      value_type: percent === null ? 'fixed_amount' : 'percentage',
      allocation_method: 'across',
      target_selection: 'all',
      title,
      description: title,
    };
  }
  if (application.kind === 'shipping')
    return {
      target_type: 'shipping_line',
      type: 'discount_code',
      value: application.percent,
      value_type: 'percentage',
      allocation_method: 'each',
      target_selection: 'all',
      code: application.code,
    };
  if (application.kind === 'manual') {
    const { title, value } = application;
    return {
      target_type: 'line_item',
      type: 'manual',
      value: 'percent' in value ? value.percent : shopText(order, value.each),
      value_type: 'percent' in value ? 'percentage' : 'fixed_amount',
      allocation_method: 'each',
      target_selection: 'explicit',
      title,
      description: title,
    };
  }
  return {
    target_type: 'line_item',
    type: 'automatic',
    value: application.percent,
    value_type: 'percentage',
    allocation_method: 'each',
    target_selection: 'entitled',
    title: application.title,
  };
}

/** The card, as far as the vendor shows it. */
const PAYMENT_DETAILS = {
  credit_card_bin: null,
  avs_result_code: null,
  cvv_result_code: null,
  credit_card_number: '•••• •••• •••• 4242',
  credit_card_company: 'Visa',
  buyer_action_info: null,
  credit_card_name: null,
  credit_card_wallet: null,
  credit_card_expiration_month: null,
  credit_card_expiration_year: null,
  payment_method_name: 'visa',
};

/** What of an authorisation has not been captured; here alone the vendor writes "currency". */
function unsettled(order: OrderBook, each: TransactionBook): Json {
  const open =
    each.kind === 'authorization' && order.money === 'authorised' ? capturable(order, each) : NOTHING;
  const one = (side: Side) => {
    const currency = currencyOf(order, side);
    return { amount: toText(open[side], currency), currency };
  };
  return { presentment_money: one('presentment'), shop_money: one('shop') };
}

/** A transaction: its amount is in the shopper's money alone. */
export function transaction(order: OrderBook, each: TransactionBook, { time }: Writer): Json {
  return {
    id: digits(each.id),
    order_id: digits(order.id),
    kind: each.kind,
    gateway: each.gateway,
    status: each.status,
    message: null,
    created_at: time.write(each.createdAtMs),
    test: order.test,
    authorization: each.id.slice(-6),
    location_id: null,
    user_id: null,
    parent_id: each.parentId === null ? null : digits(each.parentId),
    processed_at: time.write(each.processedAtMs),
    device_id: null,
    error_code: null,
    source_name: 'web',
    payment_details: PAYMENT_DETAILS,
    receipt: {},
    amount: toText(each.amount.presentment, order.presentmentCurrency),
    currency: order.presentmentCurrency,
    payment_id: `#${order.number}.${order.transactions.indexOf(each) + 1}`,
    total_unsettled_set: unsettled(order, each),
    manual_payment_gateway: false,
    amount_rounding: null,
    admin_graphql_api_id: gid('OrderTransaction', each.id),
  };
}

export function refund(order: OrderBook, each: RefundBook, writer: Writer): Json {
  const at = writer.time.write(each.createdAtMs);
  return {
    id: digits(each.id),
    order_id: digits(order.id),
    created_at: at,
    note: each.note ?? null,
    user_id: null,
    processed_at: at,
    duties: each.duties.map(({ dutyId, amount }) => ({
      duty_id: digits(dutyId),
      amount_set: moneySet(order, amount),
    })),
    total_duties_set: moneySet(order, add(...each.duties.map(({ amount }) => amount))),
    return:
      each.returnId === undefined
        ? null
        : { id: digits(each.returnId), admin_graphql_api_id: gid('Return', each.returnId) },
    refund_shipping_lines: refundedShipping(order, each),
    restock: each.lines.some(({ restock }) => restock),
    admin_graphql_api_id: gid('Refund', each.id),
    order_adjustments: adjustments(order, each),
    refund_line_items: each.lines.map((part) => ({
      id: digits(part.id),
      quantity: part.quantity,
      line_item_id: digits(part.line.id),
      location_id: null,
      restock_type: restockType(part).toLowerCase(),
      subtotal: Number(shopText(order, part.subtotal)),
      total_tax: Number(shopText(order, part.tax)),
      subtotal_set: moneySet(order, part.subtotal),
      total_tax_set: moneySet(order, part.tax),
      line_item: lineItem(order, part.line),
    })),
    transactions: each.transactions.map((paid) => transaction(order, paid, writer)),
  };
}

export function restockType({ effect, restock }: RefundBook['lines'][number]): string {
  if (!restock) return 'NO_RESTOCK';
  return effect === 'removed' ? 'CANCEL' : 'RETURN';
}

function refundedShipping(order: OrderBook, { shipping }: RefundBook): Json[] {
  return shipping.map(({ id, line, subtotal, tax }) => ({
    id: digits(id),
    shipping_line: shippingLine(order, line),
    subtotal_amount_set: moneySet(order, subtotal),
    tax_amount_set: moneySet(order, tax),
  }));
}

/** The vendor's balancing entries: delivery given back, and the difference between goods and money. */
function adjustments(order: OrderBook, each: RefundBook): Json[] {
  const [shippingId, discrepancyId] = each.adjustmentIds;
  const entry = (id: string, kind: string, reason: string, amount: Amount, tax: Amount): Json => ({
    id: digits(id),
    order_id: digits(order.id),
    refund_id: digits(each.id),
    kind,
    reason,
    amount: shopText(order, amount),
    tax_amount: shopText(order, tax),
    amount_set: moneySet(order, amount),
    tax_amount_set: moneySet(order, tax),
  });
  const made: Json[] = [];
  if (each.shipping.length > 0) {
    const subtotal = add(...each.shipping.map((part) => part.subtotal));
    const tax = add(...each.shipping.map((part) => part.tax));
    made.push(
      entry(
        shippingId,
        'shipping_refund',
        'Shipping refund',
        subtract(NOTHING, subtotal),
        subtract(NOTHING, tax),
      ),
    );
  }
  const difference = discrepancy(order, each);
  if (difference.shop !== 0n) {
    const pending = each.transactions.some(({ status }) => status === 'pending');
    const reason = pending ? 'Pending refund discrepancy' : 'Refund discrepancy';
    made.push(entry(discrepancyId, 'refund_discrepancy', reason, difference, NOTHING));
  }
  return made;
}

export function fulfilment(order: OrderBook, each: FulfilmentBook, { time }: Writer): Json {
  const { company, numbers, urls } = each.tracking;
  const at = time.write(each.createdAtMs);
  return {
    id: digits(each.id),
    order_id: digits(order.id),
    status: each.cancelledAtMs === undefined ? 'success' : 'cancelled',
    created_at: at,
    service: 'manual',
    updated_at: time.write(each.updatedAtMs ?? each.createdAtMs),
    tracking_company: company,
    shipment_status: each.events?.at(-1)?.status.toLowerCase() ?? null,
    location_id: digits(each.locationId),
    origin_address: {},
    email: order.shopper.email,
    destination: isAddressed(order) ? address(order) : null,
    line_items: each.lines.map(({ line, quantity }) => ({ ...lineItem(order, line), quantity })),
    tracking_number: numbers[0] ?? null,
    tracking_numbers: numbers,
    tracking_url: urls[0] ?? null,
    tracking_urls: urls,
    receipt: {},
    name: `#${order.number}.${each.number}`,
    admin_graphql_api_id: gid('Fulfillment', each.id),
  };
}

/** `fulfillment_events/create`. */
export function fulfilmentEvent(
  order: OrderBook,
  parcel: FulfilmentBook,
  event: FulfilmentEventBook,
  { time }: Writer,
): Json {
  const { id, status, message, address: place, happenedAtMs, createdAtMs, estimatedDeliveryAtMs } = event;
  return {
    id: digits(id),
    fulfillment_id: digits(parcel.id),
    status: status.toLowerCase(),
    message,
    happened_at: time.write(happenedAtMs),
    ...place,
    latitude: null,
    longitude: null,
    shop_id: 1,
    created_at: time.write(createdAtMs),
    updated_at: time.write(createdAtMs),
    estimated_delivery_at: estimatedDeliveryAtMs === null ? null : time.write(estimatedDeliveryAtMs),
    order_id: digits(order.id),
    admin_graphql_api_id: gid('FulfillmentEvent', id),
  };
}

/** Null, partial or fulfilled. */
export function restFulfilmentStatus(order: OrderBook): string | null {
  const status = fulfilmentStatus(order);
  return status === 'UNFULFILLED' ? null : status === 'FULFILLED' ? 'fulfilled' : 'partial';
}

/** What `orders/edited` tells: lines by id, and by how much. */
export function editBody(
  order: OrderBook,
  editId: string,
  atMs: number,
  edit: {
    additions: readonly { id: string; delta: number }[];
    removals: readonly { id: string; delta: number }[];
    shipping?: { added: readonly string[]; removed: readonly string[] };
    notifyCustomer?: boolean;
    staffNote?: string;
  },
  { time }: Writer,
): Json {
  const at = time.write(atMs);
  const deltas = (lines: readonly { id: string; delta: number }[]) =>
    lines.map(({ id, delta }) => ({ id: digits(id), delta }));
  const idsOf = (ids: readonly string[]) => ids.map((id) => ({ id: digits(id) }));
  return {
    order_edit: {
      id: digits(editId),
      app_id: null,
      created_at: at,
      committed_at: at,
      notify_customer: edit.notifyCustomer ?? false,
      order_id: digits(order.id),
      staff_note: edit.staffNote ?? '',
      user_id: null,
      line_items: { additions: deltas(edit.additions), removals: deltas(edit.removals) },
      discounts: { line_item: { additions: [], removals: [] } },
      shipping_lines: {
        additions: idsOf(edit.shipping?.added ?? []),
        removals: idsOf(edit.shipping?.removed ?? []),
      },
    },
  };
}
