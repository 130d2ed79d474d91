/** What merchants ask of fulfilment services and these answer; when fulfilment orders are to leave, and from where. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { act, anOrderSpec, startStore } from '../testing.ts';

const FIELDS = `id status requestStatus fulfillAt fulfillBy supportedActions { action } assignedLocation { location { name } }
  merchantRequests(first: 5) { nodes { kind message } } lineItems(first: 9) { nodes { id remainingQuantity } }`;

interface At {
  id: string;
  status: string;
  requestStatus: string;
  fulfillBy: string | null;
  supportedActions: { action: string }[];
  assignedLocation: { location: { name: string } };
  lineItems: { nodes: { id: string; remainingQuantity: number }[] };
}

async function open(
  context: TestContext,
  options: Parameters<typeof startStore>[0] = {},
  spec = anOrderSpec(),
) {
  const test = await startStore({ stock: () => 10, ...options });
  context.after(() => test.close());
  const subscribed = async (...topics: string[]) => {
    for (const topic of topics)
      await act(
        test,
        `mutation { webhookSubscriptionCreate(topic: ${topic}, webhookSubscription: { uri: "${test.target}" }) { userErrors { message } } }`,
      );
  };
  const orderId = test.store.placeOrder(spec);
  const all = async (): Promise<At[]> =>
    (
      await act(
        test,
        `{ order(id: "gid://shopify/Order/${orderId}") { fulfillmentOrders(first: 9) { nodes { ${FIELDS} } } } }`,
      )
    ).fulfillmentOrders.nodes;
  return {
    test,
    orderId,
    all,
    subscribed,
    first: async () => (await all())[0] ?? assert.fail(),
    /** A mutation of a fulfilment order by its name; the payload. */
    async ask(name: string, id: string, more = '', errors = 'field message') {
      const field = `fulfillmentOrder${name}(id: "${id}"${more})`;
      return act(test, `mutation { ${field} { fulfillmentOrder { ${FIELDS} } userErrors { ${errors} } } }`);
    },
    async submit(id: string) {
      const field = `fulfillmentOrderSubmitFulfillmentRequest(id: "${id}", message: "Fragile")`;
      const payload = await act(
        test,
        `mutation { ${field} { submittedFulfillmentOrder { ${FIELDS} } userErrors { message } } }`,
      );
      assert.deepEqual(payload.userErrors, []);
      return payload.submittedFulfillmentOrder as At;
    },
  };
}

const SERVICE = { fulfilmentServices: ['WH-NORTH', 'STORE-CITY'] };
const actions = ({ supportedActions }: At) => supportedActions.map(({ action }) => action);
const state = ({ status, requestStatus }: At) => `${status} ${requestStatus}`;

describe('requests of fulfilment services', () => {
  it('are accepted, and their cancellation is refused and then granted: what is open stands anew', async (context) => {
    const { ask, submit, first, all, subscribed, test } = await open(context, SERVICE);
    await subscribed(
      'FULFILLMENT_ORDERS_FULFILLMENT_REQUEST_SUBMITTED',
      'FULFILLMENT_ORDERS_FULFILLMENT_REQUEST_ACCEPTED',
      'FULFILLMENT_ORDERS_CANCELLATION_REQUEST_SUBMITTED',
      'FULFILLMENT_ORDERS_CANCELLATION_REQUEST_REJECTED',
      'FULFILLMENT_ORDERS_CANCELLATION_REQUEST_ACCEPTED',
    );
    const { id } = await first();
    assert.ok(actions(await first()).includes('REQUEST_FULFILLMENT'));
    assert.match((await ask('SubmitCancellationRequest', id)).userErrors[0].message, /current state/);
    const asked = await submit(id);
    assert.equal(state(asked), 'OPEN SUBMITTED');
    assert.deepEqual(actions(asked), ['CANCEL_FULFILLMENT_ORDER']);
    const accepted = (await ask('AcceptFulfillmentRequest', id, ', message: "tomorrow"')).fulfillmentOrder;
    assert.equal(state(accepted), 'IN_PROGRESS ACCEPTED');
    assert.ok(actions(accepted).includes('REQUEST_CANCELLATION'));
    const cancel = async () =>
      (await ask('SubmitCancellationRequest', id, ', message: "too late?"')).fulfillmentOrder;
    assert.equal(state(await cancel()), 'IN_PROGRESS CANCELLATION_REQUESTED');
    const { data } = await test.call(
      '{ assignedFulfillmentOrders(first: 9, assignmentStatus: CANCELLATION_REQUESTED) { nodes { id } } }',
    );
    assert.deepEqual(data.assignedFulfillmentOrders.nodes, [{ id }]);
    const kept = (await ask('RejectCancellationRequest', id)).fulfillmentOrder;
    assert.equal(state(kept), 'IN_PROGRESS CANCELLATION_REJECTED');
    await cancel();
    const granted = (await ask('AcceptCancellationRequest', id)).fulfillmentOrder;
    assert.equal(state(granted), 'CLOSED CANCELLATION_ACCEPTED');
    assert.match(
      (await ask('AcceptCancellationRequest', id)).userErrors[0].message,
      /no cancellation request/,
    );
    const [, anew, ...others] = await all();
    assert.deepEqual([anew && state(anew), others.length], ['OPEN UNSUBMITTED', 0]);
    assert.deepEqual(
      anew?.lineItems.nodes.map(({ remainingQuantity }) => remainingQuantity),
      [3, 1],
    );
    const told = (await test.webhooks()).filter(({ topic }) => topic.startsWith('fulfillment_orders/'));
    assert.deepEqual(
      told.map(({ topic }) => topic.slice('fulfillment_orders/'.length)),
      [
        'fulfillment_request_submitted',
        'fulfillment_request_accepted',
        'cancellation_request_submitted',
        'cancellation_request_rejected',
        'cancellation_request_submitted',
        'cancellation_request_accepted',
      ],
    );
    assert.deepEqual(told[1]?.body, {
      fulfillment_order: { id, status: 'in_progress', request_status: 'accepted' },
      message: 'tomorrow',
    });
    const { merchantRequests } = granted as unknown as { merchantRequests: { nodes: unknown[] } };
    assert.deepEqual(merchantRequests.nodes[0], { kind: 'FULFILLMENT_REQUEST', message: 'Fragile' });
  });

  it('are withdrawn while nobody has answered', async (context) => {
    const { submit, first, all, test, orderId } = await open(context, SERVICE);
    const { id } = await first();
    const text = `mutation { fulfillmentOrderCancel(id: "${id}") { fulfillmentOrder { ${FIELDS} } replacementFulfillmentOrder { ${FIELDS} } userErrors { message code } } }`;
    assert.match((await act(test, text)).userErrors[0].message, /cannot be cancelled/);
    await submit(id);
    const { fulfillmentOrder, replacementFulfillmentOrder } = await act(test, text);
    assert.equal(fulfillmentOrder.status, 'CANCELLED');
    assert.equal(state(replacementFulfillmentOrder), 'OPEN UNSUBMITTED');
    assert.equal((await all()).length, 2);
    assert.equal(test.store.ship(orderId), 1, 'nothing is lost');
  });

  it('are given back when they cannot be finished: to be requested again, or moved', async (context) => {
    const { ask, submit, first, test } = await open(context, SERVICE);
    const { id, lineItems } = await first();
    await submit(id);
    assert.match((await ask('Close', id)).userErrors[0].message, /current state/);
    await ask('AcceptFulfillmentRequest', id);
    const part = `[{ id: "${lineItems.nodes[0]?.id}", quantity: 2 }]`;
    await act(
      test,
      `mutation { fulfillmentCreate(fulfillment: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: "${id}", fulfillmentOrderLineItems: ${part} }] }) { userErrors { message } } }`,
    );
    const closed = (await ask('Close', id, ', message: "the last one broke"')).fulfillmentOrder;
    assert.equal(state(closed), 'INCOMPLETE CLOSED');
    assert.deepEqual(actions(closed), ['REQUEST_FULFILLMENT', 'MOVE']);
    assert.equal(state(await submit(id)), 'IN_PROGRESS SUBMITTED');
  });

  it('are refused with a reason, for lines that there are', async (context) => {
    const { ask, submit, first } = await open(context, SERVICE);
    const { id, lineItems } = await first();
    await submit(id);
    const of = (line: string | undefined) =>
      `, reason: INVENTORY_OUT_OF_STOCK, lineItems: [{ fulfillmentOrderLineItemId: "${line}", message: "none left" }]`;
    const wrong = await ask('RejectFulfillmentRequest', id, of('gid://shopify/FulfillmentOrderLineItem/7'));
    assert.deepEqual(wrong.userErrors[0].field, ['lineItems']);
    const { fulfillmentOrder } = await ask('RejectFulfillmentRequest', id, of(lineItems.nodes[0]?.id));
    assert.equal(state(fulfillmentOrder), 'OPEN REJECTED');
  });
});

describe('plans of fulfilment orders', () => {
  it('are rescheduled, and ready when their time has come', async (context) => {
    const spec = anOrderSpec({ scheduledForMs: 86_400_000 });
    const { ask, first, subscribed, test } = await open(context, {}, spec);
    await subscribed('FULFILLMENT_ORDERS_SCHEDULED_FULFILLMENT_ORDER_READY');
    const { id } = await first();
    const code = 'code message';
    const past = await ask('Reschedule', id, ', fulfillAt: "2020-01-01T00:00:00Z"', code);
    assert.match(past.userErrors[0].message, /future/);
    const later = await ask('Reschedule', id, ', fulfillAt: "2026-11-26T06:00:00Z"', code);
    assert.equal(later.fulfillmentOrder.fulfillAt, '2026-11-26T06:00:00Z');
    await test.world.passTo(Date.parse('2026-11-26T05:59:59Z'));
    assert.equal((await first()).status, 'SCHEDULED');
    await test.world.passTo(Date.parse('2026-11-26T06:00:00Z'));
    assert.equal((await first()).status, 'OPEN');
    assert.deepEqual((await test.webhooks()).at(-1)?.body, { fulfillment_order: { id, status: 'open' } });
    const missing = await ask('Reschedule', `${id}9`, ', fulfillAt: "2026-11-28T06:00:00Z"', code);
    assert.equal(missing.userErrors[0].code, 'FULFILLMENT_ORDER_NOT_FOUND');
  });

  it('progress is reported; then it is not rerouted', async (context) => {
    const { ask, first, test } = await open(context);
    const { id } = await first();
    const REROUTE = `mutation ($ids: [ID!]!, $not: [ID!]) { fulfillmentOrdersReroute(fulfillmentOrderIds: $ids, excludedLocationIds: $not) { movedFulfillmentOrders { ${FIELDS} } userErrors { code } } }`;
    const before = (await first()).assignedLocation.location.name;
    const [moved] = (await act(test, REROUTE, { ids: [id] })).movedFulfillmentOrders;
    assert.notEqual(moved.assignedLocation.location.name, before);
    assert.equal((await act(test, REROUTE, { ids: [] })).userErrors[0].code, 'NO_FULFILLMENT_ORDER_IDS');
    const { locations } = (await test.call('{ locations(first: 5) { nodes { id } } }')).data;
    const not = locations.nodes.map((each: { id: string }) => each.id);
    assert.equal(
      (await act(test, REROUTE, { ids: [id], not })).userErrors[0].code,
      'CANNOT_REASSIGN_LOCATION_FOR_FULFILLMENT_ORDERS',
    );
    const reported = await ask('ReportProgress', id, ', progressReport: { reasonNotes: "packed" }', 'code');
    assert.equal(reported.fulfillmentOrder.status, 'IN_PROGRESS');
    assert.equal(
      (await act(test, REROUTE, { ids: [id] })).userErrors[0].code,
      'CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS',
    );
  });

  it('have a deadline', async (context) => {
    const { first, test } = await open(context);
    const { id } = await first();
    const DUE = `mutation ($ids: [ID!]!) { fulfillmentOrdersSetFulfillmentDeadline(fulfillmentOrderIds: $ids, fulfillmentDeadline: "2026-11-25T12:00:00Z") { success userErrors { code } } }`;
    assert.deepEqual(await act(test, DUE, { ids: [id] }), { success: true, userErrors: [] });
    assert.equal((await first()).fulfillBy, '2026-11-25T12:00:00Z');
    assert.deepEqual(await act(test, DUE, { ids: [`${id}9`] }), {
      success: false,
      userErrors: [{ code: 'FULFILLMENT_ORDERS_NOT_FOUND' }],
    });
  });

  it('what is to be fetched is ready once', async (context) => {
    const spec = anOrderSpec({ delivery: { method: 'pickUp', location: 'STORE-CITY' } });
    const { first, test } = await open(context, {}, spec);
    const { id } = await first();
    const text = `mutation { fulfillmentOrderLineItemsPreparedForPickup(input: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: "${id}" }] }) { userErrors { code } } }`;
    assert.deepEqual((await act(test, text)).userErrors, []);
    assert.deepEqual((await act(test, text)).userErrors, [
      { code: 'NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER' },
    ]);
  });
});
