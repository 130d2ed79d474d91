/**
 * What people decide, as the API and the command line pass it on: cases that are tried again or closed, orders that are held,
 * resumed or cancelled, mappings that are corrected. Each is one commit; the next turn follows it.
 */
import type { MappingKind } from '../domain/config.ts';
import type { OperatorMessage } from '../domain/messages.ts';
import type { StreamKind, StreamMessage } from '../domain/process.ts';
import type { ReturnOrderMessage } from '../domain/return/messages.ts';
import { streamKey } from '../domain/stream-key.ts';
import { bucketOf } from '../store/bucket.ts';
import { type CaseRow, closeStandaloneCase, isUndecided, streamsWithCases } from '../store/cases.ts';
import type { Sql } from '../store/db.ts';
import { addressObservation, resumeObservations, unparkMessages } from '../store/held.ts';
import { mappingVersion, saveMappings } from '../store/mappings.ts';
import { saveSafetyStock } from '../store/read-stock.ts';
import { readObservation, readObservationBody } from '../store/read-story.ts';
import { forgetAgreed, noteProblems, type Place, problemsOf } from '../store/shown-stock.ts';
import { closeShownStockCases, parseShownStockKey, SHOWN_STOCK_CASE } from '../store/shown-stock-cases.ts';
import { insertMessages } from '../store/turn.ts';
import type { Engine } from './engine.ts';
import { SKIPPED } from './publish-plan.ts';

/** Streams that are told of a change of mappings with one statement. */
const TOLD_AT_ONCE = 2_000;

export interface Decider {
  by: string;
  note: string;
}

/** What became of a decision: `code` is for programs, `next` says what the person can do instead. */
export type Verdict =
  | { ok: true; message: string }
  | { ok: false; code: string; detail: string; next: string };

interface Told {
  kind: string;
  key: string;
  message: StreamMessage;
}

async function tell(engine: Engine, sql: Sql, told: readonly Told[]): Promise<void> {
  const at = engine.clock.nowIso();
  for (let from = 0; from < told.length; from += TOLD_AT_ONCE) {
    await insertMessages(
      sql,
      told.slice(from, from + TOLD_AT_ONCE).map(({ kind, key, message }) => ({
        bucket: bucketOf(key),
        kind,
        key,
        id: engine.newId(),
        connection: key.slice(0, Math.max(0, key.indexOf('/'))),
        message,
      })),
      at,
    );
  }
}

/** Tells an order what a person has decided about it. */
export async function tellOrder(
  engine: Engine,
  key: string,
  message: OperatorMessage | ReturnOrderMessage,
): Promise<void> {
  await engine.database.transaction((sql) => tell(engine, sql, [{ kind: 'order', key, message }]));
  engine.wake();
}

/** Tells a stream of any kind what a person has decided, or has handed over. */
export async function tellStream(
  engine: Engine,
  kind: StreamKind,
  key: string,
  message: StreamMessage,
): Promise<void> {
  await engine.database.transaction((sql) => tell(engine, sql, [{ kind, key, message }]));
  engine.wake();
}

/** Tells an item's stock what a person has decided about it. */
export async function tellStock(engine: Engine, key: string, message: StreamMessage): Promise<void> {
  await engine.database.transaction((sql) => tell(engine, sql, [{ kind: 'stock', key, message }]));
  engine.wake();
}

/** Does what a person has decided on a case, unless somebody else was faster; `done` is what is said of it then. */
async function decideCase(
  engine: Engine,
  row: CaseRow,
  done: string,
  decision: (sql: Sql) => Promise<void>,
): Promise<Verdict> {
  const isOurs = await engine.database.transaction(async (sql) => {
    if (!(await isUndecided(sql, row, bucketOf(row.key)))) return false;
    await decision(sql);
    return true;
  });
  if (isOurs) {
    engine.wake();
    return { ok: true, message: done };
  }
  return {
    ok: false,
    code: 'case-decided',
    detail: `Somebody else has just decided on ${row.reason} of ${row.key}.`,
    next: 'Look at the case again: what was decided first is done.',
  };
}

/** Tries again what a case holds: its messages, its command, or the order itself. */
export async function retryCase(engine: Engine, row: CaseRow, decider: Decider): Promise<Verdict> {
  if (row.kind === 'observation') return readAgain(engine, row, decider);
  if (row.kind === SHOWN_STOCK_CASE)
    return decideShownStock(engine, row, decider, 'is published again', (sql, connection, place) =>
      forgetAgreed(sql, connection, [place]),
    );
  const { kind, key } = row;
  return decideCase(engine, row, `${row.reason} of ${key} is tried again`, async (sql) => {
    if (row.case_key === 'decide-failed') {
      await unparkMessages(sql, { kind, key });
      await closeStandaloneCase(sql, row.id, decider.by, engine.clock.nowIso());
      return;
    }
    // A message of an order that could not be read may be readable now, as after an update; an item keeps its own.
    if (kind === 'order') await resumeObservations(sql, [{ kind, key }], engine.newId);
    await tell(engine, sql, [
      { kind, key, message: { type: 'operator.retryCase', caseKey: row.case_key, ...decider } },
    ]);
  });
}

/** Closes a case: things stay as they are. */
export async function skipCase(engine: Engine, row: CaseRow, decider: Decider): Promise<Verdict> {
  if (row.kind === 'observation') {
    return decideCase(engine, row, `the message ${row.key} is left as it is`, (sql) =>
      closeStandaloneCase(sql, row.id, decider.by, engine.clock.nowIso()),
    );
  }
  if (row.reason === 'channel-stock-differs')
    return decideShownStock(engine, row, decider, 'is left as the channel shows it,', async () => {});
  if (row.kind === SHOWN_STOCK_CASE)
    return decideShownStock(engine, row, decider, 'is not published any more', (sql, connection, place) =>
      noteProblems(sql, connection, [{ ...place, problem: SKIPPED }], engine.clock.nowIso()),
    );
  // What waits behind a defect is not thrown away: nobody has decided on it yet.
  if (row.case_key === 'decide-failed') return retryCase(engine, row, decider);
  const { kind, key } = row;
  return decideCase(engine, row, `${row.reason} of ${key} is closed as it is`, (sql) =>
    tell(engine, sql, [
      { kind, key, message: { type: 'operator.skipCase', caseKey: row.case_key, ...decider } },
    ]),
  );
}

/** Decides on a SKU-location that a channel does not take the figure of. */
async function decideShownStock(
  engine: Engine,
  row: CaseRow,
  decider: Decider,
  done: string,
  decision: (sql: Sql, connection: string, place: Place) => Promise<void>,
): Promise<Verdict> {
  const { connection, place } = parseShownStockKey(row.key);
  const words = `${place.sku} at ${place.location} ${done} at ${connection}`;
  const verdict = await decideCase(engine, row, words, async (sql) => {
    await decision(sql, connection, place);
    await closeStandaloneCase(sql, row.id, decider.by, engine.clock.nowIso());
  });
  engine.publishing.look();
  return verdict;
}

/** A message that belonged to nothing is addressed again, as after an update of its connector. */
async function readAgain(engine: Engine, row: CaseRow, decider: Decider): Promise<Verdict> {
  const refused = (detail: string, next: string): Verdict => ({
    ok: false,
    code: 'case-still-stands',
    detail,
    next,
  });
  const [observation, body] = await Promise.all([
    readObservation(engine.database, row.key),
    readObservationBody(engine.database, row.key),
  ]);
  if (!observation || !body) return refused(`The message ${row.key} is not kept any more.`, 'Skip the case.');
  const open = engine.connections.get(observation.connection);
  if (!open)
    return refused(
      `The connection "${observation.connection}" is not configured any more.`,
      'Configure it again, or skip the case.',
    );
  const { origin, topic } = observation;
  const address = open.intake.address({ headers: {}, body, origin, topic });
  if (!('key' in address))
    return refused(
      `The message still belongs to no order or item: ${'reason' in address ? address.reason : 'it tells of a level'}`,
      'Read the raw message and ask who sends it; skip the case when it is of no use.',
    );
  const stream = { kind: address.stream, key: address.key };
  const at = engine.clock.nowIso();
  return decideCase(engine, row, `the message was given to ${stream.kind} ${stream.key}`, async (sql) => {
    await addressObservation(
      sql,
      { id: observation.id, receivedAt: observation.received_at, connection: observation.connection },
      stream,
      engine.newId,
      at,
    );
    await closeStandaloneCase(sql, row.id, decider.by, at);
  });
}

/** Sets what a location keeps back of a SKU, and tells those who wait for it. False: it was so already. */
export async function setSafetyStock(
  engine: Engine,
  wanted: { sku: string; location: string; units: number | null },
  by: string,
): Promise<boolean> {
  const changed = await engine.database.transaction(async (sql) => {
    if (!(await saveSafetyStock(sql, wanted, by, engine.clock.nowIso()))) return false;
    const { inventory } = engine.config.locations.find(({ id }) => id === wanted.location) ?? {};
    const item = inventory && engine.mappings.toExternal('sku', inventory, wanted.sku);
    const message = { type: 'configuration.changed', version: engine.configVersion } as const;
    if (inventory && item !== undefined)
      await tell(engine, sql, [{ kind: 'stock', key: streamKey(inventory, item), message }]);
    return true;
  });
  engine.availability.forget([wanted.sku]);
  engine.publishing.apply([{ ...wanted, onHand: 0, reserved: 0 }]);
  engine.wake();
  return changed;
}

/** What could not be published for want of these mappings is tried again, and its cases are over. */
async function wantMapped(sql: Sql, rows: readonly MappingChange[], at: string): Promise<void> {
  for (const [connection, changed] of Map.groupBy(rows, (row) => row.connection)) {
    const codes = (kind: MappingKind) =>
      changed.flatMap((row) => (row.kind === kind && row.internal !== null ? [row.internal] : []));
    const places = await problemsOf(sql, connection, { skus: codes('sku'), locations: codes('location') });
    await forgetAgreed(sql, connection, places);
    await closeShownStockCases(
      sql,
      connection,
      'stock-not-published',
      places,
      'Crossdock: its mapping has changed',
      at,
    );
  }
}

export interface MappingChange {
  kind: MappingKind;
  connection: string;
  external: string;
  /** Null takes the row out. */
  internal: string | null;
}

/** Saves mappings and tells every order and item that a missing one may have stopped. */
export async function changeMappings(
  engine: Engine,
  rows: readonly MappingChange[],
  by: string,
): Promise<{ version: number; changed: number; retried: number }> {
  const result = await engine.database.transaction(async (sql) => {
    const changed = await saveMappings(sql, rows, by, engine.clock.nowIso());
    const version = await mappingVersion(sql);
    if (changed === 0) return { version, changed, retried: 0 };
    await wantMapped(sql, rows, engine.clock.nowIso());
    const reasons = [...new Set(rows.map((row) => `unmapped-${row.kind}`))];
    const stopped = await streamsWithCases(sql, reasons);
    await tell(
      engine,
      sql,
      stopped.map(({ kind, key }) => ({ kind, key, message: { type: 'configuration.changed', version } })),
    );
    return { version, changed, retried: stopped.length };
  });
  await engine.mappings.load(engine.database);
  engine.publishing.look();
  // A location that has a code now shows all its stock.
  if (rows.some(({ kind }) => kind === 'location')) engine.publishing.sweep();
  engine.wake();
  return result;
}
