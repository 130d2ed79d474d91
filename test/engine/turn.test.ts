/** What a turn does with streams that cannot be decided, with text that PostgreSQL refuses, and with very many messages. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Delivery } from '../../src/connectors/contract.ts';
import { retryCase } from '../../src/engine/operator.ts';
import { bucketOf } from '../../src/store/bucket.ts';
import { listCases } from '../../src/store/cases.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { findingsInside } from '../support/sound.ts';
import { standInDelivery } from '../support/stand-in.ts';

const MINUTE_MS = 60_000;

/** A retailer with a second shop, which can be taken out of the configuration. */
const withSecondShop = aRetailer({
  connections: [
    ...aRetailer().connections,
    { ...(aRetailer().connections[0] as ReturnType<typeof aRetailer>['connections'][number]), id: 'shop2' },
  ],
});

async function statusOf(hub: TestEngine, key: string): Promise<string | undefined> {
  const [row] = await hub.database.query<{ status: string }>('select status from stream where key = $1', [
    key,
  ]);
  return row?.status;
}

async function assertSound(hub: TestEngine): Promise<void> {
  assert.deepEqual(await findingsInside(hub.database, { halfDone: false }), []);
}

/** Ids of orders of the shop whose streams lie in the same bucket as a key. */
function idsInBucketOf(key: string, count: number): string[] {
  const ids: string[] = [];
  for (let id = 1; ids.length < count; id += 1)
    if (bucketOf(`shop/${id}`) === bucketOf(key)) ids.push(String(id));
  return ids;
}

for (const kind of databases()) {
  describe(`turns on ${kind}`, () => {
    test('a stream whose deciding fails is left out; the third time it is a case, and a retry takes its messages up', () =>
      withDatabase(kind, async (place) => {
        // Messages of a connection that is then taken out of the configuration: nobody can read them.
        const before = await startEngine(place, { config: withSecondShop });
        await before.engine.setPaused('erp', true);
        await before.put('stock', stockDelivery('A', 'WH', 100));
        await before.quiet();
        await before.close();

        const without = await startEngine(place, { clock: before.clock });
        const at = without.clock.nowIso();
        const { storeDeliveries } = await import('../../src/store/intake.ts');
        const { body, topic } = orderDelivery(anOrder('1', [line('A', 1)]), 'shop2');
        await storeDeliveries(without.database, [
          {
            id: without.engine.newId(),
            inboxId: without.engine.newId(),
            connection: 'shop2',
            topic,
            origin: 'webhook',
            deliveryId: null,
            eventId: null,
            bodyHash: createHash('sha256').update(body).digest(),
            body,
            receivedAt: at,
            priority: 0,
            fairAt: at,
            stream: { bucket: bucketOf('shop2/1'), kind: 'order', key: 'shop2/1' },
            end: null,
          },
        ]);
        await without.engine.setPaused('erp', false);
        await without.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
        await without.quiet();
        assert.equal(await statusOf(without, 'shop/1'), 'closed', 'the others go on');
        assert.deepEqual(await listCases(without.database, { status: 'open', limit: 9 }), []);
        const due = without.engine.status.nextDueAt ?? 0;
        assert.ok(due > without.clock.now() && due <= without.clock.now() + MINUTE_MS, 'it is tried again');
        await without.pass(10 * MINUTE_MS);
        const [open, ...more] = await listCases(without.database, { status: 'open', limit: 9 });
        assert.ok(open);
        assert.deepEqual(more, []);
        assert.equal(open.reason, 'decide-failed');
        assert.match(open.message, /"shop2", which is not configured any more/);
        const [parked] = await without.database.query('select count(*) as parked from inbox where parked');
        assert.deepEqual(parked, { parked: 1 });
        assert.equal(without.errors.filter((words) => /deciding failed/.test(words)).length, 3);
        await without.close();

        const again = await startEngine(place, { clock: without.clock, config: withSecondShop });
        try {
          assert.equal((await retryCase(again.engine, open, { by: 'test', note: '' })).ok, true);
          await again.quiet();
          assert.equal(await statusOf(again, 'shop2/1'), 'closed');
          assert.deepEqual(await listCases(again.database, { status: 'open', limit: 9 }), []);
          assert.deepEqual(again.errors, []);
          await assertSound(again);
        } finally {
          await again.close();
        }
      }));

    test('a stream that waits to be tried again hides nothing behind it, however many messages it has', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          // A key that is none: its stream cannot even begin.
          const bad = 'nonsense';
          const [id = ''] = idsInBucketOf(bad, 1);
          await hub.put('stock', stockDelivery('A', 'WH', 10));
          await hub.engine.send(
            Array.from({ length: 500 }, (_, index) => ({
              kind: 'stock' as const,
              key: bad,
              message: { type: 'stock.wanted' as const, order: `shop/${index}` },
            })),
          );
          await hub.quiet();
          await hub.put('shop', orderDelivery(anOrder(id, [line('A', 1)])));
          await hub.quiet();
          assert.equal(await statusOf(hub, `shop/${id}`), 'closed');
          const [row] = await hub.database.query('select count(*) as waiting from inbox where not parked');
          assert.deepEqual(row, { waiting: 500 }, 'the bad stream still waits for its next try');
        } finally {
          await hub.close();
        }
      }));

    test('what only a newer version can fold is left to it, and hides nothing', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          const [id = '', newer = ''] = idsInBucketOf('shop/x', 2);
          await hub.put('stock', stockDelivery('A', 'WH', 10));
          await hub.put('shop', orderDelivery(anOrder(newer, [line('A', 1)])));
          await hub.quiet();
          await hub.database.query('update stream set evolve_version = 999 where key = $1', [
            `shop/${newer}`,
          ]);
          await hub.engine.send(
            Array.from({ length: 200 }, () => ({
              kind: 'order' as const,
              key: `shop/${newer}`,
              message: { type: 'configuration.changed' as const, version: 1 },
            })),
          );
          await hub.put('shop', orderDelivery(anOrder(id, [line('A', 1)])));
          await hub.quiet();
          assert.equal(await statusOf(hub, `shop/${id}`), 'closed');
          const [row] = await hub.database.query('select count(*) as waiting from inbox');
          assert.deepEqual(row, { waiting: 200 });
        } finally {
          await hub.close();
        }
      }));

    test('a state that an older version has folded is folded anew from the journal', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          await hub.put('stock', stockDelivery('A', 'WH', 10));
          await hub.put('shop', ...['1', '2'].map((id) => orderDelivery(anOrder(id, [line('A', 1)]))));
          await hub.quiet();
          await hub.database.query(
            `update stream set evolve_version = 0, state = '{"shape":"of old"}' where kind = 'order'`,
          );
          const later = { updatedAt: '2026-10-01T08:30:00.000Z', name: '#renamed' };
          await hub.put('shop', ...['1', '2'].map((id) => orderDelivery(anOrder(id, [line('A', 1)], later))));
          await hub.quiet();
          const rows = await hub.database.query("select title, status from stream where kind = 'order'");
          assert.deepEqual(rows, Array(2).fill({ title: '#renamed', status: 'closed' }));
          assert.deepEqual(hub.errors, []);
          await assertSound(hub);
        } finally {
          await hub.close();
        }
      }));

    test('a stream whose rows the database refuses fails alone, in the end as a case', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          // An item whose code no index can hold: 6,000 characters that cannot be compressed.
          const code = Array.from({ length: 1_500 }, (_, index) =>
            ((Math.imul(index + 1, 2_654_435_761) >>> 0) % 65_536).toString(16).padStart(4, '0'),
          ).join('');
          await hub.put(
            'stock',
            stockDelivery('A', 'WH', 100),
            standInDelivery({
              stream: 'stock',
              key: 'stock/huge',
              persons: [],
              message: {
                type: 'stock.level',
                sku: code,
                location: 'WH',
                onHand: 1,
                key: 'k',
                at: '2026-09-30T00:00:00.000Z',
              },
            }),
          );
          await hub.put(
            'shop',
            ...Array.from({ length: 40 }, (_, id) => orderDelivery(anOrder(String(id), [line('A', 1)]))),
          );
          await hub.pass(10 * MINUTE_MS);
          const [row] = await hub.database.query(
            "select count(*) as closed from stream where kind = 'order' and status = 'closed'",
          );
          assert.deepEqual(row, { closed: 40 });
          const cases = await listCases(hub.database, { status: 'open', limit: 9 });
          assert.deepEqual(
            cases.map(({ key, reason }) => ({ key, reason })),
            [{ key: 'stock/huge', reason: 'decide-failed' }],
          );
          await assertSound(hub);
        } finally {
          await hub.close();
        }
      }));

    test('NUL and halves of surrogate pairs, in bodies, answers and notes, become U+FFFD and fail nothing', () =>
      withDatabase(kind, async (place) => {
        const odd = 'a\u0000b\ud800c\\u0000d';
        const seen = 'a\ufffdb\ufffdc\\u0000d';
        const hub = await startEngine(place, {
          hooks: {
            perform: (command) => {
              if (command.kind === 'erp.createSalesOrder' && command.key.startsWith('shop/2'))
                return { status: 'rejected', code: odd, message: odd, suggestedFix: odd };
              if (command.kind === 'erp.createSalesOrder')
                return { status: 'done', result: { salesOrderId: odd, number: odd } };
              return undefined;
            },
          },
        });
        try {
          const named = (id: string) => orderDelivery(anOrder(id, [line('A', 1)], { name: odd }));
          const odder: Delivery = { ...orderDelivery(anOrder('3', [line('A', 1)])), topic: `t${odd}` };
          await hub.put('stock', stockDelivery('A', 'WH', 10));
          await hub.put('shop', named('1'), named('2'), odder);
          await hub.engine.send([
            { kind: 'order', key: 'shop/1', message: { type: 'operator.resume', by: odd, note: odd } },
          ]);
          await hub.quiet();
          const [order] = await hub.database.query(
            "select title, state #>> '{erp,number}' as number from stream where key = 'shop/1'",
          );
          assert.deepEqual(order, { title: seen, number: seen });
          const [open] = await listCases(hub.database, { status: 'open', limit: 1 });
          assert.ok(open?.message.includes(seen), open?.message ?? 'no case');
          const [{ body } = { body: new Uint8Array() }] = await hub.database.query<{ body: Uint8Array }>(
            "select body from observation where stream_key = 'shop/1'",
          );
          assert.deepEqual(
            Buffer.from(body),
            Buffer.from(named('1').body),
            'the raw message is kept as it came',
          );
          assert.equal(await statusOf(hub, 'shop/3'), 'closed');
          assert.deepEqual(hub.errors, []);
          await assertSound(hub);
        } finally {
          await hub.close();
        }
      }));

    test('a stream with thousands of messages is worked off in order, and others are not held up for long', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          const many = Array.from({ length: 3_000 }, (_, index) =>
            standInDelivery({
              stream: 'stock',
              key: 'stock/A',
              persons: [],
              message: {
                type: index === 0 ? 'stock.level' : 'stock.moved',
                sku: 'A',
                location: 'WH',
                ...(index === 0
                  ? { onHand: 5_000 }
                  : { delta: index % 2 === 0 ? 1 : -1, reason: 'adjusted' }),
                key: `move-${index}`,
                at: new Date(Date.UTC(2026, 8, 30, 0, 0, index)).toISOString(),
              } as Parameters<typeof standInDelivery>[0]['message'],
            }),
          );
          await hub.put('stock', ...many);
          await hub.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
          await hub.quiet();
          assert.equal(await statusOf(hub, 'shop/1'), 'closed');
          const [position] = await hub.database.query('select on_hand, reserved from position');
          assert.deepEqual(position, { on_hand: 4_998, reserved: 0 });
          assert.deepEqual(hub.errors, []);
          await assertSound(hub);
        } finally {
          await hub.close();
        }
      }));

    test('a delivery of 32 MB is stored beside others, and read back whole', () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          const order = anOrder('1', [line('A', 1)]);
          const parsed = JSON.parse(Buffer.from(orderDelivery(order).body).toString()) as object;
          const body = Buffer.from(
            JSON.stringify({ ...parsed, padding: 'x'.repeat(32 * 1024 * 1024 - 4_000) }),
          );
          await hub.put('stock', stockDelivery('A', 'WH', 10));
          await hub.put(
            'shop',
            ...['2', '3'].map((id) => orderDelivery(anOrder(id, [line('A', 1)]))),
            { ...orderDelivery(order), body },
            { ...orderDelivery(anOrder('4', [line('A', 1)])) },
          );
          await hub.quiet();
          const [row] = await hub.database.query<{ bytes: number; closed: number }>(
            `select max(octet_length(body)) as bytes, (select count(*) from stream where status = 'closed') as closed from observation`,
          );
          assert.deepEqual(row, { bytes: body.length, closed: 4 });
          assert.deepEqual(hub.errors, []);
        } finally {
          await hub.close();
        }
      }));
  });
}
