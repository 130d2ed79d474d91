/** An SFTP server on loopback with one user, who sees one folder. It can be told to refuse, to break off, and to show another key. */
import { constants, type Dirent, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import ssh2, { type Attributes, type Connection, type SFTPWrapper } from 'ssh2';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
/** Longest answer to a read. */
const MOST_BYTES = 32 * 1024;

export interface SftpServer {
  host: string;
  port: number;
  user: string;
  password: string;
  /** As `ssh-keygen -lf` shows it. */
  hostKey: string;
  /** Breaks the connection after so many bytes were read; null: never. */
  breakAfterBytes: number | null;
  /** Log-ins that were taken. */
  logins: number;
  /** Breaks all connections; the server goes on. */
  disconnect(): void;
  close(): Promise<void>;
}

export async function startSftpServer(root: string): Promise<SftpServer> {
  const pair = ssh2.utils.generateKeyPairSync('ed25519');
  const key = ssh2.utils.parseKey(pair.private);
  if (key instanceof Error) throw key;
  const { createHash } = await import('node:crypto');
  const print = createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '');
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [pair.private] }, (connection) => {
    connections.add(connection);
    // The library has it, its types do not.
    (connection as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
    connection.on('close', () => connections.delete(connection));
    // A client that goes away in the middle is no fault of the server.
    connection.on('error', () => {});
    connection.on('authentication', (asked) => {
      if (asked.method !== 'password') return asked.reject(['password']);
      if (asked.username !== state.user || asked.password !== state.password)
        return asked.reject(['password']);
      state.logins += 1;
      asked.accept();
    });
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => {
        const closeFiles = serve(acceptSftp(), root, state, () => connection.end());
        connection.on('close', closeFiles);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const state: SftpServer = {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    user: 'crossdock',
    password: 'a password',
    hostKey: `SHA256:${print}`,
    breakAfterBytes: null,
    logins: 0,
    disconnect: () => {
      for (const connection of connections) connection.end();
    },
    close: () =>
      new Promise((resolve) => {
        for (const connection of connections) connection.end();
        server.close(() => resolve());
      }),
  };
  return state;
}

type Open = { file: FileHandle; path: string } | { entries: Dirent[]; path: string };

/** Answers a client; what it returns closes what a client that is gone has left open. */
function serve(sftp: SFTPWrapper, root: string, state: SftpServer, breakOff: () => void): () => void {
  let isGone = false;
  const closed = (of: Open | undefined) => {
    if (of && 'file' in of) of.file.close().catch(() => {});
  };
  const handles = new Map<number, Open>();
  let serial = 0;
  let sent = 0;
  const here = (path: string) => join(root, normalize(`/${path}`));
  const handleOf = (handle: Buffer) => handles.get(handle.readUInt32BE(0));
  const opened = (what: Open): Buffer => {
    serial += 1;
    handles.set(serial, what);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(serial, 0);
    return handle;
  };
  /** Answers with what an act makes, or with its failure. */
  const answer = (id: number, act: () => Promise<void>): void => {
    act().catch((error: NodeJS.ErrnoException) => {
      const { code } = error;
      const status =
        code === 'ENOENT'
          ? STATUS_CODE.NO_SUCH_FILE
          : code === 'EACCES' || code === 'EPERM'
            ? STATUS_CODE.PERMISSION_DENIED
            : STATUS_CODE.FAILURE;
      sftp.status(id, status, error.message);
    });
  };
  const ok = (id: number) => sftp.status(id, STATUS_CODE.OK);

  sftp.on('REALPATH', (id, path) => {
    sftp.name(id, [{ filename: normalize(`/${path}`), longname: path, attrs: {} as Attributes }]);
  });
  sftp.on('STAT', (id, path) => answer(id, async () => sftp.attrs(id, attributes(await stat(here(path))))));
  sftp.on('LSTAT', (id, path) => answer(id, async () => sftp.attrs(id, attributes(await lstat(here(path))))));
  sftp.on('SETSTAT', ok);
  sftp.on('FSETSTAT', ok);
  sftp.on('OPENDIR', (id, path) =>
    answer(id, async () => {
      const entries = await readdir(here(path), { withFileTypes: true });
      sftp.handle(id, opened({ entries, path: here(path) }));
    }),
  );
  sftp.on('READDIR', (id, handle) =>
    answer(id, async () => {
      const directory = handleOf(handle);
      if (!directory || !('entries' in directory)) throw new Error('no such handle');
      const names = [];
      for (const entry of directory.entries.splice(0, 100)) {
        const attrs = await stat(join(directory.path, entry.name)).catch(() => null);
        if (attrs) names.push({ filename: entry.name, longname: entry.name, attrs: attributes(attrs) });
      }
      if (names.length === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.name(id, names);
    }),
  );
  sftp.on('OPEN', (id, path, flags) =>
    answer(id, async () => {
      const file = await open(here(path), modeOf(flags));
      if (isGone) return closed({ file, path });
      sftp.handle(id, opened({ file, path: here(path) }));
    }),
  );
  sftp.on('FSTAT', (id, handle) =>
    answer(id, async () => {
      const of = handleOf(handle);
      if (!of || !('file' in of)) throw new Error('no such handle');
      sftp.attrs(id, attributes(await of.file.stat()));
    }),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, async () => {
      const of = handleOf(handle);
      if (!of || !('file' in of)) throw new Error('no such handle');
      const { buffer, bytesRead } = await of.file.read({
        buffer: Buffer.alloc(Math.min(length, MOST_BYTES)),
        position: Number(offset),
      });
      sent += bytesRead;
      if (state.breakAfterBytes !== null && sent > state.breakAfterBytes) return breakOff();
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, buffer.subarray(0, bytesRead));
    }),
  );
  sftp.on('WRITE', (id, handle, offset, data) =>
    answer(id, async () => {
      const of = handleOf(handle);
      if (!of || !('file' in of)) throw new Error('no such handle');
      await of.file.write(data, 0, data.length, Number(offset));
      ok(id);
    }),
  );
  sftp.on('CLOSE', (id, handle) =>
    answer(id, async () => {
      const of = handleOf(handle);
      handles.delete(handle.readUInt32BE(0));
      if (of && 'file' in of) await of.file.close();
      ok(id);
    }),
  );
  sftp.on('MKDIR', (id, path) =>
    answer(id, async () => {
      await mkdir(here(path));
      ok(id);
    }),
  );
  sftp.on('REMOVE', (id, path) =>
    answer(id, async () => {
      await rm(here(path));
      ok(id);
    }),
  );
  sftp.on('RENAME', (id, from, to) =>
    answer(id, async () => {
      // The protocol does not rename over what is there.
      if (await lstat(here(to)).catch(() => null)) throw new Error('it is there already');
      await rename(here(from), here(to));
      ok(id);
    }),
  );
  return () => {
    isGone = true;
    for (const handle of handles.values()) closed(handle);
    handles.clear();
  };
}

function attributes(stats: Stats): Attributes {
  const { mode, uid, gid, size, atimeMs, mtimeMs } = stats;
  return { mode, uid, gid, size, atime: Math.trunc(atimeMs / 1000), mtime: Math.trunc(mtimeMs / 1000) };
}

function modeOf(flags: number): number {
  let mode = flags & OPEN_MODE.WRITE ? (flags & OPEN_MODE.READ ? constants.O_RDWR : constants.O_WRONLY) : 0;
  if (flags & OPEN_MODE.CREAT) mode |= constants.O_CREAT;
  if (flags & OPEN_MODE.TRUNC) mode |= constants.O_TRUNC;
  if (flags & OPEN_MODE.EXCL) mode |= constants.O_EXCL;
  return mode;
}
