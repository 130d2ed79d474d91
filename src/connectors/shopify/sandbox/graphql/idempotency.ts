/**
 * `@idempotent(key:)`: what is asked twice under one key is done once. From 2026-04 on the mutations that know it must carry
 * it. Keys are kept for a day.
 */
import { GraphQLError, type GraphQLResolveInfo, getDirectiveValues } from 'graphql';
import type { Clock } from '../../../../base/clock.ts';

const KEPT_MS = 24 * 3_600_000;
/** The last version in which a key was optional. */
const OPTIONAL_IN = '2026-01';

export type IdempotencyCode = 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH' | 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED';

const WORDS: Readonly<Record<IdempotencyCode, string>> = {
  IDEMPOTENCY_KEY_PARAMETER_MISMATCH:
    'The same idempotency key cannot be used with different operation parameters.',
  IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED:
    'A previous request with this idempotency key failed. Retry with a new idempotency key.',
};

interface Attempt {
  parameters: string;
  atMs: number;
  result: Payload;
}

/** What a mutation gives back. */
export interface Payload {
  userErrors: readonly unknown[];
}

export class Idempotency {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #attempts = new Map<string, Attempt>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Runs a mutation, or gives back what it gave under this key. `refuse` says a code in the mutation's own way. */
  once<Result extends Payload>(
    version: string,
    info: GraphQLResolveInfo,
    parameters: unknown,
    run: () => Result,
    refuse: (code: IdempotencyCode, message: string) => Result,
  ): Result {
    const key = keyIn(info);
    if (key === undefined) {
      if (version !== OPTIONAL_IN)
        throw badRequest('The @idempotent directive is required for this mutation but was not provided.');
      return run();
    }
    if (key.trim() === '')
      throw badRequest('The idempotency key cannot be an empty string or whitespace only.');
    this.#forgetOld();
    const place = `${info.fieldName} ${key}`;
    const text = JSON.stringify(parameters);
    const before = this.#attempts.get(place);
    if (before && before.parameters !== text) return said(refuse, 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
    if (before && before.result.userErrors.length > 0)
      return said(refuse, 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED');
    if (before) return before.result as Result;
    const result = run();
    this.#attempts.set(place, { parameters: text, atMs: this.#clock.now(), result });
    return result;
  }

  #forgetOld(): void {
    const limit = this.#clock.now() - KEPT_MS;
    for (const [place, { atMs }] of this.#attempts) {
      if (atMs >= limit) return;
      this.#attempts.delete(place);
    }
  }
}

function said<Result>(
  refuse: (code: IdempotencyCode, message: string) => Result,
  code: IdempotencyCode,
): Result {
  return refuse(code, WORDS[code]);
}

function keyIn(info: GraphQLResolveInfo): string | undefined {
  const directive = info.schema.getDirective('idempotent');
  const [node] = info.fieldNodes;
  if (!directive || !node) return undefined;
  const values = getDirectiveValues(directive, node, info.variableValues);
  return values === undefined ? undefined : String(values.key ?? '');
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
}
