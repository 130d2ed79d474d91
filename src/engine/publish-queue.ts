/**
 * Places whose figures have changed and wait to be published, each once. Those that are nearly sold out go first, since a wrong figure
 * oversells there; the others have a share of every batch, so that none waits for ever.
 */
import type { Place } from '../store/shown-stock.ts';

/** Units that are left, up to which a place belongs to a band; the last band takes the rest. */
const BANDS = [5, 50, Number.POSITIVE_INFINITY] as const;
/** Of a batch, so much goes to the bands in their order; the rest to whoever has waited longest in the last of them. */
const IN_ORDER = 0.8;

export const keyOf = ({ sku, location }: Place): string => `${sku}\u0000${location}`;

export class PublishQueue {
  readonly #bands: readonly Map<string, Place>[] = BANDS.map(() => new Map());

  get size(): number {
    return this.#bands.reduce((sum, band) => sum + band.size, 0);
  }

  has(key: string): boolean {
    return this.#bands.some((band) => band.has(key));
  }

  /** @param left units that can still be sold, as far as it is known. */
  add(place: Place, left: number): void {
    const key = keyOf(place);
    const wanted = BANDS.findIndex((most) => left <= most);
    const present = this.#bands.findIndex((band) => band.has(key));
    if (present >= 0 && present <= wanted) return;
    if (present >= 0) this.#bands[present]?.delete(key);
    this.#bands[wanted]?.set(key, { sku: place.sku, location: place.location });
  }

  /** Takes so many out at most. */
  take(limit: number): Place[] {
    const taken: Place[] = [];
    const from = (band: Map<string, Place>, until: number) => {
      for (const [key, place] of band) {
        if (taken.length >= until) return;
        band.delete(key);
        taken.push(place);
      }
    };
    for (const band of this.#bands) from(band, Math.max(1, Math.floor(limit * IN_ORDER)));
    for (const band of this.#bands.toReversed()) from(band, limit);
    return taken;
  }

  clear(): void {
    for (const band of this.#bands) band.clear();
  }
}
