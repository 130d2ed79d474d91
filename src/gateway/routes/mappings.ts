/** /v1/mappings: codes of connections, and ours. A change goes on with what it unblocks. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { MappingKind } from '../../domain/config.ts';
import { changeMappings, type MappingChange } from '../../engine/operator.ts';
import { loadMappings, mappingVersion } from '../../store/mappings.ts';
import { readPositions } from '../../store/streams.ts';
import { parseCsv } from '../csv.ts';
import { ApiProblem } from '../problem.ts';
import { MappingItem, MappingList, MappingsSaved } from '../schemas/operations.ts';
import { type ApiParts, answers, jsonBody } from './app.ts';

/** Rows that one call may change. */
const ROWS_LIMIT = 50_000;
/** Warnings that one answer holds. */
const WARNINGS_LIMIT = 20;
const HEAD = ['kind', 'connection', 'external', 'internal'];

const list = createRoute({
  method: 'get',
  path: '/v1/mappings',
  tags: ['Mappings'],
  summary: 'Mappings in force',
  request: { query: z.object({ kind: MappingKind.optional(), connection: z.string().optional() }) },
  responses: answers('The rows, and the number of the newest change', MappingList),
});

const By = z.string().min(1).max(200).default('API').openapi({ description: 'Who decides' });

const put = createRoute({
  method: 'put',
  path: '/v1/mappings',
  tags: ['Mappings'],
  summary: 'Set some rows',
  description: 'Others stay. Rows are versioned: nothing is overwritten. `internal: null` takes a row out.',
  request: { body: jsonBody(z.object({ by: By, rows: z.array(MappingItem).min(1).max(ROWS_LIMIT) })) },
  responses: answers('How many were new', MappingsSaved),
});

const importing = createRoute({
  method: 'post',
  path: '/v1/mappings/import',
  tags: ['Mappings'],
  summary: 'Set many rows from CSV or JSON',
  description: `CSV (RFC 4180) with the head ${HEAD.join(',')}, or a JSON array of rows. All rows are taken, or none.`,
  request: {
    query: z.object({ by: By }),
    body: {
      content: {
        'text/csv': { schema: z.string() },
        'application/json': { schema: z.array(MappingItem).max(ROWS_LIMIT) },
      },
    },
  },
  responses: answers('How many were new', MappingsSaved),
});

const invalid = (errors: { path: string; message: string }[]) =>
  new ApiProblem(
    422,
    'invalid-mappings',
    'The mappings cannot be taken',
    errors
      .slice(0, 5)
      .map(({ path, message }) => `${path}: ${message}`)
      .join('; '),
    'Nothing was changed. Mend the named rows and send all again.',
    { errors: errors.slice(0, 100) },
  );

/** The rows of a CSV text. Throws a problem that names the lines. */
function rowsOfCsv(text: string): MappingItem[] {
  const [head, ...lines] = parseCsv(text);
  if (head?.map((name) => name.trim()).join() !== HEAD.join())
    throw invalid([{ path: 'line 1', message: `expected the head ${HEAD.join(',')}` }]);
  const errors: { path: string; message: string }[] = [];
  const rows = lines.flatMap((cells, index): MappingItem[] => {
    const [kind, connection, external, internal] = cells;
    const parsed = MappingItem.safeParse({ kind, connection, external, internal: internal || null });
    const path = `row ${index + 1}`;
    if (cells.length !== HEAD.length)
      errors.push({ path, message: `has ${cells.length} cells, not ${HEAD.length}` });
    else if (!parsed.success)
      errors.push({ path, message: parsed.error.issues.map((issue) => issue.message).join('; ') });
    else return [parsed.data];
    return [];
  });
  if (errors.length > 0) throw invalid(errors);
  return rows;
}

export function mappingRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  async function save(rows: readonly MappingChange[], by: string): Promise<MappingsSaved> {
    const errors = rows.flatMap(({ connection, external, internal }, index) => {
      const path = `row ${index + 1}`;
      if (!engine.connections.has(connection))
        return [
          {
            path,
            message: `there is no connection "${connection}" (there are ${[...engine.connections.keys()].join(', ')})`,
          },
        ];
      return external === '' || internal === '' ? [{ path, message: 'a code must not be empty' }] : [];
    });
    if (errors.length > 0) throw invalid(errors);
    const saved = await changeMappings(engine, rows, by);
    return { ...saved, warnings: await strangers(rows) };
  }

  /** Codes of ours that nothing else knows: a slip, most likely. */
  async function strangers(rows: readonly MappingChange[]): Promise<string[]> {
    const codes = (kind: MappingKind) =>
      new Set(rows.flatMap((row) => (row.kind === kind && row.internal !== null ? [row.internal] : [])));
    const places = new Set(engine.config.locations.map((location) => location.id));
    const items = [...codes('sku')];
    const stocked = new Set((await readPositions(engine.database, items)).map((row) => row.sku));
    return [
      ...[...codes('location')]
        .filter((code) => !places.has(code))
        .map((code) => `the configuration has no location "${code}" (it has ${[...places].join(', ')})`),
      ...items
        .filter((code) => !stocked.has(code))
        .map((code) => `no location has told of stock of the item "${code}" yet`),
    ].slice(0, WARNINGS_LIMIT);
  }

  app.openapi(list, async (c) => {
    const { kind, connection } = c.req.valid('query');
    const [rows, version] = await Promise.all([
      loadMappings(engine.database),
      mappingVersion(engine.database),
    ]);
    const mappings = rows
      .filter(
        (row) =>
          row.internal !== null &&
          (kind === undefined || row.kind === kind) &&
          (connection === undefined || row.connection === connection),
      )
      .map(({ kind: of, connection: at, external, internal }) => ({
        kind: of,
        connection: at,
        external,
        internal,
      }));
    return c.json({ version, mappings }, 200);
  });

  app.openapi(put, async (c) => {
    const { by, rows } = c.req.valid('json');
    return c.json(await save(rows, by), 200);
  });

  app.openapi(importing, async (c) => {
    const { by } = c.req.valid('query');
    const body = c.req.valid('json') as MappingItem[] | Record<string, never>;
    const rows = Array.isArray(body) ? body : rowsOfCsv(await c.req.text());
    if (rows.length > ROWS_LIMIT)
      throw invalid([
        { path: 'rows', message: `${rows.length} are more than ${ROWS_LIMIT}: send them in parts` },
      ]);
    return c.json(await save(rows, by), 200);
  });
}
