/**
 * One of three lanterns comes back to a real store: the return is made through us, received and inspected there, its money wanted by one
 * person and agreed to by another, given back at the store, credited in the ERP, and the unit is where its disposition says; once, also
 * when the hub is ended at every step.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, Outcome } from '../../src/connectors/contract.ts';
import { TOPICS } from '../../src/connectors/shopify/sandbox/options.ts';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { writeJournal } from '../../src/domain/books/cases/notation.ts';
import type { Posting } from '../../src/domain/books/posting.ts';
import { type ReturnState, statusOf } from '../../src/domain/return/state.ts';
import { tellOrder } from '../../src/engine/operator.ts';
import { listReturns } from '../../src/store/read-returns.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { aRetailer } from '../support/builders.ts';
import { someBooks } from '../support/retailer-books.ts';
import { type ShopHub, startShopHub } from '../support/shop-hub.ts';
import { findingsInside } from '../support/sound.ts';
import { standInDelivery } from '../support/stand-in.ts';

type Release = Extract<Command, { kind: 'fulfilment.release' }>;

const DISPOSE = `mutation ($id: ID!, $place: ID!) { reverseFulfillmentOrderDispose(dispositionInputs: [
  { reverseFulfillmentOrderLineItemId: $id, quantity: 1, dispositionType: RESTOCKED, locationId: $place }]) { userErrors { message } } }`;
const READ = `query ($id: ID!) { order(id: $id) { id
  returns(first: 5) { nodes { id status reverseFulfillmentOrders(first: 1) { nodes { lineItems(first: 5) { nodes { id } } } } } }
  refunds { totalRefundedSet { shopMoney { amount } } } } locations(first: 5) { nodes { id name } } }`;

/** As the hub subscribes to them. */
const topics = [...TOPICS, 'returns/approve', 'returns/close', 'reverse_fulfillment_orders/dispose'] as const;

/** The channel's staff inspect what comes back; its tax falls when the customer has the money. */
const retailer = {
  locations: aRetailer().locations.map((each) => ({ ...each, returnsBy: 'channel' })),
  entities: aRetailer().entities.map((entity) => ({
    ...entity,
    books: someBooks({
      registrations: [{ id: 'DE', jurisdiction: 'DE', creditAt: 'repayment', taxCodes: ['DE MwSt 19%'] }],
      costs: [{ sku: 'NL-1', unitMinor: 300 }],
    }),
  })),
};

/** What the sub-ledger has of a return: "acceptance: RET 8.40 …", by the act. */
async function journalsOfReturn({ database }: ShopHub): Promise<string[]> {
  const facts = await database.query<{ body: { postings?: Posting[] } }>(
    "select body from journal where kind = 'order' and type = 'PostingsMade' order by seq",
  );
  return facts
    .flatMap(({ body }) => body.postings ?? [])
    .filter(({ key }) => /^(acceptance|inspection|credit|refund|withdrawal)/.test(key))
    .map(({ key, lines, currency }) => {
      const noted = lines.map(({ role, amountMinor }) => ({ role, of: '', amountMinor }));
      return `${key.split('/')[0]}: ${writeJournal(noted, currency)}`;
    });
}

for (const [name, kills] of [
  ['one of three units comes back, refunded by two persons', false],
  ['a hub that is ended at every step does nothing twice', true],
] as const)
  for (const kind of databases())
    test(`${name} (${kind})`, () =>
      withDatabase(kind, async (at) => {
        const releases: Release[] = [];
        const credits: Command[] = [];
        const perform = (command: Command): Outcome | undefined => {
          if (command.kind === 'erp.recordRefund') credits.push(command);
          if (command.kind !== 'fulfilment.release') return undefined;
          releases.push(command);
          return { status: 'done', result: { externalId: 'X' } };
        };
        let hub: ShopHub = await startShopHub(at, { retailer, hooks: { perform }, store: { topics } });
        const settle = async () => {
          for (let round = 0; round < 2; round += 1) {
            await hub.takeWebhooks();
            await hub.settle();
          }
          // What waits some seconds for what else comes.
          await hub.pass(30_000);
          await hub.settle();
          if (kills) hub = await hub.restart();
        };
        /** Messages go to and fro, and some wait for what else comes, until it is so. */
        const until = async (what: string, condition: () => Promise<boolean>) => {
          for (let round = 0; !(await condition()); round += 1) {
            assert.ok(round < 10, `waited in vain for: ${what}`);
            await settle();
          }
        };
        const onHand = async () => {
          const [row] = await hub.database.query<{ on_hand: number }>(
            "select on_hand from position where sku = 'NL-1' and location = 'WH'",
          );
          return row?.on_hand;
        };
        try {
          const id = hub.shop.store.placeOrder(anOrderSpec());
          await until('the release', async () => releases.length > 0);
          const [release] = releases;
          assert.ok(release);
          const { releaseId, reference } = release.body;
          const lines = release.body.lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
          const shipped = {
            type: 'fulfilment.shipped' as const,
            releaseId,
            shipmentId: 'S1',
            lines,
            tracking: null,
            at: hub.clock.nowIso(),
          };
          await hub.put(
            'wms',
            standInDelivery({ stream: 'order', key: reference, persons: [], message: shipped }),
          );
          await settle();
          assert.equal(await onHand(), 97);

          // The return is made at the store, through us.
          const lantern = release.body.lines.find(({ item }) => item === 'NL-1')?.lineId ?? '';
          const wanted = [{ lineId: lantern, quantity: 1, reason: 'defective', note: 'a crack' }];
          await tellOrder(hub.engine, reference, {
            type: 'return.wanted',
            wanted: { request: 'r1', lines: wanted, by: 'Anna' },
          });
          const read = async () => (await hub.shop.call(READ, { id: `gid://shopify/Order/${id}` })).data;
          const standing = async () => {
            const [row] = await listReturns(hub.database, { limit: 5 });
            if (!row?.state) return { key: '', status: 'none', stored: 'none' };
            return { key: row.key, status: statusOf(row.state as ReturnState), stored: row.status };
          };
          await until('the return', async () => (await standing()).status === 'approved');
          const { order, locations } = await read();
          assert.deepEqual(
            order.returns.nodes.map(({ status }: { status: string }) => status),
            ['OPEN'],
          );

          // It arrives and is inspected at the store.
          const [part] = order.returns.nodes[0].reverseFulfillmentOrders.nodes[0].lineItems.nodes;
          const place = locations.nodes.find((each: { name: string }) => each.name === 'WH').id;
          const disposed = await hub.shop.call(DISPOSE, { id: part.id, place });
          assert.deepEqual(disposed.data.reverseFulfillmentOrderDispose.userErrors, []);
          await until('the inspection', async () => (await standing()).status === 'inspected');
          await settle();
          assert.equal(await onHand(), 98);
          const accepted = [
            'acceptance: RET 8.40, VAT-SUSPENSE 1.60 / RL 10.00',
            'inspection: STOCK 3.00 / COGS 3.00',
          ];
          assert.deepEqual(await journalsOfReturn(hub), accepted);

          // One person wants its money given back; she alone is not enough, and another one agrees.
          const known = (await hub.order(id))?.returns?.[(await standing()).key]?.told.content.lines[0];
          await tellOrder(hub.engine, reference, {
            type: 'refund.wanted',
            wanted: {
              request: 'q1',
              return: (await standing()).key,
              lines: [{ lineId: lantern, quantity: 1, returnLineId: known?.returnLineId ?? '' }],
              exchangeLines: [],
              shipping: 0,
              concessionMinor: 0,
              totalMinor: null,
              reason: 'defective',
              note: '',
              by: 'Anna',
            },
          });
          await tellOrder(hub.engine, reference, {
            type: 'refund.approve',
            request: 'q1',
            by: 'Anna',
            note: '',
          });
          await settle();
          assert.deepEqual((await read()).order.refunds, []);
          await tellOrder(hub.engine, reference, {
            type: 'refund.approve',
            request: 'q1',
            by: 'Ben',
            note: '',
          });
          await until('the credit', async () => (await standing()).status === 'credited');
          await settle();
          assert.deepEqual((await read()).order.refunds, [
            { totalRefundedSet: { shopMoney: { amount: '10.0' } } },
          ]);
          assert.equal(credits.length, 1);
          assert.deepEqual(await standing(), {
            key: (await standing()).key,
            status: 'credited',
            stored: 'credited',
          });
          assert.equal(await onHand(), 98);
          assert.equal((await hub.order(id))?.status, 'closed');
          assert.deepEqual(await journalsOfReturn(hub), [
            ...accepted,
            'refund: RL 10.00, VAT 1.60 / CL 10.00, VAT-SUSPENSE 1.60',
          ]);
          const open = await hub.database.query("select reason from business_case where status = 'open'");
          assert.deepEqual(open, []);
          assert.deepEqual(hub.errors, []);
          assert.deepEqual(await findingsInside(hub.database), []);
        } finally {
          await hub.close();
        }
      }));
