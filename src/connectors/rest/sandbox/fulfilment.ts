/** The sandbox warehouse (or store system): releases are accepted, picked and shipped by themselves, as people do. */
import type { Random } from '../../../base/random.ts';
import type { SandboxReply } from '../../../sandbox/kit/server.ts';
import type { FulfilmentBooks, FulfilmentSandbox } from '../../../sandbox/kit/types.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import { type Feeds, shortHash } from './feeds.ts';
import { fingerprint, json, notFound, problem, type Route } from './http.ts';
import type { Behaviour, LocationKind } from './options.ts';
import type { Shelf } from './shelf.ts';

interface Component {
  item: string;
  quantity: number;
}

interface Line {
  lineId: string;
  item: string;
  quantity: number;
  /** Of a kit: what one is made of. */
  components?: Component[];
  shipped: number;
  rejected: number;
  cancelled: number;
}

interface ReleaseContent {
  releaseId: string;
  reference: string;
  location: string;
  shipTo?: unknown;
  lines: { lineId: string; item: string; quantity: number; components?: Component[] }[];
}

interface Release {
  id: string;
  releaseId: string;
  reference: string;
  location: string;
  print: string;
  /** Nobody's address: the customer comes for it, and it was laid aside when it was bought. */
  isFetched: boolean;
  status: 'received' | 'accepted' | 'shipped' | 'cancelled';
  lines: Line[];
  parcels: number;
  /** Grows when the plan for it changes: acts of an older plan do nothing. */
  plan: number;
}

export interface FulfilmentOptions {
  connection: string;
  behaviour: Behaviour;
  locations: readonly { code: string; kind: LocationKind }[];
  products: readonly string[];
  /** Items of which none is ever missing. */
  counted: readonly string[];
}

export class Fulfilment implements FulfilmentSandbox {
  readonly #world: World;
  readonly #feeds: Feeds;
  readonly #shelf: Shelf;
  readonly #options: FulfilmentOptions;
  readonly #releases = new Map<string, Release>();
  readonly #byId = new Map<string, Release>();
  readonly #byReference = new Map<string, Release[]>();
  readonly #plans = new Map<string, number>();
  readonly #stalls = new Map<string, number>();

  constructor(world: World, feeds: Feeds, shelf: Shelf, options: FulfilmentOptions) {
    this.#world = world;
    this.#feeds = feeds;
    this.#shelf = shelf;
    this.#options = options;
  }

  receive(item: string, location: string, quantity: number, document?: string): void {
    if (document === undefined) this.#shelf.move(item, location, { onHand: quantity }, 'received');
    else
      this.#shelf.move(item, location, { onHand: quantity, incoming: -quantity }, 'received', { document });
  }

  announce(
    item: string,
    location: string,
    { quantity, document, atMs }: { quantity: number; document: string; atMs: number },
  ): void {
    const expectedAt = new Date(atMs).toISOString();
    this.#shelf.move(item, location, { incoming: quantity }, 'expected', { document, expectedAt });
  }

  adjust(item: string, location: string, delta: number): void {
    this.#shelf.move(item, location, { onHand: delta }, 'adjusted');
  }

  planShip(reference: string, { location, atMs }: { location: string; atMs: number }): void {
    this.#plans.set(planKey(reference, location), atMs);
    for (const release of this.#byReference.get(reference) ?? []) {
      if (release.location === location && release.status === 'accepted') this.#planParcels(release);
    }
  }

  stall(reference: string, untilMs: number): void {
    this.#stalls.set(reference, Math.max(untilMs, this.#stalls.get(reference) ?? 0));
  }

  shippedUnits(reference: string): number {
    return (this.#byReference.get(reference) ?? [])
      .flatMap((release) => release.lines)
      .reduce((sum, line) => sum + line.shipped, 0);
  }

  books(): FulfilmentBooks {
    return {
      kind: 'fulfilment',
      connection: this.#options.connection,
      stock: this.#shelf.levels(),
      releases: [...this.#releases.values()].map(({ releaseId, reference, location, status, lines }) => ({
        releaseId,
        reference,
        location,
        status: status === 'received' || status === 'accepted' ? 'open' : status,
        lines: lines.map((line) => ({ ...line })),
      })),
    };
  }

  routes(): Route[] {
    return [
      {
        method: 'POST',
        path: '/v1/releases',
        body: 'ReleaseCreate',
        handle: ({ body }) => this.#create(body),
      },
      {
        method: 'GET',
        path: '/v1/releases',
        handle: ({ query }) => {
          const found = this.#releases.get(query.get('releaseId') ?? '');
          return json(200, { releases: found ? [resource(found)] : [] });
        },
      },
      {
        method: 'GET',
        path: '/v1/releases/:id',
        handle: ({ params }) => this.#on(params, (release) => json(200, resource(release))),
      },
      {
        method: 'POST',
        path: '/v1/releases/:id/cancel',
        body: 'ReleaseCancel',
        handle: ({ params, body }) => this.#on(params, (release) => this.#cancel(release, body)),
      },
    ];
  }

  #on(params: Readonly<Record<string, string>>, act: (release: Release) => SandboxReply): SandboxReply {
    const release = this.#byId.get(params.id ?? '');
    return release ? act(release) : notFound(`release ${params.id}`);
  }

  #create(content: ReleaseContent): SandboxReply {
    const print = fingerprint({ ...content, shipTo: undefined });
    const known = this.#releases.get(content.releaseId);
    if (known)
      return known.print === print
        ? json(200, resource(known))
        : problem(409, 'conflict', `Release ${content.releaseId} is known, with other content`);
    const { releaseId, reference, location, lines } = content;
    const { locations, products, connection } = this.#options;
    if (locations.length > 0 && !locations.some((each) => each.code === location))
      return problem(422, 'unknown-location', `There is no location ${location}`);
    const anyItem = products.length === 0 && this.#shelf.levels().length === 0;
    const unknown = lines
      .flatMap(onShelf)
      .find(({ item }) => !anyItem && !products.includes(item) && !this.#shelf.knows(item));
    if (unknown) return problem(422, 'unknown-item', `There is no item ${unknown.item}`);
    const release: Release = {
      id: `rel_${shortHash(`${connection} ${releaseId}`)}`,
      releaseId,
      reference,
      location,
      print,
      isFetched: (content.shipTo ?? null) === null,
      status: 'received',
      parcels: 0,
      plan: 0,
      lines: lines.map(({ lineId, item, quantity, components }) => ({
        lineId,
        item,
        quantity,
        ...(components && { components }),
        shipped: 0,
        rejected: 0,
        cancelled: 0,
      })),
    };
    this.#releases.set(releaseId, release);
    this.#byId.set(release.id, release);
    this.#byReference.set(reference, [...(this.#byReference.get(reference) ?? []), release]);
    this.#world.changed();
    const random = this.#random(release, 'accept');
    this.#later(
      release,
      this.#world.clock.now() + random.int(...this.#options.behaviour.acceptAfterMs),
      'accepts',
      () => this.#accept(release),
    );
    return json(201, resource(release));
  }

  #accept(release: Release): void {
    if (release.status !== 'received') return;
    release.status = 'accepted';
    this.#emit(release, 'accepted', {});
    this.#planParcels(release);
  }

  /** Draws when the parcels leave and what will be missing; or follows the plan that was made for the order. */
  #planParcels(release: Release): void {
    release.plan += 1;
    const now = this.#world.clock.now();
    const planned = this.#plans.get(planKey(release.reference, release.location));
    if (planned !== undefined) {
      this.#leave(release, Math.max(planned, now), null);
      return;
    }
    const { behaviour, locations } = this.#options;
    const kind = locations.find((each) => each.code === release.location)?.kind ?? 'warehouse';
    const random = this.#random(release, 'ship');
    const firstAt = now + random.int(...behaviour.shipAfterMs[kind]);
    const secondAt = firstAt + Math.round(random.int(...behaviour.shipAfterMs[kind]) / 2);
    const splits = random.chance(behaviour.splitChance);
    const misses = random.chance(behaviour.shortPickChance) && !release.isFetched;
    const missed = misses ? random.pick(release.lines) : null;
    const short = missed && !this.#options.counted.includes(missed.item) ? missed : null;
    if (short) this.#later(release, firstAt, 'misses a unit', () => this.#missing(release, short, 1));
    const first = splits ? firstParcel(release.lines) : null;
    this.#leave(release, firstAt, first);
    if (first) this.#leave(release, secondAt, null);
  }

  /** A parcel leaves at an instant, or when the order is not stalled any more. `units` null: all that is open. */
  #leave(release: Release, atMs: number, units: ReadonlyMap<string, number> | null): void {
    this.#later(release, atMs, 'ships', () => {
      const stalledUntil = this.#stalls.get(release.reference) ?? 0;
      if (this.#world.clock.now() < stalledUntil) this.#leave(release, stalledUntil, units);
      else this.#ship(release, units);
    });
  }

  #ship(release: Release, units: ReadonlyMap<string, number> | null): void {
    const lines: { lineId: string; quantity: number; item: string }[] = [];
    for (const line of release.lines) {
      const wanted = Math.min(open(line), units?.get(line.lineId) ?? (units ? 0 : open(line)));
      const there = Math.max(
        0,
        Math.min(
          wanted,
          ...onShelf(line).map((part) =>
            Math.floor(this.#shelf.onHand(part.item, release.location) / part.quantity),
          ),
        ),
      );
      if (there < wanted) this.#reject(release, line, wanted - there, 'not on the shelf');
      if (there === 0) continue;
      line.shipped += there;
      for (const part of onShelf(line)) this.#shelf.take(part.item, release.location, there * part.quantity);
      lines.push({ lineId: line.lineId, quantity: there, item: line.item });
    }
    if (lines.length > 0) {
      release.parcels += 1;
      const code = shortHash(`${release.id} parcel ${release.parcels}`).toUpperCase();
      const tracking = {
        company: 'Sandbox Parcel',
        number: `SP${code.slice(0, 12)}`,
        url: `https://parcels.example.com/SP${code.slice(0, 12)}`,
      };
      this.#settle(release);
      this.#emit(release, 'shipped', {
        shipmentId: `pcl_${code.slice(0, 16).toLowerCase()}`,
        lines,
        tracking,
      });
    } else this.#settle(release);
  }

  /** A unit is not where it should be: it is rejected, and the count is set right. */
  #missing(release: Release, line: Line, quantity: number): void {
    if (this.#world.clock.now() < (this.#stalls.get(release.reference) ?? 0) || open(line) < quantity) return;
    this.#reject(release, line, quantity, 'short pick');
    const [part] = onShelf(line);
    if (part)
      this.#shelf.move(
        part.item,
        release.location,
        { onHand: -Math.min(quantity * part.quantity, this.#shelf.onHand(part.item, release.location)) },
        'adjusted',
      );
    this.#settle(release);
  }

  #reject(release: Release, line: Line, quantity: number, reason: string): void {
    line.rejected += quantity;
    const rejectionId = `rej_${shortHash(`${release.id} ${line.lineId} ${line.rejected}`)}`;
    this.#emit(release, 'rejected', { rejectionId, lines: [{ lineId: line.lineId, quantity }], reason });
  }

  #cancel(release: Release, { reason }: { reason: string }): SandboxReply {
    if (release.status === 'cancelled') return json(200, resource(release));
    if (release.status === 'shipped')
      return problem(409, 'already-shipped', `All of release ${release.releaseId} has left`);
    const lines = release.lines
      .filter((line) => open(line) > 0)
      .map((line) => ({ lineId: line.lineId, quantity: open(line) }));
    for (const line of release.lines) line.cancelled += open(line);
    release.status = 'cancelled';
    this.#emit(release, 'cancelled', { lines, reason });
    return json(200, resource(release));
  }

  /** A release without open units is over. */
  #settle(release: Release): void {
    this.#world.changed();
    if (release.status === 'cancelled' || release.lines.some((line) => open(line) > 0)) return;
    release.status = release.lines.some((line) => line.shipped > 0) ? 'shipped' : 'cancelled';
  }

  #emit(release: Release, what: string, data: object): void {
    const { releaseId, reference } = release;
    this.#feeds.emit('releases', `release.${what}`, releaseId, (at) => ({
      releaseId,
      reference,
      at,
      ...data,
    }));
  }

  /** Plans an act for a release, which does nothing when the plan has changed or the release is over by then. */
  #later(release: Release, atMs: number, what: string, act: () => void): void {
    const { plan } = release;
    this.#world.schedule(atMs, `${this.#options.connection} ${what} ${release.releaseId}`, () => {
      if (release.plan === plan && (release.status === 'received' || release.status === 'accepted')) act();
    });
  }

  /** Draws of one release depend on nothing but its id. */
  #random(release: Release, what: string): Random {
    return this.#world.random(`${this.#options.connection}:${release.releaseId}:${what}`);
  }
}

/** What lies on the shelf of one unit of a line: of a kit its components. */
const onShelf = ({ item, components }: Pick<Line, 'item' | 'components'>): Component[] =>
  components ?? [{ item, quantity: 1 }];
const open = (line: Line): number => line.quantity - line.shipped - line.rejected - line.cancelled;
const planKey = (reference: string, location: string): string => `${reference}\u0000${location}`;

/** About half of the units, the first lines first; null when there is only one. */
function firstParcel(lines: readonly Line[]): Map<string, number> | null {
  const units = lines.reduce((sum, line) => sum + line.quantity, 0);
  if (units < 2) return null;
  let left = Math.ceil(units / 2);
  return new Map(
    lines.map((line) => {
      const quantity = Math.min(left, line.quantity);
      left -= quantity;
      return [line.lineId, quantity] as const;
    }),
  );
}

function resource({ id, releaseId, reference, location, status, lines }: Release): object {
  return { id, releaseId, reference, location, status, lines };
}
