/** A folder of an SFTP server as a place of exchange. The server must show the key that the settings name. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Client, SFTPWrapper } from 'ssh2';
import { type Exchange, ExchangeFailure, FOLDERS, type Folder, type Listed } from './exchange.ts';
import type { Settings } from './manifest.ts';

type Server = NonNullable<Settings['sftp']>;

/** Log-in ends within this, and a silent connection is found to be dead. */
const READY_MS = 20_000;
const KEEPALIVE_MS = 10_000;

/** Status codes of the protocol (draft-ietf-secsh-filexfer-02, 7). */
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;

interface Line {
  client: Client;
  sftp: SFTPWrapper;
  /** Rejects when the connection ends. */
  broken: Promise<never>;
}

export function openSftp(server: Server, root: string): Exchange {
  let line: Promise<Line> | undefined;
  const path = (folder: Folder, name: string) => `${root.replace(/\/$/, '')}/${folder}/${name}`;

  /** Does something over the connection, which is made when it is needed, and again after it broke. */
  async function using<Result>(
    signal: AbortSignal,
    act: (sftp: SFTPWrapper) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const forget = () => {
      line = undefined;
    };
    line ??= connect(server, forget);
    const current = line;
    const abort = () => void current.then(({ client }) => client.destroy()).catch(() => {});
    signal.addEventListener('abort', abort, { once: true });
    try {
      const { sftp, broken } = await current;
      return await Promise.race([act(sftp), broken]);
    } catch (error) {
      throw failureOf(server, error);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  return {
    prepare: (signal) =>
      using(signal, async (sftp) => {
        await called<unknown>((done) => sftp.stat(root, done));
        for (const folder of FOLDERS) {
          const at = path(folder, '').slice(0, -1);
          if (!(await unlessGone(() => called<unknown>((done) => sftp.stat(at, done)))))
            await called<void>((done) => sftp.mkdir(at, done));
        }
      }),
    list: (folder, signal) =>
      using(signal, async (sftp) => {
        const entries = await called<Awaited<ReturnType<typeof readdir>>>((done) =>
          sftp.readdir(path(folder, ''), done),
        );
        return entries.flatMap(({ filename, attrs }): Listed[] =>
          attrs.isFile() ? [{ name: filename, size: attrs.size, changedAt: attrs.mtime * 1000 }] : [],
        );
      }),
    fetch: (folder, name, to, signal) =>
      using(signal, (sftp) =>
        unlessGone(() => pipeline(sftp.createReadStream(path(folder, name)), createWriteStream(to))),
      ),
    put: (folder, name, content, signal) =>
      using(signal, async (sftp) => {
        const [draft, final] = [path(folder, `${name}.part`), path(folder, name)];
        if ('path' in content) await called<void>((done) => sftp.fastPut(content.path, draft, done));
        else await called<void>((done) => sftp.writeFile(draft, content.text, done));
        await rename(sftp, draft, final);
      }),
    move: (name, to, newName, signal) =>
      using(signal, (sftp) => unlessGone(() => rename(sftp, path('inbox', name), path(to, newName)))),
    async close() {
      const current = line;
      line = undefined;
      await current?.then(({ client }) => client.end()).catch(() => {});
    },
  };
}

declare function readdir(): Promise<
  { filename: string; attrs: { isFile(): boolean; size: number; mtime: number } }[]
>;

async function connect(server: Server, forget: () => void): Promise<Line> {
  // Loaded where it is used: a hub without such a connection does not carry it.
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  const { host, port, user: username, password, privateKey, passphrase, hostKeys } = server;
  return new Promise<Line>((resolve, reject) => {
    let shown: string | null = null;
    const fail = (error: Error) => {
      forget();
      client.destroy();
      reject(shown === null ? error : new WrongHostKey(shown));
    };
    client.once('error', fail);
    const broken = new Promise<never>((_, breaks) => {
      client.once('close', () => {
        forget();
        reject(new Error('the server closed the connection'));
        breaks(new Error('the connection broke'));
      });
    });
    // Whoever asks hears of it; if nobody does, it is no defect.
    broken.catch(() => {});
    client.on('error', forget);
    // Questions and answers are small: none waits to be sent together with the next.
    client.once('connect', () => client.setNoDelay(true));
    client.once('ready', () =>
      client.sftp((error, sftp) => {
        if (error) fail(error);
        else resolve({ client, sftp, broken });
      }),
    );
    client.connect({
      host,
      port,
      username,
      readyTimeout: READY_MS,
      keepaliveInterval: KEEPALIVE_MS,
      ...(password === undefined ? {} : { password }),
      ...(privateKey === undefined ? {} : { privateKey }),
      ...(passphrase === undefined ? {} : { passphrase }),
      hostVerifier: (key: Buffer) => {
        const print = fingerprint(key);
        if (hostKeys.includes(print)) return true;
        shown = print;
        return false;
      },
    });
  });
}

/** As `ssh-keygen -lf` shows it. */
export function fingerprint(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

class WrongHostKey extends Error {
  readonly shown: string;

  constructor(shown: string) {
    super(`the server shows the key ${shown}`);
    this.shown = shown;
  }
}

function called<Result>(
  act: (done: (error: Error | null | undefined, result?: Result) => void) => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    act((error, result) => (error ? reject(error) : resolve(result as Result)));
  });
}

/** Over what is there, by the extension of OpenSSH; the protocol itself refuses that, so then the old one is taken away first. */
async function rename(sftp: SFTPWrapper, from: string, to: string): Promise<void> {
  try {
    await called<void>((done) => sftp.ext_openssh_rename(from, to, done));
  } catch (error) {
    if ((error as { code?: unknown }).code === NO_SUCH_FILE) throw error;
    await unlessGone(() => called<void>((done) => sftp.unlink(to, done)));
    await called<void>((done) => sftp.rename(from, to, done));
  }
}

/** False: what it is about is not there. */
async function unlessGone(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === NO_SUCH_FILE) return false;
    throw error;
  }
}

function failureOf(server: Server, error: unknown): ExchangeFailure {
  const { level, code, message } = error as Error & { level?: string; code?: unknown };
  const where = `${server.host}:${server.port}`;
  if (error instanceof WrongHostKey)
    return new ExchangeFailure({
      status: 'auth',
      message: `the server ${where} shows the key ${error.shown}, which is not the one that is expected: somebody may stand between, or it has a new one (then set it in settings.sftp.hostKeys)`,
    });
  if (level === 'client-authentication')
    return new ExchangeFailure({
      status: 'auth',
      message: `the server ${where} refuses ${server.user}: ${message}`,
    });
  if (code === PERMISSION_DENIED)
    return new ExchangeFailure({
      status: 'auth',
      message: `${server.user} may not read and write the folder on ${where}`,
    });
  return new ExchangeFailure({ status: 'transient', message: `the server ${where}: ${message}` });
}
