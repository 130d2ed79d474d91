/**
 * Journals on their way to the finance system: the sums of a day, channel and entity, or the postings of one stream, document by
 * document. A document that was sent is never changed: what comes late is a difference with a number of its own. The key of a stream
 * is CONNECTION/ENTITY/CHANNEL/DATE, or CONNECTION/ENTITY/STREAM.
 */
import { openDay } from '../books/calendar.ts';
import { bookingsOf } from '../books/documents.ts';
import type { Posting } from '../books/posting.ts';
import { accountOf } from '../books/rules.ts';
import { CASE_REASONS } from '../case-reasons.ts';
import type { CommandRequest, CommandResults } from '../commands.ts';
import type { CommandResultMessage } from '../messages.ts';
import type { CaseOpening, Decision, DecisionContext, Ending, Process, StreamMessage } from '../process.ts';
import { askForBalances, BALANCES, balancesAnswered } from './balances.ts';
import { JOURNAL_FACT_MEANINGS, type JournalFact } from './facts.ts';
import type { JournalMessage, JournalSum } from './messages.ts';
import { addSums, bookedOf, evolveJournal, initialJournal, type JournalState } from './state.ts';

export type { JournalFact } from './facts.ts';
export type { JournalState } from './state.ts';

type Summed = Extract<JournalMessage, { type: 'journal.summed' }>;
type Posted = Extract<JournalMessage, { type: 'journal.posted' }>;

function decide(
  state: JournalState,
  message: StreamMessage,
  context: DecisionContext,
): Decision<JournalFact> {
  switch (message.type) {
    case 'journal.summed':
      return summed(state, message, context);
    case 'journal.posted':
      return posted(state, message, context);
    case 'journal.balances':
      return askForBalances(state, message);
    case 'command.done':
    case 'command.rejected':
    case 'command.unsettled':
      return answered(state, message, context);
    case 'operator.retryCase':
      return retried(state, message.caseKey, message.by);
    case 'operator.skipCase': {
      const { caseKey: closes, by } = message;
      if (state.cases[closes] === undefined) return end([], 'duplicate');
      if (closes === BALANCES) return end([{ type: 'DifferencesAccepted', closes, by }]);
      const number = closes.slice(CASE.length);
      const fact: JournalFact =
        state.documents[number] === undefined
          ? { type: 'CaseClosed', closes, by }
          : { type: 'DocumentLeftOut', number, closes, by };
      return end([fact]);
    }
    case 'configuration.changed':
      return end([]);
    default:
      throw new Error(`message ${message.type} is not for journals`);
  }
}

const CASE = 'document:';

function end(facts: JournalFact[], outcome: Ending = 'applied'): Decision<JournalFact> {
  return { facts, timers: [], messages: [], outcome };
}

/** What is posted and not told yet is the next journal. */
function summed(state: JournalState, message: Summed, context: DecisionContext): Decision<JournalFact> {
  const { type: _type, ...day } = message;
  if (message.postings < state.covered.postings) return end([], 'stale');
  const missing = addSums(message.sums, state.covered.sums, -1);
  const newPostings = message.postings - state.covered.postings;
  if (newPostings === 0 && missing.length === 0) return end([], 'duplicate');
  const told: JournalFact = { type: 'DaySummed', ...day };
  if (missing.length === 0) return end([told, { type: 'NothingToBook', postings: newPostings }]);
  const { entity, channel, date, currency } = message;
  const isFirst = Object.keys(state.documents).length === 0;
  const text = `${channel}, ${date}${isFirst ? '' : ' (what came late)'}`;
  const number = [
    prefixOf(context, entity),
    entity,
    channel,
    date,
    Object.keys(state.documents).length + 1,
  ].join('-');
  const body = { entity, number, date, currency, text, lines: linesOf(missing, channel, state, context) };
  const command: CommandRequest = {
    kind: 'finance.postJournal',
    connection: state.connection,
    key: keyOf(state, number, 1),
    body,
  };
  return end([
    told,
    {
      type: 'DocumentRequested',
      number,
      attempt: 1,
      postings: newPostings,
      sums: missing,
      entity,
      channel,
      command,
    },
  ]);
}

function linesOf(
  sums: readonly JournalSum[],
  channel: string,
  { connection }: JournalState,
  { mappings }: DecisionContext,
) {
  return sums.map(({ account, taxCode, brand, amountMinor }) => ({
    account,
    description: channel,
    amountMinor,
    taxCode: taxCode === null ? null : (mappings.toExternal('tax-code', connection, taxCode) ?? taxCode),
    dimensions: { channel, ...(brand === null ? {} : { brand }) },
  }));
}

/** The account of customers' advances, by the rules of the posting's day. */
function advancesOf(
  { entity, act, documentDate: on, lines }: Posting,
  { config }: DecisionContext,
): string | null {
  const books = config.entities.find(({ id }) => id === entity)?.books;
  return books ? accountOf(books, { ...lines[0]?.dimensions, role: 'deposits', act, on }) : null;
}

/** Each posting that has no document yet gets its own. */
function posted(state: JournalState, message: Posted, context: DecisionContext): Decision<JournalFact> {
  const { entity, channel, of } = message;
  const rules = context.config.entities.find(({ id }) => id === entity)?.finance;
  const wanted = message.postings.filter(({ key }) => state.posted[key] === undefined);
  const facts: JournalFact[] = [];
  const bookings = bookingsOf(
    wanted,
    {
      of,
      prefix: prefixOf(context, entity),
      channel,
      asDocuments: rules?.mode === 'documents',
      advancesOf: (posting) => advancesOf(posting, context),
      taxCodeOf: (code) => context.mappings.toExternal('tax-code', state.connection, code) ?? code,
    },
    state.invoices,
  );
  for (const { number, postings, request } of bookings) {
    const command = {
      ...request,
      connection: state.connection,
      key: keyOf(state, number, 1),
    } as CommandRequest;
    facts.push({ type: 'DocumentRequested', number, attempt: 1, postings, entity, channel, command });
  }
  return end(facts, facts.length === 0 ? 'duplicate' : 'applied');
}

/** What the numbers of an entity's documents begin with. */
function prefixOf({ config }: DecisionContext, entity: string): string {
  return config.entities.find(({ id }) => id === entity)?.finance?.numberPrefix ?? 'XD';
}

function keyOf({ key }: JournalState, number: string, attempt: number): string {
  return `${key}#${number}/${attempt}`;
}

/** The number in the key of a command. */
function numberIn(state: JournalState, commandKey: string): string {
  const act = commandKey.slice(state.key.length + 1);
  return act.slice(0, act.lastIndexOf('/'));
}

function answered(
  state: JournalState,
  message: CommandResultMessage,
  context: DecisionContext,
): Decision<JournalFact> {
  if (message.kind === 'finance.readBalances') return balancesAnswered(state, message);
  const number = numberIn(state, message.key);
  const document = state.documents[number];
  if (document?.status !== 'open') return end([], 'stale');
  if (message.type === 'command.done') {
    const { documentId } = message.result as CommandResults['finance.postJournal'];
    return end([{ type: 'DocumentBooked', number, documentId }, ...followersOf(state, number)]);
  }
  const inDoubt = message.type === 'command.unsettled';
  const closedThrough = inDoubt ? undefined : message.closedThrough;
  const refused: JournalFact = {
    type: 'DocumentRefused',
    number,
    inDoubt,
    because: message.message,
    ...(closedThrough === undefined ? {} : { closedThrough }),
  };
  const moved = closedThrough === undefined ? null : movedOver(state, number, closedThrough, context);
  if (moved && closedThrough !== undefined && closedThrough <= (state.movesThrough ?? ''))
    return end([refused, moved.fact, requestedAgain(state, number, moved.command)]);
  const opens = opening(state, number, inDoubt, message, moved?.fact ?? null);
  return end([{ ...refused, opens }], 'case');
}

/** What names a document was refused while that was not booked: it is sent again. */
function followersOf(state: JournalState, number: string): JournalFact[] {
  return Object.entries(state.documents).flatMap(([follower, { status, command }]) => {
    if (status !== 'refused' || !command || !namesDocument(command, number)) return [];
    const closes = `${CASE}${follower}`;
    const again = requestedAgain(state, follower, command);
    return state.cases[closes] === undefined
      ? []
      : [{ type: 'CaseClosed', closes, by: `${number} is booked` }, again];
  });
}

function namesDocument({ kind, body }: CommandRequest, number: string): boolean {
  if (kind === 'finance.recordPayment') return body.document === number;
  return (
    kind === 'finance.createCreditNote' && (body.settles ?? []).some(({ invoice }) => invoice === number)
  );
}

type Moved = Extract<JournalFact, { type: 'DocumentMoved' }>;

/** A document on the first day that is open at the system and in our books; null: its own is open. */
function movedOver(
  state: JournalState,
  number: string,
  closedThrough: string,
  { config }: DecisionContext,
): { fact: Moved; command: CommandRequest } | null {
  const command = state.documents[number]?.command;
  if (!command || command.kind === 'finance.readDocuments' || !('date' in command.body)) return null;
  const { body } = command;
  if (body.date > closedThrough) return null;
  const locked = config.entities.find(({ id }) => id === state.entity)?.books?.lockedThrough;
  const date = openDay(openDay(body.date, closedThrough), locked);
  const fact: Moved = { type: 'DocumentMoved', number, from: body.date, to: date, closedThrough };
  const movedFrom = body.movedFrom ?? body.date;
  return { fact, command: { ...command, body: { ...body, date, movedFrom } } as CommandRequest };
}

function opening(
  state: JournalState,
  number: string,
  inDoubt: boolean,
  { message, suggestedFix, key }: CommandResultMessage,
  moved: Moved | null,
): CaseOpening {
  const reason = inDoubt ? 'command-in-doubt' : 'finance-rejected';
  const { owner, dueInHours } = CASE_REASONS[reason];
  return {
    key: `${CASE}${number}`,
    reason,
    message: `${state.connection} was asked to book ${number} (${state.channel}): ${message}`,
    suggestedFix:
      moved === null
        ? suggestedFix
        : `Retry the case: as long as ${moved.from} is closed there, it is booked on ${moved.to} and names ${moved.from}, and so is what else of it falls into that period; to have it on ${moved.from}, open the period in ${state.connection} before`,
    owner,
    dueInHours,
    holdsCommand: key,
  };
}

/** The same document is sent again, under the next key; its number stays, so that it is never booked twice. */
function retried(state: JournalState, caseKey: string, by: string): Decision<JournalFact> {
  if (state.cases[caseKey] === undefined) return end([], 'duplicate');
  const closed: JournalFact = { type: 'CaseClosed', closes: caseKey, by };
  const number = caseKey.slice(CASE.length);
  const document = state.documents[number];
  if (!document?.command) return end([closed]);
  const { closedThrough } = document;
  const again = requestedAgain(state, number, document.command);
  // On its own day first: the period may be open again.
  return closedThrough === undefined
    ? end([closed, again])
    : end([closed, { type: 'MoveAllowed', closedThrough, by }, again]);
}

function requestedAgain(state: JournalState, number: string, command: CommandRequest): JournalFact {
  const { entity, channel } = state;
  const { attempt, postings } = state.documents[number] ?? { attempt: 0, postings: 0 };
  const key = keyOf(state, number, attempt + 1);
  return {
    type: 'DocumentRequested',
    number,
    attempt: attempt + 1,
    postings,
    entity,
    channel,
    command: { ...command, key },
  };
}

export const journalProcess: Process<JournalState, JournalFact> = {
  kind: 'journal',
  evolveVersion: 3,
  factTypes: new Set(Object.keys(JOURNAL_FACT_MEANINGS)),
  initial: initialJournal,
  evolve: evolveJournal,
  decide,
  skusOf: () => [],
  movementsOf: () => [],
  summary: (state) => {
    const { postings, booked } = bookedOf(state);
    const problem = Object.keys(state.cases).length > 0;
    return {
      status: problem ? 'refused' : booked < postings ? 'waiting' : 'booked',
      title: state.date === null ? state.key : `${state.entity} ${state.channel} ${state.date}`,
      closed: booked === postings && !problem,
    };
  },
};
