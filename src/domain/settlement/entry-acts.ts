/**
 * The acts of an entry. In the order's own currency one posting is enough; where the provider has changed the money into another one,
 * the order's clearing is emptied in its currency at the rate at which it arose, and what lies at the provider arises in the other
 * one: what differs is the exchange difference.
 */
import { convertMinor } from '../books/book-amounts.ts';
import { localDate } from '../books/calendar.ts';
import { rateOn } from '../books/make-posting.ts';
import type { Entity } from '../config.ts';
import type { DecisionContext } from '../process.ts';
import { streamKey } from '../stream-key.ts';
import { dimensionsOf, type SettlementAct } from './book.ts';
import type { EntryState } from './entry.ts';
import { linesOfEntry, type SettlementLine } from './entry-lines.ts';
import type { OrderAnswer } from './messages.ts';
import { accountItem } from './whose.ts';

export function actsOfEntry(
  { entry, answer, connection }: Pick<EntryState, 'entry' | 'answer' | 'connection'>,
  entity: Entity,
  context: DecisionContext,
): SettlementAct[] {
  if (entry === null) return [];
  const { kind, currency, at, account, gateway, channelOrderId, sourceId } = entry;
  const place = {
    account: accountItem(connection, account, gateway),
    order: channelOrderId === null ? null : streamKey(connection, channelOrderId),
    dispute: sourceId === null ? null : streamKey(connection, sourceId),
    payout: sourceId === null ? null : streamKey(connection, sourceId),
  };
  const common = {
    act: `settled-${kind}`,
    at,
    text: `${entry.sourceType} ${entry.entryId} at ${connection}`,
    dimensions: {
      ...dimensionsOf(context, connection, gateway),
      ...(entry.reason !== null && { reason: entry.reason }),
    },
  };
  const lines = linesOfEntry(entry, place);
  const paid = (kind === 'capture' || kind === 'refund') && answer?.found === 'transaction' ? answer : null;
  if (paid === null) return [{ ...common, key: 'entry', currency, lines }];
  const booked = paid.amounts[entity.money === 'presentment' ? paid.amounts.length - 1 : 0] ?? {
    currency,
    amountMinor: Math.abs(entry.amountMinor),
  };
  const arisen = arisenOf(paid, booked, entity);
  if (booked.currency === currency)
    return [
      {
        ...common,
        key: 'entry',
        currency,
        lines: lines.map((line) => ownOf(line, place.order, paid, arisen)),
      },
    ];
  const change: SettlementLine = { role: 'exchangeDifference', amountMinor: 0 };
  const cleared = -Math.sign(entry.amountMinor) * booked.amountMinor;
  const book = arisen(cleared);
  return [
    {
      ...common,
      key: 'entry/cleared',
      currency: booked.currency,
      lines: [
        ownOf(
          { role: 'clearing', amountMinor: cleared, ...(place.order !== null && { item: place.order }) },
          place.order,
          paid,
          arisen,
        ),
        { ...change, amountMinor: -cleared, ...(book !== undefined && { bookMinor: -book }) },
      ],
    },
    {
      ...common,
      key: 'entry',
      currency,
      lines: lines.map((line) =>
        line.item === place.order ? { ...change, amountMinor: line.amountMinor } : line,
      ),
    },
  ];
}

/** The line of the order: its own gateway's clearing, at the rate at which it arose. */
function ownOf(
  line: SettlementLine,
  order: string | null,
  { gateway }: Extract<OrderAnswer, { found: 'transaction' }>,
  arisen: (amountMinor: number) => number | undefined,
): SettlementLine {
  if (line.item !== order || order === null) return line;
  const bookMinor = arisen(line.amountMinor);
  return { ...line, gateway, ...(bookMinor !== undefined && { bookMinor }) };
}

/** The book amount of an order's money by the day on which it was taken or given back; undefined: by the entry's own day. */
function arisenOf(
  { at }: Extract<OrderAnswer, { found: 'transaction' }>,
  booked: { currency: string },
  entity: Entity,
): (amountMinor: number) => number | undefined {
  if (!entity.books || booked.currency === entity.currency) return () => undefined;
  const rate = rateOn(entity.books, booked.currency, entity.currency, localDate(at, entity.timeZone));
  return (amountMinor) =>
    rate === null ? undefined : convertMinor(amountMinor, rate, booked.currency, entity.currency);
}
