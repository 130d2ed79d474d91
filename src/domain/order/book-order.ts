/** An order's content as the books take it: in the money that its entity books, with our codes of taxes and one rounding line. */

import type { BookCharge, BookLine, BookOrder, BookTax } from '../books/acts.ts';
import { worthOf } from '../books/units.ts';
import type { LineItem, Order, TaxLine, TwoMoney } from '../canonical/index.ts';
import type { Mappings } from '../process.ts';
import { chargesGivenBack, expectedTotalMinor } from './document.ts';
import { foreignUnits, removedUnits, shippedUnits } from './quantities.ts';
import type { OrderState } from './state.ts';
import { netOf } from './validate.ts';

export function bookOrderOf(
  state: OrderState,
  order: Order,
  money: keyof TwoMoney,
  mappings: Mappings,
): BookOrder {
  const taxesOf = (lines: readonly TaxLine[]): BookTax[] =>
    lines.map(({ code, rate, amount, channelLiable }) => ({
      code: mappings.toInternal('tax-code', state.connection, code) ?? code,
      rate,
      amountMinor: amount[money],
      ...(channelLiable === true ? { channelLiable } : {}),
    }));
  const lines = order.lines.map(
    (line): BookLine => ({
      lineId: line.lineId,
      kind: line.giftCard ? 'giftCard' : 'goods',
      quantity: line.quantity,
      wanted: wantedNow(state, order, line),
      amountMinor: netOf(line)[money],
      taxes: taxesOf(line.taxLines),
    }),
  );
  const charges = [
    ...order.shipping.map(
      (line): BookCharge => ({
        kind: 'shipping',
        amountMinor: netOf(line)[money],
        taxes: taxesOf(line.taxLines),
        removed: line.removed,
      }),
    ),
    ...order.extras.map(
      ({ kind, amount, taxLines }): BookCharge => ({
        kind,
        amountMinor: amount[money],
        taxes: taxesOf(taxLines),
      }),
    ),
  ];
  const content = {
    currency: money === 'shop' ? order.shopCurrency : order.presentmentCurrency,
    taxesIncluded: order.taxesIncluded,
    lines,
  };
  const residual = state.cancelled ? 0 : residualOf({ ...content, charges }, order, money);
  const rounding: BookCharge[] =
    residual === 0 ? [] : [{ kind: 'rounding', amountMinor: residual, taxes: [] }];
  return { ...content, charges: [...charges, ...rounding] };
}

/** Of a cancelled order only what had left is sold. */
function wantedNow(state: OrderState, order: Order, line: LineItem): number {
  const wanted = line.quantity - removedUnits(order, line);
  if (!state.cancelled) return wanted;
  return Math.min(wanted, shippedUnits(state, line.lineId) + foreignUnits(state, order, line.lineId));
}

/** How far the channel's own total is from the sum of its parts (DESIGN.md, rule 10). */
function residualOf(content: BookOrder, order: Order, money: keyof TwoMoney): number {
  const givenBack = [...chargesGivenBack(order, money).values()].reduce((sum, each) => sum + each, 0);
  return expectedTotalMinor(order, money) + givenBack - worthOf(content).currentMinor;
}
