/** A person corrects the ledger where Crossdock owns the stock: a count of the shelf, a loss, a find. */
import { locationOf } from '../config.ts';
import type { Ending, StreamMessage } from '../process.ts';
import type { StockDraft } from './draft.ts';

export type StockAdjustment = Extract<StreamMessage, { type: 'stock.adjust' }>;

/** Why it cannot be done; null: it can. `onHand`: units that are there now. */
export function adjustmentRefused(
  stockOwner: 'system' | 'crossdock' | undefined,
  { delta }: Pick<StockAdjustment, 'delta'>,
  onHand: number,
): 'not-ours' | 'not-there' | null {
  if (stockOwner !== 'crossdock') return 'not-ours';
  return onHand + delta < 0 ? 'not-there' : null;
}

/** Once for each key. Where units vanish from under promises, the turn tells who holds them. */
export function adjust(draft: StockDraft, message: StockAdjustment): Ending {
  const { location, delta, reason, by, key } = message;
  const { state, context } = draft;
  if (state.seen.includes(key)) return 'duplicate';
  const sku = draft.ours('sku', state.item);
  if (sku === undefined) return 'stale';
  const owner = locationOf(context.config, location)?.stockOwner;
  if (adjustmentRefused(owner, message, context.stock.onHand(sku, location)) !== null) return 'stale';
  draft.record({ type: 'AdjustedByPerson', sku, location, delta, reason, by, key });
  if (delta > 0) draft.wakeFirst(location);
  return 'applied';
}
