/**
 * A hub with a real store, whose order has left: what tests of returns and refunds stand on. The warehouse sends what it is asked for at
 * once; the store's staff inspect what comes back; the entity keeps books.
 */
import assert from 'node:assert/strict';
import type { Command, Outcome } from '../../src/connectors/contract.ts';
import { TOPICS } from '../../src/connectors/shopify/sandbox/options.ts';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import type { OrderState } from '../../src/domain/order/state.ts';
import type { WantedRefund } from '../../src/domain/return/messages.ts';
import { type ReturnState, statusOf } from '../../src/domain/return/state.ts';
import { tellOrder } from '../../src/engine/operator.ts';
import { listReturns } from '../../src/store/read-returns.ts';
import { aRetailer } from './builders.ts';
import { someBooks } from './retailer-books.ts';
import { type ShopHub, type ShopHubOptions, startShopHub } from './shop-hub.ts';
import { findingsInside } from './sound.ts';
import { standInDelivery } from './stand-in.ts';

/** As the hub subscribes to them. */
const topics = [...TOPICS, 'returns/approve', 'returns/close', 'reverse_fulfillment_orders/dispose'] as const;

const PRODUCTS = [
  { sku: 'NL-1', title: 'Lantern', price: '10.00' },
  { sku: 'NL-2', title: 'Pot', price: '24.95' },
];

const READ = `query ($id: ID!) { order(id: $id) { id displayFinancialStatus
  totalOutstandingSet { shopMoney { amount } }
  transactions(first: 20) { id kind status amountSet { shopMoney { amount } } }
  fulfillments(first: 5) { fulfillmentLineItems(first: 5) { nodes { id lineItem { id sku } } } }
  refunds { id note totalRefundedSet { shopMoney { amount } } }
  returns(first: 5) { nodes { id status returnLineItems(first: 5) { nodes { id } } exchangeLineItems(first: 5) { nodes { id processedQuantity } }
    reverseFulfillmentOrders(first: 1) { nodes { lineItems(first: 5) { nodes { id } } } } } } }
  locations(first: 5) { nodes { id name } } productVariants(first: 9) { nodes { id sku } } }`;

const DISPOSE = `mutation ($id: ID!, $place: ID!) { reverseFulfillmentOrderDispose(dispositionInputs: [
  { reverseFulfillmentOrderLineItemId: $id, quantity: 1, dispositionType: RESTOCKED, locationId: $place }]) { userErrors { message } } }`;

const CREATE = `mutation ($input: ReturnInput!) { returnCreate(returnInput: $input) { return { id } userErrors { message } } }`;

export interface ShopReturns {
  readonly hub: ShopHub;
  /** The store's id of the order, and the key of its stream. */
  id: string;
  key: string;
  /** Commands that other systems than the store were asked for. */
  told: Command[];
  settle(): Promise<void>;
  until(what: string, condition: () => Promise<boolean>): Promise<void>;
  /** Ends the hub and starts it again, perhaps on another way to its store. */
  restart(changes?: ShopHubOptions): Promise<void>;
  /** Sends the store what staff do by hand; it must not complain. */
  act(text: string, variables: Record<string, unknown>): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: the store's own answer
  store(): Promise<any>;
  order(): Promise<OrderState>;
  standing(): Promise<{ key: string; status: string; state: ReturnState | null }>;
  /** A return of one unit (a lantern), made by the store's staff, perhaps with something in exchange. */
  makeReturn(exchange?: { sku: string; quantity: number }, sku?: string): Promise<void>;
  /** It comes back, and is inspected and stocked at the store. */
  dispose(): Promise<void>;
  want(changes: Partial<WantedRefund>): Promise<void>;
  agree(request: string, by: string): Promise<void>;
  openCases(): Promise<string[]>;
  /** What the sub-ledger has, act by act ("credited: RL -10.00 RET 8.40 VAT 1.60"), and what that leaves by account. */
  postings(): Promise<string[]>;
  balances(): Promise<Record<string, string>>;
  onHand(sku: string): Promise<number | undefined>;
  /** Nothing is wrong anywhere. */
  assertSound(): Promise<void>;
  close(): Promise<void>;
}

export async function startShopReturns(
  place: { url?: string; dataDir?: string },
  options: Pick<ShopHubOptions, 'hooks' | 'settings'> & { entity?: object; location?: object } = {},
): Promise<ShopReturns> {
  const told: Command[] = [];
  const base = aRetailer();
  const retailer = {
    locations: base.locations.map((each) => ({ ...each, returnsBy: 'channel', ...options.location })),
    entities: base.entities.map((each) => ({
      ...each,
      books: someBooks({ registrations: [{ id: 'DE', jurisdiction: 'DE', taxCodes: ['DE MwSt 19%'] }] }),
      ...options.entity,
    })),
  };
  const perform = (command: Command): Outcome | Promise<Outcome> | undefined => {
    told.push(command);
    const answer = options.hooks?.perform?.(command);
    if (answer !== undefined || command.kind !== 'fulfilment.release') return answer;
    const { releaseId, reference, lines } = command.body;
    const shipped = {
      type: 'fulfilment.shipped' as const,
      releaseId,
      shipmentId: `${releaseId}-S1`,
      lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
      tracking: null,
      at: hub.clock.nowIso(),
    };
    return {
      status: 'done',
      result: { externalId: releaseId },
      observations: [standInDelivery({ stream: 'order', key: reference, persons: [], message: shipped })],
    };
  };
  let hub: ShopHub = await startShopHub(place, {
    retailer,
    hooks: { ...options.hooks, perform },
    store: { topics, products: PRODUCTS, stock: () => 100 },
    ...(options.settings ? { settings: options.settings } : {}),
  });
  const id = hub.shop.store.placeOrder(anOrderSpec());
  const store = async () => (await hub.shop.call(READ, { id: `gid://shopify/Order/${id}` })).data;
  const act = async (text: string, variables: Record<string, unknown>) => {
    const { data, errors } = await hub.shop.call(text, variables);
    assert.deepEqual(errors, []);
    const [answer] = Object.values(data) as { userErrors: unknown[] }[];
    assert.deepEqual(answer?.userErrors, []);
  };
  const world: ShopReturns = {
    get hub() {
      return hub;
    },
    id,
    key: `shop/${id}`,
    told,
    async settle() {
      for (let round = 0; round < 2; round += 1) {
        await hub.takeWebhooks();
        await hub.settle();
      }
      // What waits some seconds for what else comes.
      await hub.pass(30_000);
      await hub.settle();
    },
    async until(what, condition) {
      for (let round = 0; !(await condition()); round += 1) {
        if (round === 10)
          assert.fail(
            `waited in vain for: ${what}\n${(await hub.commands()).join('\n')}\n${(await world.openCases()).join('\n')}`,
          );
        await world.settle();
      }
    },
    async restart(changes) {
      hub = await hub.restart(changes);
    },
    act,
    store,
    async order() {
      const state = await hub.order(id);
      assert.ok(state);
      return state;
    },
    async standing() {
      const [row] = await listReturns(hub.database, { limit: 5 });
      const state = (row?.state ?? null) as ReturnState | null;
      return { key: row?.key ?? '', status: state ? statusOf(state) : 'none', state };
    },
    async makeReturn(exchange, sku = 'NL-1') {
      const { order, productVariants } = await store();
      const parts = order.fulfillments.flatMap(
        (each: { fulfillmentLineItems: { nodes: object[] } }) => each.fulfillmentLineItems.nodes,
      );
      const part = parts.find((each: { lineItem: { sku: string } }) => each.lineItem.sku === sku);
      const variant = productVariants.nodes.find((each: { sku: string }) => each.sku === exchange?.sku);
      await act(CREATE, {
        input: {
          orderId: `gid://shopify/Order/${id}`,
          returnLineItems: [{ fulfillmentLineItemId: part.id, quantity: 1, returnReason: 'WRONG_ITEM' }],
          ...(exchange
            ? { exchangeLineItems: [{ variantId: variant.id, quantity: exchange.quantity }] }
            : {}),
        },
      });
    },
    async dispose() {
      const { order, locations } = await store();
      const [part] = order.returns.nodes[0].reverseFulfillmentOrders.nodes[0].lineItems.nodes;
      const at = locations.nodes.find((each: { name: string }) => each.name === 'WH').id;
      await act(DISPOSE, { id: part.id, place: at });
    },
    async want(changes) {
      const wanted: WantedRefund = {
        request: 'q1',
        return: null,
        lines: [],
        exchangeLines: [],
        shipping: 0,
        concessionMinor: 0,
        totalMinor: null,
        reason: 'goodwill',
        note: '',
        by: 'Anna',
        ...changes,
      };
      await tellOrder(hub.engine, world.key, { type: 'refund.wanted', wanted });
    },
    async agree(request, by) {
      await tellOrder(hub.engine, world.key, { type: 'refund.approve', request, by, note: '' });
    },
    async openCases() {
      const rows = await hub.database.query<{ reason: string; message: string }>(
        "select reason, message from business_case where status = 'open' order by reason",
      );
      return rows.map(({ reason, message }) => `${reason}: ${message}`);
    },
    async postings() {
      const rows = await hub.database.query<{ act: string; lines: string }>(
        `select p.act, string_agg(l.account || ' ' || (l.amount_minor / 100.0)::numeric(12, 2), ' ' order by l.line) as lines
         from posting p join posting_line l using (bucket, kind, key, seq, item)
         group by p.bucket, p.kind, p.key, p.seq, p.item, p.act order by p.seq, p.item`,
      );
      return rows.map(({ act: name, lines }) => `${name}: ${lines}`);
    },
    async balances() {
      const rows = await hub.database.query<{ account: string; balance: string }>(
        `select account, (sum(amount_minor) / 100.0)::numeric(12, 2) as balance from posting_line
         group by account having sum(amount_minor) <> 0 order by account`,
      );
      return Object.fromEntries(rows.map(({ account, balance }) => [account, String(balance)]));
    },
    async onHand(sku) {
      const [row] = await hub.database.query<{ on_hand: number }>(
        "select on_hand from position where sku = $1 and location = 'WH'",
        [sku],
      );
      return row?.on_hand;
    },
    async assertSound() {
      assert.deepEqual(await world.openCases(), []);
      assert.deepEqual(hub.errors, []);
      assert.deepEqual(await findingsInside(hub.database), []);
    },
    close: () => hub.close(),
  };
  await world.until('the order to have left', async () => (await hub.order(id))?.status === 'closed');
  return world;
}
