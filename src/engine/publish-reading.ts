/** What a publisher asks its channel of places, and how the answer stands beside our side. */
import type { StockPlace, StockReading } from '../connectors/contract.ts';
import type { Sql } from '../store/db.ts';
import { loadOwnReserved, loadShown, type Place, type ShownRow } from '../store/shown-stock.ts';
import { keyOf } from './publish-queue.ts';
import type { ReadPlace } from './publisher-outcome.ts';

export interface AskedPlace extends Place {
  ask: StockPlace;
  /** Somebody has mapped the SKU by name. */
  isMapped: boolean;
}

export interface AskingBy {
  /** The channel's code of a location of ours; undefined: it is not published there. */
  codeOf: (location: string) => string | undefined;
  skuOf: (sku: string) => { external: string; isMapped: boolean } | undefined;
}

/** Those of which the channel can be asked: it sells them, and we know them. */
export async function questionsOf(
  sql: Sql,
  connection: string,
  wanted: readonly Place[],
  { codeOf, skuOf }: AskingBy,
): Promise<AskedPlace[]> {
  const rows = await rowsOf(sql, connection, wanted);
  return wanted.flatMap((place) => {
    const code = codeOf(place.location);
    const sku = skuOf(place.sku);
    const row = rows.get(keyOf(place));
    return code === undefined || !sku || !row
      ? []
      : [{ ...place, ask: { sku: sku.external, item: itemOf(row), place: code }, isMapped: sku.isMapped }];
  });
}

/** What the channel has said, in the order of the questions, with our side as it is now. */
export async function besideOurs(
  sql: Sql,
  connection: string,
  asked: readonly AskedPlace[],
  readings: readonly StockReading[],
  sellable: (row: ShownRow) => number,
): Promise<ReadPlace[]> {
  const rows = await rowsOf(sql, connection, asked);
  const own = new Map((await loadOwnReserved(sql, connection, asked)).map((row) => [keyOf(row), row]));
  return asked.flatMap(({ ask: _, ...place }, index) => {
    const [row, reading] = [rows.get(keyOf(place)), readings[index]];
    const { reserved = 0, shipped_at: shippedAt = null } = own.get(keyOf(place)) ?? {};
    return row && reading ? [{ ...place, row, reading, sellable: sellable(row), reserved, shippedAt }] : [];
  });
}

async function rowsOf(
  sql: Sql,
  connection: string,
  places: readonly Place[],
): Promise<Map<string, ShownRow>> {
  return new Map((await loadShown(sql, connection, places)).map((row) => [keyOf(row), row]));
}

/** Where something was wrong with it, it is looked for anew: it may have been deleted and made again. */
function itemOf({ item, problem }: ShownRow): string | null {
  return problem === null ? item : null;
}
