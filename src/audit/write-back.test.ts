/** What is wrong in the outside's books of what was written back, the auditor finds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWriteBack, type WriteBack } from './write-back.ts';

const LINE = { lineId: '11', quantity: 2 };

/** Captured and numbered as it should be; half of it has left, the other half is asked of the store. */
function sound(): WriteBack {
  return {
    order: {
      channelOrderId: '1',
      name: '#1001',
      currency: 'EUR',
      test: false,
      cancelled: false,
      totalMinor: 2380,
      currentTotalMinor: 2380,
      refundedMinor: 0,
      capturedMinor: 2380,
      authorisations: [{ amountMinor: 2380, severalCaptures: false, captures: [2380], lapsedMinor: 0 }],
      tags: ['vip', 'erp:SO-100'],
      metafields: [
        { namespace: 'app', key: 'sales_order_number', value: 'SO-100' },
        { namespace: 'other', key: 'colour', value: 'red' },
      ],
      lines: [{ ...LINE, sku: 'A', currentQuantity: 2, fulfilledQuantity: 1 }],
      fulfilments: [
        { fulfilmentId: '7', shipmentId: 'S1', lines: [{ lineId: '11', quantity: 1 }], trackingNumber: null },
      ],
      planned: [{ location: 'STORE', holds: [], lines: [{ lineId: '11', quantity: 1 }] }],
    },
    policy: { captures: 'onShipment', references: 'both', tagPrefix: 'erp:' },
    salesOrders: [salesOrder('SO-100', 'open')],
    releases: [
      {
        releaseId: 'R1',
        reference: 'shop/1',
        location: 'STORE',
        status: 'open',
        lines: [{ ...LINE, item: 'A', shipped: 0, rejected: 0, cancelled: 0 }],
      },
    ],
    isHeldByUs: false,
    hasCase: false,
  };
}

function salesOrder(number: string, status: 'open' | 'cancelled'): WriteBack['salesOrders'][number] {
  return {
    ...{ salesOrderId: number, number, reference: 'shop/1', entity: 'de', currency: 'EUR', status },
    ...{ totalMinor: 2380, revision: 1, lines: [], shipments: [], refunds: [] },
  };
}

function found(change: (told: WriteBack) => void): string[] {
  const told = sound();
  change(told);
  const messages: string[] = [];
  checkWriteBack(told, (invariant, message) => messages.push(`${invariant}: ${message}`));
  return messages;
}

type Authorisation = NonNullable<WriteBack['order']['authorisations']>[number];
const authorised = (change: Partial<Authorisation>) => (told: WriteBack) => {
  Object.assign(told.order.authorisations?.[0] as Authorisation, change);
};
const ofOrder = (change: Partial<WriteBack['order']>) => (told: WriteBack) => {
  Object.assign(told.order, change);
};
const inErp =
  (...salesOrders: WriteBack['salesOrders']) =>
  (told: WriteBack) => {
    told.salesOrders = salesOrders;
  };
const lapsed = authorised({ captures: [], lapsedMinor: 2380 });
const nothingLeft = (told: WriteBack) => {
  lapsed(told);
  told.order.fulfilments = [];
};

const WRONG: readonly [what: string, says: RegExp, change: (told: WriteBack) => void][] = [
  [
    'captured beyond what was authorised',
    /neverTooMuch.*2381 captured of 2380/,
    authorised({ captures: [2381] }),
  ],
  ['captured twice', /2 captures of an authorisation that takes one/, authorised({ captures: [1000, 1380] })],
  [
    'captured twice, and a case does not excuse it',
    /4760 captured of 2380/,
    (told) => {
      authorised({ captures: [2380, 2380], severalCaptures: true })(told);
      told.hasCase = true;
    },
  ],
  ['goods have left, and the authorisation has lapsed', /moneyCloses.*2380 authorised and owed/, lapsed],
  [
    'goods were asked for, and the authorisation has lapsed',
    /have lapsed, not captured/,
    (told) => {
      nothingLeft(told);
      Object.assign(told.policy as object, { captures: 'beforeExpiry' });
    },
  ],
  ['no tag', /systemsAgree.*its tags at the channel say nothing/, ofOrder({ tags: ['vip'] })],
  [
    'the tag of a sales order of before beside the new one',
    /its tags at the channel say SO-99, SO-100/,
    ofOrder({ tags: ['erp:SO-99', 'erp:SO-100'] }),
  ],
  ['no metafield', /its metafields .* say nothing/, ofOrder({ metafields: [] })],
  [
    'the number of one that was cancelled, where another is live',
    /is SO-101 in the ERP, its tags at the channel say SO-100/,
    inErp(salesOrder('SO-100', 'cancelled'), salesOrder('SO-101', 'open')),
  ],
  [
    'the number of another order, where ours is cancelled',
    /is SO-7 in the ERP/,
    inErp(salesOrder('SO-7', 'cancelled')),
  ],
  ['a hold that we do not know', /compensationsFinish.*is held no more/, (told) => hold(told)],
  [
    'a hold of what was asked of a location',
    /line 11 of order #1001 was asked of a location/,
    (told) => {
      hold(told);
      told.isHeldByUs = true;
    },
  ],
];

function hold(told: WriteBack): void {
  for (const part of told.order.planned ?? []) part.holds.push('crossdock');
}

test('what was written back as it should be is no finding', () => {
  assert.deepEqual(
    found(() => {}),
    [],
  );
});

for (const [what, says, change] of WRONG) {
  test(`found: ${what}`, () => {
    const messages = found(change);
    assert.match(messages.join('\n'), says);
  });
}

const EXCUSED: readonly [what: string, change: (told: WriteBack) => void][] = [
  [
    'several captures of an authorisation that takes them',
    authorised({ captures: [1000, 1380], severalCaptures: true }),
  ],
  ['nothing has left, and it is captured on shipment', nothingLeft],
  [
    'the channel captures',
    (told) => {
      lapsed(told);
      Object.assign(told.policy as object, { captures: 'channel' });
    },
  ],
  [
    'somebody has been asked',
    (told) => {
      lapsed(told);
      hold(told);
      Object.assign(told, { hasCase: true });
      told.order.tags = [];
    },
  ],
  [
    'a store that is told no numbers',
    (told) => void Object.assign(told.policy as object, { references: 'none' }),
  ],
  [
    'numbers as tags alone',
    (told) => {
      Object.assign(told.policy as object, { references: 'tags' });
      told.order.metafields = [];
    },
  ],
  ['a hold of the merchant', (told) => void told.order.planned?.[0]?.holds.push('staff')],
  [
    'we hold it, and nothing was asked',
    (told) => {
      hold(told);
      Object.assign(told, { isHeldByUs: true, releases: [] });
    },
  ],
  ['the sales order is cancelled, and its number stands', inErp(salesOrder('SO-100', 'cancelled'))],
];

for (const [what, change] of EXCUSED) {
  test(`no finding: ${what}`, () => assert.deepEqual(found(change), []));
}
