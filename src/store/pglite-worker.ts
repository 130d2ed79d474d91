/** The thread that holds PGlite, so that a long statement never blocks the hub's event loop. It passes bytes, nothing else. */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PLANNER } from './sql.ts';

export type WorkerRequest =
  /** A message of the wire protocol. */
  { id: number; kind: 'wire'; message: Uint8Array } | { id: number; kind: 'close' };

export type WorkerAnswer =
  | { id: number; answer: Uint8Array }
  /** The database is broken for good. */
  | { id: number; fatal: string };

const port = parentPort;
if (!port) throw new Error('pglite-worker.ts runs as a worker thread only');

const { dataDir } = workerData as { dataDir: string };
const settings: Record<string, string> = {
  // Small buffers: 170 MB resident when idle instead of 290.
  shared_buffers: '16MB',
  timezone: 'UTC',
  ...PLANNER,
};
const database = await PGlite.create({
  dataDir,
  postgresqlconf: Object.entries(settings).map(([name, value]) => `${name} = '${value}'`),
});

/** How PGlite's main loop leaves a statement that failed; it goes on after it. */
const FAILED_STATEMENT = 100;

/**
 * PostgreSQL ends itself where it cannot go on safely (it cannot write its log: a full disk). PGlite's loop takes that for one
 * more failed statement and asks a dead program for ever, which would hold this thread and whoever waits for it: so the thread
 * ends here.
 */
const { Module } = database as unknown as { Module: { _PostgresMainLoopOnce(): void } };
const once = Module._PostgresMainLoopOnce;
Module._PostgresMainLoopOnce = () => {
  try {
    once();
  } catch (error) {
    if ((error as { status?: unknown } | null)?.status === FAILED_STATEMENT) throw error;
    const words = error instanceof Error ? error.message : String(error);
    port.postMessage({ id: 0, fatal: `it ended itself: ${words}` } satisfies WorkerAnswer);
    process.exit(1);
  }
};

/** Runs a message; the answer comes in parts, which lie in the database's own memory. */
async function speak(message: Uint8Array): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  await database.execProtocolRawStream(message, {
    syncToFs: false,
    onRawData: (part) => {
      parts.push(part.slice());
      length += part.length;
    },
  });
  const first = parts[0];
  if (first && parts.length === 1) return first;
  const answer = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    answer.set(part, at);
    at += part.length;
  }
  return answer;
}

port.postMessage({ id: 0, answer: new Uint8Array() } satisfies WorkerAnswer);
/** Requests are answered in their order, one after the other. */
let before: Promise<void> = Promise.resolve();
port.on('message', (request: WorkerRequest) => {
  before = before.then(() => answer(request));
});

async function answer(request: WorkerRequest): Promise<void> {
  try {
    const answer = request.kind === 'wire' ? await speak(request.message) : new Uint8Array();
    if (request.kind === 'close') await database.close();
    port?.postMessage({ id: request.id, answer } satisfies WorkerAnswer, [answer.buffer as ArrayBuffer]);
  } catch (error) {
    const fatal = error instanceof Error ? error.message : String(error);
    port?.postMessage({ id: request.id, fatal } satisfies WorkerAnswer);
  }
  if (request.kind === 'close') port?.close();
}
