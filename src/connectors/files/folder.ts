/** A folder of this machine (or one that is mounted) as a place of exchange. */
import { constants, copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Exchange, ExchangeFailure, FOLDERS, type Folder, type Listed } from './exchange.ts';

export function openFolder(root: string): Exchange {
  const path = (folder: Folder, name: string) => join(root, folder, name);
  return {
    prepare: () =>
      guarded(root, async () => {
        // A mount that is away must not be mistaken for an empty folder.
        await stat(root);
        for (const folder of FOLDERS) await mkdir(join(root, folder), { recursive: true });
      }),
    list: (folder) => guarded(root, () => list(join(root, folder))),
    fetch: (folder, name, to) =>
      guarded(root, () => unlessGone(() => copyFile(path(folder, name), to, constants.COPYFILE_FICLONE))),
    put: (folder, name, content) =>
      guarded(root, async () => {
        const draft = path(folder, `${name}.part`);
        if ('path' in content) await copyFile(content.path, draft);
        else await writeFile(draft, content.text);
        await rename(draft, path(folder, name));
      }),
    move: (name, to, newName) =>
      guarded(root, () =>
        unlessGone(async () => {
          await rename(path('inbox', name), path(to, newName)).catch(async (error: NodeJS.ErrnoException) => {
            if (error.code !== 'EXDEV') throw error;
            await copyFile(path('inbox', name), path(to, newName));
            await rm(path('inbox', name));
          });
        }),
      ),
    close: async () => {},
  };
}

async function list(folder: string): Promise<Listed[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files: Listed[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    await unlessGone(async () => {
      const { size, mtimeMs } = await stat(join(folder, entry.name));
      files.push({ name: entry.name, size, changedAt: mtimeMs });
    });
  }
  return files;
}

/** False: what it is about is not there. */
async function unlessGone(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function guarded<Result>(root: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
      throw new ExchangeFailure({
        status: 'auth',
        message: `this process may not read and write ${root} (${code})`,
      });
    throw new ExchangeFailure({
      status: 'transient',
      message: `the folder ${root} cannot be used: ${message}`,
    });
  }
}
