/**
 * The files of an empty embedded database, made once a machine by the program that makes them in production, and copied for each
 * test: making them takes seconds, copying them a fifth of one.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src/store/pglite-init.ts', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));

/** Puts the files of an empty database at `directory`, which must not exist. */
export function copyTemplate(directory: string): void {
  cpSync(template(), directory, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

function template(): string {
  // By what it depends on: the program and the version of the database.
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const version = readFileSync(join(dirname(dirname(entry)), 'package.json'));
  const hash = createHash('sha256').update(readFileSync(program)).update(version).digest('hex');
  const made = join(cache, `pglite-${hash.slice(0, 16)}`);
  if (existsSync(made)) return made;
  const making = `${made}.${process.pid}`;
  mkdirSync(cache, { recursive: true });
  try {
    execFileSync(process.execPath, [program, making]);
    renameSync(making, made);
  } catch (error) {
    // Another process has made it meanwhile; anything else is an error.
    if (!existsSync(made)) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return made;
}
