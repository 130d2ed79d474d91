/**
 * The stock of one item as one inventory system counts it. It applies the system's movements once, whatever their order,
 * keeps those whose codes are not mapped until they are, and wakes the orders that wait for units.
 */
import { CASE_REASONS } from '../case-reasons.ts';
import { locationOf } from '../config.ts';
import type { StockObservation } from '../messages.ts';
import type { CaseOpening, Decision, DecisionContext, Ending, Process, StreamMessage } from '../process.ts';
import { adjust } from './adjusting.ts';
import {
  compareLevel,
  differsKey,
  followGap,
  levelRefused,
  requestLevel,
  stockTimerFired,
  takeDifference,
} from './compare.ts';
import { type CodeKind, StockDraft, WAKE_AT_ONCE } from './draft.ts';
import { type Others, STOCK_FACT_TYPES, type StockFact } from './facts.ts';
import type { CountedFigures } from './figures.ts';
import { tellReturn } from './returned.ts';
import { followReceipts, giveUpLate, isLateCase } from './rules-receipts.ts';
import {
  codeOf,
  evolveStock,
  initialStock,
  isNumberKnown,
  type StockState,
  sumOf,
  UNOPENED,
} from './state.ts';

export type { StockFact } from './facts.ts';
export type { StockState } from './state.ts';

function decide(before: StockState, message: StreamMessage, context: DecisionContext): Decision<StockFact> {
  const draft = new StockDraft(before, context);
  const outcome = absorb(draft, message);
  countParked(draft);
  followReceipts(draft, before);
  return { facts: draft.facts, timers: draft.timers, messages: draft.messages, outcome };
}

function absorb(draft: StockDraft, message: StreamMessage): Ending {
  const { state } = draft;
  switch (message.type) {
    case 'stock.wanted':
      if (
        state.waiting.includes(message.order) &&
        (message.units ?? null) === (state.wants?.[message.order]?.units ?? null)
      )
        return 'duplicate';
      draft.record({ ...message, type: 'OrderWaits' });
      // Units may have come while the message was on its way.
      draft.wake([message.order]);
      return 'applied';
    case 'stock.unwanted': {
      const place = state.waiting.indexOf(message.order);
      if (place < 0) return 'duplicate';
      draft.record({ type: 'OrderWaitsNoMore', order: message.order });
      // It has what it needs, or needs nothing: the next in line may take what is left.
      if (place < WAKE_AT_ONCE && isAvailable(draft))
        draft.wake(draft.state.waiting.slice(WAKE_AT_ONCE - 1, WAKE_AT_ONCE));
      return 'applied';
    }
    case 'stock.adjust':
      return adjust(draft, message);
    case 'stock.arrived':
      draft.wakeFirst();
      return 'applied';
    case 'operator.skipCase': {
      if (state.cases[message.caseKey] === undefined) return 'duplicate';
      const location = differingLocation(message.caseKey);
      if (location !== undefined) return settleDifference(draft, location, message);
      const givenUp = giveUpLate(draft, message.caseKey, message.by);
      if (givenUp) return givenUp;
      const [kind, code] = parseCaseKey(message.caseKey);
      draft.record({ type: 'CaseClosed', closes: message.caseKey, by: message.by });
      draft.record({ type: 'CodeIgnored', kind, code, by: message.by });
      return 'applied';
    }
    case 'operator.retryCase': {
      const location = differingLocation(message.caseKey);
      if (location !== undefined && state.cases[message.caseKey] !== undefined)
        requestLevel(draft, location, `asked for by ${message.by}`);
      return 'applied';
    }
    case 'command.rejected':
    case 'command.unsettled':
      return levelRefused(draft, message.key);
    case 'timer.fired':
      return stockTimerFired(draft, message.name);
    case 'stock.level':
    case 'stock.moved':
      if (state.seen.includes(message.key) && !isAwaited(draft, message)) return 'duplicate';
      return count(draft, message, false);
    case 'configuration.changed':
      // Less may be kept back now. What is parked is looked at below.
      if (state.waiting.length > 0 && isAvailable(draft)) draft.wakeFirst();
      return 'applied';
    default:
      // An answer to a command: the level comes as a message of its own.
      return 'applied';
  }
}

/** Some location of this system has units that can be promised. */
function isAvailable(draft: StockDraft): boolean {
  const { state, context } = draft;
  const sku = draft.ours('sku', state.item);
  if (sku === undefined) return false;
  return context.config.locations.some(
    ({ id, inventory }) => inventory === state.connection && context.stock.available(sku, id) > 0,
  );
}

/** The first code of an observation that has no row in the mappings. */
function missingCode(draft: StockDraft, observation: StockObservation): CodeKind | null {
  if (draft.ours('sku', observation.sku) === undefined) return 'sku';
  return draft.ours('location', observation.location) === undefined ? 'location' : null;
}

function count(draft: StockDraft, observation: StockObservation, wasParked: boolean): Ending {
  const missing = missingCode(draft, observation);
  if (missing) return park(draft, observation, missing);
  const sku = draft.ours('sku', observation.sku) ?? '';
  const location = draft.ours('location', observation.location) ?? '';
  const place = draft.state.places[location] ?? UNOPENED;
  const { key, at, sequence } = observation;
  const counted = {
    location,
    at,
    key,
    ...(sequence === undefined ? {} : { sequence }),
    ...(wasParked ? { parked: true as const } : {}),
  };
  if (observation.type === 'stock.level') {
    if (place.openedAt !== null) {
      if (!wasParked) return compareLevel(draft, observation, sku, location);
      draft.record({ type: 'MovementAlreadyCounted', ...counted });
      return 'stale';
    }
    const isSince = (moved: { at: string; sequence?: number }) =>
      sequence !== undefined && moved.sequence !== undefined
        ? moved.sequence > sequence
        : Date.parse(moved.at) > Date.parse(at);
    const since = sumOf(...place.recent.filter(isSince));
    // A state that the system does not count stands as its movements say.
    const open = (state: keyof CountedFigures) => {
      const told = observation[state];
      return told === undefined ? 0 : told + since[state] - place.sums[state];
    };
    const { shipped } = observation;
    draft.record({
      type: 'StockOpened',
      sku,
      delta: open('onHand'),
      ...others(open),
      ...(shipped === undefined ? {} : { shipped }),
      ...counted,
    });
    followGap(draft, location, place.missing.length);
    draft.wakeFirst(location);
    return 'applied';
  }
  if (!wasParked && isNumberKnown(place, sequence)) return 'duplicate';
  tellReturn(draft, observation, sku, location);
  const isOpened =
    place.openedSequence !== null && sequence !== undefined
      ? sequence <= place.openedSequence
      : place.openedAt !== null && Date.parse(at) <= Date.parse(place.openedAt);
  const isSettled = place.settledAt !== undefined && Date.parse(at) <= Date.parse(place.settledAt);
  if (isOpened || isSettled) {
    draft.record({ type: 'MovementAlreadyCounted', ...counted });
    return 'stale';
  }
  const { delta, reason, disposition, document, expectedAt } = observation;
  const { stockOwner, returnsBy } = locationOf(draft.context.config, location) ?? {};
  const isCorrection = reason === 'adjusted' || reason === 'counted';
  // What comes back there counts as the channel or the fulfilment system says, once.
  const isTheirs = reason === 'returned' && returnsBy !== undefined && returnsBy !== 'inventory';
  if ((isCorrection && stockOwner === 'crossdock') || isTheirs) {
    const changed = others((state) => observation[state] ?? 0);
    draft.record({ type: 'CorrectionNotTaken', kind: reason, delta, ...changed, ...counted });
    followGap(draft, location, place.missing.length);
    return 'applied';
  }
  draft.record({
    type: 'StockMoved',
    sku,
    delta,
    kind: reason,
    ...others((state) => observation[state] ?? 0),
    ...(disposition === undefined ? {} : { disposition }),
    ...(document === undefined ? {} : { document }),
    ...(expectedAt === undefined ? {} : { expectedAt }),
    ...counted,
  });
  followGap(draft, location, place.missing.length);
  if (delta > 0) draft.wakeFirst(location);
  return 'applied';
}

/** A level that was asked for may say the same as one before: that is an answer, too. */
function isAwaited(draft: StockDraft, observation: StockObservation): boolean {
  const location = draft.ours('location', observation.location);
  return (
    observation.type === 'stock.level' &&
    location !== undefined &&
    draft.state.places[location]?.asked === true
  );
}

/** The location of a case that its level differs; undefined: it is another case. */
function differingLocation(caseKey: string): string | undefined {
  const prefix = differsKey('');
  return caseKey.startsWith(prefix) ? caseKey.slice(prefix.length) : undefined;
}

/** A person has decided who is right: the owner of the stock. */
function settleDifference(
  draft: StockDraft,
  location: string,
  { caseKey, by }: { caseKey: string; by: string },
): Ending {
  const sku = draft.ours('sku', draft.state.item);
  draft.record({ type: 'CaseClosed', closes: caseKey, by });
  const level = draft.state.places[location]?.differs?.level;
  if (sku === undefined || level === undefined) return 'applied';
  if (locationOf(draft.context.config, location)?.stockOwner === 'crossdock')
    draft.record({ type: 'DifferenceAccepted', location, by });
  else
    takeDifference(draft, sku, location, `the level of ${level}, taken over by ${by}`, {
      healed: false,
    });
  return 'applied';
}

/** The states besides on hand that change, as a fact names them. */
function others(change: (state: keyof Others) => number): Others {
  const changed: Others = {};
  for (const state of ['damaged', 'qualityControl', 'incoming'] as const) {
    const units = change(state);
    if (units !== 0) changed[state] = units;
  }
  return changed;
}

function park(draft: StockDraft, observation: StockObservation, kind: CodeKind): Ending {
  const code = codeOf(observation, kind);
  if (draft.state.ignored.includes(`${kind}:${code}`)) return 'applied';
  const opens = unmapped(kind, draft.state, code);
  const isOpen = draft.state.cases[opens.key] !== undefined;
  draft.record({
    type: 'MovementParked',
    observation,
    key: observation.key,
    ...(isOpen ? {} : { opens }),
  });
  return 'case';
}

/** Counts what had waited for a mapping that is there now, and closes its cases. */
function countParked(draft: StockDraft): void {
  for (const observation of draft.state.parked) {
    if (missingCode(draft, observation) === null) count(draft, observation, true);
  }
  for (const caseKey of Object.keys(draft.state.cases)) {
    if (differingLocation(caseKey) !== undefined || isLateCase(caseKey)) continue;
    const [kind, code] = parseCaseKey(caseKey);
    if (draft.ours(kind, code) !== undefined)
      draft.record({ type: 'CaseClosed', closes: caseKey, by: 'mapped' });
  }
  // What waited for two codes and has got one of them is now a case of the other.
  for (const observation of draft.state.parked) {
    const kind = missingCode(draft, observation);
    const opens = kind && unmapped(kind, draft.state, codeOf(observation, kind));
    if (opens && draft.state.cases[opens.key] === undefined) draft.record({ type: 'CaseOpened', opens });
  }
}

const CASE_KEY = /^unmapped-(sku|location):(.*)$/s;

function parseCaseKey(key: string): [kind: CodeKind, code: string] {
  const [, kind, code] = CASE_KEY.exec(key) ?? [];
  if (code === undefined) throw new Error(`"${key}" is no case of an item's stock`);
  return [kind as CodeKind, code];
}

function unmapped(kind: CodeKind, state: StockState, code: string): CaseOpening {
  const reason = `unmapped-${kind}` as const;
  const { owner, dueInHours } = CASE_REASONS[reason];
  return {
    key: `${reason}:${code}`,
    reason,
    message: `${state.connection} speaks of ${kind} "${code}", which is not mapped; what it says of it waits`,
    suggestedFix: `crossdock map set ${kind} ${state.connection} "${code}" OUR-CODE, and what waits is counted; skip this case when it is none of ours`,
    owner,
    dueInHours,
  };
}

export const stockProcess: Process<StockState, StockFact> = {
  kind: 'stock',
  evolveVersion: 5,
  factTypes: STOCK_FACT_TYPES,
  initial: initialStock,
  evolve: evolveStock,
  decide,
  skusOf(state, _message, mappings) {
    return [mappings.toInternal('sku', state.connection, state.item) ?? []].flat();
  },
  movementsOf(fact) {
    if (fact.type === 'DifferenceTaken') {
      const { sku, location, delta: onHand, because: reason } = fact;
      const changed = others((state) => fact[state] ?? 0);
      return [{ sku, location, kind: 'adjusted', onHand, reserved: 0, ...changed, reason }];
    }
    if (fact.type === 'AdjustedByPerson') {
      const { sku, location, delta: onHand, key: act, reason, by } = fact;
      return [{ sku, location, kind: 'adjusted', onHand, reserved: 0, act, reason: `${reason} (${by})` }];
    }
    if (fact.type !== 'StockOpened' && fact.type !== 'StockMoved') return [];
    const { sku, location, delta: onHand, key: act } = fact;
    const changed = others((state) => fact[state] ?? 0);
    const moved = { sku, location, onHand, reserved: 0, ...changed, act };
    if (fact.type === 'StockOpened') return [{ ...moved, kind: 'opening' }];
    const reason = [fact.disposition, fact.document].filter(Boolean).join(', ');
    return [{ ...moved, kind: fact.kind, ...(reason === '' ? {} : { reason }) }];
  },
  summary(state) {
    return { status: state.waiting.length > 0 ? 'wanted' : 'quiet', title: state.item, closed: true };
  },
};
