/** A connection from a few words: where the files are, and of which locations. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { Systems } from '../contract.ts';

const Words = z.strictObject({
  /** A folder of this machine. */
  folder: z.string().min(1).optional(),
  /** Or one of a server: sftp://USER@HOST[:PORT]/PATH. */
  sftp: z.string().min(1).optional(),
  hostKeys: z.array(z.string()).default([]),
  /** The secret is a private key, not a password. */
  isPrivateKey: z.boolean().default(false),
  locations: z.array(z.string().min(1)).min(1, 'Say of which location the files are: --location CODE'),
});

const refused = (message: string) => ({ status: 'refused', message }) as const;

export const systems: Systems = {
  connection(given) {
    const words = Words.safeParse(given);
    if (!words.success) return refused(words.error.issues[0]?.message ?? 'these words are none');
    const { folder, sftp, hostKeys, isPrivateKey, locations } = words.data;
    if ((folder === undefined) === (sftp === undefined))
      return refused('Say where the files are: --folder PATH or --sftp sftp://USER@HOST/PATH, one of both');
    const described = {
      status: 'described',
      id: `files-${(locations[0] ?? '').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`.replace(/-+$/, ''),
      sameCodes: ['sku', 'location'],
      locations,
    } as const;
    if (folder !== undefined) {
      if (!isAbsolute(folder))
        return refused(`--folder ${folder}: give the whole path, from the root; the hub may run elsewhere`);
      return { ...described, settings: { folder, locations }, secretAt: null };
    }
    const url = URL.parse(sftp ?? '');
    if (url?.protocol !== 'sftp:' || url.username === '')
      return refused(`--sftp ${sftp}: expected sftp://USER@HOST[:PORT]/PATH`);
    if (url.password !== '')
      return refused('Leave the password out of the address: it would stand in lists of commands (--secret)');
    if (hostKeys.length === 0)
      return refused(
        `Say which key the server shows (--host-key SHA256:…), as a line that you trust tells it: ssh-keyscan ${url.hostname} | ssh-keygen -lf -`,
      );
    const server = {
      host: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      user: decodeURIComponent(url.username),
      hostKeys,
    };
    return {
      ...described,
      settings: { folder: decodeURIComponent(url.pathname), sftp: server, locations },
      secretAt: ['sftp', isPrivateKey ? 'privateKey' : 'password'],
    };
  },
};
