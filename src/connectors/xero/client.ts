/** One call of the Accounting API, and what its answer means by the contract's classes of errors. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { type HttpAnswer, send } from '../../base/http.ts';
import type { AccessTokens } from '../access-tokens.ts';
import type { Failure } from '../contract.ts';
import { ApiException } from './api.ts';
import type { Budget } from './budget.ts';
import { addressesOf, type Settings } from './manifest.ts';
import { refusal } from './refusals.ts';

export interface Call<Schema extends z.ZodType> {
  method: 'GET' | 'PUT';
  /** Below the API's base: "/Invoices". */
  path: string;
  query?: Readonly<Record<string, string>>;
  /** What a good answer looks like. */
  answer: Schema;
  body?: unknown;
  /** Names the act; set on everything that changes something. */
  key?: string;
}

export type Answer<Data> = { status: 'ok'; data: Data } | Failure;

/** Wait when a refusal does not say how long. */
const DEFAULT_RETRY_MS = 5_000;
/** A day's budget may be gone for almost a day. */
const MAX_RETRY_MS = 24 * 60 * 60_000;
/** Of Xero's words, as many as a case needs. */
const MAX_WORDS = 500;

export class XeroClient {
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #budget: Budget;
  readonly #tokens: AccessTokens;

  constructor(settings: Settings, clock: Clock, budget: Budget, tokens: AccessTokens) {
    this.#settings = settings;
    this.#clock = clock;
    this.#budget = budget;
    this.#tokens = tokens;
  }

  /** Calls once; where the token has ended early it is replaced and the call made again, since a 401 has no effect. */
  async call<Schema extends z.ZodType>(
    call: Call<Schema>,
    counted: boolean,
    signal: AbortSignal,
  ): Promise<Answer<z.infer<Schema>>> {
    if (!counted) this.#budget.count(this.#clock.now());
    const first = await this.#attempt(call, signal);
    if (first.status !== 'refusedToken') return first;
    this.#budget.count(this.#clock.now());
    const second = await this.#attempt(call, signal);
    if (second.status !== 'refusedToken') return second;
    return { status: 'auth', message: `Xero does not take a fresh access token: ${second.message}` };
  }

  async #attempt<Schema extends z.ZodType>(
    call: Call<Schema>,
    signal: AbortSignal,
  ): Promise<Answer<z.infer<Schema>> | { status: 'refusedToken'; message: string }> {
    const token = await this.#tokens.get(signal);
    if (token.status !== 'ok') return token;
    const what = `${call.method} ${call.path}`;
    const answer = await send({
      method: call.method,
      url: `${addressesOf(this.#settings).api}${call.path}${queryText(call.query)}`,
      headers: {
        authorization: `Bearer ${token.token}`,
        'xero-tenant-id': this.#settings.tenantId,
        accept: 'application/json',
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(call.key === undefined ? {} : { 'idempotency-key': keyText(call.key) }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal,
    });
    const changes = call.method !== 'GET';
    if (answer.kind === 'unreached')
      return { status: 'transient', message: `${what} could not be sent: ${answer.message}` };
    if (answer.kind === 'lost') return inDoubt(changes, `${what} got no answer: ${answer.message}`);
    this.#learn(answer.headers);
    if (answer.status === 401) {
      this.#tokens.drop(token.token);
      return { status: 'refusedToken', message: wordsOf(answer.text) };
    }
    return answer.status === 200 ? understood(call, what, answer.text) : this.#refused(what, changes, answer);
  }

  #learn(headers: Headers): void {
    const left = headers.get('x-minlimit-remaining');
    if (left !== null && /^\d+$/.test(left)) this.#budget.learn(Number(left), this.#clock.now());
  }

  #refused(what: string, changes: boolean, answer: Extract<HttpAnswer, { kind: 'answer' }>): Failure {
    const { status, headers, text } = answer;
    const message = `${what} was answered ${status}: ${wordsOf(text)}`;
    switch (status) {
      case 429: {
        const limit = headers.get('x-rate-limit-problem') ?? 'unnamed';
        const told = Number(headers.get('retry-after') ?? Number.NaN) * 1_000;
        const retryAfterMs = Number.isFinite(told) ? Math.min(told, MAX_RETRY_MS) : DEFAULT_RETRY_MS;
        // Too many at once says nothing of the minute: it passes with the calls that are under way.
        if (limit !== 'concurrent') this.#budget.close(retryAfterMs, this.#clock.now());
        return { status: 'throttled', retryAfterMs, message: `${what}: Xero’s limit "${limit}" is reached` };
      }
      case 403:
        return {
          status: 'auth',
          message: `${message}. Check tenantId, and that the app is connected to the organisation with the scopes ${this.#settings.scopes.join(' ')}`,
        };
      case 412:
        return { status: 'auth', message };
      // Maintenance, or the organisation is offline for some minutes: nothing was begun.
      case 503:
        return { status: 'transient', message, answered: 503 };
      default:
    }
    if (status >= 500 || status === 408) return inDoubt(changes, message, status);
    if (status >= 300 && status < 400)
      return { status: 'auth', message: `${message}. Xero has another address: check baseUrl` };
    return refusal(messagesIn(text), `${what} was answered ${status}`);
  }
}

function understood<Schema extends z.ZodType>(
  call: Call<Schema>,
  what: string,
  text: string,
): Answer<z.infer<Schema>> {
  const parsed = call.answer.safeParse(parseJson(text));
  if (parsed.success) return { status: 'ok', data: parsed.data };
  const issue = parsed.error.issues[0];
  return drift(
    call.method !== 'GET',
    `${what} was answered in a shape that Xero’s API does not have: ${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'unreadable'}`,
  );
}

/** An answer that is none of Xero's: after a change it has taken effect, most likely, and a look-up tells. */
export function drift(changes: boolean, message: string): Failure {
  if (changes) return { status: 'unknown', message, answered: 200 };
  return {
    status: 'rejected',
    code: 'schema-drift',
    message,
    suggestedFix:
      'Xero’s API is not what this connector was written for, or something stands before it: bring the connector up to it, then retry the case',
  };
}

/** After a change nobody knows; a read is simply repeated. */
function inDoubt(changes: boolean, message: string, answered?: number): Failure {
  return {
    status: changes ? 'unknown' : 'transient',
    message,
    ...(answered === undefined ? {} : { answered }),
  };
}

/** What Xero objects to, in its words. */
function messagesIn(text: string): string[] {
  const parsed = ApiException.safeParse(parseJson(text)).data;
  const elements = (parsed?.Elements ?? []).flatMap((each) =>
    (each.ValidationErrors ?? []).map(({ Message }) => Message),
  );
  return elements.length > 0 ? [...new Set(elements)] : [wordsOf(text)];
}

function wordsOf(text: string): string {
  const parsed = ApiException.safeParse(parseJson(text)).data;
  const words = parsed?.Message ?? parsed?.Detail ?? parsed?.Title ?? text.trim();
  return words.slice(0, MAX_WORDS) || 'no words';
}

/** Encoded so that each server reads it alike. */
function queryText(query: Readonly<Record<string, string>> = {}): string {
  const parts = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Xero takes 128 characters: a hash is always short enough, and the same for the same act. */
function keyText(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The calls that one ask of the contract makes: the first is paid for when it was let in, others are counted as they come. */
export class Exchange {
  readonly #client: XeroClient;
  readonly #signal: AbortSignal;
  #isFirst = true;

  constructor(client: XeroClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  call<Schema extends z.ZodType>(call: Call<Schema>): Promise<Answer<z.infer<Schema>>> {
    const counted = this.#isFirst;
    this.#isFirst = false;
    return this.#client.call(call, counted, this.#signal);
  }
}
