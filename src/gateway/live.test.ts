/** The live channel: who watches hears of every change, of this process and of others, and of silence. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { apiOf } from '../../test/support/api.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../../test/support/builders.ts';
import { startEngine, until } from '../../test/support/engine.ts';
import { NAMED_AT_MOST, Watcher } from './live.ts';
import { CaseList } from './schemas/cases.ts';
import { MappingsSaved } from './schemas/operations.ts';
import { OrderList } from './schemas/orders.ts';

/** Reads server-sent events as a browser would. */
function eventsOf(response: Response): {
  seen: { event: string; data: Record<string, unknown> }[];
  end(): Promise<void>;
} {
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  const seen: { event: string; data: Record<string, unknown> }[] = [];
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const reading = (async () => {
    for (;;) {
      const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) return;
      text += value;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1] ?? '';
        seen.push({ event, data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') });
      }
    }
  })();
  return {
    seen,
    async end() {
      await reader?.cancel();
      await reading;
    },
  };
}

describe('live events', () => {
  for (const kind of databases()) {
    test(`a watcher hears of the orders that a turn has changed (${kind})`, () =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place);
        try {
          const watch = eventsOf(await apiOf(hub).call('/v1/events'));
          await until('the greeting', () => watch.seen.length > 0);
          assert.equal(watch.seen[0]?.event, 'hello');
          await hub.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
          await until('the order', () => watch.seen.some(({ event }) => event === 'orders'));
          const told = watch.seen.find(({ event }) => event === 'orders');
          assert.deepEqual(told?.data.keys, ['shop/1']);
          assert.equal(told?.data.more, false);
          await watch.end();
        } finally {
          await hub.close();
        }
      }));
  }

  test(
    'on a shared database a watcher hears of what another process has decided',
    {
      skip: !databases().includes('postgres') && 'no PostgreSQL',
    },
    () =>
      withDatabase('postgres', async (place) => {
        const here = await startEngine(place, { node: 'here' });
        const there = await startEngine(place, { node: 'there' });
        try {
          // Only the other one may take the turn: this one is told by the database alone.
          await here.engine.stop();
          const watch = eventsOf(await apiOf(here).call('/v1/events'));
          await until('the greeting', () => watch.seen.length > 0);
          // Each round changes another order, until the watcher has begun to look.
          let round = 0;
          await until('an order of the other process', async () => {
            round += 1;
            await there.put('shop', orderDelivery(anOrder(`r${round}`, [line('A', 1)])));
            await there.quiet();
            return watch.seen.some(({ event }) => event === 'orders');
          });
          const last = `shop/r${round}`;
          await until('the last of them', () =>
            watch.seen.some(({ data }) => ((data.keys as string[] | undefined) ?? []).includes(last)),
          );
          await watch.end();
        } finally {
          await there.close();
          await here.close();
        }
      }),
  );

  test(
    'a mapping that is set at one process counts at once at another, whose turn goes on with the order',
    {
      skip: !databases().includes('postgres') && 'no PostgreSQL',
    },
    () =>
      withDatabase('postgres', async (place) => {
        const retailer = aRetailer();
        const config = {
          ...retailer,
          connections: retailer.connections.map((connection) =>
            connection.id === 'shop'
              ? { ...connection, sameCodes: connection.sameCodes.filter((kind) => kind !== 'sku') }
              : connection,
          ),
        };
        const here = await startEngine(place, { node: 'here', config });
        const there = await startEngine(place, { node: 'there', config });
        try {
          await there.put('stock', stockDelivery('MUG', 'WH', 9));
          await there.put('shop', orderDelivery(anOrder('1', [line('old', 1)])));
          const { get } = apiOf(there);
          await until('the case', async () => (await get(CaseList, '/v1/cases')).cases.length === 1);
          // Only the other one takes turns from now on, and it has read the mappings before they change.
          await here.engine.stop();
          const row = { kind: 'sku', connection: 'shop', external: 'old', internal: 'MUG' };
          const saved = await apiOf(here).get(MappingsSaved, '/v1/mappings', {
            method: 'PUT',
            body: { rows: [row] },
          });
          assert.equal(saved.retried, 1);
          const orders = async () => (await apiOf(there).get(OrderList, '/v1/orders')).orders;
          await until('the order to finish', async () => (await orders())[0]?.closed === true);
        } finally {
          await there.close();
          await here.close();
        }
      }),
  );

  test('changes that come close together are told at once, and too many are not named', async () => {
    const watcher = new Watcher();
    assert.equal(watcher.take(), null);
    watcher.note(['a', 'b']);
    watcher.note(['b', 'c']);
    assert.deepEqual(watcher.take(), { keys: ['a', 'b', 'c'], more: false });
    assert.equal(watcher.take(), null);
    watcher.note(Array.from({ length: NAMED_AT_MOST + 1 }, (_, index) => `k${index}`));
    const many = watcher.take();
    assert.equal(many?.keys.length, NAMED_AT_MOST);
    assert.equal(many?.more, true);
    watcher.note(['a']);
    assert.deepEqual(watcher.take(), { keys: ['a'], more: false });
  });

  test('a change that comes while somebody waits ends the wait', async () => {
    const watcher = new Watcher();
    const waiting = watcher.wait(60_000, new AbortController().signal);
    watcher.note(['a']);
    await waiting;
    assert.deepEqual(watcher.take()?.keys, ['a']);
    await watcher.wait(1, new AbortController().signal);
    const gone = new AbortController();
    const aborted = watcher.wait(60_000, gone.signal);
    gone.abort();
    await aborted;
  });
});
