/** For tests: orders in one line, and a store whose time stands still until the test moves it. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock, pause } from '../../../base/clock.ts';
import { NO_FAULTS } from '../../../sandbox/kit/faults.ts';
import type { FaultProfile, OrderSpec } from '../../../sandbox/kit/types.ts';
import { World } from '../../../sandbox/kit/world.ts';
import { createShopifySandbox, type ShopifySandbox, type ShopifySandboxOptions } from './index.ts';

const VAT = [{ title: 'DE MwSt 19%', rate: '0.19' }];

/** An order of two lines, paid, with delivery and tax inside. */
export function anOrderSpec(change: Partial<OrderSpec> = {}): OrderSpec {
  return {
    handle: 'order',
    currency: 'EUR',
    taxesIncluded: true,
    shopper: {
      accountId: '700123',
      firstName: 'Grete',
      lastName: 'Hermann-Weiß',
      email: 'grete.hermann@example.com',
      phone: '+49421555010',
      address1: 'Am Wall 7',
      city: 'Bremen',
      postalCode: '28195',
      provinceCode: null,
      countryCode: 'DE',
    },
    lines: [
      { sku: 'NL-1', title: 'Lantern', quantity: 3, unitPrice: '10.00', tax: VAT },
      { sku: 'NL-2', title: 'Pot', quantity: 1, unitPrice: '24.95', tax: VAT },
    ],
    shipping: { title: 'Standard', price: '4.90', tax: VAT },
    payment: 'paid',
    gateway: 'shopify_payments',
    ...change,
  };
}

/** An order with discounts of both kinds, a reduced tax, tax on top, a gift card, and a shopper who pays in another money. */
export const RICH_ORDER: OrderSpec = anOrderSpec({
  taxesIncluded: false,
  presentment: { currency: 'CHF', rate: '0.9421' },
  orderDiscount: '7.77',
  lines: [
    { sku: 'NL-1', title: 'Lantern', quantity: 3, unitPrice: '19.99', discountPercent: '33', tax: VAT },
    {
      sku: 'NL-2',
      title: 'Almanac',
      quantity: 2,
      unitPrice: '12.05',
      tax: [
        { title: 'DE MwSt 7%', rate: '0.07' },
        { title: 'Harbour levy 1.5%', rate: '0.015' },
      ],
    },
    { sku: null, title: 'Gift card', quantity: 1, unitPrice: '25.00', tax: [], giftCard: true },
  ],
});

export interface ReceivedWebhook {
  topic: string;
  headers: IncomingHttpHeaders;
  /** As it came. */
  bytes: Buffer;
  /** Numbers beyond 2^53 have lost digits here. */
  body: Record<string, unknown>;
}

export interface TestStore {
  store: ShopifySandbox;
  world: World;
  clock: Clock;
  /** Where the receiver listens. */
  target: string;
  /** What a receiver has got so far; waits until nothing is under way. */
  webhooks(): Promise<ReceivedWebhook[]>;
  token(): Promise<string>;
  /** A GraphQL call; `token` fetches one unless given. */
  call(
    query: string,
    variables?: Record<string, unknown>,
    token?: string,
    version?: string,
  ): Promise<GraphQlAnswer>;
  close(): Promise<void>;
}

export interface GraphQlAnswer {
  status: number;
  apiVersion: string | null;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it has asked for
  data: any;
  errors: { message: string; extensions?: Record<string, unknown> }[];
  cost: {
    requestedQueryCost: number;
    actualQueryCost: number | null;
    throttleStatus: { maximumAvailable: number; currentlyAvailable: number; restoreRate: number };
  };
}

export const STORE_START = Date.UTC(2026, 10, 23, 6);

/** A store with a receiver of its webhooks. */
export async function startStore(
  changes: Partial<ShopifySandboxOptions> & { faults?: FaultProfile } = {},
): Promise<TestStore> {
  const { faults = NO_FAULTS, ...options } = changes;
  const clock = new Clock(STORE_START, { frozen: true });
  const world = new World({ clock, seed: 'store', faults });
  const received: ReceivedWebhook[] = [];
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const topic = String(request.headers['x-shopify-topic']);
      received.push({ topic, headers: request.headers, bytes, body: JSON.parse(bytes.toString()) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  const store = await createShopifySandbox(world, {
    connection: 'shop',
    shop: 'one.myshopify.com',
    name: 'One',
    currency: 'EUR',
    taxesIncluded: true,
    clientId: 'client',
    clientSecret: 'a client secret',
    webhookTarget: () => `http://127.0.0.1:${port}`,
    locations: ['WH-NORTH', 'STORE-CITY'],
    splitChance: 0,
    cancelJobMs: 0,
    ...options,
  });
  const token = async () => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 'a client secret',
    });
    const response = await fetch(`${store.baseUrl}/admin/oauth/access_token`, { method: 'POST', body });
    assert.equal(response.status, 200);
    return ((await response.json()) as { access_token: string }).access_token;
  };
  let known: string | undefined;
  return {
    store,
    world,
    clock,
    target: `http://127.0.0.1:${port}`,
    token,
    async webhooks() {
      while (world.busy() > 0) await pause(2);
      return received;
    },
    async call(query, variables = {}, given, version = '2026-10') {
      known ??= given ?? (await token());
      const response = await fetch(`${store.baseUrl}/admin/api/${version}/graphql.json`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-shopify-access-token': given ?? known },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      const { data, errors, extensions } = JSON.parse(text);
      const apiVersion = response.headers.get('x-shopify-api-version');
      return {
        status: response.status,
        apiVersion,
        text,
        data,
        errors: errors ?? [],
        cost: extensions?.cost,
      };
    },
    async close() {
      await store.close();
      receiver.closeAllConnections();
      await new Promise<void>((resolve) => receiver.close(() => resolve()));
      world.close();
      assert.deepEqual(world.failures, []);
    },
  };
}

/** The payload of the only field of a document that must be answered without errors. */
export async function act(
  test: TestStore,
  text: string,
  variables: Record<string, unknown> = {},
): Promise<GraphQlAnswer['data']> {
  // A new token each time: some let a week pass.
  const { data, errors } = await test.call(text, variables, await test.token());
  assert.deepEqual(errors, []);
  return Object.values(data)[0];
}
