/** What apps ask of customers and do with them: find, create, update, delete, have them forgotten. */

import { reversible } from '../graphql/connection.ts';
import { type ListArgs, listed } from '../graphql/filters.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { idIn } from '../ids.ts';
import { type CustomerNodesHost, customerFields, customerNode } from './customer-nodes.ts';
import { type AddressBook, type CustomerBook, type Customers, nameOf, type Person } from './customers.ts';

export interface CustomerWritesHost extends CustomerNodesHost {
  now(): number;
  shop(): unknown;
  /** Plans an act for an instant. */
  schedule(atMs: number, label: string, run: () => void): void;
  /** Forgets who somebody was, on all orders too, and tells the app. */
  erase(customer: CustomerBook): void;
}

interface AddressInput {
  [name: string]: string | null | undefined;
}

interface CustomerInput {
  id?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  email?: string | null;
  phone?: string | null;
  note?: string | null;
  tags?: readonly string[] | null;
  taxExempt?: boolean | null;
  addresses?: readonly AddressInput[] | null;
  [other: string]: unknown;
}

interface UserError {
  field: string[] | null;
  message: string;
}

const WRITTEN: ReadonlySet<string> = new Set([
  'id',
  'firstName',
  'lastName',
  'email',
  'phone',
  'note',
  'tags',
  'taxExempt',
  'addresses',
]);
/** From an app's request to the end of a person's data. */
const ERASED_AFTER_MS = 10 * 24 * 3_600_000;

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+?[\d\s().-]{6,20}$/;

export class CustomerWrites {
  readonly #host: CustomerWritesHost;

  constructor(host: CustomerWritesHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      customer: ({ id }: { id: string }) => this.byId(id),
      customers: reversible((args: ListArgs) => this.#list(args)),
      customersCount: (args: { query?: string | null; limit?: number | null }) => {
        if (args.query) throw notSupported('customersCount(query)');
        const whole = this.#customers.count;
        const limit = args.limit ?? Number.POSITIVE_INFINITY;
        return { count: Math.min(whole, limit), precision: whole > limit ? 'AT_LEAST' : 'EXACT' };
      },
      customerByIdentifier: ({ identifier }: { identifier: Record<string, string | null | undefined> }) => {
        const { id, emailAddress, phoneNumber, customId } = identifier;
        if (customId) throw notSupported('customerByIdentifier(customId)');
        if (id) return this.byId(id);
        const found = emailAddress
          ? this.#by(({ email }) => same(email, emailAddress))
          : this.#by(({ phone }) => same(phone, phoneNumber));
        return found ? this.#node(found) : null;
      },
      customerCreate: ({ input }: { input: CustomerInput }) => this.#create(input),
      customerUpdate: ({ input }: { input: CustomerInput }) => this.#update(input),
      customerDelete: ({ input }: { input: { id: string } }) => this.#delete(input.id),
      customerRequestDataErasure: ({ customerId }: { customerId: string }) =>
        this.#requestErasure(customerId),
      customerCancelDataErasure: ({ customerId }: { customerId: string }) => this.#cancelErasure(customerId),
    };
  }

  byId(id: string): unknown {
    const found = this.#customers.get(idIn('Customer', id) ?? '');
    return found ? this.#node(found) : null;
  }

  get #customers(): Customers {
    return this.#host.customers;
  }

  #node(customer: CustomerBook): unknown {
    return customerNode(customer, this.#host);
  }

  #by(test: (person: Person) => boolean): CustomerBook | undefined {
    return this.#customers.all().find((each) => test(this.#customers.person(each)));
  }

  #list(args: ListArgs): unknown {
    const name = (customer: CustomerBook) => nameOf(this.#customers.person(customer)).toLowerCase();
    return listed(
      this.#customers.all(),
      args,
      {
        fields: customerFields(this.#customers, this.#host.currency),
        sorts: {
          ID: ({ id }) => id,
          CREATED_AT: ({ createdAtMs }) => createdAtMs,
          UPDATED_AT: ({ updatedAtMs }) => updatedAtMs,
          NAME: name,
        },
      },
      (each) => this.#node(each),
    );
  }

  #create(input: CustomerInput): unknown {
    onlyKnown('customerCreate', input);
    const person: Person = { firstName: null, lastName: null, email: null, phone: null, addresses: [] };
    this.#write(person, input);
    const userErrors = input.id
      ? [{ field: ['id'], message: 'Cannot specify ID on creation' }]
      : this.#errors(person, undefined);
    if (userErrors.length > 0) return { customer: null, userErrors };
    const made = this.#customers.create(person, moreOf(input));
    return { customer: this.#node(made), userErrors: [] };
  }

  #update(input: CustomerInput): unknown {
    onlyKnown('customerUpdate', input);
    const customer = this.#customers.get(idIn('Customer', input.id ?? '') ?? '');
    if (!customer) return { customer: null, userErrors: [missing('id')] };
    const person = structuredClone(this.#customers.person(customer));
    this.#write(person, input);
    const userErrors = this.#errors(person, customer);
    if (userErrors.length > 0) return { customer: null, userErrors };
    this.#customers.write(customer, person);
    Object.assign(customer, moreOf(input));
    this.#customers.changed(customer);
    return { customer: this.#node(customer), userErrors: [] };
  }

  #delete(id: string): unknown {
    const { shop } = this.#host;
    const refused = (error: UserError) => ({ deletedCustomerId: null, shop: shop(), userErrors: [error] });
    const customer = this.#customers.get(idIn('Customer', id) ?? '');
    if (!customer) return refused({ field: ['id'], message: "Customer can't be found" });
    if (customer.orders.length > 0)
      return refused({
        field: ['id'],
        message: 'Customer can’t be deleted because they have associated orders',
      });
    if (this.#host.contactsOf(customer.id).length > 0)
      return refused({
        field: ['id'],
        message: 'Customer can’t be deleted because they are a contact of a company',
      });
    this.#customers.delete(customer);
    return { deletedCustomerId: id, shop: shop(), userErrors: [] };
  }

  #requestErasure(customerId: string): unknown {
    const customer = this.#customers.get(idIn('Customer', customerId) ?? '');
    if (!customer)
      return { customerId: null, userErrors: [{ ...missing('customerId'), code: 'DOES_NOT_EXIST' }] };
    const atMs = this.#host.now() + ERASED_AFTER_MS;
    customer.erasedOnMs = atMs;
    this.#host.schedule(atMs, `${customer.id} is forgotten`, () => {
      if (customer.erasedOnMs !== atMs) return;
      delete customer.erasedOnMs;
      this.#host.erase(customer);
    });
    return { customerId, userErrors: [] };
  }

  #cancelErasure(customerId: string): unknown {
    const refused = (code: string, message: string) => ({
      customerId: null,
      userErrors: [{ field: ['customerId'], message, code }],
    });
    const customer = this.#customers.get(idIn('Customer', customerId) ?? '');
    if (!customer) return refused('DOES_NOT_EXIST', 'Customer does not exist');
    if (customer.erasedOnMs === undefined)
      return refused('NOT_BEING_ERASED', "Customer's data is not scheduled for erasure");
    delete customer.erasedOnMs;
    return { customerId, userErrors: [] };
  }

  #write(person: Person, input: CustomerInput): void {
    for (const name of ['firstName', 'lastName', 'email', 'phone'] as const) {
      const given = input[name];
      if (given !== undefined) person[name] = given?.trim() || null;
    }
    if (input.addresses) person.addresses = input.addresses.map((each) => this.#address(each));
  }

  #address({ country, province, ...given }: AddressInput): AddressBook {
    if (country) throw notSupported('an address by the name of its country: give its code');
    const text = (name: string) => given[name]?.trim() || null;
    return {
      id: /(\d+)/.exec(given.id ?? '')?.[1] ?? this.#customers.nextAddressId(),
      firstName: text('firstName'),
      lastName: text('lastName'),
      company: text('company'),
      address1: text('address1'),
      address2: text('address2'),
      city: text('city'),
      zip: text('zip'),
      provinceCode: text('provinceCode') ?? (province?.trim() || null),
      countryCode: text('countryCode'),
      phone: text('phone'),
    };
  }

  /** What is wrong with a person; `own` is the customer that it is to be. */
  #errors(person: Person, own: CustomerBook | undefined): UserError[] {
    const { email, phone } = person;
    if (!email && !phone && nameOf(person) === '')
      return [{ field: null, message: 'Customer must have a name, phone number or email address' }];
    const errors: UserError[] = [];
    const taken = (test: (other: Person) => boolean) =>
      this.#customers.all().some((each) => each.id !== own?.id && test(this.#customers.person(each)));
    if (email && !EMAIL.test(email)) errors.push({ field: ['email'], message: 'Email is invalid' });
    else if (email && taken((other) => same(other.email, email)))
      errors.push({ field: ['email'], message: 'Email has already been taken' });
    if (phone && !PHONE.test(phone)) errors.push({ field: ['phone'], message: 'Phone is invalid' });
    else if (phone && taken((other) => same(other.phone, phone)))
      errors.push({ field: ['phone'], message: 'Phone has already been taken' });
    return errors;
  }
}

function same(one: string | null | undefined, other: string | null | undefined): boolean {
  return Boolean(one) && one?.toLowerCase() === other?.toLowerCase();
}

function missing(field: string): UserError {
  return { field: [field], message: 'Customer does not exist' };
}

function onlyKnown(mutation: string, input: CustomerInput): void {
  for (const name of Object.keys(input)) if (!WRITTEN.has(name)) throw notSupported(`${mutation}(${name})`);
}

function moreOf({ note, tags, taxExempt }: CustomerInput): Pick<CustomerBook, 'note' | 'tags' | 'taxExempt'> {
  return {
    ...(note === undefined ? {} : { note }),
    ...(tags ? { tags: [...new Set(tags.map((tag) => tag.trim()))].sort() } : {}),
    ...(typeof taxExempt === 'boolean' ? { taxExempt } : {}),
  };
}
