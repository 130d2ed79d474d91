/** Parcels that have left, of which the channel is not told yet: it shows their units as on hand and committed. */
import { placeKey } from './draft.ts';
import type { OrderState } from './state.ts';

/** Adds the units of an order's untold parcels, by `placeKey`. */
export function addUntold({ shipments, skus }: OrderState, untold: Map<string, number>): void {
  for (const { fulfilmentId, location, lines } of shipments) {
    if (fulfilmentId !== null) continue;
    for (const { lineId, quantity } of lines) {
      const sku = skus?.[lineId];
      if (sku === undefined) continue;
      const key = placeKey({ sku, location });
      untold.set(key, (untold.get(key) ?? 0) + quantity);
    }
  }
}
