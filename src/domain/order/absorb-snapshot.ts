/** Snapshots of an order: the newest wins, what is older or known is a no-op, and what cannot be told apart is read again. */
import type { Order } from '../canonical/index.ts';
import type { OrderObservation } from '../messages.ts';
import type { DecisionContext, Ending } from '../process.ts';
import { sameJson } from '../same-json.ts';
import { UNKNOWN_SALES_ORDER } from './absorb-erp.ts';
import { followReturnNews } from './absorb-return.ts';
import { impossibleAmount } from './amounts.ts';
import type { Draft } from './draft.ts';
import type { OrderState } from './state.ts';

/** Two states in one second: the channel is asked when the second is certainly over. */
const SAME_SECOND_MS = 2_000;

/**
 * Clocks differ by minutes, not more: a snapshot that is dated later than now by more than this is not believed in its date, or
 * every later one would be stale.
 */
export const AHEAD_MS = 10 * 60_000;

const UNREADABLE = new Set(['not-an-order', 'unknown-value', 'bad-money', 'bad-quantity', 'schema-drift']);

export function absorbSnapshot(
  draft: Draft,
  message: Extract<OrderObservation, { type: 'order.snapshot' }>,
): Ending {
  const { state } = draft;
  if (!state.order) return absorbFirst(draft, message);
  // One that was believed before the hub knew better: whatever comes is newer.
  const before = isAhead(draft, state.seenUpdatedAt) ? 0 : Date.parse(state.seenUpdatedAt);
  const ahead = isAhead(draft, message.order.updatedAt);
  // The channel's answer is its content now, whatever its clock says: it takes the place of the version that is known.
  const after = ahead ? before : Date.parse(message.order.updatedAt);
  if (after < before) return 'stale';
  if (state.live && isImpossible(draft, message.order)) return 'case';
  // An older message may arrive after one that could not be read: only a newer one, or the channel's answer, heals it.
  if (after > before || message.source === 'read') closeUnreadable(draft);
  const order: Order = {
    ...message.order,
    updatedAt: ahead ? (before === 0 ? draft.nowIso : state.seenUpdatedAt) : message.order.updatedAt,
    payments: message.order.payments ?? state.order.payments,
    holds: message.order.holds ?? state.order.holds,
    ...known('company', message.order, state.order),
    ...known('delivery', message.order, state.order),
    ...known('sellingPlans', message.order, state.order),
    ...known('fulfilmentRequests', message.order, state.order),
    ...known('returnStatus', message.order, state.order),
    ...known('reservations', message.order, state.order),
    ...keptPersons(state, message.order),
  };
  const changes = changesBetween(state.order, order);
  if (changes.length === 0) {
    if (after === before) return 'duplicate';
    draft.record({ type: 'SnapshotConfirmed', updatedAt: order.updatedAt });
    return 'applied';
  }
  if (after === before && message.source !== 'read') {
    // Which of two states in one second is newer cannot be told from the messages, nor when one from the future was made.
    draft.timerAt('read-after-hint', draft.context.now + SAME_SECOND_MS);
    return 'applied';
  }
  draft.record({ type: 'OrderChanged', order, changes });
  followReturnNews(draft, state.order);
  return 'applied';
}

function absorbFirst(
  draft: Draft,
  { order, source }: Extract<OrderObservation, { type: 'order.snapshot' }>,
): Ending {
  const { live, why } = isLive(order, draft);
  if (live && isImpossible(draft, order)) return 'case';
  closeUnreadable(draft);
  draft.closeCase(UNKNOWN_SALES_ORDER, 'its channel has told of it');
  const { brand, entity } = channelOf(draft.context, draft.state.connection);
  if (!isAhead(draft, order.updatedAt)) {
    draft.record({ type: 'OrderPlaced', order, brand, entity, live, why });
    followReturnNews(draft, null);
    return 'applied';
  }
  // It counts as of when it was placed, so that nothing later is stale, and the channel is asked.
  const updatedAt = new Date(Math.min(Date.parse(order.placedAt), draft.context.now)).toISOString();
  draft.record({ type: 'OrderPlaced', order: { ...order, updatedAt }, brand, entity, live, why });
  if (source !== 'read') draft.timerAt('read-after-hint', draft.context.now + SAME_SECOND_MS);
  return 'applied';
}

function isAhead({ context }: Draft, instant: string): boolean {
  return Date.parse(instant) > context.now + AHEAD_MS;
}

/** Nothing of a snapshot with an amount that cannot be is taken: it is a case, as if it could not be read. */
function isImpossible(draft: Draft, order: Order): boolean {
  const words = impossibleAmount(order, draft.context.config.policies.roundingLimitMinor);
  if (words === null) return false;
  absorbUnreadable(draft, {
    type: 'order.unreadable',
    reason: 'bad-money',
    message: `Order ${order.name} cannot be taken: ${words}, which is below zero`,
    suggestedFix:
      'Correct the amount at the channel, or in what the system sends (discounts and refunds are told as positive amounts), then retry the case (the order is read again)',
  });
  return true;
}

/** True when the order is to be worked on, and why not otherwise. */
function isLive(order: Order, draft: Draft): { live: boolean; why: string } {
  const connection = draft.context.config.connections.find((each) => each.id === draft.state.connection);
  if (order.test && connection?.testOrders !== 'process') return { live: false, why: 'a test order' };
  if (connection?.goLiveAt && Date.parse(order.placedAt) < Date.parse(connection.goLiveAt)) {
    return { live: false, why: `placed before go-live (${connection.goLiveAt})` };
  }
  return { live: true, why: '' };
}

function channelOf(context: DecisionContext, id: string): { brand: string; entity: string } {
  const connection = context.config.connections.find((each) => each.id === id);
  if (!connection?.brand || !connection.entity)
    throw new Error(
      `connection "${id}" is no channel of configuration ${context.configVersion}: give it brand and entity`,
    );
  return { brand: connection.brand, entity: connection.entity };
}

/** A part that a message may leave out: what it says, else what is known. */
function known<
  Part extends
    | 'company'
    | 'delivery'
    | 'sellingPlans'
    | 'fulfilmentRequests'
    | 'reservations'
    | 'returnStatus',
>(part: Part, told: Order, before: Order): Partial<Pick<Order, Part>> {
  const value = told[part] ?? before[part];
  return value === undefined ? {} : ({ [part]: value } as Pick<Order, Part>);
}

/**
 * The ids stay that are known of persons who are forgotten, whatever a late message says, and of those whom the channel shows no more:
 * what was booked and sent was booked for them.
 */
function keptPersons({ forgottenAt, order }: OrderState, told: Order): Partial<Order> {
  if (!order || (forgottenAt === undefined && (!told.anonymous || order.anonymous))) return {};
  const { customer, shipTo, billTo, anonymous = false } = order;
  return { customer, shipTo, billTo, anonymous };
}

/** Names of the parts in which two snapshots differ; parts that the newer does not carry count as unchanged. */
function changesBetween(before: Order, after: Order): string[] {
  return (Object.keys(after) as (keyof Order)[]).filter(
    (part) =>
      part !== 'updatedAt' &&
      part !== 'anonymous' &&
      after[part] !== null &&
      !sameJson(before[part], after[part]),
  );
}

function closeUnreadable(draft: Draft): void {
  for (const [key, open] of Object.entries(draft.state.cases)) {
    if (UNREADABLE.has(open.reason)) draft.closeCase(key, 'a readable message came');
  }
}

export function absorbUnreadable(
  draft: Draft,
  message: Extract<OrderObservation, { type: 'order.unreadable' }>,
): Ending {
  const { reason, message: words, suggestedFix } = message;
  // Another instant is another message: that a person has skipped an earlier one says nothing of it.
  draft.openCase({ key: `unreadable:${reason}`, reason, message: words, suggestedFix }, draft.nowIso);
  return 'case';
}
