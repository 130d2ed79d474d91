/**
 * What the store shows as stock: on hand, committed and available of each item that it tracks, location by location. Locations
 * that are not active have none that could be sold, and are left out.
 */
import { z } from 'zod';
import type { Failure, ShownStock, StockPage } from '../contract.ts';
import { type Answer, drift, type Exchange } from './client.ts';
import { LIST_LOCATIONS, type Locations } from './documents-fulfilment-orders.ts';
import { type Levels, LIST_LEVELS } from './documents-stock.ts';
import { numericId } from './json.ts';

/** Levels a page: within what one call may cost. */
const LEVELS_PAGE = 100;

/** Where reading goes on: a page of a location's levels, or the next page of locations. */
const Cursor = z.object({
  open: z.array(z.object({ id: z.string(), name: z.string() })),
  levelsAfter: z.string().nullable(),
  locationsAfter: z.string().nullable(),
  isLast: z.boolean(),
});
type Cursor = z.infer<typeof Cursor>;

export class StockReader {
  #first = LEVELS_PAGE;

  async page(text: string | null, exchange: Exchange): Promise<StockPage | Failure> {
    let at: Cursor = text === null ? START : Cursor.parse(JSON.parse(text));
    if (at.open.length === 0) {
      const answer: Answer<Locations> = await exchange.run(LIST_LOCATIONS, { after: at.locationsAfter });
      if (answer.status === 'tooCostly') return drift(answer.message);
      if (answer.status !== 'ok') return answer;
      const { nodes, pageInfo } = answer.data.locations;
      at = {
        open: nodes,
        levelsAfter: null,
        locationsAfter: pageInfo.endCursor,
        isLast: !pageInfo.hasNextPage || pageInfo.endCursor === null,
      };
    }
    const [location, ...others] = at.open;
    if (!location) return pageOf([], at);
    const answer = await this.#levels(location.id, at.levelsAfter, exchange);
    if (answer.status === 'tooCostly') return drift(answer.message);
    if (answer.status !== 'ok') return answer;
    // One that was removed meanwhile has none.
    const { nodes, pageInfo } = answer.data.location?.inventoryLevels ?? NOTHING;
    const next: Cursor =
      pageInfo.hasNextPage && pageInfo.endCursor !== null
        ? { ...at, levelsAfter: pageInfo.endCursor }
        : { ...at, open: others, levelsAfter: null };
    const levels: ShownStock[] = [];
    for (const { item, quantities } of nodes) {
      if (!item.tracked) continue;
      const amount = (name: string) => quantities.find((each) => each.name === name)?.quantity;
      const [onHand, committed, available] = [amount('on_hand'), amount('committed'), amount('available')];
      if (onHand === undefined || committed === undefined || available === undefined)
        return drift(`ListLevels did not tell every quantity of ${item.id}`);
      levels.push({
        item: numericId(item.id) ?? item.id,
        sku: item.sku || null,
        location: numericId(location.id) ?? location.id,
        locationName: location.name,
        onHand,
        committed,
        available,
      });
    }
    return pageOf(levels, next);
  }

  /** In smaller pages where the store finds one too costly. */
  async #levels(location: string, after: string | null, exchange: Exchange): Promise<Answer<Levels>> {
    for (;;) {
      const answer = await exchange.run(LIST_LEVELS, { location, first: this.#first, after });
      if (answer.status !== 'tooCostly' || this.#first === 1) return answer;
      this.#first = Math.ceil(this.#first / 2);
    }
  }
}

const START: Cursor = { open: [], levelsAfter: null, locationsAfter: null, isLast: false };
const NOTHING = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

function pageOf(levels: readonly ShownStock[], next: Cursor): StockPage {
  return {
    status: 'stock',
    levels,
    cursor: JSON.stringify(next),
    more: next.open.length > 0 || !next.isLast,
  };
}
