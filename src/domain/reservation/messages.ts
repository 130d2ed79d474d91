/** What a reservation is told, how it stands, and the units that it and orders speak of. */
import type { KitPart } from '../stock/kits.ts';
import type { ReservationRequest } from './request.ts';

/** Units that are kept at a location. `line`: index of the request's line. */
export interface KeptUnits {
  line: number;
  sku: string;
  location: string;
  quantity: number;
  /** Of a kit: what one is made of. */
  components?: KitPart[];
}

/** Units of a line that are nowhere to be had. */
export interface MissingUnits {
  line: number;
  sku: string;
  quantity: number;
}

export type ReservationMessage =
  | { type: 'reservation.request'; request: ReservationRequest }
  /** `order`: its key, CONNECTION/ID; it need not be known yet. */
  | { type: 'reservation.claim'; order: string }
  /** From the order, in the same turn: it has taken these units over, and the rest is free. */
  | { type: 'reservation.takeOver'; order: string; taken: KeptUnits[] }
  | { type: 'reservation.release'; because: string }
  /** Its time has come, by its own word. */
  | { type: 'reservation.expire' };

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
