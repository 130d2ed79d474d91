/** Customers as GraphQL objects and webhooks. */
import { toMinor } from '../../../../sandbox/kit/money.ts';
import type { OrderBook } from '../book.ts';
import { capturedAmount, refundedAmount, sum } from '../book-figures.ts';
import { countryName, moneyV2, utc } from '../format.ts';
import { connection, type PageArgs, reversible } from '../graphql/connection.ts';
import type { Execution } from '../graphql/execution.ts';
import type { Fields, ListArgs } from '../graphql/filters.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { digits, gid } from '../ids.ts';
import { metafieldFields } from '../metafields/metafields.ts';
import type { CreditOwner } from '../payments/store-credit.ts';
import type { Json, Writer } from '../webhooks/webhook-parts.ts';
import { type AddressBook, type CustomerBook, type Customers, nameOf, type Person } from './customers.ts';

type Node = Record<string, unknown>;

export interface CustomerNodesHost {
  customers: Customers;
  currency: string;
  /** An order as its caller may see it. */
  order(id: string, execution: Execution): unknown;
  /** Accounts of store credit of an owner, as a list. */
  creditOf(owner: CreditOwner): (args: PageArgs & { query?: string | null }) => unknown;
  /** For which companies a customer acts, as GraphQL objects. */
  contactsOf(customerId: string): unknown[];
}

/** What all orders of a customer have brought, less what went back; cancelled ones and tests count nothing. */
export function amountSpent(orders: readonly OrderBook[]): bigint {
  return sum(
    orders
      .filter(({ test }) => !test)
      .map((order) => capturedAmount(order).shop - refundedAmount(order, 'success').shop),
  );
}

export function customerNode(customer: CustomerBook, host: CustomerNodesHost): Node {
  const { customers, currency } = host;
  const person = customers.person(customer);
  const { email, phone, addresses } = person;
  const [first] = addresses;
  const address = (each: AddressBook) => mailingAddress(each, 'CustomerAddress');
  const last = customer.orders.at(-1);
  return {
    __typename: 'Customer',
    id: gid('Customer', customer.id),
    legacyResourceId: customer.id,
    firstName: person.firstName,
    lastName: person.lastName,
    displayName: nameOf(person) || email || phone || '',
    email,
    phone,
    defaultEmailAddress: email === null ? null : { emailAddress: email, validFormat: true },
    defaultPhoneNumber: phone === null ? null : { phoneNumber: phone },
    defaultAddress: first ? address(first) : null,
    addresses: ({ first: count }: { first?: number | null }) => addresses.slice(0, count ?? 250).map(address),
    addressesV2: (args: PageArgs) => connection(addresses, args, address),
    note: customer.note ?? null,
    tags: customer.tags ?? [],
    taxExempt: customer.taxExempt ?? false,
    taxExemptions: [],
    state: 'DISABLED',
    locale: 'en',
    verifiedEmail: true,
    validEmailAddress: email !== null,
    multipassIdentifier: null,
    dataSaleOptOut: false,
    canDelete: customer.orders.length === 0,
    createdAt: utc(customer.createdAtMs),
    updatedAt: utc(customer.updatedAtMs),
    storeCreditAccounts: host.creditOf({ type: 'Customer', id: customer.id }),
    companyContactProfiles: () => host.contactsOf(customer.id),
    numberOfOrders: String(customer.orders.length),
    amountSpent: () => moneyV2(amountSpent(customers.ordersOf(customer)), currency),
    lastOrder: (_: unknown, execution: Execution) =>
      last === undefined ? null : host.order(customers.orderAt(last).id, execution),
    orders: reversible((args: ListArgs, execution: Execution) => {
      if (args.query) throw notSupported('Customer.orders(query)');
      if (args.sortKey && !['ID', 'CREATED_AT', 'PROCESSED_AT'].includes(args.sortKey))
        throw notSupported(`Customer.orders(sortKey: ${args.sortKey})`);
      const found = customers
        .ordersOf(customer)
        .map(({ id }) => ({ id, node: host.order(id, execution) }))
        .filter(({ node }) => node !== null);
      return connection(args.reverse ? found.reverse() : found, args, ({ node }) => node);
    }),
    ...metafieldFields(customer, 'CUSTOMER'),
  };
}

export function mailingAddress(each: AddressBook, model: string): Node {
  const { countryCode, provinceCode, city } = each;
  const country = countryCode ? countryName(countryCode) : null;
  return {
    __typename: 'MailingAddress',
    id: gid('MailingAddress', `${each.id}?model_name=${model}`),
    firstName: each.firstName,
    lastName: each.lastName,
    name: nameOf(each) || null,
    company: each.company,
    phone: each.phone,
    address1: each.address1,
    address2: each.address2,
    city,
    zip: each.zip,
    province: provinceCode,
    provinceCode,
    country,
    countryCode,
    countryCodeV2: countryCode,
    formattedArea: [city, provinceCode, country].filter((part) => part).join(', ') || null,
  };
}

/** What customers are searched by. */
export function customerFields(customers: Customers, currency: string): Fields<CustomerBook> {
  const one = Number(toMinor('1', currency));
  const of =
    (text: (person: Person) => string | null): ((customer: CustomerBook) => string | null) =>
    (customer) =>
      text(customers.person(customer));
  const country = ({ addresses: [first] }: Person) =>
    first?.countryCode ? [first.countryCode, countryName(first.countryCode)] : [];
  return {
    default: {
      text: (customer) => {
        const person = customers.person(customer);
        return [nameOf(person), person.email ?? '', person.phone ?? ''];
      },
    },
    id: { id: ({ id }) => id },
    email: { text: of(({ email }) => email) },
    phone: { text: of(({ phone }) => phone) },
    first_name: { text: of(({ firstName }) => firstName) },
    last_name: { text: of(({ lastName }) => lastName) },
    country: { text: (customer) => country(customers.person(customer)) },
    state: { text: () => 'DISABLED' },
    tag: { text: ({ tags }) => tags ?? [] },
    customer_date: { time: ({ createdAtMs }) => createdAtMs },
    updated_at: { time: ({ updatedAtMs }) => updatedAtMs },
    orders_count: { number: ({ orders }) => orders.length },
    total_spent: { number: (customer) => Number(amountSpent(customers.ordersOf(customer))) / one },
  };
}

/** A customer as the topics `customers/*` carry it. */
export function customerBody(
  customer: CustomerBook,
  person: Person,
  currency: string,
  { time }: Writer,
  isGone: boolean,
): Json {
  const own = {
    id: digits(customer.id),
    tax_exemptions: [],
    admin_graphql_api_id: gid('Customer', customer.id),
  };
  if (isGone) return own;
  const address = (each: AddressBook, index: number): Json => ({
    id: digits(each.id),
    customer_id: digits(customer.id),
    first_name: each.firstName,
    last_name: each.lastName,
    company: each.company,
    address1: each.address1,
    address2: each.address2,
    city: each.city,
    province: each.provinceCode,
    country: each.countryCode ? countryName(each.countryCode) : null,
    zip: each.zip,
    phone: each.phone,
    name: nameOf(each),
    province_code: each.provinceCode,
    country_code: each.countryCode,
    country_name: each.countryCode ? countryName(each.countryCode) : null,
    default: index === 0,
  });
  const addresses = person.addresses.map(address);
  return {
    ...own,
    created_at: time.write(customer.createdAtMs),
    updated_at: time.write(customer.updatedAtMs),
    first_name: person.firstName,
    last_name: person.lastName,
    state: 'disabled',
    note: customer.note ?? null,
    verified_email: true,
    multipass_identifier: null,
    tax_exempt: customer.taxExempt ?? false,
    email: person.email,
    phone: person.phone,
    currency,
    addresses,
    ...(addresses[0] ? { default_address: addresses[0] } : {}),
  };
}
