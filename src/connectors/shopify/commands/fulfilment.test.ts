/** Telling of a shipment while others act on the order, on a canned shop. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { Clock } from '../../../base/clock.ts';
import type { CommandBodies } from '../../../domain/commands.ts';
import type { Session } from '../../contract.ts';
import { asObject } from '../json.ts';
import {
  aCommand,
  type CannedShop,
  data,
  openShop,
  type Perform,
  performing,
  type Reaction,
  type ShopCall,
  soon,
  startCannedShop,
} from '../testing.ts';
import { shipmentReference } from '../tracking.ts';

const START = Date.UTC(2026, 10, 23, 6);
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
});

/** What a canned shop knows of one order: a line of three units. */
interface Part {
  status: string;
  remaining: number;
  at?: string;
}

function fulfilmentAnswer(
  parts: Part[],
  told: { reference: string; quantity: number; status?: string }[],
): Reaction {
  return data({
    order: {
      id: 'gid://shopify/Order/1',
      cancelledAt: null,
      fulfillmentOrders: {
        pageInfo: { hasNextPage: false },
        nodes: parts.map(({ status, remaining, at = 'WH' }, index) => ({
          id: `gid://shopify/FulfillmentOrder/${index}`,
          status,
          fulfillmentHolds: [],
          assignedLocation: { name: at, location: null },
          deliveryMethod: null,
          lineItems: {
            pageInfo: { hasNextPage: false },
            nodes: [
              {
                id: `FOLI-${index}`,
                remainingQuantity: remaining,
                lineItem: { id: 'gid://shopify/LineItem/5' },
              },
            ],
          },
        })),
      },
      fulfillments: told.map(({ reference, quantity, status = 'SUCCESS' }, index) => ({
        id: `gid://shopify/Fulfillment/${90 + index}`,
        status,
        trackingInfo: [{ company: null, number: reference, url: null }],
        fulfillmentLineItems: {
          pageInfo: { hasNextPage: false },
          nodes: [{ quantity, lineItem: { id: 'gid://shopify/LineItem/5' } }],
        },
      })),
    },
  });
}

const REFERENCE = shipmentReference('WH#1');
const THREE: CommandBodies['channel.createFulfilment'] = {
  channelOrderId: '1',
  shipmentId: 'WH#1',
  location: 'WH',
  lines: [{ lineId: '5', quantity: 3 }],
  tracking: null,
  shippedAt: '2026-11-23T06:00:00.000Z',
};
const CREATED = data({
  fulfillmentCreate: {
    fulfillment: { id: 'gid://shopify/Fulfillment/90', status: 'SUCCESS' },
    userErrors: [],
  },
});
const refusal = (message: string): Reaction =>
  data({ fulfillmentCreate: { fulfillment: null, userErrors: [{ field: ['fulfillment'], message }] } });

describe('telling of a shipment while others act', () => {
  /** Reads and creations are answered from these, in turn; the last of each stays. */
  async function scripted(
    reads: Reaction[],
    creations: Reaction[],
  ): Promise<{ shop: CannedShop; session: Session; perform: Perform; created(): unknown[] }> {
    const shop = await startCannedShop();
    opened.push(shop);
    const next = (list: Reaction[]): Reaction => (list.length > 1 ? list.shift() : list[0]) as Reaction;
    shop.onCall(({ operation }: ShopCall) => next(operation === 'ReadFulfilment' ? reads : creations));
    const clock = new Clock(START, { frozen: true });
    const session = openShop(shop.settings(), clock);
    const created = (): unknown[] =>
      shop.calls
        .filter(({ operation }) => operation === 'CreateFulfilment')
        .map(({ variables }) => asObject(variables.fulfillment)?.lineItemsByFulfillmentOrder);
    return { shop, session, perform: performing(session, clock), created };
  }

  test('what is told in part is completed, and not told twice', async () => {
    const open1 = { status: 'OPEN', remaining: 1 };
    const { perform, created } = await scripted(
      [
        fulfilmentAnswer([open1], [{ reference: REFERENCE, quantity: 2 }]),
        fulfilmentAnswer(
          [],
          [
            { reference: REFERENCE, quantity: 2 },
            { reference: REFERENCE, quantity: 1 },
          ],
        ),
      ],
      [CREATED],
    );
    const outcome = await perform('channel.createFulfilment', THREE, 2);
    assert.deepEqual(outcome, { status: 'done', result: { fulfilmentId: '90' } });
    assert.deepEqual(created(), [
      [
        {
          fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/0',
          fulfillmentOrderLineItems: [{ id: 'FOLI-0', quantity: 1 }],
        },
      ],
    ]);
  });

  test('a look-up believes only the whole shipment, and none that was cancelled', async () => {
    const clock = new Clock(START, { frozen: true });
    const part = fulfilmentAnswer(
      [{ status: 'OPEN', remaining: 1 }],
      [{ reference: REFERENCE, quantity: 2 }],
    );
    const cancelled = fulfilmentAnswer([], [{ reference: REFERENCE, quantity: 3, status: 'CANCELLED' }]);
    const other = fulfilmentAnswer([], [{ reference: shipmentReference('WH#11'), quantity: 3 }]);
    const whole = fulfilmentAnswer([], [{ reference: REFERENCE, quantity: 3 }]);
    const { session } = await scripted([part, cancelled, other, whole], []);
    const statuses: string[] = [];
    for (let look = 0; look < 4; look += 1)
      statuses.push(
        (await session.lookUp(aCommand('channel.createFulfilment', THREE, clock), soon())).status,
      );
    assert.deepEqual(statuses, ['absent', 'absent', 'absent', 'found']);
  });

  test('moved meanwhile: the refusal is followed by a new plan', async () => {
    const { perform, created } = await scripted(
      [
        fulfilmentAnswer([{ status: 'OPEN', remaining: 3 }], []),
        fulfilmentAnswer(
          [
            { status: 'CLOSED', remaining: 0 },
            { status: 'OPEN', remaining: 3, at: 'STORE' },
          ],
          [],
        ),
        fulfilmentAnswer([], [{ reference: REFERENCE, quantity: 3 }]),
      ],
      [refusal('Fulfillment order 0 has an unfulfillable status= closed.'), CREATED],
    );
    assert.equal((await perform('channel.createFulfilment', THREE)).status, 'done');
    assert.equal(created().length, 2);
  });

  test('fulfilled by another call with our reference meanwhile: it is there', async () => {
    const { perform } = await scripted(
      [
        fulfilmentAnswer([{ status: 'OPEN', remaining: 3 }], []),
        fulfilmentAnswer([], [{ reference: REFERENCE, quantity: 3 }]),
      ],
      [refusal('Invalid fulfillment order line item quantity requested.')],
    );
    assert.equal((await perform('channel.createFulfilment', THREE)).status, 'done');
  });

  test('a refusal that stays is a case with the vendor’s words', async () => {
    const { perform, created } = await scripted(
      [fulfilmentAnswer([{ status: 'OPEN', remaining: 3 }], [])],
      [refusal('Tracking number is invalid')],
    );
    const outcome = await perform('channel.createFulfilment', THREE);
    assert.ok(outcome.status === 'rejected');
    assert.deepEqual(
      [outcome.code, outcome.message],
      ['fulfilment-refused', 'Tracking number is invalid (fulfillment)'],
    );
    assert.equal(created().length, 2);
  });

  test('on hold: the case says so', async () => {
    const { perform } = await scripted(
      [fulfilmentAnswer([{ status: 'ON_HOLD', remaining: 3 }], [])],
      [CREATED],
    );
    const outcome = await perform('channel.createFulfilment', THREE);
    assert.ok(outcome.status === 'rejected');
    assert.equal(outcome.code, 'fulfilment-on-hold');
    assert.match(outcome.suggestedFix, /Release the hold/);
  });

  test('neither a fulfilment nor an error, or no longer there: in doubt', async () => {
    const nothing = data({ fulfillmentCreate: { fulfillment: null, userErrors: [] } });
    for (const answer of [nothing, data({ fulfillmentCreate: null }), { status: 502 }]) {
      const { perform } = await scripted(
        [fulfilmentAnswer([{ status: 'OPEN', remaining: 3 }], [])],
        [answer],
      );
      assert.equal((await perform('channel.createFulfilment', THREE)).status, 'unknown');
    }
  });

  test('whether the customer is told is the connection’s setting', async () => {
    const notified: unknown[] = [];
    for (const ofShipments of [true, false]) {
      const { shop } = await scripted(
        [fulfilmentAnswer([{ status: 'OPEN', remaining: 3 }], [])],
        [{ status: 502 }],
      );
      const clock = new Clock(START, { frozen: true });
      const session = openShop({ ...shop.settings(), notify: { ofShipments, ofCancellations: true } }, clock);
      await performing(session, clock)('channel.createFulfilment', THREE);
      notified.push(asObject(shop.calls.at(-1)?.variables.fulfillment)?.notifyCustomer);
    }
    assert.deepEqual(notified, [true, false]);
  });
});
