/** Accounts that are cleared item by item: what is left on them is somebody's debt, ours or theirs, and has an age. */
import type { AccountRole } from './posting.ts';

/** Roles whose balance must one day be zero, item by item. An item is an order's (or a payout's) stream. */
export const OPEN_ITEM_ROLES: readonly AccountRole[] = [
  'clearing',
  'receivables',
  'deposits',
  'refundLiability',
  'goodsInTransit',
  'taxInSuspense',
  'channelTax',
  'bankInTransit',
  'reserve',
  'advance',
  'disputeReceivable',
  'suspense',
];

/** Days that an item has been open: up to and including each; the last one has no end. */
export const AGES = [
  { name: 'to 7', upTo: 7 },
  { name: '8 to 30', upTo: 30 },
  { name: '31 to 60', upTo: 60 },
  { name: 'over 60', upTo: Number.POSITIVE_INFINITY },
] as const;
export type Age = (typeof AGES)[number]['name'];

const DAY_MS = 86_400_000;

/** Days by which a day has passed, on another day ("2026-11-28"); 0: it has not. */
export function daysOverdue(due: string, asOf: string): number {
  return Math.max(0, Math.round((Date.parse(asOf) - Date.parse(due)) / DAY_MS));
}

/** The age of what has been open since a day, on another day ("2026-11-28"). */
export function ageOf(since: string, asOf: string): Age {
  const days = Math.round((Date.parse(asOf) - Date.parse(since)) / DAY_MS);
  return (AGES.find(({ upTo }) => days <= upTo) ?? AGES[AGES.length - 1] ?? AGES[0]).name;
}
