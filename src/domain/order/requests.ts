/** What messages and rules both ask for: to read the order, to have it cancelled, to wake who waits for its stock. */

import { partsOf } from '../stock/kits.ts';
import { streamKey } from '../stream-key.ts';
import { ACTS, commandCaseKey } from './acts.ts';
import type { Draft } from './draft.ts';
import type { Allocation, CancellationCause } from './facts.ts';

/** Asks the channel for the order whole; nothing while the answer to such a question is awaited. */
export function readOrder(draft: Draft, because: string): void {
  if (draft.isAsked(ACTS.read) || draft.state.deletedAt !== undefined) return;
  const { connection, key, acts } = draft.state;
  // A read that failed before is made good by this one.
  const failed = acts[ACTS.read];
  if (failed) draft.closeCase(commandCaseKey(failed.key), 'it is read again');
  const channelOrderId = key.slice(connection.length + 1);
  draft.record({
    type: 'OrderReadRequested',
    because,
    ...draft.ask(ACTS.read, 'channel.readOrder', connection, { channelOrderId }),
  });
}

/** How long to wait after a hint for what else comes, before the order is read. */
const READ_AFTER_HINT_MS = 20_000;

/** The order is read whole soon. */
export function readSoon(draft: Draft): void {
  draft.timerAt('read-after-hint', draft.context.now + READ_AFTER_HINT_MS);
}

/** Its returns are searched for soon. */
export function searchReturnsSoon(draft: Draft): void {
  draft.timerAt('search-returns', draft.context.now + READ_AFTER_HINT_MS);
}

/** Notes that the order shall be cancelled. `rules-cancel.ts` stops its releases, then asks the channel. */
export function intendCancellation(
  draft: Draft,
  by: string,
  cause: CancellationCause,
  reason: string,
  notify = false,
): boolean {
  const { state } = draft;
  const known = state.acts[ACTS.cancel]?.status;
  if (state.cancelled || state.cancellation !== null || known === 'asked' || known === 'done') return false;
  // One that the channel refused before is no reason not to ask again when somebody wants it again.
  if (known === 'rejected') draft.allowRetry(ACTS.cancel, by);
  draft.record({ type: 'CancellationIntended', by, cause, reason, ...(notify ? { notify: true } : {}) });
  return true;
}

/** Tells the streams of these SKUs that units are free again. */
export function wakeWaiting(draft: Draft, freed: readonly Allocation[]): void {
  const { mappings, config } = draft.context;
  for (const { sku, location } of freed.flatMap((part) =>
    partsOf(part).map(({ sku: each }) => ({ sku: each, location: part.location })),
  )) {
    const inventory = config.locations.find((each) => each.id === location)?.inventory;
    const item = inventory === undefined ? undefined : mappings.toExternal('sku', inventory, sku);
    if (inventory === undefined || item === undefined) continue;
    const key = streamKey(inventory, item);
    if (draft.messages.some((sent) => sent.key === key && sent.message.type === 'stock.arrived')) continue;
    draft.send({ stream: 'stock', key, message: { type: 'stock.arrived', sku } });
  }
}
