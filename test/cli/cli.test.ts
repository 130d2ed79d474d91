/** The command line on the embedded database: beside a running hub, without one, after a kill. Tests build on each other. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type {
  CaseDetail,
  CaseItem,
  CaseList,
  OrderList,
  OrderListItem,
  OrderStory,
  SourcingExplanation,
  SourcingSimulation,
} from '../../src/gateway/api-types.ts';
import { until } from '../support/engine.ts';
import {
  crossdock,
  type Ran,
  type RunningHub,
  startHub,
  startRetailer,
  type TestRetailer,
} from './support.ts';

describe('crossdock on the embedded database', () => {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-cli-'));
  const data = join(place, 'data');
  let retailer: TestRetailer;
  let hub: RunningHub | null = null;

  const run = (...args: string[]): Promise<Ran> => crossdock([...args, '--data', data]);

  /** A command that must succeed, with its JSON. */
  async function json<Result>(...args: string[]): Promise<Result> {
    const { code, stdout, stderr } = await run(...args, '--json');
    assert.equal(code, 0, `crossdock ${args.join(' ')}: ${stderr}`);
    assert.equal(stderr, '');
    return JSON.parse(stdout) as Result;
  }

  /** A command that a person called wrongly, or that found something wrong. */
  async function refused(code: number, ...args: string[]): Promise<string> {
    const ran = await run(...args);
    assert.equal(ran.code, code, `${ran.stdout}${ran.stderr}`);
    assert.doesNotMatch(ran.stderr, /^ +at /m, 'no stack for what a person can mend');
    return `${ran.stdout}${ran.stderr}`;
  }

  const start = async () => {
    hub = await startHub(['--data', data]);
    retailer.hub.url = hub.webhooksUrl;
  };
  /** Looks without the cost of a process, for what is waited for. */
  async function look<Result>(path: string): Promise<Result> {
    const authorization = `Bearer ${readFileSync(join(data, 'token'), 'utf8').trim()}`;
    const answer = await fetch(new URL(path, hub?.apiUrl), { headers: { authorization } });
    return (await answer.json()) as Result;
  }
  const storyOf = (key: string) => look<Partial<OrderStory>>(`/v1/orders/${encodeURIComponent(key)}`);
  const finished = (key: string) =>
    until(`${key} to finish`, async () => (await storyOf(key)).status === 'closed');

  before(async () => {
    retailer = await startRetailer();
  });
  after(async () => {
    await hub?.kill();
    await retailer.close();
    rmSync(place, { recursive: true, force: true });
  });

  test('without a configuration every command says how to begin, and leaves nothing behind', async () => {
    for (const args of [
      ['orders', 'list'],
      ['cases', 'list'],
      ['map', 'list'],
      ['connections', 'list'],
    ]) {
      const words = await refused(2, ...args);
      assert.match(words, /There is no configuration .*crossdock start/s);
    }
    assert.equal(existsSync(data), false);
    assert.match(await refused(2, 'cases', 'retry'), /crossdock cases retry ID/);
  });

  test('a configuration that cannot be used is refused with all that is wrong', async () => {
    const file = join(place, 'bad.json');
    writeFileSync(
      file,
      JSON.stringify({ name: 'x', entities: [], brands: [], locations: [], connections: [] }),
    );
    const words = await refused(1, 'start', '--config', file, '--api-port', '0', '--webhook-port', '0');
    assert.match(words, /entities: .*brands: .*connections: /s);
    assert.match(await refused(1, 'doctor', '--config', file), /entities: .*connections: /s);
    writeFileSync(file, '{');
    assert.match(await refused(1, 'start', '--config', file), /bad\.json cannot be read/);
  });

  test('start says where it listens; doctor finds all well', async () => {
    retailer.configure(data);
    // Before the first start it looks, and makes nothing.
    assert.match(
      await refused(1, 'doctor'),
      /✗ hub: does not run.*✓ configuration and database: .*first start makes/s,
    );
    assert.equal(existsSync(join(data, 'pg')), false);
    await start();
    const checks = await json<{ what: string; ok: boolean; message: string }[]>('doctor');
    assert.deepEqual(
      checks.map(({ what, ok }) => [what, ok]),
      [
        ['hub', true],
        ['configuration and database', true],
        ['sourcing rules', true],
        ['cases', true],
        ['bazaar', true],
        ['erp', true],
        ['wms', true],
      ],
    );
    const page = await fetch(hub?.apiUrl ?? '');
    assert.ok([200, 503].includes(page.status), 'the page, or how to build it');
    assert.equal((await fetch(new URL('/v1/overview', hub?.apiUrl))).status, 401);
  });

  test('a second hub on the same directory is refused, and says which process has it', async () => {
    const words = await refused(1, 'start', '--api-port', '0', '--webhook-port', '0');
    assert.match(words, new RegExp(`in use by process ${hub?.pid}`));
    assert.match(words, /DATABASE_URL/);
  });

  test('an order goes through; list and show tell of it', async () => {
    const key = retailer.place('first', [{ sku: 'BZ-1', quantity: 2 }]);
    await until('the order to arrive', async () => (await look<OrderList>('/v1/orders')).orders.length === 1);
    await finished(key);
    const [listed] = await json<OrderListItem[]>('orders', 'list');
    assert.equal(listed?.key, key);
    const { stdout } = await run('orders', 'show', listed?.title ?? '');
    assert.match(stdout, /^BAZAAR-\d+ {2}Finished/);
    assert.match(stdout, /2 × BZ-1: 2 shipped from Warehouse/);
    assert.match(stdout, /Booked in the ERP as /);
    assert.doesNotMatch(stdout, /Hermann/);
    assert.match((await run('orders', 'show', key, '--persons')).stdout, /Hermann-Weiß/);
    assert.match(await refused(1, 'orders', 'show', '#4711'), /no such order.*crossdock orders list/is);
    assert.match(await refused(2, 'orders', 'list', '--status', 'lost'), /expected some of .*closed/);
  });

  test('why the order comes from there is told, and other rules are run over it', async () => {
    const [{ key, title } = { key: '', title: '' }] = await json<OrderListItem[]>('orders', 'list');
    const explained = await run('sourcing', 'explain', title);
    assert.match(explained.stdout, /^BAZAAR-\d+ {2}bazaar\/.*\n\n.* reserved: 2 WH \(configuration 1\)\n/);
    assert.match(explained.stdout, /✓ Warehouse: chosen for 2 of 2 units \(2 × LANTERN/);
    const { decisions } = await json<SourcingExplanation>('sourcing', 'explain', key);
    assert.deepEqual(
      decisions.map(({ what, allocations }) => [what, allocations[0]?.quantity]),
      [['reserved', 2]],
    );
    assert.match(await refused(1, 'sourcing', 'explain', '#4711'), /no such order.*crossdock orders list/is);

    const file = join(place, 'rules.json');
    const simulate = (rules: unknown, ...args: string[]) => {
      writeFileSync(file, typeof rules === 'string' ? rules : JSON.stringify(rules));
      return ['sourcing', 'simulate', '--rules', file, ...args];
    };
    const storesOnly = { rules: [{ id: 's', filters: [{ filter: 'kind', kinds: ['store'] }] }] };
    const { stdout } = await run(...simulate({ config: { sourcing: storesOnly } }));
    assert.match(stdout, /! sourcing rules "s": the filter "kind" lets no location through: none is a store/);
    assert.match(stdout, /1 of 1 orders would come from elsewhere\. Nothing was written/);
    assert.match(stdout, /units missing +0 +2\n/);
    assert.match(stdout, /BAZAAR-\d+ +2 WH +nowhere +2 of 2 × LANTERN can be had from no location/);
    const same = await json<SourcingSimulation>(...simulate({}, '--last', '1'));
    assert.deepEqual([same.orders, same.changedOrders, same.decidedOtherwise], [1, 0, 0]);
    // A whole configuration that leaves its rules out has the usual ones.
    const usual = await json<SourcingSimulation>(...simulate({ locations: [] }));
    assert.deepEqual([usual.orders, usual.changedOrders], [1, 0]);
    const later = await run(...simulate(storesOnly, '--since', '2090-01-01T00:00:00Z'));
    assert.match(later.stdout, /! sourcing rules "s".*There are no orders whose units were looked for/s);

    const wrong: [unknown, RegExp, ...string[]][] = [
      ['{', /rules\.json is no JSON/],
      [[], /holds no sourcing rules: docs\/how-to/],
      [
        { rules: [{ id: 'r', filters: [{ filter: 'moon' }] }] },
        /sourcing\.rules\.0\.filters\.0\.filter: there is none of that name: one of "brand", "kind", /,
      ],
      [{}, /--last 0: give a number of orders from 1 to 10000/, '--last', '0'],
    ];
    for (const [rules, words, ...args] of wrong)
      assert.match(await refused(2, ...simulate(rules, ...args)), words);
  });

  test('a missing mapping is a case that says its fix; the fix finishes the order', async () => {
    const key = retailer.place('second', [{ sku: 'BZ-NEW', quantity: 1 }]);
    await until('the case', async () => (await look<CaseList>('/v1/cases')).cases.length === 1);
    const [open] = await json<CaseItem[]>('cases', 'list', '--reason', 'unmapped-sku');
    assert.equal(open?.key, key);
    const shown = await run('cases', 'show', (open?.id ?? '').slice(0, 13));
    assert.match(shown.stdout, /crossdock map set sku bazaar "BZ-NEW" OUR-SKU/);
    assert.match(shown.stdout, new RegExp(`crossdock cases retry ${open?.id}`));
    assert.match((await run('cases', 'raw', open?.id ?? '')).stdout, /"BZ-NEW"/);
    assert.match((await run('cases', 'retry', open?.id ?? '', '--note', 'too soon')).stdout, /tried again/);
    assert.match(
      await refused(2, 'map', 'set', 'sku', 'nobody', 'A', 'B'),
      /no connection "nobody".*bazaar/s,
    );
    assert.match(await refused(2, 'map', 'set', 'colour', 'bazaar', 'A', 'B'), /no kind of mapping: sku/);
    const set = await run('map', 'set', 'sku', 'bazaar', 'BZ-NEW', 'LANTERN');
    assert.match(set.stdout, /1 row changed\. 1 order or item that waited for a mapping is tried again/);
    await finished(key);
    assert.match((await run('cases', 'list')).stdout, /No open cases/);
  });

  test('many mappings come from a file, all or none', async () => {
    const file = join(place, 'skus.csv');
    writeFileSync(
      file,
      'kind,connection,external,internal\nsku,bazaar,BZ-7,LANTERN\nsku,bazar,BZ-8,LANTERN\n',
    );
    assert.match(await refused(2, 'map', 'import', file), /row 2: there is no connection "bazar"/);
    writeFileSync(
      file,
      'kind,connection,external,internal\nsku,bazaar,BZ-7,LANTERN\nsku,bazaar,BZ-8,LANTERN\n',
    );
    assert.equal((await json<{ changed: number }>('map', 'import', file)).changed, 2);
    assert.match((await run('map', 'list', 'sku', 'bazaar')).stdout, /BZ-7 +LANTERN/);
    assert.match(await refused(2, 'map', 'import', join(place, 'none.csv')), /none\.csv cannot be read/);
  });

  test('a saved payload goes the same way as a webhook; what is no order is a case', async () => {
    const order = retailer.place('third', [{ sku: 'BZ-7', quantity: 1 }]);
    await finished(order);
    const { timeline } = await json<OrderStory>('orders', 'show', order);
    const message = timeline.find((entry) => entry.observation !== null)?.observation;
    assert.ok(message);
    const token = readFileSync(join(data, 'token'), 'utf8').trim();
    const body = await fetch(new URL(message.rawUrl, hub?.apiUrl), {
      headers: { authorization: `Bearer ${token}` },
    });
    const saved = join(place, 'saved.json');
    writeFileSync(saved, Buffer.from(await body.arrayBuffer()));
    const ingest = (...more: string[]) => [
      'ingest',
      saved,
      '--connection',
      'bazaar',
      '--topic',
      message.topic,
      ...more,
    ];
    assert.equal((await json<{ end: string }[]>(...ingest()))[0]?.end, 'duplicate');
    writeFileSync(saved, '[]');
    assert.equal((await json<{ end: string }[]>(...ingest()))[0]?.end, 'case');
    const [open] = await json<CaseItem[]>('cases', 'list');
    assert.equal(open?.reason, 'unaddressable-message');
    assert.match(open?.message ?? '', /^A message from a file of bazaar .+ belongs to no order or item/);
    assert.match(open?.suggestedFix ?? '', /crossdock cases raw ID/);
    assert.match(await refused(2, 'cases', 'retry', open?.id ?? ''), /still belongs to no order/);
    await json('cases', 'skip', '--all', '--reason', 'unaddressable-message', '--note', 'a test');
    assert.equal((await json<CaseDetail>('cases', 'show', open?.id ?? '')).status, 'closed');
  });

  test('an audit beside the running hub finds nothing; migrating beside it is refused', async () => {
    const report = await json<{
      orders: number;
      ok: boolean;
      findings: unknown[];
      invariants: Record<string, boolean>;
      notCompared: string[];
    }>('audit');
    // What only the books of the outside can tell is neither true nor false without them.
    assert.deepEqual(report.notCompared, [
      'oneSalesOrderEach',
      'moneyCloses',
      'neverTooMuchShippedOrRefunded',
      'systemsAgree',
    ]);
    assert.equal(Object.keys(report.invariants).length, 6);
    for (const name of report.notCompared) assert.equal(name in report.invariants, false, name);
    assert.deepEqual(
      { ...report, orders: report.orders, findings: report.findings },
      { ...report, findings: [] },
    );
    assert.equal(report.ok, true);
    assert.match(await refused(2, 'migrate'), /Stop it to migrate/);
  });

  test('killed with an order half-way, the hub takes it up again, and no system hears of anything twice', async () => {
    assert.match((await run('connections', 'pause', 'erp')).stdout, /erp: paused/);
    assert.match(await refused(1, 'doctor'), /✗ erp: is paused.*crossdock connections resume erp/);
    const key = retailer.place('fourth', [{ sku: 'BZ-1', quantity: 3 }]);
    await until('the command to wait', async () =>
      ((await storyOf(key)).waitsFor ?? []).some((what) => what.startsWith('erp to make')),
    );
    await hub?.kill();
    hub = null;
    const offline = await json<{ id: string; backlog: number; paused: boolean }[]>('connections', 'list');
    assert.deepEqual(
      offline.filter(({ id }) => id === 'erp').map(({ backlog, paused }) => ({ backlog, paused })),
      [{ backlog: 1, paused: true }],
    );
    await start();
    await json('connections', 'resume', 'erp');
    await finished(key);
    const orders = retailer.erp.books().salesOrders.filter((each) => each.reference === key);
    assert.equal(orders.length, 1);
    assert.equal((await json<{ ok: boolean }>('audit')).ok, true);
  });

  test('without a hub a command opens the database itself; what it asks for is done at the next start', async () => {
    assert.equal(await hub?.stop(), 0);
    hub = null;
    retailer.hub.url = undefined;
    assert.equal(existsSync(join(data, 'hub.json')), false);
    assert.match(await refused(1, 'doctor'), /✗ hub: does not run.*crossdock start/);
    assert.ok((await json<OrderListItem[]>('orders', 'list')).length >= 4);

    const key = retailer.place('fifth', [{ sku: 'BZ-1', quantity: 1 }]);
    const saved = join(place, 'fifth.json');
    writeFileSync(saved, await retailer.read(key));
    const receipt = await run('ingest', saved, '--connection', 'bazaar', '--topic', 'read:order');
    assert.equal(receipt.code, 0, receipt.stderr);
    assert.match(receipt.stdout, /worked on when the hub runs/);
    assert.match((await run('map', 'set', 'sku', 'bazaar', 'BZ-9', 'LANTERN')).stdout, /1 row changed/);
    assert.match((await run('migrate')).stdout, /Nothing to do/);
    await start();
    await finished(key);
    // What was mapped by hand is not set back by the configuration at a start.
    assert.match((await run('map', 'list', 'sku', 'bazaar')).stdout, /BZ-9 +LANTERN/);
    assert.equal((await json<{ ok: boolean }>('audit')).ok, true);
  });

  test('a note of a hub that is gone deceives nobody', async () => {
    const note = readFileSync(join(data, 'hub.json'));
    assert.equal(await hub?.stop(), 0);
    hub = null;
    // The process id belongs to somebody else now, and nobody answers at the address.
    const stale = { ...(JSON.parse(note.toString()) as object), pid: process.pid };
    writeFileSync(join(data, 'hub.json'), JSON.stringify(stale));
    assert.ok((await json<OrderListItem[]>('orders', 'list')).length >= 5);
    await start();
    assert.ok((await json<OrderListItem[]>('orders', 'list')).length >= 5);
  });
});

test('a database that cannot be reached is named, without its password', async () => {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-unreached-'));
  const retailer = await startRetailer();
  try {
    retailer.configure(place);
    const at = new URL(retailer.url).host;
    const tried = async (url: string) => {
      const ran = await crossdock(['orders', 'list', '--data', place, '--database-url', url]);
      assert.equal(ran.code, 1);
      return ran.stderr;
    };
    // Somebody listens there who speaks no PostgreSQL; then nobody.
    const words = await tried(`postgres://hub:hunter2@${at}/orders`);
    assert.match(words, new RegExp(`PostgreSQL at ${at}/orders cannot be used`));
    assert.doesNotMatch(words, /hunter2/);
    await retailer.close();
    assert.match(await tried(`postgres://hub@${at}/orders`), /ECONNREFUSED/);
    assert.match(await tried('orders'), /expected postgres:\/\//);
  } finally {
    await retailer.close();
    rmSync(place, { recursive: true, force: true });
  }
});

test('a port that is in use is named, with the way out', async () => {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-port-'));
  const retailer = await startRetailer();
  try {
    retailer.configure(place);
    const port = new URL(retailer.url).port;
    const ran = await crossdock(['start', '--data', place, '--api-port', port, '--webhook-port', '0']);
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, new RegExp(`Port ${port} is in use.*--api-port`));
    assert.equal(existsSync(join(place, 'hub.json')), false);
    const wrong = await crossdock(['start', '--data', place, '--api-port', 'eighty']);
    assert.match(wrong.stderr, /expected a port/);
  } finally {
    await retailer.close();
    rmSync(place, { recursive: true, force: true });
  }
});
