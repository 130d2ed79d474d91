/** What is read of a store's accounts at Shopify Payments: every movement, every payout in every state, every dispute; once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GraphQLEnumType } from 'graphql';
import { SettlementKind } from '../../domain/canonical/index.ts';
import type { SettlementObservation } from '../../domain/messages.ts';
import { BALANCE_TYPES, kindOfBalanceType } from './balance-types.ts';
import type { Exchange } from './client.ts';
import type { LIST_ACCOUNTS } from './documents-payments.ts';
import { BALANCE_FEED, DISPUTES_FEED, PAYOUTS_FEED, pollPayments } from './feeds-payments.ts';
import { shopify } from './index.ts';
import { vendorSchema } from './sandbox/graphql/schema.ts';
import { anOrderSpec, startStore } from './sandbox/testing.ts';
import { soon } from './testing.ts';
import { CHECKED_VERSIONS } from './versions.ts';

const DAY_MS = 86_400_000;

async function open() {
  const { store, clock, close } = await startStore();
  const settings = shopify.settings.parse({
    shopDomain: 'one.myshopify.com',
    baseUrl: store.baseUrl,
    clientId: 'client',
    clientSecret: 'a client secret',
    payouts: true,
  });
  const session = shopify.open({ connection: 'shop', settings, clock, log: () => undefined });
  const intake = shopify.intake('shop', settings);
  const cursors = new Map<string, string>();
  const bodies = new Set<string>();
  /** What a sweep brings that is new, each addressed to its stream. */
  async function sweep(feed: string): Promise<{ key: string; message: SettlementObservation }[]> {
    const found: { key: string; message: SettlementObservation }[] = [];
    for (let more = true; more; ) {
      const page = await session.poll(feed, cursors.get(feed) ?? null, soon());
      assert.ok(!('status' in page), JSON.stringify(page));
      cursors.set(feed, page.cursor);
      more = page.more;
      for (const delivery of page.deliveries) {
        const body = Buffer.from(delivery.body).toString();
        if (bodies.has(body)) continue;
        bodies.add(body);
        const address = intake.address(delivery);
        assert.ok('key' in address, JSON.stringify(address));
        found.push({
          key: address.key,
          message: intake.normalise(delivery).message as SettlementObservation,
        });
      }
    }
    return found;
  }
  return {
    store,
    sweep,
    pass: (days: number) => clock.advanceTo(clock.now() + days * DAY_MS),
    entries: async (feed: string) =>
      (await sweep(feed)).flatMap(({ message }) =>
        message.type === 'settlement.entry' ? [message.entry] : [],
      ),
    payouts: async () =>
      (await sweep(PAYOUTS_FEED)).flatMap(({ message }) =>
        message.type === 'payout.snapshot' ? [message.payout] : [],
      ),
    disputes: async () =>
      (await sweep(DISPUTES_FEED)).flatMap(({ message }) =>
        message.type === 'dispute.snapshot' ? [message.dispute] : [],
      ),
    async close() {
      await session.close();
      await close();
    },
  };
}

test('every type of the vendor’s schemas has a kind, and nothing else has; one that nobody knows is unknown', () => {
  const named = new Set<string>();
  for (const version of CHECKED_VERSIONS) {
    const type = vendorSchema(version).getType('ShopifyPaymentsTransactionType');
    assert.ok(type instanceof GraphQLEnumType);
    for (const { name } of type.getValues()) {
      named.add(name);
      assert.notEqual(kindOfBalanceType(name), 'unknown', `${name} (${version})`);
    }
  }
  assert.ok(named.size > 100);
  assert.deepEqual(
    BALANCE_TYPES.filter((type) => !named.has(type)),
    [],
  );
  assert.equal(BALANCE_TYPES.length, new Set(BALANCE_TYPES).size, 'each has one kind');
  const kinds = new Set(BALANCE_TYPES.map(kindOfBalanceType));
  assert.deepEqual([...kinds].sort(), SettlementKind.options.filter((kind) => kind !== 'unknown').sort());
  assert.equal(kindOfBalanceType('MOON_TAX'), 'unknown');
});

test('a movement is told at once, once more when its payout is known, and then no more', async (context) => {
  const { store, entries, payouts, pass, sweep, close } = await open();
  context.after(close);
  const channelOrderId = store.placeOrder(anOrderSpec());
  const [charge, ...others] = await entries(BALANCE_FEED);
  assert.deepEqual(others, []);
  assert.ok(charge);
  const { kind, payoutId, currency, amountMinor, feeMinor, isPayout } = charge;
  assert.deepEqual(
    { kind, payoutId, currency, amountMinor, feeMinor, isPayout, order: charge.channelOrderId },
    {
      kind: 'capture',
      payoutId: null,
      currency: 'EUR',
      amountMinor: 5985,
      feeMinor: 126,
      isPayout: false,
      order: channelOrderId,
    },
  );
  assert.deepEqual(await entries(BALANCE_FEED), []);
  pass(2);
  const found = await sweep(PAYOUTS_FEED);
  const [made] = found.flatMap(({ message }) => (message.type === 'payout.snapshot' ? [message.payout] : []));
  const told = found.flatMap(({ message }) => (message.type === 'settlement.entry' ? [message.entry] : []));
  assert.ok(made);
  assert.deepEqual([made.status, made.netMinor, made.currency], ['scheduled', 5859, 'EUR']);
  assert.deepEqual(
    told.map((each) => [each.sourceType, each.payoutId, each.amountMinor, each.isPayout]),
    [
      ['CHARGE', made.payoutId, 5985, false],
      ['TRANSFER', made.payoutId, -5859, true],
    ],
  );
  assert.deepEqual(await payouts(), []);
  pass(1);
  assert.deepEqual(
    (await payouts()).map(({ status }) => status),
    ['inTransit'],
  );
  pass(1);
  assert.deepEqual(
    (await payouts()).map(({ status }) => status),
    ['paid'],
  );
  assert.deepEqual(await entries(BALANCE_FEED), []);
});

test('two months of payouts, some failed, some cancelled, some below zero: each adds up to its net', async (context) => {
  const { store, payouts, entries, pass, close } = await open();
  context.after(close);
  const sums = new Map<string, number>();
  const nets = new Map<string, { status: string; netMinor: number }>();
  for (let day = 0; day < 60; day += 1) {
    const id = store.placeOrder(anOrderSpec());
    if (day % 7 === 3) store.refund(id, { lines: [{ index: 0, quantity: 1 }], shipping: false });
    if (day % 20 === 10) store.payments.adjust({ type: 'RESERVED_FUNDS', amount: '-300.00' });
    if (day % 20 === 17) store.payments.adjust({ type: 'RESERVED_FUNDS_REVERSAL', amount: '300.00' });
    if (day % 11 === 5) store.payments.adjust({ type: 'SHIPPING_LABEL', amount: '-7.20' });
    const sent = store.payments.books().payouts.filter(({ status }) => status === 'IN_TRANSIT');
    if (day % 13 === 6 && sent[0]) store.payments.failPayout(sent[0].payoutId);
    if (day % 17 === 8 && sent[0]) store.payments.cancelPayout(sent[0].payoutId);
    for (const feed of [BALANCE_FEED, PAYOUTS_FEED]) {
      // Both may bring the same movement: the intake knows it again by its text, as `sweep` does.
      if (feed === BALANCE_FEED) await entries(feed);
      else
        for (const { payoutId, status, netMinor } of await payouts())
          nets.set(payoutId, { status, netMinor });
    }
    if (day < 59) pass(1);
  }
  const books = store.payments.books();
  for (const { payoutId, transactions } of books.payouts)
    sums.set(
      payoutId,
      transactions.reduce((sum, { amountMinor, feeMinor }) => sum + amountMinor - feeMinor, 0),
    );
  const statuses = new Set<string>();
  for (const [payoutId, { status, netMinor }] of nets) {
    statuses.add(status);
    assert.equal(sums.get(payoutId), netMinor, payoutId);
  }
  assert.ok(statuses.has('failed') && statuses.has('paid'), [...statuses].join());
  assert.ok(
    [...nets.values()].some(({ netMinor }) => netMinor < 0),
    'a payout below zero',
  );
  assert.equal(nets.size, books.payouts.length);
});

test('a dispute is told when it comes, and when it is decided', async (context) => {
  const { store, disputes, pass, close } = await open();
  context.after(close);
  const order = store.placeOrder(anOrderSpec());
  const id = store.dispute(order, 'PRODUCT_NOT_RECEIVED');
  assert.ok(id);
  const [come] = await disputes();
  assert.deepEqual(
    [come?.disputeId, come?.type, come?.status, come?.reason, come?.amountMinor, come?.channelOrderId],
    [id, 'chargeback', 'needsResponse', 'product_not_received', 5985, order],
  );
  assert.ok(come?.evidenceDueAt);
  assert.deepEqual(await disputes(), []);
  pass(1);
  store.payments.decideDispute(id, 'LOST');
  assert.deepEqual(
    (await disputes()).map(({ status }) => status),
    ['lost'],
  );
});

test('each business entity’s account has a cursor of its own', async () => {
  type Accounts = (typeof LIST_ACCOUNTS)['result']['_output'];
  const entity = (id: number): Accounts['businessEntities'][number] => ({
    id: `gid://shopify/BusinessEntity/${id}`,
    primary: id === 1,
    shopifyPaymentsAccount: id === 3 ? null : { id: `gid://shopify/ShopifyPaymentsAccount/${id}` },
  });
  const asked: string[] = [];
  // The second account is two days behind the first: what it tells then must still be asked for.
  const newest = { 1: '2026-11-23T05:00:00Z', 2: '2026-11-21T05:00:00Z' } as Record<string, string>;
  const run = async ({ name }: { name: string }, variables: Record<string, unknown>) => {
    if (name === 'ListAccounts') return ok({ businessEntities: [entity(1), entity(2), entity(3)] });
    const id = String(variables.entity).at(-1) as string;
    asked.push(`${id} ${String(variables.query)}`);
    const node = {
      id: `gid://shopify/ShopifyPaymentsBalanceTransaction/${id}`,
      transactionDate: newest[id],
      associatedPayout: { id: null },
    };
    const balanceTransactions = { nodes: [node], pageInfo: { hasNextPage: false, endCursor: null } };
    return ok({ businessEntity: { shopifyPaymentsAccount: { balanceTransactions } } });
  };
  const exchange = { run } as unknown as Exchange;
  const options = { now: Date.UTC(2026, 10, 23, 6), overlapMs: 60_000 };
  let cursor: string | null = null;
  for (let polls = 0; polls < 4; polls += 1) {
    const page = await pollPayments(BALANCE_FEED, options, cursor, exchange);
    assert.ok(!('status' in page));
    assert.equal(page.more, polls % 2 === 0);
    cursor = page.cursor;
  }
  assert.deepEqual(asked, [
    "1 processed_at:>='1970-01-01T00:00:00Z'",
    "2 processed_at:>='1970-01-01T00:00:00Z'",
    "1 processed_at:>='2026-11-23T04:59:00Z'",
    "2 processed_at:>='2026-11-21T04:59:00Z'",
  ]);
});

function ok<Data>(data: Data) {
  return { status: 'ok', data, cost: 1 };
}
