/** Why units come from where they come from, in words that a support person reads. They stand in the journal as they are here. */
import { formatMinor } from '../money.ts';
import type { Candidate, Refusal, SourcingRequest, SourcingWish } from './sourcing-candidates.ts';
import type { Preference, RuleSet } from './sourcing-rules.ts';
import { type Cover, CoverSearch, compareCovers, EXACT_LOCATIONS } from './sourcing-search.ts';

/** What was made of a location, for the order's story. */
export interface SourcingNote {
  location: string;
  verdict: string;
  /** chosen: it gives units. possible: it could, and others are better. refused: the rules do not let it, or it has refused itself. Left out: not said. */
  outcome?: 'chosen' | 'possible' | 'refused';
}

interface Decided {
  wishes: readonly SourcingWish[];
  candidates: readonly Candidate[];
  refusals: readonly Refusal[];
  rules: RuleSet;
  cover: Pick<Cover, 'parts' | 'units' | 'used'>;
  request: SourcingRequest;
  wanted: number;
}

export function explain(decided: Decided): { considered: SourcingNote[]; because: string[] } {
  const { candidates, refusals, cover } = decided;
  const used = candidates.filter((candidate) => cover.used.includes(candidate));
  const others = candidates.filter((candidate) => !cover.used.includes(candidate));
  return {
    considered: [
      ...used.map((candidate) => chosen(candidate, decided)),
      ...others.map((candidate) => passedOver(candidate, used, decided)),
      ...refusals.map(
        ({ location, because }): SourcingNote => ({
          location: location.id,
          verdict: `${because}: not asked`,
          outcome: 'refused',
        }),
      ),
    ],
    because: reasons(decided),
  };
}

const NAMES: Readonly<Record<Preference['prefer'], string>> = {
  fewestLocations: 'as few locations as possible',
  lowestCost: 'the lowest cost',
  nearest: 'the nearest',
  priority: 'the highest priority',
  wholeLines: 'no line in parts',
  mostStock: 'where most is available',
  leave: 'no last units',
};

function reasons({ wishes, rules, cover, wanted, request }: Decided): string[] {
  const { used, units } = cover;
  const told = [
    `By the rules "${rules.id}": ${rules.preferences.map(({ prefer }) => NAMES[prefer]).join(', then ')}`,
  ];
  if (used.length > 1 && units === wanted)
    told.push(`It leaves from ${used.length} locations${costOf(used, request)}`);
  for (const [index, wish] of wishes.entries()) {
    const parts = cover.parts.filter((part) => part.wish === index);
    const got = parts.reduce((sum, { quantity }) => sum + quantity, 0);
    if (parts.length > 1)
      told.push(`${wish.sku} comes in ${parts.length} parts: no better way has all ${got} at one location`);
    if (got < wish.quantity)
      told.push(
        `${wish.quantity - got} of ${wish.quantity} × ${wish.sku} can be had from no location that may be asked`,
      );
  }
  return told;
}

function costOf(used: readonly Candidate[], { sourcing }: SourcingRequest): string {
  if (!sourcing.cost) return '';
  const minor = used.reduce((sum, each) => sum + each.parcelMinor + each.locationMinor, 0);
  return `, for ${money(minor, sourcing.cost.currency)}`;
}

function money(minor: number, currency: string): string {
  return `${formatMinor(minor, currency)} ${currency}`;
}

function chosen(candidate: Candidate, { wishes, cover, wanted, rules, request }: Decided): SourcingNote {
  const parts = cover.parts.filter((part) => part.candidate === candidate);
  const units = parts.reduce((sum, { quantity }) => sum + quantity, 0);
  const what = parts.map(({ wish, quantity }) => `${quantity} × ${wishes[wish]?.sku}`).join(', ');
  const marks = rules.preferences.flatMap(({ prefer }) => {
    if (prefer === 'nearest') return [`distance ${candidate.distance}`];
    if (prefer === 'priority') return [`priority ${candidate.location.priority}`];
    if (prefer === 'lowestCost' && request.sourcing.cost)
      return [money(candidate.parcelMinor + candidate.locationMinor, request.sourcing.cost.currency)];
    return [];
  });
  return {
    location: candidate.location.id,
    verdict: `chosen for ${units} of ${wanted} units (${[what, ...marks].join('; ')})`,
    outcome: 'chosen',
  };
}

/** Why a location that may be asked gives nothing: what would have been worse with it. */
function passedOver(candidate: Candidate, used: readonly Candidate[], decided: Decided): SourcingNote {
  const { wishes, wanted, rules, candidates } = decided;
  const note = (verdict: string): SourcingNote => ({
    location: candidate.location.id,
    verdict,
    outcome: 'possible',
  });
  const refused = wishes.filter((_, index) => !candidate.mayGive[index]);
  if (refused.length > 0 && refused.length === wishes.length)
    return { ...note('has refused these units before: not asked again'), outcome: 'refused' };
  const search = new CoverSearch(wishes, candidates, rules.preferences);
  const alone = search.cover([candidate]);
  const has = `has ${alone.units} of ${wanted} units`;
  const before =
    refused.length > 0 ? ` (${refused.map(({ sku }) => sku).join(', ')} it has refused before)` : '';
  if (alone.units === 0 || used.length === 0) return note(`${has}${before}`);
  // The best way in which it gives something: in the place of one that was chosen, or beside them.
  const few = used.slice(0, EXACT_LOCATIONS - 1);
  const ways = [
    [candidate],
    ...few.map((out) => [...few.filter((each) => each !== out), candidate]),
    [...few, candidate],
  ];
  const covers = ways
    .map((way) => search.cover(way))
    .filter((cover) => cover.used.includes(candidate))
    .sort(compareCovers);
  const [best] = covers;
  const actual = search.cover(used);
  if (!best) return note(`${has}${before}; what it has, the chosen ones give better`);
  if (best.units < actual.units) return note(`${has}${before}: not enough`);
  const at = best.score.findIndex((figure, index) => figure !== actual.score[index]);
  return note(`${has}${before}; ${worse(at, best, actual, candidate, decided)}`);
}

function worse(
  at: number,
  best: Cover,
  actual: Cover,
  candidate: Candidate,
  { rules, request, cover }: Decided,
): string {
  const preference = rules.preferences[at];
  if (!preference)
    return at < 0 ? 'as good as what was chosen: the first by name is taken' : 'a line would come in parts';
  const more = (best.score[at] ?? 0) - (actual.score[at] ?? 0);
  switch (preference.prefer) {
    case 'fewestLocations':
      return `with it the order would leave from ${best.used.length} locations instead of ${cover.used.length}`;
    case 'lowestCost':
      return `with it sending would cost ${money(more, request.sourcing.cost?.currency ?? 'EUR')} more`;
    case 'nearest':
      return `farther away (distance ${candidate.distance})`;
    case 'priority':
      return `comes later by priority (${candidate.location.priority})`;
    case 'wholeLines':
      return 'with it a line would come in parts';
    case 'mostStock':
      return 'less is available there';
    case 'leave':
      return `it would give away its last ${preference.units} units`;
    default:
      return preference satisfies never;
  }
}
