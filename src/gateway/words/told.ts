import type { TimelineEntry } from '../schemas/orders.ts';

/** An entry of a story in words. */
export interface Told {
  title: string;
  detail?: string[];
  tone?: TimelineEntry['tone'];
}
