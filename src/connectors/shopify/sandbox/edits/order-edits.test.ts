import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { STABLE_VERSIONS } from '../graphql/versions.ts';
import { act, anOrderSpec, startStore, type TestStore } from '../testing.ts';

const PRODUCTS = [
  { sku: 'NL-1', title: 'Lantern', price: '10.00' },
  { sku: 'NL-2', title: 'Pot', price: '24.95' },
  { sku: 'NL-9', title: 'Rope', price: '3.33' },
];
const MONEY = 'shopMoney { amount }';
const CALCULATED = `calculatedOrder { id committed totalPriceSet { ${MONEY} } subtotalPriceSet { ${MONEY} } totalOutstandingSet { ${MONEY} } subtotalLineItemsQuantity
  lineItems(first: 9) { nodes { id sku quantity editableQuantity editableQuantityBeforeChanges restocking } }
  addedLineItems(first: 9) { nodes { id title quantity hasStagedLineItemDiscount variant { sku } discountedUnitPriceSet { ${MONEY} } } }
  addedDiscountApplications(first: 9) { nodes { id description } }
  stagedChanges(first: 9) { nodes { __typename ... on OrderStagedChangeDecrementItem { delta restock lineItem { sku } } ... on OrderStagedChangeAddVariant { quantity variant { sku } } } }
  originalOrder { edited } }`;
const ERRORS = 'userErrors { field message }';
const BEGIN = `mutation ($id: ID!) { orderEditBegin(id: $id) { ${CALCULATED} orderEditSession { id } ${ERRORS} } }`;
const QUANTITY = `mutation ($id: ID!, $line: ID!, $quantity: Int!, $restock: Boolean) { orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity, restock: $restock) { calculatedLineItem { id quantity restocking } ${CALCULATED} ${ERRORS} } }`;
const VARIANT = `mutation ($id: ID!, $variant: ID!, $quantity: Int!, $again: Boolean) { orderEditAddVariant(id: $id, variantId: $variant, quantity: $quantity, allowDuplicates: $again) { calculatedLineItem { id } ${CALCULATED} ${ERRORS} } }`;
const CUSTOM = `mutation ($id: ID!, $price: MoneyInput!, $quantity: Int!) { orderEditAddCustomItem(id: $id, title: "Wrapping", price: $price, quantity: $quantity) { calculatedLineItem { id title } ${CALCULATED} ${ERRORS} } }`;
const DISCOUNT = `mutation ($id: ID!, $line: ID!, $discount: OrderEditAppliedDiscountInput!) { orderEditAddLineItemDiscount(id: $id, lineItemId: $line, discount: $discount) { addedDiscountStagedChange { id } ${CALCULATED} ${ERRORS} } }`;
const REMOVE = `mutation ($id: ID!, $discount: ID!) { orderEditRemoveDiscount(id: $id, discountApplicationId: $discount) { ${CALCULATED} userErrors { field code } } }`;
const COMMIT = `mutation ($id: ID!) { orderEditCommit(id: $id, notifyCustomer: true, staffNote: "as agreed") { order { id edited displayFinancialStatus currentTotalPriceSet { ${MONEY} } totalOutstandingSet { ${MONEY} } } ${ERRORS} } }`;

const gid = (id: string) => `gid://shopify/Order/${id}`;

async function begun(context: TestContext, spec = anOrderSpec()) {
  const test = await startStore({ products: PRODUCTS, stock: () => 100 });
  context.after(() => test.close());
  const id = test.store.placeOrder(spec);
  const { calculatedOrder } = await act(test, BEGIN, { id: gid(id) });
  const lines = calculatedOrder.lineItems.nodes as { id: string; sku: string }[];
  const variants = await act(test, '{ productVariants(first: 9) { nodes { id sku } } }');
  const variantOf = (sku: string) => variants.nodes.find((each: { sku: string }) => each.sku === sku).id;
  return { test, id, edit: calculatedOrder.id as string, lines, variantOf };
}

const book = (test: TestStore, id: string) => {
  const found = test.store.books().orders.find((each) => each.channelOrderId === id);
  assert.ok(found);
  return found;
};

async function stockOf(test: TestStore, sku: string) {
  const read = `{ inventoryItems(first: 1, query: "sku:'${sku}'") { nodes { inventoryLevels(first: 2) { nodes { quantities(names: ["available", "committed"]) { quantity } } } } } }`;
  const { nodes } = await act(test, read);
  const levels = nodes[0].inventoryLevels.nodes as { quantities: { quantity: number }[] }[];
  const sum = (index: number) =>
    levels.reduce((all, { quantities }) => all + (quantities[index]?.quantity ?? 0), 0);
  return { available: sum(0), committed: sum(1) };
}

describe('an edit of an order by an app', () => {
  it('is shown before it is made, and nothing of it counts until the commit', async (context) => {
    const { test, id, edit, lines, variantOf } = await begun(context);
    const fewer = await act(test, QUANTITY, { id: edit, line: lines[0]?.id, quantity: 2, restock: true });
    assert.deepEqual(fewer.userErrors, []);
    assert.deepEqual([fewer.calculatedLineItem.quantity, fewer.calculatedLineItem.restocking], [2, true]);
    const more = await act(test, VARIANT, { id: edit, variant: variantOf('NL-9'), quantity: 3 });
    const { calculatedOrder } = more;
    assert.equal(calculatedOrder.totalPriceSet.shopMoney.amount, '59.84', '59.85 - 10.00 + 9.99');
    assert.equal(calculatedOrder.totalOutstandingSet.shopMoney.amount, '-0.01');
    assert.equal(calculatedOrder.subtotalLineItemsQuantity, 6);
    assert.deepEqual(calculatedOrder.stagedChanges.nodes, [
      { __typename: 'OrderStagedChangeDecrementItem', delta: 1, restock: true, lineItem: { sku: 'NL-1' } },
      { __typename: 'OrderStagedChangeAddVariant', quantity: 3, variant: { sku: 'NL-9' } },
    ]);
    assert.equal(calculatedOrder.originalOrder.edited, false);
    assert.equal(book(test, id).currentTotalMinor, 5985);
    const session = edit.replace('CalculatedOrder', 'OrderEditSession');
    const done = await act(test, COMMIT, { id: session });
    assert.deepEqual(done.userErrors, []);
    assert.deepEqual([done.order.edited, done.order.currentTotalPriceSet.shopMoney.amount], [true, '59.84']);
    assert.equal(done.order.displayFinancialStatus, 'PAID');
    const after = book(test, id);
    assert.deepEqual(
      [after.currentTotalMinor, after.capturedMinor, after.refundedMinor],
      [5984, 5985, 0],
      'no money moves',
    );
    assert.deepEqual(
      after.lines.map(({ sku, currentQuantity }) => [sku, currentQuantity]),
      [
        ['NL-1', 2],
        ['NL-2', 1],
        ['NL-9', 3],
      ],
    );
    assert.match(
      (await act(test, COMMIT, { id: edit })).userErrors[0].message,
      /does not exist/,
      'it is made once',
    );
  });

  it('is told as orders/edited with what was added and taken off, and as the order whole', async (context) => {
    const { test, edit, lines, variantOf } = await begun(context);
    await act(test, QUANTITY, { id: edit, line: lines[0]?.id, quantity: 1 });
    await act(test, VARIANT, { id: edit, variant: variantOf('NL-9'), quantity: 2 });
    await act(test, COMMIT, { id: edit });
    const told = await test.webhooks();
    const body = (topic: string) =>
      JSON.parse(told.find((each) => each.topic === topic)?.bytes.toString() ?? '{}');
    const { order_edit: edited } = body('orders/edited');
    assert.deepEqual([edited.notify_customer, edited.staff_note], [true, 'as agreed']);
    const { additions, removals } = edited.line_items;
    assert.deepEqual([additions[0].delta, removals[0].delta], [2, 2]);
    const refund = body('refunds/create');
    assert.deepEqual(refund.transactions, []);
    assert.equal(refund.refund_line_items[0].restock_type, 'no_restock');
    const whole = told.findLast(({ topic }) => topic === 'orders/updated')?.body;
    assert.deepEqual([whole?.total_outstanding, whole?.current_total_price], ['-13.34', '46.51']);
  });

  it('that costs more leaves a balance, which is then paid', async (context) => {
    const { test, id, edit, variantOf } = await begun(context);
    await act(test, VARIANT, { id: edit, variant: variantOf('NL-9'), quantity: 1 });
    const { order } = await act(test, COMMIT, { id: edit });
    assert.deepEqual(
      [order.displayFinancialStatus, order.totalOutstandingSet.shopMoney.amount],
      ['PARTIALLY_PAID', '3.33'],
    );
    const paid = await act(
      test,
      `mutation { orderMarkAsPaid(input: { id: "${gid(id)}" }) { order { displayFinancialStatus totalOutstandingSet { ${MONEY} } } ${ERRORS} } }`,
    );
    assert.deepEqual(
      [paid.order.displayFinancialStatus, paid.order.totalOutstandingSet.shopMoney.amount],
      ['PAID', '0.0'],
    );
    assert.equal(book(test, id).capturedMinor, 6318);
  });

  it('that costs less leaves a credit, which refundCreate gives back', async (context) => {
    const { test, id, edit, lines } = await begun(context);
    await act(test, QUANTITY, { id: edit, line: lines[1]?.id, quantity: 0, restock: true });
    const { order } = await act(test, COMMIT, { id: edit });
    assert.equal(order.totalOutstandingSet.shopMoney.amount, '-24.95');
    const { transactions } = await act(test, `{ order(id: "${gid(id)}") { transactions(first: 1) { id } } }`);
    const transaction = {
      orderId: gid(id),
      kind: 'REFUND',
      gateway: 'shopify_payments',
      parentId: transactions[0].id,
      amount: '24.95',
    };
    const refund = `mutation ($input: RefundInput!) { refundCreate(input: $input) @idempotent(key: "k") { order { displayFinancialStatus totalOutstandingSet { ${MONEY} } } ${ERRORS} } }`;
    const done = await act(test, refund, { input: { orderId: gid(id), transactions: [transaction] } });
    assert.deepEqual(
      [done.order.displayFinancialStatus, done.order.totalOutstandingSet.shopMoney.amount],
      ['PARTIALLY_REFUNDED', '0.0'],
    );
    const { currentTotalMinor, capturedMinor, refundedMinor } = book(test, id);
    assert.equal(capturedMinor - refundedMinor, currentTotalMinor);
  });

  it('puts units back on the shelf only where it is asked to', async (context) => {
    const { test, id, edit, lines } = await begun(context);
    assert.deepEqual(await stockOf(test, 'NL-1'), { available: 197, committed: 3 });
    await act(test, QUANTITY, { id: edit, line: lines[0]?.id, quantity: 2, restock: true });
    await act(test, QUANTITY, { id: edit, line: lines[1]?.id, quantity: 0, restock: false });
    await act(test, COMMIT, { id: edit });
    assert.deepEqual(await stockOf(test, 'NL-1'), { available: 198, committed: 2 });
    assert.deepEqual(await stockOf(test, 'NL-2'), { available: 199, committed: 0 });
    assert.equal(test.store.orders.get(id)?.refunds.length, 1, 'one record of what was taken off');
  });

  it('takes off what it adds by percent or by unit, and no more', async (context) => {
    const { test, id, edit, variantOf } = await begun(context);
    const { calculatedLineItem: rope } = await act(test, VARIANT, {
      id: edit,
      variant: variantOf('NL-9'),
      quantity: 3,
    });
    const price = { amount: '4.00', currencyCode: 'EUR' };
    const { calculatedLineItem: wrapping } = await act(test, CUSTOM, { id: edit, price, quantity: 1 });
    const half = await act(test, DISCOUNT, {
      id: edit,
      line: rope.id,
      discount: { percentValue: 50, description: 'sorry' },
    });
    assert.deepEqual(half.userErrors, []);
    assert.equal(half.calculatedOrder.totalPriceSet.shopMoney.amount, '68.84', '59.85 + 4.00 + 9.99 - 5.00');
    const [{ id: discount, description }] = half.calculatedOrder.addedDiscountApplications.nodes;
    assert.equal(description, 'sorry');
    const gone = await act(test, REMOVE, { id: edit, discount });
    assert.equal(gone.calculatedOrder.totalPriceSet.shopMoney.amount, '73.84');
    assert.deepEqual((await act(test, REMOVE, { id: edit, discount })).userErrors, [
      { field: ['discountApplicationId'], code: 'INVALID' },
    ]);
    await act(test, DISCOUNT, {
      id: edit,
      line: rope.id,
      discount: { fixedValue: { amount: '1.00', currencyCode: 'EUR' } },
    });
    const both = await act(test, DISCOUNT, {
      id: edit,
      line: wrapping.id,
      discount: { percentValue: 5, fixedValue: price },
    });
    assert.match(both.userErrors[0].message, /Exactly one/);
    await act(test, COMMIT, { id: edit });
    assert.equal(book(test, id).currentTotalMinor, 5985 + 999 - 300 + 400);
    const read = await act(
      test,
      `{ order(id: "${gid(id)}") { lineItems(first: 9) { nodes { sku requiresShipping totalDiscountSet { ${MONEY} } discountAllocations { discountApplication { __typename value { ... on MoneyV2 { amount } } } } } } } }`,
    );
    assert.deepEqual(read.lineItems.nodes.at(2).discountAllocations, [
      { discountApplication: { __typename: 'ManualDiscountApplication', value: { amount: '1.0' } } },
    ]);
    assert.equal(read.lineItems.nodes.at(3).requiresShipping, false);
  });

  it('is refused in the vendor’s way', async (context) => {
    const { test, id, edit, lines, variantOf } = await begun(context);
    const message = async (text: string, variables: object) =>
      (await act(test, text, { id: edit, ...variables })).userErrors[0]?.message;
    assert.match(await message(BEGIN, { id: gid('7') }), /does not exist/);
    assert.match(
      await message(VARIANT, {
        id: 'gid://shopify/CalculatedOrder/7',
        variant: variantOf('NL-9'),
        quantity: 1,
      }),
      /does not exist/,
    );
    assert.match(
      await message(VARIANT, { variant: 'gid://shopify/ProductVariant/7', quantity: 1 }),
      /does not exist/,
    );
    assert.match(await message(VARIANT, { variant: variantOf('NL-9'), quantity: 0 }), /greater than 0/);
    assert.match(await message(VARIANT, { variant: variantOf('NL-1'), quantity: 1 }), /already on the order/);
    assert.equal(await message(VARIANT, { variant: variantOf('NL-1'), quantity: 1, again: true }), undefined);
    assert.match(await message(QUANTITY, { line: lines[0]?.id, quantity: -1 }), /greater than or equal to 0/);
    assert.match(
      await message(CUSTOM, { price: { amount: '1.00', currencyCode: 'USD' }, quantity: 1 }),
      /presentment currency/,
    );
    test.store.ship(id);
    assert.match(await message(QUANTITY, { line: lines[0]?.id, quantity: 1 }), /cannot be edited/);
    assert.match(await message(COMMIT, {}), /has changed/, 'a parcel left meanwhile');
    const cancelled = test.store.placeOrder(anOrderSpec());
    test.store.cancelOrder(cancelled, { reason: 'customer', refund: true });
    assert.match(await message(BEGIN, { id: gid(cancelled) }), /cannot be edited/);
  });

  it('is possible in every version', async (context) => {
    const { test, id } = await begun(context);
    for (const version of [...STABLE_VERSIONS, 'unstable']) {
      const { errors, data } = await test.call(BEGIN, { id: gid(id) }, undefined, version);
      assert.deepEqual(errors, []);
      const { id: edit } = data.orderEditBegin.calculatedOrder;
      const read = await test.call(
        `{ node(id: "${edit}") { ... on CalculatedOrder { committed } } }`,
        {},
        undefined,
        version,
      );
      assert.equal(read.data.node.committed, false);
    }
  });
});

describe('delivery', () => {
  const ADD = `mutation ($id: ID!, $line: OrderEditAddShippingLineInput!) {
    orderEditAddShippingLine(id: $id, shippingLine: $line) {
      calculatedShippingLine { id title stagedStatus price { shopMoney { amount } } }
      calculatedOrder { totalPriceSet { shopMoney { amount } } shippingLines { id title stagedStatus } stagedChanges(first: 9) { nodes { __typename } } }
      userErrors { field message code }
    }
  }`;
  const UPDATE = `mutation ($id: ID!, $line: ID!, $to: OrderEditUpdateShippingLineInput!) {
    orderEditUpdateShippingLine(id: $id, shippingLineId: $line, shippingLine: $to) {
      calculatedOrder { totalPriceSet { shopMoney { amount } } } userErrors { field code }
    }
  }`;
  const REMOVE = `mutation ($id: ID!, $line: ID!) {
    orderEditRemoveShippingLine(id: $id, shippingLineId: $line) {
      calculatedOrder { totalPriceSet { shopMoney { amount } } shippingLines { stagedStatus } } userErrors { field code }
    }
  }`;
  const COMMIT = `mutation ($id: ID!) { orderEditCommit(id: $id) { order { id } userErrors { message } } }`;
  const READ = `query ($id: ID!) { order(id: $id) {
    shippingLines(first: 9) { nodes { title } }
    all: shippingLines(first: 9, includeRemovals: true) { nodes { title isRemoved currentDiscountedPriceSet { shopMoney { amount } } } }
    totalShippingPriceSet { shopMoney { amount } } currentShippingPriceSet { shopMoney { amount } }
    totalPriceSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } }
  } }`;
  const money = (amount: string) => ({ amount, currencyCode: 'EUR' });

  it('takes the place of what there was, is told as removed, and what it costs more is owed', async (context) => {
    const test = await startStore({ topics: ['orders/edited', 'orders/updated'] });
    context.after(() => test.close());
    const id = `gid://shopify/Order/${test.store.placeOrder(anOrderSpec())}`;
    const begun = await act(
      test,
      'mutation ($id: ID!) { orderEditBegin(id: $id) { calculatedOrder { id shippingLines { id title } } userErrors { message } } }',
      { id },
    );
    const edit = begun.calculatedOrder.id;
    const [old] = begun.calculatedOrder.shippingLines;
    assert.equal(old.title, 'Standard');
    const added = await act(test, ADD, { id: edit, line: { title: 'Express', price: money('9.00') } });
    assert.deepEqual(added.userErrors, []);
    assert.equal(added.calculatedShippingLine.stagedStatus, 'ADDED');
    assert.equal(added.calculatedOrder.totalPriceSet.shopMoney.amount, '68.85');
    assert.deepEqual(added.calculatedOrder.stagedChanges.nodes, [
      { __typename: 'OrderStagedChangeAddShippingLine' },
    ]);
    const line = added.calculatedShippingLine.id;
    const dearer = await act(test, UPDATE, { id: edit, line, to: { price: money('12.00') } });
    assert.equal(dearer.calculatedOrder.totalPriceSet.shopMoney.amount, '71.85');
    const less = await act(test, REMOVE, { id: edit, line: old.id });
    assert.equal(less.calculatedOrder.totalPriceSet.shopMoney.amount, '66.95');
    assert.deepEqual(
      less.calculatedOrder.shippingLines.map(({ stagedStatus }: { stagedStatus: string }) => stagedStatus),
      ['REMOVED', 'ADDED'],
    );
    assert.deepEqual((await act(test, REMOVE, { id: edit, line: old.id })).userErrors, [
      { field: ['shippingLineId'], code: 'INVALID' },
    ]);
    assert.deepEqual((await act(test, COMMIT, { id: edit })).userErrors, []);
    assert.deepEqual(await act(test, READ, { id }), {
      shippingLines: { nodes: [{ title: 'Express' }] },
      all: {
        nodes: [
          { title: 'Standard', isRemoved: true, currentDiscountedPriceSet: { shopMoney: { amount: '0.0' } } },
          {
            title: 'Express',
            isRemoved: false,
            currentDiscountedPriceSet: { shopMoney: { amount: '12.0' } },
          },
        ],
      },
      totalShippingPriceSet: { shopMoney: { amount: '16.9' } },
      currentShippingPriceSet: { shopMoney: { amount: '12.0' } },
      totalPriceSet: { shopMoney: { amount: '71.85' } },
      currentTotalPriceSet: { shopMoney: { amount: '66.95' } },
      totalOutstandingSet: { shopMoney: { amount: '7.1' } },
    });
    const told = await test.webhooks();
    const updated = told.findLast(({ topic }) => topic === 'orders/updated')?.body as {
      shipping_lines: { title: string; is_removed: boolean }[];
    };
    assert.deepEqual(
      updated.shipping_lines.map(({ title, is_removed }) => [title, is_removed]),
      [
        ['Standard', true],
        ['Express', false],
      ],
    );
    const edited = told.find(({ topic }) => topic === 'orders/edited')?.body as {
      order_edit: { shipping_lines: { additions: unknown[]; removals: unknown[] } };
    };
    assert.equal(edited.order_edit.shipping_lines.additions.length, 1);
    assert.equal(edited.order_edit.shipping_lines.removals.length, 1);
  });
});
