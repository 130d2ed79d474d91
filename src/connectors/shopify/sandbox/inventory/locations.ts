/** What apps do with locations: `locationAdd`, `locationEdit`, `locationActivate`, `locationDeactivate`. */
import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { countryName } from '../format.ts';
import type { Execution } from '../graphql/execution.ts';
import type { Idempotency, IdempotencyCode } from '../graphql/idempotency.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { digits, gid, type Ids, idIn } from '../ids.ts';
import type { Json, Writer } from '../webhooks/webhook-parts.ts';
import { newLevel, onHand, QUANTITIES, type Stock } from './stock.ts';

/** What is known of a location besides its name. */
export interface LocationBook {
  createdAtMs: number;
  updatedAtMs: number;
  /** Null: it is active. */
  deactivatedAtMs: number | null;
  fulfillsOnlineOrders: boolean;
  /** Null: none was ever told. */
  address: LocationAddress | null;
}

export interface LocationAddress {
  address1: string | null;
  address2: string | null;
  city: string | null;
  countryCode: string | null;
  phone: string | null;
  provinceCode: string | null;
  zip: string | null;
}

type Topic = 'locations/create' | 'locations/update' | 'locations/activate' | 'locations/deactivate';

export interface LocationsHost {
  ids: Ids;
  now(): number;
  /** Names by ids; new ones are added. */
  names: Map<string, string>;
  books: Map<string, LocationBook>;
  stock: Stock;
  /** A location as a GraphQL object. */
  node(locationId: string): unknown;
  idempotency: Idempotency;
  /** Whether orders wait there for their goods. */
  hasOpenOrders(locationId: string): boolean;
  told(locationId: string, topic: Topic): void;
}

interface Input {
  name?: string | null;
  address?: Partial<LocationAddress> | null;
  fulfillsOnlineOrders?: boolean | null;
  [other: string]: unknown;
}

interface UserError {
  field: string[] | null;
  code: string;
  message: string;
}

const FIELDS: ReadonlySet<string> = new Set(['name', 'address', 'fulfillsOnlineOrders']);
const LONGEST_NAME = 255;

export class LocationWrites {
  readonly #host: LocationsHost;

  constructor(host: LocationsHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      locationAdd: ({ input }: { input: Input }) => this.#add(input),
      locationEdit: ({ id, input }: { id: string; input: Input }) => this.#edit(id, input),
      locationActivate: (args: { locationId: string }, { version }: Execution, info: GraphQLResolveInfo) =>
        this.#once(version, info, args, 'locationActivateUserErrors', () => this.#activate(args.locationId)),
      locationDeactivate: (
        args: { locationId: string; destinationLocationId?: string | null },
        { version }: Execution,
        info: GraphQLResolveInfo,
      ) =>
        this.#once(version, info, args, 'locationDeactivateUserErrors', () =>
          this.#deactivate(args.locationId, args.destinationLocationId ?? null),
        ),
    };
  }

  #once(
    version: string,
    info: GraphQLResolveInfo,
    args: object,
    errorsName: string,
    run: () => { location: unknown; userErrors: UserError[] },
  ): unknown {
    // Its error codes know this one; the other is said as an error of the request.
    const refuse = (code: IdempotencyCode, message: string) => {
      if (code !== 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH')
        throw new GraphQLError(message, { extensions: { code } });
      return { location: null, userErrors: [{ field: null, code, message }] as UserError[] };
    };
    const { location, userErrors } = this.#host.idempotency.once(version, info, args, run, refuse);
    return { location, [errorsName]: userErrors };
  }

  #add(input: Input): unknown {
    onlyKnown('locationAdd', input);
    const wrong = this.#nameError(input.name ?? '', undefined);
    if (wrong) return { location: null, userErrors: [wrong] };
    const now = this.#host.now();
    const id = this.#host.ids.next();
    this.#host.names.set(id, (input.name ?? '').trim());
    this.#host.books.set(id, {
      createdAtMs: now,
      updatedAtMs: now,
      deactivatedAtMs: null,
      fulfillsOnlineOrders: input.fulfillsOnlineOrders ?? true,
      address: addressOf(input.address ?? {}, null),
    });
    this.#host.told(id, 'locations/create');
    return { location: this.#host.node(id), userErrors: [] };
  }

  #edit(locationId: string, input: Input): unknown {
    onlyKnown('locationEdit', input);
    const refused = (error: UserError) => ({ location: null, userErrors: [error] });
    const id = idIn('Location', locationId) ?? '';
    const book = this.#host.books.get(id);
    if (!book) return refused({ field: ['id'], code: 'NOT_FOUND', message: 'Location not found.' });
    const wrong = typeof input.name === 'string' ? this.#nameError(input.name, id) : undefined;
    if (wrong) return refused(wrong);
    if (input.fulfillsOnlineOrders === false && !this.#hasAnother(id))
      return refused({
        field: ['input', 'fulfillsOnlineOrders'],
        code: 'CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT',
        message: 'At least one location must fulfill online orders.',
      });
    if (input.name) this.#host.names.set(id, input.name.trim());
    if (input.address) book.address = addressOf(input.address, book.address);
    if (typeof input.fulfillsOnlineOrders === 'boolean')
      book.fulfillsOnlineOrders = input.fulfillsOnlineOrders;
    book.updatedAtMs = this.#host.now();
    this.#host.told(id, 'locations/update');
    return { location: this.#host.node(id), userErrors: [] };
  }

  #activate(locationId: string): { location: unknown; userErrors: UserError[] } {
    const id = idIn('Location', locationId) ?? '';
    const book = this.#host.books.get(id);
    if (!book) return refusedFor('locationId', 'LOCATION_NOT_FOUND', 'Location not found.');
    const name = this.#host.names.get(id) ?? '';
    if (book.deactivatedAtMs !== null && this.#nameTaken(name, id))
      return refusedFor(
        'locationId',
        'HAS_NON_UNIQUE_NAME',
        'There is already an active location with this name.',
      );
    if (book.deactivatedAtMs !== null) {
      Object.assign(book, { deactivatedAtMs: null, updatedAtMs: this.#host.now() });
      this.#host.told(id, 'locations/activate');
    }
    return { location: this.#host.node(id), userErrors: [] };
  }

  #deactivate(
    locationId: string,
    destinationId: string | null,
  ): { location: unknown; userErrors: UserError[] } {
    const { books, stock } = this.#host;
    const id = idIn('Location', locationId) ?? '';
    const book = books.get(id);
    if (!book) return refusedFor('locationId', 'LOCATION_NOT_FOUND', 'Location not found.');
    if (book.deactivatedAtMs !== null) return { location: this.#host.node(id), userErrors: [] };
    const destination = destinationId === null ? null : (idIn('Location', destinationId) ?? '');
    if (destination === id)
      return refusedFor(
        'destinationLocationId',
        'DESTINATION_LOCATION_IS_THE_SAME_LOCATION',
        'Destination location is the same as the location to be deactivated.',
      );
    if (destination !== null && books.get(destination)?.deactivatedAtMs !== null)
      return refusedFor(
        'destinationLocationId',
        'DESTINATION_LOCATION_NOT_FOUND_OR_INACTIVE',
        'Destination location is not found or inactive.',
      );
    if (!this.#hasAnother(id))
      return refusedFor(
        'locationId',
        'CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT',
        'At least one location must fulfill online orders.',
      );
    if (this.#host.hasOpenOrders(id)) {
      if (destination !== null) throw notSupported('locationDeactivate with orders that would move');
      return refusedFor(
        'locationId',
        'HAS_FULFILLMENT_ORDERS_ERROR',
        'Location could not be deactivated because it has pending orders.',
      );
    }
    const lying = stock.all().filter(({ levels }) => {
      const level = levels.get(id);
      return level && (onHand(level) !== 0 || level.quantities.incoming !== 0);
    });
    if (lying.length > 0 && destination === null)
      return refusedFor(
        'locationId',
        'HAS_ACTIVE_INVENTORY_ERROR',
        'Location could not be deactivated without specifying where to relocate inventory at the location.',
      );
    const now = this.#host.now();
    for (const item of stock.all()) {
      const level = item.levels.get(id);
      if (!level) continue;
      item.levels.delete(id);
      if (destination === null) continue;
      const to = item.levels.get(destination) ?? newLevel(destination, 0, now);
      for (const name of QUANTITIES) to.quantities[name] += level.quantities[name];
      to.updatedAtMs = now;
      item.levels.set(destination, to);
    }
    Object.assign(book, { deactivatedAtMs: now, updatedAtMs: now });
    this.#host.told(id, 'locations/deactivate');
    return { location: this.#host.node(id), userErrors: [] };
  }

  /** Whether another active location fulfils online orders. */
  #hasAnother(id: string): boolean {
    return [...this.#host.books].some(
      ([each, { deactivatedAtMs, fulfillsOnlineOrders }]) =>
        each !== id && deactivatedAtMs === null && fulfillsOnlineOrders,
    );
  }

  #nameTaken(name: string, own: string | undefined): boolean {
    return [...this.#host.names].some(
      ([id, each]) =>
        id !== own &&
        this.#host.books.get(id)?.deactivatedAtMs === null &&
        each.toLowerCase() === name.trim().toLowerCase(),
    );
  }

  #nameError(name: string, own: string | undefined): UserError | undefined {
    const error = (code: string, message: string) => ({ field: ['input', 'name'], code, message });
    if (name.trim() === '') return error('BLANK', 'Add a location name');
    if (name.length > LONGEST_NAME)
      return error('TOO_LONG', 'Use a shorter location name (up to 255 characters)');
    return this.#nameTaken(name, own)
      ? error('TAKEN', 'You already have a location with this name')
      : undefined;
  }
}

function refusedFor(
  field: string,
  code: string,
  message: string,
): { location: null; userErrors: UserError[] } {
  return { location: null, userErrors: [{ field: [field], code, message }] };
}

function onlyKnown(mutation: string, input: Input): void {
  for (const name of Object.keys(input)) if (!FIELDS.has(name)) throw notSupported(`${mutation}(${name})`);
}

const NO_ADDRESS: LocationAddress = {
  address1: null,
  address2: null,
  city: null,
  countryCode: null,
  phone: null,
  provinceCode: null,
  zip: null,
};

function addressOf(given: Partial<LocationAddress>, before: LocationAddress | null): LocationAddress {
  return { ...(before ?? NO_ADDRESS), ...given };
}

/** A location as the topics `locations/*` carry it. */
export function locationBody(id: string, name: string, book: LocationBook, { time }: Writer): Json {
  const { countryCode, provinceCode, ...address } = book.address ?? NO_ADDRESS;
  return {
    id: digits(id),
    name,
    ...address,
    province: provinceCode,
    country: countryCode,
    created_at: time.write(book.createdAtMs),
    updated_at: time.write(book.updatedAtMs),
    country_code: countryCode,
    country_name: countryCode === null ? null : countryName(countryCode),
    province_code: provinceCode,
    legacy: false,
    active: book.deactivatedAtMs === null,
    admin_graphql_api_id: gid('Location', id),
  };
}
