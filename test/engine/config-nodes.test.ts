/** Two hubs on one PostgreSQL: a connection that one makes or gives up is taken by the other as soon as the file has reached it. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Clock } from '../../src/base/clock.ts';
import { startStore } from '../../src/connectors/shopify/sandbox/testing.ts';
import { type Hub, readConfiguration, startHub } from '../../src/main.ts';
import { createDatabase, databases } from '../harness/database.ts';
import { until } from '../support/engine.ts';

const SECRETS = { ERP_TOKEN: 't', ERP_WEBHOOK_SECRET: 's', WMS_TOKEN: 't', WMS_WEBHOOK_SECRET: 's' };

test('connections that one node makes and gives up are taken by the others without a restart', {
  skip: !databases().includes('postgres') && 'no PostgreSQL',
}, async () => {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-config-nodes-'));
  Object.assign(process.env, SECRETS);
  const { database, remove } = await createDatabase('postgres');
  const shop = await startStore();
  const hubs: Hub[] = [];
  const warnings: string[] = [];
  try {
    const example = readFileSync(new URL('../../docs/examples/crossdock.json', import.meta.url), 'utf8');
    const { config } = JSON.parse(example);
    config.connections = config.connections.filter(
      (each: { connector: string }) => each.connector !== 'shopify',
    );
    delete config.caseNotices;
    delete config.mail;
    const shared = join(place, 'shared.json');
    const copy = join(place, 'copy.json');
    for (const file of [shared, copy]) writeFileSync(file, JSON.stringify({ config }));
    const start = async (name: string, configFile: string): Promise<Hub> => {
      const hub = await startHub({
        config: readConfiguration(configFile).config,
        configFile,
        database,
        clock: new Clock(),
        dataDir: join(place, name),
        node: name,
        log: (level, message, details) => {
          if (level === 'warn') warnings.push(`${name}: ${message}: ${details?.problem}`);
        },
      });
      hubs.push(hub);
      return hub;
    };
    const [one, two, three] = [
      await start('one', shared),
      await start('two', shared),
      await start('three', copy),
    ];
    const api = async (method: string, path: string, body?: object): Promise<void> => {
      const answer = await fetch(new URL(path, one.apiUrl), {
        method,
        headers: { authorization: `Bearer ${one.token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      assert.equal(answer.status, 200, await answer.text());
    };
    const has = ({ engine }: Hub) => engine.connections.has('shopify-one');

    await api('POST', '/v1/connections', {
      connector: 'shopify',
      account: 'one',
      clientId: 'client',
      clientSecret: 'a client secret',
      baseUrl: shop.store.baseUrl,
    });
    assert.ok(has(one));
    await until('the other node to take it', () => has(two));
    assert.equal(two.engine.configVersion, one.engine.configVersion);
    await until('the third to say that its file is another', () =>
      warnings.some((each) => /^three: .*cannot take.*bring the changed one to this node/.test(each)),
    );
    assert.ok(!has(three));
    copyFileSync(shared, copy);
    await until('the third to take it when its file has come', () => has(three));

    const before = two.engine.configVersion;
    await api('DELETE', '/v1/connections/shopify-one?force=true');
    await until('the other node to give it up', () => !has(two));
    assert.ok(two.engine.configVersion > before);
    assert.ok(!has(one));
  } finally {
    for (const hub of hubs) await hub.close();
    await shop.close();
    await remove();
    rmSync(place, { recursive: true, force: true });
  }
});
