/** A shop with its orders, books outside, and hubs as processes that are killed and stopped: what the crash tests are made of. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineStatus } from '../../src/engine/engine.ts';
import { type Database, openDatabase } from '../../src/store/db.ts';
import { type Books, type Effect, firstLine } from '../support/books.ts';
import { anOrder, both, line, orderDelivery } from '../support/builders.ts';
import { until } from '../support/engine.ts';
import type { HubSettings } from '../support/hub-process.ts';
import { findingsInside } from '../support/sound.ts';

const PROGRAM = fileURLToPath(new URL('../support/hub-process.ts', import.meta.url));

/** Words of a hub that tell of a defect, not of an outage that the test makes. */
const DEFECT = /deciding failed|refuses what a turn wants to write|lane stopped/;

export interface RunningHub {
  child: ChildProcess;
  webhooks: string;
  api: string;
  /** What its engine says of itself. */
  status: () => Promise<EngineStatus>;
  ended: Promise<string>;
  errors: () => string;
}

export async function startHub(settings: HubSettings, env: Record<string, string> = {}): Promise<RunningHub> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`)),
  );
  try {
    const ready = await firstLine<{ webhooks: string; status: string; api: string }>(child);
    const status = async () => (await (await fetch(ready.status)).json()) as EngineStatus;
    return { child, webhooks: ready.webhooks, api: ready.api, status, ended, errors: () => errors };
  } catch (error) {
    throw new Error(`${String(error)}\n${errors}`);
  }
}

export async function killHub(hub: RunningHub): Promise<void> {
  hub.child.kill('SIGKILL');
  await hub.ended;
}

export async function stopHub(hub: RunningHub): Promise<void> {
  hub.child.stdin?.end();
  assert.equal(await hub.ended, 'exit code 0', hub.errors());
}

/** A shop that sends each order until somebody answers 2xx, as Shopify does; every fifth stays unpaid and is cancelled. */
export class Shop {
  readonly #hubs: () => (RunningHub | undefined)[];
  readonly #books: Books;
  readonly #told = new Set<string>();
  /** Deliveries that were answered 2xx, by their body. */
  readonly answered = new Set<string>();
  readonly orders: string[] = [];
  readonly #waiting: Promise<void>[] = [];
  #stopped = false;
  #turn = 0;

  constructor(hubs: () => (RunningHub | undefined)[], books: Books) {
    this.#hubs = hubs;
    this.#books = books;
  }

  isUnpaid(id: string): boolean {
    return Number(id) % 5 === 4;
  }

  place(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const id = String(this.orders.length);
      this.orders.push(id);
      const lines = [line('A', 1), line(`B${Number(id) % 3}`, 2)];
      const order = anOrder(id, lines, this.isUnpaid(id) ? { paymentStatus: 'pending' } : {});
      this.#waiting.push(this.#deliver(orderDelivery(order).body));
    }
  }

  async #deliver(body: Uint8Array): Promise<void> {
    while (!this.#stopped) {
      const hubs = this.#hubs().filter((hub) => hub !== undefined);
      const hub = hubs[this.#turn++ % Math.max(1, hubs.length)];
      try {
        if (!hub) throw new Error('no hub runs');
        const response = await fetch(`${hub.webhooks}/webhooks/shop`, {
          method: 'POST',
          body: body as BodyInit,
          signal: AbortSignal.timeout(6_000),
        });
        await response.text();
        if (response.status === 200) {
          this.answered.add(Buffer.from(body).toString());
          return;
        }
      } catch {
        // Killed, or not there yet: sent again.
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Tells of orders that the hub had cancelled. */
  async tellCancelled(): Promise<void> {
    for (const { kind, key } of await this.#books.effects()) {
      if (kind !== 'channel.cancelOrder' || this.#told.has(key)) continue;
      this.#told.add(key);
      const id = key.slice('shop/'.length, key.indexOf('#'));
      const lines = [line('A', 1), line(`B${Number(id) % 3}`, 2)];
      const order = anOrder(
        id,
        lines.map((each) => ({ ...each, currentQuantity: 0 })),
        {
          paymentStatus: 'voided',
          updatedAt: '2026-10-03T08:00:00.000Z',
          cancelledAt: '2026-10-03T08:00:00.000Z',
          currentTotal: both(0),
        },
      );
      this.#waiting.push(this.#deliver(orderDelivery(order).body));
    }
  }

  async allAnswered(): Promise<void> {
    await Promise.all(this.#waiting);
  }

  stop(): void {
    this.#stopped = true;
  }
}

/** Effects that must have happened once for an order, and how it ended. */
/** The effects of a paid order that left in so many parcels: one sales order, and each parcel released, told and booked once. */
function paid(parcels: number): string[] {
  const each = ['channel.createFulfilment', 'erp.recordShipment', 'fulfilment.release'];
  return ['erp.createSalesOrder', ...Array.from({ length: Math.max(1, parcels) }, () => each).flat()].sort();
}

/**
 * Everything that was answered is stored and ended; every effect stands once in the books outside; nothing leaks. `inParts`: orders
 * came before all of their stock was known, so they may have left in more than one parcel.
 */
export async function assertSound(
  database: Database,
  shop: Shop,
  books: Books,
  { inParts = false } = {},
): Promise<void> {
  const findings = await findingsInside(database);
  assert.deepEqual(findings, []);
  const bodies = await database.query<{ body: Uint8Array }>(
    "select body from observation where connection = 'shop'",
  );
  const stored = new Set(bodies.map(({ body }) => Buffer.from(body).toString()));
  for (const body of shop.answered) assert.ok(stored.has(body), 'a delivery that was answered 2xx is stored');

  const effects = (await books.effects()).filter(({ kind }) => kind !== 'channel.readOrder');
  assert.deepEqual(
    effects.filter(({ times }) => times !== 1),
    [],
    'every effect stands once in the books outside',
  );
  const byOrder = Map.groupBy(effects, ({ key }: Effect) => key.slice('shop/'.length, key.indexOf('#')));
  for (const id of shop.orders) {
    const kinds = (byOrder.get(id) ?? []).map(({ kind }) => kind).sort();
    const parcels = inParts ? kinds.filter((kind) => kind === 'fulfilment.release').length : 1;
    assert.deepEqual(
      kinds,
      shop.isUnpaid(id) ? ['channel.cancelOrder'] : paid(parcels),
      `effects of order ${id}`,
    );
  }
  const cases = await database.query("select key, reason, message from business_case where status = 'open'");
  assert.deepEqual(cases, [], 'kills leave no case');
  const held = await database.query('select sku, reserved from position where reserved <> 0');
  assert.deepEqual(held, [], 'no reservation leaks');
}

/** Looks into a database whose hub has ended (PGlite), or beside running ones (PostgreSQL). */
export async function lookInto<Result>(
  place: HubSettings['place'],
  look: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(place);
  try {
    return await look(database);
  } finally {
    await database.close();
  }
}

/** Waits until the books show that every order has ended, telling of cancelled ones meanwhile. */
export async function untilBooked(shop: Shop, books: Books, alive: () => Promise<void>): Promise<void> {
  await until(
    'every order to be done outside',
    async () => {
      await alive();
      await shop.tellCancelled();
      const effects = await books.effects();
      const done = new Set(
        effects
          .filter(({ kind }) => kind === 'channel.cancelOrder' || kind === 'erp.recordShipment')
          .map(({ key }) => key.slice('shop/'.length, key.indexOf('#'))),
      );
      const count = (of: string) => effects.filter(({ kind }) => kind === of).length;
      const [written, shipped] = [count('channel.createFulfilment'), count('erp.recordShipment')];
      const released = count('fulfilment.release');
      const paid = shop.orders.filter((id) => !shop.isUnpaid(id)).length;
      return (
        done.size === shop.orders.length && written >= paid && written === shipped && written === released
      );
    },
    120_000,
  );
  // Of an order whose cancellation was the last to be booked, nobody has told yet.
  await shop.tellCancelled();
}

export function assertNoDefect(hub: RunningHub): void {
  assert.doesNotMatch(hub.errors(), DEFECT);
}
