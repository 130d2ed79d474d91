/**
 * The nightly comparison of the sub-ledger with the finance system: what both say of each account that we post to. A difference is a
 * case until it is gone or a person accepts it as it is; one that changes is a case again.
 */
import { CASE_REASONS } from '../case-reasons.ts';
import type { CommandResults } from '../commands.ts';
import type { CommandResultMessage } from '../messages.ts';
import { formatMinor } from '../money.ts';
import type { CaseOpening, Decision } from '../process.ts';
import { sameJson } from '../same-json.ts';
import type { JournalFact } from './facts.ts';
import type { AccountBalance, JournalMessage } from './messages.ts';
import type { JournalState } from './state.ts';

/** Key of the case. */
export const BALANCES = 'balances';
/** Accounts that a case names. */
const NAMED = 10;

function end(facts: JournalFact[], outcome: Decision<JournalFact>['outcome'] = 'applied') {
  return { facts, timers: [], messages: [], outcome };
}

/** A day is compared once. */
export function askForBalances(
  { key, connection, asked }: JournalState,
  message: Extract<JournalMessage, { type: 'journal.balances' }>,
): Decision<JournalFact> {
  const { type: _type, ...told } = message;
  const { entity, asOf } = told;
  if (asked && (asked.open || asked.asOf >= asOf)) return end([], 'duplicate');
  const command = {
    kind: 'finance.readBalances' as const,
    connection,
    key: `${key}#${asOf}/1`,
    body: { entity, asOf },
  };
  return end([{ type: 'BalancesAsked', ...told, command }]);
}

export function balancesAnswered(state: JournalState, message: CommandResultMessage): Decision<JournalFact> {
  const { asked, accepted, cases } = state;
  if (!asked?.open) return end([], 'stale');
  const { asOf } = asked;
  if (message.type !== 'command.done')
    return end([{ type: 'BalancesNotRead', asOf, because: message.message }]);
  const { balances } = message.result as CommandResults['finance.readBalances'];
  const differences = differencesOf(asked.balances, balances);
  const isOpen = cases[BALANCES] !== undefined;
  const isWanted = differences.length > 0 && !sameJson(differences, accepted);
  const fact: JournalFact = { type: 'BalancesCompared', asOf, differences };
  if (isOpen && !isWanted) return end([{ ...fact, closes: BALANCES }]);
  if (!isWanted || isOpen) return end([fact]);
  return end([{ ...fact, opens: opening(state, asOf, differences) }], 'case');
}

/** Theirs − ours; accounts that we never post to are none of ours. */
function differencesOf(ours: readonly AccountBalance[], theirs: readonly AccountBalance[]): AccountBalance[] {
  const there = new Map(theirs.map(({ account, balanceMinor }) => [account, balanceMinor]));
  return ours
    .map(({ account, balanceMinor }) => ({ account, balanceMinor: (there.get(account) ?? 0) - balanceMinor }))
    .filter(({ balanceMinor }) => balanceMinor !== 0);
}

function opening(
  { connection, entity, currency }: JournalState,
  asOf: string,
  differences: readonly AccountBalance[],
): CaseOpening {
  const { owner, dueInHours } = CASE_REASONS['finance-differs'];
  const named = differences
    .slice(0, NAMED)
    .map(({ account, balanceMinor }) => `${account} by ${formatMinor(balanceMinor, currency)}`);
  const more = differences.length - named.length;
  return {
    key: BALANCES,
    reason: 'finance-differs',
    message: `At the end of ${asOf} ${connection} says otherwise of ${entity} (${currency}) than the sub-ledger, all of which it was told: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    suggestedFix: `Look in ${connection} for what was booked there by hand, changed or taken away on these accounts, beside crossdock books account ${entity} ACCOUNT; correct it there, or skip the case where it is meant`,
    owner,
    dueInHours,
  };
}
