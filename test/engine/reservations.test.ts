/** Reservations answered at once: never beyond what is there, one answer a key, ended by themselves, on one node and on two. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ReservationRequest } from '../../src/domain/reservation/request.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { findingsInside } from '../support/sound.ts';

const MINUTE_MS = 60_000;

const request = (quantity = 1, more: object = {}) =>
  ReservationRequest.parse({ lines: [{ sku: 'HOT', location: 'WH', quantity }], ...more });

async function position(hub: TestEngine, sku = 'HOT'): Promise<{ on_hand: number; reserved: number }> {
  const [row] = await hub.database.query<{ on_hand: number; reserved: number }>(
    'select on_hand, reserved from position where sku = $1',
    [sku],
  );
  return row ?? { on_hand: 0, reserved: 0 };
}

async function withHub(
  kind: 'pglite' | 'postgres',
  onHand: number,
  work: (hub: TestEngine, place: { url?: string; dataDir?: string }) => Promise<void>,
): Promise<void> {
  await withDatabase(kind, async (place) => {
    const hub = await startEngine(place);
    try {
      await hub.put('stock', stockDelivery('HOT', 'WH', onHand));
      await hub.quiet();
      await work(hub, place);
      await hub.quiet();
      assert.deepEqual(hub.errors, []);
      assert.deepEqual(await findingsInside(hub.database, { halfDone: false }), []);
    } finally {
      await hub.close();
    }
  });
}

for (const kind of databases()) {
  describe(`reservations on ${kind}`, () => {
    test('twice as many want a SKU as there are units: each unit is promised once, and nobody waits in vain', () =>
      withHub(kind, 300, async (hub) => {
        const desk = hub.engine.reservations;
        const answers = await Promise.all(
          Array.from({ length: 600 }, (_, index) => desk.reserve(`cart-${index}`, request())),
        );
        const granted = answers.filter(({ state }) => state.status === 'granted');
        assert.equal(granted.length, 300);
        assert.equal(answers.filter(({ state }) => state.status === 'refused').length, 300);
        assert.deepEqual(await position(hub), { on_hand: 300, reserved: 300 });
      }));

    test('the same key has the same answer, also in the same commit; with another request it is another matter', () =>
      withHub(kind, 10, async (hub) => {
        const desk = hub.engine.reservations;
        const [one, two] = await Promise.all([desk.reserve('k', request(2)), desk.reserve('k', request(2))]);
        assert.deepEqual([one?.isNew, two?.isNew], [true, false]);
        assert.deepEqual(two?.state, one?.state);
        const again = await desk.reserve('k', request(2));
        assert.deepEqual(again, { ...one, isNew: false });
        assert.equal((await desk.reserve('k', request(3))).isSame, false);
        assert.deepEqual(await position(hub), { on_hand: 10, reserved: 2 });
      }));

    test('it ends by release, which counts once, and by its time', () =>
      withHub(kind, 10, async (hub) => {
        const desk = hub.engine.reservations;
        const { id } = await desk.reserve('a', request(2));
        await desk.reserve('b', request(3, { timeToLive: 60 }));
        assert.equal((await desk.release(id, 'the cart was emptied')).done, true);
        assert.equal((await desk.release(id, 'again')).done, true);
        assert.deepEqual(await position(hub), { on_hand: 10, reserved: 3 });
        await hub.pass(2 * MINUTE_MS);
        assert.deepEqual(await position(hub), { on_hand: 10, reserved: 0 });
        const again = await desk.reserve('b', request(3, { timeToLive: 60 }));
        assert.equal(again.state.status, 'expired', 'its answer stands, and that it is over');
        assert.equal((await desk.claim(again.id, 'shop/1')).done, false);
        assert.equal((await desk.release('nobody', '')).state.status, 'new');
        const [row] = await hub.database.query("select count(*) as rows from stream where key = 'nobody'");
        assert.deepEqual(row, { rows: 0 }, 'what was never asked for leaves nothing');
      }));

    test('what others granted, and what was granted before a start, ends by itself too', () =>
      withHub(kind, 10, async (hub, place) => {
        await hub.engine.reservations.reserve('a', request(2, { timeToLive: 60 }));
        if (kind === 'pglite') return;
        await hub.engine.stop();
        const next = await startEngine(place, { clock: hub.clock, node: 'node-2' });
        try {
          await next.pass(2 * MINUTE_MS);
          assert.deepEqual(await position(next), { on_hand: 10, reserved: 0 });
        } finally {
          await next.close();
        }
      }));

    test('an order takes its units over in one turn: promised to the one or to the other, never free', () =>
      withHub(kind, 2, async (hub) => {
        await hub.engine.setPaused('erp', true);
        const desk = hub.engine.reservations;
        const [a, b] = await Promise.all([desk.reserve('a', request()), desk.reserve('b', request())]);
        await hub.put(
          'shop',
          orderDelivery(anOrder('1', [line('HOT', 1)], { reservations: [a?.id ?? ''] })),
          orderDelivery(anOrder('2', [line('HOT', 1)], { reservations: [a?.id ?? ''] })),
          orderDelivery(anOrder('3', [line('HOT', 1)])),
        );
        await hub.quiet();
        assert.deepEqual(await position(hub), { on_hand: 2, reserved: 2 });
        await desk.claim(b?.id ?? '', 'shop/3');
        await hub.quiet();
        const rows = await hub.database.query<{ key: string; status: string }>(
          "select key, status from stream where kind = 'reservation' order by key",
        );
        assert.deepEqual(
          rows.map(({ status }) => status),
          ['taken-over', 'taken-over'],
        );
        const held = await hub.database.query<{ key: string; units: number }>(
          "select key, sum(reserved)::bigint as units from movement where kind = 'order' group by key order by key",
        );
        assert.equal(held.length, 2, 'one of the two that named it, and the one that it was claimed for');
        assert.deepEqual(await position(hub), { on_hand: 2, reserved: 2 });
        const freed = await hub.database.query("select 1 from movement where movement = 'released'");
        assert.deepEqual(freed, []);
        await hub.engine.setPaused('erp', false);
        await hub.quiet();
      }));
  });
}

test(
  'two nodes reserve the same SKU at once, and are asked with the same keys',
  { skip: !databases().includes('postgres') },
  () =>
    withHub('postgres', 200, async (hub, place) => {
      const other = await startEngine(place, { clock: hub.clock, node: 'node-2' });
      try {
        const ask = (node: TestEngine, prefix: string) =>
          Array.from({ length: 200 }, (_, index) =>
            node.engine.reservations.reserve(`${prefix}-${index}`, request()),
          );
        const [own, others, left, right] = await Promise.all([
          Promise.all(ask(hub, 'one')),
          Promise.all(ask(other, 'two')),
          Promise.all(ask(hub, 'same')),
          Promise.all(ask(other, 'same')),
        ]);
        for (const [index, answer] of left.entries()) {
          assert.deepEqual(right[index]?.state, answer.state);
          assert.equal(Number(right[index]?.isNew) + Number(answer.isNew), 1, 'one of them has made it');
        }
        const granted = [...own, ...others, ...left].filter(({ state }) => state.status === 'granted');
        assert.equal(granted.length, 200);
        assert.deepEqual(await position(hub), { on_hand: 200, reserved: 200 });
        assert.deepEqual(other.errors, []);
      } finally {
        await other.close();
      }
    }),
);
