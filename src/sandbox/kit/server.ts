/**
 * A vendor's system as a real HTTP server on loopback. What it answers is the vendor's sandbox's business; that it
 * refuses, stays silent after a commit, commits minutes late or is down is decided here, the same for every system.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import type { World } from './world.ts';

export interface SandboxRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  text(): string;
  /** Throws where the body is no JSON. */
  json(): unknown;
}

export interface SandboxReply {
  status: number;
  headers?: Record<string, string>;
  /** Text, bytes and streams (with their length in `headers`) go out as they are; anything else as JSON. Undefined: no body. */
  body?: unknown;
}

export interface SystemOptions {
  /** The system's name, which an outage and the draws of its faults go by. */
  name: string;
  /** 0 or none: a free one. */
  port?: number;
  handle(request: SandboxRequest): Promise<SandboxReply> | SandboxReply;
  /** Whether a request may change the books: only such a one can commit without an answer, or late. */
  mutates(request: SandboxRequest): boolean;
  /** Pages for people, which no fault meets, as none meets what begins with `/_`. */
  isPage?(path: string): boolean;
  /** The vendor's own words for "too many requests" and "server error"; undefined: the usual ones. */
  faultReply?(kind: 'throttled' | 'error', request: SandboxRequest): SandboxReply | undefined;
}

export interface RunningSystem {
  url: string;
  port: number;
  /** What was done to callers on purpose. */
  counts: { calls: number; refused: number; timedOut: number; late: number; outage: number };
  close(): Promise<void>;
}

/** Largest request that a system reads. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const LATE_MINUTES = { least: 2, most: 6 };
const MINUTE_MS = 60_000;
/** Idle connections are kept long, so that no request meets one that is just being closed. */
const KEEP_ALIVE_MS = 10 * MINUTE_MS;

type Fate =
  | { kind: 'answer' }
  | { kind: 'reset' }
  | { kind: 'refuse'; reply: 'throttled' | 'error'; status: number; retryAfterSeconds: number }
  | { kind: 'silent'; lateByMs: number | null };

/** Starts the server; it answers when the promise resolves. */
export async function serveSystem(world: World, options: SystemOptions): Promise<RunningSystem> {
  const counts = { calls: 0, refused: 0, timedOut: 0, late: 0, outage: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    void answer(incoming, response);
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = KEEP_ALIVE_MS + MINUTE_MS;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const own = isOwn(incoming.url ?? '/');
    const done = own ? () => {} : world.working();
    try {
      const body = await readBody(incoming);
      if (body === 'gone') return;
      if (body === 'too-large') return send(response, { status: 413, headers: { connection: 'close' } });
      const request = parseRequest(incoming, body);
      if (own) return send(response, await options.handle(request));
      await serve(request, response);
    } catch (error) {
      world.failures.push(
        `${options.name} ${incoming.method} ${incoming.url}: ${String((error as Error).stack ?? error)}`,
      );
      send(response, { status: 500, body: { error: 'the sandbox itself has failed' } });
    } finally {
      done();
    }
  }

  function isOwn(url: string): boolean {
    return url.startsWith('/_') || (options.isPage?.(url.split('?')[0] ?? '/') ?? false);
  }

  async function serve(request: SandboxRequest, response: ServerResponse): Promise<void> {
    counts.calls += 1;
    const fate = fateOf(request, counts.calls);
    switch (fate.kind) {
      case 'answer':
        return send(response, await options.handle(request));
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'refuse':
        return send(response, refusal(request, fate));
      case 'silent':
        leaveHanging(response);
        if (!options.mutates(request)) return;
        if (fate.lateByMs === null) await options.handle(request);
        else commitLate(request, fate.lateByMs);
        return;
      default:
        return fate satisfies never;
    }
  }

  /** One stream of draws per call, so that a call's fate depends on its number only. */
  function fateOf(request: SandboxRequest, call: number): Fate {
    const random = world.random(`call:${options.name}:${call}`);
    const { refused, timedOut, lateShare } = world.faults.calls;
    const draw = random.next();
    const detail = random.next();
    const retryAfterSeconds = random.int(1, 5);
    if (world.outage(options.name)) {
      counts.outage += 1;
      if (detail < 0.5) return { kind: 'reset' };
      return { kind: 'refuse', reply: 'error', status: 503, retryAfterSeconds };
    }
    if (draw < refused) {
      counts.refused += 1;
      if (detail < 0.5) return { kind: 'refuse', reply: 'throttled', status: 429, retryAfterSeconds };
      return { kind: 'refuse', reply: 'error', status: random.pick([500, 502, 503]), retryAfterSeconds };
    }
    if (draw >= refused + timedOut) return { kind: 'answer' };
    counts.timedOut += 1;
    const late = detail < lateShare && options.mutates(request);
    const lateByMs = random.int(LATE_MINUTES.least * MINUTE_MS, LATE_MINUTES.most * MINUTE_MS);
    return { kind: 'silent', lateByMs: late ? lateByMs : null };
  }

  function refusal(request: SandboxRequest, fate: Extract<Fate, { kind: 'refuse' }>): SandboxReply {
    const own = options.faultReply?.(fate.reply, request);
    if (own) return own;
    const message = fate.reply === 'throttled' ? 'too many requests' : 'temporarily unavailable';
    return {
      status: fate.status,
      headers: { 'retry-after': String(fate.retryAfterSeconds) },
      body: { error: message },
    };
  }

  function commitLate(request: SandboxRequest, lateByMs: number): void {
    counts.late += 1;
    world.schedule(
      world.clock.now() + lateByMs,
      `late commit at ${options.name}: ${request.method} ${request.path}`,
      async () => {
        await options.handle(request);
      },
    );
  }

  /** Nothing is answered; the connection stays open until the client goes away. */
  function leaveHanging(response: ServerResponse): void {
    const gone = world.hanging();
    response.on('close', gone);
    if (response.destroyed) gone();
  }

  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    counts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function readBody(incoming: IncomingMessage): Promise<Buffer | 'too-large' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        incoming.pause();
        resolve('too-large');
      } else chunks.push(chunk);
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
    incoming.on('error', () => resolve('gone'));
    incoming.on('close', () => resolve('gone'));
  });
}

function parseRequest(incoming: IncomingMessage, body: Buffer): SandboxRequest {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
    text: () => body.toString('utf8'),
    json: () => JSON.parse(body.toString('utf8')) as unknown,
  };
}

function send(response: ServerResponse, reply: SandboxReply): void {
  if (response.headersSent || response.destroyed) return;
  const { body } = reply;
  if (body instanceof Readable) {
    response.writeHead(reply.status, reply.headers);
    // Whoever goes away in the middle ends it, and no error of that is ours.
    pipeline(body, response, () => {});
    return;
  }
  const raw =
    body === undefined ? '' : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const type =
    typeof body === 'string' || Buffer.isBuffer(body) ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(reply.status, {
    'content-type': type,
    'content-length': Buffer.byteLength(raw),
    ...reply.headers,
  });
  response.end(raw);
}
