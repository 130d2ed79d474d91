/** Calls to the hub. Errors carry the hub's own words: what happened, and what to do next. */
import type { Problem } from '../../gateway/api-types.ts';
import { currentSession, refuseSession } from './session.ts';

/** The hub answered, and said no. */
export class RefusedError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

/** The hub did not answer. */
export class UnreachableError extends Error {}

export async function read<Result>(path: string, signal?: AbortSignal): Promise<Result> {
  return (await request(path, signal ? { signal } : {})).json() as Promise<Result>;
}

export async function readText(path: string, signal?: AbortSignal): Promise<string> {
  return (await request(path, signal ? { signal } : {})).text();
}

export async function act<Result>(path: string, body: unknown = {}): Promise<Result> {
  const response = await request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json() as Promise<Result>;
}

/** An answer that is fine, or an error that says why not. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const session = currentSession();
  if (session.status !== 'open') throw new UnreachableError('There is no access token.');
  const headers = { ...init.headers, authorization: `Bearer ${session.token}` };
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers, cache: 'no-store' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new UnreachableError('The hub does not answer.');
  }
  if (response.ok) return response;
  if (response.status === 401) refuseSession(session.token);
  throw new RefusedError(await problemOf(response));
}

async function problemOf(response: Response): Promise<Problem> {
  const nothing: Problem = {
    type: 'about:blank',
    title: `The hub answered ${response.status} ${response.statusText}`.trim(),
    status: response.status,
    code: '',
    detail: '',
    next: '',
  };
  try {
    return { ...nothing, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return nothing;
  }
}
