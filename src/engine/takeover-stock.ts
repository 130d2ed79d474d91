/**
 * The opening stock of a channel: what it shows of each item at each location of ours, compared with what is known here. What
 * agrees, with its committed units explained by open orders, is written down once as the figure from which both sides count;
 * each difference is named. Nothing is written to the channel.
 */
import { createHash } from 'node:crypto';
import type { ShownStock } from '../connectors/contract.ts';
import {
  insertOpeningStock,
  loadOpeningStockPage,
  loadPositionPage,
  type OpeningStock,
} from '../store/takeover.ts';
import type { Engine } from './engine.ts';

/** Rows that are read and written at once. */
const AT_ONCE = 2_000;
/** Pages of levels that are read at most: more is no retailer's. */
const MOST_PAGES = 50_000;
const START = { sku: '', location: '' };

export interface StockDifference {
  /** Our SKU and location; the channel's SKU or item where it has none of ours. Location null: of all together. */
  sku: string;
  location: string | null;
  message: string;
}

export interface StockTakeover {
  /** Units on hand at the locations that are compared; null: the channel does not tell. */
  shownOnHand: number | null;
  /** The same here: sound, damaged and in quality control, with parcels that the channel is not told of yet. */
  onHand: number | null;
  /** Units that the channel has committed, wherever; null: it does not tell. */
  shownCommitted: number | null;
  /** Units that its open orders explain; null: they are not known. */
  explained: number | null;
  /** Pairs of item and location that were compared. */
  compared: number;
  differences: StockDifference[];
  /** Places of the channel that are no location of ours: their stock is not compared. */
  notMapped: string[];
  /** Items that lie at these locations and that the channel does not sell. */
  notSold: number;
  /** Figures that are agreed now (or would be), and all that are agreed. */
  opened: number;
  agreed: number;
  /** SHA-256 over all agreed figures; null: none is. */
  hash: string | null;
  /** Why nothing could be compared. */
  problem: string | null;
}

export interface StockGiven {
  /** Units by the channel's SKU that its open orders have committed; null: they are not known. */
  committed: ReadonlyMap<string, number> | null;
  /** Units that have left and of which the channel is not told yet, by `placeKey`. */
  untold: ReadonlyMap<string, number>;
}

export const placeKey = (sku: string, location: string): string => `${sku}\u0000${location}`;

interface Shown {
  sku: string;
  location: string;
  onHand: number;
  committed: number;
  available: number;
  items: number;
}

/** What the channel shows, in our codes. */
interface Reading {
  places: Map<string, Shown>;
  /** Committed units by our SKU, at all its places. */
  committed: Map<string, number>;
  skus: Set<string>;
  locations: Set<string>;
  notMapped: Set<string>;
  differences: StockDifference[];
}

export async function takeOverStock(
  engine: Engine,
  connection: string,
  given: StockGiven,
  { by, dryRun }: { by: string; dryRun: boolean },
): Promise<StockTakeover> {
  const shown = await readShown(engine, connection);
  if (typeof shown === 'string')
    return { ...NOTHING, ...(await agreedFigures(engine, connection)), problem: shown };
  const here = await positionsAt(engine, [...shown.locations]);
  const { differences } = shown;
  const explained = given.committed && inOurCodes(engine, connection, given.committed, shown.skus);
  const unexplained = new Set<string>();
  if (explained)
    for (const sku of shown.skus) {
      const [there, known] = [shown.committed.get(sku) ?? 0, explained.get(sku) ?? 0];
      if (there === known) continue;
      unexplained.add(sku);
      const where = [...shown.places.values()].filter((place) => place.sku === sku && place.committed !== 0);
      differences.push({
        sku,
        location: where.length === 1 ? (where[0]?.location ?? null) : null,
        message: `${units(there)} committed at the channel, and its open orders explain ${known}: look for the orders in it, or who keeps units back`,
      });
    }
  const agreeing: OpeningStock[] = [];
  const sums = { shownOnHand: 0, onHand: 0, compared: 0, notSold: 0 };
  for (const key of new Set([...shown.places.keys(), ...here.keys()])) {
    const there = shown.places.get(key);
    const known = here.get(key) ?? { onHand: 0, unsound: 0, reserved: 0, version: 0 };
    const untold = given.untold.get(key) ?? 0;
    // A channel counts what is damaged or in quality control as on hand.
    const lying = known.onHand + known.unsound;
    const [sku = '', location = ''] = key.split('\u0000');
    if (!there && !shown.skus.has(sku)) {
      if (lying !== 0) sums.notSold += 1;
      continue;
    }
    if (!there && lying + untold === 0) continue;
    sums.shownOnHand += there?.onHand ?? 0;
    sums.onHand += lying + untold;
    sums.compared += 1;
    if (!there) {
      const message = `${units(lying)} on hand here, and the channel does not stock it there: let the location stock it at the channel`;
      differences.push({ sku, location, message });
    } else if (there.onHand !== lying + untold) {
      const damaged = known.unsound === 0 ? '' : ` (${known.unsound} of them damaged or in quality control)`;
      const parcels = untold === 0 ? '' : ` (and ${untold} that have left, of which it is not told yet)`;
      const shared = there.items === 1 ? '' : `; ${there.items} items of the channel share this SKU`;
      const message = `${units(there.onHand)} on hand at the channel, ${lying} here${damaged}${parcels}${shared}: count it, and correct the one that is wrong`;
      differences.push({ sku, location, message });
    } else if (explained && !unexplained.has(sku))
      agreeing.push({
        sku,
        location,
        shownOnHand: there.onHand,
        shownCommitted: there.committed,
        shownAvailable: there.available,
        untold,
        ...known,
      });
  }
  const opened = await agree(engine, connection, agreeing.sort(bySkuAndLocation), { by, dryRun });
  return {
    ...sums,
    shownCommitted: sum(shown.committed.values()),
    explained: explained && sum(explained.values()),
    differences: differences.sort(bySkuAndLocation),
    notMapped: [...shown.notMapped].sort(),
    opened,
    ...(await agreedFigures(engine, connection)),
    problem: null,
  };
}

const NOTHING = {
  shownOnHand: null,
  onHand: null,
  shownCommitted: null,
  explained: null,
  compared: 0,
  differences: [],
  notMapped: [],
  notSold: 0,
  opened: 0,
};

/** All that the channel shows; or why it cannot be had. */
async function readShown(engine: Engine, connection: string): Promise<Reading | string> {
  const reading: Reading = {
    places: new Map(),
    committed: new Map(),
    skus: new Set(),
    locations: new Set(),
    notMapped: new Set(),
    differences: [],
  };
  let cursor: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await engine.shownStock(connection, cursor);
    if (page === null)
      return `${connection} cannot tell here what it shows as stock: compare it there by hand`;
    if (page.status !== 'stock') return `${connection} does not tell what it shows as stock: ${page.message}`;
    for (const level of page.levels) take(engine, connection, level, reading);
    if (!page.more) break;
    cursor = page.cursor;
  }
  return reading;
}

function take(engine: Engine, connection: string, level: ShownStock, reading: Reading): void {
  const ours = [level.location, level.locationName].flatMap(
    (name) => engine.mappings.toInternal('location', connection, name) ?? [],
  );
  const location = engine.config.locations.find(({ id }) => ours.includes(id))?.id;
  if (location === undefined) reading.notMapped.add(level.locationName);
  else reading.locations.add(location);
  const sku = level.sku === null ? undefined : engine.mappings.toInternal('sku', connection, level.sku);
  if (sku === undefined) {
    if (location === undefined || (level.sku === null && level.onHand === 0 && level.committed === 0)) return;
    reading.differences.push({
      sku: level.sku ?? `item ${level.item}`,
      location,
      message:
        level.sku === null
          ? `${units(level.onHand)} on hand at the channel, of an item without SKU: give it one`
          : `${units(level.onHand)} on hand at the channel, and its SKU is not mapped: crossdock map set sku ${connection} "${level.sku}" OUR-CODE`,
    });
    return;
  }
  reading.skus.add(sku);
  reading.committed.set(sku, (reading.committed.get(sku) ?? 0) + level.committed);
  if (location === undefined) return;
  const key = placeKey(sku, location);
  const place = reading.places.get(key);
  reading.places.set(key, {
    sku,
    location,
    onHand: (place?.onHand ?? 0) + level.onHand,
    committed: (place?.committed ?? 0) + level.committed,
    available: (place?.available ?? 0) + level.available,
    items: (place?.items ?? 0) + 1,
  });
}

/** Units by our SKU, of items that the channel counts. */
function inOurCodes(
  engine: Engine,
  connection: string,
  bySku: ReadonlyMap<string, number>,
  counted: ReadonlySet<string>,
): Map<string, number> {
  const ours = new Map<string, number>();
  for (const [external, quantity] of bySku) {
    const sku = engine.mappings.toInternal('sku', connection, external);
    if (sku !== undefined && counted.has(sku)) ours.set(sku, (ours.get(sku) ?? 0) + quantity);
  }
  return ours;
}

type Lying = Pick<OpeningStock, 'onHand' | 'unsound' | 'reserved' | 'version'>;

async function positionsAt(engine: Engine, locations: readonly string[]): Promise<Map<string, Lying>> {
  const positions = new Map<string, Lying>();
  for (let after = START; ; ) {
    const rows = await loadPositionPage(engine.database, locations, after, AT_ONCE);
    for (const { sku, location, on_hand: onHand, unsound, reserved, version } of rows)
      positions.set(placeKey(sku, location), { onHand, unsound, reserved, version });
    const last = rows.at(-1);
    if (!last || rows.length < AT_ONCE) return positions;
    after = last;
  }
}

/** Writes down what agrees and is not agreed yet, all of it or nothing; how many. */
async function agree(
  engine: Engine,
  connection: string,
  rows: readonly OpeningStock[],
  { by, dryRun }: { by: string; dryRun: boolean },
): Promise<number> {
  if (dryRun) {
    const known = new Set<string>();
    for await (const { sku, location } of agreedRows(engine, connection)) known.add(placeKey(sku, location));
    return rows.filter(({ sku, location }) => !known.has(placeKey(sku, location))).length;
  }
  const at = engine.clock.nowIso();
  return engine.database.transaction(async (sql) => {
    let made = 0;
    for (let from = 0; from < rows.length; from += AT_ONCE)
      made += await insertOpeningStock(sql, connection, rows.slice(from, from + AT_ONCE), at, by);
    return made;
  });
}

/** How many figures are agreed, and their fingerprint, which stays the same as long as none is added. */
async function agreedFigures(
  engine: Engine,
  connection: string,
): Promise<{ agreed: number; hash: string | null }> {
  const hash = createHash('sha256').update(JSON.stringify(connection));
  let agreed = 0;
  for await (const row of agreedRows(engine, connection)) {
    agreed += 1;
    hash.update(
      JSON.stringify([
        row.sku,
        row.location,
        row.shown_on_hand,
        row.shown_committed,
        row.shown_available,
        row.untold,
        row.on_hand,
        row.unsound,
        row.reserved,
        row.version,
        new Date(row.agreed_at).toISOString(),
        row.agreed_by,
      ]),
    );
  }
  return { agreed, hash: agreed === 0 ? null : hash.digest('hex') };
}

async function* agreedRows(engine: Engine, connection: string) {
  for (let after = START; ; ) {
    const rows = await loadOpeningStockPage(engine.database, connection, after, AT_ONCE);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < AT_ONCE) return;
    after = last;
  }
}

/** By code units, as the database's "C" has it for what is written. */
function bySkuAndLocation(
  a: { sku: string; location: string | null },
  b: { sku: string; location: string | null },
): number {
  const [one, other] = [placeKey(a.sku, a.location ?? ''), placeKey(b.sku, b.location ?? '')];
  return one < other ? -1 : one > other ? 1 : 0;
}

const units = (count: number): string => (count === 1 ? '1 unit is' : `${count} units are`);

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
