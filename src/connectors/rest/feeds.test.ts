/** Which feeds a connection reads: those of its roles, and no others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Role } from '../../domain/commands.ts';
import { feedsRead } from '../contract.ts';
import { shopify } from '../shopify/index.ts';
import { FEEDS } from './api.ts';
import { feedsOf, levelsCursor, pollFeed } from './feeds.ts';
import { rest } from './index.ts';
import type { Settings } from './manifest.ts';

const settings = (...roles: Role[]) => ({ roles }) as unknown as Settings;

test('each role has one feed, and a connection reads those of its roles', () => {
  assert.deepEqual(feedsOf(['channel']), ['orders']);
  assert.deepEqual(feedsOf(['erp']), ['sales-orders']);
  assert.deepEqual(feedsOf(['inventory']), ['stock']);
  assert.deepEqual(feedsOf(['fulfilment']), ['releases']);
  assert.deepEqual(feedsOf(['finance', 'payments']), [], 'roles that tell nothing have none');
});

test('in one order, whatever the order of the roles, and each once', () => {
  const all = feedsOf(Object.keys(FEEDS) as Role[]);
  assert.deepEqual([...all].sort(), [...rest.manifest.feeds].sort());
  assert.deepEqual(feedsOf((Object.keys(FEEDS) as Role[]).reverse()), all);
  assert.deepEqual(feedsOf(['erp', 'erp']), ['sales-orders']);
});

test('a connection is asked for them by its settings; a store for its orders, and for its payouts where it has them', () => {
  assert.deepEqual(
    feedsRead(rest, settings('inventory', 'fulfilment')),
    feedsOf(['inventory', 'fulfilment']),
  );
  assert.deepEqual(feedsRead(shopify, {}), ['orders']);
  assert.deepEqual(feedsRead(shopify, { payouts: true }), shopify.manifest.feeds);
});

test('a feed of another role is not asked for at the system', async () => {
  const client = { call: () => assert.fail('nothing is called') } as unknown as Parameters<
    typeof pollFeed
  >[0];
  const page = await pollFeed(client, ['erp'], 'stock', 'where it stood', AbortSignal.timeout(1_000));
  assert.deepEqual(page, { deliveries: [], cursor: 'where it stood', more: false });
});

test('levels are told anew from a cursor, and then every event that it had not brought', () => {
  const fresh = levelsCursor('stock', JSON.stringify({ after: 'event-7' }));
  assert.deepEqual(JSON.parse(fresh ?? ''), { levels: null, position: 'event-7' });
  assert.equal(levelsCursor('stock', fresh), null, 'they are being told already');
  assert.equal(levelsCursor('stock', null), null, 'a first poll begins with them');
  assert.equal(levelsCursor('releases', JSON.stringify({ after: 'x' })), null);
});
