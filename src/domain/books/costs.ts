/**
 * Cost of goods, in the currency of the books: goods that left are in transit until their revenue is recognised; what came back sound
 * re-enters at its cost, what is damaged at what it will bring, what is missing not at all.
 */
import type { Act } from './acts.ts';
import type { Balance } from './balances.ts';
import type { BooksPolicy } from './policy.ts';
import type { AccountRole } from './posting.ts';

/** The lines of an act; none: it has no cost, or none is known. */
export function costLines(acts: readonly Act[], act: Act, { revenueOn }: BooksPolicy): Balance[] {
  switch (act.act) {
    case 'shipped':
      return move(costOf(act), revenueOn === 'delivery' ? 'goodsInTransit' : 'costOfGoods', 'stock');
    case 'delivered': {
      const parcel = acts.find((each) => each.act === 'shipped' && each.shipment === act.shipment);
      if (revenueOn !== 'delivery' || parcel?.act !== 'shipped') return [];
      return move(costOf(parcel), 'costOfGoods', 'goodsInTransit');
    }
    case 'inspected':
      return act.parts.flatMap(({ disposition, costMinor, valueMinor = costMinor }) => {
        if (disposition === 'missing') return [];
        if (disposition !== 'damaged') return move(costMinor, 'stock', 'costOfGoods');
        const kept = Math.min(valueMinor, costMinor);
        return [
          ...move(kept, 'damagedStock', 'costOfGoods'),
          ...move(costMinor - kept, 'writeDown', 'costOfGoods'),
        ];
      });
    default:
      return [];
  }
}

function costOf({ lines }: Extract<Act, { act: 'shipped' }>): number {
  return lines.reduce((sum, { costMinor = 0 }) => sum + costMinor, 0);
}

function move(costMinor: number, to: AccountRole, from: AccountRole): Balance[] {
  if (costMinor === 0) return [];
  const place = { taxCode: '', gateway: '' };
  return [
    { role: to, ...place, amountMinor: costMinor },
    { role: from, ...place, amountMinor: -costMinor },
  ];
}
