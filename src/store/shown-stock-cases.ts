/** Cases of SKU-locations that a channel does not take figures of: they belong to no stream, and end when it does take them. */
import type { Sql } from './db.ts';
import { toJson, toText } from './json.ts';
import type { Place } from './shown-stock.ts';

export const SHOWN_STOCK_CASE = 'shown-stock';
const REASON = 'stock-not-published';
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
     select id, '${SHOWN_STOCK_CASE}', key, '${REASON}', '${REASON}', message, "suggestedFix", 'operations', $2, 'open', $3,
       $3::timestamptz + make_interval(hours => ${DUE_HOURS})
     from json_to_recordset($1::json) as c(id uuid, key text, message text, "suggestedFix" text)
     on conflict do nothing returning id`,
    [toJson(rows), connection, at],
  );
  return opened.length;
}

/** Closes the open cases of these places, by business_case_open. */
export async function closeShownStockCases(
  sql: Sql,
  connection: string,
  places: readonly Place[],
  by: string,
  at: string,
): Promise<void> {
  if (places.length === 0) return;
  await sql.query(
    `update business_case set status = 'closed', closed_by = $2, closed_at = $3
     where kind = '${SHOWN_STOCK_CASE}' and key = any($1::text[]) and case_key = '${REASON}' and status = 'open'`,
    [places.map((place) => toText(shownStockKey(connection, place))), by, at],
  );
}
