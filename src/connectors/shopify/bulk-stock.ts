/**
 * All that the store shows as stock, read in bulk: each line of the result that is a level says by itself of which item and
 * location it is, so that a million of them are read with a few in memory, whatever their order.
 */
import { z } from 'zod';
import type { BulkStock, ShownStock } from '../contract.ts';
import type { Exchanging } from './backfill.ts';
import { bulkLines, lookAtBulk, startBulk } from './bulk-operation.ts';
import { numericId, parseText } from './json.ts';

/** Items with what lies where of each: two connections, one below the other, as the vendor takes it. */
export const BULK_LEVELS_QUERY =
  '{ inventoryItems { edges { node { id inventoryLevels { edges { node { id item { id sku tracked } location { id name } quantities(names: ["on_hand", "committed", "available"]) { name quantity } } } } } } } }';

const FIX = 'Report it: the query for what the store shows as stock is not what the vendor takes';

const Line = z.object({ __parentId: z.string().optional() });
const LevelLine = z.object({
  item: z.object({ id: z.string(), sku: z.string().nullable(), tracked: z.boolean() }),
  location: z.object({ id: z.string(), name: z.string() }),
  quantities: z.array(z.object({ name: z.string(), quantity: z.number().int() })),
});

export function bulkStock(exchanging: Exchanging): BulkStock {
  return {
    start: (signal) => exchanging(signal, (exchange) => startBulk(BULK_LEVELS_QUERY, FIX, exchange)),
    look: (operation, signal) => exchanging(signal, (exchange) => lookAtBulk(operation, exchange)),
    read,
  };
}

async function* read(
  file: string,
  objects: number,
  signal: AbortSignal,
): AsyncGenerator<readonly ShownStock[]> {
  let items = 0;
  let position = 0;
  for await (const lines of bulkLines(file, signal)) {
    const levels: ShownStock[] = [];
    for (const text of lines) {
      position += 1;
      const value = jsonOf(text);
      const line = Line.safeParse(value);
      if (!line.success) throw new Error(`line ${position} of the result is no JSON object`);
      if (line.data.__parentId === undefined) items += 1;
      else {
        const level = LevelLine.safeParse(value);
        if (!level.success) throw new Error(`line ${position} of the result is no level of stock`);
        const shown = shownIn(level.data, position);
        if (shown) levels.push(shown);
      }
    }
    if (levels.length > 0) yield levels;
  }
  if (items < objects) throw new Error(`the result ends after ${items} of ${objects} items`);
}

/** Ids stand in texts here, so only characters that PostgreSQL refuses need care. */
function jsonOf(text: string): unknown {
  if (/\\u0000|\\u[dD][89a-fA-F]/.test(text)) return parseText(text);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null: the store does not count this item. */
function shownIn({ item, location, quantities }: z.infer<typeof LevelLine>, line: number): ShownStock | null {
  if (!item.tracked) return null;
  const amount = (name: string) => {
    const found = quantities.find((each) => each.name === name);
    if (!found) throw new Error(`line ${line} of the result does not tell what is ${name}`);
    return found.quantity;
  };
  return {
    item: numericId(item.id) ?? item.id,
    sku: item.sku || null,
    location: numericId(location.id) ?? location.id,
    locationName: location.name,
    onHand: amount('on_hand'),
    committed: amount('committed'),
    available: amount('available'),
  };
}
