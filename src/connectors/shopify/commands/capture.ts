/**
 * Capturing what was authorised. The vendor keeps no key of ours on a capture, so every attempt first looks at what is captured of
 * the authorisation: a capture is done when so much is, by whomever; a look-up asks the same.
 */
import { formatMinor, parseMinor } from '../../../domain/money.ts';
import type { CommandOf, Failure, LookUp, Outcome } from '../../contract.ts';
import { drift, type Exchange, rejectedBy } from '../client.ts';
import {
  CAPTURE_PAYMENT,
  MAX_TRANSACTIONS,
  type OrderCaptures,
  READ_CAPTURES,
} from '../documents-order-writes.ts';
import { globalId, numericId } from '../json.ts';
import type { CurrencyCode } from '../vendor-types.ts';
import { missingOrder } from './fulfilment-orders.ts';

type CapturePayment = CommandOf<'channel.capturePayment'>;

const FIX =
  'Capture the payment at the order in the shop’s admin, or ask the customer to pay again; then skip the case. Retry it when the cause is gone';

export async function capturePayment({ body }: CapturePayment, exchange: Exchange): Promise<Outcome> {
  const before = await readCaptured(body, exchange);
  if (before.status !== 'ok') return before.status === 'missing' ? missingOrder(body.channelOrderId) : before;
  if (before.result) return { status: 'done', result: before.result };
  const { order, authorisation } = before;
  if (order.cancelledAt !== null)
    return refused('order-cancelled', `Order ${body.channelOrderId} is cancelled`);
  if (!authorisation)
    return refused(
      'authorisation-not-found',
      `Order ${body.channelOrderId} has no authorisation ${body.authorisation}`,
    );
  const amountMinor = body.capturedBeforeMinor + body.amountMinor - before.capturedMinor;
  const made = await exchange.run(CAPTURE_PAYMENT, {
    capture: {
      id: globalId('Order', body.channelOrderId),
      parentTransactionId: authorisation.id,
      amount: formatMinor(amountMinor, body.currency),
      currency: body.currency as CurrencyCode,
      ...(authorisation.multiCapturable ? { finalCapture: body.final } : {}),
    },
  });
  if (made.status === 'tooCostly') return drift(made.message);
  if (made.status !== 'ok') return made;
  const payload = made.data.orderCapture;
  const errors = payload?.userErrors ?? [];
  if (errors.length > 0) {
    // Somebody may have captured it meanwhile: that is what was wanted.
    const after = await readCaptured(body, exchange);
    if (after.status === 'ok' && after.result) return { status: 'done', result: after.result };
    return rejectedBy(errors, FIX, 'capture-refused');
  }
  const { transaction } = payload ?? {};
  if (!transaction)
    return { status: 'unknown', message: 'CapturePayment gave neither a transaction nor an error' };
  if (transaction.status === 'FAILURE' || transaction.status === 'ERROR')
    return refused(
      'capture-declined',
      `The payment provider has declined the capture of order ${body.channelOrderId}`,
    );
  return { status: 'done', result: { captureId: numericId(transaction.id) ?? transaction.id, amountMinor } };
}

export async function lookUpCapture({ body }: CapturePayment, exchange: Exchange): Promise<LookUp> {
  const read = await readCaptured(body, exchange);
  if (read.status === 'missing') return { status: 'absent' };
  if (read.status !== 'ok') return read;
  return read.result ? { status: 'found', result: read.result } : { status: 'absent' };
}

interface Captured {
  status: 'ok';
  order: OrderCaptures;
  authorisation: OrderCaptures['transactions'][number] | undefined;
  /** Captured of the authorisation, or on its way. */
  capturedMinor: number;
  /** Set where as much is captured as is wanted. */
  result: { captureId: string; amountMinor: number } | null;
}

const FAILED: ReadonlySet<string> = new Set(['FAILURE', 'ERROR']);

async function readCaptured(
  body: CapturePayment['body'],
  exchange: Exchange,
): Promise<Captured | { status: 'missing' } | Failure> {
  const read = await exchange.run(READ_CAPTURES, {
    id: globalId('Order', body.channelOrderId),
    first: MAX_TRANSACTIONS,
  });
  if (read.status === 'tooCostly') return drift(read.message);
  if (read.status !== 'ok') return read;
  const { order } = read.data;
  if (order === null) return { status: 'missing' };
  const id = globalId('OrderTransaction', body.authorisation);
  const captures = order.transactions.filter(
    ({ kind, status, parentTransaction }) =>
      kind === 'CAPTURE' && !FAILED.has(status) && parentTransaction?.id === id,
  );
  const other = captures.find(({ amountSet }) => amountSet.presentmentMoney.currencyCode !== body.currency);
  if (other)
    return drift(
      `order ${body.channelOrderId} was captured in ${other.amountSet.presentmentMoney.currencyCode}, not in ${body.currency}`,
    );
  const capturedMinor = captures.reduce(
    (sum, { amountSet }) => sum + parseMinor(amountSet.presentmentMoney.amount, body.currency),
    0,
  );
  const last = captures.at(-1);
  const isDone = last !== undefined && capturedMinor >= body.capturedBeforeMinor + body.amountMinor;
  return {
    status: 'ok',
    order,
    authorisation: order.transactions.find(
      (each) => each.id === id && /AUTHORIZATION$/.test(each.kind) && each.status === 'SUCCESS',
    ),
    capturedMinor,
    result: isDone
      ? { captureId: numericId(last.id) ?? last.id, amountMinor: capturedMinor - body.capturedBeforeMinor }
      : null,
  };
}

function refused(code: string, message: string): Failure {
  return { status: 'rejected', code, message, suggestedFix: FIX };
}
