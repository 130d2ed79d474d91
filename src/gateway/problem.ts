/** Errors of the API: RFC 9457 problem details, which say what happened and what to do next. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Problem } from './schemas/common.ts';

type More = Partial<Pick<Problem, 'candidates' | 'errors'>>;

/** An answer that is no success; thrown anywhere below the API, told by its error handler. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(status: number, code: string, title: string, detail: string, next: string, more: More = {}) {
    super(`${title}: ${detail}`);
    this.problem = { type: `urn:crossdock:problem:${code}`, title, status, code, detail, next, ...more };
  }
}

export function answerProblem(c: Context, problem: Problem): Response {
  return c.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  });
}
