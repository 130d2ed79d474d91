/**
 * Units that were promised and are not there any more: the turn that counted so tells the orders and reservations that hold them, in its
 * own transaction. Each is told once for each loss, so none is woken without end.
 */
import { type Holder, type Share, sharesOf, takesFromPromised } from '../domain/stock/vanished.ts';
import { bucketOf } from '../store/bucket.ts';
import type { Sql } from '../store/db.ts';
import { readHolders } from '../store/holders.ts';
import { insertMessages, type TurnWrites } from '../store/turn.ts';
import { connectionOf, type Place } from './decide.ts';
import { placeOf } from './turn-decisions.ts';
import type { TurnStock } from './turn-stock.ts';

/** The newest promises of a position that are looked at first; all of them only where these do not hold enough. */
const NEWEST_PROMISES = 2_000;

/** Positions that a turn has taken units from, and of which more is promised now than is there. */
export function vanishedOf(writes: TurnWrites, stock: TurnStock): (Place & { gone: number })[] {
  const taken = writes.movements.filter(takesFromPromised);
  return [...new Map(taken.map((place) => [placeOf(place), place])).values()].flatMap(({ sku, location }) => {
    const gone = -stock.unpromised(sku, location);
    return gone > 0 ? [{ sku, location, gone }] : [];
  });
}

/** Tells who gives way. Called when the turn is written, so that it sees what the turn itself has promised. */
export async function tellHolders(
  sql: Sql,
  vanished: readonly (Place & { gone: number })[],
  { now, newId }: { now: string; newId: () => string },
): Promise<void> {
  const messages: TurnWrites['messages'] = [];
  for (const { sku, location, gone } of vanished)
    for (const { kind = 'order', order, quantity } of await sharesAt(sql, { sku, location }, gone))
      messages.push({
        bucket: bucketOf(order),
        kind,
        key: order,
        id: newId(),
        connection: connectionOf(order),
        message: { type: 'stock.vanished', sku, location, quantity },
      });
  await insertMessages(sql, messages, now);
}

async function sharesAt(sql: Sql, place: Place, gone: number): Promise<Share[]> {
  const newest = sharesOf(await holdersAt(sql, place, NEWEST_PROMISES), gone);
  const found = newest.reduce((sum, { quantity }) => sum + quantity, 0);
  return found === gone ? newest : sharesOf(await holdersAt(sql, place, null), gone);
}

async function holdersAt(sql: Sql, place: Place, promises: number | null): Promise<Holder[]> {
  const rows = await readHolders(sql, place, promises);
  return rows.map(({ of, order, placedAt, quantity }) => ({
    ...(of === 'reservation' && { kind: 'reservation' }),
    order,
    placedAt,
    quantity,
  }));
}
