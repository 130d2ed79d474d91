/** /v1/stock: what lies where, what of it can be sold, at any instant, and the movements that made it so. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { Location } from '../../domain/config.ts';
import { setSafetyStock } from '../../engine/operator.ts';
import {
  configurationAt,
  listSkus,
  type MovementPlace,
  readMovements,
  sumMovements,
} from '../../store/read-stock.ts';
import { readShown } from '../../store/shown-stock.ts';
import { readPositions } from '../../store/streams.ts';
import { ApiProblem } from '../problem.ts';
import { SafetySaved, StockDetail, StockList } from '../schemas/stock.ts';
import { cursorOf, iso } from '../views/common.ts';
import { stockAtChannel, stockChange, stockItem, stockPlace } from '../views/stock.ts';
import {
  type ApiParts,
  answers,
  Before,
  checkFilter,
  jsonBody,
  limitOf,
  positionOf,
  refuseCursor,
} from './app.ts';

const Sku = z.object({ sku: z.string().min(1).max(512).openapi({ example: 'MUG-BLUE' }) });
const LocationFilter = z.string().optional().openapi({ description: 'Only at this location' });

const list = createRoute({
  method: 'get',
  path: '/v1/stock',
  tags: ['Stock'],
  summary: 'SKUs and what of them can be sold, in order',
  request: {
    query: z.object({
      text: z.string().max(512).default('').openapi({ description: 'Only SKUs that begin with this' }),
      location: LocationFilter,
      limit: limitOf(50, 500),
      after: z.string().max(512).default('').openapi({ description: '`next` of the page before' }),
    }),
  },
  responses: answers('A page of SKUs', StockList),
});

const detail = createRoute({
  method: 'get',
  path: '/v1/stock/{sku}',
  tags: ['Stock'],
  summary: 'A SKU at each location, now or at an instant, with its movements',
  description:
    'With `at`, each figure is the sum of the movements up to and including that instant, by the clock of the business; what was kept back is what was set then.',
  request: {
    params: Sku,
    query: z.object({
      location: LocationFilter,
      at: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Left out: now' }),
      limit: limitOf(50, 500),
      before: Before,
    }),
  },
  responses: answers('Positions and movements', StockDetail),
});

const safety = createRoute({
  method: 'put',
  path: '/v1/stock/{sku}/safety',
  tags: ['Stock'],
  summary: 'Set how many units of a SKU a location keeps back from sale',
  description: 'Versioned: nothing is overwritten. What is promised already stays promised.',
  request: {
    params: Sku,
    body: jsonBody(
      z.object({
        by: z.string().min(1).max(200).default('API').openapi({ description: 'Who decides' }),
        location: z.string(),
        units: z.number().int().min(0).max(1_000_000_000).nullable().openapi({
          description: 'Null: as many as of every SKU of the location',
        }),
      }),
    ),
  },
  responses: answers('Whether it was new', SafetySaved),
});

export function stockRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  const locationIds = () => engine.config.locations.map(({ id }) => id);
  const locationsNow = () => new Map(engine.config.locations.map((each) => [each.id, each]));

  /** Which sources are silent now. */
  async function silencesNow() {
    const { stockSources } = engine;
    await stockSources.refresh();
    const locations = locationsNow();
    return { now: engine.clock.now(), of: (id: string) => stockSources.silence(locations.get(id)) };
  }

  /** What channels show of a SKU that is published to them. */
  async function shownNow(sku: string) {
    const publishing = engine.publishing.channelsOf(sku);
    const rows = await readShown(engine.database, [...publishing.keys()], sku);
    return rows
      .filter((row) => publishing.get(row.connection)?.has(row.location))
      .map((row) => stockAtChannel(row, engine.publishing.sellable(row)));
  }

  /** Locations as they were configured at an instant. */
  async function locationsAt(at: string) {
    const body = (await configurationAt(engine.database, at)) as { locations?: unknown[] } | null;
    const known = (body?.locations ?? []).flatMap((each) => Location.safeParse(each).data ?? []);
    return new Map(known.map((each) => [each.id, each]));
  }

  app.openapi(list, async (c) => {
    const { text, location, limit, after } = c.req.valid('query');
    checkFilter('location', location, locationIds());
    const skus = await listSkus(engine.database, { text, location: location ?? null, after, limit });
    const rows = Map.groupBy(await readPositions(engine.database, skus), ({ sku }) => sku);
    const locations = locationsNow();
    const silences = await silencesNow();
    const items = skus.map((sku) => {
      const places = (rows.get(sku) ?? []).filter(
        (row) => location === undefined || row.location === location,
      );
      return stockItem(
        sku,
        places.map((row) => stockPlace(row, locations, silences)),
      );
    });
    return c.json({ items, next: skus.length === limit ? (skus.at(-1) ?? null) : null }, 200);
  });

  app.openapi(detail, async (c) => {
    const { sku } = c.req.valid('param');
    const { location, at, limit, before } = c.req.valid('query');
    checkFilter('location', location, locationIds());
    const now = engine.clock.nowIso();
    const until = at === undefined ? now : new Date(at).toISOString();
    // Another node may be a little ahead: what is now has no end.
    const upTo = at === undefined ? END_OF_TIME : until;
    const [positions, sums, locations, rows] = await Promise.all([
      at === undefined ? readPositions(engine.database, [sku]) : [],
      at === undefined ? [] : sumMovements(engine.database, sku, upTo),
      at === undefined ? locationsNow() : locationsAt(upTo),
      readMovements(engine.database, {
        sku,
        location: location ?? null,
        until: upTo,
        before: movementPlaceOf(before),
        limit: limit + 1,
      }),
    ]);
    const silences = at === undefined ? await silencesNow() : null;
    const here = (row: { location: string }) => location === undefined || row.location === location;
    const channels = at === undefined ? (await shownNow(sku)).filter(here) : [];
    const places = [...positions, ...sums].filter(here).map((row) => stockPlace(row, locations, silences));
    if (places.length === 0 && !(await isKnown(sku)))
      throw new ApiProblem(
        404,
        'sku-not-found',
        'There is no such SKU',
        `No location has told of stock of "${sku}".`,
        'GET /v1/stock?text= finds SKUs by their beginning.',
      );
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const next = last
      ? cursorOf({
          at: last.moved_at,
          key: JSON.stringify([last.location, last.version, last.key, last.seq, last.line]),
        })
      : null;
    const movements = page.map(stockChange);
    return c.json({ sku, at: until, now: at === undefined, places, channels, movements, next }, 200);
  });

  async function isKnown(sku: string): Promise<boolean> {
    return (await readPositions(engine.database, [sku])).length > 0;
  }

  app.openapi(safety, async (c) => {
    const { sku } = c.req.valid('param');
    const { by, location, units } = c.req.valid('json');
    checkFilter('location', location, locationIds());
    return c.json({ changed: await setSafetyStock(engine, { sku, location, units }, by) }, 200);
  });
}

const END_OF_TIME = '9999-12-31T00:00:00.000Z';

const PlaceKey = z.tuple([z.string(), z.number(), z.string(), z.number(), z.number()]);

/** The last movement of the page before. Throws a problem for text that no page has given. */
function movementPlaceOf(before: string | undefined): MovementPlace | null {
  const position = positionOf(before);
  if (!position) return null;
  let key: unknown;
  try {
    key = JSON.parse(position.key);
  } catch {
    key = null;
  }
  const parsed = PlaceKey.safeParse(key);
  if (!parsed.success) return refuseCursor();
  const [location, version, streamKey, seq, line] = parsed.data;
  return { at: iso(position.at), location, version, key: streamKey, seq, line };
}
