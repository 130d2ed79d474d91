/**
 * An account at a bank. Its statements clear what is in transit, by amount, day and reference; lines of payment providers that are no
 * payout are a case with suggestions. A statement that comes twice counts once, and balances must follow each other.
 */
import { digest as digestOf } from '../digest.ts';
import { formatMinor } from '../money.ts';
import type { Decision, DecisionContext, Ending, Process, StreamMessage } from '../process.ts';
import { BANK_FACT_TYPES, type BankFact, type BankState, evolveBank, initialBank, LINE_KEY } from './bank.ts';
import { matchLines, type OpenLine, suggestionsFor } from './bank-matching.ts';
import { post, type SettlementAct } from './book.ts';
import { linesOfBankLine } from './entry-lines.ts';
import type { ExpectedPayout } from './messages.ts';
import { SmallDraft } from './small-draft.ts';

type Draft = SmallDraft<BankState, BankFact>;

/** A provider may tell of its payout after the bank has shown it. */
const WAIT_MS = 2 * 24 * 3_600_000;
const WAIT_TIMER = 'unmatched-lines';
const UNMATCHED = 'bank-line-unmatched';
const GAP = 'bank-statement-gap';
const CONFLICT = 'bank-statement-conflict';

function decide(state: BankState, message: StreamMessage, context: DecisionContext): Decision<BankFact> {
  const draft = new SmallDraft<BankState, BankFact>(state, evolveBank);
  const outcome = absorb(draft, message, context);
  match(draft, context);
  bookLines(draft, context);
  if (message.type === 'timer.fired') askAboutLines(draft, context);
  return draft.decision(outcome);
}

function absorb(draft: Draft, message: StreamMessage, context: DecisionContext): Ending {
  switch (message.type) {
    case 'bank.expected': {
      const { type: _, ...expected } = message;
      if (draft.state.expected[expected.payout]) return 'duplicate';
      draft.record({ type: 'PayoutExpected', expected });
      return 'applied';
    }
    case 'bank.expectedNoMore':
      if (!draft.state.expected[message.payout]) return 'duplicate';
      draft.record({ type: 'PayoutExpectedNoMore', payout: message.payout });
      return 'applied';
    case 'bank.statement':
      return told(draft, message, context);
    case 'bank.match':
      return matchByHand(draft, message, context);
    case 'operator.retryCase':
      if (draft.state.cases[message.caseKey] === undefined) return 'duplicate';
      if (!message.caseKey.startsWith(UNMATCHED) && message.caseKey !== 'posting-rule-missing')
        draft.closeCase(message.caseKey, message.by);
      return 'applied';
    case 'operator.skipCase': {
      const { caseKey: closes, by } = message;
      if (draft.state.cases[closes] === undefined) return 'duplicate';
      if (!closes.startsWith(UNMATCHED)) return draft.acceptCase(closes, by);
      draft.record({ type: 'LineSetAside', lineId: closes.slice(UNMATCHED.length + 1), by, closes });
      return 'applied';
    }
    case 'timer.fired':
    case 'configuration.changed':
      return 'applied';
    default:
      throw new Error(`message ${message.type} is not for an account at a bank`);
  }
}

function told(
  draft: Draft,
  { statement }: Extract<StreamMessage, { type: 'bank.statement' }>,
  context: DecisionContext,
): Ending {
  const { statementId, from, until, openingMinor, closingMinor, currency } = statement;
  const digest = digestOf(JSON.stringify(statement));
  const known = draft.state.statements[statementId];
  if (known === digest) return 'duplicate';
  if (known !== undefined) {
    draft.openCase(
      {
        key: `${CONFLICT}:${statementId}`,
        reason: CONFLICT,
        message: `Statement ${statementId} of ${draft.state.key} has come again with another content. The first one counts`,
        suggestedFix:
          'Find out at the bank which one holds. Lines that are new are imported by a statement with an id of its own',
      },
      digest,
    );
    return 'case';
  }
  const before = draft.state.closing;
  if (
    before !== null &&
    openingMinor !== null &&
    (from ?? until) > before.until &&
    openingMinor !== before.amountMinor
  ) {
    const money = (minor: number) => `${formatMinor(minor, currency)} ${currency}`;
    draft.openCase(
      {
        key: `${GAP}:${statementId}`,
        reason: GAP,
        message: `Statement ${statementId} of ${draft.state.key} begins with ${money(openingMinor)}, but the one up to ${before.until} ended with ${money(before.amountMinor)}: ${money(openingMinor - before.amountMinor)} lie between`,
        suggestedFix: `Import the statement of the days after ${before.until}`,
      },
      digest,
    );
  }
  const seen = new Set(draft.state.seen);
  const fresh = statement.lines.filter(({ lineId }) => !seen.has(lineId));
  const lines = fresh.flatMap(({ text, ...line }): OpenLine[] => (text === null ? [] : [{ ...line, text }]));
  const others = fresh.flatMap(({ lineId, text }) => (text === null ? [lineId] : []));
  draft.record({
    type: 'StatementTold',
    statementId,
    digest,
    from,
    until,
    openingMinor,
    closingMinor,
    lines,
    others,
  });
  if (lines.length > 0) draft.timerAt(WAIT_TIMER, context.now + WAIT_MS);
  return 'applied';
}

function match(draft: Draft, context: DecisionContext): void {
  const { lines, expected } = draft.state;
  for (const { lineId, payout } of matchLines(Object.values(lines), Object.values(expected)))
    settle(draft, lines[lineId] as OpenLine, [expected[payout] as ExpectedPayout], null, context);
}

function settle(
  draft: Draft,
  line: OpenLine,
  payouts: ExpectedPayout[],
  by: string | null,
  context: DecisionContext,
): void {
  const hasBooks = entityOf(draft, context)?.books !== undefined;
  draft.record({ type: 'LineMatched', line, payouts, by, hasBooks });
  draft.closeCase(`${UNMATCHED}:${line.lineId}`, by ?? 'its payout is known now');
  for (const { payout: key } of payouts)
    draft.send({
      stream: 'payout',
      key,
      message: { type: 'payout.atBank', bank: draft.state.key, lineId: line.lineId, bookedOn: line.bookedOn },
    });
}

/** A person says what a line is; the amounts must come to the same. */
function matchByHand(
  draft: Draft,
  { lineId, payouts, by }: Extract<StreamMessage, { type: 'bank.match' }>,
  context: DecisionContext,
): Ending {
  const line = draft.state.lines[lineId];
  const meant = payouts.flatMap((payout) => draft.state.expected[payout] ?? []);
  const sum = meant.reduce((all, { amountMinor }) => all + amountMinor, 0);
  if (!line || meant.length !== payouts.length || sum !== line.amountMinor) return 'stale';
  settle(draft, line, meant, by, context);
  return 'applied';
}

/** The day of the bank is the day of the act. */
function bookLines(draft: Draft, context: DecisionContext): void {
  const entity = entityOf(draft, context);
  const matched = Object.values(draft.state.unposted);
  if (!entity || matched.length === 0) return;
  const account = draft.state.account;
  const acts = matched.map(
    ({ line, payouts }): SettlementAct => ({
      key: `${LINE_KEY}${line.lineId}`,
      act: 'at-bank',
      at: line.bookedOn,
      currency: payouts[0]?.currency ?? entity.currency,
      text: `Bank ${account}: ${payouts.map(({ payout }) => payout).join(', ')}`,
      lines: payouts.flatMap(({ amountMinor, payout }) => linesOfBankLine(amountMinor, payout)),
      dimensions: { gateway: account },
    }),
  );
  post<BankState, BankFact>(draft, acts, entity, context);
}

function entityOf({ state }: Draft, { config }: DecisionContext) {
  return config.entities.find(({ id }) => id === state.entity);
}

function askAboutLines(draft: Draft, { now }: DecisionContext): void {
  const { lines, expected, key } = draft.state;
  const currency = Object.values(expected)[0]?.currency;
  for (const line of Object.values(lines)) {
    const suggestions = suggestionsFor(line, Object.values(expected));
    const amount =
      currency === undefined
        ? `${line.amountMinor} minor units`
        : `${formatMinor(line.amountMinor, currency)} ${currency}`;
    draft.openCase({
      key: `${UNMATCHED}:${line.lineId}`,
      reason: UNMATCHED,
      message: `The bank shows ${amount} on ${line.bookedOn} ("${line.text.slice(0, 120)}") at ${key}, which is no payout that is expected. ${
        suggestions.length === 0
          ? 'Nothing that is expected comes near it'
          : `It may be: ${suggestions.map((each) => each.join(' + ')).join('; or ')}`
      }`,
      suggestedFix:
        suggestions[0] === undefined
          ? 'Find out at the provider what it is; when it is no payout, skip, and finance books it'
          : `crossdock bank match ${key} ${line.lineId} ${suggestions[0].join(' ')}`,
    });
  }
  if (Object.keys(lines).length > 0) draft.timerAt(WAIT_TIMER, now + WAIT_MS);
}

export const bankProcess: Process<BankState, BankFact> = {
  kind: 'bank',
  evolveVersion: 1,
  factTypes: BANK_FACT_TYPES,
  initial: initialBank,
  evolve: evolveBank,
  decide,
  skusOf: () => [],
  movementsOf: () => [],
  postingsOf: (fact) => (fact.type === 'PostingsMade' ? fact.postings : []),
  summary({ key, cases, expected, lines }) {
    const open = Object.keys(expected).length + Object.keys(lines).length;
    return {
      status: open === 0 ? 'clear' : `${open} open`,
      title: key,
      closed: open === 0 && Object.keys(cases).length === 0,
    };
  },
};
