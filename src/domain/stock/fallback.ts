/**
 * What is sold from a location whose inventory system has fallen silent: the longer, the less its figures are worth. It begins
 * and ends by the clock alone: nothing is written down, and the next word of the source is its end.
 */
import { z } from 'zod';

export const Fallback = z.strictObject({
  /** The source may be silent so long. */
  afterMinutes: z.number().positive(),
  /**
   * `shrinking-buffer`: of what is on hand, more is kept back with every hour. `stop-selling`: nothing more is promised.
   * `keep-last`: the last figures are sold from, and people are told.
   */
  rule: z.enum(['shrinking-buffer', 'stop-selling', 'keep-last']),
  /** Of `shrinking-buffer`: of the units on hand, so much more is kept back with every hour. */
  percentPerHour: z.number().positive().max(100).default(10),
});
export type Fallback = z.infer<typeof Fallback>;

/** A source that is silent beyond its limit. */
export interface Silence {
  /** The last word of the source (epoch ms). */
  heardAt: number;
  fallback: Fallback;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The silence of a location's source; null: it has spoken in time, or no rule is configured. `heardAt` null: never, so nothing is known. */
export function silenceOf(fallback: Fallback | null, heardAt: number | null, now: number): Silence | null {
  if (fallback === null || heardAt === null) return null;
  return now - heardAt > fallback.afterMinutes * MINUTE_MS ? { heardAt, fallback } : null;
}

/** Units that are kept back from sale because of a silence. What is promised stays promised. */
export function heldBackOf(silence: Silence | null, onHand: number, now: number): number {
  if (silence === null || onHand <= 0) return 0;
  const { heardAt, fallback } = silence;
  switch (fallback.rule) {
    case 'keep-last':
      return 0;
    case 'stop-selling':
      return onHand;
    case 'shrinking-buffer': {
      const beyondMs = now - heardAt - fallback.afterMinutes * MINUTE_MS;
      return Math.min(onHand, Math.ceil((onHand * fallback.percentPerHour * beyondMs) / (100 * HOUR_MS)));
    }
    default:
      return fallback.rule satisfies never;
  }
}
