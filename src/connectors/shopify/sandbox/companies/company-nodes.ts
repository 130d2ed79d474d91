/** Companies, their locations and people as GraphQL objects. */
import type { OrderBook } from '../book.ts';
import { amountSpent } from '../customers/customer-nodes.ts';
import { countryName, moneyV2, utc } from '../format.ts';
import { connection, type PageArgs, reversible } from '../graphql/connection.ts';
import type { Execution } from '../graphql/execution.ts';
import type { ListArgs } from '../graphql/filters.ts';
import { fromRoot } from '../graphql/from-root.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid, idIn } from '../ids.ts';
import { metafieldFields } from '../metafields/metafields.ts';
import { termsTemplateNode } from '../payments/payment-terms.ts';
import type { CreditOwner } from '../payments/store-credit.ts';
import {
  type AssignmentBook,
  type Companies,
  type CompanyAddressBook,
  type CompanyBook,
  type CompanyLocationBook,
  type ContactBook,
  ordersOf,
  type RoleBook,
} from './companies.ts';
import { companyLists } from './company-search.ts';

type Node = Record<string, unknown>;

export interface CompanyNodesHost {
  companies: Companies;
  currency: string;
  now(): number;
  orderAt(serial: number): OrderBook;
  /** An order as its caller may see it. */
  order(id: string, execution: Execution): unknown;
  /** Draft orders for whom this holds, as a list. */
  drafts(
    has: (buyer: { companyId: string; locationId: string; contactId: string }) => boolean,
    args: ListArgs,
  ): unknown;
  /** Accounts of store credit of an owner, as a list. */
  creditOf(owner: CreditOwner): (args: PageArgs & { query?: string | null }) => unknown;
  /** The address of somebody's mail. */
  emailOf(customerId: string): string | null;
  nameOf(customerId: string): string;
  /** Catalogues of a location, by their ids, as GraphQL objects. */
  catalogsOf(locationId: string): { id: string; node: Node }[];
}

interface OrdersArgs extends PageArgs {
  sortKey?: string | null;
  query?: string | null;
}

const exactly = (count: number) => ({ count, precision: 'EXACT' });

export class CompanyNodes {
  readonly #host: CompanyNodesHost;

  constructor(host: CompanyNodesHost) {
    this.#host = host;
  }

  company(company: CompanyBook): Node {
    const lists = companyLists(this.#host);
    const serials = () => ordersOf(company);
    return {
      __typename: 'Company',
      id: gid('Company', company.id),
      name: company.name,
      note: company.note,
      externalId: company.externalId,
      customerSince: utc(company.customerSinceMs),
      createdAt: utc(company.createdAtMs),
      updatedAt: utc(company.updatedAtMs),
      lifetimeDuration: lifetime(this.#host.now() - company.customerSinceMs),
      mainContact: () => company.mainContact && this.contact(company.mainContact),
      defaultRole: () => this.role(company.roles.at(-1) as RoleBook),
      contactRoles: reversible((args: ListArgs) =>
        lists.roles(company.roles, args, (each) => this.role(each)),
      ),
      contacts: reversible((args: ListArgs) =>
        lists.contacts(company.contacts, args, (each) => this.contact(each)),
      ),
      locations: reversible((args: ListArgs) =>
        lists.locations(company.locations, args, (each) => this.location(each)),
      ),
      contactCount: company.contacts.length,
      contactsCount: exactly(company.contacts.length),
      locationsCount: exactly(company.locations.length),
      orders: this.#orders(serials),
      draftOrders: reversible((args: ListArgs) =>
        this.#host.drafts(({ companyId }) => companyId === company.id, args),
      ),
      ordersCount: () => exactly(serials().length),
      totalSpent: () => this.#spent(serials()),
      ...metafieldFields(company, 'COMPANY'),
    };
  }

  location(location: CompanyLocationBook): Node {
    const lists = companyLists(this.#host);
    const { company, shipping, billing, taxExempt, taxExemptions, taxRegistrationId } = location;
    const catalogs = () => this.#host.catalogsOf(location.id);
    return {
      __typename: 'CompanyLocation',
      id: gid('CompanyLocation', location.id),
      company: () => this.company(company),
      name: location.name,
      note: location.note,
      externalId: location.externalId,
      phone: location.phone,
      locale: location.locale,
      currency: this.#host.currency,
      createdAt: utc(location.createdAtMs),
      updatedAt: utc(location.updatedAtMs),
      shippingAddress: shipping && companyAddressNode(shipping, company),
      billingAddress: billing && companyAddressNode(billing, company),
      buyerExperienceConfiguration: () => experienceNode(location),
      taxSettings: { taxExempt, taxExemptions, taxRegistrationId },
      taxExemptions,
      taxRegistrationId,
      roleAssignments: reversible((args: ListArgs) =>
        lists.assignments(
          company.assignments.filter((each) => each.location === location),
          args,
          (each) => this.assignment(each),
        ),
      ),
      catalogs: reversible((args: PageArgs) => {
        const found = catalogs();
        return connection(args.reverse ? found.reverse() : found, args, ({ node }) => node);
      }),
      catalogsCount: (_: { limit?: number | null }) => exactly(catalogs().length),
      inCatalog: ({ catalogId }: { catalogId: string }) =>
        catalogs().some(({ id }) => id === idIn('CompanyLocationCatalog', catalogId)),
      orders: this.#orders(() => location.orders),
      storeCreditAccounts: this.#host.creditOf({ type: 'CompanyLocation', id: location.id }),
      draftOrders: reversible((args: ListArgs) =>
        this.#host.drafts(({ locationId }) => locationId === location.id, args),
      ),
      ordersCount: exactly(location.orders.length),
      orderCount: location.orders.length,
      totalSpent: () => this.#spent(location.orders),
      ...metafieldFields(location, 'COMPANY_LOCATION'),
    };
  }

  contact(contact: ContactBook): Node {
    const lists = companyLists(this.#host);
    const { company } = contact;
    return {
      __typename: 'CompanyContact',
      id: gid('CompanyContact', contact.id),
      company: () => this.company(company),
      customer: fromRoot('customer', 'Customer', contact.customerId),
      title: contact.title,
      locale: contact.locale,
      isMainContact: company.mainContact === contact,
      createdAt: utc(contact.createdAtMs),
      updatedAt: utc(contact.updatedAtMs),
      lifetimeDuration: lifetime(this.#host.now() - contact.createdAtMs),
      orders: this.#orders(() => contact.orders),
      draftOrders: reversible((args: ListArgs) =>
        this.#host.drafts(({ contactId }) => contactId === contact.id, args),
      ),
      roleAssignments: reversible((args: ListArgs) =>
        lists.assignments(
          company.assignments.filter((each) => each.contact === contact),
          args,
          (each) => this.assignment(each),
        ),
      ),
    };
  }

  role({ id, name, note }: RoleBook): Node {
    return { __typename: 'CompanyContactRole', id: gid('CompanyContactRole', id), name, note };
  }

  assignment({ id, contact, role, location, createdAtMs }: AssignmentBook): Node {
    return {
      __typename: 'CompanyContactRoleAssignment',
      id: gid('CompanyContactRoleAssignment', id),
      company: () => this.company(location.company),
      companyContact: () => this.contact(contact),
      companyLocation: () => this.location(location),
      role: this.role(role),
      createdAt: utc(createdAtMs),
      updatedAt: utc(createdAtMs),
    };
  }

  #orders(serials: () => readonly number[]) {
    return reversible((args: OrdersArgs, execution: Execution) => {
      if (args.query) throw notSupported('orders of a company by a query');
      if (args.sortKey && !['ID', 'CREATED_AT', 'PROCESSED_AT', 'ORDER_NUMBER'].includes(args.sortKey))
        throw notSupported(`orders of a company by ${args.sortKey}`);
      const found = serials()
        .map((serial) => this.#host.orderAt(serial).id)
        .map((id) => ({ id, node: this.#host.order(id, execution) }))
        .filter(({ node }) => node !== null);
      return connection(args.reverse ? found.reverse() : found, args, ({ node }) => node);
    });
  }

  #spent(serials: readonly number[]): Node {
    return moneyV2(amountSpent(serials.map((serial) => this.#host.orderAt(serial))), this.#host.currency);
  }
}

function experienceNode({
  terms,
  depositPercent,
  checkoutToDraft,
  editableShippingAddress,
}: CompanyLocationBook): Node {
  return {
    checkoutToDraft,
    editableShippingAddress,
    payNowOnly: !checkoutToDraft && terms === null,
    paymentTermsTemplate: terms && termsTemplateNode(terms),
    deposit: depositPercent === null ? null : { __typename: 'DepositPercentage', percentage: depositPercent },
  };
}

export function companyAddressNode(address: CompanyAddressBook, { name }: { name: string }): Node {
  const { address1, address2, city, zip, zoneCode, countryCode, firstName, lastName } = address;
  const country = countryName(countryCode);
  const person = address.recipient ?? ([firstName, lastName].filter((part) => part).join(' ') || null);
  const area = [city, zoneCode, country].filter((part) => part).join(', ');
  return {
    __typename: 'CompanyAddress',
    id: gid('CompanyAddress', address.id),
    companyName: name,
    address1: address1 ?? '',
    address2,
    city,
    zip,
    zoneCode,
    province: zoneCode,
    country,
    countryCode,
    firstName,
    lastName,
    recipient: person,
    phone: address.phone,
    createdAt: utc(address.createdAtMs),
    updatedAt: utc(address.updatedAtMs),
    formattedArea: area,
    formattedAddress: (given: { withCompanyName?: boolean | null; withName?: boolean | null }) =>
      [
        given.withName ? person : null,
        given.withCompanyName ? name : null,
        address1,
        address2,
        [zip, city].filter((part) => part).join(' '),
        zoneCode,
        country,
      ].filter((part) => part),
  };
}

const DAY_MS = 86_400_000;
const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** "1 year", "3 days": the largest unit that is full. */
export function lifetime(ms: number): string {
  for (const [name, length] of UNITS) {
    const count = Math.floor(ms / length);
    if (count > 0) return `${count} ${name}${count === 1 ? '' : 's'}`;
  }
  return 'less than a minute';
}
