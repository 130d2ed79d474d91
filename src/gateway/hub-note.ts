/** How commands beside a running hub find it and are let in: by what it leaves in its data directory. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../base/files.ts';
import { secureBytes } from '../base/random.ts';

/** What a running hub leaves in its data directory, so that commands beside it find it. */
export interface HubNote {
  pid: number;
  apiUrl: string;
  webhooksUrl: string;
  /** Which database it works on (`databaseMark`). */
  database: string;
}

/** Tells databases apart without telling their addresses, which may hold a password. */
export function databaseMark(url: string | undefined): string {
  return url === undefined ? 'embedded' : createHash('sha256').update(url).digest('hex').slice(0, 16);
}

/** Tells commands beside this hub where it listens; returns the end of it. */
export function leaveNote(dataDir: string, note: HubNote): () => Promise<void> {
  const file = join(dataDir, 'hub.json');
  mkdirSync(dataDir, { recursive: true });
  writeWhole(file, JSON.stringify(note));
  return async () => {
    // On a shared database another hub may use the directory, too: its note stays.
    const standing = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as HubNote) : null;
    if (standing?.pid === process.pid) rmSync(file, { force: true });
  };
}

/** The token of API and page: made at the first start, kept beside the data, readable by its owner only. */
export function accessToken(dataDir: string): string {
  if (process.env.CROSSDOCK_TOKEN) return process.env.CROSSDOCK_TOKEN;
  const file = join(dataDir, 'token');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    mkdirSync(dataDir, { recursive: true });
    const token = secureBytes(24).toString('base64url');
    writeWhole(file, `${token}\n`, 0o600);
    return token;
  }
}
