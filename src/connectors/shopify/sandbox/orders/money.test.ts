/** Whatever a shopper puts into an order and a merchant does to it: both moneys close, in webhooks and in reads alike. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { toMinor } from '../../../../sandbox/kit/money.ts';
import type { ChannelSandbox, OrderSpec } from '../../../../sandbox/kit/types.ts';
import { DOCUMENTS, MOST_SIZES } from '../../documents.ts';
import { parseText } from '../../json.ts';
import { mapOrder } from '../../mapping.ts';
import { orderFromRead } from '../../mapping-graphql.ts';
import { Incomplete, orderFromWebhook } from '../../mapping-webhook.ts';
import { anOrderSpec, startStore, type TestStore } from '../testing.ts';

type Json = Record<string, unknown>;
type Side = 'shop_money' | 'presentment_money';

const READ = DOCUMENTS.find(({ name }) => name === 'ReadOrders')?.text ?? '';

const price = fc.integer({ min: 0, max: 40_000 }).map((minor) => (minor / 100).toFixed(2));
const tax = fc.subarray([
  { title: 'DE MwSt 19%', rate: '0.19' },
  { title: 'Levy 1.5%', rate: '0.015' },
  { title: 'FR TVA 5.5%', rate: '0.055' },
]);
const line = fc.record({
  sku: fc.constantFrom('A', 'B', 'C'),
  title: fc.constant('Thing'),
  quantity: fc.integer({ min: 1, max: 7 }),
  unitPrice: price,
  tax,
});
const lines = fc.array(
  fc
    .tuple(line, fc.option(fc.constantFrom('10', '33', '100'), { nil: undefined }))
    .map(([each, discountPercent]): OrderSpec['lines'][number] => ({
      ...each,
      ...(discountPercent ? { discountPercent } : {}),
    })),
  { minLength: 1, maxLength: 5 },
);
const presentment = fc.constantFrom(undefined, ['CHF', '0.9421'], ['JPY', '163.27'], ['KWD', '0.3337']);
const spec = fc
  .record({
    lines,
    presentment,
    taxesIncluded: fc.boolean(),
    shipping: fc.option(fc.record({ title: fc.constant('Standard'), price, tax })),
    orderDiscount: fc.option(price),
    payment: fc.constantFrom('paid', 'authorised', 'pending', 'failed'),
  })
  .map(
    ({ presentment: other, orderDiscount, payment, ...rest }): OrderSpec =>
      anOrderSpec({
        ...rest,
        payment: payment as OrderSpec['payment'],
        ...(other ? { presentment: { currency: other[0] as string, rate: other[1] as string } } : {}),
        ...(orderDiscount ? { orderDiscount } : {}),
      }),
  );

type Act = (store: ChannelSandbox, id: string) => void;
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.constantFrom<Act>(
    (store, id) => store.pay(id, 'captured'),
    (store, id) => store.pay(id, 'expired'),
    (store, id) => void store.cancelOrder(id, { reason: 'customer', refund: true }),
    (store, id) => void store.refund(id, { lines: [], shipping: true }),
    (store, id) => void store.refund(id, { lines: [], shipping: false, amount: '0.77', pending: true }),
  ),
  fc.record({ index: fc.nat(2), quantity: fc.nat(5) }).map(
    (change): Act =>
      (store, id) =>
        void store.editOrder(id, { line: change }),
  ),
  line.map(
    (add): Act =>
      (store, id) =>
        void store.editOrder(id, { add }),
  ),
  fc.record({ index: fc.nat(2), quantity: fc.integer({ min: 1, max: 3 }) }).map(
    (units): Act =>
      (store, id) =>
        void store.refund(id, { lines: [units], shipping: false, restock: units.quantity > 1 }),
  ),
);

describe('money of random orders', () => {
  let test: TestStore;
  before(async () => {
    test = await startStore();
  });
  after(() => test.close());

  it('closes to the minor unit in both moneys, whatever happens to the order', async () => {
    await fc.assert(
      fc.asyncProperty(spec, fc.array(act, { maxLength: 5 }), async (order, acts) => {
        const { body } = await live(test, order, acts);
        for (const side of ['shop_money', 'presentment_money'] as const) closes(body, side);
      }),
      { numRuns: 150 },
    );
  });

  it('is the same by webhook, by read and in the books', async () => {
    await fc.assert(
      fc.asyncProperty(spec, fc.array(act, { maxLength: 5 }), async (order, acts) => {
        const { id, bytes } = await live(test, order, acts);
        const answer = await test.call(READ, { ids: [`gid://shopify/Order/${id}`], ...MOST_SIZES });
        assert.deepEqual(answer.errors, []);
        const read = mapOrder('shop', orderFromRead(answer.data.nodes[0]));
        const book = test.store.books().orders.find((each) => each.channelOrderId === id);
        assert.equal(read.order.total.shop, book?.totalMinor);
        assert.equal(read.order.currentTotal.shop, book?.currentTotalMinor);
        const cash = read.order.refunds.reduce((sum, refund) => sum + refund.cash.shop, 0);
        assert.equal(cash, book?.refundedMinor);
        const told = fromWebhook(bytes);
        // What two moneys make a webhook unable to say is only a hint; everything else is told alike.
        if (told === 'incomplete') assert.ok(order.presentment && read.order.refunds.length > 0);
        else
          assert.deepEqual(told, {
            ...read,
            order: {
              ...read.order,
              payments: null,
              holds: null,
              delivery: null,
              sellingPlans: null,
              fulfilmentRequests: null,
              returnStatus: null,
            },
          });
      }),
      { numRuns: 100 },
    );
  });

  it('closes after what apps do, too: edits, returns and what goes out in exchange', async () => {
    const wish = fc.record({
      units: fc.integer({ min: 1, max: 3 }),
      restock: fc.boolean(),
      percent: fc.option(fc.constantFrom(5, 33.3, 100)),
      returns: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(spec, wish, async (order, { units, restock, percent, returns }) => {
        const id = test.store.placeOrder(order);
        const gidOf = `gid://shopify/Order/${id}`;
        if (returns) await returned(test, gidOf, units, percent);
        else await edited(test, gidOf, { units, restock, percent });
        const { body, bytes } = await newest(test, id);
        for (const side of ['shop_money', 'presentment_money'] as const) closes(body, side);
        const answer = await test.call(READ, { ids: [gidOf], ...MOST_SIZES });
        assert.deepEqual(answer.errors, []);
        const read = mapOrder('shop', orderFromRead(answer.data.nodes[0]));
        const book = test.store.books().orders.find((each) => each.channelOrderId === id);
        assert.equal(read.order.currentTotal.shop, book?.currentTotalMinor);
        const told = fromWebhook(bytes);
        if (told !== 'incomplete') assert.deepEqual(told.order.currentTotal, read.order.currentTotal);
      }),
      { numRuns: 40 },
    );
  });

  it('is never less than nothing, and a refund never gives back more than was paid', async () => {
    await fc.assert(
      fc.asyncProperty(spec, fc.array(act, { maxLength: 8 }), async (order, acts) => {
        const { id } = await live(test, order, acts);
        const book = test.store.books().orders.find((each) => each.channelOrderId === id);
        assert.ok(book && book.currentTotalMinor >= 0 && book.refundedMinor <= book.capturedMinor);
      }),
      { numRuns: 100 },
    );
  });
});

/** Places an order, lets the acts happen, and gives the last snapshot that was sent. */
async function live(test: TestStore, order: OrderSpec, acts: readonly Act[]) {
  const id = test.store.placeOrder(order);
  for (const each of acts) {
    test.clock.advanceTo(test.clock.now() + 1_000);
    each(test.store, id);
  }
  return { id, ...(await newest(test, id)) };
}

/** The last snapshot of an order that was sent. */
async function newest(test: TestStore, id: string) {
  const gidOf = `gid://shopify/Order/${id}`;
  const sent = (await test.webhooks()).filter(
    ({ topic, body }) => topic === 'orders/updated' && body.admin_graphql_api_id === gidOf,
  );
  const last = sent.sort((a, b) => (String(a.body.updated_at) < String(b.body.updated_at) ? -1 : 1)).at(-1);
  assert.ok(last);
  return { body: last.body, bytes: last.bytes };
}

/** What an app is answered by the only field of a mutation that must succeed. */
async function done(test: TestStore, text: string, variables: Record<string, unknown>) {
  test.clock.advanceTo(test.clock.now() + 1_000);
  const [payload] = Object.values((await ask(test, text, variables)) as Json) as [
    Json & { userErrors: Json[] },
  ];
  assert.deepEqual(payload.userErrors, []);
  return payload;
}

async function ask(test: TestStore, text: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await test.call(text, variables);
  assert.deepEqual(errors, []);
  return data;
}

/** An app takes units off the first line and adds something, with a discount. */
async function edited(
  test: TestStore,
  order: string,
  { units, restock, percent }: { units: number; restock: boolean; percent: number | null },
): Promise<void> {
  const begin =
    'mutation ($id: ID!) { orderEditBegin(id: $id) { calculatedOrder { id lineItems(first: 1) { nodes { id quantity } } } userErrors { message } } }';
  const begun = await done(test, begin, { id: order });
  const { id, lineItems } = begun.calculatedOrder as {
    id: string;
    lineItems: { nodes: { id: string; quantity: number }[] };
  };
  const [first] = lineItems.nodes;
  const set =
    'mutation ($id: ID!, $line: ID!, $quantity: Int!, $restock: Boolean) { orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity, restock: $restock) { userErrors { message } } }';
  await done(test, set, {
    id,
    line: first?.id,
    quantity: Math.max(0, (first?.quantity ?? 0) - units),
    restock,
  });
  const { productVariants } = await ask(test, '{ productVariants(first: 1) { nodes { id } } }');
  const add =
    'mutation ($id: ID!, $variant: ID!, $quantity: Int!) { orderEditAddVariant(id: $id, variantId: $variant, quantity: $quantity, allowDuplicates: true) { calculatedLineItem { id } userErrors { message } } }';
  const added = await done(test, add, { id, variant: productVariants.nodes[0].id, quantity: units });
  const off =
    'mutation ($id: ID!, $line: ID!, $percent: Float!) { orderEditAddLineItemDiscount(id: $id, lineItemId: $line, discount: { percentValue: $percent }) { userErrors { message } } }';
  const line = (added.calculatedLineItem as { id: string }).id;
  if (percent !== null) await done(test, off, { id, line, percent });
  await done(test, 'mutation ($id: ID!) { orderEditCommit(id: $id) { userErrors { message } } }', { id });
}

/** All leaves, units of the first line come back, and something else goes out. */
async function returned(
  test: TestStore,
  order: string,
  units: number,
  percentage: number | null,
): Promise<void> {
  test.store.ship(order.split('/').at(-1) as string);
  const read = await ask(
    test,
    `{ order(id: "${order}") { fulfillments { fulfillmentLineItems(first: 1) { nodes { id quantity } } } } productVariants(first: 1) { nodes { id } } }`,
  );
  const [parcel] = read.order.fulfillments[0].fulfillmentLineItems.nodes as {
    id: string;
    quantity: number;
  }[];
  const quantity = Math.min(units, parcel?.quantity ?? 0);
  const value = percentage === null ? {} : { appliedDiscount: { value: { percentage } } };
  const create =
    'mutation ($input: ReturnInput!) { returnCreate(returnInput: $input) { return { id returnLineItems(first: 1) { nodes { id } } exchangeLineItems(first: 1) { nodes { id } } } userErrors { message } } }';
  const made = (await done(test, create, {
    input: {
      orderId: order,
      returnLineItems: [{ fulfillmentLineItemId: parcel?.id, quantity }],
      exchangeLineItems: [{ variantId: read.productVariants.nodes[0].id, quantity: units, ...value }],
    },
  })) as unknown as {
    return: { id: string; returnLineItems: { nodes: Json[] }; exchangeLineItems: { nodes: Json[] } };
  };
  const { id, returnLineItems, exchangeLineItems } = made.return;
  const process =
    'mutation ($input: ReturnProcessInput!) { returnProcess(input: $input) { userErrors { message } } }';
  await done(test, process, {
    input: {
      returnId: id,
      returnLineItems: [{ id: returnLineItems.nodes[0]?.id, quantity }],
      exchangeLineItems: [{ id: exchangeLineItems.nodes[0]?.id, quantity: units }],
    },
  });
}

function fromWebhook(bytes: Buffer): ReturnType<typeof mapOrder> | 'incomplete' {
  try {
    return mapOrder('shop', orderFromWebhook(parseText(bytes.toString())));
  } catch (error) {
    if (error instanceof Incomplete) return 'incomplete';
    throw error;
  }
}

function closes(order: Json, side: Side): void {
  const currency = side === 'shop_money' ? order.currency : order.presentment_currency;
  const minor = (set: unknown): bigint => {
    const money = (set as Record<Side, { amount: string; currency_code: string }>)[side];
    assert.equal(money.currency_code, currency);
    const exact = toMinor(money.amount, money.currency_code);
    return exact;
  };
  const list = (owner: Json, name: string) => owner[name] as Json[];
  const sum = (items: Json[], name: string) => items.reduce((all, item) => all + minor(item[name]), 0n);
  const taxes = (items: Json[]) =>
    items.reduce((all, item) => all + sum(list(item, 'tax_lines'), 'price_set'), 0n);
  const items = list(order, 'line_items');
  const shipping = list(order, 'shipping_lines');
  const gross = items.reduce((all, item) => all + minor(item.price_set) * BigInt(Number(item.quantity)), 0n);
  const discounts = items.reduce(
    (all, item) => all + sum(list(item, 'discount_allocations'), 'amount_set'),
    0n,
  );
  const tax = taxes(items) + taxes(shipping);
  assert.equal(minor(order.total_line_items_price_set), gross);
  assert.equal(minor(order.total_discounts_set), discounts);
  assert.equal(minor(order.subtotal_price_set), gross - discounts);
  assert.equal(minor(order.total_tax_set), tax);
  assert.equal(sum(list(order, 'tax_lines'), 'price_set'), tax);
  const net = gross - discounts + sum(shipping, 'price_set');
  assert.equal(minor(order.total_price_set), order.taxes_included ? net : net + tax);
  const refunds = list(order, 'refunds');
  if (order.cancelled_at === null && everyRemovalIsRefunded(order)) {
    const gone = refunds.reduce(
      (all, refund) => all + worth(refund, Boolean(order.taxes_included), minor),
      0n,
    );
    assert.equal(minor(order.current_total_price_set), minor(order.total_price_set) - gone);
  }
}

/** Unpaid orders lose units without a refund. */
function everyRemovalIsRefunded(order: Json): boolean {
  const items = order.line_items as Json[];
  const refunded = (order.refunds as Json[]).flatMap((refund) => refund.refund_line_items as Json[]);
  return items.every(
    (item) =>
      Number(item.quantity) - Number(item.current_quantity) ===
      refunded
        .filter(({ line_item }) => (line_item as Json).admin_graphql_api_id === item.admin_graphql_api_id)
        .reduce((units, { quantity }) => units + Number(quantity), 0),
  );
}

function worth(refund: Json, taxesIncluded: boolean, minor: (set: unknown) => bigint): bigint {
  const parts = [
    ...(refund.refund_line_items as Json[]).map((part) => [part.subtotal_set, part.total_tax_set]),
    ...(refund.refund_shipping_lines as Json[]).map((part) => [
      part.subtotal_amount_set,
      part.tax_amount_set,
    ]),
  ];
  return parts.reduce((all, [net, tax]) => all + minor(net) + (taxesIncluded ? 0n : minor(tax)), 0n);
}
