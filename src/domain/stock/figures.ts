/** The states that units of a position can be in, and what of them can be sold. */
import type { Location } from '../config.ts';

/** Units by state. `onHand`: sound and there, promised ones included; the others are apart from it. */
export interface StockFigures {
  onHand: number;
  reserved: number;
  damaged: number;
  qualityControl: number;
  /** Announced or on its way here. */
  incoming: number;
}
export type StockStateName = keyof StockFigures;

/** States that an inventory system counts; what is reserved we know ourselves. */
export type CountedFigures = Omit<StockFigures, 'reserved'>;

export const STOCK_STATES = ['onHand', 'reserved', 'damaged', 'qualityControl', 'incoming'] as const;
export const COUNTED_STATES = ['onHand', 'damaged', 'qualityControl', 'incoming'] as const;

export const NO_STOCK: StockFigures = Object.freeze({
  onHand: 0,
  reserved: 0,
  damaged: 0,
  qualityControl: 0,
  incoming: 0,
});

/** `a + sign × b`, state by state; what `b` leaves out does not change. */
export function addFigures(a: StockFigures, b: Partial<StockFigures>, sign: 1 | -1 = 1): StockFigures {
  return {
    onHand: a.onHand + sign * (b.onHand ?? 0),
    reserved: a.reserved + sign * (b.reserved ?? 0),
    damaged: a.damaged + sign * (b.damaged ?? 0),
    qualityControl: a.qualityControl + sign * (b.qualityControl ?? 0),
    incoming: a.incoming + sign * (b.incoming ?? 0),
  };
}

/** Units of a position that are kept back from sale by configuration. `ofSku`: what is set for this SKU here; null: nothing. */
export function safetyOf(location: Pick<Location, 'safetyStock'> | undefined, ofSku: number | null): number {
  return ofSku ?? location?.safetyStock ?? 0;
}
