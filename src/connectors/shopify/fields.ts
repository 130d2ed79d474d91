/**
 * Every field of the vendor's `orders/*` payloads (of all versions of its examples, with refunds and fulfilments as their own
 * topics show them), and what becomes of it. A test holds the list complete, and by changing each field that it is true.
 */

export type Fate =
  /** It is in the canonical order or its persons. */
  | 'mapped'
  /** Taken only where the field that it stands in for is missing. */
  | 'fallback'
  /** Not in the canonical order; it stays in the stored message, which is kept as it came. */
  | 'raw'
  /** It says nothing that another field does not say. */
  | 'ignored';

export interface PayloadField {
  /** A path; those below it are meant, too, unless they are named. `[]` is a member of a list. */
  path: string;
  fate: Fate;
  /** Where it goes, or why it goes nowhere. */
  note: string;
}

const of =
  (fate: Fate) =>
  (path: string, note: string): PayloadField => ({ path, fate, note });
const mapped = of('mapped');
const fallback = of('fallback');
const raw = of('raw');
const ignored = of('ignored');

const SHOP_ONLY = 'the same in the shop’s money alone';
const SUM = 'a sum of what stands in its parts';
const CURRENT = 'a part of `current_total_price_set`, which is taken';
const MARKETING = 'of no use to an order';
const CHECKOUT = 'how the customer came to the checkout';
const PARCEL = 'what a carrier needs to know of goods stands in the item master';

const address = (at: string, where: string): PayloadField[] => [
  ...['first_name', 'last_name', 'company', 'phone', 'address1', 'address2', 'city', 'zip'].map((part) =>
    mapped(`${at}.${part}`, where),
  ),
  mapped(`${at}.province_code`, where),
  mapped(`${at}.country_code`, where),
  fallback(`${at}.name`, 'the name, where first and last name are missing'),
  ignored(`${at}.province`, 'its code is taken'),
  ignored(`${at}.country`, 'its code is taken'),
  ignored(`${at}.latitude`, 'follows from the address'),
  ignored(`${at}.longitude`, 'follows from the address'),
];

export const PAYLOAD_FIELDS: readonly PayloadField[] = [
  mapped('admin_graphql_api_id', '`channelOrderId`: the number in it, with all its digits'),
  fallback('id', 'the order’s id where there is no global one: a number may have been rounded'),
  mapped('name', '`name`'),
  fallback('created_at', '`placedAt` where there is no `processed_at`'),
  mapped('processed_at', '`placedAt`'),
  mapped('updated_at', '`updatedAt`'),
  mapped('cancelled_at', '`cancelledAt`'),
  mapped('cancel_reason', '`cancelReason`'),
  mapped('test', '`test`: ignored or taken by the policy `testOrders`'),
  mapped('currency', '`shopCurrency`'),
  mapped('presentment_currency', '`presentmentCurrency`'),
  mapped('taxes_included', '`taxesIncluded`'),
  mapped('tax_exempt', '`customer.taxExempt`'),
  mapped('duties_included', 'no `extras` of kind duty: the prices contain them'),
  mapped('source_name', '`source`: "pos" is sold at a till'),
  mapped('po_number', '`poNumber`'),
  mapped('company.id', '`company.companyId`'),
  mapped('company.location_id', '`company.locationId`'),
  mapped('payment_terms', '`paymentTerms`'),
  mapped('financial_status', '`paymentStatus`'),
  mapped('payment_gateway_names', '`gateways`'),
  mapped('total_price_set', '`total`'),
  mapped('current_total_price_set', '`currentTotal`'),
  mapped('total_tax_set', '`totalTax`'),
  mapped('total_tip_received', '`extras`: tip'),
  mapped('total_cash_rounding_payment_adjustment_set', '`extras`: cashRounding, `total`, `currentTotal`'),
  mapped('original_total_additional_fees_set', 'makes the message a hint: a read tells the fees one by one'),
  mapped('email', 'the customer’s person, and whether there is a customer'),
  fallback('contact_email', 'the e-mail where `email` is empty'),
  fallback('phone', 'the phone of who has none in the address'),
  mapped('customer', '`customer`'),
  fallback('customer.id', 'the customer’s id where there is no global one'),
  fallback('customer.email', 'the e-mail where the order has none'),
  fallback('customer.phone', 'the phone where the order has none'),
  raw('customer.note', 'written for people'),
  raw('customer.tags', 'for people and apps at the channel'),
  ignored('customer.created_at', MARKETING),
  ignored('customer.updated_at', MARKETING),
  ignored('customer.state', MARKETING),
  ignored('customer.verified_email', MARKETING),
  ignored('customer.multipass_identifier', MARKETING),
  ignored('customer.currency', 'the order has its own'),
  ignored('customer.tax_exempt', 'the order has its own'),
  ignored('customer.tax_exemptions', 'the order’s tax lines say what was charged'),
  ignored('customer.accepts_marketing', MARKETING),
  ignored('customer.accepts_marketing_updated_at', MARKETING),
  ignored('customer.email_marketing_consent', MARKETING),
  ignored('customer.sms_marketing_consent', MARKETING),
  ignored('customer.marketing_opt_in_level', MARKETING),
  ignored('customer.default_address', 'the order has addresses of its own'),
  mapped('shipping_address', '`shipTo`'),
  ...address('shipping_address', '`shipTo` and its person'),
  mapped('billing_address', '`billTo`'),
  ...address('billing_address', '`billTo` and its person'),

  mapped('line_items', '`lines`'),
  mapped('line_items[].admin_graphql_api_id', '`lines[].lineId`'),
  fallback('line_items[].id', 'the line’s id where there is no global one'),
  mapped('line_items[].sku', '`lines[].sku`'),
  mapped('line_items[].product_id', '`lines[].productId`'),
  mapped('line_items[].product_exists', '`lines[].productId` is null where it is false'),
  mapped('line_items[].name', '`lines[].title`'),
  fallback('line_items[].title', 'the title where there is no name'),
  mapped('line_items[].quantity', '`lines[].quantity`'),
  mapped('line_items[].current_quantity', '`lines[].currentQuantity`; before 2024-01 from the refunds'),
  mapped('line_items[].price_set', '`lines[].unitPrice`, `lines[].gross`'),
  mapped('line_items[].discount_allocations', '`lines[].discounts`'),
  ignored('line_items[].discount_allocations[].amount', SHOP_ONLY),
  mapped('line_items[].tax_lines', '`lines[].taxLines`'),
  ignored('line_items[].tax_lines[].price', SHOP_ONLY),
  mapped('line_items[].duties', '`extras`: duty'),
  ignored('line_items[].duties[].id', 'a refund names the amount'),
  ignored('line_items[].duties[].admin_graphql_api_id', 'a refund names the amount'),
  ignored('line_items[].duties[].country_code_of_origin', 'what customs need stands in the item master'),
  ignored('line_items[].duties[].tax_lines[].price', SHOP_ONLY),
  mapped('line_items[].requires_shipping', '`lines[].requiresShipping`'),
  mapped('line_items[].gift_card', '`lines[].giftCard`'),
  mapped('line_items[].taxable', '`lines[].taxable`'),
  mapped('line_items[].sales_line_item_group_id', '`lines[].bundleId`'),
  raw('line_items[].properties', 'engravings, wishes: written for people'),
  raw('line_items[].attributed_staffs', 'who sold it'),
  raw('line_items[].vendor', 'stands in the item master'),
  raw('line_items[].variant_title', 'is in the name'),
  ignored('line_items[].variant_id', 'the SKU names the item'),
  ignored('line_items[].grams', PARCEL),
  ignored('line_items[].price', SHOP_ONLY),
  ignored('line_items[].total_discount', 'the sum of the allocations'),
  ignored('line_items[].total_discount_set', 'the sum of the allocations'),
  ignored('line_items[].fulfillable_quantity', 'follows from quantities and fulfilments'),
  ignored('line_items[].fulfillment_status', 'follows from the fulfilments'),
  ignored('line_items[].fulfillment_service', 'a read tells the fulfilment orders'),
  ignored('line_items[].variant_inventory_management', 'stock is ours to know'),
  ignored('line_item_groups', 'the lines name their bundle'),

  mapped('shipping_lines', '`shipping`'),
  mapped('shipping_lines[].id', '`shipping[].shippingLineId`'),
  mapped('shipping_lines[].title', '`shipping[].title`'),
  mapped('shipping_lines[].code', '`shipping[].code`'),
  mapped('shipping_lines[].price_set', '`shipping[].gross`'),
  mapped('shipping_lines[].discount_allocations', '`shipping[].discounts`'),
  ignored('shipping_lines[].discount_allocations[].amount', SHOP_ONLY),
  mapped('shipping_lines[].tax_lines', '`shipping[].taxLines`'),
  ignored('shipping_lines[].tax_lines[].price', SHOP_ONLY),
  mapped('shipping_lines[].is_removed', '`shipping[].removed`'),
  ignored('shipping_lines[].price', SHOP_ONLY),
  ignored('shipping_lines[].discounted_price', 'price less allocations'),
  ignored('shipping_lines[].discounted_price_set', 'price less allocations'),
  ignored('shipping_lines[].current_discounted_price_set', 'refunds say what was given back'),
  raw('shipping_lines[].phone', 'the address has one'),
  raw('shipping_lines[].source', 'who computed the rate'),
  raw('shipping_lines[].carrier_identifier', 'who computed the rate'),
  ignored('shipping_lines[].requested_fulfillment_service_id', 'the vendor does not use it any more'),

  mapped('discount_applications', '`discounts[].source`: code, title or description'),
  raw('discount_applications[].type', 'what was given stands in the allocations'),
  raw('discount_applications[].target_type', 'what was given stands in the allocations'),
  raw('discount_applications[].value', 'what was given stands in the allocations'),
  raw('discount_applications[].value_type', 'what was given stands in the allocations'),
  raw('discount_applications[].allocation_method', 'what was given stands in the allocations'),
  raw('discount_applications[].target_selection', 'what was given stands in the allocations'),
  fallback('discount_applications[].title', 'the name of a discount without code'),
  fallback('discount_applications[].description', 'the name of a discount without code and title'),

  mapped('refunds', '`refunds`'),
  mapped('refunds[].admin_graphql_api_id', '`refunds[].refundId`'),
  fallback('refunds[].id', 'the refund’s id where there is no global one'),
  mapped('refunds[].created_at', '`refunds[].createdAt`'),
  mapped('refunds[].refund_line_items', '`refunds[].lines`'),
  mapped('refunds[].refund_line_items[].line_item.admin_graphql_api_id', '`refunds[].lines[].lineId`'),
  fallback('refunds[].refund_line_items[].line_item_id', 'the line where its global id is missing'),
  mapped('refunds[].refund_line_items[].quantity', '`refunds[].lines[].quantity`'),
  mapped('refunds[].refund_line_items[].restock_type', '`refunds[].lines[].effect`, `restock`'),
  mapped('refunds[].refund_line_items[].subtotal_set', '`refunds[].lines[].amount`'),
  mapped('refunds[].refund_line_items[].total_tax_set', '`refunds[].lines[].tax`'),
  ignored('refunds[].refund_line_items[].line_item', 'the order’s own lines are taken'),
  ignored('refunds[].refund_line_items[].id', 'the refund’s line is known by the order’s line'),
  ignored('refunds[].refund_line_items[].subtotal', SHOP_ONLY),
  ignored('refunds[].refund_line_items[].total_tax', SHOP_ONLY),
  raw(
    'refunds[].refund_line_items[].location_id',
    'where the channel restocked; what comes back is counted where it comes',
  ),
  mapped('refunds[].refund_shipping_lines', '`refunds[].shipping`, `shippingTax`'),
  ignored('refunds[].refund_shipping_lines[].id', 'one sum is taken'),
  ignored('refunds[].refund_shipping_lines[].shipping_line', 'one sum is taken'),
  mapped('refunds[].duties', '`refunds[].charges`: duty'),
  ignored('refunds[].duties[].duty_id', 'the amount is taken'),
  ignored('refunds[].total_duties_set', SUM),
  mapped('refunds[].transactions', '`refunds[].cash`, `cashPending`, `cashFailed`'),
  mapped('refunds[].transactions[].kind', 'which of them are money that goes back'),
  mapped('refunds[].transactions[].status', 'which of the three sums it belongs to'),
  mapped(
    'refunds[].transactions[].amount',
    'the sums; in another money than the shop’s it makes the message a hint',
  ),
  mapped('refunds[].transactions[].currency', 'another than the order’s makes the message a hint'),
  ...[
    'id',
    'admin_graphql_api_id',
    'order_id',
    'gateway',
    'message',
    'created_at',
    'processed_at',
    'test',
    'authorization',
    'location_id',
    'user_id',
    'parent_id',
    'device_id',
    'error_code',
    'source_name',
    'payment_details',
    'receipt',
    'payment_id',
    'total_unsettled_set',
    'manual_payment_gateway',
    'amount_rounding',
  ].map((part) => raw(`refunds[].transactions[].${part}`, 'a read tells the order’s `payments`')),
  ignored('refunds[].order_adjustments', 'the vendor’s balancing entries are no money'),
  ignored('refunds[].order_id', 'it stands in its order'),
  ignored('refunds[].processed_at', '`created_at` is taken'),
  ignored('refunds[].restock', 'its lines say it'),
  raw('refunds[].note', 'written for people'),
  raw('refunds[].user_id', 'who did it'),
  mapped('refunds[].return', '`refunds[].returnId`'),

  mapped('fulfillments', '`fulfilments`'),
  mapped('fulfillments[].admin_graphql_api_id', '`fulfilments[].fulfilmentId`'),
  fallback('fulfillments[].id', 'the fulfilment’s id where there is no global one'),
  mapped('fulfillments[].status', '`fulfilments[].status`'),
  mapped('fulfillments[].created_at', '`fulfilments[].createdAt`'),
  mapped('fulfillments[].line_items[].admin_graphql_api_id', '`fulfilments[].lines[].lineId`'),
  mapped('fulfillments[].line_items[].quantity', '`fulfilments[].lines[].quantity`'),
  ignored('fulfillments[].line_items', 'the order’s own lines are taken'),
  mapped('fulfillments[].tracking_company', '`fulfilments[].tracking.company`'),
  mapped('fulfillments[].tracking_numbers', '`fulfilments[].tracking.number`, `shipmentId`'),
  fallback('fulfillments[].tracking_number', 'the number where the list is empty'),
  mapped('fulfillments[].tracking_urls', '`fulfilments[].tracking.url`'),
  fallback('fulfillments[].tracking_url', 'the address where the list is empty'),
  ignored('fulfillments[].order_id', 'it stands in its order'),
  ignored('fulfillments[].updated_at', 'the order has a version'),
  ignored('fulfillments[].name', 'its id names it'),
  ignored('fulfillments[].service', 'we know who ships'),
  ignored('fulfillments[].shipment_status', 'carriers tell it elsewhere'),
  ignored('fulfillments[].receipt', 'of the channel’s own'),
  raw('fulfillments[].location_id', 'we know where from; a read tells it'),
  ignored('fulfillments[].origin_address', 'we know where from'),
  ignored('fulfillments[].destination', 'the order has it'),
  ignored('fulfillments[].email', 'the order has it'),

  raw('note', 'written for people'),
  raw('note_attributes', 'written by the checkout’s extensions for people and apps'),
  raw('tags', 'for people and apps at the channel'),
  raw('location_id', 'where a till stands; a read tells it as `delivery`'),
  raw('device_id', 'which till'),
  raw('user_id', 'who sold it'),
  raw('app_id', '`source_name` is taken'),
  raw('source_identifier', 'the number at where it was sold'),
  raw('source_url', 'where it was sold'),
  raw('reference', CHECKOUT),
  raw('referring_site', CHECKOUT),
  raw('landing_site', CHECKOUT),
  raw('landing_site_ref', CHECKOUT),
  raw('customer_locale', 'the channel writes to the customer, not we'),
  raw('returns', 'returns tell of themselves'),
  raw('merchant_business_entity_id', 'the configuration says which entity sells'),
  raw('merchant_of_record_app_id', 'tax lines say who owes the tax'),
  raw('browser_ip', CHECKOUT),
  raw('client_details', CHECKOUT),
  raw('closed_at', 'an order is over when its goods, money and cases are'),
  ignored('buyer_accepts_marketing', MARKETING),
  ignored('cart_token', CHECKOUT),
  ignored('checkout_id', CHECKOUT),
  ignored('checkout_token', CHECKOUT),
  ignored('token', CHECKOUT),
  ignored('confirmation_number', 'the name is taken'),
  ignored('confirmed', 'the vendor sends confirmed orders only'),
  ignored('number', 'the name is taken'),
  ignored('order_number', 'the name is taken'),
  ignored('order_status_url', 'the channel’s page for the customer'),
  ignored('estimated_taxes', 'tax lines are taken as they are'),
  ignored('fulfillment_status', 'follows from the fulfilments'),
  ignored('discount_codes', 'the applications name the codes, the allocations the amounts'),
  ignored('tax_lines', 'the sum of the lines’ own'),
  ignored('total_weight', PARCEL),
  ignored('total_outstanding', 'follows from total and payments'),
  ...['subtotal_price', 'total_discounts', 'total_line_items_price'].flatMap((name) => [
    ignored(name, SHOP_ONLY),
    ignored(`${name}_set`, SUM),
  ]),
  ignored('total_price', SHOP_ONLY),
  ignored('total_tax', SHOP_ONLY),
  ignored('total_shipping_price_set', SUM),
  ignored('original_total_duties_set', SUM),
  ...['current_subtotal_price', 'current_total_discounts', 'current_total_tax'].flatMap((name) => [
    ignored(name, SHOP_ONLY),
    ignored(`${name}_set`, CURRENT),
  ]),
  ignored('current_total_price', SHOP_ONLY),
  ignored('current_shipping_price_set', CURRENT),
  ignored('current_total_additional_fees_set', CURRENT),
  ignored('current_total_duties_set', CURRENT),
  ignored('total_cash_rounding_refund_adjustment_set', 'a refund’s transactions say what went back'),
];

const BY_PATH = new Map(PAYLOAD_FIELDS.map((field) => [field.path, field]));

/** What becomes of a field: by its own entry, else by that of the nearest part that contains it. */
export function fateOf(path: string): PayloadField | undefined {
  for (let at = path; at !== ''; at = parentOf(at)) {
    const found = BY_PATH.get(at);
    if (found) return found;
  }
  return undefined;
}

/** "a.b[].c" → "a.b[]" → "a.b" → "a" → "". */
function parentOf(path: string): string {
  if (path.endsWith('[]')) return path.slice(0, -2);
  const dot = path.lastIndexOf('.');
  return dot < 0 ? '' : path.slice(0, dot);
}
