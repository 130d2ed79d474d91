/**
 * The first story of the design, from the shopper's click to the last parcel, on real servers: one of two brands, three items,
 * payment authorised at once; one item lies in a regional warehouse, two in a store.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  pageWith,
  STORY_ENTITY,
  STORY_FILE,
  STORY_RUN,
  storyAccounts,
} from '../../src/demo/publish-story.ts';
import { type DemoReport, runDemo } from '../../src/demo/run.ts';
import { storyBooks } from '../../src/demo/story-books.ts';
import type { OrderState } from '../../src/domain/order/state.ts';
import { type Database, openDatabase } from '../../src/store/db.ts';
import { createDatabase, databases, type TestDatabaseKind } from '../harness/database.ts';

interface Told {
  type: string;
  at: number;
  body: Record<string, unknown>;
}

const HOUR_MS = 3_600_000;

/** Plays the story alone and hands over its report and journal. */
async function tellStory(
  kind: TestDatabaseKind,
  erpDownForAnHour: boolean,
  look: (report: DemoReport, facts: Told[], state: OrderState, database: Database) => Promise<void>,
): Promise<void> {
  const { database: place, remove } = await createDatabase(kind);
  const dataDir = mkdtempSync(join(tmpdir(), 'crossdock-story-'));
  try {
    const report = await runDemo({
      ...STORY_RUN,
      dataDir,
      erpDownForAnHour,
      ...(place.url === undefined ? {} : { databaseUrl: place.url }),
    });
    const database = await openDatabase(place.url === undefined ? { dataDir } : { url: place.url });
    try {
      const rows = await database.query<{ type: string; body: Record<string, unknown>; decided_at: number }>(
        "select type, body, decided_at from journal where kind = 'order' order by seq",
      );
      const [stream] = await database.query<{ state: OrderState }>(
        "select state from stream where kind = 'order'",
      );
      assert.ok(stream, 'the order is known');
      const facts = rows.map(({ type, body, decided_at }) => ({ type, body, at: decided_at }));
      await look(report, facts, stream.state, database);
    } finally {
      await database.close();
    }
  } finally {
    await remove();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const only = (facts: readonly Told[], type: string): Told => {
  const found = facts.filter((fact) => fact.type === type);
  assert.equal(found.length, 1, `${type} happened ${found.length} times`);
  return found[0] as Told;
};

function assertTold(report: DemoReport, facts: readonly Told[], state: OrderState): void {
  assert.deepEqual(report.findings, []);
  assert.equal(report.ok, true);
  assert.equal(report.orders, 1);
  assert.equal(report.closed, 1);
  assert.deepEqual(report.openCases, []);

  const order = facts.map((fact) => fact.type);
  const before = (first: string, second: string) =>
    assert.ok(
      order.indexOf(first) >= 0 && order.indexOf(first) < order.indexOf(second),
      `${first} before ${second}`,
    );
  before('OrderPlaced', 'OrderValidated');
  before('OrderValidated', 'PaymentSecured');
  before('PaymentSecured', 'StockReserved');
  before('StockReserved', 'AllocationSucceeded');
  before('AllocationSucceeded', 'SalesOrderRequested');
  before('SalesOrderCreated', 'ReleaseRequested');
  before('ReleaseRequested', 'ShipmentRecorded');

  assert.equal(state.brand, 'northlight');
  assert.equal(state.order?.lines.length, 3);
  const sourced = only(facts, 'StockReserved').body as {
    allocations: { location: string; quantity: number }[];
    considered: { location: string; outcome: string; verdict: string }[];
    because: string[];
  };
  const reserved = sourced.allocations;
  const units = new Map<string, number>();
  for (const { location, quantity } of reserved) units.set(location, (units.get(location) ?? 0) + quantity);
  assert.deepEqual([...units].sort(), [
    ['STORE-CITY', 2],
    ['WH-NORTH', 1],
  ]);
  // By the retailer's rules, and each location is spoken of.
  assert.match(
    sourced.because[0] ?? '',
    /^By the rules "near-and-whole": as few locations as possible, then the nearest/,
  );
  assert.match(sourced.because[1] ?? '', /^It leaves from 2 locations, for 17\.30 EUR$/);
  const verdicts = sourced.considered.map(
    ({ location, outcome, verdict }) => `${location} ${outcome}: ${verdict}`,
  );
  assert.match(
    verdicts[0] ?? '',
    /^STORE-CITY chosen: chosen for 2 of 3 units \(1 × NL-GRYTE, 1 × NL-KNIV; /,
  );
  assert.match(verdicts[1] ?? '', /^WH-NORTH chosen: chosen for 1 of 3 units \(1 × NL-LYKT; distance 0; /);
  assert.deepEqual(verdicts.slice(2), [
    'STORE-PARK possible: has 0 of 3 units',
    'WH-SOUTH possible: has 0 of 3 units',
  ]);
  only(facts, 'SalesOrderRequested');
  only(facts, 'SalesOrderCreated');

  assert.equal(state.shipments.length, 2);
  const days = state.shipments.map((shipment) => shipment.shippedAt.slice(0, 10));
  assert.notEqual(days[0], days[1], 'the parcels leave on different days');
  for (const shipment of state.shipments) {
    assert.ok(shipment.fulfilmentId, 'the channel was told of each parcel');
    assert.ok(shipment.booked, 'the ERP was told of each parcel');
    assert.ok(shipment.tracking?.number, 'with its tracking number');
  }
  assert.equal(state.payment, 'settled');
  only(facts, 'OrderClosed');
  assert.equal(state.status, 'closed');
}

/** One unit comes back: approved, received, found sound, its refund wanted by one person and approved by another, credited everywhere. */
async function assertReturned(facts: readonly Told[], state: OrderState, database: Database): Promise<void> {
  const order = facts.map(({ type }) => type);
  const steps = [
    'ReturnAnnounced',
    'RefundWanted',
    'RefundAgreed',
    'RefundApproved',
    'ChannelRefundMade',
    'RefundBooked',
  ];
  const places = steps.map((type) => order.indexOf(type));
  assert.ok(!places.includes(-1), `${steps.join(', ')} in ${order.join(', ')}`);
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  const [stream] = await database.query<{ status: string; closed: boolean }>(
    "select status, closed from stream where kind = 'return'",
  );
  assert.deepEqual(stream, { status: 'credited', closed: true });
  const [moved] = await database.query<{ units: number }>(
    "select sum(on_hand)::int as units from movement where movement = 'returned'",
  );
  assert.equal(moved?.units, 1);
  assert.equal(Object.values(state.refunds)[0], 'done', 'the ERP has its credit note');
}

/** Both parcels are partial invoices, the unit's return a credit note; payouts take everything to the bank, and nothing is left open. */
async function assertClosedBooks(database: Database): Promise<void> {
  const page = readFileSync(STORY_FILE, 'utf8');
  const figures = await storyBooks(database, STORY_ENTITY, storyAccounts());
  assert.equal(page, pageWith(page, figures), 'node src/demo/publish-story.ts makes the page anew');
  const open = await database.query<{ role: string }>(
    `select role from posting_line where role in ('deposits', 'receivables', 'refundLiability', 'clearing', 'bankInTransit')
     group by coalesce(open_item, key), role having sum(book_minor) <> 0`,
  );
  assert.deepEqual(open, []);
}

for (const kind of databases()) {
  test(`the first story: stock before promise, two parcels on two days, each told to Shopify and the ERP (${kind})`, () =>
    tellStory(kind, false, async (report, facts, state, database) => {
      assertTold(report, facts, state);
      await assertReturned(facts, state, database);
      await assertClosedBooks(database);
    }));

  test(`the first story with the ERP down for an hour: captured, validated, reserved and queued, then it finishes by itself (${kind})`, () =>
    tellStory(kind, true, async (report, facts, state, database) => {
      assertTold(report, facts, state);
      const placed = only(facts, 'OrderPlaced').at;
      const requested = only(facts, 'SalesOrderRequested').at;
      const created = only(facts, 'SalesOrderCreated').at;
      assert.ok(requested - placed < 5 * 60_000, 'validated, reserved and queued while the ERP is down');
      assert.ok(created - requested > 0.8 * HOUR_MS, 'the ERP has it only after it is back');
      const [command] = await database.query<{ attempts: number }>(
        "select attempts from outbox where command = 'erp.createSalesOrder'",
      );
      assert.ok((command?.attempts ?? 0) > 1, 'it was tried again');
    }));
}
