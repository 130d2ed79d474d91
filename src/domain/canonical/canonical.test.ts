/** The canonical model: what it takes, what it refuses, and the JSON Schemas that are published of it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { anOrder, aPerson, both, line } from '../../../test/support/builders.ts';
import { addMoney, Currency, Minor, NO_MONEY, Order, Person, Posting, subtractMoney } from './index.ts';
import { CANONICAL_SCHEMAS, canonicalJsonSchemas, publishedSchemas, schemaId } from './json-schemas.ts';
import { SCHEMAS_DIRECTORY } from './publish-schemas.ts';

const addFormats = addFormatsModule.default ?? addFormatsModule;

function validator() {
  const ajv = new Ajv2020({ strict: true, allErrors: true, strictTypes: false });
  addFormats(ajv as never);
  for (const schema of Object.values(canonicalJsonSchemas())) ajv.addSchema(schema);
  return ajv;
}

/** An order with one of everything that an order can have. */
const rich = anOrder('1', [{ ...line('A', 2), discounts: [{ source: 'CODE', amount: both(100) }] }], {
  shipping: [
    {
      shippingLineId: 's',
      title: 'Post',
      code: null,
      gross: both(490),
      discounts: [],
      taxLines: line('A', 1).taxLines,
      removed: false,
    },
  ],
  extras: [{ kind: 'tip', title: 'Tip', amount: both(100), taxLines: [] }],
  payments: [
    {
      schema: 'payment/1',
      paymentId: 'p',
      parentId: null,
      kind: 'sale',
      status: 'succeeded',
      gateway: 'card',
      amount: both(2870),
      processedAt: '2026-10-01T08:00:00.000Z',
      authorisationExpiresAt: null,
    },
  ],
  refunds: [
    {
      schema: 'refund/1',
      refundId: 'r',
      createdAt: '2026-10-02T08:00:00Z',
      lines: [
        {
          lineId: 'A-line',
          quantity: 1,
          effect: 'returned',
          restock: true,
          amount: both(1140),
          tax: both(182),
        },
      ],
      shipping: NO_MONEY,
      shippingTax: NO_MONEY,
      cash: both(1140),
      cashPending: NO_MONEY,
      cashFailed: NO_MONEY,
    },
  ],
  fulfilments: [
    {
      schema: 'fulfilment/1',
      fulfilmentId: 'f',
      status: 'succeeded',
      shipmentId: null,
      createdAt: '2026-10-02T08:00:00Z',
      lines: [{ lineId: 'A-line', quantity: 2 }],
      tracking: { company: null, number: '1', url: null },
    },
  ],
  holds: [{ kind: 'risk', reason: 'looked at' }],
});

test('the published schemas are current', () => {
  const wanted = publishedSchemas();
  assert.deepEqual(
    readdirSync(SCHEMAS_DIRECTORY).sort(),
    wanted.map(({ file }) => file).sort(),
    'run: node src/domain/canonical/publish-schemas.ts',
  );
  for (const { file, text } of wanted)
    assert.equal(
      readFileSync(new URL(file, SCHEMAS_DIRECTORY), 'utf8'),
      text,
      'run: node src/domain/canonical/publish-schemas.ts',
    );
});

test('the model has all that an integration hub must name', () => {
  for (const name of [
    'order/1',
    'line-item/1',
    'customer/1',
    'address/1',
    'product/1',
    'price/1',
    'tax-line/1',
    'discount-allocation/1',
    'shipping-line/1',
    'payment/1',
    'refund/1',
    'return/1',
    'fulfilment/1',
    'stock-movement/1',
    'stock-position/1',
    'settlement/1',
    'posting/1',
  ])
    assert.ok(name in CANONICAL_SCHEMAS, name);
});

test('every schema compiles, says what it is, and every reference between them leads somewhere', () => {
  const ajv = validator();
  for (const [name, schema] of Object.entries(canonicalJsonSchemas())) {
    assert.ok((schema as { description?: string }).description, name);
    assert.doesNotThrow(() => ajv.getSchema(schemaId(name)), name);
  }
});

test('code and published schema take the same orders', () => {
  const published = validator().getSchema(schemaId('order/1'));
  assert.ok(published);
  const wrong: [what: string, order: unknown][] = [
    ['a fraction of a cent', { ...rich, total: { shop: 0.5, presentment: 0 } }],
    ['a currency in small letters', { ...rich, shopCurrency: 'eur' }],
    ['an unknown payment status', { ...rich, paymentStatus: 'teleported' }],
    ['an amount as text', { ...rich, total: { shop: '1', presentment: 1 } }],
    ['half a unit', { ...rich, lines: [{ ...line('A', 1), quantity: 1.5 }] }],
    ['less than nothing', { ...rich, lines: [{ ...line('A', 1), quantity: -1 }] }],
    [
      'a unit price with a comma',
      { ...rich, lines: [{ ...line('A', 1), unitPrice: { shop: '1,00', presentment: '1' } }] },
    ],
    ['a local time', { ...rich, placedAt: '2026-10-01T08:00:00+02:00' }],
    ['no version', { ...rich, updatedAt: undefined }],
    ['another schema', { ...rich, schema: 'order/2' }],
    ['an empty id', { ...rich, channelOrderId: '' }],
  ];
  assert.ok(Order.safeParse(rich).success);
  assert.ok(published(rich), JSON.stringify(published.errors));
  for (const [what, order] of wrong) {
    assert.equal(Order.safeParse(order).success, false, what);
    assert.equal(published(JSON.parse(JSON.stringify(order))), false, what);
  }
});

test('an order never holds who somebody is', () => {
  const personal = Object.keys(Person.shape).filter(
    (part) => !['schema', 'personId', 'countryCode', 'provinceCode'].includes(part),
  );
  const { shipTo, customer } = Order.shape;
  for (const part of personal)
    for (const reference of [shipTo, customer])
      assert.ok(!(part in reference.unwrap().shape), `${part} stands in the person table only`);
  assert.ok(Person.safeParse(aPerson).success);
});

test('debits equal credits', () => {
  const posting = {
    schema: 'posting/1',
    key: 'k',
    entity: 'de',
    currency: 'EUR',
    documentDate: '2026-10-01',
    taxPoint: null,
    postingDate: '2026-10-01',
    text: '',
    lines: [
      { account: 'a', debitMinor: 100, creditMinor: 0 },
      { account: 'b', debitMinor: 0, creditMinor: 100 },
    ],
  };
  assert.ok(Posting.safeParse(posting).success);
  const [first, second] = posting.lines;
  assert.equal(
    Posting.safeParse({ ...posting, lines: [first, { ...second, creditMinor: 99 }] }).success,
    false,
  );
  assert.equal(Posting.safeParse({ ...posting, lines: [first] }).success, false);
});

test('amounts are safe integers, currencies real ones', () => {
  assert.ok(!Minor.safeParse(2 ** 53).success && !Minor.safeParse(Number.NaN).success);
  assert.ok(Currency.safeParse('KWD').success && !Currency.safeParse('XXY').success);
});

test('both moneys are added and subtracted side by side', () => {
  const a = { shop: 1, presentment: 10 };
  assert.deepEqual(addMoney(), NO_MONEY);
  assert.deepEqual(addMoney(a, a, a), { shop: 3, presentment: 30 });
  assert.deepEqual(subtractMoney(a, { shop: 2, presentment: 3 }), { shop: -1, presentment: 7 });
});
