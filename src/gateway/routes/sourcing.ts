/** /v1/sourcing and /v1/orders/ORDER/sourcing: the rules in force, why orders come from where, and what other rules would do. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { refusalOf } from '../../domain/config.ts';
import { sourcingProblems, sourcingWarnings } from '../../domain/stock/sourcing-check.ts';
import { Sourcing } from '../../domain/stock/sourcing-rules.ts';
import { MOST_ORDERS, simulateSourcing } from '../../engine/sourcing-simulation.ts';
import { keyOfOrder } from '../orders.ts';
import { ApiProblem } from '../problem.ts';
import { SourcingExplanation, SourcingRules, SourcingSimulation } from '../schemas/sourcing.ts';
import { explanationOf, simulationOf } from '../views/sourcing.ts';
import { type ApiParts, answers, jsonBody } from './app.ts';

const rules = createRoute({
  method: 'get',
  path: '/v1/sourcing',
  tags: ['Stock'],
  summary: 'The sourcing rules in force, and what of them can never match',
  responses: answers('The rules', SourcingRules),
});

const explain = createRoute({
  method: 'get',
  path: '/v1/orders/{order}/sourcing',
  tags: ['Orders'],
  summary: 'Why an order comes from where it comes from',
  request: { params: z.object({ order: z.string().min(1).max(500) }) },
  responses: answers('Each decision, oldest first', SourcingExplanation),
});

const simulate = createRoute({
  method: 'post',
  path: '/v1/sourcing/simulate',
  tags: ['Stock'],
  summary: 'Run other sourcing rules over past orders',
  description:
    'Each order’s first decision is taken again on the stock as it stood then, by the rules in force and by those given. Nothing is written.',
  request: {
    body: jsonBody(
      z.object({
        sourcing: z
          .record(z.string(), z.unknown())
          .openapi({ description: 'As `sourcing` of the configuration' }),
        last: z
          .number()
          .int()
          .min(1)
          .max(MOST_ORDERS)
          .default(500)
          .openapi({ description: 'How many of the newest orders' }),
        since: z.iso
          .datetime()
          .nullable()
          .default(null)
          .openapi({ description: 'Only orders that came since' }),
      }),
    ),
  },
  responses: answers('What would be otherwise', SourcingSimulation),
});

export function sourcingRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(rules, (c) => {
    const { config, configVersion } = engine;
    return c.json(
      { configVersion, sourcing: config.sourcing as unknown, warnings: sourcingWarnings(config) },
      200,
    );
  });

  app.openapi(explain, async (c) => {
    const key = await keyOfOrder(engine, c.req.valid('param').order);
    return c.json(await explanationOf(engine, key), 200);
  });

  app.openapi(simulate, async (c) => {
    const { sourcing: given, last, since } = c.req.valid('json');
    const parsed = Sourcing.safeParse(given);
    const { config } = engine;
    const problems = parsed.success
      ? sourcingProblems({ ...config, sourcing: parsed.data })
      : parsed.error.issues.map((issue) =>
          refusalOf(['sourcing', ...issue.path.map(String)].join('.'), issue),
        );
    if (!parsed.success || problems.length > 0)
      throw new ApiProblem(
        422,
        'invalid-request',
        'The rules cannot be used',
        problems.join('; '),
        'Mend what is named; docs/how-to/source-orders.md describes each rule.',
      );
    const parts = { database: engine.database, config, mappings: engine.mappings };
    const found = await simulateSourcing(parts, parsed.data, { last, since });
    const warnings = sourcingWarnings({ ...config, sourcing: parsed.data });
    return c.json(simulationOf(found, config, warnings), 200);
  });
}
