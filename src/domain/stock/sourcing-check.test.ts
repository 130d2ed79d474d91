/** Rules that name what is not there, and rules that can never match. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { aRetailer } from '../../../test/support/builders.ts';
import { configurationProblems } from '../config.ts';
import { sourcingWarnings } from './sourcing-check.ts';
import type { SourcingInput } from './sourcing-rules.ts';

const warnings = (sourcing: SourcingInput) => sourcingWarnings(aRetailer({ sourcing }));
const problems = (sourcing: SourcingInput) => configurationProblems(aRetailer({ sourcing }));

test('the usual rules have neither', () => {
  assert.deepEqual([problems({}), warnings({})], [[], []]);
});

test('names of locations and brands that do not exist, two sets of one name, and prices without a currency are refused', () => {
  assert.match(problems({ places: { NOWHERE: {} } }).join(), /"NOWHERE", which does not exist/);
  assert.match(problems({ zones: [{ locations: ['NOWHERE'], distance: 1 }] }).join(), /"NOWHERE"/);
  assert.match(problems({ rules: [{ id: 'r', brands: ['x'] }] }).join(), /brand "x", which does not exist/);
  assert.match(problems({ rules: [{ id: 'r' }, { id: 'r' }] }).join(), /two are called "r"/);
  assert.match(problems({ places: { WH: { locationMinor: 1 } } }).join(), /no "cost"/);
});

test('what can never match is told', () => {
  const told: [SourcingInput, RegExp][] = [
    [{ rules: [{ id: 'all' }, { id: 'late', brands: ['brand'] }] }, /"late" are never used/],
    [
      {
        zones: [
          { locations: ['WH'], distance: 1 },
          { locations: ['WH'], regions: [{ country: 'DE' }], distance: 0 },
        ],
      },
      /zone 1 \(WH\) is never used/,
    ],
    [{ rules: [{ id: 'r', filters: [{ filter: 'kind', kinds: ['3pl'] }] }] }, /lets no location through/],
    [{ rules: [{ id: 'r', filters: [{ filter: 'keep', units: 1, kinds: ['3pl'] }] }] }, /keeps nothing/],
    [{ rules: [{ id: 'r', preferences: [{ prefer: 'lowestCost' }] }] }, /there is no "cost"/],
    [
      { rules: [{ id: 'r', preferences: [{ prefer: 'nearest' }, { prefer: 'nearest' }] }] },
      /stands there twice/,
    ],
    [
      { places: { STORE: { capacity: { openUnits: 1 } } }, rules: [{ id: 'r', filters: [] }] },
      /capacity of locations is not looked at/,
    ],
    [
      { places: { STORE: { ships: false }, WH: { ships: false } } },
      /leave no location that could send orders of brand "brand"/,
    ],
  ];
  for (const [sourcing, words] of told) assert.match(warnings(sourcing).join('\n'), words);
});

test('the example of the how-to can be used, and nothing in it is idle', () => {
  const page = readFileSync(new URL('../../../docs/how-to/source-orders.md', import.meta.url), 'utf8');
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const { sourcing } = JSON.parse(`{${json}}`) as { sourcing: SourcingInput };
  const [location] = aRetailer().locations;
  const config = aRetailer({
    brands: [
      { id: 'brand', name: 'Brand' },
      { id: 'outlet', name: 'Outlet' },
    ],
    locations: [
      { ...location!, id: 'WH-NORTH' },
      { ...location!, id: 'STORE-CITY', kind: 'store' },
    ],
    sourcing,
  });
  assert.deepEqual(configurationProblems(config), []);
  // The outlet's rules do not ask for hours, regions and capacity: what has them is a store, and stores are out by their kind.
  assert.deepEqual(sourcingWarnings(config), []);
});
