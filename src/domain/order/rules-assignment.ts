/**
 * The channel is told from where what has not left will leave (policy `assignments: "ours"` of its connection): its staff at the
 * place that it had planned do not send it too, and its stock is committed where the goods lie. One command a plan; nothing
 * waits for it.
 */
import type { FulfilmentLine } from '../canonical/index.ts';
import { digest } from '../digest.ts';
import { ACTS, commandCaseKey } from './acts.ts';
import type { Draft } from './draft.ts';
import { isSoldInStore } from './kinds.ts';
import { isHeld, isWanted } from './wanted.ts';

export function assignLocations(draft: Draft): void {
  const { state } = draft;
  const act = ACTS.assignment;
  if (state.allocations.length === 0 || state.cancelled) {
    endCase(draft, 'nothing is left to be sent');
    return;
  }
  if (!mayAssign(draft) || draft.isAsked(act)) return;
  const plan = planOf(draft);
  const known = state.acts[act];
  if (known !== undefined && known.status !== 'retry' && state.assignedPlan === plan) return;
  const parts = partsOf(draft);
  if (parts.length === 0) return;
  endCase(draft, 'the goods leave from elsewhere now');
  draft.record({
    type: 'AssignmentRequested',
    plan,
    ...draft.ask(act, 'channel.assignLocations', state.connection, {
      channelOrderId: draft.order.channelOrderId,
      parts,
    }),
  });
}

function mayAssign(draft: Draft): boolean {
  const { state, order, context } = draft;
  const channel = context.config.connections.find(({ id }) => id === state.connection);
  return (
    channel?.assignments === 'ours' &&
    state.allocated &&
    isWanted(draft) &&
    !isHeld(draft) &&
    !isSoldInStore(order)
  );
}

/** Whatever was refused or in doubt of an earlier plan needs nobody any more. */
function endCase(draft: Draft, because: string): void {
  const known = draft.state.acts[ACTS.assignment];
  if (known?.status === 'rejected' || known?.status === 'unsettled')
    draft.closeCase(commandCaseKey(known.key), because);
}

/** Units by location and line, those that have left too: a parcel alone is no other plan. */
function planOf({ state }: Draft): string {
  const units = new Map<string, number>();
  const count = (location: string, { lineId, quantity }: FulfilmentLine) => {
    const place = JSON.stringify([location, lineId]);
    units.set(place, (units.get(place) ?? 0) + quantity);
  };
  for (const part of state.allocations) count(part.location, part);
  for (const { location, lines } of state.shipments) for (const part of lines) count(location, part);
  return digest(JSON.stringify([...units].sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** What has still to leave, by the channel's codes; of a location that the channel does not know it is told nothing. */
function partsOf({ state, context }: Draft): { location: string; lines: FulfilmentLine[] }[] {
  const parts = new Map<string, Map<string, number>>();
  for (const { location, lineId, quantity } of state.allocations) {
    const lines = parts.get(location) ?? new Map<string, number>();
    parts.set(location, lines.set(lineId, (lines.get(lineId) ?? 0) + quantity));
  }
  return [...parts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([ours, lines]) => {
      const location = context.mappings.toExternal('location', state.connection, ours);
      if (location === undefined) return [];
      return [{ location, lines: [...lines].map(([lineId, quantity]) => ({ lineId, quantity })) }];
    });
}
