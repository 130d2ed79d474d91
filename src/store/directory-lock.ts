/**
 * One process a data directory: two that open the same embedded database silently lose commits. The lock file holds the
 * process's id and its start time, so that an id which the system has given to another process does not lock for ever.
 *
 * Lock files are numbered, and the highest number counts. To take over from a process that is gone, the next number is made,
 * which only one can; so two that find the same dead holder cannot both succeed, as they could by removing its file.
 */
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processStart } from '../base/process.ts';

interface Holder {
  pid: number;
  /** Empty once it is given back. */
  startedAt: string;
}

const NAME = /^crossdock\.lock\.(\d+)$/;
/** Others may be faster so many times; more is a defect of the file system. */
const ATTEMPTS = 100;

function numbers(directory: string): number[] {
  return readdirSync(directory)
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function holderOf(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    // Just removed by the holder of a higher number.
    return null;
  }
}

/** Locks a directory for this process; returns the unlock. Throws with the holder's id when another one has it. */
export function lockDirectory(directory: string): () => void {
  const fileOf = (number: number) => join(directory, `crossdock.lock.${number}`);
  const draft = join(directory, `crossdock.lock.by-${process.pid}`);
  const write = (holder: Holder) => writeFileSync(draft, JSON.stringify(holder));
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const highest = numbers(directory).at(-1) ?? 0;
      const holder = holderOf(fileOf(highest));
      if (holder && holder.startedAt !== '' && processStart(holder.pid) === holder.startedAt)
        throw new Error(
          `The data directory ${directory} is in use by process ${holder.pid}. Commands beside a running hub talk to it; a second hub needs a directory of its own, or PostgreSQL (DATABASE_URL).`,
        );
      const mine = highest + 1;
      write({ pid: process.pid, startedAt: processStart(process.pid) ?? 'unknown' });
      try {
        // Linked, not written: the file appears whole, and only where there was none.
        linkSync(draft, fileOf(mine));
      } catch (error) {
        if ((error as { code?: string }).code === 'EEXIST') continue;
        throw error;
      }
      if (numbers(directory).at(-1) !== mine) {
        // We were slow: others have taken this number and the next, and given them up again in between.
        rmSync(fileOf(mine), { force: true });
        continue;
      }
      for (const number of numbers(directory)) if (number < mine) rmSync(fileOf(number), { force: true });
      return () => {
        // Given back by name, not removed: the number must not be free for somebody who has looked before.
        write({ pid: process.pid, startedAt: '' });
        renameSync(draft, fileOf(mine));
      };
    }
    throw new Error(`The data directory ${directory} cannot be locked: others take it again and again.`);
  } finally {
    rmSync(draft, { force: true });
  }
}
