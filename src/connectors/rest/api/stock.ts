/** Stock: what the role `inventory` counts. */
import { z } from 'zod';
import { Instant, Key, named, orNull, Units } from './common.ts';

/** States besides on hand: a system that does not count one leaves it out. */
const others = <Schema extends z.ZodType>(units: Schema) => ({
  damaged: units.optional(),
  qualityControl: units.optional(),
  incoming: units.optional(),
});

const Sequence = z.number().int().min(0);

export const StockLevel = named(
  'StockLevel',
  'A position as it stands at `at`: every stock event up to and including that instant is contained, none after it, and so is every parcel that has left. `onHand` is what is sound and there, reserved units included; `damaged`, `qualityControl` (there, and looked at before it can be sold) and `incoming` (announced, or on its way from another location) are apart from it.',
  z.object({
    item: z.string().min(1),
    location: z.string().min(1),
    onHand: z.number().int(),
    ...others(Units),
    shipped: Units.optional().describe(
      'Units that have left from here in parcels in all: a number that only grows. By it the hub tells a parcel whose news is under way from a loss',
    ),
    sequence: Sequence.optional().describe(
      'The number of the last stock event of this item here that is contained',
    ),
    at: Instant,
  }),
);

export const StockPage = named(
  'StockPage',
  'A page of levels. `position` is the cursor of the feed `stock` at which the levels of this page are true: whoever reads events from the first page’s position on misses none. `cursor` is null on the last page.',
  z.object({ levels: z.array(StockLevel), position: z.string(), cursor: orNull(z.string()) }),
);

/** The reasons of the events `stock.REASON`. */
export const MOVE_REASONS = [
  'expected',
  'received',
  'adjusted',
  'counted',
  'transferred',
  'returned',
  'sold',
] as const;

/** Data of the events `stock.REASON`. */
export const StockMoved = named(
  'StockMoved',
  'A position has changed, for another reason than a parcel that left: `delta` is the change of what is on hand, the others are changes of their states; left out: none. Goods that were announced come in with `incoming` below zero, a unit that passes quality control with `delta` 1 and `qualityControl` -1. A transfer is an event at each end: `delta` below zero where goods leave, and `incoming` above zero where they will arrive. `at` grows from event to event of the feed.',
  z.object({
    movementId: Key.describe('Unique'),
    item: z.string().min(1),
    location: z.string().min(1),
    delta: z.number().int(),
    ...others(z.number().int()),
    sequence: Sequence.optional().describe(
      'Counts the stock events of this item at this location, one by one. By it the hub notices what did not come, and asks for the level',
    ),
    disposition: orNull(
      z
        .enum(['restock', 'damaged', 'qualityControl', 'missing'])
        .describe(
          'Of `stock.returned`: what has become of the goods. `missing`: the return was booked, and they are not there',
        ),
    ),
    expectedAt: Instant.optional().describe(
      'Of `stock.expected`: when the goods should be there. With a `document`, orders that wait are promised them; told again with `incoming` left out, the day is another one',
    ),
    document: orNull(
      z.string().min(1).max(200).describe('Yours behind it: a purchase order, a transfer, a count, a return'),
    ),
    at: Instant,
  }),
);
