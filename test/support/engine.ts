/** An engine on a fresh database, with the in-process stand-in, for tests. */
import { Clock } from '../../src/base/clock.ts';
import type { Connector, Delivery } from '../../src/connectors/contract.ts';
import type { RetailerConfig } from '../../src/domain/config.ts';
import { Engine } from '../../src/engine/engine.ts';
import { type Database, openDatabase } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { aRetailer } from './builders.ts';
import { type StandInHooks, standInConnector } from './stand-in.ts';

export interface TestEngine {
  engine: Engine;
  database: Database;
  clock: Clock;
  /** Takes deliveries in and waits until they are stored. */
  put(connection: string, ...deliveries: Delivery[]): Promise<void>;
  /** Waits until the engine has nothing to do at this instant of its clock. */
  quiet(): Promise<void>;
  /** Moves time forward step by step until `condition` holds or so much time has passed. */
  pass(ms: number): Promise<void>;
  errors: string[];
  warnings: string[];
  /** Where its database is; empty for an embedded one. */
  url: string;
  close(): Promise<void>;
}

/** Waits for a condition; fails loudly when it does not come true in time (real time; half a minute, if not told otherwise). */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  patienceMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function startEngine(
  place: { url?: string; dataDir?: string },
  options: {
    hooks?: StandInHooks;
    config?: RetailerConfig;
    clock?: Clock;
    node?: string;
    /** Wraps the database that the engine gets. */
    wrap?: (database: Database) => Database;
    /** False: it takes in and works nothing off. */
    work?: boolean;
    limits?: { concurrency: number; callTimeoutMs: number; pollEveryMs: number };
    connectors?: readonly Connector[];
    /** Servers that it calls, on the same clock: time passes only when they have nothing to answer. */
    world?: { busy(): number; hung(): number };
  } = {},
): Promise<TestEngine> {
  const clock = options.clock ?? new Clock(Date.parse('2026-10-01T09:00:00Z'));
  const opened = await openDatabase(place);
  const database = options.wrap?.(opened) ?? opened;
  await migrate(database, clock.nowIso());
  const errors: string[] = [];
  const warnings: string[] = [];
  const engine = await Engine.start({
    database,
    clock,
    node: options.node ?? 'node-1',
    seed: 'test',
    ...(options.work === undefined ? {} : { work: options.work }),
    config: options.config ?? aRetailer(),
    connectors: options.connectors ?? [standInConnector(options.hooks, options.limits)],
    log: (level, message, details) => {
      if (level === 'error') errors.push(`${message} ${JSON.stringify(details)}`);
      if (level === 'warn') warnings.push(`${message} ${JSON.stringify(details)}`);
    },
  });
  const quiet = () =>
    until('the engine to be quiet', () => engine.status.idle && engine.status.inFlight === 0);
  const { world } = options;
  /** Nothing happens before time passes: calls under way wait for it, too. Without servers that is for the test to know. */
  const waitsForTime = () => {
    const { idle, inFlight } = engine.status;
    if (!world) return idle;
    return idle && world.busy() === 0 && inFlight - clock.sleepers.count <= world.hung();
  };
  const stepTo = (end: number): number => {
    const due = [engine.status.nextDueAt, world ? clock.sleepers.firstWakesAt : null].filter(
      (at): at is number => at !== null,
    );
    return Math.min(end, ...due.map((at) => Math.max(at, clock.now() + 1)));
  };
  return {
    engine,
    database,
    clock,
    errors,
    warnings,
    url: place.url ?? '',
    async put(connection, ...deliveries) {
      await Promise.all(
        deliveries.map((delivery) =>
          engine.intake.receive({ connection, delivery, deliveryId: null, eventId: null }),
        ),
      );
    },
    quiet,
    async pass(ms) {
      const end = clock.now() + ms;
      while (clock.now() < end) {
        await until('the engine to wait for time', waitsForTime);
        clock.advanceTo(stepTo(end));
      }
      await until('the engine to wait for time', waitsForTime);
    },
    async close() {
      await engine.stop();
      await database.close();
    },
  };
}
