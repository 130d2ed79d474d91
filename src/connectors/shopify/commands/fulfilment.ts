/**
 * Telling the channel of a shipment. Every attempt first looks at what the channel knows: units of this shipment that are
 * fulfilled already are not told again. Lines are matched by their ids, never by SKU; one `fulfillmentCreate` serves one
 * location and one way of delivery, so a shipment may become several fulfilments, all with its reference.
 */
import type { FulfilmentLine } from '../../../domain/canonical/index.ts';
import type { CommandOf, Failure, LookUp, Outcome } from '../../contract.ts';
import { drift, type Exchange, rejectedBy } from '../client.ts';
import {
  CREATE_FULFILMENT,
  FULFILMENT_SIZES,
  type OrderFulfilment,
  READ_FULFILMENT,
  type UserError,
} from '../documents.ts';
import { globalId, numericId } from '../json.ts';
import { shipmentIdIn, trackingInput } from '../tracking.ts';
import { missingOrder } from './fulfilment-orders.ts';
import { type FulfilmentCall, planFulfilments, type Shortage } from './fulfilment-plan.ts';
import { releaseOurHolds } from './hold.ts';

type CreateFulfilment = CommandOf<'channel.createFulfilment'>;

/** Somebody may have moved, split or fulfilled a part meanwhile: so often it is planned anew. */
const ROUNDS = 2;

export async function createFulfilment(
  { body }: CreateFulfilment,
  notifyCustomer: boolean,
  exchange: Exchange,
): Promise<Outcome> {
  let refusal: readonly UserError[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const read = await readFulfilment(body.channelOrderId, exchange);
    if (read.status === 'missing') return missingOrder(body.channelOrderId);
    if (read.status !== 'ok') return read;
    const told = toldOf(read.order, body.shipmentId);
    const lines = withoutTold(body.lines, told.units);
    if (lines.length === 0 && told.fulfilmentId !== null)
      return { status: 'done', result: { fulfilmentId: told.fulfilmentId } };
    if (round === ROUNDS) break;
    const plan = planFulfilments(read.order, lines, body.location);
    if ('short' in plan && plan.short.some(({ held }) => held > 0)) {
      // What has left needs no holding back: ours goes first.
      const freed = await releaseOurHolds(read.order.fulfillmentOrders.nodes, exchange);
      if (freed.status === 'done' && freed.released > 0) continue;
      if (freed.status !== 'done' && freed.status !== 'refused') return freed;
    }
    if ('short' in plan)
      return refusal.length > 0 ? refused(refusal) : nothingOpen(body, read.order, plan.short);
    refusal = [];
    for (const call of plan.calls) {
      const made = await tell(body, call, notifyCustomer, exchange);
      if (made.status === 'refused') {
        refusal = made.errors;
        break;
      }
      if (made.status !== 'done') return made;
    }
  }
  return refused(refusal);
}

export async function lookUpFulfilment({ body }: CreateFulfilment, exchange: Exchange): Promise<LookUp> {
  const read = await readFulfilment(body.channelOrderId, exchange);
  if (read.status === 'missing') return { status: 'absent' };
  if (read.status !== 'ok') return read;
  const told = toldOf(read.order, body.shipmentId);
  // Of a shipment that is told in part the rest is still to be told: the next attempt leaves out what is there.
  return told.fulfilmentId !== null && withoutTold(body.lines, told.units).length === 0
    ? { status: 'found', result: { fulfilmentId: told.fulfilmentId } }
    : { status: 'absent' };
}

async function tell(
  { shipmentId, tracking }: CreateFulfilment['body'],
  call: FulfilmentCall,
  notifyCustomer: boolean,
  exchange: Exchange,
): Promise<Failure | { status: 'done' } | { status: 'refused'; errors: readonly UserError[] }> {
  const made = await exchange.run(CREATE_FULFILMENT, {
    fulfillment: {
      lineItemsByFulfillmentOrder: call.map(({ fulfilmentOrderId, items }) => ({
        fulfillmentOrderId: fulfilmentOrderId,
        fulfillmentOrderLineItems: items,
      })),
      notifyCustomer,
      trackingInfo: trackingInput(shipmentId, tracking),
    },
  });
  if (made.status === 'tooCostly') return drift(made.message);
  if (made.status !== 'ok') return made;
  const payload = made.data.fulfillmentCreate;
  if (payload && payload.userErrors.length > 0) return { status: 'refused', errors: payload.userErrors };
  return payload?.fulfillment
    ? { status: 'done' }
    : { status: 'unknown', message: 'CreateFulfilment gave neither a fulfilment nor an error' };
}

type Read = { status: 'ok'; order: OrderFulfilment } | { status: 'missing' } | Failure;

/** What is left to fulfil and what is fulfilled: all of it, however much that is. */
async function readFulfilment(channelOrderId: string, exchange: Exchange): Promise<Read> {
  const { usual, most } = FULFILMENT_SIZES;
  let [parts, lines]: [number, number] = [usual.parts, usual.lines];
  for (;;) {
    const read = await exchange.run(READ_FULFILMENT, { id: globalId('Order', channelOrderId), parts, lines });
    if (read.status === 'tooCostly') return tooMany(channelOrderId, read.message);
    if (read.status !== 'ok') return read;
    const { order } = read.data;
    if (order === null) return { status: 'missing' };
    const moreParts = order.fulfillmentOrders.pageInfo.hasNextPage || order.fulfillments.length >= parts;
    const moreLines = [
      ...order.fulfillmentOrders.nodes.map((each) => each.lineItems),
      ...order.fulfillments.map((each) => each.fulfillmentLineItems),
    ].some(({ pageInfo }) => pageInfo.hasNextPage);
    if (!moreParts && !moreLines) return { status: 'ok', order };
    if ((moreParts && parts >= most.parts) || (moreLines && lines >= most.lines))
      return tooMany(
        channelOrderId,
        `more than ${most.parts} fulfilments or ${most.lines} lines in one of them`,
      );
    if (moreParts) parts = Math.min(most.parts, parts * 4);
    if (moreLines) lines = Math.min(most.lines, lines * 4);
  }
}

const LIVE_STATUSES: ReadonlySet<string> = new Set(['SUCCESS', 'OPEN', 'PENDING']);

/** What the channel has been told of a shipment: units by line, and its (first) fulfilment. */
function toldOf(
  order: OrderFulfilment,
  shipmentId: string,
): { units: Map<string, number>; fulfilmentId: string | null } {
  const units = new Map<string, number>();
  const ids: string[] = [];
  for (const fulfilment of order.fulfillments) {
    if (!LIVE_STATUSES.has(fulfilment.status) || shipmentIdIn(fulfilment.trackingInfo) !== shipmentId)
      continue;
    ids.push(numericId(fulfilment.id) ?? fulfilment.id);
    for (const { quantity, lineItem } of fulfilment.fulfillmentLineItems.nodes) {
      const lineId = numericId(lineItem.id) ?? lineItem.id;
      units.set(lineId, (units.get(lineId) ?? 0) + quantity);
    }
  }
  // Ids grow, so the shortest and then smallest is the one that was made first, whoever looks.
  ids.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return { units, fulfilmentId: ids[0] ?? null };
}

function withoutTold(lines: readonly FulfilmentLine[], told: ReadonlyMap<string, number>): FulfilmentLine[] {
  const left = new Map(told);
  return lines.flatMap(({ lineId, quantity }) => {
    const taken = Math.min(quantity, left.get(lineId) ?? 0);
    left.set(lineId, (left.get(lineId) ?? 0) - taken);
    return quantity > taken ? [{ lineId, quantity: quantity - taken }] : [];
  });
}

function refused(errors: readonly UserError[]): Failure {
  return rejectedBy(
    errors,
    'Settle at the fulfilment of the order in the shop’s admin what it objects to, then retry the case; if the shipment is marked there already, skip the case',
    'fulfilment-refused',
  );
}

function nothingOpen(
  { channelOrderId, shipmentId }: CreateFulfilment['body'],
  order: OrderFulfilment,
  short: readonly Shortage[],
): Failure {
  const parts = short.map(
    ({ lineId, wanted, open, held }) =>
      `line ${lineId}: ${wanted} shipped, ${open} open${held > 0 ? `, ${held} on hold or scheduled` : ''}`,
  );
  const [code, why] =
    order.cancelledAt !== null
      ? ['order-cancelled', 'the order is cancelled']
      : short.some(({ held }) => held > 0)
        ? ['fulfilment-on-hold', 'some of it is on hold or scheduled']
        : ['not-fulfillable', 'the channel does not wait for so many units'];
  return {
    status: 'rejected',
    code,
    message: `Shipment ${shipmentId} cannot be told to order ${channelOrderId}: ${why} (${parts.join('; ')})`,
    suggestedFix:
      code === 'fulfilment-on-hold'
        ? 'Release the hold (or open the scheduled fulfilment) of the order in the shop’s admin, then retry the case'
        : 'Compare the shipment with the order in the shop’s admin: settle with the customer what was sent beyond it, then skip the case',
  };
}

function tooMany(channelOrderId: string, what: string): Failure {
  return {
    status: 'rejected',
    code: 'order-too-large',
    message: `The fulfilments of order ${channelOrderId} are too many to be read in one call: ${what}`,
    suggestedFix: 'Mark the shipment in the shop’s admin and skip the case',
  };
}
