/** Who may call the API, and what the page is served with. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createDatabase, databases } from '../../test/harness/database.ts';
import { apiOf, type TestApi } from '../../test/support/api.ts';
import { startEngine, type TestEngine } from '../../test/support/engine.ts';
import { createApi } from './api.ts';
import { servePage } from './page.ts';

describe('the guard of the API', () => {
  let hub: TestEngine;
  let api: TestApi;
  let remove: () => Promise<void>;
  const page = mkdtempSync(join(tmpdir(), 'crossdock-page-'));

  before(async () => {
    // The database that starts sooner: nothing here depends on its kind.
    const place = await createDatabase(databases().at(-1) ?? 'pglite');
    remove = place.remove;
    hub = await startEngine(place.database);
    api = apiOf(hub);
    mkdirSync(join(page, 'assets'));
    writeFileSync(join(page, 'index.html'), '<!doctype html><title>Tower</title>');
    writeFileSync(join(page, 'assets', 'index-AbCd1234.js'), 'let a;');
    servePage(api.app, page);
  });
  after(async () => {
    await hub.close();
    await remove();
    rmSync(page, { recursive: true });
  });

  test('without the token nothing is told, and what is wrong with it is not told either', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer wrong',
      'Basic dGVzdC10b2tlbg==',
      'Bearer test-token2',
    ]) {
      const problem = await api.problem(401, '/v1/overview', { headers: { authorization } });
      assert.equal(problem.code, 'token-needed');
    }
    const answer = await api.call('/v1/orders', { headers: { authorization: '' } });
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="Crossdock"');
    assert.equal(
      (await api.call('/v1/overview', { headers: { authorization: 'bearer test-token' } })).status,
      200,
    );
  });

  test('an address with a NUL in it is refused as what it is, and is no defect', async () => {
    for (const path of ['/v1/orders/%00', '/v1/orders?text=%00', '/v1/cases?reason=a%00b'])
      assert.equal((await api.problem(400, path)).code, 'address-malformed', path);
  });

  test('every call of the document needs the token, but health and the description itself', async () => {
    const { paths } = (await (await api.call('/v1/openapi.json')).json()) as {
      paths: Record<string, Record<string, { responses: object }>>;
    };
    const calls = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ path, method })),
    );
    assert.ok(calls.length > 20);
    for (const { path, method } of calls) {
      if (path === '/healthz') continue;
      const answer = await api.app.request(path.replace(/\{.+?\}/g, 'x'), { method: method.toUpperCase() });
      assert.equal(answer.status, 401, `${method} ${path}`);
    }
    for (const path of ['/healthz', '/v1/openapi.json', '/v1/docs'])
      assert.equal((await api.app.request(path)).status, 200, path);
  });

  test('a host name that is not ours is refused: a page of somebody else may point its name at us', async () => {
    const status = async (host: string) => (await api.call('/healthz', { headers: { host } })).status;
    for (const host of [
      'localhost',
      'localhost:8080',
      '127.0.0.1:8080',
      '[::1]:8080',
      '192.0.2.7',
      'hub.localhost',
    ])
      assert.equal(await status(host), 200, host);
    for (const host of [
      'evil.example',
      'evil.example:8080',
      'localhost.evil.example',
      'a b',
      '127.0.0.1.evil.example',
    ])
      assert.equal(await status(host), 421, host);
    const named = createApi({ engine: hub.engine, token: 't', hosts: ['Hub.example'] });
    assert.equal((await named.request('/healthz', { headers: { host: 'hub.example:8080' } })).status, 200);
  });

  test('what is not there is a problem as well', async () => {
    assert.equal((await api.problem(404, '/v1/nothing')).code, 'no-such-call');
    assert.equal((await api.problem(404, '/v1/orders', { method: 'PUT', body: {} })).code, 'no-such-call');
    await api.problem(422, '/v1/observations/no-uuid');
    await api.problem(404, '/v1/observations/01a0f6b1-576a-7000-84d2-7f28f5c08f9f');
    const broken = await api.problem(400, '/v1/orders/1/hold', {
      raw: { body: '{', type: 'application/json' },
    });
    assert.equal(broken.code, 'bad-request');
  });

  test('a defect is told by a reference, not by its words', async () => {
    const { query } = hub.database;
    hub.database.query = () => Promise.reject(new Error('password=hunter2'));
    try {
      const problem = await api.problem(500, '/v1/cases');
      assert.doesNotMatch(JSON.stringify(problem), /hunter2/);
      const silent = await api.problem(503, '/healthz');
      assert.equal(silent.code, 'database-silent');
      assert.doesNotMatch(JSON.stringify(silent), /hunter2/);
    } finally {
      hub.database.query = query;
    }
    const noted = api.defects.splice(0);
    assert.equal(noted.length, 2);
    for (const line of noted) assert.match(line, /hunter2/);
  });

  test('a database that answers and takes nothing is told', async () => {
    const { query } = hub.database;
    // An API of its own: the other one may have written a moment ago.
    const fresh = apiOf(hub);
    hub.database.query = (text, parameters) =>
      text.includes('insert') ? Promise.reject(new Error('disk full: hunter2')) : query(text, parameters);
    try {
      assert.equal((await fresh.problem(503, '/healthz')).code, 'database-not-writable');
    } finally {
      hub.database.query = query;
    }
    assert.match(fresh.defects.join(), /disk full/);
    assert.equal((await fresh.call('/healthz')).status, 200);
  });

  test('a body that is too large is refused', async () => {
    const body = JSON.stringify({ by: 'x'.repeat(17 * 1024 * 1024) });
    assert.equal(
      (await api.problem(413, '/v1/mappings', { method: 'PUT', raw: { body, type: 'application/json' } }))
        .code,
      'body-too-large',
    );
    const delivery = { body: new Uint8Array(33 * 1024 * 1024), type: 'application/octet-stream' };
    const problem = await api.problem(413, '/v1/connections/shop/deliveries?topic=x', { raw: delivery });
    assert.equal(problem.code, 'body-too-large');
  });

  test('the page may load its own files and nothing else, and its views are addresses', async () => {
    for (const path of ['/', '/orders/shop%2F1.5', '/cases']) {
      const answer = await api.app.request(path);
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /Tower/);
      assert.equal(answer.headers.get('cache-control'), 'no-cache');
      assert.match(
        answer.headers.get('content-security-policy') ?? '',
        /default-src 'none'; script-src 'self'/,
      );
    }
    const script = await api.app.request('/assets/index-AbCd1234.js');
    assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/);
    assert.match(script.headers.get('cache-control') ?? '', /immutable/);
    assert.equal((await api.app.request('/assets/old-Abcd1234.js')).status, 404);
    for (const path of ['/../package.json', '/%2e%2e/package.json', '/assets/..%2findex.html.js'])
      assert.doesNotMatch(await (await api.app.request(path)).text(), /"name"/);
    assert.equal((await api.app.request('/evil', { headers: { host: 'evil.example' } })).status, 421);
  });

  test('a page that is not built says how to build it', async () => {
    const app = createApi({ engine: hub.engine, token: 't' });
    servePage(app, join(page, 'nowhere'));
    const answer = await app.request('/');
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /npm run tower/);
  });

  test('the reference page names every call and loads nothing from elsewhere', async () => {
    const answer = await api.app.request('/v1/docs');
    const text = await answer.text();
    for (const path of ['/v1/orders/{order}', '/v1/cases/{id}/retry', '/v1/events'])
      assert.ok(text.includes(path), path);
    assert.doesNotMatch(text, /<script|src=|href="http/);
  });
});
