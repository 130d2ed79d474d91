/** What a turn writes: everything that its decisions mean, set by set, in the turn's one transaction and one round trip. */
import type { Person } from '../domain/canonical/index.ts';
import { addFigures, NO_STOCK, type StockFigures } from '../domain/stock/figures.ts';
import type { Demand } from '../domain/stock/oversold.ts';
import { bytesArray, textArray } from './arrays.ts';
import type { Sql, Statement } from './db.ts';
import { FACT_HASH_VERSION } from './fact-hash.ts';
import { forgetting } from './forgetting.ts';
import { toJson } from './json.ts';
import { type PostedRow, postingStatements } from './posting-rows.ts';
import { commandSeal } from './seals.ts';

export interface StreamRef {
  bucket: number;
  kind: string;
  key: string;
}

/** A command as a turn issues it. `attempts` 1: its first attempt begins with this commit. */
export interface IssuedCommand {
  bucket: number;
  id: string;
  connection: string;
  key: string;
  command: string;
  streamKind: string;
  streamKey: string;
  subject: string;
  body: unknown;
  attempts: 0 | 1;
  /** It is written down as what would have been sent, and ends with that; left out: it is sent. */
  shadow?: boolean;
}

export interface TurnWrites {
  streams: (StreamRef & {
    version: number;
    evolveVersion: number;
    state: unknown;
    status: string;
    title: string;
    closed: boolean;
    headHash: string | null;
    /** This process, where it issued a command; null leaves who did before. */
    issuedBy: string | null;
    /** When it ends by itself (ISO 8601); null: it does not. */
    dueAt: string | null;
    /** It has no row yet. */
    isNew: boolean;
  })[];
  facts: (StreamRef & { seq: number; type: string; body: string; cause: string; hash: Uint8Array })[];
  /** Of states that are left out nothing has changed. */
  movements: (StreamRef & {
    seq: number;
    line: number;
    sku: string;
    location: string;
    movement: string;
    onHand: number;
    reserved: number;
    damaged?: number;
    qualityControl?: number;
    incoming?: number;
    act?: string;
    reason?: string;
    kit?: string;
    /** Of the position after this turn: the order in which movements counted. */
    version: number;
  })[];
  /** Of the sub-ledger. */
  postings: PostedRow[];
  commands: IssuedCommand[];
  timers: (StreamRef & { name: string; dueAt: string | null })[];
  casesOpened: {
    id: string;
    kind: string;
    key: string;
    caseKey: string;
    reason: string;
    message: string;
    suggestedFix: string;
    owner: string;
    connection: string;
    holdsCommand: string | null;
    dueAt: string;
  }[];
  casesClosed: { kind: string; key: string; caseKey: string; by: string }[];
  messages: (StreamRef & { id: string; connection: string; message: unknown })[];
  persons: Person[];
  /** What orders wanted, and what of it was not there: one row a stream. */
  demand: (Omit<StreamRef, 'kind'> & Demand)[];
  /** Streams whose persons are forgotten: nothing is kept of them, whatever has come. */
  forgotten: StreamRef[];
  /** Inbox messages that are done, with the end of their observation. */
  done: { bucket: number; id: string; observationId: string | null; outcome: string }[];
  /** Streams whose deciding threw: tried again later; from the third time on their messages are parked. */
  failures: (StreamRef & { retryAt: string; park: boolean })[];
}

export function noWrites(): TurnWrites {
  return {
    streams: [],
    facts: [],
    movements: [],
    postings: [],
    commands: [],
    timers: [],
    casesOpened: [],
    casesClosed: [],
    messages: [],
    persons: [],
    demand: [],
    forgotten: [],
    done: [],
    failures: [],
  };
}

/** A command that is only decided ends when it is made. */
const SHADOW_SEAL = commandSeal('c', {
  status: "'shadow'",
  error: 'null::text',
  result: 'null::json',
  at: '$2::timestamptz',
});

/**
 * Every statement finds its rows by primary key or the named unique index. The first parameter is the rows, the second the time;
 * what is wide comes beside them, as an array in the same order (arrays.ts).
 */
const WRITE = {
  persons: `insert into person (id, body, created_at)
    select p."personId", to_json(p), $2 from json_to_recordset($1::json) as p(
      schema text, "personId" text, name text, company text, email text, phone text, address1 text, address2 text,
      city text, "postalCode" text, "provinceCode" text, "countryCode" text)
    order by 1 on conflict do nothing`,
  streams: `update stream s set version = d.version, evolve_version = d."evolveVersion", state = d.state::json, status = d.status,
      title = d.title, closed = d.closed, head_hash = coalesce(decode(d."headHash", 'hex'), s.head_hash), failures = 0, retry_at = null,
      issued_by = coalesce(d."issuedBy", s.issued_by), due_at = d."dueAt", updated_at = $2
    from rows from (
      json_to_recordset($1::json) as (bucket smallint, kind text, key text, version int, "evolveVersion" int,
        status text, title text, closed boolean, "headHash" text, "issuedBy" text, "dueAt" timestamptz),
      unnest($3::text[])
    ) as d(bucket, kind, key, version, "evolveVersion", status, title, closed, "headHash", "issuedBy", "dueAt", state)
    where s.bucket = d.bucket and s.kind = d.kind and s.key = d.key`,
  // Two turns that make the same one wait for each other here, and the later one fails: see stream's primary key.
  newStreams: `insert into stream (bucket, kind, key, version, evolve_version, state, status, title, closed, head_hash, issued_by, due_at,
      created_at, updated_at)
    select bucket, kind, key, version, "evolveVersion", state::json, status, title, closed, decode("headHash", 'hex'), "issuedBy", "dueAt", $2, $2
    from rows from (
      json_to_recordset($1::json) as (bucket smallint, kind text, key text, version int, "evolveVersion" int,
        status text, title text, closed boolean, "headHash" text, "issuedBy" text, "dueAt" timestamptz),
      unnest($3::text[])
    ) as d(bucket, kind, key, version, "evolveVersion", status, title, closed, "headHash", "issuedBy", "dueAt", state)`,
  facts: `insert into journal (bucket, kind, key, seq, type, body, config_version, decided_at, cause, hash, hash_version)
    select bucket, kind, key, seq, type, body::json, $5, $2, cause, hash, ${FACT_HASH_VERSION}
    from rows from (
      json_to_recordset($1::json) as (bucket smallint, kind text, key text, seq int, type text, cause uuid),
      unnest($3::text[], $4::bytea[])
    ) as f(bucket, kind, key, seq, type, cause, body, hash)`,
  positions: `update position p set on_hand = p.on_hand + m."onHand", reserved = p.reserved + m.reserved, damaged = p.damaged + m.damaged,
      quality_control = p.quality_control + m."qualityControl", incoming = p.incoming + m.incoming, version = p.version + 1
    from json_to_recordset($1::json) as m(sku text, location text, "onHand" bigint, reserved bigint, damaged bigint,
      "qualityControl" bigint, incoming bigint)
    where p.sku = m.sku and p.location = m.location`,
  movements: `insert into movement (bucket, kind, key, seq, line, sku, location, movement, on_hand, reserved, damaged, quality_control,
      incoming, act, reason, kit, version, moved_at)
    select bucket, kind, key, seq, line, sku, location, movement, "onHand", reserved, coalesce(damaged, 0), coalesce("qualityControl", 0),
      coalesce(incoming, 0), act, reason, kit, version, $2
    from json_to_recordset($1::json) as m(bucket smallint, kind text, key text, seq int, line smallint, sku text,
      location text, movement text, "onHand" bigint, reserved bigint, damaged bigint, "qualityControl" bigint, incoming bigint,
      act text, reason text, kit text, version bigint)`,
  commands: `insert into outbox (bucket, id, connection, key, command, stream_kind, stream_key, subject, body, status, attempts, node,
      first_attempt_at, attempt_at, due_at, created_at, open, settled_at, seal)
    select bucket, id, connection, key, command, "streamKind", "streamKey", subject, body::json,
      case when shadow then 'shadow' when attempts = 0 then 'waiting' else 'calling' end, attempts, case attempts when 0 then null else $4 end,
      case attempts when 0 then null else $2::timestamptz end, case attempts when 0 then null else $2::timestamptz end, $2, $2,
      shadow is not true, case when shadow then $2::timestamptz end, case when shadow then ${SHADOW_SEAL} end
    from rows from (
      json_to_recordset($1::json) as (bucket smallint, id uuid, connection text, key text, command text, "streamKind" text,
        "streamKey" text, subject text, attempts int, shadow boolean),
      unnest($3::text[])
    ) as c(bucket, id, connection, key, command, "streamKind", "streamKey", subject, attempts, shadow, body)`,
  // Orders are locked by their claim, so no two turns write one row.
  demand: `insert into order_demand (bucket, key, day, brand, channel, units, oversold_units)
    select bucket, key, day, brand, channel, units, "oversoldUnits"
    from json_to_recordset($1::json) as d(bucket smallint, key text, day date, brand text, channel text, units int, "oversoldUnits" int)
    on conflict (bucket, key) do update set oversold_units = excluded.oversold_units
    where excluded.oversold_units > order_demand.oversold_units`,
  timers: `with changed as materialized (
      select * from json_to_recordset($1::json) as t(bucket smallint, kind text, key text, name text, "dueAt" timestamptz)
    ), cleared as (
      delete from timer t using changed c
      where c."dueAt" is null and t.bucket = c.bucket and t.kind = c.kind and t.key = c.key and t.name = c.name
    )
    insert into timer (bucket, kind, key, name, due_at)
    select bucket, kind, key, name, "dueAt" from changed where "dueAt" is not null
    on conflict (bucket, kind, key, name) do update set due_at = excluded.due_at`,
  casesClosed: `update business_case b set status = 'closed', closed_by = c.by, closed_at = $2
    from json_to_recordset($1::json) as c(kind text, key text, "caseKey" text, by text)
    where b.kind = c.kind and b.key = c.key and b.case_key = c."caseKey" and b.status = 'open'`,
  casesOpened: `insert into business_case (id, kind, key, case_key, reason, message, suggested_fix, owner, connection, holds_command, status, opened_at, due_at)
    select id, kind, key, "caseKey", reason, message, "suggestedFix", owner, connection, "holdsCommand", 'open', $2, "dueAt"
    from json_to_recordset($1::json) as c(id uuid, kind text, key text, "caseKey" text, reason text, message text,
      "suggestedFix" text, owner text, connection text, "holdsCommand" text, "dueAt" timestamptz)
    on conflict do nothing`,
  messages: `with sent as materialized (
      select * from rows from (
        json_to_recordset($1::json) as (bucket smallint, kind text, key text, id uuid, connection text),
        unnest($3::text[])
      ) as m(bucket, kind, key, id, connection, message)
    ), known as (
      insert into stream (bucket, kind, key, created_at, updated_at)
      select distinct bucket, kind, key, $2::timestamptz, $2::timestamptz from sent order by bucket, kind, key
      on conflict do nothing
    )
    insert into inbox (bucket, id, kind, key, connection, priority, fair_at, message)
    select bucket, id, kind, key, connection, $4, $2, message::json from sent`,
  // An observation may end again: what a case held is decided on once more after the fix.
  done: `with finished as materialized (
      select * from json_to_recordset($1::json) as d(bucket smallint, id uuid, "observationId" uuid, outcome text)
    ), gone as (
      delete from inbox i using finished f where i.bucket = f.bucket and i.id = f.id
    )
    insert into observation_end (observation_id, outcome, ended_at)
    select "observationId", outcome, $2 from finished where "observationId" is not null
    on conflict (observation_id) do update set outcome = excluded.outcome, ended_at = excluded.ended_at`,
  failures: `with failed as materialized (
      select * from json_to_recordset($1::json) as f(bucket smallint, kind text, key text, "retryAt" timestamptz, park boolean)
    ), parked as (
      update inbox i set parked = true from failed f
      where f.park and i.bucket = f.bucket and i.kind = f.kind and i.key = f.key
    )
    update stream s set failures = case when f.park then 0 else s.failures + 1 end, retry_at = case when f.park then null else f."retryAt" end
    from failed f where s.bucket = f.bucket and s.kind = f.kind and s.key = f.key`,
} as const;

/** The statement for some rows; none where there are no rows. */
function forRows(rows: readonly unknown[], text: string, ...more: unknown[]): Statement[] {
  return rows.length === 0 ? [] : [{ text, parameters: [toJson(rows), ...more] }];
}

/** Rows without their wide part, and that part as an array. */
function apart<Item extends object, Wide extends keyof Item>(
  items: readonly Item[],
  ...wide: readonly Wide[]
): Omit<Item, Wide>[] {
  return items.map((item) => {
    const rest = { ...item };
    for (const name of wide) delete rest[name];
    return rest;
  });
}

function streamRows(all: TurnWrites['streams'], now: string): Statement[] {
  const statements: Statement[] = [];
  const known = all.filter(({ isNew }) => !isNew);
  // In one order, so that turns that make the same ones do not wait for each other crosswise.
  const made = all.filter(({ isNew }) => isNew).sort(byPrimaryKey);
  for (const [streams, text] of [
    [known, WRITE.streams],
    [made, WRITE.newStreams],
  ] as const) {
    const states = textArray(streams.map(({ state }) => toJson(state)));
    statements.push(...forRows(apart(streams, 'state', 'isNew'), text, now, states));
  }
  return statements;
}

function byPrimaryKey(a: StreamRef, b: StreamRef): number {
  return a.bucket - b.bucket || (a.kind < b.kind || (a.kind === b.kind && a.key < b.key) ? -1 : 1);
}

function factRows(facts: TurnWrites['facts'], now: string, configVersion: number): Statement[] {
  if (facts.length === 0) return [];
  const bodies = textArray(facts.map(({ body }) => body));
  const hashes = bytesArray(facts.map(({ hash }) => hash));
  return forRows(apart(facts, 'body', 'hash'), WRITE.facts, now, bodies, hashes, configVersion);
}

/** What movements do to each position together. */
function sums(movements: TurnWrites['movements']) {
  const all = new Map<string, { sku: string; location: string } & StockFigures>();
  for (const movement of movements) {
    const { sku, location } = movement;
    const place = `${sku}\u0000${location}`;
    all.set(place, { sku, location, ...addFigures(all.get(place) ?? NO_STOCK, movement) });
  }
  return [...all.values()];
}

function commandRows(commands: TurnWrites['commands'], now: string, node: string): Statement[] {
  if (commands.length === 0) return [];
  const bodies = textArray(commands.map(({ body }) => toJson(body)));
  return forRows(apart(commands, 'body'), WRITE.commands, now, bodies, node);
}

/** What puts messages into the inbox of streams, which are made known where they are not. */
export function messageRows(messages: TurnWrites['messages'], now: string, priority = 0): Statement[] {
  if (messages.length === 0) return [];
  const bodies = textArray(messages.map(({ message }) => toJson(message)));
  return forRows(apart(messages, 'message'), WRITE.messages, now, bodies, priority);
}

/** When and where a turn is taken, and by which configuration. */
export interface TurnContext {
  /** ISO 8601. */
  now: string;
  configVersion: number;
  node: string;
}

/** What writes the bulk of a turn: its states and facts. */
export function bulkStatements(
  { streams, facts }: Pick<TurnWrites, 'streams' | 'facts'>,
  { now, configVersion }: TurnContext,
): Statement[] {
  return [...streamRows(streams, now), ...factRows(facts, now, configVersion)];
}

/** What writes a turn, in this order; the streams are locked by their claim, the positions by lockPositions. */
export function turnStatements(turn: TurnWrites, context: TurnContext): Statement[] {
  const { now, node } = context;
  return [
    ...forRows(turn.persons, WRITE.persons, now),
    ...bulkStatements(turn, context),
    ...forRows(sums(turn.movements), WRITE.positions),
    ...forRows(turn.movements, WRITE.movements, now),
    ...postingStatements(turn.postings, now),
    ...forRows(turn.demand, WRITE.demand),
    ...commandRows(turn.commands, now, node),
    ...forRows(turn.timers, WRITE.timers),
    ...forRows(turn.casesClosed, WRITE.casesClosed, now),
    ...forRows(turn.casesOpened, WRITE.casesOpened, now),
    ...messageRows(turn.messages, now, 0),
    ...forRows(turn.done, WRITE.done, now),
    ...forRows(turn.failures, WRITE.failures),
    ...forgetting(turn.forgotten, now),
  ];
}

/** Writes a turn at once. */
export async function writeTurn(sql: Sql, turn: TurnWrites, context: TurnContext): Promise<void> {
  const statements = turnStatements(turn, context);
  if (statements.length > 0) await sql.batch(statements);
}

/** Puts messages into the inbox at once. */
export async function insertMessages(
  sql: Sql,
  messages: TurnWrites['messages'],
  now: string,
  priority = 0,
): Promise<void> {
  const [statement] = messageRows(messages, now, priority);
  if (statement) await sql.query(statement.text, statement.parameters);
}
