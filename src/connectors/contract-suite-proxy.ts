/**
 * What the contract suite puts between a connector and its system: a proxy that loses, delays and replaces answers on demand,
 * and a receiver that keeps webhooks as they came. For tests only.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Delivery } from './contract.ts';

export interface ProxiedRequest {
  method: string;
  /** With the query. */
  path: string;
  body: string;
}

export interface ProxyAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** What happens to a request. */
export type Treatment =
  | { kind: 'forward' }
  /** It never reaches the system. */
  | { kind: 'answer'; answer: ProxyAnswer }
  /** It takes effect, and the answer is another one. */
  | { kind: 'replace'; answer: ProxyAnswer }
  /** It takes effect, and no answer ever comes. */
  | { kind: 'commitThenSilence' }
  /** It takes effect, and the connection breaks. */
  | { kind: 'commitThenReset' }
  /** No answer ever comes, and it takes effect only when it is released. */
  | { kind: 'hold' };

export interface FaultProxy {
  url: string;
  /** Sets what happens to each request from now on. */
  treat(decide: (request: ProxiedRequest) => Treatment): void;
  /** Resolves when a request has been left without an answer (after it took effect, unless it is held). */
  silence(): Promise<void>;
  /** Lets what is held take effect now. */
  release(): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(upstreamUrl: string): Promise<FaultProxy> {
  let decide: (request: ProxiedRequest) => Treatment = () => ({ kind: 'forward' });
  let held: (() => Promise<unknown>)[] = [];
  let silent = 0;
  let waiting: (() => void)[] = [];
  const fallSilent = () => {
    silent += 1;
    for (const wake of waiting.splice(0)) wake();
  };

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming);
    const request: ProxiedRequest = {
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      body: body.toString('utf8'),
    };
    const forward = () => pass(upstreamUrl, incoming, body);
    const treatment = decide(request);
    switch (treatment.kind) {
      case 'forward':
        return reply(response, await forward());
      case 'answer':
        return reply(response, treatment.answer);
      case 'replace':
        await forward();
        return reply(response, treatment.answer);
      case 'commitThenSilence':
        await forward();
        return fallSilent();
      case 'commitThenReset':
        await forward();
        response.socket?.resetAndDestroy();
        return;
      case 'hold':
        held.push(forward);
        return fallSilent();
      default:
        return treatment satisfies never;
    }
  }

  await listen(server);
  return {
    url: urlOf(server),
    treat(next) {
      decide = next;
      silent = 0;
    },
    silence: () => (silent > 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    async release() {
      const all = held;
      held = [];
      for (const forward of all) await forward();
    },
    close: () => {
      waiting = [];
      return stop(server);
    },
  };
}

export interface WebhookReceiver {
  url: string;
  /** All that has arrived, oldest first. The topic is left to the connector. */
  received: Delivery[];
  /** Resolves when so many have arrived. */
  atLeast(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<WebhookReceiver> {
  const received: Delivery[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((incoming, response) => {
    void bytesOf(incoming).then((body) => {
      received.push({ headers: headersOf(incoming), body, origin: 'webhook', topic: '' });
      response.writeHead(200).end();
      for (const each of waiting) if (received.length >= each.count) each.resolve();
      waiting = waiting.filter((each) => received.length < each.count);
    });
  });
  await listen(server);
  return {
    url: urlOf(server),
    received,
    atLeast: (count) =>
      received.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ count, resolve })),
    close: () => stop(server),
  };
}

/** A URL on which nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = createServer();
  await listen(server);
  const url = urlOf(server);
  await stop(server);
  return url;
}

async function pass(upstreamUrl: string, incoming: IncomingMessage, body: Buffer): Promise<ProxyAnswer> {
  const {
    host: _host,
    connection: _connection,
    'content-length': _length,
    'transfer-encoding': _coding,
    ...headers
  } = headersOf(incoming);
  const method = incoming.method ?? 'GET';
  const answer = await fetch(upstreamUrl + (incoming.url ?? '/'), {
    method,
    headers,
    ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
  });
  const {
    'content-length': _answerLength,
    'transfer-encoding': _answerCoding,
    'content-encoding': _encoding,
    connection: _kept,
    ...kept
  } = Object.fromEntries(answer.headers);
  return { status: answer.status, headers: kept, body: await answer.text() };
}

function reply(response: ServerResponse, answer: ProxyAnswer): void {
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    ...answer.headers,
    connection: 'close',
  });
  response.end(answer.body);
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
