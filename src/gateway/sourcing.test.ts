/** /v1/sourcing and /v1/orders/ORDER/sourcing: rules in force, why orders come from where, and what other rules would do. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { apiOf, type TestApi } from '../../test/support/api.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../../test/support/builders.ts';
import { startEngine, type TestEngine } from '../../test/support/engine.ts';
import { SourcingExplanation, SourcingRules, SourcingSimulation } from './schemas/sourcing.ts';

/** A warehouse that is liked best, and rules behind it that nobody reaches. */
const config = aRetailer({
  sourcing: { rules: [{ id: 'usual' }, { id: 'late', brands: ['brand'] }] },
});
const storeOnly = { rules: [{ id: 'stores', filters: [{ filter: 'kind', kinds: ['store'] }] }] };

for (const kind of databases()) {
  describe(`sourcing by the API on ${kind}`, () => {
    const within = (work: (hub: TestEngine, api: TestApi) => Promise<void>) =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place, { config });
        const api = apiOf(hub);
        try {
          await work(hub, api);
          assert.deepEqual(api.defects, []);
        } finally {
          await hub.close();
        }
      });

    test('the rules in force are given whole, with those that never match', () =>
      within(async (_hub, api) => {
        const { configVersion, sourcing, warnings } = await api.get(SourcingRules, '/v1/sourcing');
        assert.equal(configVersion, 1);
        const { rules } = sourcing as { rules: { id: string; filters: { filter: string }[] }[] };
        assert.deepEqual(
          rules[0]?.filters.map(({ filter }) => filter),
          ['brand', 'region', 'capability', 'hours', 'capacity'],
        );
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? '', /^sourcing rules "late" are never used/);
      }));

    test('each decision is explained; other rules are run over the orders, and nothing is written', () =>
      within(async (hub, api) => {
        await hub.put('stock', stockDelivery('A', 'WH', 2));
        await hub.put('stock', stockDelivery('A', 'STORE', 1));
        await hub.quiet();
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 3)])));
        await hub.quiet();
        await hub.put('shop', orderDelivery(anOrder('2', [line('A', 1)])));
        await hub.put('shop', orderDelivery(anOrder('3', [line('A', 1)], { test: true })));
        await hub.quiet();

        const split = await api.get(SourcingExplanation, '/v1/orders/shop%2F1/sourcing');
        assert.equal(split.title, '#1');
        assert.deepEqual(
          split.decisions.map(({ what, allocations }) => [
            what,
            allocations.map(({ location, quantity }) => `${quantity} ${location}`),
          ]),
          [['reserved', ['1 STORE', '2 WH']]],
        );
        assert.deepEqual(
          split.decisions[0]?.considered.map(({ name, outcome }) => [name, outcome]),
          [
            ['Store', 'chosen'],
            ['Warehouse', 'chosen'],
          ],
        );
        const short = await api.get(SourcingExplanation, '/v1/orders/%232/sourcing');
        assert.deepEqual(
          short.decisions.map(({ what, short: lines }) => [what, lines[0]?.quantity]),
          [['short', 1]],
        );
        assert.match(short.decisions[0]?.because.join() ?? '', /1 of 1 × A can be had from no location/);
        const none = await api.get(SourcingExplanation, '/v1/orders/%233/sourcing');
        assert.deepEqual(none.decisions, [], 'of an order that is only known nothing is looked for');
        assert.equal((await api.problem(404, '/v1/orders/nobody/sourcing')).code, 'order-not-found');

        const run = (body: object) => api.post(SourcingSimulation, '/v1/sourcing/simulate', body);
        const same = await run({ sourcing: {} });
        assert.deepEqual([same.orders, same.changedOrders, same.decidedOtherwise], [2, 0, 0]);
        const stores = await run({ sourcing: storeOnly });
        assert.deepEqual(
          stores.changed.map(({ key, after }) => [
            key,
            after.map(({ location, quantity }) => `${quantity} ${location}`),
          ]),
          [['shop/1', ['1 STORE']]],
        );
        const { after } = stores;
        assert.deepEqual(
          [stores.before.splitOrders, after.splitOrders, after.units, after.missingUnits, after.cost],
          [1, 0, 1, 3, null],
        );
        assert.equal((await run({ sourcing: storeOnly, last: 1 })).orders, 1);
        const future = await run({ sourcing: storeOnly, since: '2090-01-01T00:00:00Z' });
        assert.deepEqual([future.orders, future.before.parcelsPerOrder], [0, '0.00']);
        assert.equal(
          (await api.get(SourcingExplanation, '/v1/orders/shop%2F1/sourcing')).decisions.length,
          1,
        );
      }));

    test('rules that cannot be used are refused with what is wrong in them', () =>
      within(async (_hub, api) => {
        const refused = async (body: unknown) =>
          (await api.problem(422, '/v1/sourcing/simulate', { body })).detail;
        assert.match(
          await refused({ sourcing: { rules: [{ id: 'r', filters: [{ filter: 'moon' }] }] } }),
          /^sourcing\.rules\.0\.filters\.0\.filter: there is none of that name: one of "brand", "kind"/,
        );
        assert.match(await refused({ sourcing: { rulez: [] } }), /^sourcing: there is no setting "rulez"/);
        assert.match(await refused({ sourcing: { places: { MOON: {} } } }), /"MOON", which does not exist/);
        assert.match(await refused({ sourcing: {}, since: 'yesterday' }), /since/);
        assert.match(await refused({ sourcing: {}, last: 0 }), /last/);
        assert.match(await refused({}), /sourcing/);
      }));
  });
}
