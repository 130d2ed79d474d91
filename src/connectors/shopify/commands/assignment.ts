/**
 * Telling the channel from where an order's goods leave: what it has planned elsewhere is moved. Every attempt looks first at what
 * stands where; what is there already needs nothing, so it may be repeated, and a look-up asks the same.
 */
import type { CommandOf, Failure, LookUp, Outcome } from '../../contract.ts';
import { type Answer, drift, type Exchange, rejectedBy } from '../client.ts';
import { LIST_LOCATIONS, type Locations, MOVE_FULFILMENT_ORDER } from '../documents-fulfilment-orders.ts';
import type { UserError } from '../graphql-document.ts';
import { globalId, numericId } from '../json.ts';
import { type Move, type MovePlan, planMoves } from './assignment-plan.ts';
import { change, type Made, missingOrder, readFulfilmentOrders } from './fulfilment-orders.ts';

type AssignLocations = CommandOf<'channel.assignLocations'>;

/** Somebody may have moved or sent a part meanwhile: so often it is planned anew. */
const ROUNDS = 2;
/** Pages of locations that are read: the vendor's largest plans have a thousand locations. */
const MAX_PAGES = 20;

const FIX =
  'Let the location stock the item in the shop’s admin, or change the location of the order’s fulfilment there; then retry the case. Nothing waits for it';

/** The store's locations by name, read when a name is not known yet. */
export class LocationNames {
  readonly #ids = new Map<string, string>();

  /** The global id of a location that is named by its name, number or global id; null: there is none. */
  async find(code: string, exchange: Exchange): Promise<string | null | Failure> {
    const number = numericId(code);
    if (number !== undefined) return globalId('Location', number);
    const name = code.trim().toLowerCase();
    if (!this.#ids.has(name)) {
      const failure = await this.#read(exchange);
      if (failure) return failure;
    }
    return this.#ids.get(name) ?? null;
  }

  async #read(exchange: Exchange): Promise<Failure | null> {
    let after: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const read: Answer<Locations> = await exchange.run(LIST_LOCATIONS, { after });
      if (read.status === 'tooCostly') return drift(read.message);
      if (read.status !== 'ok') return read;
      const { nodes, pageInfo }: Locations['locations'] = read.data.locations;
      for (const { id, name } of nodes) this.#ids.set(name.trim().toLowerCase(), id);
      if (!pageInfo.hasNextPage || pageInfo.endCursor === null) break;
      after = pageInfo.endCursor;
    }
    return null;
  }
}

export async function assignLocations(
  { body }: AssignLocations,
  locations: LocationNames,
  exchange: Exchange,
): Promise<Outcome> {
  let refusal: readonly UserError[] = [];
  for (let round = 0; ; round += 1) {
    const read = await readFulfilmentOrders(body.channelOrderId, exchange);
    if (read.status === 'missing') return missingOrder(body.channelOrderId);
    if (read.status !== 'ok') return read;
    const plan = planMoves(read.orders, body.parts);
    if (plan.moves.length === 0)
      return plan.stuck.length === 0 ? { status: 'done', result: {} } : stuck(body, plan.stuck);
    if (round === ROUNDS) return rejectedBy(refusal, FIX, 'move-refused');
    refusal = [];
    for (const move of plan.moves) {
      const to = await locations.find(move.location, exchange);
      if (to === null) return unknownLocation(move.location);
      if (typeof to !== 'string') return to;
      const made = await moveUnits(move, to, exchange);
      if (made.status === 'refused') refusal = [...refusal, ...made.errors];
      else if (made.status !== 'done') return made;
    }
  }
}

export async function lookUpAssignment({ body }: AssignLocations, exchange: Exchange): Promise<LookUp> {
  const read = await readFulfilmentOrders(body.channelOrderId, exchange);
  if (read.status === 'missing') return { status: 'absent' };
  if (read.status !== 'ok') return read;
  const { moves, stuck: left } = planMoves(read.orders, body.parts);
  return moves.length === 0 && left.length === 0 ? { status: 'found', result: {} } : { status: 'absent' };
}

/** All units at once; where the location refuses them, each line alone: one that it does not stock keeps back no other. */
async function moveUnits(move: Move, to: string, exchange: Exchange): Promise<Made> {
  const send = (items: Move['items']) =>
    change(MOVE_FULFILMENT_ORDER, { id: move.fulfilmentOrderId, location: to, items }, exchange);
  const whole = await send(move.items);
  if (whole.status !== 'refused' || move.items.length === 1) return whole;
  const errors: UserError[] = [];
  for (const item of move.items) {
    const made = await send([item]);
    if (made.status === 'refused') errors.push(...made.errors);
    else if (made.status !== 'done') return made;
  }
  return errors.length > 0 ? { status: 'refused', errors } : { status: 'done' };
}

function stuck({ channelOrderId }: AssignLocations['body'], left: MovePlan['stuck']): Failure {
  const what = left.map(
    ({ lineId, quantity, location, because }) =>
      `line ${lineId}: ${quantity} to ${location}, but ${because} where it stands`,
  );
  return {
    status: 'rejected',
    code: 'not-movable',
    message: `The fulfilment of order ${channelOrderId} cannot be moved: ${what.join('; ')}`,
    suggestedFix: FIX,
  };
}

function unknownLocation(location: string): Failure {
  return {
    status: 'rejected',
    code: 'unknown-location',
    message: `The shop has no location "${location}"`,
    suggestedFix:
      'Map the location to its name or number in the shop (crossdock map set location CONNECTION NAME OURS), then retry the case',
  };
}
