/**
 * A process is the pure rules of one kind of stream: `decide(state, message, context)` says what has happened, `evolve`
 * folds it. Everything else follows from the facts: commands, stock movements and cases are read off them, so that a state
 * and its effects can never disagree.
 */
import type { Posting } from './books/posting.ts';
import type { MovementKind } from './canonical/index.ts';
import type { CaseOwner, CaseReasonName } from './case-reasons.ts';
import type { CommandRequest } from './commands.ts';
import type { MappingKind, RetailerConfig } from './config.ts';
import type { JournalMessage } from './journal/messages.ts';
import type { Message } from './messages.ts';
import type { ReconciliationMessage } from './reconciliation/messages.ts';
import type { ReservationMessage, ReservationState } from './reservation/messages.ts';
import type { SettlementMessage } from './settlement/messages.ts';
import type { OpeningMessage } from './settlement/opening-balances.ts';
import type { StockFigures } from './stock/figures.ts';
import type { Demand } from './stock/oversold.ts';
import type { Expected } from './stock/receipts.ts';

/** The kinds of streams. */
export type StreamKind =
  | 'order'
  | 'stock'
  | 'reservation'
  | 'privacy'
  | 'fulfilmentOrder'
  | 'exchange'
  | 'journal'
  | 'return'
  | 'settlement'
  | 'payout'
  | 'dispute'
  | 'bank'
  | 'opening'
  | 'reconciliation';

/** Codes at connections and ours; `undefined` where there is no row. */
export interface Mappings {
  toInternal(kind: MappingKind, connection: string, external: string): string | undefined;
  toExternal(kind: MappingKind, connection: string, internal: string): string | undefined;
}

/** What a location has to do already. */
export interface LocationLoad {
  /** Units promised there that have not left. */
  openUnits: number;
  /** Orders that units were promised to there since its midnight. */
  ordersToday: number;
}

/** The turn's view of stock; decisions that were taken earlier in the turn are in it. */
export interface StockView {
  /** Units that can still be promised: on hand − reserved − safety (may be below zero). Unknown positions have 0. */
  available(sku: string, location: string): number;
  /** On hand − reserved: below zero, more is promised than is there. */
  unpromised(sku: string, location: string): number;
  onHand(sku: string, location: string): number;
  /** Units that are announced or on their way here; left out: not known. */
  incoming?(sku: string, location: string): number;
  /** What a location has to do, where the sourcing rules limit it. Left out, or undefined: nothing limits it. */
  load?(location: string): LocationLoad | undefined;
}

/** What a decision may look at besides state and message. */
export interface DecisionContext {
  /** Epoch milliseconds. */
  now: number;
  config: RetailerConfig;
  configVersion: number;
  mappings: Mappings;
  stock: StockView;
  /** Reservations that the decision may take over, by id: they are locked with the stream. Missing: there is no such one. */
  reservations?: ReadonlyMap<string, ReservationState>;
}

/** A change of a position that a fact means: of the states that are left out, nothing. */
export interface Movement extends Partial<StockFigures> {
  sku: string;
  location: string;
  kind: MovementKind;
  onHand: number;
  reserved: number;
  /** The business act, where it has a key of its own: a system's movement, a parcel, a release. */
  act?: string;
  /** Why, in the words of who moved it. */
  reason?: string;
  /** Of a component: the kit that it is promised or sent as a part of. */
  kit?: string;
}

/** A business exception, as a fact opens it. `key` is unique within the stream. */
export interface CaseOpening {
  key: string;
  reason: CaseReasonName;
  message: string;
  suggestedFix: string;
  /** Who should act. */
  owner: CaseOwner;
  /** Hours until somebody should have acted. */
  dueInHours: number;
  /** The key of the command that it holds, if it holds one. */
  holdsCommand?: string;
}

/** Named timers of a stream: setting replaces, `dueAt` null clears. */
export interface TimerChange {
  name: string;
  dueAt: number | null;
}

/** Messages between streams travel through the inbox. */
export type StreamMessage =
  /** An order waits for units of an item, or no longer does. */
  | { type: 'stock.wanted'; order: string; units?: number; placedAt?: string }
  | { type: 'stock.unwanted'; order: string }
  /** Units can be promised again. `location` (ours) is set where goods came in, not where a promise was given back. */
  | { type: 'stock.arrived'; sku: string; location?: string }
  /** Units that were promised are not there any more, and the order gives up so many of them. */
  | { type: 'stock.vanished'; sku: string; location: string; quantity: number }
  /** What of it is to come an order may expect; none: nothing any more. `from`: the stream of the stock that says so. */
  | { type: 'stock.promised'; sku: string; from: string; parts: Expected[] }
  /** A person corrects what is there; `key` names the act. */
  | { type: 'stock.adjust'; location: string; delta: number; reason: string; by: string; key: string }
  | ReservationMessage
  | JournalMessage
  | SettlementMessage
  | OpeningMessage
  | ReconciliationMessage
  /** Units are kept for this order, which may not have come yet. */
  | { type: 'reservation.offered'; reservation: string }
  | Message;

export interface Outgoing {
  stream: StreamKind;
  key: string;
  message: StreamMessage;
}

/** What every fact has; the rest is its process's. */
export interface BaseFact {
  type: string;
  command?: CommandRequest;
  opens?: CaseOpening;
  /** Key of the case that this fact ends. */
  closes?: string;
}

/** What became of a message: for the observation's end (invariant 1). */
export type Ending = 'applied' | 'stale' | 'duplicate' | 'case';

export interface Decision<Fact extends BaseFact> {
  facts: Fact[];
  timers: TimerChange[];
  messages: Outgoing[];
  outcome: Ending;
  /** What reservations that are locked with the stream are told in the same turn, after its own facts. */
  companions?: { key: string; message: ReservationMessage }[];
}

export interface Process<State, Fact extends BaseFact> {
  kind: StreamKind;
  /** Grows with every change of `evolve` or of the state's shape: older states are folded anew. */
  evolveVersion: number;
  /** Every type of fact that `evolve` knows, those of older versions too. */
  factTypes: ReadonlySet<string>;
  initial(key: string): State;
  evolve(state: State, fact: Fact): State;
  decide(state: State, message: StreamMessage, context: DecisionContext): Decision<Fact>;
  /** SKUs whose positions a decision on this state and message may look at (internal codes). */
  skusOf(
    state: State,
    message: StreamMessage,
    mappings: Mappings,
    config: Pick<RetailerConfig, 'kits' | 'substitutes'>,
  ): string[];
  /** Reservations that a decision on this state and message may take over. */
  companionsOf?(state: State, message: StreamMessage): string[];
  movementsOf(fact: Fact): Movement[];
  /** Postings that a fact carries. */
  postingsOf?(fact: Fact): readonly Posting[];
  /** What a fact says of demand and of how much of it was not there; null: nothing. `state`: with the fact in it. */
  demandOf?(fact: Fact, state: State): Demand | null;
  /** Its persons have asked to be forgotten: none is kept, and its raw messages lose their bodies. */
  forgets?(state: State): boolean;
  /** One line for lists: status and what it is called. */
  summary(state: State): { status: string; title: string; closed: boolean };
  /**
   * When the stream ends by itself (epoch ms); null: it does not. Kept in its own row, for kinds whose streams are many and short
   * and need no row of a timer.
   */
  dueAt?(state: State): number | null;
}
