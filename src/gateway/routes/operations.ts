/** /v1/overview, /v1/audit, /v1/metrics and /healthz: how the hub is. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { auditDatabase } from '../../audit/audit.ts';
import { type Outside, readOutside } from '../../audit/books.ts';
import { monotonicMs } from '../../base/clock.ts';
import { PROCESSES } from '../../engine/turn.ts';
import { proveWritable } from '../../store/leases.ts';
import { type Metrics, metricsOf } from '../metrics.ts';
import { ApiProblem } from '../problem.ts';
import { AuditAnswer, Health, Overview } from '../schemas/operations.ts';
import { orderCounter, overviewOf } from '../views/overview.ts';
import { type ApiParts, answers, jsonBody } from './app.ts';

/** A database that was written so lately is taken to be writable. */
const WRITABLE_FOR_MS = 1_000;

const overview = createRoute({
  method: 'get',
  path: '/v1/overview',
  tags: ['Hub'],
  summary: 'Everything at a glance',
  responses: answers('Orders by status, open cases, connections, what waits', Overview),
});

const auditing = createRoute({
  method: 'post',
  path: '/v1/audit',
  tags: ['Hub'],
  summary: 'Check the invariants on our tables, and on the books of a sandbox',
  description: 'It reads everything: on a large database it takes its time.',
  request: {
    body: jsonBody(
      z.object({
        sandbox: z
          .url()
          .optional()
          .openapi({ description: 'Control server of a sandbox retailer on this machine' }),
      }),
      false,
    ),
  },
  responses: answers('What holds, and what does not', AuditAnswer),
});

const metrics = createRoute({
  method: 'get',
  path: '/v1/metrics',
  tags: ['Hub'],
  summary: 'Metrics for Prometheus',
  responses: {
    200: { description: 'Text format of Prometheus', content: { 'text/plain': { schema: z.string() } } },
  },
});

const health = createRoute({
  method: 'get',
  path: '/healthz',
  tags: ['Hub'],
  summary: 'Whether the process answers and its database takes writes; needs no token',
  security: [],
  responses: answers('Both do', Health),
});

/** A sandbox stands on this machine: the hub calls no other address because somebody asks it to. */
async function outsideOf(sandbox: string): Promise<Outside> {
  const { hostname, protocol } = new URL(sandbox);
  if (protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
    throw new ApiProblem(
      422,
      'sandbox-not-local',
      'That is no sandbox of this machine',
      `The audit reads sandboxes on loopback only, not ${hostname}.`,
      'Give the address that the sandbox has printed, such as http://127.0.0.1:9000.',
    );
  try {
    return await readOutside(sandbox);
  } catch (error) {
    throw new ApiProblem(
      502,
      'sandbox-silent',
      'The sandbox does not answer',
      error instanceof Error ? error.message : String(error),
      'Check that it runs and that this is its control server.',
    );
  }
}

export function operationRoutes(app: OpenAPIHono, parts: ApiParts): void {
  const { engine, webhooks, log } = parts;
  const orders = orderCounter(engine);

  app.openapi(overview, async (c) => c.json(await overviewOf(engine, orders, webhooks), 200));

  app.openapi(auditing, async (c) => {
    const { sandbox } = c.req.valid('json') ?? {};
    const outside = sandbox === undefined ? null : await outsideOf(sandbox);
    return c.json(await auditDatabase(engine.database, { processes: PROCESSES, outside }), 200);
  });

  // Measuring the process costs a little: it begins when somebody asks.
  let measured: Metrics | undefined;
  app.openapi(metrics, async (c) => {
    measured ??= metricsOf(parts, orders);
    return c.text(await measured.text(), 200, { 'content-type': measured.contentType });
  });

  let writtenAt = Number.NEGATIVE_INFINITY;
  app.openapi(health, async (c) => {
    // The words of the database are for the log only: anybody may ask this.
    const fails = (what: string) => (error: unknown) => {
      log(what, { error: error instanceof Error ? error.message : String(error) });
      return true;
    };
    const { database } = engine;
    if (await database.query('select 1').then(() => false, fails('the database does not answer')))
      throw new ApiProblem(
        503,
        'database-silent',
        'The database does not answer',
        'The hub runs, and its database refuses even the simplest question.',
        'Look at the log of the hub and at the database.',
      );
    // And as often as they like: one write is proof for a moment.
    if (monotonicMs() - writtenAt > WRITABLE_FOR_MS) {
      if (await proveWritable(database).then(() => false, fails('the database cannot be written')))
        throw new ApiProblem(
          503,
          'database-not-writable',
          'The database cannot be written',
          'It answers, and takes nothing: deliveries are refused with 503; nothing that was acknowledged is lost.',
          'Look for a full disk or for a server that only reads, and at the log of the hub.',
        );
      writtenAt = monotonicMs();
    }
    return c.json({ status: 'ok' } as const, 200);
  });
}
