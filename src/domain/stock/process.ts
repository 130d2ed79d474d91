/**
 * The stock of one item as one inventory system counts it. It applies the system's movements once, whatever their order,
 * keeps those whose codes are not mapped until they are, and wakes the orders that wait for units.
 */
import { CASE_REASONS } from '../case-reasons.ts';
import type { StockObservation } from '../messages.ts';
import type {
  CaseOpening,
  Decision,
  DecisionContext,
  Ending,
  Outgoing,
  Process,
  StreamMessage,
} from '../process.ts';
import { type Others, STOCK_FACT_TYPES, type StockFact } from './facts.ts';
import type { CountedFigures } from './figures.ts';
import { codeOf, evolveStock, initialStock, type StockState, sumOf, UNOPENED } from './state.ts';

export type { StockFact } from './facts.ts';
export type { StockState } from './state.ts';

type CodeKind = 'sku' | 'location';

/**
 * So many orders are woken at once, the longest waiting first; the next ones are woken as these leave the list. A receipt
 * of a few units must not have thousands decide.
 */
const WAKE_AT_ONCE = 200;

class StockDraft {
  state: StockState;
  readonly facts: StockFact[] = [];
  readonly messages: Outgoing[] = [];
  readonly context: DecisionContext;

  constructor(state: StockState, context: DecisionContext) {
    this.state = state;
    this.context = context;
  }

  record(fact: StockFact): void {
    this.facts.push(fact);
    this.state = evolveStock(this.state, fact);
  }

  /** Orders stay in the list until they say that they have what they need: being woken is no promise. */
  wake(orders: readonly string[], location?: string): void {
    const message: StreamMessage = {
      type: 'stock.arrived',
      sku: this.state.item,
      ...(location === undefined ? {} : { location }),
    };
    for (const order of orders) this.messages.push({ stream: 'order', key: order, message });
  }

  /** Wakes those that have waited longest. `location` (ours): where goods came in. */
  wakeFirst(location?: string): void {
    this.wake(this.state.waiting.slice(0, WAKE_AT_ONCE), location);
  }

  /** Our code of a code of the system; undefined: it is not mapped. */
  ours(kind: CodeKind, code: string): string | undefined {
    return this.context.mappings.toInternal(kind, this.state.connection, code);
  }
}

function decide(before: StockState, message: StreamMessage, context: DecisionContext): Decision<StockFact> {
  const draft = new StockDraft(before, context);
  const outcome = absorb(draft, message);
  countParked(draft);
  return { facts: draft.facts, timers: [], messages: draft.messages, outcome };
}

function absorb(draft: StockDraft, message: StreamMessage): Ending {
  const { state } = draft;
  switch (message.type) {
    case 'stock.wanted':
      if (state.waiting.includes(message.order)) return 'duplicate';
      draft.record({ type: 'OrderWaits', order: message.order });
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
    case 'stock.arrived':
      draft.wakeFirst();
      return 'applied';
    case 'operator.skipCase': {
      if (state.cases[message.caseKey] === undefined) return 'duplicate';
      const [kind, code] = parseCaseKey(message.caseKey);
      draft.record({ type: 'CaseClosed', closes: message.caseKey, by: message.by });
      draft.record({ type: 'CodeIgnored', kind, code, by: message.by });
      return 'applied';
    }
    case 'stock.level':
    case 'stock.moved':
      if (state.seen.includes(message.key)) return 'duplicate';
      return count(draft, message, false);
    case 'configuration.changed':
      // Less may be kept back now. What is parked is looked at below.
      if (state.waiting.length > 0 && isAvailable(draft)) draft.wakeFirst();
      return 'applied';
    default:
      // A retried case: what is parked is looked at below.
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
  const { key, at } = observation;
  const counted = { location, at, key, ...(wasParked ? { parked: true as const } : {}) };
  if (observation.type === 'stock.level') {
    if (place.openedAt !== null) {
      if (wasParked) draft.record({ type: 'MovementAlreadyCounted', ...counted });
      return 'stale';
    }
    const since = sumOf(...place.early.filter((moved) => Date.parse(moved.at) > Date.parse(at)));
    // A state that the system does not count stands as its movements say.
    const open = (state: keyof CountedFigures) => {
      const told = observation[state];
      return told === undefined ? 0 : told + since[state] - place.sums[state];
    };
    draft.record({ type: 'StockOpened', sku, delta: open('onHand'), ...others(open), ...counted });
    draft.wakeFirst(location);
    return 'applied';
  }
  if (place.openedAt !== null && Date.parse(at) <= Date.parse(place.openedAt)) {
    draft.record({ type: 'MovementAlreadyCounted', ...counted });
    return 'stale';
  }
  const { delta, reason, disposition, document } = observation;
  draft.record({
    type: 'StockMoved',
    sku,
    delta,
    kind: reason,
    ...others((state) => observation[state] ?? 0),
    ...(disposition === undefined ? {} : { disposition }),
    ...(document === undefined ? {} : { document }),
    ...counted,
  });
  if (delta > 0) draft.wakeFirst(location);
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
  evolveVersion: 3,
  factTypes: STOCK_FACT_TYPES,
  initial: initialStock,
  evolve: evolveStock,
  decide,
  skusOf(state, _message, mappings) {
    return [mappings.toInternal('sku', state.connection, state.item) ?? []].flat();
  },
  movementsOf(fact) {
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
