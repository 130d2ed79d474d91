/** A reservation as the API tells it. */
import { isKept, type ReservationState } from '../../domain/reservation/state.ts';
import type { ReservationRow } from '../../store/read-reservations.ts';
import type { ReservationItem, ReservationList } from '../schemas/reservations.ts';
import { iso } from './common.ts';

export function reservationItem(id: string, state: ReservationState): ReservationItem {
  const { status, request, kept, missing, expiresAt, order } = state;
  if (request === null || status === 'new') throw new Error(`reservation ${id} was never asked for`);
  return {
    id,
    status,
    granted: status !== 'refused',
    lines: request.lines.map(({ sku, location, quantity }, line) => ({
      sku,
      location,
      quantity,
      missing: missing.find((part) => part.line === line)?.quantity ?? 0,
      kept: kept
        .filter((part) => part.line === line)
        .map((part) => ({ location: part.location, quantity: part.quantity })),
    })),
    policy: request.policy,
    expiresAt: isKept(state) ? expiresAt : null,
    order,
  };
}

export function reservationListItem(row: ReservationRow): ReservationList['reservations'][number] {
  const { kept, expiresAt, order } = row.state;
  const keeps = isKept(row.state);
  return {
    id: row.key,
    status: row.status,
    sku: row.title,
    units: keeps ? kept.reduce((sum, { quantity }) => sum + quantity, 0) : 0,
    expiresAt: keeps ? expiresAt : null,
    order,
    createdAt: iso(row.created_at),
  };
}
