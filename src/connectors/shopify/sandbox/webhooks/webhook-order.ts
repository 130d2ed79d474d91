/** The whole order, as the topics `orders/*` carry it. */
import type { Amount, OrderBook } from '../book.ts';
import {
  add,
  capturedAmount,
  closedAt,
  financialStatus,
  gatewaysOf,
  hasAddress,
  hasDuties,
  isAddressed,
  NOTHING,
  refundedAmount,
  subtract,
} from '../book-figures.ts';
import { moneySet } from '../format.ts';
import { digits, gid } from '../ids.ts';
import { currentTotals, payable, shippingPrice, taxesByTitle, totals } from '../orders/pricing.ts';
import {
  address,
  discountApplication,
  fulfilment,
  type Json,
  lineItem,
  lineItemGroups,
  paymentTerms,
  refund,
  restFulfilmentStatus,
  shippingLine,
  shopText,
  taxLine,
  type Writer,
} from './webhook-parts.ts';

export function orderBody(order: OrderBook, writer: Writer): Json {
  const { time } = writer;
  const placed = totals(order);
  const current = currentTotals(order);
  const set = (amount: Amount) => moneySet(order, amount);
  const text = (amount: Amount) => shopText(order, amount);
  const createdAt = time.write(order.createdAtMs);
  const cancelledAt = order.cancelledAtMs === null ? null : time.write(order.cancelledAtMs);
  const closedAtMs = closedAt(order);
  const outstanding = subtract(
    payable(order),
    subtract(capturedAmount(order), refundedAmount(order, 'success')),
  );
  const codes = order.applications.flatMap((each) =>
    each.kind === 'fixed' || each.kind === 'shipping'
      ? [
          {
            code: each.code,
            amount: text(each.amount),
            type: each.kind === 'fixed' ? 'fixed_amount' : 'shipping',
          },
        ]
      : [],
  );
  return {
    id: digits(order.id),
    admin_graphql_api_id: gid('Order', order.id),
    app_id: null,
    browser_ip: null,
    buyer_accepts_marketing: false,
    cancel_reason: order.cancelReason,
    cancelled_at: cancelledAt,
    cart_token: null,
    checkout_token: null,
    client_details: null,
    company: order.company && {
      id: digits(order.company.companyId),
      location_id: digits(order.company.locationId),
    },
    closed_at: closedAtMs === null ? null : time.write(closedAtMs),
    confirmation_number: null,
    confirmed: true,
    contact_email: order.shopper.email,
    created_at: createdAt,
    currency: order.currency,
    current_shipping_price_set: set(current.shipping),
    current_subtotal_price: text(current.subtotal),
    current_subtotal_price_set: set(current.subtotal),
    current_total_additional_fees_set: placed.fees.shop === 0n ? null : set(current.fees),
    current_total_discounts: text(current.discounts),
    current_total_discounts_set: set(current.discounts),
    current_total_duties_set: hasDuties(order) ? set(current.duties) : null,
    current_total_price: text(current.total),
    current_total_price_set: set(current.total),
    current_total_tax: text(current.tax),
    current_total_tax_set: set(current.tax),
    customer_locale: 'en',
    device_id: null,
    discount_codes: codes,
    duties_included: false,
    email: order.shopper.email,
    estimated_taxes: false,
    financial_status: financialStatus(order).toLowerCase(),
    fulfillment_status: restFulfilmentStatus(order),
    landing_site: null,
    landing_site_ref: null,
    location_id: null,
    merchant_business_entity_id: 'MTU0ODM4MDAwOQ',
    merchant_of_record_app_id: null,
    name: `#${order.number}`,
    note: order.note ?? null,
    note_attributes: (order.attributes ?? []).map(({ key, value }) => ({ name: key, value })),
    number: order.number - 1_000,
    order_number: order.number,
    order_status_url: `https://${writer.shop}/orders/${order.id}/authenticate`,
    original_total_additional_fees_set: placed.fees.shop === 0n ? null : set(placed.fees),
    original_total_duties_set: hasDuties(order) ? set(placed.duties) : null,
    payment_gateway_names: gatewaysOf(order),
    phone: null,
    po_number: order.poNumber,
    presentment_currency: order.presentmentCurrency,
    processed_at: createdAt,
    reference: null,
    referring_site: null,
    source_identifier: null,
    source_name: order.source,
    source_url: null,
    subtotal_price: text(placed.subtotal),
    subtotal_price_set: set(placed.subtotal),
    tags: (order.tags ?? []).join(', '),
    tax_exempt: order.taxExempt,
    tax_lines: taxesByTitle(order).map(({ tax, amount }) => taxLine(order, tax, amount)),
    taxes_included: order.taxesIncluded,
    test: order.test,
    token: order.id,
    total_cash_rounding_payment_adjustment_set: set(order.cashRounding),
    total_cash_rounding_refund_adjustment_set: set(
      order.extrasGone ? subtract(NOTHING, order.cashRounding) : NOTHING,
    ),
    total_discounts: text(placed.discounts),
    total_discounts_set: set(placed.discounts),
    total_line_items_price: text(placed.gross),
    total_line_items_price_set: set(placed.gross),
    total_outstanding: text(outstanding),
    total_price: text(placed.total),
    total_price_set: set(placed.total),
    total_shipping_price_set: set(add(...order.shipping.map(shippingPrice))),
    total_tax: text(placed.tax),
    total_tax_set: set(placed.tax),
    total_tip_received: text(placed.tip),
    total_weight: 0,
    updated_at: time.write(order.updatedAtSecond * 1000),
    user_id: null,
    billing_address: order.delivery === 'RETAIL' || !isAddressed(order) ? null : address(order),
    customer: order.customerId === null ? null : writer.customer(order.customerId),
    discount_applications: order.applications.map((each) => discountApplication(each, order)),
    fulfillments: order.fulfilments.map((each) => fulfilment(order, each, writer)),
    line_items: order.lines.map((line) => lineItem(order, line)),
    payment_terms: paymentTerms(order, writer),
    refunds: order.refunds.map((each) => refund(order, each, writer)),
    shipping_address: hasAddress(order) ? address(order) : null,
    shipping_lines: order.shipping.map((each) => shippingLine(order, each)),
    returns: [],
    line_item_groups: lineItemGroups(order),
  };
}
