/**
 * A reservation: units that are kept for a checkout, a till or a marketplace before there is an order. It is granted or refused
 * at once, and ends when an order takes its units over, when somebody releases it, or by itself.
 */
import type { Decision, DecisionContext, Ending, Outgoing, Process, StreamMessage } from '../process.ts';
import { sameJson } from '../same-json.ts';
import { KitStock, planKits } from '../stock/kit-plan.ts';
import { composition, partsOf, withComponents } from '../stock/kits.ts';
import { planSourcing } from '../stock/sourcing.ts';
import { streamKey } from '../stream-key.ts';
import { movementsOfReservation, RESERVATION_FACT_TYPES, type ReservationFact } from './facts.ts';
import type { KeptUnits, MissingUnits } from './messages.ts';
import type { ReservationRequest } from './request.ts';
import {
  evolveReservation,
  initialReservation,
  isFor,
  isKept,
  isOpen,
  keptWithout,
  type ReservationState,
} from './state.ts';

export type { ReservationFact } from './facts.ts';
export type { ReservationMessage } from './messages.ts';
export type { ReservationState } from './state.ts';

/** An order that has claimed units comes within this time, or they are free again. */
export const CLAIM_KEPT_MS = 24 * 3_600_000;

/** What becomes of a request on the stock that there is: part of a grant, or of a refusal. */
export function planReservation(
  request: ReservationRequest,
  context: Pick<DecisionContext, 'config' | 'stock' | 'now'>,
): { kept: KeptUnits[]; missing: MissingUnits[] } {
  const { kits } = context.config;
  const asked = request.lines.map((line) => ({ ...line, ...composition(kits, line.sku) }));
  const stock = new KitStock(context.stock, asked);
  const kept: KeptUnits[] = [];
  const missing: MissingUnits[] = [];
  // Lines that name a location have no other; those that are sourced take of what these leave.
  for (const [line, { sku, location, quantity, components }] of asked.entries()) {
    if (location === null) continue;
    const isOurs = context.config.locations.some(({ id }) => id === location);
    const part = isOurs ? Math.min(quantity, Math.max(0, stock.available(sku, location))) : 0;
    if (part > 0) {
      kept.push({ line, sku, location, quantity: part, ...(components && { components }) });
      stock.take({ sku, location, quantity: part });
    }
    if (part < quantity) missing.push({ line, sku, quantity: quantity - part });
  }
  const wishes = asked.flatMap(({ sku, location, quantity, components }, line) =>
    location === null
      ? [{ lineId: String(line), sku, quantity, avoid: [], ...(components && { components }) }]
      : [],
  );
  if (wishes.length > 0) {
    const { brand, country } = request;
    const { sourcing, locations } = context.config;
    const { now } = context;
    const { allocations } = planKits(wishes, stock.left, (some, left) =>
      planSourcing(some, locations, left, brand ?? '', country, { sourcing, now, explained: false }),
    );
    for (const { lineId, ...part } of allocations) kept.push({ line: Number(lineId), ...part });
    for (const { lineId, sku, quantity } of wishes) {
      const got = allocations.reduce((sum, part) => sum + (part.lineId === lineId ? part.quantity : 0), 0);
      if (got < quantity) missing.push({ line: Number(lineId), sku, quantity: quantity - got });
    }
  }
  return { kept: kept.sort(byLine), missing: missing.sort(byLine) };
}

function byLine(a: { line: number }, b: { line: number }): number {
  return a.line - b.line;
}

/** What a message means, as facts; none: nothing follows from it. */
function factsOf(
  state: ReservationState,
  message: StreamMessage,
  context: DecisionContext,
): { facts: ReservationFact[]; outcome: Ending } {
  const { now } = context;
  switch (message.type) {
    case 'reservation.request': {
      // Its answer stands: whoever asks again is told the same.
      if (state.status !== 'new') return { facts: [], outcome: 'duplicate' };
      const { request } = message;
      const { kept, missing } = planReservation(request, context);
      const isGranted = kept.length > 0 && (missing.length === 0 || request.policy === 'partial');
      const fact: ReservationFact = isGranted
        ? {
            type: 'ReservationGranted',
            request,
            kept,
            missing,
            expiresAt: iso(now + request.timeToLive * 1000),
          }
        : { type: 'ReservationRefused', request, missing };
      return { facts: [fact], outcome: 'applied' };
    }
    case 'reservation.claim': {
      if (state.status === 'claimed' && state.order === message.order)
        return { facts: [], outcome: 'duplicate' };
      if (!isOpen(state, now) || state.status !== 'granted') return { facts: [], outcome: 'stale' };
      const claimed: ReservationFact = {
        type: 'ReservationClaimed',
        order: message.order,
        expiresAt: iso(now + CLAIM_KEPT_MS),
      };
      return { facts: [claimed], outcome: 'applied' };
    }
    case 'reservation.takeOver': {
      const { order, taken } = message;
      if (!isFor(state, order, now))
        throw new Error(`order ${order} takes over ${state.key}, which is not kept for it`);
      return {
        facts: [{ type: 'ReservationTakenOver', order, taken, freed: keptWithout(state.kept, taken) }],
        outcome: 'applied',
      };
    }
    case 'stock.vanished': {
      if (!isKept(state)) return { facts: [], outcome: 'stale' };
      const unpromised = context.stock.unpromised(message.sku, message.location);
      const freed = givenUp(state.kept, message, unpromised);
      if (freed.length === 0) return { facts: [], outcome: 'stale' };
      return { facts: [{ type: 'ReservationGaveWay', freed }], outcome: 'applied' };
    }
    case 'reservation.release':
      if (!isKept(state)) return { facts: [], outcome: state.status === 'released' ? 'duplicate' : 'stale' };
      return {
        facts: [{ type: 'ReservationReleased', freed: state.kept, because: message.because }],
        outcome: 'applied',
      };
    case 'reservation.expire':
      if (!isKept(state) || isOpen(state, now) || state.expiresAt === null)
        return { facts: [], outcome: 'stale' };
      return {
        facts: [{ type: 'ReservationExpired', freed: state.kept, expiresAt: state.expiresAt }],
        outcome: 'applied',
      };
    default:
      return { facts: [], outcome: 'applied' };
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/**
 * Units that it gives up, of those that are kept at a place and not there any more: its share of them. A kit goes whole. The rest
 * of it stays kept, also of a request for all or nothing: an order that takes it over finds the rest as it always does.
 */
function givenUp(
  kept: readonly KeptUnits[],
  { sku, location, quantity }: { sku: string; location: string; quantity: number },
  unpromised: number,
): KeptUnits[] {
  let left = Math.min(quantity, Math.max(0, -unpromised));
  return kept.toReversed().flatMap((part) => {
    const each = partsOf({ ...part, quantity: 1 }).find((one) => one.sku === sku)?.quantity;
    if (part.location !== location || each === undefined || left <= 0) return [];
    const units = Math.min(part.quantity, Math.ceil(left / each));
    left -= units * each;
    return [{ ...part, quantity: units }];
  });
}

/** Tells the stock of what is free again, so that orders that wait for it are woken. */
function wake(facts: readonly ReservationFact[], { config, mappings }: DecisionContext): Outgoing[] {
  const messages = new Map<string, Outgoing>();
  for (const fact of facts) {
    const freed = 'freed' in fact ? fact.freed : [];
    for (const { sku, location } of freed.flatMap((part) =>
      partsOf(part).map(({ sku: each }) => ({ sku: each, location: part.location })),
    )) {
      const inventory = config.locations.find(({ id }) => id === location)?.inventory;
      const item = inventory === undefined ? undefined : mappings.toExternal('sku', inventory, sku);
      if (inventory === undefined || item === undefined) continue;
      const key = streamKey(inventory, item);
      messages.set(key, { stream: 'stock', key, message: { type: 'stock.arrived', sku } });
    }
  }
  return [...messages.values()];
}

/** Tells the order that units are kept for it. */
function offer(state: ReservationState, facts: readonly ReservationFact[]): Outgoing[] {
  return facts.flatMap((fact): Outgoing[] =>
    fact.type === 'ReservationClaimed'
      ? [
          {
            stream: 'order',
            key: fact.order,
            message: { type: 'reservation.offered', reservation: state.key },
          },
        ]
      : [],
  );
}

/** The order has taken the units over meanwhile: it is the one to give way. */
function passOn({ status, order }: ReservationState, message: StreamMessage): Outgoing[] {
  return message.type === 'stock.vanished' && status === 'taken-over' && order !== null
    ? [{ stream: 'order', key: order, message }]
    : [];
}

/** Whether a request is the one that a reservation has answered. */
export function isSameRequest(state: ReservationState, request: ReservationRequest): boolean {
  return sameJson(state.request, request);
}

export const reservationProcess: Process<ReservationState, ReservationFact> = {
  kind: 'reservation',
  evolveVersion: 1,
  factTypes: RESERVATION_FACT_TYPES,
  initial: initialReservation,
  evolve: evolveReservation,
  decide(state, message, context): Decision<ReservationFact> {
    const { facts, outcome } = factsOf(state, message, context);
    const messages = [...wake(facts, context), ...offer(state, facts), ...passOn(state, message)];
    return { facts, timers: [], messages, outcome };
  },
  skusOf(state, message, _mappings, { kits }) {
    const skus = state.kept.flatMap((part) => partsOf(part).map(({ sku }) => sku));
    return message.type === 'reservation.request'
      ? [...skus, ...message.request.lines.flatMap(({ sku }) => withComponents(kits, sku))]
      : skus;
  },
  movementsOf: movementsOfReservation,
  summary(state) {
    const { status, kept } = state;
    return { status, title: kept[0]?.sku ?? state.request?.lines[0]?.sku ?? '', closed: !isKept(state) };
  },
  dueAt: (state) => (isKept(state) && state.expiresAt !== null ? Date.parse(state.expiresAt) : null),
};
