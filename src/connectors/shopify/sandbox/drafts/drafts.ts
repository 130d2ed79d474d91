/** Draft orders: what staff or an app has agreed with a customer, until it is placed as an order. */
import type { OrderSpec } from '../../../../sandbox/kit/types.ts';
import type { MetafieldBook, OrderBook } from '../book.ts';
import type { AddressBook } from '../customers/customers.ts';
import type { Ids } from '../ids.ts';
import type { TermsTemplate } from '../payments/payment-terms.ts';

/** A discount that somebody grants: on a line, or on the whole. */
export interface GrantedDiscount {
  title: string | null;
  description: string;
  /** Percent, or an amount of the store's money. */
  value: number;
  type: 'FIXED_AMOUNT' | 'PERCENTAGE';
}

export interface Attribute {
  key: string;
  value: string;
}

export interface DraftLine {
  id: string;
  uuid: string;
  /** Null: a custom item. */
  variantId: string | null;
  productId: string | null;
  sku: string | null;
  title: string;
  variantTitle: string | null;
  quantity: number;
  unitPrice: string;
  /** Whether the price is another than the variant's. */
  overridden: boolean;
  requiresShipping: boolean;
  taxable: boolean;
  discount: GrantedDiscount | null;
  attributes: Attribute[];
}

/** What is agreed. */
export interface DraftContents {
  lines: DraftLine[];
  discount: GrantedDiscount | null;
  shipping: { title: string; price: string } | null;
  customerId: string | null;
  company: { companyId: string; locationId: string; contactId: string } | null;
  email: string | null;
  phone: string | null;
  note: string | null;
  tags: string[];
  poNumber: string | null;
  terms: { template: TermsTemplate; dueAtMs: number | null } | null;
  depositPercent: number | null;
  taxExempt: boolean;
  shippingAddress: AddressBook | null;
  billingAddress: AddressBook | null;
  attributes: Attribute[];
  visibleToCustomer: boolean;
  sourceName: string | null;
}

export interface DraftBook extends DraftContents {
  id: string;
  number: number;
  createdAtMs: number;
  updatedAtMs: number;
  invoiceSentAtMs: number | null;
  completedAtMs: number | null;
  /** The order that it has become. */
  orderId: string | null;
  metafields?: MetafieldBook[];
}

export type DraftTopic = 'draft_orders/create' | 'draft_orders/update' | 'draft_orders/delete';

export interface DraftsHost {
  ids: Ids;
  now(): number;
  told(draft: DraftBook, topic: DraftTopic): void;
}

export class Drafts {
  readonly #host: DraftsHost;
  readonly #drafts = new Map<string, DraftBook>();
  #last = 0;

  constructor(host: DraftsHost) {
    this.#host = host;
  }

  all(): readonly DraftBook[] {
    return [...this.#drafts.values()];
  }

  get(id: string): DraftBook | undefined {
    return this.#drafts.get(id);
  }

  nextId(): string {
    return this.#host.ids.next();
  }

  create(contents: DraftContents): DraftBook {
    const now = this.#host.now();
    this.#last += 1;
    const draft: DraftBook = {
      id: this.nextId(),
      number: this.#last,
      createdAtMs: now,
      updatedAtMs: now,
      invoiceSentAtMs: null,
      completedAtMs: null,
      orderId: null,
      ...contents,
    };
    this.#drafts.set(draft.id, draft);
    this.#host.told(draft, 'draft_orders/create');
    return draft;
  }

  /** A draft has been written. */
  changed(draft: DraftBook): void {
    draft.updatedAtMs = this.#host.now();
    this.#host.told(draft, 'draft_orders/update');
  }

  delete(draft: DraftBook): void {
    this.#drafts.delete(draft.id);
    this.#host.told(draft, 'draft_orders/delete');
  }
}

export function draftStatus({ completedAtMs, invoiceSentAtMs }: DraftBook): string {
  if (completedAtMs !== null) return 'COMPLETED';
  return invoiceSentAtMs === null ? 'OPEN' : 'INVOICE_SENT';
}

type Shopper = OrderSpec['shopper'];

type Named = { firstName: string | null; lastName: string | null };

/** Who gets it; a draft may not say. */
function shopperOf(draft: DraftContents, person: Named | null): Shopper {
  const { shippingAddress, billingAddress, email, phone } = draft;
  const address = shippingAddress ?? billingAddress;
  return {
    accountId: null,
    firstName: (address ?? person)?.firstName ?? '',
    lastName: (address ?? person)?.lastName ?? '',
    email: email ?? '',
    phone: address?.phone ?? phone,
    address1: address?.address1 ?? '',
    ...(address?.address2 ? { address2: address.address2 } : {}),
    ...(address?.company ? { company: address.company } : {}),
    city: address?.city ?? '',
    postalCode: address?.zip ?? '',
    provinceCode: address?.provinceCode ?? null,
    countryCode: address?.countryCode ?? '',
  };
}

export interface Selling {
  currency: string;
  taxesIncluded: boolean;
  /** What the store charges on a sale to a country. */
  taxesOn(countryCode: string): { title: string; rate: string }[];
}

/** The order that a draft is to become. @param person the customer that it is for. */
export function specOf(
  draft: DraftContents,
  selling: Selling,
  payment: OrderSpec['payment'],
  person: Named | null,
): OrderSpec {
  const shopper = shopperOf(draft, person);
  const taxes = draft.taxExempt ? [] : selling.taxesOn(shopper.countryCode);
  const { terms, discount, depositPercent, poNumber, company } = draft;
  return {
    handle: 'draft',
    currency: selling.currency,
    taxesIncluded: selling.taxesIncluded,
    shopper,
    lines: draft.lines.map((line) => ({
      sku: line.sku,
      title: line.title,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      tax: line.taxable ? taxes : [],
      service: !line.requiresShipping,
      ...(line.discount ? { granted: grantOf(line.discount) } : {}),
    })),
    shipping: draft.shipping && { ...draft.shipping, tax: taxes },
    ...(discount ? { granted: grantOf(discount) } : {}),
    payment,
    gateway: 'manual',
    source: draft.sourceName ?? 'shopify_draft_order',
    taxExempt: draft.taxExempt,
    ...(poNumber ? { poNumber } : {}),
    ...(company ? { company: { companyId: company.companyId, locationId: company.locationId } } : {}),
    ...(terms
      ? {
          terms: {
            name: terms.template.name,
            type: terms.template.type,
            dueInDays: terms.template.dueInDays ?? 0,
          },
        }
      : {}),
    ...(depositPercent === null ? {} : { depositPercent: String(depositPercent) }),
  };
}

function grantOf({ title, description, value, type }: GrantedDiscount): NonNullable<OrderSpec['granted']> {
  const name = title ?? (description === '' ? 'Custom discount' : description);
  const text = String(Math.abs(value));
  return type === 'PERCENTAGE' ? { title: name, percent: text } : { title: name, amount: text };
}

/** What an order takes over from its draft besides its spec. */
export function takeOver(draft: DraftContents, order: OrderBook): void {
  const { customerId, company, note, tags, attributes, terms } = draft;
  Object.assign(order, { customerId, note, tags: [...tags], attributes: [...attributes] });
  if (company) order.company = { ...company };
  if (terms?.dueAtMs && order.terms) order.terms.dueAtMs = terms.dueAtMs;
  for (const [index, line] of order.lines.entries()) {
    const { variantId = null, productId = null, variantTitle = null } = draft.lines[index] ?? {};
    Object.assign(line, { variantId, productId, variantTitle });
  }
}
