/**
 * Cases of SKU-locations at a channel: it does not take their figures, or shows others than were agreed. They belong to no stream.
 */
import type { Sql } from './db.ts';
import { toJson, toText } from './json.ts';
import type { Place } from './shown-stock.ts';

export const SHOWN_STOCK_CASE = 'shown-stock';
export type ShownStockReason = 'stock-not-published' | 'channel-stock-differs';
/** Hours until somebody should have acted. */
const DUE_HOURS = 24;

/** Names a SKU at a location of ours at a channel, as its cases do. */
export function shownStockKey(connection: string, { sku, location }: Place): string {
  return `${connection}/${encodeURIComponent(location)}/${sku}`;
}

export function parseShownStockKey(key: string): { connection: string; place: Place } {
  const [connection = '', location = '', ...sku] = key.split('/');
  return { connection, place: { sku: sku.join('/'), location: decodeURIComponent(location) } };
}

/** Opens a case for each that has none; returns how many are new. */
export async function openShownStockCases(
  sql: Sql,
  connection: string,
  cases: readonly (Place & { id: string; message: string; suggestedFix: string })[],
  at: string,
  reason: ShownStockReason = 'stock-not-published',
): Promise<number> {
  if (cases.length === 0) return 0;
  const rows = cases.map(({ id, sku, location, message, suggestedFix }) => ({
    id,
    key: shownStockKey(connection, { sku, location }),
    message,
    suggestedFix,
  }));
  const opened = await sql.query(
    `insert into business_case (id, kind, key, case_key, reason, message, suggested_fix, owner, connection, status, opened_at, due_at)
     select id, '${SHOWN_STOCK_CASE}', key, $4, $4, message, "suggestedFix", 'operations', $2, 'open', $3,
       $3::timestamptz + make_interval(hours => ${DUE_HOURS})
     from json_to_recordset($1::json) as c(id uuid, key text, message text, "suggestedFix" text)
     on conflict do nothing returning id`,
    [toJson(rows), connection, at, reason],
  );
  return opened.length;
}

/** Closes the open cases of these places for one reason, by business_case_open. */
export async function closeShownStockCases(
  sql: Sql,
  connection: string,
  reason: 'stock-not-published' | 'channel-stock-differs',
  places: readonly Place[],
  by: string,
  at: string,
): Promise<void> {
  if (places.length === 0) return;
  await sql.query(
    `update business_case set status = 'closed', closed_by = $2, closed_at = $3
     where kind = '${SHOWN_STOCK_CASE}' and key = any($1::text[]) and case_key = $4 and status = 'open'`,
    [places.map((place) => toText(shownStockKey(connection, place))), by, at, reason],
  );
}

/** Closes the open cases of a channel that it shows other stock than was agreed, but for these places; by business_case_by_time. */
export async function closeSettledDifferences(
  sql: Sql,
  connection: string,
  but: readonly Place[],
  by: string,
  at: string,
): Promise<void> {
  await sql.query(
    `update business_case set status = 'closed', closed_by = $3, closed_at = $4
     where status = 'open' and kind = '${SHOWN_STOCK_CASE}' and reason = 'channel-stock-differs' and connection = $1
       and key <> all($2::text[])`,
    [connection, but.map((place) => toText(shownStockKey(connection, place))), by, at],
  );
}
