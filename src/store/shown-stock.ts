/**
 * What channels show of stock, and what is under way to them: shown_stock and publication (migration 12). What the columns mean
 * together stands in domain/stock/publishing.ts. Units throughout.
 *
 * Who writes: the node that works the connection, under its lease (`beginPublication`, `endPublication`, `agreeShown`, `noteTold`);
 * any node may `correctShown` (what a reconciliation has found) or `forgetAgreed` (have these looked at anew).
 */
import type { Row, Sql } from './db.ts';
import { toJson, toText } from './json.ts';

export interface Place {
  sku: string;
  location: string;
}

/** A SKU at a location as it stands on both sides, read in one snapshot. What was never agreed has nulls on the channel's side. */
export interface ShownRow extends Row, Place {
  on_hand: number;
  reserved: number;
  position_version: number;
  /** What is kept back of this SKU here; null: nothing is set. */
  safety: number | null;
  item: string | null;
  shown: number | null;
  known: number | null;
  version: number | null;
  owed: number;
  told: number | null;
  told_at: number | null;
  agreed_at: number | null;
  published_at: number | null;
  publication: string | null;
  problem: string | null;
  /** What the channel's own orders did to what can be sold since both agreed. */
  own: number;
}

const BOTH_SIDES = `w.sku, w.location, p.on_hand, p.reserved, p.version as position_version, b.units as safety,
  s.item, s.shown, s.known, s.version, coalesce(s.owed, 0) as owed, s.told, s.told_at, s.agreed_at, s.published_at, s.publication, s.problem,
  coalesce(o.own, 0) as own`;

/**
 * Movements of the channel's own orders since both agreed, by movement_by_position: an order's key begins with its
 * connection. Of kits the channel has booked the kit, and not its components: they are a change for it.
 */
const JOINED = `join position p on p.sku = w.sku and p.location = w.location
  left join shown_stock s on s.connection = $1 and s.sku = w.sku and s.location = w.location
  left join lateral (
    select units from safety_stock where sku = w.sku and location = w.location order by version desc limit 1
  ) b on true
  left join lateral (
    select sum(m.on_hand - m.reserved)::bigint as own from movement m
    where m.sku = w.sku and m.location = w.location and m.version > s.version and m.kind = 'order'
      and starts_with(m.key, $1 || '/') and m.kit is null
  ) o on s.version is not null`;

/** Both sides of these places, as far as they have a position; by the primary keys of position and shown_stock. */
export function loadShown(sql: Sql, connection: string, places: readonly Place[]): Promise<ShownRow[]> {
  return sql.query<ShownRow>(
    `select ${BOTH_SIDES} from unnest($2::text[], $3::text[]) w(sku, location) ${JOINED}`,
    [connection, places.map(({ sku }) => sku), places.map(({ location }) => location)],
  );
}

/** What channels show of a SKU, by location; by the primary keys of position and shown_stock. */
export async function readShown(
  sql: Sql,
  connections: readonly string[],
  sku: string,
): Promise<(ShownRow & { connection: string })[]> {
  const all = [];
  for (const connection of connections) {
    const rows = await sql.query<ShownRow>(
      `select ${BOTH_SIDES} from (select sku, location from position where sku = $2) w ${JOINED} order by w.location`,
      [connection, sku],
    );
    for (const row of rows) all.push({ ...row, connection });
  }
  return all;
}

/** Units that are reserved at these places for the channel's own orders, and when the last of them left; by movement_by_position. */
export function loadOwnReserved(
  sql: Sql,
  connection: string,
  places: readonly Place[],
): Promise<(Row & Place & { reserved: number; shipped_at: number | null })[]> {
  return sql.query(
    `select w.sku, w.location, coalesce(sum(m.reserved), 0)::bigint as reserved,
       max(m.moved_at) filter (where m.movement = 'shipped') as shipped_at
     from unnest($2::text[], $3::text[]) w(sku, location)
     left join movement m on m.sku = w.sku and m.location = w.location and m.kind = 'order' and starts_with(m.key, $1 || '/') and m.kit is null
     group by w.sku, w.location`,
    [connection, places.map(({ sku }) => sku), places.map(({ location }) => location)],
  );
}

/** What is agreed from now on: what the channel shows, what can be sold here at the same moment, and what is still to be changed. */
export interface AgreedRow extends Place {
  item: string;
  shown: number;
  known: number;
  version: number;
  owed: number;
}

/** Notes what is agreed; problems of these places are over. In one order, so that two never wait for each other. */
export async function agreeShown(
  sql: Sql,
  connection: string,
  rows: readonly AgreedRow[],
  at: string,
): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `insert into shown_stock (connection, sku, location, item, shown, known, version, owed, agreed_at)
     select $1, sku, location, item, shown, known, version, owed, $3::timestamptz
     from json_to_recordset($2::json) as r(sku text, location text, item text, shown bigint, known bigint, version bigint, owed bigint)
     order by sku collate "C", location collate "C"
     on conflict (connection, sku, location) do update set item = excluded.item, shown = excluded.shown, known = excluded.known,
       version = excluded.version, owed = excluded.owed, agreed_at = excluded.agreed_at, told = null, told_at = null, problem = null`,
    [connection, toJson(rows), at],
  );
}

/** Notes what the channel has said that it shows. */
export async function noteTold(
  sql: Sql,
  connection: string,
  rows: readonly (Place & { told: number })[],
  at: string,
): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `update shown_stock s set told = r.told, told_at = $3
     from json_to_recordset($2::json) as r(sku text, location text, told bigint)
     where s.connection = $1 and s.sku = r.sku and s.location = r.location`,
    [connection, toJson(rows), at],
  );
}

/** A row of a batch: what is sent, and what is agreed once it is accepted. */
export interface PublicationRow extends Place {
  item: string;
  /** The channel's code of the location, by the mapping. */
  place: string;
  from: number;
  to: number;
  known: number;
  version: number;
  /** What was owed when it was decided, and what is when it is accepted. */
  owedBefore: number;
  owed: number;
  /** Moved by `to` − `from`, whatever the channel shows: then `to` is no more than a guess. */
  adjusts?: true;
}

export interface Publication extends Row {
  id: string;
  rows: readonly PublicationRow[];
  attempts: number;
  attempted_at: number;
  due_at: number;
  created_at: number;
}

/** Writes a batch down before its call; its rows take part in no other one until it has ended. */
export async function beginPublication(
  sql: Sql,
  connection: string,
  id: string,
  rows: readonly PublicationRow[],
  at: string,
): Promise<void> {
  await sql.batch([
    {
      text: `insert into publication (id, connection, body, attempts, attempted_at, due_at, created_at) values ($1, $2, $3::json, 1, $4, $4, $4)`,
      parameters: [id, connection, toJson(rows), at],
    },
    {
      text: `update shown_stock s set publication = $1, wanted = false
        from json_to_recordset($3::json) as r(sku text, location text)
        where s.connection = $2 and s.sku = r.sku and s.location = r.location`,
      parameters: [id, connection, toJson(rows)],
    },
  ]);
}

/** Batches of a connection whose outcome is not known, oldest first, by publication_by_connection. */
export function openPublications(sql: Sql, connection: string): Promise<Publication[]> {
  return sql.query<Publication>(
    `select id, body as rows, attempts, attempted_at, due_at, created_at from publication where connection = $1 order by created_at`,
    [connection],
  );
}

/** Notes that a batch is tried again with the same key and content, or when it will be. */
export async function noteAttempt(
  sql: Sql,
  id: string,
  attempt: { attempts: number; attemptedAt: string; dueAt: string; error: string },
): Promise<void> {
  await sql.query(
    'update publication set attempts = $2, attempted_at = $3, due_at = $4, last_error = $5 where id = $1',
    [id, attempt.attempts, attempt.attemptedAt, attempt.dueAt, toText(attempt.error)],
  );
}

/**
 * A batch has ended: what was accepted is agreed, the rest is free for another batch. A correction that was made meanwhile stays.
 * `accepted` and the others are rows of the batch.
 */
export async function endPublication(
  sql: Sql,
  connection: string,
  id: string,
  accepted: readonly PublicationRow[],
  at: string,
): Promise<void> {
  await sql.batch([
    {
      text: `update shown_stock s set shown = r."to", known = r.known, version = r.version, owed = s.owed + r.owed - r."owedBefore",
          told = null, told_at = null, agreed_at = $3, published_at = $3
        from json_to_recordset($2::json) as r(sku text, location text, "to" bigint, known bigint, version bigint, owed bigint, "owedBefore" bigint)
        where s.connection = $1 and s.sku = r.sku and s.location = r.location`,
      parameters: [connection, toJson(accepted), at],
    },
    { text: 'update shown_stock set publication = null where publication = $1', parameters: [id] },
    { text: 'delete from publication where id = $1', parameters: [id] },
  ]);
}

/** Places that are not published until somebody mends what is wrong with them, as it was found just now. */
export async function noteProblems(
  sql: Sql,
  connection: string,
  rows: readonly (Place & { problem: string })[],
  at: string,
): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `insert into shown_stock (connection, sku, location, problem, told_at)
     select $1, sku, location, problem, $3 from json_to_recordset($2::json) as r(sku text, location text, problem text)
     order by sku collate "C", location collate "C"
     on conflict (connection, sku, location) do update set problem = excluded.problem, told_at = excluded.told_at, wanted = false`,
    [connection, toJson(rows), at],
  );
}

/**
 * Has these looked at again by the node that works the connection, whatever was wrong with them: both sides agree anew, by what the
 * channel shows.
 */
export async function forgetAgreed(sql: Sql, connection: string, places: readonly Place[]): Promise<void> {
  if (places.length === 0) return;
  await sql.query(
    `update shown_stock s set item = null, shown = null, known = null, version = null, owed = 0, told = null, told_at = null,
       problem = null, wanted = true
     from json_to_recordset($2::json) as r(sku text, location text)
     where s.connection = $1 and s.sku = r.sku and s.location = r.location`,
    [connection, toJson(places)],
  );
}

/**
 * Heals these SKU-locations: changes what the channel shows by `delta`, which goes out as any other change does (compare-and-swap, with
 * what changes meanwhile). `by` names who found it (a reconciliation's id): the same one corrects a place once, however often it
 * is told. Places that were never agreed are left out: they agree by themselves. Returns how many were corrected.
 */
export async function correctShown(
  sql: Sql,
  connection: string,
  corrections: readonly (Place & { delta: number })[],
  by: string,
): Promise<number> {
  if (corrections.length === 0) return 0;
  const rows = await sql.query(
    `update shown_stock s set owed = s.owed + r.delta, corrected_by = $3, wanted = true
     from json_to_recordset($2::json) as r(sku text, location text, delta bigint)
     where s.connection = $1 and s.sku = r.sku and s.location = r.location and s.shown is not null
       and s.corrected_by is distinct from $3 returning s.sku`,
    [connection, toJson(corrections), toText(by)],
  );
  return rows.length;
}

/** Places that somebody wants looked at, so many at most, by shown_stock_wanted; they count as looked at from now on. */
export function takeWanted(sql: Sql, connection: string, limit: number): Promise<(Row & Place)[]> {
  return sql.query(
    `update shown_stock s set wanted = false
     from (select sku, location from shown_stock where connection = $1 and wanted limit $2 for update skip locked) w
     where s.connection = $1 and s.sku = w.sku and s.location = w.location returning s.sku, s.location`,
    [connection, limit],
  );
}

/** Places that are not published for a reason, of some SKUs or at some locations (ours); by shown_stock's primary key. */
export function problemsOf(
  sql: Sql,
  connection: string,
  of: { skus: readonly string[]; locations: readonly string[] },
): Promise<(Row & Place)[]> {
  if (of.skus.length + of.locations.length === 0) return Promise.resolve([]);
  return sql.query(
    `select sku, location from shown_stock
     where connection = $1 and problem is not null and (sku = any($2::text[]) or location = any($3::text[]))`,
    [connection, of.skus, of.locations],
  );
}
