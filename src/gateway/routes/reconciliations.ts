/** /v1/connections/{id}/reconciliations: all that a channel shows as stock is compared with what is known here, and healed. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type DifferenceRow,
  findReconciliation,
  listDifferences,
  listReconciliations,
  type ReconciliationRow,
} from '../../store/reconciliation.ts';
import { ApiProblem } from '../problem.ts';
import {
  ReconciliationItem,
  ReconciliationList,
  ReconciliationRequest,
  type StockDifferenceItem,
  StockDifferenceList,
} from '../schemas/reconciliations.ts';
import { iso, isoOrNull } from '../views/common.ts';
import { type ApiParts, answers, jsonBody, limitOf } from './app.ts';
import { channel } from './imports.ts';

const ChannelParam = z.object({ id: z.string().openapi({ example: 'shopify-northlight' }) });
/** The newest of a connection that are listed. */
const LISTED = 50;
const OUTCOMES = ['open', 'explained', 'healed', 'case'] as const;

const begin = createRoute({
  method: 'post',
  path: '/v1/connections/{id}/reconciliations',
  tags: ['Stock'],
  summary: 'Compare all that a channel shows as stock, and heal what differs',
  description:
    'It runs in the hub, as the nightly one does. While one of the channel runs, that one is the answer: there are never two.',
  request: { params: ChannelParam, body: jsonBody(ReconciliationRequest) },
  responses: answers('It is written down', ReconciliationItem),
});

const list = createRoute({
  method: 'get',
  path: '/v1/connections/{id}/reconciliations',
  tags: ['Stock'],
  summary: 'Reconciliations of a channel, newest first',
  request: { params: ChannelParam },
  responses: answers('The newest', ReconciliationList),
});

const differences = createRoute({
  method: 'get',
  path: '/v1/connections/{id}/reconciliations/{run}/differences',
  tags: ['Stock'],
  summary: 'What a reconciliation has found, each SKU-location once',
  request: {
    params: ChannelParam.extend({ run: z.uuid() }),
    query: z.object({
      outcome: z.enum(OUTCOMES).optional().openapi({ description: 'Only these; left out: all' }),
      limit: limitOf(100, 1_000),
      after: z.string().max(2_000).optional().openapi({ description: '`next` of the page before' }),
    }),
  },
  responses: answers('A page, by SKU and location', StockDifferenceList),
});

const Place = z.tuple([z.string(), z.string()]);

export function reconciliationRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(begin, async (c) => {
    const connection = channel(engine, c.req.valid('param').id);
    const config = engine.connections.get(connection)?.config;
    if (!config?.publishStock || config.shadow)
      throw new ApiProblem(
        409,
        'stock-not-published',
        'The stock of this channel is not published',
        `Nothing is agreed with ${connection} that it could be compared with.`,
        'Set publishStock of the connection in the configuration first; in shadow nothing is published.',
      );
    const id = await engine.reconcileStock(connection, c.req.valid('json').by);
    const made = await findReconciliation(engine.database, connection, id);
    return c.json(itemOf(made as ReconciliationRow), 200);
  });

  app.openapi(list, async (c) => {
    const rows = await listReconciliations(engine.database, channel(engine, c.req.valid('param').id), LISTED);
    return c.json({ reconciliations: rows.map(itemOf) }, 200);
  });

  app.openapi(differences, async (c) => {
    const { id, run } = c.req.valid('param');
    const { outcome, limit, after } = c.req.valid('query');
    if (!(await findReconciliation(engine.database, channel(engine, id), run)))
      throw new ApiProblem(
        404,
        'reconciliation-not-found',
        'There is no such reconciliation',
        `${id} has none with the id ${run}.`,
        `GET /v1/connections/${id}/reconciliations lists them.`,
      );
    const [sku, location] = placeOf(after);
    const rows = await listDifferences(engine.database, run, {
      outcomes: outcome === undefined ? OUTCOMES : [outcome],
      after: { sku, location },
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const next = last ? JSON.stringify([last.sku, last.location]) : null;
    return c.json({ items: page.map(differenceOf), next }, 200);
  });
}

/** The last one of the page before. Throws a problem for text that no page has given. */
function placeOf(after: string | undefined): [string, string] {
  if (after === undefined) return ['', ''];
  let value: unknown;
  try {
    value = JSON.parse(after);
  } catch {
    value = null;
  }
  const parsed = Place.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ApiProblem(
    422,
    'invalid-request',
    'The request is not as it must be',
    'after: no page has given this text',
    'Give `next` of the page before, as it was.',
  );
}

function itemOf(row: ReconciliationRow): ReconciliationItem {
  const { id, by, night, status, levels, agreed, explained, healed, cases, message } = row;
  return {
    id,
    by,
    night,
    status,
    levels,
    agreed,
    explained,
    healed,
    cases,
    notMapped: row.not_mapped,
    message,
    createdAt: iso(row.created_at),
    finishedAt: isoOrNull(row.finished_at),
  };
}

function differenceOf(row: DifferenceRow): StockDifferenceItem {
  const { sku, location, outcome, available, committed, expected, units, explanation } = row;
  return { sku, location, outcome: outcome ?? 'open', available, committed, expected, units, explanation };
}
