/**
 * Ids as the vendor makes them: numbers too large for a double, so that whoever rounds them on the way is found out:
 * neighbours differ in a digit that a double does not hold.
 */
import { createHash } from 'node:crypto';

const BASE = 820_982_000_000_000_000n;
const PER_STORE = 1_000_000_000n;

export class Ids {
  readonly #first: bigint;
  #last = 0n;

  constructor(store: string) {
    const draw = createHash('sha256').update(store).digest().readUInt32BE(0);
    this.#first = BASE + BigInt(draw % 90_000) * PER_STORE;
  }

  /** The digits of a new id; all of a store's have the same length. */
  next(): string {
    this.#last += 1n;
    return String(this.#first + this.#last);
  }
}

/** The global id of a thing. */
export function gid(type: string, id: string): string {
  return `gid://shopify/${type}/${id}`;
}

/** The digits in a global id of this type; undefined for anything else. */
export function idIn(type: string, value: string): string | undefined {
  const prefix = `gid://shopify/${type}/`;
  const id = value.startsWith(prefix) ? value.slice(prefix.length) : '';
  return /^\d+$/.test(id) ? id : undefined;
}

type RawJson = (text: string) => unknown;

/** A number in JSON by its digits, none of them lost. */
export function digits(id: string): unknown {
  return (JSON as unknown as { rawJSON: RawJson }).rawJSON(id);
}
