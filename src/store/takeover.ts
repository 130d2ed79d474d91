/** What is taken over at go-live: orders that were only known or decided in shadow, and the stock from which counting begins. */
import type { Row, Sql } from './db.ts';
import { toJson, toText } from './json.ts';

export interface TakeoverRow extends Row {
  key: string;
  title: string;
  state: unknown;
  /** Keys of its commands that were decided in shadow, and not sent. */
  shadowed: string[] | null;
}

/** Orders of a channel that are not over, or only known, a page of them by key. */
export function loadTakeoverPage(
  sql: Sql,
  channel: string,
  after: string,
  limit: number,
): Promise<TakeoverRow[]> {
  return sql.query<TakeoverRow>(
    `select s.key, s.title, s.state,
       (select json_agg(o.key order by o.position) from outbox o
        where o.bucket = s.bucket and o.stream_kind = s.kind and o.stream_key = s.key and o.status = 'shadow') as shadowed
     from stream s
     where s.kind = 'order' and split_part(s.key, '/', 1) = $1 and s.key > $2 and (not s.closed or s.status = 'archived')
     order by s.key limit $3`,
    [channel, after, limit],
  );
}

export interface LyingRow extends Row {
  sku: string;
  location: string;
  on_hand: number;
  /** Damaged or in quality control. */
  unsound: number;
  reserved: number;
  version: number;
}

/** Positions at some locations, a page of them by position's primary key. */
export function loadPositionPage(
  sql: Sql,
  locations: readonly string[],
  after: { sku: string; location: string },
  limit: number,
): Promise<LyingRow[]> {
  return sql.query<LyingRow>(
    `select sku, location, on_hand, damaged + quality_control as unsound, reserved, version from position
     where (sku, location) > ($2, $3) and location = any($1::text[]) order by sku, location limit $4`,
    [locations, after.sku, after.location, limit],
  );
}

/** An opening figure as it is agreed; units. */
export interface OpeningStock {
  sku: string;
  location: string;
  shownOnHand: number;
  shownCommitted: number;
  shownAvailable: number;
  untold: number;
  onHand: number;
  unsound: number;
  reserved: number;
  version: number;
}

/** Writes those that are not there yet, and tells how many; call it in a transaction, sorted by SKU and location. */
export async function insertOpeningStock(
  sql: Sql,
  connection: string,
  rows: readonly OpeningStock[],
  at: string,
  by: string,
): Promise<number> {
  const made = await sql.query(
    `insert into opening_stock (connection, sku, location, shown_on_hand, shown_committed, shown_available, untold,
       on_hand, unsound, reserved, version, agreed_at, agreed_by)
     select $1, sku, location, "shownOnHand", "shownCommitted", "shownAvailable", untold, "onHand", unsound, reserved, version, $3, $4
     from json_to_recordset($2::json) as r(sku text, location text, "shownOnHand" bigint, "shownCommitted" bigint,
       "shownAvailable" bigint, untold bigint, "onHand" bigint, unsound bigint, reserved bigint, version bigint)
     on conflict do nothing returning sku`,
    [connection, toJson(rows), at, toText(by)],
  );
  return made.length;
}

export interface OpeningStockRow extends Row {
  sku: string;
  location: string;
  shown_on_hand: number;
  shown_committed: number;
  shown_available: number;
  untold: number;
  on_hand: number;
  unsound: number;
  reserved: number;
  version: number;
  agreed_at: number;
  agreed_by: string;
}

/** Those of a connection in an order that no language changes, a page of them by opening_stock's primary key. */
export function loadOpeningStockPage(
  sql: Sql,
  connection: string,
  after: { sku: string; location: string },
  limit: number,
): Promise<OpeningStockRow[]> {
  return sql.query<OpeningStockRow>(
    `select sku, location, shown_on_hand, shown_committed, shown_available, untold, on_hand, unsound, reserved,
       version, agreed_at, agreed_by
     from opening_stock where connection = $1 and (sku collate "C", location collate "C") > ($2, $3)
     order by sku collate "C", location collate "C" limit $4`,
    [connection, after.sku, after.location, limit],
  );
}
