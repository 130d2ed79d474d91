/**
 * The reconciliation of an entity's day: every system that has figures of its money is asked for them, page by page; when all have
 * answered, the engine compares them with the sub-ledger and tells what differs. Each difference is a case until it is gone or a
 * person accepts it as it is. The key of the stream is ENTITY/DAY.
 *
 * What others have is read before what we have: what is posted or booked meanwhile is known by its time, so nothing is a difference
 * because it was read a moment too early.
 */
import { addDays, startOfDay } from '../books/calendar.ts';
import type { CommandRequest, CommandResults } from '../commands.ts';
import type { Entity, RetailerConfig } from '../config.ts';
import type { CommandResultMessage } from '../messages.ts';
import type { Decision, DecisionContext, Ending, Process, StreamMessage } from '../process.ts';
import { SmallDraft } from '../settlement/small-draft.ts';
import { CAUSES, type Difference } from './difference.ts';
import type { ReconciliationMessage } from './messages.ts';
import {
  evolveReconciliation,
  initialReconciliation,
  RECONCILIATION_FACT_MEANINGS,
  type ReconciliationFact,
  type ReconciliationState,
} from './state.ts';

type Draft = SmallDraft<ReconciliationState, ReconciliationFact>;

/** Pages of a source at most: a day with more is no day. */
const PAGES = 1_000;
/** Differences that are kept, and cases that are open, of a day. */
const KEPT = 200;
const CASES = 100;
const REASON = 'money-differs';

function decide(
  state: ReconciliationState,
  message: StreamMessage,
  context: DecisionContext,
): Decision<ReconciliationFact> {
  const draft = new SmallDraft<ReconciliationState, ReconciliationFact>(state, evolveReconciliation);
  return draft.decision(absorb(draft, message, context));
}

function absorb(draft: Draft, message: StreamMessage, context: DecisionContext): Ending {
  switch (message.type) {
    case 'reconciliation.begin':
      return begin(draft, message, context);
    case 'reconciliation.compared':
      return compared(draft, message);
    case 'command.done':
    case 'command.rejected':
    case 'command.unsettled':
      return answered(draft, message);
    case 'operator.retryCase':
      if (draft.state.cases[message.caseKey] === undefined) return 'duplicate';
      return begin(draft, { night: null, by: message.by }, context);
    case 'operator.skipCase':
      return draft.acceptCase(message.caseKey, message.by);
    case 'configuration.changed':
      return 'applied';
    default:
      throw new Error(`message ${message.type} is not for a reconciliation of money`);
  }
}

/** One at a time; of a night only once. */
function begin(
  draft: Draft,
  { night, by }: Omit<Extract<ReconciliationMessage, { type: 'reconciliation.begin' }>, 'type'>,
  { config }: DecisionContext,
): Ending {
  const { state } = draft;
  const entity = config.entities.find(({ id }) => id === state.entity);
  if (!entity?.books || state.day < entity.books.startOn) return 'stale';
  if (state.status === 'reading' || state.status === 'read') return 'duplicate';
  if (night !== null && state.night !== null && state.night >= night) return 'duplicate';
  const sources = sourcesOf(entity, config, state.day);
  draft.record({
    type: 'ReconciliationBegun',
    run: state.run + 1,
    night,
    by,
    from: new Date(startOfDay(state.day, entity.timeZone)).toISOString(),
    until: new Date(startOfDay(addDays(state.day, 1), entity.timeZone)).toISOString(),
    sources,
  });
  for (const source of sources) ask(draft, source, null);
  return 'applied';
}

/** Systems that have figures of an entity's money on a day. */
function sourcesOf({ id, finance, erp }: Entity, config: RetailerConfig, day: string): string[] {
  const isTold = finance !== undefined && day >= (finance.from ?? '');
  const own = config.connections.filter(({ entity }) => entity === id);
  return [
    ...(isTold ? [`finance/${finance.connection}`] : []),
    ...own.filter(({ roles }) => roles.includes('channel')).map((each) => `channel/${each.id}`),
    `erp/${erp}`,
  ];
}

/** Asks for the next page of a source. */
function ask(draft: Draft, source: string, after: string | null): void {
  const { key, run, entity, day, from, until, sources } = draft.state;
  const page = (sources[source]?.pages ?? 0) + 1;
  if (page > PAGES) {
    const because = `it has more than ${PAGES} pages of the day`;
    draft.record({ type: 'SourceNotRead', source, because, isOffered: true });
    return;
  }
  const slash = source.indexOf('/');
  const connection = source.slice(slash + 1);
  const of = { connection, key: pageKey(key, run, source, page) };
  draft.record({ type: 'PageAsked', source, page, command: commandOf() });

  function commandOf(): CommandRequest {
    switch (source.slice(0, slash)) {
      case 'finance':
        return { ...of, kind: 'finance.readDocuments', body: { entity, date: day, after } };
      case 'erp':
        return { ...of, kind: 'erp.readDocuments', body: { entity, from, until, after } };
      default:
        return { ...of, kind: 'channel.readMoney', body: { from, until, after } };
    }
  }
}

/** The key of the command that reads a page. */
export function pageKey(key: string, run: number, source: string, page: number): string {
  return `${key}#${source}/${page}/${run}`;
}

function answered(draft: Draft, message: CommandResultMessage): Ending {
  const { state } = draft;
  const source = Object.keys(state.sources).find(
    (each) => message.key === pageKey(state.key, state.run, each, state.sources[each]?.pages ?? 0),
  );
  if (source === undefined || state.sources[source]?.status !== 'reading') return 'stale';
  if (message.type !== 'command.done') {
    const isOffered = message.code !== 'not-supported';
    draft.record({ type: 'SourceNotRead', source, because: message.message, isOffered });
    return 'applied';
  }
  const { next = null } = message.result as CommandResults[
    | 'finance.readDocuments'
    | 'erp.readDocuments'
    | 'channel.readMoney'];
  if (next === null) draft.record({ type: 'SourceRead', source });
  else ask(draft, source, next);
  return 'applied';
}

/** Cases of what is gone close, and those of what is new open. */
function compared(
  draft: Draft,
  { run, sources, differences }: Extract<ReconciliationMessage, { type: 'reconciliation.compared' }>,
): Ending {
  if (draft.state.status !== 'read' || draft.state.run !== run) return 'stale';
  const kept = differences.slice(0, KEPT);
  const more = differences.length - kept.length;
  draft.record({ type: 'DayCompared', run, sources, differences: kept, more });
  const found = new Map(differences.map((each) => [each.key, each]));
  for (const [key, about] of Object.entries(draft.state.cases)) {
    const now = found.get(key);
    if (now === undefined || now.coveredBy !== null) draft.closeCase(key, 'both agree');
    // It differs otherwise by now: the case says what holds.
    else if (aboutOf(now) !== about) draft.closeCase(key, 'it differs otherwise now');
  }
  let room = CASES - Object.keys(draft.state.cases).length;
  for (const each of differences) {
    if (each.coveredBy !== null || draft.state.cases[each.key] !== undefined) continue;
    if (room <= 0) break;
    const before = draft.facts.length;
    openCase(draft, each);
    if (draft.facts.length > before) room -= 1;
  }
  return Object.keys(draft.state.cases).length > 0 ? 'case' : 'applied';
}

/** What a case is about: it is another one when this changes. */
export function aboutOf({ cause, oursMinor, theirsMinor, currency }: Difference): string {
  return `${cause} ${oursMinor ?? '–'} ${theirsMinor ?? '–'} ${currency}`;
}

function openCase(draft: Draft, difference: Difference): void {
  const { key, words, fix, cause } = difference;
  const { entity, day } = draft.state;
  draft.openCase(
    {
      key,
      reason: REASON,
      message: `${entity}, ${day}: ${words} (${CAUSES[cause]})`,
      suggestedFix: fix,
    },
    aboutOf(difference),
  );
}

export const reconciliationProcess: Process<ReconciliationState, ReconciliationFact> = {
  kind: 'reconciliation',
  evolveVersion: 1,
  factTypes: new Set(Object.keys(RECONCILIATION_FACT_MEANINGS)),
  initial: initialReconciliation,
  evolve: evolveReconciliation,
  decide,
  skusOf: () => [],
  movementsOf: () => [],
  summary({ entity, day, status, differences, cases }) {
    const found = differences.length === 0 ? 'agreed' : 'differs';
    return {
      status: status === 'done' ? found : status,
      title: `${entity} ${day}`,
      // What differs is compared again, night after night.
      closed: status === 'done' && differences.length === 0 && Object.keys(cases).length === 0,
    };
  },
};
