/** The books by the API: trial balance, accounts, open items by age, taxes, the journal as CSV, and proofs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { apiOf } from '../../test/support/api.ts';
import { anOrder, line, orderDelivery, stockDelivery } from '../../test/support/builders.ts';
import { startEngine } from '../../test/support/engine.ts';
import { aPosting, aTax, post } from '../../test/support/posted.ts';
import { parseCsv } from './csv.ts';
import {
  AccountLines,
  BookEntities,
  OpenItems,
  Proof,
  StreamBooks,
  TaxLedger,
  TrialBalance,
} from './schemas/books.ts';

const ENTITY = 'de';
const taxDimensions = { dimensions: { registration: 'DE', taxCode: 'DE19' } };

/** The first of MONEY-CASES.md: captured, one unit ships, then two; paid out without its fee. */
const CAPTURED = aPosting(
  'capture/1',
  [
    ['clearing', '1460', 10_499],
    ['deposits', '3272', -10_499],
  ],
  { act: 'captured', date: '2026-10-01' },
);
const FIRST = aPosting(
  'shipment/1',
  [
    ['deposits', '3272', 3_499],
    ['revenue', '8400', -2_801],
    ['shippingRevenue', '8401', -139],
    ['tax', '3806', -559, taxDimensions],
  ],
  { date: '2026-10-03', taxes: [aTax(2_940, 559)] },
);
const SECOND = aPosting(
  'shipment/2',
  [
    ['deposits', '3272', 7_000],
    ['revenue', '8400', -5_602],
    ['shippingRevenue', '8401', -280],
    ['tax', '3806', -1_118, taxDimensions],
  ],
  { date: '2026-11-05', taxes: [aTax(5_882, 1_118, { originalPeriod: '2026-11' })] },
);

for (const kind of databases()) {
  test(`finance reads the books and follows each line to its order and back (${kind})`, () =>
    withDatabase(kind, async (place) => {
      const hub = await startEngine(place, {});
      const api = apiOf(hub);
      try {
        await hub.put('stock', stockDelivery('A', 'WH', 5));
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2)])));
        await hub.quiet();
        const books = { 'books/1': [CAPTURED, FIRST], 'books/2': [CAPTURED] };
        await post(hub.database, books);
        await post(hub.database, {
          'books/1': [SECOND],
          'books/payout': [
            aPosting(
              'payout/7',
              [
                ['bankInTransit', '1361', 10_200],
                ['paymentFees', '4970', 299],
                ['clearing', '1460', -10_499, { item: 'books/1' }],
              ],
              { act: 'paidOut', date: '2026-11-10' },
            ),
          ],
        });

        const entities = await api.get(BookEntities, '/v1/books');
        assert.deepEqual(
          entities.items.map(({ entity }) => entity),
          [ENTITY],
        );
        const balance = await api.get(TrialBalance, `/v1/books/${ENTITY}/trial-balance?asOf=2026-12-31`);
        assert.deepEqual(
          balance.accounts.map((row) => [row.account, row.balance.amount]),
          [
            ['1361', '102.00'],
            ['1460', '104.99'],
            ['3272', '-104.99'],
            ['3806', '-16.77'],
            ['4970', '2.99'],
            ['8400', '-84.03'],
            ['8401', '-4.19'],
          ],
        );
        assert.ok(balance.balanced);
        const october = await api.get(TrialBalance, `/v1/books/${ENTITY}/trial-balance?asOf=2026-10-31`);
        assert.equal(october.accounts.find(({ account }) => account === '8400')?.balance.amount, '-28.01');

        const path = `/v1/books/${ENTITY}/accounts/3272`;
        const first = await api.get(AccountLines, `${path}?limit=2`);
        assert.deepEqual(
          first.lines.map((row) => [row.postingDate, row.booked.amount, row.posting, row.item.key]),
          [
            ['2026-11-05', '70.00', 'shipment/2', 'books/1'],
            ['2026-10-03', '34.99', 'shipment/1', 'books/1'],
          ],
        );
        const rest = await api.get(AccountLines, `${path}?limit=2&before=${first.next}`);
        assert.deepEqual(
          rest.lines.map(({ posting }) => posting),
          ['capture/1', 'capture/1'],
        );
        assert.equal(rest.next, null);
        const inNovember = await api.get(AccountLines, `${path}?from=2026-11-01&until=2026-11-30`);
        assert.deepEqual(
          [inNovember.opening.amount, inNovember.closing.amount, inNovember.lines.length],
          ['-174.99', '-104.99', 1],
        );

        const open = await api.get(OpenItems, `/v1/books/${ENTITY}/open-items?asOf=2026-11-20`);
        assert.deepEqual(
          open.items.map((row) => [row.account, row.item.key, row.booked.amount, row.age]),
          [
            ['1460', 'books/2', '104.99', '31 to 60'],
            ['3272', 'books/2', '-104.99', '31 to 60'],
            ['1361', 'books/payout', '102.00', '8 to 30'],
          ],
        );

        const tax = await api.get(TaxLedger, `/v1/books/${ENTITY}/tax?asOf=2026-12-31`);
        assert.deepEqual(
          tax.rows.map((row) => [row.period, row.base.amount, row.tax.amount]),
          [
            ['2026-10', '29.40', '5.59'],
            ['2026-11', '58.82', '11.18'],
          ],
        );
        assert.equal(tax.ties, true);
        assert.equal(tax.accounts.amount, '16.77');

        const csv = await (await api.call(`/v1/books/${ENTITY}/journal?from=2026-11-01`)).text();
        const rows = parseCsv(csv);
        assert.equal(rows.length, 1 + 4 + 3);
        assert.deepEqual(rows[1]?.slice(0, 6), [
          ENTITY,
          '2026-11-05',
          '2026-11-05',
          'order',
          'books/1',
          'shipment/2',
        ]);

        const proof = await api.get(Proof, '/v1/proofs/orders/books%2F1');
        assert.equal(proof.closes, true, JSON.stringify(proof.residuals));
        assert.deepEqual(
          proof.hops.map(({ name, total }) => [name.split(',')[0], total.amount]),
          [
            ['sold', '88.22'],
            ['tax', '16.77'],
            ['collected', '104.99'],
            ['owed to the customer', '0.00'],
            ['paid out', '104.99'],
          ],
        );
        assert.equal(proof.hops.at(-1)?.documents[0]?.stream?.key, 'books/payout');
        const left = await api.get(Proof, '/v1/proofs/orders/books%2F2');
        assert.deepEqual(
          left.residuals.map(({ account, amount }) => [account, amount.amount]),
          [
            ['3272', '-104.99'],
            ['1460', '104.99'],
          ],
        );
        const period = await api.get(Proof, `/v1/proofs/periods/${ENTITY}/2026-11`);
        assert.equal(period.closes, true);
        // Sold, and what makes the difference, invoiced, …, at the bank.
        assert.deepEqual(
          period.hops.slice(0, 9).map(({ total }) => total.amount),
          ['0.00', '-70.00', '70.00', '11.18', '58.82', '70.00', '0.00', '0.00', '0.00'],
        );
        assert.ok(period.hops.some(({ name }) => name.startsWith('open on 1460')));
        const account = await api.get(Proof, `/v1/proofs/accounts/${ENTITY}/1460?until=2026-12-31`);
        assert.equal(account.closes, true);
        assert.deepEqual(
          account.hops.map(({ total }) => total.amount),
          ['0.00', '104.99', '104.99', '104.99'],
        );

        const real = await api.get(StreamBooks, '/v1/orders/shop%2F1/books');
        assert.deepEqual(real.lines, [], 'an entity without books posts nothing');
        await api.problem(404, '/v1/books/nobody/trial-balance');
        await api.problem(422, `/v1/proofs/periods/${ENTITY}/November`);
        assert.deepEqual(api.defects, []);
      } finally {
        await hub.close();
      }
    }));
}
