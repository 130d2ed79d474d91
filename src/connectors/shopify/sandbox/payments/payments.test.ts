import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { SERVED_VERSIONS } from '../graphql/versions.ts';
import { anOrderSpec, startStore, type TestStore } from '../testing.ts';

const DAY_MS = 86_400_000;

async function open(context: TestContext, ...options: Parameters<typeof startStore>): Promise<TestStore> {
  const test = await startStore(...options);
  context.after(() => test.close());
  return test;
}

function passDays(test: TestStore, days: number): void {
  test.clock.advanceTo(test.clock.now() + days * DAY_MS);
}

/** The payments account, by a new token: days may have passed. */
// biome-ignore lint/suspicious/noExplicitAny: a test knows what it has asked for
async function account(test: TestStore, fields: string, version?: string): Promise<any> {
  const { data, errors } = await test.call(
    `{ shopifyPaymentsAccount { ${fields} } }`,
    {},
    await test.token(),
    version,
  );
  assert.deepEqual(errors, []);
  return data.shopifyPaymentsAccount;
}

const MOVEMENT = `id type sourceType sourceId sourceOrderTransactionId test transactionDate adjustmentReason
  amount { amount currencyCode } fee { amount } net { amount } adjustmentsOrders { name }
  associatedOrder { id name } associatedPayout { id status }`;
const PAYOUT = `id legacyResourceId issuedAt status transactionType externalTraceId net { amount currencyCode } gross { amount }
  businessEntity { id displayName primary }
  summary { chargesGross { amount } chargesFee { amount } refundsFeeGross { amount } refundsFee { amount }
    adjustmentsGross { amount } adjustmentsFee { amount } reservedFundsGross { amount } reservedFundsFee { amount }
    retriedPayoutsGross { amount } retriedPayoutsFee { amount } advanceGross { amount } advanceFees { amount }
    usdcRebateCreditAmount { amount } }`;

describe('a charge by Shopify Payments', () => {
  it('is seen at once, gets its payout when one is made, and is paid to the cent', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    const [charge] = (await account(test, `balanceTransactions(first: 5) { nodes { ${MOVEMENT} } }`))
      .balanceTransactions.nodes;
    assert.equal(charge.type, 'CHARGE');
    // 1.6 % of 59.85 and 0.30.
    assert.deepEqual(
      [charge.amount.amount, charge.fee.amount, charge.net.amount],
      ['59.85', '1.26', '58.59'],
    );
    assert.deepEqual(charge.associatedOrder, { id: `gid://shopify/Order/${id}`, name: '#1001' });
    assert.deepEqual(charge.associatedPayout, { id: null, status: 'PENDING' });
    // Monday's sale is there on Thursday; its payout is made on Wednesday.
    passDays(test, 2);
    const seen = async () => {
      const { payouts, balance } = await account(
        test,
        `balance { amount } payouts(first: 5) { nodes { ${PAYOUT} } }`,
      );
      return { ...payouts.nodes[0], balance: balance[0].amount };
    };
    const made = await seen();
    assert.deepEqual(
      [made.status, made.issuedAt, made.net.amount, made.transactionType, made.balance],
      ['SCHEDULED', '2026-11-25T23:00:00Z', '58.59', 'DEPOSIT', '0.0'],
    );
    assert.deepEqual([made.summary.chargesGross.amount, made.summary.chargesFee.amount], ['59.85', '1.26']);
    passDays(test, 1);
    assert.equal((await seen()).status, 'IN_TRANSIT');
    passDays(test, 1);
    assert.equal((await seen()).status, 'PAID');
    const { balanceTransactions } = await account(
      test,
      `balanceTransactions(first: 5, query: "payments_transfer_id:${made.legacyResourceId}") { nodes { ${MOVEMENT} } }`,
    );
    assert.deepEqual(
      balanceTransactions.nodes.map((each: { type: string; net: { amount: string } }) => [
        each.type,
        each.net.amount,
      ]),
      [
        ['CHARGE', '58.59'],
        ['TRANSFER', '-58.59'],
      ],
    );
    assert.deepEqual(balanceTransactions.nodes[0].associatedPayout, { id: made.id, status: 'PAID' });
    const node = await test.call(
      `{ payout: node(id: "${made.id}") { ... on ShopifyPaymentsPayout { status } }
         charge: node(id: "${charge.id}") { ... on ShopifyPaymentsBalanceTransaction { type } } }`,
      {},
      await test.token(),
    );
    assert.deepEqual(node.data, { payout: { status: 'PAID' }, charge: { type: 'CHARGE' } });
  });

  it('on a weekend waits for the business days after it', async (context) => {
    const test = await open(context);
    passDays(test, 5);
    test.store.placeOrder(anOrderSpec());
    passDays(test, 2);
    assert.equal(test.store.payments.books().payouts.length, 0);
    passDays(test, 1);
    assert.deepEqual(
      test.store.payments.books().payouts.map(({ date, status }) => [date, status]),
      [['2026-12-02', 'SCHEDULED']],
    );
  });

  it('costs more where the shopper pays in another money; an authorisation costs nothing', async (context) => {
    const test = await open(context);
    test.store.placeOrder(anOrderSpec({ presentment: { currency: 'CHF', rate: '0.9421' } }));
    test.store.placeOrder(anOrderSpec({ payment: 'authorised' }));
    const { balanceTransactions } = await account(
      test,
      'balanceTransactions(first: 5) { nodes { amount { amount currencyCode } fee { amount } } }',
    );
    assert.deepEqual(balanceTransactions.nodes, [
      { amount: { amount: '59.85', currencyCode: 'EUR' }, fee: { amount: '2.46' } },
    ]);
  });

  it('by another gateway, a gift card or a test order settles elsewhere, or nowhere', async (context) => {
    const test = await open(context);
    test.store.placeOrder(anOrderSpec({ gateway: 'paypal' }));
    test.store.placeOrder(anOrderSpec({ test: true }));
    test.store.placeOrder(anOrderSpec({ tenders: [{ gateway: 'gift_card', amount: '20.00' }] }));
    const { balanceTransactions } = await account(
      test,
      'balanceTransactions(first: 5) { nodes { amount { amount } } }',
    );
    assert.deepEqual(balanceTransactions.nodes, [{ amount: { amount: '39.85' } }]);
    const { data } = await test.call(
      '{ tenderTransactions(first: 9) { nodes { amount { amount } paymentMethod test order { name } } } }',
    );
    assert.deepEqual(
      data.tenderTransactions.nodes.map(
        (each: { amount: { amount: string }; paymentMethod: string; test: boolean }) => [
          each.amount.amount,
          each.paymentMethod,
          each.test,
        ],
      ),
      [
        ['59.85', 'paypal', false],
        ['59.85', 'credit_card', true],
        ['39.85', 'credit_card', false],
      ],
    );
  });
});

describe('what lessens a payout', () => {
  it('a refund goes into the next one, and its charge keeps the fee', async (context) => {
    const test = await open(context);
    const id = test.store.placeOrder(anOrderSpec());
    passDays(test, 1);
    test.store.refund(id, { lines: [], shipping: false, amount: '10.00' });
    passDays(test, 1);
    const [payout] = test.store.payments.books().payouts;
    assert.equal(payout?.netMinor, 5985 - 126 - 1000);
    const pending = test.store.refund(id, { lines: [], shipping: false, amount: '1.00', pending: true });
    assert.equal(test.store.payments.books().balanceMinor, 0, 'a pending refund has moved nothing');
    test.store.settleRefund(id, pending ?? '', 'succeeded');
    assert.equal(test.store.payments.books().balanceMinor, -100);
    passDays(test, 1);
    const { payouts } = await account(
      test,
      'payouts(first: 5, transactionType: WITHDRAWAL) { nodes { net { amount } transactionType } }',
    );
    assert.deepEqual(payouts.nodes, [{ net: { amount: '-1.0' }, transactionType: 'WITHDRAWAL' }]);
  });

  it('a dispute takes amount and fee, and a won one brings both back', async (context) => {
    const test = await open(context, { topics: [] });
    await test.call(
      `mutation ($uri: String!) { a: webhookSubscriptionCreate(topic: DISPUTES_CREATE, webhookSubscription: { uri: $uri }) { userErrors { message } }
         b: webhookSubscriptionCreate(topic: DISPUTES_UPDATE, webhookSubscription: { uri: $uri }) { userErrors { message } }
         c: webhookSubscriptionCreate(topic: TENDER_TRANSACTIONS_CREATE, webhookSubscription: { uri: $uri }) { userErrors { message } } }`,
      { uri: `${test.target}/hooks` },
    );
    const id = test.store.placeOrder(anOrderSpec());
    const dispute = test.store.dispute(id, 'FRAUDULENT');
    assert.equal(test.store.dispute(id, 'FRAUDULENT'), null, 'once');
    assert.equal(test.store.payments.books().balanceMinor, 5985 - 126 - 5985 - 1500);
    const fields = `id legacyResourceId status type amount { amount } evidenceDueBy finalizedOn reasonDetails { reason networkReasonCode } order { name }`;
    for (const version of SERVED_VERSIONS) {
      const { disputes } = await account(
        test,
        `disputes(first: 2, query: "status:needs_response") { nodes { ${fields} } }`,
        version,
      );
      assert.equal(disputes.nodes.length, 1);
      assert.match(
        disputes.nodes[0].evidenceDueBy,
        version === '2026-01' ? /^2026-12-07$/ : /^2026-12-07T06/,
      );
    }
    assert.equal(test.store.payments.decideDispute(dispute ?? '', 'WON'), true);
    assert.equal(test.store.payments.decideDispute(dispute ?? '', 'LOST'), false);
    assert.equal(test.store.payments.books().balanceMinor, 5985 - 126);
    const told = (await test.webhooks()).map(({ topic, body }) => `${topic} ${body.status ?? body.amount}`);
    assert.deepEqual(told.sort(), [
      'disputes/create needs_response',
      'disputes/update won',
      'tender_transactions/create 59.85',
    ]);
  });

  it('a payout that fails is in the account again, and in the next payout as retried', async (context) => {
    const test = await open(context);
    test.store.placeOrder(anOrderSpec());
    passDays(test, 3);
    const [failed] = test.store.payments.books().payouts;
    assert.equal(test.store.payments.failPayout(failed?.payoutId ?? ''), true);
    assert.equal(test.store.payments.cancelPayout(failed?.payoutId ?? ''), false);
    assert.equal(test.store.payments.books().balanceMinor, 5859);
    passDays(test, 1);
    const { payouts } = await account(test, `payouts(first: 5) { nodes { ${PAYOUT} } }`);
    assert.deepEqual(
      payouts.nodes.map((each: { status: string }) => each.status),
      ['FAILED', 'SCHEDULED'],
    );
    assert.equal(payouts.nodes[1].summary.retriedPayoutsGross.amount, '58.59');
    assert.equal(test.store.payments.cancelPayout(payouts.nodes[1].legacyResourceId), true);
    assert.equal(test.store.payments.books().balanceMinor, 5859);
  });

  it('a reserve and an adjustment are movements of their own', async (context) => {
    const test = await open(context);
    test.store.payments.adjust({ type: 'RESERVED_FUNDS', amount: '-25.00' });
    test.store.payments.adjust({ type: 'ADJUSTMENT', amount: '100.00', fee: '0.50', reason: 'a correction' });
    const { balanceTransactions } = await account(
      test,
      `balanceTransactions(first: 5, query: "transaction_type:adjustment") { nodes { ${MOVEMENT} } }`,
    );
    assert.deepEqual(
      balanceTransactions.nodes.map(
        (each: { adjustmentReason: string; net: { amount: string }; associatedOrder: null }) => [
          each.adjustmentReason,
          each.net.amount,
          each.associatedOrder,
        ],
      ),
      [['a correction', '99.5', null]],
    );
    passDays(test, 1);
    const { payouts } = await account(test, `payouts(first: 5) { nodes { ${PAYOUT} } }`);
    const { net, summary } = payouts.nodes[0];
    assert.deepEqual(
      [
        net.amount,
        summary.reservedFundsGross.amount,
        summary.adjustmentsGross.amount,
        summary.adjustmentsFee.amount,
      ],
      ['74.5', '-25.0', '100.0', '0.5'],
    );
  });
});

it('lists are paged from either end, found by time, and without transfers', async (context) => {
  const test = await open(context);
  for (let day = 0; day < 5; day += 1) {
    test.store.placeOrder(anOrderSpec());
    passDays(test, 1);
  }
  const types = async (more: string) => {
    const { balanceTransactions } = await account(
      test,
      `balanceTransactions(first: 3${more}) { nodes { type transactionDate } pageInfo { hasNextPage endCursor } }`,
    );
    return balanceTransactions;
  };
  const first = await types(', reverse: true, hideTransfers: true');
  assert.deepEqual(
    first.nodes.map((each: { type: string; transactionDate: string }) => [
      each.type,
      each.transactionDate.slice(0, 10),
    ]),
    [
      ['CHARGE', '2026-11-27'],
      ['CHARGE', '2026-11-26'],
      ['CHARGE', '2026-11-25'],
    ],
  );
  const rest = await types(`, reverse: true, hideTransfers: true, after: "${first.pageInfo.endCursor}"`);
  assert.equal(rest.nodes.length, 2);
  assert.equal(rest.pageInfo.hasNextPage, false);
  const late = await types(
    `, query: "processed_at:>'2026-11-24' processed_at:<2026-11-26 -transaction_type:transfer"`,
  );
  assert.deepEqual(
    late.nodes.map((each: { transactionDate: string }) => each.transactionDate),
    ['2026-11-25T06:00:00Z'],
  );
  const { payouts } = await account(
    test,
    `payouts(first: 1, reverse: true, query: "status:paid") { nodes { id } }`,
  );
  assert.equal(payouts.nodes.length, 1);
  const unsure = await test.call(
    '{ shopifyPaymentsAccount { balanceTransactions(first: 1, sortKey: AMOUNT) { nodes { id } } } }',
    {},
    await test.token(),
  );
  assert.equal(unsure.errors[0]?.extensions?.code, 'NOT_SUPPORTED_IN_SANDBOX');
});

it('payouts need the scope for payouts, disputes the one for disputes', async (context) => {
  const test = await open(context, { scopes: ['read_shopify_payments_accounts', 'read_orders'] });
  const refused = async (fields: string) =>
    (await test.call(`{ shopifyPaymentsAccount { ${fields} } }`)).errors[0]?.extensions?.code;
  assert.equal(await refused('id defaultCurrency balance { amount }'), undefined);
  assert.equal(await refused('payouts(first: 1) { nodes { id } }'), 'ACCESS_DENIED');
  assert.equal(await refused('balanceTransactions(first: 1) { nodes { id } }'), 'ACCESS_DENIED');
  assert.equal(await refused('disputes(first: 1) { nodes { id } }'), 'ACCESS_DENIED');
});

it('answers are valid in the schema of every version served', async (context) => {
  const test = await open(context);
  const id = test.store.placeOrder(anOrderSpec());
  test.store.refund(id, { lines: [], shipping: false, amount: '3.00' });
  passDays(test, 4);
  for (const version of SERVED_VERSIONS)
    await account(
      test,
      `id activated onboardable country defaultCurrency balance { amount } payoutSchedule { interval weeklyAnchor }
       payouts(first: 5) { edges { cursor node { ${PAYOUT} } } } balanceTransactions(first: 5) { nodes { ${MOVEMENT} } }`,
      version,
    );
});

it('over any busy month, each payout is the sum of its transactions, and nothing is lost between them', async () => {
  const act = fc.record({
    hours: fc.integer({ min: 1, max: 40 }),
    cents: fc.integer({ min: 50, max: 90_000 }),
    refund: fc.option(fc.integer({ min: 1, max: 100 }), { nil: null }),
    dispute: fc.constantFrom('WON', 'LOST', null, null, null, null),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 40 }), async (acts) => {
      const test = await startStore({ topics: [] });
      try {
        let moved = 0;
        const { payments } = test.store;
        for (const { hours, cents, refund, dispute, fails } of acts) {
          const unitPrice = (cents / 100).toFixed(2);
          const id = test.store.placeOrder(
            anOrderSpec({
              shipping: null,
              lines: [{ sku: 'NL-1', title: 'Lantern', quantity: 1, unitPrice, tax: [] }],
            }),
          );
          moved += cents - Math.round((cents * 16) / 1000 + 1e-9) - 30;
          test.clock.advanceTo(test.clock.now() + hours * 3_600_000);
          if (refund !== null) {
            const back = Math.max(1, Math.floor((cents * refund) / 100));
            test.store.refund(id, { lines: [], shipping: false, amount: (back / 100).toFixed(2) });
            moved -= back;
          }
          const disputed = dispute ? test.store.dispute(id, 'GENERAL') : null;
          if (disputed && dispute) {
            payments.decideDispute(disputed, dispute);
            if (dispute === 'LOST') moved -= cents + 1500;
          }
          const last = payments.books().payouts.at(-1);
          if (fails && last) payments.failPayout(last.payoutId);
        }
        passDays(test, 10);
        const books = payments.books();
        const seen = new Set<string>();
        let paid = 0;
        for (const { netMinor, status, transactions } of books.payouts) {
          const sum = transactions.reduce((all, each) => all + each.amountMinor - each.feeMinor, 0);
          assert.equal(netMinor, sum);
          for (const { transactionId } of transactions) {
            assert.equal(seen.has(transactionId), false, 'in one payout only');
            seen.add(transactionId);
          }
          if (status === 'PAID' || status === 'IN_TRANSIT' || status === 'SCHEDULED') paid += netMinor;
        }
        assert.equal(paid + books.balanceMinor, moved);
      } finally {
        await test.close();
      }
    }),
    { numRuns: 12 },
  );
});
