/** /v1/oversell: how much of what was placed was not there. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readDemand } from '../../store/read-demand.ts';
import { OversellReport } from '../schemas/oversell.ts';
import { dayBefore, oversellCounts, sumOfDemand } from '../views/oversell.ts';
import { type ApiParts, answers, checkFilter } from './app.ts';

/** So many days at most in one answer. */
const MOST_DAYS = 400;
const USUAL_DAYS = 14;

const oversell = createRoute({
  method: 'get',
  path: '/v1/oversell',
  tags: ['Stock'],
  summary: 'The oversell rate: orders and units that were placed for stock that was not there',
  description:
    'Each order counts once, on the day of its placing, at its first look for stock. Units that closed or full locations have are not oversold.',
  request: {
    query: z.object({
      days: z.coerce
        .number()
        .int()
        .min(1)
        .max(MOST_DAYS)
        .default(USUAL_DAYS)
        .openapi({ description: 'This day and those before it' }),
      brand: z.string().optional().openapi({ description: 'Only of this brand' }),
      channel: z.string().optional().openapi({ description: 'Only of this channel' }),
    }),
  },
  responses: answers('Counts and rates', OversellReport),
});

export function oversellRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(oversell, async (c) => {
    const { days, brand, channel } = c.req.valid('query');
    const { brands, connections } = engine.config;
    checkFilter(
      'brand',
      brand,
      brands.map(({ id }) => id),
    );
    checkFilter(
      'channel',
      channel,
      connections.map(({ id }) => id),
    );
    const now = engine.clock.now();
    const since = dayBefore(now, days - 1);
    const until = dayBefore(now, 0);
    const rows = (await readDemand(engine.database, since, until)).filter(
      (row) => (brand ?? row.brand) === row.brand && (channel ?? row.channel) === row.channel,
    );
    const answer = {
      since,
      until,
      total: oversellCounts(sumOfDemand(rows)),
      days: rows.map((row) => ({
        day: row.day,
        brand: row.brand,
        channel: row.channel,
        ...oversellCounts(row),
      })),
    };
    return c.json(answer, 200);
  });
}
