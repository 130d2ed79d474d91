/** The HTTP manners of the API: token, budget, keys, validation, problems. What a path does is its route's business. */
import { createHash } from 'node:crypto';
import type { SandboxReply, SandboxRequest } from '../../../sandbox/kit/server.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import { violation } from './schema.ts';

export interface RouteRequest {
  /** Decoded parts of the path that the pattern names. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Valid by the route's schema. */
  body: never;
  /** The idempotency key; '' on reads. */
  key: string;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT';
  /** Such as "/v1/orders/:id". */
  path: string;
  /** Schema of the request's body in the published document. */
  body?: string;
  handle(request: RouteRequest): SandboxReply;
}

export function json(status: number, body: unknown): SandboxReply {
  return { status, body };
}

/** Problem details (RFC 9457). */
export function problem(
  status: number,
  code: string,
  detail: string,
  more: { fix?: string; closedThrough?: string } = {},
): SandboxReply {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({
      type: 'about:blank',
      title: TITLES[status] ?? 'Problem',
      status,
      code,
      detail,
      ...more,
    }),
  };
}

export const notFound = (what: string): SandboxReply => problem(404, 'not-found', `There is no ${what}`);

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorised',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  422: 'Refused',
  429: 'Too many requests',
};

/** What a content is, whatever the order of its members: for "the same again" against "something else". */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortMembers)).digest('base64url');
}

function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const NATURAL_KEYS = ['reference', 'releaseId', 'shipmentId', 'refundId', 'number'] as const;

/** Answers requests by a table of routes. */
export class Front {
  readonly #world: World;
  readonly #token: string;
  readonly #routes: readonly (Route & { parts: string[] })[];
  readonly #acts = new Map<string, string>();
  readonly #ratePerSecond: number;
  #second = 0;
  #used = 0;

  constructor(world: World, options: { token: string; ratePerSecond: number; routes: readonly Route[] }) {
    this.#world = world;
    this.#token = options.token;
    this.#ratePerSecond = options.ratePerSecond;
    this.#routes = options.routes.map((route) => ({ ...route, parts: route.path.split('/') }));
  }

  handle(request: SandboxRequest): SandboxReply {
    if (request.headers.authorization !== `Bearer ${this.#token}`)
      return problem(401, 'bad-token', 'The token is missing or wrong');
    const left = this.#take();
    const limits = {
      'ratelimit-policy': `"default";q=${this.#ratePerSecond};w=1`,
      ratelimit: `"default";r=${Math.max(0, left)};t=1`,
    };
    const reply =
      left < 0
        ? problem(429, 'too-many-requests', `More than ${this.#ratePerSecond} requests in a second`)
        : this.#route(request);
    return {
      ...reply,
      headers: { ...reply.headers, ...limits, ...(left < 0 ? { 'retry-after': '1' } : {}) },
    };
  }

  #route(request: SandboxRequest): SandboxReply {
    const parts = request.path.split('/');
    const onPath = this.#routes.filter((route) => matches(route.parts, parts));
    if (onPath.length === 0) return notFound(`path ${request.path}`);
    const route = onPath.find((each) => each.method === request.method);
    if (!route) return problem(405, 'method-not-allowed', `${request.method} is not for ${request.path}`);
    const params = paramsOf(route.parts, parts);
    if (!params) return problem(400, 'malformed', 'The path is not percent-encoded as it should be');
    if (route.method === 'GET')
      return route.handle({ params, query: request.query, body: undefined as never, key: '' });
    const key = request.headers['idempotency-key'];
    if (!key) return problem(400, 'idempotency-key-missing', 'Every change needs the header Idempotency-Key');
    const body = parse(request);
    if (body === undefined) return problem(400, 'malformed', 'The body is no JSON object');
    const wrong = route.body === undefined ? undefined : violation(route.body, body);
    if (wrong !== undefined) return problem(400, 'malformed', wrong);
    const act = `${request.method} ${request.path} ${NATURAL_KEYS.map((name) => String(body[name] ?? '')).join(' ')}`;
    const before = this.#acts.get(key);
    if (before !== undefined && before !== act)
      return problem(422, 'idempotency-key-reused', `The key "${key}" was used for: ${before}`);
    const reply = route.handle({ params, query: request.query, body: body as never, key });
    if (reply.status < 300) this.#acts.set(key, act);
    return reply;
  }

  /** What is left of this second's budget; below zero: too much. */
  #take(): number {
    const second = Math.floor(this.#world.clock.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#used = 0;
    }
    this.#used += 1;
    return this.#ratePerSecond - this.#used;
  }
}

function matches(pattern: readonly string[], parts: readonly string[]): boolean {
  return (
    pattern.length === parts.length &&
    pattern.every((part, index) => (part.startsWith(':') ? parts[index] !== '' : part === parts[index]))
  );
}

function paramsOf(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      pattern.flatMap((part, index) =>
        part.startsWith(':') ? [[part.slice(1), decodeURIComponent(parts[index] ?? '')]] : [],
      ),
    );
  } catch {
    return undefined;
  }
}

function parse(request: SandboxRequest): Record<string, unknown> | undefined {
  try {
    const value = request.json();
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
