/**
 * A return that the shop's staff approve is announced to the warehouse; what the warehouse receives and inspects moves stock, and by
 * policy its money goes back without anybody's doing.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReturnedNews } from '../../src/domain/return/messages.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { startShopReturns } from '../support/shop-returns.ts';
import { standInDelivery } from '../support/stand-in.ts';

for (const kind of databases())
  test(`the warehouse knows what comes, and what it finds is refunded (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const world = await startShopReturns(place, {
        location: { announceReturns: true, returnsBy: 'fulfilment' },
        entity: { refunds: { propose: 'afterInspection', approvals: [{ persons: 0 }] } },
      });
      const announced = () =>
        world.told.flatMap((each) => (each.kind === 'fulfilment.announceReturn' ? [each.body] : []));
      const tell = (message: ReturnedNews) =>
        world.hub.put(
          'wms',
          standInDelivery({ stream: 'return', key: announced()[0]?.reference ?? '', persons: [], message }),
        );
      try {
        const before = await world.onHand('NL-1');
        await world.makeReturn();
        await world.until('the announcement', async () => announced().length === 1);
        const [{ announcementId, location, lines } = { announcementId: '', location: '', lines: [] }] =
          announced();
        assert.deepEqual(
          [location, lines.map(({ item, quantity }) => `${quantity} ${item}`)],
          ['WH', ['1 NL-1']],
        );
        const about = {
          announcementId,
          lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
          at: world.hub.clock.nowIso(),
        };
        await tell({ type: 'return.received', receiptId: 'P1', ...about });
        await world.until('the receipt', async () => (await world.standing()).status === 'received');
        assert.equal(await world.onHand('NL-1'), before);
        for (const _ of [1, 2])
          await tell({
            type: 'return.inspected',
            inspectionId: 'I1',
            ...about,
            lines: about.lines.map((line) => ({ ...line, disposition: 'restock' as const })),
          });
        await world.until('the credit', async () => (await world.standing()).status === 'credited');
        await world.settle();
        assert.equal(await world.onHand('NL-1'), (before ?? 0) + 1);
        const { refunds } = (await world.store()).order;
        assert.deepEqual(
          refunds.map((each: { totalRefundedSet: { shopMoney: object } }) => each.totalRefundedSet.shopMoney),
          [{ amount: '10.0' }],
        );
        assert.equal(announced().length, 1);
        await world.assertSound();
      } finally {
        await world.close();
      }
    }));
