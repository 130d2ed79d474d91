/**
 * For tests: one order, written in the two dialects of the vendor: as its webhook carries it (REST) and as a read brings it
 * (GraphQL).
 */
import type { FinancialStatus, RestockType } from './source.ts';

/** Minor units in the shop's and the customer's money. */
export type Two = readonly [shop: number, presentment: number];
type Json = Record<string, unknown>;

interface DialectTax {
  title: string;
  rate: number;
  amount: Two;
  liable: boolean | null;
}

interface DialectDiscount {
  /** Which of the order's discounts gave it (of `APPLICATIONS`). */
  application: number;
  amount: Two;
}

/** By the names of the read. */
type DialectAddress = Readonly<Record<string, string | null>>;

interface DialectLine {
  id: string;
  sku: string | null;
  productId: string | null;
  name: string;
  quantity: number;
  removed: number;
  unitPrice: Two;
  discounts: DialectDiscount[];
  taxes: DialectTax[];
  duties: { code: string | null; amount: Two; taxes: DialectTax[] }[];
  requiresShipping: boolean;
  giftCard: boolean;
  taxable: boolean;
  bundle: string | null;
  sellingPlan: string | null;
}

/** Instants are epoch seconds; lines of refunds and fulfilments are named by their index (which wraps). */
export interface DialectOrder {
  id: string;
  name: string;
  createdAt: number;
  processedAt: number | null;
  updatedAt: number;
  cancelledAt: number | null;
  cancelReason: string | null;
  test: boolean;
  currencies: readonly string[];
  /** Both moneys are the same. */
  one: boolean;
  taxesIncluded: boolean;
  taxExempt: boolean;
  dutiesIncluded: boolean;
  sourceName: string | null;
  poNumber: string | null;
  company: { id: string; location: string } | null;
  terms: { type: string; due: readonly { at: number | null; paid: boolean }[] } | null;
  email: string | null;
  phone: string | null;
  customer: {
    id: string;
    firstName: string | null;
    lastName: string | null;
    email: string | null;
    phone: string | null;
  } | null;
  shippingAddress: DialectAddress | null;
  billingAddress: DialectAddress | null;
  lines: DialectLine[];
  shippingLines: {
    id: string;
    title: string;
    code: string | null;
    price: Two;
    discounts: DialectDiscount[];
    taxes: DialectTax[];
    removed: boolean;
  }[];
  tip: number;
  fee: number;
  cashRounding: Two;
  total: Two;
  totalTax: Two;
  currentTotal: Two;
  financialStatus: FinancialStatus;
  gateways: readonly string[];
  refunds: {
    id: string;
    createdAt: number;
    lines: { line: number; quantity: number; restock: RestockType; subtotal: Two; tax: Two }[];
    shipping: { subtotal: Two; tax: Two }[];
    duties: Two[];
    transactions: { kind: string; status: string; amount: number }[];
  }[];
  fulfilments: {
    id: string;
    createdAt: number;
    status: string;
    lines: { line: number; quantity: number }[];
    company: string | null;
    numbers: readonly string[];
    urls: readonly string[];
  }[];
}

/** What gives discounts in every order here. */
export const APPLICATIONS = [{ code: 'AUTUMN' }, { title: 'Two for one' }, { title: 'Staff' }];

const EXPONENTS: Readonly<Record<string, number>> = { EUR: 2, CHF: 2, JPY: 0, KWD: 3 };

/** The webhook's dialect: the body as it is sent, with ids as numbers that have all their digits. */
export function asWebhook(model: DialectOrder): string {
  return JSON.stringify(webhookBody(model)).replace(
    /"((?:line_item_|product_|location_|sales_line_item_group_)?id)":"(\d+)"/g,
    '"$1":$2',
  );
}

/** Ids are text here: JSON.stringify has no digits for numbers of their size. */
function webhookBody(model: DialectOrder): Json {
  const { currencies, one } = model;
  const [shop, presentment] = currencies as [string, string];
  const set = ([a, b]: Two): Json => ({
    shop_money: { amount: amountIn(a, shop, 'padded'), currency_code: shop },
    presentment_money: { amount: amountIn(one ? a : b, presentment, 'padded'), currency_code: presentment },
  });
  const taxLines = (all: DialectTax[]): Json[] =>
    all.map(({ title, rate, amount, liable }) => ({
      title,
      rate,
      price_set: set(amount),
      channel_liable: liable,
    }));
  const allocations = (all: DialectDiscount[]): Json[] =>
    all.map(({ application, amount }) => ({
      discount_application_index: application,
      amount_set: set(amount),
    }));
  const ids = (type: string, of: string): Json => ({ id: of, admin_graphql_api_id: gid(type, of) });
  const place = (of: DialectAddress | null): Json | null =>
    of && {
      first_name: of.firstName,
      last_name: of.lastName,
      name: [of.firstName, of.lastName].filter(Boolean).join(' '),
      company: of.company,
      phone: of.phone,
      address1: of.address1,
      address2: '',
      city: of.city,
      zip: of.zip,
      province_code: of.provinceCode,
      country_code: of.countryCode,
    };
  const lineId = (index: number): string => lineAt(model, index).id;
  return {
    ...ids('Order', model.id),
    name: model.name,
    created_at: local(model.createdAt),
    processed_at: model.processedAt && local(model.processedAt),
    updated_at: local(model.updatedAt),
    cancelled_at: model.cancelledAt && local(model.cancelledAt),
    cancel_reason: model.cancelReason?.toLowerCase() ?? null,
    test: model.test,
    currency: shop,
    presentment_currency: presentment,
    taxes_included: model.taxesIncluded,
    tax_exempt: model.taxExempt,
    duties_included: model.dutiesIncluded,
    source_name: model.sourceName,
    po_number: model.poNumber,
    company: model.company && { id: model.company.id, location_id: model.company.location },
    payment_terms: model.terms && {
      payment_terms_name: 'Terms',
      payment_terms_type: model.terms.type.toLowerCase(),
      payment_schedules: model.terms.due.map(({ at, paid }) => ({
        due_at: at && local(at),
        completed_at: paid ? local(model.updatedAt) : null,
      })),
    },
    email: model.email ?? '',
    phone: model.phone,
    customer: model.customer && {
      ...ids('Customer', model.customer.id),
      first_name: model.customer.firstName,
      last_name: model.customer.lastName,
      email: model.customer.email,
      phone: model.customer.phone,
    },
    shipping_address: place(model.shippingAddress),
    billing_address: place(model.billingAddress),
    line_items: model.lines.map((each) => ({
      ...ids('LineItem', each.id),
      sku: each.sku,
      product_exists: each.productId !== null,
      product_id: each.productId === null ? '123456' : each.productId,
      name: each.name,
      quantity: each.quantity,
      current_quantity: currentOf(each),
      price_set: set(each.unitPrice),
      discount_allocations: allocations(each.discounts),
      tax_lines: taxLines(each.taxes),
      duties: each.duties.map((duty) => ({
        harmonized_system_code: duty.code,
        ...set(duty.amount),
        tax_lines: taxLines(duty.taxes),
      })),
      requires_shipping: each.requiresShipping,
      gift_card: each.giftCard,
      taxable: each.taxable,
      sales_line_item_group_id: each.bundle,
    })),
    discount_applications: APPLICATIONS,
    shipping_lines: model.shippingLines.map((each) => ({
      id: each.id,
      title: each.title,
      code: each.code,
      price_set: set(each.price),
      discount_allocations: allocations(each.discounts),
      tax_lines: taxLines(each.taxes),
      is_removed: each.removed,
    })),
    total_tip_received: amountIn(model.tip, shop, 'padded'),
    original_total_additional_fees_set: model.fee === 0 ? null : set([model.fee, model.fee]),
    total_cash_rounding_payment_adjustment_set: set(model.cashRounding),
    total_price_set: set(model.total),
    total_tax_set: set(model.totalTax),
    current_total_price_set: set(model.currentTotal),
    financial_status: model.financialStatus.toLowerCase(),
    payment_gateway_names: model.gateways,
    refunds: model.refunds.map((each) => ({
      ...ids('Refund', each.id),
      created_at: local(each.createdAt),
      refund_line_items: each.lines.map((part) => ({
        line_item_id: lineId(part.line),
        line_item: ids('LineItem', lineId(part.line)),
        quantity: part.quantity,
        restock_type: part.restock.toLowerCase(),
        subtotal_set: set(part.subtotal),
        total_tax_set: set(part.tax),
      })),
      refund_shipping_lines: each.shipping.map((part) => ({
        subtotal_amount_set: set(part.subtotal),
        tax_amount_set: set(part.tax),
      })),
      duties: each.duties.map((amount) => ({ duty_id: '1', amount_set: set(amount) })),
      transactions: each.transactions.map((part) => ({
        kind: part.kind.toLowerCase(),
        status: part.status.toLowerCase(),
        amount: amountIn(part.amount, presentment, 'padded'),
        currency: presentment,
      })),
    })),
    fulfillments: model.fulfilments.map((each) => ({
      ...ids('Fulfillment', each.id),
      status: each.status.toLowerCase(),
      created_at: local(each.createdAt),
      line_items: each.lines.map((part) => ({
        ...ids('LineItem', lineId(part.line)),
        quantity: part.quantity,
      })),
      tracking_company: each.company,
      tracking_number: each.numbers[0] ?? null,
      tracking_numbers: each.numbers,
      tracking_url: each.urls[0] ?? null,
      tracking_urls: each.urls,
    })),
  };
}

/** The read's dialect: the order's node. */
export function asRead(model: DialectOrder): Json {
  const { currencies, one } = model;
  const [shop, presentment] = currencies as [string, string];
  const set = ([a, b]: Two): Json => ({
    shopMoney: { amount: amountIn(a, shop, 'short'), currencyCode: shop },
    presentmentMoney: { amount: amountIn(one ? a : b, presentment, 'short'), currencyCode: presentment },
  });
  const list = (nodes: unknown[]): Json => ({ pageInfo: { hasNextPage: false, endCursor: null }, nodes });
  const taxLines = (all: DialectTax[]): Json[] =>
    all.map(({ title, rate, amount, liable }) => ({
      title,
      rate,
      priceSet: set(amount),
      channelLiable: liable,
    }));
  const allocations = (all: DialectDiscount[]): Json[] =>
    all.map(({ application, amount }) => ({
      allocatedAmountSet: set(amount),
      discountApplication: { index: application, ...APPLICATIONS[application] },
    }));
  const place = (of: DialectAddress | null): Json | null =>
    of && {
      ...of,
      name: [of.firstName, of.lastName].filter(Boolean).join(' '),
      address2: null,
      countryCodeV2: of.countryCode,
    };
  const lineItem = (index: number): Json => ({ id: gid('LineItem', lineAt(model, index).id) });
  return {
    ...model,
    id: gid('Order', model.id),
    createdAt: instant(model.createdAt),
    processedAt: model.processedAt && instant(model.processedAt),
    updatedAt: instant(model.updatedAt),
    cancelledAt: model.cancelledAt && instant(model.cancelledAt),
    currencyCode: shop,
    presentmentCurrencyCode: presentment,
    purchasingEntity: model.company && {
      company: { id: gid('Company', model.company.id) },
      location: { id: gid('CompanyLocation', model.company.location) },
    },
    paymentTerms: model.terms && {
      paymentTermsName: 'Terms',
      paymentTermsType: model.terms.type,
      paymentSchedules: list(
        model.terms.due.map(({ at, paid }) => ({
          dueAt: at && instant(at),
          completedAt: paid ? instant(model.updatedAt) : null,
        })),
      ),
    },
    customer: model.customer && {
      id: gid('Customer', model.customer.id),
      firstName: model.customer.firstName,
      lastName: model.customer.lastName,
      defaultEmailAddress: model.customer.email && { emailAddress: model.customer.email },
      defaultPhoneNumber: model.customer.phone && { phoneNumber: model.customer.phone },
    },
    shippingAddress: place(model.shippingAddress),
    billingAddress: place(model.billingAddress),
    lineItems: list(
      model.lines.map((each) => ({
        ...each,
        id: gid('LineItem', each.id),
        isGiftCard: each.giftCard,
        currentQuantity: currentOf(each),
        lineItemGroup: each.bundle && { id: gid('LineItemGroup', each.bundle) },
        sellingPlan: each.sellingPlan && { name: each.sellingPlan },
        product: each.productId && { id: gid('Product', each.productId) },
        originalUnitPriceSet: set(each.unitPrice),
        originalTotalSet: set([each.unitPrice[0] * each.quantity, each.unitPrice[1] * each.quantity]),
        discountAllocations: allocations(each.discounts),
        taxLines: taxLines(each.taxes),
        duties: each.duties.map((duty) => ({
          harmonizedSystemCode: duty.code,
          price: set(duty.amount),
          taxLines: taxLines(duty.taxes),
        })),
      })),
    ),
    shippingLines: list(
      model.shippingLines.map((each) => ({
        id: gid('ShippingLine', each.id),
        title: each.title,
        code: each.code,
        isRemoved: each.removed,
        originalPriceSet: set(each.price),
        discountAllocations: allocations(each.discounts),
        taxLines: taxLines(each.taxes),
      })),
    ),
    totalTipReceivedSet: set([model.tip, model.tip]),
    additionalFees:
      model.fee === 0 ? [] : [{ name: 'Setup', price: set([model.fee, model.fee]), taxLines: [] }],
    totalCashRoundingAdjustment: { paymentSet: set(model.cashRounding) },
    totalPriceSet: set(model.total),
    totalTaxSet: set(model.totalTax),
    currentTotalPriceSet: set(model.currentTotal),
    displayFinancialStatus: model.financialStatus,
    paymentGatewayNames: model.gateways,
    transactions: [],
    refunds: model.refunds.map((each) => ({
      id: gid('Refund', each.id),
      createdAt: instant(each.createdAt),
      processedAt: instant(each.createdAt),
      refundLineItems: list(
        each.lines.map((part) => ({
          lineItem: lineItem(part.line),
          quantity: part.quantity,
          restockType: part.restock,
          subtotalSet: set(part.subtotal),
          totalTaxSet: set(part.tax),
        })),
      ),
      refundShippingLines: list(
        each.shipping.map((part) => ({ subtotalAmountSet: set(part.subtotal), taxAmountSet: set(part.tax) })),
      ),
      duties: each.duties.map((amount) => ({ amountSet: set(amount) })),
      transactions: list(
        each.transactions.map((part) => ({ ...part, amountSet: set([part.amount, part.amount]) })),
      ),
    })),
    fulfillments: model.fulfilments.map((each) => ({
      id: gid('Fulfillment', each.id),
      status: each.status,
      createdAt: instant(each.createdAt),
      trackingInfo: Array.from(
        { length: Math.max(each.numbers.length, each.urls.length, each.company === null ? 0 : 1) },
        (_, index) => ({
          company: each.company,
          number: each.numbers[index] ?? null,
          url: each.urls[index] ?? null,
        }),
      ),
      fulfillmentLineItems: list(
        each.lines.map((part) => ({ lineItem: lineItem(part.line), quantity: part.quantity })),
      ),
    })),
    fulfillmentOrders: list([]),
  };
}

const currentOf = ({ quantity, removed }: { quantity: number; removed: number }): number =>
  Math.max(0, quantity - removed);

function lineAt(model: DialectOrder, index: number): DialectLine {
  return model.lines[index % model.lines.length] as DialectLine;
}

const amountIn = (minor: number, currency: string, style: 'padded' | 'short'): string => {
  const exponent = EXPONENTS[currency] ?? 2;
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const text = exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
  // The read writes amounts without the zeros at their end, but for one: "10.0".
  const short = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '.0') : `${text}.0`;
  return `${minor < 0 ? '-' : ''}${style === 'short' ? short : text}`;
};

const instant = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
/** The same instant in the shop's time zone. */
const local = (seconds: number): string =>
  `${new Date((seconds + 7_200) * 1_000).toISOString().slice(0, 19)}+02:00`;
const gid = (type: string, of: string): string => `gid://shopify/${type}/${of}`;
