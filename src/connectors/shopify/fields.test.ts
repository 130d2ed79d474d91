/**
 * No payload field that matters is dropped: the list of fates is complete (of all versions of the vendor's examples and of
 * what the sandbox store sends), and true: a mapped field that changes changes the order, any other does not.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { EXAMPLE_VERSIONS, exampleOf } from './examples.ts';
import { type Fate, fateOf, PAYLOAD_FIELDS } from './fields.ts';
import { fieldsTable } from './fields-table.ts';
import { money, SECRET, signedDelivery } from './fixture.ts';
import { SNAPSHOT_TOPICS, shopifyIntake } from './intake.ts';
import { MAPPING_FILE } from './publish-fields.ts';

type Json = Record<string, unknown>;

/** Every path in a payload; amounts in two moneys are one field. */
function pathsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => pathsIn(each, `${path}[]`));
  if (typeof value !== 'object' || value === null || 'shop_money' in value) return [path];
  const own = path === '' || path.endsWith('[]') ? [] : [path];
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, part]) => pathsIn(part, path === '' ? key : `${path}.${key}`)),
  ];
}

/** All payloads of orders in the vendor's examples, with refunds and fulfilments in them. */
function* payloads(): Generator<Json> {
  for (const version of EXAMPLE_VERSIONS) {
    for (const topic of SNAPSHOT_TOPICS) yield exampleOf(version, topic);
    yield { refunds: [exampleOf(version, 'refunds/create')] };
    yield { fulfillments: [exampleOf(version, 'fulfillments/create')] };
  }
}

describe('the list of payload fields', () => {
  it('names every field of the examples of every version', () => {
    const unknown = new Set<string>();
    for (const payload of payloads())
      for (const path of pathsIn(payload)) if (fateOf(path) === undefined) unknown.add(path);
    assert.deepEqual([...unknown], []);
  });

  it('names nothing twice', () => {
    const paths = PAYLOAD_FIELDS.map(({ path }) => path);
    assert.deepEqual(
      paths.filter((path, index) => paths.indexOf(path) !== index),
      [],
    );
  });

  it('stands in the reference: node src/connectors/shopify/publish-fields.ts', () => {
    assert.ok(readFileSync(MAPPING_FILE, 'utf8').includes(fieldsTable()));
  });
});

const intake = shopifyIntake('shop', { clientSecret: SECRET });

/** What the hub takes from a payload. */
function takenFrom(payload: Json): string {
  const { message, persons } = intake.normalise(signedDelivery('orders/updated', payload));
  return JSON.stringify([message, persons]);
}

/** An order with something in every part of it: the vendor's example, its empty lists and nulls filled. */
function fullOrder(): Json {
  const order = structuredClone(exampleOf('2026-07', 'orders/create')) as Json;
  const lines = order.line_items as Json[];
  const [first] = lines;
  if (!first) throw new Error('the example has no lines');
  const set = (amount: string) => money(amount, 'USD');
  const tax = { title: 'VAT', price: '1.00', rate: 0.2, price_set: set('1.00'), channel_liable: false };
  const allocation = { discount_application_index: 0, amount: '2.00', amount_set: set('2.00') };
  const lineId = first.admin_graphql_api_id;
  Object.assign(first, {
    properties: [{ name: 'engraving', value: 'Ada' }],
    vendor: 'Maker',
    variant_title: 'blue',
    variant_id: 808950810,
    fulfillment_status: 'partial',
    variant_inventory_management: 'shopify',
    sales_line_item_group_id: 142831562,
    tax_lines: [tax],
    discount_allocations: [allocation],
    duties: [
      {
        id: 1,
        admin_graphql_api_id: 'gid://shopify/Duty/1',
        harmonized_system_code: '691200',
        country_code_of_origin: 'CN',
        ...set('3.00'),
        tax_lines: [tax],
      },
    ],
  });
  const [shipping] = order.shipping_lines as Json[];
  Object.assign(shipping ?? {}, {
    tax_lines: [tax],
    discount_allocations: [allocation],
    code: 'STD',
    phone: '+1 555',
    source: 'shopify',
    carrier_identifier: 'c',
    requested_fulfillment_service_id: 'r',
  });
  const transaction = exampleOf('2026-07', 'order_transactions/create');
  const refund = {
    ...structuredClone(exampleOf('2026-07', 'refunds/create')),
    note: 'broken',
    user_id: 7,
    refund_line_items: [
      {
        id: 9,
        line_item_id: first.id,
        line_item: { id: first.id, admin_graphql_api_id: lineId, name: 'x' },
        quantity: 1,
        restock_type: 'return',
        location_id: 4,
        subtotal: 5,
        total_tax: 1,
        subtotal_set: set('5.00'),
        total_tax_set: set('1.00'),
      },
    ],
    refund_shipping_lines: [
      {
        id: 3,
        shipping_line: { id: 2 },
        subtotal_amount_set: set('2.00'),
        tax_amount_set: set('0.40'),
      },
    ],
    duties: [{ duty_id: 1, amount_set: set('3.00') }],
    order_adjustments: [{ id: 8, kind: 'refund_discrepancy', amount: '1.00' }],
    transactions: [{ ...transaction, kind: 'refund', status: 'success', amount: '5.00', currency: 'USD' }],
  };
  const fulfilment = {
    ...structuredClone(exampleOf('2026-07', 'fulfillments/create')),
    status: 'success',
    tracking_company: 'Post',
    tracking_number: 'T1',
    tracking_numbers: ['T1'],
    tracking_url: 'https://example.org/T1',
    tracking_urls: ['https://example.org/T1'],
    shipment_status: 'delivered',
    line_items: [{ id: first.id, admin_graphql_api_id: lineId, quantity: 1 }],
  };
  return {
    ...order,
    phone: '+1 555 1',
    note: 'ring twice',
    po_number: 'PO-1',
    total_tip_received: '0.00',
    location_id: 11,
    device_id: 12,
    user_id: 13,
    app_id: 14,
    closed_at: '2026-01-01T00:00:00Z',
    note_attributes: [{ name: 'gift', value: 'yes' }],
    client_details: { user_agent: 'x' },
    payment_terms: {
      payment_terms_name: 'Net 30',
      payment_terms_type: 'net',
      payment_schedules: [{ due_at: '2026-12-01T00:00:00Z', completed_at: null }],
    },
    discount_applications: [
      {
        type: 'discount_code',
        code: 'AUTUMN',
        title: 'Autumn',
        description: 'Off',
        target_type: 'line_item',
        value: '2.00',
        value_type: 'fixed_amount',
        allocation_method: 'across',
        target_selection: 'all',
      },
    ],
    refunds: [refund],
    fulfillments: [fulfilment],
  };
}

/** Other values of the kind that a field has: what a field says must not be drowned by one of them that says the same. */
function othersFor(path: string, value: unknown): unknown[] {
  if (typeof value === 'boolean') return [!value];
  // A number beyond 2^53 is the same one more.
  if (typeof value === 'number') return [Number.isSafeInteger(value) ? value + 1 : value / 2];
  if (typeof value !== 'string') return [];
  if (path.endsWith('admin_graphql_api_id')) return [value.replace(/\d+$/, '4242')];
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return ['2019-05-05T05:05:05Z'];
  if (/^-?\d+\.\d+$/.test(value)) return ['7.77'];
  if (/^[A-Z]{3}$/.test(value)) return ['CHF'];
  if (/status|kind|restock_type|payment_terms_type/.test(path))
    return ['pending', 'paid', 'void', 'cancel', 'fixed', 'success'];
  return [`${value} changed`, ''];
}

/** Payloads in which one field alone is another one. */
function* changed(payload: Json): Generator<{ path: string; payload: Json }> {
  function* walk(
    value: unknown,
    path: string,
    keys: (string | number)[],
  ): Generator<{ path: string; keys: (string | number)[]; other: unknown }> {
    if (Array.isArray(value)) {
      for (const [index, each] of value.entries()) yield* walk(each, `${path}[]`, [...keys, index]);
      return;
    }
    if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value))
        yield* walk(each, path === '' ? key : `${path}.${key}`, [...keys, key]);
      return;
    }
    for (const other of othersFor(path, value)) yield { path, keys, other };
  }
  for (const { path, keys, other } of walk(payload, '', [])) {
    const copy = structuredClone(payload);
    let at = copy as Record<string | number, unknown>;
    for (const key of keys.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
    at[keys.at(-1) ?? ''] = other;
    yield { path, payload: copy };
  }
}

describe('the fates of payload fields', () => {
  const order = fullOrder();
  const before = takenFrom(order);
  const moved = new Map<string, boolean>();
  for (const { path, payload } of changed(order)) {
    const entry = fateOf(path)?.path ?? '';
    moved.set(entry, (moved.get(entry) ?? false) || takenFrom(payload) !== before);
  }
  const entriesOf = (...fates: Fate[]) =>
    PAYLOAD_FIELDS.filter(({ path, fate }) => fates.includes(fate) && moved.has(path)).map(
      ({ path }) => path,
    );

  it('the order with which they are tried is read whole', () => {
    assert.ok(before.includes('"order.snapshot"'), before.slice(0, 300));
  });

  it('a mapped field that changes changes the order or its persons', () => {
    assert.deepEqual(
      entriesOf('mapped').filter((path) => !moved.get(path)),
      [],
    );
    assert.ok(entriesOf('mapped').length > 80, `${entriesOf('mapped').length}`);
  });

  it('what is kept raw or ignored changes nothing', () => {
    assert.deepEqual(
      entriesOf('raw', 'ignored').filter((path) => moved.get(path)),
      [],
    );
    assert.ok(entriesOf('raw', 'ignored').length > 80, `${entriesOf('raw', 'ignored').length}`);
  });
});
