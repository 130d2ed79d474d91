/**
 * Lanes and polls of one store, without turns: nodes on a database against a store of the sandbox, behind a meter that reads what
 * each answer says of its cost, as one would with a real store. Time runs as fast as the caller lets it.
 */
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/base/clock.ts';
import { idMaker } from '../../src/base/ids.ts';
import { Random } from '../../src/base/random.ts';
import { shopify } from '../../src/connectors/shopify/index.ts';
import { createShopifySandbox, type ShopifySandbox } from '../../src/connectors/shopify/sandbox/index.ts';
import { anOrderSpec } from '../../src/connectors/shopify/sandbox/testing.ts';
import { ConnectionConfig, RetailerConfig } from '../../src/domain/config.ts';
import { openConnections } from '../../src/engine/connections.ts';
import { IntakeDesk } from '../../src/engine/intake.ts';
import { Workplaces, type WorkplacesParts } from '../../src/engine/workplaces.ts';
import { NO_FAULTS } from '../../src/sandbox/kit/faults.ts';
import { World } from '../../src/sandbox/kit/world.ts';
import { bucketOf } from '../../src/store/bucket.ts';
import type { Database } from '../../src/store/db.ts';
import { type IssuedCommand, noWrites, writeTurn } from '../../src/store/turn.ts';
import { aRetailer } from './builders.ts';

export const SHOP = 'shop';
/** Calls at once, as by default; a batch is one call and several commands. */
const CONCURRENCY = 40;
/** How long an answer of the store is on its way, by the frozen clock. */
const ROUND_TRIP_MS = { least: 80, most: 320 };
/** Turns of the event loop in which nobody is at work. */
const QUIET_TURNS = 12;

/** What one answer of the store has said. */
export interface MeteredCall {
  at: number;
  operation: string;
  requested: number;
  actual: number;
  throttled: boolean;
  available: number;
  restoreRate: number;
}

export interface Meter {
  url: string;
  /** Requests that are being answered; those whose answer is on its long way back are not counted. */
  readonly working: number;
  calls: MeteredCall[];
  close(): Promise<void>;
}

/** A proxy before a store that notes the cost of each answer, and is as far away as a real one. */
export async function startMeter(target: string, clock: Clock): Promise<Meter> {
  const calls: MeteredCall[] = [];
  const random = new Random('round trip');
  let working = 0;
  const server = createServer(async (incoming, response) => {
    working += 1;
    const body = await bytesOf(incoming);
    const { host: _, ...headers } = incoming.headers;
    const out = httpRequest(
      `${target}${incoming.url}`,
      { method: incoming.method, headers },
      async (answer) => {
        const text = await bytesOf(answer);
        note(body, text);
        working -= 1;
        await clock.sleep(random.int(ROUND_TRIP_MS.least, ROUND_TRIP_MS.most));
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        response.end(text);
      },
    );
    out.on('error', () => {
      working -= 1;
      response.destroy();
    });
    out.end(body);
  });
  const note = (asked: Buffer, answered: Buffer): void => {
    const cost = jsonIn(answered)?.extensions?.cost;
    if (!cost) return;
    const { requestedQueryCost, actualQueryCost, throttleStatus } = cost;
    calls.push({
      at: clock.now(),
      operation: jsonIn(asked)?.operationName ?? '',
      requested: requestedQueryCost,
      actual: actualQueryCost ?? 0,
      throttled: actualQueryCost === null,
      available: throttleStatus.currentlyAvailable,
      restoreRate: throttleStatus.restoreRate,
    });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get working() {
      return working;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

// biome-ignore lint/suspicious/noExplicitAny: what a vendor's answer holds is looked at member by member
function jsonIn(bytes: Buffer): any {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

export interface ShopNode {
  workplaces: Workplaces;
  /** True while it does something that needs no answer of the store, and no time. */
  readonly atWork: boolean;
  errors: string[];
  stop(): Promise<void>;
}

export interface ShopNodeOptions {
  node: string;
  database: Database;
  clock: Clock;
  /** Where the store is, for this node. */
  url: string;
  settings?: Record<string, unknown>;
  /** Stock is published to it. */
  publishing?: ReturnType<NonNullable<WorkplacesParts['publishing']>>;
}

/** A node's lanes and polls for a store. */
export async function startShopNode(options: ShopNodeOptions): Promise<ShopNode> {
  const { node, database, clock, url } = options;
  const errors: string[] = [];
  const connection = ConnectionConfig.parse({
    id: SHOP,
    connector: 'shopify',
    roles: ['channel'],
    brand: 'brand',
    entity: 'entity',
    settings: {
      shopDomain: 'one.myshopify.com',
      baseUrl: url,
      clientId: 'client',
      clientSecret: 'a client secret',
      concurrency: CONCURRENCY,
      ...options.settings,
    },
  });
  const config = RetailerConfig.parse({ ...aRetailer(), connections: [connection] });
  const connections = openConnections(config, [shopify as never]);
  const newId = idMaker(clock);
  const intake = new IntakeDesk({ database, clock, newId, connections, onCommit: () => undefined });
  const workplaces = new Workplaces({
    database,
    clock,
    log: (level, message, details) => {
      if (level === 'error') errors.push(`${message} ${JSON.stringify(details)}`);
    },
    newId,
    node,
    process: node,
    seed: node,
    connections,
    intake,
    onCommit: () => undefined,
    publishing: () => options.publishing ?? null,
  });
  await workplaces.open();
  const keeping = workplaces.keepLeases();
  return {
    workplaces,
    errors,
    get atWork() {
      return (
        workplaces.committing ||
        // A lane with all its calls under way has due commands, and nothing to do.
        Object.values(workplaces.laneStatuses).some(({ busy, inFlight }) => busy && inFlight < CONCURRENCY) ||
        workplaces.pollStatuses.some(({ running, waitsUntil }) => running && waitsUntil === null) ||
        workplaces.publisherStatuses.some(({ busy }) => busy)
      );
    },
    async stop() {
      await workplaces.stop();
      await keeping;
      await workplaces.close();
    },
  };
}

/** A store of the sandbox on a plan. */
export async function startShopStore(
  clock: Clock,
  plan: 'standard' | 'plus',
  products?: readonly { sku: string; title: string; price: string }[],
): Promise<{ store: ShopifySandbox; close(): Promise<void> }> {
  const world = new World({ clock, seed: 'budget', faults: NO_FAULTS });
  const store = await createShopifySandbox(world, {
    connection: SHOP,
    shop: 'one.myshopify.com',
    name: 'One',
    currency: 'EUR',
    taxesIncluded: true,
    clientId: 'client',
    clientSecret: 'a client secret',
    webhookTarget: () => undefined,
    locations: ['WH-NORTH', 'STORE-CITY'],
    splitChance: 0,
    plan,
    ...(products && { products }),
  });
  const close = async () => {
    world.close();
    await store.close();
  };
  return { store, close };
}

/** Orders of the store, and for each a read and the fulfilment of its first line in the outbox. */
export async function putBacklog(
  database: Database,
  clock: Clock,
  store: ShopifySandbox,
  orders: number,
): Promise<void> {
  const newId = idMaker(clock);
  const ids = Array.from({ length: orders }, () => store.placeOrder(anOrderSpec()));
  const lines = new Map(store.books().orders.map((order) => [order.channelOrderId, order.lines[0]]));
  const commands = ids.flatMap((channelOrderId): IssuedCommand[] => {
    const line = lines.get(channelOrderId);
    const fulfilment = {
      channelOrderId,
      shipmentId: `parcel/${channelOrderId}`,
      location: 'WH-NORTH',
      lines: [{ lineId: line?.lineId, quantity: line?.quantity }],
      tracking: { company: 'Post', number: channelOrderId, url: null },
      shippedAt: clock.nowIso(),
    };
    const command = (kind: string, subject: string, body: unknown): IssuedCommand => ({
      bucket: bucketOf(subject),
      id: newId(),
      connection: SHOP,
      key: `${kind}#${channelOrderId}`,
      command: kind,
      streamKind: 'order',
      streamKey: subject,
      subject,
      body,
      attempts: 0,
    });
    return [
      command('channel.readOrder', `${SHOP}/${channelOrderId}/read`, { channelOrderId }),
      command('channel.createFulfilment', `${SHOP}/${channelOrderId}`, fulfilment),
    ];
  });
  const context = { now: clock.nowIso(), configVersion: 1, node: 'test' };
  for (let from = 0; from < commands.length; from += 500)
    await database.transaction((sql) =>
      writeTurn(sql, { ...noWrites(), commands: commands.slice(from, from + 500) }, context),
    );
}

/** Commands that are still open, and how those that are not have ended. */
export async function outboxOf(database: Database): Promise<{ open: number; done: number; other: number }> {
  const [row] = await database.query<{ open: number; done: number; other: number }>(
    `select count(*) filter (where open) as open, count(*) filter (where status = 'done') as done,
       count(*) filter (where not open and status <> 'done') as other from outbox`,
  );
  if (!row) throw new Error('the outbox does not answer');
  return { open: Number(row.open), done: Number(row.done), other: Number(row.other) };
}

/**
 * Moves a frozen clock from one thing that is due to the next, as soon as nobody is at work any more; so what is measured does not
 * depend on how busy the machine is. Goes on until `done`, or throws after so much real time.
 */
export async function runByEvents(
  parts: { clock: Clock; nodes: readonly ShopNode[]; meters: readonly Meter[]; patienceMs?: number },
  done: () => boolean | Promise<boolean>,
): Promise<void> {
  const { clock, nodes, meters, patienceMs = 120_000 } = parts;
  const deadline = performance.now() + patienceMs;
  const atWork = () => meters.some((meter) => meter.working > 0) || nodes.some((node) => node.atWork);
  while (!(await done())) {
    // A request on its way between two sockets of this process is seen by nobody: it arrives in a few turns of the event loop.
    for (let quiet = 0; quiet < QUIET_TURNS; quiet = atWork() ? 0 : quiet + 1) {
      if (performance.now() > deadline)
        throw new Error(`not done in time; ${nodes.flatMap(({ errors }) => errors).join('; ')}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const next = clock.nextTimerAt();
    if (next === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    else clock.advanceTo(next);
  }
}

/**
 * How much of what a store permits was used while there was a backlog, in per cent: from the first call after the full bucket of the
 * beginning was half used up to the last one. What was permitted is what was restored and what the bucket held less at the end.
 */
export function usedShare(calls: readonly MeteredCall[], maximumAvailable: number, until: number) {
  const good = calls.filter(({ at }) => at <= until);
  const from = good.findIndex(({ available }) => available < maximumAvailable / 2);
  const window = from < 0 ? [] : good.slice(from);
  const [first, last] = [window[0], window.at(-1)];
  const throttled = calls.filter((call) => call.throttled).length;
  if (!first || !last || first === last) throw new Error('the bucket was never half used up');
  const points = window.slice(1).reduce((sum, { actual }) => sum + actual, 0);
  const restored = ((last.at - first.at) / 1_000) * first.restoreRate;
  const permitted = restored + first.available - last.available;
  return {
    usedPercent: Number(((points / permitted) * 100).toFixed(1)),
    throttledPercent: Number(((throttled / calls.length) * 100).toFixed(2)),
    seconds: Math.round((last.at - first.at) / 1_000),
    pointsPerSecond: Number((points / ((last.at - first.at) / 1_000)).toFixed(1)),
    calls: calls.length,
    peakAvailable: Math.max(...window.map(({ available }) => available)),
  };
}
