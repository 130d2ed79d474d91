/** How the parts of a story are named: locations, lines, amounts and connections, as people know them. */
import type { FulfilmentLine, Order, TwoMoney } from '../../domain/canonical/index.ts';
import type { RetailerConfig } from '../../domain/config.ts';
import { formatMinor } from '../../domain/money.ts';
import type { Money } from '../schemas/common.ts';

export interface Look {
  location(id: string): string;
  /** The location that has a release; "The location" where nobody knows any more. */
  holderOf(releaseId: string): string;
  /** "2 × MUG-BLUE". */
  line(part: FulfilmentLine): string;
  lines(parts: readonly FulfilmentLine[]): string;
  /** In the money that the customer sees. */
  amount(both: TwoMoney): string;
}

export function lookOf(
  config: RetailerConfig,
  order: Order | null,
  releases: readonly { releaseId: string; location: string }[] = [],
): Look {
  const line = ({ lineId, quantity }: FulfilmentLine) => {
    const known = order?.lines.find((each) => each.lineId === lineId);
    return `${quantity} × ${known?.sku ?? known?.title ?? lineId}`;
  };
  const location = (id: string) => config.locations.find((each) => each.id === id)?.name ?? id;
  return {
    location,
    holderOf: (releaseId) => {
      const release = releases.find((each) => each.releaseId === releaseId);
      return release ? location(release.location) : 'The location';
    },
    line,
    lines: (parts) => parts.map(line).join(', '),
    amount: (both) =>
      order === null
        ? ''
        : `${formatMinor(both.presentment, order.presentmentCurrency)} ${order.presentmentCurrency}`,
  };
}

/** An amount as the API gives it. */
export function moneyOf(amountMinor: number, currency: string): Money {
  return { amount: formatMinor(amountMinor, currency), currency };
}

/** "1 unit", "3 units". */
export function units(count: number): string {
  return `${count} ${count === 1 ? 'unit' : 'units'}`;
}

/** "24 Nov 2026, 08:07 UTC". */
export function when(at: number | string): string {
  const text = new Date(at).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}
