/**
 * Money that goes back at a real store: by us without a return, with two pairs of eyes and never more than was paid; by the merchant in
 * the admin; and once, however its call ends.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startProxy } from '../../src/connectors/contract-suite-proxy.ts';
import { Accepted } from '../../src/gateway/schemas/common.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { apiOf } from '../support/api.ts';
import { type ShopReturns, startShopReturns } from '../support/shop-returns.ts';

const MINUTE_MS = 60_000;

const REFUND = `mutation ($input: RefundInput!, $key: String!) { refundCreate(input: $input) @idempotent(key: $key) { userErrors { message } } }`;

const refundsAtStore = async (world: ShopReturns): Promise<string[]> =>
  (await world.store()).order.refunds.map(
    (each: { totalRefundedSet: { shopMoney: { amount: string } } }) => each.totalRefundedSet.shopMoney.amount,
  );

const requestOf = async (world: ShopReturns, request: string) =>
  (await world.order()).refundRequests?.[request];

const credits = ({ told }: ShopReturns) =>
  told.flatMap((each) => (each.kind === 'erp.recordRefund' ? [each.body] : []));

for (const kind of databases())
  test(`support gives back delivery and a concession without a return, when a second person agrees (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const world = await startShopReturns(place);
      const api = apiOf(world.hub);
      const path = `/v1/orders/${encodeURIComponent(world.key)}/refunds`;
      try {
        await api.post(Accepted, path, {
          by: 'Anna',
          request: 'late',
          shipping: 'all',
          concession: '5.00',
          reason: 'late',
        });
        await world.settle();
        assert.match((await world.openCases()).join(), /^refund-approval: 9\.90 EUR .* one more person/);
        const problem = await api.problem(409, `${path}/approve`, { body: { by: 'Anna' } });
        assert.equal(problem.code, 'same-person');
        assert.deepEqual(await refundsAtStore(world), []);
        await api.post(Accepted, `${path}/approve`, { by: 'Ben' });
        await world.until('the credit', async () => credits(world).length === 1);
        await world.settle();
        assert.deepEqual(await refundsAtStore(world), ['9.9']);
        const [{ cashMinor, shippingMinor, adjustmentMinor } = {}] = credits(world);
        assert.deepEqual([cashMinor, shippingMinor, adjustmentMinor], [990, 490, 500]);
        assert.equal((await requestOf(world, 'late'))?.state, 'made');
        // The same again is known; more than is left is refused at once, and so is what nobody waits for.
        await api.post(Accepted, path, { by: 'Anna', request: 'late', concession: '5.00' });
        assert.equal(
          (await api.problem(409, path, { body: { by: 'Anna', concession: '49.96' } })).code,
          'refund-refused',
        );
        assert.equal(
          (await api.problem(409, `${path}/approve`, { body: { by: 'Ben' } })).code,
          'nothing-waits',
        );
        const { CL } = await world.balances();
        assert.equal(CL, '49.95');
        await world.assertSound();
        assert.deepEqual(api.defects, []);
      } finally {
        await world.close();
      }
    }));

test('two refunds that together are more than was paid: one is made, the other is refused', () =>
  withDatabase('pglite', async (place) => {
    const world = await startShopReturns(place, { entity: { refunds: { approvals: [{ persons: 0 }] } } });
    try {
      await Promise.all([
        world.want({ request: 'a', concessionMinor: 4000 }),
        world.want({ request: 'b', concessionMinor: 4000 }),
      ]);
      await world.until('the refund', async () => (await refundsAtStore(world)).length === 1);
      await world.settle();
      const states = [await requestOf(world, 'a'), await requestOf(world, 'b')].map((each) => each?.state);
      assert.deepEqual(states.sort(), ['made', 'refused']);
      assert.deepEqual(await refundsAtStore(world), ['40.0']);
      assert.match(
        (await world.openCases()).join(),
        /^refund-refused: .*40\.00 EUR are wanted, and 19\.85 EUR are left/,
      );
    } finally {
      await world.close();
    }
  }));

test('what the merchant gives back in the admin is credited; more than was paid is a case', () =>
  withDatabase('pglite', async (place) => {
    const world = await startShopReturns(place);
    const refund = async (amount: string, key: string) => {
      const { order } = await world.store();
      const [sale] = order.transactions;
      await world.act(REFUND, {
        key,
        input: {
          orderId: order.id,
          allowOverRefunding: true,
          transactions: [
            { orderId: order.id, parentId: sale.id, gateway: 'shopify_payments', kind: 'REFUND', amount },
          ],
        },
      });
    };
    try {
      await refund('12.00', 'one');
      await world.until('the credit', async () => credits(world).length === 1);
      await world.settle();
      assert.deepEqual(await world.openCases(), []);
      await refund('50.00', 'two');
      await world.until('the case', async () => (await world.openCases()).length > 0);
      assert.match(
        (await world.openCases()).join('\n'),
        /refund-exceeds-payment: 62\.00 EUR were refunded .* 59\.85/,
      );
      assert.equal(credits(world).length, 1, 'nothing is booked of it until somebody says that it was meant');
      // We give back nothing more.
      await world.want({ request: 'more', concessionMinor: 1 });
      await world.settle();
      assert.equal((await requestOf(world, 'more'))?.state, 'refused');
    } finally {
      await world.close();
    }
  }));

/** How the call ends: the store has done it and nobody hears of it; it does it minutes later; it never heard of it. */
const ENDS = ['done and unheard', 'done minutes later', 'never heard'] as const;

for (const act of ['refundCreate', 'returnProcess'] as const)
  for (const end of ENDS)
    test(`${act} that was ${end} gives the money back once`, () =>
      withDatabase('pglite', async (place) => {
        const world = await startShopReturns(place, { entity: { refunds: { approvals: [{ persons: 0 }] } } });
        const proxy = await startProxy(world.hub.shop.store.baseUrl);
        try {
          await world.restart({ settings: { baseUrl: proxy.url } });
          if (act === 'returnProcess') {
            await world.makeReturn();
            await world.until('the return', async () => (await world.standing()).status === 'approved');
          }
          const calls: string[] = [];
          proxy.treat(({ body }) => {
            if (!body.includes(`${act}(`)) return { kind: 'forward' };
            calls.push(body);
            if (calls.length > 1) return { kind: 'forward' };
            return end === 'done and unheard'
              ? { kind: 'commitThenReset' }
              : { kind: 'answer', answer: { status: 504, body: 'gateway timeout' } };
          });
          const { key, state } = await world.standing();
          const lines = (state?.content?.lines ?? []).map(({ lineId, returnLineId }) => ({
            lineId,
            returnLineId,
            quantity: 1,
          }));
          await world.want(lines.length > 0 ? { return: key, lines } : { concessionMinor: 1000 });
          await world.hub.quiet();
          assert.equal(calls.length, 1);
          assert.deepEqual(await refundsAtStore(world), end === 'done and unheard' ? ['10.0'] : []);
          if (end === 'done minutes later') {
            // It has been looked for and is not there: that is not believed yet.
            await world.hub.pass(2 * MINUTE_MS);
            assert.equal(calls.length, 1);
            const { query, variables } = JSON.parse(calls[0] ?? '{}');
            await world.act(query, variables);
          }
          await world.hub.pass(30 * MINUTE_MS);
          await world.until('the refund', async () => (await requestOf(world, 'q1'))?.state === 'made');
          await world.settle();
          assert.equal(calls.length, end === 'never heard' ? 2 : 1);
          assert.deepEqual(await refundsAtStore(world), ['10.0']);
          assert.deepEqual(
            credits(world).map(({ cashMinor }) => cashMinor),
            [1000],
          );
          const key2 = (text: string | undefined) => JSON.parse(text ?? '{}').variables?.key;
          if (calls.length > 1) assert.equal(key2(calls[1]), key2(calls[0]), 'repeated by the same key');
          await world.assertSound();
        } finally {
          await world.close();
          await proxy.close();
        }
      }));
