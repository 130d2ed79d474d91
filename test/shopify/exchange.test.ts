/**
 * Goods that come back for others, on a real store: what comes back and what goes out are booked gross, the money net. The new goods are
 * reserved, sent and booked as any others; who gets the dearer ones pays the difference first, who gets cheaper ones has it back.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMinor } from '../../src/domain/money.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { type ShopReturns, startShopReturns } from '../support/shop-returns.ts';

/** A unit comes back for something else, and is looked at; two persons agree to what its customer gets back. */
async function exchange(world: ShopReturns, back: string, given: string, totalMinor: number): Promise<void> {
  await world.makeReturn({ sku: given, quantity: 1 }, back);
  await world.until('the return', async () => (await world.standing()).status === 'approved');
  await world.dispose();
  await world.until('the inspection', async () => (await world.standing()).status === 'inspected');
  const { key, state } = await world.standing();
  const content = state?.content;
  assert.ok(content);
  await world.want({
    return: key,
    lines: content.lines.map(({ lineId, returnLineId }) => ({ lineId, returnLineId, quantity: 1 })),
    exchangeLines: content.exchangeLines.map(({ exchangeLineId, quantity }) => ({
      exchangeLineId,
      quantity,
    })),
    totalMinor,
    reason: 'exchange',
  });
  await world.agree('q1', 'Ben');
}

const parcels = ({ told }: ShopReturns) =>
  told.flatMap((each) =>
    each.kind === 'fulfilment.release'
      ? [each.body.lines.map(({ item, quantity }) => `${quantity} ${item}`).join(', ')]
      : [],
  );

/** What the ERP was told, but for the order itself. */
const booked = ({ told }: ShopReturns) =>
  told.flatMap((each): string[] => {
    switch (each.kind) {
      case 'erp.amendSalesOrder':
        return [`amended ${formatMinor(each.body.totalMinor, 'EUR')}`];
      case 'erp.recordShipment':
        return [`shipped ${each.body.lines.map(({ quantity }) => quantity).join(' ')}`];
      case 'erp.recordRefund': {
        const credits = each.body.credits.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
        return [`credited ${formatMinor(credits, 'EUR')}, paid ${formatMinor(each.body.cashMinor, 'EUR')}`];
      }
      default:
        return [];
    }
  });

for (const kind of databases()) {
  test(`who gets something dearer in exchange pays the difference, then it leaves (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const world = await startShopReturns(place);
      try {
        const before = await world.onHand('NL-2');
        await exchange(world, 'NL-1', 'NL-2', 0);
        await world.until(
          'the new goods to be lines of the order',
          async () => (await world.order()).order?.lines.length === 3,
        );
        await world.settle();
        const { order } = await world.store();
        assert.deepEqual([order.totalOutstandingSet.shopMoney.amount, order.refunds.length], ['14.95', 1]);
        assert.deepEqual(order.refunds[0].totalRefundedSet.shopMoney.amount, '0.0');
        assert.deepEqual(parcels(world).length, 1, 'nothing leaves before it is paid');
        world.hub.shop.store.pay(world.id, 'captured');
        await world.until('the second parcel', async () => parcels(world).length === 2);
        await world.until('the end', async () => (await world.order()).status === 'closed');
        assert.deepEqual(parcels(world)[1], '1 NL-2');
        assert.equal(await world.onHand('NL-2'), (before ?? 0) - 1);
        // 10.00 are credited and 24.95 invoiced; 59.85 and 14.95 were paid.
        const credited = (await world.postings()).filter((each) => each.startsWith('credited'));
        assert.deepEqual(credited, ['credited: RL -10.00 RET 8.40 VAT 1.60']);
        assert.deepEqual(await world.balances(), {
          CL: '74.80',
          RET: '8.40',
          REV: '-67.15',
          SHIP: '-4.12',
          VAT: '-11.93',
        });
        assert.deepEqual(booked(world), [
          'shipped 3 1',
          'amended 84.80',
          'credited 10.00, paid 0.00',
          'shipped 1',
        ]);
        await world.assertSound();
      } finally {
        await world.close();
      }
    }));

  test(`who gets something cheaper in exchange gets the difference (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const world = await startShopReturns(place);
      try {
        await exchange(world, 'NL-2', 'NL-1', 1495);
        await world.until('the second parcel', async () => parcels(world).length === 2);
        await world.until('the end', async () => (await world.order()).status === 'closed');
        const back = (await world.postings()).filter((each) => each.startsWith('refunded'));
        assert.deepEqual(back, ['refunded: CL -14.95 RL 14.95']);
        assert.deepEqual(await world.balances(), {
          CL: '44.90',
          RET: '20.97',
          REV: '-54.58',
          SHIP: '-4.12',
          VAT: '-7.17',
        });
        assert.deepEqual(booked(world), [
          'shipped 3 1',
          'amended 69.85',
          'credited 24.95, paid 14.95',
          'shipped 1',
        ]);
        await world.assertSound();
      } finally {
        await world.close();
      }
    }));

  test(`like for like: the goods go to and fro, no money does, and a hub that is ended at every step does it once (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const world = await startShopReturns(place);
      const { settle } = world;
      world.settle = async () => {
        await settle();
        await world.restart();
      };
      try {
        const before = await world.onHand('NL-1');
        await exchange(world, 'NL-1', 'NL-1', 0);
        await world.until('the second parcel', async () => parcels(world).length === 2);
        await world.until('the end', async () => (await world.order()).status === 'closed');
        assert.equal(await world.onHand('NL-1'), before);
        assert.deepEqual(booked(world), [
          'shipped 3 1',
          'amended 69.85',
          'credited 10.00, paid 0.00',
          'shipped 1',
        ]);
        const { CL, RL } = await world.balances();
        assert.deepEqual([CL, RL], ['59.85', undefined]);
        await world.assertSound();
      } finally {
        await world.close();
      }
    }));
}
