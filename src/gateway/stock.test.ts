/** Stock by the API: positions now and at any instant, with what moved them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { apiOf } from '../../test/support/api.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../../test/support/builders.ts';
import { startEngine } from '../../test/support/engine.ts';
import { standInDelivery } from '../../test/support/stand-in.ts';
import type { StockObservation } from '../domain/messages.ts';
import { StockDetail, StockList } from './schemas/stock.ts';

const MINUTE_MS = 60_000;

for (const kind of databases()) {
  test(`every position is the sum of its movements, at any instant (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startEngine(place, {});
      const api = apiOf(hub);
      const told = (change: Partial<Extract<StockObservation, { type: 'stock.moved' }>> & { key: string }) =>
        hub.put(
          'stock',
          standInDelivery({
            stream: 'stock',
            key: 'stock/A',
            persons: [],
            message: {
              type: 'stock.moved',
              sku: 'A',
              location: 'WH',
              delta: 0,
              reason: 'received',
              at: hub.clock.nowIso(),
              ...change,
            },
          }),
        );
      try {
        await hub.put('stock', stockDelivery('A', 'WH', 5), stockDelivery('AB', 'STORE', 2));
        await hub.quiet();
        const instants = [hub.clock.nowIso()];
        const later = async () => {
          await hub.quiet();
          instants.push(hub.clock.nowIso());
          await hub.pass(MINUTE_MS);
        };
        await hub.pass(MINUTE_MS);
        await told({ key: 'mv-1', reason: 'expected', incoming: 4, document: 'PO-7' });
        await later();
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2)])));
        await later();
        await told({ key: 'mv-2', delta: 3, damaged: 1, incoming: -4, document: 'PO-7' });
        await later();
        const now = await api.get(StockDetail, '/v1/stock/A');
        const [here] = now.places;
        assert.deepEqual(
          [here?.onHand, here?.reserved, here?.damaged, here?.incoming, here?.available],
          [6, 0, 1, 0, 6],
        );
        assert.equal(here?.name, 'Warehouse');
        // Backwards from now: at each instant the sums are what is left when newer movements are taken away.
        for (const at of instants) {
          const then = await api.get(StockDetail, `/v1/stock/A?at=${at}`);
          assert.equal(then.now, false);
          assert.ok(then.movements.every((each) => each.at <= at));
          for (const state of ['onHand', 'reserved', 'damaged', 'qualityControl', 'incoming'] as const) {
            const newer = now.movements.filter((each) => each.at > at);
            const sum = newer.reduce((all, each) => all + each[state], 0);
            assert.equal(then.places[0]?.[state], (here?.[state] ?? 0) - sum, `${state} at ${at}`);
          }
        }
        const first = await api.get(StockDetail, `/v1/stock/A?at=${instants[0]}`);
        assert.deepEqual(
          first.movements.map((each) => each.kind),
          ['opening'],
        );
        assert.deepEqual((await api.get(StockDetail, '/v1/stock/A?at=2026-01-01T00:00:00Z')).places, []);

        const received = now.movements.find((each) => each.act === 'mv-2');
        assert.deepEqual(
          [received?.kind, received?.reason, received?.source, received?.order, received?.fact],
          ['received', 'PO-7', 'stock', null, 'StockMoved'],
        );
        assert.match(
          await (await api.call(`/v1/observations/${received?.observationId}`)).text(),
          /"mv-2"/,
          'the message that told of it',
        );
        const reserved = now.movements.find((each) => each.kind === 'reserved');
        assert.deepEqual(reserved?.order, { key: 'shop/1', title: '#1' });

        const paged: string[] = [];
        for (let next: string | null = ''; next !== null; ) {
          const page: StockDetail = await api.get(
            StockDetail,
            `/v1/stock/A?limit=1${next === '' ? '' : `&before=${next}`}`,
          );
          paged.push(...page.movements.map((each) => `${each.stream.key} ${each.seq} ${each.kind}`));
          next = page.next;
        }
        assert.deepEqual(
          paged,
          now.movements.map((each) => `${each.stream.key} ${each.seq} ${each.kind}`),
        );

        const list = async (query: string) => (await api.get(StockList, `/v1/stock?${query}`)).items;
        assert.deepEqual(
          (await list('')).map(({ sku, onHand }) => `${sku} ${onHand}`),
          ['A 6', 'AB 2'],
        );
        assert.deepEqual(
          (await list('text=ab')).map(({ sku }) => sku),
          ['AB'],
        );
        assert.deepEqual(
          (await list('location=WH')).map(({ sku }) => sku),
          ['A'],
        );
        const { next } = await api.get(StockList, '/v1/stock?limit=1');
        assert.deepEqual(
          (await list(`limit=1&after=${next}`)).map(({ sku }) => sku),
          ['AB'],
        );

        await api.problem(404, '/v1/stock/NONE');
        await api.problem(422, '/v1/stock/A?location=MOON');
        await api.problem(422, '/v1/stock/A?before=xyz');
        assert.deepEqual(api.defects, []);
      } finally {
        await hub.close();
      }
    }));

  test(`what is kept back is not sold, and is told as it was (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startEngine(place, {});
      const api = apiOf(hub);
      const keep = (units: number | null) =>
        api.call('/v1/stock/A/safety', { method: 'PUT', body: { location: 'WH', units, by: 'Ann' } });
      const places = async (query = '') => (await api.get(StockDetail, `/v1/stock/A${query}`)).places;
      try {
        await hub.put('stock', stockDelivery('A', 'WH', 5));
        await hub.quiet();
        assert.deepEqual(await (await keep(4)).json(), { changed: true });
        assert.deepEqual(await (await keep(4)).json(), { changed: false });
        const then = hub.clock.nowIso();
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 3)], { holds: null })));
        await hub.quiet();
        assert.equal(
          (await api.get(StockDetail, '/v1/stock/A')).movements.find((each) => each.kind === 'reserved')
            ?.reserved,
          1,
        );
        await hub.pass(MINUTE_MS);
        await keep(null);
        await hub.quiet();
        const [now] = await places();
        assert.equal(now?.safety, 0);
        assert.equal((now?.onHand ?? 0) - (now?.reserved ?? 0), 2, 'the order that waited has the rest');
        const [before] = await places(`?at=${then}`);
        assert.equal(before?.safety, 4);
      } finally {
        await hub.close();
      }
    }));

  test(`a person adjusts what Crossdock owns, once, and nothing else (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const { locations } = aRetailer();
      const config = aRetailer({
        locations: locations.map((each) => (each.id === 'WH' ? { ...each, stockOwner: 'crossdock' } : each)),
      });
      const hub = await startEngine(place, { config });
      const api = apiOf(hub);
      const path = '/v1/stock/A/adjustments';
      const body = { location: 'WH', delta: 3, reason: 'found', by: 'Ann' };
      try {
        await hub.put('stock', stockDelivery('A', 'WH', 5), stockDelivery('A', 'STORE', 5));
        await hub.quiet();
        const headers = { 'idempotency-key': 'count-7' };
        for (const _ of [1, 2]) assert.equal((await api.call(path, { body, headers })).status, 200);
        await hub.quiet();
        const { places, movements } = await api.get(StockDetail, '/v1/stock/A?location=WH');
        assert.deepEqual([places[0]?.onHand, places[0]?.owner], [8, 'crossdock']);
        const [newest] = movements;
        assert.deepEqual([newest?.kind, newest?.onHand, newest?.reason], ['adjusted', 3, 'found (Ann)']);
        assert.equal(movements.length, 2);
        assert.equal(
          (await api.problem(409, path, { body: { ...body, delta: -9 } })).code,
          'stock-not-there',
        );
        assert.equal(
          (await api.problem(409, path, { body: { ...body, location: 'STORE' } })).code,
          'stock-not-ours',
        );
        await api.problem(422, path, { body: { ...body, delta: 0 } });
        await api.problem(422, path, { body: { ...body, location: 'NOWHERE' } });
        assert.deepEqual(hub.errors, []);
      } finally {
        await hub.close();
      }
    }));
}
