/** Reservations and availability over HTTP: one answer a key, problems that say what to do, figures with their age. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { apiOf, type TestApi } from '../../test/support/api.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../../test/support/builders.ts';
import { startEngine, type TestEngine } from '../../test/support/engine.ts';
import { AvailabilityList, ReservationItem, ReservationList } from './schemas/reservations.ts';

async function withApi(
  kind: 'pglite' | 'postgres',
  work: (api: TestApi, hub: TestEngine) => Promise<void>,
): Promise<void> {
  await withDatabase(kind, async (place) => {
    const hub = await startEngine(place);
    const api = apiOf(hub);
    try {
      await hub.put('stock', stockDelivery('A', 'WH', 5), stockDelivery('A', 'STORE', 1));
      await hub.quiet();
      await work(api, hub);
      assert.deepEqual([...api.defects, ...hub.errors], []);
    } finally {
      await hub.close();
    }
  });
}

const headers = (key: string) => ({ 'idempotency-key': key });

for (const kind of databases()) {
  test(`a reservation is asked for, seen, claimed and released (${kind})`, () =>
    withApi(kind, async (api, hub) => {
      const ask = (key: string, body: object) =>
        api.get(ReservationItem, '/v1/reservations', { method: 'POST', body, headers: headers(key) });
      const body = { lines: [{ sku: 'A', quantity: 2, location: 'WH' }] };
      const made = await ask('cart-1', body);
      assert.deepEqual(
        [made.status, made.granted, made.lines[0]?.kept],
        ['granted', true, [{ location: 'WH', quantity: 2 }]],
      );
      assert.deepEqual(await ask('cart-1', body), made);
      assert.deepEqual(await api.get(ReservationItem, `/v1/reservations/${made.id}`), made);
      const { reservations } = await api.get(ReservationList, '/v1/reservations');
      assert.deepEqual(
        reservations.map(({ id, units }) => [id, units]),
        [[made.id, 2]],
      );
      const refused = await ask('cart-2', { lines: [{ sku: 'A', quantity: 9 }] });
      assert.deepEqual([refused.status, refused.granted, refused.lines[0]?.missing], ['refused', false, 5]);
      const part = await ask('cart-3', { lines: [{ sku: 'A', quantity: 9 }], policy: 'partial' });
      assert.equal(part.lines[0]?.missing, 5);

      const other = { method: 'POST' as const, body: { lines: [{ sku: 'A', quantity: 1 }] } };
      const reused = await api.problem(409, '/v1/reservations', { ...other, headers: headers('cart-1') });
      assert.equal(reused.code, 'idempotency-key-reused');
      assert.equal((await api.problem(422, '/v1/reservations', other)).code, 'invalid-request');
      const nowhere = { lines: [{ sku: 'A', quantity: 1, location: 'MARS' }] };
      await api.problem(422, '/v1/reservations', { method: 'POST', body: nowhere, headers: headers('x') });
      await api.problem(422, '/v1/reservations', {
        method: 'POST',
        body: { lines: [] },
        headers: headers('x'),
      });
      assert.equal((await api.problem(404, '/v1/reservations/nobody')).code, 'reservation-not-found');

      const released = await api.post(ReservationItem, `/v1/reservations/${part.id}/release`, {});
      assert.deepEqual([released.status, released.granted, released.expiresAt], ['released', true, null]);
      await api.post(ReservationItem, `/v1/reservations/${part.id}/release`, { reason: 'again' });
      const late = { method: 'POST' as const, body: { order: 'shop/1' } };
      assert.equal(
        (await api.problem(409, `/v1/reservations/${part.id}/claim`, late)).code,
        'reservation-ended',
      );
      await api.problem(404, '/v1/reservations/nobody/release', { method: 'POST', body: {} });
      await api.problem(422, `/v1/reservations/${made.id}/claim`, { method: 'POST', body: { order: '1' } });

      const claimed = await api.post(ReservationItem, `/v1/reservations/${made.id}/claim`, {
        order: 'shop/1',
      });
      assert.deepEqual([claimed.status, claimed.order], ['claimed', 'shop/1']);
      await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2)])));
      await hub.quiet();
      assert.equal((await api.get(ReservationItem, `/v1/reservations/${made.id}`)).status, 'taken-over');
      const over = await api.problem(409, `/v1/reservations/${made.id}/release`, {
        method: 'POST',
        body: {},
      });
      assert.match(over.detail, /taken-over/);
    }));

  test(`what can be sold of many SKUs, by address and by list (${kind})`, () =>
    withApi(kind, async (api) => {
      const some = await api.get(AvailabilityList, '/v1/availability?sku=A,B&sku=C');
      assert.deepEqual(
        some.skus.map(({ sku, available }) => [sku, available]),
        [
          ['A', 6],
          ['B', 0],
          ['C', 0],
        ],
      );
      assert.ok(some.ageMs <= 1_000);
      const here = await api.post(AvailabilityList, '/v1/availability', { skus: ['A'], location: 'STORE' });
      assert.deepEqual(
        here.skus[0]?.locations.map(({ location, available }) => [location, available]),
        [['STORE', 1]],
      );
      const kept = { lines: [{ sku: 'A', location: 'WH', quantity: 2 }] };
      await api.get(ReservationItem, '/v1/reservations', {
        method: 'POST',
        body: kept,
        headers: headers('two'),
      });
      const after = await api.get(AvailabilityList, '/v1/availability?sku=A,B');
      assert.equal(after.skus[0]?.available, 4, 'what was told before is not told again');
      await api.problem(422, '/v1/availability?sku=A&location=MARS');
      await api.problem(422, '/v1/availability');
    }));
}
