/** What is known of the stock of one item at one inventory system: the fold of its facts. */
import type { StockObservation } from '../messages.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { StockFact } from './facts.ts';
import { COUNTED_STATES, type CountedFigures } from './figures.ts';

export interface PlaceState {
  /** When the level was taken that opened the position; null: only movements so far. */
  openedAt: string | null;
  /** Sums of what this stream has moved. */
  sums: CountedFigures;
  /** Movements before an opening level arrives, to tell those that it contains from those that it does not. */
  early: ({ at: string } & CountedFigures)[];
}

export interface StockState {
  key: string;
  connection: string;
  item: string;
  /** By our location. */
  places: Record<string, PlaceState>;
  /** Keys of the newest acts, to recognise duplicates. */
  seen: string[];
  /** What waits for a mapping. */
  parked: StockObservation[];
  /** Codes that a person has declared to be none of ours: `sku:CODE`, `location:CODE`. */
  ignored: string[];
  /** Orders that wait for units, the longest first. */
  waiting: string[];
  cases: Record<string, string>;
}

/** As many acts as a system may tell twice: far beyond any overlap window. */
const SEEN_LIMIT = 400;
/** As many movements as can lie between an opening level and its arrival. */
const EARLY_LIMIT = 400;

const NOTHING: CountedFigures = Object.freeze({ onHand: 0, damaged: 0, qualityControl: 0, incoming: 0 });

export const UNOPENED: PlaceState = { openedAt: null, sums: NOTHING, early: [] };

/** What a fact changes, state by state. */
export function changeOf(fact: { delta: number } & Partial<Omit<CountedFigures, 'onHand'>>): CountedFigures {
  const { delta: onHand, damaged = 0, qualityControl = 0, incoming = 0 } = fact;
  return { onHand, damaged, qualityControl, incoming };
}

/** Sums of several changes. */
export function sumOf(...changes: readonly CountedFigures[]): CountedFigures {
  const sum = { ...NOTHING };
  for (const change of changes) for (const state of COUNTED_STATES) sum[state] += change[state];
  return sum;
}

/** An item that nothing has been heard of. */
export function initialStock(key: string): StockState {
  const { connection, id } = parseStreamKey(key);
  return {
    key,
    connection,
    item: id,
    places: {},
    seen: [],
    parked: [],
    ignored: [],
    waiting: [],
    cases: {},
  };
}

/** The state after a fact. */
export function evolveStock(state: StockState, fact: StockFact): StockState {
  const next: StockState = { ...state };
  if (fact.opens) next.cases = { ...state.cases, [fact.opens.key]: fact.opens.reason };
  if (fact.closes !== undefined) {
    const { [fact.closes]: _, ...rest } = state.cases;
    next.cases = rest;
  }
  if ('key' in fact) next.seen = remember(state.seen, fact.key);
  if ('parked' in fact) next.parked = state.parked.filter((observation) => observation.key !== fact.key);
  switch (fact.type) {
    case 'StockOpened': {
      const place = state.places[fact.location] ?? UNOPENED;
      const sums = sumOf(place.sums, changeOf(fact));
      const opened: PlaceState = { openedAt: fact.at, sums, early: [] };
      return { ...next, places: { ...state.places, [fact.location]: opened } };
    }
    case 'StockMoved': {
      const place = state.places[fact.location] ?? UNOPENED;
      const change = changeOf(fact);
      const early =
        place.openedAt === null
          ? [...place.early.slice(-EARLY_LIMIT + 1), { at: fact.at, ...change }]
          : place.early;
      const moved: PlaceState = { ...place, sums: sumOf(place.sums, change), early };
      return { ...next, places: { ...state.places, [fact.location]: moved } };
    }
    case 'MovementParked':
      return { ...next, parked: [...state.parked, fact.observation] };
    case 'CodeIgnored':
      return {
        ...next,
        ignored: [...state.ignored, `${fact.kind}:${fact.code}`],
        parked: state.parked.filter((observation) => codeOf(observation, fact.kind) !== fact.code),
      };
    case 'OrderWaits':
      return { ...next, waiting: [...state.waiting, fact.order] };
    case 'OrderWaitsNoMore':
      return { ...next, waiting: state.waiting.filter((order) => order !== fact.order) };
    case 'MovementAlreadyCounted':
    case 'CaseOpened':
    case 'CaseClosed':
      return next;
    default:
      return fact satisfies never;
  }
}

export function codeOf(observation: StockObservation, kind: 'sku' | 'location'): string {
  return kind === 'sku' ? observation.sku : observation.location;
}

/** A parked movement is remembered when it is parked; counting it later adds nothing. */
function remember(seen: string[], key: string): string[] {
  return seen.includes(key) ? seen : [...seen.slice(-SEEN_LIMIT + 1), key];
}
