/** How commands ended: done is a fact, refused or in doubt is a case. A result counts for its own revision only. */
import type { CaseReasonName } from '../case-reasons.ts';
import { type CommandKind, type CommandResults, roleOf } from '../commands.ts';
import type { CommandResultMessage } from '../messages.ts';
import type { CaseOpening, Ending } from '../process.ts';
import { parseStreamKey } from '../stream-key.ts';
import { readReturn } from './absorb-return.ts';
import { commandCaseKey, describeAct, parseActKey, releaseIdOf } from './acts.ts';
import { caseOpening, type Draft } from './draft.ts';
import type { Act, OrderFact } from './facts.ts';
import { compareAdopted } from './take-over.ts';

export function absorbResult(draft: Draft, message: CommandResultMessage): Ending {
  const { state } = draft;
  const act = parseActKey(state.key, message.key);
  const known = act ? state.acts[act.act] : undefined;
  if (!act || known?.key !== message.key || known.status === 'done') return 'duplicate';
  if (message.type !== 'command.done' && known.status !== 'asked') return 'duplicate';
  const isOver = state.deletedAt !== undefined && describeAct(act.act).kind === 'read';
  if (message.type === 'command.done' || isOver || isAlreadyTrue(draft, act)) {
    draft.record(doneFact(draft, act, message.result));
    draft.closeCase(commandCaseKey(message.key), 'it took effect');
    if (message.type === 'command.done') readReturns(draft, message);
    if (message.kind === 'erp.createSalesOrder') {
      const { existing } = (message.result as CommandResults['erp.createSalesOrder'] | null) ?? {};
      if (existing) compareAdopted(draft, existing);
    }
    return 'applied';
  }
  if (message.type === 'command.rejected' && message.code === TOO_LATE) {
    const refused = refusedAsTooLate(draft, act, message);
    if (refused) {
      draft.record(refused);
      return 'applied';
    }
  }
  const { kind, code, message: words } = message;
  const opens = commandCase(draft, message);
  draft.record(
    message.type === 'command.rejected'
      ? { type: 'CommandRejected', ...act, kind, code, message: words, opens }
      : { type: 'CommandUnsettled', ...act, kind, message: words, opens },
  );
  return 'case';
}

/** What a result tells of returns: each that the channel has named or made is read, and one that was processed. */
function readReturns(draft: Draft, { kind, key, result }: CommandResultMessage): void {
  if (kind === 'channel.findReturns')
    for (const returnId of (result as CommandResults['channel.findReturns']).returnIds)
      readReturn(draft, returnId, 'its order has news of returns');
  if (kind === 'channel.createReturn')
    readReturn(draft, (result as CommandResults['channel.createReturn']).returnId, 'it was made');
  if (kind !== 'channel.refund') return;
  const act = parseActKey(draft.state.key, key);
  const of = draft.state.refundRequests?.[describeAct(act?.act ?? '').id]?.return;
  if (of) readReturn(draft, parseStreamKey(of).id, 'its money was given back');
}

/** The code of a system that cannot stop what has left already. */
const TOO_LATE = 'already-shipped';

/** A location that has shipped already goes on: that is no case, what has left is. */
function refusedAsTooLate(draft: Draft, act: Act, message: CommandResultMessage): OrderFact | null {
  if (message.kind !== 'fulfilment.cancelRelease') return null;
  const releaseId = releaseIdOf(draft.state.key, act.act);
  return { type: 'ReleaseCancellationRefused', ...act, releaseId, because: message.message };
}

/**
 * What was refused or in doubt is known to be true: the channel shows the order as cancelled, the
 * ERP speaks of the sales order, the location of the release.
 */
function isAlreadyTrue(draft: Draft, { act }: Act): boolean {
  const { state } = draft;
  switch (describeAct(act).kind) {
    case 'capture':
      return state.payment === 'settled';
    case 'cancel':
      return state.cancelled || (state.order?.cancelledAt ?? null) !== null;
    case 'release': {
      const releaseId = releaseIdOf(state.key, act);
      return state.releases.some((release) => release.releaseId === releaseId && release.heard);
    }
    case 'salesOrder':
      return state.erp.version > 0 || state.erp.contentVersion > 0 || state.erp.invoices.length > 0;
    default:
      return false;
  }
}

function commandCase(draft: Draft, message: CommandResultMessage): CaseOpening {
  const unsettled = message.type === 'command.unsettled';
  return caseOpening({
    key: commandCaseKey(message.key),
    reason: unsettled ? 'command-in-doubt' : refusalReason(message.kind),
    message: unsettled
      ? `Nobody can tell whether ${message.kind} of order ${draft.name} took effect at ${message.connection}: ${message.message}`
      : `${message.connection} refused ${message.kind} of order ${draft.name} (${message.code}): ${message.message}`,
    suggestedFix: message.suggestedFix,
    holdsCommand: message.key,
  });
}

/** What waits for nothing has a reason of its own, of less weight. */
function refusalReason(kind: CommandKind): CaseReasonName {
  if (kind === 'channel.assignLocations') return 'assignment-refused';
  if (kind === 'channel.holdFulfilment' || kind === 'channel.releaseHold') return 'channel-hold-refused';
  if (kind === 'channel.answerRequest') return 'answer-refused';
  if (kind === 'channel.capturePayment') return 'capture-refused';
  if (kind === 'channel.writeReferences') return 'references-refused';
  if (kind === 'fulfilment.announceReturn') return 'announcement-refused';
  return `${roleOf(kind)}-rejected`;
}

/** The fact that an act has taken effect. Without a result (a person says so) the ids that the system gave are empty. */
export function doneFact(draft: Draft, act: Act, result: unknown): OrderFact {
  const { kind, id } = describeAct(act.act);
  switch (kind) {
    case 'read':
      return { type: 'OrderRead', ...act };
    case 'cancel':
      return { type: 'CancellationAccepted', ...act, at: draft.nowIso };
    case 'salesOrder': {
      const made = result as CommandResults['erp.createSalesOrder'] | null;
      const { salesOrderId = '', number = '' } = made ?? {};
      return { type: 'SalesOrderCreated', ...act, salesOrderId, number };
    }
    case 'amendment':
      return { type: 'SalesOrderAmended', ...act };
    case 'salesOrderCancellation':
      return { type: 'SalesOrderCancelled', ...act };
    case 'release': {
      const { externalId = '' } = (result as CommandResults['fulfilment.release'] | null) ?? {};
      return { type: 'ReleaseSent', ...act, releaseId: releaseIdOf(draft.state.key, act.act), externalId };
    }
    case 'releaseCancellation':
      return {
        type: 'ReleaseCancellationConfirmed',
        ...act,
        releaseId: releaseIdOf(draft.state.key, act.act),
      };
    case 'assignment':
      return { type: 'LocationsAssigned', ...act };
    case 'answer':
      return { type: 'AnswerGiven', ...act, requestId: id };
    case 'channelHold':
      return { type: 'ChannelHoldPlaced', ...act };
    case 'channelHoldRelease':
      return { type: 'ChannelHoldReleased', ...act };
    case 'fulfilment': {
      const { fulfilmentId = '' } = (result as CommandResults['channel.createFulfilment'] | null) ?? {};
      return { type: 'FulfilmentWritten', ...act, shipmentId: id, fulfilmentId };
    }
    case 'shipmentBooking':
      return { type: 'ShipmentBooked', ...act, shipmentId: id };
    case 'refund':
      return { type: 'RefundBooked', ...act, refundId: id };
    case 'capture': {
      const asked = draft.state.captures.find((each) => each.act === act.act);
      const made = result as CommandResults['channel.capturePayment'] | null;
      const { captureId = '', amountMinor = asked?.amountMinor ?? 0 } = made ?? {};
      return { type: 'PaymentCaptured', ...act, captureId, amountMinor };
    }
    case 'references':
      return { type: 'ReferencesWritten', ...act };
    case 'returnSearch': {
      const { returnIds = [] } = (result as CommandResults['channel.findReturns'] | null) ?? {};
      return { type: 'ReturnsFound', ...act, returnIds };
    }
    case 'returnCreation': {
      const { returnId = '' } = (result as CommandResults['channel.createReturn'] | null) ?? {};
      return { type: 'ReturnCreated', ...act, returnId };
    }
    case 'announcement': {
      const { externalId = '' } = (result as CommandResults['fulfilment.announceReturn'] | null) ?? {};
      return { type: 'ReturnAnnounced', ...act, externalId };
    }
    case 'channelRefund': {
      const made = (result as CommandResults['channel.refund'] | null) ?? { refundId: '', amountMinor: 0 };
      return { type: 'ChannelRefundMade', ...act, request: id, ...made };
    }
    default:
      return kind satisfies never;
  }
}
