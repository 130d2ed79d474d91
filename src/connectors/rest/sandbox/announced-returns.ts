/** What customers send back to the sandbox warehouse: it is announced, comes when a test says so, and is looked at. */
import type { SandboxReply } from '../../../sandbox/kit/server.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import { type Feeds, shortHash } from './feeds.ts';
import { fingerprint, json, problem, type Route } from './http.ts';
import type { MoveDetails, Shelf } from './shelf.ts';

interface Component {
  item: string;
  quantity: number;
}

interface Content {
  announcementId: string;
  revision: number;
  reference: string;
  location: string;
  lines: { lineId: string; item: string; quantity: number; reason: string; components?: Component[] }[];
}

export interface AnnouncedBook {
  announcementId: string;
  /** The newest, and all that were taken. */
  revision: number;
  revisions: number[];
  location: string;
  lines: { lineId: string; item: string; quantity: number; received: number; inspected: number }[];
}

interface Announced extends AnnouncedBook {
  id: string;
  reference: string;
  prints: Map<number, string>;
  components: Map<string, Component[]>;
  told: number;
}

interface AnnouncedReturnsOptions {
  connection: string;
  locations: readonly { code: string }[];
  /** Told once of each return, by its announcement. */
  announced?: (announcementId: string) => void;
}

export class AnnouncedReturns {
  readonly #world: World;
  readonly #feeds: Feeds;
  readonly #shelf: Shelf;
  readonly #options: AnnouncedReturnsOptions;
  readonly #all = new Map<string, Announced>();

  constructor(world: World, feeds: Feeds, shelf: Shelf, options: AnnouncedReturnsOptions) {
    this.#world = world;
    this.#feeds = feeds;
    this.#shelf = shelf;
    this.#options = options;
  }

  books(): AnnouncedBook[] {
    return [...this.#all.values()].map(({ announcementId, revision, revisions, location, lines }) => ({
      announcementId,
      revision,
      revisions: [...revisions],
      location,
      lines: lines.map((line) => ({ ...line })),
    }));
  }

  /** All that is expected and has not come comes in one parcel. */
  receive(announcementId: string): void {
    const found = this.#known(announcementId);
    const lines = found.lines
      .map(({ lineId, quantity, received }) => ({ lineId, quantity: quantity - received }))
      .filter(({ quantity }) => quantity > 0);
    for (const line of found.lines) line.received = Math.max(line.received, line.quantity);
    this.#tell(found, 'received', (id) => ({ receiptId: `rcp_${id}`, lines }));
  }

  /** Units of a line are looked at, and lie where they belong. */
  inspect(
    announcementId: string,
    {
      lineId,
      quantity,
      disposition,
    }: { lineId: string; quantity: number } & Required<Pick<MoveDetails, 'disposition'>>,
  ): void {
    const found = this.#known(announcementId);
    const line = found.lines.find((each) => each.lineId === lineId);
    if (!line) throw new RangeError(`${announcementId} has no line ${lineId}`);
    line.inspected += quantity;
    const state = disposition === 'restock' ? 'onHand' : disposition;
    for (const part of found.components.get(lineId) ?? [{ item: line.item, quantity: 1 }])
      this.#shelf.move(
        part.item,
        found.location,
        state === 'missing' ? {} : { [state]: quantity * part.quantity },
        'returned',
        { disposition, document: found.reference },
      );
    this.#tell(found, 'inspected', (id) => ({
      inspectionId: `ins_${id}`,
      lines: [{ lineId, quantity, disposition }],
    }));
  }

  routes(): Route[] {
    return [
      { method: 'POST', path: '/v1/returns', body: 'ReturnAnnounce', handle: ({ body }) => this.#take(body) },
      {
        method: 'GET',
        path: '/v1/returns',
        handle: ({ query }) => {
          const found = this.#all.get(query.get('announcementId') ?? '');
          return json(200, { returns: found ? [resource(found)] : [] });
        },
      },
    ];
  }

  #take(content: Content): SandboxReply {
    const { announcementId, revision, reference, location, lines } = content;
    const { locations, connection } = this.#options;
    if (locations.length > 0 && !locations.some(({ code }) => code === location))
      return problem(422, 'unknown-location', `There is no location ${location}`);
    const stocked = this.#shelf.levels().length > 0;
    const unknown = lines
      .flatMap(({ item, components }) => components ?? [{ item, quantity: 1 }])
      .find(({ item }) => stocked && !this.#shelf.knows(item));
    if (unknown) return problem(422, 'unknown-item', `There is no item ${unknown.item}`);
    const print = fingerprint(content);
    const before = this.#all.get(announcementId);
    if (before) {
      const known = before.prints.get(revision);
      if (known === print) return json(200, resource(before));
      if (known !== undefined || revision < before.revision)
        return problem(
          409,
          'conflict',
          `${announcementId} has revision ${before.revision}, or this one with other content`,
        );
    }
    const now: Announced = {
      id: before?.id ?? `ret_${shortHash(`${connection} ${announcementId}`)}`,
      announcementId,
      revision,
      revisions: [...(before?.revisions ?? []), revision],
      reference,
      location,
      lines: lines.map(({ lineId, item, quantity }) => {
        const line = before?.lines.find((each) => each.lineId === lineId);
        return { lineId, item, quantity, received: line?.received ?? 0, inspected: line?.inspected ?? 0 };
      }),
      prints: new Map([...(before?.prints ?? []), [revision, print]]),
      components: new Map(
        lines.flatMap(({ lineId, components }) => (components ? [[lineId, components]] : [])),
      ),
      told: before?.told ?? 0,
    };
    this.#all.set(announcementId, now);
    this.#world.changed();
    if (!before) this.#options.announced?.(announcementId);
    return json(201, resource(now));
  }

  #known(announcementId: string): Announced {
    const found = this.#all.get(announcementId);
    if (!found) throw new RangeError(`${announcementId} was never announced`);
    return found;
  }

  #tell(found: Announced, what: 'received' | 'inspected', data: (id: string) => object): void {
    const { announcementId, reference } = found;
    found.told += 1;
    const id = shortHash(`${announcementId} ${what} ${found.told}`);
    this.#feeds.emit('releases', `return.${what}`, announcementId, (at) => ({
      announcementId,
      reference,
      at,
      ...data(id),
    }));
  }
}

function resource({ id, announcementId, revision, reference, location, lines }: Announced): object {
  return {
    id,
    announcementId,
    revision,
    reference,
    location,
    lines: lines.map(({ lineId, item, quantity, received }) => ({ lineId, item, quantity, received })),
  };
}
