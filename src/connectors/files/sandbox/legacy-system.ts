/**
 * A stock system of the nineties: it keeps its own books of one location, writes numbered files into a folder, reads what comes
 * back, and can be told to do it badly.
 */
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { type FileSpec, writeFileText } from './csv.ts';

export interface LegacyOptions {
  /** The folder of the exchange; its inbox is made. */
  folder: string;
  clock: Clock;
  sender?: string;
  location?: string;
  /** What lies there at the beginning. */
  stock?: Readonly<Record<string, number>>;
}

/** How a file is sent; left out: as it should be. */
export interface Sending {
  /** Made, numbered, and never sent. */
  lost?: boolean;
  /** Only so many characters of it, under its name; `finish` sends the rest. */
  half?: number;
  /** A row with this text as its quantity stands among the good ones. */
  badQuantity?: string;
  /** The trailer counts as many units more. */
  wrongUnits?: number;
  /** Sent a second time under another name. */
  twice?: boolean;
}

export class LegacySystem {
  readonly #options: Required<LegacyOptions>;
  readonly #figures: Map<string, number>;
  #sequence = 0;
  #pending: { item: string; quantity: number; reason: string }[] = [];
  #half: { name: string; rest: string } | null = null;
  readonly #sent = new Map<string, string>();

  constructor(options: LegacyOptions) {
    this.#options = { sender: 'OLD-WMS', location: 'CITY', stock: {}, ...options };
    this.#figures = new Map(Object.entries(this.#options.stock));
    mkdirSync(join(options.folder, 'inbox'), { recursive: true });
  }

  /** What lies where, by its own books. */
  get figures(): ReadonlyMap<string, number> {
    return this.#figures;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Something happens in the shop; the next delta tells of it. */
  change(item: string, quantity: number, reason = quantity > 0 ? 'received' : 'adjusted'): void {
    this.#figures.set(item, (this.#figures.get(item) ?? 0) + quantity);
    this.#pending.push({ item, quantity, reason });
  }

  /** Everything that lies there, zeros included. What no delta has told is in it. */
  sendSnapshot(sending: Sending = {}): string {
    this.#pending = [];
    const rows = [...this.#figures].map(([item, units]) => [item, units]);
    return this.#send('stock-snapshot', ['item', 'on_hand'], rows, sending);
  }

  /** What has changed since the last file. */
  sendDelta(sending: Sending = {}): string {
    const rows = this.#pending.map(({ item, quantity, reason }) => [item, quantity, reason]);
    this.#pending = [];
    return this.#send('stock-delta', ['item', 'quantity', 'reason'], rows, sending);
  }

  /** The upload that broke off goes on, to its end. */
  finish(): void {
    if (!this.#half) return;
    appendFileSync(this.#path(this.#half.name), this.#half.rest);
    this.#half = null;
  }

  /** A file that was sent is sent again, with another content. */
  resend(name: string, change: (text: string) => string): string {
    const text = change(this.#sent.get(name) ?? '');
    const again = name.replace('.csv', `-again-${this.#sent.size}.csv`);
    this.#put(again, text);
    return again;
  }

  /** What came back: by the name of the file, the fields of its second record (status and why). */
  acknowledgements(): ReadonlyMap<string, { status: string; code: string; text: string }> {
    const folder = join(this.#options.folder, 'acknowledged');
    return new Map(
      readdirSync(folder)
        .filter((name) => name.endsWith('.ack.csv'))
        .map((name) => {
          const text = readFileSync(join(folder, name), 'utf8');
          const [, , status = '', code = ''] = text.split('\n')[1]?.split(',') ?? [];
          return [name.replace('.ack.csv', ''), { status, code, text }];
        }),
    );
  }

  /** Locations of which a snapshot is asked for. */
  requests(): string[] {
    return readdirSync(join(this.#options.folder, 'requests'))
      .filter((name) => name.endsWith('.snapshot-request.csv'))
      .map((name) => name.replace('.snapshot-request.csv', ''));
  }

  /** It has read what is asked for. */
  takeRequests(): void {
    const folder = join(this.#options.folder, 'requests');
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
  }

  #send(kind: FileSpec['kind'], columns: string[], rows: (string | number)[][], sending: Sending): string {
    const { sender, location, clock } = this.#options;
    this.#sequence += 1;
    const { badQuantity, wrongUnits, lost, half, twice } = sending;
    const units = rows.reduce((sum, row) => sum + Number(row[1]), 0);
    const bad = badQuantity === undefined ? [] : [['BAD', badQuantity, ...(rows[0]?.slice(2) ?? [])]];
    const text = writeFileText({
      kind,
      sender,
      location,
      sequence: this.#sequence,
      createdAt: clock.nowIso(),
      columns,
      rows: [...rows, ...bad],
      told: { units: String(units + (Number(badQuantity) || 0) + (wrongUnits ?? 0)) },
    });
    const name = `${location}-${String(this.#sequence).padStart(6, '0')}.csv`;
    if (lost) this.#sent.set(name, text);
    else if (half !== undefined) {
      this.#put(name, text.slice(0, half), true);
      this.#sent.set(name, text);
      this.#half = { name, rest: text.slice(half) };
    } else this.#put(name, text);
    if (twice) this.#put(name.replace('.csv', '-copy.csv'), text);
    return name;
  }

  /** A lost file is found again, and sent as it was. */
  find(name: string): void {
    this.#put(name, this.#sent.get(name) ?? '');
  }

  /** Whole files are renamed into place; a half one is not. */
  #put(name: string, text: string, inPlace = false): void {
    if (inPlace) writeFileSync(this.#path(name), text);
    else {
      writeFileSync(this.#path(`${name}.part`), text);
      renameSync(this.#path(`${name}.part`), this.#path(name));
    }
    this.#sent.set(name, text);
  }

  #path(name: string): string {
    return join(this.#options.folder, 'inbox', name);
  }
}
