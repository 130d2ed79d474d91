/** What is known of journals on their way to finance: the fold of their facts. */
import type { BookingRequest } from '../books/bookings.ts';
import { type BookedInvoice, withRequest } from '../books/invoices.ts';
import type { CommandRequest } from '../commands.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { JournalFact } from './facts.ts';
import type { AccountBalance, JournalSum } from './messages.ts';

export type DocumentStatus = 'open' | 'booked' | 'refused' | 'doubt' | 'leftOut';

export interface JournalDocument {
  status: DocumentStatus;
  attempt: number;
  /** How many postings it books. */
  postings: number;
  /** What was sent, as long as it may have to be sent again. */
  command: CommandRequest | null;
  /** Why it is refused: the system's books are closed up to this day. */
  closedThrough?: string;
}

export interface JournalState {
  key: string;
  connection: string;
  entity: string;
  channel: string;
  /** Of a summary: its day; null: documents are booked one by one. */
  date: string | null;
  currency: string;
  /** Of a summary: what was posted, as it was last told. */
  told: { postings: number; sums: JournalSum[] } | null;
  /** What of it documents tell, or need not. */
  covered: { postings: number; sums: JournalSum[] };
  /** Postings that have a document, by key; one by one only. */
  posted: Record<string, true>;
  /** What invoices have open, as far as they were told; one by one only. */
  invoices: readonly BookedInvoice[];
  /** By number. */
  documents: Record<string, JournalDocument>;
  /** Of a comparison of balances: what was asked for last, and whether the answer is to come. */
  asked: { asOf: string; balances: AccountBalance[]; open: boolean } | null;
  differences: AccountBalance[];
  /** Differences that a person has accepted. */
  accepted: AccountBalance[];
  /** A person lets what falls into the closed period up to this day be moved. */
  movesThrough: string | null;
  cases: Record<string, string>;
}

export function initialJournal(key: string): JournalState {
  const { connection } = parseStreamKey(key);
  return {
    key,
    connection,
    entity: '',
    channel: '',
    date: null,
    currency: '',
    told: null,
    covered: { postings: 0, sums: [] },
    posted: {},
    invoices: [],
    documents: {},
    asked: null,
    differences: [],
    accepted: [],
    movesThrough: null,
    cases: {},
  };
}

export function evolveJournal(state: JournalState, fact: JournalFact): JournalState {
  const next: JournalState = { ...state };
  if (fact.opens) next.cases = { ...state.cases, [fact.opens.key]: fact.opens.reason };
  if (fact.closes !== undefined) {
    const { [fact.closes]: _closed, ...cases } = next.cases;
    next.cases = cases;
  }
  switch (fact.type) {
    case 'DaySummed': {
      const { entity, channel, date, currency, postings, sums } = fact;
      return { ...next, entity, channel, date, currency, told: { postings, sums } };
    }
    case 'NothingToBook':
      return { ...next, covered: { ...state.covered, postings: state.covered.postings + fact.postings } };
    case 'DocumentRequested':
      return requested(next, fact);
    case 'DocumentBooked':
      return withStatus(next, fact.number, 'booked');
    case 'DocumentRefused':
      return withStatus(next, fact.number, fact.inDoubt ? 'doubt' : 'refused', fact.closedThrough);
    case 'MoveAllowed':
      return { ...next, movesThrough: fact.closedThrough };
    case 'DocumentMoved':
      return next;
    case 'DocumentLeftOut':
      return withStatus(next, fact.number, 'leftOut');
    case 'BalancesAsked': {
      const { entity, currency, asOf, balances } = fact;
      return { ...next, entity, currency, asked: { asOf, balances, open: true } };
    }
    case 'BalancesCompared':
      return { ...next, asked: answeredOf(state), differences: fact.differences };
    case 'BalancesNotRead':
      return { ...next, asked: answeredOf(state) };
    case 'DifferencesAccepted':
      return { ...next, accepted: state.differences };
    case 'CaseClosed':
      return next;
    default:
      return fact satisfies never;
  }
}

function answeredOf({ asked }: JournalState): JournalState['asked'] {
  return asked && { ...asked, open: false };
}

function requested(
  state: JournalState,
  fact: Extract<JournalFact, { type: 'DocumentRequested' }>,
): JournalState {
  const { number, attempt, postings, sums = [], entity, channel, command } = fact;
  const count = typeof postings === 'number' ? postings : postings.length;
  const document = { status: 'open' as const, attempt, postings: count, command: command ?? null };
  const next = { ...state, entity, channel, documents: { ...state.documents, [number]: document } };
  // Sent again, it tells nothing new.
  if (attempt > 1) return next;
  const covered = {
    postings: state.covered.postings + count,
    sums: addSums(state.covered.sums, sums),
  };
  const keys = typeof postings === 'number' ? [] : postings;
  const posted = keys.length === 0 ? state.posted : { ...state.posted };
  for (const key of keys) posted[key] = true;
  return { ...next, covered, posted, invoices: withRequest(state.invoices, command as BookingRequest) };
}

function withStatus(
  state: JournalState,
  number: string,
  status: DocumentStatus,
  closedThrough?: string,
): JournalState {
  const document = state.documents[number];
  if (!document) return state;
  const isOver = status === 'booked' || status === 'leftOut';
  const next = {
    ...document,
    status,
    command: isOver ? null : document.command,
    ...(closedThrough === undefined ? {} : { closedThrough }),
  };
  return { ...state, documents: { ...state.documents, [number]: next } };
}

/** Both together, account by account; what is zero is left out. */
export function addSums(
  one: readonly JournalSum[],
  other: readonly JournalSum[],
  sign: 1 | -1 = 1,
): JournalSum[] {
  const all = new Map<string, JournalSum>();
  const add = (sum: JournalSum, times: 1 | -1) => {
    const key = JSON.stringify([sum.account, sum.taxCode, sum.brand]);
    const before = all.get(key)?.amountMinor ?? 0;
    all.set(key, { ...sum, amountMinor: before + sum.amountMinor * times });
  };
  for (const sum of one) add(sum, 1);
  for (const sum of other) add(sum, sign);
  return [...all.values()].filter(({ amountMinor }) => amountMinor !== 0).sort(byAccount);
}

function byAccount(a: JournalSum, b: JournalSum): number {
  const [one, other] = [a, b].map(
    ({ account, taxCode, brand }) => `${account} ${taxCode ?? ''} ${brand ?? ''}`,
  );
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

/** How many postings are booked (or need not be), and how many were told. */
export function bookedOf(state: JournalState): { postings: number; booked: number } {
  const waiting = Object.values(state.documents)
    .filter(({ status }) => status !== 'booked' && status !== 'leftOut')
    .reduce((sum, { postings }) => sum + postings, 0);
  const postings = Math.max(state.told?.postings ?? 0, state.covered.postings);
  return { postings, booked: state.covered.postings - waiting };
}
