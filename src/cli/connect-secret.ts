/** Secrets of commands: named by where they stand, so that none stands in a list of commands. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from './context.ts';

/** Reads a secret at "env:NAME" or "file:PATH"; the reference is one that a hub elsewhere on this machine reads, too. */
export function secretAt(option: string, place: string): { value: string; reference: string } {
  const [, kind, name = ''] = /^(env|file):(.+)$/.exec(place) ?? [];
  if (kind === undefined)
    throw new UsageError(
      `${option} names where the secret is (env:NAME or file:PATH), so that it stands in no list of commands; left out, it is asked for.`,
    );
  const value = kind === 'env' ? process.env[name] : readSecret(name);
  if (!value?.trim())
    throw new UsageError(
      `${option} ${place}: ${kind === 'env' ? `the environment variable ${name} is not set` : `the file ${name} cannot be read, or is empty`}`,
    );
  return { value: value.trim(), reference: kind === 'file' ? `file:${resolve(name)}` : place };
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
