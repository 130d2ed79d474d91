/**
 * Goods that are announced with a day: receipts. They are promised to the orders that wait, in order of placement, earliest day
 * first. A promise is no reservation: it is made anew whenever receipts or waiting orders change, and the goods are reserved when
 * they are there.
 */

/** Units that are to come in at a location, by the document that announced them. */
export interface Receipt {
  /** The system's: a purchase order, a transfer. */
  document: string;
  /** ISO 8601. */
  expectedAt: string;
  units: number;
}

/** A part of a promise: units of one receipt. */
export interface Expected extends Receipt {
  location: string;
}

/** An order that waits, and for how many units. */
export interface Want {
  order: string;
  /** ISO 8601. */
  placedAt: string;
  units: number;
}

/** Receipts of one location after a movement that the inventory system has told of. Those without a day are promised to nobody. */
export function receiptsAfter(
  receipts: readonly Receipt[],
  moved: { incoming: number; document?: string; expectedAt?: string },
): Receipt[] {
  const { incoming, document, expectedAt } = moved;
  const known = receipts.find((receipt) => receipt.document === document);
  if (document !== undefined && (incoming > 0 || (incoming === 0 && expectedAt !== undefined))) {
    const day = expectedAt ?? known?.expectedAt;
    if (day === undefined) return [...receipts];
    const others = receipts.filter((receipt) => receipt !== known);
    return kept([...others, { document, expectedAt: day, units: (known?.units ?? 0) + incoming }]);
  }
  if (incoming >= 0) return [...receipts];
  // Goods come in, or do not come at all: of their document first, then of the earliest day.
  let left = -incoming;
  const order = known ? [known, ...receipts.filter((receipt) => receipt !== known)] : receipts;
  const reduced = order.map((receipt) => {
    if (document !== undefined && receipt !== known && known) return receipt;
    const part = Math.min(left, receipt.units);
    left -= part;
    return { ...receipt, units: receipt.units - part };
  });
  return kept(reduced);
}

function kept(receipts: readonly Receipt[]): Receipt[] {
  return receipts
    .filter(({ units }) => units > 0)
    .toSorted((a, b) =>
      a.expectedAt === b.expectedAt ? compare(a.document, b.document) : compare(a.expectedAt, b.expectedAt),
    );
}

/** Who gets which units of what is to come: first placed, first promised (of one instant: as they stand); as much as there is. */
export function promisesOf(wants: readonly Want[], receipts: readonly Expected[]): Map<string, Expected[]> {
  const queue = receipts
    .map((receipt) => ({ ...receipt }))
    .sort(
      (a, b) =>
        compare(a.expectedAt, b.expectedAt) ||
        compare(a.location, b.location) ||
        compare(a.document, b.document),
    );
  const promises = new Map<string, Expected[]>();
  for (const { order, units } of wants.toSorted((a, b) => compare(a.placedAt, b.placedAt))) {
    const parts: Expected[] = [];
    let left = units;
    for (let next = queue[0]; next && left > 0; next = queue[0]) {
      const part = Math.min(left, next.units);
      parts.push({ ...next, units: part });
      left -= part;
      next.units -= part;
      if (next.units === 0) queue.shift();
    }
    if (parts.length > 0) promises.set(order, parts);
  }
  return promises;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
