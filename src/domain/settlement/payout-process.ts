/**
 * A payout adds up: its net is the sum of its entries, amount less fee. When it is paid its money stands in bank-in-transit, until
 * the bank shows it. The entry that brings the money of a failed or cancelled one back to the provider reopens it there.
 */
import { localDate } from '../books/calendar.ts';
import { formatMinor } from '../money.ts';
import type { Decision, DecisionContext, Ending, Process, StreamMessage } from '../process.ts';
import { streamKey } from '../stream-key.ts';
import { dimensionsOf, post, type SettlementAct } from './book.ts';
import { linesOfPayout } from './entry-lines.ts';
import {
  evolvePayout,
  initialPayout,
  PAYOUT_FACT_TYPES,
  type PayoutFact,
  type PayoutState,
} from './payout.ts';
import { SmallDraft } from './small-draft.ts';
import { accountItem, bankAccountOf, entityOf } from './whose.ts';

type Draft = SmallDraft<PayoutState, PayoutFact>;

/** Entries of a payout come one by one, and some late: so long they are waited for. */
const COMPLETE_AFTER_MS = 24 * 3_600_000;
const COMPLETE_TIMER = 'complete';
/** Banks need some days; statements are imported from time to time. */
const AT_BANK_AFTER_MS = 10 * 24 * 3_600_000;
const BANK_TIMER = 'at-bank';
const NOT_AT_BANK = 'payout-not-at-bank';
const INCOMPLETE = 'payout-does-not-add-up';
const UNREADABLE = 'settlement-unreadable';

function decide(state: PayoutState, message: StreamMessage, context: DecisionContext): Decision<PayoutFact> {
  const draft = new SmallDraft<PayoutState, PayoutFact>(state, evolvePayout);
  const outcome = absorb(draft, message, context);
  if (draft.facts.length > 0 || message.type === 'timer.fired') addUp(draft, message, context);
  followToBank(draft, message, context);
  bookPayout(draft, context);
  return draft.decision(outcome);
}

function absorb(draft: Draft, message: StreamMessage, { now }: DecisionContext): Ending {
  switch (message.type) {
    case 'payout.snapshot': {
      const { payout: known } = draft.state;
      const { payout } = message;
      draft.closeCase(UNREADABLE, 'it can be read now');
      if (known !== null && JSON.stringify(known) === JSON.stringify(payout)) return 'duplicate';
      draft.record({ type: 'PayoutTold', payout });
      if (known === null) draft.timerAt(COMPLETE_TIMER, now + COMPLETE_AFTER_MS);
      return 'applied';
    }
    case 'payout.entry':
      draft.record({ type: 'EntryJoined', entry: message.entry });
      return 'applied';
    case 'payout.entryLeft':
      draft.record({ type: 'EntryLeft', entry: message.entry });
      return 'applied';
    case 'payout.atBank': {
      const { bank, lineId, bookedOn } = message;
      if (draft.state.atBank !== null) return 'duplicate';
      draft.record({ type: 'ReachedBank', bank, lineId, bookedOn });
      return 'applied';
    }
    case 'settlement.unreadable':
      draft.openCase(
        {
          key: UNREADABLE,
          reason: UNREADABLE,
          message: `What the payment provider tells of its payout ${draft.state.key} cannot be read: ${message.message}`,
          suggestedFix:
            'Look at the raw message; bring the connector up to what the provider sends, then retry',
        },
        message.message,
      );
      return 'case';
    case 'operator.retryCase':
      if (draft.state.cases[message.caseKey] === undefined) return 'duplicate';
      if (message.caseKey !== 'posting-rule-missing') draft.closeCase(message.caseKey, message.by);
      return 'applied';
    case 'operator.skipCase':
      return draft.acceptCase(message.caseKey, message.by);
    case 'timer.fired':
    case 'configuration.changed':
      return 'applied';
    default:
      throw new Error(`message ${message.type} is not for a payout`);
  }
}

/** Whether what it consists of is what it carries; told once the time for late entries is over. */
function addUp(draft: Draft, message: StreamMessage, context: DecisionContext): void {
  const { payout, sumMinor, entries, unknown, key } = draft.state;
  if (payout === null) return;
  const residual = payout.fromBalance ? 0 : payout.netMinor - sumMinor;
  if (residual === 0) {
    draft.timerAt(COMPLETE_TIMER, null);
    draft.closeCase(INCOMPLETE, 'it adds up now');
    return;
  }
  const isDue = message.type === 'timer.fired' && message.name === COMPLETE_TIMER;
  const isAskedAgain = message.type === 'operator.retryCase';
  if (!isDue && !isAskedAgain) {
    // What had added up before no longer does: others may follow.
    if (draft.state.cases[INCOMPLETE] === undefined && draft.facts.some(({ type }) => type !== 'PayoutTold'))
      draft.timerAt(COMPLETE_TIMER, context.now + COMPLETE_AFTER_MS);
    return;
  }
  const money = (minor: number) => `${formatMinor(minor, payout.currency)} ${payout.currency}`;
  draft.openCase(
    {
      key: INCOMPLETE,
      reason: INCOMPLETE,
      message: `Payout ${key} of ${payout.issuedAt.slice(0, 10)} is ${money(payout.netMinor)}, its ${entries} entries come to ${money(sumMinor)}: ${money(residual)} are not explained${unknown > 0 ? `; ${unknown} of its entries are of an unknown type` : ''}`,
      suggestedFix:
        'Compare it with the provider’s own list of the payout. Entries that are missing come with the next poll (crossdock import-since); then retry',
    },
    String(residual),
  );
}

/** Once it has gone its money is in transit; the entry that brings it back books that. */
function bookPayout(draft: Draft, context: DecisionContext): void {
  const { payout, key, connection } = draft.state;
  if (payout === null || payout.netMinor === 0) return;
  const { status, account, gateway, currency, netMinor, issuedAt } = payout;
  if (status === 'scheduled' || status === 'inTransit') return;
  const entity = entityOf(context, connection, account);
  const act: SettlementAct = {
    key: 'paid',
    act: 'paid-out',
    at: issuedAt,
    currency,
    text: `Payout ${key}`,
    lines: linesOfPayout(netMinor, accountItem(connection, account, gateway), 1),
    dimensions: dimensionsOf(context, connection, gateway),
  };
  post<PayoutState, PayoutFact>(draft, [act], entity, context);
}

/** What was paid must be seen at the bank; what has failed or was cancelled will not be. */
function followToBank(draft: Draft, message: StreamMessage, context: DecisionContext): void {
  const { payout, bank, atBank, key, connection, payoutId } = draft.state;
  if (payout === null) return;
  const { status, currency, netMinor, issuedAt, reference, account } = payout;
  const entity = entityOf(context, connection, account);
  const isPaid = status === 'paid' && netMinor !== 0;
  if (bank === null && isPaid && entity) {
    const place = bankAccountOf(entity, currency);
    if (!place) return;
    const to = streamKey(entity.id, place.id);
    draft.record({ type: 'BankAsked', bank: to });
    draft.send({
      stream: 'bank',
      key: to,
      message: {
        type: 'bank.expected',
        payout: key,
        currency,
        amountMinor: netMinor,
        on: localDate(issuedAt, entity.timeZone),
        references: [payoutId, ...(reference === null ? [] : [reference])],
      },
    });
    draft.timerAt(BANK_TIMER, context.now + AT_BANK_AFTER_MS);
    return;
  }
  if (bank === null) return;
  if (atBank !== null || !isPaid) {
    draft.timerAt(BANK_TIMER, null);
    draft.closeCase(NOT_AT_BANK, atBank === null ? `it is ${status}` : 'the bank shows it');
  }
  if (atBank === null && !isPaid) {
    draft.record({ type: 'BankAsked', bank: null });
    draft.send({ stream: 'bank', key: bank, message: { type: 'bank.expectedNoMore', payout: key } });
    return;
  }
  if (atBank !== null || message.type !== 'timer.fired' || message.name !== BANK_TIMER) return;
  const money = `${formatMinor(netMinor, currency)} ${currency}`;
  draft.openCase({
    key: NOT_AT_BANK,
    reason: NOT_AT_BANK,
    message: `Payout ${key} of ${money} was paid on ${issuedAt.slice(0, 10)}, and no statement of ${bank} shows it`,
    suggestedFix:
      'Import the statements since then (crossdock bank import FILE). When they are complete, ask the provider; a line that nothing fits is named in a case of the bank account',
  });
}

export const payoutProcess: Process<PayoutState, PayoutFact> = {
  kind: 'payout',
  evolveVersion: 1,
  factTypes: PAYOUT_FACT_TYPES,
  initial: initialPayout,
  evolve: evolvePayout,
  decide,
  skusOf: () => [],
  movementsOf: () => [],
  postingsOf: (fact) => (fact.type === 'PostingsMade' ? fact.postings : []),
  summary({ key, payout, cases, sumMinor, bank, atBank }) {
    const addsUp = payout !== null && (payout.fromBalance === true || payout.netMinor === sumMinor);
    const hasEnded = payout !== null && payout.status !== 'scheduled' && payout.status !== 'inTransit';
    const isThere = bank === null || atBank !== null;
    const closed = Object.keys(cases).length === 0 && addsUp && hasEnded && isThere;
    const title =
      payout === null
        ? key
        : `${payout.issuedAt.slice(0, 10)} ${formatMinor(payout.netMinor, payout.currency)} ${payout.currency}`;
    return { status: payout?.status ?? 'expected', title, closed };
  },
};
