/** What all routes share: the app with its checks of requests, and how an operation is described. */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Engine } from '../../engine/engine.ts';
import type { ConnectionDesk } from '../../governance/connection-desk.ts';
import { ApiProblem } from '../problem.ts';
import { Problem } from '../schemas/common.ts';
import { parseCursor } from '../views/common.ts';
import type { WebhookCounters } from '../webhooks.ts';

export interface ApiParts {
  engine: Engine;
  /** Counters of the webhook port; null where this process has none. */
  webhooks: Readonly<WebhookCounters> | null;
  /** Makes and gives up connections. */
  desk: ConnectionDesk;
  log: (message: string, details: Record<string, unknown>) => void;
}

/** An app that answers requests of the wrong form with a problem that names each part. */
export function newApp(): OpenAPIHono {
  return new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.map((issue) => ({
        path: issue.path.join('.'),
        message: issue.message,
      }));
      throw new ApiProblem(
        422,
        'invalid-request',
        'The request is not as it must be',
        errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '),
        'Mend the named parts; /v1/docs describes each call.',
        { errors },
      );
    },
  });
}

/** The answers of an operation: its success, and problems. */
export function answers<Schema extends z.ZodType>(description: string, schema: Schema) {
  return {
    200: { description, content: { 'application/json': { schema } } },
    default: { description: 'A problem', content: { 'application/problem+json': { schema: Problem } } },
  } as const;
}

export function jsonBody<Schema extends z.ZodType>(schema: Schema, required = true) {
  return { content: { 'application/json': { schema } }, required } as const;
}

/** How many, in a query. */
export const limitOf = (usual: number, most: number) => {
  const error = `expected a whole number from 1 to ${most}`;
  return z.coerce
    .number({ error })
    .int({ error })
    .min(1, { error })
    .max(most, { error })
    .default(usual)
    .openapi({ type: 'integer', description: `How many at most: 1 to ${most}` });
};

export const Before = z
  .string()
  .max(1_000)
  .optional()
  .openapi({ description: '`next` of the page before: older ones follow' });

/** Throws a problem that lists the known names, where a filter names none of them: an empty list would say something else. */
export function checkFilter(filter: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new ApiProblem(
    422,
    'invalid-request',
    'The request is not as it must be',
    `${filter}: there is no "${value}"`,
    `Give one of ${known.join(', ')}.`,
  );
}

/** A flag in a query. */
export const Flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/** Where a page begins. Throws a problem for text that no page has given. */
export function positionOf(before: string | undefined): { at: number; key: string } | undefined {
  if (before === undefined) return undefined;
  return parseCursor(before) ?? refuseCursor();
}

/** Throws the problem of a cursor that no page has given. */
export function refuseCursor(): never {
  throw new ApiProblem(
    422,
    'invalid-request',
    'The request is not as it must be',
    'before: no page has given this text',
    'Give `next` of the page before, as it was.',
  );
}
