/** The order process: `decide` takes in a message and follows it to the end; the parts stand in files of their own. */
import type { DecisionContext, Process, StreamMessage, TimerChange } from '../process.ts';
import { partsOf, withComponents } from '../stock/kits.ts';
import { absorb } from './absorb.ts';
import { answerWaiting } from './absorb-settlement.ts';
import { type DeadlineName, deadlinesOf } from './deadlines.ts';
import { demandOfOrder } from './demand.ts';
import { Draft } from './draft.ts';
import { evolveOrder } from './evolve.ts';
import { FACT_MEANINGS } from './fact-meanings.ts';
import type { OrderFact } from './facts.ts';
import { ENDED } from './lifecycle.ts';
import { movementsOfOrder } from './movements.ts';
import { advance } from './rules.ts';
import { reservationsOf } from './rules-reservation.ts';
import { initialOrder, type OrderState } from './state.ts';

export const orderProcess: Process<OrderState, OrderFact> = {
  kind: 'order',
  evolveVersion: 14,
  factTypes: new Set(Object.keys(FACT_MEANINGS)),
  initial: initialOrder,
  evolve: evolveOrder,

  decide(state, message, context: DecisionContext) {
    const draft = new Draft(state, context);
    const outcome = absorb(draft, message);
    advance(draft, message);
    answerWaiting(draft);
    const { facts, messages, companions } = draft;
    return { facts, timers: timersAfter(state, draft, message), messages, outcome, companions };
  },

  skusOf(state, message, mappings, { kits, substitutes }) {
    const order = message.type === 'order.snapshot' ? message.order : state.order;
    const skus = new Set<string>();
    for (const line of order?.lines ?? []) {
      const sku = line.sku === null ? undefined : mappings.toInternal('sku', state.connection, line.sku);
      if (sku !== undefined) skus.add(sku);
    }
    // What may be sent instead is looked at, too: only the table knows for which orders.
    for (const { sku, by } of substitutes) if (skus.has(sku)) skus.add(by);
    for (const held of state.allocations) for (const part of partsOf(held)) skus.add(part.sku);
    return kits.length === 0 ? [...skus] : [...skus].flatMap((sku) => withComponents(kits, sku));
  },

  companionsOf: reservationsOf,

  movementsOf: movementsOfOrder,

  postingsOf: (fact) => (fact.type === 'PostingsMade' ? fact.postings : []),

  demandOf: demandOfOrder,

  forgets: (state) => state.forgottenAt !== undefined,

  summary(state) {
    const held =
      state.heldBecause !== null || state.channelHeldBecause !== null || state.erp.heldBecause !== null;
    // Of an order that was never here nothing is left to do but to forget it again, should it come.
    const unknown =
      state.order === null && (state.forgottenAt !== undefined || state.deletedAt !== undefined);
    const closed = unknown || ENDED.has(state.status);
    return {
      status: held && !closed ? `${state.status} (held)` : state.status,
      title: state.order?.name ?? state.key,
      closed,
    };
  },
};

/** Timers follow the deadlines of the state: one is set when its deadline moves, and again when it has rung too early. */
function timersAfter(before: OrderState, draft: Draft, message: StreamMessage): TimerChange[] {
  const { config, now } = draft.context;
  const timers: TimerChange[] = [...draft.timers].map(([name, dueAt]) => ({ name, dueAt }));
  const rung = message.type === 'timer.fired' ? message.name : null;
  if (draft.state === before && rung === null) return timers;
  const old = deadlinesOf(before, config);
  const current = deadlinesOf(draft.state, config);
  for (const name of new Set([...Object.keys(old), ...Object.keys(current)]) as Set<DeadlineName>) {
    const dueAt = current[name];
    if (dueAt === old[name] && name !== rung) continue;
    // What is due already was dealt with by the rules in this very decision.
    if (dueAt !== undefined && dueAt > now) timers.push({ name, dueAt });
    else if (old[name] !== undefined && name !== rung) timers.push({ name, dueAt: null });
  }
  return timers;
}
