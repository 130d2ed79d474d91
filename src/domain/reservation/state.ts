/** A reservation as it stands: the fold of its facts. */
import type { ReservationFact } from './facts.ts';
import type { KeptUnits, MissingUnits } from './messages.ts';
import type { ReservationRequest } from './request.ts';

export type ReservationStatus =
  | 'new'
  | 'refused'
  /** Units are kept: for whoever asked, and for an order that has claimed them. */
  | 'granted'
  | 'claimed'
  /** It has ended: the order has them, or they are free. */
  | 'taken-over'
  | 'released'
  | 'expired';

export interface ReservationState {
  key: string;
  status: ReservationStatus;
  /** What was asked for; null: nothing yet. */
  request: ReservationRequest | null;
  /** What was granted; it is kept while the status is granted or claimed. */
  kept: KeptUnits[];
  missing: MissingUnits[];
  /** When it ends by itself (ISO 8601). */
  expiresAt: string | null;
  /** The order that has claimed it: its key. */
  order: string | null;
}

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
