/** Units that were kept before the order came: it takes them over, and they are never free between. */
import type { StreamMessage } from '../process.ts';
import type { KeptUnits } from '../reservation/messages.ts';
import { isFor } from '../reservation/state.ts';
import type { Draft } from './draft.ts';
import type { Allocation } from './facts.ts';
import { someOf } from './quantities.ts';
import { missingOf } from './sourcing.ts';
import type { OrderState } from './state.ts';
import { isDropped } from './wanted.ts';

/** Notes reservations that were named for the order; false: all of them are known. */
export function offered(draft: Draft, named: readonly string[]): boolean {
  const { reservations = [], settledReservations = [] } = draft.state;
  const fresh = [...new Set(named)].filter(
    (id) => !reservations.includes(id) && !settledReservations.includes(id),
  );
  if (fresh.length > 0) draft.record({ type: 'ReservationsOffered', reservations: fresh });
  return fresh.length > 0;
}

/** Reservations that a decision may take over: those that are known and open, and those that the message names. */
export function reservationsOf(state: OrderState, message: StreamMessage): string[] {
  const { reservations = [], settledReservations = [] } = state;
  const named =
    message.type === 'reservation.offered'
      ? [message.reservation]
      : message.type === 'order.snapshot'
        ? (message.order.reservations ?? [])
        : (state.order?.reservations ?? []);
  return [...new Set([...reservations, ...named])].filter((id) => !settledReservations.includes(id));
}

/** Takes over what is kept for the order, as soon as its items are known: also before it is paid. */
export function takeOverReservations(draft: Draft): void {
  offered(draft, draft.order.reservations ?? []);
  const { state, context } = draft;
  if (!state.reservations?.length) return;
  const dropped = isDropped(draft);
  if (state.skus === null && !dropped) return;
  for (const id of state.reservations) {
    const reservation = context.reservations?.get(id);
    if (!reservation || !isFor(reservation, state.key, context.now)) {
      const because = reservation === undefined ? 'there is no such reservation' : whyNot(reservation);
      draft.record({ type: 'ReservationMissed', reservation: id, because });
    } else if (dropped) {
      draft.record({ type: 'ReservationMissed', reservation: id, because: 'the order does not go on' });
      draft.companions.push({
        key: id,
        message: { type: 'reservation.release', because: `order ${draft.name} does not go on` },
      });
    } else takeOver(draft, id, reservation.kept);
  }
}

function whyNot({ status, order }: { status: string; order: string | null }): string {
  if (status === 'claimed') return `it is kept for order ${order}`;
  return status === 'granted' ? 'its time has come' : `it is ${status}`;
}

/** Matches what is kept with the lines that want it; what no line wants becomes free. */
function takeOver(draft: Draft, id: string, kept: readonly KeptUnits[]): void {
  const wishes = missingOf(draft).map((wish) => ({ ...wish }));
  const allocations: Allocation[] = [];
  const taken: KeptUnits[] = [];
  for (const part of kept) {
    let used = 0;
    for (const wish of wishes) {
      if (wish.sku !== part.sku || wish.avoid.includes(part.location)) continue;
      const quantity = Math.min(wish.quantity, part.quantity - used);
      if (quantity <= 0) continue;
      wish.quantity -= quantity;
      used += quantity;
      allocations.push(someOf({ ...part, lineId: wish.lineId }, quantity));
    }
    if (used > 0) taken.push({ ...part, quantity: used });
  }
  draft.record({ type: 'UnitsTakenOver', reservation: id, allocations });
  draft.companions.push({
    key: id,
    message: { type: 'reservation.takeOver', order: draft.state.key, taken },
  });
}
