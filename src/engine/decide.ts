/** One stream's part of a turn: its messages are decided one after the other, and what follows is gathered as rows. */
import type { Person } from '../domain/canonical/index.ts';
import { isShadowed, type RetailerConfig } from '../domain/config.ts';
import { orderProcess } from '../domain/order/process.ts';
import type { BaseFact, Decision, Mappings, Process, StreamMessage } from '../domain/process.ts';
import { reservationProcess } from '../domain/reservation/process.ts';
import { stockProcess } from '../domain/stock/process.ts';
import { bucketOf } from '../store/bucket.ts';
import { FACT_HASH_VERSION, factHash } from '../store/fact-hash.ts';
import type { ClaimedStream, InboxRow } from '../store/streams.ts';
import { noWrites, type StreamRef, type TurnWrites } from '../store/turn.ts';
import type { TurnStock } from './turn-stock.ts';

// biome-ignore lint/suspicious/noExplicitAny: the processes have different states and facts; each stays with its own
export type AnyProcess = Process<any, any>;

export const PROCESSES: Readonly<Record<string, AnyProcess>> = {
  order: orderProcess,
  stock: stockProcess,
  reservation: reservationProcess,
};

/** A claimed stream with all that its decisions need. */
export interface Work {
  stream: ClaimedStream;
  process: AnyProcess;
  state: unknown;
  messages: { row: Pick<InboxRow, 'bucket' | 'id' | 'observation_id'>; message: StreamMessage }[];
  persons: Person[];
  /** Orders are decided in the order in which customers placed them. */
  placedAt: string;
}

export interface Place {
  sku: string;
  location: string;
}

export interface Decided {
  stream: ClaimedStream;
  writes: TurnWrites;
  /** Positions that the facts move. */
  touched: Place[];
}

export interface DecideContext {
  now: number;
  newId: () => string;
  config: RetailerConfig;
  configVersion: number;
  mappings: Mappings;
}

/** Titles are indexed; a name of kilobytes is nobody's name. */
const TITLE_LIMIT = 200;

/** The connection that a stream's key begins with. */
export function connectionOf(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf('/')));
}

/** Decides on a stream's messages. Throws what a process throws; then the view of stock is as before. */
export function decideStream(work: Work, stock: TurnStock, context: DecideContext): Decided {
  const { stream, process, messages } = work;
  const ref: StreamRef = { bucket: stream.bucket, kind: stream.kind, key: stream.key };
  const writes = noWrites();
  const touched: Place[] = [];
  const chain = { seq: stream.version, hash: stream.head_hash as Uint8Array | null };
  let state = work.state;
  const held = stock.savepoint();
  try {
    for (const { row, message } of messages) {
      const { now, config, configVersion, mappings } = context;
      const decision = process.decide(state, message, { now, config, configVersion, mappings, stock });
      for (const fact of decision.facts as BaseFact[]) {
        state = process.evolve(state, fact);
        addFact(writes, ref, chain, fact, row.id, context);
        process.movementsOf(fact).forEach((movement, line) => {
          stock.apply(movement);
          const { sku, location, kind, ...moved } = movement;
          touched.push({ sku, location });
          writes.movements.push({
            ...ref,
            seq: chain.seq,
            line,
            sku,
            location,
            movement: kind,
            ...moved,
            version: stock.versionOf(sku, location) + 1,
          });
        });
        addCommand(writes, ref, fact, context);
        addCases(writes, ref, fact, context);
      }
      addTimers(writes, ref, decision);
      addMessages(writes, decision, context);
      writes.done.push({
        bucket: row.bucket,
        id: row.id,
        observationId: row.observation_id,
        outcome: decision.outcome,
      });
    }
    const isUnfolded = stream.state === null && stream.isNew !== true;
    if (chain.seq !== stream.version || isUnfolded || stream.failures > 0) {
      const { status, title, closed } = process.summary(state);
      writes.streams.push({
        ...ref,
        version: chain.seq,
        evolveVersion: process.evolveVersion,
        state,
        status,
        title: title.slice(0, TITLE_LIMIT),
        closed,
        headHash: chain.hash === null ? null : Buffer.from(chain.hash).toString('hex'),
        issuedBy: null,
        dueAt: isoOf(process.dueAt?.(state)),
        isNew: stream.isNew === true,
      });
    }
  } catch (error) {
    stock.rollback(held);
    throw error;
  }
  writes.persons = work.persons;
  return { stream, writes, touched };
}

function isoOf(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : new Date(at).toISOString();
}

/** A fact with the hash of all before it and itself. */
function addFact(
  writes: TurnWrites,
  ref: StreamRef,
  chain: { seq: number; hash: Uint8Array | null },
  fact: BaseFact,
  cause: string,
  { configVersion, now }: Pick<DecideContext, 'configVersion' | 'now'>,
): void {
  const { type, ...rest } = fact;
  const body = JSON.stringify(rest);
  const { kind, key } = ref;
  const seq = chain.seq + 1;
  const decidedAt = new Date(now).toISOString();
  const recorded = { kind, key, seq, type, body, configVersion, decidedAt, cause };
  const hash = factHash(FACT_HASH_VERSION, chain.hash, recorded);
  chain.seq = seq;
  chain.hash = hash;
  writes.facts.push({ ...ref, seq, type, body, cause, hash });
}

function addCommand(
  writes: TurnWrites,
  ref: StreamRef,
  fact: BaseFact,
  { newId, config }: DecideContext,
): void {
  if (!fact.command) return;
  const { kind, connection, key, body } = fact.command;
  writes.commands.push({
    bucket: ref.bucket,
    id: newId(),
    connection,
    key,
    command: kind,
    streamKind: ref.kind,
    streamKey: ref.key,
    subject: ref.key,
    body,
    attempts: 0,
    shadow: isShadowed(config, fact.command, connectionOf(ref.key)),
  });
}

function addCases(
  writes: TurnWrites,
  ref: StreamRef,
  fact: BaseFact,
  { newId, now }: Pick<DecideContext, 'newId' | 'now'>,
): void {
  if (fact.closes !== undefined) {
    // A case that was opened in this very turn never reaches its table; another one is closed there.
    const opened = writes.casesOpened.findIndex((each) => each.caseKey === fact.closes);
    if (opened >= 0) writes.casesOpened.splice(opened, 1);
    else {
      const by = 'by' in fact ? String(fact.by) : 'decided';
      writes.casesClosed.push({ kind: ref.kind, key: ref.key, caseKey: fact.closes, by });
    }
  }
  if (!fact.opens) return;
  const { key: caseKey, reason, message, suggestedFix, owner, dueInHours, holdsCommand } = fact.opens;
  writes.casesOpened.push({
    id: newId(),
    kind: ref.kind,
    key: ref.key,
    caseKey,
    reason,
    message,
    suggestedFix,
    owner,
    connection: connectionOf(ref.key),
    holdsCommand: holdsCommand ?? null,
    dueAt: new Date(now + dueInHours * 3_600_000).toISOString(),
  });
}

/** The last word on a timer counts. */
function addTimers(writes: TurnWrites, ref: StreamRef, decision: Decision<BaseFact>): void {
  for (const { name, dueAt } of decision.timers) {
    writes.timers = writes.timers.filter((set) => set.name !== name);
    writes.timers.push({ ...ref, name, dueAt: dueAt === null ? null : new Date(dueAt).toISOString() });
  }
}

function addMessages(writes: TurnWrites, decision: Decision<BaseFact>, { newId }: DecideContext): void {
  for (const { stream: kind, key, message } of decision.messages)
    writes.messages.push({
      bucket: bucketOf(key),
      kind,
      key,
      id: newId(),
      connection: connectionOf(key),
      message,
    });
}

/** All streams' rows as one set. */
export function merged(all: readonly TurnWrites[]): TurnWrites {
  const persons = all.flatMap((each) => each.persons);
  return {
    streams: all.flatMap((each) => each.streams),
    facts: all.flatMap((each) => each.facts),
    movements: all.flatMap((each) => each.movements),
    commands: all.flatMap((each) => each.commands),
    timers: all.flatMap((each) => each.timers),
    casesOpened: all.flatMap((each) => each.casesOpened),
    casesClosed: all.flatMap((each) => each.casesClosed),
    messages: all.flatMap((each) => each.messages),
    persons: [...new Map(persons.map((person) => [person.personId, person])).values()],
    done: all.flatMap((each) => each.done),
    failures: all.flatMap((each) => each.failures),
  };
}
