/**
 * Giving money back. A return is processed with its money (`returnProcess`): it is done when its units are processed beyond those that
 * were before. Without a return a refund is made (`refundCreate`, `@idempotent`), which carries the id of our request in its note.
 * Either way every attempt looks first, and the vendor is never allowed to give back more than was paid.
 */
import { formatMinor, parseMinor } from '../../../domain/money.ts';
import type { CommandOf, Failure, LookUp, Outcome } from '../../contract.ts';
import { type Exchange, rejectedBy } from '../client.ts';
import { CREATE_REFUND, PROCESS_RETURN, READ_REFUNDABLE, READ_RETURN_STATE } from '../documents-returns.ts';
import { globalId, numericId } from '../json.ts';
import type { CurrencyCode } from '../vendor-types.ts';
import { missingOrder } from './fulfilment-orders.ts';
import { asked, missingReturn } from './returns.ts';

type Refund = CommandOf<'channel.refund'>;
type Body = Refund['body'];

const FIX = 'Refund it at the order in the shop’s admin, then skip the case. Retry it when the cause is gone';

export async function refund({ body, key }: Refund, exchange: Exchange): Promise<Outcome> {
  const before = await standing(body, exchange);
  if (before.status !== 'ok') return before;
  if (before.made !== null) return done(body, before.made);
  const money = await spreadOver(body, exchange);
  if (!Array.isArray(money)) return money;
  const made =
    body.returnId === null ? await create(body, money, key, exchange) : await process(body, money, exchange);
  if (made.status !== 'refused') return made;
  // Somebody may have done it meanwhile.
  const after = await standing(body, exchange);
  if (after.status === 'ok' && after.made !== null) return done(body, after.made);
  return rejectedBy(made.errors, FIX, 'refund-refused');
}

export async function lookUpRefund({ body }: Refund, exchange: Exchange): Promise<LookUp> {
  const now = await standing(body, exchange);
  if (now.status === 'rejected') return { status: 'absent' };
  if (now.status !== 'ok') return now;
  if (now.made === null) return { status: 'absent' };
  return { status: 'found', result: { refundId: now.made, amountMinor: body.amountMinor } };
}

function done({ amountMinor }: Body, refundId: string): Outcome {
  return { status: 'done', result: { refundId, amountMinor } };
}

/** `made`: the refund's id, empty where none came of it; null: it has not been done. */
type Standing = { status: 'ok'; made: string | null } | Failure;

async function standing(body: Body, exchange: Exchange): Promise<Standing> {
  if (body.returnId === null) {
    const read = await readMoney(body, exchange);
    if (read.status !== 'ok') return read;
    const made = read.refunds.find(({ note }) => note?.includes(mark(body)));
    return { status: 'ok', made: made ? (numericId(made.id) ?? made.id) : null };
  }
  const answer = await asked(exchange.run(READ_RETURN_STATE, { id: globalId('Return', body.returnId) }));
  if (answer.status !== 'ok') return answer;
  const found = answer.data.return;
  if (found === null) return missingReturn(body.returnId);
  const ids = found.refunds.nodes.map(({ id }) => numericId(id) ?? id);
  const fresh = ids.find((id) => !body.refundsBefore.includes(id));
  const processed = (id: string | null) =>
    found.returnLineItems.nodes.find((line) => numericId(line.id) === id)?.processedQuantity ?? 0;
  const isDone =
    body.lines.length > 0
      ? body.lines.every(
          ({ returnLineId, quantity, processedBefore }) =>
            processed(returnLineId) >= processedBefore + quantity,
        )
      : fresh !== undefined;
  return { status: 'ok', made: isDone ? (fresh ?? '') : null };
}

const mark = ({ requestId }: Body): string => `[${requestId}]`;

interface Paid {
  parentId: string;
  gateway: string;
  amountMinor: number;
}

type Transaction = {
  id: string;
  kind: string;
  status: string;
  gateway: string | null;
  parentTransaction: { id: string } | null;
  amountSet: { presentmentMoney: { amount: string; currencyCode: string } };
};

async function readMoney(
  { channelOrderId }: Body,
  exchange: Exchange,
): Promise<
  { status: 'ok'; transactions: Transaction[]; refunds: { id: string; note: string | null }[] } | Failure
> {
  const answer = await asked(exchange.run(READ_REFUNDABLE, { id: globalId('Order', channelOrderId) }));
  if (answer.status !== 'ok') return answer;
  const { order } = answer.data;
  return order === null ? missingOrder(channelOrderId) : { status: 'ok', ...order };
}

const COUNTS: ReadonlySet<string> = new Set(['SUCCESS', 'PENDING', 'AWAITING_RESPONSE', 'UNKNOWN']);

/** The way back: each payment gives back what is left of it, the first first. */
async function spreadOver(body: Body, exchange: Exchange): Promise<Paid[] | Failure> {
  if (body.amountMinor === 0) return [];
  const read = await readMoney(body, exchange);
  if (read.status !== 'ok') return read;
  const minor = ({ amountSet: { presentmentMoney } }: Transaction): number =>
    parseMinor(presentmentMoney.amount, presentmentMoney.currencyCode);
  const paid: Paid[] = [];
  let open = body.amountMinor;
  for (const parent of read.transactions) {
    if ((parent.kind !== 'SALE' && parent.kind !== 'CAPTURE') || parent.status !== 'SUCCESS') continue;
    if (parent.amountSet.presentmentMoney.currencyCode !== body.currency) continue;
    const back = read.transactions
      .filter(
        ({ kind, status, parentTransaction }) =>
          kind === 'REFUND' && COUNTS.has(status) && parentTransaction?.id === parent.id,
      )
      .reduce((sum, each) => sum + minor(each), 0);
    const amountMinor = Math.min(open, minor(parent) - back);
    if (amountMinor <= 0) continue;
    open -= amountMinor;
    paid.push({ parentId: parent.id, gateway: parent.gateway ?? '', amountMinor });
  }
  if (open === 0) return paid;
  return {
    status: 'rejected',
    code: 'over-refund',
    message: `${formatMinor(body.amountMinor, body.currency)} ${body.currency} are to go back for order ${body.channelOrderId}, and ${formatMinor(body.amountMinor - open, body.currency)} are left of what was paid`,
    suggestedFix:
      'Look at the payments and refunds of the order; skip the case, and want it again with another amount',
  };
}

type Made = Outcome | { status: 'refused'; errors: Parameters<typeof rejectedBy>[0] };

async function create(body: Body, paid: readonly Paid[], key: string, exchange: Exchange): Promise<Made> {
  const { channelOrderId, currency, lines, shippingMinor, note } = body;
  const orderId = globalId('Order', channelOrderId);
  const answer = await asked(
    exchange.run(CREATE_REFUND, {
      key,
      refund: {
        orderId,
        currency: currency as CurrencyCode,
        note: `${note} ${mark(body)}`.trim(),
        refundLineItems: lines.map(({ lineId, quantity }) => ({
          lineItemId: globalId('LineItem', lineId),
          quantity,
          restockType: 'NO_RESTOCK' as const,
        })),
        ...(shippingMinor > 0 ? { shipping: { amount: formatMinor(shippingMinor, currency) } } : {}),
        transactions: paid.map(({ parentId, gateway, amountMinor }) => ({
          orderId,
          parentId,
          gateway,
          kind: 'REFUND' as const,
          amount: formatMinor(amountMinor, currency),
        })),
      },
    }),
  );
  if (answer.status !== 'ok') return answer;
  const { refund: made, userErrors = [] } = answer.data.refundCreate ?? {};
  if (userErrors.length > 0) return { status: 'refused', errors: userErrors };
  if (!made) return { status: 'unknown', message: 'CreateRefund gave neither a refund nor an error' };
  return done(body, numericId(made.id) ?? made.id);
}

async function process(body: Body, paid: readonly Paid[], exchange: Exchange): Promise<Made> {
  const { returnId, currency, lines, exchangeLines, shippingMinor, note } = body;
  const money = (amountMinor: number) => ({
    amount: formatMinor(amountMinor, currency),
    currencyCode: currency as CurrencyCode,
  });
  const answer = await asked(
    exchange.run(PROCESS_RETURN, {
      process: {
        returnId: globalId('Return', returnId ?? ''),
        returnLineItems: lines.map(({ returnLineId, quantity }) => ({
          id: globalId('ReturnLineItem', returnLineId ?? ''),
          quantity,
        })),
        exchangeLineItems: exchangeLines.map(({ exchangeLineId, quantity }) => ({
          id: globalId('ExchangeLineItem', exchangeLineId),
          quantity,
        })),
        ...(shippingMinor > 0 ? { refundShipping: { shippingRefundAmount: money(shippingMinor) } } : {}),
        ...(paid.length > 0
          ? {
              financialTransfer: {
                issueRefund: {
                  orderTransactions: paid.map(({ parentId, amountMinor }) => ({
                    parentId,
                    transactionAmount: money(amountMinor),
                  })),
                },
              },
            }
          : {}),
        note: `${note} ${mark(body)}`.trim(),
      },
    }),
  );
  if (answer.status !== 'ok') return answer;
  const { userErrors = [] } = answer.data.returnProcess ?? {};
  if (userErrors.length > 0) return { status: 'refused', errors: userErrors };
  // Which refund came of it, the return says.
  const after = await standing(body, exchange);
  if (after.status !== 'ok')
    return { status: 'unknown', message: 'ProcessReturn was taken, and the return could not be read' };
  return after.made === null
    ? { status: 'unknown', message: 'ProcessReturn was taken, and the return does not show it yet' }
    : done(body, after.made);
}
