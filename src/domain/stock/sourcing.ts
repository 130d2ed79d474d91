/**
 * Where an order's units come from: the locations that may be asked, by the filters of the brand's rules, and of them the best
 * way to cover the lines, by its preferences. Every verdict is kept for the order's story.
 */
import type { Location } from '../config.ts';
import type { KitPart } from './kits.ts';
import {
  type Candidate,
  candidatesFor,
  type Refusal,
  type SourcingRequest,
  type SourcingStock,
  type SourcingWish,
} from './sourcing-candidates.ts';
import { type Preference, USUAL_SOURCING } from './sourcing-rules.ts';
import { type Cover, CoverSearch, compareCovers, EXACT_LOCATIONS, type Part } from './sourcing-search.ts';
import { explain, type SourcingNote } from './sourcing-words.ts';

export type { SourcingWish } from './sourcing-candidates.ts';
export type { SourcingNote } from './sourcing-words.ts';

export interface SourcingPlan {
  /** `components`: of kits. */
  allocations: {
    lineId: string;
    sku: string;
    location: string;
    quantity: number;
    components?: KitPart[];
  }[];
  /** Each location that was looked at, and what was made of it: chosen ones first. Empty unless `explained`. */
  considered: SourcingNote[];
  /** Why this plan, in sentences. Empty unless `explained`. */
  because: string[];
  /** The id of the set of rules that decided. */
  rules: string;
  /** What the plan costs (minor units of `cost.currency`): parcels and locations. */
  costMinor: number;
  /** Units are missing, and a location that may not be asked now may be then (epoch ms). */
  retryAt: number | null;
  /** Of SKUs that are missing: units at locations that are closed or full now. Empty where nothing is missing. */
  later: { sku: string; units: number }[];
}

/** What may be left out: the usual rules hold, the goods are sent, and no place is ever closed or full. */
export type SourcingMore = Partial<Omit<SourcingRequest, 'brand' | 'country'>> & {
  /** False: the plan alone is wanted, without a word on why. */
  explained?: boolean;
};

/**
 * Allocates as much as there is, as well as the rules of the brand say. The same input gives the same plan, in whatever order
 * the locations come.
 */
export function planSourcing(
  wishes: readonly SourcingWish[],
  locations: readonly Location[],
  stock: SourcingStock,
  brand: string,
  country: string | null,
  { explained = true, ...more }: SourcingMore = {},
): SourcingPlan {
  const request: SourcingRequest = {
    sourcing: USUAL_SOURCING,
    delivery: 'shipping',
    now: 0,
    ...more,
    brand,
    country,
  };
  const { candidates, refusals, rules } = candidatesFor(wishes, locations, stock, request);
  const cover = coverOf(wishes, candidates, rules.preferences);
  const wanted = wishes.reduce((sum, { quantity }) => sum + quantity, 0);
  const retries = refusals.flatMap(({ retryAt }) => (retryAt === null ? [] : [retryAt]));
  const words = explained
    ? explain({ wishes, candidates, refusals, rules, cover, request, wanted })
    : { considered: [], because: [] };
  return {
    allocations: cover.parts.map(({ wish, candidate, quantity }) => {
      const { lineId, sku, components } = wishes[wish] as SourcingWish;
      const part = { lineId, sku, location: candidate.location.id, quantity };
      return components ? { ...part, components } : part;
    }),
    ...words,
    rules: rules.id,
    costMinor: cover.used.reduce((sum, each) => sum + each.parcelMinor + each.locationMinor, 0),
    retryAt: cover.units < wanted && retries.length > 0 ? Math.min(...retries) : null,
    later: cover.units < wanted ? laterOf(wishes, candidates, refusals, cover, stock) : [],
  };
}

/** Units that are there, and that nobody can pack now. */
function laterOf(
  wishes: readonly SourcingWish[],
  candidates: readonly Candidate[],
  refusals: readonly Refusal[],
  { parts }: Pick<Cover, 'parts'>,
  stock: SourcingStock,
): SourcingPlan['later'] {
  const closed = refusals.filter(({ retryAt }) => retryAt !== null);
  const full = candidates.filter(({ room }) => room !== Number.POSITIVE_INFINITY);
  return [...new Set(wishes.map(({ sku }) => sku))].flatMap((sku) => {
    let units = 0;
    for (const { location } of closed) units += Math.max(0, stock.available(sku, location.id));
    for (const candidate of full) {
      const taken = parts.filter((part) => part.candidate === candidate && wishes[part.wish]?.sku === sku);
      units +=
        (candidate.supply.get(sku)?.units ?? 0) - taken.reduce((sum, { quantity }) => sum + quantity, 0);
    }
    return units > 0 ? [{ sku, units }] : [];
  });
}

/** Covers the wishes by a few candidates that are tried together, and what is left by the next few. */
function coverOf(
  wishes: readonly SourcingWish[],
  candidates: readonly Candidate[],
  preferences: readonly Preference[],
): Pick<Cover, 'parts' | 'units' | 'used'> {
  let open = [...wishes];
  let others = candidates.filter((candidate) => hasSome(candidate, wishes));
  const parts: Part[] = [];
  const used: Candidate[] = [];
  while (others.length > 0 && open.some(({ quantity }) => quantity > 0)) {
    const search = new CoverSearch(open, others, preferences);
    const few = others.length <= EXACT_LOCATIONS ? others : shortlist(search, open, others);
    const cover = search.best(few);
    parts.push(...cover.parts);
    used.push(...cover.used);
    open = open.map((wish, index) => ({
      ...wish,
      quantity:
        wish.quantity - cover.parts.reduce((sum, part) => sum + (part.wish === index ? part.quantity : 0), 0),
    }));
    others = others.filter((candidate) => !few.includes(candidate));
  }
  return { parts, used, units: parts.reduce((sum, { quantity }) => sum + quantity, 0) };
}

function hasSome({ mayGive, supply, room }: Candidate, wishes: readonly SourcingWish[]): boolean {
  return (
    room > 0 &&
    wishes.some(
      ({ sku, quantity }, index) => quantity > 0 && mayGive[index] && (supply.get(sku)?.units ?? 0) > 0,
    )
  );
}

/** Those that alone are best, and for each line two that have it whole, so that together they cover what can be covered. */
function shortlist(
  search: CoverSearch,
  wishes: readonly SourcingWish[],
  candidates: readonly Candidate[],
): Candidate[] {
  const ranked = candidates
    .map((candidate) => ({ candidate, cover: search.cover([candidate]) }))
    .sort((a, b) => compareCovers(a.cover, b.cover))
    .map(({ candidate }) => candidate);
  const needed = wishes.flatMap(({ sku, quantity }, index) =>
    ranked
      .filter(
        ({ mayGive, supply }) => quantity > 0 && mayGive[index] && (supply.get(sku)?.units ?? 0) >= quantity,
      )
      .slice(0, 2),
  );
  const few = new Set([...ranked.slice(0, 2), ...needed].slice(0, EXACT_LOCATIONS));
  for (const candidate of ranked) if (few.size < EXACT_LOCATIONS) few.add(candidate);
  // In their own order, so that ties fall as they always do.
  return candidates.filter((candidate) => few.has(candidate));
}
