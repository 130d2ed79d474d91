/** What an app writes into a draft order: read, checked in the vendor's words, priced. */
import type { Catalogs } from '../companies/catalogs.ts';
import type { Companies } from '../companies/companies.ts';
import type { AddressBook, Customers } from '../customers/customers.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { idIn } from '../ids.ts';
import type { Item, Stock } from '../inventory/stock.ts';
import { termsTemplate } from '../payments/payment-terms.ts';
import { titleOnLine } from '../products/product-choices.ts';
import type { Attribute, DraftContents, DraftLine, Drafts, GrantedDiscount } from './drafts.ts';

export interface DraftInputHost {
  drafts: Drafts;
  customers: Customers;
  companies: Companies;
  catalogs: Catalogs;
  stock: Stock;
  currency: string;
  now(): number;
}

interface Money {
  amount: string;
  currencyCode: string;
}

interface DiscountInput {
  title?: string | null;
  description?: string | null;
  value: number;
  valueType: GrantedDiscount['type'];
  [other: string]: unknown;
}

interface LineInput {
  variantId?: string | null;
  title?: string | null;
  sku?: string | null;
  quantity: number;
  originalUnitPrice?: string | null;
  originalUnitPriceWithCurrency?: Money | null;
  priceOverride?: Money | null;
  requiresShipping?: boolean | null;
  taxable?: boolean | null;
  appliedDiscount?: DiscountInput | null;
  customAttributes?: readonly Attribute[] | null;
  uuid?: string | null;
  [other: string]: unknown;
}

type AddressInput = Readonly<Record<string, string | null | undefined>>;

export interface DraftInput {
  lineItems?: readonly LineInput[] | null;
  appliedDiscount?: DiscountInput | null;
  shippingLine?: { title?: string | null; price?: string | null; priceWithCurrency?: Money | null } | null;
  purchasingEntity?: {
    customerId?: string | null;
    purchasingCompany?: { companyId: string; companyLocationId: string; companyContactId: string } | null;
  } | null;
  customerId?: string | null;
  email?: string | null;
  phone?: string | null;
  note?: string | null;
  tags?: readonly string[] | null;
  poNumber?: string | null;
  paymentTerms?: {
    paymentTermsTemplateId?: string | null;
    paymentSchedules?: readonly { dueAt?: string | null; issuedAt?: string | null }[] | null;
  } | null;
  deposit?: { percentage: number } | null;
  taxExempt?: boolean | null;
  shippingAddress?: AddressInput | null;
  billingAddress?: AddressInput | null;
  useCustomerDefaultAddress?: boolean | null;
  customAttributes?: readonly Attribute[] | null;
  visibleToCustomer?: boolean | null;
  sourceName?: string | null;
  presentmentCurrencyCode?: string | null;
  [other: string]: unknown;
}

export interface DraftError {
  field: string[] | null;
  message: string;
}

/** What a draft can be told and this store does nothing with. */
const UNHEARD: ReadonlySet<string> = new Set([
  'discountCodes',
  'localizationExtensions',
  'localizedFields',
  'metafields',
  'reserveInventoryUntil',
  'sessionToken',
  'acceptAutomaticDiscounts',
  'allowDiscountCodesInCheckout',
  'transformerFingerprint',
  'marketRegionCountryCode',
]);
const MAX_TAG_CHARS = 40;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export const EMPTY_DRAFT: DraftContents = {
  lines: [],
  discount: null,
  shipping: null,
  customerId: null,
  company: null,
  email: null,
  phone: null,
  note: null,
  tags: [],
  poNumber: null,
  terms: null,
  depositPercent: null,
  taxExempt: false,
  shippingAddress: null,
  billingAddress: null,
  attributes: [],
  visibleToCustomer: false,
  sourceName: null,
};

/**
 * A draft after an input; what that does not name stays.
 * @param at where the input stands in the arguments.
 */
export function readDraft(
  host: DraftInputHost,
  input: DraftInput,
  before: DraftContents,
  at: readonly string[],
): { contents: DraftContents; errors: DraftError[] } {
  refuseUnheard(host, input);
  const errors: DraftError[] = [];
  const buyer = buyerOf(host, input, before, errors);
  const contents: DraftContents = {
    ...before,
    ...buyer,
    ...given(input, ['email', 'phone', 'note', 'poNumber', 'sourceName'] as const),
    ...(input.tags ? { tags: tagsOf(input.tags, at, errors) } : {}),
    ...(typeof input.taxExempt === 'boolean' ? { taxExempt: input.taxExempt } : {}),
    ...(typeof input.visibleToCustomer === 'boolean' ? { visibleToCustomer: input.visibleToCustomer } : {}),
    ...(input.customAttributes ? { attributes: attributesOf(input.customAttributes) } : {}),
    ...(input.deposit === undefined ? {} : { depositPercent: input.deposit?.percentage ?? null }),
    ...addressesOf(host, input, buyer.customerId),
  };
  if (input.appliedDiscount !== undefined)
    contents.discount = discountOf(input.appliedDiscount, [...at, 'appliedDiscount'], errors);
  if (input.shippingLine !== undefined) {
    const line = input.shippingLine;
    const price = line?.priceWithCurrency?.amount ?? line?.price ?? '0';
    contents.shipping = line && { title: line.title ?? 'Shipping', price };
  }
  if (input.paymentTerms !== undefined) contents.terms = termsOf(input.paymentTerms, errors);
  const { email } = contents;
  if (email && !EMAIL.test(email)) errors.push({ field: [...at, 'email'], message: 'Email is invalid' });
  if (input.lineItems) contents.lines = linesOf(host, input.lineItems, contents, at, errors);
  if (contents.lines.length === 0 && errors.length === 0)
    errors.push({ field: null, message: 'Add at least 1 product' });
  return { contents, errors };
}

function refuseUnheard({ currency }: DraftInputHost, input: DraftInput): void {
  for (const [name, value] of Object.entries(input)) {
    const isSaid = value !== null && value !== undefined && value !== false;
    if (isSaid && UNHEARD.has(name) && !(Array.isArray(value) && value.length === 0))
      throw notSupported(`DraftOrderInput.${name}`);
  }
  const wanted = input.presentmentCurrencyCode;
  if (wanted && wanted !== currency) throw notSupported('drafts in another currency than the store’s');
}

/** Whose draft it is: a customer's, or a company's. */
function buyerOf(
  { companies, customers }: DraftInputHost,
  input: DraftInput,
  before: DraftContents,
  errors: DraftError[],
): Pick<DraftContents, 'customerId' | 'company'> {
  const { purchasingEntity } = input;
  const wanted = purchasingEntity?.purchasingCompany;
  if (wanted) {
    const location = companies.location(idIn('CompanyLocation', wanted.companyLocationId) ?? '');
    const contact = companies.contact(idIn('CompanyContact', wanted.companyContactId) ?? '');
    const company = companies.get(idIn('Company', wanted.companyId) ?? '');
    if (company && location?.company === company && contact?.company === company)
      return {
        customerId: contact.customerId,
        company: { companyId: company.id, locationId: location.id, contactId: contact.id },
      };
    errors.push({ field: null, message: 'Purchasing company is invalid' });
    return before;
  }
  const id = purchasingEntity ? purchasingEntity.customerId : input.customerId;
  if (id === undefined) return { customerId: before.customerId, company: before.company };
  if (id === null) return { customerId: null, company: null };
  const customer = customers.get(idIn('Customer', id) ?? '');
  if (!customer) errors.push({ field: null, message: 'Customer does not exist' });
  return { customerId: customer?.id ?? null, company: null };
}

function addressesOf(
  { customers }: DraftInputHost,
  input: DraftInput,
  customerId: string | null,
): Partial<Pick<DraftContents, 'shippingAddress' | 'billingAddress'>> {
  const customer = customers.get(customerId ?? '');
  const [usual = null] = customer ? customers.person(customer).addresses : [];
  const one = (address: AddressInput | null | undefined) =>
    address ? addressOf(address, customers.nextAddressId()) : null;
  return {
    ...(input.useCustomerDefaultAddress && usual ? { shippingAddress: usual, billingAddress: usual } : {}),
    ...(input.shippingAddress === undefined ? {} : { shippingAddress: one(input.shippingAddress) }),
    ...(input.billingAddress === undefined ? {} : { billingAddress: one(input.billingAddress) }),
  };
}

function addressOf(input: AddressInput, id: string): AddressBook {
  if (!input.countryCode) throw notSupported('an address without the code of its country');
  const text = (name: string) => input[name]?.trim() || null;
  return {
    id,
    firstName: text('firstName'),
    lastName: text('lastName'),
    company: text('company'),
    address1: text('address1'),
    address2: text('address2'),
    city: text('city'),
    zip: text('zip'),
    provinceCode: text('provinceCode') ?? text('province'),
    countryCode: text('countryCode'),
    phone: text('phone'),
  };
}

function tagsOf(tags: readonly string[], at: readonly string[], errors: DraftError[]): string[] {
  for (const [index, tag] of tags.entries())
    if (tag.length > MAX_TAG_CHARS)
      errors.push({
        field: [...at, 'tags', String(index)],
        message: `Title Tag exceeds the maximum length of ${MAX_TAG_CHARS} characters`,
      });
  return [...new Set(tags.map((tag) => tag.trim()))].sort();
}

const attributesOf = (attributes: readonly Attribute[]): Attribute[] =>
  attributes.map(({ key, value }) => ({ key, value }));

function discountOf(
  input: DiscountInput | null | undefined,
  at: readonly string[],
  errors: DraftError[],
): GrantedDiscount | null {
  if (!input) return null;
  const { value, valueType: type, title = null, description } = input;
  const say = (message: string) =>
    errors.push({ field: [...at, 'value'], message: `Applied discount value ${message}` });
  if (type === 'PERCENTAGE' && value > 100) say('must be less than or equal to 100%');
  else if (Math.abs(value * 100 - Math.round(value * 100)) > 1e-6)
    say('can have at most 2 digits after decimal point');
  return { title, description: description ?? '', value, type };
}

function termsOf(input: DraftInput['paymentTerms'], errors: DraftError[]): DraftContents['terms'] {
  if (!input) return null;
  const template = termsTemplate(input.paymentTermsTemplateId ?? '');
  const dueAt = input.paymentSchedules?.[0]?.dueAt;
  if (!template) {
    errors.push({ field: null, message: 'Payment terms template id can not be empty.' });
    return null;
  }
  if (template.type === 'FULFILLMENT') throw notSupported('drafts that are due on fulfillment');
  if (template.type === 'FIXED' && !dueAt)
    errors.push({ field: null, message: 'A due date is required with fixed or net payment terms.' });
  return { template, dueAtMs: dueAt ? Date.parse(dueAt) : null };
}

function linesOf(
  host: DraftInputHost,
  inputs: readonly LineInput[],
  draft: DraftContents,
  at: readonly string[],
  errors: DraftError[],
): DraftLine[] {
  return inputs.map((input, index): DraftLine => {
    if (input.components || input.bundleComponents) throw notSupported('bundles in drafts');
    const place = [...at, 'lineItems', String(index)];
    if (input.quantity < 1)
      errors.push({
        field: [...place, 'quantity'],
        message: 'Quantity must be greater than or equal to 1',
      });
    const discount = discountOf(input.appliedDiscount, [...place, 'appliedDiscount'], errors);
    // The vendor's pages leave open whether it is off each unit or off the line.
    if (discount?.type === 'FIXED_AMOUNT' && input.quantity > 1)
      throw notSupported('fixed amounts off a draft’s line of several units');
    const common = {
      id: host.drafts.nextId(),
      uuid: input.uuid ?? `line-${host.drafts.nextId()}`,
      quantity: input.quantity,
      discount,
      attributes: attributesOf(input.customAttributes ?? []),
    };
    return { ...common, ...goodsOf(host, input, draft, errors) };
  });
}

type Goods = Omit<DraftLine, 'id' | 'uuid' | 'quantity' | 'discount' | 'attributes'>;

/** A variant is what the store says of it, at what its buyer pays; a custom item is what the input says. */
function goodsOf(host: DraftInputHost, input: LineInput, draft: DraftContents, errors: DraftError[]): Goods {
  const override = input.priceOverride?.amount;
  if (input.variantId) {
    const item = host.stock.ofVariant(idIn('ProductVariant', input.variantId) ?? '');
    if (!item) {
      const id = /(\d+)$/.exec(input.variantId)?.[1] ?? '';
      errors.push({ field: null, message: `Product with ID ${id} is no longer available.` });
    }
    return {
      variantId: item?.variantId ?? null,
      productId: item?.productId ?? null,
      sku: item?.sku ?? null,
      title: item?.title ?? '',
      variantTitle: item ? titleOnLine(item) : null,
      unitPrice: override ?? (item ? priceOf(host, item, draft) : '0'),
      overridden: override !== undefined,
      requiresShipping: item?.requiresShipping ?? true,
      taxable: item?.variant?.taxable ?? true,
    };
  }
  const title = input.title?.trim() ?? '';
  if (title === '') errors.push({ field: null, message: 'Merchandise title is empty.' });
  const price = override ?? input.originalUnitPriceWithCurrency?.amount ?? input.originalUnitPrice ?? '0';
  if (Number(price) < 0) errors.push({ field: null, message: 'Cannot send negative price for line_item' });
  return {
    variantId: null,
    productId: null,
    sku: input.sku ?? null,
    title,
    variantTitle: null,
    unitPrice: price,
    overridden: false,
    requiresShipping: input.requiresShipping ?? false,
    taxable: input.taxable ?? false,
  };
}

function priceOf({ companies, catalogs }: DraftInputHost, item: Item, { company }: DraftContents): string {
  const location = company && companies.location(company.locationId);
  return (location && catalogs.priceFor(location, item)) ?? item.price;
}

/** The input's values of these names; what it does not name is left out. */
function given<Name extends keyof DraftInput>(input: DraftInput, names: readonly Name[]) {
  const named = names.filter((name) => input[name] !== undefined);
  return Object.fromEntries(named.map((name) => [name, input[name] || null])) as Partial<
    Record<Name, string | null>
  >;
}
