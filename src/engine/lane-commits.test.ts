/** What a node writes for a connection counts only as long as it works it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { Clock } from '../base/clock.ts';
import { idMaker } from '../base/ids.ts';
import { openDatabase } from '../store/db.ts';
import { migrate } from '../store/migrate.ts';
import { loadCommands } from '../store/outbox.ts';
import { noWrites, writeTurn } from '../store/turn.ts';
import { IntakeDesk } from './intake.ts';
import { LaneCommits } from './lane-commits.ts';
import { LeaseKeeper, LeaseLost } from './lease-keeper.ts';

test(
  'results of a node that has been overtaken are refused, those of its successor count',
  {
    skip: !databases().includes('postgres') && 'no PostgreSQL',
  },
  () =>
    withDatabase('postgres', async (place) => {
      const database = await openDatabase(place);
      try {
        const clock = new Clock();
        const newId = idMaker(clock);
        await migrate(database, clock.nowIso());
        const nodeOf = (node: string) => {
          const changes: string[] = [];
          const leases = new LeaseKeeper({
            database,
            node,
            process: node,
            connections: () => ['erp', 'wms'],
            onChange: (connection, held) => void changes.push(`${connection} ${held}`),
          });
          const intake = new IntakeDesk({
            database,
            clock,
            newId,
            connections: new Map(),
            onCommit: () => undefined,
          });
          const commits = new LaneCommits({
            database,
            clock,
            newId,
            node,
            intake,
            leases,
            onCommit: () => undefined,
          });
          return { leases, commits, changes };
        };
        const [first, second] = [nodeOf('first'), nodeOf('second')];
        await first.leases.round();
        await second.leases.round();
        assert.deepEqual(first.changes, ['erp true', 'wms true']);
        assert.deepEqual(second.changes, []);

        const writes = noWrites();
        for (const connection of ['erp', 'wms'])
          writes.commands.push({
            bucket: 1,
            id: newId(),
            connection,
            key: 'k',
            command: 'erp.createSalesOrder',
            streamKind: 'order',
            streamKey: 'shop/1',
            subject: 'shop/1',
            body: {},
            attempts: 1,
          });
        const context = { now: clock.nowIso(), configVersion: 1, node: 'first' };
        await database.transaction((sql) => writeTurn(sql, writes, context));
        // The first is stopped for a while; the second takes the ERP over.
        await database.query("update lease set until = until - interval '1 hour' where name = 'erp'");
        await second.leases.round();
        assert.deepEqual(second.changes, ['erp true']);

        const end = async (node: typeof first, connection: string) => {
          const [row] = await loadCommands(database, connection, [], 10);
          assert.ok(row);
          return node.commits.submit({
            connection,
            attempts: [],
            persons: [],
            ends: [
              {
                bucket: row.bucket,
                id: row.id,
                attempts: row.attempts,
                lookups: 0,
                status: 'done',
                dueAt: clock.nowIso(),
                error: null,
                result: { salesOrderId: 'S' },
              },
            ],
            results: [],
            observations: [],
          });
        };
        const [erp, wms] = await Promise.all([end(first, 'erp'), end(first, 'wms')]);
        assert.equal(erp?.kept, false, 'the ERP is another node’s now');
        assert.equal(wms?.kept, true, 'what it still works goes on');
        assert.equal(first.leases.holds('erp'), false);
        assert.ok(first.changes.includes('erp false'));
        await assert.rejects(
          database.transaction((sql) => first.leases.fence(sql, ['wms', 'erp'])),
          (error) => error instanceof LeaseLost && /works erp now/.test(error.message),
        );
        const status = 'select connection, status from outbox order by connection';
        assert.deepEqual(await database.query(status), [
          { connection: 'erp', status: 'calling' },
          { connection: 'wms', status: 'done' },
        ]);
        assert.equal((await end(second, 'erp')).kept, true);
        assert.deepEqual((await database.query(status))[0], { connection: 'erp', status: 'done' });
      } finally {
        await database.close();
      }
    }),
);
