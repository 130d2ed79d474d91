/** Goods of a customer that an inventory system says have come back: their return is told, where the movement names it. */
import type { StockObservation } from '../messages.ts';
import type { StockDraft } from './draft.ts';

type Moved = Extract<StockObservation, { type: 'stock.moved' }>;

/**
 * Tells the return that a movement names by its key (CONNECTION/ID) as the document behind it. Units whose state changes later (a unit
 * passes quality control) came back before: only what is added counts.
 */
export function tellReturn(draft: StockDraft, moved: Moved, sku: string, location: string): void {
  const { reason, document, delta, damaged = 0, qualityControl = 0, disposition, key, at } = moved;
  const quantity = delta + damaged + qualityControl;
  if (reason !== 'returned' || document === undefined || quantity <= 0) return;
  const connection = document.slice(0, Math.max(0, document.indexOf('/')));
  const isChannel = draft.context.config.connections.some(
    ({ id, roles }) => id === connection && roles.includes('channel'),
  );
  if (!isChannel || document.length === connection.length + 1) return;
  const is = disposition ?? (delta > 0 ? 'restock' : damaged > 0 ? 'damaged' : 'qualityControl');
  const from = draft.state.connection;
  const goods = { key, from, sku, location, disposition: is, quantity, at };
  draft.messages.push({ stream: 'return', key: document, message: { type: 'return.goods', goods } });
}
