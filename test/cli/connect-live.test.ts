/** Stores that are connected and removed while the hub runs, from the command line, with orders through them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { startStore, type TestStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import { copyTemplate } from '../harness/pglite-template.ts';
import { until } from '../support/engine.ts';
import { crossdock, type RunningHub, startHub, startRetailer, type TestRetailer } from './support.ts';

let place: string;
let retailer: TestRetailer;
const shops: TestStore[] = [];
beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), 'crossdock-live-'));
  retailer = await startRetailer();
  retailer.configure(place);
  copyTemplate(join(place, 'pg'));
});
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close();
  await retailer.close();
  rmSync(place, { recursive: true, force: true, maxRetries: 3 });
});

async function aStore(shop: string, options: object = {}): Promise<TestStore> {
  const made = await startStore({ shop, ...options });
  shops.push(made);
  return made;
}

const SECRET_FILE = () => join(place, 'a-secret');
const run = (...args: string[]) => crossdock([...args, '--data', place]);
const connecting = (shop: TestStore, name: string, ...more: string[]) =>
  run(
    'connect',
    'shopify',
    '--shop',
    name,
    '--client-id',
    'client',
    '--client-secret',
    `file:${SECRET_FILE()}`,
    '--base-url',
    shop.store.baseUrl,
    ...more,
  );
const connections = () =>
  JSON.parse(readFileSync(join(place, 'crossdock.json'), 'utf8')).config.connections.map(
    ({ id }: { id: string }) => id,
  );

test('two stores with two API versions are connected while the hub runs, their orders flow, and one is removed', async () => {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(SECRET_FILE(), 'a client secret\n');
  const one = await aStore('one.myshopify.com');
  const two = await aStore('two.myshopify.com');
  let hub: RunningHub = await startHub(['--data', place]);
  try {
    const first = await connecting(one, 'one', '--webhooks-url', hub.webhooksUrl, '--go-live', 'always');
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /answers as One .*told to send orders\/create/s);
    assert.match(first.stdout, /The hub that runs works it already/);
    const second = await connecting(two, 'two', '--api-version', '2026-01', '--go-live', 'always');
    assert.equal(second.code, 0, second.stderr);
    const { anOrderSpec } = await import('../../src/connectors/shopify/sandbox/testing.ts');
    const lines = [{ sku: 'LANTERN', title: 'Lantern', quantity: 1, unitPrice: '10.00', tax: [] }];
    const ids = [one, two].map((shop) => shop.store.placeOrder(anOrderSpec({ lines })));
    const status = async (key: string) => {
      const ran = await run('orders', 'show', key, '--json');
      return ran.code === 0 ? JSON.parse(ran.stdout) : null;
    };
    await until('both orders to be known', async () => {
      const stories = await Promise.all([status(`shopify-one/${ids[0]}`), status(`shopify-two/${ids[1]}`)]);
      return stories.every((story) => story !== null);
    });

    const refused = await run('connections', 'remove', 'shopify-one', '--yes');
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /1 order of it is open/);
    const unasked = await run('connections', 'remove', 'shopify-one');
    assert.match(unasked.stderr, /Nothing was removed/);
    const stranger = await run('connections', 'remove', 'nothere');
    assert.equal(stranger.code, 1);
    assert.match(stranger.stderr, /There is no connection "nothere"\.\nThere are: .*shopify-one/);
    for (const act of ['pause', 'resume'])
      assert.match(
        (await run('connections', act, 'nothere')).stderr,
        /no connection "nothere"\.\nThere are: .*shopify-one/,
      );
    const inTheWay = await run('connections', 'remove', 'erp', '--yes');
    assert.match(inTheWay.stderr, /entity "de" names the connection "erp"/);

    const removed = await run('connections', 'remove', 'shopify-one', '--yes', '--force');
    assert.equal(removed.code, 0, removed.stderr);
    assert.match(removed.stdout, /shopify-one is removed.*webhook subscriptions of the store are removed/s);
    const left = await one.call('{ webhookSubscriptionsCount { count } }');
    assert.equal(left.data.webhookSubscriptionsCount.count, 0);
    assert.ok(!connections().includes('shopify-one'));
    assert.ok(connections().includes('shopify-two'));

    const late = await fetch(`${hub.webhooksUrl}/webhooks/shopify-one`, { method: 'POST', body: '{}' });
    assert.equal(late.status, 404);
    assert.match(await late.text(), /no such connection/);
    assert.ok(await status(`shopify-one/${ids[0]}`), 'its story can be read');

    assert.equal((await run('connections', 'pause', 'shopify-two')).code, 0);
    assert.equal(await hub.stop(), 0);
    hub = await startHub(['--data', place]);
    const list = JSON.parse((await run('connections', 'list', '--json')).stdout);
    assert.equal(list.find(({ id }: { id: string }) => id === 'shopify-two').paused, true);
    assert.ok(await status(`shopify-one/${ids[0]}`), 'also after a restart');
    const orders = JSON.parse((await run('orders', 'list', '--json')).stdout);
    assert.ok(JSON.stringify(orders).includes(`shopify-one/${ids[0]}`));
    assert.equal((await run('audit', '--json')).code, 0);
  } finally {
    await hub.stop();
  }
});
