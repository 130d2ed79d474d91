/**
 * The best way to cover wishes from candidates: as many units as there are, then the rules' preferences in their order. Exact
 * for up to EXACT_LOCATIONS candidates with stock: every set of them is tried that could still be the best; of more, those that
 * cover most are tried together. What scores once for a location (a parcel, its work) depends on the set; what scores by unit
 * (distance, priority) is filled greedily within the set, which is best there, since a location's later units never score less.
 */
import type { Candidate, SourcingWish } from './sourcing-candidates.ts';
import type { Preference } from './sourcing-rules.ts';

/** Sets of more locations are too many to try. */
export const EXACT_LOCATIONS = 8;

export interface Part {
  /** Index of the wish. */
  wish: number;
  candidate: Candidate;
  quantity: number;
}

/** A way to cover wishes. `score`: one figure a preference, lower is better, the first that differs decides. */
export interface Cover {
  parts: Part[];
  units: number;
  used: Candidate[];
  score: readonly number[];
}

/** A preference as figures. */
interface Dimension {
  /** Once, for a location that is used. */
  ofLocation(candidate: Candidate): number;
  /** For each unit of a SKU. */
  ofUnit(candidate: Candidate, sku: string): number;
  /** Each unit that leaves fewer than this behind scores one. */
  leave(candidate: Candidate): number;
  /** For a line in parts. */
  ofSplit: number;
}

export class CoverSearch {
  readonly #wishes: readonly SourcingWish[];
  readonly #dimensions: Dimension[];
  /** Lines that fewer candidates may give come first. */
  readonly #order: number[];

  constructor(
    wishes: readonly SourcingWish[],
    candidates: readonly Candidate[],
    preferences: readonly Preference[],
  ) {
    this.#wishes = wishes;
    const whole = preferences.some(({ prefer }) => prefer === 'wholeLines');
    const all: readonly Preference[] = whole ? preferences : [...preferences, { prefer: 'wholeLines' }];
    this.#dimensions = all.map((preference) => dimensionOf(preference, candidates));
    const choices = wishes.map((_, index) => candidates.filter(({ mayGive }) => mayGive[index]).length);
    this.#order = wishes
      .map((_, index) => index)
      .sort((a, b) => (choices[a] ?? 0) - (choices[b] ?? 0) || a - b);
  }

  /** The best cover of the wishes by any of these candidates. */
  best(candidates: readonly Candidate[]): Cover {
    const all = this.cover(candidates);
    let best = all;
    // What units score is least where all candidates take part.
    const least = minus(all.score, this.#ofLocations(all.used));
    for (let size = 1; size < candidates.length; size += 1) {
      for (const set of setsOf(candidates, size)) {
        const atLeast = plus(this.#ofLocations(set), least);
        if (best.units === all.units && compareScores(atLeast, best.score) > 0) continue;
        const cover = this.cover(set);
        if (compareCovers(cover, best) < 0) best = cover;
      }
    }
    return best;
  }

  /** Covers as much as these candidates can, as well as they can. */
  cover(candidates: readonly Candidate[]): Cover {
    const left = candidates.map((candidate) => ({
      candidate,
      room: candidate.room,
      units: new Map([...candidate.supply].map(([sku, { units }]) => [sku, units])),
    }));
    const parts: Part[] = [];
    let score: readonly number[] = this.#dimensions.map(() => 0);
    for (const wish of this.#order) {
      const line = this.#line(wish, left);
      for (const { stock, quantity } of line.taken) {
        const { sku } = this.#wish(wish);
        stock.units.set(sku, (stock.units.get(sku) ?? 0) - quantity);
        stock.room -= quantity;
        parts.push({ wish, candidate: stock.candidate, quantity });
      }
      score = plus(score, line.score);
    }
    const used = candidates.filter((candidate) => parts.some((part) => part.candidate === candidate));
    const units = parts.reduce((sum, { quantity }) => sum + quantity, 0);
    parts.sort((a, b) => a.wish - b.wish || compareIds(a.candidate, b.candidate));
    return { parts, units, used, score: plus(score, this.#ofLocations(used)) };
  }

  #wish(index: number): SourcingWish {
    return this.#wishes[index] as SourcingWish;
  }

  /** One line from what is left: whole from one location, or in parts, whichever scores less. */
  #line(index: number, left: readonly Left[]): LineCover {
    const { sku, quantity } = this.#wish(index);
    const open = left.filter(
      ({ candidate, room, units }) => candidate.mayGive[index] && room > 0 && (units.get(sku) ?? 0) > 0,
    );
    const blocks = open.flatMap((stock) => this.#blocks(stock, sku, quantity));
    blocks.sort((a, b) => compareScores(a.each, b.each));
    const taken = new Map<Left, number>();
    let inParts: readonly number[] = this.#dimensions.map(() => 0);
    let missing = quantity;
    for (const { stock, units, each } of blocks) {
      const part = Math.min(units, missing);
      if (part === 0) break;
      missing -= part;
      taken.set(stock, (taken.get(stock) ?? 0) + part);
      inParts = plus(inParts, each, part);
    }
    let best: LineCover = {
      taken: [...taken].map(([stock, units]) => ({ stock, quantity: units })),
      score: inParts,
    };
    if (taken.size <= 1) return best;
    best = { ...best, score: inParts.map((figure, at) => figure + (this.#dimensions[at]?.ofSplit ?? 0)) };
    if (missing > 0) return best;
    for (const stock of open) {
      const own = blocks.filter((block) => block.stock === stock);
      if (own.reduce((sum, { units }) => sum + units, 0) < quantity) continue;
      const score = own.reduce(
        (sum, { each, units }) => plus(sum, each, units),
        inParts.map(() => 0),
      );
      if (compareScores(score, best.score) < 0) best = { taken: [{ stock, quantity }], score };
    }
    return best;
  }

  /** What a location can give of a SKU, cheapest units first, cut where they begin to score more. At most `most` units. */
  #blocks(stock: Left, sku: string, most: number): Block[] {
    const { candidate } = stock;
    const kept = candidate.supply.get(sku)?.kept ?? 0;
    const flat = this.#dimensions.map((dimension) => dimension.ofUnit(candidate, sku));
    const marks = this.#dimensions.map((dimension) => dimension.leave(candidate));
    const blocks: Block[] = [];
    let shelf = (stock.units.get(sku) ?? 0) + kept;
    let wanted = Math.min(shelf - kept, stock.room, most);
    while (wanted > 0) {
      const mark = Math.max(0, ...marks.filter((each) => each < shelf));
      const units = Math.min(wanted, shelf - mark);
      const each = flat.map((figure, at) => figure + ((marks[at] ?? 0) >= shelf ? 1 : 0));
      blocks.push({ stock, units, each });
      shelf -= units;
      wanted -= units;
    }
    return blocks;
  }

  #ofLocations(used: readonly Candidate[]): number[] {
    return this.#dimensions.map((dimension) =>
      used.reduce((sum, candidate) => sum + dimension.ofLocation(candidate), 0),
    );
  }
}

interface Left {
  candidate: Candidate;
  room: number;
  units: Map<string, number>;
}

interface Block {
  stock: Left;
  units: number;
  each: readonly number[];
}

interface LineCover {
  taken: { stock: Left; quantity: number }[];
  score: readonly number[];
}

const NOTHING = (): number => 0;
const PLAIN: Dimension = { ofLocation: NOTHING, ofUnit: NOTHING, leave: NOTHING, ofSplit: 0 };

function dimensionOf(preference: Preference, candidates: readonly Candidate[]): Dimension {
  switch (preference.prefer) {
    case 'fewestLocations':
      return { ...PLAIN, ofLocation: () => 1 };
    case 'lowestCost':
      return { ...PLAIN, ofLocation: ({ parcelMinor, locationMinor }) => parcelMinor + locationMinor };
    case 'nearest':
      return { ...PLAIN, ofUnit: ({ distance }) => distance };
    case 'priority': {
      const first = Math.min(...candidates.map(({ location }) => location.priority));
      return { ...PLAIN, ofUnit: ({ location }) => location.priority - first };
    }
    case 'wholeLines':
      return { ...PLAIN, ofSplit: 1 };
    case 'mostStock':
      return { ...PLAIN, ofUnit: (candidate, sku) => mostOf(candidates, sku) - shelfOf(candidate, sku) };
    case 'leave': {
      const { units, kinds } = preference;
      return { ...PLAIN, leave: ({ location }) => (kinds.includes(location.kind) ? units : 0) };
    }
    default:
      return preference satisfies never;
  }
}

function shelfOf({ supply }: Candidate, sku: string): number {
  const { units, kept } = supply.get(sku) ?? { units: 0, kept: 0 };
  return units + kept;
}

function mostOf(candidates: readonly Candidate[], sku: string): number {
  return Math.max(0, ...candidates.map((candidate) => shelfOf(candidate, sku)));
}

/** All sets of so many candidates, in the candidates' order. */
function* setsOf(candidates: readonly Candidate[], size: number, from = 0): Generator<Candidate[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let at = from; at <= candidates.length - size; at += 1) {
    const first = candidates[at] as Candidate;
    for (const rest of setsOf(candidates, size - 1, at + 1)) yield [first, ...rest];
  }
}

/** Below zero: `a` is better. */
export function compareCovers(a: Cover, b: Cover): number {
  return (
    b.units - a.units ||
    compareScores(a.score, b.score) ||
    a.used.length - b.used.length ||
    compareText(idsOf(a), idsOf(b))
  );
}

export function compareScores(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function idsOf({ used }: Cover): string {
  return used.map(({ location }) => location.id).join('\u0000');
}

function compareIds(a: Candidate, b: Candidate): number {
  return compareText(a.location.id, b.location.id);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function plus(a: readonly number[], b: readonly number[], times = 1): number[] {
  return a.map((figure, at) => figure + times * (b[at] ?? 0));
}

function minus(a: readonly number[], b: readonly number[]): number[] {
  return plus(a, b, -1);
}
