/** A decision on an item as it is made: its facts so far, and the state that they lead to. */
import type { DecisionContext, Outgoing, StreamMessage, TimerChange } from '../process.ts';
import type { StockFact } from './facts.ts';
import { evolveStock, type StockState } from './state.ts';

export type CodeKind = 'sku' | 'location';

/**
 * So many orders are woken at once, the longest waiting first; the next ones are woken as these leave the list. A receipt
 * of a few units must not have thousands decide.
 */
export const WAKE_AT_ONCE = 200;

export class StockDraft {
  state: StockState;
  readonly facts: StockFact[] = [];
  readonly messages: Outgoing[] = [];
  readonly timers: TimerChange[] = [];
  readonly context: DecisionContext;

  constructor(state: StockState, context: DecisionContext) {
    this.state = state;
    this.context = context;
  }

  record(fact: StockFact): void {
    this.facts.push(fact);
    this.state = evolveStock(this.state, fact);
  }

  /** Orders stay in the list until they say that they have what they need: being woken is no promise. */
  wake(orders: readonly string[], location?: string): void {
    const message: StreamMessage = {
      type: 'stock.arrived',
      sku: this.state.item,
      ...(location === undefined ? {} : { location }),
    };
    for (const order of orders) this.messages.push({ stream: 'order', key: order, message });
  }

  /** Wakes those that have waited longest. `location` (ours): where goods came in. */
  wakeFirst(location?: string): void {
    this.wake(this.state.waiting.slice(0, WAKE_AT_ONCE), location);
  }

  /** Our code of a code of the system; undefined: it is not mapped. */
  ours(kind: CodeKind, code: string): string | undefined {
    return this.context.mappings.toInternal(kind, this.state.connection, code);
  }
}
