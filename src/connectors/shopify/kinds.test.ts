/**
 * Every kind of order that the sandbox retailer's stores sell, through the sandbox store and both mappings: the canonical totals
 * close to the minor unit in both moneys, webhook and read say the same, and the sales order needs no rounding.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Random } from '../../base/random.ts';
import { Order } from '../../domain/canonical/index.ts';
import { salesOrderDocument } from '../../domain/order/document.ts';
import { sumOfParts, taxOf } from '../../domain/order/validate.ts';
import { KINDS, type Kind, type KindName } from '../../sandbox/retailer/kinds.ts';
import { ordinarySpec } from '../../sandbox/retailer/shopping.ts';
import { DOCUMENTS, MOST_SIZES } from './documents.ts';
import { parseText } from './json.ts';
import { mapOrder } from './mapping.ts';
import { orderFromRead } from './mapping-graphql.ts';
import { Incomplete, orderFromWebhook } from './mapping-webhook.ts';
import { anOrderSpec, startStore, type TestStore } from './sandbox/testing.ts';

const READ = DOCUMENTS.find(({ name }) => name === 'ReadOrders')?.text ?? '';
const ORDERS_OF_A_KIND = 12;
const STORES = ['shopify-northlight', 'shopify-harbour'] as const;
const MAPPINGS = {
  toInternal: (_kind: string, _connection: string, external: string) => external,
  toExternal: (_kind: string, _connection: string, internal: string) => internal,
};

describe('every kind of order', () => {
  let test: TestStore;
  before(async () => {
    test = await startStore({ locations: ['WH-NORTH', 'WH-SOUTH', 'STORE-CITY', 'STORE-PARK'] });
  });
  after(() => test.close());

  for (const kind of Object.keys(KINDS) as KindName[]) {
    it(`closes to the minor unit in both moneys and is the same by webhook and read: ${kind}`, async () => {
      const { fits, make }: Kind = KINDS[kind];
      let made = 0;
      for (let seed = 0; made < ORDERS_OF_A_KIND; seed += 1) {
        assert.ok(seed < 2_000, `there are orders of kind ${kind}`);
        const channel = STORES[seed % 2] as (typeof STORES)[number];
        const random = new Random(`${kind} ${seed}`);
        const spec = ordinarySpec(random, channel, `${kind}-${seed}`);
        if (fits && !fits(spec)) continue;
        make(spec, random, channel);
        made += 1;
        const id = test.store.placeOrder(spec);
        const read = await readOf(test, id);
        check(read);
        const { companyId, locationId } = spec.company ?? {};
        assert.deepEqual(read.company, companyId && locationId ? { companyId, locationId } : null);
        const told = await webhookOf(test, id);
        if (told) agree(told, await readOf(test, id));
        // Something comes back, or is taken off, whatever state it is in.
        test.store.pay(id, 'captured');
        test.store.refund(id, { lines: [{ index: 0, quantity: 1 }], shipping: false, amount: '0.01' });
        check(await readOf(test, id));
        test.store.cancelOrder(id, { reason: 'customer', refund: true, force: true });
        await readOf(test, id);
      }
    });
  }
});

describe('a draft that was completed', () => {
  it('is the same by webhook and read, with discounts on a line and on the whole', async (context) => {
    const test = await startStore({ taxesOn: () => [{ title: 'DE MwSt 19%', rate: '0.19' }] });
    context.after(() => test.close());
    const off = (title: string, value: number) => ({ title, value, valueType: 'PERCENTAGE' });
    const created = await test.call(
      'mutation ($input: DraftOrderInput!) { draftOrderCreate(input: $input) { draftOrder { id } } }',
      {
        input: {
          email: 'ida@kaiser.example',
          shippingAddress: {
            lastName: 'Kaiser',
            address1: 'Kai 3',
            zip: '20457',
            city: 'Hamburg',
            countryCode: 'DE',
          },
          lineItems: [
            {
              title: 'Chair',
              sku: 'C',
              quantity: 3,
              originalUnitPrice: '33.33',
              taxable: true,
              requiresShipping: true,
            },
            { title: 'Visit', quantity: 1, originalUnitPrice: '50.00', appliedDiscount: off('Service', 15) },
          ],
          appliedDiscount: off('Loyalty', 7.5),
          shippingLine: { title: 'Courier', price: '9.90' },
          paymentTerms: { paymentTermsTemplateId: 'gid://shopify/PaymentTermsTemplate/4' },
        },
      },
    );
    const completed = await test.call(
      'mutation ($id: ID!) { draftOrderComplete(id: $id) { draftOrder { order { legacyResourceId } } } }',
      { id: created.data.draftOrderCreate.draftOrder.id },
    );
    const id = completed.data.draftOrderComplete.draftOrder.order.legacyResourceId;
    const read = await readOf(test, id);
    check(read);
    const told = await webhookOf(test, id);
    assert.ok(told);
    agree(told, read);
  });
});

describe('an order whose delivery was changed, and whose return cost a fee', () => {
  it('closes in both moneys and is the same by webhook and read: the fee is what was not given back', async (context) => {
    const test = await startStore({ locations: ['WH-NORTH', 'STORE-CITY'], stock: () => 10 });
    context.after(() => test.close());
    const id = test.store.placeOrder(anOrderSpec());
    assert.ok(test.store.editOrder(id, { shipping: { title: 'Express', price: '12.00' } }));
    const edited = await readOf(test, id);
    check(edited);
    assert.deepEqual(
      edited.shipping.map(({ title, removed }) => [title, removed]),
      [
        ['Standard', true],
        ['Express', false],
      ],
    );
    assert.equal(edited.currentTotal.shop, edited.total.shop - 490);
    const told = await webhookOf(test, id);
    assert.ok(told);
    agree(told, edited);

    const [at] = test.store.orders.get(id)?.fulfilmentOrders ?? [];
    const fulfillment = {
      lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: `gid://shopify/FulfillmentOrder/${at?.id}` }],
    };
    await test.call(
      'mutation ($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { userErrors { message } } }',
      { f: fulfillment },
    );
    const fees = { restockingPercent: '10', shipping: '2.50' };
    assert.ok(test.store.takeBack?.(id, { index: 0, quantity: 2, fees }));
    const read = await readOf(test, id);
    check(read);
    const [refund] = read.refunds;
    assert.equal(refund?.lines[0]?.amount.shop, 2_000);
    assert.equal(refund?.cash.shop, 1_550);
    const after = await webhookOf(test, id);
    assert.ok(after);
    agree(after, read);
  });
});

async function readOf(test: TestStore, id: string): Promise<Order> {
  // The vendor's budget fills up.
  test.clock.advanceTo(test.clock.now() + 10_000);
  const answer = await test.call(READ, { ids: [`gid://shopify/Order/${id}`], ...MOST_SIZES });
  assert.deepEqual(answer.errors, []);
  return Order.parse(mapOrder('shop', orderFromRead(answer.data.nodes[0])).order);
}

/** The order of its newest webhook; null: that cannot say it whole. */
async function webhookOf(test: TestStore, id: string): Promise<Order | null> {
  const gid = `gid://shopify/Order/${id}`;
  const sent = (await test.webhooks()).findLast(
    ({ topic, body }) => topic === 'orders/updated' && body.admin_graphql_api_id === gid,
  );
  assert.ok(sent);
  try {
    return Order.parse(mapOrder('shop', orderFromWebhook(parseText(sent.bytes.toString()))).order);
  } catch (error) {
    if (error instanceof Incomplete) return null;
    throw error;
  }
}

function agree(webhook: Order, read: Order): void {
  // No webhook of an order carries its transactions, its fulfilment orders and what is told with them, or selling plans.
  const { payments, holds, fulfilmentRequests, delivery, sellingPlans, returnStatus } = read;
  const byReadAlone = { payments, holds, fulfilmentRequests, delivery, sellingPlans, returnStatus };
  assert.deepEqual({ ...webhook, ...byReadAlone }, read);
}

/** Parts and totals are one, in both moneys; so is what the ERP would be told. */
function check(order: Order): void {
  assert.deepEqual(sumOfParts(order), order.total, order.name);
  const taxes = [...order.lines, ...order.shipping, ...order.extras].flatMap((part) => part.taxLines);
  assert.deepEqual(taxOf(taxes), order.totalTax, order.name);
  for (const money of ['shop', 'presentment'] as const) {
    const { residualMinor, untranslated } = salesOrderDocument(
      { key: 'shop/1', connection: 'shop', brand: 'b' } as never,
      order,
      { id: 'e', erp: 'erp', money } as never,
      MAPPINGS as never,
    );
    assert.deepEqual([Math.abs(residualMinor) <= 1, untranslated], [true, []], order.name);
  }
}
