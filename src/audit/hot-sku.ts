/** A SKU of which a run has fewer units than are ordered: sold to the last one and not one more, by the books of the outside. */
import type { Books, HotSku } from '../sandbox/kit/types.ts';
import type { Findings } from './findings.ts';

export interface HotSkuFigures {
  sku: string;
  /** Units that were there. */
  there: number;
  /** Units that were ordered at all channels. */
  wanted: number;
  /** Units that have left. */
  sold: number;
  /** Units of orders that were cancelled at their channel. */
  cancelled: number;
  /** Units that are still on the shelf. */
  left: number;
}

/** Adds a finding where more or fewer have left than could. */
export function checkHotSku(books: readonly Books[], hot: HotSku, findings: Findings): HotSkuFigures {
  const { sku, units: there, codes } = hot;
  const figures: HotSkuFigures = { sku, there, wanted: 0, sold: 0, cancelled: 0, left: 0 };
  for (const each of books) {
    const code = codes[each.connection];
    if (each.kind === 'channel')
      for (const order of each.orders) {
        if (order.test) continue;
        const units = order.lines.reduce((sum, line) => sum + (line.sku === code ? line.quantity : 0), 0);
        figures.wanted += units;
        if (order.cancelled) figures.cancelled += units;
      }
    if (each.kind === 'fulfilment') {
      for (const { item, onHand } of each.stock) if (item === code) figures.left += onHand;
      for (const { lines } of each.releases)
        for (const line of lines) if (line.item === code) figures.sold += line.shipped;
    }
  }
  const { wanted, sold, cancelled, left } = figures;
  const should = Math.min(there, wanted);
  if (sold !== should || left !== there - should || cancelled !== wanted - should)
    findings.add(
      'stockIsNeverOversold',
      'outside',
      sku,
      `${there} of ${sku} were there and ${wanted} were ordered: ${should} should have left and ${wanted - should} been cancelled; ${sold} have left, ${cancelled} were cancelled, ${left} lie there`,
    );
  return figures;
}
