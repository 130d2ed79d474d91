/** A silent inventory system: its location sells by its fallback rule, and as before from its next word on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { apiOf } from '../../test/support/api.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../../test/support/builders.ts';
import { startEngine, until } from '../../test/support/engine.ts';
import { StockDetail } from '../gateway/schemas/stock.ts';

const MINUTE_MS = 60_000;
const config = (() => {
  const [warehouse, store] = aRetailer().locations;
  const fallback = { afterMinutes: 30, rule: 'stop-selling' } as const;
  return aRetailer({ locations: [{ ...warehouse!, fallback }, store!] });
})();

for (const kind of databases()) {
  test(`nothing is promised while the source is silent, and who waited is served at its next word (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startEngine(place, { config });
      const api = apiOf(hub);
      const here = async () => {
        const { places } = await api.get(StockDetail, '/v1/stock/A');
        return places.find(({ location }) => location === 'WH');
      };
      const told = async () => {
        const { skus } = await hub.engine.availability.of(['A']);
        return skus[0]?.locations.find(({ location }) => location === 'WH')?.available;
      };
      try {
        await hub.put('stock', stockDelivery('A', 'WH', 5));
        await hub.quiet();
        await hub.pass(29 * MINUTE_MS);
        assert.equal((await here())?.silence, null);
        assert.equal(await told(), 5);

        await hub.pass(3 * MINUTE_MS);
        // Another item is told of by nobody, so nothing wakes but the end of the silence.
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2)], { holds: null })));
        await hub.quiet();
        const silent = await here();
        assert.deepEqual(
          [silent?.silence?.rule, silent?.silence?.connection, silent?.heldBack, silent?.available],
          ['stop-selling', 'stock', 5, 0],
        );
        assert.equal(silent?.reserved, 0, 'nothing was promised');
        assert.equal(silent?.onHand, 5);

        await hub.put('stock', stockDelivery('B', 'WH', 1));
        await hub.quiet();
        await hub.pass(2 * MINUTE_MS);
        await until('the order that waited to be served', async () => (await here())?.onHand === 3);
        assert.equal((await here())?.silence, null);
        assert.deepEqual(api.defects, []);
      } finally {
        await hub.close();
      }
    }));
}
