/** Where each place of a publisher is: waiting to be written, to be read first, or in a batch that has not ended. */
import type { Place, ShownRow } from '../store/shown-stock.ts';
import { keyOf, PublishQueue } from './publish-queue.ts';

/** After so many mismatches in a row a place is moved by our change alone, so long; then figures are compared again. */
const HOT_AFTER = 3;
const HOT_MS = 60_000;

export class PublishPlaces {
  readonly #queue = new PublishQueue();
  /** The channel is asked first, and when (epoch ms). */
  readonly #toRead = new Map<string, { place: Place; dueAt: number }>();
  /** Of which the channel is being asked. */
  readonly #beingRead = new Map<string, Place>();
  /** In batches that have not ended; true: they have changed meanwhile. */
  readonly #inBatch = new Map<string, boolean>();
  /** How often in a row the channel has shown another figure than the one that it had told. */
  readonly #mismatches = new Map<string, { times: number; hotUntil: number }>();
  /** The channel was asked since nothing can be sold of them, and the version of our position then. */
  readonly #readFor = new Map<string, number>();

  /** To be written. */
  get queued(): number {
    return this.#queue.size;
  }

  get toRead(): number {
    return this.#toRead.size;
  }

  /** All of them. */
  get waiting(): number {
    return this.#queue.size + this.#toRead.size + this.#beingRead.size + this.#inBatch.size;
  }

  /** When the channel is asked next; infinite: for nothing. */
  get readAt(): number {
    let at = Number.POSITIVE_INFINITY;
    for (const [key, { dueAt }] of this.#toRead) if (!this.#beingRead.has(key)) at = Math.min(at, dueAt);
    return at;
  }

  clear(): void {
    this.#queue.clear();
    this.#toRead.clear();
    this.#beingRead.clear();
    this.#inBatch.clear();
    this.#readFor.clear();
    this.#mismatches.clear();
  }

  /** It may have changed; true: it waits now. `left`: units that can still be sold, as far as it is known. */
  mark(place: Place, left: number): boolean {
    const key = keyOf(place);
    if (this.#inBatch.has(key)) {
      this.#inBatch.set(key, true);
      return false;
    }
    this.#queue.add(place, left);
    return true;
  }

  /** Takes so many that wait, at most: a change that comes while both sides are read is seen by the next look. */
  take(limit: number): Place[] {
    const places = this.#queue.take(limit);
    for (const place of places) this.#inBatch.set(keyOf(place), false);
    return places;
  }

  /** In a batch of before, of which nobody knows what became. */
  hold(place: Place): void {
    this.#inBatch.set(keyOf(place), true);
  }

  /** It is in no batch any more; if it has changed meanwhile it waits again. */
  release(place: Place, again: boolean): void {
    const key = keyOf(place);
    const hasChanged = this.#inBatch.get(key) === true;
    this.#inBatch.delete(key);
    if (again || hasChanged) this.#queue.add(place, 0);
  }

  readFirst(place: Place, dueAt: number): void {
    this.#toRead.set(keyOf(place), { place, dueAt });
  }

  /** So many of which the channel is to be asked by now, at most: they are being read until `endReading`. */
  takeToRead(now: number, limit: number): Place[] {
    const taken: Place[] = [];
    for (const [key, { place, dueAt }] of this.#toRead) {
      if (taken.length >= limit) break;
      if (dueAt > now || this.#beingRead.has(key)) continue;
      taken.push(place);
      this.#toRead.delete(key);
      this.#beingRead.set(key, place);
    }
    return taken;
  }

  isBeingRead(place: Place): boolean {
    return this.#beingRead.has(keyOf(place));
  }

  /** The channel has told of them. */
  endReading(places: readonly Place[]): void {
    for (const place of places) this.#beingRead.delete(keyOf(place));
  }

  /** Its figure was not the one that the channel had shown. */
  mismatched(place: Place, now: number): void {
    const key = keyOf(place);
    const times = (this.#mismatches.get(key)?.times ?? 0) + 1;
    this.#mismatches.set(key, { times, hotUntil: times < HOT_AFTER ? 0 : now + HOT_MS });
  }

  /** A figure that was compared has been taken. */
  matched(place: Place): void {
    this.#mismatches.delete(keyOf(place));
  }

  /** The channel sells it faster than it can be read and written. */
  isHot(place: Place, now: number): boolean {
    const hotUntil = this.#mismatches.get(keyOf(place))?.hotUntil ?? 0;
    if (hotUntil > 0 && hotUntil <= now) this.#mismatches.delete(keyOf(place));
    return hotUntil > now;
  }

  /** The channel is asked for this state of our side: once. */
  noteReadFor(row: ShownRow): void {
    this.#readFor.set(keyOf(row), row.position_version);
  }

  wasReadFor(row: ShownRow): boolean {
    return this.#readFor.get(keyOf(row)) === row.position_version;
  }
}
