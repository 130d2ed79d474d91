import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { SERVED_VERSIONS } from '../graphql/versions.ts';
import { act, anOrderSpec, startStore, type TestStore } from '../testing.ts';

async function open(context: TestContext): Promise<TestStore> {
  const test = await startStore();
  context.after(() => test.close());
  return test;
}

const ERRORS = 'userErrors { field message code }';
const ISSUE = `mutation ($input: GiftCardCreateInput!) { giftCardCreate(input: $input) { giftCardCode giftCard { id lastCharacters maskedCode enabled
  expiresOn note initialValue { amount currencyCode } balance { amount } } ${ERRORS} } }`;
const READ = `query ($id: ID!) { giftCard(id: $id) { balance { amount } enabled transactions(first: 5) { nodes { __typename amount { amount } note } } } }`;
const eur = (amount: string, currencyCode = 'EUR') => ({ amount, currencyCode });
const codes = (payload: { userErrors: { field: string[]; code: string | null }[] }) =>
  payload.userErrors.map(({ field, code }) => [field.join('.'), code]);

const move = (kind: 'Credit' | 'Debit') =>
  `mutation ($id: ID!, $input: GiftCard${kind}Input!) { giftCard${kind}(id: $id, ${kind.toLowerCase()}Input: $input) {
    giftCard${kind}Transaction { amount { amount } giftCard { balance { amount } } } ${ERRORS} } }`;

async function customerOf(test: TestStore): Promise<string> {
  test.store.placeOrder(anOrderSpec());
  const { nodes } = await act(test, '{ customers(first: 1) { nodes { id } } }');
  return nodes[0].id;
}

describe('a gift card', () => {
  it('is issued, credited, debited, changed and deactivated, with the vendor’s codes', async (context) => {
    const test = await open(context);
    const customerId = await customerOf(test);
    const input = { initialAmount: eur('50.00'), code: 'HELLO2026WORLD', customerId, note: 'sorry' };
    const made = await act(test, ISSUE, { input });
    assert.deepEqual(made.userErrors, []);
    assert.deepEqual(
      [
        made.giftCardCode,
        made.giftCard.lastCharacters,
        made.giftCard.maskedCode,
        made.giftCard.balance.amount,
      ],
      ['hello2026world', 'orld', '•••• •••• •••• orld', '50.0'],
    );
    const refused = async (more: object) =>
      codes(await act(test, ISSUE, { input: { initialAmount: eur('1'), ...more } }));
    assert.deepEqual(await refused({ code: 'short' }), [['input.code', 'TOO_SHORT']]);
    assert.deepEqual(await refused({ code: 'x'.repeat(21) }), [['input.code', 'TOO_LONG']]);
    assert.deepEqual(await refused({ code: 'not_allowed' }), [['input.code', 'INVALID']]);
    assert.deepEqual(await refused({ code: 'hello2026world' }), [['input.code', null]]);
    assert.deepEqual(await refused({ initialAmount: eur('0') }), [['input.initialAmount', 'GREATER_THAN']]);
    assert.deepEqual(await refused({ customerId: 'gid://shopify/Customer/1' }), [
      ['input.customerId', 'CUSTOMER_NOT_FOUND'],
    ]);
    const { id } = made.giftCard;
    const credit = await act(test, move('Credit'), { id, input: { creditAmount: eur('5.50') } });
    assert.deepEqual(credit.giftCardCreditTransaction, {
      amount: { amount: '5.5' },
      giftCard: { balance: { amount: '55.5' } },
    });
    const debit = await act(test, move('Debit'), { id, input: { debitAmount: eur('15.25'), note: 'till' } });
    assert.equal(debit.giftCardDebitTransaction.amount.amount, '-15.25');
    const wrong = async (kind: 'Credit' | 'Debit', more: object) =>
      codes(await act(test, move(kind), { id, input: more }));
    assert.deepEqual(await wrong('Debit', { debitAmount: eur('40.26') }), [
      ['debitInput.debitAmount.amount', 'INSUFFICIENT_FUNDS'],
    ]);
    assert.deepEqual(await wrong('Credit', { creditAmount: eur('-1') }), [
      ['creditInput.creditAmount.amount', 'NEGATIVE_OR_ZERO_AMOUNT'],
    ]);
    assert.deepEqual(await wrong('Credit', { creditAmount: eur('1', 'USD') }), [
      ['creditInput.creditAmount.currencyCode', 'MISMATCHING_CURRENCY'],
    ]);
    assert.deepEqual(await wrong('Credit', { creditAmount: eur('1'), processedAt: '2030-01-01T00:00:00Z' }), [
      ['creditInput.processedAt', 'INVALID'],
    ]);
    for (const version of SERVED_VERSIONS) {
      const { data, errors } = await test.call(
        '{ giftCards(first: 5, query: "balance_status:partial") { nodes { id customer { id } order { id } } } giftCardsCount { count } }',
        {},
        undefined,
        version,
      );
      assert.deepEqual(errors, []);
      assert.deepEqual(data.giftCards.nodes, [{ id, customer: { id: customerId }, order: null }]);
    }
    const update = `mutation ($id: ID!, $input: GiftCardUpdateInput!) { giftCardUpdate(id: $id, input: $input) { giftCard { expiresOn note } userErrors { field } } }`;
    const changed = await act(test, update, { id, input: { expiresOn: '2026-11-25' } });
    assert.deepEqual(changed.giftCard, { expiresOn: '2026-11-25', note: 'sorry' });
    test.clock.advanceTo(Date.UTC(2026, 10, 27));
    assert.deepEqual(await wrong('Credit', { creditAmount: eur('1') }), [['id', 'INVALID']]);
    const deactivate = `mutation ($id: ID!) { giftCardDeactivate(id: $id) { giftCard { enabled deactivatedAt } ${ERRORS} } }`;
    assert.equal((await act(test, deactivate, { id })).giftCard.enabled, false);
    const late = await act(test, update, { id, input: { expiresOn: '2030-01-01' } });
    assert.deepEqual(late.userErrors, [{ field: ['input', 'expiresOn'] }]);
  });

  it('that an order sells comes to be when it is paid, and pays another order and is refunded', async (context) => {
    const test = await open(context);
    const line = { sku: null, title: 'Gift card', quantity: 2, unitPrice: '25.00', tax: [], giftCard: true };
    const sold = test.store.placeOrder(anOrderSpec({ lines: [line], shipping: null, payment: 'authorised' }));
    assert.equal((await act(test, '{ giftCardsCount { count } }')).count, 0);
    test.store.pay(sold, 'captured');
    const { nodes } = await act(
      test,
      '{ giftCards(first: 5) { nodes { id initialValue { amount } order { id } } } }',
    );
    assert.deepEqual(
      nodes.map((each: { order: { id: string }; initialValue: { amount: string } }) => [
        each.initialValue.amount,
        each.order.id,
      ]),
      [
        ['25.0', `gid://shopify/Order/${sold}`],
        ['25.0', `gid://shopify/Order/${sold}`],
      ],
    );
    const paid = test.store.placeOrder(anOrderSpec({ tenders: [{ gateway: 'gift_card', amount: '10.00' }] }));
    const number = (await act(test, `{ order(id: "gid://shopify/Order/${paid}") { name } }`)).name;
    assert.deepEqual(await act(test, READ, { id: nodes[0].id }), {
      balance: { amount: '15.0' },
      enabled: true,
      transactions: {
        nodes: [{ __typename: 'GiftCardDebitTransaction', amount: { amount: '-10.0' }, note: number }],
      },
    });
    test.store.cancelOrder(paid, { reason: 'customer', refund: true });
    assert.equal((await act(test, READ, { id: nodes[0].id })).balance.amount, '25.0');
    // A card that nobody has told of was issued before, with as much as it pays.
    const big = test.store.placeOrder(anOrderSpec({ tenders: [{ gateway: 'gift_card', amount: '30.00' }] }));
    assert.ok(big);
    const empty = await act(
      test,
      '{ giftCards(first: 5, query: "balance_status:empty") { nodes { initialValue { amount } } } }',
    );
    assert.deepEqual(empty.nodes, [{ initialValue: { amount: '30.0' } }]);
  });
});

const CREDIT = `mutation ($id: ID!, $input: StoreCreditAccountCreditInput!) { storeCreditAccountCredit(id: $id, creditInput: $input) {
  storeCreditAccountTransaction { id amount { amount } balanceAfterTransaction { amount } event remainingAmount { amount } account { id balance { amount currencyCode }
    owner { ... on Customer { id } } } } ${ERRORS} } }`;
const DEBIT = `mutation ($id: ID!, $input: StoreCreditAccountDebitInput!) { storeCreditAccountDebit(id: $id, debitInput: $input) {
  storeCreditAccountTransaction { amount { amount } balanceAfterTransaction { amount } } ${ERRORS} } }`;

async function account(test: TestStore, customerId: string) {
  const { storeCreditAccounts } = await act(
    test,
    `{ customer(id: "${customerId}") { storeCreditAccounts(first: 2) { nodes { id balance { amount } transactions(first: 9) { nodes { __typename
      amount { amount } event origin { ... on OrderTransaction { gateway kind } } } } } } } }`,
  );
  return storeCreditAccounts.nodes[0];
}

describe('store credit', () => {
  it('is credited and debited by its account or its owner, and ends when it is said to', async (context) => {
    const test = await open(context);
    const id = await customerOf(test);
    const made = await act(test, CREDIT, { id, input: { creditAmount: eur('7.23') } });
    assert.deepEqual(
      { ...made.storeCreditAccountTransaction, id: '', account: null },
      {
        id: '',
        amount: { amount: '7.23' },
        balanceAfterTransaction: { amount: '7.23' },
        event: 'ADJUSTMENT',
        remainingAmount: { amount: '7.23' },
        account: null,
      },
    );
    const own = made.storeCreditAccountTransaction.account;
    assert.deepEqual(own.owner, { id });
    const more = { creditAmount: eur('5.00'), expiresAt: '2026-11-24T00:00:00Z' };
    await act(test, CREDIT, { id: own.id, input: more });
    // What ends first is spent first.
    const spent = await act(test, DEBIT, { id, input: { debitAmount: eur('2.00') } });
    assert.deepEqual(spent.storeCreditAccountTransaction, {
      amount: { amount: '-2.0' },
      balanceAfterTransaction: { amount: '10.23' },
    });
    test.clock.advanceTo(Date.UTC(2026, 10, 25));
    assert.equal((await account(test, id)).balance.amount, '7.23');
    const wrong = async (text: string, to: string, input: object) =>
      codes(await act(test, text, { id: to, input }));
    assert.deepEqual(await wrong(DEBIT, id, { debitAmount: eur('7.24') }), [
      ['debitInput.debitAmount.amount', 'INSUFFICIENT_FUNDS'],
    ]);
    assert.deepEqual(await wrong(DEBIT, id, { debitAmount: eur('1', 'USD') }), [['id', 'ACCOUNT_NOT_FOUND']]);
    assert.deepEqual(await wrong(DEBIT, own.id, { debitAmount: eur('1', 'USD') }), [
      ['debitInput.debitAmount.currencyCode', 'MISMATCHING_CURRENCY'],
    ]);
    assert.deepEqual(await wrong(CREDIT, id, { creditAmount: eur('0') }), [
      ['creditInput.creditAmount.amount', 'NEGATIVE_OR_ZERO_AMOUNT'],
    ]);
    assert.deepEqual(await wrong(CREDIT, 'gid://shopify/Customer/1', { creditAmount: eur('1') }), [
      ['id', 'OWNER_NOT_FOUND'],
    ]);
    assert.deepEqual(await wrong(CREDIT, id, { creditAmount: eur('1'), expiresAt: '2020-01-01T00:00:00Z' }), [
      ['creditInput.expiresAt', 'EXPIRES_AT_IN_PAST'],
    ]);
  });

  it('pays orders, and takes what is refunded or cancelled to it', async (context) => {
    const test = await open(context);
    const id = await customerOf(test);
    await act(test, CREDIT, { id, input: { creditAmount: eur('20.00') } });
    const order = test.store.placeOrder(
      anOrderSpec({ tenders: [{ gateway: 'shopify_store_credit', amount: '7.50' }] }),
    );
    const refund = await act(
      test,
      `mutation ($input: RefundInput!) { refundCreate(input: $input) @idempotent(key: "one") { refund { transactions(first: 2) { nodes { gateway kind } } } userErrors { message } } }`,
      {
        input: {
          orderId: `gid://shopify/Order/${order}`,
          refundMethods: [{ storeCreditRefund: { amount: eur('10.00') } }],
        },
      },
    );
    assert.deepEqual(refund.userErrors, []);
    assert.deepEqual(refund.refund.transactions.nodes, [{ gateway: 'shopify_store_credit', kind: 'REFUND' }]);
    const cancelled = test.store.placeOrder(anOrderSpec());
    await act(
      test,
      `mutation ($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true, refundMethod: { storeCreditRefund: {} }) { orderCancelUserErrors { message } } }`,
      { id: `gid://shopify/Order/${cancelled}` },
    );
    const { balance, transactions } = await account(test, id);
    assert.equal(balance.amount, '82.35');
    assert.deepEqual(
      transactions.nodes.map(
        (each: { amount: { amount: string }; event: string; origin: { kind: string } | null }) => [
          each.amount.amount,
          each.event,
          each.origin?.kind ?? null,
        ],
      ),
      [
        ['20.0', 'ADJUSTMENT', null],
        ['-7.5', 'ORDER_PAYMENT', 'SALE'],
        ['10.0', 'ORDER_REFUND', 'REFUND'],
        ['59.85', 'ORDER_CANCELLATION', 'REFUND'],
      ],
    );
  });
});

it('a gift card may be for somebody else: the recipient is a customer, with words and a day', async (context) => {
  const test = await startStore({ topics: [] });
  context.after(() => test.close());
  const id = await customerOf(test);
  const TEXT = `mutation ($input: GiftCardCreateInput!) { giftCardCreate(input: $input) {
    giftCard { recipientAttributes { preferredName message sendNotificationAt recipient { id } } } ${ERRORS} } }`;
  const recipientAttributes = {
    id,
    preferredName: 'Grete',
    message: 'For you',
    sendNotificationAt: '2026-12-24T18:00:00Z',
  };
  const made = await act(test, TEXT, { input: { initialValue: '25.00', recipientAttributes } });
  assert.deepEqual(made.userErrors, []);
  assert.deepEqual(made.giftCard.recipientAttributes, {
    preferredName: 'Grete',
    message: 'For you',
    sendNotificationAt: '2026-12-24T18:00:00Z',
    recipient: { id },
  });
  const nobody = { initialValue: '25.00', recipientAttributes: { id: 'gid://shopify/Customer/7' } };
  assert.deepEqual(codes(await act(test, TEXT, { input: nobody })), [
    ['input.recipientAttributes', 'RECIPIENT_NOT_FOUND'],
  ]);
});
