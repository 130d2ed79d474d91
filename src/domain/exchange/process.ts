/**
 * A series of numbered files of an inventory system: what was taken, what was rejected and why, and which numbers have not come.
 * Their rows are told to the items; here people are told what is wrong with the files.
 */
import { CASE_REASONS } from '../case-reasons.ts';
import type { ExchangeObservation } from '../messages.ts';
import type { CaseOpening, Decision, DecisionContext, Process, StreamMessage } from '../process.ts';
import { EXCHANGE_FACT_TYPES, type ExchangeFact } from './facts.ts';
import { type ExchangeState, evolveExchange, initialExchange } from './state.ts';

export type { ExchangeFact } from './facts.ts';
export type { ExchangeState } from './state.ts';

const MINUTE_MS = 60_000;
const GAP = 'file-missing';
/** Numbers that a case names. */
const NAMED = 10;

const NOTHING: Decision<ExchangeFact> = { facts: [], timers: [], messages: [], outcome: 'duplicate' };

function decide(
  state: ExchangeState,
  message: StreamMessage,
  context: DecisionContext,
): Decision<ExchangeFact> {
  switch (message.type) {
    case 'exchange.file':
      return fileTold(state, message, context);
    case 'timer.fired':
      if (state.missing.length === 0 || state.cases[GAP] !== undefined) return NOTHING;
      return applied(requested(state, missingCase(state)));
    case 'operator.retryCase':
      if (state.cases[message.caseKey] === undefined) return NOTHING;
      if (message.caseKey === GAP) return applied(requested(state));
      return applied({ type: 'CaseClosed', closes: message.caseKey, by: message.by });
    case 'operator.skipCase': {
      const { caseKey: closes, by } = message;
      if (state.cases[closes] === undefined) return NOTHING;
      return applied({ type: closes === GAP ? 'GapAccepted' : 'CaseClosed', closes, by });
    }
    case 'command.done':
    case 'command.rejected':
    case 'command.unsettled':
    case 'configuration.changed':
      return { ...NOTHING, outcome: 'applied' };
    default:
      throw new Error(`message ${message.type} is not for a series of files`);
  }
}

function fileTold(
  state: ExchangeState,
  file: ExchangeObservation,
  { now, config }: DecisionContext,
): Decision<ExchangeFact> {
  const { name, sequence, status } = file;
  if (status === 'duplicate') return NOTHING;
  if (status === 'rejected') {
    const opens = rejectedCase(state, file);
    const isOpen = state.cases[opens.key] !== undefined;
    const { hash, putAt, code } = file;
    return applied({
      type: 'FileRejected',
      name,
      sequence,
      hash,
      putAt,
      code: code ?? '',
      ...(isOpen ? {} : { opens }),
    });
  }
  const { contract, createdAt, rows, rejected, missing, healed } = file;
  const facts: ExchangeFact[] = [
    {
      type: 'FileTaken',
      name,
      sequence,
      contract: contract ?? '',
      createdAt: createdAt ?? '',
      rows,
      rejected,
      missing,
      healed,
      ...(rejected > 0 ? { opens: rowsCase(state, file) } : {}),
    },
  ];
  const after = evolveExchange(state, facts[0] as ExchangeFact);
  const before = rejectedKey(file);
  if (state.cases[before] !== undefined) facts.push({ type: 'CaseClosed', closes: before, by: 'sent again' });
  if (after.missing.length === 0 && state.cases[GAP] !== undefined)
    facts.push({ type: 'CaseClosed', closes: GAP, by: 'all have come, or a snapshot has' });
  const timers = [];
  if (after.missing.length === 0 && state.missing.length > 0) timers.push({ name: 'gap', dueAt: null });
  // It may be on its way.
  if (after.missing.length > 0 && state.missing.length === 0)
    timers.push({ name: 'gap', dueAt: now + config.policies.stockGapMinutes * MINUTE_MS });
  return { facts, timers, messages: [], outcome: 'applied' };
}

function applied(fact: ExchangeFact): Decision<ExchangeFact> {
  return { facts: [fact], timers: [], messages: [], outcome: 'applied' };
}

function requested({ key, connection, series, requests }: ExchangeState, opens?: CaseOpening): ExchangeFact {
  const location = series.slice(series.indexOf('/') + 1);
  return {
    type: 'SnapshotRequested',
    command: {
      kind: 'inventory.readLevel',
      connection,
      key: `${key}#snapshot/${requests + 1}`,
      // All of them: files know no single item.
      body: { item: '*', location },
    },
    ...(opens ? { opens } : {}),
  };
}

const rejectedKey = ({ sequence, hash }: Pick<ExchangeObservation, 'sequence' | 'hash'>): string =>
  `file-rejected:${sequence ?? hash.slice(0, 12)}`;

function rejectedCase({ connection, series }: ExchangeState, file: ExchangeObservation): CaseOpening {
  const { name, sequence, code, words } = file;
  const which = sequence === null ? `"${name}"` : `"${name}" (number ${sequence} of ${series})`;
  if (code === 'conflict')
    return opening(
      `file-conflict:${sequence}:${file.hash.slice(0, 12)}`,
      'file-conflict',
      `${connection} has sent ${which} again with another content: ${words}. Nothing of the second one is counted`,
      'Find out at the system which one is right; what is new is sent with the next number, then close this case',
    );
  return opening(
    rejectedKey(file),
    'file-rejected',
    `The file ${which} of ${connection} is rejected as a whole: ${words}`,
    'The file lies in rejected/. Have the system send it again, corrected, with the same number: that closes this case',
  );
}

function rowsCase({ connection, series }: ExchangeState, file: ExchangeObservation): CaseOpening {
  const { name, sequence, rows, rejected, refused } = file;
  const told = refused.slice(0, NAMED).map(({ row, item, words }) => `row ${row} (${item || '?'}): ${words}`);
  const more = rejected - told.length;
  return opening(
    `file-rows-rejected:${sequence}`,
    'file-rows-rejected',
    `${rejected} of ${rows} rows of "${name}" (number ${sequence} of ${series}) of ${connection} are refused, the others are counted. ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    `The acknowledgement (acknowledged/${name}.ack.csv) names each. Have the system send what these rows mean in its next file, corrected; then close this case`,
  );
}

function missingCase({ connection, series, missing }: ExchangeState): CaseOpening {
  const named = missing.slice(0, NAMED).join(', ');
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  return opening(
    GAP,
    GAP,
    `The files ${named}${more} of ${series} have not come by ${connection}; later ones have`,
    'Have the system send them, or a snapshot, which makes them good: either closes this case. A snapshot was asked for in requests/',
  );
}

function opening(
  key: string,
  reason: 'file-conflict' | 'file-rejected' | 'file-rows-rejected' | 'file-missing',
  message: string,
  suggestedFix: string,
): CaseOpening {
  const { owner, dueInHours } = CASE_REASONS[reason];
  return { key, reason, message, suggestedFix, owner, dueInHours };
}

export const exchangeProcess: Process<ExchangeState, ExchangeFact> = {
  kind: 'exchange',
  evolveVersion: 1,
  factTypes: EXCHANGE_FACT_TYPES,
  initial: initialExchange,
  evolve: evolveExchange,
  decide,
  skusOf: () => [],
  movementsOf: () => [],
  summary({ key, cases, missing }) {
    const closed = Object.keys(cases).length === 0 && missing.length === 0;
    return { status: closed ? 'done' : 'open', title: key, closed };
  },
};
