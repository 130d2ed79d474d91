/**
 * A Shopify store on loopback: it executes the hub's GraphQL against the vendor's real schema, keeps its own books, sends
 * signed webhooks, and does by itself what shoppers and merchants do. It shares no code with the connector.
 */
import { Deliveries, type DeliveryCounts } from '../../../sandbox/kit/deliveries.ts';
import {
  type RunningSystem,
  type SandboxReply,
  type SandboxRequest,
  serveSystem,
} from '../../../sandbox/kit/server.ts';
import type { ChannelBooks, ChannelSandbox } from '../../../sandbox/kit/types.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import { Access } from './access/access.ts';
import type { HoldReason, OrderBook, RefundBook, TransactionBook } from './book.ts';
import { lineName } from './book-figures.ts';
import { channelBook } from './books.ts';
import { BULK_PATH, BulkOperations } from './bulk/bulk.ts';
import { businessParts } from './companies/business.ts';
import { CustomerWrites } from './customers/customer-writes.ts';
import { DraftWrites } from './drafts/draft-writes.ts';
import { OrderEdits } from './edits/order-edits.ts';
import { FulfilmentOrderLists } from './fulfilment/fulfilment-order-lists.ts';
import { FulfilmentOrderPlans } from './fulfilment/fulfilment-order-plans.ts';
import { FulfilmentOrders } from './fulfilment/fulfilment-orders.ts';
import { FulfilmentRequests } from './fulfilment/fulfilment-requests.ts';
import { Parcels } from './fulfilment/parcels.ts';
import { Bucket } from './graphql/bucket.ts';
import { answerGraphQl, carryOut, isMutation, throttled } from './graphql/graphql.ts';
import { Idempotency } from './graphql/idempotency.ts';
import { type ByGlobalId, Resolvers } from './graphql/resolvers.ts';
import { vendorSchema } from './graphql/schema.ts';
import { servedVersion } from './graphql/versions.ts';
import { Ids, idIn } from './ids.ts';
import { InventoryWrites } from './inventory/inventory-writes.ts';
import { LocationWrites } from './inventory/locations.ts';
import { StockChanges } from './inventory/stock-changes.ts';
import { metafieldHolder } from './metafields/metafield-holders.ts';
import { Metafields } from './metafields/metafields.ts';
import { API_VERSION, DEFAULTS, planOf, type ShopifySandboxOptions } from './options.ts';
import { Merchant } from './orders/merchant.ts';
import { orderNode } from './orders/nodes.ts';
import { transactionNode } from './orders/nodes-events.ts';
import { OrderCreate } from './orders/order-create.ts';
import { OrderNotes } from './orders/order-notes.ts';
import { OrderStates } from './orders/order-states.ts';
import type { OrderIndex } from './orders/search.ts';
import { isPage, type PageView, servePage } from './page.ts';
import { GiftCardWrites } from './payments/gift-card-writes.ts';
import { OrderMoney } from './payments/order-money.ts';
import type { DisputeReason, Payments } from './payments/payments.ts';
import { PAYMENT_TYPES, PaymentsAccount } from './payments/payments-account.ts';
import { StoreCreditWrites } from './payments/store-credit-writes.ts';
import { Catalogue } from './products/catalogue.ts';
import { titleOnLine } from './products/product-choices.ts';
import { ProductOptions } from './products/product-options.ts';
import { ProductSet } from './products/product-set.ts';
import { ProductVariants } from './products/product-variants.ts';
import type { ProductsHost } from './products/product-writes.ts';
import { Products } from './products/products.ts';
import { OrderReturns } from './returns/order-returns.ts';
import { ReturnIndex } from './returns/return-index.ts';
import { ReverseLogistics } from './returns/reverse.ts';
import { Store } from './store.ts';
import { Subscriptions } from './webhooks/subscriptions.ts';
import type { Told } from './webhooks/told.ts';
import { parcelWebhooks } from './webhooks/webhook-parcels.ts';
import { returnWebhooks } from './webhooks/webhook-returns.ts';
import { Webhooks } from './webhooks/webhooks.ts';

export type { ShopifySandboxOptions, Topic } from './options.ts';

export interface ShopifySandbox extends ChannelSandbox {
  /** Where its API listens; paths begin with `/admin`. */
  readonly baseUrl: string;
  readonly apiVersion: string;
  /** `GET /_books` answers the same. */
  books(): ChannelBooks;
  /** Staff or an app stops what is still to be sent of an order; null: it goes on. */
  hold(channelOrderId: string, hold: { reason: HoldReason; notes: string | null } | null): void;
  /** Ends all access tokens now. */
  revokeTokens(): void;
  /** The merchant removes the app: refresh tokens end as well. */
  uninstall(): void;
  /** Uses up all cost points, as another process of the same app would. */
  drainBudget(): void;
  /** All orders, and where they are kept. */
  readonly orders: Pick<OrderIndex, 'memory' | 'get'>;
  /** The store's money at Shopify Payments: what the shoppers' banks and the vendor do with it by themselves. */
  readonly payments: Pick<
    Payments,
    'adjust' | 'books' | 'cancelPayout' | 'decideDispute' | 'disputes' | 'failPayout'
  >;
  /** A shopper disputes what an order was paid with; the dispute's id, or null where nothing of it came this way. */
  dispute(channelOrderId: string, reason: DisputeReason): string | null;
  /** The store's own staff sends all that is open of an order; how many parcels that made. */
  ship(channelOrderId: string): number;
  /** The merchant asks the fulfilment services to send an order, or not to send it after all; of how many parts that is. */
  askServices(channelOrderId: string, what: 'fulfilment' | 'cancellation'): number;
  standing(channelOrderId: string): ReturnType<Store['standing']>;
  /** Root fields that are behaved; all others answer NOT_SUPPORTED_IN_SANDBOX. */
  behaved(): { queries: string[]; mutations: string[] };
  /** The vendor removes all webhook subscriptions that apps have made, and tells nobody. */
  removeSubscriptions(): void;
  /** What apps have subscribed to, and where it goes. */
  subscribed(): { topic: string; uri: string; failedAttempts: number }[];
  stats(): { calls: RunningSystem['counts']; deliveries: DeliveryCounts };
  close(): Promise<void>;
}

const TOKEN_PATH = '/admin/oauth/access_token';
const AUTHORISE_PATH = '/admin/oauth/authorize';

export async function createShopifySandbox(
  world: World,
  options: ShopifySandboxOptions,
): Promise<ShopifySandbox> {
  const { connection } = options;
  const apiVersion = options.apiVersion ?? API_VERSION;
  vendorSchema(apiVersion);
  const deliveries = new Deliveries(world, { system: connection, target: options.webhookTarget });
  const subscriptions = new Subscriptions(world.clock, connection, apiVersion);
  const webhooks = new Webhooks(world, deliveries, subscriptions, options);
  const store = new Store(world, webhooks, options);
  const access = new Access(world, connection, options);
  const bucket = new Bucket(world.clock, planOf(options.plan));
  const bulk: BulkOperations = new BulkOperations(world, {
    connection,
    delayMs: options.bulkDelayMs ?? DEFAULTS.bulkDelayMs,
    urlOf: (path) => `${system.url}${path}`,
    read: (by, document, reading) => carryOut(document, root(), { ...by, twisted: [], bulk: reading }),
    ended: (key, body) => webhooks.tell(key, [{ topics: ['bulk_operations/finish'], body }]),
  });
  const catalogue = new Catalogue(
    store.stock,
    store.locations,
    options.currency,
    store.locationBooks,
    (locationId, item) => {
      const location = store.companies.location(locationId);
      return location ? store.catalogs.priceFor(location, item) : null;
    },
  );
  const business = businessParts({
    store,
    catalogue,
    currency: options.currency,
    now: () => world.clock.now(),
    order: (id, execution) => resolvers.orderOf(id, execution),
    drafts: (has, args) => drafts.of(has, args),
    creditOf: (owner) => storeCredit.of(owner),
    hasCredit: (id) =>
      store.storeCredit.of({ type: 'CompanyLocation', id }).some(({ balance }) => balance !== 0n),
  });
  const idempotency = new Idempotency(world.clock);
  const changes = new StockChanges({
    clock: world.clock,
    connection,
    stock: store.stock,
    catalogue,
    idempotency,
    changed: (levels) => store.tellStock(levels),
  });
  const fulfilmentOrderHost = {
    ids: store.ids,
    now: () => world.clock.now(),
    locations: store.locations,
    orderOf: (id: string) => store.orderOfFulfilmentOrder(id),
    changed: (order: OrderBook, messages: Told['messages'] = []) => store.changed(order, { messages }),
  };
  const fulfilmentOrders = new FulfilmentOrders({
    ...fulfilmentOrderHost,
    stocks: ({ variantId }, locationId) =>
      variantId === null || (store.stock.ofVariant(variantId)?.levels.has(locationId) ?? true),
  });
  const fulfilmentRequests = new FulfilmentRequests(fulfilmentOrderHost);
  const fulfilmentOrderPlans = new FulfilmentOrderPlans({
    ...fulfilmentOrderHost,
    written: (ms) => store.writer.time.write(ms),
    schedule: (atMs, label, run) => world.schedule(atMs, label, run),
    usualLocations: () => store.facts.locationIds,
    has: ({ variantId }, locationId, quantity) =>
      variantId === null ||
      (store.stock.ofVariant(variantId)?.levels.get(locationId)?.quantities.available ?? 0) >= quantity,
  });
  const fulfilmentOrderLists = new FulfilmentOrderLists({
    locations: store.locations,
    orders: () => store.orders.all(),
  });
  const resolvers: Resolvers = new Resolvers(world, store, options, {
    FulfillmentOrder: (id) => fulfilmentOrders.byId(id),
    BulkOperation: (id) => bulk.byId(id),
    CalculatedOrder: (id) => edits.byId(id),
    Return: (id) => returns.byId(id),
    Refund: (id) => states.refundById(id),
    Fulfillment: (id) => parcels.byId(id),
    ReverseFulfillmentOrder: (id) => reverse.byId(id),
    ReverseDelivery: (id) => reverse.deliveryById(id),
    ...Object.fromEntries(catalogue.types.map((type) => [type, (id: string) => catalogue.byId(id)])),
    ...byType(() => payments, PAYMENT_TYPES),
    ...byType(() => customers, ['Customer']),
    ...business.byId,
    ...byType(() => drafts, ['DraftOrder']),
    ...byType(() => giftCards, ['GiftCard']),
    ...byType(() => storeCredit, ['StoreCreditAccount']),
  });
  const payments = new PaymentsAccount({
    payments: store.payments,
    now: () => world.clock.now(),
    storeName: options.name,
    order: (id, execution) => resolvers.orderOf(id, execution),
  });
  const tenders = { root: () => store.tenders.root((id, execution) => resolvers.orderOf(id, execution)) };
  const customers = new CustomerWrites({
    customers: store.customers,
    currency: options.currency,
    now: () => world.clock.now(),
    order: (id, execution) => resolvers.orderOf(id, execution),
    shop: () => resolvers.shop(),
    schedule: (atMs, label, run) => world.schedule(atMs, label, run),
    erase: (customer) => store.erase(customer),
    creditOf: (owner) => storeCredit.of(owner),
    contactsOf: (customerId) =>
      store.companies.contactsOf(customerId).map((each) => business.nodes.contact(each)),
  });
  const inventory = new InventoryWrites({
    ids: new Ids(`${connection} inventory moves`),
    currency: options.currency,
    now: () => world.clock.now(),
    stock: store.stock,
    catalogue,
    idempotency,
    isActive: (locationId) => store.locationBooks.get(locationId)?.deactivatedAtMs === null,
    changed: (levels) => store.tellStock(levels),
    told: (topic, item, level) => store.tellLevel(topic, item, level),
    itemChanged: (item, skuBefore) => store.itemChanged(item, skuBefore),
  });
  const productsHost: ProductsHost = {
    nextId: () => store.ids.next(),
    later: (ms, run) => world.schedule(world.clock.now() + ms, 'a product operation', run),
    currency: options.currency,
    now: () => world.clock.now(),
    stock: store.stock,
    catalogue,
    shop: () => resolvers.shop(),
    isActive: (locationId) => store.locationBooks.get(locationId)?.deactivatedAtMs === null,
    create: (title) => store.createProduct(title),
    addVariant: (product, chosen) => store.addVariant(product, chosen),
    removeVariant: (item) => store.removeVariant(item),
    remove: (product) => store.removeProduct(product),
    told: (product, topic, items) => store.tellProduct(product, topic, items),
    itemChanged: (item, skuBefore) => store.itemChanged(item, skuBefore),
    named: (item) => store.named(item),
    levelsChanged: (levels) => store.tellStock(levels),
  };
  const products = [
    new Products(productsHost),
    new ProductOptions(productsHost),
    new ProductVariants(productsHost),
    new ProductSet(productsHost),
  ];
  const locations = new LocationWrites({
    ids: store.ids,
    now: () => world.clock.now(),
    names: store.locations,
    books: store.locationBooks,
    stock: store.stock,
    node: (id) => catalogue.location(id),
    idempotency,
    hasOpenOrders: (locationId) => store.hasOpenOrders(locationId),
    told: (locationId, topic) => store.tellLocation(locationId, topic),
  });
  const host = {
    ids: store.ids,
    now: () => world.clock.now(),
    idempotency,
    order: (id: string) => store.forChange(idIn('Order', id) ?? ''),
    node: (order: OrderBook) => orderNode(order, store.locations),
    changed: (order: OrderBook) => store.changed(order),
    pay: (order: OrderBook) => store.pay(order.id, 'captured'),
    paid: (order: OrderBook, transactions: readonly TransactionBook[]) => store.paid(order, transactions),
    refunded: (order: OrderBook, refund: RefundBook) => store.refunded(order, refund),
  };
  const edits = new OrderEdits({
    ...host,
    facts: store.facts,
    variant: (id) => store.stock.ofVariant(id),
    variantNode: (item) => catalogue.variant(item),
    edited: (order, edit, how) => store.edited(order, edit, how),
  });
  const told = returnWebhooks(store);
  const returnsHost = {
    ...host,
    ...told,
    facts: store.facts,
    locations: store.locations,
    index: new ReturnIndex((id) => store.forChange(id)),
    variant: (id: string) => store.stock.ofVariant(id),
  };
  const orderWith = (id: string, has: (order: OrderBook) => boolean) =>
    store.forChange(store.orders.holding(id, has)?.id ?? '');
  const states = new OrderStates({
    ...host,
    orderWith,
    changed: (order, more) => store.changed(order, more),
    deleted: (order) => store.deleteOrder(order),
  });
  const parcels = new Parcels({
    ...host,
    orderOf: (id) => orderWith(id, ({ fulfilments }) => fulfilments.some((each) => each.id === id)),
    ...parcelWebhooks(store),
  });
  const returns = new OrderReturns(returnsHost);
  const reverse = new ReverseLogistics(returnsHost);
  const notes = new OrderNotes(host);
  const drafts = new DraftWrites({
    drafts: store.drafts,
    customers: store.customers,
    companies: store.companies,
    catalogs: store.catalogs,
    stock: store.stock,
    currency: options.currency,
    selling: store.selling,
    shop: options.shop,
    now: () => world.clock.now(),
    preview: (contents) => store.previewOf(contents),
    place: (spec, finish) => store.place(spec, finish),
  });
  const orderCreate = new OrderCreate({
    currency: options.currency,
    customers: store.customers,
    variant: (id) => store.stock.ofVariant(id),
    available: ({ levels }) =>
      [...levels.values()].reduce((sum, { quantities }) => sum + quantities.available, 0),
    preview: (spec) => store.previewOrder(spec),
    place: (spec, finish) => store.place(spec, finish),
    node: host.node,
  });
  const giftCards = new GiftCardWrites({
    giftCards: store.giftCards,
    customers: store.customers,
    currency: options.currency,
    now: () => world.clock.now(),
  });
  const storeCredit = new StoreCreditWrites({
    storeCredit: store.storeCredit,
    now: () => world.clock.now(),
    isOwner: ({ type, id }) =>
      (type === 'Customer' ? store.customers.get(id) : store.companies.location(id)) !== undefined,
    transaction: ({ orderId, transactionId }, execution) => {
      const order = resolvers.orderOf(orderId, execution) === null ? undefined : store.orders.get(orderId);
      const found = order?.transactions.find(({ id }) => id === transactionId);
      return order && found ? transactionNode(order, found) : null;
    },
  });
  const metafields = new Metafields({
    ids: store.ids,
    now: () => world.clock.now(),
    holder: (id) => metafieldHolder(id, store),
  });
  const money = new OrderMoney(host);
  const parts = [
    payments,
    tenders,
    customers,
    ...business.parts,
    drafts,
    orderCreate,
    giftCards,
    storeCredit,
    inventory,
    ...products,
    locations,
    metafields,
    notes,
    money,
    edits,
    returns,
    reverse,
    states,
    parcels,
    resolvers,
    subscriptions,
    bulk,
    catalogue,
    changes,
    fulfilmentOrders,
    fulfilmentRequests,
    fulfilmentOrderPlans,
    fulfilmentOrderLists,
  ];
  const root = () => Object.assign({}, ...parts.map((part) => part.root())) as Record<string, unknown>;

  const behaved = () => behavedFields(Object.keys(root()));
  const view: PageView = {
    name: options.name,
    shop: options.shop,
    currency: options.currency,
    orders: (limit) => store.orders.latest(limit),
    orderCount: () => store.orders.count,
    order(id) {
      const order = store.orders.get(id);
      return order && channelBook(order, store.locations, world.clock.now());
    },
    products: () =>
      store.stock.all().map((item) => ({
        sku: item.sku,
        title: lineName({ title: item.title, variantTitle: titleOnLine(item) }),
        price: item.price,
        stock: [...item.levels.values()].map(({ quantities }) => quantities.available).join(' / '),
      })),
    locations: () => options.locations,
    subscriptions: () => subscriptions.all(),
    counts: () => ({ ...system.counts, ...deliveries.counts }),
    behaved,
  };
  const handle = (request: SandboxRequest): SandboxReply | Promise<SandboxReply> => {
    if (isPage(request.path)) return servePage(world, view, request);
    if (request.path === '/_books') return { status: 200, body: store.books() };
    if (request.path === TOKEN_PATH && request.method === 'POST') return access.grant(request);
    if (request.path === AUTHORISE_PATH && request.method === 'GET') return access.authorise(request);
    if (request.path.startsWith(BULK_PATH)) return bulk.serve(request.path);
    const version = servedVersion(request.path);
    if (version === undefined || request.method !== 'POST')
      return { status: 404, body: { errors: 'Not Found' } };
    const scopes = access.scopesOf(request.headers['x-shopify-access-token']);
    if (!scopes)
      return {
        status: 401,
        body: {
          errors: '[API] Invalid API key or access token (unrecognized login or wrong password)',
        },
      };
    const reply = answerGraphQl(request, root(), bucket, { version, scopes: new Set(scopes) });
    return { ...reply, headers: { ...reply.headers, 'x-shopify-api-version': version } };
  };
  const system = await serveSystem(world, {
    name: connection,
    ...(options.port === undefined ? {} : { port: options.port }),
    mutates: (request) => {
      const version = servedVersion(request.path);
      return version !== undefined && isMutation(version, request);
    },
    isPage,
    handle,
    faultReply: (kind, request) => {
      // The vendor throttles GraphQL with an answer of status 200; other refusals come from what stands before it.
      if (kind !== 'throttled' || servedVersion(request.path) === undefined) return undefined;
      bucket.drain();
      return throttled(bucket, 10);
    },
  });
  const merchant = new Merchant({
    order: (id) => store.forChange(id) ?? unknownOrder(id),
    root,
    ordersOfCustomer: (order) => {
      const customer = store.customers.get(order.customerId ?? '');
      return customer
        ? store.customers.ordersOf(customer).flatMap(({ id }) => store.forChange(id) ?? [])
        : null;
    },
    erase: (order) => {
      const customer = store.customers.get(order.customerId ?? '');
      if (customer) store.erase(customer);
    },
  });
  return Object.assign(store, {
    archive: (id: string) => merchant.archive(id),
    redact: (id: string) => merchant.redact(id),
    splitFulfilment: (id: string) => merchant.split(id),
    mergeFulfilment: (id: string) => merchant.merge(id),
    askBack: (id: string, line: Parameters<Merchant['askBack']>[1]) => merchant.askBack(id, line),
    takeBack: (id: string, line: Parameters<Merchant['takeBack']>[1]) => merchant.takeBack(id, line),
    baseUrl: system.url,
    apiVersion,
    revokeTokens: () => access.revoke(),
    uninstall: () => {
      access.uninstall();
      store.uninstalled(() => access.isUsed);
      subscriptions.removeAll();
    },
    drainBudget: () => bucket.drain(),
    askServices: (channelOrderId: string, what: 'fulfilment' | 'cancellation') => {
      const order = store.forChange(channelOrderId);
      return order ? fulfilmentRequests.ask(order, what) : 0;
    },
    behaved,
    removeSubscriptions: () => subscriptions.removeAll(),
    subscribed: () =>
      subscriptions.all().map(({ topic, uri, failedAttempts }) => ({ topic, uri, failedAttempts })),
    stats: () => ({ calls: system.counts, deliveries: deliveries.counts }),
    close: async () => {
      deliveries.close();
      await system.close();
      bulk.close();
      store.orders.close();
      store.payments.balance.close();
      store.tenders.close();
    },
  });
}

function unknownOrder(id: string): never {
  throw new Error(`the store has no order ${id}`);
}

/** Types that a part finds by their global ids. */
function byType(part: () => { byId: ByGlobalId }, types: readonly string[]): Record<string, ByGlobalId> {
  return Object.fromEntries(types.map((type) => [type, (id, execution) => part().byId(id, execution)]));
}

/** Which of these names are fields of the schema's root types. */
function behavedFields(names: readonly string[]): { queries: string[]; mutations: string[] } {
  const of = (type: { getFields(): Record<string, unknown> } | null | undefined) =>
    names.filter((name) => type?.getFields()[name] !== undefined).sort();
  const schema = vendorSchema();
  return { queries: of(schema.getQueryType()), mutations: of(schema.getMutationType()) };
}
