/**
 * The store's customers. One who only shops has what the last order says of the person, so that years of shoppers take little
 * memory; one that an app or the staff has written has a record of its own.
 */
import type { MetafieldBook, OrderBook } from '../book.ts';
import type { Ids } from '../ids.ts';
import { CustomerRows } from './customer-rows.ts';

export interface AddressBook {
  id: string;
  firstName: string | null;
  lastName: string | null;
  company: string | null;
  address1: string | null;
  address2: string | null;
  city: string | null;
  zip: string | null;
  provinceCode: string | null;
  countryCode: string | null;
  phone: string | null;
}

export interface Person {
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  phone: string | null;
  /** The first is the default one. */
  addresses: AddressBook[];
}

export interface CustomerBook {
  id: string;
  createdAtMs: number;
  updatedAtMs: number;
  /** Serial numbers of its orders, in their order. */
  orders: number[];
  /** What was written of it; null: what its last order says. */
  own: Person | null;
  note?: string | null;
  tags?: string[];
  taxExempt?: boolean;
  metafields?: MetafieldBook[];
  /** An app has asked that it be forgotten, then. */
  erasedOnMs?: number;
}

export interface CustomersHost {
  ids: Ids;
  now(): number;
  orderAt(serial: number): OrderBook;
  /** A customer is new, is another now, or is gone. */
  told(customer: CustomerBook, topic: 'customers/create' | 'customers/update' | 'customers/delete'): void;
}

export class Customers {
  readonly #host: CustomersHost;
  readonly #rows = new CustomerRows();
  /** Those in use, and all of which more is known than their row says. */
  readonly #live = new Map<string, CustomerBook>();
  readonly #deleted = new Set<string>();
  /** Those that have a record of their own, by their address. */
  readonly #written = new Map<string, CustomerBook>();

  constructor(host: CustomersHost) {
    this.#host = host;
  }

  get count(): number {
    return this.#rows.count - this.#deleted.size;
  }

  /** All of them, to be read. */
  all(): readonly CustomerBook[] {
    const found: CustomerBook[] = [];
    for (let row = 0; row < this.#rows.count; row += 1) {
      const id = this.#rows.idAt(row);
      if (!this.#deleted.has(id)) found.push(this.#live.get(id) ?? this.#bookOf(row));
    }
    return found;
  }

  /** A customer, to be read or changed. */
  get(id: string): CustomerBook | undefined {
    const live = this.#live.get(id);
    if (live || this.#deleted.has(id)) return live;
    const row = this.#rows.rowOf(id);
    return row === undefined ? undefined : this.#revived(row);
  }

  /** The customer of a shopper's account: one that was written with this address, or a new one. */
  idOf({ accountId, email }: { accountId: string; email: string }): string {
    const row = this.#rows.ofAccount(accountId);
    const known = row === undefined ? undefined : this.#rows.idAt(row);
    if (known !== undefined && !this.#deleted.has(known)) return known;
    const { id } = this.#written.get(email.toLowerCase()) ?? this.#make();
    this.#rows.ownAccount(accountId, this.#row(id));
    return id;
  }

  /** An order has been placed. */
  placed(order: OrderBook, serial: number): void {
    const customer = this.get(order.customerId ?? '');
    if (!customer) return;
    this.#rows.addOrder(this.#row(customer.id), serial);
    customer.orders.push(serial);
    if (customer.orders.length === 1 && customer.own === null) this.#host.told(customer, 'customers/create');
  }

  /** An order is deleted. Who its customer is stays known. */
  unplaced({ id, customerId }: OrderBook): void {
    const customer = this.get(customerId ?? '');
    if (!customer) return;
    // It is kept in memory from now on: what is packed knows its orders by itself.
    customer.own ??= this.person(customer);
    customer.orders = customer.orders.filter((serial) => this.orderAt(serial).id !== id);
  }

  create(person: Person, more: Pick<CustomerBook, 'note' | 'tags' | 'taxExempt'>): CustomerBook {
    const made = Object.assign(this.#make(), more);
    this.write(made, person);
    this.#host.told(made, 'customers/create');
    return made;
  }

  /** A customer has been written. */
  changed(customer: CustomerBook): void {
    customer.updatedAtMs = this.#host.now();
    this.#host.told(customer, 'customers/update');
  }

  delete(customer: CustomerBook): void {
    this.#live.delete(customer.id);
    this.#deleted.add(customer.id);
    if (customer.own?.email) this.#written.delete(customer.own.email.toLowerCase());
    this.#host.told(customer, 'customers/delete');
  }

  /** Who it is. */
  person(customer: CustomerBook): Person {
    if (customer.own) return customer.own;
    const last = customer.orders.at(-1);
    if (last === undefined)
      return { firstName: null, lastName: null, email: null, phone: null, addresses: [] };
    return personOf(customer.id, this.#host.orderAt(last));
  }

  ordersOf(customer: CustomerBook): OrderBook[] {
    return customer.orders.map((serial) => this.orderAt(serial));
  }

  orderAt(serial: number): OrderBook {
    return this.#host.orderAt(serial);
  }

  nextAddressId(): string {
    return this.#host.ids.next();
  }

  /** From now on it is this person, whatever its orders say. */
  write(customer: CustomerBook, person: Person): void {
    const before = customer.own?.email?.toLowerCase();
    if (before !== undefined) this.#written.delete(before);
    customer.own = person;
    if (person.email !== null) this.#written.set(person.email.toLowerCase(), customer);
  }

  /** Lets go of those of which nothing is known but what their rows say; to be called when nobody holds one. */
  putAway(): void {
    for (const { id, createdAtMs: _, updatedAtMs, orders: __, own, ...more } of this.#live.values()) {
      if (own !== null || Object.values(more).some((each) => each !== undefined)) continue;
      this.#rows.changed(this.#row(id), updatedAtMs);
      this.#live.delete(id);
    }
  }

  #make(): CustomerBook {
    return this.#revived(this.#rows.add(this.#host.ids.next(), this.#host.now()));
  }

  #row(id: string): number {
    const row = this.#rows.rowOf(id);
    if (row === undefined) throw new Error(`there is no customer ${id}`);
    return row;
  }

  #revived(row: number): CustomerBook {
    const book = this.#bookOf(row);
    this.#live.set(book.id, book);
    return book;
  }

  #bookOf(row: number): CustomerBook {
    return {
      id: this.#rows.idAt(row),
      createdAtMs: this.#rows.createdAtMs(row),
      updatedAtMs: this.#rows.updatedAtMs(row),
      orders: this.#rows.ordersOf(row),
      own: null,
    };
  }
}

/** The person of an order. An erased one has no name any more. */
function personOf(customerId: string, { shopper }: OrderBook): Person {
  const { phone } = shopper;
  const text = (value: string) => (value === '' ? null : value);
  const name = { firstName: text(shopper.firstName), lastName: text(shopper.lastName) };
  return {
    ...name,
    email: text(shopper.email),
    phone,
    // Of a draft that was placed without an address none is known.
    addresses: shopper.countryCode === '' ? [] : [addressIn(customerId, shopper)],
  };
}

/** The address that a shopper has given. */
function addressIn(id: string, shopper: OrderBook['shopper']): AddressBook {
  const text = (value: string | undefined) => value || null;
  return {
    id,
    firstName: text(shopper.firstName),
    lastName: text(shopper.lastName),
    company: text(shopper.company),
    address1: text(shopper.address1),
    address2: text(shopper.address2),
    city: text(shopper.city),
    zip: text(shopper.postalCode),
    provinceCode: shopper.provinceCode,
    countryCode: shopper.countryCode,
    phone: shopper.phone,
  };
}

export function nameOf({ firstName, lastName }: Pick<Person, 'firstName' | 'lastName'>): string {
  return [firstName, lastName].filter((part) => part).join(' ');
}
