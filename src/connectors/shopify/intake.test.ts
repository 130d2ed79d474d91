import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Order, Person } from '../../domain/canonical/index.ts';
import type { OrderObservation } from '../../domain/messages.ts';
import type { Delivery } from '../contract.ts';
import { address, lineWith, money, SECRET, signedDelivery, webhookOrder } from './fixture.ts';
import { shopifyIntake } from './intake.ts';

const intake = shopifyIntake('shop', {
  clientSecret: SECRET,
  previousClientSecret: 'the one before',
  shopDomain: 'one.myshopify.com',
});
const KEY = 'shop/9820982911946154508';

function observe(body: unknown, topic = 'orders/updated'): OrderObservation {
  return intake.normalise(signedDelivery(topic, body)).message as OrderObservation;
}

function snapshot(body: unknown, topic?: string): Order {
  const message = observe(body, topic);
  assert.equal(message.type, 'order.snapshot', JSON.stringify(message));
  return (message as Extract<OrderObservation, { type: 'order.snapshot' }>).order;
}

describe('signature', () => {
  it('is taken with the present secret and, while it rotates, with the one before', () => {
    const expected = { ok: true, deliveryId: 'w-1', eventId: 'e-1', topic: 'orders/create' };
    assert.deepEqual(intake.verify(signedDelivery('orders/create', webhookOrder())), expected);
    assert.deepEqual(
      intake.verify(signedDelivery('orders/create', webhookOrder(), 'the one before')),
      expected,
    );
  });

  it('is refused when missing, malformed, of another secret or of other bytes', () => {
    const good = signedDelivery('orders/create', webhookOrder());
    const withSignature = (signature: string | undefined): Delivery => {
      const { 'x-shopify-hmac-sha256': _, ...headers } = good.headers;
      return {
        ...good,
        headers: signature === undefined ? headers : { ...headers, 'x-shopify-hmac-sha256': signature },
      };
    };
    const bad: Delivery[] = [
      withSignature(undefined),
      withSignature(''),
      withSignature('not base64!'),
      withSignature('AAAA'),
      signedDelivery('orders/create', webhookOrder(), 'wrong'),
      { ...good, body: Buffer.concat([good.body, Buffer.from(' ')]) },
    ];
    for (const delivery of bad) assert.deepEqual(intake.verify(delivery), { ok: false, problem: 'unsigned' });
  });
});

describe('address', () => {
  it('keeps every digit of an id beyond 2^53', () => {
    assert.deepEqual(intake.address(signedDelivery('orders/create', '{"id": 9820982911946154508}')), {
      stream: 'order',
      key: KEY,
    });
    assert.deepEqual(
      intake.address(signedDelivery('refunds/create', '{"id": 1, "order_id": 9820982911946154508}')),
      { stream: 'order', key: KEY },
    );
    assert.deepEqual(
      intake.address(signedDelivery('orders/edited', '{"order_edit": {"order_id": 9820982911946154508}}')),
      { stream: 'order', key: KEY },
    );
    const read: Delivery = {
      headers: {},
      body: Buffer.from('{"order":{"id":"gid://shopify/Order/9820982911946154508"}}'),
      origin: 'read',
      topic: 'read:order',
    };
    assert.deepEqual(intake.address(read), { stream: 'order', key: KEY });
  });

  it('takes the global id before a number that was rounded on its way', () => {
    const body =
      '{"id": 9820982911946154000, "admin_graphql_api_id": "gid://shopify/Order/9820982911946154508"}';
    assert.deepEqual(intake.address(signedDelivery('orders/paid', body)), { stream: 'order', key: KEY });
  });

  it('ignores topics that are not used, and cannot place what names no order', () => {
    assert.equal(intake.address(signedDelivery('products/update', '{"id": 1}')).stream, 'ignored');
    for (const body of [
      '{"note": "who am I?"}',
      '<order/>',
      '[]',
      'null',
      '',
      '{"id": "abc"}',
      '{"id": -1}',
      '{"id": 1.5}',
    ]) {
      assert.equal(intake.address(signedDelivery('orders/create', body)).stream, 'unaddressable', body);
    }
  });

  it('cannot place an order of another shop, which the same secret has signed', () => {
    const other = signedDelivery('orders/create', webhookOrder());
    const address = intake.address({
      ...other,
      headers: { ...other.headers, 'x-shopify-shop-domain': 'two.myshopify.com' },
    });
    assert.equal(address.stream, 'unaddressable');
  });
});

describe('what a webhook says', () => {
  it('is an order with its amounts in minor units and every digit of its ids', () => {
    const { message, persons } = intake.normalise(signedDelivery('orders/create', webhookOrder()));
    const order = Order.parse((message as { order: unknown }).order);
    for (const person of persons) Person.parse(person);
    assert.equal(order.channelOrderId, '9820982911946154508');
    assert.equal(order.placedAt, '2026-10-01T08:00:00.000Z');
    assert.deepEqual(order.total, { shop: 2670, presentment: 2670 });
    assert.equal(order.customer?.channelCustomerId, '115310627314723954');
    const [line] = order.lines;
    assert.deepEqual([line?.lineId, line?.productId], ['487817672276298554', '7880321196742']);
    assert.deepEqual(
      [line?.gross.shop, line?.unitPrice.shop, line?.discounts[0]?.amount.shop, line?.discounts[0]?.source],
      [2380, '11.9', 200, 'AUTUMN'],
    );
    assert.deepEqual(line?.taxLines[0], {
      title: 'MwSt',
      code: 'MwSt 19%',
      rate: '0.19',
      amount: { shop: 348, presentment: 348 },
      channelLiable: false,
    });
    assert.deepEqual([order.payments, order.holds], [null, null]);
    assert.equal(persons.find((person) => person.personId === order.shipTo?.personId)?.city, 'Bremen');
  });

  it('without e-mail and account has no customer; with an e-mail it has a guest', () => {
    assert.equal(snapshot(webhookOrder({ customer: null, email: null, contact_email: null })).customer, null);
    const guest = snapshot(webhookOrder({ customer: null })).customer;
    assert.equal(guest?.channelCustomerId, null);
  });

  it('names the parts of an address that a parcel lacks; a country without postal codes needs none', () => {
    assert.deepEqual(
      snapshot(webhookOrder({ shipping_address: address({ address1: ' ', city: null }) })).shipTo?.missing,
      ['address1', 'city'],
    );
    assert.deepEqual(
      snapshot(webhookOrder({ shipping_address: address({ country_code: 'HK', zip: null }) })).shipTo
        ?.missing,
      [],
    );
    assert.equal(snapshot(webhookOrder({ shipping_address: null })).shipTo, null);
  });

  it('gives another person when the address changes, and the same one when it does not', () => {
    const before = snapshot(webhookOrder());
    const after = snapshot(
      webhookOrder({
        shipping_address: address({ address1: 'Nebenstr. 2' }),
        updated_at: '2026-10-02T10:00:00Z',
      }),
    );
    assert.notEqual(before.shipTo?.personId, after.shipTo?.personId);
    assert.equal(before.billTo?.personId, after.billTo?.personId);
  });

  it('keeps a tax of which nobody knows who owes it', () => {
    const tax = [
      { title: 'Levy', price: '1.00', rate: 0.055, price_set: money('1.00'), channel_liable: null },
    ];
    const [line] = snapshot(webhookOrder({ line_items: lineWith({ tax_lines: tax }) })).lines;
    assert.equal(line?.taxLines[0]?.channelLiable, null);
    assert.equal(line?.taxLines[0]?.code, 'Levy 5.5%');
  });

  it('counts a unit as fulfilled when its fulfilment has succeeded, and finds our shipment in it', () => {
    const fulfilment = (id: number, status: string, quantity: number) => ({
      id,
      status,
      created_at: '2026-10-02T10:00:00Z',
      tracking_company: 'DHL',
      tracking_numbers: ['T1', 'shipment WH-1'],
      tracking_urls: ['https://example.org/T1'],
      line_items: [{ id: 1, admin_graphql_api_id: 'gid://shopify/LineItem/487817672276298554', quantity }],
    });
    const order = snapshot(
      webhookOrder({ fulfillments: [fulfilment(1, 'success', 1), fulfilment(2, 'cancelled', 1)] }),
    );
    assert.equal(order.lines[0]?.fulfilledQuantity, 1);
    assert.deepEqual(
      order.fulfilments.map(({ status, shipmentId, tracking }) => ({ status, shipmentId, tracking })),
      [
        {
          status: 'succeeded',
          shipmentId: 'WH-1',
          tracking: { company: 'DHL', number: 'T1', url: 'https://example.org/T1' },
        },
        {
          status: 'cancelled',
          shipmentId: 'WH-1',
          tracking: { company: 'DHL', number: 'T1', url: 'https://example.org/T1' },
        },
      ],
    );
  });

  it('splits a refund by what it does to the goods and by the state of its money; balancing entries are no money', () => {
    const line = (restock: string, quantity: number) => ({
      line_item_id: 1,
      line_item: { admin_graphql_api_id: 'gid://shopify/LineItem/487817672276298554' },
      quantity,
      restock_type: restock,
      subtotal_set: money('11.90'),
      total_tax_set: money('1.90'),
    });
    const transaction = (status: string, amount: string) => ({
      kind: 'refund',
      status,
      amount,
      currency: 'EUR',
    });
    const refund = {
      id: 77,
      created_at: '2026-10-03T10:00:00Z',
      refund_line_items: [line('cancel', 1), line('no_restock', 1)],
      refund_shipping_lines: [{ subtotal_amount_set: money('4.90'), tax_amount_set: money('0.78') }],
      order_adjustments: [
        { amount_set: money('-3.00'), tax_amount_set: money('0.00'), kind: 'refund_discrepancy' },
      ],
      transactions: [
        transaction('success', '10.00'),
        transaction('pending', '5.00'),
        transaction('error', '1.00'),
        { kind: 'void', status: 'success', amount: '9.00', currency: 'EUR' },
      ],
    };
    const [mapped] = snapshot(webhookOrder({ refunds: [refund] })).refunds;
    assert.deepEqual(
      mapped?.lines.map(({ effect, restock, amount, tax }) => [effect, restock, amount.shop, tax.shop]),
      [
        ['removed', true, 1190, 190],
        ['unknown', false, 1190, 190],
      ],
    );
    assert.deepEqual(
      [
        mapped?.shipping.shop,
        mapped?.shippingTax.shop,
        mapped?.cash.shop,
        mapped?.cashPending.shop,
        mapped?.cashFailed.shop,
      ],
      [490, 78, 1000, 500, 100],
    );
  });

  it('takes a tip, duties and the rounding of cash as charges; a tip that is a line as well counts once', () => {
    const tip = {
      ...lineWith({
        id: 5,
        admin_graphql_api_id: 'gid://shopify/LineItem/5',
        name: 'Tip',
        sku: null,
        product_id: null,
        product_exists: false,
        requires_shipping: false,
        taxable: false,
        quantity: 1,
        current_quantity: 1,
        price_set: money('3.00'),
        tax_lines: [],
        discount_allocations: [],
      })[0],
    };
    const duty = { harmonized_system_code: '691200', ...money('2.50'), tax_lines: [] };
    const order = snapshot(
      webhookOrder({
        total_tip_received: '3.00',
        line_items: [...lineWith({ duties: [duty] }), tip],
        total_cash_rounding_payment_adjustment_set: money('-0.02'),
        total_price_set: money('32.20'),
      }),
    );
    assert.deepEqual(
      order.extras.map(({ kind, amount }) => [kind, amount.shop]),
      [
        ['tip', 300],
        ['duty', 250],
        ['cashRounding', -2],
      ],
    );
    assert.equal(order.lines.length, 1);
    assert.equal(order.total.shop, 3218);
    assert.deepEqual(
      snapshot(webhookOrder({ total_tip_received: '3.00' })).extras.map(({ kind, amount }) => [
        kind,
        amount.shop,
      ]),
      [['tip', 300]],
    );
  });

  it('is only a hint when the message does not tell the order whole', () => {
    const fees = webhookOrder({ original_total_additional_fees_set: money('1.50') });
    assert.deepEqual(observe(fees), {
      type: 'order.hint',
      channelOrderId: '9820982911946154508',
      topic: 'orders/updated',
    });
    const swiss = JSON.parse(
      JSON.stringify(webhookOrder()).replace(
        /("presentment_money":{"amount":"[\d.]+","currency_code":)"EUR"/g,
        '$1"CHF"',
      ),
    ) as object;
    assert.equal(
      observe({ ...swiss, presentment_currency: 'CHF', total_tip_received: '1.00' }).type,
      'order.hint',
    );
  });
});

describe('what cannot be read is a message with a reason, never a throw', () => {
  const cases: [string, unknown, string, RegExp][] = [
    ['no lines', { id: 1, line_items: 'three' }, 'not-an-order', /line_items is "three"/],
    [
      'unknown payment status',
      webhookOrder({ financial_status: 'teleported' }),
      'unknown-value',
      /financial_status is "teleported"/,
    ],
    [
      'unknown restock type',
      webhookOrder({
        refunds: [
          {
            id: 1,
            created_at: '2026-10-01T00:00:00Z',
            refund_line_items: [{ line_item_id: 1, quantity: 1, restock_type: 'lost' }],
          },
        ],
      }),
      'unknown-value',
      /restock_type is "lost"/,
    ],
    [
      'half a unit',
      webhookOrder({ line_items: lineWith({ quantity: 1.5 }) }),
      'bad-quantity',
      /line_items\.0\.quantity is 1\.5/,
    ],
    [
      'too many decimals',
      webhookOrder({ total_price_set: money('26.705') }),
      'bad-money',
      /total_price_set\.shop_money\.amount is "26\.705"/,
    ],
    [
      'a price that comes to no whole cents',
      webhookOrder({ line_items: lineWith({ price_set: money('0.333') }) }),
      'bad-money',
      /price_set is "0\.333" for each of 2/,
    ],
    ['an amount that is none', webhookOrder({ total_price_set: money('much') }), 'bad-money', /"much"/],
    [
      'another currency',
      webhookOrder({ total_price_set: money('26.70', 'USD') }),
      'bad-money',
      /currency_code is "USD", but the order is in EUR/,
    ],
    ['no such currency', webhookOrder({ currency: 'XQQ' }), 'bad-money', /"XQQ"/],
    [
      'a missing part',
      webhookOrder({ taxes_included: undefined }),
      'schema-drift',
      /taxes_included is missing/,
    ],
    ['a date that is none', webhookOrder({ updated_at: 'soon' }), 'schema-drift', /updated_at/],
    [
      'a fulfilment of a strange line',
      webhookOrder({
        fulfillments: [
          {
            id: 1,
            status: 'success',
            created_at: '2026-10-01T00:00:00Z',
            line_items: [{ id: 3, quantity: 1 }],
          },
        ],
      }),
      'schema-drift',
      /names line "3"/,
    ],
  ];
  for (const [name, body, reason, words] of cases) {
    it(name, () => {
      const message = observe(body);
      assert.equal(message.type, 'order.unreadable', JSON.stringify(message));
      assert.ok(message.type === 'order.unreadable');
      assert.equal(message.reason, reason);
      assert.match(message.message, words);
      assert.ok(message.suggestedFix.length > 20);
    });
  }

  it('nonsense of every kind', () => {
    for (const body of [
      '',
      'null',
      '[]',
      '7',
      '"text"',
      '{',
      '{"id":1}',
      '{"id":1,"line_items":[],"currency":"EUR"}',
      '{"id":1,"line_items":[null],"currency":"EUR","taxes_included":false}',
    ]) {
      for (const topic of [
        'orders/create',
        'orders/edited',
        'refunds/create',
        'read:order',
        'poll:orders',
        'no/topic',
      ]) {
        assert.ok(
          ['order.unreadable', 'order.hint'].includes(observe(body, topic).type),
          `${topic}: ${body}`,
        );
      }
    }
  });

  it('NUL and lone surrogates are replaced, since the database refuses them', () => {
    const order = snapshot(JSON.stringify(webhookOrder({ name: '#\u0000\ud800' })));
    assert.equal(order.name, '#\ufffd\ufffd');
  });
});
