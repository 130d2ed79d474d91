/**
 * The thread of the embedded database, kept: where it has stopped (a full disk makes PostgreSQL end itself when it cannot write
 * its log), whoever waits is told, and it is opened again for the next who asks. It then recovers from its log as after a kill.
 */
import { statfs } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { monotonicMs, pause } from '../base/clock.ts';
import { DatabaseEnded, DatabaseError, DatabaseStopped } from './errors.ts';
import type { WorkerAnswer, WorkerRequest } from './pglite-worker.ts';

/** With less on the disk it is not opened again: recovery writes, and would stop half-way. Two segments of the log. */
const ROOM_BYTES = 32 * 1024 * 1024;
/** How long after a vain try the next one waits; who asks meanwhile hears of the last. */
const REOPEN_EVERY_MS = 500;
/** How long it may take to open: recovery reads the log since the last checkpoint, some hundred MB at most. */
const OPEN_LIMIT_MS = 120_000;
/** How long a close waits for the statement that runs, and for the database to close its files. Killed, it recovers. */
const CLOSE_LIMIT_MS = 3_000;

/** A module of this folder, as source or compiled. */
export function besides(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}

/** One thread, as a function from message to answer. */
class Backend {
  readonly #worker: Worker;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Uint8Array) => void; reject: (error: Error) => void }
  >();
  #lastId = 0;
  #ended: Error | undefined;

  private constructor(directory: string) {
    this.#worker = new Worker(besides('pglite-worker'), { workerData: { dataDir: directory } });
    this.#worker.on('error', (error: unknown) =>
      this.#end(error instanceof Error ? error.message : String(error)),
    );
    this.#worker.on('exit', (code) => this.#end(`exit code ${code}`));
    this.#worker.on('message', (answer: WorkerAnswer) => {
      if ('fatal' in answer) return this.#end(answer.fatal);
      const entry = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      entry?.resolve(answer.answer);
    });
  }

  /** Resolves when the database has been opened. */
  static async open(directory: string): Promise<Backend> {
    const backend = new Backend(directory);
    const opened = new AbortController();
    const late = pause(OPEN_LIMIT_MS, opened.signal).then(() => {
      if (!opened.signal.aborted) backend.#end(`not opened within ${OPEN_LIMIT_MS / 1000} s`);
    });
    try {
      await new Promise<Uint8Array>((resolve, reject) => backend.#waiting.set(0, { resolve, reject }));
    } finally {
      opened.abort();
      await late;
    }
    return backend;
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  #end(because: string): void {
    if (this.#ended) return;
    this.#ended = new DatabaseStopped(because);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
    // It may be in a loop of its own.
    void this.#worker.terminate();
  }

  send(request: (id: number) => WorkerRequest, transfer: ArrayBuffer[] = []): Promise<Uint8Array> {
    if (this.#ended) return Promise.reject(this.#ended);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage(request(id), transfer);
    });
  }

  async terminate(): Promise<void> {
    this.#end('closed');
    await this.#worker.terminate();
  }
}

export class KeptBackend {
  readonly #directory: string;
  #backend: Backend;
  #closed = false;
  #triedAt = Number.NEGATIVE_INFINITY;
  #problem: Error | undefined;
  #onReopened: () => void = () => undefined;

  private constructor(directory: string, backend: Backend) {
    this.#directory = directory;
    this.#backend = backend;
  }

  static async open(directory: string): Promise<KeptBackend> {
    return new KeptBackend(directory, await Backend.open(directory));
  }

  onReopened(listener: () => void): void {
    this.#onReopened = listener;
  }

  /** Resolves when statements can be sent, having opened it again where it has stopped; else throws why not. */
  async ready(): Promise<void> {
    if (this.#closed) throw new DatabaseEnded('The embedded database has been closed.');
    if (!this.#backend.hasEnded) return;
    if (this.#problem && monotonicMs() < this.#triedAt + REOPEN_EVERY_MS) throw this.#problem;
    this.#triedAt = monotonicMs();
    try {
      await this.#checkRoom();
      this.#backend = await Backend.open(this.#directory);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error as Error;
      throw error;
    }
    this.#onReopened();
    if (this.#closed) await this.#backend.terminate();
  }

  async #checkRoom(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#directory);
    const free = bavail * bsize;
    if (free >= ROOM_BYTES) return;
    const megabytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);
    throw new DatabaseError(
      `the embedded database has stopped for want of space, and is opened again when ${megabytes(ROOM_BYTES)} MB are free; now ${megabytes(free)} MB are`,
      '53100',
      undefined,
    );
  }

  speak(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    return this.#backend.send((id) => ({ id, kind: 'wire', message }), [message.buffer]);
  }

  /** Closes it when `work` has ended, but waits for neither for ever. */
  async close(work: Promise<unknown>): Promise<void> {
    const over = new AbortController();
    const closed = work
      .then(() => this.#backend.send((id) => ({ id, kind: 'close' })))
      .catch(() => undefined)
      .finally(() => over.abort());
    await Promise.race([closed, pause(CLOSE_LIMIT_MS, over.signal)]);
    this.#closed = true;
    await this.#backend.terminate();
  }
}
