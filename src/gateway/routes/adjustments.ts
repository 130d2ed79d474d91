/** /v1/stock/SKU/adjustments: a person corrects the ledger where Crossdock owns the stock. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { adjustmentRefused } from '../../domain/stock/adjusting.ts';
import { streamKey } from '../../domain/stream-key.ts';
import { tellStock } from '../../engine/operator.ts';
import { readPositions } from '../../store/streams.ts';
import { ApiProblem } from '../problem.ts';
import { Accepted } from '../schemas/common.ts';
import { type ApiParts, answers, checkFilter, jsonBody } from './app.ts';

const adjusting = createRoute({
  method: 'post',
  path: '/v1/stock/{sku}/adjustments',
  tags: ['Stock'],
  summary: 'Correct what is there, where Crossdock owns the stock',
  description:
    'Send an `Idempotency-Key` to be safe against doing it twice. Orders whose units are gone are sourced anew, those that were placed last first.',
  request: {
    params: z.object({ sku: z.string().min(1).max(512).openapi({ example: 'MUG-BLUE' }) }),
    headers: z.object({ 'idempotency-key': z.string().min(1).max(255).optional() }),
    body: jsonBody(
      z.object({
        location: z.string(),
        delta: z
          .number()
          .int()
          .min(-1_000_000_000)
          .max(1_000_000_000)
          .refine((units) => units !== 0, { error: 'expected units that came or went' })
          .openapi({ description: 'Units that were found (above zero) or are gone' }),
        reason: z.string().min(1).max(500).openapi({ description: 'Why: it stands in the ledger' }),
        by: z.string().min(1).max(200).default('API').openapi({ description: 'Who decides' }),
      }),
    ),
  },
  responses: answers('It is written down', Accepted),
});

export function adjustmentRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(adjusting, async (c) => {
    const { sku } = c.req.valid('param');
    const { location, delta, reason, by } = c.req.valid('json');
    const { locations } = engine.config;
    checkFilter(
      'location',
      location,
      locations.map(({ id }) => id),
    );
    const place = locations.find(({ id }) => id === location);
    const inventory = place?.inventory ?? '';
    const rows = await readPositions(engine.database, [sku]);
    const onHand = rows.find((row) => row.location === location)?.on_hand ?? 0;
    const refused = adjustmentRefused(place?.stockOwner, { delta }, onHand);
    if (refused === 'not-ours')
      throw new ApiProblem(
        409,
        'stock-not-ours',
        'The stock is another system’s',
        `What lies at ${location} is counted by ${inventory}, whose figure is taken over.`,
        `Correct it at ${inventory}; or set "stockOwner": "crossdock" for ${location}.`,
      );
    if (refused === 'not-there')
      throw new ApiProblem(
        409,
        'stock-not-there',
        'There is not so much',
        `${onHand} of ${sku} are on hand at ${location}, ${-delta} cannot go.`,
        'Give the units that are really gone.',
      );
    const item = engine.mappings.toExternal('sku', inventory, sku);
    if (item === undefined)
      throw new ApiProblem(
        404,
        'sku-not-found',
        'There is no such SKU',
        `"${sku}" is not mapped for ${inventory}.`,
        `crossdock map set sku ${inventory} THEIR-CODE "${sku}"`,
      );
    const key = c.req.valid('header')['idempotency-key'] ?? engine.newId();
    const stream = streamKey(inventory, item);
    await tellStock(engine, stream, {
      type: 'stock.adjust',
      location,
      delta,
      reason,
      by,
      key: `person:${key}`,
    });
    const change = delta > 0 ? `+${delta}` : String(delta);
    return c.json(
      { accepted: true, key: stream, message: `${sku} at ${location} is adjusted by ${change}` } as const,
      200,
    );
  });
}
