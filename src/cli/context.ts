/**
 * What commands share: where the data is, which configuration, and a client that talks to the hub. Beside a running hub a
 * command calls its API over loopback; without one it opens the database itself and calls the same API in its own process.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { Clock } from '../base/clock.ts';
import { createLog, type LogLevel } from '../base/log.ts';
import { processRuns } from '../base/process.ts';
import { secureBytes } from '../base/random.ts';
import { UsageError } from '../base/usage-error.ts';
import type { Problem } from '../gateway/api-types.ts';
import { accessToken, databaseMark, type HubNote } from '../gateway/hub-note.ts';
import type { HubOptions } from '../main.ts';
import { time } from './print.ts';

export interface CommonOptions {
  data: string;
  config?: string;
  databaseUrl?: string;
  json?: boolean;
  log: LogLevel;
}

/** Printed without a stack, exit code 2. */
export { UsageError };

/** A hub that runs answers in this time, however busy. */
const HUB_ANSWERS_MS = 5_000;

/** Options that every command has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option(
      '--data <dir>',
      'directory of the embedded database, token and notes',
      process.env.CROSSDOCK_DATA ?? 'data',
    )
    .option('--config <file>', 'the retailer’s configuration (default: crossdock.json in the data directory)')
    .option(
      '--database-url <url>',
      'PostgreSQL 15 or newer instead of the embedded database (default: $DATABASE_URL)',
    )
    .option('--json', 'print JSON and nothing else')
    .option('--log <level>', 'debug, info, warn, error or silent', 'warn');
}

/** The bytes of a file that a person has named. */
export function readSaved(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read (${(error as { code?: string }).code ?? String(error)}): name a file that is there.`,
    );
  }
}

export function databaseUrlOf(options: CommonOptions): string | undefined {
  return options.databaseUrl ?? process.env.DATABASE_URL;
}

export function configFileOf(options: CommonOptions): string {
  const candidates = options.config
    ? [options.config]
    : [join(options.data, 'crossdock.json'), join(options.data, 'sandbox-config.json')];
  const found = candidates.find((file) => existsSync(file));
  if (!found) {
    throw new UsageError(
      `There is no configuration (${candidates.join(' or ')}). Give one with --config FILE, or try Crossdock with a sandbox retailer: crossdock start --sandbox`,
    );
  }
  return found;
}

/** Options of a hub or of a command's own engine, from the command line. */
export async function hubOptionsOf(options: CommonOptions, clock = new Clock()): Promise<HubOptions> {
  // The whole hub is loaded only where it is needed: a command beside a running one must not take a second to begin.
  const { readConfiguration } = await import('../main.ts');
  const configFile = configFileOf(options);
  const { config, mappings } = readConfiguration(configFile);
  const url = databaseUrlOf(options);
  return {
    config,
    configFile: resolve(configFile),
    mappings,
    clock,
    dataDir: options.data,
    database: url ? { url } : { dataDir: options.data },
    log: createLog(options.log),
  };
}

/** A hub's API, wherever it runs. */
export interface HubClient {
  /** Calls the API and returns its JSON; a problem answer is thrown with its words. */
  call<Result>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Result>;
  /** Sends bytes as they are (saved payloads). */
  upload<Result>(path: string, body: Uint8Array, headers?: Record<string, string>): Promise<Result>;
  /** Fetches bytes as they are (raw messages). */
  download(path: string): Promise<Uint8Array>;
  /** True when a running hub answers. */
  live: boolean;
  close(): Promise<void>;
}

/** The note of a running hub in a data directory; null when there is none that runs. */
export function runningHub(dataDir: string): HubNote | null {
  try {
    const note = JSON.parse(readFileSync(join(dataDir, 'hub.json'), 'utf8')) as HubNote;
    return processRuns(note.pid) ? note : null;
  } catch {
    return null;
  }
}

/** The hub of the options' directory, if it works on their database and answers. A process of the same id may be another. */
async function answeringHub(options: CommonOptions): Promise<HubNote | null> {
  const note = runningHub(options.data);
  if (!note || (options.databaseUrl !== undefined && note.database !== databaseMark(options.databaseUrl)))
    return null;
  try {
    const signal = AbortSignal.timeout(HUB_ANSWERS_MS);
    return (await fetch(new URL('/healthz', note.apiUrl), { signal })).ok ? note : null;
  } catch {
    return null;
  }
}

/** Works with the hub as {@link connect} finds it, and lets it go again. */
export async function withHub<Answer>(
  options: CommonOptions,
  work: (client: HubClient) => Promise<Answer>,
): Promise<Answer> {
  const client = await connect(options);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Connects to the hub of a data directory, or opens its database for this command alone. */
export async function connect(options: CommonOptions): Promise<HubClient> {
  const note = await answeringHub(options);
  if (note) {
    const headers = { authorization: `Bearer ${accessToken(resolve(options.data))}` };
    const request = (path: string, init: RequestInit) => fetch(new URL(path, note.apiUrl), init);
    return { ...clientOf(request, headers), live: true, close: async () => undefined };
  }
  const file = configFileOf(options);
  const [{ openEngine, deskOf }, { createApi }] = await Promise.all([
    import('../main.ts'),
    import('../gateway/api.ts'),
  ]);
  const hub = await hubOptionsOf({ ...options, config: file });
  const { engine, database } = await openEngine(hub, false);
  const token = secureBytes(24).toString('base64url');
  const app = createApi({ engine, token, desk: deskOf(hub, engine) });
  const request = async (path: string, init: RequestInit) => app.request(path, init);
  return {
    ...clientOf(request, { authorization: `Bearer ${token}` }),
    live: false,
    async close() {
      await engine.stop();
      await database.close();
    },
  };
}

/** A problem of the API as a person reads it; text that is none as it is. */
function problemWords(text: string): string {
  try {
    const { title, detail, next, candidates } = JSON.parse(text) as Partial<Problem>;
    const choices = (candidates ?? []).map(
      ({ key, placedAt }) => `  ${key}${placedAt === null ? '' : `  placed ${time(placedAt)} UTC`}`,
    );
    const what = title === detail ? title : [title, detail].filter(Boolean).join(': ');
    return [what, ...choices, next].filter(Boolean).join('\n') || text;
  } catch {
    return text;
  }
}

function clientOf(
  request: (path: string, init: RequestInit) => Promise<Response>,
  headers: Record<string, string>,
): Pick<HubClient, 'call' | 'upload' | 'download'> {
  const read = async <Result>(response: Response): Promise<Result> => {
    const text = await response.text();
    if (response.ok) return (text === '' ? null : JSON.parse(text)) as Result;
    const words = problemWords(text) || `The hub answered ${response.status}.`;
    // What is not there is no mistake in the words of the command.
    throw response.status === 404 || response.status >= 500 ? new Error(words) : new UsageError(words);
  };
  return {
    call: async (method, path, body) =>
      read(
        await request(path, {
          method,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
    download: async (path) => {
      const response = await request(path, { headers });
      if (!response.ok) await read(response);
      return new Uint8Array(await response.arrayBuffer());
    },
    upload: async (path, body, more) =>
      read(
        await request(path, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/octet-stream', ...more },
          body: body as BodyInit,
        }),
      ),
  };
}
