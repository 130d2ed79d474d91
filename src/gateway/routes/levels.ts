/** /v1/connections/{id}/levels: all levels of an inventory system are told anew. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readLevelsNote } from '../../engine/levels.ts';
import { ApiProblem } from '../problem.ts';
import { LevelsRequest, LevelsState } from '../schemas/levels.ts';
import { type ApiParts, answers, jsonBody } from './app.ts';

const SystemParam = z.object({ id: z.string().openapi({ example: 'stock' }) });

const pull = createRoute({
  method: 'post',
  path: '/v1/connections/{id}/levels',
  tags: ['Stock'],
  summary: 'Have an inventory system tell all its levels anew',
  description:
    'They are compared with the ledger as they come; what got lost on the way is found by them. A system that exchanges files is asked for a snapshot, which it sends when it makes it.',
  request: { params: SystemParam, body: jsonBody(LevelsRequest) },
  responses: answers('It is written down', LevelsState),
});

const state = createRoute({
  method: 'get',
  path: '/v1/connections/{id}/levels',
  tags: ['Stock'],
  summary: 'When an inventory system was last asked for all its levels',
  request: { params: SystemParam },
  responses: answers('Whether somebody waits for it, and when it was last done', LevelsState),
});

export function levelsRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  const inventory = (id: string): string => {
    const systems = [...engine.connections.values()].flatMap(({ config }) =>
      config.roles.includes('inventory') ? [config.id] : [],
    );
    if (systems.includes(id)) return id;
    throw new ApiProblem(
      404,
      'system-not-found',
      'There is no such inventory system',
      `The configuration has no connection "${id}" with the role inventory.`,
      `Inventory systems are: ${systems.join(', ')}.`,
    );
  };

  app.openapi(pull, async (c) => {
    const connection = inventory(c.req.valid('param').id);
    const note = await engine.pullLevels(connection, c.req.valid('json').by);
    if (note === null)
      throw new ApiProblem(
        409,
        'levels-not-told',
        'The system cannot tell all its levels',
        `The connector of ${connection} cannot ask for them.`,
        'Have the system send them by itself.',
      );
    return c.json({ connection, ...note }, 200);
  });

  app.openapi(state, async (c) => {
    const connection = inventory(c.req.valid('param').id);
    return c.json({ connection, ...(await readLevelsNote(engine.database, connection)) }, 200);
  });
}
