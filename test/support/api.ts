/** The API of a test engine, called in this process; every answer is checked against its published schema. */
import assert from 'node:assert/strict';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { z } from 'zod';
import { createApi } from '../../src/gateway/api.ts';
import { Problem } from '../../src/gateway/schemas/common.ts';
import type { TestEngine } from './engine.ts';

export const TOKEN = 'test-token';

export interface Call {
  method?: 'GET' | 'POST' | 'PUT';
  body?: unknown;
  /** Sent as it is, with this content type. */
  raw?: { body: string | Uint8Array; type: string };
  headers?: Record<string, string>;
}

export interface TestApi {
  app: OpenAPIHono;
  call(path: string, call?: Call): Promise<Response>;
  /** A call that must succeed. */
  get<Schema extends z.ZodType>(schema: Schema, path: string, call?: Call): Promise<z.infer<Schema>>;
  post<Schema extends z.ZodType>(schema: Schema, path: string, body?: unknown): Promise<z.infer<Schema>>;
  /** A call that must be refused with this status. */
  problem(status: number, path: string, call?: Call): Promise<z.infer<typeof Problem>>;
  /** What the API has logged as its own defects. */
  defects: string[];
}

export function apiOf(hub: TestEngine): TestApi {
  const defects: string[] = [];
  const app = createApi({
    engine: hub.engine,
    token: TOKEN,
    log: (message, details) => defects.push(`${message} ${JSON.stringify(details)}`),
  });
  const call = async (path: string, { method, body, raw, headers = {} }: Call = {}): Promise<Response> => {
    const sent = raw?.body ?? (body === undefined ? undefined : JSON.stringify(body));
    return app.request(path, {
      method: method ?? (sent === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(sent === undefined ? {} : { 'content-type': raw?.type ?? 'application/json' }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent as BodyInit }),
    });
  };
  const get: TestApi['get'] = async (schema, path, request) => {
    const answer = await call(path, request);
    const text = await answer.text();
    assert.equal(answer.status, 200, `${path}: ${text}`);
    return schema.parse(JSON.parse(text)) as never;
  };
  return {
    app,
    call,
    get,
    post: (schema, path, body = {}) => get(schema, path, { method: 'POST', body }),
    defects,
    async problem(status, path, request) {
      const answer = await call(path, request);
      const text = await answer.text();
      assert.equal(answer.status, status, `${path}: ${text}`);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      const problem = Problem.parse(JSON.parse(text));
      assert.equal(problem.status, status);
      assert.ok(problem.next.length > 10, 'a problem says what to do next');
      return problem;
    },
  };
}
