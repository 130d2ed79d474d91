/** The manners of the Accounting API: token and tenant, budget, idempotency keys, schemas, and the envelope around answers. */
import { createHash } from 'node:crypto';
import type { SandboxReply, SandboxRequest } from '../../../sandbox/kit/server.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import { msInstant } from './dates.ts';
import { apiException, notFound, Reply } from './errors.ts';
import type { Identity } from './identity.ts';
import type { Limits } from './limits.ts';
import { answerProblem, requestProblem } from './schema.ts';
import type { AnswerName } from './schemas-answers.ts';
import type { RequestName } from './schemas-requests.ts';

export interface RouteRequest {
  /** The parts of the path that the pattern leaves open. */
  params: readonly string[];
  query: URLSearchParams;
  /** Valid by the route's schema. */
  body: never;
}

export interface Route {
  method: 'GET' | 'PUT';
  /** Below the API's base, matched whole: /^\/Invoices$/. */
  path: RegExp;
  /** The schema of the request's body. */
  request?: RequestName;
  answer: AnswerName;
  handle(request: RouteRequest): object;
}

/** A key and its answer are kept for so long. */
const KEY_LIFE_MS = 6 * 60_000;
const KEY_LENGTH = 128;
const API_BASE = '/api.xro/2.0';

export interface Exchanged {
  route: Route;
  path: string;
  query: URLSearchParams;
  body: unknown;
  answer: unknown;
}

export class Front {
  readonly #world: World;
  readonly #identity: Identity;
  readonly #limits: Limits;
  readonly #routes: readonly Route[];
  readonly #keys = new Map<string, { request: string; reply: SandboxReply; at: number }>();
  /** Each good exchange goes here, for tests that prove it against the vendor's published document. */
  readonly #record: (exchanged: Exchanged) => void;
  #answers = 0;

  constructor(
    world: World,
    parts: {
      identity: Identity;
      limits: Limits;
      routes: readonly Route[];
      record: (exchanged: Exchanged) => void;
    },
  ) {
    this.#world = world;
    this.#identity = parts.identity;
    this.#limits = parts.limits;
    this.#routes = parts.routes;
    this.#record = parts.record;
  }

  handle(request: SandboxRequest): SandboxReply {
    if (request.path === '/connect/token' && request.method === 'POST') return this.#identity.token(request);
    if (request.path === '/connections') return this.#identity.connections(request);
    if (request.path === '/identity/connect/authorize') return this.#identity.authorize(request);
    if (!request.path.startsWith(`${API_BASE}/`)) return notFound();
    let headers = {};
    try {
      this.#identity.admit(request);
      const taken = this.#limits.take();
      headers = taken.headers;
      const reply: SandboxReply = taken.problem === null ? this.#once(request) : { status: 429, body: '' };
      return { ...reply, headers: { ...reply.headers, ...headers } };
    } catch (error) {
      if (!(error instanceof Reply)) throw error;
      return { ...error.reply, headers: { ...error.reply.headers, ...headers } };
    }
  }

  /** The same key with the same request is answered as before, whatever that was; with another one it is refused. */
  #once(request: SandboxRequest): SandboxReply {
    const key = request.headers['idempotency-key'];
    if (request.method === 'GET' || key === undefined) return this.#route(request);
    if (key.length > KEY_LENGTH)
      return apiException(
        20,
        'IdempotencyKeyException',
        'Idempotency Key exceeds the maximum length of 128.',
      );
    const now = this.#world.clock.now();
    const asked = createHash('sha256')
      .update(`${request.method} ${request.path}?${request.query} `)
      .update(request.body)
      .digest('base64url');
    const before = this.#keys.get(key);
    if (before && now - before.at < KEY_LIFE_MS)
      return before.request === asked
        ? before.reply
        : apiException(
            20,
            'IdempotencyKeyException',
            `Idempotency Key: ${key} is used with a different request.`,
          );
    const reply = this.#route(request);
    this.#keys.set(key, { request: asked, reply, at: now });
    return reply;
  }

  #route(request: SandboxRequest): SandboxReply {
    const path = request.path.slice(API_BASE.length);
    const route = this.#routes.find((each) => each.method === request.method && each.path.test(path));
    if (!route) return notFound();
    const params = (route.path.exec(path) ?? []).slice(1).map(decodeURIComponent);
    try {
      const body = route.request === undefined ? undefined : bodyOf(request, route.request);
      const made = route.handle({ params, query: request.query, body: body as never });
      const answer = this.#enveloped(made);
      const wrong = answerProblem(route.answer, answer);
      if (wrong !== undefined) throw new Error(`the answer breaks its schema: ${wrong}`);
      this.#record({ route, path, query: request.query, body, answer });
      if (route.method !== 'GET') this.#world.changed();
      return { status: 200, body: answer };
    } catch (error) {
      if (error instanceof Reply) return error.reply;
      throw error;
    }
  }

  #enveloped(body: object): object {
    this.#answers += 1;
    return {
      Id: `00000000-0000-4000-8000-${String(this.#answers).padStart(12, '0')}`,
      Status: 'OK',
      ProviderName: 'Crossdock',
      DateTimeUTC: msInstant(this.#world.clock.now()),
      ...body,
    };
  }
}

function bodyOf(request: SandboxRequest, schema: RequestName): unknown {
  let body: unknown;
  try {
    body = request.json();
  } catch {
    throw new Reply(apiException(14, 'PostDataInvalidException', 'Invalid JSON data'));
  }
  const wrong = requestProblem(schema, body);
  if (wrong !== undefined)
    throw new Reply(apiException(14, 'PostDataInvalidException', `JSON for post data was invalid: ${wrong}`));
  return body;
}
