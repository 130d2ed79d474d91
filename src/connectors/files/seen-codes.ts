/** Finds codes that come twice among millions, in sixteen bytes a code: by a 64-bit hash in a table of open addressing. */
const FIRST_SLOTS = 1024;

export class SeenCodes {
  #high = new Uint32Array(FIRST_SLOTS);
  #low = new Uint32Array(FIRST_SLOTS);
  #count = 0;
  readonly #repeated = new Set<string>();

  /** Notes a code; true: it was there before. */
  add(code: string): boolean {
    const [high, low] = hash(code);
    if (this.#put(high, low)) {
      this.#repeated.add(code);
      return true;
    }
    if (this.#count * 2 > this.#high.length) this.#grow();
    return false;
  }

  /** Codes that came more than once. */
  get repeated(): ReadonlySet<string> {
    return this.#repeated;
  }

  #put(high: number, low: number): boolean {
    const mask = this.#high.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const [there, rest] = [this.#high[slot] ?? 0, this.#low[slot] ?? 0];
      if (there === high && rest === low) return true;
      if (there !== 0 || rest !== 0) continue;
      this.#high[slot] = high;
      this.#low[slot] = low;
      this.#count += 1;
      return false;
    }
  }

  #grow(): void {
    const [high, low] = [this.#high, this.#low];
    this.#high = new Uint32Array(high.length * 2);
    this.#low = new Uint32Array(low.length * 2);
    this.#count = 0;
    for (let slot = 0; slot < high.length; slot += 1)
      if (high[slot] !== 0 || low[slot] !== 0) this.#put(high[slot] ?? 0, low[slot] ?? 0);
  }
}

/** Two 32-bit halves, never both zero (cyrb53's mixing). */
function hash(text: string): [number, number] {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 2_654_435_761);
    two = Math.imul(two ^ code, 1_597_334_677);
  }
  one = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(two ^ (two >>> 13), 3_266_489_909);
  two = Math.imul(two ^ (two >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909);
  const [high, low] = [one >>> 0, two >>> 0];
  return high === 0 && low === 0 ? [1, 0] : [high, low];
}
