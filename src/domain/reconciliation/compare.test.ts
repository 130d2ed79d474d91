/** What a comparison of money names, and what it leaves to a case that is there already. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import { someBooks } from '../../../test/support/retailer-books.ts';
import { compareChannel } from './compare-channel.ts';
import { compareErp } from './compare-erp.ts';
import { comparePayouts, type Unpaid } from './compare-payouts.ts';
import { type OwnOrder, ownOrderOf } from './own-order.ts';

const UNPAID: Unpaid = {
  at: '1370',
  order: 'shop/1',
  name: '#1001',
  since: '2026-11-23',
  currency: 'EUR',
  amountMinor: 2380,
  heldBy: null,
};

test('money that no payout has is a difference; that of an order with a case is named by it', () => {
  const of = (heldBy: string | null) =>
    comparePayouts({ payouts: [], unpaid: [{ ...UNPAID, heldBy }], paidOutWithinDays: 14 }).differences;
  assert.deepEqual(
    of(null).map(({ cause, coveredBy }) => [cause, coveredBy]),
    [['notPaidOut', null]],
  );
  assert.equal(of('totals-do-not-close')[0]?.coveredBy, 'totals-do-not-close');
});

test('what leaves an order before it ships leaves the sales order, and is in no credit note', () => {
  const books = someBooks({ registrations: [{ id: 'DE', jurisdiction: 'DE', taxCodes: ['MwSt 0.19'] }] });
  const entities = aRetailer().entities.map((each) => ({ ...each, books }));
  const life = new OrderLife({ lines: [line('A', 2, 5950)], config: { entities } }).booked();
  life.see(life.channel.refund([{ lineId: 'A-line', quantity: 1 }], { extraMinor: 50 }));
  const [entity] = life.hub.config.entities;
  assert.ok(entity?.books);
  const own = ownOrderOf(life.state, { ...entity, books: entity.books }, () => true);
  assert.deepEqual([...(own?.refunds ?? [])], [['RF1', 50]]);
});

test('money of an order that cannot be read is named by its case; of one that never came it is a difference', () => {
  const movement = {
    kind: 'capture',
    paymentId: 'P1',
    channelOrderId: '7',
    name: '#1007',
    amounts: [{ currency: 'EUR', amountMinor: 2380 }],
  } as unknown as Parameters<typeof compareChannel>[0]['movements'][number];
  const of = (unread: ReadonlyMap<string, string>) =>
    compareChannel({
      connection: 'shop',
      orders: [],
      movements: [movement],
      own: new Map(),
      unread,
      postedOfDay: [],
      readFrom: 0,
    }).differences.map(({ cause, coveredBy }) => [cause, coveredBy]);
  assert.deepEqual(of(new Map()), [['lateImport', null]]);
  assert.deepEqual(of(new Map([['shop/7', 'bad-money']])), [['notPosted', 'bad-money']]);
});

test('a credit note of the ERP is of the refund’s money: an exchange keeps what the new goods cost', () => {
  const own: OwnOrder = {
    key: 'shop/1',
    name: '#1001',
    isBooked: true,
    currency: 'EUR',
    payments: new Set(),
    posted: new Map([['credit/R1', 18900]]),
    refunds: new Map([['R1', 16401]]),
    heldBy: null,
    salesOrderMinor: 5000,
  };
  const differences = (totalMinor: number) =>
    compareErp({
      connection: 'erp',
      own: new Map([[own.key, own]]),
      documents: [
        {
          kind: 'creditNote',
          number: 'CN1',
          reference: own.key,
          refundId: 'R1',
          currency: 'EUR',
          totalMinor,
        },
      ] as unknown as Parameters<typeof compareErp>[0]['documents'],
    }).differences;
  assert.deepEqual(differences(16401), []);
  assert.match(
    differences(16402)[0]?.words ?? '',
    /credit note CN1 of 164\.02 EUR for #1001; the refund is 164\.01 EUR/,
  );
});
