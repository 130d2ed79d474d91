/** Opening balances over HTTP: tied to the general ledger or refused with what differs, once, and cleared by what comes later. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabase } from '../../test/harness/database.ts';
import { apiOf } from '../../test/support/api.ts';
import { aRetailer } from '../../test/support/builders.ts';
import { startEngine } from '../../test/support/engine.ts';
import { someBooks } from '../../test/support/retailer-books.ts';
import { RetailerConfig } from '../domain/config.ts';
import { OpenItems, Proof, TrialBalance } from './schemas/books.ts';
import { Accepted } from './schemas/common.ts';

const ON = '2026-10-01';
const PATH = '/v1/books/de/opening';
const items = [
  { role: 'clearing', item: '77', channel: 'shop', gateway: 'card', amountMinor: 12_990 },
  { role: 'deposits', item: '77', channel: 'shop', amountMinor: -12_990 },
  { role: 'giftCards', item: 'card-7', amountMinor: -5_000 },
];
const ledger = [
  { account: 'CL', balanceMinor: 12_990 },
  { account: 'DEP', balanceMinor: -12_990 },
  { account: 'GC', balanceMinor: -5_000 },
];

test('books are opened once, item by item, when the items come to the balances of the general ledger', () =>
  withDatabase('pglite', async (place) => {
    const retailer = aRetailer();
    const entities = retailer.entities.map((entity) => ({ ...entity, books: someBooks({ startOn: ON }) }));
    const hub = await startEngine(place, { config: RetailerConfig.parse({ ...retailer, entities }) });
    const api = apiOf(hub);
    try {
      const open = (body: object) => ({ method: 'POST' as const, body: { on: ON, items, ledger, ...body } });
      await api.problem(404, '/v1/books/nobody/opening', open({}));
      const early = await api.problem(422, PATH, open({ on: '2026-09-01' }));
      assert.match(early.detail, /the books of "de" begin on 2026-10-01/);
      const off = await api.problem(
        422,
        PATH,
        open({ ledger: [...ledger.slice(1), { account: 'CL', balanceMinor: 13_000 }] }),
      );
      assert.match(
        off.detail,
        /account CL: the general ledger has 130\.00 EUR, the items come to 129\.90 EUR: 0\.10 EUR are not explained/,
      );
      await api.problem(422, PATH, open({ items: [{ role: 'revenue', item: '77', amountMinor: 1 }] }));

      await api.post(Accepted, PATH, { on: ON, items, ledger, by: 'ada' });
      await hub.quiet();
      assert.equal((await api.problem(409, PATH, open({}))).code, 'books-open');
      const balance = await api.get(TrialBalance, '/v1/books/de/trial-balance?asOf=2026-10-01');
      assert.ok(balance.balanced);
      assert.deepEqual(
        balance.accounts.map(({ account, balance: { amount } }) => [account, amount]),
        [
          ['CL', '129.90'],
          ['DEP', '-129.90'],
          ['GC', '-50.00'],
          ['OPENING', '50.00'],
        ],
      );
      const left = await api.get(OpenItems, '/v1/books/de/open-items?asOf=2026-10-01');
      assert.deepEqual(
        left.items.map(({ account, item, booked }) => [account, item.key, booked.amount]).sort(),
        [
          ['CL', 'shop/77', '129.90'],
          ['DEP', 'shop/77', '-129.90'],
        ],
      );
      const period = await api.get(Proof, '/v1/proofs/periods/de/2026-09');
      assert.equal(period.closes, true, JSON.stringify(period.residuals));
      assert.deepEqual([...api.defects, ...hub.errors], []);
    } finally {
      await hub.close();
    }
  }));
