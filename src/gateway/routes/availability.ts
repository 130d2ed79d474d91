/** /v1/availability: what can be sold now, of many SKUs at once, from memory. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { AvailabilityList } from '../schemas/reservations.ts';
import { iso } from '../views/common.ts';
import { type ApiParts, answers, checkFilter, jsonBody } from './app.ts';

/** SKUs of one answer at most. */
const SKUS = 1_000;

const Sku = z.string().min(1).max(200);
const few = `expected 1 to ${SKUS} SKUs`;
const Skus = z.array(Sku, { error: few }).min(1, { error: few }).max(SKUS, { error: few });

const ask = createRoute({
  method: 'get',
  path: '/v1/availability',
  tags: ['Stock'],
  summary: 'What can be sold now',
  description: 'From memory, kept by what is committed; the answer says how old its figures are at most.',
  request: {
    query: z.object({
      sku: z
        .union([z.string(), z.array(z.string())])
        .transform((text) => [text].flat().flatMap((part) => part.split(',')))
        .pipe(Skus)
        .openapi({
          type: 'string',
          description: `Our SKUs, with commas or given several times: ${SKUS} at most`,
        }),
      location: z.string().optional().openapi({ description: 'Only at this location of ours' }),
    }),
  },
  responses: answers('The figures', AvailabilityList),
});

const askMany = createRoute({
  method: 'post',
  path: '/v1/availability',
  tags: ['Stock'],
  summary: 'What can be sold now, of a list too long for an address',
  request: { body: jsonBody(z.object({ skus: Skus, location: z.string().optional() })) },
  responses: answers('The figures', AvailabilityList),
});

export function availabilityRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  async function figures(skus: readonly string[], location: string | undefined): Promise<AvailabilityList> {
    checkFilter(
      'location',
      location,
      engine.config.locations.map(({ id }) => id),
    );
    const { ageMs, skus: told } = await engine.availability.of([...new Set(skus)]);
    return {
      asOf: iso(engine.clock.now() - ageMs),
      ageMs,
      skus: told.map(({ sku, components, locations }) => {
        const here =
          location === undefined ? locations : locations.filter((each) => each.location === location);
        const available = here.reduce((sum, each) => sum + each.available, 0);
        return { sku, ...(components && { components }), available, locations: here };
      }),
    };
  }

  app.openapi(ask, async (c) => {
    const { sku, location } = c.req.valid('query');
    return c.json(await figures(sku, location), 200);
  });
  app.openapi(askMany, async (c) => {
    const { skus, location } = c.req.valid('json');
    return c.json(await figures(skus, location), 200);
  });
}
