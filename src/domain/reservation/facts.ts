/** What can have happened to a reservation. Facts are for ever: a change of meaning is a new type, never another field's use. */
import type { BaseFact, Movement } from '../process.ts';
import { partsOf } from '../stock/kits.ts';
import type { KeptUnits, MissingUnits } from './messages.ts';
import type { ReservationRequest } from './request.ts';

export type ReservationFact = BaseFact &
  (
    | {
        type: 'ReservationGranted';
        request: ReservationRequest;
        kept: KeptUnits[];
        /** Empty: all of it was granted. */
        missing: MissingUnits[];
        /** ISO 8601: the units are free again from this instant on. */
        expiresAt: string;
      }
    | { type: 'ReservationRefused'; request: ReservationRequest; missing: MissingUnits[] }
    /** It belongs to this order, and is kept for it until `expiresAt`, whenever the order comes. */
    | { type: 'ReservationClaimed'; order: string; expiresAt: string }
    /** The order has the units now (`taken`), and those that it has no use for are free. */
    | { type: 'ReservationTakenOver'; order: string; taken: KeptUnits[]; freed: KeptUnits[] }
    /** Units that it kept are not there any more. */
    | { type: 'ReservationGaveWay'; freed: KeptUnits[] }
    | { type: 'ReservationReleased'; freed: KeptUnits[]; because: string }
    | { type: 'ReservationExpired'; freed: KeptUnits[]; expiresAt: string }
  );

const TYPES: Readonly<Record<ReservationFact['type'], true>> = {
  ReservationGranted: true,
  ReservationRefused: true,
  ReservationClaimed: true,
  ReservationTakenOver: true,
  ReservationGaveWay: true,
  ReservationReleased: true,
  ReservationExpired: true,
};
export const RESERVATION_FACT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES));

/** Movements of positions that a fact means. Units that change hands are `claimed` on both sides: they are never free between. */
export function movementsOfReservation(fact: ReservationFact): Movement[] {
  switch (fact.type) {
    case 'ReservationGranted':
      return fact.kept.flatMap((part) => moved(part, 'reserved', 1));
    case 'ReservationTakenOver':
      return [
        ...fact.taken.flatMap((part) => moved(part, 'claimed', -1)),
        ...fact.freed.flatMap((part) => moved(part, 'released', -1)),
      ];
    case 'ReservationGaveWay':
    case 'ReservationReleased':
    case 'ReservationExpired':
      return fact.freed.flatMap((part) => moved(part, 'released', -1));
    default:
      return [];
  }
}

function moved(kept: KeptUnits, kind: 'reserved' | 'released' | 'claimed', sign: 1 | -1): Movement[] {
  const { location } = kept;
  return partsOf(kept).map(({ sku, quantity }) => ({
    sku,
    location,
    kind,
    onHand: 0,
    reserved: sign * quantity,
  }));
}
