/** /v1/connections/{id}/backfills: what a channel has changed in a time is read again, in bulk. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type BackfillRow, listBackfills } from '../../store/backfill.ts';
import { ApiProblem } from '../problem.ts';
import { BackfillItem, BackfillList, BackfillRequest } from '../schemas/backfills.ts';
import { iso, isoOrNull } from '../views/common.ts';
import { type ApiParts, answers, jsonBody } from './app.ts';
import { channel } from './imports.ts';

const ChannelParam = z.object({ id: z.string().openapi({ example: 'shopify-northlight' }) });
/** The newest of a connection that are listed. */
const LISTED = 50;

const begin = createRoute({
  method: 'post',
  path: '/v1/connections/{id}/backfills',
  tags: ['Connections'],
  summary: 'Read again what a channel has changed in a time',
  description:
    'For the first load, and for gaps. Orders go the way of every message, behind what is live; those that are known as they are change nothing.',
  request: { params: ChannelParam, body: jsonBody(BackfillRequest) },
  responses: answers('It is written down', BackfillItem),
});

const list = createRoute({
  method: 'get',
  path: '/v1/connections/{id}/backfills',
  tags: ['Connections'],
  summary: 'Back-fills of a channel, newest first',
  request: { params: ChannelParam },
  responses: answers('The newest', BackfillList),
});

export function backfillRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  const items = async (id: string) => (await listBackfills(engine.database, id, LISTED)).map(itemOf);

  app.openapi(begin, async (c) => {
    const connection = channel(engine, c.req.valid('param').id);
    const { since, until, by } = c.req.valid('json');
    if (until !== null && Date.parse(until) < Date.parse(since))
      throw new ApiProblem(
        422,
        'invalid-request',
        'The request is not as it must be',
        `until: ${until} is before since (${since})`,
        'Give the earlier instant as since.',
      );
    const id = await engine.backfill(connection, { since, until }, by);
    const made = (await items(connection)).find((item) => item.id === id);
    return c.json(made as BackfillItem, 200);
  });
  app.openapi(list, async (c) =>
    c.json({ backfills: await items(channel(engine, c.req.valid('param').id)) }, 200),
  );
}

function itemOf(row: BackfillRow): BackfillItem {
  const { id, by, status, orders, expected, message } = row;
  return {
    id,
    since: iso(row.since),
    until: isoOrNull(row.until),
    by,
    status,
    orders,
    expected,
    message,
    createdAt: iso(row.created_at),
    finishedAt: isoOrNull(row.finished_at),
  };
}
