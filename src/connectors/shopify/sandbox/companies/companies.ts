/**
 * The store's business customers: companies, the locations that they buy for, the people who act for them, and who of these
 * may do what where.
 */
import type { MetafieldBook } from '../book.ts';
import type { Ids } from '../ids.ts';
import type { TermsTemplate } from '../payments/payment-terms.ts';

export interface CompanyAddressBook {
  id: string;
  address1: string | null;
  address2: string | null;
  city: string | null;
  zip: string | null;
  zoneCode: string | null;
  countryCode: string;
  recipient: string | null;
  firstName: string | null;
  lastName: string | null;
  phone: string | null;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface CompanyLocationBook {
  id: string;
  company: CompanyBook;
  name: string;
  note: string | null;
  externalId: string | null;
  phone: string | null;
  locale: string;
  shipping: CompanyAddressBook | null;
  billing: CompanyAddressBook | null;
  taxExempt: boolean;
  taxExemptions: string[];
  taxRegistrationId: string | null;
  /** On which terms it buys; null: it pays at once. */
  terms: TermsTemplate | null;
  /** What it pays at once all the same. */
  depositPercent: number | null;
  checkoutToDraft: boolean;
  editableShippingAddress: boolean;
  /** Serial numbers of its orders, in their order. */
  orders: number[];
  createdAtMs: number;
  updatedAtMs: number;
  metafields?: MetafieldBook[];
}

export interface ContactBook {
  id: string;
  company: CompanyBook;
  customerId: string;
  title: string | null;
  locale: string;
  /** Serial numbers of the orders that it has placed. */
  orders: number[];
  createdAtMs: number;
  updatedAtMs: number;
}

export interface RoleBook {
  id: string;
  name: string;
  note: string | null;
}

/** Who has which role where. */
export interface AssignmentBook {
  id: string;
  contact: ContactBook;
  role: RoleBook;
  location: CompanyLocationBook;
  createdAtMs: number;
}

export interface CompanyBook {
  id: string;
  name: string;
  note: string | null;
  externalId: string | null;
  customerSinceMs: number;
  mainContact: ContactBook | null;
  /** The vendor gives two to each: "Location admin" and "Ordering only". */
  roles: RoleBook[];
  locations: CompanyLocationBook[];
  contacts: ContactBook[];
  assignments: AssignmentBook[];
  createdAtMs: number;
  updatedAtMs: number;
  metafields?: MetafieldBook[];
}

/** What has happened to whom, as webhooks tell it. */
export type CompanyNews =
  | { topic: `companies/${Happened}`; company: CompanyBook }
  | { topic: `company_locations/${Happened}`; location: CompanyLocationBook }
  | { topic: `company_contacts/${Happened}`; contact: ContactBook }
  | { topic: 'company_contact_roles/assign' | 'company_contact_roles/revoke'; assignment: AssignmentBook };

type Happened = 'create' | 'update' | 'delete';

export interface CompaniesHost {
  ids: Ids;
  now(): number;
  told(news: CompanyNews): void;
}

const ROLES = ['Location admin', 'Ordering only'] as const;

export class Companies {
  readonly #host: CompaniesHost;
  readonly #companies = new Map<string, CompanyBook>();
  readonly #locations = new Map<string, CompanyLocationBook>();
  readonly #contacts = new Map<string, ContactBook>();

  constructor(host: CompaniesHost) {
    this.#host = host;
  }

  all(): readonly CompanyBook[] {
    return [...this.#companies.values()];
  }

  locations(): readonly CompanyLocationBook[] {
    return [...this.#locations.values()];
  }

  get(id: string): CompanyBook | undefined {
    return this.#companies.get(id);
  }

  location(id: string): CompanyLocationBook | undefined {
    return this.#locations.get(id);
  }

  contact(id: string): ContactBook | undefined {
    return this.#contacts.get(id);
  }

  contactsOf(customerId: string): ContactBook[] {
    return [...this.#contacts.values()].filter((each) => each.customerId === customerId);
  }

  role(id: string): RoleBook | undefined {
    return this.all()
      .flatMap(({ roles }) => roles)
      .find((each) => each.id === id);
  }

  assignment(id: string): AssignmentBook | undefined {
    return this.all()
      .flatMap(({ assignments }) => assignments)
      .find((each) => each.id === id);
  }

  nextId(): string {
    return this.#host.ids.next();
  }

  create(
    given: Pick<CompanyBook, 'name' | 'note' | 'externalId'> & { id?: string; customerSinceMs?: number },
  ): CompanyBook {
    const { id = this.nextId(), name, note, externalId, customerSinceMs = this.#host.now() } = given;
    const company: CompanyBook = {
      id,
      name,
      note,
      externalId,
      customerSinceMs,
      mainContact: null,
      roles: ROLES.map((role) => ({ id: this.nextId(), name: role, note: null })),
      locations: [],
      contacts: [],
      assignments: [],
      ...this.#born(),
    };
    this.#companies.set(id, company);
    this.#host.told({ topic: 'companies/create', company });
    return company;
  }

  /** A company has been written. */
  changed(company: CompanyBook): void {
    company.updatedAtMs = this.#host.now();
    this.#host.told({ topic: 'companies/update', company });
  }

  /** A company goes, with all that it has. */
  delete(company: CompanyBook): void {
    for (const location of [...company.locations]) this.deleteLocation(location);
    for (const contact of [...company.contacts]) this.deleteContact(contact);
    this.#companies.delete(company.id);
    this.#host.told({ topic: 'companies/delete', company });
  }

  addLocation(
    company: CompanyBook,
    given: Partial<CompanyLocationBook> & Pick<CompanyLocationBook, 'name'>,
  ): CompanyLocationBook {
    const location: CompanyLocationBook = {
      id: this.nextId(),
      company,
      note: null,
      externalId: null,
      phone: null,
      locale: 'en',
      shipping: null,
      billing: null,
      taxExempt: false,
      taxExemptions: [],
      taxRegistrationId: null,
      terms: null,
      depositPercent: null,
      checkoutToDraft: false,
      editableShippingAddress: false,
      orders: [],
      ...this.#born(),
      ...given,
    };
    this.#locations.set(location.id, location);
    company.locations.push(location);
    this.#host.told({ topic: 'company_locations/create', location });
    return location;
  }

  locationChanged(location: CompanyLocationBook): void {
    location.updatedAtMs = this.#host.now();
    this.#host.told({ topic: 'company_locations/update', location });
  }

  deleteLocation(location: CompanyLocationBook): void {
    const { company } = location;
    for (const each of company.assignments.filter((assigned) => assigned.location === location))
      this.revoke(each);
    remove(company.locations, location);
    this.#locations.delete(location.id);
    this.#host.told({ topic: 'company_locations/delete', location });
  }

  addContact(
    company: CompanyBook,
    given: Pick<ContactBook, 'customerId' | 'title'> & { locale?: string | null },
  ): ContactBook {
    const { customerId, title } = given;
    const locale = given.locale ?? 'en';
    const contact: ContactBook = {
      id: this.nextId(),
      company,
      customerId,
      title,
      locale,
      orders: [],
      ...this.#born(),
    };
    this.#contacts.set(contact.id, contact);
    company.contacts.push(contact);
    this.#host.told({ topic: 'company_contacts/create', contact });
    return contact;
  }

  contactChanged(contact: ContactBook): void {
    contact.updatedAtMs = this.#host.now();
    this.#host.told({ topic: 'company_contacts/update', contact });
  }

  /** Somebody acts for the company no more; the customer stays. */
  deleteContact(contact: ContactBook): void {
    const { company } = contact;
    for (const each of company.assignments.filter((assigned) => assigned.contact === contact))
      this.revoke(each);
    if (company.mainContact === contact) company.mainContact = null;
    remove(company.contacts, contact);
    this.#contacts.delete(contact.id);
    this.#host.told({ topic: 'company_contacts/delete', contact });
  }

  assign(contact: ContactBook, role: RoleBook, location: CompanyLocationBook): AssignmentBook {
    const assignment = { id: this.nextId(), contact, role, location, createdAtMs: this.#host.now() };
    contact.company.assignments.push(assignment);
    this.#host.told({ topic: 'company_contact_roles/assign', assignment });
    return assignment;
  }

  revoke(assignment: AssignmentBook): void {
    remove(assignment.contact.company.assignments, assignment);
    this.#host.told({ topic: 'company_contact_roles/revoke', assignment });
  }

  #born(): { createdAtMs: number; updatedAtMs: number } {
    const now = this.#host.now();
    return { createdAtMs: now, updatedAtMs: now };
  }
}

/** Orders of all locations, in the order of time. */
export function ordersOf({ locations }: CompanyBook): number[] {
  return locations.flatMap(({ orders }) => orders).sort((one, other) => one - other);
}

function remove<Item>(from: Item[], item: Item): void {
  const at = from.indexOf(item);
  if (at >= 0) from.splice(at, 1);
}
