/** Validation: what must be true of an order before anything is promised, and what mends what is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrder, aRetailer, both, line } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import { type Given, OrderLife } from '../../../test/support/order-life.ts';
import type { ConnectionConfig } from '../config.ts';

/** The small retailer, where these connections do not share these codes with us. */
function unshared(...kinds: [connection: string, kind: ConnectionConfig['sameCodes'][number]][]) {
  return {
    connections: aRetailer().connections.map((connection) => ({
      ...connection,
      sameCodes: connection.sameCodes.filter(
        (same) => !kinds.some(([id, kind]) => id === connection.id && kind === same),
      ),
    })),
  };
}

const [entity] = aRetailer().entities;

interface Example {
  name: string;
  given: Given;
  reason: string;
  /** What mends it; left out: only a person can accept it. */
  mend?(life: OrderLife): void;
  /** True: a person may accept it as it is. */
  acceptable?: boolean;
}

const EXAMPLES: Example[] = [
  {
    name: 'more units of an item than its entity expects of one order',
    given: { lines: [line('A', 6_000, 100), line('A', 4_001, 100, 'more')], stock: { 'A@WH': 1_000_000 } },
    reason: 'implausible-quantity',
    mend: (life) => life.see(life.channel.remove('more', 1)),
    acceptable: true,
  },
  {
    name: 'a SKU of the channel without a mapping',
    given: { config: unshared(['shop', 'sku']) },
    reason: 'unmapped-sku',
    mend: ({ hub }) => hub.mappings.set('sku', 'shop', 'A', 'A'),
  },
  {
    name: 'a SKU without an item in the ERP',
    given: { config: unshared(['erp', 'sku']) },
    reason: 'unmapped-sku',
    mend: ({ hub }) => hub.mappings.set('sku', 'erp', 'ITEM-A', 'A'),
  },
  {
    name: 'a tax code of the channel without a mapping',
    given: { config: unshared(['shop', 'tax-code']) },
    reason: 'unmapped-tax-code',
    mend: ({ hub }) => hub.mappings.set('tax-code', 'shop', 'MwSt 0.19', 'DE-19'),
  },
  {
    name: 'a tax code without one in the ERP',
    given: { config: unshared(['erp', 'tax-code']) },
    reason: 'unmapped-tax-code',
    mend: ({ hub }) => hub.mappings.set('tax-code', 'erp', 'V19', 'MwSt 0.19'),
  },
  {
    name: 'a payment gateway without a mapping',
    given: { config: unshared(['shop', 'gateway']) },
    reason: 'unmapped-gateway',
    mend: ({ hub }) => hub.mappings.set('gateway', 'shop', 'card', 'CARD'),
  },
  {
    name: 'a line that ships and has no SKU',
    given: { lines: [{ ...line('A', 1), sku: null }], stock: { 'A@WH': 1 } },
    reason: 'unmapped-sku',
    mend: (life) => life.see(life.channel.change({ lines: [line('A', 1)] })),
  },
  {
    name: 'an address without a city',
    given: {
      order: { shipTo: { personId: 'p-1', countryCode: 'DE', provinceCode: null, missing: ['city'] } },
    },
    reason: 'incomplete-address',
    mend: (life) =>
      life.see(
        life.channel.change({
          shipTo: { personId: 'p-2', countryCode: 'DE', provinceCode: null, missing: [] },
        }),
      ),
    acceptable: true,
  },
  {
    name: 'no address',
    given: { order: { shipTo: null } },
    reason: 'incomplete-address',
    acceptable: true,
  },
  {
    name: 'no customer, where guests are not served',
    given: { order: { customer: null }, config: { entities: [{ ...entity!, needsCustomer: true }] } },
    reason: 'customer-missing',
    acceptable: true,
  },
  {
    name: 'a tax that nobody is known to owe',
    given: {
      lines: [
        { ...line('A', 1), taxLines: line('A', 1).taxLines.map((tax) => ({ ...tax, channelLiable: null })) },
      ],
    },
    reason: 'tax-liability-unknown',
    acceptable: true,
  },
  {
    name: 'a total that its parts miss by more than the limit',
    given: { order: { total: both(2386), currentTotal: both(2386) } },
    reason: 'totals-do-not-close',
  },
  {
    name: 'a tax total that its parts miss',
    given: { order: { totalTax: both(100) } },
    reason: 'totals-do-not-close',
    acceptable: true,
  },
  {
    name: 'a presentment total that its parts miss',
    given: { order: { total: { shop: 2380, presentment: 2580 } } },
    reason: 'totals-do-not-close',
    acceptable: true,
  },
  {
    name: 'a currency that the entity does not book',
    given: { order: { shopCurrency: 'NOK' } },
    reason: 'currency-not-booked',
    mend: (life) => life.see(life.channel.change({ shopCurrency: 'EUR' })),
  },
];

for (const { name, given, reason, mend, acceptable } of EXAMPLES) {
  test(`${name}: ${reason}, and nothing is promised or told`, () => {
    const life = new OrderLife(given).placed();
    assert.deepEqual(life.hub.reasons(), [reason]);
    assert.equal(life.state.status, 'stopped');
    assert.deepEqual(life.hub.asked(), []);
    assert.deepEqual(life.state.allocations, []);
    life.hub.check();
  });

  if (mend)
    test(`${name}: mended, the order goes on`, () => {
      const life = new OrderLife(given).placed();
      mend(life);
      life.hub.tell('1', { type: 'configuration.changed', version: 2 });
      assert.deepEqual(life.hub.reasons(), []);
      assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
      life.hub.check();
    });

  test(`${name}: skipped, ${acceptable ? 'it goes on as it is' : 'it does not go on in silence'}`, () => {
    const life = new OrderLife(given).placed();
    life.hub.skip(reason);
    assert.deepEqual(life.hub.reasons(), []);
    if (acceptable) assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
    else if (reason !== 'totals-do-not-close') assert.notEqual(life.state.heldBecause, null);
    life.hub.check();
  });
}

test('a difference that was accepted stands on the rounding line; another difference later is another case', () => {
  const life = new OrderLife({ order: { total: both(2580), currentTotal: both(2580) } }).placed();
  life.hub.skip('totals-do-not-close');
  const { charges, totalMinor } = life.hub.last('erp.createSalesOrder').body;
  assert.deepEqual(charges, [{ kind: 'rounding', title: 'Rounding', amountMinor: 200, taxes: [] }]);
  assert.equal(totalMinor, 2580);
  life.hub.done('erp.createSalesOrder');
  life.see({ ...life.channel.change({}), total: both(2580), currentTotal: both(2780) });
  assert.deepEqual(life.hub.reasons(), ['totals-do-not-close']);
});

test('a difference within the limit goes to the rounding line without a word', () => {
  const life = new OrderLife({ order: { total: both(2382), currentTotal: both(2382) } }).placed();
  assert.deepEqual(life.hub.last('erp.createSalesOrder').body.charges, [
    { kind: 'rounding', title: 'Rounding', amountMinor: 2, taxes: [] },
  ]);
});

test('several problems are several cases; each goes when it is mended, the order when the last one is', () => {
  const life = new OrderLife({
    lines: [line('A', 1), { ...line('B', 1), sku: null }],
    order: { shipTo: { personId: 'p-1', countryCode: 'DE', provinceCode: null, missing: ['city'] } },
    stock: { 'A@WH': 1, 'B@WH': 1 },
  }).placed();
  assert.deepEqual(life.hub.reasons().sort(), ['incomplete-address', 'unmapped-sku']);
  life.hub.skip('incomplete-address');
  assert.equal(life.state.status, 'stopped');
  life.see(life.channel.remove('B-line', 1));
  assert.deepEqual(life.hub.asked(), ['erp.createSalesOrder']);
  life.hub.check();
});

test('one unmapped code on many lines is one case', () => {
  const life = new OrderLife({
    lines: [line('A', 1, 1190, 'one'), line('A', 1, 1190, 'two')],
    config: unshared(['shop', 'sku']),
  }).placed();
  assert.deepEqual(life.hub.reasons(), ['unmapped-sku']);
});

test('a tax of nothing needs no code, a gift card no address', () => {
  const free = { ...line('CARD', 1), giftCard: true, requiresShipping: false };
  const tax = { title: 'exempt', code: 'what', rate: '0', amount: both(0), channelLiable: null };
  const hub = new MemoryHub({ config: aRetailer(unshared(['shop', 'tax-code'])) });
  hub.snapshot(anOrder('1', [{ ...free, taxLines: [tax] }], { shipTo: null, totalTax: both(0) }));
  assert.deepEqual(hub.reasons(), []);
});

test('an accepted problem that becomes another one is another case', () => {
  const shipTo = (missing: string[]) => ({ personId: 'p-1', countryCode: 'DE', provinceCode: null, missing });
  const life = new OrderLife({ order: { shipTo: shipTo(['city']) } }).placed();
  life.hub.skip('incomplete-address');
  assert.deepEqual(life.hub.reasons(), []);
  life.see(life.channel.change({ shipTo: shipTo(['city', 'name']) }));
  assert.deepEqual(life.hub.reasons(), ['incomplete-address']);
});

test('a mapping that is taken out under way: the ERP never gets a code that is not its own, and the case ends with the mapping', () => {
  const row = { kind: 'sku', connection: 'shop', external: 'A', internal: 'A' } as const;
  const life = new OrderLife({ config: unshared(['shop', 'sku']), rows: [row] }).released();
  life.hub.mappings.rows.length = 0;
  life.hub.ship('S1');
  assert.deepEqual(life.hub.reasons(), ['unmapped-sku']);
  assert.equal(life.hub.commands.filter(({ request }) => request.kind === 'erp.amendSalesOrder').length, 0);
  life.hub.mappings.rows.push(row);
  life.hub.retry('unmapped-sku');
  life.told();
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.state.status, 'closed');
  life.hub.check();
});

test('an unknown brand or entity is a defect of the configuration that says so', () => {
  const hub = new MemoryHub();
  assert.throws(
    () =>
      hub.send('order', 'nobody/1', {
        type: 'order.snapshot',
        order: anOrder('1', [line('A', 1)]),
        source: 'webhook',
      }),
    /connection "nobody" is no channel/,
  );
});

test('an implausible quantity takes no stock: neither of a new order, nor by an edit of one that is booked', () => {
  const huge = new OrderLife({ lines: [line('A', 1_000_000_000, 1)], stock: { 'A@WH': 500 } }).placed();
  assert.deepEqual(huge.hub.reasons(), ['implausible-quantity']);
  assert.deepEqual(huge.hub.units('A', 'WH'), { onHand: 500, reserved: 0 });
  const edited = new OrderLife({ stock: { 'A@WH': 500 } }).booked();
  edited.see(edited.channel.add(line('A', 20_000, 1, 'more'))).see(edited.channel.capture());
  assert.deepEqual(edited.hub.reasons(), ['implausible-quantity']);
  assert.deepEqual(edited.hub.units('A', 'WH'), { onHand: 500, reserved: 2 });
  edited.hub.skip('implausible-quantity');
  assert.deepEqual(edited.hub.units('A', 'WH'), { onHand: 500, reserved: 500 });
  edited.hub.check();
});

test('an entity that sells in bulk says so, and its orders go on', () => {
  const config = { entities: [{ ...entity!, unitsPerItemLimit: 50_000 }] };
  const life = new OrderLife({ config, lines: [line('A', 50_000, 1)], stock: { 'A@WH': 60_000 } }).placed();
  assert.deepEqual(life.hub.reasons(), []);
  assert.equal(life.hub.position('A', 'WH').reserved, 50_000);
});
