/** Payouts and bank statements over HTTP: imported once, matched, refused with what to do; and nothing of a person in the journal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { apiOf } from '../../test/support/api.ts';
import { aRetailer } from '../../test/support/builders.ts';
import { startEngine } from '../../test/support/engine.ts';
import type { Payout, SettlementEntry } from '../domain/canonical/index.ts';
import { tellStream } from '../engine/operator.ts';
import { Proof } from './schemas/books.ts';
import { Accepted } from './schemas/common.ts';
import { BankAccountList, PayoutDetail, SettlementImported } from './schemas/settlement.ts';

const AT = '2026-10-01T06:00:00.000Z';
const config = aRetailer();
const [entity] = config.entities;
assert.ok(entity);
const bankAccounts = [{ id: 'MAIN', name: 'Main', currency: 'EUR', providers: ['shopify'] }];

const payout = (payoutId: string, netMinor: number): Payout => ({
  schema: 'payout/1',
  payoutId,
  account: null,
  gateway: 'shopify_payments',
  currency: 'EUR',
  status: 'paid',
  netMinor,
  issuedAt: AT,
  reference: null,
});
const entry = (
  entryId: string,
  payoutId: string,
  amountMinor: number,
  feeMinor: number,
): SettlementEntry => ({
  schema: 'settlement-entry/1',
  entryId,
  kind: 'fee',
  sourceType: 'ADJUSTMENT',
  payoutId,
  isPayout: false,
  account: null,
  gateway: 'shopify_payments',
  channelOrderId: null,
  transactionId: null,
  sourceId: null,
  reason: null,
  currency: 'EUR',
  amountMinor,
  feeMinor,
  at: AT,
});
const statement = (lines: { lineId: string; amountMinor: number; text: string }[]) => ({
  schema: 'bank-statement/1',
  statementId: 'S1',
  currency: 'EUR',
  from: '2026-10-02',
  until: '2026-10-02',
  openingMinor: null,
  closingMinor: null,
  lines: lines.map((line) => ({ ...line, bookedOn: '2026-10-02' })),
});

for (const kind of databases()) {
  test(`a payout adds up, is expected at the bank, and its line clears it (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startEngine(place, {
        config: { ...config, entities: [{ ...entity, bankAccounts }] },
      });
      const api = apiOf(hub);
      try {
        const payouts = [payout('P1', 900), payout('P2', 400)];
        for (const each of payouts)
          await tellStream(hub.engine, 'payout', `shop/${each.payoutId}`, {
            type: 'payout.snapshot',
            payout: each,
          });
        for (const each of [entry('E1', 'P1', 1000, 100), entry('E2', 'P2', 350, 0)])
          await tellStream(hub.engine, 'settlement', `shop/${each.entryId}`, {
            type: 'settlement.entry',
            entry: each,
          });
        await hub.quiet();
        const [account] = (await api.get(BankAccountList, '/v1/bank')).items;
        assert.deepEqual(
          account?.expected.map(({ payout: key, amount }) => [key, amount.amount]),
          [
            ['shop/P1', '9.00'],
            ['shop/P2', '4.00'],
          ],
        );
        const lines = [
          { lineId: 'L1', amountMinor: 900, text: 'SHOPIFY PAYMENTS' },
          { lineId: 'L2', amountMinor: 700, text: 'Shopify P2 and another' },
          { lineId: 'L3', amountMinor: -5000, text: 'Alimony for Ada Krause' },
        ];
        const path = '/v1/bank/de/MAIN';
        const { message } = await api.post(Accepted, `${path}/statements`, statement(lines));
        assert.equal(message, 'statement S1 is imported: 3 lines, 2 of payment providers');
        await api.post(Accepted, `${path}/statements`, statement(lines));
        await hub.quiet();
        const [after] = (await api.get(BankAccountList, '/v1/bank')).items;
        assert.deepEqual([after?.expected.length, after?.lines.map(({ lineId }) => lineId)], [1, ['L2']]);
        const first = await api.get(PayoutDetail, '/v1/payouts/shop%2FP1');
        assert.deepEqual(
          [first.closes, first.net?.amount, first.sum?.amount, first.residual?.amount, first.bank?.lineId],
          [true, '9.00', '9.00', '0.00', 'L1'],
        );
        assert.deepEqual(
          first.entries.map(({ entryId, net }) => [entryId, net.amount]),
          [['E1', '9.00']],
        );
        const proof = await api.get(Proof, '/v1/proofs/payouts/shop%2FP1');
        assert.deepEqual(
          [proof.closes, ...proof.hops.map(({ name, total }) => `${name} ${total.amount}`)],
          [true, 'fee: amounts less fees 9.00', 'all 1 entries 9.00', 'net, as the provider says 9.00'],
        );
        assert.equal(proof.hops[0]?.documents[0]?.text, 'ADJUSTMENT E1: 10.00, fee 1.00');
        const open = await api.get(Proof, '/v1/proofs/payouts/shop%2FP2');
        assert.deepEqual(
          [open.closes, ...open.residuals.map(({ amount, words }) => `${amount.amount} ${words}`)],
          [false, '0.50 the net is not the sum of the entries'],
        );
        await api.problem(404, '/v1/proofs/payouts/shop%2FP9');
        const second = await api.get(PayoutDetail, '/v1/payouts/shop%2FP2');
        assert.deepEqual([second.closes, second.residual?.amount], [false, '0.50']);
        const wrong = { method: 'POST' as const, body: { lineId: 'L2', payouts: ['shop/P2'] } };
        assert.match(
          (await api.problem(409, `${path}/matches`, wrong)).detail,
          /line is 7\.00 EUR.*come to 4\.00 EUR/,
        );
        await api.problem(404, '/v1/bank/de/OTHER/statements', { method: 'POST', body: statement(lines) });
        await api.problem(404, '/v1/payouts/shop%2FP9');
        const file = {
          connection: 'shop',
          entries: [
            {
              ...entry('paypal-1', 'P2', 100, 3),
              kind: 'capture',
              gateway: 'paypal',
              payoutId: null,
              channelOrderId: '#77',
            },
          ],
          payouts: [{ ...payout('paypal-W1', 97), gateway: 'paypal', fromBalance: true }],
        };
        const told = await api.post(SettlementImported, '/v1/settlements', file);
        assert.deepEqual(told, { entries: 1, payouts: 1, unknownOrders: ['#77'] });
        await hub.quiet();
        const withdrawn = await api.get(PayoutDetail, '/v1/payouts/shop%2Fpaypal-W1');
        assert.equal(withdrawn.residual?.amount, '0.00', 'a withdrawal from a balance has no entries');
        const journal = await hub.database.query<{ body: string }>(
          "select body::text as body from journal where kind = 'bank'",
        );
        assert.ok(journal.length > 0);
        for (const { body } of journal) assert.ok(!body.includes('Krause'), 'no person in the journal');
        assert.deepEqual([...api.defects, ...hub.errors], []);
      } finally {
        await hub.close();
      }
    }));
}
