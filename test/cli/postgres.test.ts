/** The command line on PostgreSQL: two hubs share a database, and a command beside them never works on the wrong one. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ConnectionItem, OrderList, OrderListItem, OrderStory } from '../../src/gateway/api-types.ts';
import { createDatabase, databases } from '../harness/database.ts';
import { until } from '../support/engine.ts';
import { crossdock, type RunningHub, startHub, startRetailer } from './support.ts';

test('two hubs share PostgreSQL; commands find the database that they are told', {
  skip: !databases().includes('postgres') && 'no PostgreSQL',
}, async () => {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-cli-pg-'));
  const [one, two, alone] = ['one', 'two', 'alone'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  const { database, remove } = await createDatabase('postgres');
  const url = database.url ?? '';
  const retailer = await startRetailer();
  const other = await startRetailer();
  const hubs: RunningHub[] = [];
  const json = async <Result>(...args: string[]): Promise<Result> => {
    const { code, stdout, stderr } = await crossdock([...args, '--json']);
    assert.equal(code, 0, `crossdock ${args.join(' ')}: ${stderr}`);
    return JSON.parse(stdout) as Result;
  };
  try {
    for (const directory of [one, two]) retailer.configure(directory);
    other.configure(alone);
    const early = await crossdock(['orders', 'list', '--data', one, '--database-url', url]);
    assert.equal(early.code, 1);
    assert.match(early.stderr, /lacks what this version .*crossdock migrate/);
    const { ran } = await json<{ ran: string[] }>('migrate', '--database-url', url, '--data', one);
    assert.ok(ran.length > 0);
    assert.deepEqual(await json('orders', 'list', '--data', one, '--database-url', url), []);

    for (const directory of [one, two])
      hubs.push(await startHub(['--data', directory, '--database-url', url]));
    const [first, second] = hubs as [RunningHub, RunningHub];
    retailer.hub.url = second.webhooksUrl;
    const key = retailer.place('first', [{ sku: 'BZ-1', quantity: 2 }]);
    /** Looks without the cost of a process, for what is waited for. */
    const isClosed = async (hub: RunningHub, directory: string, order: string) => {
      const authorization = `Bearer ${readFileSync(join(directory, 'token'), 'utf8').trim()}`;
      const answer = await fetch(new URL('/v1/orders', hub.apiUrl), { headers: { authorization } });
      const { orders } = (await answer.json()) as OrderList;
      return orders.some((each) => each.key === order && each.closed);
    };
    await until('the order to finish', () => isClosed(first, one, key));
    const [seen] = await json<OrderListItem[]>('orders', 'list', '--data', two);
    assert.deepEqual([seen?.key, seen?.closed], [key, true]);
    assert.equal(retailer.erp.books().salesOrders.length, 1);

    // Each lane is worked by one of them.
    const lanes = await Promise.all(
      [one, two].map((directory) => json<ConnectionItem[]>('connections', 'list', '--data', directory)),
    );
    for (const id of ['bazaar', 'erp', 'wms'])
      assert.equal(lanes.filter((items) => items.find((item) => item.id === id)?.lane?.leased).length, 1, id);

    // A hub of another database stands in the same directory: the command goes past it.
    const aloneHub = await startHub(['--data', alone]);
    hubs.push(aloneHub);
    assert.deepEqual(await json('orders', 'list', '--data', alone), []);
    const past = await json<OrderStory>('orders', 'show', key, '--data', alone, '--database-url', url);
    assert.equal(past.key, key);

    // The node that worked the lanes is killed; the other one takes them over.
    await first.kill();
    const next = retailer.place('second', [{ sku: 'BZ-1', quantity: 1 }]);
    await until('the next order to finish', () => isClosed(second, two, next));
    assert.equal(retailer.erp.books().salesOrders.length, 2);
    const report = await json<{ ok: boolean }>('audit', '--data', two, '--database-url', url);
    assert.equal(report.ok, true);
  } finally {
    for (const hub of hubs) await hub.kill();
    await Promise.all([retailer.close(), other.close()]);
    await remove();
    rmSync(place, { recursive: true, force: true });
  }
});
