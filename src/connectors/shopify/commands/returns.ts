/**
 * Returns at the store: read whole, found, made, approved, declined, closed. The vendor keeps no key of these: what was made carries the
 * id of its request in the note of staff, and the state of a return says the rest, so every attempt looks first.
 */
import type { CommandOf, Delivery, Failure, LookUp, Outcome } from '../../contract.ts';
import { type Answer, drift, type Exchange, rejectedBy } from '../client.ts';
import {
  APPROVE_RETURN,
  CLOSE_RETURN,
  CREATE_RETURN,
  DECLINE_RETURN,
  FIND_RETURNS,
  READ_RETURN,
  READ_RETURN_STATE,
  READ_RETURNABLE,
  RETURN_SIZES,
} from '../documents-returns.ts';
import type { UserError } from '../graphql-document.ts';
import { READ_RETURN_TOPIC } from '../intake.ts';
import { asObject, globalId, type JsonObject, numericId } from '../json.ts';
import { missingOrder } from './fulfilment-orders.ts';

const FIX = 'Do it at the return in the shop’s admin, then skip the case. Retry it when the cause is gone';
/** Longest note of staff. */
const MAX_NOTE = 255;

export function missingReturn(returnId: string): Failure {
  return {
    status: 'rejected',
    code: 'not-found',
    message: `The shop has no return ${returnId}, or the app may not see it (it needs the scope read_returns)`,
    suggestedFix: 'Look whether it was deleted in the shop; give the app the scope read_returns, then retry',
  };
}

/** The answer of a document without what says how it failed. */
export async function asked<Result>(
  answer: Promise<Answer<Result>>,
): Promise<{ status: 'ok'; data: Result } | Failure> {
  const given = await answer;
  return given.status === 'tooCostly' ? drift(given.message) : given;
}

// ---- reading

export async function readReturn(
  { body: { returnId, read } }: CommandOf<'channel.readReturn'>,
  exchange: Exchange,
): Promise<Outcome> {
  let sizes: { lines: number; few: number } = RETURN_SIZES.usual;
  for (;;) {
    const answer = await asked(exchange.run(READ_RETURN, { id: globalId('Return', returnId), ...sizes }));
    if (answer.status !== 'ok') return answer;
    const found = answer.data.return;
    if (found === null) return missingReturn(returnId);
    if (!hasMore(found)) return { status: 'done', result: {}, observations: [returnDelivery(found, read)] };
    if (sizes === RETURN_SIZES.most)
      return {
        status: 'rejected',
        code: 'return-too-large',
        message: `Return ${returnId} has more than ${sizes.lines} lines, or ${sizes.few} parcels or refunds`,
        suggestedFix: 'Settle it in the shop’s admin, and skip the case',
      };
    sizes = RETURN_SIZES.most;
  }
}

function hasMore(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasMore);
  const object = asObject(value);
  if (!object) return false;
  return object.hasNextPage === true || Object.values(object).some(hasMore);
}

/** What was read, as an observation. The number of its read makes each another message, though the return is as before. */
function returnDelivery(found: JsonObject, read: number): Delivery {
  const body = Buffer.from(JSON.stringify({ read, return: found }));
  return { headers: {}, body, origin: 'read', topic: READ_RETURN_TOPIC };
}

export async function findReturns(
  { body: { channelOrderId } }: CommandOf<'channel.findReturns'>,
  exchange: Exchange,
): Promise<Outcome> {
  const answer = await asked(exchange.run(FIND_RETURNS, { id: globalId('Order', channelOrderId) }));
  if (answer.status !== 'ok') return answer;
  const { order } = answer.data;
  if (order === null) return missingOrder(channelOrderId);
  const returnIds = order.returns.nodes.flatMap(({ id }) => numericId(id) ?? []);
  return { status: 'done', result: { returnIds } };
}

// ---- making one

type CreateReturn = CommandOf<'channel.createReturn'>;

export async function createReturn({ body }: CreateReturn, exchange: Exchange): Promise<Outcome> {
  const before = await readReturnable(body, exchange);
  if (before.status !== 'ok') return before.status === 'missing' ? missingOrder(body.channelOrderId) : before;
  if (before.made !== null) return { status: 'done', result: { returnId: before.made } };
  const lines = linesOf(body, before);
  if (!Array.isArray(lines)) return lines;
  const answer = await asked(
    exchange.run(CREATE_RETURN, {
      return: { orderId: globalId('Order', body.channelOrderId), returnLineItems: lines },
    }),
  );
  if (answer.status !== 'ok') return answer;
  const { return: made, userErrors = [] } = answer.data.returnCreate ?? {};
  if (userErrors.length > 0) return rejectedBy(userErrors, FIX, 'return-refused');
  const returnId = numericId(made?.id);
  return returnId === undefined
    ? { status: 'unknown', message: 'CreateReturn gave neither a return nor an error' }
    : { status: 'done', result: { returnId } };
}

export async function lookUpReturn({ body }: CreateReturn, exchange: Exchange): Promise<LookUp> {
  const read = await readReturnable(body, exchange);
  if (read.status === 'missing') return { status: 'absent' };
  if (read.status !== 'ok') return read;
  return read.made === null ? { status: 'absent' } : { status: 'found', result: { returnId: read.made } };
}

interface ParcelLine {
  id: string;
  lineId: string;
  quantity: number;
}

/** What can come back of an order, why by the store's own list of reasons, and the return that was made for a request. */
interface Returnable {
  parcels: ParcelLine[];
  /** Ids of reasons by their handles. */
  reasons: ReadonlyMap<string, string>;
  made: string | null;
}

async function readReturnable(
  { channelOrderId, requestId }: CreateReturn['body'],
  exchange: Exchange,
): Promise<({ status: 'ok' } & Returnable) | { status: 'missing' } | Failure> {
  const answer = await asked(exchange.run(READ_RETURNABLE, { id: globalId('Order', channelOrderId) }));
  if (answer.status !== 'ok') return answer;
  const { order, returnableFulfillments, returnReasonDefinitions } = answer.data;
  if (order === null) return { status: 'missing' };
  const made = order.returns.nodes.find(({ returnLineItems }) =>
    returnLineItems.nodes.some(({ returnReasonNote }) => returnReasonNote.includes(mark(requestId))),
  );
  const parcels = returnableFulfillments.nodes
    .flatMap((parcel) => parcel.returnableFulfillmentLineItems.nodes)
    .map(({ quantity, fulfillmentLineItem: { id, lineItem } }) => ({
      id,
      lineId: numericId(lineItem.id) ?? lineItem.id,
      quantity,
    }));
  const reasons = new Map(returnReasonDefinitions.nodes.map(({ handle, id }) => [handle, id]));
  return { status: 'ok', parcels, reasons, made: numericId(made?.id) ?? null };
}

/** By this a return is known as made for a request. */
const mark = (requestId: string): string => `[${requestId}]`;

/** Units of lines as units of parcels, the first parcel first. */
function linesOf(
  { lines, requestId, channelOrderId }: CreateReturn['body'],
  { parcels, reasons }: Pick<Returnable, 'parcels' | 'reasons'>,
) {
  const left = new Map(parcels.map(({ id, quantity }) => [id, quantity]));
  const made = [];
  for (const { lineId, quantity, reason, note } of lines) {
    let open = quantity;
    const definition = reasons.get(reason) ?? reasons.get('other');
    const words = note.slice(0, Math.max(0, MAX_NOTE - mark(requestId).length - 1));
    for (const parcel of parcels) {
      const units = parcel.lineId === lineId ? Math.min(open, left.get(parcel.id) ?? 0) : 0;
      if (units === 0) continue;
      left.set(parcel.id, (left.get(parcel.id) ?? 0) - units);
      open -= units;
      made.push({
        fulfillmentLineItemId: parcel.id,
        quantity: units,
        ...(definition === undefined ? {} : { returnReasonDefinitionId: definition }),
        returnReasonNote: `${words} ${mark(requestId)}`.trim(),
      });
    }
    if (open > 0)
      return {
        status: 'rejected',
        code: 'not-returnable',
        message: `Of line ${lineId} of order ${channelOrderId} ${quantity - open} units can come back, not ${quantity}`,
        suggestedFix:
          'Only what has left and is in no other return can come back: want fewer, or skip the case',
      } satisfies Failure;
  }
  return made;
}

// ---- approve, decline, close

type Turn = CommandOf<'channel.approveReturn' | 'channel.declineReturn' | 'channel.closeReturn'>;

/** In which states a return may be for it, and which say that it is done. */
const TURNS = {
  'channel.approveReturn': { from: 'REQUESTED', done: ['OPEN', 'CLOSED'] },
  'channel.declineReturn': { from: 'REQUESTED', done: ['DECLINED'] },
  'channel.closeReturn': { from: 'OPEN', done: ['CLOSED'] },
} as const satisfies Record<Turn['kind'], { from: string; done: readonly string[] }>;

export async function turnReturn(command: Turn, exchange: Exchange): Promise<Outcome> {
  const { returnId } = command.body;
  const before = await statusOf(returnId, exchange);
  if (before.status !== 'ok') return before;
  if (isDone(command, before.is)) return { status: 'done', result: {} };
  const id = globalId('Return', returnId);
  const errors = await turn(command, id, exchange);
  if ('status' in errors) return errors;
  if (errors.length === 0) return { status: 'done', result: {} };
  const after = await statusOf(returnId, exchange);
  if (after.status === 'ok' && isDone(command, after.is)) return { status: 'done', result: {} };
  return rejectedBy(errors, FIX, 'return-refused');
}

export async function lookUpTurn(command: Turn, exchange: Exchange): Promise<LookUp> {
  const now = await statusOf(command.body.returnId, exchange);
  if (now.status !== 'ok') return now.status === 'rejected' ? { status: 'absent' } : now;
  return isDone(command, now.is) ? { status: 'found', result: {} } : { status: 'absent' };
}

const isDone = ({ kind }: Turn, is: string): boolean => (TURNS[kind].done as readonly string[]).includes(is);

async function statusOf(
  returnId: string,
  exchange: Exchange,
): Promise<{ status: 'ok'; is: string } | Failure> {
  const answer = await asked(exchange.run(READ_RETURN_STATE, { id: globalId('Return', returnId) }));
  if (answer.status !== 'ok') return answer;
  return answer.data.return === null
    ? missingReturn(returnId)
    : { status: 'ok', is: answer.data.return.status };
}

async function turn(command: Turn, id: string, exchange: Exchange): Promise<readonly UserError[] | Failure> {
  switch (command.kind) {
    case 'channel.approveReturn': {
      const answer = await asked(exchange.run(APPROVE_RETURN, { id }));
      return answer.status === 'ok' ? (answer.data.returnApproveRequest?.userErrors ?? []) : answer;
    }
    case 'channel.declineReturn': {
      const note = command.body.note === '' ? null : command.body.note.slice(0, MAX_NOTE);
      const answer = await asked(exchange.run(DECLINE_RETURN, { id, note }));
      return answer.status === 'ok' ? (answer.data.returnDeclineRequest?.userErrors ?? []) : answer;
    }
    case 'channel.closeReturn': {
      const answer = await asked(exchange.run(CLOSE_RETURN, { id }));
      return answer.status === 'ok' ? (answer.data.returnClose?.userErrors ?? []) : answer;
    }
    default:
      return command satisfies never;
  }
}
