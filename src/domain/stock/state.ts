/** What is known of the stock of one item at one inventory system: the fold of its facts. */
import type { StockObservation } from '../messages.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { StockFact } from './facts.ts';

export interface PlaceState {
  /** When the level was taken that opened the position; null: only movements so far. */
  openedAt: string | null;
  /** Sum of what this stream has moved. */
  sum: number;
  /** Movements before an opening level arrives, to tell those that it contains from those that it does not. */
  early: { at: string; delta: number }[];
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

export const UNOPENED: PlaceState = { openedAt: null, sum: 0, early: [] };

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
      const opened: PlaceState = { openedAt: fact.at, sum: place.sum + fact.delta, early: [] };
      return { ...next, places: { ...state.places, [fact.location]: opened } };
    }
    case 'StockMoved': {
      const place = state.places[fact.location] ?? UNOPENED;
      const { at, delta } = fact;
      const early =
        place.openedAt === null ? [...place.early.slice(-EARLY_LIMIT + 1), { at, delta }] : place.early;
      const moved: PlaceState = { ...place, sum: place.sum + delta, early };
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
