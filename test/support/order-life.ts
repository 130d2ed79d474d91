/** Given: one order at a certain point of its life, its channel and a hub in memory. Tests say what happens then. */
import type { LineItem, Order } from '../../src/domain/canonical/index.ts';
import type { MappingRow, RetailerConfigInput } from '../../src/domain/config.ts';
import type { OrderState } from '../../src/domain/order/state.ts';
import { anOrder, aRetailer, line } from './builders.ts';
import { ChannelModel } from './channel-model.ts';
import { MemoryHub } from './memory-hub.ts';

export interface Given {
  lines?: LineItem[];
  order?: Partial<Order>;
  /** Units by SKU and location, e.g. `{ 'A@WH': 5 }`. Default: ample of everything at WH. */
  stock?: Record<string, number>;
  config?: Partial<RetailerConfigInput>;
  rows?: MappingRow[];
}

export class OrderLife {
  readonly hub: MemoryHub;
  readonly channel: ChannelModel;

  constructor(given: Given = {}) {
    const lines = given.lines ?? [line('A', 2)];
    this.hub = new MemoryHub({ config: aRetailer(given.config), rows: given.rows ?? [] });
    this.channel = new ChannelModel(anOrder('1', lines, given.order));
    const ample = Object.fromEntries(
      [...new Set(lines.map((each) => each.sku))].map((sku) => [`${sku}@WH`, 100]),
    );
    for (const [place, units] of Object.entries(given.stock ?? ample)) {
      const [sku = '', location = ''] = place.split('@');
      this.hub.stock(sku, location, units);
    }
  }

  get state(): OrderState {
    return this.hub.order();
  }

  /** The hub hears of the order as it is at its channel now. */
  see(order: Order | null = this.channel.order, source: 'webhook' | 'read' = 'webhook'): this {
    if (order === null) throw new Error('the channel has refused that');
    this.hub.snapshot(order, source);
    return this;
  }

  placed(): this {
    return this.see();
  }

  /** The ERP has it; locations are asked to ship, and have not answered. */
  booked(): this {
    this.placed().hub.done('erp.createSalesOrder');
    return this;
  }

  /** Locations have taken their releases. */
  released(): this {
    this.booked();
    for (const _ of this.hub.open('fulfilment.release')) this.hub.done('fulfilment.release');
    return this;
  }

  /** All has left, and channel and ERP know of it. */
  shipped(): this {
    this.released();
    for (const { request } of this.hub.commands) {
      if (request.kind === 'fulfilment.release')
        this.hub.ship(`${request.body.releaseId}-S`, undefined, this.hub.last('fulfilment.release'));
    }
    return this.told();
  }

  /** Of a booked order all leaves, and channel and ERP know of it. */
  shippedRest(): this {
    for (const _ of this.hub.open('fulfilment.release')) this.hub.done('fulfilment.release');
    this.hub.ship('S-rest');
    return this.told();
  }

  /** What the hub asks of channel and ERP about shipments is done, and the channel's echo comes. */
  told(): this {
    for (let sent = this.hub.open()[0]; sent; sent = this.hub.open()[0]) {
      const { request } = sent;
      if (request.kind === 'channel.createFulfilment') {
        const order = this.channel.fulfil(request.body);
        if (!order) {
          this.hub.rejected('channel.createFulfilment', 'does-not-fit', 'there are no units for it');
          continue;
        }
        this.hub.done('channel.createFulfilment');
        this.see(order);
      } else this.hub.done(request.kind);
    }
    return this;
  }

  /** The location stops a release (the newest), because we asked or by itself: all of it, or these lines. */
  stopped(
    releaseId = this.hub.last('fulfilment.release').body.releaseId,
    lines?: { lineId: string; quantity: number }[],
  ): this {
    const all = this.hub.commands.flatMap(({ request }) =>
      request.kind === 'fulfilment.release' && request.body.releaseId === releaseId ? request.body.lines : [],
    );
    this.hub.tell('1', {
      type: 'fulfilment.cancelled',
      releaseId,
      lines: lines ?? all.map(({ lineId, quantity }) => ({ lineId, quantity })),
      reason: 'stopped',
      at: new Date(this.hub.now).toISOString(),
    });
    return this;
  }

  /** The location cannot ship these units. */
  refused(rejectionId: string, lines: { lineId: string; quantity: number }[]): this {
    const { body } = this.hub.last('fulfilment.release');
    this.hub.tell('1', {
      type: 'fulfilment.rejected',
      releaseId: body.releaseId,
      rejectionId,
      lines,
      reason: 'not on the shelf',
      at: new Date(this.hub.now).toISOString(),
    });
    return this;
  }

  erp(
    version: number,
    change:
      | { change: 'held' | 'resumed' | 'cancelled' }
      | { change: 'edited'; lines: { lineId: string; quantity: number }[] | null; totalMinor: number | null }
      | { change: 'invoiced'; invoiceNumber: string; totalMinor: number },
  ): this {
    const at = new Date(this.hub.now).toISOString();
    this.hub.tell('1', { type: 'erp.orderChanged', version, reason: 'somebody', at, ...change });
    return this;
  }
}
