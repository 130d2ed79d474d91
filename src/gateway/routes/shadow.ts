/** /v1/shadow: what would have been sent, where everything is decided and nothing is sent. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readShadow } from '../../store/outbox.ts';
import { ShadowList } from '../schemas/shadow.ts';
import { cursorOf, iso } from '../views/common.ts';
import { type ApiParts, answers, Before, checkFilter, limitOf, positionOf } from './app.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/shadow',
  tags: ['Connections'],
  summary: 'What would have been sent, newest first',
  request: {
    query: z.object({
      connection: z
        .string()
        .optional()
        .openapi({ description: 'To this system, or of orders of this channel' }),
      limit: limitOf(50, 200),
      before: Before,
    }),
  },
  responses: answers('A page of commands', ShadowList),
});

export function shadowRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(list, async (c) => {
    const { connection, limit, before } = c.req.valid('query');
    checkFilter('connection', connection, [...engine.connections.keys()]);
    const position = positionOf(before);
    const rows = await readShadow(engine.database, {
      connection,
      limit,
      before: position && { at: iso(position.at), id: position.key },
    });
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return c.json(
      {
        commands: rows.map((row) => ({
          id: row.id,
          at: iso(row.created_at),
          connection: row.connection,
          command: row.command,
          key: row.key,
          orderKey: row.stream_key,
          title: row.title,
          body: row.body,
        })),
        next: cursorOf(last ? { at: last.created_at, key: last.id } : null),
      },
      200,
    );
  });
}
