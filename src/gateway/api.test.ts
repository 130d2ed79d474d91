/** The API on both databases: orders and their story, cases and what is decided about them, mappings, connections. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { apiOf, type TestApi } from '../../test/support/api.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../../test/support/builders.ts';
import { startEngine, type TestEngine, until } from '../../test/support/engine.ts';
import { standInConnector, standInDelivery } from '../../test/support/stand-in.ts';
import type { Connector } from '../connectors/contract.ts';
import { CaseDetail, CaseList } from './schemas/cases.ts';
import { Accepted } from './schemas/common.ts';
import {
  AuditAnswer,
  ConnectionCheck,
  ConnectionItem,
  ConnectionList,
  DeliveryReceipt,
  MappingList,
  MappingsSaved,
  Overview,
} from './schemas/operations.ts';
import { OrderList, OrderStory } from './schemas/orders.ts';
import { OversellReport } from './schemas/oversell.ts';

const HOUR_MS = 3_600_000;

/** A retailer whose channel needs a mapping of its SKUs. */
function withoutSameSkus() {
  const retailer = aRetailer();
  return {
    ...retailer,
    connections: retailer.connections.map((connection) =>
      connection.id === 'shop'
        ? { ...connection, sameCodes: connection.sameCodes.filter((kind) => kind !== 'sku') }
        : connection,
    ),
  };
}

const TWO_SHOPS = (() => {
  const retailer = aRetailer();
  const [shop] = retailer.connections;
  assert.ok(shop);
  return { ...retailer, connections: [...retailer.connections, { ...shop, id: 'other' }] };
})();

for (const kind of databases()) {
  describe(`API on ${kind}`, () => {
    const within = (
      work: (hub: TestEngine, api: TestApi) => Promise<void>,
      options: Parameters<typeof startEngine>[1] = {},
    ) =>
      withDatabase(kind, async (place) => {
        const hub = await startEngine(place, options);
        const api = apiOf(hub);
        try {
          await work(hub, api);
          assert.deepEqual(api.defects, []);
        } finally {
          await hub.close();
        }
      });

    test('orders are listed newest first, in pages, and by status, channel, name and cases', () =>
      within(
        async (hub, api) => {
          await hub.put('stock', stockDelivery('A', 'WH', 5));
          await hub.put('shop', orderDelivery(anOrder('1', [line('A', 2)])));
          await hub.pass(10);
          await hub.put('other', orderDelivery(anOrder('2', [line('B', 1)]), 'other'));
          await hub.pass(10);
          await hub.put('shop', orderDelivery(anOrder('3', [line('A', 1)], { shipTo: null, holds: [] })));
          await hub.quiet();

          const keysOf = async (query: string) => {
            const { orders } = await api.get(OrderList, `/v1/orders?${query}`);
            return orders.map((order) => order.key);
          };
          assert.deepEqual(await keysOf(''), ['shop/3', 'other/2', 'shop/1']);
          assert.deepEqual(await keysOf('status=closed'), ['shop/1']);
          assert.deepEqual(await keysOf('status=closed,stopped'), ['shop/3', 'shop/1']);
          assert.deepEqual(await keysOf('connection=other'), ['other/2']);
          assert.deepEqual(await keysOf('cases=true'), ['shop/3']);
          assert.deepEqual(await keysOf('text=1'), ['shop/1']);
          assert.deepEqual(await keysOf('text=%232'), ['other/2']);
          assert.deepEqual(await keysOf('text=shop%2F3'), ['shop/3']);
          assert.deepEqual(await keysOf('text=100%25'), []);

          const seen: string[] = [];
          let next: string | null = null;
          do {
            const page: OrderList = await api.get(
              OrderList,
              `/v1/orders?limit=1${next === null ? '' : `&before=${next}`}`,
            );
            seen.push(...page.orders.map((order) => order.key));
            next = page.next;
          } while (next !== null);
          assert.deepEqual(seen, ['shop/3', 'other/2', 'shop/1']);

          const [stopped] = (await api.get(OrderList, '/v1/orders')).orders;
          assert.equal(stopped?.title, '#3');
          assert.equal(stopped?.openCases, 1);
          assert.equal(stopped?.units, 1);
          assert.deepEqual(stopped?.total, { amount: '11.90', currency: 'EUR' });
          assert.equal((await api.problem(422, '/v1/orders?status=lost')).code, 'invalid-request');
          await api.problem(422, '/v1/orders?before=xyz');
          for (const limit of ['0', '201', 'abc', '1.5'])
            assert.match(
              (await api.problem(422, `/v1/orders?limit=${limit}`)).detail,
              /^limit: expected a whole number from 1 to 200$/,
            );
          const byLabel = await api.get(OrderList, '/v1/orders?status=stopped: needs a fix');
          assert.deepEqual(byLabel, await api.get(OrderList, '/v1/orders?status=stopped'));
          assert.ok(byLabel.orders.length > 0);
          // A name that nothing has is no empty list.
          assert.match((await api.problem(422, '/v1/orders?connection=shup')).next, /shop/);
          assert.match((await api.problem(422, '/v1/cases?reason=unmaped-sku')).next, /unmapped-sku/);
        },
        { config: TWO_SHOPS },
      ));

    test('an order is found by key, name or channel id; a name that two have is asked back', () =>
      within(
        async (hub, api) => {
          await hub.put('shop', orderDelivery(anOrder('77', [line('A', 1)], { name: '#1001' })));
          await hub.put('other', orderDelivery(anOrder('78', [line('A', 1)], { name: '#1001' }), 'other'));
          await hub.quiet();
          for (const text of ['shop/77', '77'])
            assert.equal(
              (await api.get(OrderStory, `/v1/orders/${encodeURIComponent(text)}`)).key,
              'shop/77',
            );
          for (const text of ['#1001', '1001']) {
            const problem = await api.problem(409, `/v1/orders/${encodeURIComponent(text)}`);
            assert.equal(problem.code, 'order-ambiguous');
            assert.deepEqual(problem.candidates?.map((each) => each.key).sort(), ['other/78', 'shop/77']);
          }
          assert.equal((await api.problem(404, '/v1/orders/4711')).code, 'order-not-found');
        },
        { config: TWO_SHOPS },
      ));

    test('the story of an order tells it from the message to the end, with names only when asked', () =>
      within(async (hub, api) => {
        await hub.put('stock', stockDelivery('A', 'WH', 1), stockDelivery('A', 'STORE', 5));
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 3)])));
        await hub.quiet();
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 3)])));
        await hub.quiet();
        const story = await api.get(OrderStory, '/v1/orders/shop%2F1');
        assert.equal(story.status, 'closed');
        assert.deepEqual(story.waitsFor, []);
        const types = story.timeline.map((entry) => entry.type);
        for (const type of [
          'order.snapshot',
          'OrderPlaced',
          'StockReserved',
          'SalesOrderCreated',
          'OrderClosed',
        ])
          assert.ok(types.includes(type), `the story tells of ${type}`);
        const ats = story.timeline.map((entry) => entry.at);
        assert.deepEqual(ats, [...ats].sort());
        const messages = story.timeline.filter((entry) => entry.observation?.topic === 'order.snapshot');
        assert.deepEqual(
          messages.map((entry) => entry.observation?.outcome),
          ['applied', 'duplicate'],
        );
        const reserved = story.timeline.find((entry) => entry.type === 'StockReserved');
        assert.match(reserved?.detail.join('\n') ?? '', /Warehouse: 1 × A\nStore: 2 × A|Store: 3 × A/);
        assert.match(reserved?.detail.join('\n') ?? '', /^Why: /m);
        const asked = story.timeline.find((entry) => entry.type === 'SalesOrderRequested');
        assert.equal(asked?.kind, 'command');
        assert.equal(asked?.command?.status, 'done');
        assert.equal(asked?.connection, 'erp');

        const { summary } = story;
        assert.ok(summary);
        assert.equal(summary.lines[0]?.shipped, 3);
        assert.equal(summary.lines[0]?.open, 0);
        assert.match(summary.erp.number ?? '', /^SO-/);
        assert.deepEqual(summary.total, { amount: '35.70', currency: 'EUR' });
        assert.ok(summary.shipments.every((shipment) => shipment.channelTold && shipment.erpBooked));
        assert.equal(summary.persons, null);
        assert.doesNotMatch(JSON.stringify(story), /Krause|ada@example/);
        const named = await api.get(OrderStory, '/v1/orders/shop%2F1?persons=true');
        assert.equal(named.summary?.persons?.shipTo?.name, 'Ada Krause');
      }));

    test('an order that waits says for what, with tries and errors of its commands', () =>
      within(
        async (hub, api) => {
          await hub.put('stock', stockDelivery('A', 'WH', 1));
          await hub.put(
            'shop',
            orderDelivery(anOrder('1', [line('A', 1)])),
            orderDelivery(anOrder('2', [line('B', 4)])),
          );
          await hub.pass(60_000);
          const booking = await api.get(OrderStory, '/v1/orders/shop%2F1');
          assert.match(
            booking.waitsFor.join(),
            /erp to make the sales order: \d+ tries so far.*503 Service Unavailable/,
          );
          const asked = booking.timeline.find((entry) => entry.type === 'SalesOrderRequested');
          assert.equal(asked?.tone, 'warning');
          assert.ok((asked?.command?.attempts ?? 0) > 1);
          const short = await api.get(OrderStory, '/v1/orders/shop%2F2');
          assert.match(short.waitsFor.join(), /Stock since .*: 4 × B/);
          const timer = short.timeline.at(-1);
          assert.equal(timer?.kind, 'timer');
          assert.match(timer?.title ?? '', /wait for stock ends/);
          const { connections } = await api.get(ConnectionList, '/v1/connections');
          const erp = connections.find((connection) => connection.id === 'erp');
          assert.equal(erp?.backlog, 1);
          assert.ok(erp?.oldestSince);
        },
        {
          hooks: {
            perform: (command) =>
              command.kind.startsWith('erp.')
                ? { status: 'transient', message: '503 Service Unavailable' }
                : undefined,
          },
        },
      ));

    test('an order is held, resumed and cancelled; what makes no sense is refused with the way out', () =>
      within(async (hub, api) => {
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
        await hub.quiet();
        await api.problem(422, '/v1/orders/shop%2F1/hold', { body: { by: 'Ada' } });
        await api.post(Accepted, '/v1/orders/shop%2F1/hold', { by: 'Ada', reason: 'asked to wait' });
        await hub.quiet();
        const held = await api.get(OrderStory, '/v1/orders/shop%2F1');
        assert.equal(held.held, true);
        assert.match(held.waitsFor.join(), /asked to wait/);
        assert.deepEqual(
          (await api.get(OrderList, '/v1/orders?status=held')).orders.map((order) => order.key),
          ['shop/1'],
        );
        const again = await api.problem(409, '/v1/orders/shop%2F1/hold', {
          body: { by: 'Ben', reason: 'x' },
        });
        assert.equal(again.code, 'order-is-held');

        await hub.put('stock', stockDelivery('A', 'WH', 1));
        await hub.quiet();
        await api.post(Accepted, '/v1/orders/1/resume', { by: 'Ada', reason: 'go' });
        await hub.quiet();
        assert.equal((await api.get(OrderStory, '/v1/orders/1')).status, 'closed');
        const late = await api.problem(409, '/v1/orders/1/cancel', { body: { by: 'Ada', reason: 'no' } });
        assert.equal(late.code, 'order-not-open');

        await hub.put('shop', orderDelivery(anOrder('2', [line('B', 1)])));
        await hub.quiet();
        await api.problem(409, '/v1/orders/2/resume', { body: { by: 'Ada', reason: 'x' } });
        await api.post(Accepted, '/v1/orders/2/cancel', { by: 'Ada', reason: 'customer asked' });
        await hub.quiet();
        const { timeline } = await api.get(OrderStory, '/v1/orders/2');
        const asked = timeline.find((entry) => entry.type === 'CancellationRequested');
        assert.equal(asked?.command?.command, 'channel.cancelOrder');
      }));

    test('a missing mapping is a case; setting it finishes the order', () =>
      within(
        async (hub, api) => {
          await hub.put('stock', stockDelivery('MUG', 'WH', 9));
          await hub.put(
            'shop',
            orderDelivery(anOrder('1', [line('mug-old', 1)])),
            orderDelivery(anOrder('2', [line('mug-old', 2)])),
          );
          await hub.quiet();
          const { cases } = await api.get(CaseList, '/v1/cases?reason=unmapped-sku');
          assert.equal(cases.length, 2);
          const [first] = cases;
          assert.ok(first);
          const detail = await api.get(CaseDetail, `/v1/cases/${first.id.slice(0, 30)}`);
          assert.equal(detail.orderKey, first.key);
          assert.match(detail.suggestedFix, /crossdock map set sku shop "mug-old"/);
          assert.ok(detail.meaning && detail.retryMeans && detail.skipMeans);
          const raw = await api.call(detail.observations[0]?.rawUrl ?? '');
          assert.equal(raw.headers.get('content-type'), 'application/json');
          assert.match(await raw.text(), /mug-old/);

          const row = { kind: 'sku', connection: 'shop', external: 'mug-old', internal: 'MUG' };
          const saved = await api.get(MappingsSaved, '/v1/mappings', {
            method: 'PUT',
            body: { by: 'Ada', rows: [row] },
          });
          assert.deepEqual(saved, { version: 1, changed: 1, retried: 2, warnings: [] });
          await hub.quiet();
          assert.deepEqual(
            (await api.get(OrderList, '/v1/orders')).orders.map((order) => order.status),
            ['closed', 'closed'],
          );
          const closed = await api.get(CaseList, '/v1/cases?status=closed');
          assert.equal(closed.cases.length, 2);

          // A slip is taken, and told.
          const slips = [
            { kind: 'sku', connection: 'shop', external: 'cup-old', internal: 'CPU' },
            { kind: 'location', connection: 'shop', external: '1', internal: 'WHH' },
          ];
          const { warnings, changed } = await api.get(MappingsSaved, '/v1/mappings', {
            method: 'PUT',
            body: { by: 'Ada', rows: slips },
          });
          assert.equal(changed, 2);
          assert.match(warnings.join(), /no location "WHH".+WH.+item "CPU"/);
          for (const slip of slips) slip.internal = null as unknown as string;
          await api.get(MappingsSaved, '/v1/mappings', { method: 'PUT', body: { by: 'Ada', rows: slips } });
          assert.deepEqual((await api.get(MappingList, '/v1/mappings?kind=sku')).mappings, [row]);
          const nothing = await api.get(MappingsSaved, '/v1/mappings', {
            method: 'PUT',
            body: { rows: [row] },
          });
          assert.deepEqual(nothing, { version: 3, changed: 0, retried: 0, warnings: [] });
        },
        { config: withoutSameSkus() },
      ));

    test('a movement of stock that could not be mapped counts after the mapping, and once', () =>
      within(
        async (hub, api) => {
          await hub.put('stock', stockDelivery('mug', 'WH', 7));
          await hub.quiet();
          const { cases } = await api.get(CaseList, '/v1/cases');
          assert.equal(cases[0]?.reason, 'unmapped-sku');
          const csv = 'kind,connection,external,internal\nsku,stock,mug,MUG\n';
          const saved = await api.get(MappingsSaved, '/v1/mappings/import?by=Ada', {
            raw: { body: csv, type: 'text/csv' },
          });
          assert.equal(saved.retried, 1);
          await hub.quiet();
          await api.problem(409, `/v1/cases/${cases[0]?.id}/retry`, { body: { by: 'Ada' } });
          const [position] = await hub.database.query('select sku, on_hand from position');
          assert.deepEqual(position, { sku: 'MUG', on_hand: 7 });
          assert.equal((await api.get(Overview, '/v1/overview')).cases.open, 0);
        },
        {
          config: {
            ...aRetailer(),
            connections: aRetailer().connections.map((connection) =>
              connection.id === 'stock' ? { ...connection, sameCodes: ['location' as const] } : connection,
            ),
          },
        },
      ));

    test('mappings are taken whole or not at all', () =>
      within(async (_hub, api) => {
        const csv = (text: string) => ({ raw: { body: text, type: 'text/csv' } });
        const head = 'kind,connection,external,internal\n';
        const path = '/v1/mappings/import';
        assert.match((await api.problem(422, path, csv('a,b\n'))).detail, /head/);
        assert.match((await api.problem(422, path, csv(`${head}sku,shop,A\n`))).detail, /row 1: has 3 cells/);
        assert.match((await api.problem(422, path, csv(`${head}colour,shop,A,B\n`))).detail, /row 1/);
        const unknown = await api.problem(422, path, csv(`${head}sku,shop,A,B\nsku,nobody,A,B\n`));
        assert.match(unknown.detail, /row 2: there is no connection "nobody"/);
        assert.deepEqual((await api.get(MappingList, '/v1/mappings')).mappings, []);
        const good = `${head}sku,shop,"A, ""big""",B\nsku,shop,C,\n`;
        assert.equal((await api.get(MappingsSaved, path, csv(good))).changed, 2);
        const { mappings } = await api.get(MappingList, '/v1/mappings');
        assert.deepEqual(mappings, [
          { kind: 'sku', connection: 'shop', external: 'A, "big"', internal: 'B' },
        ]);
        await api.problem(415, path, { raw: { body: 'x', type: 'image/png' } });
      }));

    test('a refused command is sent again by a retry; a skip lets the order be', () => {
      let refuse = true;
      return within(
        async (hub, api) => {
          await hub.put('stock', stockDelivery('A', 'WH', 5));
          await hub.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
          await hub.quiet();
          const [open] = (await api.get(CaseList, '/v1/cases')).cases;
          assert.equal(open?.reason, 'erp-rejected');
          const detail = await api.get(CaseDetail, `/v1/cases/${open?.id}`);
          assert.equal(detail.command?.status, 'rejected');
          assert.equal(detail.command?.key, open?.holdsCommand);
          refuse = false;
          await api.post(Accepted, `/v1/cases/${open?.id}/retry`, { by: 'Ada', note: 'credit limit raised' });
          await hub.quiet();
          const story = await api.get(OrderStory, '/v1/orders/1');
          assert.equal(story.status, 'closed');
          assert.ok(story.timeline.some((entry) => entry.kind === 'case' && entry.caseId === open?.id));
          const gone = await api.problem(409, `/v1/cases/${open?.id}/skip`, { body: { by: 'Ada' } });
          assert.equal(gone.code, 'case-closed');

          refuse = true;
          await hub.put('shop', orderDelivery(anOrder('2', [line('A', 1)])));
          await hub.quiet();
          const [second] = (await api.get(CaseList, '/v1/cases')).cases;
          // Two people at once: one decides, the other is told so.
          const answers = await Promise.all(
            ['Ada', 'Ben'].map(async (by) => ({
              by,
              status: (await api.call(`/v1/cases/${second?.id}/skip`, { method: 'POST', body: { by } }))
                .status,
            })),
          );
          assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
          await hub.quiet();
          const closed = await api.get(CaseDetail, `/v1/cases/${second?.id}`);
          assert.equal(closed.status, 'closed');
          assert.equal(closed.closedBy, answers.find(({ status }) => status === 200)?.by);
          assert.equal((await api.problem(404, '/v1/cases/ffffffff')).code, 'case-not-found');
          await api.problem(404, '/v1/cases/no-hex');
        },
        {
          hooks: {
            perform: (command) =>
              command.kind === 'erp.createSalesOrder' && refuse
                ? { status: 'rejected', code: 'LIMIT', message: 'over the limit', suggestedFix: 'raise it' }
                : undefined,
          },
        },
      );
    });

    test('a message that belongs to nothing is kept; a retry reads it again, a skip leaves it', () => {
      let understands = false;
      const plain = standInConnector() as Connector;
      const connector: Connector = {
        ...plain,
        intake: (connection, settings) => {
          const intake = plain.intake(connection, settings);
          const address: typeof intake.address = (delivery) =>
            understands || delivery.topic !== 'new-topic'
              ? intake.address(delivery)
              : { stream: 'unaddressable', reason: 'topic unknown' };
          return { ...intake, address };
        },
      };
      return within(
        async (hub, api) => {
          const { body } = orderDelivery(anOrder('1', [line('A', 1)]));
          const path = '/v1/connections/shop/deliveries?topic=new-topic';
          const raw = { body, type: 'application/octet-stream' };
          const receipt = await api.get(DeliveryReceipt, path, { raw });
          assert.equal(receipt.end, 'case');
          const other = { ...raw, body: Uint8Array.of(0, 255, 0xfe) };
          assert.equal((await api.get(DeliveryReceipt, path, { raw: other })).end, 'case');

          const { cases } = await api.get(CaseList, '/v1/cases?reason=unaddressable-message');
          const caseOf = (id: string) => cases.find((each) => each.key === id)?.id ?? '';
          const detail = await api.get(CaseDetail, `/v1/cases/${caseOf(receipt.observationId)}`);
          assert.equal(detail.observations[0]?.id, receipt.observationId);
          assert.equal(receipt.caseId, detail.id);
          const stored = await api.call(detail.observations[0]?.rawUrl ?? '');
          assert.deepEqual(Buffer.from(await stored.arrayBuffer()), Buffer.from(body));
          const still = await api.problem(409, `/v1/cases/${detail.id}/retry`, { body: {} });
          assert.equal(still.code, 'case-still-stands');

          understands = true;
          await api.post(Accepted, `/v1/cases/${detail.id}/retry`, { by: 'Ada' });
          await hub.quiet();
          const story = await api.get(OrderStory, '/v1/orders/1');
          assert.equal(story.timeline[0]?.observation?.id, receipt.observationId);
          assert.equal((await api.get(CaseDetail, `/v1/cases/${detail.id}`)).status, 'closed');

          const left = cases.find((each) => each.id !== detail.id);
          const bytes = await api.call(`/v1/observations/${left?.key}`);
          assert.equal(bytes.headers.get('content-type'), 'application/octet-stream');
          assert.deepEqual(Buffer.from(await bytes.arrayBuffer()), Buffer.from(other.body));
          await api.post(Accepted, `/v1/cases/${left?.id}/skip`, { by: 'Ada', note: 'noise' });
          assert.equal((await api.get(CaseList, '/v1/cases')).cases.length, 0);
        },
        { connectors: [connector] },
      );
    });

    test('a message that could not be read is read again by a retry, as after an update of its connector', () => {
      let reads = false;
      const plain = standInConnector() as Connector;
      const connector: Connector = {
        ...plain,
        intake: (connection, settings) => {
          const intake = plain.intake(connection, settings);
          const unreadable = {
            type: 'order.unreadable',
            reason: 'schema-drift',
            message: 'a shape that nobody knows',
            suggestedFix: 'update the connector',
          } as const;
          return {
            ...intake,
            normalise: (delivery) =>
              reads || connection !== 'shop'
                ? intake.normalise(delivery)
                : { message: unreadable, persons: [] },
          };
        },
      };
      return within(
        async (hub, api) => {
          await hub.put('stock', stockDelivery('A', 'WH', 1));
          await hub.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
          await hub.quiet();
          const [open] = (await api.get(CaseList, '/v1/cases?reason=schema-drift')).cases;
          assert.ok(open);
          // Too early: it still cannot be read, and the case stands.
          await api.post(Accepted, `/v1/cases/${open.id}/retry`);
          await hub.quiet();
          assert.equal((await api.get(CaseDetail, `/v1/cases/${open.id}`)).status, 'open');
          reads = true;
          await api.post(Accepted, `/v1/cases/${open.id}/retry`);
          await hub.quiet();
          assert.equal((await api.get(CaseDetail, `/v1/cases/${open.id}`)).status, 'closed');
          const story = await api.get(OrderStory, '/v1/orders/1');
          assert.equal(story.status, 'closed');
          assert.deepEqual(
            story.timeline
              .flatMap((entry) =>
                entry.observation?.origin === 'webhook' ? [entry.observation.outcome] : [],
              )
              .slice(0, 1),
            ['applied'],
          );
        },
        { connectors: [connector] },
      );
    });

    test('messages on which deciding failed are set aside with a case, and taken up again by a retry', () =>
      within(async (hub, api) => {
        // An order of a connection that is no channel: nobody can say whose it is.
        await hub.put('erp', orderDelivery(anOrder('9', [line('A', 1)]), 'erp'));
        await until('three failures', async () => {
          await hub.pass(HOUR_MS);
          return (await api.get(CaseList, '/v1/cases')).cases.length > 0;
        });
        const [open] = (await api.get(CaseList, '/v1/cases')).cases;
        assert.equal(open?.reason, 'decide-failed');
        const story = await api.get(OrderStory, '/v1/orders/erp%2F9');
        assert.equal(story.summary, null);
        assert.match(story.waitsFor.join('\n'), /lets 1 message be decided/);
        assert.ok(story.timeline.some((entry) => entry.caseId === open?.id && entry.tone === 'problem'));

        const before = hub.errors.length;
        await api.post(Accepted, `/v1/cases/${open?.id}/retry`, { by: 'Ada' });
        assert.equal((await api.get(CaseDetail, `/v1/cases/${open?.id}`)).status, 'closed');
        await until('it to be decided again', () => hub.errors.length > before);
      }));

    test('a saved payload goes the way of a webhook', () =>
      within(async (hub, api) => {
        const { body } = orderDelivery(anOrder('1', [line('A', 1)]));
        const path = '/v1/connections/shop/deliveries?topic=orders%2Fcreate';
        const raw = { body, type: 'application/octet-stream' };
        assert.equal((await api.get(DeliveryReceipt, path, { raw })).end, 'stored');
        assert.equal((await api.get(DeliveryReceipt, path, { raw })).end, 'duplicate');
        await hub.quiet();
        const { timeline } = await api.get(OrderStory, '/v1/orders/1');
        assert.equal(timeline[0]?.observation?.origin, 'file');
        assert.equal(timeline[0]?.observation?.topic, 'orders/create');
        const nobody = await api.problem(404, path.replace('shop', 'nobody'), { raw });
        assert.match(nobody.next, /shop, erp, stock, wms/);
        await api.problem(422, '/v1/connections/shop/deliveries', { raw });
      }));

    test('a paused connection keeps its commands; resumed, it catches up', () =>
      within(async (hub, api) => {
        const item = await api.get(ConnectionItem, '/v1/connections/erp/pause', { method: 'POST' });
        assert.equal(item.paused, true);
        await hub.put('stock', stockDelivery('A', 'WH', 5));
        await hub.put('shop', orderDelivery(anOrder('1', [line('A', 1)])));
        await until('the command to wait', async () => {
          const overview = await api.get(Overview, '/v1/overview');
          return overview.connections.some((each) => each.id === 'erp' && each.backlog === 1);
        });
        await api.get(ConnectionItem, '/v1/connections/erp/resume', { method: 'POST' });
        await until('the order to finish', async () => (await api.get(OrderStory, '/v1/orders/1')).closed);
        assert.equal((await api.post(ConnectionCheck, '/v1/connections/erp/check')).ok, true);
        await api.problem(404, '/v1/connections/nobody/pause', { method: 'POST' });
      }));

    test('the overview and the metrics count what is there, and the audit finds nothing', () =>
      within(async (hub, api) => {
        await hub.put('stock', stockDelivery('A', 'WH', 5));
        await hub.put(
          'shop',
          orderDelivery(anOrder('1', [line('A', 1)])),
          orderDelivery(anOrder('2', [line('B', 1)])),
        );
        await hub.put('shop', orderDelivery(anOrder('3', [line('A', 1)], { shipTo: null, holds: [] })));
        await hub.quiet();
        const overview = await api.get(Overview, '/v1/overview');
        assert.deepEqual(
          {
            ...overview.orders,
            byStatus: overview.orders.byStatus.map(({ status, count }) => [status, count]),
          },
          {
            all: 3,
            open: 2,
            closed: 1,
            byStatus: [
              ['stopped', 1],
              ['paymentSecured', 1],
            ],
            oversold: {
              days: 7,
              orders: 3,
              oversoldOrders: 1,
              units: 3,
              oversoldUnits: 1,
              orderRate: 1 / 3,
              unitRate: 1 / 3,
            },
          },
        );
        assert.deepEqual(overview.cases, {
          open: 1,
          overdue: 0,
          byReason: [{ reason: 'incomplete-address', count: 1 }],
        });
        assert.equal(overview.inbox, 0);
        assert.equal(overview.database, kind);
        const oversell = await api.get(OversellReport, '/v1/oversell?days=1&channel=shop');
        assert.deepEqual(
          oversell.days.map(({ day, brand, oversoldUnits }) => [day, brand, oversoldUnits]),
          [['2026-10-01', 'brand', 1]],
        );
        await api.problem(422, '/v1/oversell?brand=none');
        const metrics = await (await api.call('/v1/metrics')).text();
        assert.match(metrics, /^crossdock_orders\{status="closed",held="false"\} 1$/m);
        assert.match(metrics, /^crossdock_orders\{status="stopped",held="false"\} 1$/m);
        assert.match(metrics, /^crossdock_open_cases\{reason="incomplete-address"\} 1$/m);
        assert.match(metrics, /^crossdock_connection_backlog\{connection="erp"\} 0$/m);
        assert.match(metrics, /^crossdock_turns_total [1-9]\d*$/m);
        assert.equal((await api.post(AuditAnswer, '/v1/audit')).findings.length, 0);
        const far = await api.problem(422, '/v1/audit', { body: { sandbox: 'http://198.51.100.7/' } });
        assert.equal(far.code, 'sandbox-not-local');
      }));

    test('a message that was never about an order is no order', () =>
      within(async (hub, api) => {
        await hub.put(
          'shop',
          standInDelivery({
            stream: 'order',
            key: 'shop/5',
            persons: [],
            message: {
              type: 'order.unreadable',
              reason: 'not-an-order',
              message: 'no order',
              suggestedFix: 'ask',
            },
          }),
        );
        await hub.quiet();
        const story = await api.get(OrderStory, '/v1/orders/5');
        assert.equal(story.summary, null);
        assert.equal(story.title, 'shop/5');
        assert.match(story.waitsFor.join(), /A decision: no order/);
        const [listed] = (await api.get(OrderList, '/v1/orders')).orders;
        assert.equal(listed?.total, null);
        assert.equal(listed?.openCases, 1);
        await api.problem(409, '/v1/orders/5/hold', { body: { reason: 'x' } });
      }));
  });
}
