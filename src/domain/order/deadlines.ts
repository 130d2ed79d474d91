/**
 * How long an order may wait for what: no order stands still without an end to it. Each deadline follows from the state, so
 * timers are set and cleared by comparing before and after; what happens at its end is in the rules.
 */
import { addDays, startOfDay } from '../books/calendar.ts';
import type { Brand, RetailerConfig, ShortagePolicy } from '../config.ts';
import { releaseAct } from './acts.ts';
import { expectedBy } from './expected.ts';
import { isOnlyScheduled, scheduledUntil } from './kinds.ts';
import { ENDED } from './lifecycle.ts';
import { captureInstant } from './rules-capture.ts';
import type { OrderState, Release } from './state.ts';

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;

/** A channel may cancel in a job of its own: it is read again so long after it accepted, and a case so long after. */
const CANCELLATION = { readAfterMs: 15 * MS_PER_MINUTE, caseAfterMs: MS_PER_DAY };

export type DeadlineName =
  | 'payment'
  | 'authorisation'
  | 'capture'
  | 'backorder'
  | 'hold'
  | 'shipment'
  | 'refund'
  | 'cancellation'
  | 'arrival';

export type Deadlines = Partial<Record<DeadlineName, number>>;

/** Instants (epoch ms) at which waiting turns into something to do. May lie in the past. */
export function deadlinesOf(state: OrderState, config: RetailerConfig): Deadlines {
  if (!state.order || !state.live) return {};
  const deadlines: Deadlines = {};
  const set = (name: DeadlineName, at: number | null) => {
    if (at !== null) deadlines[name] = at;
  };
  set('refund', refundDeadline(state, config));
  set('arrival', arrivalDeadline(state, config));
  if (ENDED.has(state.status)) return deadlines;
  if (!state.cancelled) {
    set('payment', paymentDeadline(state, config));
    set('authorisation', authorisationDeadline(state));
    set('capture', captureInstant(state, config));
    set('backorder', backorderDeadline(state, config));
    set('hold', holdDeadline(state, config));
    set('cancellation', cancellationDeadline(state));
  }
  set('shipment', shipmentDeadline(state, config));
  return deadlines;
}

/** The later of an instant and a person's last "not yet", plus some time. */
function after(state: OrderState, caseKey: string, sinceMs: number, ms: number): number {
  const skippedAt = state.accepted[caseKey]?.at;
  return Math.max(sinceMs, skippedAt === undefined ? sinceMs : Date.parse(skippedAt)) + ms;
}

function oldest(instants: readonly string[]): number | null {
  return instants.length === 0 ? null : Math.min(...instants.map(Date.parse));
}

function paymentDeadline(state: OrderState, { policies }: RetailerConfig): number | null {
  const terms = state.order?.paymentTerms;
  if (state.payment === 'secured' && state.authorisedUntil === null && terms?.dueAt)
    return Date.parse(terms.dueAt) + policies.paymentGraceDays * MS_PER_DAY;
  if (state.payment !== 'missing' || state.cancellation !== null) return null;
  const pending = state.paymentStatus === 'pending' || state.paymentStatus === 'partlyPaid';
  const days = pending ? policies.paymentPendingDays : policies.paymentGraceDays;
  // Who pays later by agreement is waited for until then.
  const since = Math.max(Date.parse(state.paymentSince), Date.parse(terms?.dueAt ?? state.paymentSince));
  return since + days * MS_PER_DAY;
}

function authorisationDeadline(state: OrderState): number | null {
  return state.payment === 'secured' && state.authorisedUntil !== null
    ? Date.parse(state.authorisedUntil)
    : null;
}

/** What happens with units that are missing: as it was settled for this order, else as the brand says. */
export function shortageOf({ oversold }: Pick<OrderState, 'oversold'>, brand: Brand): ShortagePolicy {
  return oversold?.shortage ?? brand.shortage;
}

function backorderDeadline(state: OrderState, config: RetailerConfig): number | null {
  const brand = config.brands.find((each) => each.id === state.brand);
  if (state.shortSince === null || !brand) return null;
  const since = Date.parse(state.shortSince);
  const asksAtOnce = shortageOf(state, brand) === 'case' && state.accepted['out-of-stock'] === undefined;
  if (asksAtOnce) return since;
  const limit = after(state, 'out-of-stock', since, brand.backorderLimitDays * MS_PER_DAY);
  // Who was promised goods waits for them, and a little longer.
  const promisedFor = expectedBy(state);
  if (promisedFor === null) return limit;
  return Math.max(limit, promisedFor + config.policies.receiptGraceDays * MS_PER_DAY);
}

function holdDeadline(state: OrderState, { policies }: RetailerConfig): number | null {
  const since = heldSince(state);
  return since === null ? null : after(state, 'held-too-long', since, policies.holdLimitDays * MS_PER_DAY);
}

/** When the oldest hold that still stands began; null: nobody holds the order. */
export function heldSince(state: OrderState): number | null {
  return oldest([
    ...(state.heldBecause === null ? [] : [state.heldSince]),
    ...(state.channelHeldBecause === null ? [] : [channelHeldSince(state)]),
    ...(state.erp.heldBecause === null ? [] : [state.erp.heldSince]),
  ]);
}

/** A pre-order is not held before its day. */
function channelHeldSince({ order, channelHeldSince: since }: OrderState): string {
  const until = order && isOnlyScheduled(order) ? scheduledUntil(order) : null;
  return until !== null && Date.parse(until) > Date.parse(since) ? until : since;
}

function cancellationDeadline(state: OrderState): number | null {
  if (state.cancellationAcceptedAt === null) return null;
  const acceptedAt = Date.parse(state.cancellationAcceptedAt);
  return state.cancellationChecked
    ? after(state, 'cancellation-not-seen', acceptedAt, CANCELLATION.caseAfterMs)
    : acceptedAt + CANCELLATION.readAfterMs;
}

/** Releases that a location has, or will have as soon as it answers. */
export function releasesUnderWay(state: OrderState): Release[] {
  return state.releases.filter(({ status, releaseId }) => {
    const asked = state.acts[releaseAct(state.key, releaseId)]?.status;
    return status !== 'finished' && asked !== 'rejected' && asked !== 'retry';
  });
}

function shipmentDeadline(state: OrderState, { policies }: RetailerConfig): number | null {
  const since = oldest(releasesUnderWay(state).map((release) => release.since));
  if (since === null) return null;
  return after(state, 'shipment-overdue', since, policies.shipmentLimitDays * MS_PER_DAY);
}

function refundDeadline(state: OrderState, { policies }: RetailerConfig): number | null {
  const pending = (state.order?.refunds ?? []).filter(
    ({ refundId, cashPending }) =>
      (cashPending.shop !== 0 || cashPending.presentment !== 0) && state.refunds[refundId] !== 'done',
  );
  const since = oldest(pending.map((refund) => refund.createdAt));
  if (since === null) return null;
  return after(state, 'refund-pending-too-long', since, policies.refundPendingDays * MS_PER_DAY);
}

/** When the next parcel is taken as arrived, where its revenue waits for that. */
function arrivalDeadline(state: OrderState, { entities }: RetailerConfig): number | null {
  const entity = entities.find(({ id }) => id === state.entity);
  const revenue = entity?.books?.revenue.find(
    ({ channels }) => channels.length === 0 || channels.includes(state.connection),
  );
  if (revenue?.on !== 'delivery') return null;
  const acts = state.books?.acts ?? [];
  const arrived = new Set(acts.flatMap((act) => (act.act === 'delivered' ? [act.shipment] : [])));
  const days = acts.flatMap((act) =>
    act.act === 'shipped' && !arrived.has(act.shipment) ? [addDays(act.date, revenue.transitDays)] : [],
  );
  const first = days.sort()[0];
  return first === undefined ? null : startOfDay(first, entity?.timeZone ?? 'UTC');
}
