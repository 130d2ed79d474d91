/**
 * One hot SKU at one location, wanted twice as often as it is there: by the hub, each request durable before its answer, with a key
 * of its own; and, on the same database, by the two usual ways, each of which is given the same: a row of its own a request, and one
 * transaction.
 */
import { ReservationRequest } from '../src/domain/reservation/request.ts';
import type { Engine } from '../src/engine/engine.ts';
import type { Database, Sql } from '../src/store/db.ts';
import { stockDelivery } from '../test/support/builders.ts';

/** Callers who each wait for their answer before they ask again. */
const CALLERS = 1_024;

export interface HotSku {
  perSecond: number;
  granted: number;
  refused: number;
  /** Of positions and of answers: units promised beyond, or short of, what was there. */
  oversold: number;
  undersold: number;
  p99Ms: number;
}

/** Asks `demand` times for one unit of a SKU that is there half as often. */
export async function measureHotSku(engine: Engine, sku: string, demand: number): Promise<HotSku> {
  const units = Math.floor(demand / 2);
  await putOnShelf(engine, sku, units);
  let granted = 0;
  const lastedMs: number[] = [];
  const seconds = await askAll(demand, CALLERS, async (index) => {
    const began = performance.now();
    // Parsed as the API parses it: a request of its own each time.
    const request = ReservationRequest.parse({ lines: [{ sku, location: 'WH', quantity: 1 }] });
    const { state } = await engine.reservations.reserve(`${sku}/${index}`, request);
    lastedMs.push(performance.now() - began);
    if (state.status === 'granted') granted += 1;
  });
  return {
    perSecond: demand / seconds,
    granted,
    refused: demand - granted,
    ...sold(units, granted, await reservedOf(engine, sku)),
    p99Ms: percentile(lastedMs, 0.99),
  };
}

/** Units of a SKU arrive in the warehouse. */
export async function putOnShelf(engine: Engine, sku: string, units: number): Promise<void> {
  const delivery = stockDelivery(sku, 'WH', units);
  await engine.intake.receive({ connection: 'stock', delivery, deliveryId: null, eventId: null });
  const left = async () => (await engine.availability.of([sku])).skus[0]?.locations[0];
  while ((await left())?.onHand !== units) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Units that its position has promised. */
export async function reservedOf(engine: Engine, sku: string): Promise<number> {
  const [position] = await engine.database.query<{ reserved: number }>(
    "select reserved from position where sku = $1 and location = 'WH'",
    [sku],
  );
  return position?.reserved ?? 0;
}

/** Of positions and of answers: units promised beyond, or short of, what was there. */
export function sold(
  units: number,
  granted: number,
  reserved: number,
): Pick<HotSku, 'oversold' | 'undersold'> {
  return {
    oversold: Math.max(0, Math.max(granted, reserved) - units),
    undersold: Math.max(0, units - Math.min(granted, reserved)),
  };
}

/** The usual ways, in requests a second: `update … where` there is enough, and a row for each unit, taken with SKIP LOCKED. */
export async function measureRivals(
  database: Database,
  demand: number,
): Promise<{ conditionalUpdate: number; rowPerUnit: number }> {
  const units = Math.floor(demand / 2);
  await database.script(`
    create table if not exists bench_stock (sku text primary key, on_hand int not null, reserved int not null);
    create table if not exists bench_unit (id int primary key, sku text not null, taken_by text);
    create table if not exists bench_reservation (key text primary key, sku text not null, granted boolean not null, at timestamptz not null);
    create index if not exists bench_unit_free on bench_unit (sku, id) where taken_by is null;
    truncate bench_stock, bench_unit, bench_reservation`);
  await database.query('insert into bench_stock (sku, on_hand, reserved) values ($1, $2, 0)', ['HOT', units]);
  await database.query(
    'insert into bench_unit (id, sku) select n, $1 from generate_series(1, $2::int) as n',
    ['HOT', units],
  );
  const rate = async (way: string, take: (sql: Sql, key: string) => Promise<unknown[]>) => {
    let granted = 0;
    const seconds = await askAll(demand, 64, (index) =>
      database.transaction(async (sql) => {
        const key = `${way}/${index}`;
        const isGranted = (await take(sql, key)).length > 0;
        if (isGranted) granted += 1;
        await sql.query('insert into bench_reservation (key, sku, granted, at) values ($1, $2, $3, $4)', [
          key,
          'HOT',
          isGranted,
          '2026-10-01T00:00:00Z',
        ]);
      }),
    );
    if (granted !== units) throw new Error(`${way} has granted ${granted} of ${units} units`);
    return demand / seconds;
  };
  return {
    conditionalUpdate: await rate('update', (sql) =>
      sql.query(
        'update bench_stock set reserved = reserved + 1 where sku = $1 and on_hand - reserved >= 1 returning sku',
        ['HOT'],
      ),
    ),
    rowPerUnit: await rate('unit', (sql, key) =>
      sql.query(
        `update bench_unit set taken_by = $2 where id = (
           select id from bench_unit where sku = $1 and taken_by is null order by id limit 1 for update skip locked
         ) returning id`,
        ['HOT', key],
      ),
    ),
  };
}

/** Seconds that `count` questions take, so many at once. */
async function askAll(
  count: number,
  callers: number,
  ask: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(count, callers) }, async () => {
      while (next < count) await ask(next++);
    }),
  );
  return (performance.now() - began) / 1000;
}

/** The value below which this share of all lies. */
export function percentile(all: readonly number[], share: number): number {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
