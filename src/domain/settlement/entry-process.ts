/**
 * An entry of a payments account. It is matched with the transaction of its order that it comes from, joins its payout as soon as it
 * has one, and is booked on the day on which it moved: what is kept of it is a fee, the rest lies at the provider.
 */
import { SettlementKind } from '../canonical/index.ts';
import { formatMinor } from '../money.ts';
import type { Decision, DecisionContext, Ending, Process, StreamMessage } from '../process.ts';
import { streamKey } from '../stream-key.ts';
import { post } from './book.ts';
import { ENTRY_FACT_TYPES, type EntryFact, type EntryState, evolveEntry, initialEntry } from './entry.ts';
import { actsOfEntry } from './entry-acts.ts';
import { newsOf } from './messages.ts';
import { SmallDraft } from './small-draft.ts';
import { entityOf } from './whose.ts';

type Draft = SmallDraft<EntryState, EntryFact>;

const MINUTE_MS = 60_000;
/** An order may come after its money: it is asked again after so long each time, then it is a case. */
const ASK_AGAIN_MS = [10, 60, 6 * 60, 24 * 60].map((minutes) => minutes * MINUTE_MS);
const ASK_TIMER = 'ask-order';

const UNKNOWN = 'unmapped-settlement-type';
const UNMATCHED = 'settlement-unmatched';
const DIFFERS = 'settlement-differs';
const MISSING_RULE = 'posting-rule-missing';
const UNREADABLE = 'settlement-unreadable';
const CHANGED = 'settlement-changed';

function decide(state: EntryState, message: StreamMessage, context: DecisionContext): Decision<EntryFact> {
  const draft = new SmallDraft<EntryState, EntryFact>(state, evolveEntry);
  const outcome = absorb(draft, message, context);
  if (draft.state.entry !== null) advance(draft, context);
  return draft.decision(outcome);
}

function absorb(draft: Draft, message: StreamMessage, context: DecisionContext): Ending {
  switch (message.type) {
    case 'settlement.entry':
      return told(draft, message);
    case 'settlement.unreadable':
      draft.openCase(
        {
          key: UNREADABLE,
          reason: UNREADABLE,
          message: `What the payment provider tells of its entry ${draft.state.key} cannot be read: ${message.message}`,
          suggestedFix:
            'Look at the raw message; bring the connector up to what the provider sends, then retry. Until then its payout does not add up',
        },
        message.message,
      );
      return 'case';
    case 'settlement.answer':
      if (same(draft.state.answer, message.answer)) return 'duplicate';
      // Nobody is asked about the order any more, and it has not come: it is asked again for a while.
      if (draft.state.answer?.found === 'waits' && message.answer.found === 'nothing')
        draft.timerAt(ASK_TIMER, context.now + (ASK_AGAIN_MS[0] ?? 0));
      draft.record({ type: 'OrderAnswered', answer: message.answer });
      return 'applied';
    case 'timer.fired':
      askOrder(draft, context);
      return 'applied';
    case 'operator.retryCase':
      if (draft.state.cases[message.caseKey] === undefined) return 'duplicate';
      if (message.caseKey === UNMATCHED || message.caseKey === DIFFERS) askOrder(draft, context);
      else if (message.caseKey !== UNKNOWN && message.caseKey !== MISSING_RULE)
        draft.closeCase(message.caseKey, message.by);
      return 'applied';
    case 'operator.skipCase':
      return draft.acceptCase(message.caseKey, message.by);
    case 'configuration.changed':
      return 'applied';
    default:
      throw new Error(`message ${message.type} is not for an entry of a payments account`);
  }
}

function told(draft: Draft, { entry }: Extract<StreamMessage, { type: 'settlement.entry' }>): Ending {
  const known = draft.state.entry;
  draft.closeCase(UNREADABLE, 'it can be read now');
  if (known === null) {
    draft.record({ type: 'EntryTold', entry });
    join(draft);
    return 'applied';
  }
  const { payoutId, kind: _, ...content } = entry;
  const { payoutId: before, kind: __, ...knownContent } = known;
  if (!same(content, knownContent)) {
    draft.openCase(
      {
        key: CHANGED,
        reason: CHANGED,
        message: `The provider tells another content of its entry ${entry.entryId} (${entry.sourceType}) than before: ${difference(knownContent, content)}. What was told first is booked`,
        suggestedFix:
          'Ask the provider which one holds; what differs is then booked by hand, and the case closed',
      },
      JSON.stringify(content),
    );
    return 'case';
  }
  // A message from before it had its payout may come late.
  if (payoutId === null || payoutId === before) return 'duplicate';
  if (before !== null && !entry.isPayout) leave(draft, before);
  draft.record({ type: 'EntryPaidOut', payoutId });
  join(draft);
  return 'applied';
}

/** Tells the payout that the entry is part of it, and the order that it is in it. */
function join(draft: Draft): void {
  const { entry, connection, answer } = draft.state;
  if (!entry?.payoutId || entry.isPayout) return;
  const payout = streamKey(connection, entry.payoutId);
  draft.send({ stream: 'payout', key: payout, message: { type: 'payout.entry', entry: newsOf(entry) } });
  if (answer?.found === 'order' || answer?.found === 'transaction') tellOrder(draft);
}

/** Takes the entry out of a payout again, as it was told to it. */
function leave({ state, messages }: Draft, payoutId: string): void {
  if (!state.entry) return;
  messages.push({
    stream: 'payout',
    key: streamKey(state.connection, payoutId),
    message: { type: 'payout.entryLeft', entry: newsOf(state.entry) },
  });
}

function tellOrder(draft: Draft): void {
  const { entry, connection, key } = draft.state;
  if (!entry || entry.channelOrderId === null) return;
  const payout = entry.payoutId === null ? null : streamKey(connection, entry.payoutId);
  draft.send({
    stream: 'order',
    key: streamKey(connection, entry.channelOrderId),
    message: { type: 'payment.settled', entry: newsOf(entry), payout, from: key },
  });
}

function askOrder(draft: Draft, { now }: DecisionContext): void {
  const times = draft.state.asked + 1;
  draft.record({ type: 'OrderAsked', times });
  tellOrder(draft);
  // While a person is asked about the order, its stream keeps the question.
  const wait = draft.state.answer?.found === 'waits' ? undefined : ASK_AGAIN_MS[times - 1];
  draft.timerAt(ASK_TIMER, wait === undefined ? null : now + wait);
}

/** What follows from what is known. */
function advance(draft: Draft, context: DecisionContext): void {
  name(draft, context);
  tellDispute(draft);
  match(draft, context);
  bookEntry(draft, context);
}

/** A type that the connector does not know may be named by the mappings. */
function name(draft: Draft, { mappings }: DecisionContext): void {
  const { entry, connection } = draft.state;
  if (entry?.kind !== 'unknown') {
    draft.closeCase(UNKNOWN);
    return;
  }
  const mapped = SettlementKind.safeParse(
    mappings.toInternal('settlement-type', connection, entry.sourceType),
  );
  if (mapped.success && mapped.data !== 'unknown') {
    if (entry.payoutId !== null && !entry.isPayout) leave(draft, entry.payoutId);
    draft.record({ type: 'EntryNamed', kind: mapped.data });
    draft.closeCase(UNKNOWN, 'the mappings name it');
    join(draft);
    return;
  }
  draft.openCase({
    key: UNKNOWN,
    reason: UNKNOWN,
    message: `Nobody knows what an entry of type ${entry.sourceType} at ${connection} is: ${amountOf(draft)} of ${entry.at.slice(0, 10)}, entry ${entry.entryId}. It is not booked`,
    suggestedFix: `Find out at the provider what it is, then: crossdock map set settlement-type ${connection} ${entry.sourceType} KIND, where KIND is one of ${SettlementKind.options.filter((kind) => kind !== 'unknown').join(', ')}`,
  });
}

/** What was claimed back, and given back, belongs to its dispute. */
function tellDispute(draft: Draft): void {
  const { entry, connection } = draft.state;
  if (entry?.kind !== 'dispute' || entry.sourceId === null) return;
  if (!draft.facts.some(({ type }) => type === 'EntryTold' || type === 'EntryNamed')) return;
  draft.send({
    stream: 'dispute',
    key: streamKey(connection, entry.sourceId),
    message: { type: 'dispute.entry', entry: newsOf(entry) },
  });
}

/** Each capture and refund must be a transaction of its order, of the same amount. */
function match(draft: Draft, context: DecisionContext): void {
  const { entry, answer, asked } = draft.state;
  if (!entry || (entry.kind !== 'capture' && entry.kind !== 'refund')) return;
  if (asked === 0 && entry.channelOrderId !== null) {
    askOrder(draft, context);
    return;
  }
  if (answer?.found === 'transaction') {
    draft.timerAt(ASK_TIMER, null);
    draft.closeCase(UNMATCHED, 'it is matched');
    const told = answer.amounts.find(({ currency }) => currency === entry.currency);
    // In another currency than the order's the provider has changed it: there is nothing to compare.
    if (told === undefined || told.amountMinor === Math.abs(entry.amountMinor)) {
      draft.closeCase(DIFFERS);
      return;
    }
    const { currency } = entry;
    draft.openCase({
      key: DIFFERS,
      reason: DIFFERS,
      message: `Entry ${entry.entryId} (${entry.sourceType}) is ${amountOf(draft)}, but transaction ${entry.transactionId} of its order is ${formatMinor(told.amountMinor, currency)} ${currency}`,
      suggestedFix:
        'Compare both at the channel; when the order is right now, retry; else book the difference, and skip',
    });
    return;
  }
  if (entry.channelOrderId !== null && (asked <= ASK_AGAIN_MS.length || answer?.found === 'waits')) return;
  const where =
    entry.channelOrderId === null
      ? 'the provider names no order'
      : answer?.found === 'order'
        ? `order ${entry.channelOrderId} has no transaction ${entry.transactionId ?? '(none is named)'}`
        : `order ${entry.channelOrderId} is not known here`;
  draft.openCase({
    key: UNMATCHED,
    reason: UNMATCHED,
    message: `${amountOf(draft)} of entry ${entry.entryId} (${entry.sourceType}) belong to no payment of an order: ${where}`,
    suggestedFix:
      entry.channelOrderId === null
        ? 'Find at the provider whose money it is. Skip when it is from before the books began'
        : `Import the order (crossdock import ${draft.state.connection} ${entry.channelOrderId}), then retry. Skip when it is from before the books began`,
  });
}

/** It is booked when it is known whose money it is; or when that cannot be found out, and a person is asked. */
function bookEntry(draft: Draft, context: DecisionContext): void {
  const { state } = draft;
  const { entry, answer, connection } = state;
  if (entry === null) return;
  const isOfOrder = entry.kind === 'capture' || entry.kind === 'refund';
  const isAsked = state.cases[UNMATCHED] !== undefined || state.accepted[UNMATCHED] !== undefined;
  if (isOfOrder && answer?.found !== 'transaction' && !isAsked) return;
  const entity = entityOf(context, connection, entry.account);
  if (entity) post<EntryState, EntryFact>(draft, actsOfEntry(state, entity, context), entity, context);
}

function amountOf({ state: { entry } }: Draft): string {
  return entry === null ? '' : `${formatMinor(entry.amountMinor, entry.currency)} ${entry.currency}`;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function difference(before: object, after: object): string {
  return Object.entries(after)
    .filter(([name, value]) => !same(value, (before as Record<string, unknown>)[name]))
    .map(
      ([name, value]) =>
        `${name} ${JSON.stringify((before as Record<string, unknown>)[name])} → ${JSON.stringify(value)}`,
    )
    .join(', ');
}

export const entryProcess: Process<EntryState, EntryFact> = {
  kind: 'settlement',
  evolveVersion: 1,
  factTypes: ENTRY_FACT_TYPES,
  initial: initialEntry,
  evolve: evolveEntry,
  decide,
  skusOf: () => [],
  movementsOf: () => [],
  postingsOf: (fact) => (fact.type === 'PostingsMade' ? fact.postings : []),
  summary({ key, entry, cases, answer }) {
    const needsMatch = entry?.kind === 'capture' || entry?.kind === 'refund';
    const isMatched = !needsMatch || answer?.found === 'transaction';
    const isPaidOut = entry !== null && (entry.payoutId !== null || entry.isPayout);
    const closed = Object.keys(cases).length === 0 && isMatched && isPaidOut;
    const status = entry === null ? 'unreadable' : isPaidOut ? 'paid out' : 'at the provider';
    return { status, title: entry === null ? key : `${entry.sourceType} ${entry.entryId}`, closed };
  },
};
