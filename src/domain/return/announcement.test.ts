/** Who receives what comes back is told of it, and tells what has come: received, looked at, each once, by whoever was asked alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line } from '../../../test/support/builders.ts';
import { OrderLife } from '../../../test/support/order-life.ts';
import { aReturn, RETURN_KEY, seeReturn } from '../../../test/support/returns.ts';
import type { RetailerConfigInput } from '../config.ts';
import type { ReturnedNews } from './messages.ts';
import { type ReturnState, statusOf } from './state.ts';

const KEY = RETURN_KEY;
const AT = '2026-10-05T08:00:00.000Z';

type Place = Partial<NonNullable<RetailerConfigInput['locations']>[number]>;

const places = (warehouse: Place, store: Place = {}): Partial<RetailerConfigInput> => ({
  locations: [
    { id: 'WH', name: 'Warehouse', kind: 'warehouse', fulfilment: 'wms', inventory: 'stock', ...warehouse },
    { id: 'STORE', name: 'Store', kind: 'store', fulfilment: 'wms', inventory: 'stock', ...store },
  ],
});

const shipped = (config: Partial<RetailerConfigInput>, given: object = {}) =>
  new OrderLife({ lines: [line('A', 3)], config, ...given }).shipped();

const state = ({ hub }: OrderLife): ReturnState => hub.stream('return', KEY).state as ReturnState;
const standing = (life: OrderLife) => statusOf(state(life));
const announced = ({ hub }: OrderLife) =>
  hub.commands.flatMap(({ request }) => (request.kind === 'fulfilment.announceReturn' ? [request] : []));

const tell = (life: OrderLife, news: ReturnedNews, from = 'wms') =>
  life.hub.send('return', KEY, { ...news, from });
const received = (receiptId: string, quantity: number): ReturnedNews => ({
  type: 'return.received',
  announcementId: `${KEY}#WH`,
  receiptId,
  lines: [{ lineId: 'RL1', quantity }],
  at: AT,
});
const looked = (
  inspectionId: string,
  disposition: 'restock' | 'damaged' | 'missing',
): Extract<ReturnedNews, { type: 'return.inspected' }> => ({
  type: 'return.inspected',
  announcementId: `${KEY}#WH`,
  inspectionId,
  lines: [{ lineId: 'RL1', quantity: 1, disposition }],
  at: AT,
});

test('an approved return is announced where its goods have left, once, and again when it changes', () => {
  const life = shipped(places({ announceReturns: true }));
  seeReturn(life, aReturn({ status: 'requested', approvedAt: null }));
  assert.equal(announced(life).length, 0, 'nobody has agreed to it yet');
  seeReturn(life, aReturn());
  const [first] = announced(life);
  assert.deepEqual(first?.connection, 'wms');
  assert.deepEqual(first?.body, {
    announcementId: `${KEY}#WH`,
    revision: 1,
    reference: KEY,
    returnName: '#1-R1',
    orderName: '#1',
    location: 'WH',
    lines: [{ lineId: 'RL1', item: 'A', quantity: 2, reason: 'defective' }],
    tracking: [],
  });
  life.hub.done('fulfilment.announceReturn');
  seeReturn(life, aReturn());
  assert.equal(announced(life).length, 1);
  const tracking = { company: 'Post', number: 'R1', url: null };
  seeReturn(life, aReturn({ deliveries: [{ deliveryId: 'V', tracking }] }));
  assert.deepEqual(
    announced(life).map(({ body }) => [body.revision, body.tracking.length]),
    [
      [1, 0],
      [2, 1],
    ],
  );
  // What changes while it is told is told when the answer has come.
  seeReturn(life, aReturn({ status: 'cancelled', deliveries: [{ deliveryId: 'V', tracking }] }));
  assert.equal(announced(life).length, 2);
  life.hub.done('fulfilment.announceReturn');
  const withdrawn = announced(life).at(-1)?.body;
  assert.deepEqual([withdrawn?.revision, withdrawn?.lines], [3, []]);
  life.hub.done('fulfilment.announceReturn');
  assert.equal(life.state.status, 'closed');
});

test('a location that is not to be told is not, and one may receive for another', () => {
  const quiet = shipped(places({}));
  seeReturn(quiet, aReturn());
  assert.equal(announced(quiet).length, 0);
  const life = shipped(places({ returnsTo: 'STORE' }, { announceReturns: true }));
  seeReturn(life, aReturn());
  assert.deepEqual(
    announced(life).map(({ body }) => body.location),
    ['STORE'],
  );
});

test('what the warehouse receives and looks at is known once, and moves stock where its word counts', () => {
  const life = shipped(places({ announceReturns: true, returnsBy: 'fulfilment' }));
  seeReturn(life, aReturn());
  life.hub.done('fulfilment.announceReturn');
  const before = life.hub.units('A', 'WH').onHand;
  assert.equal(tell(life, received('P1', 2)), 'applied');
  assert.equal(tell(life, received('P1', 2)), 'duplicate');
  assert.equal(standing(life), 'received');
  assert.equal(life.hub.units('A', 'WH').onHand, before, 'nobody has looked at it');
  tell(life, looked('I1', 'restock'));
  assert.equal(tell(life, looked('I1', 'restock')), 'duplicate');
  assert.equal(standing(life), 'received');
  tell(life, looked('I2', 'damaged'));
  assert.equal(standing(life), 'inspected');
  assert.equal(life.hub.units('A', 'WH').onHand, before + 1);
  assert.equal(life.hub.position('A', 'WH').damaged, 1);
  // The inventory system of the place tells of the same units: they are counted.
  life.hub.send('stock', 'stock/A', {
    type: 'stock.moved',
    sku: 'A',
    location: 'WH',
    delta: 1,
    reason: 'returned',
    disposition: 'restock',
    document: KEY,
    key: 'm1',
    at: '2026-10-06T08:00:00.000Z',
  });
  assert.equal(life.hub.units('A', 'WH').onHand, before + 1);
  // Of what is closed nothing more comes than has come: there is nothing to tell.
  seeReturn(life, aReturn({ status: 'closed', closedAt: AT }));
  assert.equal(announced(life).length, 1);
  assert.equal(life.hub.cases.size, 0);
});

test('one inspection may find units of a line in different states: each is known, and moves its stock', () => {
  const life = shipped(places({ announceReturns: true, returnsBy: 'fulfilment' }));
  seeReturn(life, aReturn());
  const before = life.hub.units('A', 'WH').onHand;
  const one = looked('I1', 'restock');
  const [line] = one.lines;
  assert.ok(line);
  tell(life, { ...one, lines: [line, { ...line, disposition: 'damaged' as const }] });
  assert.equal(standing(life), 'inspected');
  assert.equal(life.hub.units('A', 'WH').onHand, before + 1);
  assert.equal(life.hub.position('A', 'WH').damaged, 1);
});

test('where the channel or an inventory system counts, the word of the warehouse is known and moves nothing', () => {
  const life = shipped(places({ announceReturns: true }));
  seeReturn(life, aReturn());
  const before = life.hub.units('A', 'WH').onHand;
  tell(life, looked('I1', 'restock'));
  tell(life, looked('I2', 'missing'));
  assert.equal(life.hub.units('A', 'WH').onHand, before);
  assert.equal(standing(life), 'inspected');
});

test('only who was asked may tell; goods may come before the return is known', () => {
  const life = shipped(places({ announceReturns: true, returnsBy: 'fulfilment' }));
  const before = life.hub.units('A', 'WH').onHand;
  assert.equal(tell(life, looked('I1', 'restock'), 'stock'), 'case');
  const [open] = [...life.hub.cases.values()];
  assert.equal(open?.reason, 'return-unreadable');
  life.hub.send('return', KEY, {
    type: 'operator.skipCase',
    caseKey: open?.caseKey ?? '',
    by: 'Ann',
    note: '',
  });
  tell(life, looked('I1', 'restock'));
  assert.equal(life.hub.units('A', 'WH').onHand, before, 'its return has not been read');
  seeReturn(life, aReturn());
  assert.equal(life.hub.units('A', 'WH').onHand, before + 1);
  tell(life, looked('I2', 'restock'));
  assert.equal(announced(life).length, 1);
  assert.equal(standing(life), 'inspected');
});

test('what is not mapped is a case and announced when it is; a refusal holds nothing', () => {
  const rows = [{ kind: 'sku', connection: 'wms', external: 'W-A', internal: 'A' }] as const;
  const life = shipped(places({ announceReturns: true }), { rows });
  seeReturn(life, aReturn());
  assert.equal(announced(life)[0]?.body.lines[0]?.item, 'W-A');
  life.hub.rejected('fulfilment.announceReturn', 'unknown-item', 'there is no item W-A');
  assert.deepEqual(life.hub.reasons(), ['announcement-refused']);
  assert.equal(life.state.status, 'closed');
  life.hub.retry('announcement-refused');
  assert.deepEqual(
    announced(life).map(({ body }) => body.revision),
    [1, 2],
  );
  life.hub.done('fulfilment.announceReturn');
  assert.equal(life.hub.cases.size, 0);
});
