/** Figures from memory: never more than the table holds, kept by this node's commits and by the journal of others. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ReservationRequest } from '../../src/domain/reservation/request.ts';
import { setSafetyStock } from '../../src/engine/operator.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine, until } from '../support/engine.ts';

const request = (quantity: number, sku = 'A') =>
  ReservationRequest.parse({ lines: [{ sku, location: 'WH', quantity }] });

async function told(hub: TestEngine, sku = 'A', location = 'WH') {
  const { skus } = await hub.engine.availability.of([sku]);
  return skus[0]?.locations.find((each) => each.location === location)?.available ?? 0;
}

async function stored(hub: TestEngine, sku = 'A', location = 'WH'): Promise<number> {
  const [row] = await hub.database.query<{ left: number }>(
    'select on_hand - reserved as left from position where sku = $1 and location = $2',
    [sku, location],
  );
  return row?.left ?? 0;
}

for (const kind of databases()) {
  describe(`availability on ${kind}`, () => {
    test('is what the table says after each commit, also of what is new', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          assert.equal(await told(hub), 0);
          await hub.put('stock', stockDelivery('A', 'WH', 10));
          await hub.quiet();
          assert.equal(await told(hub), 10);
          const { id } = await hub.engine.reservations.reserve('a', request(4));
          assert.equal(await told(hub), 6);
          await hub.engine.reservations.release(id, '');
          assert.equal(await told(hub), 10);
          await hub.put('stock', stockDelivery('A', 'STORE', 3));
          await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2)])));
          await hub.quiet();
          assert.equal(await told(hub, 'A', 'STORE'), await stored(hub, 'A', 'STORE'));
          assert.equal(await told(hub), await stored(hub));
          const left = await told(hub);
          await setSafetyStock(hub.engine, { sku: 'A', location: 'WH', units: 3 }, 'Ann');
          assert.equal(await told(hub), left - 3, 'what is kept back is not for sale');
          const { ageMs } = await hub.engine.availability.of(['A']);
          assert.ok(ageMs <= 1_000, `the figures are ${ageMs} ms old`);
        } finally {
          await hub.close();
        }
      }));

    test('is there at once after a start', () =>
      withDatabase(kind, async (place) => {
        const before = await startEngine(place);
        await before.put('stock', stockDelivery('A', 'WH', 10));
        await before.quiet();
        await before.engine.reservations.reserve('a', request(4));
        await before.close();
        const hub = await startEngine(place, { clock: before.clock, node: 'node-2' });
        try {
          assert.equal(await told(hub), 6);
        } finally {
          await hub.close();
        }
      }));
  });
}

test(
  'a node follows what another one moves and keeps back, and never tells more than the table held since its age',
  { skip: !databases().includes('postgres') },
  () =>
    withDatabase('postgres', async (place) => {
      const hub = await startEngine(place);
      const other = await startEngine(place, { clock: hub.clock, node: 'node-2' });
      try {
        await hub.put('stock', stockDelivery('A', 'WH', 500));
        await until('the stock to be counted', async () => (await stored(hub)) === 500);
        await until(
          'both to know of it',
          async () => (await told(hub)) === 500 && (await told(other)) === 500,
        );
        let selling = true;
        // Stock only goes down meanwhile: what was in the table before the instant of an answer is never less than the answer.
        const samples: { at: number; left: number }[] = [];
        const looks = (async () => {
          let judged = 0;
          while (selling || judged < 5) {
            const left = await stored(other);
            samples.push({ at: performance.now(), left });
            const { ageMs, skus } = await other.engine.availability.of(['A']);
            const asOf = performance.now() - ageMs;
            const sample = samples.findLast(({ at }) => at < asOf);
            if (!sample) continue;
            const available = skus[0]?.locations[0]?.available ?? 0;
            assert.ok(available <= sample.left, `${available} were told when there were ${sample.left}`);
            judged += 1;
          }
          return judged;
        })();
        for (let round = 0; round < 10; round += 1)
          await Promise.all(
            Array.from({ length: 25 }, (_, index) =>
              (index % 2 === 0 ? hub : other).engine.reservations.reserve(`${round}/${index}`, request(1)),
            ),
          );
        selling = false;
        assert.ok((await looks) >= 5);
        await until(
          'both to tell what is left',
          async () => (await told(hub)) === 250 && (await told(other)) === 250,
        );
        await hub.database.query(
          "insert into safety_stock (sku, location, version, units, changed_at, changed_by) values ('A', 'WH', 1, 50, '2026-10-01', 'Ann')",
        );
        await until(
          'both to keep it back',
          async () => (await told(hub)) === 200 && (await told(other)) === 200,
        );
        assert.deepEqual([...hub.errors, ...other.errors], []);
      } finally {
        await other.close();
        await hub.close();
      }
    }),
);
