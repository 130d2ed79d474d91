/** /v1/availability: what can be sold now, of many SKUs at once, from memory. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, TypedResponse } from 'hono';
import type { Availability, AvailabilityAnswer } from '../../engine/availability.ts';
import { AvailabilityList } from '../schemas/reservations.ts';
import { iso } from '../views/common.ts';
import { type ApiParts, answers, checkFilter, jsonBody } from './app.ts';

/** SKUs of one answer at most. */
const SKUS = 1_000;
const SKU_LENGTH = 200;

const few = `expected 1 to ${SKUS} SKUs of 1 to ${SKU_LENGTH} characters each`;
const Skus = z
  .array(z.string().min(1).max(SKU_LENGTH), { error: few })
  .min(1, { error: few })
  .max(SKUS, { error: few });
/** The same as one check of the whole list, not one a SKU: this is asked thousands of times a second. */
const areSkus = (skus: readonly string[]) =>
  skus.length >= 1 && skus.length <= SKUS && skus.every(({ length }) => length >= 1 && length <= SKU_LENGTH);

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
        .refine(areSkus, { error: few })
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
  request: {
    body: jsonBody(z.object({ skus: Skus, location: z.string().optional() })),
  },
  responses: answers('The figures', AvailabilityList),
});

/** The text of a SKU's part of an answer, as long as the board has the same to say of it. */
const texts = new WeakMap<readonly Availability[], string>();

/** `AvailabilityList` as JSON: asked thousands of times a second, so what has not changed is not written again. */
function textOf({ ageMs, skus }: AvailabilityAnswer, now: number, location: string | undefined): string {
  const items = skus.map(({ sku, components, locations }) => {
    const isKept = location === undefined && !components;
    const kept = isKept ? texts.get(locations) : undefined;
    if (kept !== undefined) return kept;
    const here = location === undefined ? locations : locations.filter((each) => each.location === location);
    const available = here.reduce((sum, each) => sum + each.available, 0);
    const text = JSON.stringify({
      sku,
      ...(components && { components }),
      available,
      locations: [...here],
    } satisfies AvailabilityList['skus'][number]);
    if (isKept) texts.set(locations, text);
    return text;
  });
  return `{"asOf":"${iso(now - ageMs)}","ageMs":${ageMs},"skus":[${items.join(',')}]}`;
}

/** A text that is already JSON, as the answer of its type. */
type Answer = Response & TypedResponse<AvailabilityList, 200, 'json'>;

export function availabilityRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  async function answer(c: Context, skus: readonly string[], location: string | undefined): Promise<Answer> {
    checkFilter(
      'location',
      location,
      engine.config.locations.map(({ id }) => id),
    );
    const told = await engine.availability.of([...new Set(skus)]);
    const text = textOf(told, engine.clock.now(), location);
    return c.body(text, 200, { 'content-type': 'application/json' }) as Response as Answer;
  }

  app.openapi(ask, async (c) => {
    const { sku, location } = c.req.valid('query');
    return answer(c, sku, location);
  });
  app.openapi(askMany, async (c) => {
    const { skus, location } = c.req.valid('json');
    return answer(c, skus, location);
  });
}
