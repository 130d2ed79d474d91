/** What is known of the stock of one item at one inventory system: the fold of its facts. */
import type { StockObservation } from '../messages.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { StockFact } from './facts.ts';
import { COUNTED_STATES, type CountedFigures } from './figures.ts';
import { type Expected, type Receipt, receiptsAfter } from './receipts.ts';

export interface PlaceState {
  /** When the level was taken that opened the position; null: only movements so far. */
  openedAt: string | null;
  /** Sums of what this stream has moved. */
  sums: CountedFigures;
  /** The newest movements, to tell those that a level contains from those that it does not. */
  recent: ({ at: string; sequence?: number } & CountedFigures)[];
  /** The system's count of parcels when the position was opened; null: it does not tell. */
  openedShipped: number | null;
  /** Of the opening level, and the highest that was told since, by the system's own numbering; null: it has none. */
  openedSequence: number | null;
  sequence: number | null;
  /** Numbers below the highest that have not come. */
  missing: number[];
  /** When the newest level was taken that was compared. */
  comparedAt: string | null;
  /** A difference that no comparison in a row has explained: the part that they have in common. */
  differs: { units: Partial<CountedFigures>; rounds: number; level: string } | null;
  /** Differences that a person has accepted. */
  accepted: Partial<CountedFigures>;
  /** A level was asked for and has not come. */
  asked: boolean;
  /** How often one was asked for. */
  requests: number;
  /** What is to come with a day, earliest first; left out: nothing. */
  receipts?: Receipt[];
  /** A level made good what was lost before it, and was taken over: what is older is in it. Left out: none did. */
  settledAt?: string;
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
  /** Of those: for how many units, and when they were placed; left out: nobody has said. */
  wants?: Record<string, { units: number; placedAt: string }>;
  /** What orders were told to expect; left out: nothing. */
  promised?: Record<string, Expected[]>;
  cases: Record<string, string>;
}

/** As many acts as a system may tell twice: far beyond any overlap window. */
const SEEN_LIMIT = 400;
/** As many movements as can lie between a level and its arrival: of an opening one, and of a later one. */
const EARLY_LIMIT = 400;
export const RECENT_LIMIT = 50;
/** Missing numbers that are remembered. */
const MISSING_LIMIT = 200;

const NOTHING: CountedFigures = Object.freeze({ onHand: 0, damaged: 0, qualityControl: 0, incoming: 0 });

export const UNOPENED: PlaceState = {
  openedAt: null,
  sums: NOTHING,
  recent: [],
  openedShipped: null,
  openedSequence: null,
  sequence: null,
  missing: [],
  comparedAt: null,
  differs: null,
  accepted: {},
  asked: false,
  requests: 0,
};

/** True when a movement of this number has come, or lies in the opening level. */
export function isNumberKnown(place: PlaceState, sequence: number | undefined): boolean {
  if (sequence === undefined || place.sequence === null) return false;
  return sequence <= place.sequence && !place.missing.includes(sequence);
}

/** The place after a number: those that it leaves out are missing. */
function numbered(place: PlaceState, sequence: number | undefined): PlaceState {
  if (sequence === undefined) return place;
  if (place.sequence === null) return { ...place, sequence };
  const left = place.missing.filter((each) => each !== sequence);
  if (sequence <= place.sequence) return { ...place, missing: left };
  const from = Math.max(place.sequence + 1, sequence - MISSING_LIMIT);
  const skipped = Array.from({ length: sequence - from }, (_, index) => from + index);
  return { ...place, sequence, missing: [...left, ...skipped].slice(-MISSING_LIMIT) };
}

/** What two differences have in common: the smaller one of the same sign, state by state. */
export function commonPart(
  a: Partial<CountedFigures>,
  b: Partial<CountedFigures>,
): Partial<CountedFigures> | null {
  const common: Partial<CountedFigures> = {};
  for (const state of COUNTED_STATES) {
    const [one, other] = [a[state] ?? 0, b[state] ?? 0];
    if (one * other > 0) common[state] = Math.sign(one) * Math.min(Math.abs(one), Math.abs(other));
  }
  return Object.keys(common).length > 0 ? common : null;
}

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
      const opened: PlaceState = {
        ...place,
        openedAt: fact.at,
        sums,
        recent: place.recent.slice(-RECENT_LIMIT),
        openedShipped: fact.shipped ?? null,
        openedSequence: fact.sequence ?? null,
        sequence: fact.sequence === undefined ? place.sequence : Math.max(fact.sequence, place.sequence ?? 0),
        missing: place.missing.filter((each) => each > (fact.sequence ?? Number.POSITIVE_INFINITY)),
      };
      return { ...next, places: { ...state.places, [fact.location]: opened } };
    }
    case 'StockMoved': {
      const place = state.places[fact.location] ?? UNOPENED;
      const change = changeOf(fact);
      const { at, sequence } = fact;
      const limit = place.openedAt === null ? EARLY_LIMIT : RECENT_LIMIT;
      const recent = [
        ...place.recent.slice(-limit + 1),
        { at, ...(sequence === undefined ? {} : { sequence }), ...change },
      ];
      const moved: PlaceState = {
        ...numbered(place, sequence),
        sums: sumOf(place.sums, change),
        recent,
        ...announced(place, fact),
      };
      return { ...next, places: { ...state.places, [fact.location]: moved } };
    }
    case 'MovementAlreadyCounted':
    case 'CorrectionNotTaken': {
      const place = state.places[fact.location];
      if (!place) return next;
      return { ...next, places: { ...state.places, [fact.location]: numbered(place, fact.sequence) } };
    }
    case 'StockCompared': {
      const place = state.places[fact.location] ?? UNOPENED;
      const { differs, at, sequence } = fact;
      const before = place.differs;
      const common = differs && before && fact.lost === undefined ? commonPart(before.units, differs) : null;
      const compared: PlaceState = {
        // A level tells how far the numbers are: what has not come of them is missing.
        ...(sequence !== undefined && sequence > (place.sequence ?? sequence)
          ? { ...numbered(place, sequence + 1), sequence }
          : place),
        comparedAt: at,
        asked: false,
        differs:
          differs === null
            ? null
            : { units: common ?? differs, rounds: common && before ? before.rounds + 1 : 1, level: at },
      };
      if (fact.lost !== undefined && differs === null) compared.settledAt = at;
      // Both agree with everything up to this number: what was lost on the way changes nothing any more.
      if (differs === null && sequence !== undefined)
        compared.missing = compared.missing.filter((each) => each > sequence);
      return { ...next, places: { ...state.places, [fact.location]: compared } };
    }
    case 'LevelRequested': {
      const place = state.places[fact.location] ?? UNOPENED;
      const asked: PlaceState = { ...place, asked: true, requests: place.requests + 1 };
      return { ...next, places: { ...state.places, [fact.location]: asked } };
    }
    case 'DifferenceTaken': {
      const place = state.places[fact.location] ?? UNOPENED;
      const taken: PlaceState = {
        ...place,
        sums: sumOf(place.sums, changeOf(fact)),
        differs: null,
        missing: fact.healed ? [] : place.missing,
        ...(fact.lost && place.comparedAt !== null ? { settledAt: place.comparedAt } : {}),
      };
      return { ...next, places: { ...state.places, [fact.location]: taken } };
    }
    case 'DifferenceAccepted': {
      const place = state.places[fact.location] ?? UNOPENED;
      const accepted = { ...place.accepted };
      for (const stateName of COUNTED_STATES) {
        const units = (accepted[stateName] ?? 0) + (place.differs?.units[stateName] ?? 0);
        if (units === 0) delete accepted[stateName];
        else accepted[stateName] = units;
      }
      const settled: PlaceState = { ...place, accepted, differs: null };
      return { ...next, places: { ...state.places, [fact.location]: settled } };
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
      return { ...next, ...waitingWith(state, fact) };
    case 'OrderWaitsNoMore': {
      const waiting = state.waiting.filter((order) => order !== fact.order);
      const { [fact.order]: _, ...wants } = state.wants ?? {};
      return state.wants ? { ...next, waiting, wants } : { ...next, waiting };
    }
    case 'PromisesChanged': {
      const promised = { ...state.promised };
      for (const { order, parts } of fact.promises) {
        if (parts.length > 0) promised[order] = parts;
        else delete promised[order];
      }
      return { ...next, promised };
    }
    case 'AdjustedByPerson': {
      const place = state.places[fact.location] ?? UNOPENED;
      const adjusted = { ...place, sums: sumOf(place.sums, changeOf(fact)) };
      return { ...next, places: { ...state.places, [fact.location]: adjusted } };
    }
    case 'ReceiptsGivenUp': {
      const place = state.places[fact.location] ?? UNOPENED;
      const receipts = (place.receipts ?? []).filter(({ document }) => !fact.documents.includes(document));
      return { ...next, places: { ...state.places, [fact.location]: { ...place, receipts } } };
    }
    case 'CaseOpened':
    case 'CaseClosed':
      return next;
    default:
      return fact satisfies never;
  }
}

/** What is to come after a movement; nothing is noted where nothing is announced. */
function announced(
  { receipts = [] }: PlaceState,
  { incoming = 0, document, expectedAt }: Extract<StockFact, { type: 'StockMoved' }>,
): Pick<PlaceState, 'receipts'> {
  if (receipts.length === 0 && expectedAt === undefined) return {};
  return {
    receipts: receiptsAfter(receipts, {
      incoming,
      ...(document === undefined ? {} : { document }),
      ...(expectedAt === undefined ? {} : { expectedAt }),
    }),
  };
}

/** Who was placed first waits longest; of whom that is not known, who came first. */
function waitingWith(
  state: StockState,
  { order, units, placedAt }: Extract<StockFact, { type: 'OrderWaits' }>,
): Pick<StockState, 'waiting' | 'wants'> {
  if (units === undefined || placedAt === undefined)
    return { waiting: [...state.waiting.filter((each) => each !== order), order] };
  const wants = { ...state.wants, [order]: { units, placedAt } };
  if (state.waiting.includes(order)) return { waiting: state.waiting, wants };
  const later = state.waiting.findIndex((other) => {
    const want = wants[other];
    return want !== undefined && placedAt < want.placedAt;
  });
  return { waiting: state.waiting.toSpliced(later < 0 ? state.waiting.length : later, 0, order), wants };
}

export function codeOf(observation: StockObservation, kind: 'sku' | 'location'): string {
  return kind === 'sku' ? observation.sku : observation.location;
}

/** A parked movement is remembered when it is parked; counting it later adds nothing. */
function remember(seen: string[], key: string): string[] {
  return seen.includes(key) ? seen : [...seen.slice(-SEEN_LIMIT + 1), key];
}
