/** The network side: one call, and what its answer means by the contract's classes of errors. */
import type { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { type HttpAnswer, send } from '../../base/http.ts';
import type { Failure } from '../contract.ts';
import type { Limiter } from '../limiter.ts';
import { Problem } from './api.ts';
import type { Settings } from './manifest.ts';

export interface Call<Schema extends z.ZodType> {
  method: 'GET' | 'POST' | 'PUT';
  /** With the query. */
  path: string;
  /** What a good answer looks like. */
  answer: Schema;
  body?: unknown;
  /** The command's key; set on everything that changes something. */
  key?: string;
  signal: AbortSignal;
}

export type Answer<Schema extends z.ZodType> =
  | { status: 'ok'; data: z.infer<Schema>; text: string }
  /** 404 on a read. */
  | { status: 'missing'; message: string }
  | Failure;

/** Wait when a 429 does not say how long. */
const DEFAULT_RETRY_MS = 5_000;
/** Longest wait that is believed. */
const MAX_RETRY_MS = 60 * 60_000;
/** Of a system's words, as many as a case needs. */
const MAX_WORDS = 500;

export class RestClient {
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #limiter: Limiter;

  constructor(settings: Settings, clock: Clock, limiter: Limiter) {
    this.#settings = settings;
    this.#clock = clock;
    this.#limiter = limiter;
  }

  async call<Schema extends z.ZodType>(call: Call<Schema>): Promise<Answer<Schema>> {
    const changes = call.method !== 'GET';
    const answer = await send({
      method: call.method,
      url: `${this.#settings.baseUrl.replace(/\/+$/, '')}${call.path}`,
      headers: {
        authorization: `Bearer ${this.#settings.token}`,
        accept: 'application/json, application/problem+json',
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(call.key === undefined ? {} : { 'idempotency-key': headerText(call.key) }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: call.signal,
    });
    const what = `${call.method} ${call.path.split('?')[0]}`;
    if (answer.kind === 'unreached')
      return { status: 'transient', message: `${what} could not be sent: ${answer.message}` };
    if (answer.kind === 'lost') return inDoubt(changes, `${what} got no answer: ${answer.message}`);
    if (answer.status >= 200 && answer.status < 300) return this.#understood(call, what, changes, answer);
    return this.#refused(what, changes, answer);
  }

  #understood<Schema extends z.ZodType>(
    call: Call<Schema>,
    what: string,
    changes: boolean,
    { status, text }: Extract<HttpAnswer, { kind: 'answer' }>,
  ): Answer<Schema> {
    const parsed = call.answer.safeParse(parseJson(text));
    if (parsed.success) return { status: 'ok', data: parsed.data, text };
    const issue = parsed.error.issues[0];
    const message = `${what} was answered in a shape that the API does not have: ${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'unreadable'}`;
    // It has taken effect, most likely: a look-up tells, or a person.
    if (changes) return { status: 'unknown', message, answered: status };
    return {
      status: 'rejected',
      code: 'schema-drift',
      message,
      suggestedFix:
        'Bring the system’s answers back to the published API (docs/reference/rest-openapi.json), then retry the case',
    };
  }

  #refused(
    what: string,
    changes: boolean,
    answer: Extract<HttpAnswer, { kind: 'answer' }>,
  ): Exclude<Answer<z.ZodType>, { status: 'ok' }> {
    const problem = Problem.partial().safeParse(parseJson(answer.text)).data ?? {};
    const words =
      (problem.detail ?? problem.title ?? answer.text.trim()).slice(0, MAX_WORDS) ||
      `status ${answer.status}`;
    const message = `${what} was answered ${answer.status}: ${words}`;
    switch (answer.status) {
      case 429: {
        const retryAfterMs =
          retryAfter(answer.headers.get('retry-after'), this.#clock.now()) ?? DEFAULT_RETRY_MS;
        this.#limiter.throttled(retryAfterMs, this.#clock.now());
        return { status: 'throttled', retryAfterMs, message };
      }
      case 401:
      case 403:
        return { status: 'auth', message };
      case 503:
        return { status: 'transient', message, answered: 503 };
      case 408:
        return inDoubt(changes, message, 408);
      case 404:
        if (!changes) return { status: 'missing', message };
        break;
      default:
    }
    if (answer.status >= 500) return inDoubt(changes, message, answer.status);
    if (answer.status < 400)
      return {
        status: 'rejected',
        code: `http-${answer.status}`,
        message,
        suggestedFix:
          'Set baseUrl of the connection to the address that answers by itself; redirects are not followed',
      };
    const code = problem.code ?? `http-${answer.status}`;
    return {
      status: 'rejected',
      code,
      message: words,
      suggestedFix: problem.fix ?? fixFor(code, answer.status),
      ...(problem.closedThrough === undefined ? {} : { closedThrough: problem.closedThrough }),
    };
  }
}

/** After a change nobody knows; a read is simply repeated. */
function inDoubt(changes: boolean, message: string, answered?: number): Failure {
  return {
    status: changes ? 'unknown' : 'transient',
    message,
    ...(answered === undefined ? {} : { answered }),
  };
}

const FIXES: Readonly<Record<string, string>> = {
  conflict:
    'The system holds something else under this key: compare it with what was sent, correct it there, then retry the case',
  ITEM_BLOCKED:
    'Release the item for sale in the system, or remove it from the order at the channel; then retry the case',
  TOTAL_MISMATCH:
    'Compare the order’s amounts in the system’s currency set-up with the channel’s; then retry the case',
  'already-shipped': 'Stop the parcel or ask the customer to return it; then skip the case',
  'sales-order-cancelled':
    'Open the sales order again in the system, or book it there by hand; then retry or skip the case',
  'unknown-item':
    'Create the item in the system, or correct the SKU mapping of this connection; then retry the case',
  'unknown-location': 'Correct the location mapping of this connection; then retry the case',
};

function fixFor(code: string, status: number): string {
  return (
    FIXES[code] ??
    (status === 400
      ? 'The request breaks the system’s API: report it to the integration’s author with this case'
      : 'Settle in the system what it objects to, then retry the case')
  );
}

/** `Retry-After`: seconds or a date. */
function retryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const waitMs = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), MAX_RETRY_MS) : undefined;
}

/** Header values are visible ASCII: anything else, and the per cent sign, is escaped. */
function headerText(key: string): string {
  return key.toWellFormed().replace(/[^\x21-\x24\x26-\x7e]/gu, (character) => encodeURIComponent(character));
}

/** The value of JSON, or undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
