/**
 * Where all parts come together; a newcomer starts reading here.
 *
 *   database ─▶ migrations ─▶ engine (intake, turns, lanes, polls, timers) ─▶ gateway (webhooks in, API and page)
 */
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { secureBytes } from './base/random.ts';
import { sealingKey } from './base/sealing.ts';
import type { Connector } from './connectors/contract.ts';
import { files } from './connectors/files/index.ts';
import { rest } from './connectors/rest/index.ts';
import { shopify } from './connectors/shopify/index.ts';
import { xero } from './connectors/xero/index.ts';
import type { MappingRow, RetailerConfig } from './domain/config.ts';
import { Engine } from './engine/engine.ts';
import { createApi } from './gateway/api.ts';
import { accessToken, databaseMark, type HubNote, leaveNote } from './gateway/hub-note.ts';
import { servePage } from './gateway/page.ts';
import { serveSimulation } from './gateway/simulation.ts';
import { urlOf } from './gateway/url.ts';
import { serveWebhooks, type WebhookServer } from './gateway/webhooks.ts';
import { ConfigFollower } from './governance/config-follower.ts';
import { type Configuration, readConfigurationFile } from './governance/configuration.ts';
import { ConnectionDesk } from './governance/connection-desk.ts';
import { type Database, type DatabaseOptions, openDatabase } from './store/db.ts';
import { loadMappings, saveMappings } from './store/mappings.ts';
import { migrate } from './store/migrate.ts';
import { missingMigrations } from './store/schema-check.ts';

/** Every connector that there is. A new one is a folder and a line here. */
export const CONNECTORS: readonly Connector[] = [
  shopify as Connector,
  rest as Connector,
  files as Connector,
  xero as Connector,
];

export interface HubOptions {
  config: RetailerConfig;
  /** The file that it was read from: connections can be made and given up in it while the hub runs. */
  configFile?: string;
  /** What this start has set over the file. */
  over?: (config: RetailerConfig) => RetailerConfig;
  /** Rows to begin with, where nothing is known of a code yet. */
  mappings?: readonly MappingRow[];
  database: DatabaseOptions;
  clock: Clock;
  log: Log;
  /** Directory for the access token and the note of where the hub listens. */
  dataDir: string;
  node?: string;
  host?: string;
  webhookHost?: string;
  webhookPort?: number;
  apiPort?: number;
  /** Names under which page and API are reached, besides localhost and addresses. */
  allowedHosts?: readonly string[];
  /** True: an owner of the clock may move it (demonstrations). */
  simulated?: boolean;
  connectors?: readonly Connector[];
}

export interface Hub {
  engine: Engine;
  database: Database;
  webhooks: WebhookServer;
  /** Page and API. */
  apiUrl: string;
  simulationUrl: string | null;
  token: string;
  close(): Promise<void>;
}

/** Reads and checks a configuration file: `{config, mappings?}` or the configuration itself. Throws with all problems. */
export function readConfiguration(file: string): Configuration {
  return readConfigurationFile(file, CONNECTORS);
}

/** Opens a database and makes sure that it answers. What a person can mend is said without the password in the address. */
export async function reachDatabase(options: DatabaseOptions): Promise<Database> {
  const { url } = options;
  const at = url === undefined ? null : URL.parse(url);
  if (url !== undefined && (at === null || !/^postgres(ql)?:$/.test(at.protocol)))
    throw new Error(
      'The address of the database is none: expected postgres://USER:PASSWORD@HOST:PORT/DATABASE (--database-url or $DATABASE_URL).',
    );
  let database: Database | undefined;
  try {
    database = await openDatabase(options);
    await database.query('select 1');
    return database;
  } catch (error) {
    await database?.close();
    if (at === null) throw error;
    throw new Error(
      `PostgreSQL at ${at.host}${at.pathname} cannot be used: ${wordsOf(error)}. Check that it runs, and the address and password (--database-url or $DATABASE_URL).`,
      { cause: error },
    );
  }
}

/** What an error says; one of several attempts (two addresses of a name) says it in its parts only. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/**
 * Opens the database of a hub with an engine on it. `work` false: for commands, nothing runs; they bring an embedded database to
 * this version's schema, but leave a shared one to those who run it.
 */
export async function openEngine(
  options: HubOptions,
  work: boolean,
): Promise<{ engine: Engine; database: Database }> {
  const { config, clock, log } = options;
  const database = await reachDatabase(options.database);
  try {
    if (work || database.kind === 'pglite') {
      const ran = await migrate(database, clock.nowIso());
      if (ran.length > 0) log('info', 'database migrated', { migrations: ran });
      await seedMappings(database, options.mappings ?? [], clock.nowIso());
    } else {
      const missing = await missingMigrations(database);
      if (missing.length > 0)
        throw new Error(
          `The database lacks what this version of Crossdock needs (${missing.join(', ')}). Bring it up to date with: crossdock migrate`,
        );
    }
    const node = options.node ?? `${process.pid}-${secureBytes(4).toString('hex')}`;
    const engine = await Engine.start({
      database,
      config,
      connectors: options.connectors ?? CONNECTORS,
      clock,
      log,
      node,
      work,
      sealingKey: () => sealingKey(process.env.CROSSDOCK_KEY, join(options.dataDir, 'sealing-key')),
    });
    return { engine, database };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Rows of a configuration are a beginning: a code that somebody has mapped since, or taken out, stays as it is. */
async function seedMappings(database: Database, rows: readonly MappingRow[], at: string): Promise<void> {
  if (rows.length === 0) return;
  const codeOf = (row: { kind: string; connection: string; external: string }) =>
    `${row.kind}\u0000${row.connection}\u0000${row.external}`;
  await database.transaction(async (sql) => {
    const known = new Set((await loadMappings(sql)).map(codeOf));
    const unknown = rows.filter((row) => !known.has(codeOf(row)));
    if (unknown.length > 0) await saveMappings(sql, unknown, 'configuration', at);
  });
}

/** Where connections are made and given up, by the configuration file of these options. */
export function deskOf(options: HubOptions, engine: Engine): ConnectionDesk {
  const { configFile = null, dataDir, connectors = CONNECTORS, over } = options;
  return new ConnectionDesk({ engine, file: configFile, dataDir, connectors, ...(over && { over }) });
}

/** Starts a hub. What has been opened when a part fails (a port is taken) is closed again. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const host = options.host ?? '127.0.0.1';
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    const failures: unknown[] = [];
    for (const each of closers.splice(0).reverse())
      await each().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  try {
    const { engine, database } = await openEngine(options, true);
    closers.push(
      () => database.close(),
      () => engine.stop(),
    );
    if (database.kind === 'postgres' && options.configFile !== undefined) {
      const { configFile: file, connectors = CONNECTORS, over } = options;
      const follower = new ConfigFollower({
        engine,
        file,
        connectors,
        ...(over && { over }),
        log: options.log,
      });
      follower.start();
      closers.push(() => follower.stop());
    }
    const token = accessToken(options.dataDir);
    const log = (message: string, details: Record<string, unknown>) => options.log('error', message, details);
    const webhooks = await serveWebhooks(engine, {
      host: options.webhookHost ?? host,
      port: options.webhookPort ?? 0,
      log,
    });
    closers.push(() => webhooks.close());
    const app = createApi({
      engine,
      token,
      desk: deskOf(options, engine),
      webhooks,
      hosts: [host, ...(options.allowedHosts ?? [])],
      log,
    });
    servePage(app);
    const api = await listen(app, host, options.apiPort ?? 0);
    closers.push(api.close);
    const simulation = options.simulated ? await serveSimulation(engine, options.clock) : null;
    if (simulation) closers.push(() => simulation.close());
    const note: HubNote = {
      pid: process.pid,
      apiUrl: api.url,
      webhooksUrl: webhooks.url,
      database: databaseMark(options.database.url),
    };
    closers.push(leaveNote(options.dataDir, note));
    const simulationUrl = simulation?.url ?? null;
    return { engine, database, webhooks, apiUrl: api.url, simulationUrl, token, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Serves page and API. */
async function listen(
  app: ReturnType<typeof createApi>,
  host: string,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const opening = serve({ fetch: app.fetch, hostname: host, port }, () => resolve(opening));
    opening.once('error', reject);
  });
  return {
    url: urlOf(host, (server.address() as { port: number }).port),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        // Pages that watch would keep it open.
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
