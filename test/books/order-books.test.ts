/** An order through the hub with books: its postings are in the sub-ledger, its deposit is clear, and the auditor agrees. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Payment } from '../../src/domain/canonical/index.ts';
import { RetailerConfig } from '../../src/domain/config.ts';
import { CardLedger, OpenItems, Proof, StreamBooks, TrialBalance } from '../../src/gateway/schemas/books.ts';
import { withDatabase } from '../harness/database.ts';
import { apiOf } from '../support/api.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine } from '../support/engine.ts';
import { someBooks } from '../support/retailer-books.ts';
import { findingsInside } from '../support/sound.ts';

/** Tax codes of the channel are ours here. */
const REGISTRATIONS = [{ id: 'DE', jurisdiction: 'DE', taxCodes: ['MwSt 0.19'] }];
const PAID: Payment = {
  schema: 'payment/1',
  paymentId: 'P1',
  parentId: null,
  kind: 'sale',
  status: 'succeeded',
  gateway: 'card',
  amount: { shop: 11_900, presentment: 11_900 },
  processedAt: '2026-10-01T08:00:00.000Z',
  authorisationExpiresAt: null,
};

test('what is shipped on account is a receivable by the day on which it is due', () =>
  withDatabase('pglite', async (place) => {
    const retailer = aRetailer();
    const books = someBooks({ registrations: REGISTRATIONS });
    const entities = retailer.entities.map((entity) => ({ ...entity, books }));
    const hub = await startEngine(place, { config: RetailerConfig.parse({ ...retailer, entities }) });
    const api = apiOf(hub);
    try {
      await hub.put('stock', stockDelivery('A', 'WH', 5));
      const onAccount = anOrder('1', [line('A', 2, 5_950)], {
        payments: [],
        holds: [],
        paymentStatus: 'pending',
        // In Berlin it is the 31st already.
        paymentTerms: { name: 'Net 30', type: 'net', dueAt: '2026-10-30T23:30:00.000Z' },
      });
      await hub.put('shop', orderDelivery(onAccount));
      await hub.quiet();
      await hub.pass(48 * 3_600_000);
      const receivables = async (asOf: string) => {
        const { items, accounts } = await api.get(OpenItems, `/v1/books/de/open-items?asOf=${asOf}`);
        const [item] = items.filter(({ role }) => role === 'receivables');
        const overdue = accounts.find(({ account }) => account === item?.account)?.overdue.amount;
        return [item?.amount.amount, item?.dueOn, item?.overdueDays, overdue];
      };
      assert.deepEqual(await receivables('2026-10-31'), ['119.00', '2026-10-31', 0, '0.00']);
      assert.deepEqual(await receivables('2026-11-10'), ['119.00', '2026-10-31', 10, '119.00']);
    } finally {
      await hub.close();
    }
  }));

test('what is sold on gift cards and redeemed stands in the card ledger, which ties to its account', () =>
  withDatabase('pglite', async (place) => {
    const retailer = aRetailer();
    const books = someBooks({ registrations: REGISTRATIONS });
    const entities = retailer.entities.map((entity) => ({ ...entity, books }));
    const hub = await startEngine(place, { config: RetailerConfig.parse({ ...retailer, entities }) });
    const api = apiOf(hub);
    try {
      await hub.put('stock', stockDelivery('A', 'WH', 5));
      const card = {
        ...line('CARD', 1, 11_900),
        sku: null,
        giftCard: true,
        requiresShipping: false,
        taxLines: [],
      };
      const sold = anOrder('1', [card], { payments: [PAID], holds: [] });
      const by = {
        ...PAID,
        paymentId: 'P2',
        gateway: 'gift_card',
        amount: { shop: 5_950, presentment: 5_950 },
      };
      const redeemed = anOrder('2', [line('A', 1, 5_950)], {
        payments: [by],
        gateways: ['gift_card'],
        holds: [],
      });
      await hub.put('shop', orderDelivery(sold), orderDelivery(redeemed));
      await hub.quiet();
      await hub.pass(48 * 3_600_000);
      const ledger = await api.get(CardLedger, '/v1/books/de/cards?asOf=9999-12-31');
      assert.deepEqual(
        ledger.movements.map(({ what, amount }) => [what, amount.amount]),
        [
          ['sold', '119.00'],
          ['redeemed', '-59.50'],
        ],
      );
      assert.deepEqual([ledger.outstanding.amount, ledger.ties], ['59.50', true]);
    } finally {
      await hub.close();
    }
  }));

test('an order that is paid and shipped stands in the books, and its proof leaves what the provider still owes', () =>
  withDatabase('pglite', async (place) => {
    const retailer = aRetailer();
    const config = RetailerConfig.parse({
      ...retailer,
      entities: retailer.entities.map((entity) => ({
        ...entity,
        books: someBooks({ registrations: REGISTRATIONS }),
      })),
    });
    const hub = await startEngine(place, { config });
    const api = apiOf(hub);
    try {
      await hub.put('stock', stockDelivery('A', 'WH', 5));
      await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2, 5_950)], { payments: [PAID] })));
      await hub.quiet();
      await hub.pass(48 * 3_600_000);
      const { lines } = await api.get(StreamBooks, '/v1/orders/shop%2F1/books');
      assert.deepEqual(
        lines.map(({ act, name, booked }) => [act, name, booked.amount]),
        [
          ['captured', 'clearing', '119.00'],
          ['captured', 'deposits', '-119.00'],
          ['shipped', 'deposits', '119.00'],
          ['shipped', 'revenue', '-100.00'],
          ['shipped', 'tax', '-19.00'],
        ],
      );
      const balance = await api.get(TrialBalance, '/v1/books/de/trial-balance?asOf=9999-12-31');
      assert.ok(balance.balanced && balance.accounts.length > 0);
      const proof = await api.get(Proof, '/v1/proofs/orders/shop%2F1');
      assert.deepEqual(
        proof.residuals.map(({ name, amount }) => [name, amount.amount]),
        [['clearing', '119.00']],
      );
      assert.deepEqual(await findingsInside(hub.database), []);
      assert.deepEqual(hub.errors, []);
    } finally {
      await hub.close();
    }
  }));
