/**
 * A level of the inventory system against the ledger. What parcels and messages on their way explain is no difference; what is
 * still there at the next level, some time later, is a case, or is healed where messages are known to be lost.
 */
import { CASE_REASONS } from '../case-reasons.ts';
import { type Location, locationOf } from '../config.ts';
import type { StockObservation } from '../messages.ts';
import type { CaseOpening, Ending } from '../process.ts';
import type { StockDraft } from './draft.ts';
import type { Others } from './facts.ts';
import { COUNTED_STATES, type CountedFigures } from './figures.ts';
import { RECENT_LIMIT, sumOf, UNOPENED } from './state.ts';

type Level = Extract<StockObservation, { type: 'stock.level' }>;

/** So many levels in a row, some time apart, must show a difference. */
const ROUNDS = 2;
const MINUTE_MS = 60_000;
const TIMER = /^(compare|gap):(.*)$/s;

export const differsKey = (location: string): string => `stock-differs:${location}`;

/** Compares a level with what the ledger says of its moment. Codes are mapped, the position is open. */
export function compareLevel(draft: StockDraft, level: Level, sku: string, location: string): Ending {
  const place = draft.state.places[location] ?? UNOPENED;
  const { at, key, sequence } = level;
  // Nothing is learnt from a level that is older than one that was looked at, or than what is remembered.
  const newest = place.comparedAt ?? place.openedAt ?? at;
  if (!place.asked && Date.parse(at) < Date.parse(newest)) return 'stale';
  const isAfter = (moved: { at: string; sequence?: number }) =>
    sequence !== undefined && moved.sequence !== undefined
      ? moved.sequence > sequence
      : Date.parse(moved.at) > Date.parse(at);
  const since = place.recent.filter(isAfter);
  if (since.length >= RECENT_LIMIT) return 'stale';
  const after = sumOf(...since);
  const explained = since.length === 0 ? [] : [`${since.length} movements are newer than the level`];

  const theirs: Partial<CountedFigures> = {};
  const ours: Partial<CountedFigures> = {};
  const differs: Partial<CountedFigures> = {};
  for (const state of COUNTED_STATES) {
    const told = level[state];
    if (told === undefined) continue;
    const known = state === 'onHand' ? draft.context.stock.onHand(sku, location) : (place.sums[state] ?? 0);
    theirs[state] = told;
    ours[state] = known - after[state];
    let units = told - ours[state] - (place.accepted[state] ?? 0);
    if (state === 'onHand') units = withoutParcels(draft, level, sku, location, units, explained);
    if (units !== 0) differs[state] = units;
  }
  const differ = Object.keys(differs).length > 0;
  draft.record({
    type: 'StockCompared',
    location,
    at,
    key,
    ...(sequence === undefined ? {} : { sequence }),
    theirs,
    ours,
    differs: differ ? differs : null,
    explained,
    ...(level.lost === undefined ? {} : { lost: level.lost }),
  });
  followComparison(draft, sku, location, level.lost);
  return 'applied';
}

/** What is left of a difference when parcels whose news is under way are taken out of it. */
function withoutParcels(
  draft: StockDraft,
  level: Level,
  sku: string,
  location: string,
  units: number,
  explained: string[],
): number {
  const place = draft.state.places[location] ?? UNOPENED;
  const { stock } = draft.context;
  if (level.shipped !== undefined && place.openedShipped !== null) {
    const left = level.shipped - place.openedShipped;
    const known = place.sums.onHand - stock.onHand(sku, location);
    if (left !== known) explained.push(`${left - known} units are in parcels whose news is under way`);
    return units + left - known;
  }
  const reserved = stock.onHand(sku, location) - stock.unpromised(sku, location);
  const parcels = Math.max(0, Math.min(-units, reserved));
  if (parcels > 0)
    explained.push(
      `${parcels} of the ${reserved} reserved units may have left in parcels whose news is under way`,
    );
  return units + parcels;
}

/** Waits, heals, opens or closes a case, as the comparisons so far say. */
function followComparison(draft: StockDraft, sku: string, location: string, lost?: string): void {
  const { state, context } = draft;
  const place = state.places[location] ?? UNOPENED;
  const caseKey = differsKey(location);
  const { differs } = place;
  if (differs === null) {
    if (state.cases[caseKey] !== undefined)
      draft.record({ type: 'CaseClosed', closes: caseKey, by: 'both agree' });
    draft.timers.push({ name: `compare:${location}`, dueAt: null });
    if (place.missing.length === 0) draft.timers.push({ name: `gap:${location}`, dueAt: null });
    return;
  }
  const where = locationOf(context.config, location);
  // Why it differs is known: nothing more will come that explains it.
  if (lost !== undefined && where?.stockOwner !== 'crossdock') {
    const because = `${lost}: the level of ${differs.level} of ${state.connection} says so`;
    takeDifference(draft, sku, location, because, { healed: true, lost: true });
    draft.timers.push({ name: `compare:${location}`, dueAt: null });
    if (state.cases[caseKey] !== undefined)
      draft.record({ type: 'CaseClosed', closes: caseKey, by: 'healed' });
    return;
  }
  if (differs.rounds < ROUNDS) {
    const dueAt = context.now + context.config.policies.stockSettleMinutes * MINUTE_MS;
    draft.timers.push({ name: `compare:${location}`, dueAt });
    return;
  }
  if (place.missing.length > 0 && where?.stockOwner !== 'crossdock') {
    const gone =
      place.missing.length === 1 ? `message ${place.missing[0]}` : `${place.missing.length} messages`;
    takeDifference(
      draft,
      sku,
      location,
      `${gone} of ${state.connection} did not come: its level of ${differs.level} says so`,
      { healed: true },
    );
    if (state.cases[caseKey] !== undefined)
      draft.record({ type: 'CaseClosed', closes: caseKey, by: 'healed' });
  } else if (state.cases[caseKey] === undefined)
    draft.record({ type: 'CaseOpened', opens: differsCase(draft, sku, location, where) });
}

/** Moves the ledger by the difference that has stood. */
export function takeDifference(
  draft: StockDraft,
  sku: string,
  location: string,
  because: string,
  { healed, lost = false }: { healed: boolean; lost?: boolean },
): void {
  const { onHand: delta = 0, ...others } = draft.state.places[location]?.differs?.units ?? {};
  draft.record({
    type: 'DifferenceTaken',
    sku,
    location,
    delta,
    ...(others satisfies Others),
    because,
    healed,
    ...(lost ? { lost: true as const } : {}),
  });
  if (delta > 0) draft.wakeFirst(location);
}

/** Asks the system how much is there. */
export function requestLevel(draft: StockDraft, location: string, because: string): void {
  const { state, context } = draft;
  const place = state.places[location] ?? UNOPENED;
  const code = context.mappings.toExternal('location', state.connection, location);
  if (code === undefined) return;
  draft.record({
    type: 'LevelRequested',
    location,
    because,
    command: {
      kind: 'inventory.readLevel',
      connection: state.connection,
      key: `${state.key}@${location}#level/${place.requests + 1}`,
      body: { item: state.item, location: code },
    },
  });
}

/** A timer of a place has rung: the difference, or the gap, is looked at. */
export function stockTimerFired(draft: StockDraft, name: string): Ending {
  const [, what, location] = TIMER.exec(name) ?? [];
  const place = location === undefined ? undefined : draft.state.places[location];
  if (location === undefined || !place) return 'applied';
  if (what === 'compare' && place.differs !== null)
    requestLevel(draft, location, 'the level before differed: is it still so?');
  if (what === 'gap' && place.missing.length > 0)
    requestLevel(
      draft,
      location,
      `${place.missing.length} of the movements before ${place.sequence} did not come`,
    );
  return 'applied';
}

/** A level that was asked for does not come: a difference that was seen is for a person to settle. */
export function levelRefused(draft: StockDraft, key: string): Ending {
  const { state, context } = draft;
  const location = Object.keys(state.places).find((each) => key.startsWith(`${state.key}@${each}#level/`));
  const sku = draft.ours('sku', state.item);
  if (location === undefined || sku === undefined) return 'applied';
  if (state.places[location]?.differs && state.cases[differsKey(location)] === undefined)
    draft.record({
      type: 'CaseOpened',
      opens: differsCase(draft, sku, location, locationOf(context.config, location)),
    });
  return 'applied';
}

/** Sets the timer of a gap when it opens, and takes it away when it closes. */
export function followGap(draft: StockDraft, location: string, before: number): void {
  const after = draft.state.places[location]?.missing.length ?? 0;
  const name = `gap:${location}`;
  if (after === 0 && before > 0) draft.timers.push({ name, dueAt: null });
  if (after > 0 && before === 0) {
    const dueAt = draft.context.now + draft.context.config.policies.stockGapMinutes * MINUTE_MS;
    draft.timers.push({ name, dueAt });
  }
}

function differsCase(
  draft: StockDraft,
  sku: string,
  location: string,
  where: Location | undefined,
): CaseOpening {
  const { state, context } = draft;
  const place = state.places[location] ?? UNOPENED;
  const units = place.differs?.units ?? {};
  const words = {
    onHand: 'on hand',
    damaged: 'damaged',
    qualityControl: 'in quality control',
    incoming: 'incoming',
  };
  const signed = (count: number) => (count > 0 ? `${count} more` : `${-count} fewer`);
  const figures = COUNTED_STATES.flatMap((each) => {
    const difference = units[each];
    if (difference === undefined) return [];
    const ours = each === 'onHand' ? context.stock.onHand(sku, location) : place.sums[each];
    return [`${signed(difference)} ${words[each]} than the ledger, which has ${ours}`];
  });
  const reserved = context.stock.onHand(sku, location) - context.stock.unpromised(sku, location);
  const { owner, dueInHours } = CASE_REASONS['stock-differs'];
  const skip =
    where?.stockOwner === 'crossdock'
      ? 'skip the case, and the difference is accepted'
      : `skip the case, and the figure of ${state.connection} is taken over`;
  return {
    key: differsKey(location),
    reason: 'stock-differs',
    message: `${state.connection} has of ${sku} at ${location} ${figures.join(', and ')} (level of ${place.differs?.level}; ${reserved} are reserved). Nothing that is under way explains it`,
    suggestedFix: `Count the shelf. If the ledger is right, correct ${state.connection} and retry this case: the level is asked for again; if not, ${skip}`,
    owner,
    dueInHours,
  };
}
