import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { both, line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import {
  aReturn,
  disposed,
  RETURN_KEY,
  returnLines,
  returnsByChannel,
  seeReturn,
} from '../../../test/support/returns.ts';
import type { RetailerConfigInput } from '../config.ts';
import type { ReturnState } from './state.ts';
import { statusOf } from './state.ts';

/** Three of A have left, and their order is closed. */
function shipped(config: Partial<RetailerConfigInput> = {}): OrderLife {
  const life = new OrderLife({ lines: [line('A', 3)], config }).shipped();
  assert.equal(life.state.status, 'closed');
  return life;
}

const entity = (refunds: object): Partial<RetailerConfigInput> => ({
  entities: [
    {
      id: 'de',
      name: 'Test GmbH',
      currency: 'EUR',
      bookedCurrencies: ['EUR'],
      timeZone: 'Europe/Berlin',
      erp: 'erp',
      refunds,
    },
  ],
});

const state = ({ hub }: OrderLife): ReturnState => hub.stream('return', RETURN_KEY).state as ReturnState;

function want(life: OrderLife, changes: object = {}): void {
  life.hub.tell('1', {
    type: 'refund.wanted',
    wanted: {
      request: 'q1',
      return: RETURN_KEY,
      lines: [{ lineId: 'A-line', quantity: 2, returnLineId: 'RL1' }],
      exchangeLines: [],
      shipping: 0,
      concessionMinor: 0,
      totalMinor: null,
      reason: 'defective',
      note: '',
      by: 'Anna',
      ...changes,
    },
  });
}

const approve = (life: OrderLife, by: string, request = 'q1') =>
  life.hub.tell('1', { type: 'refund.approve', request, by, note: '' });

/** The channel makes the refund that it was asked for, and shows it. */
function refunded(life: OrderLife, money: 'done' | 'pending' = 'done'): string {
  const { body } = life.hub.last('channel.refund');
  const order = life.channel.refund(
    body.lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
    { money },
  );
  const { refundId } = order.refunds.at(-1) ?? { refundId: '' };
  life.hub.done('channel.refund', { refundId, amountMinor: body.amountMinor });
  life.see(order);
  return refundId;
}

test('a return is read at its news, and its order knows of it', () => {
  const life = shipped();
  seeReturn(life, aReturn({ status: 'requested', approvedAt: null }));
  assert.equal(statusOf(state(life)), 'requested');
  assert.equal(life.state.returns?.[RETURN_KEY]?.told.content.name, '#1-R1');
  seeReturn(life, aReturn());
  assert.equal(statusOf(state(life)), 'approved');
});

test('news that comes while it is read has it read once more, and only once', () => {
  const { hub } = shipped();
  for (let index = 0; index < 5; index += 1)
    hub.send('return', RETURN_KEY, { type: 'return.hint', topic: 'returns/update' });
  assert.equal(hub.open('channel.readReturn').length, 1);
  hub.done('channel.readReturn');
  assert.equal(hub.open('channel.readReturn').length, 1);
  hub.done('channel.readReturn');
  assert.equal(hub.open('channel.readReturn').length, 0);
});

test('what the channel shows as restocked moves stock once, where the channel tells of returns', () => {
  const life = shipped(returnsByChannel);
  const before = life.hub.units('A', 'WH').onHand;
  const lines = returnLines({ dispositions: [disposed('D1', 'restock'), disposed('D2', 'damaged')] });
  seeReturn(life, aReturn({ lines }));
  seeReturn(life, aReturn({ lines, closedAt: null, deliveries: [{ deliveryId: 'V', tracking: null }] }));
  assert.equal(life.hub.units('A', 'WH').onHand, before + 1);
  assert.equal(life.hub.position('A', 'WH').damaged, 1);
  assert.equal(statusOf(state(life)), 'inspected');
  // Its inventory system tells of the same units: they are known, and count no second time.
  life.hub.send('stock', 'stock/A', {
    type: 'stock.moved',
    sku: 'A',
    location: 'WH',
    delta: 1,
    reason: 'returned',
    disposition: 'restock',
    document: RETURN_KEY,
    key: 'm1',
    at: '2026-10-06T08:00:00.000Z',
  });
  assert.equal(life.hub.units('A', 'WH').onHand, before + 1);
});

test('where the inventory system tells of returns, its movement counts and the channel’s word moves nothing', () => {
  const life = shipped();
  const before = life.hub.units('A', 'WH').onHand;
  seeReturn(life, aReturn({ lines: returnLines({ dispositions: [disposed('D1', 'restock', 2)] }) }));
  assert.equal(life.hub.units('A', 'WH').onHand, before);
  for (const key of ['m1', 'm1', 'm2'])
    life.hub.send('stock', 'stock/A', {
      type: 'stock.moved',
      sku: 'A',
      location: 'WH',
      delta: key === 'm1' ? 1 : 0,
      ...(key === 'm1' ? {} : { damaged: 1 }),
      reason: 'returned',
      document: RETURN_KEY,
      key,
      at: '2026-10-06T08:00:00.000Z',
    });
  assert.equal(life.hub.units('A', 'WH').onHand, before + 1);
  const counted = (life.state.returns?.[RETURN_KEY]?.inspected ?? []).filter(({ counts }) => counts);
  assert.deepEqual(
    counted.map(({ source, disposition, quantity }) => [source, disposition, quantity]),
    [
      ['inventory', 'restock', 1],
      ['inventory', 'damaged', 1],
    ],
  );
});

test('a refund waits for a second person, who is another than the first, and is made once', () => {
  const life = shipped();
  seeReturn(life, aReturn({ lines: returnLines({ dispositions: [disposed('D1', 'restock', 2)] }) }));
  want(life);
  want(life);
  assert.equal(life.hub.open('channel.refund').length, 0);
  assert.deepEqual(
    [...life.hub.cases.values()].map(({ reason }) => reason),
    ['refund-approval'],
  );
  approve(life, 'Anna');
  approve(life, ' anna ');
  assert.equal(life.hub.open('channel.refund').length, 0, 'the same person counts once');
  approve(life, 'Ben');
  assert.equal(life.hub.cases.size, 0);
  const { body } = life.hub.last('channel.refund');
  assert.equal(body.amountMinor, 2380);
  assert.equal(body.returnId, '71');
  const refundId = refunded(life);
  seeReturn(life, aReturn({ refundIds: [refundId], lines: returnLines({ processedQuantity: 2 }) }));
  assert.equal(statusOf(state(life)), 'refunded');
  assert.equal(life.hub.last('erp.recordRefund').body.cashMinor, 2380);
  life.hub.done('erp.recordRefund');
  assert.equal(statusOf(state(life)), 'credited');
  assert.equal(life.hub.commands.filter(({ request }) => request.kind === 'channel.refund').length, 1);
});

test('limits say how many must agree: by amount and reason', () => {
  const refunds = {
    approvals: [
      { reasons: ['goodwill'], upToMinor: 500, persons: 1 },
      { upToMinor: 2000, persons: 0 },
    ],
  };
  const life = shipped(entity(refunds));
  want(life, { request: 'small', return: null, lines: [], concessionMinor: 500, reason: 'goodwill' });
  assert.equal(life.hub.last('channel.refund').body.amountMinor, 500);
  want(life, { request: 'one', return: null, lines: [], concessionMinor: 1500, by: null });
  assert.equal(life.hub.last('channel.refund').body.amountMinor, 1500);
  want(life, { request: 'rest', return: null, lines: [], concessionMinor: 1570 - 300, reason: 'goodwill' });
  assert.equal(life.hub.last('channel.refund').body.amountMinor, 1270, 'the second row fits it');
});

test('more than is left of what was paid is refused, and so are units that are not there', () => {
  const life = shipped(entity({ approvals: [{ persons: 0 }] }));
  want(life, { request: 'a', return: null, lines: [], concessionMinor: 3000 });
  want(life, { request: 'b', return: null, lines: [], concessionMinor: 600 });
  const lines = [{ lineId: 'A-line', quantity: 4, returnLineId: null }];
  want(life, { request: 'c', return: null, lines });
  assert.equal(life.hub.open('channel.refund').length, 1);
  const words = [...life.hub.cases.values()].map(({ message }) => message);
  assert.match(words[0] ?? '', /6\.00 EUR are wanted, and 5\.70 EUR are left of what was paid/);
  assert.match(words[1] ?? '', /4 units of "A" are wanted, and 3 are left/);
});

test('a restocking fee and the fee of the way back are kept, once, and the last unit gives what is left', () => {
  const life = shipped(entity({ approvals: [{ persons: 0 }] }));
  const content = aReturn({ lines: returnLines({ restockingFee: both(101) }), shippingFee: both(200) });
  seeReturn(life, content);
  want(life, { lines: [{ lineId: 'A-line', quantity: 1, returnLineId: 'RL1' }] });
  assert.equal(life.hub.last('channel.refund').body.amountMinor, 1190 - 51 - 200);
  const refundId = refunded(life);
  seeReturn(life, {
    ...content,
    refundIds: [refundId],
    lines: returnLines({ restockingFee: both(101), processedQuantity: 1 }),
  });
  want(life, { request: 'q2', lines: [{ lineId: 'A-line', quantity: 1, returnLineId: 'RL1' }] });
  assert.equal(life.hub.last('channel.refund').body.amountMinor, 1190 - 50);
});

test('what the merchant refunds of a return in the admin is followed, and only the cash of a pending one waits', () => {
  const life = shipped();
  const order = life.channel.refund([{ lineId: 'A-line', quantity: 2 }], { money: 'pending' });
  life.see(order);
  seeReturn(life, aReturn({ refundIds: ['RF1'], lines: returnLines({ processedQuantity: 2 }) }));
  assert.deepEqual(
    state(life).refunds.map(({ request, state: at, amount }) => [request, at, amount.shop]),
    [['channel/RF1', 'pending', 2380]],
  );
  life.see(life.channel.settleRefund('RF1', 'done'));
  life.hub.done('erp.recordRefund');
  assert.equal(statusOf(state(life)), 'credited');
});

test('by policy, what came back whole is wanted without being asked for; missing units are not', () => {
  const life = shipped(entity({ propose: 'afterInspection' }));
  const missing = { ...disposed('D2', 'restock'), disposition: 'missing' as const };
  seeReturn(life, aReturn({ lines: returnLines({ dispositions: [disposed('D1', 'restock')] }) }));
  assert.equal(Object.keys(life.state.refundRequests ?? {}).length, 0);
  seeReturn(life, aReturn({ lines: returnLines({ dispositions: [disposed('D1', 'restock'), missing] }) }));
  const [request] = Object.values(life.state.refundRequests ?? {});
  assert.deepEqual([request?.by, request?.amount.shop, request?.state], [null, 1190, 'waiting']);
  approve(life, 'Anna', request?.request);
  approve(life, 'Ben', request?.request);
  assert.equal(life.hub.last('channel.refund').body.amountMinor, 1190);
});

test('a refund that is declined, or whose case is skipped, is not made', () => {
  const life = shipped();
  want(life, { request: 'a', return: null, lines: [], concessionMinor: 100 });
  life.hub.tell('1', { type: 'refund.decline', request: 'a', by: 'Ben', note: 'no' });
  want(life, { request: 'b', return: null, lines: [], concessionMinor: 100 });
  const [open] = [...life.hub.cases.values()];
  life.hub.tell('1', { type: 'operator.skipCase', caseKey: open?.caseKey ?? '', by: 'Ben', note: '' });
  assert.deepEqual(
    Object.values(life.state.refundRequests ?? {}).map((each) => each.state),
    ['declined', 'declined'],
  );
  assert.equal(life.hub.cases.size, 0);
});

test('a return that comes before its order waits for it', () => {
  const life = new OrderLife({ lines: [line('A', 3)], config: returnsByChannel });
  seeReturn(life, aReturn({ lines: returnLines({ dispositions: [disposed('D1', 'restock', 2)] }) }));
  life.hub.pass(30_000);
  assert.equal(life.hub.open('channel.readOrder').length, 1);
  life.see(life.channel.order, 'read');
  assert.equal(life.state.returns?.[RETURN_KEY]?.inspected.length, 1);
});

test('a return that its channel does not have is no case; one that cannot be read is', () => {
  const { hub } = shipped();
  hub.send('return', RETURN_KEY, { type: 'return.hint', topic: 'returns/approve' });
  hub.rejected('channel.readReturn', 'not-found');
  assert.equal(hub.cases.size, 0);
  hub.send('return', RETURN_KEY, { type: 'return.hint', topic: 'returns/approve' });
  hub.rejected('channel.readReturn', 'schema-drift', 'another shape');
  assert.deepEqual(
    [...hub.cases.values()].map(({ reason }) => reason),
    ['return-unreadable'],
  );
  const [open] = [...hub.cases.values()];
  hub.send('return', RETURN_KEY, {
    type: 'operator.retryCase',
    caseKey: open?.caseKey ?? '',
    by: 'Anna',
    note: '',
  });
  assert.equal(hub.cases.size, 0);
  assert.equal(hub.open('channel.readReturn').length, 1);
});

test('any order of the steps of a return ends in the same state, with stock and money moved once', () => {
  const full = aReturn({
    lines: returnLines({ dispositions: [disposed('D1', 'restock'), disposed('D2', 'damaged')] }),
    deliveries: [{ deliveryId: 'V', tracking: null }],
  });
  const steps: readonly ((life: OrderLife) => void)[] = [
    (life) => seeReturn(life, full),
    (life) => seeReturn(life, full),
    (life) => {
      life.hub.send('stock', 'stock/A', {
        type: 'stock.moved',
        sku: 'A',
        location: 'WH',
        delta: 1,
        reason: 'returned',
        document: RETURN_KEY,
        key: 'm1',
        at: '2026-10-06T08:00:00.000Z',
      });
    },
    (life) => {
      if (life.channel.order.refunds.length === 0)
        life.see(life.channel.refund([{ lineId: 'A-line', quantity: 2 }], { money: 'pending' }));
    },
    (life) => {
      if (life.channel.order.refunds.length > 0) life.see(life.channel.settleRefund('RF1', 'done'));
    },
  ];
  const end = (order: readonly number[]) => {
    const life = shipped(returnsByChannel);
    const before = life.hub.units('A', 'WH').onHand;
    for (const step of order) steps[step]?.(life);
    // Whatever came first: in the end all of it has been told, and the ERP has answered.
    for (const step of [3, 4]) steps[step]?.(life);
    seeReturn(life, {
      ...full,
      refundIds: ['RF1'],
      lines: full.lines.map((each) => ({ ...each, processedQuantity: 2 })),
    });
    steps[2]?.(life);
    life.hub.settle();
    const { returns } = life.state;
    return {
      stock: life.hub.units('A', 'WH').onHand - before,
      damaged: life.hub.position('A', 'WH').damaged,
      status: statusOf(state(life)),
      inspected: (returns?.[RETURN_KEY]?.inspected ?? []).map(({ key, counts }) => `${key} ${counts}`).sort(),
      refunds: state(life).refunds,
      credits: life.hub.commands.filter(({ request }) => request.kind === 'erp.recordRefund').length,
      cases: [...life.hub.cases.values()].map(({ reason }) => reason),
    };
  };
  const first = end([0, 1, 2, 3, 4]);
  assert.deepEqual([first.stock, first.damaged, first.status, first.credits], [1, 1, 'credited', 1]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 8 }), (order) => {
      assert.deepEqual(end(order), first);
    }),
    { numRuns: 60 },
  );
});
