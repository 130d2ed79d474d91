/**
 * The chain of a stream's facts: each hash covers the one before and the fact. What it covers has versions, and a fact says
 * which one it was written with, so that older ones verify for ever.
 */
import { createHash } from 'node:crypto';

const HASHES = {
  1: ({ type, body }: RecordedFact) => [type, body],
  /** The head as JSON, whose end is clear, so that no two facts give the same. */
  2: ({ kind, key, seq, type, configVersion, decidedAt, cause, body }: RecordedFact) => [
    JSON.stringify([kind, key, seq, type, configVersion, decidedAt, cause]),
    body,
  ],
} as const;
export type FactHashVersion = keyof typeof HASHES;

/** The version with which facts are written. */
export const FACT_HASH_VERSION = 2;

/** All that is recorded of a fact. `body` is its JSON, byte for byte. */
export interface RecordedFact {
  kind: string;
  key: string;
  seq: number;
  type: string;
  body: string;
  configVersion: number;
  /** ISO 8601 in UTC, to the millisecond. */
  decidedAt: string;
  cause: string | null;
}

/** The hash of a fact after the one with hash `previous`; null: it is the first. */
export function factHash(version: FactHashVersion, previous: Uint8Array | null, fact: RecordedFact): Buffer {
  const hash = createHash('sha256');
  if (previous !== null) hash.update(previous);
  for (const part of HASHES[version](fact)) hash.update(part);
  return hash.digest();
}

export function isFactHashVersion(version: number): version is FactHashVersion {
  return version in HASHES;
}
