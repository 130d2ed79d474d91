import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OrderFulfilment } from '../documents.ts';
import { planFulfilments } from './fulfilment-plan.ts';

type Part = {
  id: string;
  at?: string;
  status?: string;
  method?: string;
  lines: Record<string, number>;
};

function order(...parts: Part[]): OrderFulfilment {
  return {
    id: 'gid://shopify/Order/1',
    cancelledAt: null,
    fulfillments: [],
    fulfillmentOrders: {
      pageInfo: { hasNextPage: false },
      nodes: parts.map(({ id, at = 'WH', status = 'OPEN', method = 'SHIPPING', lines }) => ({
        id,
        status,
        fulfillmentHolds: [],
        assignedLocation: {
          name: at,
          location: { id: `gid://shopify/Location/${at.length}00${at.charCodeAt(0)}` },
        },
        deliveryMethod: { methodType: method },
        lineItems: {
          pageInfo: { hasNextPage: false },
          nodes: Object.entries(lines).map(([lineId, remainingQuantity]) => ({
            id: `${id}-${lineId}`,
            remainingQuantity,
            lineItem: { id: `gid://shopify/LineItem/${lineId}` },
          })),
        },
      })),
    },
  };
}

/** The plan in short: of each call its items. */
function plan(of: OrderFulfilment, lines: Record<string, number>, location = 'WH'): unknown {
  const wanted = Object.entries(lines).map(([lineId, quantity]) => ({ lineId, quantity }));
  const made = planFulfilments(of, wanted, location);
  if ('short' in made) return made;
  return made.calls.map((call) =>
    call.flatMap(({ items }) => items.map(({ id, quantity }) => `${quantity} of ${id}`)),
  );
}

test('takes the shipment’s units from the fulfilment order that has them', () => {
  assert.deepEqual(plan(order({ id: 'A', lines: { '1': 3, '2': 1 } }), { '1': 2 }), [['2 of A-1']]);
});

test('fulfilment orders at one location make one call', () => {
  const two = order({ id: 'A', lines: { '1': 2 } }, { id: 'B', lines: { '1': 2, '2': 1 } });
  assert.deepEqual(plan(two, { '1': 3, '2': 1 }), [['2 of A-1', '1 of B-1', '1 of B-2']]);
});

test('a call serves one location and one way of delivery', () => {
  const places = order({ id: 'A', lines: { '1': 1 } }, { id: 'B', at: 'STORE', lines: { '2': 1 } });
  assert.deepEqual(plan(places, { '1': 1, '2': 1 }), [['1 of A-1'], ['1 of B-2']]);
  const ways = order({ id: 'A', lines: { '1': 1 } }, { id: 'B', method: 'NONE', lines: { '2': 1 } });
  assert.deepEqual(plan(ways, { '1': 1, '2': 1 }), [['1 of A-1'], ['1 of B-2']]);
});

test('the shipment’s own location goes first, by its name or its id', () => {
  const two = order({ id: 'A', lines: { '1': 5 } }, { id: 'B', at: 'Store', lines: { '1': 1 } });
  for (const location of ['store', ' STORE ', 'gid://shopify/Location/50083', '50083'])
    assert.deepEqual(plan(two, { '1': 2 }, location), [['1 of B-1'], ['1 of A-1']], location);
});

test('shipped from a place that the channel did not plan: taken from where most of it is open', () => {
  const two = order({ id: 'A', lines: { '1': 1 } }, { id: 'B', at: 'STORE', lines: { '1': 1, '2': 1 } });
  assert.deepEqual(plan(two, { '1': 1, '2': 1 }, 'elsewhere'), [['1 of B-1', '1 of B-2']]);
});

test('what is on hold, scheduled, closed or done is not taken, and said', () => {
  const held = order(
    { id: 'A', status: 'ON_HOLD', lines: { '1': 2 } },
    { id: 'B', status: 'SCHEDULED', lines: { '1': 1 } },
    { id: 'C', status: 'CLOSED', lines: { '1': 9 } },
    { id: 'D', status: 'IN_PROGRESS', lines: { '1': 1 } },
  );
  assert.deepEqual(plan(held, { '1': 2 }), { short: [{ lineId: '1', wanted: 2, open: 1, held: 3 }] });
  assert.deepEqual(plan(held, { '1': 1 }), [['1 of D-1']]);
});

test('all or nothing: a line that the order does not have stops the others', () => {
  assert.deepEqual(plan(order({ id: 'A', lines: { '1': 1 } }), { '1': 1, '9': 1 }), {
    short: [{ lineId: '9', wanted: 1, open: 0, held: 0 }],
  });
});

test('property: a plan ships exactly what is wanted, never more than is open, and one place a call', () => {
  const part = fc.record({
    at: fc.constantFrom('WH', 'STORE', 'OUTLET'),
    method: fc.constantFrom('SHIPPING', 'NONE'),
    status: fc.constantFrom('OPEN', 'OPEN', 'IN_PROGRESS', 'ON_HOLD', 'CLOSED'),
    lines: fc.dictionary(fc.constantFrom('1', '2', '3'), fc.integer({ min: 0, max: 4 })),
  });
  const wanted = fc.dictionary(fc.constantFrom('1', '2', '3'), fc.integer({ min: 1, max: 5 }), {
    minKeys: 1,
  });
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 6 }),
      wanted,
      fc.constantFrom('WH', 'STORE'),
      (parts, lines, location) => {
        const of = order(...parts.map((each, index) => ({ ...each, id: `F${index}` })));
        const made = planFulfilments(
          of,
          Object.entries(lines).map(([lineId, quantity]) => ({ lineId, quantity })),
          location,
        );
        if ('short' in made) {
          assert.ok(made.short.every(({ wanted: units, open }) => open < units));
          return;
        }
        const shipped = new Map<string, number>();
        for (const call of made.calls) {
          const nodes = call.map(({ fulfilmentOrderId }) =>
            of.fulfillmentOrders.nodes.find(({ id }) => id === fulfilmentOrderId),
          );
          assert.equal(
            new Set(nodes.map((node) => `${node?.assignedLocation.name} ${node?.deliveryMethod?.methodType}`))
              .size,
            1,
          );
          for (const [index, { items }] of call.entries()) {
            assert.ok(['OPEN', 'IN_PROGRESS'].includes(nodes[index]?.status ?? ''));
            for (const { id, quantity } of items) {
              const item = nodes[index]?.lineItems.nodes.find((each) => each.id === id);
              assert.ok(item && quantity > 0 && quantity <= item.remainingQuantity);
              const lineId = item.lineItem.id.split('/').at(-1) ?? '';
              shipped.set(lineId, (shipped.get(lineId) ?? 0) + quantity);
            }
          }
        }
        assert.deepEqual(
          Object.fromEntries([...shipped].sort()),
          Object.fromEntries(Object.entries(lines).sort()),
        );
      },
    ),
  );
});
