/**
 * Captures: where the hub takes the money of what was authorised, it does so when goods leave, or a safe while before the
 * authorisation lapses; once, never more than is owed or authorised, and never for an order that is cancelled or stopped.
 */
import type { LineItem } from '../canonical/index.ts';
import type { CapturePolicy, RetailerConfig } from '../config.ts';
import { proportion } from '../money.ts';
import { ACTS, commandCaseKey } from './acts.ts';
import { type OpenAuthorisation, openAuthorisations, owedMinor, receivedMinor } from './authorisations.ts';
import type { Draft } from './draft.ts';
import { foreignUnits, hasLeft, openUnits, shippableLines, shippedUnits } from './quantities.ts';
import { readOrder } from './requests.ts';
import type { Capture, OrderState } from './state.ts';
import { netOf } from './validate.ts';
import { isDropped, isHeld } from './wanted.ts';

const MS_PER_HOUR = 3_600_000;

/** Who captures what was authorised at a channel. */
export function capturePolicyOf(config: RetailerConfig, connection: string): CapturePolicy {
  return config.connections.find(({ id }) => id === connection)?.capture ?? config.policies.capture;
}

/** From when on an authorisation that lapses at an instant is captured, where that is the policy (epoch ms); null: it is not. */
export function captureInstant(
  state: Pick<OrderState, 'connection' | 'payment' | 'authorisedUntil'>,
  config: RetailerConfig,
): number | null {
  if (state.payment !== 'secured' || state.authorisedUntil === null) return null;
  if (capturePolicyOf(config, state.connection) !== 'beforeExpiry') return null;
  return Date.parse(state.authorisedUntil) - config.policies.captureBeforeHours * MS_PER_HOUR;
}

export function capturePayment(draft: Draft): void {
  const { state, context } = draft;
  const policy = capturePolicyOf(context.config, state.connection);
  if (policy === 'channel' && state.captures.length === 0) return;
  settleCaptures(draft);
  if (policy === 'channel' || !mayCapture(draft) || !isDue(draft, policy)) return;
  if (draft.order.payments === null) {
    // Webhooks may not carry them; who does not tell them when asked is not asked again.
    if (state.captureChecked !== state.authorisedUntil) readOrder(draft, 'capture');
    return;
  }
  const [authorisation] = authorisationsOf(draft).filter(({ lapsesAt }) => lapsesAt > context.now);
  if (!authorisation || isFailed(draft, authorisation)) return;
  const wanted = wantedCapture(draft, policy, authorisation);
  if (wanted !== null) ask(draft, authorisation, wanted);
}

const authorisationsOf = ({ order, state, context }: Draft): OpenAuthorisation[] =>
  openAuthorisations(order, state, context.config.policies.authorisationDays);

/** The money of an order that goes on is taken. One that is held keeps it back as long as nothing has left. */
function mayCapture(draft: Draft): boolean {
  const { state, order } = draft;
  if (state.payment !== 'secured' || state.authorisedUntil === null) return false;
  if (isDropped(draft) || state.problems.length > 0 || order.cancelledAt !== null) return false;
  return !isHeld(draft) || hasLeft(state, order);
}

function isDue(draft: Draft, policy: Exclude<CapturePolicy, 'channel'>): boolean {
  const { state, order, context } = draft;
  if (policy === 'onShipment') return hasLeft(state, order);
  const at = captureInstant(state, context.config);
  return at !== null && context.now >= at && (state.allocated || hasLeft(state, order));
}

interface WantedCapture {
  amountMinor: number;
  final: boolean;
}

/** What is to be captured now; null: nothing. */
function wantedCapture(
  draft: Draft,
  policy: Exclude<CapturePolicy, 'channel'>,
  { openMinor, multiCapturable }: OpenAuthorisation,
): WantedCapture | null {
  const { state, order } = draft;
  const owed = owedMinor(order, state);
  const isRest = policy === 'beforeExpiry' || !multiCapturable || hasAllLeft(draft);
  const due = isRest ? owed : Math.min(owed, shippedValue(draft) - receivedMinor(order, state));
  const amountMinor = Math.min(openMinor, due);
  return amountMinor > 0 ? { amountMinor, final: isRest || amountMinor >= owed } : null;
}

function hasAllLeft({ state, order }: Draft): boolean {
  return shippableLines(order).every((line) => openUnits(state, order, line) <= 0);
}

/** What the units that have left are worth to the customer. Delivery and what does not ship come with the last of them. */
function shippedValue({ state, order }: Draft): number {
  let value = 0;
  for (const line of shippableLines(order)) {
    const units = shippedUnits(state, line.lineId) + foreignUnits(state, order, line.lineId);
    if (line.quantity > 0)
      value += proportion(worth(line, order.taxesIncluded), Math.min(units, line.quantity), line.quantity);
  }
  return value;
}

function worth(line: LineItem, taxesIncluded: boolean): number {
  const taxes = line.taxLines.reduce((sum, { amount }) => sum + amount.presentment, 0);
  return netOf(line).presentment + (taxesIncluded ? 0 : taxes);
}

function ask(draft: Draft, authorisation: OpenAuthorisation, { amountMinor, final }: WantedCapture): void {
  const { state, order } = draft;
  const last = state.captures.at(-1);
  const status = last && state.acts[last.act]?.status;
  if (last && (status === 'asked' || status === 'unsettled')) return;
  if (last && status === 'rejected') {
    if (last.authorisation === authorisation.paymentId && last.amountMinor === amountMinor) return;
    draft.closeCaseOf(last.act, 'what is to be captured has changed');
  }
  const act = last && status === 'retry' ? last.act : ACTS.capture(state.captures.length + 1);
  draft.record({
    type: 'PaymentCaptureRequested',
    authorisation: authorisation.paymentId,
    amountMinor,
    final,
    ...draft.ask(act, 'channel.capturePayment', state.connection, {
      channelOrderId: order.channelOrderId,
      captureId: `${state.key}#${act}`,
      authorisation: authorisation.paymentId,
      amountMinor,
      currency: order.presentmentCurrency,
      capturedBeforeMinor: authorisation.capturedMinor,
      final,
    }),
  });
}

/** What was refused or in doubt may be over: the money is there, by whomever, or nobody wants it any more. */
function settleCaptures(draft: Draft): void {
  for (const capture of draft.state.captures) {
    const { act } = capture;
    const known = draft.state.acts[act];
    if (known?.status !== 'rejected' && known?.status !== 'unsettled') continue;
    const captureId = shownCapture(draft, capture);
    if (captureId !== null) {
      const { amountMinor } = capture;
      draft.record({ type: 'PaymentCaptured', act, revision: known.revision, captureId, amountMinor });
      draft.closeCase(commandCaseKey(known.key), 'the channel shows it');
    } else if (draft.state.payment === 'settled') draft.closeCase(commandCaseKey(known.key), 'it is paid');
    else if (draft.state.cancelled) draft.closeCaseOf(act, 'the order is cancelled');
  }
}

/** The channel's id of what makes a capture true; null: the channel does not show it. */
function shownCapture({ order }: Draft, capture: Capture): string | null {
  const shown = (order.payments ?? []).filter(
    ({ kind, status, parentId }) =>
      kind === 'capture' && status !== 'failed' && parentId === capture.authorisation,
  );
  const captured = shown.reduce((sum, { amount }) => sum + amount.presentment, 0);
  return captured >= capture.capturedBeforeMinor + capture.amountMinor
    ? (shown.at(-1)?.paymentId ?? null)
    : null;
}

/** The channel took our capture, and the money did not come: a person looks at it before it is tried again. */
function isFailed(draft: Draft, { paymentId }: OpenAuthorisation): boolean {
  const { state, order } = draft;
  const failed = state.captures.find(
    ({ captureId, authorisation }) =>
      authorisation === paymentId &&
      order.payments?.some((each) => each.paymentId === captureId && each.status === 'failed'),
  );
  if (!failed) return false;
  draft.openCase(
    {
      key: `capture-failed:${failed.captureId}`,
      reason: 'capture-refused',
      message: `${state.connection} has taken the capture of order ${draft.name}, and it has failed`,
      suggestedFix:
        'Capture the payment at the channel, or ask the customer to pay again; skip this case when it is settled',
    },
    failed.act,
  );
  return true;
}
