/** What the connector `files` can do, and the settings of one connection. */
import { z } from 'zod';
import type { ConnectorManifest } from '../contract.ts';

export const FEED = 'quiet:files';

export const manifest: ConnectorManifest = {
  name: 'files',
  title: 'Stock files (a folder, or SFTP)',
  version: '1.0.0',
  roles: ['inventory'],
  // A request is a file of a fixed name: asked twice, it lies there once.
  commands: { 'inventory.readLevel': { idempotency: 'enforcedKey', longestOperationMs: 0 } },
  feeds: [FEED],
};

const MINUTE_MS = 60_000;

const Sftp = z
  .strictObject({
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535).default(22),
    user: z.string().min(1),
    /** One of both. */
    password: z.string().min(1).optional(),
    privateKey: z.string().min(1).optional(),
    passphrase: z.string().min(1).optional(),
    /** The server's key, as `ssh-keygen -lf` shows it; another one is refused. Several while it changes. */
    hostKeys: z
      .array(z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'expected SHA256: and 43 characters of base64'))
      .min(1),
  })
  .refine(({ password, privateKey }) => (password === undefined) !== (privateKey === undefined), {
    error: 'give a password or a privateKey, one of both',
  });

export const Settings = z.strictObject({
  /** The folder with inbox/ and the others: of this machine, or of the server. */
  folder: z.string().min(1),
  /** Left out: the folder is one of this machine. */
  sftp: Sftp.optional(),
  /** The system's codes of locations whose files are expected; others are rejected. */
  locations: z.array(z.string().min(1)).min(1),
  pollEveryMs: z.number().int().min(1_000).default(MINUTE_MS),
  /** So often a snapshot of each location is asked for; left out: on demand alone. */
  levelsEveryMs: z.number().int().min(MINUTE_MS).optional(),
  /** A file must lie unchanged for so long before it is read; 0: where the system renames files into place. */
  settleMs: z.number().int().min(0).default(5_000),
  /** A file that is not whole and does not change any more is rejected after this. */
  unfinishedAfterMs: z
    .number()
    .int()
    .min(1_000)
    .default(60 * MINUTE_MS),
  /** A look at the place and the reading of a file, together, end within this. */
  callTimeoutMs: z
    .number()
    .int()
    .min(1_000)
    .default(15 * MINUTE_MS),
});
export type Settings = z.infer<typeof Settings>;
