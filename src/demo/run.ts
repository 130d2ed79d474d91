/**
 * A demonstration: the sandbox retailer's days pass as fast as the hub can follow. Time is the sandbox's clock. When both
 * sides have nothing to do it jumps to the next instant at which something is due, so that two months pass in seconds.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditReport, audit } from '../audit/audit.ts';
import { Clock, monotonicMs, pause } from '../base/clock.ts';
import { Random } from '../base/random.ts';
import { PROCESSES } from '../engine/turn.ts';
import type { OrderStory } from '../gateway/api-types.ts';
import { faultProfile } from '../sandbox/kit/faults.ts';
import type { PlannedCase } from '../sandbox/kit/types.ts';
import { type Retailer, STORY_ASKS_AFTER, startRetailer } from '../sandbox/retailer/index.ts';
import { openDatabase } from '../store/db.ts';
import { holdsHub } from '../store/schema-check.ts';
import { HubProcess } from './hub-process.ts';
import { StoryPeople } from './people.ts';

export interface DemoOptions {
  orders: number;
  seed: string;
  faults: 'none' | 'light' | 'storm';
  dataDir: string;
  databaseUrl?: string;
  erpDownForAnHour?: boolean;
  /** Times that the hub is killed with SIGKILL; default: by the faults. */
  kills?: number;
  /** Variables for the hub's first process (crash points). */
  firstEnv?: Record<string, string>;
  onProgress?: (progress: DemoProgress) => void;
}

export interface DemoProgress {
  now: number;
  startedAt: number;
  placed: number;
  orders: number;
  kills: number;
}

export interface DemoReport extends AuditReport {
  seconds: number;
  kills: number;
  /** Business days that passed. */
  days: number;
  peakResidentBytes: number;
  plan: PlannedCase[];
  /** The first order, the story of the design, from beginning to end. */
  story: OrderStory | null;
}

/** The Monday before Black Friday. */
const RUN_STARTS_AT = Date.UTC(2026, 10, 23, 6);
/** Instants that lie this close to each other are passed at once, so that things race as they do in life. */
const QUANTUM_MS = 30_000;
const QUIET_DAYS = 60;
const DAY_MS = 86_400_000;
/** The hub is killed within the first days, while most happens. */
const KILL_WITHIN_MS = 2 * DAY_MS;
/** Physical time in which nothing moves, after which calls are taken to wait for one that hangs. */
const BEHIND_HUNG_MS = 300;
/** Physical time without any progress after which a run is given up, with what each side says. */
const STUCK_MS = 120_000;

const KILLS = { none: 0, light: 1, storm: 4 } as const;

/** Plays a whole run. Throws when the place is not empty, the run does not come to rest, or the sandbox itself fails. */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const began = monotonicMs();
  await assertEmpty(options);
  mkdirSync(options.dataDir, { recursive: true });
  const clock = new Clock(RUN_STARTS_AT);
  const retailer = await startRetailer({
    seed: options.seed,
    orders: options.orders,
    faults: faultProfile(options.faults),
    clock,
    ...(options.erpDownForAnHour ? { erpDownForAnHour: true } : {}),
  });
  const configFile = join(options.dataDir, 'sandbox-config.json');
  writeFileSync(configFile, JSON.stringify({ config: retailer.config(), mappings: retailer.mappings }), {
    mode: 0o600,
  });
  const hub = new HubProcess({
    configFile,
    dataDir: options.dataDir,
    clockUrl: retailer.url,
    ...(options.databaseUrl ? { databaseUrl: options.databaseUrl } : {}),
  });
  try {
    const ready = await hub.start(options.firstEnv);
    retailer.setHubUrl(ready.webhooksUrl);
    const people = new StoryPeople(hub, retailer.story, RUN_STARTS_AT + STORY_ASKS_AFTER);
    const peak = await follow(retailer, hub, people, clock, options);
    // What somebody has changed at a channel since the last night is found by the next reconciliation: one cycle, and all must agree.
    for (const channel of publishing(retailer)) await hub.reconcileStock(channel);
    await tellBank(retailer, hub, options.dataDir);
    const after = await follow(retailer, hub, people, clock, { ...options, kills: 0 });
    peak.residentBytes = Math.max(peak.residentBytes, after.residentBytes);
    const { failures } = retailer.status();
    if (failures.length > 0)
      throw new Error(
        `The sandbox itself has failed, so the run proves nothing:\n  ${failures.slice(0, 10).join('\n  ')}`,
      );
    const key = retailer.story();
    const story = key === undefined ? null : await hub.story(key);
    await hub.stop();
    const report = await auditRun(retailer, options);
    return {
      ...report,
      seconds: (monotonicMs() - began) / 1000,
      kills: peak.kills,
      days: (clock.now() - RUN_STARTS_AT) / DAY_MS,
      peakResidentBytes: peak.residentBytes,
      plan: retailer.plan(),
      story,
    };
  } finally {
    await hub.kill();
    await retailer.close();
  }
}

/** Channels that show our stock. */
function publishing(retailer: Retailer): string[] {
  const { connections } = retailer.config() as {
    connections: { id: string; publishStock?: object | null }[];
  };
  return connections.filter(({ publishStock }) => publishStock).map(({ id }) => id);
}

/** The bank's statements of these months are imported, as finance does it. */
async function tellBank(retailer: Retailer, hub: HubProcess, dataDir: string): Promise<void> {
  for (const { name, xml } of await retailer.bank()) {
    const file = join(dataDir, name);
    writeFileSync(file, xml);
    await hub.command('bank', 'import', file);
  }
}

/** A run is judged whole: what stood in the database before would be judged with it. */
async function assertEmpty({ dataDir, databaseUrl }: DemoOptions): Promise<void> {
  if (databaseUrl === undefined) {
    if (existsSync(join(dataDir, 'pg')))
      throw new Error(
        `${dataDir} holds a database already. Give the demonstration a directory of its own, or remove that one.`,
      );
    return;
  }
  const database = await openDatabase({ url: databaseUrl });
  try {
    if (await holdsHub(database))
      throw new Error(
        'The database holds the tables of a hub already. Give the demonstration an empty one: createdb crossdock_demo',
      );
  } finally {
    await database.close();
  }
}

async function auditRun(retailer: Retailer, options: DemoOptions): Promise<AuditReport> {
  const database = await openDatabase(
    options.databaseUrl ? { url: options.databaseUrl } : { dataDir: options.dataDir },
  );
  try {
    return await audit({
      sql: database,
      processes: PROCESSES,
      outside: { books: await retailer.books(), plan: retailer.plan(), hot: retailer.hot() },
    });
  } finally {
    await database.close();
  }
}

/** Lets time pass until all is quiet. */
async function follow(
  retailer: Retailer,
  hub: HubProcess,
  people: StoryPeople,
  clock: Clock,
  options: DemoOptions,
): Promise<{ kills: number; residentBytes: number }> {
  const random = new Random(`${options.seed}:kills`);
  const wanted = options.kills ?? KILLS[options.faults];
  const killAt = Array.from(
    { length: wanted },
    () => RUN_STARTS_AT + random.int(60 * 60_000, KILL_WITHIN_MS),
  ).sort((a, b) => a - b);
  let kills = 0;
  let residentBytes = 0;
  let lastProgress = monotonicMs();
  let seen = '';
  let lastMoved = '';
  let stillSince = lastProgress;
  for (;;) {
    const status = await hub.status();
    if (status === null) {
      // Killed, by us or at a named point: it starts again, as a service manager would do.
      if (!hub.running) {
        kills += 1;
        await restart(hub, retailer);
      }
      continue;
    }
    residentBytes = Math.max(residentBytes, status.residentBytes);
    const world = retailer.status();
    const resting = status.idle && status.receiving === 0 && world.busy === 0;
    const moved = `${world.activity}:${status.commits}:${status.inFlight}:${world.hung}:${resting}`;
    if (moved !== lastMoved) {
      lastMoved = moved;
      stillSince = monotonicMs();
    }
    // Several calls may wait for one that hangs, such as for the token that it fetches.
    const behindHung = world.hung > 0 && monotonicMs() - stillSince > BEHIND_HUNG_MS;
    const quiet = resting && (status.inFlight === world.hung || behindHung);
    const mark = `${world.activity}:${status.turns}:${status.commits}:${clock.now() - (clock.now() % QUANTUM_MS)}`;
    if (mark !== seen) {
      seen = mark;
      lastProgress = monotonicMs();
    } else if (monotonicMs() - lastProgress > STUCK_MS) {
      throw new Error(
        `The run does not go on.\nhub: ${JSON.stringify(status)}\nsandbox: ${JSON.stringify(world)}\n${hub.errors}`,
      );
    }
    if (!quiet) {
      await pause(2);
      continue;
    }
    // Both were looked at one after the other: believed only if nothing has happened in between.
    const again = await hub.status();
    if (!again?.idle || again.turns !== status.turns || retailer.status().activity !== world.activity)
      continue;
    const next = nextInstant(status, world, people);
    if (next === null) return { kills, residentBytes };
    const target = Math.ceil(Math.max(next, clock.now() + 1) / QUANTUM_MS) * QUANTUM_MS;
    // The hub first: nothing that the sandbox sends then comes from its future.
    await hub.advanceTo(target);
    retailer.advanceTo(target);
    await people.look(clock.now());
    options.onProgress?.({
      now: clock.now(),
      startedAt: RUN_STARTS_AT,
      placed: placedOf(retailer),
      orders: options.orders,
      kills,
    });
    if (killAt[0] !== undefined && clock.now() >= killAt[0]) {
      killAt.shift();
      await pause(random.int(0, 40));
      await hub.kill();
      kills += 1;
      await restart(hub, retailer);
    }
  }
}

async function restart(hub: HubProcess, retailer: Retailer): Promise<void> {
  const ready = await hub.start();
  retailer.setHubUrl(ready.webhooksUrl);
}

function placedOf(retailer: Retailer): number {
  return (retailer.stats() as { play?: { placed?: number } }).play?.placed ?? 0;
}

/** The next instant at which anything is due; null when nothing is within two months. */
function nextInstant(
  hub: { nextDueAt: number | null; polledUntil: number; nextPollAt: number | null; now: number },
  world: { nextDueAt: number | null; lastChangeAt: number },
  people: { nextAt: number | null },
): number | null {
  const instants = [hub.nextDueAt, world.nextDueAt, people.nextAt];
  // What changed outside since the last complete poll may have been told by nobody.
  if (hub.polledUntil <= world.lastChangeAt) instants.push(hub.nextPollAt);
  const due = instants.filter(
    (instant): instant is number => instant !== null && instant < hub.now + QUIET_DAYS * DAY_MS,
  );
  return due.length === 0 ? null : Math.min(...due);
}
