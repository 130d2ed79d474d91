/**
 * What was ordered, taken and given back in a span of time, by the store's own figures: of all orders that have changed since it
 * began, those that were placed in it, and the transactions that were made in it.
 */
import type { ChannelMovement, ChannelOrder } from '../../../domain/commands.ts';
import { parseMinor } from '../../../domain/money.ts';
import type { CommandOf, Outcome } from '../../contract.ts';
import { drift, type Exchange } from '../client.ts';
import { LIST_MONEY } from '../documents-money.ts';
import { changedSince } from '../feeds.ts';
import { asObject, type JsonObject, numericId } from '../json.ts';

const PAGE = 50;
/** Transactions of an order; one with more is told with these. */
const TRANSACTIONS = 100;

/** Transactions that move money; the vendor's other kinds (authorisations, voids) do not. */
const KINDS: Readonly<Record<string, ChannelMovement['kind']>> = {
  SALE: 'capture',
  CAPTURE: 'capture',
  REFUND: 'refund',
};

export async function readMoney(
  { body: { from, until, after } }: CommandOf<'channel.readMoney'>,
  exchange: Exchange,
): Promise<Outcome> {
  const span = { from: Date.parse(from), until: Date.parse(until) };
  if (!(span.from < span.until))
    return {
      status: 'rejected',
      code: 'bad-span',
      message: `${from} to ${until} is no span of time`,
      suggestedFix: 'Nothing: what is asked for is a defect of Crossdock',
    };
  const query = changedSince(Math.floor(span.from / 1_000));
  const answer = await exchange.run(LIST_MONEY, { first: PAGE, after, query, many: TRANSACTIONS });
  if (answer.status === 'tooCostly') return drift(answer.message);
  if (answer.status !== 'ok') return answer;
  const { nodes, pageInfo } = answer.data.orders;
  const orders: ChannelOrder[] = [];
  const movements: ChannelMovement[] = [];
  for (const node of nodes) {
    const order = asObject(node);
    const channelOrderId = numericId(order?.id);
    if (!order || channelOrderId === undefined) return drift('ListMoney gave an order without an id');
    const of = { channelOrderId, name: String(order.name ?? '') };
    if (isWithin(order.processedAt ?? order.createdAt, span)) orders.push(of);
    for (const each of Array.isArray(order.transactions) ? order.transactions : []) {
      const movement = movementOf(of, asObject(each) ?? {}, span);
      if (movement === 'unreadable')
        return drift(`ListMoney gave a transaction of ${of.name} that cannot be read`);
      if (movement !== null) movements.push(movement);
    }
  }
  if (pageInfo.hasNextPage && pageInfo.endCursor === null)
    return drift('ListMoney says that there are more orders, and gives no cursor to them');
  return {
    status: 'done',
    result: { orders, movements, next: pageInfo.hasNextPage ? pageInfo.endCursor : null },
  };
}

interface Span {
  from: number;
  until: number;
}

function isWithin(instant: unknown, { from, until }: Span): boolean {
  const at = Date.parse(String(instant));
  return at >= from && at < until;
}

/** Null: it moved nothing in the span. */
function movementOf(
  of: ChannelOrder,
  { id, kind, status, processedAt, createdAt, amountSet }: JsonObject,
  span: Span,
): ChannelMovement | null | 'unreadable' {
  const movement = KINDS[String(kind)];
  const at = processedAt ?? createdAt;
  if (movement === undefined || status !== 'SUCCESS' || !isWithin(at, span)) return null;
  const paymentId = numericId(id);
  const both = asObject(amountSet);
  const amounts = [amountOf(both?.shopMoney), amountOf(both?.presentmentMoney)];
  const [shop, presentment] = amounts;
  if (paymentId === undefined || !shop || !presentment) return 'unreadable';
  const moneys = shop.currency === presentment.currency ? [shop] : [shop, presentment];
  return { ...of, paymentId, kind: movement, at: new Date(String(at)).toISOString(), amounts: moneys };
}

function amountOf(value: unknown): { currency: string; amountMinor: number } | null {
  const { amount, currencyCode } = asObject(value) ?? {};
  try {
    const currency = String(currencyCode);
    return { currency, amountMinor: parseMinor(String(amount), currency) };
  } catch {
    return null;
  }
}
