/**
 * The persons of an order. A person's id follows from the order, the role and the content: webhook and read give the same id,
 * a changed address is another person, and redacting one order says nothing of another.
 */
import { derivedId } from '../../base/ids.ts';
import { type AddressRef, type Customer, type Person, postalAreaOf } from '../../domain/canonical/index.ts';
import type { ShopifyAddress, ShopifyOrder } from './source.ts';

export interface PersonsOfOrder {
  customer: Customer | null;
  shipTo: AddressRef | null;
  billTo: AddressRef | null;
  persons: Person[];
  /** There are persons, and nothing is told of them: they were erased, or the app may not see them. */
  anonymous: boolean;
}

export function personsOf(connection: string, order: ShopifyOrder): PersonsOfOrder {
  const persons = new Map<string, Person>();
  const keep = (role: string, content: Content): string => {
    const personId = derivedId(
      'person',
      connection,
      order.id,
      role,
      JSON.stringify(CONTENT_KEYS.map((key) => content[key])),
    );
    persons.set(personId, { schema: 'person/1', personId, ...content });
    return personId;
  };
  const customer = customerOf(order, keep);
  const shipTo = addressOf(order, 'shipTo', order.shippingAddress, keep);
  const billTo = addressOf(order, 'billTo', order.billingAddress, keep);
  const all = [...persons.values()];
  return { customer, shipTo, billTo, persons: all, anonymous: all.length > 0 && all.every(isNobody) };
}

type Content = Omit<Person, 'schema' | 'personId'>;
type Keep = (role: string, content: Content) => string;

const NOBODY: Content = {
  name: null,
  company: null,
  email: null,
  phone: null,
  address1: null,
  address2: null,
  city: null,
  postalCode: null,
  provinceCode: null,
  countryCode: null,
};
/** The order of the parts in a person's id: fixed for ever. */
const CONTENT_KEYS = Object.keys(NOBODY) as (keyof Content)[];

/** No name, no address, nothing to reach them by: where they live is no person. */
function isNobody({
  schema: _schema,
  personId: _id,
  countryCode: _country,
  provinceCode: _province,
  ...rest
}: Person) {
  return Object.values(rest).every((part) => part === null || part.trim() === '');
}

/** A guest has no account; with neither account nor e-mail there is no customer. */
function customerOf(order: ShopifyOrder, keep: Keep): Customer | null {
  const { customer } = order;
  const email = order.email ?? customer?.email ?? null;
  if (customer === null && email === null) return null;
  const phone = order.phone ?? customer?.phone ?? null;
  const name =
    joined(customer?.firstName, customer?.lastName) ??
    nameOf(order.billingAddress) ??
    nameOf(order.shippingAddress);
  const company = order.billingAddress?.company ?? null;
  return {
    schema: 'customer/1',
    personId: keep('customer', { ...NOBODY, name, company, email, phone }),
    channelCustomerId: customer?.id ?? null,
    taxExempt: order.taxExempt,
  };
}

function addressOf(
  order: ShopifyOrder,
  role: 'shipTo' | 'billTo',
  address: ShopifyAddress | null,
  keep: Keep,
): AddressRef | null {
  if (address === null) return null;
  const content: Content = {
    name: nameOf(address),
    company: address.company,
    email: order.email ?? order.customer?.email ?? null,
    phone: address.phone ?? order.phone ?? order.customer?.phone ?? null,
    address1: address.address1,
    address2: address.address2,
    city: address.city,
    postalCode: address.zip,
    provinceCode: address.provinceCode,
    countryCode: address.countryCode,
  };
  return {
    personId: keep(role, content),
    countryCode: content.countryCode,
    provinceCode: content.provinceCode,
    postalArea: postalAreaOf(content.postalCode),
    missing: missingFor(content),
  };
}

/** Parts that a parcel needs and the address lacks. A company's name serves as a name. */
function missingFor(content: Content): string[] {
  const present: Record<string, string | null> = { ...content, name: content.name ?? content.company };
  const needed = ['name', 'address1', 'city', 'postalCode', 'countryCode'].filter(
    (part) =>
      part !== 'postalCode' || content.countryCode === null || !WITHOUT_POSTAL_CODE.has(content.countryCode),
  );
  return needed.filter((part) => present[part] === null);
}

/** Countries and territories that use no postal codes (Universal Postal Union). */
const WITHOUT_POSTAL_CODE: ReadonlySet<string> = new Set(
  `AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK KI KM KN KP
  LY ML MO MR MW NR NU QA RW SB SC SL SR ST SX SY TD TF TG TK TL TO TV UG VU YE ZW`.split(/\s+/),
);

function nameOf(address: ShopifyAddress | null): string | null {
  return address === null ? null : (joined(address.firstName, address.lastName) ?? address.name);
}

function joined(first: string | null | undefined, last: string | null | undefined): string | null {
  const name = [first, last].filter((part) => part !== null && part !== undefined).join(' ');
  return name === '' ? null : name;
}
