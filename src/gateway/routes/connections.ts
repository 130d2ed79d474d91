/** /v1/connections: their state, pause and resume, a check, and saved payloads in. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { listCases } from '../../store/cases.ts';
import { ApiProblem } from '../problem.ts';
import {
  ConnectionCheck,
  ConnectionItem,
  ConnectionList,
  CredentialInput,
  CredentialKept,
  DeliveryReceipt,
  Dismantled,
} from '../schemas/operations.ts';
import { connectionItems } from '../views/connections.ts';
import { type ApiParts, answers } from './app.ts';

/** As large as a webhook may be. */
const DELIVERY_LIMIT_BYTES = 32 * 1024 * 1024;

const ConnectionParam = z.object({ id: z.string().openapi({ example: 'shopify-northlight' }) });

const list = createRoute({
  method: 'get',
  path: '/v1/connections',
  tags: ['Connections'],
  summary: 'Connections, and how far each lane is behind',
  responses: answers('All connections of the configuration', ConnectionList),
});

const pausing = <Act extends 'pause' | 'resume'>(name: Act, summary: string) =>
  createRoute({
    method: 'post',
    path: `/v1/connections/{id}/${name}` as const,
    tags: ['Connections'],
    summary,
    request: { params: ConnectionParam },
    responses: answers('The connection as it stands now', ConnectionItem),
  });

const pause = pausing('pause', 'Begin no new calls; what is under way ends');
const resume = pausing('resume', 'Go on with calls');

const check = createRoute({
  method: 'post',
  path: '/v1/connections/{id}/check',
  tags: ['Connections'],
  summary: 'Ask whether the system can be reached and the credentials suffice',
  request: { params: ConnectionParam },
  responses: answers('What the system says', ConnectionCheck),
});

const keep = createRoute({
  method: 'put',
  path: '/v1/connections/{id}/credential',
  tags: ['Connections'],
  summary: 'Keep a credential that the connector renews (crossdock connect)',
  description:
    'It is sealed before it is stored, and never given out again. The connection may be configured afterwards.',
  request: {
    params: ConnectionParam,
    body: { content: { 'application/json': { schema: CredentialInput } }, required: true },
  },
  responses: answers('It is kept', CredentialKept),
});

const dismantle = createRoute({
  method: 'post',
  path: '/v1/connections/{id}/dismantle',
  tags: ['Connections'],
  summary: 'Pause it, take away what it has at the vendor (webhook subscriptions), forget its credential',
  request: { params: ConnectionParam },
  responses: answers('What was taken away, and what could not be', Dismantled),
});

const deliver = createRoute({
  method: 'post',
  path: '/v1/connections/{id}/deliveries',
  tags: ['Connections'],
  summary: 'Take in a saved payload, as if the connection had sent it',
  description:
    'It goes the way of a webhook, without a signature: the caller vouches for it. The body is kept byte by byte.',
  request: {
    params: ConnectionParam,
    query: z.object({
      topic: z
        .string()
        .min(1)
        .max(200)
        .openapi({ description: "The vendor's topic", example: 'orders/create' }),
    }),
    body: { content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
  },
  responses: answers('It is stored', DeliveryReceipt),
});

export function connectionRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  const known = (id: string): string => {
    if (engine.connections.has(id)) return id;
    throw new ApiProblem(
      404,
      'connection-not-found',
      'There is no such connection',
      `The configuration has no connection "${id}".`,
      `There are: ${[...engine.connections.keys()].join(', ')}.`,
    );
  };

  async function setPaused(id: string, paused: boolean): Promise<ConnectionItem> {
    await engine.setPaused(known(id), paused);
    const [item] = await connectionItems(engine, id);
    return item as ConnectionItem;
  }

  app.openapi(list, async (c) => c.json({ connections: await connectionItems(engine) }, 200));
  app.openapi(pause, async (c) => c.json(await setPaused(c.req.valid('param').id, true), 200));
  app.openapi(resume, async (c) => c.json(await setPaused(c.req.valid('param').id, false), 200));
  app.openapi(check, async (c) => {
    const { ok, message } = await engine.check(known(c.req.valid('param').id));
    return c.json({ ok, message }, 200);
  });

  app.openapi(keep, async (c) => {
    await engine.keepCredential(c.req.valid('param').id, c.req.valid('json').credential);
    return c.json({ kept: true }, 200);
  });
  app.openapi(dismantle, async (c) => {
    const id = known(c.req.valid('param').id);
    await engine.setPaused(id, true);
    const done = await engine.dismantle(id);
    await engine.keepCredential(id, null);
    const { backlog } = (await connectionItems(engine, id))[0] as ConnectionItem;
    if (done === null) return c.json({ removed: [], problems: [], backlog }, 200);
    return done.status === 'done'
      ? c.json({ removed: [...done.mended], problems: [...done.warnings], backlog }, 200)
      : c.json({ removed: [], problems: [done.message], backlog }, 200);
  });

  app.use(
    deliver.getRoutingPath(),
    bodyLimit({
      maxSize: DELIVERY_LIMIT_BYTES,
      onError: () => {
        throw new ApiProblem(
          413,
          'body-too-large',
          'The payload is too large',
          `A payload may have ${DELIVERY_LIMIT_BYTES / 1024 / 1024} MB at most.`,
          'Send each message in a request of its own.',
        );
      },
    }),
  );
  app.openapi(deliver, async (c) => {
    const connection = known(c.req.valid('param').id);
    const body = new Uint8Array(await c.req.arrayBuffer());
    const { topic } = c.req.valid('query');
    const receipt = await engine.intake.receive({
      connection,
      delivery: { headers: {}, body, origin: 'file', topic },
      deliveryId: null,
      eventId: null,
    });
    const [opened] =
      receipt.end === 'case'
        ? await listCases(engine.database, {
            stream: { kind: 'observation', key: receipt.observationId },
            limit: 1,
          })
        : [];
    return c.json({ ...receipt, caseId: opened?.id ?? null }, 200);
  });
}
