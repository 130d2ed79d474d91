/**
 * A decision in the making: facts are recorded one by one and folded at once, so that each rule sees what the rule before
 * it has decided, stock included.
 */
import type { Order } from '../canonical/index.ts';
import { CASE_REASONS, type CaseReasonName } from '../case-reasons.ts';
import type { CommandBodies, CommandKind, CommandRequest } from '../commands.ts';
import type { Brand, Entity, Location } from '../config.ts';
import type { CaseOpening, DecisionContext, Outgoing, StockView } from '../process.ts';
import type { ReservationMessage } from '../reservation/messages.ts';
import { actKey, commandCaseKey, isOfChannel } from './acts.ts';
import { evolveOrder } from './evolve.ts';
import type { OrderFact } from './facts.ts';
import { movementsOfOrder } from './movements.ts';
import type { OrderState } from './state.ts';

/** What a rule says of a case; owner and deadline stand in the catalogue of reasons. */
export interface CaseWords {
  key: string;
  reason: CaseReasonName;
  message: string;
  suggestedFix: string;
  holdsCommand?: string;
}

/** A case as a fact opens it. */
export function caseOpening(words: CaseWords): CaseOpening {
  const { owner, dueInHours } = CASE_REASONS[words.reason];
  return { ...words, owner, dueInHours };
}

/** Names a position. */
export function placeKey({ sku, location }: { sku: string; location: string }): string {
  return `${sku}\u0000${location}`;
}

export class Draft {
  state: OrderState;
  readonly facts: OrderFact[] = [];
  /** Timers that no deadline of the state stands for. */
  readonly timers = new Map<string, number | null>();
  readonly messages: Outgoing[] = [];
  /** What reservations are told in the same turn. */
  readonly companions: { key: string; message: ReservationMessage }[] = [];
  readonly context: DecisionContext;
  /** What it is told to give up of units that are not there any more; null: all that are gone from where it has some. */
  share: { place: string; units: number } | null = null;
  /** Results that hold as long as the order's content is the same object. */
  readonly memo = new Map<string, { order: Order; value: unknown }>();
  /** Changes of positions by the facts of this draft. */
  readonly #moved = new Map<string, { onHand: number; reserved: number }>();

  constructor(state: OrderState, context: DecisionContext) {
    this.state = state;
    this.context = context;
  }

  record(fact: OrderFact): void {
    this.facts.push(fact);
    this.state = evolveOrder(this.state, fact);
    for (const movement of movementsOfOrder(fact)) {
      // What is taken over stays promised: its reservation gives it up in the same turn.
      if (movement.kind === 'claimed') continue;
      const place = placeKey(movement);
      const before = this.#moved.get(place) ?? { onHand: 0, reserved: 0 };
      this.#moved.set(place, {
        onHand: before.onHand + movement.onHand,
        reserved: before.reserved + movement.reserved,
      });
    }
  }

  get order(): Order {
    if (!this.state.order) throw new Error(`order ${this.state.key} has no snapshot yet`);
    return this.state.order;
  }

  get name(): string {
    return this.state.order?.name ?? this.state.key;
  }

  get entity(): Entity {
    const entity = this.context.config.entities.find((each) => each.id === this.state.entity);
    if (!entity) throw this.#unconfigured(`entity "${this.state.entity}"`);
    return entity;
  }

  get brand(): Brand {
    const brand = this.context.config.brands.find((each) => each.id === this.state.brand);
    if (!brand) throw this.#unconfigured(`brand "${this.state.brand}"`);
    return brand;
  }

  location(id: string): Location {
    const location = this.context.config.locations.find((each) => each.id === id);
    if (!location) throw this.#unconfigured(`location "${id}"`);
    return location;
  }

  #unconfigured(what: string): Error {
    return new Error(
      `${what} of order ${this.state.key} is not in configuration ${this.context.configVersion}: put it back, or restart with one that has it`,
    );
  }

  get currency(): string {
    return this.entity.money === 'shop' ? this.order.shopCurrency : this.order.presentmentCurrency;
  }

  get nowIso(): string {
    return new Date(this.context.now).toISOString();
  }

  /** Stock as it is after the facts of this draft. */
  readonly stock: StockView = {
    available: (sku, location) => {
      const moved = this.#moved.get(`${sku}\u0000${location}`);
      return this.context.stock.available(sku, location) + (moved ? moved.onHand - moved.reserved : 0);
    },
    unpromised: (sku, location) => {
      const moved = this.#moved.get(`${sku}\u0000${location}`);
      return this.context.stock.unpromised(sku, location) + (moved ? moved.onHand - moved.reserved : 0);
    },
    load: (location) => {
      const load = this.context.stock.load?.(location);
      if (!load) return undefined;
      let { openUnits } = load;
      for (const [place, { reserved }] of this.#moved)
        if (place.endsWith(`\u0000${location}`)) openUnits += reserved;
      return { ...load, openUnits };
    },
    onHand: (sku, location) =>
      this.context.stock.onHand(sku, location) + (this.#moved.get(`${sku}\u0000${location}`)?.onHand ?? 0),
  };

  /** `make` of the order's content, made once for each content in this decision. */
  once<Value>(name: string, make: () => Value): Value {
    const known = this.memo.get(name);
    if (known && known.order === this.order) return known.value as Value;
    const value = make();
    this.memo.set(name, { order: this.order, value });
    return value;
  }

  /** True when an act was never asked for, or another try is allowed, and there is somebody to ask. */
  mayAsk(act: string): boolean {
    if (this.state.deletedAt !== undefined && isOfChannel(act)) return false;
    const known = this.state.acts[act];
    return known === undefined || known.status === 'retry';
  }

  /** True while the answer to an act is awaited. */
  isAsked(act: string): boolean {
    return this.state.acts[act]?.status === 'asked';
  }

  /** True while the ERP is asked for a document of the sales order, or nobody knows whether it took one. */
  isBookingUnderWay(): boolean {
    for (const act in this.state.acts) {
      const status = this.state.acts[act]?.status;
      if ((status === 'asked' || status === 'unsettled') && (act === 'so' || act.startsWith('so/')))
        return true;
    }
    return false;
  }

  /** The revision with which an act is asked next. */
  nextRevision(act: string): number {
    const known = this.state.acts[act];
    return known === undefined ? 1 : known.status === 'retry' ? known.revision : known.revision + 1;
  }

  /** A command for an act, with its next revision. Spread into the fact that asks. */
  ask<Kind extends CommandKind>(
    act: string,
    kind: Kind,
    connection: string,
    body: CommandBodies[Kind],
  ): { act: string; revision: number; command: CommandRequest } {
    const revision = this.nextRevision(act);
    const command = { kind, connection, key: actKey(this.state.key, act, revision), body } as CommandRequest;
    return { act, revision, command };
  }

  /** An act that was refused may be asked once more; its case ends. */
  allowRetry(act: string, by: string): void {
    const known = this.state.acts[act];
    if (!known) return;
    const closes = commandCaseKey(known.key);
    const open = this.state.cases[closes] !== undefined;
    this.record({ type: 'RetryAllowed', act, revision: known.revision + 1, by, ...(open ? { closes } : {}) });
  }

  /** Opens a case, unless it is open or a person has accepted exactly this. */
  openCase(words: CaseWords, about = ''): void {
    if (this.state.cases[words.key] || this.accepts(words.key, about)) return;
    this.record({ type: 'CaseOpened', opens: caseOpening(words), about });
  }

  closeCase(key: string, by = 'the cause is gone'): void {
    if (this.state.cases[key])
      this.record({ type: 'CaseClosed', closes: key, by, accepted: false, at: this.nowIso });
  }

  /** The case of an act that was refused ends: nobody needs the act any more. */
  closeCaseOf(act: string, by: string): void {
    const known = this.state.acts[act];
    if (known?.status === 'rejected') this.closeCase(commandCaseKey(known.key), by);
  }

  accepts(caseKey: string, about = ''): boolean {
    return this.state.accepted[caseKey]?.about === about;
  }

  timerAt(name: string, dueAt: number | null): void {
    this.timers.set(name, dueAt);
  }

  send(message: Outgoing): void {
    this.messages.push(message);
  }
}
