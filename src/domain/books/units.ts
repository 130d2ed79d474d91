/** Units of an order's lines by what has happened to them, and how far that is of the whole. */
import type { Act, BookLine, BookOrder } from './acts.ts';
import { grossMinorOf } from './acts.ts';
import { grossOf, shareOf } from './amounts.ts';

export interface Units {
  shipped: number;
  delivered: number;
  returned: number;
  /** Parcels with units of the line, in the order of their days. */
  parcels: { date: string; quantity: number }[];
}

const NONE: Units = { shipped: 0, delivered: 0, returned: 0, parcels: [] };

/** Units of every line. */
export function unitsOf(order: BookOrder, acts: readonly Act[]): (lineId: string) => Units {
  const units = new Map<string, Units>(order.lines.map(({ lineId }) => [lineId, { ...NONE, parcels: [] }]));
  const arrived = new Set<string>();
  for (const act of acts) if (act.act === 'delivered') arrived.add(act.shipment);
  for (const act of acts) {
    if (act.act === 'shipped')
      for (const { lineId, quantity } of act.lines) {
        const of = units.get(lineId);
        if (!of) continue;
        of.shipped += quantity;
        if (arrived.has(act.shipment)) of.delivered += quantity;
        of.parcels.push({ date: act.date, quantity });
      }
    if (act.act === 'credited')
      for (const { lineId, quantity } of act.lines ?? []) {
        const of = units.get(lineId);
        if (of) of.returned += quantity;
      }
  }
  for (const { parcels } of units.values())
    parcels.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  return (lineId) => units.get(lineId) ?? NONE;
}

/**
 * How far an order is done, for what belongs to all of it (delivery, tips): by the value of its goods, by units where all are free;
 * gift cards count only where nothing else is on it.
 */
export function progressOf(
  order: BookOrder,
  doneOf: (line: BookLine) => number,
): [done: number, all: number] {
  const goods = order.lines.filter(({ kind }) => kind === 'goods');
  const lines = goods.some(({ wanted }) => wanted > 0) ? goods : order.lines;
  const sum = (pick: (line: BookLine) => number) =>
    lines.reduce((all, line) => all + Math.max(0, pick(line)), 0);
  const value = (units: number, line: BookLine) => grossOf(shareOf(line, units, line.quantity, order));
  const all = sum((line) => value(line.wanted, line));
  if (all > 0) return [sum((line) => value(doneOf(line), line)), all];
  return [sum(doneOf), sum(({ wanted }) => wanted)];
}

/** What the customer pays for all that is still on the order, and for what was taken off. */
export function worthOf(order: BookOrder): { currentMinor: number; removedMinor: number } {
  let currentMinor = 0;
  let removedMinor = 0;
  for (const line of order.lines) {
    const current = grossOf(shareOf(line, line.wanted, line.quantity, order));
    currentMinor += current;
    removedMinor += grossMinorOf(line, order) - current;
  }
  for (const charge of order.charges) {
    if (charge.removed) removedMinor += grossMinorOf(charge, order);
    else currentMinor += grossMinorOf(charge, order);
  }
  return { currentMinor, removedMinor };
}
