import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { anOrderSpec, startStore, type TestStore } from '../testing.ts';

const FIELDS = `id status requestStatus assignedLocation { location { id name } } fulfillmentHolds { id reason handle }
  supportedActions { action } lineItems(first: 9) { nodes { id sku totalQuantity remainingQuantity } }`;

interface At {
  id: string;
  status: string;
  requestStatus: string;
  assignedLocation: { location: { id: string; name: string } };
  fulfillmentHolds: { id: string; reason: string; handle: string }[];
  lineItems: { nodes: { id: string; sku: string; totalQuantity: number; remainingQuantity: number }[] };
}

interface Opened extends TestStore {
  orderId: string;
  /** The order's fulfilment orders now. */
  all(): Promise<At[]>;
  /** A mutation of a fulfilment order; its payload. */
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it has asked for
  act(text: string, variables?: Record<string, unknown>): Promise<any>;
  other: string;
}

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<Opened> {
  const test = await startStore({ stock: () => 10, ...options[0] });
  context.after(() => test.close());
  const orderId = test.store.placeOrder(anOrderSpec());
  const all = async () => {
    const { data, errors } = await test.call(
      `{ order(id: "gid://shopify/Order/${orderId}") { fulfillmentOrders(first: 9) { nodes { ${FIELDS} } } } locations(first: 5) { nodes { id } } }`,
    );
    assert.deepEqual(errors, []);
    return data;
  };
  const [first] = (await all()).order.fulfillmentOrders.nodes as At[];
  const ids = (await all()).locations.nodes.map(({ id }: { id: string }) => id) as string[];
  return Object.assign(test, {
    orderId,
    all: async () => (await all()).order.fulfillmentOrders.nodes as At[],
    act: async (text: string, variables: Record<string, unknown> = {}) => {
      const { data, errors } = await test.call(text.replaceAll('FIELDS', FIELDS), variables);
      assert.deepEqual(errors, []);
      return Object.values(data)[0];
    },
    other: ids.find((id) => id !== first?.assignedLocation.location.id) as string,
  });
}

const units = ({ lineItems }: At) => lineItems.nodes.map(({ remainingQuantity }) => remainingQuantity);

const SHIP = `mutation ($id: ID!, $items: [FulfillmentOrderLineItemInput!]) { fulfillmentCreate(fulfillment: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: $id, fulfillmentOrderLineItems: $items }] }) { fulfillment { id } userErrors { message } } }`;
const SPLIT = `mutation ($id: ID!, $items: [FulfillmentOrderLineItemInput!]!) { fulfillmentOrderSplit(fulfillmentOrderSplits: [{ fulfillmentOrderId: $id, fulfillmentOrderLineItems: $items }]) { fulfillmentOrderSplits { fulfillmentOrder { FIELDS } remainingFulfillmentOrder { FIELDS } } userErrors { message code } } }`;
const MOVE = `mutation ($id: ID!, $to: ID!, $items: [FulfillmentOrderLineItemInput!]) { fulfillmentOrderMove(id: $id, newLocationId: $to, fulfillmentOrderLineItems: $items) { movedFulfillmentOrder { FIELDS } originalFulfillmentOrder { FIELDS } userErrors { message } } }`;

describe('fulfilment orders', () => {
  it('do not move to a location that does not stock the item', async (context) => {
    const test = await open(context, { stock: (_sku, index) => (index === 0 ? 10 : null) });
    const [{ id } = assert.fail()] = await test.all();
    const { userErrors } = await test.act(MOVE, { id, to: test.other });
    assert.match(userErrors[0].message, /does not stock/);
  });

  it('are held, several times, and can be sent again when released', async (context) => {
    const test = await open(context);
    const [{ id } = assert.fail()] = await test.all();
    const hold = `mutation ($id: ID!, $handle: String!) { fulfillmentOrderHold(id: $id, fulfillmentHold: { reason: OTHER, reasonNotes: "wait", handle: $handle }) { fulfillmentHold { id } fulfillmentOrder { FIELDS } userErrors { code } } }`;
    const held = await test.act(hold, { id, handle: 'a' });
    assert.equal(held.fulfillmentOrder.status, 'ON_HOLD');
    assert.equal(
      (await test.act(hold, { id, handle: 'a' })).userErrors[0].code,
      'DUPLICATE_FULFILLMENT_HOLD_HANDLE',
    );
    const second = await test.act(hold, { id, handle: 'b' });
    assert.match((await test.act(SHIP, { id })).userErrors[0].message, /unfulfillable status= on_hold/);
    const release = `mutation ($id: ID!, $holds: [ID!]) { fulfillmentOrderReleaseHold(id: $id, holdIds: $holds) { fulfillmentOrder { FIELDS } userErrors { code } } }`;
    const partly = await test.act(release, { id, holds: [held.fulfillmentHold.id] });
    assert.equal(partly.fulfillmentOrder.status, 'ON_HOLD');
    assert.deepEqual(
      partly.fulfillmentOrder.fulfillmentHolds.map((each: { id: string }) => each.id),
      [second.fulfillmentHold.id],
    );
    assert.equal((await test.act(release, { id })).fulfillmentOrder.status, 'OPEN');
    assert.deepEqual((await test.act(SHIP, { id })).userErrors, []);
  });

  it('move whole to another location, with what is committed there', async (context) => {
    const test = await open(context);
    const [{ id } = assert.fail()] = await test.all();
    const moved = await test.act(MOVE, { id, to: test.other });
    assert.equal(moved.movedFulfillmentOrder.id, id, 'the same one');
    assert.equal(moved.movedFulfillmentOrder.assignedLocation.location.id, test.other);
    const { data } = await test.call(
      `{ location(id: "${test.other}") { name } inventoryItems(first: 1) { nodes { inventoryLevels(first: 2) { nodes { location { id } quantities(names: ["committed"]) { quantity } } } } } }`,
    );
    // biome-ignore lint/suspicious/noExplicitAny: a test knows what it has asked for
    for (const { location, quantities } of data.inventoryItems.nodes[0].inventoryLevels.nodes as any[])
      assert.equal(quantities[0].quantity, location.id === test.other ? 3 : 0);
    assert.match(
      (await test.act(MOVE, { id, to: test.other })).userErrors[0].message,
      /already assigned to this location/,
    );
  });

  it('a partial move makes another one, and the original keeps its location', async (context) => {
    const test = await open(context);
    const [at = assert.fail()] = await test.all();
    const [line = assert.fail()] = at.lineItems.nodes;
    const moved = await test.act(MOVE, { id: at.id, to: test.other, items: [{ id: line.id, quantity: 2 }] });
    assert.notEqual(moved.movedFulfillmentOrder.id, at.id);
    assert.deepEqual(units(moved.movedFulfillmentOrder), [2]);
    assert.deepEqual(units(moved.originalFulfillmentOrder), [1, 1]);
    assert.equal(
      moved.originalFulfillmentOrder.assignedLocation.location.id,
      at.assignedLocation.location.id,
    );
    // One fulfilment serves one location; each sends its own units.
    assert.deepEqual((await test.act(SHIP, { id: moved.movedFulfillmentOrder.id })).userErrors, []);
    assert.deepEqual((await test.all()).map(({ status }) => status).sort(), ['CLOSED', 'OPEN']);
    assert.deepEqual((await test.act(SHIP, { id: at.id })).userErrors, []);
    assert.equal(test.store.standing(test.orderId).shippedUnits, 4);
  });

  it('are split, sent in part, and merged again', async (context) => {
    const test = await open(context);
    const [at = assert.fail()] = await test.all();
    const [line = assert.fail()] = at.lineItems.nodes;
    const split = await test.act(SPLIT, { id: at.id, items: [{ id: line.id, quantity: 2 }] });
    assert.deepEqual(split.userErrors, []);
    const [{ fulfillmentOrder, remainingFulfillmentOrder }] = split.fulfillmentOrderSplits;
    assert.deepEqual([units(fulfillmentOrder), units(remainingFulfillmentOrder)], [[1, 1], [2]]);
    const taken = remainingFulfillmentOrder.lineItems.nodes[0].id;
    const tooMany = await test.act(SHIP, {
      id: remainingFulfillmentOrder.id,
      items: [{ id: taken, quantity: 3 }],
    });
    assert.match(tooMany.userErrors[0].message, /Invalid fulfillment order line item quantity/);
    const merge = `mutation ($ids: [FulfillmentOrderMergeInputMergeIntent!]!) { fulfillmentOrderMerge(fulfillmentOrderMergeInputs: [{ mergeIntents: $ids }]) { fulfillmentOrderMerges { fulfillmentOrder { FIELDS } } userErrors { message code } } }`;
    const ids = [at.id, remainingFulfillmentOrder.id].map((fulfillmentOrderId) => ({ fulfillmentOrderId }));
    const merged = await test.act(merge, { ids });
    assert.deepEqual(merged.userErrors, []);
    assert.deepEqual(units(merged.fulfillmentOrderMerges[0].fulfillmentOrder).sort(), [1, 3]);
    assert.equal((await test.all()).length, 1);
    assert.deepEqual((await test.act(SHIP, { id: at.id })).userErrors, []);
    const { data } = await test.call(
      `{ inventoryItems(first: 1) { nodes { inventoryLevels(first: 2) { nodes { quantities(names: ["committed", "on_hand"]) { quantity } } } } } }`,
    );
    const sums = [0, 0];
    for (const { quantities } of data.inventoryItems.nodes[0].inventoryLevels.nodes)
      for (const [index, { quantity }] of quantities.entries()) sums[index] = (sums[index] ?? 0) + quantity;
    assert.deepEqual(sums, [0, 17], 'stock follows all of it');
  });

  it('what is taken off a split line is missing where it was split last', async (context) => {
    const test = await open(context);
    const [at = assert.fail()] = await test.all();
    const [line = assert.fail()] = at.lineItems.nodes;
    await test.act(SPLIT, { id: at.id, items: [{ id: line.id, quantity: 2 }] });
    assert.equal(test.store.editOrder(test.orderId, { line: { index: 0, quantity: 2 } }), true);
    assert.deepEqual((await test.all()).map(units), [[1, 1], [1]]);
  });

  it('are requested of a fulfilment service, which accepts or rejects', async (context) => {
    const test = await open(context, { fulfilmentServices: ['WH-NORTH', 'STORE-CITY'] });
    const [{ id } = assert.fail()] = await test.all();
    const submit = `mutation ($id: ID!) { fulfillmentOrderSubmitFulfillmentRequest(id: $id) { submittedFulfillmentOrder { FIELDS } userErrors { message } } }`;
    const answer = (how: string) =>
      `mutation ($id: ID!) { fulfillmentOrder${how}FulfillmentRequest(id: $id, message: "…") { fulfillmentOrder { requestStatus } userErrors { message } } }`;
    assert.equal((await test.act(answer('Accept'), { id })).userErrors.length, 1, 'nothing was requested');
    assert.equal((await test.act(submit, { id })).submittedFulfillmentOrder.requestStatus, 'SUBMITTED');
    assert.equal((await test.act(answer('Reject'), { id })).fulfillmentOrder.requestStatus, 'REJECTED');
    assert.deepEqual((await test.act(submit, { id })).userErrors, []);
    assert.equal((await test.act(answer('Accept'), { id })).fulfillmentOrder.requestStatus, 'ACCEPTED');
    const merchants = await open(context);
    const [own = assert.fail()] = await merchants.all();
    assert.match(
      (await merchants.act(submit, { id: own.id })).userErrors[0].message,
      /not assigned to a fulfillment service/,
    );
  });
});
