/** Connections across nodes: pauses and problems are everybody's, the lease is one's, and what is written needs it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Database } from '../../src/store/db.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine, until } from '../support/engine.ts';

const closedOrders = async (hub: TestEngine) => {
  const [row] = await hub.database.query<{ closed: number }>(
    "select count(*) as closed from stream where kind = 'order' and closed",
  );
  return row?.closed ?? 0;
};

/** Which of two hubs works a connection, and the other one. */
async function roles(
  hubs: TestEngine[],
  connection: string,
): Promise<[holder: TestEngine, other: TestEngine]> {
  const holds = (hub: TestEngine) => hub.engine.status.lanes[connection]?.leased === true;
  await until('one of them to work it', () => hubs.filter(holds).length === 1);
  return [hubs.find(holds) as TestEngine, hubs.find((hub) => !holds(hub)) as TestEngine];
}

async function withTwo(
  options: Parameters<typeof startEngine>[1],
  work: (hubs: TestEngine[]) => Promise<void>,
): Promise<void> {
  await withDatabase('postgres', async (place) => {
    const hubs = [
      await startEngine(place, { ...options, node: 'one' }),
      await startEngine(place, { ...options, node: 'two' }),
    ];
    try {
      await work(hubs);
    } finally {
      for (const hub of hubs) await hub.close();
    }
  });
}

describe('two nodes', { skip: !databases().includes('postgres') && 'no PostgreSQL' }, () => {
  test('a pause that one node is told holds on the other, through its failures, until it is let go', () =>
    withTwo({}, async (hubs) => {
      const [holder, other] = await roles(hubs, 'erp');
      await other.engine.setPaused('erp', true);
      await until('the holder to hear of it', () => holder.engine.status.lanes.erp?.held === true);
      await holder.put('stock', stockDelivery('A', 'WH', 100));
      await other.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
      await until('the command to wait', async () => {
        const [row] = await holder.database.query<{ waiting: number }>(
          "select count(*) as waiting from outbox where open and connection = 'erp' and attempts = 0",
        );
        return row?.waiting === 1;
      });
      // Whoever works it now: a pause belongs to the connection, not to a node.
      await holder.close();
      hubs.splice(hubs.indexOf(holder), 1);
      await until('the other to take over', () => other.engine.status.lanes.erp?.leased === true);
      assert.equal(other.engine.status.lanes.erp?.held, true);
      assert.equal(await closedOrders(other), 0);
      await other.engine.setPaused('erp', false);
      await until('the order to finish', async () => (await closedOrders(other)) === 1);
    }));

  test('refused credentials are seen on every node, and gone everywhere when they work; a pause survives them', () => {
    let refused = true;
    return withTwo(
      {
        hooks: {
          perform: (command) =>
            refused && command.kind === 'erp.createSalesOrder'
              ? { status: 'auth', message: 'token expired' }
              : undefined,
        },
      },
      async (hubs) => {
        const [holder, other] = await roles(hubs, 'erp');
        await holder.put('stock', stockDelivery('A', 'WH', 100));
        await holder.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
        const problem = (hub: TestEngine) => hub.engine.status.lanes.erp?.problem ?? null;
        await until('both to know', () => hubs.every((hub) => /token expired/.test(problem(hub) ?? '')));
        await other.engine.setPaused('erp', true);
        const [state] = await holder.database.query(
          "select paused, problem from connection_state where connection = 'erp'",
        );
        assert.deepEqual(state, { paused: true, problem: 'credentials are refused: token expired' });
        await other.engine.setPaused('erp', false);
        refused = false;
        await until('the order to finish', async () => {
          for (const hub of hubs) hub.clock.advanceTo(hub.clock.now() + 10_000);
          return (await closedOrders(other)) === 1;
        });
        await until('nobody to see a problem', () => hubs.every((hub) => problem(hub) === null));
      },
    );
  });

  test('what was issued by one node goes behind what another has issued about the same order', () => {
    const calls: string[] = [];
    return withTwo({ hooks: { onEffect: (command) => void calls.push(command.key) } }, async (hubs) => {
      await hubs[0]?.put('stock', stockDelivery('A', 'WH', 1_000));
      for (let id = 0; id < 40; id += 1)
        await hubs[id % 2]?.put('shop', orderDelivery(anOrder(String(id), [line('A', 1)])));
      await until('all to finish', async () => (await closedOrders(hubs[0] as TestEngine)) === 40);
      const [stale] = await (hubs[0] as TestEngine).database.query<{ disordered: number }>(
        `select count(*) as disordered from outbox a join outbox b
             on a.connection = b.connection and a.subject = b.subject and a.position < b.position
           where a.first_attempt_at > b.first_attempt_at`,
      );
      assert.deepEqual(stale, { disordered: 0 });
      assert.equal(calls.length, 160);
    });
  });

  test('what is being read of connections as a hub ends does not begin their work anew', () =>
    withDatabase('postgres', async (place) => {
      let hold = false;
      const held = Promise.withResolvers<void>();
      const caught = Promise.withResolvers<void>();
      const wrap = (database: Database): Database => ({
        ...database,
        async query(text, parameters) {
          const rows = await database.query(text, parameters);
          if (!hold || !text.includes('from connection_state')) return rows as never;
          caught.resolve();
          await held.promise;
          return rows as never;
        },
      });
      const poll = () => ({ deliveries: [], cursor: '', more: false });
      const hub = await startEngine(place, { wrap, hooks: { poll } });
      await until('its lanes to be worked', () => hub.engine.status.lanes.erp?.leased === true);
      hold = true;
      await caught.promise;
      const ended = hub.engine.stop();
      await until('its polls to have ended', () => hub.clock.nextTimerAt() === undefined);
      held.resolve();
      await ended;
      assert.equal(hub.clock.nextTimerAt(), undefined);
      await hub.close();
    }));
});

for (const kind of databases()) {
  test(`a paused connection is not called at all, also across a restart; a configured pause can be lifted (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const calls: string[] = [];
      const options = {
        hooks: { onEffect: (command: { kind: string }) => void calls.push(command.kind) },
        config: aRetailer({
          connections: aRetailer().connections.map((connection) => ({
            ...connection,
            paused: connection.id === 'wms',
          })),
        }),
      };
      const first = await startEngine(place, options);
      await first.put('stock', stockDelivery('A', 'WH', 10));
      await first.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
      await first.quiet();
      assert.deepEqual(calls, ['erp.createSalesOrder']);
      await first.engine.setPaused('shop', true);
      await first.close();
      const second = await startEngine(place, { ...options, clock: first.clock });
      try {
        await second.quiet();
        await second.engine.setPaused('wms', false);
        await second.quiet();
        assert.deepEqual(calls, ['erp.createSalesOrder', 'fulfilment.release', 'erp.recordShipment']);
        await second.engine.setPaused('shop', false);
        await second.quiet();
        assert.equal(await closedOrders(second), 1);
        assert.deepEqual(second.errors, []);
      } finally {
        await second.close();
      }
    }));
}
