/**
 * A hub in memory, for tests of the processes alone: streams, positions, commands, timers and cases without an engine, in one
 * thread and one time. It checks what must hold after every decision, so that every test of the domain is one of these too.
 */
import assert from 'node:assert/strict';
import type { Order } from '../../src/domain/canonical/index.ts';
import { CASE_REASONS } from '../../src/domain/case-reasons.ts';
import type {
  CommandBodies,
  CommandKind,
  CommandRequest,
  CommandResults,
} from '../../src/domain/commands.ts';
import type { MappingRow, RetailerConfig } from '../../src/domain/config.ts';
import { exchangeProcess } from '../../src/domain/exchange/process.ts';
import { fulfilmentOrderProcess } from '../../src/domain/fulfilment-order/process.ts';
import { journalProcess } from '../../src/domain/journal/process.ts';
import type { Message } from '../../src/domain/messages.ts';
import type { OrderFact } from '../../src/domain/order/facts.ts';
import { orderProcess } from '../../src/domain/order/process.ts';
import type { OrderState } from '../../src/domain/order/state.ts';
import { privacyProcess } from '../../src/domain/privacy/process.ts';
import type {
  BaseFact,
  Decision,
  DecisionContext,
  Ending,
  Movement,
  Process,
  StreamKind,
  StreamMessage,
} from '../../src/domain/process.ts';
import { reconciliationProcess } from '../../src/domain/reconciliation/process.ts';
import type { ReservationState } from '../../src/domain/reservation/messages.ts';
import { reservationProcess } from '../../src/domain/reservation/process.ts';
import { returnProcess } from '../../src/domain/return/process.ts';
import { bankProcess } from '../../src/domain/settlement/bank-process.ts';
import { disputeProcess } from '../../src/domain/settlement/dispute-process.ts';
import { entryProcess } from '../../src/domain/settlement/entry-process.ts';
import { openingProcess } from '../../src/domain/settlement/opening.ts';
import { payoutProcess } from '../../src/domain/settlement/payout-process.ts';
import { addFigures, NO_STOCK, type StockFigures, safetyOf } from '../../src/domain/stock/figures.ts';
import { partsOf } from '../../src/domain/stock/kits.ts';
import { stockProcess } from '../../src/domain/stock/process.ts';
import { type Holder, sharesOf, takesFromPromised } from '../../src/domain/stock/vanished.ts';
import { aRetailer } from './builders.ts';
import { TestMappings } from './test-mappings.ts';

// biome-ignore lint/suspicious/noExplicitAny: the two processes have different states and facts; each stays with its own
type AnyProcess = Process<any, any>;

const PROCESSES: Record<StreamKind, AnyProcess> = {
  order: orderProcess,
  stock: stockProcess,
  reservation: reservationProcess,
  privacy: privacyProcess,
  fulfilmentOrder: fulfilmentOrderProcess,
  exchange: exchangeProcess,
  journal: journalProcess,
  return: returnProcess,
  settlement: entryProcess,
  payout: payoutProcess,
  dispute: disputeProcess,
  bank: bankProcess,
  opening: openingProcess,
  reconciliation: reconciliationProcess,
};

export interface Stream {
  kind: StreamKind;
  key: string;
  process: AnyProcess;
  state: unknown;
  facts: BaseFact[];
}

export interface Sent {
  stream: Stream;
  request: CommandRequest;
  status: 'open' | 'done' | 'rejected' | 'unsettled';
}

export type Position = StockFigures;

const MS_PER_DAY = 86_400_000;

export class MemoryHub implements Pick<DecisionContext, 'config'> {
  now: number;
  readonly config: RetailerConfig;
  readonly streams = new Map<string, Stream>();
  readonly positions = new Map<string, Position>();
  /** What is kept back of a SKU at a location: by `SKU@LOCATION`. */
  readonly safety = new Map<string, number>();
  readonly commands: Sent[] = [];
  readonly timers = new Map<string, { kind: StreamKind; key: string; name: string; dueAt: number }>();
  readonly cases = new Map<string, { key: string; caseKey: string; reason: string; message: string }>();
  readonly mappings: TestMappings;
  readonly #queue: { kind: StreamKind; key: string; message: StreamMessage }[] = [];
  #working = false;

  constructor(options: { config?: RetailerConfig; rows?: readonly MappingRow[]; now?: string } = {}) {
    this.config = options.config ?? aRetailer();
    this.mappings = new TestMappings(this.config, options.rows ?? []);
    this.now = Date.parse(options.now ?? '2026-10-01T09:00:00.000Z');
  }

  /** Gives a message to a stream and follows it, and what streams say to each other, to the end. */
  send(kind: StreamKind, key: string, message: StreamMessage): Ending {
    if (this.#working) throw new Error('one message at a time');
    this.#working = true;
    try {
      const outcome = this.#decide(kind, key, message);
      for (let next = this.#queue.shift(); next; next = this.#queue.shift())
        this.#decide(next.kind, next.key, next.message);
      return outcome;
    } finally {
      this.#working = false;
    }
  }

  #decide(kind: StreamKind, key: string, message: StreamMessage): Ending {
    const stream = this.stream(kind, key);
    const { process } = stream;
    const reservations = process.companionsOf?.(stream.state, message) ?? [];
    const context = { ...this.#context(), reservations: this.#reservations(reservations) };
    const decision = process.decide(stream.state, message, context) as Decision<BaseFact>;
    const taken: Movement[] = [];
    const again = process.decide(stream.state, message, context) as Decision<BaseFact>;
    assert.deepEqual(again, decision, 'the same input gives the same decision');
    for (const fact of decision.facts) {
      // Facts go through JSON on their way, as in the journal.
      const kept = JSON.parse(JSON.stringify(fact)) as BaseFact;
      stream.facts.push(kept);
      stream.state = process.evolve(stream.state, kept);
      for (const movement of process.movementsOf(kept)) {
        this.#move(movement, key);
        if (takesFromPromised(movement)) taken.push(movement);
      }
      if (kept.command) this.#issue(stream, kept.command);
      if (kept.closes !== undefined) this.cases.delete(`${kind} ${key} ${kept.closes}`);
      if (kept.opens) {
        const { key: caseKey, reason, message: words } = kept.opens;
        assert.ok(reason in CASE_REASONS, `case reason ${reason} is in the catalogue`);
        this.cases.set(`${kind} ${key} ${caseKey}`, { key, caseKey, reason, message: words });
      }
    }
    for (const { name, dueAt } of decision.timers) {
      if (dueAt === null) this.timers.delete(`${kind} ${key} ${name}`);
      else {
        assert.ok(dueAt > this.now, `timer ${name} is set for the future`);
        this.timers.set(`${kind} ${key} ${name}`, { kind, key, name, dueAt });
      }
    }
    for (const told of decision.companions ?? []) this.#decide('reservation', told.key, told.message);
    for (const sent of decision.messages)
      this.#queue.push({ kind: sent.stream, key: sent.key, message: sent.message });
    for (const [sku, location] of new Map(
      taken.map((each) => [`${each.sku}@${each.location}`, [each.sku, each.location] as const]),
    ).values())
      this.#tellHolders(sku, location);
    return decision.outcome;
  }

  /** As a turn does it: orders whose units are not there any more are told, once. */
  #tellHolders(sku: string, location: string): void {
    const { onHand, reserved } = this.position(sku, location);
    const orders = [...this.streams.values()].filter(({ kind }) => kind === 'order');
    const holders = orders.flatMap(({ key: order, state }) => {
      const { allocations, order: known } = state as OrderState;
      const here = allocations.filter((part) => part.location === location && part.releaseId === null);
      const quantity = here
        .flatMap(partsOf)
        .reduce((sum, part) => sum + (part.sku === sku ? part.quantity : 0), 0);
      return quantity > 0 ? [{ order, placedAt: known?.placedAt ?? '', quantity }] : [];
    });
    for (const { kind = 'order', order, quantity } of sharesOf(
      [...holders, ...this.#keepers(sku, location)],
      reserved - onHand,
    )) {
      const message: StreamMessage = { type: 'stock.vanished', sku, location, quantity };
      this.#queue.push({ kind, key: order, message });
    }
  }

  /** Reservations that keep units of a position. */
  #keepers(sku: string, location: string): Holder[] {
    return [...this.streams.values()].flatMap(({ kind, key: order, state }): Holder[] => {
      if (kind !== 'reservation') return [];
      const { status, kept, expiresAt, request } = state as ReservationState;
      if (status !== 'granted' && status !== 'claimed') return [];
      const quantity = kept
        .filter((part) => part.location === location)
        .flatMap(partsOf)
        .reduce((sum, part) => sum + (part.sku === sku ? part.quantity : 0), 0);
      const grantedAt = Date.parse(expiresAt ?? '') - (request?.timeToLive ?? 0) * 1_000;
      const placedAt = new Date(grantedAt).toISOString();
      return quantity > 0 ? [{ kind: 'reservation', order, placedAt, quantity }] : [];
    });
  }

  #context(): DecisionContext {
    return {
      now: this.now,
      config: this.config,
      configVersion: 1,
      mappings: this.mappings,
      stock: {
        available: (sku, location) => {
          const place = this.config.locations.find(({ id }) => id === location);
          const safety = safetyOf(place, this.safety.get(`${sku}@${location}`) ?? null);
          const { onHand, reserved } = this.position(sku, location);
          return onHand - reserved - safety;
        },
        unpromised: (sku, location) => {
          const { onHand, reserved } = this.position(sku, location);
          return onHand - reserved;
        },
        onHand: (sku, location) => this.position(sku, location).onHand,
        incoming: (sku, location) => this.position(sku, location).incoming,
      },
    };
  }

  #reservations(keys: readonly string[]): Map<string, ReservationState> {
    const known = keys.filter((key) => this.streams.has(`reservation ${key}`));
    return new Map(known.map((key) => [key, this.stream('reservation', key).state as ReservationState]));
  }

  #move(movement: Movement, by: string): void {
    const after = addFigures(this.position(movement.sku, movement.location), movement);
    const place = `${movement.sku}@${movement.location}`;
    assert.ok(after.reserved >= 0, `${by} gave back more of ${place} than was promised`);
    // What changes hands is promised twice for a moment: its reservation gives it up next.
    if (movement.reserved > 0 && movement.kind !== 'claimed')
      assert.ok(after.reserved <= after.onHand, `${by} was promised more of ${place} than is there`);
    this.positions.set(place, after);
  }

  #issue(stream: Stream, request: CommandRequest): void {
    const known = this.commands.find((sent) => sent.request.key === request.key);
    assert.equal(known, undefined, `command ${request.key} is issued once`);
    this.commands.push({ stream, request, status: 'open' });
  }

  stream(kind: StreamKind, key: string): Stream {
    const known = this.streams.get(`${kind} ${key}`);
    if (known) return known;
    const process = PROCESSES[kind];
    const stream: Stream = { kind, key, process, state: process.initial(key), facts: [] };
    this.streams.set(`${kind} ${key}`, stream);
    return stream;
  }

  position(sku: string, location: string): Position {
    return this.positions.get(`${sku}@${location}`) ?? NO_STOCK;
  }

  // ---- what tests say and ask

  /** What is there, and what of it is promised. */
  units(sku: string, location: string): { onHand: number; reserved: number } {
    const { onHand, reserved } = this.position(sku, location);
    return { onHand, reserved };
  }

  /** Opening stock, as the inventory system `stock` counts it. */
  stock(sku: string, location: string, onHand: number): void {
    const at = new Date(this.now).toISOString();
    const key = `level ${location} ${at}`;
    this.send('stock', `stock/${sku}`, { type: 'stock.level', sku, location, onHand, key, at });
  }

  #moves = 0;

  /** Goods come in, or a count finds less. */
  moved(
    sku: string,
    location: string,
    delta: number,
    reason: 'received' | 'counted' = delta > 0 ? 'received' : 'counted',
  ): void {
    this.#moves += 1;
    const at = new Date(this.now + this.#moves).toISOString();
    const key = `move ${this.#moves}`;
    this.send('stock', `stock/${sku}`, { type: 'stock.moved', sku, location, delta, reason, key, at });
  }

  /** Every test order is of connection `shop`. */
  snapshot(order: Order, source: 'webhook' | 'read' = 'webhook'): Ending {
    return this.tell(order.channelOrderId, { type: 'order.snapshot', order, source });
  }

  tell(id: string, message: Message): Ending {
    return this.send('order', `shop/${id}`, message);
  }

  order(id = '1'): OrderState {
    return this.stream('order', `shop/${id}`).state as OrderState;
  }

  facts(id = '1'): OrderFact[] {
    return this.stream('order', `shop/${id}`).facts as OrderFact[];
  }

  factTypes(id = '1'): string[] {
    return this.facts(id).map((fact) => fact.type);
  }

  /** Commands of an order that are not answered yet. */
  open(kind?: CommandKind): Sent[] {
    return this.commands.filter(
      ({ status, request }) => status === 'open' && (kind === undefined || request.kind === kind),
    );
  }

  /** Kinds of all commands so far, reads left out. */
  asked(): string[] {
    return this.commands.map(({ request }) => request.kind).filter((kind) => kind !== 'channel.readOrder');
  }

  /** The newest command of a kind. */
  last<Kind extends CommandKind>(kind: Kind): Sent & { body: CommandBodies[Kind] } {
    const sent = this.commands.findLast(({ request }) => request.kind === kind);
    assert.ok(sent, `${kind} was asked`);
    return { ...sent, body: sent.request.body as CommandBodies[Kind] };
  }

  /** Answers the oldest open command of a kind. */
  done<Kind extends CommandKind>(kind: Kind, result?: CommandResults[Kind]): void {
    const sent = this.#oldest(kind);
    this.answer(sent, { type: 'command.done', result: result ?? usualResult(sent.request) });
  }

  rejected(kind: CommandKind, code = 'NO', message = 'no', more: { closedThrough?: string } = {}): void {
    this.answer(this.#oldest(kind), { type: 'command.rejected', code, message, ...more });
  }

  unsettled(kind: CommandKind): void {
    this.answer(this.#oldest(kind), { type: 'command.unsettled', code: 'in-doubt', message: 'no answer' });
  }

  #oldest(kind: CommandKind): Sent {
    const [sent] = this.open(kind);
    assert.ok(sent, `${kind} is asked and not answered`);
    return sent;
  }

  answer(
    sent: Sent,
    how: {
      type: 'command.done' | 'command.rejected' | 'command.unsettled';
      result?: unknown;
      code?: string;
      message?: string;
      closedThrough?: string;
    },
  ): Ending {
    const { request } = sent;
    sent.status = how.type.slice('command.'.length) as Sent['status'];
    return this.send(sent.stream.kind, sent.stream.key, {
      kind: request.kind,
      connection: request.connection,
      key: request.key,
      result: null,
      code: '',
      message: '',
      suggestedFix: 'mend it',
      ...how,
    });
  }

  /** Answers everything that is asked, until nothing is, as systems do that never fail. */
  settle(): void {
    for (let round = 0; this.open().length > 0; round += 1) {
      assert.ok(round < 200, 'commands come to an end');
      for (const sent of this.open()) this.done(sent.request.kind);
    }
  }

  /** A location ships what it was asked for last, or these lines of it. */
  ship(
    shipmentId: string,
    lines?: { lineId: string; quantity: number }[],
    release = this.last('fulfilment.release'),
  ): void {
    const { releaseId, reference, lines: all } = release.body;
    this.send('order', reference, {
      type: 'fulfilment.shipped',
      releaseId,
      shipmentId,
      lines: lines ?? all.map(({ lineId, quantity }) => ({ lineId, quantity })),
      tracking: { company: 'Post', number: shipmentId, url: null },
      at: new Date(this.now).toISOString(),
    });
  }

  /** Moves time on, timers ringing at their instants. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (let round = 0; ; round += 1) {
      assert.ok(round < 10_000, 'timers come to an end');
      const next = [...this.timers.values()].sort((a, b) => a.dueAt - b.dueAt)[0];
      if (!next || next.dueAt > end) break;
      this.now = Math.max(this.now, next.dueAt);
      this.timers.delete(`${next.kind} ${next.key} ${next.name}`);
      const dueAt = new Date(next.dueAt).toISOString();
      this.send(next.kind, next.key, { type: 'timer.fired', name: next.name, dueAt });
    }
    this.now = end;
  }

  passDays(days: number): void {
    this.pass(days * MS_PER_DAY);
  }

  /** Reasons of the open cases of an order. */
  reasons(id = '1'): string[] {
    return [...this.cases.values()].filter((each) => each.key === `shop/${id}`).map((each) => each.reason);
  }

  caseKey(reason: string, id = '1'): string {
    const found = [...this.cases.values()].find(
      (each) => each.key === `shop/${id}` && each.reason === reason,
    );
    assert.ok(found, `order ${id} has a case ${reason}; it has: ${this.reasons(id).join(', ') || 'none'}`);
    return found.caseKey;
  }

  skip(reason: string, id = '1'): void {
    this.tell(id, { type: 'operator.skipCase', caseKey: this.caseKey(reason, id), by: 'Ann', note: '' });
  }

  retry(reason: string, id = '1'): void {
    this.tell(id, { type: 'operator.retryCase', caseKey: this.caseKey(reason, id), by: 'Ann', note: '' });
  }

  /** What must hold at every moment, whatever has happened. */
  check(): void {
    for (const stream of this.streams.values()) {
      const folded = stream.facts.reduce(
        (state, fact) => stream.process.evolve(state, fact),
        stream.process.initial(stream.key) as unknown,
      );
      assert.deepEqual(stream.state, folded, `the state of ${stream.key} is the fold of its facts`);
      if (stream.kind === 'order') this.#checkOrder(stream);
    }
    this.#checkPositions();
  }

  /** Every position is the sum of its movements, in every state. */
  #checkPositions(): void {
    const sums = new Map<string, Position>();
    for (const { process, facts } of this.streams.values())
      for (const movement of facts.flatMap((fact) => process.movementsOf(fact))) {
        const place = `${movement.sku}@${movement.location}`;
        sums.set(place, addFigures(sums.get(place) ?? NO_STOCK, movement));
      }
    assert.deepEqual(Object.fromEntries(this.positions), Object.fromEntries(sums));
  }

  #checkOrder({ key, state, facts }: Stream): void {
    const { allocations, status, releases, cases } = state as OrderState;
    const promised = new Map<string, number>();
    const count = (sku: string, location: string, quantity: number) =>
      promised.set(`${sku}@${location}`, (promised.get(`${sku}@${location}`) ?? 0) + quantity);
    for (const fact of facts as OrderFact[])
      for (const { sku, location, reserved } of orderProcess.movementsOf(fact))
        count(sku, location, reserved);
    for (const held of allocations)
      for (const { sku, quantity } of partsOf(held)) count(sku, held.location, -quantity);
    for (const [place, units] of promised)
      assert.equal(units, 0, `order ${key} knows of every unit of ${place} that is promised to it`);
    const ended = ['closed', 'cancelled', 'emptied', 'archived'].includes(status);
    if (ended) assert.deepEqual(allocations, [], `order ${key} is ${status} and holds no stock`);
    const open = new Set(
      [...this.cases.values()].filter((each) => each.key === key).map((each) => each.caseKey),
    );
    assert.deepEqual([...open].sort(), Object.keys(cases).sort(), `cases of ${key} stand in its state`);
    for (const part of allocations) {
      if (part.releaseId === null) continue;
      const release = releases.find((each) => each.releaseId === part.releaseId);
      assert.ok(
        release && release.status !== 'finished',
        `what is promised to a release of ${key} is still there`,
      );
    }
    this.#checkSalesOrders(key);
  }

  /** Invariant 2: another sales order is asked for only after the one before was refused, or a person has said so. */
  #checkSalesOrders(key: string): void {
    const creations = this.commands.filter(
      ({ request }) => request.kind === 'erp.createSalesOrder' && request.body.reference === key,
    );
    const alive = creations.filter((sent) => sent.status === 'open' || sent.status === 'done');
    assert.ok(alive.length <= 1, `one live sales order at most was asked for ${key}`);
  }
}

function usualResult(request: CommandRequest): CommandResults[CommandKind] {
  return request.kind === 'channel.createFulfilment'
    ? { fulfilmentId: `F-${request.body.shipmentId}` }
    : request.kind === 'channel.capturePayment'
      ? { captureId: request.body.captureId, amountMinor: request.body.amountMinor }
      : RESULTS[request.kind];
}

const RESULTS: { [Kind in CommandKind]: CommandResults[Kind] } = {
  'channel.readOrder': {},
  'channel.findOrder': { channelOrderId: '1' },
  'channel.readReturn': {},
  'channel.findReturns': { returnIds: [] },
  'channel.createReturn': { returnId: '71' },
  'channel.approveReturn': {},
  'channel.declineReturn': {},
  'channel.closeReturn': {},
  'channel.refund': { refundId: '81', amountMinor: 0 },
  'inventory.readLevel': {},
  'channel.createFulfilment': { fulfilmentId: 'F1' },
  'channel.cancelOrder': {},
  'channel.assignLocations': {},
  'channel.holdFulfilment': {},
  'channel.releaseHold': {},
  'channel.answerRequest': {},
  'channel.capturePayment': { captureId: 'P9', amountMinor: 0 },
  'channel.writeReferences': {},
  'erp.createSalesOrder': { salesOrderId: 'so-1', number: 'SO-1' },
  'erp.amendSalesOrder': {},
  'erp.cancelSalesOrder': {},
  'erp.recordShipment': { deliveryId: 'D1' },
  'erp.recordRefund': { creditId: 'C1' },
  'finance.createInvoice': { documentId: 'FI1' },
  'finance.createCreditNote': { documentId: 'FC1' },
  'finance.recordPayment': { documentId: 'FP1' },
  'finance.postJournal': { documentId: 'FJ1' },
  'finance.recordBankTransaction': { documentId: 'FB1' },
  'finance.readBalances': { balances: [] },
  'finance.readDocuments': { documents: [], next: null },
  'erp.readDocuments': { documents: [], next: null },
  'channel.readMoney': { orders: [], movements: [], next: null },
  'fulfilment.release': { externalId: 'X1' },
  'fulfilment.cancelRelease': {},
  'fulfilment.announceReturn': { externalId: 'RA1' },
};
