/**
 * The API of the hub: what the page, the command line and programs of others call. Everything under /v1 needs the token but
 * its own description.
 *
 *   host is ours ─▶ token ─▶ size and form of the request ─▶ route ─▶ JSON, or a problem that says what to do next
 */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { UsageError } from '../base/usage-error.ts';
import type { Engine } from '../engine/engine.ts';
import { ConnectionDesk } from '../governance/connection-desk.ts';
import { bearerToken, noNul, ownHostOnly } from './guard.ts';
import { ApiProblem, answerProblem } from './problem.ts';
import { type ApiDocument, referencePage } from './reference-page.ts';
import { adjustmentRoutes } from './routes/adjustments.ts';
import { type ApiParts, newApp } from './routes/app.ts';
import { availabilityRoutes } from './routes/availability.ts';
import { backfillRoutes } from './routes/backfills.ts';
import { bookRoutes } from './routes/books.ts';
import { caseRoutes } from './routes/cases.ts';
import { connectingRoutes } from './routes/connecting.ts';
import { connectionRoutes } from './routes/connections.ts';
import { eventRoutes } from './routes/events.ts';
import { importRoutes } from './routes/imports.ts';
import { levelsRoutes } from './routes/levels.ts';
import { mappingRoutes } from './routes/mappings.ts';
import { moneyDayRoutes } from './routes/money-days.ts';
import { operationRoutes } from './routes/operations.ts';
import { orderRoutes } from './routes/orders.ts';
import { oversellRoutes } from './routes/oversell.ts';
import { proofRoutes } from './routes/proofs.ts';
import { reconciliationRoutes } from './routes/reconciliations.ts';
import { reservationRoutes } from './routes/reservations.ts';
import { returnRoutes } from './routes/returns.ts';
import { settlementRoutes } from './routes/settlement.ts';
import { shadowRoutes } from './routes/shadow.ts';
import { sourcingRoutes } from './routes/sourcing.ts';
import { stockRoutes } from './routes/stock.ts';
import { takeoverRoutes } from './routes/takeover.ts';
import type { WebhookServer } from './webhooks.ts';

/** The largest body of a call, but for saved payloads. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;
/** Calls that need no token: they say nothing of the retailer. */
const OPEN_CALLS = new Set(['/v1/docs', '/v1/openapi.json']);

export interface ApiOptions {
  engine: Engine;
  token: string;
  /** Makes and gives up connections; left out: they cannot be changed here. */
  desk?: ConnectionDesk;
  /** The webhook port of this process, for its counters. */
  webhooks?: WebhookServer;
  /** Names under which the hub is reached besides localhost and addresses. */
  hosts?: readonly string[];
  /** Told of errors that nobody expected. */
  log?: (message: string, details: Record<string, unknown>) => void;
}

export function createApi(options: ApiOptions): OpenAPIHono {
  const { engine, token, webhooks, hosts = [], log = () => undefined } = options;
  const app = newApp();
  const desk = options.desk ?? new ConnectionDesk({ engine, file: null, dataDir: '', connectors: [] });
  const parts: ApiParts = { engine, webhooks: webhooks?.counters ?? null, desk, log };

  app.onError((error, c) => {
    if (error instanceof ApiProblem) return answerProblem(c, error.problem);
    if (error instanceof UsageError)
      return answerProblem(c, {
        ...problemOf(422, 'cannot-be-done-so', 'It cannot be done so'),
        detail: error.message,
        next: '',
      });
    if (error instanceof HTTPException) {
      const { status, message } = error;
      return answerProblem(c, problemOf(status, 'bad-request', message || 'The request cannot be read'));
    }
    const reference = engine.newId();
    log('a call of the API failed', {
      reference,
      method: c.req.method,
      path: c.req.path,
      error: error.stack ?? error.message,
    });
    return answerProblem(c, {
      ...problemOf(500, 'internal', 'The call failed: this is a defect of Crossdock'),
      detail: `It is noted in the log under ${reference}.`,
      next: 'Try again; if it fails again, report it with the line of the log.',
    });
  });
  app.notFound((c) =>
    answerProblem(c, {
      ...problemOf(404, 'no-such-call', 'There is no such call'),
      detail: `${c.req.method} ${c.req.path} is not part of this API.`,
      next: 'See /v1/docs.',
    }),
  );

  app.use('*', ownHostOnly(hosts));
  app.use('*', noNul);
  const needsToken = bearerToken(token);
  app.use('/v1/*', (c, next) => (OPEN_CALLS.has(c.req.path) ? next() : needsToken(c, next)));
  app.use('/v1/*', async (c, next) => {
    await next();
    // Set on what is there: `c.header` would make the answer anew, as a stream.
    const { headers } = c.res;
    headers.set('x-content-type-options', 'nosniff');
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  });
  const limited = bodyLimit({
    maxSize: BODY_LIMIT_BYTES,
    onError: (c) =>
      answerProblem(
        c,
        problemOf(413, 'body-too-large', `A body may have ${BODY_LIMIT_BYTES / 1024 / 1024} MB`),
      ),
  });
  // Who only asks has no body, and looking for one costs more than many an answer.
  const isUnlimited = ({ method, path }: { method: string; path: string }) =>
    method === 'GET' || path.endsWith('/deliveries');
  app.use('/v1/*', (c, next) => (isUnlimited(c.req) ? next() : limited(c, next)));

  operationRoutes(app, parts);
  orderRoutes(app, parts);
  returnRoutes(app, parts);
  caseRoutes(app, parts);
  connectingRoutes(app, parts);
  connectionRoutes(app, parts);
  importRoutes(app, parts);
  backfillRoutes(app, parts);
  reconciliationRoutes(app, parts);
  levelsRoutes(app, parts);
  shadowRoutes(app, parts);
  takeoverRoutes(app, parts);
  mappingRoutes(app, parts);
  stockRoutes(app, parts);
  adjustmentRoutes(app, parts);
  oversellRoutes(app, parts);
  sourcingRoutes(app, parts);
  reservationRoutes(app, parts);
  availabilityRoutes(app, parts);
  bookRoutes(app, parts);
  moneyDayRoutes(app, parts);
  proofRoutes(app, parts);
  settlementRoutes(app, parts);
  eventRoutes(app, parts);

  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.get('/v1/openapi.json', (c) => c.json(apiDocument(app)));
  app.get('/v1/docs', (c) => {
    c.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'");
    return c.html(referencePage(apiDocument(app) as unknown as ApiDocument));
  });
  return app;
}

/** The OpenAPI document of the API. */
export function apiDocument(app: OpenAPIHono) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Crossdock API',
      version: '1',
      description:
        'Orders with their whole story, cases, connections, mappings. Every call carries "Authorization: Bearer TOKEN"; instants are ISO 8601 in UTC, amounts decimal strings with their currency; errors are problem details (RFC 9457) that say what to do next.',
    },
    security: [{ token: [] }],
  });
}

function problemOf(status: ContentfulStatusCode, code: string, title: string) {
  return {
    type: `urn:crossdock:problem:${code}`,
    title,
    status,
    code,
    detail: title,
    next: 'See /v1/docs for what the call takes.',
  };
}
