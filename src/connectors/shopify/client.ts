/** One GraphQL call, and what its answer means by the contract's classes of errors. */
import type { Clock } from '../../base/clock.ts';
import { type HttpAnswer, send } from '../../base/http.ts';
import type { AccessTokens } from '../access-tokens.ts';
import type { Failure } from '../contract.ts';
import { type Budget, type Cost, costIn, retryAfterMs } from './budget.ts';
import { textFor } from './dialect.ts';
import type { GraphQlDocument, OperationName, UserError } from './documents.ts';
import { asObject, type JsonObject, parseText } from './json.ts';
import { credentialTokens, type TokenSettings } from './token.ts';
import type { Operations } from './vendor-types.ts';
import { VERSION_HEADER } from './versions.ts';

export interface ClientSettings extends TokenSettings {
  apiVersion: string;
}

export type Answer<Result> =
  | { status: 'ok'; data: Result; cost: number }
  /** The query asks for more than one call may cost: ask for less. */
  | { status: 'tooCostly'; message: string }
  | Failure;

/** Wait when the vendor does not say how long. */
const DEFAULT_RETRY_MS = 2_000;
/** Of the vendor's words, as many as a case needs. */
const MAX_WORDS = 500;

export class ShopifyClient {
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #budget: Budget;
  readonly #tokens: AccessTokens;
  readonly #tell: (problem: string) => void;
  /** The API version that has answered last. */
  #served: string;
  readonly #told = new Set<string>();

  /** `tell` hears once of each API version that answers and is not the one that is asked for. */
  constructor(
    settings: ClientSettings,
    clock: Clock,
    budget: Budget,
    tokens: AccessTokens = credentialTokens(settings, clock),
    tell: (problem: string) => void = () => {},
  ) {
    this.#settings = settings;
    this.#clock = clock;
    this.#budget = budget;
    this.#tokens = tokens;
    this.#tell = tell;
    this.#served = settings.apiVersion;
  }

  /** Sends a document once; a token that has ended early is replaced and the call made again, since a 401 has no effect. */
  async run<Result, Name extends OperationName>(
    document: GraphQlDocument<Result, Name>,
    variables: Operations[Name]['variables'],
    signal: AbortSignal,
  ): Promise<Answer<Result>> {
    const first = await this.#attempt(document, variables, signal);
    if (first.status !== 'refusedToken') return first;
    const second = await this.#attempt(document, variables, signal);
    if (second.status !== 'refusedToken') return second;
    return {
      status: 'auth',
      message: `${document.name} was answered 401 with a fresh access token: ${second.message}`,
    };
  }

  async #attempt<Result>(
    document: GraphQlDocument<Result>,
    variables: JsonObject,
    signal: AbortSignal,
  ): Promise<Answer<Result> | { status: 'refusedToken'; message: string }> {
    const token = await this.#tokens.get(signal);
    if (token.status !== 'ok') return token;
    const request = this.#budget.send();
    const answer = await send({
      method: 'POST',
      url: `${this.#settings.baseUrl}/admin/api/${this.#settings.apiVersion}/graphql.json`,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'x-shopify-access-token': token.token,
      },
      body: JSON.stringify({
        query: textFor(document, this.#served),
        operationName: document.name,
        variables,
      }),
      signal,
    });
    if (answer.kind === 'unreached')
      return { status: 'transient', message: `${document.name} could not be sent: ${answer.message}` };
    if (answer.kind === 'lost') return inDoubt(document, `got no answer: ${answer.message}`);
    this.#noteVersion(answer.headers.get(VERSION_HEADER));
    if (answer.status === 401) {
      this.#tokens.drop(token.token);
      return { status: 'refusedToken', message: wordsOf(answer.text) };
    }
    return answer.status === 200
      ? this.#understand(document, answer.text, request)
      : this.#refused(document, answer);
  }

  /** A version that has ended is answered by another: the vendor's answers may lack or mean something else then. */
  #noteVersion(version: string | null): void {
    if (version === null) return;
    this.#served = version;
    const problem = this.otherVersion;
    if (problem === null || this.#told.has(version)) return;
    this.#told.add(version);
    this.#tell(problem);
  }

  /** What is wrong where another API version answers than is asked for; null: nothing. */
  get otherVersion(): string | null {
    const { apiVersion } = this.#settings;
    return this.#served === apiVersion
      ? null
      : `the store answers with API version ${this.#served}, not ${apiVersion}, which is asked for and has ended or is not to be had: see "crossdock contracts check", then set apiVersion to a supported version`;
  }

  #understand<Result>(document: GraphQlDocument<Result>, text: string, request: number): Answer<Result> {
    const body = asObject(parseText(text));
    if (!body) return inDoubt(document, `was answered with no JSON: ${text.slice(0, 100)}`, 200);
    const cost = costIn(body.extensions);
    if (cost.throttle) this.#budget.learn(cost.throttle, this.#clock.now(), request);
    const errors = Array.isArray(body.errors)
      ? body.errors
      : body.errors === undefined
        ? []
        : [{ message: String(body.errors) }];
    if (errors.length > 0) return this.#errors(document, errors.map(asError), cost);
    const parsed = document.result.safeParse(body.data);
    if (parsed.success) return { status: 'ok', data: parsed.data, cost: cost.requested ?? 0 };
    const issue = parsed.error.issues[0];
    const message = `${document.name} was answered in a shape that the schema does not have: ${issue?.path.join('.') || 'data'}: ${issue?.message ?? 'unreadable'}`;
    // It has taken effect, most likely: a look-up tells.
    return document.kind === 'mutation' ? { status: 'unknown', message, answered: 200 } : drift(message);
  }

  #errors(
    document: GraphQlDocument<unknown>,
    errors: readonly GraphQlError[],
    cost: Cost,
  ): Exclude<Answer<never>, { status: 'ok' }> {
    const message = `${document.name}: ${errors.map((error) => error.message).join('; ')}`.slice(
      0,
      MAX_WORDS,
    );
    const codes = new Set(errors.map((error) => error.code));
    if (codes.has('THROTTLED'))
      return { status: 'throttled', retryAfterMs: this.#budget.throttled(cost, this.#clock.now()), message };
    if (codes.has('MAX_COST_EXCEEDED')) return { status: 'tooCostly', message };
    if (codes.has('ACCESS_DENIED'))
      return { status: 'auth', message: `the app lacks an access scope: ${message}` };
    if (codes.has('SHOP_INACTIVE')) return { status: 'auth', message };
    if (codes.has('INTERNAL_SERVER_ERROR') || codes.has('TIMEOUT') || errors.some((error) => error.executed))
      return inDoubt(document, message, 200);
    // Refused before it was carried out: the schema knows no such field, argument or value.
    return drift(message);
  }

  #refused(
    document: GraphQlDocument<unknown>,
    answer: Extract<HttpAnswer, { kind: 'answer' }>,
  ): Exclude<Answer<never>, { status: 'ok' }> {
    const message = `${document.name} was answered ${answer.status}: ${wordsOf(answer.text)}`;
    switch (answer.status) {
      case 429:
      case 430: {
        const cost = costIn(asObject(parseText(answer.text))?.extensions);
        const told = retryAfterMs(answer.headers) ?? DEFAULT_RETRY_MS;
        return {
          status: 'throttled',
          retryAfterMs: this.#budget.throttled(cost, this.#clock.now(), told),
          message,
        };
      }
      // Frozen, forbidden, no such shop or version, locked: no order can be blamed for it, so the lane pauses.
      case 402:
      case 403:
      case 404:
      case 423:
        return {
          status: 'auth',
          message: `${message}. Check shopDomain (or baseUrl), apiVersion and that the shop is open and the app installed`,
        };
      case 503:
        return { status: 'transient', message, answered: 503 };
      default:
    }
    if (answer.status >= 500 || answer.status === 408) return inDoubt(document, message, answer.status);
    if (answer.status >= 300 && answer.status < 400)
      return {
        status: 'auth',
        message: `${message}. The shop has another address now: set shopDomain to it`,
      };
    return drift(message);
  }
}

/** After a mutation nobody knows; a query is simply repeated. */
function inDoubt(document: GraphQlDocument<unknown>, message: string, answered?: number): Failure {
  return {
    status: document.kind === 'mutation' ? 'unknown' : 'transient',
    message: message.startsWith(document.name) ? message : `${document.name} ${message}`,
    ...(answered === undefined ? {} : { answered }),
  };
}

/** The vendor's API is not what this connector was written for. */
export function drift(message: string): Failure {
  return {
    status: 'rejected',
    code: 'schema-drift',
    message,
    suggestedFix:
      'The vendor’s API is not what this connector was written for: set apiVersion to a supported version, or bring the connector up to it; then retry the case',
  };
}

/** The requests that one call of the contract makes, and what they have asked for together. */
export class Exchange {
  readonly #client: ShopifyClient;
  readonly signal: AbortSignal;
  spent = 0;

  constructor(client: ShopifyClient, signal: AbortSignal) {
    this.#client = client;
    this.signal = signal;
  }

  async run<Result, Name extends OperationName>(
    document: GraphQlDocument<Result, Name>,
    variables: Operations[Name]['variables'],
  ): Promise<Answer<Result>> {
    const answer = await this.#client.run(document, variables, this.signal);
    if (answer.status === 'ok') this.spent += answer.cost;
    return answer;
  }
}

interface GraphQlError {
  message: string;
  code: string | null;
  /** It has a path: the operation was being carried out when it happened. */
  executed: boolean;
}

function asError(value: unknown): GraphQlError {
  const error = asObject(value);
  const code = asObject(error?.extensions)?.code;
  const path = error?.path;
  // Errors of validation carry a path of names ("mutation X", "field"); it begins with the operation.
  const executed =
    Array.isArray(path) && path.length > 0 && !/^(query|mutation|fragment)\b/.test(String(path[0]));
  return {
    message: typeof error?.message === 'string' ? error.message : 'no words',
    code: typeof code === 'string' ? code : null,
    executed,
  };
}

function wordsOf(text: string): string {
  const errors = asObject(parseText(text))?.errors;
  const words = typeof errors === 'string' ? errors : text.trim();
  return words.slice(0, MAX_WORDS) || 'no words';
}

/** What the vendor refused, in its own words, with what would fix it. */
export function rejectedBy(errors: readonly UserError[], suggestedFix: string, code = 'user-error'): Failure {
  const first = errors[0];
  const message = errors
    .map((error) => (error.field?.length ? `${error.message} (${error.field.join('.')})` : error.message))
    .join('; ');
  return {
    status: 'rejected',
    code: first?.code?.toLowerCase().replaceAll('_', '-') ?? code,
    message: message.slice(0, MAX_WORDS),
    suggestedFix,
  };
}
