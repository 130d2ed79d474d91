/** The money of a day is compared every night with the finance system's documents: what somebody does there by hand is a case. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../src/base/clock.ts';
import { rest } from '../../src/connectors/rest/index.ts';
import { createRestSandbox, type RestSandbox } from '../../src/connectors/rest/sandbox/index.ts';
import { RetailerConfig } from '../../src/domain/config.ts';
import { streamKey } from '../../src/domain/stream-key.ts';
import { skipCase, tellStream } from '../../src/engine/operator.ts';
import { Accepted } from '../../src/gateway/schemas/common.ts';
import { MoneyDayDetail, MoneyDayList } from '../../src/gateway/schemas/money-days.ts';
import { NO_FAULTS } from '../../src/sandbox/kit/faults.ts';
import { World } from '../../src/sandbox/kit/world.ts';
import { listCases } from '../../src/store/cases.ts';
import { openDatabase } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { readReconciledDay } from '../../src/store/read-reconciliation.ts';
import { databases, type TestDatabaseKind, withDatabase } from '../harness/database.ts';
import { apiOf } from '../support/api.ts';
import { aRetailer } from '../support/builders.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { aPosting, aTax, post } from '../support/posted.ts';
import { someBooks } from '../support/retailer-books.ts';
import { standInConnector } from '../support/stand-in.ts';

const HOUR_MS = 3_600_000;
/** Nothing is polled here, so that days pass quickly. */
const SELDOM = { concurrency: 8, callTimeoutMs: 10_000, pollEveryMs: 1_000 * HOUR_MS };
const DAY = '2026-10-01';

const capture = aPosting(
  'capture/1',
  [
    ['clearing', 'CL', 10_499],
    ['deposits', 'DEP', -10_499],
  ],
  { act: 'captured' },
);
const shipment = aPosting(
  'shipment/1',
  [
    ['deposits', 'DEP', 3_499],
    ['revenue', 'REV', -2_940],
    ['tax', 'VAT', -559, { dimensions: { registration: 'DE', taxCode: 'DE19' } }],
  ],
  { taxes: [aTax(2_940, 559)] },
);

type Mode = 'summary' | 'journals' | 'documents';
interface Bench {
  hub: TestEngine;
  ledger: RestSandbox;
  /** Ends the hub, lets so much time pass while nobody runs, and starts it again. */
  restart(ms?: number): Promise<void>;
  /** The cases of the day that are open, as [key, message]. */
  cases(day?: string): Promise<[string, string][]>;
}

/** A day is posted and told; the work begins on the next day at 05:00 of the entity, an hour before it is compared. */
async function withDay(
  kind: TestDatabaseKind,
  mode: Mode,
  work: (bench: Bench) => Promise<void>,
): Promise<void> {
  await withDatabase(kind, async (place) => {
    const clock = new Clock(Date.parse('2026-10-01T09:00:00Z'));
    const world = new World({ clock, seed: 'books', faults: NO_FAULTS });
    const ledger = await createRestSandbox(world, {
      connection: 'ledger',
      roles: ['finance'],
      token: 'right',
      webhookSecret: 'unused',
      webhookTarget: () => undefined,
      ledgers: [{ entity: 'de', currency: 'EUR', receivables: 'AR', taxAccounts: { DE19: 'VAT' } }],
    });
    try {
      const retailer = aRetailer();
      const config = RetailerConfig.parse({
        ...retailer,
        entities: retailer.entities.map((entity) => ({
          ...entity,
          books: someBooks(),
          finance: { connection: 'ledger', mode },
        })),
        connections: [
          ...retailer.connections,
          {
            id: 'ledger',
            connector: 'rest',
            roles: ['finance'],
            sameCodes: ['tax-code'],
            settings: {
              baseUrl: ledger.url,
              token: 'right',
              roles: ['finance'],
              pollEveryMs: SELDOM.pollEveryMs,
            },
          },
        ],
      });
      const database = await openDatabase(place);
      await migrate(database, clock.nowIso());
      await post(database, { 'shop/1': [capture, shipment], 'shop/2': [capture] }, { now: clock.now() });
      await database.close();
      const start = () =>
        startEngine(place, {
          clock,
          config,
          connectors: [standInConnector({}, SELDOM), rest],
          world,
        });
      const bench: Bench = {
        hub: await start(),
        ledger,
        async restart(ms = 0) {
          await bench.hub.close();
          clock.advanceTo(clock.now() + ms);
          bench.hub = await start();
        },
        async cases(day = DAY) {
          const stream = { kind: 'reconciliation', key: streamKey('de', day) };
          const rows = await listCases(bench.hub.database, { status: 'open', stream, limit: 100 });
          return rows.map(({ case_key, message }): [string, string] => [case_key, message]).sort();
        },
      };
      try {
        await bench.hub.pass(18 * HOUR_MS);
        await work(bench);
        assert.deepEqual(bench.hub.errors, []);
      } finally {
        await bench.hub.close();
      }
      assert.deepEqual(world.failures, []);
    } finally {
      world.close();
      await ledger.close();
    }
  });
}

const nextNight = ({ hub }: Bench) => hub.pass(24 * HOUR_MS);
const theDay = async ({ hub }: Bench, day = DAY) =>
  (await readReconciledDay(hub.database, streamKey('de', day)))?.state;

for (const kind of databases()) {
  for (const mode of ['summary', 'journals', 'documents'] as const) {
    test(`a day that both agree on is compared the night after it, and is over, by ${mode} (${kind})`, () =>
      withDay(kind, mode, async (bench) => {
        assert.equal((await theDay(bench))?.status, undefined, 'not before its hour');
        await bench.hub.pass(2 * HOUR_MS);
        const day = await theDay(bench);
        assert.equal(day?.status, 'done');
        assert.deepEqual(day?.differences, []);
        const finance = day?.sums.find(({ source }) => source === 'finance/ledger');
        assert.deepEqual(finance?.ours, finance?.theirs);
        assert.equal(finance?.theirs.count, { summary: 1, journals: 3, documents: 4 }[mode]);
        assert.equal(day?.sums.find(({ source }) => source === 'channel/shop')?.notRead, 'it does not tell');
        assert.deepEqual(await bench.cases(), []);
      }));
  }
}

test('what somebody books, changes or deletes in the finance system is a case each, until it is undone', () =>
  withDay('pglite', 'journals', async (bench) => {
    const { hub, ledger, cases } = bench;
    const books = ledger.finance;
    assert.ok(books);
    books.bookByHand('de', 'MAN-1', DAY, [
      { account: 'CL', amountMinor: 1_000 },
      { account: '9999', amountMinor: -1_000 },
    ]);
    books.bookByHand('de', 'SALARY-1', DAY, [
      { account: '4100', amountMinor: 500_000 },
      { account: '1200', amountMinor: -500_000 },
    ]);
    assert.ok(books.changeByHand('XD-shop/1-shipment/1', 'REV', 'other', 100));
    assert.ok(books.removeByHand('XD-shop/2-capture/1'));
    await hub.pass(2 * HOUR_MS);
    assert.deepEqual(await cases(), [
      [
        'finance/ledger/MAN-1',
        'de, 2026-10-01: ledger has journal MAN-1 of 10.00 EUR on CL, 9999, of which nothing was posted here (manual document)',
      ],
      [
        'finance/ledger/XD-shop/1-shipment/1',
        'de, 2026-10-01: journal XD-shop/1-shipment/1 of 34.99 EUR: ledger has 35.99 EUR (changed there)',
      ],
      [
        'finance/ledger/XD-shop/2-capture/1',
        'de, 2026-10-01: journal XD-shop/2-capture/1 of 104.99 EUR was booked, and ledger does not show it on this day (taken away or dated otherwise there)',
      ],
    ]);
    // Two are undone, one is meant.
    books.removeByHand('MAN-1');
    books.changeByHand('XD-shop/1-shipment/1', 'other', 'REV', 100);
    const key = streamKey('de', DAY);
    const [left] = await listCases(hub.database, {
      status: 'open',
      stream: { kind: 'reconciliation', key },
      limit: 100,
    }).then((rows) => rows.filter(({ case_key }) => case_key.endsWith('capture/1')));
    assert.ok(left);
    await skipCase(hub.engine, left, { by: 'ada', note: 'booked by hand' });
    await nextNight(bench);
    assert.deepEqual(await cases(), []);
    assert.deepEqual(
      (await theDay(bench))?.differences.map(({ cause }) => cause),
      ['goneThere'],
      'a difference that is accepted is no case, and is told',
    );
    await nextNight(bench);
    assert.deepEqual(await cases(), [], 'nor another one while it is the same');
  }));

test('a day is compared on demand, told by the API with both sides and their differences, and its case closes itself', () =>
  withDay('pglite', 'summary', async ({ hub, ledger, cases }) => {
    const api = apiOf(hub);
    const path = '/v1/books/de/reconciliations';
    await api.problem(404, `${path}/2026-10-01`);
    await api.problem(422, path, { method: 'POST', body: { day: '2026-12-24' } });
    await api.problem(404, '/v1/books/nobody/reconciliations', { method: 'POST', body: {} });
    const compare = async () => {
      await api.get(Accepted, path, { method: 'POST', body: { by: 'ada' } });
      await hub.quiet();
      return api.get(MoneyDayDetail, `${path}/2026-10-01`);
    };
    ledger.finance?.bookByHand('de', 'MAN-1', '2026-10-01', [
      { account: 'CL', amountMinor: 1_000 },
      { account: 'BANK', amountMinor: -1_000 },
    ]);
    const before = await compare();
    assert.deepEqual([before.run, before.by, before.status, before.openCases], [1, 'ada', 'done', 1]);
    assert.deepEqual(
      before.found.map(({ cause, ours, theirs, hasCase }) => [cause, ours, theirs?.amount ?? null, hasCase]),
      [['manualDocument', null, '10.00', true]],
    );
    const finance = before.sources.find(({ source }) => source === 'finance/ledger');
    assert.deepEqual(finance?.ours, {
      count: 1,
      amounts: [{ what: 'journal', total: { amount: '209.98', currency: 'EUR' } }],
    });
    assert.deepEqual(finance?.theirs.amounts, [
      { what: 'journal', total: { amount: '219.98', currency: 'EUR' } },
    ]);
    assert.equal((await cases()).length, 1);
    ledger.finance?.removeByHand('MAN-1');
    const after = await compare();
    assert.deepEqual([after.run, after.found, after.openCases], [2, [], 0]);
    const { items, next } = await api.get(MoneyDayList, path);
    assert.deepEqual([items.map((each) => each.day), next], [['2026-10-01'], null]);
  }));

test('a hub that ends while a day is compared goes on with it, and does what was missed while nobody ran', () =>
  withDay('pglite', 'journals', async (bench) => {
    const wanted = { type: 'reconciliation.begin', night: null, by: 'ada' } as const;
    await tellStream(bench.hub.engine, 'reconciliation', streamKey('de', DAY), wanted);
    await bench.restart();
    await bench.hub.quiet();
    const day = await theDay(bench);
    assert.deepEqual([day?.status, day?.run, day?.differences], ['done', 1, []]);
    await bench.hub.pass(2 * HOUR_MS);
    assert.equal((await theDay(bench))?.run, 2, 'its night');
    await bench.restart(72 * HOUR_MS);
    await bench.hub.quiet();
    const missed = await theDay(bench, '2026-10-04');
    assert.deepEqual([missed?.status, missed?.by], ['done', 'every night']);
    await bench.restart();
    await bench.hub.quiet();
    assert.equal((await theDay(bench, '2026-10-04'))?.run, 1, 'a night once');
  }));
