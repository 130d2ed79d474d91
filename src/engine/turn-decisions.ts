/**
 * What a turn of messages and a direct turn share: states of claimed streams, and their decisions on positions that are read
 * without a lock first, then locked in their one order.
 */
import type { RetailerConfig } from '../domain/config.ts';
import type { BaseFact, Mappings } from '../domain/process.ts';
import { loadsWanted } from '../domain/stock/sourcing-candidates.ts';
import type { Sql, Transaction } from '../store/db.ts';
import { type LoadRow, lockLoads, readLoads } from '../store/location-load.ts';
import { readHeard } from '../store/stock-sources.ts';
import {
  type ClaimedStream,
  claimCompanions,
  loadJournals,
  lockPositions,
  readPositions,
} from '../store/streams.ts';
import {
  type AnyProcess,
  type Decided,
  decideStream,
  type InHand,
  inHand,
  type Place,
  PROCESSES,
  type Work,
} from './decide.ts';
import { hasFallback } from './stock-sources.ts';
import { TurnStock } from './turn-stock.ts';

/** A stream whose deciding threw: it is left out of the turn. */
export interface Failure {
  stream: ClaimedStream;
  error: unknown;
}

/** By what a turn decides, from its beginning to its end. */
export interface DecidingBy {
  /** Epoch ms. */
  now: number;
  newId: () => string;
  config: RetailerConfig;
  configVersion: number;
  mappings: Mappings;
}

/** What was decided, and the view of stock that it was decided on, with it applied. */
export interface Decisions {
  decided: Decided[];
  stock: TurnStock;
}

export function refOf(stream: { kind: string; key: string }): string {
  return `${stream.kind}\u0000${stream.key}`;
}

export function placeOf(place: Place): string {
  return `${place.sku}\u0000${place.location}`;
}

/** The state of each claimed stream, by `refOf`: as stored, or folded anew where an older version of the rules has made it. */
export async function loadStates(
  sql: Sql,
  claimed: readonly ClaimedStream[],
  failures: Failure[],
): Promise<Map<string, { process: AnyProcess; state: unknown }>> {
  const old = claimed.filter(
    (stream) => stream.state !== null && stream.evolve_version < (PROCESSES[stream.kind]?.evolveVersion ?? 0),
  );
  const journals = Map.groupBy(await loadJournals(sql, old), refOf);
  const states = new Map<string, { process: AnyProcess; state: unknown }>();
  for (const stream of claimed) {
    try {
      const facts = old.includes(stream) ? (journals.get(refOf(stream)) ?? []) : null;
      states.set(refOf(stream), stateOf(stream, facts));
    } catch (error) {
      failures.push({ stream, error });
    }
  }
  return states;
}

/**
 * Locks the reservations that streams may take over, with their states. Who wants one that somebody else works on in this moment is
 * left out of the turn: its messages wait for the next one.
 */
export async function withCompanions(
  sql: Sql,
  work: readonly Work[],
  failures: Failure[],
): Promise<{ work: Work[]; companions: Map<string, InHand> }> {
  for (const item of work) {
    const { process, state, messages } = item;
    const keys = messages.flatMap(({ message }) => process.companionsOf?.(state, message) ?? []);
    if (keys.length > 0) item.companions = [...new Set(keys)];
  }
  const keys = [...new Set(work.flatMap(({ companions = [] }) => companions))];
  if (keys.length === 0) return { work: [...work], companions: new Map() };
  const { claimed, busy } = await claimCompanions(sql, 'reservation', keys);
  const states = await loadStates(sql, claimed, failures);
  const companions = new Map(
    claimed.flatMap((stream) => {
      const known = states.get(refOf(stream));
      return known ? [[stream.key, inHand({ stream, ...known })] as const] : [];
    }),
  );
  return { work: work.filter((item) => !item.companions?.some((key) => busy.has(key))), companions };
}

function stateOf(stream: ClaimedStream, facts: readonly { type: string; body: unknown }[] | null) {
  const process = PROCESSES[stream.kind];
  if (!process)
    throw new Error(`${stream.key} is of a kind that this version does not know: "${stream.kind}"`);
  const initial: unknown = process.initial(stream.key);
  const state: unknown =
    facts === null
      ? (stream.state ?? initial)
      : facts.reduce(
          (before, { type, body }) => process.evolve(before, { type, ...(body as object) } as BaseFact),
          initial,
        );
  return { process, state };
}

/**
 * Decides on all streams: on unlocked positions first, and once more where those that they move have changed meanwhile.
 * @param onFinal told of each decision as it is taken, where it is final at once: nobody else works beside the transaction.
 */
export async function decideAll(
  sql: Transaction,
  work: readonly Work[],
  by: DecidingBy,
  failures: Failure[],
  companions: ReadonlyMap<string, InHand> = new Map(),
  onFinal: (decided: Decided) => void = () => undefined,
): Promise<Decisions> {
  const positions = await readPositions(sql, skusOf(work, by, failures));
  const { locations } = by.config;
  const heard = hasFallback(by.config) ? await readHeard(sql) : new Map<string, number>();
  const limited = work.some(({ stream }) => stream.kind !== 'stock')
    ? loadsWanted(by.config.sourcing, by.now)
    : [];
  const wanted = limited.map(({ location, since }) => ({ location, since: new Date(since).toISOString() }));
  const loads = wanted.length === 0 ? [] : await readLoads(sql, wanted);
  const seenBy = { locations, loads, now: by.now, heard };
  const stock = new TurnStock(seenBy, positions);
  const told = sql.isAlone ? onFinal : () => undefined;
  const decided = decideOn(stock, work, by, failures, companions, null, told);
  const touched = new Map(
    decided.flatMap((each) => each.touched.map((place) => [placeOf(place), place] as const)),
  );
  const filled = wanted.filter(({ location }) =>
    [...touched.values()].some((at) => at.location === location),
  );
  // Another node may fill the same location in this moment: who is second counts what the first has promised.
  const isShared = !sql.isAlone && filled.length > 0;
  if (isShared)
    await lockLoads(
      sql,
      filled.map(({ location }) => location),
    );
  const loadsNow = isShared ? await readLoads(sql, wanted) : loads;
  const locked = await lockPositions(sql, [...touched.values()], positions);
  const isAsSeen =
    areSame(loads, loadsNow) && locked.every((row) => stock.versionOf(row.sku, row.location) === row.version);
  if (isAsSeen) return { decided, stock };
  const again = new TurnStock({ ...seenBy, loads: loadsNow }, positions, locked);
  return {
    decided: decideOn(again, work, by, failures, companions, new Set(locked.map(placeOf))),
    stock: again,
  };
}

function areSame(before: readonly LoadRow[], now: readonly LoadRow[]): boolean {
  return now.every(({ location, open_units, orders }) =>
    before.some((row) => row.location === location && row.open_units === open_units && row.orders === orders),
  );
}

function decideOn(
  stock: TurnStock,
  work: readonly Work[],
  by: DecidingBy,
  failures: Failure[],
  companions: ReadonlyMap<string, InHand>,
  allowed: ReadonlySet<string> | null,
  onDecided: (decided: Decided) => void = () => undefined,
): Decided[] {
  const decided: Decided[] = [];
  const others = new Map(companions);
  for (const item of work) {
    if (failures.some((failure) => failure.stream === item.stream)) continue;
    const held = stock.savepoint();
    try {
      const one = decideStream(item, stock, by, others);
      // Who wants a position that is not locked waits for the next turn; nobody may count on what it would have moved.
      if (allowed && !one.touched.every((place) => allowed.has(placeOf(place)))) {
        stock.rollback(held);
        continue;
      }
      decided.push(one);
      onDecided(one);
      for (const [key, other] of one.companions) others.set(key, other);
    } catch (error) {
      failures.push({ stream: item.stream, error });
    }
  }
  return decided;
}

/** Items whose positions the decisions may look at. */
function skusOf(
  work: readonly Work[],
  { mappings, config }: Pick<DecidingBy, 'mappings' | 'config'>,
  failures: Failure[],
): string[] {
  const skus = new Set<string>();
  for (const { stream, process, state, messages } of work) {
    try {
      for (const { message } of messages)
        for (const sku of process.skusOf(state, message, mappings, config)) skus.add(sku);
    } catch (error) {
      failures.push({ stream, error });
    }
  }
  return [...skus];
}
