/** Kits: the minimum over components, never half of one, and no unit twice; against brute force on small cases. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aRetailer } from '../../../test/support/builders.ts';
import { configurationProblems, type Location } from '../config.ts';
import { planKits } from './kit-plan.ts';
import { type Kit, kitProblems, kitsOf, partsOf } from './kits.ts';
import { planSourcing } from './sourcing.ts';
import type { SourcingStock, SourcingWish } from './sourcing-candidates.ts';

const places: Location[] = aRetailer({
  locations: ['L1', 'L2', 'L3'].map((id) => ({
    id,
    name: id,
    kind: 'warehouse' as const,
    fulfilment: 'wms',
    inventory: 'stock',
  })),
}).locations;
const stockOf = (units: Record<string, number>): SourcingStock => ({
  available: (sku, location) => units[`${sku}@${location}`] ?? 0,
});
const plan = (wishes: SourcingWish[], stock: SourcingStock) =>
  planKits(wishes, stock, (some, left) => planSourcing(some, places, left, 'brand', 'DE'));
const wish = (
  lineId: string,
  sku: string,
  quantity: number,
  components?: Kit['components'],
): SourcingWish => ({
  lineId,
  sku,
  quantity,
  avoid: [],
  ...(components ? { components } : {}),
});

/** The most of what is wanted that can be had, kits before the rest: every way to give kits is tried. */
function mostKits(quantity: number, components: Kit['components'], stock: SourcingStock): number {
  let kits = 0;
  for (const { id } of places)
    for (let made = 0; made < quantity; made += 1) {
      if (components.some((part) => stock.available(part.sku, id) < part.quantity * (made + 1))) break;
      kits += 1;
    }
  return Math.min(quantity, kits);
}

const sku = fc.constantFrom('A', 'B', 'C');
const units = fc.dictionary(
  fc.tuple(sku, fc.constantFrom('L1', 'L2', 'L3')).map(([one, place]) => `${one}@${place}`),
  fc.integer({ min: 0, max: 6 }),
);
const components = fc.uniqueArray(fc.record({ sku, quantity: fc.integer({ min: 1, max: 3 }) }), {
  minLength: 1,
  maxLength: 3,
  selector: (part) => part.sku,
});

test('of one kit as many are promised as brute force finds, each from one location whole', () => {
  fc.assert(
    fc.property(units, components, fc.integer({ min: 1, max: 8 }), (there, parts, quantity) => {
      const stock = stockOf(there);
      const { allocations } = plan([wish('1', 'KIT', quantity, parts)], stock);
      const got = allocations.reduce((sum, part) => sum + part.quantity, 0);
      assert.equal(got, mostKits(quantity, parts, stock));
      for (const part of allocations) assert.deepEqual(part.components, parts);
    }),
  );
});

test('whatever is wanted together, no unit is given twice, and no more than was asked for', () => {
  const line = fc.record({ kit: fc.option(components), sku, quantity: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(units, fc.array(line, { minLength: 1, maxLength: 4 }), (there, lines) => {
      const stock = stockOf(there);
      const wishes = lines.map((each, index) =>
        each.kit
          ? wish(String(index), `KIT${index}`, each.quantity, each.kit)
          : wish(String(index), each.sku, each.quantity),
      );
      const { allocations } = plan(wishes, stock);
      const taken = new Map<string, number>();
      for (const part of allocations)
        for (const each of partsOf(part)) {
          const place = `${each.sku}@${part.location}`;
          taken.set(place, (taken.get(place) ?? 0) + each.quantity);
        }
      for (const [place, count] of taken) assert.ok(count <= Math.max(0, there[place] ?? 0), place);
      for (const { lineId, quantity } of wishes) {
        const got = allocations.filter((part) => part.lineId === lineId);
        assert.ok(got.reduce((sum, part) => sum + part.quantity, 0) <= quantity);
      }
      // What is left makes no more of any of them: a kit that could still be whole was not left out.
      for (const each of wishes) {
        const got = allocations.reduce(
          (sum, part) => sum + (part.lineId === each.lineId ? part.quantity : 0),
          0,
        );
        if (got === each.quantity) continue;
        for (const { id } of places) {
          const left = (one: string) => stock.available(one, id) - (taken.get(`${one}@${id}`) ?? 0);
          assert.equal(Math.max(0, kitsOf(partsOf({ ...each, quantity: 1 }), left)), 0);
        }
      }
    }),
  );
});

test('the configuration names what does not fit together', () => {
  const kit = (sku: string, ...parts: string[]): Kit => ({
    sku,
    components: parts.map((each) => ({ sku: each, quantity: 1 })),
  });
  assert.deepEqual(kitProblems([kit('K', 'A', 'B')]), []);
  assert.deepEqual(
    configurationProblems(aRetailer({ kits: [kit('K', 'A', 'A'), kit('K', 'K2'), kit('K2', 'A')] })),
    [
      'kits: two have the same SKU',
      'kit "K" names a component twice: give its quantity instead',
      'kit "K" has the kit "K2" in it: name its components',
    ],
  );
});
