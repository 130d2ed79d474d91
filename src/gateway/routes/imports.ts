/** /v1/connections/{id}/imports: orders that a person wants read from their channel now. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { importOrders } from '../../engine/import.ts';
import { channelsOf } from '../orders.ts';
import { ApiProblem } from '../problem.ts';
import { ImportReport, ImportRequest } from '../schemas/imports.ts';
import { type ApiParts, answers, jsonBody } from './app.ts';

const ChannelParam = z.object({ id: z.string().openapi({ example: 'shopify-northlight' }) });

const request = createRoute({
  method: 'post',
  path: '/v1/connections/{id}/imports',
  tags: ['Connections'],
  summary: 'Read named orders from their channel now',
  description:
    'Each order is read whole, known or not, and judged like what a webhook or a poll brings. The answer says what came of each.',
  request: { params: ChannelParam, body: jsonBody(ImportRequest) },
  responses: answers('What came of each order', ImportReport),
});

export function importRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(request, async (c) => {
    const { id } = c.req.valid('param');
    const { orders, by, waitMs } = c.req.valid('json');
    // Nobody works on it here: what is written down is done when the hub runs.
    const works = Object.keys(engine.status.lanes).length > 0;
    const told = await importOrders(engine, channel(engine, id), orders, { by, waitMs: works ? waitMs : 0 });
    return c.json({ orders: told }, 200);
  });
}

/** The connection of this id, when it is a channel. Throws a problem that names the channels otherwise. */
export function channel(engine: ApiParts['engine'], id: string): string {
  const channels = channelsOf(engine);
  if (channels.includes(id)) return id;
  throw new ApiProblem(
    404,
    'channel-not-found',
    'There is no such channel',
    `The configuration has no connection "${id}" with the role channel.`,
    `Channels are: ${channels.join(', ')}.`,
  );
}
