/** The sub-ledger beside the channel's own figures: what was ordered, taken and given back on a day. */
import type { ChannelMovement, ChannelOrder } from '../commands.ts';
import { formatMinor } from '../money.ts';
import { streamKey } from '../stream-key.ts';
import { type Cause, type Difference, type MoneySum, type SourceSum, sumsOf } from './difference.ts';
import type { OwnOrder } from './own-order.ts';

export interface ChannelDay {
  connection: string;
  orders: readonly ChannelOrder[];
  movements: readonly ChannelMovement[];
  /** Orders that are known here, by the key of their stream. */
  own: ReadonlyMap<string, OwnOrder>;
  /** Orders that have come and cannot be read, with the reason of their case. */
  unread: ReadonlyMap<string, string>;
  /** Captures and refunds that are posted with this document date: the order's key, and the act's. */
  postedOfDay: readonly { order: string; act: string; postedAt: number }[];
  /** When reading began: what was posted later it may not show. */
  readFrom: number;
}

/** Key of the act that a movement is posted as. */
export const actOf = ({ kind, paymentId }: Pick<ChannelMovement, 'kind' | 'paymentId'>) =>
  `${kind}/${paymentId}`;

export function compareChannel(day: ChannelDay): { sum: SourceSum; differences: Difference[] } {
  const { connection, own } = day;
  const source = `channel/${connection}`;
  const keyOf = (id: string) => streamKey(connection, id);
  const isOurs = (id: string) => own.get(keyOf(id))?.isBooked !== false;
  const movements = day.movements.filter(({ channelOrderId }) => isOurs(channelOrderId));
  const orders = day.orders.filter(({ channelOrderId }) => isOurs(channelOrderId));
  const shown = new Set(movements.map((each) => `${keyOf(each.channelOrderId)} ${actOf(each)}`));
  const moved = new Set(movements.map(({ channelOrderId }) => channelOrderId));
  const unknown = orders.filter(({ channelOrderId }) => !own.has(keyOf(channelOrderId)));
  const posted = day.postedOfDay.flatMap(({ order, act, postedAt }) => {
    const of = own.get(order);
    return of?.isBooked && of.posted.has(act) ? [{ of, act, postedAt }] : [];
  });
  const ours = posted.map(({ of, act }) => part(act, of.currency, of.posted.get(act) ?? 0));
  const theirs = movements.map((each) => {
    const { currency, amountMinor } = amountOf(each, own.get(keyOf(each.channelOrderId)));
    return part(actOf(each), currency, amountMinor);
  });
  return {
    sum: {
      source,
      ours: { count: orders.length - unknown.length, amounts: sumsOf(ours) },
      theirs: { count: orders.length, amounts: sumsOf(theirs) },
      notRead: null,
    },
    differences: [
      ...unknown
        .filter(({ channelOrderId }) => !moved.has(channelOrderId))
        .map((order) => unknownOrder(day, source, order)),
      ...movements.flatMap((each) => ofMovement(day, source, each)),
      ...posted
        .filter(({ of, act, postedAt }) => !shown.has(`${of.key} ${act}`) && postedAt < day.readFrom)
        .map(({ of, act }) => notShown(day, source, of, act)),
    ],
  };
}

function part(act: string, currency: string, amountMinor: number): MoneySum {
  return { what: act.startsWith('refund/') ? 'refunded' : 'captured', currency, amountMinor };
}

/** In the currency that the order is booked in; of an order that is not known, in that of the shop. */
function amountOf({ amounts }: ChannelMovement, own: OwnOrder | undefined) {
  const of = amounts.find(({ currency }) => currency === own?.currency) ?? amounts[0];
  return of ?? { currency: own?.currency ?? '', amountMinor: 0 };
}

function unknownOrder({ connection, unread }: ChannelDay, source: string, order: ChannelOrder): Difference {
  return {
    key: `${source}/order/${order.channelOrderId}`,
    source,
    cause: 'lateImport',
    words: `${connection} has order ${order.name} (${order.channelOrderId}), which is not known here`,
    fix: readAgain(connection),
    currency: '',
    oursMinor: null,
    theirsMinor: null,
    order: null,
    coveredBy: unread.get(streamKey(connection, order.channelOrderId)) ?? null,
  };
}

const readAgain = (connection: string) =>
  `The next poll brings it; if not, read it now: crossdock import ${connection} ORDER`;

function ofMovement(day: ChannelDay, source: string, movement: ChannelMovement): Difference[] {
  const { connection } = day;
  const order = streamKey(connection, movement.channelOrderId);
  const own = day.own.get(order);
  const { currency, amountMinor: theirsMinor } = amountOf(movement, own);
  const act = actOf(movement);
  const oursMinor = own?.posted.get(act) ?? null;
  const named = `${movement.kind} ${movement.paymentId} of order ${movement.name}, ${money(theirsMinor, currency)}`;
  const make = (cause: Cause, words: string, fix: string, coveredBy: string | null = null): Difference[] => [
    {
      key: `${source}/${act}`,
      source,
      cause,
      words,
      fix,
      currency,
      oursMinor,
      theirsMinor,
      order: own ? order : null,
      coveredBy,
    },
  ];
  const unread = day.unread.get(order);
  if (unread !== undefined)
    return make(
      'notPosted',
      `${named}: the order cannot be read`,
      `Settle the case ${unread} of the order`,
      unread,
    );
  if (!own) return make('lateImport', `${named}: the order is not known here`, readAgain(connection));
  if (oursMinor !== null)
    return oursMinor === theirsMinor
      ? []
      : make(
          'amountDiffers',
          `${named}: ${money(oursMinor, currency)} are posted`,
          'Read the order again (crossdock orders show); a transaction that the channel has changed is a matter for finance',
        );
  if (!own.payments.has(movement.paymentId))
    return make('lateImport', `${named}: the order was read before it`, readAgain(connection));
  if (own.heldBy !== null) {
    const cause = own.heldBy === 'posting-rule-missing' ? 'ruleMissing' : 'notPosted';
    const words = `${named}, is not posted: the order has a case ${own.heldBy}`;
    return make(cause, words, `Settle the case ${own.heldBy} of the order; it is posted then`, own.heldBy);
  }
  return make(
    'notPosted',
    `${named}, is known and not posted`,
    'Look at the order’s story for what it waits for',
  );
}

function notShown(day: ChannelDay, source: string, own: OwnOrder, act: string): Difference {
  const oursMinor = own.posted.get(act) ?? 0;
  const { connection } = day;
  return {
    key: `${source}/${act}`,
    source,
    cause: 'notAtChannel',
    words: `${act} of order ${own.name}, ${money(oursMinor, own.currency)}, is posted, and ${connection} does not show it on this day`,
    fix: 'Read the order again; if the channel has taken the transaction away, correct it in the finance system and skip the case',
    currency: own.currency,
    oursMinor,
    theirsMinor: null,
    order: own.key,
    coveredBy: null,
  };
}

function money(amountMinor: number, currency: string): string {
  return `${formatMinor(amountMinor, currency)} ${currency}`;
}
