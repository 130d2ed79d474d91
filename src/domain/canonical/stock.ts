/** Stock: a position is the sum of its movements. */
import { z } from 'zod';
import { Id, Instant, Quantity } from './common.ts';

export const MovementKind = z.enum([
  'opening',
  'received',
  'adjusted',
  'counted',
  'transferred',
  'returned',
  'reserved',
  'released',
  'claimed',
  'shipped',
]);
export type MovementKind = z.infer<typeof MovementKind>;

export const StockMovement = z.object({
  schema: z.literal('stock-movement/1'),
  key: Id.describe('Names the business act: the same act moves stock once.'),
  sku: Id,
  location: Id,
  kind: MovementKind,
  onHand: z.number().int().describe('Change of what is physically there.'),
  reserved: z.number().int().describe('Change of what is promised to orders.'),
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
  onHand: z.number().int(),
  reserved: Quantity,
});
export type StockPosition = z.infer<typeof StockPosition>;
