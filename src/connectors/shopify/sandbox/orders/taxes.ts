/** Taxes of lines that come to an order later. */
import type { OrderBook, Tax } from '../book.ts';

/** The store has no table of taxes: what is added is taxed as the same variant is on the order, or as its first taxed line. */
export function taxesFor({ lines, taxExempt }: OrderBook, variantId: string | null): Tax[] {
  if (taxExempt) return [];
  const same = variantId === null ? undefined : lines.find((line) => line.variantId === variantId);
  return [...((same ?? lines.find(({ taxes }) => taxes.length > 0))?.taxes ?? [])];
}
