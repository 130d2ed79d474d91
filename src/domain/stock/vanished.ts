/** Who gives way where a count, or a parcel that nobody had asked for, leaves more promised than is there. */

/** An open order with units at a place that nobody has been asked to ship yet, or a reservation that keeps some there. */
export interface Holder {
  /** Left out: an order. */
  kind?: 'reservation';
  /** Its stream's key. */
  order: string;
  /** When the order was placed, or the units were kept (ISO 8601, UTC). */
  placedAt: string;
  quantity: number;
}

export interface Share {
  kind?: 'reservation';
  order: string;
  quantity: number;
}

/**
 * The orders and reservations that give units up, and how many each: those that came last, since who came first is served first. What is
 * asked of the location already stays: it says itself that it cannot find it (a short pick).
 * @param gone units that are promised and not there.
 */
export function sharesOf(holders: readonly Holder[], gone: number): Share[] {
  const newestFirst = holders.toSorted((a, b) =>
    a.placedAt === b.placedAt ? (a.order < b.order ? 1 : -1) : a.placedAt < b.placedAt ? 1 : -1,
  );
  const shares: Share[] = [];
  let left = gone;
  for (const { kind, order, quantity } of newestFirst) {
    if (left <= 0) break;
    const part = Math.min(left, quantity);
    left -= part;
    shares.push({ ...(kind && { kind }), order, quantity: part });
  }
  return shares;
}

/** Units are taken that were free no more, or that were promised: somebody may have to give way. */
export function takesFromPromised({ onHand, reserved }: { onHand: number; reserved: number }): boolean {
  return onHand < 0 && onHand < reserved;
}
