/** What the store answers to the root fields that it behaves. Everything else is refused by `graphql.ts`. */
import { GraphQLError, type GraphQLResolveInfo, responsePathAsArray } from 'graphql';
import type { World } from '../../../../sandbox/kit/world.ts';
import type { OrderBook } from '../book.ts';
import { financialStatus, shippedUnits } from '../book-figures.ts';
import type { FulfillmentInput } from '../fulfilment/fulfilling.ts';
import { gid, idIn } from '../ids.ts';
import { DEFAULTS, type ShopifySandboxOptions, timeZoneOf } from '../options.ts';
import { orderNode } from '../orders/nodes.ts';
import { fulfilmentNode } from '../orders/nodes-events.ts';
import type { OrdersArgs } from '../orders/search.ts';
import type { Store } from '../store.ts';
import { reversible } from './connection.ts';
import type { Execution } from './execution.ts';
import { notSupported } from './unsupported.ts';

type Resolver<Args> = (args: Args, execution: Execution, info: GraphQLResolveInfo) => unknown;

interface CancelArgs {
  orderId: string;
  reason: string;
  restock: boolean;
  refund?: boolean | null;
  refundMethod?: {
    originalPaymentMethodsRefund?: boolean | null;
    storeCreditRefund?: { expiresAt?: string | null } | null;
  } | null;
  staffNote?: string | null;
}

/** Without the scope `read_all_orders` an app sees the orders of sixty days. */
const RECENT_MS = 60 * 24 * 3_600_000;
const MAX_NOTE_CHARS = 255;

/** Finds what some part keeps. */
export type ByGlobalId = (id: string, execution: Execution) => unknown;

export class Resolvers {
  readonly #world: World;
  readonly #store: Store;
  readonly #options: ShopifySandboxOptions;
  readonly #jobs = new Map<string, boolean>();

  readonly #others: Readonly<Record<string, ByGlobalId>>;

  /** @param others finds what other parts keep, by type and global id. */
  constructor(
    world: World,
    store: Store,
    options: ShopifySandboxOptions,
    others: Readonly<Record<string, ByGlobalId>> = {},
  ) {
    this.#others = others;
    this.#world = world;
    this.#store = store;
    this.#options = options;
  }

  /** Values and resolvers of the root types, by field. */
  root(): Record<string, unknown> {
    const order: Resolver<{ id: string }> = ({ id }, execution, info) => {
      const found = this.#visible(this.#store.orders.get(idIn('Order', id) ?? ''), execution);
      return found ? this.#node(found, execution, responsePathAsArray(info.path)) : null;
    };
    const nodes: Resolver<{ ids: readonly string[] }> = ({ ids }, execution, info) => {
      return ids.map((id, index) => this.#byId(id, execution, [...responsePathAsArray(info.path), index]));
    };
    return {
      shop: () => this.shop(),
      currentAppInstallation: (_: unknown, { scopes }: Execution) => ({
        id: gid('AppInstallation', '1'),
        accessScopes: [...scopes].map((handle) => ({ handle, description: handle })),
      }),
      order,
      nodes,
      node: ((args, execution, info) =>
        this.#byId(args.id, execution, responsePathAsArray(info.path))) satisfies Resolver<{ id: string }>,
      orders: reversible(((args, execution, info) =>
        this.#orders(args, execution, info)) satisfies Resolver<OrdersArgs>),
      job: ({ id }: { id: string }) => this.#job(id),
      fulfillmentCreate: ({ fulfillment }: { fulfillment: FulfillmentInput }) => this.#fulfil(fulfillment),
      orderCancel: (args: CancelArgs) => this.#cancel(args),
    };
  }

  /** An order as its caller may see it. */
  orderOf(orderId: string, execution: Execution): unknown {
    const order = this.#visible(this.#store.orders.get(orderId), execution);
    return order ? orderNode(order, this.#store.locations) : null;
  }

  shop(): unknown {
    const { shop, name, currency } = this.#options;
    return {
      id: gid('Shop', '1'),
      name,
      myshopifyDomain: shop,
      currencyCode: currency,
      taxesIncluded: this.#options.taxesIncluded,
      ianaTimezone: timeZoneOf(this.#options),
      url: `https://${shop}`,
    };
  }

  #node(order: OrderBook, execution: Execution, path: (string | number)[]): unknown {
    if (order.twist) execution.twisted.push({ path, order });
    return orderNode(order, this.#store.locations);
  }

  #byId(id: string, execution: Execution, path: (string | number)[]): unknown {
    const orderId = idIn('Order', id);
    if (orderId === undefined) {
      const type = /^gid:\/\/shopify\/(\w+)\//.exec(id)?.[1] ?? '';
      const other = this.#others[type];
      if (other) return other(id, execution);
      if (/^gid:\/\/shopify\/\w+\/\d+/.test(id)) throw notSupported(`reading ${id} by its id`);
      throw new GraphQLError(`Invalid global id '${id.slice(0, 100)}'`, { extensions: { code: 'INVALID' } });
    }
    const order = this.#visible(this.#store.orders.get(orderId), execution);
    return order ? this.#node(order, execution, path) : null;
  }

  /** Older orders are there for those who may read all. */
  #visible(order: OrderBook | undefined, { scopes }: Execution): OrderBook | undefined {
    if (!order || scopes.has('read_all_orders')) return order;
    return order.createdAtMs >= this.#world.clock.now() - RECENT_MS ? order : undefined;
  }

  #orders(args: OrdersArgs, execution: Execution, info: GraphQLResolveInfo): unknown {
    const path = responsePathAsArray(info.path);
    let index = 0;
    const visible = (order: OrderBook) => this.#visible(order, execution) !== undefined;
    return this.#store.orders.search(args, visible, (order) => {
      if (order.twist) {
        execution.twisted.push({ path: [...path, 'nodes', index], order });
        execution.twisted.push({ path: [...path, 'edges', index, 'node'], order });
      }
      index += 1;
      return orderNode(order, this.#store.locations);
    });
  }

  #fulfil(input: FulfillmentInput): unknown {
    const done = this.#store.fulfil(input);
    if ('message' in done) return { fulfillment: null, userErrors: [done] };
    return { fulfillment: fulfilmentNode(done.order, done.fulfilment), userErrors: [] };
  }

  /** A job: what it does happens some moments later, and it can fail by then. */
  #cancel(args: CancelArgs): unknown {
    const refused = this.#refusal(args);
    if (refused) return { job: null, orderCancelUserErrors: [refused], userErrors: [refused] };
    const credit = args.refundMethod?.storeCreditRefund;
    const id = idIn('Order', args.orderId) ?? '';
    const jobId = gid('Job', `${id}-${this.#jobs.size + 1}`);
    const run = () => {
      this.#store.cancelOrder(id, {
        reason: args.reason.toLowerCase(),
        refund: Boolean(credit) || (args.refundMethod?.originalPaymentMethodsRefund ?? args.refund ?? false),
        ...(credit
          ? { toCredit: { expiresAtMs: credit.expiresAt ? Date.parse(credit.expiresAt) : null } }
          : {}),
        restock: args.restock,
      });
      this.#jobs.set(jobId, true);
    };
    this.#jobs.set(jobId, false);
    const afterMs = this.#options.cancelJobMs ?? DEFAULTS.cancelJobMs;
    if (afterMs === 0) run();
    else this.#world.schedule(this.#world.clock.now() + afterMs, `cancellation of ${args.orderId}`, run);
    return { job: this.#job(jobId), orderCancelUserErrors: [], userErrors: [] };
  }

  #refusal(args: CancelArgs): { code: string; field: string[]; message: string } | undefined {
    const error = (field: string, message: string, code = 'INVALID') => ({ code, field: [field], message });
    const given = (value: unknown) => value !== undefined && value !== null;
    if (given(args.refund) && given(args.refundMethod))
      return error('refund', 'Refund and refundMethod cannot both be present.');
    if ((args.staffNote?.length ?? 0) > MAX_NOTE_CHARS)
      return error('staffNote', `Staff note is too long (maximum is ${MAX_NOTE_CHARS} characters)`);
    const order = this.#store.orders.get(idIn('Order', args.orderId) ?? '');
    if (!order) return error('orderId', 'Order does not exist', 'NOT_FOUND');
    if (order.cancelledAtMs !== null) return error('orderId', 'Order has already been cancelled');
    if (financialStatus(order) === 'REFUNDED') return error('orderId', 'Cannot cancel a refunded order');
    if (shippedUnits(order) > 0) return error('orderId', 'Cannot cancel a paid and fulfilled order');
    return undefined;
  }

  #job(id: string): unknown {
    const done = this.#jobs.get(id);
    return done === undefined ? null : { id, done };
  }
}
