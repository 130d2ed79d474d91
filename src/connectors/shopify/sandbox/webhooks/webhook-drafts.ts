/** Draft orders as the topics `draft_orders/*` carry them. */
import type { Amount, OrderBook } from '../book.ts';
import { lineName } from '../book-figures.ts';
import type { AddressBook } from '../customers/customers.ts';
import { nameOf } from '../customers/customers.ts';
import { discountOn, invoiceUrl } from '../drafts/draft-nodes.ts';
import { type DraftBook, type DraftLine, draftStatus, type GrantedDiscount } from '../drafts/drafts.ts';
import { countryName } from '../format.ts';
import { digits, gid } from '../ids.ts';
import { payable, priceOf, taxesByTitle, totals } from '../orders/pricing.ts';
import { type Json, shopText, type Writer } from './webhook-parts.ts';

/** @param preview the order that it is to become. */
export function draftBody(draft: DraftBook, preview: OrderBook, writer: Writer): Json {
  const { time } = writer;
  const at = (ms: number | null) => (ms === null ? null : time.write(ms));
  const sums = totals(preview);
  const text = (amount: Amount) => shopText(preview, amount);
  return {
    id: digits(draft.id),
    note: draft.note,
    email: draft.email,
    taxes_included: preview.taxesIncluded,
    currency: preview.currency,
    invoice_sent_at: at(draft.invoiceSentAtMs),
    created_at: time.write(draft.createdAtMs),
    updated_at: time.write(draft.updatedAtMs),
    tax_exempt: draft.taxExempt,
    completed_at: at(draft.completedAtMs),
    name: `#D${draft.number}`,
    'allow_discount_codes_in_checkout?': false,
    'b2b?': draft.company !== null,
    status: draftStatus(draft).toLowerCase(),
    line_items: draft.lines.map((line, index) => lineBody(line, preview, index)),
    api_client_id: null,
    shipping_address: addressBody(draft.shippingAddress),
    billing_address: addressBody(draft.billingAddress),
    invoice_url: invoiceUrl(draft, writer.shop),
    created_on_api_version_handle: null,
    applied_discount: discountBody(draft.discount, text(discountOn(preview))),
    order_id: draft.orderId === null ? null : digits(draft.orderId),
    shipping_line: draft.shipping && {
      custom: true,
      handle: null,
      title: draft.shipping.title,
      price: text(sums.shipping),
    },
    tax_lines: taxesByTitle(preview).map(({ tax, amount }) => ({
      rate: Number(tax.rate),
      title: tax.title,
      price: text(amount),
    })),
    tags: draft.tags.join(', '),
    note_attributes: draft.attributes.map(({ key, value }) => ({ name: key, value })),
    total_price: text(payable(preview)),
    subtotal_price: text(sums.subtotal),
    total_tax: text(sums.tax),
    payment_terms: draft.terms && {
      id: digits(draft.id),
      payment_terms_name: draft.terms.template.name,
      payment_terms_type: draft.terms.template.type.toLowerCase(),
      due_in_days: draft.terms.template.dueInDays,
      created_at: time.write(draft.createdAtMs),
      updated_at: time.write(draft.updatedAtMs),
      payment_schedules: [],
      can_pay_early: true,
    },
    admin_graphql_api_id: gid('DraftOrder', draft.id),
    customer: draft.customerId === null ? null : writer.customer(draft.customerId),
  };
}

function lineBody(line: DraftLine, preview: OrderBook, index: number): Json {
  const booked = preview.lines[index];
  if (!booked) throw new Error(`the preview of a draft has no line ${index}`);
  const { taxes, lineDiscount } = priceOf(preview, booked, 'shop');
  const text = (shop: bigint) => shopText(preview, { shop, presentment: shop });
  return {
    id: digits(line.id),
    variant_id: line.variantId === null ? null : digits(line.variantId),
    product_id: line.productId === null ? null : digits(line.productId),
    title: line.title,
    variant_title: line.variantTitle,
    sku: line.sku,
    vendor: null,
    quantity: line.quantity,
    requires_shipping: line.requiresShipping,
    taxable: line.taxable,
    gift_card: false,
    fulfillment_service: 'manual',
    grams: 0,
    tax_lines: booked.taxes.map(({ rate, title }, place) => ({
      rate: Number(rate),
      title,
      price: text(taxes[place] ?? 0n),
    })),
    applied_discount: discountBody(line.discount, text(lineDiscount)),
    name: lineName(line),
    properties: line.attributes.map(({ key, value }) => ({ name: key, value })),
    custom: line.variantId === null,
    price: shopText(preview, booked.unitPrice),
    admin_graphql_api_id: gid('DraftOrderLineItem', line.id),
  };
}

function discountBody(discount: GrantedDiscount | null, amount: string): Json | null {
  if (!discount) return null;
  const { description, value, title, type } = discount;
  return {
    description,
    value: Number.isInteger(value) ? value.toFixed(1) : String(value),
    title,
    amount,
    value_type: type.toLowerCase(),
  };
}

function addressBody(address: AddressBook | null): Json | null {
  if (!address) return null;
  const { countryCode, provinceCode } = address;
  return {
    first_name: address.firstName,
    address1: address.address1,
    phone: address.phone,
    city: address.city,
    zip: address.zip,
    province: provinceCode,
    country: countryCode === null ? null : countryName(countryCode),
    last_name: address.lastName,
    address2: address.address2,
    company: address.company,
    latitude: null,
    longitude: null,
    name: nameOf(address),
    country_code: countryCode,
    province_code: provinceCode,
  };
}
