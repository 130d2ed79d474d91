/**
 * A dispute is a case until its deadline. An inquiry books nothing. What a chargeback takes is a receivable and a fee, booked by its
 * entries; won, its entries take that back; lost, the receivable is a loss.
 */
import { formatMinor } from '../money.ts';
import type { Decision, DecisionContext, Ending, Process, StreamMessage } from '../process.ts';
import { streamKey } from '../stream-key.ts';
import { dimensionsOf, post, type SettlementAct } from './book.ts';
import {
  DISPUTE_FACT_TYPES,
  type DisputeFact,
  type DisputeState,
  evolveDispute,
  initialDispute,
  standingOf,
} from './dispute.ts';
import { linesOfLoss } from './entry-lines.ts';
import { SmallDraft } from './small-draft.ts';
import { entityOf } from './whose.ts';

type Draft = SmallDraft<DisputeState, DisputeFact>;

const HOUR_MS = 3_600_000;
const OPEN = 'dispute-open';
const UNREADABLE = 'settlement-unreadable';

function decide(
  state: DisputeState,
  message: StreamMessage,
  context: DecisionContext,
): Decision<DisputeFact> {
  const draft = new SmallDraft<DisputeState, DisputeFact>(state, evolveDispute);
  const outcome = absorb(draft, message);
  advance(draft, state, context);
  tellReduction(draft, context);
  bookLoss(draft, context);
  return draft.decision(outcome);
}

function absorb(draft: Draft, message: StreamMessage): Ending {
  switch (message.type) {
    case 'dispute.snapshot': {
      const { dispute } = message;
      draft.closeCase(UNREADABLE, 'it can be read now');
      if (JSON.stringify(draft.state.dispute) === JSON.stringify(dispute)) return 'duplicate';
      draft.record({ type: 'DisputeTold', dispute });
      return 'applied';
    }
    case 'dispute.entry':
      draft.record({ type: 'MoneyMoved', entry: message.entry });
      return 'applied';
    case 'dispute.asLoss':
      if (draft.state.keptAsLoss !== undefined) return 'duplicate';
      draft.record({ type: 'LossKept', because: message.because });
      return 'applied';
    case 'settlement.unreadable':
      draft.openCase(
        {
          key: UNREADABLE,
          reason: UNREADABLE,
          message: `What the payment provider tells of its dispute ${draft.state.key} cannot be read: ${message.message}`,
          suggestedFix: 'Look at the raw message and at the dispute itself: it has a deadline',
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
      throw new Error(`message ${message.type} is not for a dispute`);
  }
}

function advance(draft: Draft, before: DisputeState, context: DecisionContext): void {
  const { dispute, channelOrderId } = draft.state;
  if (dispute === null) return;
  const standing = standingOf(dispute);
  const wasTold = before.dispute !== null && before.channelOrderId === channelOrderId;
  if (
    channelOrderId !== null &&
    (!wasTold ||
      standingOf(before.dispute as typeof dispute) !== standing ||
      before.dispute?.type !== dispute.type)
  )
    tellOrder(draft, channelOrderId);
  // Evidence that was sent cannot be added to: nobody has anything to do until the bank decides.
  if (standing !== 'open' || dispute.status === 'underReview' || dispute.evidenceSentAt !== null) {
    draft.closeCase(OPEN, standing === 'open' ? 'evidence was sent' : `it is ${dispute.status}`);
    return;
  }
  const { type, reason, currency, amountMinor, evidenceDueAt, disputeId } = dispute;
  const money = `${formatMinor(amountMinor, currency)} ${currency}`;
  const due = evidenceDueAt === null ? '' : `, by ${evidenceDueAt.slice(0, 16).replace('T', ' ')} UTC`;
  const what =
    type === 'inquiry'
      ? `A shopper’s bank asks about ${money} (${reason}); no money is taken yet`
      : `A shopper’s bank has taken back ${money} (${reason})`;
  draft.openCase(
    {
      key: OPEN,
      reason: OPEN,
      message: `${what}: dispute ${disputeId} of order ${channelOrderId ?? '(none is named)'} needs an answer${due}`,
      suggestedFix:
        'Send the evidence at the channel (what was ordered, sent and delivered), or accept the loss there; the case closes when the channel tells that',
      ...(evidenceDueAt !== null && {
        dueInHours: Math.max(1, Math.floor((Date.parse(evidenceDueAt) - context.now) / HOUR_MS)),
      }),
    },
    // What becomes a chargeback is asked for anew, though somebody has closed the inquiry.
    type,
  );
}

/** Whether a lost dispute is a reduction of its order's price, by the rules of the entity's books. */
function isReduction(
  { dispute, keptAsLoss }: DisputeState,
  context: DecisionContext,
  connection: string,
): boolean {
  if (dispute === null || keptAsLoss !== undefined) return false;
  const rules = entityOf(context, connection, dispute.account)?.books?.disputes ?? [];
  return (
    rules.find(({ reasons }) => reasons.length === 0 || reasons.includes(dispute.reason))?.lost ===
    'priceReduction'
  );
}

/** What is not given back reduces the price of its order, which posts it against what was claimed. */
function tellReduction(draft: Draft, context: DecisionContext): void {
  const { dispute, taken, channelOrderId, connection, key, reducedMinor = 0, lossMinor } = draft.state;
  if (dispute === null || taken === null || channelOrderId === null) return;
  // What is a loss already stays one; a rule that has changed counts from the next dispute on.
  if (reducedMinor === 0 && (lossMinor !== 0 || !isReduction(draft.state, context, connection))) return;
  const target = standingOf(dispute) === 'lost' ? taken.amountMinor : 0;
  if (target === reducedMinor) return;
  draft.record({ type: 'ReductionTold', amountMinor: target });
  const { gateway, reason, finalisedAt } = dispute;
  const at = finalisedAt ?? new Date(context.now).toISOString();
  draft.send({
    stream: 'order',
    key: streamKey(connection, channelOrderId),
    message: {
      type: 'payment.reduced',
      dispute: key,
      gateway,
      reason,
      currency: taken.currency,
      amountMinor: target,
      at,
    },
  });
}

/** What is not given back of a lost dispute is a loss; what comes back after all takes that back. */
function bookLoss(draft: Draft, context: DecisionContext): void {
  const { dispute, taken, lossMinor, posted, key, connection } = draft.state;
  if (dispute === null || taken === null) return;
  const { reducedMinor = 0 } = draft.state;
  const target = standingOf(dispute) === 'lost' ? taken.amountMinor - reducedMinor : 0;
  if (target === lossMinor) return;
  const act: SettlementAct = {
    key: `loss/${posted.length + 1}`,
    act: target > lossMinor ? 'dispute-lost' : 'dispute-loss-reversed',
    at: dispute.finalisedAt ?? new Date(context.now).toISOString(),
    currency: taken.currency,
    text: `Dispute ${key}: ${dispute.reason}`,
    lines: linesOfLoss(target - lossMinor),
    dimensions: { ...dimensionsOf(context, connection, dispute.gateway), reason: dispute.reason },
  };
  post<DisputeState, DisputeFact>(draft, [act], entityOf(context, connection, dispute.account), context);
}

function tellOrder(draft: Draft, channelOrderId: string): void {
  const { dispute, connection, disputeId } = draft.state;
  if (dispute === null) return;
  const standing = standingOf(dispute);
  const { type, reason, currency, amountMinor } = dispute;
  draft.send({
    stream: 'order',
    key: streamKey(connection, channelOrderId),
    message: {
      type: 'payment.disputed',
      dispute: disputeId,
      kind: type,
      status: standing,
      reason,
      currency,
      amountMinor,
    },
  });
}

export const disputeProcess: Process<DisputeState, DisputeFact> = {
  kind: 'dispute',
  evolveVersion: 2,
  factTypes: DISPUTE_FACT_TYPES,
  initial: initialDispute,
  evolve: evolveDispute,
  decide,
  skusOf: () => [],
  movementsOf: () => [],
  postingsOf: (fact) => (fact.type === 'PostingsMade' ? fact.postings : []),
  summary({ key, dispute, cases }) {
    const closed = dispute !== null && standingOf(dispute) !== 'open' && Object.keys(cases).length === 0;
    const title = dispute === null ? key : `${dispute.type} of order ${dispute.channelOrderId ?? '?'}`;
    return { status: dispute?.status ?? 'expected', title, closed };
  },
};
