/** The sandbox ERP: sales orders with revisions, shipments and refunds, and what it does to them by itself. */
import { toMinor, toText } from '../../../sandbox/kit/money.ts';
import type { SandboxReply } from '../../../sandbox/kit/server.ts';
import type { ErpBooks, ErpSandbox } from '../../../sandbox/kit/types.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import { contentProblem, refundProblem, shipmentProblem, shippedProblem } from './erp-checks.ts';
import type { RefundContent, SalesOrderBook, SalesOrderContent, ShipmentContent } from './erp-types.ts';
import { type Feeds, shortHash } from './feeds.ts';
import { fingerprint, json, notFound, problem, type Route } from './http.ts';
import type { Behaviour } from './options.ts';

const MINUTE_MS = 60_000;
/** When the credit check of a new sales order says no. */
const CREDIT_CHECK_MS = [MINUTE_MS, 10 * MINUTE_MS] as const;
const FIRST_NUMBER = 100_001;
/** Documents of a page. */
const PAGE = 200;

export class Erp implements ErpSandbox {
  readonly #world: World;
  readonly #feeds: Feeds;
  readonly #connection: string;
  readonly #behaviour: Behaviour;
  readonly #blocked: ReadonlySet<string>;
  readonly #byReference = new Map<string, SalesOrderBook>();
  readonly #byId = new Map<string, SalesOrderBook>();

  constructor(
    world: World,
    feeds: Feeds,
    options: { connection: string; behaviour: Behaviour; blockedItems: readonly string[] },
  ) {
    this.#world = world;
    this.#feeds = feeds;
    this.#connection = options.connection;
    this.#behaviour = options.behaviour;
    this.#blocked = new Set(options.blockedItems);
  }

  holdOrder(reference: string, reason: string): boolean {
    return this.#change(reference, 'open', 'held', reason);
  }

  resumeOrder(reference: string): boolean {
    return this.#change(reference, 'held', 'open', null);
  }

  cancelOrder(reference: string, reason: string): boolean {
    return (
      this.#change(reference, 'open', 'cancelled', reason) ||
      this.#change(reference, 'held', 'cancelled', reason)
    );
  }

  /** A person in the ERP changes how many units of a line are ordered, and for how much in all. */
  editOrder(reference: string, lineId: string, quantity: number, total: string): boolean {
    const order = this.#byReference.get(reference);
    if (!order || order.status === 'cancelled') return false;
    const lines = order.content.lines.map((line) => (line.lineId === lineId ? { ...line, quantity } : line));
    order.content = { ...order.content, lines, total };
    this.#touch(order);
    this.#tell(order, 'edited', 'corrected by hand', () => ({
      currency: order.content.currency,
      total,
      lines: lines.map((line) => ({ lineId: line.lineId, quantity: line.quantity })),
    }));
    return true;
  }

  /** The ERP invoices a sales order whole. */
  invoiceOrder(reference: string, invoiceNumber: string): boolean {
    const order = this.#byReference.get(reference);
    if (!order) return false;
    const { currency, total } = order.content;
    order.invoices.push({ number: invoiceNumber, total, at: this.#world.clock.nowIso() });
    this.#touch(order);
    this.#tell(order, 'invoiced', null, () => ({ invoiceNumber, currency, total }));
    return true;
  }

  books(): ErpBooks {
    return {
      kind: 'erp',
      connection: this.#connection,
      salesOrders: [...this.#byReference.values()].map(bookOf),
    };
  }

  routes(): Route[] {
    return [
      {
        method: 'POST',
        path: '/v1/sales-orders',
        body: 'SalesOrderCreate',
        handle: ({ body }) => this.#create(body),
      },
      {
        method: 'GET',
        path: '/v1/sales-orders',
        handle: ({ query }) => {
          const found = this.#byReference.get(query.get('reference') ?? '');
          return json(200, { salesOrders: found ? [resource(found)] : [] });
        },
      },
      {
        method: 'GET',
        path: '/v1/sales-documents',
        handle: ({ query }) => {
          const span = { from: query.get('from') ?? '', until: query.get('until') ?? '' };
          const unclear = Object.values(span).find((instant) => Number.isNaN(Date.parse(instant)));
          if (unclear !== undefined) return problem(422, 'BAD_INSTANT', `"${unclear}" is no instant`);
          return json(200, this.#documents(query.get('entity') ?? '', span, query.get('after') ?? ''));
        },
      },
      {
        method: 'GET',
        path: '/v1/sales-orders/:id',
        handle: ({ params }) => this.#on(params, (order) => json(200, resource(order))),
      },
      {
        method: 'PUT',
        path: '/v1/sales-orders/:id/revisions/:revision',
        body: 'SalesOrderRevision',
        handle: ({ params, body }) =>
          this.#on(params, (order) => this.#amend(order, Number(params.revision), body)),
      },
      {
        method: 'POST',
        path: '/v1/sales-orders/:id/cancel',
        body: 'SalesOrderCancel',
        handle: ({ params, body }) => this.#on(params, (order) => this.#cancel(order, body)),
      },
      {
        method: 'POST',
        path: '/v1/sales-orders/:id/shipments',
        body: 'ShipmentCreate',
        handle: ({ params, body }) => this.#on(params, (order) => this.#ship(order, body)),
      },
      {
        method: 'GET',
        path: '/v1/sales-orders/:id/shipments',
        handle: ({ params, query }) =>
          this.#on(params, (order) => {
            const found = order.shipments.get(query.get('shipmentId') ?? '');
            return json(200, { shipments: found ? [{ id: found.id, shipmentId: found.shipmentId }] : [] });
          }),
      },
      {
        method: 'POST',
        path: '/v1/sales-orders/:id/refunds',
        body: 'RefundCreate',
        handle: ({ params, body }) => this.#on(params, (order) => this.#refund(order, body)),
      },
      {
        method: 'GET',
        path: '/v1/sales-orders/:id/refunds',
        handle: ({ params, query }) =>
          this.#on(params, (order) => {
            const found = order.refunds.get(query.get('refundId') ?? '');
            return json(200, { refunds: found ? [{ id: found.id, refundId: found.content.refundId }] : [] });
          }),
      },
    ];
  }

  /** A page of invoices and credit notes of a span of time, by their numbers. */
  #documents(entity: string, { from, until }: { from: string; until: string }, after: string): object {
    const rest = [...this.#byReference.values()]
      .filter(({ content }) => content.entity === entity)
      .flatMap(documentsOf)
      .filter(({ at, number }) => isWithin(at, from, until) && number > after)
      .sort((a, b) => (a.number < b.number ? -1 : 1));
    const page = rest.slice(0, PAGE);
    const next = rest.length > PAGE ? (page.at(-1)?.number ?? null) : null;
    return { documents: page.map(({ at: _, ...document }) => document), next };
  }

  #on(params: Readonly<Record<string, string>>, act: (order: SalesOrderBook) => SandboxReply): SandboxReply {
    const order = this.#byId.get(params.id ?? '');
    return order ? act(order) : notFound(`sales order ${params.id}`);
  }

  #create({ reference, ...content }: SalesOrderContent & { reference: string }): SandboxReply {
    const print = printOf(content);
    const known = this.#byReference.get(reference);
    if (known)
      return known.revisions.get(1) === print
        ? json(200, resource(known))
        : conflict(`sales order ${reference}`);
    const wrong = contentProblem(content, this.#blocked);
    if (wrong) return wrong;
    const order: SalesOrderBook = {
      id: `so_${shortHash(`${this.#connection} ${reference}`)}`,
      number: `SO-${FIRST_NUMBER + this.#byReference.size}`,
      reference,
      status: 'open',
      content,
      revisions: new Map([[1, print]]),
      revision: 1,
      version: 1,
      updatedAt: this.#world.clock.nowIso(),
      shipments: new Map(),
      refunds: new Map(),
      invoices: [],
    };
    this.#byReference.set(reference, order);
    this.#byId.set(order.id, order);
    this.#world.changed();
    this.#checkCredit(order);
    return json(201, resource(order));
  }

  #amend(order: SalesOrderBook, revision: number, content: SalesOrderContent): SandboxReply {
    const print = printOf(content);
    if (order.revisions.has(revision))
      return order.revisions.get(revision) === print
        ? json(200, resource(order))
        : conflict(`revision ${revision}`);
    if (order.status === 'cancelled')
      return problem(409, 'sales-order-cancelled', `Sales order ${order.number} is cancelled`);
    if (!Number.isInteger(revision) || revision <= order.revision)
      return problem(409, 'conflict', `Revision ${revision} is older than ${order.revision}`);
    if (content.currency !== order.content.currency)
      return problem(422, 'WRONG_CURRENCY', `The sales order is in ${order.content.currency}`);
    const wrong = contentProblem(content, this.#blocked) ?? shippedProblem(order, content);
    if (wrong) return wrong;
    order.content = content;
    order.revision = revision;
    order.revisions.set(revision, print);
    this.#touch(order);
    return json(201, resource(order));
  }

  #cancel(order: SalesOrderBook, { reason }: { reason: string }): SandboxReply {
    if (order.status === 'cancelled') return json(200, resource(order));
    if (order.shipments.size > 0)
      return problem(409, 'already-shipped', `A parcel of sales order ${order.number} is booked`);
    this.#set(order, 'cancelled', reason);
    return json(200, resource(order));
  }

  #ship(order: SalesOrderBook, content: ShipmentContent): SandboxReply {
    const print = fingerprint(content);
    const known = order.shipments.get(content.shipmentId);
    if (known)
      return known.print === print
        ? json(200, { id: known.id, shipmentId: known.shipmentId })
        : conflict(`shipment ${content.shipmentId}`);
    if (order.status === 'cancelled')
      return problem(409, 'sales-order-cancelled', `Sales order ${order.number} is cancelled`);
    const wrong = shipmentProblem(order, content.lines);
    if (wrong) return wrong;
    const id = `dn_${shortHash(`${order.id} ${content.shipmentId}`)}`;
    order.shipments.set(content.shipmentId, { ...content, id, print });
    this.#touch(order);
    return json(201, { id, shipmentId: content.shipmentId });
  }

  #refund(order: SalesOrderBook, content: RefundContent): SandboxReply {
    const print = fingerprint(content);
    const known = order.refunds.get(content.refundId);
    if (known)
      return known.print === print
        ? json(200, { id: known.id, refundId: content.refundId })
        : conflict(`refund ${content.refundId}`);
    const wrong = refundProblem(order, content);
    if (wrong) return wrong;
    const id = `cn_${shortHash(`${order.id} ${content.refundId}`)}`;
    order.refunds.set(content.refundId, { id, print, content });
    this.#touch(order);
    return json(201, { id, refundId: content.refundId });
  }

  #checkCredit(order: SalesOrderBook): void {
    const random = this.#world.random(`${this.#connection}:${order.reference}`);
    const held = random.chance(this.#behaviour.creditHoldChance);
    const heldAt = this.#world.clock.now() + random.int(...CREDIT_CHECK_MS);
    const resumedAt = heldAt + random.int(...this.#behaviour.holdForMs);
    if (!held) return;
    this.#world.schedule(heldAt, `${this.#connection} holds ${order.reference}`, () => {
      if (!this.holdOrder(order.reference, 'credit limit')) return;
      this.#world.schedule(
        resumedAt,
        `${this.#connection} resumes ${order.reference}`,
        () => void this.resumeOrder(order.reference),
      );
    });
  }

  #change(
    reference: string,
    from: SalesOrderBook['status'],
    to: SalesOrderBook['status'],
    reason: string | null,
  ): boolean {
    const order = this.#byReference.get(reference);
    if (!order || order.status !== from) return false;
    this.#set(order, to, reason);
    return true;
  }

  #set(order: SalesOrderBook, status: SalesOrderBook['status'], reason: string | null): void {
    order.status = status;
    this.#touch(order);
    this.#tell(order, status === 'open' ? 'resumed' : status, reason, () => ({}));
  }

  #tell(order: SalesOrderBook, what: string, reason: string | null, more: () => object): void {
    this.#feeds.emit('sales-orders', `sales-order.${what}`, order.reference, (at) => ({
      salesOrderId: order.id,
      reference: order.reference,
      version: order.version,
      reason,
      at,
      ...more(),
    }));
  }

  #touch(order: SalesOrderBook): void {
    order.version += 1;
    order.updatedAt = this.#world.clock.nowIso();
    this.#world.changed();
  }
}

function isWithin(at: string, from: string, until: string): boolean {
  const ms = Date.parse(at);
  return ms >= Date.parse(from) && ms < Date.parse(until);
}

/** What a sales order was invoiced and credited by. */
function documentsOf({ reference, content, invoices, refunds }: SalesOrderBook) {
  const { currency } = content;
  const minor = (amount: string) => toMinor(amount, currency);
  return [
    ...invoices.map(({ number, total, at }) => ({
      kind: 'invoice',
      number,
      reference,
      refundId: null,
      currency,
      total,
      at,
    })),
    ...[...refunds.values()].flatMap(({ id, content: { refundId, cash, removed, refundedAt } }) => {
      const credited = minor(cash) - minor(removed);
      const total = toText(credited, currency);
      const document = {
        kind: 'creditNote',
        number: id,
        reference,
        refundId,
        currency,
        total,
        at: refundedAt,
      };
      return credited === 0n ? [] : [document];
    }),
  ];
}

function conflict(what: string): SandboxReply {
  return problem(409, 'conflict', `There is a ${what} already, with other content`);
}

/** Names and addresses are no content: a person may be deleted between two tries. */
function printOf(content: object): string {
  return fingerprint({ ...content, customer: undefined, shipTo: undefined });
}

function resource(order: SalesOrderBook): object {
  const { id, number, reference, status, revision, version, updatedAt, content } = order;
  return {
    id,
    number,
    reference,
    status,
    revision,
    version,
    currency: content.currency,
    total: content.total,
    updatedAt,
  };
}

function bookOf(order: SalesOrderBook): ErpBooks['salesOrders'][number] {
  const { currency } = order.content;
  const minor = (amount: string) => Number(toMinor(amount, currency));
  return {
    salesOrderId: order.id,
    number: order.number,
    reference: order.reference,
    entity: order.content.entity,
    currency,
    status: order.status,
    totalMinor: minor(order.content.total),
    revision: order.revision,
    tenders: (order.content.tenders ?? []).map(({ paymentMethod, amount }) => ({
      paymentMethod,
      amountMinor: minor(amount),
    })),
    giftCards: order.content.lines.filter(({ giftCard }) => giftCard).map(({ lineId }) => lineId),
    lines: order.content.lines.map(({ lineId, item, quantity, amount }) => ({
      lineId,
      item,
      quantity,
      amountMinor: minor(amount),
    })),
    shipments: [...order.shipments.values()].map(({ shipmentId, location, lines }) => ({
      shipmentId,
      location,
      lines,
    })),
    refunds: [...order.refunds.values()].map(({ content }) => ({
      refundId: content.refundId,
      cashMinor: minor(content.cash),
      creditMinor: content.credits.reduce((sum, credit) => sum + minor(credit.amount), 0),
      shippingMinor: minor(content.shipping),
      removedMinor: minor(content.removed),
      adjustmentMinor: minor(content.adjustment),
    })),
  };
}
