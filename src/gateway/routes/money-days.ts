/** /v1/books/{entity}/reconciliations: the money of a day beside finance, ERP, channels and payouts, and what differs. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { addDays } from '../../domain/books/calendar.ts';
import { streamKey } from '../../domain/stream-key.ts';
import type { Engine } from '../../engine/engine.ts';
import { tellStream } from '../../engine/operator.ts';
import { listReconciledDays, readReconciledDay } from '../../store/read-reconciliation.ts';
import { chartNamed, todayOf } from '../books.ts';
import { ApiProblem } from '../problem.ts';
import { Accepted } from '../schemas/common.ts';
import { MoneyDayDetail, MoneyDayList, MoneyDayRequest } from '../schemas/money-days.ts';
import { moneyDay, moneyDayDetail } from '../views/money-days.ts';
import { type ApiParts, answers, jsonBody, limitOf } from './app.ts';

const Entity = z.object({ entity: z.string().min(1).max(200).openapi({ description: 'Legal entity' }) });

const begin = createRoute({
  method: 'post',
  path: '/v1/books/{entity}/reconciliations',
  tags: ['Books'],
  summary: 'Compare the money of a day with what finance, ERP, channels and providers say of it',
  description:
    'As every night. Each difference is a case with its cause, where it can be known; it closes itself when the difference is gone. While a day is being compared, asking again changes nothing.',
  request: { params: Entity, body: jsonBody(MoneyDayRequest) },
  responses: answers('It is written down', Accepted),
});

const list = createRoute({
  method: 'get',
  path: '/v1/books/{entity}/reconciliations',
  tags: ['Books'],
  summary: 'Days that were compared, newest first',
  request: {
    params: Entity,
    query: z.object({
      limit: limitOf(31, 400),
      before: z.iso
        .date()
        .optional()
        .openapi({ description: '`next` of the page before: days before this one' }),
    }),
  },
  responses: answers('Days', MoneyDayList),
});

const day = createRoute({
  method: 'get',
  path: '/v1/books/{entity}/reconciliations/{day}',
  tags: ['Books'],
  summary: 'A day: what each side comes to, and what differs',
  request: { params: Entity.extend({ day: z.iso.date() }) },
  responses: answers('The day', MoneyDayDetail),
});

export function moneyDayRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  app.openapi(begin, async (c) => {
    const entity = bookedEntity(engine, c.req.valid('param').entity);
    const today = todayOf(engine, entity.id);
    const { day: wanted = addDays(today, -1), by } = c.req.valid('json');
    if (wanted > today || wanted < entity.startOn)
      throw new ApiProblem(
        422,
        'invalid-request',
        'The request is not as it must be',
        `On ${wanted} ${entity.id} has nothing that could be compared: its books begin on ${entity.startOn}, and today is ${today}.`,
        'Give a day between.',
      );
    const key = streamKey(entity.id, wanted);
    await tellStream(engine, 'reconciliation', key, { type: 'reconciliation.begin', night: null, by });
    return c.json({ accepted: true as const, key, message: `${wanted} of ${entity.id} is compared` }, 200);
  });

  app.openapi(list, async (c) => {
    const { entity } = chartNamed(engine, c.req.valid('param').entity);
    const { limit, before = null } = c.req.valid('query');
    const rows = await listReconciledDays(engine.database, entity, { before, limit: limit + 1 });
    const page = rows.slice(0, limit);
    return c.json(
      { items: page.map(moneyDay), next: rows.length > limit ? (page.at(-1)?.state.day ?? null) : null },
      200,
    );
  });

  app.openapi(day, async (c) => {
    const { entity, day: wanted } = c.req.valid('param');
    const row = await readReconciledDay(
      engine.database,
      streamKey(chartNamed(engine, entity).entity, wanted),
    );
    if (row) return c.json(moneyDayDetail(row), 200);
    throw new ApiProblem(
      404,
      'day-not-found',
      'This day was not compared',
      `The money of ${entity} on ${wanted} was not compared yet.`,
      `Have it compared: crossdock books reconcile ${entity} --day ${wanted}`,
    );
  });
}

/** An entity that has books. Throws a problem where it has none. */
function bookedEntity(engine: Engine, id: string): { id: string; startOn: string } {
  chartNamed(engine, id);
  const books = engine.config.entities.find((each) => each.id === id)?.books;
  if (books) return { id, startOn: books.startOn };
  throw new ApiProblem(
    409,
    'no-books',
    'This entity has no books here',
    `Nothing is posted for ${id}, so there is nothing to compare.`,
    'Give it books in the configuration: a chart of accounts and posting rules.',
  );
}
