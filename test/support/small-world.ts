/**
 * A small world around a hub in memory: channels, an ERP and locations with books of their own, which do what real ones do,
 * also by themselves, and messages that arrive late, twice, or out of order. Everything that happens is chosen by numbers
 * from outside, so that a search can find, and shrink, the life of an order that breaks a rule.
 */
import assert from 'node:assert/strict';
import type { LineItem } from '../../src/domain/canonical/index.ts';
import { type ConnectionConfig, RetailerConfig } from '../../src/domain/config.ts';
import type { CommandResultMessage, Message } from '../../src/domain/messages.ts';
import { ENDED } from '../../src/domain/order/lifecycle.ts';
import type { OrderState } from '../../src/domain/order/state.ts';
import { anOrder, aRetailer, line } from './builders.ts';
import { actAtChannel, cancelWithMoney } from './channel-acts.ts';
import { ChannelModel } from './channel-model.ts';
import { ErpModel } from './erp-model.ts';
import { MemoryHub, type Sent } from './memory-hub.ts';
import { PlaceModel } from './place-model.ts';

export interface WorldSettings {
  shortage: 'backorder' | 'split' | 'cancel' | 'case';
  orders: { lines: { sku: string; quantity: number }[]; payment: 'paid' | 'authorised' | 'pending' }[];
  stock: Record<string, number>;
  /** Policies of the channel's connection. */
  channel: Partial<Pick<ConnectionConfig, 'assignments' | 'holdAtChannel' | 'capture' | 'references'>>;
  /** Several captures may be made of an authorisation. */
  multiCapturable?: boolean;
}

const HOUR_MS = 3_600_000;

export class SmallWorld {
  readonly hub: MemoryHub;
  readonly channels = new Map<string, ChannelModel>();
  readonly erp = new ErpModel();
  readonly places = new PlaceModel((reference, news) =>
    this.#send(reference.slice('shop/'.length), { ...news, at: this.#nowIso }),
  );
  /** What has been sent and has not arrived. */
  readonly underWay: { id: string; message: Message }[] = [];
  readonly arrived: { id: string; message: Message }[] = [];
  readonly log: string[] = [];
  /** What became of commands of which nobody has heard: a person who looks finds it out. */
  readonly #tookEffect = new Map<string, boolean>();
  /** Orders of which a person has accepted something: their books may differ. */
  readonly touched = new Set<string>();
  /** Orders that the channel keeps back in our name. */
  readonly heldAtChannel = new Set<string>();
  /** What stands on the orders at the channel. */
  readonly references = new Map<string, string>();
  #lines = 0;

  constructor(settings: WorldSettings) {
    const base = aRetailer();
    const config = RetailerConfig.parse({
      ...base,
      brands: [{ id: 'brand', name: 'Brand', shortage: settings.shortage, backorderLimitDays: 5 }],
      connections: base.connections.map((each) =>
        each.id === 'shop' ? { ...each, ...settings.channel } : each,
      ),
    });
    this.hub = new MemoryHub({ config });
    for (const [place, units] of Object.entries(settings.stock)) {
      const [sku = '', location = ''] = place.split('@');
      this.hub.stock(sku, location, units);
    }
    settings.orders.forEach(({ lines, payment }, index) => {
      const id = String(index + 1);
      const items = lines.map(({ sku, quantity }) => this.#line(sku, quantity));
      const channel = new ChannelModel(anOrder(id, items, { paymentStatus: payment }));
      if (settings.multiCapturable) channel.severalCaptures();
      this.channels.set(id, channel);
      this.#tell(id);
    });
  }

  #line(sku: string, quantity: number): LineItem {
    this.#lines += 1;
    return line(sku, quantity, 1190, `L${this.#lines}`);
  }

  get #nowIso(): string {
    return new Date(this.hub.now).toISOString();
  }

  get ids(): string[] {
    return [...this.channels.keys()];
  }

  channel(id: string): ChannelModel {
    const channel = this.channels.get(id);
    assert.ok(channel);
    return channel;
  }

  state(id: string): OrderState {
    return this.hub.order(id);
  }

  #send(id: string, message: Message): void {
    this.underWay.push({ id, message });
  }

  /** The channel sends its order as it is now. */
  #tell(id: string, source: 'webhook' | 'read' = 'webhook'): void {
    this.#send(id, { type: 'order.snapshot', order: structuredClone(this.channel(id).order), source });
  }

  // ---- messages

  deliver(pick: number): void {
    if (this.underWay.length === 0) return;
    const [next] = this.underWay.splice(pick % this.underWay.length, 1);
    if (!next) return;
    this.log.push(`deliver ${next.id} ${next.message.type}`);
    const versionBefore = this.state(next.id).order?.updatedAt ?? '';
    this.hub.tell(next.id, next.message);
    const versionAfter = this.state(next.id).order?.updatedAt ?? '';
    assert.ok(versionAfter >= versionBefore, 'a stale snapshot never overwrites a newer one');
    this.arrived.push(next);
  }

  /** Something that has arrived arrives once more: nothing follows from it. */
  deliverAgain(pick: number): void {
    const again = this.arrived[pick % Math.max(1, this.arrived.length)];
    if (!again) return;
    this.log.push(`again ${again.id} ${again.message.type}`);
    const before = this.hub.facts(again.id).length;
    const wasGone = this.#isStockGone();
    this.hub.tell(again.id, again.message);
    const news = this.hub.facts(again.id).slice(before);
    // A count may have taken stock from under a promise, a location may not have found what is still counted as there:
    // nobody is woken for that, and whatever wakes the order next lets it see it.
    if (!wasGone && this.places.rejections === 0)
      assert.deepEqual(
        news.map((fact) => fact.type),
        [],
        `${again.message.type} counts once`,
      );
  }

  #isStockGone(): boolean {
    return [...this.hub.positions.values()].some(({ onHand, reserved }) => onHand < reserved);
  }

  // ---- commands

  /** A system performs an open command, and its answer is under way. */
  perform(pick: number, how: 'well' | 'refused' | 'doubtful' | 'lost'): void {
    const open = this.hub.open();
    const sent = open[pick % Math.max(1, open.length)];
    if (!sent) return;
    this.log.push(`perform ${sent.request.key} ${how}`);
    if (how === 'refused') {
      this.#answer(sent, { type: 'command.rejected', code: 'keeps-failing', message: 'broken' });
      return;
    }
    if (how === 'lost') {
      this.#tookEffect.set(sent.request.key, false);
      this.#answer(sent, { type: 'command.unsettled', code: 'in-doubt', message: 'no answer' });
      return;
    }
    const refusal = this.#effect(sent);
    if (how === 'doubtful' && refusal === null) {
      this.#tookEffect.set(sent.request.key, true);
      this.#answer(sent, { type: 'command.unsettled', code: 'in-doubt', message: 'no answer' });
    } else if (refusal === null) this.#answer(sent, { type: 'command.done' });
    else this.#answer(sent, { type: 'command.rejected', code: refusal, message: refusal });
  }

  #answer(sent: Sent, answer: { type: CommandResultMessage['type']; code?: string; message?: string }): void {
    const { request } = sent;
    sent.status = answer.type.slice('command.'.length) as Sent['status'];
    const result =
      request.kind === 'channel.createFulfilment'
        ? { fulfilmentId: `F-${request.body.shipmentId}` }
        : request.kind === 'erp.createSalesOrder'
          ? { salesOrderId: `so ${request.body.reference}`, number: 'SO' }
          : request.kind === 'channel.capturePayment'
            ? { captureId: '', amountMinor: request.body.amountMinor }
            : request.kind === 'fulfilment.release'
              ? { externalId: 'X' }
              : {};
    this.#send(sent.stream.key.slice('shop/'.length), {
      kind: request.kind,
      connection: request.connection,
      key: request.key,
      result: answer.type === 'command.done' ? result : null,
      code: '',
      message: '',
      suggestedFix: 'mend it',
      ...answer,
    });
  }

  /** What the system makes of it: null when it is done, else the code of its refusal. */
  #effect({ request, stream }: Sent): string | null {
    const id = stream.key.slice('shop/'.length);
    switch (request.kind) {
      case 'channel.readOrder':
        this.#tell(id, 'read');
        return null;
      case 'channel.findOrder':
      case 'channel.readReturn':
      case 'channel.findReturns':
      case 'channel.createReturn':
      case 'channel.approveReturn':
      case 'channel.declineReturn':
      case 'channel.closeReturn':
      case 'channel.refund':
        return null;
      case 'channel.createFulfilment': {
        const { shipmentId } = request.body;
        const known = this.channel(id).order.fulfilments.some((each) => each.shipmentId === shipmentId);
        if (!known && !this.channel(id).fulfil(request.body)) return 'does-not-fit';
        this.#tell(id);
        return null;
      }
      case 'channel.cancelOrder': {
        const channel = this.channel(id);
        if (channel.order.cancelledAt === null) {
          if (channel.order.lines.some((each) => each.fulfilledQuantity > 0)) return 'already-shipped';
          cancelWithMoney(channel, false);
        }
        this.#tell(id);
        return null;
      }
      case 'channel.assignLocations':
        return null;
      case 'channel.holdFulfilment':
        this.heldAtChannel.add(id);
        return null;
      case 'channel.releaseHold':
        this.heldAtChannel.delete(id);
        return null;
      case 'channel.answerRequest':
        return null;
      case 'channel.capturePayment': {
        if (!this.channel(id).captureFor(request.body)) return 'capture-refused';
        this.#tell(id);
        return null;
      }
      case 'channel.writeReferences':
        this.references.set(id, request.body.references.salesOrderNumber ?? '');
        return null;
      case 'erp.createSalesOrder':
      case 'erp.amendSalesOrder':
      case 'erp.cancelSalesOrder':
      case 'erp.recordShipment':
      case 'erp.recordRefund':
      case 'erp.readDocuments':
        return this.erp.perform(request);
      case 'inventory.readLevel':
      case 'finance.createInvoice':
      case 'finance.createCreditNote':
      case 'finance.recordPayment':
      case 'finance.postJournal':
      case 'finance.recordBankTransaction':
      case 'finance.readBalances':
      case 'finance.readDocuments':
      case 'channel.readMoney':
        return null;
      case 'fulfilment.release':
        return this.places.take(request.body);
      case 'fulfilment.cancelRelease':
        return this.places.cancel(request.body.releaseId);
      case 'fulfilment.announceReturn':
        return null;
      default:
        return request satisfies never;
    }
  }

  // ---- what happens by itself

  /** Customers and merchants change an order at its channel. */
  channelActs(order: number, act: number, detail: number): void {
    const id = this.ids[order % this.ids.length] ?? '1';
    const isDone = actAtChannel(this.channel(id), act, detail, (sku, quantity) => this.#line(sku, quantity));
    if (!isDone) return;
    this.log.push(`channel ${id} act ${act % 12} (${detail})`);
    // A webhook may never come; the poll or a read brings it in the end.
    if (detail % 7 !== 3) this.#tell(id);
  }

  /** People at a location work on a release. */
  placeActs(pick: number, act: number, detail: number): void {
    const what = this.places.act(pick, act, detail);
    if (what !== null) this.log.push(`place ${what}`);
  }

  /** The ERP does something to a sales order by itself. */
  erpActs(order: number, act: number, detail: number): void {
    const id = this.ids[order % this.ids.length] ?? '1';
    const told = this.erp.act(`shop/${id}`, act, detail);
    if (!told) return;
    this.log.push(`erp ${id} ${told.change} (${told.version})`);
    this.#send(id, { type: 'erp.orderChanged', reason: 'ERP', at: this.#nowIso, ...told });
  }

  stockActs(sku: number, units: number): void {
    const item = ['A', 'B'][sku % 2] ?? 'A';
    const location = ['WH', 'STORE'][units % 2] ?? 'WH';
    const delta = (units % 9) - 3;
    if (delta === 0) return;
    this.log.push(`stock ${item}@${location} ${delta}`);
    this.hub.moved(item, location, delta);
  }

  operatorActs(order: number, act: number, detail: number): void {
    const id = this.ids[order % this.ids.length] ?? '1';
    const by = { by: 'Ann', note: '' };
    const cases = Object.keys(this.state(id).cases);
    const caseKey = cases[detail % Math.max(1, cases.length)];
    this.log.push(`operator ${id} act ${act % 6} (${caseKey ?? ''})`);
    switch (act % 6) {
      case 0:
        this.hub.tell(id, { type: 'operator.hold', reason: 'odd', ...by });
        return;
      case 1:
        this.hub.tell(id, { type: 'operator.resume', ...by });
        return;
      case 2:
        if (detail % 3 === 0) this.hub.tell(id, { type: 'operator.cancel', reason: 'called', ...by });
        return;
      case 3:
      case 4:
        if (caseKey) this.decide(id, caseKey, act % 6 === 3);
        return;
      case 5:
        this.hub.tell(id, { type: 'configuration.changed', version: 2 });
        return;
    }
  }

  /** A person retries or skips a case; of one in doubt, what is true. */
  decide(id: string, caseKey: string, wantsToSkip: boolean): void {
    const tookEffect = this.#tookEffect.get(caseKey.slice('command:'.length));
    const open = this.state(id).cases[caseKey];
    if (!open) return;
    const inDoubt = open.reason === 'command-in-doubt';
    const by = { by: 'Ann', note: '' };
    if (inDoubt)
      this.hub.tell(id, { type: tookEffect ? 'operator.skipCase' : 'operator.retryCase', caseKey, ...by });
    else if (wantsToSkip) this.skip(id, caseKey);
    else this.hub.tell(id, { type: 'operator.retryCase', caseKey, ...by });
  }

  skip(id: string, caseKey: string): void {
    this.touched.add(id);
    this.hub.tell(id, { type: 'operator.skipCase', caseKey, by: 'Ann', note: '' });
  }

  pass(hours: number): void {
    this.log.push(`${hours} hours pass`);
    this.hub.pass(hours * HOUR_MS);
  }

  // ---- the end

  /**
   * Everything heals: whoever holds lets go, goods come, systems answer, locations ship, and two months pass. `capture`: the
   * money comes too. `diligent`: people try again what cases hold, and find out what is in doubt.
   */
  heal(capture: boolean, diligent = false): void {
    for (let round = 0; round < 40; round += 1) {
      for (const id of this.ids) {
        const channel = this.channel(id);
        if (channel.order.cancelledAt === null) {
          if (channel.order.holds?.length) channel.unhold();
          if (capture) channel.capture();
        }
        for (const refund of channel.order.refunds)
          if (refund.cashPending.shop > 0) channel.settleRefund(refund.refundId, 'done');
        this.#tell(id, 'read');
        const salesOrder = this.erp.salesOrders.get(`shop/${id}`);
        if (salesOrder?.status === 'held') this.erpActs(this.ids.indexOf(id), 1, 0);
        if (this.state(id).heldBecause !== null)
          this.hub.tell(id, { type: 'operator.resume', by: 'Ann', note: '' });
      }
      if (diligent) {
        for (const id of this.ids)
          for (const caseKey of Object.keys(this.state(id).cases)) this.decide(id, caseKey, false);
      }
      for (const item of ['A', 'B']) this.hub.moved(item, 'WH', 20);
      for (let step = 0; step < 500; step += 1) {
        const before = this.log.length;
        while (this.underWay.length > 0) this.deliver(0);
        while (this.hub.open().length > 0) {
          this.perform(0, 'well');
          while (this.underWay.length > 0) this.deliver(0);
        }
        this.places.shipAll();
        if (this.underWay.length === 0 && this.hub.open().length === 0) break;
        assert.ok(step < 499 || this.log.length === before, 'the world comes to rest');
      }
      this.hub.pass(36 * HOUR_MS);
    }
  }

  /** No order stands still without somebody or something that will move it. */
  checkExplained(): void {
    for (const id of this.ids) {
      const state = this.state(id);
      if (!state.order || ENDED.has(state.status)) continue;
      const explained =
        Object.keys(state.cases).length > 0 ||
        this.hub.open().some((sent) => sent.stream.key === `shop/${id}`) ||
        this.underWay.some((each) => each.id === id) ||
        [...this.hub.timers.values()].some((timer) => timer.key === `shop/${id}`);
      assert.ok(explained, `order ${id} stands at "${state.status}" and nothing says why`);
    }
  }

  /** When all is over: ended or a case, and where no person had to accept anything the books agree to the minor unit. */
  checkEnd(): void {
    this.hub.check();
    for (const id of this.ids) {
      const state = this.state(id);
      const reasons = this.hub.reasons(id);
      const isEnded = ENDED.has(state.status);
      assert.ok(
        isEnded || reasons.length > 0,
        `order ${id} is over, or a person is asked; it is "${state.status}"`,
      );
      if (reasons.length > 0 || this.touched.has(id)) continue;
      const isKept = this.heldAtChannel.has(id) && this.channel(id).order.cancelledAt === null;
      assert.ok(!isKept, `the channel keeps nothing of order ${id} back in our name`);
      this.#checkBooks(id);
    }
  }

  #checkBooks(id: string): void {
    const { order } = this.channel(id);
    const salesOrder = this.erp.salesOrders.get(`shop/${id}`);
    const refunded = order.refunds.reduce((sum, refund) => sum + refund.cash.shop, 0);
    if (!salesOrder) {
      assert.ok(order.cancelledAt !== null || order.currentTotal.shop === 0, `order ${id} is in the ERP`);
      return;
    }
    const credited = salesOrder.refunds
      .flatMap((refund) => [...refund.credits.map((credit) => credit.amountMinor), refund.shippingMinor])
      .reduce((sum, amount) => sum + amount, 0);
    const worth = salesOrder.status === 'cancelled' ? 0 : salesOrder.totalMinor - credited;
    assert.equal(worth, order.currentTotal.shop, `order ${id} is worth the same in ERP and channel`);
    const booked = salesOrder.refunds.reduce((sum, refund) => sum + refund.cashMinor, 0);
    assert.equal(booked, refunded, `all money that went back for order ${id} is booked`);
    for (const { lineId, fulfilledQuantity } of order.lines) {
      const foreign = order.fulfilments
        .filter((each) => each.shipmentId === null)
        .flatMap((each) => each.lines)
        .reduce((sum, part) => sum + (part.lineId === lineId ? part.quantity : 0), 0);
      const shipped: number = salesOrder.shipments
        .flatMap((each) => each.lines)
        .reduce((sum, part) => sum + (part.lineId === lineId ? part.quantity : 0), 0);
      assert.equal(
        shipped + foreign,
        fulfilledQuantity,
        `line ${lineId} of order ${id}: ERP and channel agree`,
      );
    }
  }
}
