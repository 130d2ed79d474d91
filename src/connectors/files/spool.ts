/** Copies of files on this machine, so that each is fetched once and read as often as needed. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Examined, examine } from './examine.ts';
import type { Exchange, Folder } from './exchange.ts';

export interface Spooled {
  path: string;
  examined: Examined;
}

export class Spool {
  readonly #exchange: Exchange;
  readonly #locations: readonly string[];
  #directory: Promise<string> | undefined;
  #serial = 0;
  readonly #files = new Map<string, Spooled>();

  constructor(exchange: Exchange, locations: readonly string[]) {
    this.#exchange = exchange;
    this.#locations = locations;
  }

  /** A path for a file of ours. */
  async path(): Promise<string> {
    this.#directory ??= mkdtemp(join(tmpdir(), 'crossdock-files-'));
    this.#serial += 1;
    return join(await this.#directory, String(this.#serial));
  }

  /** A file as it is in its folder, examined; null: it is not there. `mark` tells one state of it from another. */
  async get(folder: Folder, name: string, mark: string, signal: AbortSignal): Promise<Spooled | null> {
    const key = `${folder}/${name}\u0000${mark}`;
    const known = this.#files.get(key);
    if (known) return known;
    const path = await this.path();
    if (!(await this.#exchange.fetch(folder, name, path, signal))) return null;
    const spooled = { path, examined: await examine(path, this.#locations) };
    this.#files.set(key, spooled);
    return spooled;
  }

  /** Forgets all copies but one. */
  async keepOnly(path: string | null): Promise<void> {
    for (const [key, file] of this.#files) {
      if (file.path === path) continue;
      this.#files.delete(key);
      await rm(file.path, { force: true });
    }
  }

  async close(): Promise<void> {
    this.#files.clear();
    const directory = await this.#directory;
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }
}

/** A piece of a file. */
export async function readPiece(path: string, from: number, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
