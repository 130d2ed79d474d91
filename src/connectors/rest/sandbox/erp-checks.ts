/** What an ERP objects to: it adds up what it is given, to the minor unit. Answers a problem, or undefined. */
import { exponentOf, toMinor } from '../../../sandbox/kit/money.ts';
import type { SandboxReply } from '../../../sandbox/kit/server.ts';
import type { RefundContent, SalesOrderBook, SalesOrderContent } from './erp-types.ts';
import { problem } from './http.ts';

export function contentProblem(
  content: SalesOrderContent,
  blocked: ReadonlySet<string>,
): SandboxReply | undefined {
  const { currency, lines, charges, taxesIncluded } = content;
  const wrongItem = lines.find((line) => blocked.has(line.item));
  if (wrongItem)
    return problem(422, 'ITEM_BLOCKED', `Item ${wrongItem.item} is blocked for sale`, {
      fix: `Unblock item ${wrongItem.item} in the item master, or remove it from the order at the channel`,
    });
  const taxes = [...lines, ...charges].flatMap((part) => part.taxes.map((tax) => tax.amount));
  const amounts = [
    content.total,
    ...lines.flatMap((line) => [line.amount, line.discount]),
    ...charges.map((charge) => charge.amount),
    ...taxes,
  ];
  const inexact = inexactAmount(amounts, currency);
  if (inexact) return inexact;
  const values = [...lines, ...charges].map((part) => part.amount);
  const sum = total([...values, ...(taxesIncluded ? [] : taxes)], currency);
  if (sum !== toMinor(content.total, currency)) {
    return problem(
      422,
      'TOTAL_MISMATCH',
      `Lines and charges add up to ${sum} minor units of ${currency}, the total says ${toMinor(content.total, currency)}`,
    );
  }
  const names = lines.map((line) => line.lineId);
  if (new Set(names).size < names.length) return problem(422, 'DUPLICATE_LINE', 'Two lines have the same id');
  return undefined;
}

/** Less than has left cannot be ordered. */
export function shippedProblem(order: SalesOrderBook, content: SalesOrderContent): SandboxReply | undefined {
  for (const [lineId, shipped] of shippedUnits(order)) {
    const ordered = content.lines.find((line) => line.lineId === lineId)?.quantity ?? 0;
    if (shipped > ordered)
      return problem(
        422,
        'QUANTITY_BELOW_SHIPPED',
        `Line ${lineId}: ${shipped} have left, ${ordered} would be ordered`,
      );
  }
  return undefined;
}

export function shipmentProblem(
  order: SalesOrderBook,
  lines: readonly { lineId: string; quantity: number }[],
): SandboxReply | undefined {
  const shipped = shippedUnits(order);
  for (const { lineId, quantity } of lines) {
    const line = order.content.lines.find((each) => each.lineId === lineId);
    if (!line) return problem(422, 'unknown-line', `The sales order has no line ${lineId}`);
    const all = (shipped.get(lineId) ?? 0) + quantity;
    shipped.set(lineId, all);
    if (all > line.quantity)
      return problem(
        422,
        'SHIPPED_MORE_THAN_ORDERED',
        `Line ${lineId}: ${all} would have left of ${line.quantity} ordered`,
      );
  }
  return undefined;
}

export function refundProblem(order: SalesOrderBook, refund: RefundContent): SandboxReply | undefined {
  const { currency } = order.content;
  if (refund.currency !== currency)
    return problem(422, 'WRONG_CURRENCY', `The sales order is in ${currency}`);
  const parts = [
    ...refund.credits.map((credit) => credit.amount),
    refund.shipping,
    refund.removed,
    refund.adjustment,
  ];
  const inexact = inexactAmount([refund.cash, ...parts], currency);
  if (inexact) return inexact;
  if (total(parts, currency) !== toMinor(refund.cash, currency))
    return problem(
      422,
      'REFUND_DOES_NOT_CLOSE',
      'Credits, shipping, removed and adjustment do not add up to the cash',
    );
  const shipped = shippedUnits(order);
  for (const { lineId } of refund.credits) {
    const credited = [...order.refunds.values()]
      .flatMap((each) => each.content.credits)
      .concat(refund.credits)
      .filter((credit) => credit.lineId === lineId)
      .reduce((sum, credit) => sum + credit.quantity, 0);
    if (credited > (shipped.get(lineId) ?? 0))
      return problem(
        422,
        'CREDITED_MORE_THAN_SHIPPED',
        `Line ${lineId}: ${credited} would be credited of ${shipped.get(lineId) ?? 0} that have left`,
      );
  }
  return undefined;
}

function shippedUnits(order: SalesOrderBook): Map<string, number> {
  const shipped = new Map<string, number>();
  for (const { lines } of order.shipments.values()) {
    for (const { lineId, quantity } of lines) shipped.set(lineId, (shipped.get(lineId) ?? 0) + quantity);
  }
  return shipped;
}

function total(amounts: readonly string[], currency: string): bigint {
  return amounts.reduce((sum, amount) => sum + toMinor(amount, currency), 0n);
}

function inexactAmount(amounts: readonly string[], currency: string): SandboxReply | undefined {
  const wrong = amounts.find((amount) => (amount.split('.')[1]?.length ?? 0) > exponentOf(currency));
  return wrong === undefined ? undefined : problem(422, 'BAD_AMOUNT', `${wrong} is finer than ${currency}`);
}
