/**
 * Answering what a merchant has asked of a fulfilment service of ours. The vendor keeps no key of an answer; the state of the
 * request says what it was answered, so every attempt looks first, and a look-up asks the same.
 */
import type { CommandOf, Failure, LookUp, Outcome } from '../../contract.ts';
import type { Exchange } from '../client.ts';
import { rejectedBy } from '../client.ts';
import {
  ACCEPT_CANCELLATION,
  ACCEPT_REQUEST,
  REJECT_CANCELLATION,
  REJECT_REQUEST,
} from '../documents-fulfilment-orders.ts';
import { globalId } from '../json.ts';
import { change, type Made, missingOrder, readFulfilmentOrders } from './fulfilment-orders.ts';

type AnswerRequest = CommandOf<'channel.answerRequest'>;
type Body = AnswerRequest['body'];

const FIX =
  'Answer the fulfilment request in the shop’s admin, then skip the case. Retry it when the cause is gone';

const WAITS = { fulfilment: 'SUBMITTED', cancellation: 'CANCELLATION_REQUESTED' } as const;
const ANSWERED = {
  fulfilment: { accept: 'ACCEPTED', reject: 'REJECTED' },
  cancellation: { accept: 'CANCELLATION_ACCEPTED', reject: 'CANCELLATION_REJECTED' },
} as const;
const REASONS = { stock: 'INVENTORY_OUT_OF_STOCK', other: 'OTHER' } as const satisfies Record<
  Body['reason'],
  string
>;

export async function answerRequest({ body }: AnswerRequest, exchange: Exchange): Promise<Outcome> {
  const before = await standing(body, exchange);
  if (typeof before !== 'string')
    return before.status === 'missing' ? missingOrder(body.channelOrderId) : before;
  if (before !== 'waits') return ended(body, before);
  const made = await send(body, exchange);
  if (made.status === 'done') return { status: 'done', result: {} };
  if (made.status !== 'refused') return made;
  // Somebody may have answered it meanwhile, or taken it back.
  const after = await standing(body, exchange);
  if (typeof after === 'string' && after !== 'waits') return ended(body, after);
  return rejectedBy(made.errors, FIX, 'answer-refused');
}

export async function lookUpAnswer({ body }: AnswerRequest, exchange: Exchange): Promise<LookUp> {
  const now = await standing(body, exchange);
  if (typeof now !== 'string') return now.status === 'missing' ? { status: 'absent' } : now;
  return now === 'answered' || now === 'gone' ? { status: 'found', result: {} } : { status: 'absent' };
}

/** `gone`: nobody waits for an answer any more. `otherwise`: somebody has answered the opposite. */
type Standing = 'waits' | 'answered' | 'otherwise' | 'gone';

async function standing(
  { channelOrderId, requestId, request, answer }: Body,
  exchange: Exchange,
): Promise<Standing | { status: 'missing' } | Failure> {
  const read = await readFulfilmentOrders(channelOrderId, exchange);
  if (read.status !== 'ok') return read;
  const id = globalId('FulfillmentOrder', requestId);
  const found = read.orders.find((each) => each.id === id);
  if (found?.requestStatus === WAITS[request] && found.status !== 'CANCELLED') return 'waits';
  if (found?.requestStatus === ANSWERED[request][answer]) return 'answered';
  const opposite = ANSWERED[request][answer === 'accept' ? 'reject' : 'accept'];
  return found?.requestStatus === opposite ? 'otherwise' : 'gone';
}

function ended({ request, answer, channelOrderId }: Body, now: Standing): Outcome {
  if (now !== 'otherwise') return { status: 'done', result: {} };
  return {
    status: 'rejected',
    code: 'answered-otherwise',
    message: `The ${request} request of order ${channelOrderId} was to be answered with "${answer}", and somebody has answered the opposite`,
    suggestedFix: FIX,
  };
}

function send({ requestId, request, answer, reason, note }: Body, exchange: Exchange): Promise<Made> {
  const told = { id: globalId('FulfillmentOrder', requestId), message: note };
  if (request === 'cancellation')
    return change(answer === 'accept' ? ACCEPT_CANCELLATION : REJECT_CANCELLATION, told, exchange);
  if (answer === 'accept') return change(ACCEPT_REQUEST, told, exchange);
  return change(REJECT_REQUEST, { ...told, reason: REASONS[reason] }, exchange);
}
