/**
 * The place where files are exchanged: a folder of this machine, or one of an SFTP server. Both look the same to whoever reads them.
 *
 *   inbox/         the system puts its files here, ready under their names
 *   acknowledged/  what has become of each: NAME.ack.csv
 *   archive/       files that were taken, under a name of ours
 *   rejected/      files that were not
 *   requests/      what the system is asked for
 */
import type { Failure } from '../contract.ts';

export const FOLDERS = ['inbox', 'acknowledged', 'archive', 'rejected', 'requests'] as const;
export type Folder = (typeof FOLDERS)[number];

export interface Listed {
  name: string;
  size: number;
  /** Epoch ms, by the clock of the place. */
  changedAt: number;
}

/** What is put: a file of this machine, or a short text. */
export type Content = { path: string } | { text: string };

/** Operations throw an `ExchangeFailure`; each may be repeated. */
export interface Exchange {
  /** Makes the folders that are missing. */
  prepare(signal: AbortSignal): Promise<void>;
  /** Plain files of a folder. */
  list(folder: Folder, signal: AbortSignal): Promise<Listed[]>;
  /** Copies a file to a path of this machine; false: it is not there. */
  fetch(folder: Folder, name: string, to: string, signal: AbortSignal): Promise<boolean>;
  /** Puts a file into a folder: nobody sees it half under its name. One that is there is replaced. */
  put(folder: Folder, name: string, content: Content, signal: AbortSignal): Promise<void>;
  /** Moves a file, over one that is there; false: it is not where it was. */
  move(name: string, to: Folder, newName: string, signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

export class ExchangeFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}
