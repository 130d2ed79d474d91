/** Stock: a position is the sum of its movements, state by state. */
import { z } from 'zod';
import { Id, Instant, Quantity } from './common.ts';

export const MovementKind = z.enum([
  /** The first level that was told of a position. */
  'opening',
  /** Goods are announced: they are incoming. */
  'expected',
  'received',
  'adjusted',
  'counted',
  /** Between two locations of ours: out of the one, incoming at the other, then there. */
  'transferred',
  /** Goods of a customer are back; the disposition says in which state. */
  'returned',
  /** Sold on the spot, as at a till: no parcel leaves. */
  'sold',
  'reserved',
  'released',
  'claimed',
  'shipped',
]);
export type MovementKind = z.infer<typeof MovementKind>;

/** What an inventory system tells of; the others are ours. */
export const TOLD_MOVEMENTS = [
  'expected',
  'received',
  'adjusted',
  'counted',
  'transferred',
  'returned',
  'sold',
] as const satisfies readonly MovementKind[];
export type ToldMovement = (typeof TOLD_MOVEMENTS)[number];

/** What has become of goods that came back. `missing`: the return was booked, and the goods are not there. */
export const Disposition = z.enum(['restock', 'damaged', 'qualityControl', 'missing']);
export type Disposition = z.infer<typeof Disposition>;

const change = (what: string) => z.number().int().describe(`Change of what is ${what}.`);

export const StockMovement = z.object({
  schema: z.literal('stock-movement/1'),
  key: Id.describe('Names the business act: the same act moves stock once.'),
  sku: Id,
  location: Id,
  kind: MovementKind,
  onHand: change('sound and there'),
  reserved: change('promised'),
  damaged: change('there and cannot be sold'),
  qualityControl: change('there and is looked at before it can be sold'),
  incoming: change('announced or on its way'),
  reason: z.string().nullable().describe('Why, in the words of who moved it; null: the kind says it.'),
  source: Id.describe('The connection that said so, or whose order it is.'),
  cause: Id.nullable().describe(
    'The order (or other stream) that caused it; null where the inventory system did.',
  ),
  at: Instant,
});
export type StockMovement = z.infer<typeof StockMovement>;

export const StockPosition = z.object({
  schema: z.literal('stock-position/1'),
  sku: Id,
  location: Id,
  onHand: z.number().int().describe('Sound and there, promised units included.'),
  reserved: Quantity,
  damaged: z.number().int(),
  qualityControl: z.number().int(),
  incoming: z.number().int(),
});
export type StockPosition = z.infer<typeof StockPosition>;
