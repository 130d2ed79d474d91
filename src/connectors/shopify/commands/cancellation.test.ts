/** Cancelling, on a canned shop. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { Clock } from '../../../base/clock.ts';
import type { CommandBodies } from '../../../domain/commands.ts';
import {
  type CannedShop,
  data,
  openShop,
  type Perform,
  performing,
  type Reaction,
  startCannedShop,
} from '../testing.ts';

const START = Date.UTC(2026, 10, 23, 6);
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

describe('cancelling', () => {
  const CANCEL: CommandBodies['channel.cancelOrder'] = {
    channelOrderId: '1',
    reason: 'out of stock',
    refund: true,
    restock: true,
  };
  const standing = (cancelledAt: string | null): Reaction =>
    data({ order: { id: 'gid://shopify/Order/1', cancelledAt } });
  const accepted = data({
    orderCancel: { job: { id: 'gid://shopify/Job/1', done: false }, orderCancelUserErrors: [] },
  });
  const refusedWith = (code: string, message: string): Reaction =>
    data({ orderCancel: { job: null, orderCancelUserErrors: [{ code, field: ['orderId'], message }] } });

  async function scripted(
    cancel: Reaction,
    look: (looks: number) => Reaction,
  ): Promise<{ shop: CannedShop; clock: Clock; perform: Perform }> {
    const shop = await startCannedShop();
    opened.push(shop);
    const clock = new Clock(START, { frozen: true });
    let looks = 0;
    shop.onCall(({ operation }) => {
      if (operation === 'CancelOrder') return cancel;
      looks += 1;
      return look(looks);
    });
    // Who waits for the job waits by business time, which passes when somebody waits for it.
    const passing = setInterval(() => {
      const { firstWakesAt } = clock.sleepers;
      if (firstWakesAt !== null) clock.advanceTo(firstWakesAt);
    }, 1);
    opened.push({ close: () => clearInterval(passing) });
    return { shop, clock, perform: performing(openShop(shop.settings(), clock), clock) };
  }

  test('a job that takes long is in doubt, and found by the look-up', async () => {
    const { perform, shop } = await scripted(accepted, () => standing(null));
    assert.equal((await perform('channel.cancelOrder', CANCEL)).status, 'unknown');
    assert.equal(shop.calls.filter(({ operation }) => operation === 'ReadCancellation').length, 5);
  });

  test('says why, in the vendor’s terms and in ours, and how the money goes back', async () => {
    const { perform, shop } = await scripted(accepted, () => standing('2026-11-23T06:00:00Z'));
    assert.equal((await perform('channel.cancelOrder', CANCEL)).status, 'done');
    assert.deepEqual(shop.calls[0]?.variables, {
      id: 'gid://shopify/Order/1',
      reason: 'INVENTORY',
      refundMethod: { originalPaymentMethodsRefund: true },
      restock: true,
      notify: true,
      note: 'out of stock',
    });
    const reasons: unknown[] = [];
    for (const reason of ['payment expired for 3 days', 'customer', 'suspected fraud', 'staff', 'because']) {
      await perform('channel.cancelOrder', { ...CANCEL, reason, refund: false });
      reasons.push(shop.calls.findLast(({ operation }) => operation === 'CancelOrder')?.variables.reason);
    }
    assert.deepEqual(reasons, ['DECLINED', 'CUSTOMER', 'FRAUD', 'STAFF', 'OTHER']);
    const last = shop.calls.findLast(({ operation }) => operation === 'CancelOrder')?.variables;
    assert.deepEqual(last?.refundMethod, { originalPaymentMethodsRefund: false });
  });

  test('a later attempt looks first', async () => {
    const { perform, shop } = await scripted(accepted, () => standing('2026-11-23T06:00:00Z'));
    assert.equal((await perform('channel.cancelOrder', CANCEL, 2)).status, 'done');
    assert.deepEqual(
      shop.calls.map(({ operation }) => operation),
      ['ReadCancellation'],
    );
  });

  test('refused: done when it is cancelled already, in doubt after an internal error, else a case', async () => {
    const already = await scripted(refusedWith('INVALID', 'already cancelled'), () =>
      standing('2026-11-23T06:00:00Z'),
    );
    assert.equal((await already.perform('channel.cancelOrder', CANCEL)).status, 'done');
    const internal = await scripted(refusedWith('INTERNAL_ERROR', 'oops'), () => standing(null));
    assert.equal((await internal.perform('channel.cancelOrder', CANCEL)).status, 'unknown');
    const shipped = await scripted(refusedWith('INVALID', 'Cannot cancel a fulfilled order'), () =>
      standing(null),
    );
    const outcome = await shipped.perform('channel.cancelOrder', CANCEL);
    assert.ok(outcome.status === 'rejected');
    assert.deepEqual(
      [outcome.code, outcome.message],
      ['invalid', 'Cannot cancel a fulfilled order (orderId)'],
    );
    const gone = await scripted(refusedWith('NOT_FOUND', 'Order does not exist'), () =>
      data({ order: null }),
    );
    const missing = await gone.perform('channel.cancelOrder', CANCEL);
    assert.equal(missing.status === 'rejected' && missing.code, 'not-found');
  });

  test('accepted, and then no look gets through: in doubt, never repeated blindly', async () => {
    const { perform } = await scripted(accepted, () => ({ status: 503 }));
    assert.equal((await perform('channel.cancelOrder', CANCEL)).status, 'unknown');
  });
});
