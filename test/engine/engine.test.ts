/** The engine on both databases: an order's way, duplicates, failures of systems, what is in doubt, cases and their fix. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Command } from '../../src/connectors/contract.ts';
import type { OrderState } from '../../src/domain/order/state.ts';
import { listCases } from '../../src/store/cases.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, aRetailer, both, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine, until } from '../support/engine.ts';
import { findingsInside } from '../support/sound.ts';
import { standInDelivery } from '../support/stand-in.ts';

async function stateOf(hub: TestEngine, key: string): Promise<OrderState> {
  const [row] = await hub.database.query<{ state: OrderState }>(
    "select state from stream where kind = 'order' and key = $1",
    [key],
  );
  assert.ok(row, `order ${key} is known`);
  return row.state;
}

async function assertSound(hub: TestEngine): Promise<void> {
  const findings = await findingsInside(hub.database);
  assert.deepEqual(findings, []);
  assert.deepEqual(hub.errors, []);
}

for (const kind of databases()) {
  describe(`engine on ${kind}`, () => {
    const within = (
      work: (hub: TestEngine, effects: Command[]) => Promise<void>,
      options: Parameters<typeof startEngine>[1] = {},
    ) =>
      withDatabase(kind, async (place) => {
        const effects: Command[] = [];
        const hooks = { ...options.hooks, onEffect: (command: Command) => effects.push(command) };
        const hub = await startEngine(place, { ...options, hooks });
        try {
          await work(hub, effects);
        } finally {
          await hub.close();
        }
      });

    test('an order goes from placed to closed, each system told once', () =>
      within(async (hub, effects) => {
        await hub.put('stock', stockDelivery('A', 'WH', 5));
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2)])));
        await hub.quiet();
        assert.equal((await stateOf(hub, 'shop/1')).status, 'closed');
        assert.deepEqual(effects.map((command) => command.kind).sort(), [
          'channel.createFulfilment',
          'erp.createSalesOrder',
          'erp.recordShipment',
          'fulfilment.release',
        ]);
        const [position] = await hub.database.query('select on_hand, reserved from position');
        assert.deepEqual(position, { on_hand: 3, reserved: 0 });
        await assertSound(hub);
      }));

    test('what a system says of a release counts only from the connection that was asked for it', () =>
      within(async (hub) => {
        await hub.put('stock', stockDelivery('A', 'WH', 5));
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2)])));
        await hub.quiet();
        const accepted = standInDelivery({
          stream: 'order',
          key: 'shop/1',
          persons: [],
          message: { type: 'fulfilment.accepted', releaseId: 'shop/1#R1', at: '2026-10-02T11:00:00.000Z' },
        });
        await hub.put('erp', accepted);
        await hub.put('wms', accepted);
        await hub.quiet();
        const ends = await hub.database.query(
          `select o.connection, e.outcome from observation o join observation_end e on e.observation_id = o.id
           where o.stream_kind = 'order' and o.connection in ('erp', 'wms') and o.origin = 'webhook' order by 1, 2`,
        );
        assert.deepEqual(ends, [
          { connection: 'erp', outcome: 'case' },
          // Its own parcel.
          { connection: 'wms', outcome: 'applied' },
          { connection: 'wms', outcome: 'duplicate' },
        ]);
        const [open] = await listCases(hub.database, { status: 'open', limit: 5 });
        assert.equal(open?.reason, 'unknown-release');
        assert.match(open?.message ?? '', /^erp says .+ but wms was asked for it/);
      }));

    test('the same delivery many times at once is stored each time and worked on once', () =>
      within(async (hub, effects) => {
        await hub.put('stock', stockDelivery('A', 'WH', 5));
        await hub.put(
          'shop',
          ...Array.from({ length: 20 }, () => orderDelivery(anOrder('1', [line('A', 1)]))),
        );
        await hub.quiet();
        const [stored] = await hub.database.query(
          "select count(*) as deliveries, count(duplicate_of) as duplicates from observation where connection = 'shop'",
        );
        assert.deepEqual(stored, { deliveries: 20, duplicates: 19 });
        assert.equal(effects.filter((command) => command.kind === 'erp.createSalesOrder').length, 1);
        await assertSound(hub);
      }));

    test('a burst on one scarce SKU reserves every unit and not one more', () =>
      within(async (hub) => {
        await hub.put('stock', stockDelivery('HOT', 'WH', 30));
        await hub.put(
          'shop',
          ...Array.from({ length: 80 }, (_, index) =>
            orderDelivery(
              anOrder(String(index), [line('HOT', 1)], {
                placedAt: new Date(Date.UTC(2026, 9, 1, 8, 0, index)).toISOString(),
              }),
            ),
          ),
        );
        await hub.quiet();
        const rows = await hub.database.query<{ key: string }>(
          "select key from stream where kind = 'order' and status = 'closed' order by key",
        );
        assert.equal(rows.length, 30);
        const [position] = await hub.database.query('select on_hand, reserved from position');
        assert.deepEqual(position, { on_hand: 0, reserved: 0 });
      }));

    test('a system that fails is tried again, later each time, and the order finishes by itself', () => {
      let failures = 6;
      return within(
        async (hub, effects) => {
          await hub.put('stock', stockDelivery('A', 'WH', 5));
          await hub.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
          await hub.pass(3_600_000);
          assert.equal((await stateOf(hub, 'shop/1')).status, 'closed');
          assert.equal(effects.filter((command) => command.kind === 'erp.createSalesOrder').length, 1);
          await assertSound(hub);
        },
        {
          hooks: {
            perform: (command) =>
              command.kind === 'erp.createSalesOrder' && failures-- > 0
                ? { status: 'transient', message: '503' }
                : undefined,
          },
        },
      );
    });

    test('an unknown outcome is looked up: what took effect is not repeated', () =>
      within(
        async (hub, effects) => {
          await hub.put('stock', stockDelivery('A', 'WH', 5));
          await hub.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
          await hub.pass(3_600_000);
          assert.equal((await stateOf(hub, 'shop/1')).erp.salesOrderId, 'SO-FOUND');
          assert.equal(effects.filter((command) => command.kind === 'erp.createSalesOrder').length, 0);
          await assertSound(hub);
        },
        {
          hooks: {
            perform: (command) =>
              command.kind === 'erp.createSalesOrder'
                ? { status: 'unknown', message: 'no answer' }
                : undefined,
            lookUp: (command) =>
              command.kind === 'erp.createSalesOrder'
                ? { status: 'found', result: { salesOrderId: 'SO-FOUND', number: '1' } }
                : undefined,
          },
        },
      ));

    test('what is not there yet is believed lost only after the longest operation, and then done again', () => {
      const performedAt: number[] = [];
      let clockNow = () => 0;
      return within(
        async (hub) => {
          clockNow = () => hub.clock.now();
          await hub.put('stock', stockDelivery('A', 'WH', 5));
          await hub.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
          await hub.pass(3_600_000);
          assert.equal((await stateOf(hub, 'shop/1')).status, 'closed');
          assert.equal(performedAt.length, 2);
          // A second less than the stand-in's longest operation: the call begins a little after its attempt was noted.
          assert.ok((performedAt[1] ?? 0) - (performedAt[0] ?? 0) >= 59_000, 'believed lost too early');
          await assertSound(hub);
        },
        {
          hooks: {
            perform: (command) => {
              if (command.kind !== 'erp.createSalesOrder') return undefined;
              performedAt.push(clockNow());
              return performedAt.length === 1 ? { status: 'unknown', message: 'no answer' } : undefined;
            },
          },
        },
      );
    });

    test('a refused command is a case; after the fix one retry finishes the order with a new revision of the key', () => {
      let refuse = true;
      const keys: string[] = [];
      return within(
        async (hub) => {
          await hub.put('stock', stockDelivery('A', 'WH', 5));
          await hub.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
          await hub.quiet();
          const [open] = await listCases(hub.database, { status: 'open', limit: 10 });
          assert.equal(open?.reason, 'erp-rejected');
          refuse = false;
          await hub.engine.send([
            {
              kind: 'order',
              key: 'shop/1',
              message: { type: 'operator.retryCase', caseKey: open?.case_key ?? '', by: 'test', note: '' },
            },
          ]);
          await hub.quiet();
          assert.equal((await stateOf(hub, 'shop/1')).status, 'closed');
          assert.deepEqual(keys, ['shop/1#so/1', 'shop/1#so/2']);
          assert.equal((await listCases(hub.database, { status: 'open', limit: 10 })).length, 0);
          await assertSound(hub);
        },
        {
          hooks: {
            perform: (command) => {
              if (command.kind !== 'erp.createSalesOrder') return undefined;
              keys.push(command.key);
              return refuse
                ? {
                    status: 'rejected',
                    code: 'ITEM_BLOCKED',
                    message: 'item A is blocked',
                    suggestedFix: 'unblock it',
                  }
                : undefined;
            },
          },
        },
      );
    });

    test('an unmapped SKU is a case; mapping it finishes the order', () =>
      within(
        async (hub) => {
          await hub.put('stock', stockDelivery('A', 'WH', 5));
          await hub.put('shop', orderDelivery(anOrder('1', [line('theirs', 1)])));
          await hub.quiet();
          const open = await listCases(hub.database, { status: 'open', limit: 10 });
          assert.deepEqual(
            open.map((row) => row.reason),
            ['unmapped-sku'],
          );
          assert.match(open[0]?.suggested_fix ?? '', /crossdock map set sku shop "theirs"/);
          const { saveMappings } = await import('../../src/store/mappings.ts');
          await saveMappings(
            hub.database,
            [{ kind: 'sku', connection: 'shop', external: 'theirs', internal: 'A' }],
            'test',
            hub.clock.nowIso(),
          );
          await hub.engine.mappings.load(hub.database);
          await hub.engine.send([
            { kind: 'order', key: 'shop/1', message: { type: 'configuration.changed', version: 2 } },
          ]);
          await hub.quiet();
          assert.equal((await stateOf(hub, 'shop/1')).status, 'closed');
          await assertSound(hub);
        },
        {
          config: aRetailer({
            connections: aRetailer().connections.map((connection) =>
              connection.id === 'shop'
                ? { ...connection, sameCodes: ['tax-code', 'gateway', 'location'] }
                : connection,
            ),
          }),
        },
      ));

    test('an authorisation that expires while the order is held frees the stock; after the grace time the order is cancelled', () =>
      within(async (hub, effects) => {
        const order = (changes: object) =>
          orderDelivery(
            anOrder('1', [line('A', 3)], {
              paymentStatus: 'authorised',
              holds: [{ kind: 'risk', reason: 'looked at' }],
              ...changes,
            }),
          );
        const position = async () => (await hub.database.query('select on_hand, reserved from position'))[0];
        await hub.put('stock', stockDelivery('A', 'WH', 5));
        await hub.put('shop', order({}));
        await hub.quiet();
        assert.deepEqual(await position(), { on_hand: 5, reserved: 3 });
        await hub.put('shop', order({ paymentStatus: 'expired', updatedAt: '2026-10-01T08:30:00.000Z' }));
        await hub.quiet();
        assert.deepEqual(await position(), { on_hand: 5, reserved: 0 });
        await hub.pass(5 * 86_400_000);
        assert.deepEqual(
          effects.map((command) => command.kind).filter((name) => name !== 'channel.readOrder'),
          ['channel.cancelOrder'],
        );
        await hub.put(
          'shop',
          order({
            lines: [{ ...line('A', 3), currentQuantity: 0 }],
            paymentStatus: 'expired',
            cancelledAt: '2026-10-06T08:00:00.000Z',
            updatedAt: '2026-10-06T08:00:00.000Z',
            currentTotal: both(0),
          }),
        );
        await hub.quiet();
        assert.equal((await stateOf(hub, 'shop/1')).status, 'cancelled');
        await assertSound(hub);
      }));

    test('a restart in the middle of calls leaves them in doubt, and nothing is done twice', () =>
      withDatabase(kind, async (place) => {
        const effects: string[] = [];
        const stuck = await startEngine(place, {
          hooks: {
            perform: (command) => {
              if (command.kind !== 'erp.createSalesOrder') return undefined;
              effects.push(command.key);
              return new Promise(() => undefined);
            },
          },
        });
        await stuck.put('stock', stockDelivery('A', 'WH', 50));
        await stuck.put(
          'shop',
          ...Array.from({ length: 10 }, (_, index) => orderDelivery(anOrder(String(index), [line('A', 1)]))),
        );
        await until('all calls under way', () => effects.length === 10);
        await stuck.close();
        const hub = await startEngine(place, {
          clock: stuck.clock,
          hooks: {
            perform: (command) => {
              if (command.kind === 'erp.createSalesOrder') effects.push(command.key);
              return undefined;
            },
            lookUp: (command) =>
              command.kind === 'erp.createSalesOrder'
                ? { status: 'found', result: { salesOrderId: command.key, number: command.key } }
                : undefined,
          },
        });
        try {
          await hub.pass(3_600_000);
          assert.equal(effects.length, 10, 'each sales order was asked for once');
          const rows = await hub.database.query<{ status: string }>(
            "select status from stream where kind = 'order'",
          );
          assert.ok(rows.every((row) => row.status === 'closed'));
          await assertSound(hub);
        } finally {
          await hub.close();
        }
      }));
  });
}

test(
  'two nodes on one PostgreSQL share the work, and every order gets one sales order',
  { skip: !databases().includes('postgres') && 'no PostgreSQL' },
  () =>
    withDatabase('postgres', async (place) => {
      const effects = new Map<string, number>();
      const hooks = {
        onEffect: (command: Command) => void effects.set(command.key, (effects.get(command.key) ?? 0) + 1),
      };
      const first = await startEngine(place, { hooks, node: 'one' });
      const second = await startEngine(place, { hooks, node: 'two' });
      try {
        await first.put('stock', stockDelivery('A', 'WH', 150), stockDelivery('B', 'WH', 1000));
        await Promise.all(
          [first, second].flatMap((hub, at) =>
            Array.from({ length: 100 }, (_, index) =>
              hub.put('shop', orderDelivery(anOrder(`${at}-${index}`, [line('A', 1), line('B', 2)]))),
            ),
          ),
        );
        await until('all that can be shipped is closed, and nothing is left to do', async () => {
          const [row] = await first.database.query<{ closed: number; left: number }>(
            `select (select count(*) from stream where kind = 'order' and status = 'closed') as closed,
               (select count(*) from inbox) + (select count(*) from outbox where open) as left`,
          );
          return row?.closed === 150 && row.left === 0;
        });
        assert.ok(
          [...effects.values()].every((times) => times === 1),
          'no command took effect twice',
        );
        assert.deepEqual(await findingsInside(first.database, { halfDone: false }), []);
        assert.deepEqual([...first.errors, ...second.errors], []);
      } finally {
        await second.close();
        await first.close();
      }
    }),
);
