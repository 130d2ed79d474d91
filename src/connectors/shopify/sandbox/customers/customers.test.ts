import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { SERVED_VERSIONS } from '../graphql/versions.ts';
import { anOrderSpec, startStore, type TestStore } from '../testing.ts';

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<TestStore> {
  const test = await startStore(...options);
  context.after(() => test.close());
  return test;
}

/** The payload of the only field of an operation. */
// biome-ignore lint/suspicious/noExplicitAny: a test knows what it has asked for
async function act(test: TestStore, text: string, variables: Record<string, unknown> = {}): Promise<any> {
  const { data, errors } = await test.call(text, variables, await test.token());
  assert.deepEqual(errors, []);
  return Object.values(data)[0];
}

const CREATE = `mutation ($input: CustomerInput!) { customerCreate(input: $input) { customer { id email displayName tags note taxExempt
  defaultAddress { city countryCodeV2 formattedArea } numberOfOrders canDelete } userErrors { field message } } }`;
const UPDATE = CREATE.replace('customerCreate', 'customerUpdate');

async function subscribe(test: TestStore, ...topics: string[]): Promise<void> {
  for (const topic of topics)
    await act(
      test,
      `mutation ($uri: String!) { webhookSubscriptionCreate(topic: ${topic}, webhookSubscription: { uri: $uri }) { userErrors { message } } }`,
      { uri: `${test.target}/hooks` },
    );
}

describe('a customer', () => {
  it('is made by the first order of an account, and has all of its orders', async (context) => {
    const test = await open(context);
    await subscribe(test, 'CUSTOMERS_CREATE', 'ORDERS_CREATE');
    const first = test.store.placeOrder(anOrderSpec());
    const second = test.store.placeOrder(anOrderSpec());
    test.store.refund(second, { lines: [], shipping: false, amount: '9.85' });
    test.store.placeOrder(anOrderSpec({ shopper: { ...anOrderSpec().shopper, accountId: null } }));
    const fields = `id legacyResourceId email displayName numberOfOrders amountSpent { amount currencyCode } canDelete state
      lastOrder { id } orders(first: 1, reverse: true) { nodes { id } pageInfo { hasNextPage endCursor } }
      defaultAddress { address1 zip countryCodeV2 } defaultEmailAddress { emailAddress }`;
    for (const version of SERVED_VERSIONS) {
      const { data, errors } = await test.call(
        `{ customers(first: 5) { nodes { ${fields} } } order(id: "gid://shopify/Order/${first}") { customer { id numberOfOrders } purchasingEntity { ... on Customer { id } } } }`,
        {},
        undefined,
        version,
      );
      assert.deepEqual(errors, []);
      const [customer] = data.customers.nodes;
      assert.equal(data.customers.nodes.length, 1, 'guests are nobody');
      assert.deepEqual(data.order, {
        customer: { id: customer.id, numberOfOrders: '2' },
        purchasingEntity: { id: customer.id },
      });
      assert.deepEqual(customer.amountSpent, { amount: '109.85', currencyCode: 'EUR' });
      assert.equal(customer.lastOrder.id, `gid://shopify/Order/${second}`);
      assert.deepEqual(customer.orders.nodes, [{ id: `gid://shopify/Order/${second}` }]);
      assert.equal(customer.orders.pageInfo.hasNextPage, true);
    }
    const told = await test.webhooks();
    assert.equal(told.filter(({ topic }) => topic === 'customers/create').length, 1);
    const order = told.find(({ topic }) => topic === 'orders/create')?.body.customer as { email: string };
    assert.equal(order.email, 'grete.hermann@example.com');
  });

  it('is written by an app, told by webhooks, and the same on its orders', async (context) => {
    const test = await open(context);
    await subscribe(test, 'CUSTOMERS_CREATE', 'CUSTOMERS_UPDATE', 'CUSTOMERS_DELETE', 'ORDERS_CREATE');
    const made = await act(test, CREATE, {
      input: {
        firstName: 'Grete',
        lastName: 'Hermann',
        email: 'grete.hermann@example.com',
        tags: ['vip', 'vip', 'b'],
        addresses: [{ city: 'Bremen', countryCode: 'DE' }],
      },
    });
    assert.deepEqual(made.userErrors, []);
    assert.deepEqual(made.customer.tags, ['b', 'vip']);
    assert.equal(made.customer.defaultAddress.formattedArea, 'Bremen, Germany');
    const id = test.store.placeOrder(anOrderSpec());
    const { customer } = await act(test, UPDATE, {
      input: { id: made.customer.id, firstName: 'G.', taxExempt: true },
    });
    assert.deepEqual(
      [customer.displayName, customer.taxExempt, customer.canDelete],
      ['G. Hermann', true, false],
    );
    const order = await act(test, `{ order(id: "gid://shopify/Order/${id}") { customer { id firstName } } }`);
    assert.deepEqual(order.customer, { id: made.customer.id, firstName: 'G.' });
    const told = (await test.webhooks()).map(({ topic }) => topic).sort();
    assert.deepEqual(told, ['customers/create', 'customers/update', 'orders/create']);
  });

  it('is refused in the vendor’s words', async (context) => {
    const test = await open(context);
    test.store.placeOrder(anOrderSpec());
    const errors = async (input: object, text = CREATE) => (await act(test, text, { input })).userErrors;
    assert.deepEqual(await errors({ note: 'who?' }), [
      { field: null, message: 'Customer must have a name, phone number or email address' },
    ]);
    assert.deepEqual(await errors({ email: 'Grete.Hermann@example.com', phone: 'x' }), [
      { field: ['email'], message: 'Email has already been taken' },
      { field: ['phone'], message: 'Phone is invalid' },
    ]);
    assert.deepEqual(await errors({ email: 'nobody' }), [{ field: ['email'], message: 'Email is invalid' }]);
    assert.deepEqual(await errors({ id: 'gid://shopify/Customer/7', note: 'x' }, UPDATE), [
      { field: ['id'], message: 'Customer does not exist' },
    ]);
    const DELETE = `mutation ($input: CustomerDeleteInput!) { customerDelete(input: $input) { deletedCustomerId shop { id } userErrors { field message } } }`;
    const { nodes } = await act(test, '{ customers(first: 1) { nodes { id } } }');
    assert.match(
      (await act(test, DELETE, { input: { id: nodes[0].id } })).userErrors[0].message,
      /associated orders/,
    );
    const { customer } = await act(test, CREATE, { input: { email: 'new@example.com' } });
    assert.equal((await act(test, DELETE, { input: { id: customer.id } })).deletedCustomerId, customer.id);
    assert.equal(await act(test, `{ customer(id: "${customer.id}") { id } }`), null);
    const unsure = await test.call(CREATE, { input: { email: 'a@example.com', locale: 'de' } });
    assert.equal(unsure.errors[0]?.extensions?.code, 'NOT_SUPPORTED_IN_SANDBOX');
  });

  it('is found by identifier, by search and page by page', async (context) => {
    const test = await open(context);
    for (const [firstName, email] of [
      ['Ada', 'ada@example.com'],
      ['Bob', 'bob@example.org'],
      ['Cy', 'cy@example.org'],
    ])
      await act(test, CREATE, { input: { firstName, email, tags: [firstName === 'Cy' ? 'late' : 'early'] } });
    const names = async (args: string) => {
      const { nodes, pageInfo } = await act(
        test,
        `{ customers(${args}) { nodes { firstName } pageInfo { hasNextPage endCursor } } }`,
      );
      return [nodes.map((each: { firstName: string }) => each.firstName).join(), pageInfo];
    };
    assert.equal((await names('first: 5, query: "tag:early"'))[0], 'Ada,Bob');
    assert.equal((await names(`first: 5, query: "email:'bob@example.org'"`))[0], 'Bob');
    assert.equal((await names('first: 5, query: "example.org -tag:late"'))[0], 'Bob');
    assert.equal((await names('first: 5, query: "orders_count:>0"'))[0], '');
    const [page, { endCursor, hasNextPage }] = await names('first: 2, reverse: true, sortKey: NAME');
    assert.deepEqual([page, hasNextPage], ['Cy,Bob', true]);
    assert.equal((await names(`first: 2, reverse: true, sortKey: NAME, after: "${endCursor}"`))[0], 'Ada');
    const found = await act(
      test,
      '{ customerByIdentifier(identifier: { emailAddress: "BOB@example.org" }) { firstName } }',
    );
    assert.deepEqual(found, { firstName: 'Bob' });
    assert.deepEqual(await act(test, '{ customersCount(limit: 2) { count precision } }'), {
      count: 2,
      precision: 'AT_LEAST',
    });
  });

  it('is forgotten ten days after an app has asked for it, on its orders too', async (context) => {
    const test = await open(context, { topics: ['orders/create'] });
    const id = test.store.placeOrder(anOrderSpec());
    const { nodes } = await act(test, '{ customers(first: 1) { nodes { id } } }');
    const ask = (name: string) =>
      act(
        test,
        `mutation { ${name}(customerId: "${nodes[0].id}") { customerId userErrors { field code } } }`,
      );
    assert.deepEqual((await ask('customerCancelDataErasure')).userErrors, [
      { field: ['customerId'], code: 'NOT_BEING_ERASED' },
    ]);
    await ask('customerRequestDataErasure');
    assert.deepEqual((await ask('customerCancelDataErasure')).userErrors, []);
    await ask('customerRequestDataErasure');
    test.clock.advanceTo(test.clock.now() + 11 * 86_400_000);
    const last = (await test.webhooks()).find(({ topic }) => topic === 'customers/redact');
    assert.ok(last);
    assert.equal((last.body.customer as { email: string }).email, 'grete.hermann@example.com');
    const order = await act(
      test,
      `{ order(id: "gid://shopify/Order/${id}") { email customer { id email displayName }
         shippingAddress { name address1 zip countryCodeV2 } totalPriceSet { shopMoney { amount } } } }`,
    );
    assert.deepEqual(order, {
      email: null,
      customer: { id: nodes[0].id, email: null, displayName: '' },
      shippingAddress: { name: null, address1: null, zip: null, countryCodeV2: 'DE' },
      totalPriceSet: { shopMoney: { amount: '59.85' } },
    });
  });

  it('needs the scope for customers', async (context) => {
    const test = await open(context, { scopes: ['read_orders'] });
    const { errors } = await test.call('{ customers(first: 1) { nodes { id } } }');
    assert.equal(errors[0]?.extensions?.code, 'ACCESS_DENIED');
  });
});
