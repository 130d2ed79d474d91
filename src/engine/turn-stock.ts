/** A turn's view of stock: what was read, with the decisions of this turn applied to it. */
import type { Movement, StockView } from '../domain/process.ts';
import type { PositionRow } from '../store/streams.ts';

interface Place {
  onHand: number;
  reserved: number;
  version: number;
}

const NOWHERE: Place = { onHand: 0, reserved: 0, version: 0 };

export class TurnStock implements StockView {
  readonly #places = new Map<string, Place>();
  readonly #log: Movement[] = [];

  /** Later rows win: locked positions over those that were read without a lock. */
  constructor(...layers: readonly (readonly PositionRow[])[]) {
    for (const row of layers.flat()) {
      this.#places.set(`${row.sku}\u0000${row.location}`, {
        onHand: row.on_hand,
        reserved: row.reserved,
        version: row.version,
      });
    }
  }

  #at(sku: string, location: string): Place {
    return this.#places.get(`${sku}\u0000${location}`) ?? NOWHERE;
  }

  available(sku: string, location: string): number {
    const { onHand, reserved } = this.#at(sku, location);
    return onHand - reserved;
  }

  onHand(sku: string, location: string): number {
    return this.#at(sku, location).onHand;
  }

  /** The version of the position that decisions were based on; 0: it did not exist. */
  versionOf(sku: string, location: string): number {
    return this.#at(sku, location).version;
  }

  apply(movement: Movement): void {
    this.#log.push(movement);
    this.#change(movement, 1);
  }

  /** A mark to come back to when a stream's deciding fails half-way. */
  savepoint(): number {
    return this.#log.length;
  }

  rollback(savepoint: number): void {
    for (const movement of this.#log.splice(savepoint)) this.#change(movement, -1);
  }

  #change(movement: Movement, sign: 1 | -1): void {
    const { onHand, reserved, version } = this.#at(movement.sku, movement.location);
    this.#places.set(`${movement.sku}\u0000${movement.location}`, {
      onHand: onHand + sign * movement.onHand,
      reserved: reserved + sign * movement.reserved,
      version,
    });
  }
}
