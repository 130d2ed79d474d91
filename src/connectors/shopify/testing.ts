/** For tests: a shop on loopback whose answers the test gives, one call after the other. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Command, Outcome, Session } from '../contract.ts';
import { shopify } from './index.ts';
import type { JsonObject } from './json.ts';
import { Settings } from './manifest.ts';

export interface ShopCall {
  operation: string;
  query: string;
  variables: JsonObject;
  token: string;
  path: string;
}

export interface CannedAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** Text goes out as it is, anything else as JSON. */
  body?: unknown;
}

/** `silence`: no answer ever comes; `reset`: the connection breaks. */
export type Reaction = CannedAnswer | 'silence' | 'reset';

export interface CannedShop {
  url: string;
  /** Calls of the API, oldest first. */
  calls: ShopCall[];
  /** Requests for an access token (their bodies). */
  tokenRequests: string[];
  /** What a call of the API is answered from now on. */
  onCall(react: (call: ShopCall) => Reaction): void;
  /** What a request for a token is answered from now on. */
  onToken(react: (serial: number) => Reaction | Promise<Reaction>): void;
  settings(changes?: Partial<Settings>): Settings;
  close(): Promise<void>;
}

export async function startCannedShop(): Promise<CannedShop> {
  let reactToCall: (call: ShopCall) => Reaction = () => ({ status: 500, body: 'nothing was prepared' });
  let reactToToken: (serial: number) => Reaction | Promise<Reaction> = (serial) => ({
    body: { access_token: `token-${serial}`, scope: 'read_orders', expires_in: 86_399 },
  });
  const calls: ShopCall[] = [];
  const tokenRequests: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const text = Buffer.concat(chunks).toString();
      const path = request.url ?? '';
      if (path.endsWith('/access_token')) {
        tokenRequests.push(text);
        return answer(response, await reactToToken(tokenRequests.length));
      }
      const { operationName, query, variables } = JSON.parse(text) as {
        operationName: string;
        query: string;
        variables: JsonObject;
      };
      const token = String(request.headers['x-shopify-access-token']);
      const call = { operation: operationName, query, variables, token, path };
      calls.push(call);
      answer(response, reactToCall(call));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    calls,
    tokenRequests,
    onCall(react) {
      reactToCall = react;
    },
    onToken(react) {
      reactToToken = react;
    },
    settings: (changes) => ({
      ...Settings.parse({
        shopDomain: 'one.myshopify.com',
        baseUrl: url,
        clientId: 'client',
        clientSecret: 'very secret',
      }),
      ...changes,
    }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A good answer of the API. */
export function data(content: unknown, requestedQueryCost = 10): CannedAnswer {
  return { body: { data: content, extensions: { cost: costOf(requestedQueryCost) } } };
}

/** Errors of the API, which come with status 200. */
export function errors(
  ...all: { message: string; code?: string; path?: (string | number)[] }[]
): CannedAnswer {
  return {
    body: {
      errors: all.map(({ message, code, path }) => ({
        message,
        ...(code ? { extensions: { code } } : {}),
        ...(path ? { path } : {}),
      })),
      extensions: { cost: costOf(10) },
    },
  };
}

function costOf(requestedQueryCost: number): unknown {
  const throttleStatus = { maximumAvailable: 2_000, currentlyAvailable: 1_900, restoreRate: 100 };
  return { requestedQueryCost, actualQueryCost: requestedQueryCost, throttleStatus };
}

function answer(response: ServerResponse, reaction: Reaction): void {
  if (reaction === 'silence') return;
  if (reaction === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status = 200, headers = {}, body = '' } = reaction;
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A session with a shop. */
export function openShop(settings: Partial<Settings>, clock: Clock): Session {
  return shopify.open({
    connection: 'shop',
    settings: shopify.settings.parse(settings),
    clock,
    log: () => {},
  });
}

export type Perform = (kind: Command['kind'], body: unknown, attempt?: number) => Promise<Outcome>;

/** Performs commands of which only kind, body and attempt matter. */
export function performing(session: Session, clock: Clock): Perform {
  return (kind, body, attempt = 1) => session.perform(aCommand(kind, body, clock, attempt), soon());
}

export function aCommand(kind: Command['kind'], body: unknown, clock: Clock, attempt = 1): Command {
  return {
    kind,
    id: 'c',
    key: 'k',
    body,
    attempt,
    firstAttemptAt: clock.now(),
    persons: new Map(),
  } as Command;
}

/** A signal for calls that are answered. */
export const soon = (): AbortSignal => AbortSignal.timeout(10_000);
