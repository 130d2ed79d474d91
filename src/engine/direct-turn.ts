/**
 * A direct turn: streams of one kind are told something and answer at once. As a turn of messages it is one transaction with locks
 * in one order, decides with the same rules and writes with the same statements; but what it decides on is asked by callers who
 * wait, not taken from the inbox.
 *
 *   lock the streams by key ─▶ read positions ─▶ decide ─▶ lock the positions, decide again where they have changed ─▶ write
 */
import type { Clock } from '../base/clock.ts';
import type { RetailerConfig } from '../domain/config.ts';
import type { Ending, Mappings, StreamKind, StreamMessage } from '../domain/process.ts';
import { bucketOf } from '../store/bucket.ts';
import type { Database, Sql } from '../store/db.ts';
import { type ClaimedStream, lockStreams } from '../store/streams.ts';
import { type TurnWrites, turnStatements } from '../store/turn.ts';
import { crashAt } from './crash-points.ts';
import { merged, type Work } from './decide.ts';
import { decideAll, type Failure, loadStates, refOf } from './turn-decisions.ts';
import type { MovedPosition } from './turn-stock.ts';

export interface DirectTurnParts {
  database: Database;
  clock: Clock;
  newId: () => string;
  node: string;
  config: () => RetailerConfig;
  configVersion: () => number;
  mappings: () => Mappings;
  /** Resolves when the configuration may be read: not while it is changed. */
  ready: () => Promise<unknown>;
}

/** Something that a stream is told. */
export interface Ask {
  key: string;
  message: StreamMessage;
}

/** What became of it: `again` where it must be asked once more, since a position that it wants now was not locked. */
export type Told =
  | { end: 'done'; outcome: Ending; state: unknown }
  | { end: 'again' }
  | { end: 'failed'; error: unknown };

export interface DirectTurnResult {
  told: Told[];
  /** Messages were sent to other streams. */
  sent: boolean;
  /** The first instant at which one of the streams ends by itself (epoch ms). */
  earliestDue: number | null;
  /** Positions that were moved, as they stand now. */
  moved: MovedPosition[];
}

export class DirectTurns {
  readonly #kind: StreamKind;
  readonly #parts: DirectTurnParts;

  constructor(kind: StreamKind, parts: DirectTurnParts) {
    this.#kind = kind;
    this.#parts = parts;
  }

  /** Tells streams, known or new; several messages to one are told in their order. */
  tell(asks: readonly Ask[]): Promise<DirectTurnResult> {
    const kind = this.#kind;
    const keys = [...new Set(asks.map(({ key }) => key))];
    return this.#take(async (sql) => {
      const known = new Map(
        (await lockStreams(sql, kind, keys.map(withBucket))).map((stream) => [stream.key, stream]),
      );
      return { streams: keys.map((key) => known.get(key) ?? newStream(kind, key)), asks };
    });
  }

  /** Tells streams that a statement claims the same. */
  tellClaimed(
    claim: (sql: Sql) => Promise<ClaimedStream[]>,
    message: StreamMessage,
  ): Promise<DirectTurnResult> {
    return this.#take(async (sql) => {
      const streams = await claim(sql);
      return { streams, asks: streams.map(({ key }) => ({ key, message })) };
    });
  }

  async #take(
    claim: (sql: Sql) => Promise<{ streams: ClaimedStream[]; asks: readonly Ask[] }>,
  ): Promise<DirectTurnResult> {
    const { database, clock, newId, config, configVersion, mappings, node, ready } = this.#parts;
    await ready();
    const now = clock.now();
    const by = { now, newId, config: config(), configVersion: configVersion(), mappings: mappings() };
    const result = await database.transaction(async (sql) => {
      const { streams, asks } = await claim(sql);
      crashAt('direct:claimed');
      const failures: Failure[] = [];
      const work = this.#workOf(streams, asks, await loadStates(sql, streams, failures));
      const { decided, stock } = await decideAll(sql, work, by, failures);
      crashAt('direct:decided');
      const writes = withoutInbox(merged(decided.map((each) => each.writes)));
      const context = { now: new Date(now).toISOString(), configVersion: by.configVersion, node };
      void sql.last(turnStatements(writes, context));
      const ends = new Map(decided.map((each) => [each.stream.key, each.writes]));
      const states = new Map(work.map(({ stream, state }) => [stream.key, state]));
      const outcomes = new Map(
        [...ends].map(([key, { done }]) => [key, done.map(({ outcome }) => outcome as Ending)]),
      );
      const told = asks.map(({ key }): Told => {
        const failure = failures.find(({ stream }) => stream.key === key);
        if (failure) return { end: 'failed', error: failure.error };
        const outcome = outcomes.get(key)?.shift();
        if (outcome === undefined) return { end: 'again' };
        return { end: 'done', outcome, state: ends.get(key)?.streams[0]?.state ?? states.get(key) };
      });
      const due = writes.streams.flatMap(({ dueAt }) => (dueAt === null ? [] : [Date.parse(dueAt)]));
      return {
        told,
        sent: writes.messages.length > 0,
        earliestDue: due.length === 0 ? null : Math.min(...due),
        moved: stock.after(decided.flatMap((each) => each.touched)),
      };
    });
    crashAt('direct:committed');
    return result;
  }

  #workOf(
    streams: readonly ClaimedStream[],
    asks: readonly Ask[],
    states: ReadonlyMap<string, Pick<Work, 'process' | 'state'>>,
  ): Work[] {
    const asksOf = Map.groupBy(asks, ({ key }) => key);
    return streams.flatMap((stream): Work[] => {
      const known = states.get(refOf(stream));
      if (!known) return [];
      if (stream.evolve_version > known.process.evolveVersion)
        throw new Error(`${stream.kind} ${stream.key} was decided on by a newer version of Crossdock`);
      const messages = (asksOf.get(stream.key) ?? []).map(({ message }) => ({
        row: { bucket: stream.bucket, id: this.#parts.newId(), observation_id: null },
        message,
      }));
      return [{ stream, ...known, messages, persons: [], placedAt: '' }];
    });
  }
}

/** Nothing of it waited in the inbox; and who is told the same by many is told once. */
function withoutInbox(writes: TurnWrites): TurnWrites {
  const messages = new Map(
    writes.messages.map((each) => [`${each.kind} ${each.key} ${JSON.stringify(each.message)}`, each]),
  );
  return { ...writes, done: [], messages: [...messages.values()] };
}

function withBucket(key: string): { bucket: number; key: string } {
  return { bucket: bucketOf(key), key };
}

function newStream(kind: StreamKind, key: string): ClaimedStream {
  return {
    bucket: bucketOf(key),
    kind,
    key,
    version: 0,
    evolve_version: 0,
    state: null,
    head_hash: null,
    failures: 0,
    issued_by: null,
    isNew: true,
  };
}
