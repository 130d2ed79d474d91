/**
 * Records of one size in the order of their coming, in a file that is gone with the process; the newest are in memory. A store
 * that runs for years keeps its ledgers so.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Records that are written, and read, at once. */
const BLOCK = 512;

/** A file for as long as it is open: it has no name, and is gone with the process however that ends. */
export function openNameless(): number {
  const directory = mkdtempSync(join(tmpdir(), 'crossdock-sandbox-'));
  const file = openSync(join(directory, 'data'), 'wx+');
  rmSync(directory, { recursive: true });
  return file;
}

export class RecordFile {
  readonly #bytes: number;
  /** The block that is being filled. */
  readonly #tail: Buffer;
  /** The block of the file that was read last. */
  readonly #read: Buffer;
  #readBlock = -1;
  #count = 0;
  #file: number | undefined;

  constructor(recordBytes: number) {
    this.#bytes = recordBytes;
    this.#tail = Buffer.alloc(BLOCK * recordBytes);
    this.#read = Buffer.alloc(BLOCK * recordBytes);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds what `fill` writes; its serial number. */
  append(fill: (record: DataView) => void): number {
    const serial = this.#count;
    const place = serial % BLOCK;
    if (serial > 0 && place === 0) this.#write(serial / BLOCK - 1);
    fill(this.#view(this.#tail, place));
    this.#count += 1;
    return serial;
  }

  /** A record; what is seen of it lasts until the next one is read. */
  at(serial: number): DataView {
    const block = Math.floor(serial / BLOCK);
    if (serial < 0 || serial >= this.#count) throw new RangeError(`there is no record ${serial}`);
    if (block === Math.floor((this.#count - 1) / BLOCK)) return this.#view(this.#tail, serial % BLOCK);
    if (block !== this.#readBlock) {
      readSync(this.#open(), this.#read, 0, this.#read.length, block * this.#read.length);
      this.#readBlock = block;
    }
    return this.#view(this.#read, serial % BLOCK);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(block: number): void {
    writeSync(this.#open(), this.#tail, 0, this.#tail.length, block * this.#tail.length);
  }

  #view(block: Buffer, place: number): DataView {
    return new DataView(block.buffer, block.byteOffset + place * this.#bytes, this.#bytes);
  }

  #open(): number {
    this.#file ??= openNameless();
    return this.#file;
  }
}
