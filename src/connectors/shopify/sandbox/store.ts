/** The sandbox store: shoppers and merchants act, the hub reads, fulfils and cancels; every change is told by webhooks. */
import { Random } from '../../../base/random.ts';
import type { ChannelBooks, ChannelSandbox, EditSpec, OrderSpec } from '../../../sandbox/kit/types.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import type { LineBook, OrderBook, TransactionBook } from './book.ts';
import {
  capturedAmount,
  fulfilmentOrderStatus,
  fulfilmentStatus,
  leaves,
  openUnits,
  refundedAmount,
  shippedUnits,
  unshippedUnits,
} from './book-figures.ts';
import { channelBook, stockBook } from './books.ts';
import { Catalogs } from './companies/catalogs.ts';
import { Companies } from './companies/companies.ts';
import { customerBody } from './customers/customer-nodes.ts';
import { type CustomerBook, Customers } from './customers/customers.ts';
import { type DraftContents, Drafts, type Selling, specOf } from './drafts/drafts.ts';
import { LocalTime } from './format.ts';
import { type FulfillmentInput, fulfil, type UserError, understand } from './fulfilment/fulfilling.ts';
import { digits, gid, Ids } from './ids.ts';
import { type LocationBook, locationBody } from './inventory/locations.ts';
import { type Article, type Item, type Level, type ProductBook, Stock } from './inventory/stock.ts';
import { DEFAULTS, type ShopifySandboxOptions, type Topic, timeZoneOf } from './options.ts';
import {
  type Cancellation,
  cancelWhole,
  type Edited,
  editOrder,
  exchangeUnits,
  giveBack,
  payOrder,
} from './orders/acts.ts';
import { agreedWith, type BusinessHost, contactOf, placedBy, unplacedBy } from './orders/business-orders.ts';
import type { Locations } from './orders/nodes-events.ts';
import { type LineSpec, newOrder, type StoreFacts } from './orders/placing.ts';
import { priced } from './orders/pricing.ts';
import { OrderIndex } from './orders/search.ts';
import { authorisationOf } from './payments/captures.ts';
import { GiftCards } from './payments/gift-cards.ts';
import { type DisputeReason, Payments } from './payments/payments.ts';
import { disputeBody } from './payments/payments-account.ts';
import { followPromises } from './payments/promises.ts';
import { SETTLING_GATEWAY } from './payments/settlement.ts';
import { StoreCredit } from './payments/store-credit.ts';
import { Tenders } from './payments/tenders.ts';
import { levelId } from './products/catalogue.ts';
import { titleOnLine } from './products/product-choices.ts';
import type { ItemNews } from './products/product-writes.ts';
import type { Messages, Told } from './webhooks/told.ts';
import { companyNewsBody, companyNewsId } from './webhooks/webhook-companies.ts';
import { draftBody } from './webhooks/webhook-drafts.ts';
import { fulfilmentOrderTold } from './webhooks/webhook-fulfilment-orders.ts';
import { orderBody } from './webhooks/webhook-order.ts';
import {
  editBody,
  fulfilment,
  type Json,
  refund,
  transaction,
  type Writer,
} from './webhooks/webhook-parts.ts';
import { goneItemBody, inventoryItemBody, productBody } from './webhooks/webhook-products.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

const FIRST_NUMBER = 1_001;
/** So often, in new orders, quiet ones are packed. */
const PACK_EVERY = 256;
/** Unchanged for so long, an order is quiet. */
const QUIET_MS = 7 * 24 * 3_600_000;

/** As the vendor says it: 48 hours after the app was removed. */
const STORE_ERASED_AFTER_MS = 48 * 3_600_000;

/** What is left of a shopper who was forgotten: the country. */
const NOBODY = {
  firstName: '',
  lastName: '',
  email: '',
  phone: null,
  address1: '',
  address2: '',
  company: '',
  city: '',
  postalCode: '',
  provinceCode: null,
};

type Twist = (payload: Record<string, unknown>) => void;

export class Store implements ChannelSandbox {
  readonly connection: string;
  readonly orders = new OrderIndex();
  /** Names of the locations by their ids. */
  readonly locations: Map<string, string> & Locations;
  readonly locationBooks: Map<string, LocationBook>;
  readonly stock: Stock;
  /** The store's money at Shopify Payments. */
  readonly payments: Payments;
  readonly tenders: Tenders;
  readonly customers: Customers;
  readonly companies: Companies;
  readonly catalogs: Catalogs;
  readonly drafts: Drafts;
  readonly giftCards: GiftCards;
  readonly storeCredit: StoreCredit;
  readonly selling: Selling;
  readonly #world: World;
  readonly #webhooks: Webhooks;
  readonly #facts: StoreFacts;
  readonly #writer: Writer;
  readonly #currency: string;
  /** What orders find by its SKU, or by its title where it has none. */
  readonly #items = new Map<string, Item>();
  #levelChanges = 0;
  readonly #fulfilmentOrderOwners = new Map<string, string>();

  constructor(world: World, webhooks: Webhooks, options: ShopifySandboxOptions) {
    this.#world = world;
    this.#webhooks = webhooks;
    this.connection = options.connection;
    this.#currency = options.currency;
    const ids = new Ids(options.connection);
    const names = new Map(options.locations.map((name) => [ids.next(), name]));
    const services = new Set(options.fulfilmentServices);
    this.locations = Object.assign(names, { isService: (id: string) => services.has(names.get(id) ?? '') });
    const opened = { createdAtMs: this.#now, updatedAtMs: this.#now, deactivatedAtMs: null };
    this.locationBooks = new Map(
      [...this.locations.keys()].map((id) => [id, { ...opened, fulfillsOnlineOrders: true, address: null }]),
    );
    if (this.locations.size === 0) throw new Error(`the store ${options.connection} has no location`);
    this.stock = new Stock(this.connection, [...this.locations.keys()], options.stock ?? (() => 0));
    const product = (article: Omit<Article, 'productId' | 'variantId'>): Item =>
      this.stock.add({ ...article, productId: ids.next(), variantId: ids.next() }, this.#now);
    for (const article of options.products ?? []) this.#items.set(article.sku, product(article));
    this.#facts = {
      ids,
      // Those that the store has opened with and has not closed; where an app opens one, nothing lies yet.
      locationIds: [...this.locations.keys()],
      locationIdOf: (name) => [...this.locations].find(([, each]) => each === name)?.[0],
      splitChance: options.splitChance ?? DEFAULTS.splitChance,
      takesSeveralCaptures: (gateway) => gateway === SETTLING_GATEWAY && (options.multiCapture ?? false),
      productOf: ({ sku, title, unitPrice }) => {
        const item = options.products
          ? this.#items.get(sku ?? '')
          : known(this.#items, sku ?? title, () => product({ sku: sku ?? '', title, price: unitPrice }));
        if (!item) return null;
        return { productId: item.productId, variantId: item.variantId, variantTitle: titleOnLine(item) };
      },
      customerIdOf: (shopper) => this.customers.idOf(shopper),
    };
    const customerOf = (customer: CustomerBook, isGone = false) =>
      customerBody(customer, this.customers.person(customer), options.currency, this.#writer, isGone);
    this.customers = new Customers({
      ids,
      now: () => this.#now,
      orderAt: (serial) => this.orders.at(serial),
      told: (customer, topic) => {
        const body = () => customerOf(customer, topic === 'customers/delete');
        this.#webhooks.tell(`customer ${customer.id} ${customer.updatedAtMs} ${topic}`, [
          { topics: [topic], body },
        ]);
        this.#world.changed();
      },
    });
    const businessIds = new Ids(`${options.connection} companies`);
    this.catalogs = new Catalogs(businessIds);
    this.companies = new Companies({
      ids: businessIds,
      now: () => this.#now,
      told: (news) => {
        if (news.topic === 'company_locations/delete') this.catalogs.forget(news.location);
        this.#levelChanges += 1;
        const key = `company ${companyNewsId(news)} ${this.#levelChanges}`;
        this.#webhooks.tell(key, [{ topics: [news.topic], body: () => companyNewsBody(news, this.#writer) }]);
        this.#world.changed();
      },
    });
    this.giftCards = new GiftCards({
      ids: new Ids(`${options.connection} gift cards`),
      connection: options.connection,
      now: () => this.#now,
    });
    this.storeCredit = new StoreCredit({
      ids: new Ids(`${options.connection} store credit`),
      now: () => this.#now,
    });
    this.selling = {
      currency: options.currency,
      taxesIncluded: options.taxesIncluded,
      taxesOn: options.taxesOn ?? (() => []),
    };
    this.drafts = new Drafts({
      ids: new Ids(`${options.connection} drafts`),
      now: () => this.#now,
      told: (draft, topic) => {
        const body = () =>
          topic === 'draft_orders/delete'
            ? { id: digits(draft.id) }
            : draftBody(draft, this.previewOf(draft), this.#writer);
        this.#levelChanges += 1;
        this.#webhooks.tell(`draft ${draft.id} ${this.#levelChanges}`, [{ topics: [topic], body }]);
        this.#world.changed();
      },
    });
    this.#writer = {
      time: new LocalTime(timeZoneOf(options)),
      shop: options.shop,
      customer: (id) => {
        const customer = this.customers.get(id);
        if (!customer) return null;
        // In an order it stands with its default address only.
        const { addresses, ...rest } = customerOf(customer);
        return rest;
      },
    };
    const common = { connection: this.connection, currency: options.currency, now: () => this.#now };
    this.payments = new Payments({
      ...common,
      timeZone: timeZoneOf(options),
      ...(options.settlement ? { terms: options.settlement } : {}),
      disputed: (dispute, topic) => {
        const body = () => disputeBody(dispute, options.currency, this.#writer);
        this.#webhooks.tell(`dispute ${dispute.id} ${dispute.status}`, [{ topics: [topic], body }]);
        this.#world.changed();
      },
    });
    this.tenders = new Tenders({
      ...common,
      writer: () => this.#writer,
      tell: (key, body) => this.#webhooks.tell(key, [{ topics: ['tender_transactions/create'], body }]),
    });
  }

  placeOrder(spec: OrderSpec): string {
    return this.place(agreedWith(this.#business, spec)).id;
  }

  /** The order that a draft is to become: not in the books, and nobody is told. */
  previewOf(draft: DraftContents): OrderBook {
    const customer = this.customers.get(draft.customerId ?? '');
    const person = customer ? this.customers.person(customer) : null;
    return this.previewOrder(specOf(draft, this.selling, 'pending', person));
  }

  /** An order as it would be: not in the books, and nobody is told. */
  previewOrder(spec: OrderSpec): OrderBook {
    const facts = { ...this.#facts, ids: new Ids('a preview'), productOf: () => null };
    return newOrder(facts, 0, spec, this.#now, new Random('a preview'));
  }

  /** An order of which all is agreed comes into the books, and the app is told. @param finish says more of it first. */
  place(spec: OrderSpec, finish?: (order: OrderBook) => void): OrderBook {
    const number = FIRST_NUMBER + this.orders.count;
    const random = this.#world.random(`order:${this.connection}:${number}`);
    // Whoever finishes it knows the products of its lines, too.
    const facts = finish ? { ...this.#facts, productOf: () => null } : this.#facts;
    const order = newOrder(facts, number, spec, this.#now, random);
    finish?.(order);
    const location = this.companies.location(order.company?.locationId ?? '');
    const contact = location && contactOf(this.companies, location, order.customerId);
    if (order.company && contact && !order.company.contactId) order.company.contactId = contact.id;
    const serial = this.orders.add(order);
    this.customers.placed(order, serial);
    placedBy(this.companies, order, serial);
    if (this.orders.count % PACK_EVERY === 0) this.#putAway();
    this.#ownFulfilmentOrders(order);
    this.#follow(order);
    const paid: Topic[] = order.money === 'paid' ? ['orders/paid'] : [];
    const routed = order.fulfilmentOrders.flatMap((at) =>
      fulfilmentOrderTold(order, at, { event: 'order_routing_complete' }),
    );
    this.#tell(order, ['orders/create', ...paid], order.transactions, routed);
    const lapsesAt = authorisationOf(order)?.expiresAtMs;
    if (lapsesAt)
      this.#world.schedule(lapsesAt, `the authorisation of ${order.id} lapses`, () => this.#lapse(order.id));
    if (spec.reviewedForMs !== undefined)
      this.#world.schedule(this.#now + spec.reviewedForMs, `${order.id} is reviewed`, () =>
        this.hold(order.id, null),
      );
    if (order.scheduledUntilMs !== null)
      this.#world.schedule(order.scheduledUntilMs, `${order.id} may leave`, () => {
        order.scheduledUntilMs = null;
        const event = 'scheduled_fulfillment_order_ready';
        const waited = order.fulfilmentOrders.filter((at) => at.scheduledUntilMs === undefined);
        const messages = waited.flatMap((at) => fulfilmentOrderTold(order, at, { event }));
        this.#changed(order, [], [], messages);
      });
    return order;
  }

  pay(channelOrderId: string, event: 'captured' | 'failed' | 'expired'): void {
    const order = this.#order(channelOrderId);
    const done = payOrder(this.#facts.ids, order, event, this.#now);
    if (done) this.paid(order, done);
  }

  /** Money of an order has come, or does not come any more: tells of it. */
  paid(order: OrderBook, transactions: readonly TransactionBook[]): void {
    this.#changed(order, order.money === 'paid' ? ['orders/paid'] : [], transactions);
  }

  editOrder(channelOrderId: string, edit: EditSpec): boolean {
    const order = this.#order(channelOrderId);
    const done = editOrder(this.#facts, order, edit, this.#now);
    if (!done) return false;
    this.edited(order, done);
    return true;
  }

  cancelOrder(channelOrderId: string, options: Cancellation): boolean {
    const order = this.#order(channelOrderId);
    const before = order.transactions.length;
    const done = cancelWhole(this.#facts.ids, order, options, this.#now);
    if (!done) return false;
    const more = done.refund ? [this.#refundMessage(order, done.refund)] : [];
    this.#changed(order, ['orders/cancelled'], order.transactions.slice(before), more);
    return true;
  }

  refund(channelOrderId: string, wanted: Parameters<ChannelSandbox['refund']>[1]): string | null {
    const order = this.#order(channelOrderId);
    if (order.money !== 'paid') return null;
    const picks: { line: LineBook; quantity: number }[] = [];
    for (const { index, quantity } of wanted.lines) {
      const line = order.lines[index];
      if (!line) return null;
      picks.push({ line, quantity });
    }
    const left = capturedAmount(order).shop - refundedAmount(order, 'success', 'pending').shop;
    const how = {
      shipping: wanted.shipping,
      extra: priced(order, wanted.amount ?? '0'),
      restock: wanted.restock ?? true,
      pending: wanted.pending ?? false,
      to: wanted.to,
    };
    const limit = wanted.beyondPayment ? undefined : left;
    const made = giveBack(this.#facts.ids, order, picks, how, this.#now, 'back', limit);
    if (!made) return null;
    this.#changed(order, [], made.transactions, [this.#refundMessage(order, made)]);
    return made.id;
  }

  exchange(
    channelOrderId: string,
    { line: { index, quantity }, add }: { line: { index: number; quantity: number }; add: LineSpec },
  ): boolean {
    const order = this.#order(channelOrderId);
    const line = order.lines[index];
    const before = order.transactions.length;
    const done = line && exchangeUnits(this.#facts, order, { line, quantity }, add, this.#now);
    if (!done) return false;
    this.#ownFulfilmentOrders(order);
    this.#changed(order, [], order.transactions.slice(before), [this.#refundMessage(order, done)]);
    return true;
  }

  settleRefund(channelOrderId: string, refundId: string, outcome: 'succeeded' | 'failed'): void {
    const order = this.#order(channelOrderId);
    const found = order.refunds.find(({ id }) => id === refundId);
    if (!found) throw new Error(`order ${channelOrderId} has no refund ${refundId}`);
    for (const each of found.transactions) {
      if (each.status !== 'pending') continue;
      each.status = outcome === 'succeeded' ? 'success' : 'failure';
      each.processedAtMs = this.#now;
    }
    this.#changed(order);
  }

  changeAddress(channelOrderId: string, address: Partial<OrderSpec['shopper']>): void {
    const order = this.#order(channelOrderId);
    Object.assign(order.shopper, address);
    this.#changed(order);
  }

  #lapse(channelOrderId: string): void {
    if (this.#seen(channelOrderId).money === 'authorised') this.pay(channelOrderId, 'expired');
  }

  /** Stops what is still to be sent, or lets it go on (null). */
  hold(channelOrderId: string, hold: OrderBook['hold']): void {
    const order = this.#order(channelOrderId);
    const open = order.fulfilmentOrders.filter((at) =>
      ['OPEN', 'ON_HOLD'].includes(fulfilmentOrderStatus(order, at)),
    );
    order.hold = hold;
    const told = open
      .filter(({ holds = [] }) => holds.length === 0)
      .flatMap((at) =>
        fulfilmentOrderTold(
          order,
          at,
          hold === null
            ? { event: 'hold_released' }
            : {
                event: 'placed_on_hold',
                hold: { ...hold, id: at.id, handle: '' },
                rest: null,
                byStaff: true,
              },
        ),
      );
    this.#changed(order, [], [], told);
  }

  sendRaw(topic: string, body: string): void {
    this.#webhooks.raw(topic, body);
  }

  corrupt(channelOrderId: string, twist: Twist): void {
    this.#order(channelOrderId).twist = twist;
  }

  unshipped(channelOrderId: string): { index: number; quantity: number }[] {
    return this.#seen(channelOrderId).lines.flatMap((line, index) =>
      !leaves(line) || unshippedUnits(line) === 0 ? [] : [{ index, quantity: unshippedUnits(line) }],
    );
  }

  standing(channelOrderId: string): {
    cancelled: boolean;
    isPaid: boolean;
    shippedUnits: number;
    paidMinor: number;
    refundedMinor: number;
  } {
    const order = this.#seen(channelOrderId);
    return {
      cancelled: order.cancelledAtMs !== null,
      isPaid: order.money === 'paid',
      shippedUnits: shippedUnits(order),
      paidMinor: Number(capturedAmount(order).shop),
      refundedMinor: Number(refundedAmount(order, 'success').shop),
    };
  }

  books(): ChannelBooks {
    return {
      kind: 'channel',
      connection: this.connection,
      orders: [...this.orders.all()].map((order) => channelBook(order, this.locations, this.#now)),
      stock: stockBook(this.stock, this.locations),
      payments: this.payments.books(),
    };
  }

  /** What the hub tells has left; or the vendor's refusal. */
  fulfil(
    input: FulfillmentInput,
  ): { order: OrderBook; fulfilment: OrderBook['fulfilments'][number] } | UserError {
    const meant = understand(this.orders, (id) => this.#ownerOf(id), input);
    if ('message' in meant) return meant;
    const { order } = meant;
    const made = fulfil(this.#facts.ids, order, meant, input, this.#now);
    const topic: Topic =
      fulfilmentStatus(order) === 'FULFILLED' ? 'orders/fulfilled' : 'orders/partially_fulfilled';
    this.#changed(
      order,
      [topic],
      [],
      [{ topics: ['fulfillments/create'], body: () => fulfilment(order, made, this.#writer) }],
    );
    return { order, fulfilment: made };
  }

  /** Tells of levels that have changed those who have subscribed to it. */
  tellStock(changed: readonly { item: Item; level: Level }[]): void {
    for (const { item, level } of changed) {
      this.#levelChanges += 1;
      const body = () => ({
        inventory_item_id: digits(item.id),
        location_id: digits(level.locationId),
        available: level.quantities.available,
        updated_at: this.#writer.time.write(level.updatedAtMs),
        admin_graphql_api_id: levelId(item, level),
      });
      this.#webhooks.tell(`level ${this.#levelChanges}`, [{ topics: ['inventory_levels/update'], body }]);
    }
    if (changed.length > 0) this.#world.changed();
  }

  /** Forgets who a customer was: the name, every address, on its orders too. The app is told which they are. */
  erase(customer: CustomerBook): void {
    const { email, phone } = this.customers.person(customer);
    const orders = this.customers.ordersOf(customer);
    for (const { id } of orders) Object.assign(this.#order(id).shopper, NOBODY);
    const nobody = { firstName: null, lastName: null, email: null, phone: null, addresses: [] };
    this.customers.write(customer, nobody);
    const body = {
      shop_id: 1,
      shop_domain: this.#writer.shop,
      customer: { id: digits(customer.id), email, phone },
      orders_to_redact: orders.map(({ id }) => digits(id)),
    };
    this.#webhooks.raw('customers/redact', JSON.stringify(body));
    this.#world.changed();
  }

  /** The merchant has removed the app, which is told; two days later it is asked to erase what it holds of the store. */
  uninstalled(isInstalled: () => boolean): void {
    const { shop } = this.#writer;
    const now = this.#now;
    this.#webhooks.tell(`app ${now}`, [
      {
        topics: ['app/uninstalled'],
        body: () => ({ id: 1, name: shop.split('.')[0], domain: shop, myshopify_domain: shop }),
      },
    ]);
    this.#world.clock.setTimer(now + STORE_ERASED_AFTER_MS, () => {
      if (!isInstalled())
        this.#webhooks.raw('shop/redact', JSON.stringify({ shop_id: 1, shop_domain: shop }));
    });
    this.#world.changed();
  }

  dispute(channelOrderId: string, reason: DisputeReason): string | null {
    return this.payments.dispute(this.#order(channelOrderId), reason)?.id ?? null;
  }

  /** Whether goods of an order are still to leave from a location. */
  hasOpenOrders(locationId: string): boolean {
    for (const order of this.orders.all())
      if (
        order.cancelledAtMs === null &&
        order.fulfilmentOrders.some(
          (each) => each.locationId === locationId && each.lines.some((part) => openUnits(order, part) > 0),
        )
      )
        return true;
    return false;
  }

  /** A location is new, is another now, is closed or open again. */
  tellLocation(id: string, topic: string): void {
    const usual = this.#facts.locationIds as string[];
    const book = this.locationBooks.get(id);
    const place = usual.indexOf(id);
    if (topic === 'locations/deactivate' && place >= 0) usual.splice(place, 1);
    if (topic === 'locations/activate') usual.push(id);
    this.#levelChanges += 1;
    const body = () => (book ? locationBody(id, this.locations.get(id) ?? '', book, this.#writer) : {});
    this.#webhooks.tell(`location ${this.#levelChanges}`, [{ topics: [topic], body }]);
    this.#world.changed();
  }

  /** An item is stocked at a location now, or no more. */
  tellLevel(
    topic: 'inventory_levels/connect' | 'inventory_levels/disconnect',
    item: Item,
    level: Level,
  ): void {
    this.#levelChanges += 1;
    const place = { inventory_item_id: digits(item.id), location_id: digits(level.locationId) };
    const body = () =>
      topic === 'inventory_levels/disconnect'
        ? place
        : {
            ...place,
            available: level.quantities.available,
            updated_at: this.#writer.time.write(level.updatedAtMs),
            admin_graphql_api_id: levelId(item, level),
          };
    this.#webhooks.tell(`level ${this.#levelChanges}`, [{ topics: [topic], body }]);
    this.#world.changed();
  }

  /** A product of an app's making: without SKU, not tracked, and nothing of it lies anywhere. */
  createProduct(title: string): ProductBook {
    const ids = { productId: this.ids.next(), variantId: this.ids.next() };
    this.catalogs.publish(ids.productId);
    const product = this.stock.addEmpty({ sku: '', title, price: '0.00', ...ids }, this.#now);
    for (const item of product.variants) item.tracked = false;
    return product;
  }

  /** Another variant of a product, as bare as a new product is. */
  addVariant(product: ProductBook, chosen: Item['chosen']): Item {
    const item = this.stock.addVariant(product, this.ids.next(), chosen, this.#now);
    item.tracked = false;
    return item;
  }

  removeVariant(item: Item): void {
    this.stock.removeVariant(item);
    this.#forgetSku(item, item.sku);
  }

  /** A product is gone: orders have its SKUs as custom items. */
  removeProduct(product: ProductBook): void {
    for (const item of product.variants) this.#forgetSku(item, item.sku);
    this.stock.remove(product);
  }

  /** A product is new, is another now, or is gone; so are inventory items of it. */
  tellProduct(
    product: ProductBook,
    topic: 'products/create' | 'products/update' | 'products/delete',
    { made = [], gone = [] }: ItemNews = {},
  ): void {
    const isGone = topic === 'products/delete';
    this.#levelChanges += 1;
    this.#webhooks.tell(`product ${this.#levelChanges}`, [
      { topics: [topic], body: () => productBody(product, this.#writer, isGone) },
      ...made.map((item) => ({
        topics: ['inventory_items/create'],
        body: () => inventoryItemBody(item, this.#writer),
      })),
      ...gone.map((item) => ({ topics: ['inventory_items/delete'], body: () => goneItemBody(item) })),
    ]);
    this.#world.changed();
  }

  /** Orders find an item by its new SKU. */
  named(item: Item, skuBefore = ''): void {
    if (item.sku === skuBefore) return;
    this.#forgetSku(item, skuBefore);
    if (item.sku !== '') this.#items.set(item.sku, item);
  }

  #forgetSku(item: Item, sku: string): void {
    if (this.#items.get(sku) === item) this.#items.delete(sku);
  }

  /** An app has written an inventory item. */
  itemChanged(item: Item, skuBefore: string): void {
    this.named(item, skuBefore);
    const body = () => inventoryItemBody(item, this.#writer);
    this.#levelChanges += 1;
    this.#webhooks.tell(`item ${this.#levelChanges}`, [{ topics: ['inventory_items/update'], body }]);
    this.#world.changed();
  }

  /** The store's own staff sends all that is open; how many parcels that made. */
  ship(channelOrderId: string): number {
    const order = this.#order(channelOrderId);
    let parcels = 0;
    for (const each of [...order.fulfilmentOrders]) {
      const at = gid('FulfillmentOrder', each.id);
      const trackingInfo = { company: 'DHL', numbers: [`00340${each.id}`] };
      const done = this.fulfil({ lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: at }], trackingInfo });
      if (!('message' in done)) parcels += 1;
    }
    return parcels;
  }

  /** The order of a fulfilment order, to be changed; whoever changes it says so by `changed`. */
  orderOfFulfilmentOrder(fulfilmentOrderId: string): OrderBook | undefined {
    return this.orders.forChange(this.#ownerOf(fulfilmentOrderId) ?? '');
  }

  /** An order has been changed from outside. */
  changed(order: OrderBook, { topics, transactions, messages }: Told = {}): void {
    this.#ownFulfilmentOrders(order);
    this.#changed(order, topics, transactions, messages);
  }

  /** An order is deleted: what it has reserved is free again, its customer has not ordered it. */
  deleteOrder(order: OrderBook): void {
    order.cancelledAtMs ??= this.#now;
    this.tellStock(this.stock.follow(order, this.#now));
    this.orders.delete(order);
    this.customers.unplaced(order);
    unplacedBy(this.companies, order, (serial) => this.orders.at(serial));
    this.#webhooks.tell(`${order.id} deleted`, [
      { topics: ['orders/delete'], body: () => ({ id: digits(order.id) }) },
    ]);
    this.#world.changed();
  }

  /** An order of this id, to be changed. */
  forChange(id: string): OrderBook | undefined {
    return this.orders.forChange(id);
  }

  /** An app has given something back. */
  refunded(order: OrderBook, made: OrderBook['refunds'][number]): void {
    this.#changed(order, [], made.transactions, [this.#refundMessage(order, made)]);
  }

  /** A return of an order has been processed. */
  processed(order: OrderBook, refund: OrderBook['refunds'][number] | null): void {
    const messages = refund ? [this.#refundMessage(order, refund)] : [];
    this.changed(order, { transactions: refund?.transactions ?? [], messages });
  }

  /** An order has been edited: by staff, or by an app. */
  edited(order: OrderBook, done: Edited, how: { notifyCustomer?: boolean; staffNote?: string } = {}): void {
    const editId = this.#facts.ids.next();
    const now = this.#now;
    const body = () => editBody(order, editId, now, { ...done, ...how }, this.#writer);
    const messages: Messages = [{ topics: ['orders/edited'], body }];
    if (done.refund) messages.push(this.#refundMessage(order, done.refund));
    const transactions = [...(done.payment ? [done.payment] : []), ...(done.refund?.transactions ?? [])];
    this.changed(order, { transactions, messages });
  }

  /** Of all that this store makes. */
  get ids(): Ids {
    return this.#facts.ids;
  }

  get facts(): StoreFacts {
    return this.#facts;
  }

  get writer(): Writer {
    return this.#writer;
  }

  get #business(): BusinessHost {
    return {
      companies: this.companies,
      catalogs: this.catalogs,
      currency: this.#currency,
      now: () => this.#now,
      item: (sku) => this.#items.get(sku ?? ''),
    };
  }

  get #now(): number {
    return this.#world.clock.now();
  }

  /** The order, to be changed. */
  #order(channelOrderId: string): OrderBook {
    return this.orders.forChange(channelOrderId) ?? this.#seen(channelOrderId);
  }

  /** The order, to be looked at. */
  #seen(channelOrderId: string): Readonly<OrderBook> {
    return this.orders.everMade(channelOrderId) ?? this.#unknown(channelOrderId);
  }

  #unknown(channelOrderId: string): never {
    throw new Error(`store ${this.connection} has no order ${channelOrderId}`);
  }

  /** Orders to which nothing has happened for a while leave the memory, and what only leads to them too. */
  #putAway(): void {
    this.orders.putAway(Math.floor((this.#now - QUIET_MS) / 1000), (order) => {
      for (const { id } of order.fulfilmentOrders)
        if (this.orders.idUpTo(id) === order.id) this.#fulfilmentOrderOwners.delete(id);
    });
    this.customers.putAway();
  }

  /** The order of a fulfilment order; most ids follow that of their order. */
  #ownerOf(fulfilmentOrderId: string): string | undefined {
    return this.#fulfilmentOrderOwners.get(fulfilmentOrderId) ?? this.orders.idUpTo(fulfilmentOrderId);
  }

  #ownFulfilmentOrders(order: OrderBook): void {
    for (const { id } of order.fulfilmentOrders) this.#fulfilmentOrderOwners.set(id, order.id);
  }

  #refundMessage(order: OrderBook, made: OrderBook['refunds'][number]): Messages[number] {
    return { topics: ['refunds/create'], body: () => refund(order, made, this.#writer) };
  }

  #changed(
    order: OrderBook,
    topics: readonly Topic[] = [],
    transactions: readonly TransactionBook[] = [],
    more: Messages = [],
  ): void {
    // What happens to a deleted order is told to nobody.
    if (this.orders.isDeleted(order)) return;
    order.version += 1;
    this.orders.touch(order, Math.floor(this.#now / 1000));
    this.#follow(order);
    this.#tell(order, topics, transactions, more);
  }

  /** What an order has moved since the last look: goods and money. */
  #follow(order: OrderBook): void {
    this.tellStock(this.stock.follow(order, this.#now));
    this.payments.follow(order);
    this.tenders.follow(order);
    followPromises(this, order);
  }

  /** Tells of a change: the order whole by its topics and `orders/updated`, its new transactions, and what else there is. */
  #tell(
    order: OrderBook,
    topics: readonly Topic[],
    transactions: readonly TransactionBook[],
    more: Messages = [],
  ): void {
    this.#world.changed();
    this.#webhooks.tell(`${order.id} ${order.version}`, [
      { topics: [...topics, 'orders/updated'], body: () => this.#body(order) },
      ...more,
    ]);
    for (const each of transactions)
      this.#webhooks.tell(`${each.id} ${each.status}`, [
        { topics: ['order_transactions/create'], body: () => transaction(order, each, this.#writer) },
      ]);
  }

  #body(order: OrderBook): Json {
    const body = orderBody(order, this.#writer);
    order.twist?.(body);
    return body;
  }
}

/** What has this name; the first time, something new. */
function known<Value>(named: Map<string, Value>, name: string, make: () => Value): Value {
  const found = named.get(name) ?? make();
  named.set(name, found);
  return found;
}
