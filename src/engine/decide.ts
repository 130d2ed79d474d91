/** One stream's part of a turn: its messages are decided one after the other, and what follows is gathered as rows. */
import { imbalanceOf } from '../domain/books/posting.ts';
import type { Person } from '../domain/canonical/index.ts';
import { isShadowed, type RetailerConfig } from '../domain/config.ts';
import { exchangeProcess } from '../domain/exchange/process.ts';
import { fulfilmentOrderProcess } from '../domain/fulfilment-order/process.ts';
import { journalProcess } from '../domain/journal/process.ts';
import { orderProcess } from '../domain/order/process.ts';
import { privacyProcess } from '../domain/privacy/process.ts';
import type { BaseFact, Decision, Mappings, Process, StreamMessage } from '../domain/process.ts';
import { reconciliationProcess } from '../domain/reconciliation/process.ts';
import type { ReservationState } from '../domain/reservation/messages.ts';
import { reservationProcess } from '../domain/reservation/process.ts';
import { returnProcess } from '../domain/return/process.ts';
import { bankProcess } from '../domain/settlement/bank-process.ts';
import { disputeProcess } from '../domain/settlement/dispute-process.ts';
import { entryProcess } from '../domain/settlement/entry-process.ts';
import { openingProcess } from '../domain/settlement/opening.ts';
import { payoutProcess } from '../domain/settlement/payout-process.ts';
import type { Demand } from '../domain/stock/oversold.ts';
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
  privacy: privacyProcess,
  fulfilmentOrder: fulfilmentOrderProcess,
  exchange: exchangeProcess,
  journal: journalProcess,
  return: returnProcess,
  settlement: entryProcess,
  payout: payoutProcess,
  dispute: disputeProcess,
  bank: bankProcess,
  opening: openingProcess,
  reconciliation: reconciliationProcess,
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
  /** Reservations that it may take over, by key. */
  companions?: readonly string[];
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
  /** Reservations that were locked with the stream, as it leaves them. */
  companions: ReadonlyMap<string, InHand>;
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

/** A stream as a turn has it in hand: its state and the end of its chain move on with each fact. */
export interface InHand {
  stream: ClaimedStream;
  process: AnyProcess;
  state: unknown;
  seq: number;
  hash: Uint8Array | null;
}

export function inHand({ stream, process, state }: Pick<Work, 'stream' | 'process' | 'state'>): InHand {
  return { stream, process, state, seq: stream.version, hash: stream.head_hash };
}

/**
 * Decides on a stream's messages, and has its companions decide what they are told, in the same breath: nobody else decides between.
 * Throws what a process throws; then the view of stock is as before.
 * @param companions reservations that are locked with the stream, by key, as earlier decisions of the turn have left them.
 */
export function decideStream(
  work: Work,
  stock: TurnStock,
  context: DecideContext,
  companions: ReadonlyMap<string, InHand> = NO_COMPANIONS,
): Decided {
  const own = inHand(work);
  const others = new Map<string, InHand>();
  for (const key of work.companions ?? []) {
    const known = companions.get(key);
    if (known) others.set(key, { ...known });
  }
  const writes = noWrites();
  const touched: Place[] = [];
  const follow = (of: InHand, message: StreamMessage, cause: string) => {
    const { now, config, configVersion, mappings } = context;
    const reservations = new Map([...others].map(([key, { state }]) => [key, state as ReservationState]));
    const decision: Decision<BaseFact> = of.process.decide(of.state, message, {
      now,
      config,
      configVersion,
      mappings,
      stock,
      reservations,
    });
    for (const fact of decision.facts) touched.push(...record(writes, of, fact, cause, stock, context));
    addTimers(writes, refTo(of.stream), decision);
    addMessages(writes, decision, context);
    return decision;
  };
  const held = stock.savepoint();
  try {
    for (const { row, message } of work.messages) {
      const { outcome, companions: told = [] } = follow(own, message, row.id);
      for (const each of told) {
        const other = others.get(each.key);
        if (!other) throw new Error(`${each.key} is told ${each.message.type}, and is not locked`);
        follow(other, each.message, row.id);
      }
      writes.done.push({ bucket: row.bucket, id: row.id, observationId: row.observation_id, outcome });
    }
    const { stream } = own;
    const isUnfolded = stream.state === null && stream.isNew !== true;
    if (own.seq !== stream.version || isUnfolded || stream.failures > 0) writes.streams.push(rowOf(own));
    for (const [key, other] of others)
      if (other.seq !== companions.get(key)?.seq) writes.streams.push(rowOf(other));
  } catch (error) {
    stock.rollback(held);
    throw error;
  }
  if (own.process.forgets?.(own.state)) writes.forgotten.push(refTo(own.stream));
  // Whom no fact names (of a message that was stale) nobody asks for, and nobody would find when they are to be forgotten.
  else
    writes.persons = work.persons.filter(({ personId }) =>
      writes.facts.some(({ body }) => body.includes(personId)),
    );
  return { stream: own.stream, writes, touched, companions: others };
}

const NO_COMPANIONS: ReadonlyMap<string, InHand> = new Map();

function refTo({ bucket, kind, key }: ClaimedStream): StreamRef {
  return { bucket, kind, key };
}

/** Takes a fact into a stream, with all that it means; returns the positions that it moves. */
function record(
  writes: TurnWrites,
  of: InHand,
  fact: BaseFact,
  cause: string,
  stock: TurnStock,
  context: DecideContext,
): Place[] {
  const ref = refTo(of.stream);
  of.state = of.process.evolve(of.state, fact);
  addFact(writes, ref, of, fact, cause, context);
  const movements = of.process.movementsOf(fact);
  for (const [line, movement] of movements.entries()) {
    stock.apply(movement);
    const { sku, location, kind, ...moved } = movement;
    const version = stock.versionOf(sku, location) + 1;
    writes.movements.push({ ...ref, seq: of.seq, line, sku, location, movement: kind, ...moved, version });
  }
  addPostings(writes, ref, of, fact);
  addDemand(writes, ref, of.process.demandOf?.(fact, of.state));
  addCommand(writes, ref, fact, context);
  addCases(writes, ref, fact, context);
  return movements;
}

/** A stream's row after its facts. */
function rowOf({ stream, process, state, seq, hash }: InHand): TurnWrites['streams'][number] {
  const { status, title, closed } = process.summary(state);
  return {
    ...refTo(stream),
    version: seq,
    evolveVersion: process.evolveVersion,
    state,
    status,
    title: title.slice(0, TITLE_LIMIT),
    closed,
    headHash: hash === null ? null : Buffer.from(hash).toString('hex'),
    issuedBy: null,
    dueAt: isoOf(process.dueAt?.(state)),
    isNew: stream.isNew === true,
  };
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

/** Throws where one does not balance: then nothing of the stream is written. */
function addPostings(writes: TurnWrites, ref: StreamRef, { process, seq }: InHand, fact: BaseFact): void {
  for (const [item, posting] of (process.postingsOf?.(fact) ?? []).entries()) {
    const imbalance = imbalanceOf(posting);
    if (imbalance !== null) throw new Error(imbalance);
    writes.postings.push({ ...ref, seq, item, channel: connectionOf(ref.key), posting });
  }
}

/** The last word on an order's demand counts: it has one row. */
function addDemand(writes: TurnWrites, { bucket, key }: StreamRef, demand: Demand | null | undefined): void {
  if (!demand) return;
  writes.demand = [...writes.demand.filter((each) => each.key !== key), { bucket, key, ...demand }];
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
  // A reservation that two orders of the turn have named has two rows: the last one holds.
  const streams = new Map(
    all.flatMap((each) => each.streams.map((row) => [`${row.kind} ${row.key}`, row] as const)),
  );
  return {
    streams: [...streams.values()],
    facts: all.flatMap((each) => each.facts),
    movements: all.flatMap((each) => each.movements),
    postings: all.flatMap((each) => each.postings),
    commands: all.flatMap((each) => each.commands),
    timers: all.flatMap((each) => each.timers),
    casesOpened: all.flatMap((each) => each.casesOpened),
    casesClosed: all.flatMap((each) => each.casesClosed),
    messages: all.flatMap((each) => each.messages),
    demand: all.flatMap((each) => each.demand),
    forgotten: all.flatMap((each) => each.forgotten),
    persons: [...new Map(persons.map((person) => [person.personId, person])).values()],
    done: all.flatMap((each) => each.done),
    failures: all.flatMap((each) => each.failures),
  };
}
