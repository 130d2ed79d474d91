/** Goods that come in during a run: what was scarce arrives by itself, and a live stream's shelves are filled again. */
import type { AnnouncedReturns } from '../../connectors/rest/sandbox/announced-returns.ts';
import type { FulfilmentSandbox } from '../kit/types.ts';
import type { World } from '../kit/world.ts';
import { ampleUnits, CATALOGUE, openingStock, type Product, RECEIVING } from './catalogue.ts';
import { DAY_MS, HOUR_MS, type LocationId, MINUTE_MS, PLACES } from './names.ts';

export type Places = Readonly<Record<'warehouse' | 'stores', FulfilmentSandbox>>;

/** How often the shelves of a live stream are filled. */
const REFILL_EVERY_MS = 30 * MINUTE_MS;

const ANNOUNCED_AFTER_MS = 20 * MINUTE_MS;
/** What customers send back is on its way so long, and lies so long before somebody looks at it. */
const COMES_BACK_AFTER_MS = 2 * DAY_MS;
const LOOKED_AT_AFTER_MS = 3 * HOUR_MS;

/** Announces every scarce product, and lets it arrive, one to three days after the start. */
export function planReceipts(
  world: World,
  places: Places,
  options: { orders: number; startAtMs: number; pace: number },
): void {
  for (const scarce of CATALOGUE.filter((each) => each.supply === 'scarce')) {
    const random = world.random(`receipt:${scarce.sku}`);
    for (const location of RECEIVING) {
      const atMs = options.startAtMs + Math.round(random.int(24 * HOUR_MS, 72 * HOUR_MS) * options.pace);
      const quantity = ampleUnits(options.orders);
      const document = `PO-${scarce.codes.erp}-${location}`;
      const place = PLACES[location];
      const system = places[place.system];
      const item = scarce.codes[place.system];
      // Announced when whoever listens has read what lies there.
      world.schedule(
        options.startAtMs + Math.round(ANNOUNCED_AFTER_MS * options.pace),
        `${scarce.sku} is announced at ${location}`,
        () => system.announce(item, place.code, { quantity, document, atMs }),
      );
      world.schedule(atMs, `${scarce.sku} arrives at ${location}`, () => {
        system.receive(item, place.code, quantity, document);
        world.note(`${quantity} × ${scarce.sku} received at ${location}`);
      });
    }
  }
}

/** What was announced as coming back is there some days later, and found as new. */
export function takeReturn(
  world: World,
  returns: AnnouncedReturns,
  announcementId: string,
  pace: number,
): void {
  const after = (ms: number, label: string, run: () => void) =>
    world.schedule(world.clock.now() + Math.round(ms * pace), label, run);
  const expected = () =>
    returns
      .books()
      .find((each) => each.announcementId === announcementId)
      ?.lines.filter(({ quantity, received }) => quantity > received) ?? [];
  after(COMES_BACK_AFTER_MS, `return ${announcementId} comes`, () => {
    const lines = expected();
    if (lines.length === 0) return;
    returns.receive(announcementId);
    after(LOOKED_AT_AFTER_MS, `return ${announcementId} is looked at`, () => {
      for (const { lineId, quantity, received } of lines)
        returns.inspect(announcementId, { lineId, quantity: quantity - received, disposition: 'restock' });
    });
  });
}

/** Fills up, every half hour, what a live stream is likely to have taken since. */
export function keepFilled(world: World, places: Places, options: { ordersPerMinute: number }): void {
  const perRound = options.ordersPerMinute * (REFILL_EVERY_MS / MINUTE_MS);
  // About 2 % of the units of a round are of one SKU; an ample share of that goes to each place that keeps it.
  const quantity = Math.max(1, Math.ceil(perRound * 0.02));
  const shelves = openingStock(0).filter(({ quantity: kept }) => kept > 0);
  const bySku = new Map(CATALOGUE.map((each) => [each.sku, each]));
  const round = () => {
    for (const { sku, location } of shelves) {
      const each = bySku.get(sku);
      if (each && each.supply !== 'never' && each.ordinary) receive(world, places, each, location, quantity);
    }
    world.schedule(world.clock.now() + REFILL_EVERY_MS, 'shelves are filled', round);
  };
  world.schedule(world.clock.now() + REFILL_EVERY_MS, 'shelves are filled', round);
}

function receive(world: World, places: Places, each: Product, location: LocationId, quantity: number): void {
  const place = PLACES[location];
  places[place.system].receive(each.codes[place.system], place.code, quantity);
  world.note(`${quantity} × ${each.sku} received at ${location}`);
}
