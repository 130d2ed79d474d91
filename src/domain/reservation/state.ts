/** A reservation as it stands: the fold of its facts. */
import type { ReservationFact } from './facts.ts';
import type { KeptUnits, ReservationState } from './messages.ts';

export type { ReservationState } from './messages.ts';

/** A reservation that nobody has asked for. */
export function initialReservation(key: string): ReservationState {
  return { key, status: 'new', request: null, kept: [], missing: [], expiresAt: null, order: null };
}

/** The state after a fact. */
export function evolveReservation(state: ReservationState, fact: ReservationFact): ReservationState {
  switch (fact.type) {
    case 'ReservationGranted': {
      const { request, kept, missing, expiresAt } = fact;
      return { ...state, status: 'granted', request, kept, missing, expiresAt };
    }
    case 'ReservationRefused':
      return { ...state, status: 'refused', request: fact.request, missing: fact.missing };
    case 'ReservationClaimed':
      return { ...state, status: 'claimed', order: fact.order, expiresAt: fact.expiresAt };
    case 'ReservationTakenOver':
      return { ...state, status: 'taken-over', order: fact.order };
    case 'ReservationGaveWay': {
      const kept = keptWithout(state.kept, fact.freed);
      const missing = [...state.missing];
      for (const { line, sku, quantity } of fact.freed) {
        const known = missing.findIndex((part) => part.line === line);
        const before = missing[known]?.quantity ?? 0;
        missing.splice(known < 0 ? missing.length : known, known < 0 ? 0 : 1, {
          line,
          sku,
          quantity: before + quantity,
        });
      }
      return { ...state, kept, missing, status: kept.length === 0 ? 'released' : state.status };
    }
    case 'ReservationReleased':
      return { ...state, status: 'released' };
    case 'ReservationExpired':
      return { ...state, status: 'expired' };
    default:
      return fact satisfies never;
  }
}

/** True while it keeps units. */
export function isKept({ status }: Pick<ReservationState, 'status'>): boolean {
  return status === 'granted' || status === 'claimed';
}

/** It keeps units, and its time has not come. */
export function isOpen(state: ReservationState, now: number): boolean {
  return isKept(state) && state.expiresAt !== null && now < Date.parse(state.expiresAt);
}

/** Units are kept that this order may have. */
export function isFor(state: ReservationState, order: string, now: number): boolean {
  return isOpen(state, now) && (state.order === null || state.order === order);
}

/** What is left of `kept`; throws where more is taken than there is. */
export function keptWithout(kept: readonly KeptUnits[], taken: readonly KeptUnits[]): KeptUnits[] {
  const left = kept.map((part) => ({ ...part }));
  for (const { line, sku, location, quantity } of taken) {
    const from = left.find((part) => part.line === line && part.sku === sku && part.location === location);
    if (!from || from.quantity < quantity)
      throw new Error(`${quantity} of ${sku} at ${location} are taken over, which are not kept there`);
    from.quantity -= quantity;
  }
  return left.filter((part) => part.quantity > 0);
}
