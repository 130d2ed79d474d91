/**
 * Returns and refunds over HTTP: what is wrong is refused with what to do; steps may come twice, at once or in the wrong order, and money
 * goes back once, when as many persons have agreed as must.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { apiOf, type Call, type TestApi } from '../../test/support/api.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../../test/support/builders.ts';
import { startEngine, type TestEngine } from '../../test/support/engine.ts';
import { aReturn, RETURN_KEY, returnLines } from '../../test/support/returns.ts';
import { standInDelivery } from '../../test/support/stand-in.ts';
import type { Command } from '../connectors/contract.ts';
import type { Return } from '../domain/canonical/index.ts';
import { Accepted } from './schemas/common.ts';
import { ReturnItem, ReturnList } from './schemas/returns.ts';

interface Given {
  api: TestApi;
  hub: TestEngine;
  /** What systems were asked about returns, as "channel.approveReturn". */
  asked: string[];
  /** The channel shows a return so. */
  see(content: Return, read?: number): Promise<void>;
}

/** An order of three units that have left. */
const withOrder = (kind: 'pglite' | 'postgres', work: (given: Given) => Promise<void>) =>
  withDatabase(kind, async (place) => {
    const asked: string[] = [];
    const onEffect = ({ kind: command }: Command) => {
      if (/Return|channel.refund/.test(command) && !/read|find/.test(command)) asked.push(command);
    };
    const hub = await startEngine(place, { hooks: { onEffect } });
    const api = apiOf(hub);
    try {
      await hub.put('stock', stockDelivery('A', 'WH', 10));
      await hub.put('shop', orderDelivery(anOrder('1', [line('A', 3)])));
      await hub.pass(60_000);
      const see: Given['see'] = async (content, read = 1) => {
        const message = { type: 'return.snapshot' as const, return: content, read };
        const key = `shop/${content.returnId}`;
        await hub.put('shop', standInDelivery({ stream: 'return', key, persons: [], message }));
        await hub.quiet();
      };
      await work({ api, hub, asked, see });
      assert.deepEqual([...api.defects, ...hub.errors], []);
    } finally {
      await hub.close();
    }
  });

const ONE = `/v1/returns/${encodeURIComponent(RETURN_KEY)}`;
const REFUNDS = '/v1/orders/shop%2F1/refunds';
const body = (content: object): Call => ({ method: 'POST', body: content });
const requested = () => aReturn({ status: 'requested', approvedAt: null });

for (const kind of databases())
  test(`a return is listed and shown, approved, and refunded when a second person agrees (${kind})`, () =>
    withOrder(kind, async ({ api, hub, asked, see }) => {
      await see(requested());
      await see(aReturn({ returnId: '72', name: '#1-R2' }));
      const { returns } = await api.get(ReturnList, '/v1/returns');
      assert.deepEqual(
        returns.map(({ name, status, units }) => [name, status, units]),
        [
          ['#1-R2', 'approved', 2],
          ['#1-R1', 'requested', 2],
        ],
      );
      const first = await api.get(ReturnList, '/v1/returns?limit=1');
      const second = await api.get(ReturnList, `/v1/returns?limit=1&before=${first.next}`);
      assert.deepEqual(
        [...first.returns, ...second.returns].map(({ key }) => key),
        ['shop/72', RETURN_KEY],
      );
      const some = await api.get(ReturnList, '/v1/returns?status=requested,declined&connection=shop');
      assert.deepEqual(
        some.returns.map(({ key }) => key),
        [RETURN_KEY],
      );
      const item = await api.get(ReturnItem, ONE);
      assert.deepEqual([item.orderName, item.lines[0]?.sku, item.received], ['#1', 'A', 0]);

      await Promise.all([
        api.post(Accepted, `${ONE}/approve`, { by: 'Anna' }),
        api.post(Accepted, `${ONE}/approve`, { by: 'Ben' }),
      ]);
      await hub.quiet();
      assert.deepEqual(asked, ['channel.approveReturn'], 'the channel is asked once');
      await see(aReturn(), 2);
      await api.post(Accepted, `${ONE}/refund`, { by: 'Anna', request: 'q1' });
      await api.post(Accepted, `${ONE}/refund`, { by: 'Anna', request: 'q1' });
      await hub.quiet();
      const waiting = (await api.get(ReturnItem, ONE)).refunds;
      assert.deepEqual(
        waiting.map(({ state, amount, approvals, needs }) => [state, amount.amount, approvals, needs]),
        [['waiting', '23.80', ['Anna'], 2]],
      );
      for (const by of ['Anna', ' anna '])
        assert.equal((await api.problem(409, `${ONE}/approve`, body({ by }))).code, 'same-person');
      // The same decision twice at once counts once.
      await Promise.all([1, 2].map(() => api.call(`${ONE}/approve`, body({ by: 'Ben' }))));
      await hub.quiet();
      assert.deepEqual(asked, ['channel.approveReturn', 'channel.refund']);
      assert.deepEqual((await api.get(ReturnItem, ONE)).refunds[0]?.approvals, ['Anna', 'Ben']);
      const late = await api.problem(409, `${ONE}/decline`, body({ by: 'Cleo' }));
      assert.equal(late.code, 'nothing-waits');
    }));

test('what is asked wrongly is refused, and says what to do', () =>
  withOrder('pglite', async ({ api, asked, see }) => {
    for (const query of ['status=eaten', 'connection=nowhere', 'limit=0', 'limit=999', 'before=xyz'])
      assert.equal((await api.problem(422, `/v1/returns?${query}`)).code, 'invalid-request', query);
    for (const path of ['', '/approve', '/decline', '/close', '/refund']) {
      const call = path === '' ? {} : body({ by: 'Anna' });
      assert.equal((await api.problem(404, `/v1/returns/shop%2F99${path}`, call)).code, 'return-not-found');
    }
    await see(aReturn());
    const one = { lineId: 'A-line', quantity: 1 };
    for (const [path, content] of [
      ['/v1/returns', { order: 'shop/1', lines: [one] }],
      ['/v1/returns', { order: 'shop/1', by: 'Anna', lines: [] }],
      ['/v1/returns', { order: 'shop/1', by: 'Anna', lines: [{ ...one, quantity: 0 }] }],
      ['/v1/returns', { order: 'shop/1', by: 'Anna', lines: [{ ...one, lineId: 'B' }] }],
      [`${ONE}/approve`, { by: '' }],
      [`${ONE}/approve`, { by: '   ' }],
      [`${ONE}/refund`, { by: 'Anna', shipping: '-1' }],
      [`${ONE}/refund`, { by: 'Anna', concession: '1.234' }],
      [`${ONE}/refund`, { by: 'Anna', request: 'a/b' }],
      [REFUNDS, { by: 'Anna', concession: 'much' }],
    ] as const)
      assert.equal(
        (await api.problem(422, path, body(content))).code,
        'invalid-request',
        JSON.stringify(content),
      );
    const nobody = await api.problem(404, '/v1/returns', body({ order: 'shop/9', by: 'Anna', lines: [one] }));
    assert.equal(nobody.code, 'order-not-found');
    for (const [path, content] of [
      [`${ONE}/refund`, { by: 'Anna', lines: [{ lineId: 'A-line', quantity: 3 }] }],
      [`${ONE}/refund`, { by: 'Anna', lines: [{ lineId: 'B', quantity: 1 }] }],
      [`${ONE}/refund`, { by: 'Anna', concession: '99.00' }],
      [REFUNDS, { by: 'Anna', concession: '35.71' }],
      [REFUNDS, { by: 'Anna', shipping: '1.00' }],
      [REFUNDS, { by: 'Anna' }],
    ] as const)
      assert.equal(
        (await api.problem(409, path, body(content))).code,
        'refund-refused',
        JSON.stringify(content),
      );
    assert.deepEqual(asked, []);
  }));

test('steps in the wrong order are refused, and change nothing', () =>
  withOrder('pglite', async ({ api, hub, asked, see }) => {
    await see(requested());
    assert.equal((await api.problem(409, `${ONE}/close`, body({ by: 'Anna' }))).code, 'return-not-open');
    assert.equal((await api.problem(409, `${ONE}/refund`, body({ by: 'Anna' }))).code, 'refund-refused');
    // A return of an order that nobody has heard of yet.
    await see(aReturn({ returnId: '80', channelOrderId: '8' }));
    const early = await api.problem(409, '/v1/returns/shop%2F80/refund', body({ by: 'Anna' }));
    assert.equal(early.code, 'return-not-read');
    await see(aReturn(), 2);
    for (const act of ['approve', 'decline'])
      assert.equal((await api.problem(409, `${ONE}/${act}`, body({ by: 'Anna' }))).code, 'nothing-waits');
    const exchangeLines = [{ exchangeLineId: 'X', quantity: 1, processedQuantity: 0, lineIds: [] }];
    await see(aReturn({ exchangeLines }), 3);
    const difference = await api.problem(422, `${ONE}/refund`, body({ by: 'Anna' }));
    assert.match(difference.detail, /what goes back is the difference/);
    await api.post(Accepted, `${ONE}/close`, { by: 'Anna' });
    await hub.quiet();
    assert.deepEqual(asked, ['channel.closeReturn']);
    await see(aReturn({ status: 'closed', closedAt: '2026-10-06T08:00:00.000Z', lines: returnLines({}) }), 4);
    assert.equal((await api.problem(409, `${ONE}/close`, body({ by: 'Anna' }))).code, 'return-not-open');
    assert.equal(
      (await api.problem(409, `${ONE}/refund`, body({ by: 'Anna', total: '0' }))).code,
      'refund-refused',
    );
  }));

test('of several refunds that wait one is named; one that is declined is not made', () =>
  withOrder('pglite', async ({ api, hub, asked }) => {
    for (const request of ['a', 'b']) {
      await api.post(Accepted, REFUNDS, { by: 'Anna', request, concession: '5.00' });
      await hub.quiet();
    }
    const which = await api.problem(409, `${REFUNDS}/approve`, body({ by: 'Ben' }));
    assert.deepEqual([which.code, /a, b/.test(which.detail)], ['refund-ambiguous', true]);
    await api.post(Accepted, `${REFUNDS}/decline`, { by: 'Ben', request: 'a', note: 'no reason' });
    await hub.quiet();
    await api.post(Accepted, `${REFUNDS}/approve`, { by: 'Ben' });
    await hub.quiet();
    assert.deepEqual(asked, ['channel.refund']);
    assert.equal(
      (await api.problem(409, `${REFUNDS}/decline`, body({ by: 'Ben', request: 'a' }))).code,
      'nothing-waits',
    );
  }));

test('a return that is wanted is made once, however often it is asked for', () =>
  withOrder('pglite', async ({ api, hub, asked }) => {
    const lines = [{ lineId: 'A-line', quantity: 1 }];
    await Promise.all(
      [1, 2].map(() => api.post(Accepted, '/v1/returns', { order: '#1', by: 'Anna', request: 'r1', lines })),
    );
    await hub.quiet();
    assert.deepEqual(asked, ['channel.createReturn']);
  }));

test('a return that was heard of and not looked at yet is shown, and cannot be decided on', () =>
  withDatabase('pglite', async (place) => {
    const hub = await startEngine(place, { work: false });
    const api = apiOf(hub);
    try {
      const message = { type: 'return.snapshot' as const, return: aReturn(), read: 1 };
      await hub.put('shop', standInDelivery({ stream: 'return', key: RETURN_KEY, persons: [], message }));
      const { returns } = await api.get(ReturnList, '/v1/returns');
      assert.deepEqual(
        returns.map(({ key, status, order }) => [key, status, order]),
        [[RETURN_KEY, 'unseen', null]],
      );
      assert.deepEqual((await api.get(ReturnItem, ONE)).lines, []);
      for (const [act, code] of [
        ['refund', 'return-not-read'],
        ['close', 'return-not-open'],
        ['approve', 'nothing-waits'],
      ])
        assert.equal((await api.problem(409, `${ONE}/${act}`, body({ by: 'Anna' }))).code, code);
      assert.deepEqual([...api.defects, ...hub.errors], []);
    } finally {
      await hub.close();
    }
  }));
