/** Stock: what the role `inventory` counts. */
import { z } from 'zod';
import { Instant, Key, named, orNull } from './common.ts';

export const StockLevel = named(
  'StockLevel',
  'Units on hand, reserved ones included, as they stand at `at`: every stock event up to and including that instant is contained, none after it, and so is every parcel that has left.',
  z.object({ item: z.string().min(1), location: z.string().min(1), onHand: z.number().int(), at: Instant }),
);

export const StockPage = named(
  'StockPage',
  'A page of levels. `position` is the cursor of the feed `stock` at which the levels of this page are true: whoever reads events from the first page’s position on misses none. `cursor` is null on the last page.',
  z.object({ levels: z.array(StockLevel), position: z.string(), cursor: orNull(z.string()) }),
);

/** The reasons of the events `stock.REASON`. */
export const MOVE_REASONS = ['received', 'adjusted', 'counted', 'transferred', 'returned'] as const;

/** Data of the events `stock.received`, `.adjusted`, `.counted`, `.transferred` and `.returned`. */
export const StockMoved = named(
  'StockMoved',
  'Units on hand have changed by `delta`, for another reason than a parcel that left. `at` grows from event to event of the feed.',
  z.object({
    movementId: Key.describe('Unique'),
    item: z.string().min(1),
    location: z.string().min(1),
    delta: z.number().int(),
    at: Instant,
  }),
);
