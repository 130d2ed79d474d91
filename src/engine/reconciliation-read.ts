/**
 * The first pass of a reconciliation: the bulk result goes by, some thousand levels at a time are compared in one statement, and only
 * what is not plainly equal is kept. What was agreed on and does not come is found by counting: memory stays the same however many
 * there are.
 */
import { createHash } from 'node:crypto';
import type { ShownStock } from '../connectors/contract.ts';
import { placeKey } from '../domain/order/draft.ts';
import type { Database } from '../store/db.ts';
import {
  agreedInBuckets,
  compareLevels,
  countAgreed,
  type FoundDifference,
  type GivenLevel,
} from '../store/reconciliation.ts';

/** Levels that are compared at once. */
const AT_ONCE = 5_000;
/** Of the hash by which is counted what has come: 256 KB of counts, some twenty SKU-locations each where there are a million. */
const BUCKETS = 65_536;
/** Rows that are written at once. */
const WRITTEN_AT_ONCE = 2_000;

export interface ReadingParts {
  database: Database;
  connection: string;
  /** Our SKU and location of what the channel shows; null: it has none. */
  ours: (level: ShownStock) => { sku: string; location: string } | null;
  /** The channel's code of a location, where none of its levels told it. */
  codeOf: (location: string) => string | undefined;
  /** Keeps what is to be looked at again. Throws when this node works the connection no more. */
  keep: (rows: readonly FoundDifference[]) => Promise<void>;
}

export interface Reading {
  /** Published SKU-locations that have come, and those of them that were equal at once. */
  levels: number;
  agreed: number;
  notMapped: number;
}

/** Reads all levels once. */
export async function readAll(
  all: AsyncIterable<readonly ShownStock[]>,
  parts: ReadingParts,
): Promise<Reading> {
  const reading: Reading = { levels: 0, agreed: 0, notMapped: 0 };
  const come = new Uint32Array(BUCKETS);
  const placeOf = new Map<string, string>();
  let waiting: (GivenLevel & { place: string })[] = [];

  const compare = async () => {
    const given = waiting;
    waiting = [];
    const found = await compareLevels(parts.database, parts.connection, given);
    const unequal = new Map(found.map((row) => [row.n - 1, row]));
    const kept: FoundDifference[] = [];
    for (const [index, level] of given.entries()) {
      const row = unequal.get(index);
      if (row && (row.known === null || row.other_item)) {
        reading.notMapped += 1;
        continue;
      }
      reading.levels += 1;
      const bucket = bucketOfPlace(level.sku, level.location);
      come[bucket] = (come[bucket] ?? 0) + 1;
      if (!row) reading.agreed += 1;
      else {
        const { expected } = row;
        const units = expected === null ? null : level.available + level.committed - expected;
        kept.push({ ...level, expected, units });
      }
    }
    await parts.keep(kept);
  };

  for await (const levels of all) {
    for (const level of levels) {
      const ours = parts.ours(level);
      if (!ours) {
        reading.notMapped += 1;
        continue;
      }
      placeOf.set(ours.location, level.location);
      const { item, location: place, available, committed } = level;
      waiting.push({ ...ours, item, place, available, committed });
    }
    if (waiting.length >= AT_ONCE) await compare();
  }
  if (waiting.length > 0) await compare();
  await keepMissing(parts, come, placeOf);
  return reading;
}

/** Keeps what was agreed on and did not come, with some that did and share a count with it: a look tells them apart. */
async function keepMissing(
  { database, connection, codeOf, keep }: ReadingParts,
  come: Uint32Array,
  placeOf: ReadonlyMap<string, string>,
): Promise<void> {
  const short: number[] = [];
  for (const { bucket, count } of await countAgreed(database, connection))
    if (count > (come[bucket] ?? 0)) short.push(bucket);
  for (let from = 0; from < short.length; from += 100) {
    const rows = await agreedInBuckets(database, connection, short.slice(from, from + 100));
    const found = rows.map(({ sku, location, item }): FoundDifference => {
      const place = placeOf.get(location) ?? codeOf(location) ?? '';
      return { sku, location, item, place, available: null, committed: null, expected: null, units: null };
    });
    for (let at = 0; at < found.length; at += WRITTEN_AT_ONCE)
      await keep(found.slice(at, at + WRITTEN_AT_ONCE));
  }
}

/** As `countAgreed` has it. */
function bucketOfPlace(sku: string, location: string): number {
  return createHash('md5').update(`${sku}\u0001${location}`).digest().readUInt16BE(0);
}

/** Finds our code of each level: locations by the channel's id or name of it, SKUs by their mapping. */
export function ourCodes(
  connection: string,
  {
    toInternal,
    locations,
  }: {
    toInternal: (kind: 'sku' | 'location', connection: string, external: string) => string | undefined;
    locations: readonly string[];
  },
): ReadingParts['ours'] {
  const known = new Map<string, string | null>();
  const locationOf = ({ location, locationName }: ShownStock): string | null => {
    const key = placeKey({ sku: location, location: locationName });
    let ours = known.get(key);
    if (ours === undefined) {
      const codes = [location, locationName].map((name) => toInternal('location', connection, name));
      ours = locations.find((id) => codes.includes(id)) ?? null;
      known.set(key, ours);
    }
    return ours;
  };
  return (level) => {
    const location = locationOf(level);
    const sku = level.sku === null ? undefined : toInternal('sku', connection, level.sku);
    return location === null || sku === undefined ? null : { sku, location };
  };
}
