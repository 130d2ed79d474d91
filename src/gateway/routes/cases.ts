/** /v1/cases and /v1/observations: what people must decide, and the raw messages that it came from. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { CASE_REASONS } from '../../domain/case-reasons.ts';
import { retryCase, skipCase } from '../../engine/operator.ts';
import { type CaseRow, findCases, listCases } from '../../store/cases.ts';
import { readTitles } from '../../store/read-overview.ts';
import {
  isForgotten,
  readCommand,
  readObservation,
  readObservationBody,
  readObservations,
} from '../../store/read-story.ts';
import { ApiProblem } from '../problem.ts';
import { CaseDetail, CaseList } from '../schemas/cases.ts';
import { Accepted, Decided, Problem } from '../schemas/common.ts';
import { caseDetail, caseItem } from '../views/cases.ts';
import { cursorOf } from '../views/common.ts';
import { type ApiParts, answers, Before, checkFilter, jsonBody, limitOf, positionOf } from './app.ts';

/** Messages that a case shows: the newest of its stream. */
const OBSERVATIONS = 20;

const CaseParam = z.object({
  id: z
    .string()
    .min(4, { error: 'expected the id of a case, or at least four of its first digits' })
    .max(36, { error: 'expected the id of a case, which has 36 characters' })
    .openapi({ description: 'Id of the case, or its first digits', example: '0192f3a1' }),
});

const list = createRoute({
  method: 'get',
  path: '/v1/cases',
  tags: ['Cases'],
  summary: 'Cases, newest first',
  request: {
    query: z.object({
      status: z.enum(['open', 'closed']).default('open'),
      reason: z.string().max(100).optional().openapi({ example: 'unmapped-sku' }),
      limit: limitOf(50, 500),
      before: Before,
    }),
  },
  responses: answers('A page of cases', CaseList),
});

const detail = createRoute({
  method: 'get',
  path: '/v1/cases/{id}',
  tags: ['Cases'],
  summary: 'One case, with the messages that it came from',
  request: { params: CaseParam },
  responses: answers('The case', CaseDetail),
});

const act = <Act extends 'retry' | 'skip'>(name: Act, summary: string) =>
  createRoute({
    method: 'post',
    path: `/v1/cases/{id}/${name}` as const,
    tags: ['Cases'],
    summary,
    request: { params: CaseParam, body: jsonBody(Decided, false) },
    responses: answers('It is written down, and done by the next turn', Accepted),
  });

const retry = act('retry', 'After the fix: try again what the case holds');
const skip = act('skip', 'Close it without a fix');

const raw = createRoute({
  method: 'get',
  path: '/v1/observations/{id}',
  tags: ['Cases'],
  summary: 'A raw message, as the bytes that arrived',
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    200: {
      description: 'The bytes; JSON is called so, anything else is application/octet-stream',
      content: {
        'application/json': { schema: z.unknown() },
        'application/octet-stream': { schema: z.string() },
      },
    },
    default: { description: 'A problem', content: { 'application/problem+json': { schema: Problem } } },
  },
});

export function caseRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  const { database, clock } = engine;

  async function titled(rows: readonly CaseRow[]): Promise<(row: CaseRow) => string> {
    const titles = await readTitles(database, rows);
    return (row) => titles.get(`${row.kind}\u0000${row.key}`) ?? '';
  }

  async function caseOf(digits: string): Promise<CaseRow> {
    const [found, second] = await findCases(database, digits, 2);
    if (found && (!second || found.id === digits)) return found;
    if (found)
      throw new ApiProblem(
        409,
        'case-ambiguous',
        'Several cases begin so',
        `More than one case has an id that begins with "${digits}".`,
        'Give more digits of its id.',
      );
    throw new ApiProblem(
      404,
      'case-not-found',
      'There is no such case',
      `No case has an id that begins with "${digits}".`,
      'List cases with GET /v1/cases (crossdock cases list).',
    );
  }

  app.openapi(list, async (c) => {
    const { status, reason, limit, before } = c.req.valid('query');
    checkFilter('reason', reason, Object.keys(CASE_REASONS));
    const position = positionOf(before);
    const rows = await listCases(database, {
      status,
      limit,
      ...(reason === undefined ? {} : { reason }),
      ...(position ? { before: { openedAt: position.at, id: position.key } } : {}),
    });
    const title = await titled(rows);
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return c.json(
      {
        cases: rows.map((row) => caseItem(row, title(row), clock.now())),
        next: cursorOf(last ? { at: last.opened_at, key: last.id } : null),
      },
      200,
    );
  });

  app.openapi(detail, async (c) => {
    const row = await caseOf(c.req.valid('param').id);
    const stream = { kind: row.kind, key: row.key };
    const [title, observations, command] = await Promise.all([
      titled([row]),
      row.kind === 'observation'
        ? readObservation(database, row.key).then((one) => (one ? [one] : []))
        : readObservations(database, stream, OBSERVATIONS),
      row.holds_command === null ? null : readCommand(database, stream, row.holds_command),
    ]);
    return c.json(caseDetail(row, title(row), clock.now(), observations, command), 200);
  });

  const decide = async (digits: string, by: string, note: string, decision: typeof retryCase) => {
    const row = await caseOf(digits);
    if (row.status === 'closed')
      throw new ApiProblem(
        409,
        'case-closed',
        'The case is closed already',
        `${row.closed_by ?? 'Somebody'} closed it at ${new Date(row.closed_at ?? 0).toISOString()}.`,
        'There is nothing to do.',
      );
    const verdict = await decision(engine, row, { by, note });
    if (verdict.ok) return { accepted: true, key: row.id, message: verdict.message } as const;
    throw new ApiProblem(409, verdict.code, 'The case still stands', verdict.detail, verdict.next);
  };

  app.openapi(retry, async (c) => {
    const { by = 'API', note = '' } = c.req.valid('json') as Partial<z.infer<typeof Decided>>;
    return c.json(await decide(c.req.valid('param').id, by, note, retryCase), 200);
  });

  app.openapi(skip, async (c) => {
    const { by = 'API', note = '' } = c.req.valid('json') as Partial<z.infer<typeof Decided>>;
    return c.json(await decide(c.req.valid('param').id, by, note, skipCase), 200);
  });

  app.openapi(raw, async (c) => {
    const { id } = c.req.valid('param');
    const body = await readObservationBody(database, id);
    if (!body)
      throw new ApiProblem(
        404,
        'observation-not-found',
        'There is no such message',
        `No message has the id ${id}.`,
        'Raw messages are kept for a limited time; their order keeps what it took from them.',
      );
    if (body.length === 0 && (await isForgotten(database, id)))
      throw new ApiProblem(
        410,
        'observation-forgotten',
        'The message is forgotten',
        `Message ${id} named a person who has asked to be forgotten.`,
        'Its order keeps what it took from it, but for the person.',
      );
    return c.body(Uint8Array.from(body), 200, {
      'content-type': isJson(body) ? 'application/json' : 'application/octet-stream',
      'cache-control': 'private, no-store',
    });
  });
}

function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return true;
  } catch {
    return false;
  }
}
