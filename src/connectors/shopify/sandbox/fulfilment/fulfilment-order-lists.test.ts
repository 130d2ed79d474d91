import assert from 'node:assert/strict';
import { it } from 'node:test';
import { act, anOrderSpec, startStore } from '../testing.ts';

const ids = (list: { nodes: { id: string }[] }) => list.nodes.map(({ id }) => id);

it('fulfilment orders are listed over all orders, page by page, the closed ones where they are asked for', async (context) => {
  const test = await startStore();
  context.after(() => test.close());
  const [sent] = [0, 1, 2].map(() => test.store.placeOrder(anOrderSpec()));
  test.store.ship(sent as string);
  assert.equal(ids(await act(test, '{ fulfillmentOrders(first: 9) { nodes { id } } }')).length, 2);
  const all = ids(await act(test, '{ fulfillmentOrders(first: 9, includeClosed: true) { nodes { id } } }'));
  const page = await act(
    test,
    '{ fulfillmentOrders(first: 2, includeClosed: true) { nodes { id } pageInfo { endCursor } } }',
  );
  const rest = await act(
    test,
    `{ fulfillmentOrders(first: 2, includeClosed: true, after: "${page.pageInfo.endCursor}") { nodes { id } } }`,
  );
  assert.deepEqual([...ids(page), ...ids(rest)], all);
  const { errors } = await test.call(
    '{ fulfillmentOrders(first: 9, query: "status:open") { nodes { id } } }',
  );
  assert.equal(errors[0]?.extensions?.code, 'NOT_SUPPORTED_IN_SANDBOX');
});

it('what is assigned to fulfilment services is found by what was asked of them', async (context) => {
  const test = await startStore({ fulfilmentServices: ['WH-NORTH', 'STORE-CITY'] });
  context.after(() => test.close());
  test.store.placeOrder(anOrderSpec());
  const list = async (status: string) =>
    ids(
      await act(
        test,
        `{ assignedFulfillmentOrders(first: 9, assignmentStatus: ${status}) { nodes { id } } }`,
      ),
    );
  const [id] = await list('FULFILLMENT_UNSUBMITTED');
  await act(
    test,
    `mutation { fulfillmentOrderSubmitFulfillmentRequest(id: "${id}") { userErrors { message } } }`,
  );
  assert.deepEqual([await list('FULFILLMENT_UNSUBMITTED'), await list('FULFILLMENT_REQUESTED')], [[], [id]]);
  await act(
    test,
    `mutation { fulfillmentOrderAcceptFulfillmentRequest(id: "${id}") { userErrors { message } } }`,
  );
  assert.deepEqual([await list('FULFILLMENT_ACCEPTED'), await list('CANCELLATION_REQUESTED')], [[id], []]);
});

it('what is scheduled is opened early, once', async (context) => {
  const test = await startStore();
  context.after(() => test.close());
  test.store.placeOrder(anOrderSpec({ scheduledForMs: 86_400_000 }));
  const [at] = (await act(test, '{ fulfillmentOrders(first: 1) { nodes { id status } } }')).nodes;
  assert.equal(at.status, 'SCHEDULED');
  const open = `mutation { fulfillmentOrderOpen(id: "${at.id}") { fulfillmentOrder { status } userErrors { message } } }`;
  assert.equal((await act(test, open)).fulfillmentOrder.status, 'OPEN');
  assert.match((await act(test, open)).userErrors[0].message, /not scheduled/);
});
