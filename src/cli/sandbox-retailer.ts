/**
 * The sandbox retailer beside a hub: a process of its own, which survives a hub that is killed and is joined again at the next
 * start. Its books live in its memory only: when it is gone, its orders mean nothing any more, and a new one begins.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../base/files.ts';
import { openDatabase } from '../store/db.ts';
import { holdsHub } from '../store/schema-check.ts';
import { type CommonOptions, databaseUrlOf, runningHub, UsageError } from './context.ts';

export interface SandboxOptions extends CommonOptions {
  ordersPerMinute: string;
  seed: string;
  faults: string;
}

/** The note that a sandbox leaves in the data directory of its hub. */
interface SandboxNote {
  pid: number;
  url: string;
}

export interface JoinedSandbox extends SandboxNote {
  configFile: string;
  /** True: it was running already, with the options of its own start. */
  joined: boolean;
  /** What the person should know of how it began. */
  remark: string | null;
}

/** Minutes that a sandbox waits for a hub; then it ends by itself. */
const WAITS_FOR_HUB_MINUTES = 10;

const PROGRAM = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../sandbox/main.ts' : '../sandbox/main.js', import.meta.url),
);

/** Joins the sandbox that a killed hub has left, or starts a new one on an empty database. */
export async function joinSandbox(options: SandboxOptions): Promise<JoinedSandbox> {
  const noteFile = join(options.data, 'sandbox.json');
  const configFile = join(options.data, 'sandbox-config.json');
  if (existsSync(join(options.data, 'crossdock.json')))
    throw new UsageError(
      `${options.data} belongs to the retailer of its crossdock.json. Give the sandbox retailer a directory of its own: --sandbox --data DIR`,
    );
  const running = runningHub(options.data);
  if (running)
    throw new UsageError(
      `A hub runs on ${options.data} already (process ${running.pid}, ${running.apiUrl}). Stop it first, or give this one a directory of its own: --data DIR`,
    );
  const left = noteIn(noteFile);
  if (left && existsSync(configFile) && (await answers(left.url)))
    return { ...left, configFile, joined: true, remark: null };
  const remark = await clearPlace(options, left !== null);
  mkdirSync(options.data, { recursive: true });
  const note = await startProcess(options);
  const response = await fetch(new URL('/_config', note.url));
  writeWhole(configFile, JSON.stringify(await response.json()), 0o600);
  writeWhole(noteFile, JSON.stringify(note));
  return { ...note, configFile, joined: false, remark };
}

/** Tells the sandbox where its webhooks go, and whose end it shall notice. */
export async function introduceHub(sandbox: SandboxNote, webhooksUrl: string): Promise<void> {
  await fetch(new URL('/_hub', sandbox.url), {
    method: 'POST',
    body: JSON.stringify({ url: webhooksUrl, pid: process.pid }),
  });
}

/** Ends the sandbox with its hub. */
export function endSandbox(sandbox: SandboxNote): void {
  try {
    process.kill(sandbox.pid, 'SIGTERM');
  } catch {
    // Gone already.
  }
}

function noteIn(file: string): SandboxNote | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SandboxNote;
  } catch {
    return null;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(new URL('/_clock', url))).ok;
  } catch {
    return false;
  }
}

/** Puts the orders of a sandbox that is gone aside; what no sandbox has made is not touched. */
async function clearPlace(options: SandboxOptions, bySandbox: boolean): Promise<string | null> {
  const url = databaseUrlOf(options);
  if (url) {
    const database = await openDatabase({ url });
    try {
      if (!(await holdsHub(database))) return null;
    } finally {
      await database.close();
    }
    throw new UsageError(
      'The database holds the tables of a hub already, and a new sandbox retailer knows nothing of its orders. Give an empty database, or your own configuration: --config FILE',
    );
  }
  const files = join(options.data, 'pg');
  if (!existsSync(files)) return null;
  if (!bySandbox)
    throw new UsageError(
      `${options.data} holds a database that no sandbox retailer has made. Start it with its configuration (--config FILE), or give the sandbox a directory of its own: --data DIR`,
    );
  const aside = join(options.data, 'earlier');
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside);
  renameSync(files, join(aside, 'pg'));
  return `a new one: that of the last start is gone, and its orders stand in ${aside}`;
}

function startProcess(options: SandboxOptions): Promise<SandboxNote> {
  const log = openSync(join(options.data, 'sandbox.log'), 'w');
  const child = spawn(
    process.execPath,
    [
      PROGRAM,
      '--orders-per-minute',
      options.ordersPerMinute,
      '--seed',
      options.seed,
      '--faults',
      options.faults,
      '--waits-for-hub',
      String(WAITS_FOR_HUB_MINUTES),
    ],
    // A group of its own: Ctrl+C is the hub's business, which then ends the sandbox.
    { stdio: ['ignore', 'pipe', log], detached: true },
  );
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (!printed.includes('\n')) return;
      child.stdout?.destroy();
      child.removeAllListeners('exit').unref();
      resolve(JSON.parse(printed) as SandboxNote);
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(
        new Error(
          `The sandbox retailer ended with exit code ${code}; see ${join(options.data, 'sandbox.log')}`,
        ),
      ),
    );
  });
}
