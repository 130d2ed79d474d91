/** What people decide: hold, resume, cancel, and of a case whether to try again or to accept. */
import type { OperatorMessage } from '../messages.ts';
import type { Ending } from '../process.ts';
import { doneFact } from './absorb-result.ts';
import { ACTS, type ActKind, commandCaseKey, describeAct, releaseIdOf } from './acts.ts';
import type { Draft } from './draft.ts';
import type { Act, OrderFact } from './facts.ts';
import { someOf } from './quantities.ts';
import { intendCancellation, readOrder, wakeWaiting } from './requests.ts';
import { cancelDeleted } from './rules-deletion.ts';
import type { OpenCase } from './state.ts';
import { takeOver } from './take-over.ts';

export function absorbOperator(draft: Draft, message: OperatorMessage): Ending {
  const { state } = draft;
  switch (message.type) {
    case 'operator.hold':
      if (state.heldBecause !== null) return 'duplicate';
      hold(draft, message.by, message.reason);
      return 'applied';
    case 'operator.resume':
      if (state.heldBecause === null) return 'duplicate';
      draft.record({ type: 'OrderResumed', by: message.by });
      askAgainForSalesOrder(draft, message.by);
      return 'applied';
    case 'operator.cancel':
      if (!state.order) return 'duplicate';
      return intendCancellation(draft, message.by, 'operator', message.reason) ? 'applied' : 'duplicate';
    case 'operator.import':
      if (draft.isAsked(ACTS.read)) return 'duplicate';
      readOrder(draft, `${message.by} asked for it`);
      return 'applied';
    case 'operator.takeOver':
      return takeOver(draft, message.by, message.shadowed);
    case 'operator.retryCase': {
      const open = state.cases[message.caseKey];
      if (!open) return 'duplicate';
      retry(draft, message.caseKey, open, message.by);
      return 'applied';
    }
    case 'operator.skipCase': {
      const open = state.cases[message.caseKey];
      if (!open) return 'duplicate';
      skip(draft, message.caseKey, open, message.by);
      return 'applied';
    }
    default:
      return message satisfies never;
  }
}

/** Held because its refused sales order was skipped: let go, it is asked for once more. */
function askAgainForSalesOrder(draft: Draft, by: string): void {
  const known = draft.state.acts[ACTS.salesOrder];
  if (known?.status !== 'rejected' || draft.state.cases[commandCaseKey(known.key)]) return;
  draft.allowRetry(ACTS.salesOrder, by);
}

function hold(draft: Draft, by: string, reason: string): void {
  draft.record({ type: 'OrderHeld', by, reason, since: draft.nowIso });
}

function retry(draft: Draft, caseKey: string, open: OpenCase, by: string): void {
  if (open.act !== null) {
    draft.allowRetry(open.act, by);
    // A read that was refused has no rule that asks again.
    if (describeAct(open.act).kind === 'read') readOrder(draft, 'it is tried again');
    return;
  }
  switch (open.reason) {
    case 'edited-by-erp':
      draft.record({ type: 'SalesOrderToRestore', by });
      return;
    case 'order-deleted':
      cancelDeleted(draft);
      return;
    case 'unmapped-sku':
    case 'unmapped-tax-code':
    case 'unmapped-gateway':
    case 'unmapped-location':
    case 'refund-approval':
    case 'posting-rule-missing':
      // The rules look at the mappings again.
      return;
    case 'out-of-stock': {
      const lineIds = Object.keys(draft.state.avoid);
      if (lineIds.length > 0)
        draft.record({ type: 'LocationsAskedAgain', lineIds, location: null, because: `${by} tries again` });
      readOrder(draft, `case ${caseKey} is tried again`);
      return;
    }
    default:
      readOrder(draft, `case ${caseKey} is tried again`);
  }
}

/** Reasons that nobody can accept: the order cannot go on without the fix. */
const NEEDS_THE_FIX: ReadonlySet<string> = new Set([
  'unmapped-sku',
  'unmapped-tax-code',
  'unmapped-gateway',
  'unmapped-location',
  'currency-not-booked',
]);

/** What cannot be accepted stops the order in the name of who skips: nothing is forgotten in silence. */
function skip(draft: Draft, caseKey: string, open: OpenCase, by: string): void {
  const { act, reason } = open;
  draft.record({ type: 'CaseClosed', closes: caseKey, by, accepted: true, at: draft.nowIso });
  const stops = act === null ? NEEDS_THE_FIX.has(reason) : !settleByHand(draft, act);
  if (stops && draft.state.heldBecause === null) hold(draft, by, `case ${reason} was skipped`);
}

/** Refused acts that a person can have done, or made superfluous, elsewhere. */
const DONE_BY_HAND: ReadonlySet<ActKind> = new Set([
  'amendment',
  'salesOrderCancellation',
  'assignment',
  'answer',
  'channelHold',
  'channelHoldRelease',
  'fulfilment',
  'shipmentBooking',
  'refund',
  'capture',
  'references',
  'returnSearch',
  'returnCreation',
  'channelRefund',
]);

/** A person says what became of an act. False: without it the order cannot go on. */
function settleByHand(draft: Draft, act: string): boolean {
  const known = draft.state.acts[act];
  if (!known) return true;
  const settled: Act = { act, revision: known.revision };
  const { kind } = describeAct(act);
  if (known.status === 'unsettled' || DONE_BY_HAND.has(kind)) {
    draft.record(doneFact(draft, settled, null));
    if (kind === 'releaseCancellation') returnAll(draft, releaseIdOf(draft.state.key, act), false);
    return true;
  }
  switch (kind) {
    case 'read':
      return true;
    case 'release':
      returnAll(draft, releaseIdOf(draft.state.key, act), true);
      return true;
    case 'releaseCancellation': {
      const releaseId = releaseIdOf(draft.state.key, act);
      draft.record(refusal(settled, releaseId));
      return true;
    }
    case 'cancel':
      draft.record({ type: 'CancellationAbandoned', because: 'the channel has refused it' });
      return false;
    default:
      return false;
  }
}

function refusal(act: Act, releaseId: string): OrderFact {
  return { type: 'ReleaseCancellationRefused', ...act, releaseId, because: 'it could not be stopped' };
}

/** Nothing of a release is at its location any more. */
function returnAll(draft: Draft, releaseId: string, avoid: boolean): void {
  const allocations = draft.state.allocations
    .filter((part) => part.releaseId === releaseId)
    .map((part) => someOf(part, part.quantity));
  draft.record({
    type: 'UnitsReturnedToPlan',
    releaseId,
    rejectionId: null,
    allocations,
    because: avoid ? 'the location has refused the release' : 'a person says that the release is stopped',
    finished: true,
    avoid,
  });
  if (avoid) wakeWaiting(draft, allocations);
}
