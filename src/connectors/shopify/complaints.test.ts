/**
 * What users of other connectors complain about, of orders and their money: each has a test here that says that it does not
 * happen. The names are of public issues.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import type { Order } from '../../domain/canonical/index.ts';
import { lineWith, money, SECRET, signedDelivery, webhookOrder } from './fixture.ts';
import { shopifyIntake } from './intake.ts';

type Json = Record<string, unknown>;

const ID = 'gid://shopify/Order/1';
const intake = shopifyIntake('shop', { clientSecret: SECRET });

/** The order that a webhook brings. */
function orderOf(changes: Json): Order {
  const { message } = intake.normalise(
    signedDelivery('orders/updated', webhookOrder({ admin_graphql_api_id: ID, ...changes })),
  );
  assert.ok(message.type === 'order.snapshot', JSON.stringify(message));
  return message.order;
}

function aHub(changes: Parameters<typeof aRetailer>[0] = {}): MemoryHub {
  const hub = new MemoryHub({ config: aRetailer(changes) });
  hub.stock('MUG-1', 'WH', 100);
  return hub;
}

/** Two moneys of one amount. */
const two = (shop: string, presentment: string): Json => ({
  shop_money: { amount: shop, currency_code: 'EUR' },
  presentment_money: { amount: presentment, currency_code: 'CHF' },
});

test('frappe#154, frappe#12: tax is what the channel charged; $88.00 stay $88.00, whatever the rates would make of them', () => {
  // 8.25 % of 1,080.00 would be 89.10, and an ERP that computes it anew books 90.
  const taxes = [
    { title: 'State', rate: 0.0625, price_set: money('66.67'), channel_liable: false },
    { title: 'City', rate: 0.02, price_set: money('21.33'), channel_liable: false },
  ];
  const order = orderOf({
    taxes_included: false,
    line_items: lineWith({
      quantity: 1,
      current_quantity: 1,
      price_set: money('1080.00'),
      tax_lines: taxes,
      discount_allocations: [],
    }),
    shipping_lines: [],
    total_tax_set: money('88.00'),
    total_price_set: money('1168.00'),
    current_total_price_set: money('1168.00'),
  });
  const hub = aHub();
  hub.snapshot(order);
  const { lines, charges, totalMinor } = hub.last('erp.createSalesOrder').body;
  assert.deepEqual(
    lines.flatMap((line) => line.taxes.map((tax) => tax.amountMinor)),
    [6667, 2133],
  );
  assert.deepEqual([totalMinor, charges], [116800, []]);
  assert.deepEqual(hub.reasons(), []);
});

test('frappe/erpnext#43143: a total tax that differs from the lines’ by 0.01 goes to the rounding line, and the total is the channel’s', () => {
  const tax = (amount: string) => [
    { title: 'MwSt', rate: 0.19, price_set: money(amount), channel_liable: false },
  ];
  const [line] = lineWith({
    quantity: 1,
    current_quantity: 1,
    price_set: money('9.99'),
    tax_lines: tax('1.90'),
    discount_allocations: [],
  });
  const lines = [1, 2, 3].map((number) => ({
    ...line,
    id: number,
    admin_graphql_api_id: `gid://shopify/LineItem/${number}`,
  }));
  const order = orderOf({
    taxes_included: false,
    line_items: lines,
    shipping_lines: [],
    // 19 % of 29.97 at once are 5.69; line by line they are 5.70.
    total_tax_set: money('5.69'),
    total_price_set: money('35.66'),
    current_total_price_set: money('35.66'),
  });
  const hub = aHub();
  hub.snapshot(order);
  const { lines: booked, charges, totalMinor } = hub.last('erp.createSalesOrder').body;
  assert.deepEqual(
    booked.map((each) => each.taxes[0]?.amountMinor),
    [190, 190, 190],
  );
  assert.deepEqual(
    charges.map(({ kind, amountMinor }) => [kind, amountMinor]),
    [['rounding', -1]],
  );
  assert.equal(totalMinor, 3566);
  assert.deepEqual(hub.reasons(), []);
});

test('frappe PR#425: paid arrives before created: one order, paid, and the older message changes nothing', () => {
  const hub = aHub();
  hub.snapshot(orderOf({ updated_at: '2026-10-01T10:00:05+02:00', financial_status: 'paid' }));
  assert.equal(hub.order().payment, 'settled');
  const facts = hub.factTypes();
  hub.snapshot(orderOf({ updated_at: '2026-10-01T10:00:00+02:00', financial_status: 'pending' }));
  assert.deepEqual(hub.factTypes(), facts);
  assert.deepEqual(hub.asked(), ['erp.createSalesOrder']);
});

for (const [kept, currency, cash, credit] of [
  ['shop', 'EUR', 1190, 1190],
  ['presentment', 'CHF', 1121, 1121],
] as const) {
  test(`BCApps#6138: a refund is booked in the ${kept} money, as its order was, with all its parts`, () => {
    const tax = (shop: string, presentment: string) => [
      { title: 'MwSt', rate: 0.19, price_set: two(shop, presentment), channel_liable: false },
    ];
    const placed = {
      presentment_currency: 'CHF',
      line_items: lineWith({
        price_set: two('11.90', '11.21'),
        tax_lines: tax('3.80', '3.58'),
        discount_allocations: [],
      }),
      shipping_lines: [],
      total_tax_set: two('3.80', '3.58'),
      total_price_set: two('23.80', '22.42'),
      current_total_price_set: two('23.80', '22.42'),
    };
    const entity = {
      id: 'de',
      name: 'Test GmbH',
      currency: 'EUR',
      bookedCurrencies: ['EUR', 'CHF'],
      money: kept,
      timeZone: 'Europe/Berlin',
      erp: 'erp',
    };
    const hub = aHub({ entities: [entity] });
    hub.snapshot(orderOf(placed));
    assert.equal(hub.last('erp.createSalesOrder').body.currency, currency);
    hub.done('erp.createSalesOrder');
    hub.done('fulfilment.release');
    hub.ship('S1');
    hub.settle();
    const { refund, fulfilment } = returned();
    const order = orderOf({
      ...placed,
      updated_at: '2026-10-01T10:00:09+02:00',
      financial_status: 'partially_refunded',
      line_items: lineWith({ ...(placed.line_items[0] as Json), current_quantity: 1 }),
      current_total_price_set: two('11.90', '11.21'),
      fulfillments: [fulfilment],
      refunds: [refund],
    });
    hub.snapshot(order, 'read');
    hub.settle();
    const { body } = hub.last('erp.recordRefund');
    assert.equal(body.currency, currency);
    assert.equal(body.cashMinor, cash);
    assert.deepEqual(
      body.credits.map(({ amountMinor }) => amountMinor),
      [credit],
    );
    assert.equal(body.adjustmentMinor, 0, 'the two moneys are not mixed: nothing is left over');
  });
}

/** One of the two units came back, and its money went back in both moneys. */
function returned(): { refund: Json; fulfilment: Json } {
  const [line] = webhookOrder().line_items as Json[];
  const lineItem = { admin_graphql_api_id: line?.admin_graphql_api_id };
  return {
    fulfilment: {
      id: 1,
      admin_graphql_api_id: 'gid://shopify/Fulfillment/1',
      status: 'success',
      created_at: '2026-10-01T10:00:06+02:00',
      line_items: [{ ...lineItem, quantity: 2 }],
      tracking_numbers: ['shipment S1'],
      tracking_urls: [],
    },
    refund: {
      id: 2,
      admin_graphql_api_id: 'gid://shopify/Refund/2',
      created_at: '2026-10-01T10:00:08+02:00',
      refund_line_items: [
        {
          line_item: lineItem,
          quantity: 1,
          restock_type: 'return',
          subtotal_set: two('11.90', '11.21'),
          total_tax_set: two('1.90', '1.79'),
        },
      ],
      transactions: [{ kind: 'refund', status: 'success', amount_set: two('11.90', '11.21') }],
    },
  };
}

test('frappe#373: one store, one company only: two stores of two companies book in the books of each, orders of one number too', () => {
  const base = aRetailer();
  const [company] = base.entities;
  const of = (id: string) => base.connections.find((connection) => connection.id === id);
  const hub = aHub({
    entities: [company, { ...company, id: 'nl', name: 'Test BV', erp: 'erp-nl' }] as typeof base.entities,
    connections: [
      ...base.connections,
      { ...of('shop'), id: 'shop-nl', entity: 'nl' },
      { ...of('erp'), id: 'erp-nl' },
    ] as typeof base.connections,
  });
  for (const store of ['shop', 'shop-nl'])
    hub.send('order', `${store}/1`, {
      type: 'order.snapshot',
      source: 'webhook',
      order: orderOf({ updated_at: '2026-10-01T10:00:05+02:00' }),
    });
  const booked = hub.commands
    .filter(({ request }) => request.kind === 'erp.createSalesOrder')
    .map(({ request }) => {
      const { reference, entity } = request.body as { reference: string; entity: string };
      return [request.connection, reference, entity];
    });
  assert.deepEqual(booked, [
    ['erp', 'shop/1', 'de'],
    ['erp-nl', 'shop-nl/1', 'nl'],
  ]);
});
