/** /v1/books: trial balance, accounts, open items, taxes and the journal of each legal entity, and what an order was posted as. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { OPEN_ITEM_ROLES } from '../../domain/books/open-items.ts';
import {
  journalLines,
  type LinePlace,
  readAccountLines,
  readBalanceBefore,
  readCards,
  readLinesOf,
  readOpenItems,
  readTaxAccounts,
  readTaxLedger,
  readTitles,
  readTrialBalance,
} from '../../store/read-books.ts';
import { bookEntities, chartNamed, dueDatesOf, todayOf } from '../books.ts';
import { keyOfOrder } from '../orders.ts';
import {
  AccountLines,
  BookEntities,
  CardLedger,
  OpenItems,
  StreamBooks,
  TaxLedger,
  TrialBalance,
} from '../schemas/books.ts';
import {
  bookLine,
  type Chart,
  cardLedger,
  chartOf,
  keysOf,
  money,
  openItems,
  streamRef,
  taxLedger,
  trialBalance,
} from '../views/books.ts';
import { cursorOf } from '../views/common.ts';
import { journalCsv } from '../views/journal-csv.ts';
import { type ApiParts, answers, Before, limitOf, positionOf } from './app.ts';

const Entity = z.object({ entity: z.string().min(1).max(200).openapi({ description: 'Legal entity' }) });
const day = (description: string) => z.iso.date().optional().openapi({ description });
const AsOf = z.object({ asOf: day('The last day that counts; left out: today, where the entity is') });
const Days = z.object({
  from: day('First day; left out: from the beginning'),
  until: day('Last day; left out: to the end'),
});

/** The first and the last day that there is. */
export const FIRST_DAY = '1970-01-01';
export const LAST_DAY = '9999-12-31';

const entities = createRoute({
  method: 'get',
  path: '/v1/books',
  tags: ['Books'],
  summary: 'Legal entities and whether they have books here',
  responses: answers('Entities', BookEntities),
});

const balance = createRoute({
  method: 'get',
  path: '/v1/books/{entity}/trial-balance',
  tags: ['Books'],
  summary: 'Debits, credits and balance of each account',
  request: { params: Entity, query: AsOf },
  responses: answers('The trial balance', TrialBalance),
});

const account = createRoute({
  method: 'get',
  path: '/v1/books/{entity}/accounts/{account}',
  tags: ['Books'],
  summary: 'Lines of an account, newest first, each with the fact that caused it',
  request: {
    params: Entity.extend({ account: z.string().min(1).max(100) }),
    query: Days.extend({ limit: limitOf(100, 1_000), before: Before }),
  },
  responses: answers('Lines, with the balance before and after', AccountLines),
});

const open = createRoute({
  method: 'get',
  path: '/v1/books/{entity}/open-items',
  tags: ['Books'],
  summary: 'What is not clear on clearing accounts, by age',
  description:
    'An item is an order (or a payout): what it has opened on a clearing account, receivables, deposits and the like, less what has settled it.',
  request: {
    params: Entity,
    query: AsOf.extend({
      account: z.string().max(100).optional().openapi({ description: 'Only of this account' }),
    }),
  },
  responses: answers('Open items, oldest first', OpenItems),
});

const tax = createRoute({
  method: 'get',
  path: '/v1/books/{entity}/tax',
  tags: ['Books'],
  summary: 'The tax ledger by registration and period',
  request: {
    params: Entity,
    query: AsOf.extend({
      registration: z.string().max(100).optional().openapi({ description: 'Only of this registration' }),
      period: z
        .string()
        .max(20)
        .optional()
        .openapi({ description: 'Only of this period', example: '2026-Q4' }),
    }),
  },
  responses: answers('The tax ledger', TaxLedger),
});

const cards = createRoute({
  method: 'get',
  path: '/v1/books/{entity}/cards',
  tags: ['Books'],
  summary: 'Gift cards and store credit: what was sold, redeemed and put back, and what is owed',
  request: { params: Entity, query: AsOf },
  responses: answers('The card ledger', CardLedger),
});

const journal = createRoute({
  method: 'get',
  path: '/v1/books/{entity}/journal',
  tags: ['Books'],
  summary: 'The journal as CSV: a row for each line of a posting',
  request: { params: Entity, query: Days },
  responses: {
    200: { description: 'CSV (RFC 4180), UTF-8', content: { 'text/csv': { schema: z.string() } } },
    default: answers('', TrialBalance).default,
  },
});

const ofOrder = createRoute({
  method: 'get',
  path: '/v1/orders/{order}/books',
  tags: ['Books'],
  summary: 'What an order was posted as, and what has cleared it',
  request: { params: z.object({ order: z.string().min(1).max(600) }) },
  responses: answers('Lines in order of their days', StreamBooks),
});

export function bookRoutes(app: OpenAPIHono, { engine }: ApiParts): void {
  const { database } = engine;

  app.openapi(entities, async (c) => c.json({ items: await bookEntities(engine) }, 200));

  app.openapi(balance, async (c) => {
    const chart = chartNamed(engine, c.req.valid('param').entity);
    const { asOf = todayOf(engine, chart.entity) } = c.req.valid('query');
    return c.json(trialBalance(chart, asOf, await readTrialBalance(database, chart.entity, asOf)), 200);
  });

  app.openapi(account, async (c) => {
    const { entity, account: number } = c.req.valid('param');
    const chart = chartNamed(engine, entity);
    const { from = FIRST_DAY, until = LAST_DAY, limit, before } = c.req.valid('query');
    const filter = { entity, account: number, from, until };
    const [openingMinor, closingMinor, rows] = await Promise.all([
      readBalanceBefore(database, entity, number, from),
      readBalanceBefore(database, entity, number, dayAfter(until)),
      readAccountLines(database, { ...filter, before: linePlaceOf(before), limit: limit + 1 }),
    ]);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const titles = await readTitles(database, keysOf(page));
    return c.json(
      {
        ...filter,
        name: chart.nameOf(number),
        currency: chart.currency,
        opening: money(openingMinor, chart.currency),
        closing: money(closingMinor, chart.currency),
        lines: page.map((row) => bookLine(row, chart, titles)),
        next: last ? cursorOf({ at: Date.parse(last.posting_date), key: String(last.position) }) : null,
      },
      200,
    );
  });

  app.openapi(open, async (c) => {
    const chart = chartNamed(engine, c.req.valid('param').entity);
    const { asOf = todayOf(engine, chart.entity), account: number = null } = c.req.valid('query');
    const rows = await readOpenItems(database, {
      entity: chart.entity,
      account: number,
      roles: OPEN_ITEM_ROLES,
      asOf,
    });
    const titles = await readTitles(
      database,
      rows.map(({ item }) => item),
    );
    const owed = rows.filter(({ role }) => role === 'receivables').map(({ item }) => item);
    const dueDates = await dueDatesOf(engine, chart.entity, owed);
    return c.json(openItems(chart, asOf, rows, titles, dueDates), 200);
  });

  app.openapi(tax, async (c) => {
    const chart = chartNamed(engine, c.req.valid('param').entity);
    const { entity } = chart;
    const { asOf = todayOf(engine, entity), registration = null, period = null } = c.req.valid('query');
    const [rows, accountsMinor] = await Promise.all([
      readTaxLedger(database, { entity, registration, period, asOf }),
      readTaxAccounts(database, entity, asOf),
    ]);
    return c.json(taxLedger(chart, asOf, rows, accountsMinor, registration === null && period === null), 200);
  });

  app.openapi(cards, async (c) => {
    const chart = chartNamed(engine, c.req.valid('param').entity);
    const { entity } = chart;
    const { asOf = todayOf(engine, entity) } = c.req.valid('query');
    const { books } = engine.config.entities.find(({ id }) => id === entity) ?? {};
    const accounts = (books?.rules ?? []).flatMap(({ role, account }) =>
      role === 'giftCards' ? [account] : [],
    );
    return c.json(cardLedger(chart, asOf, await readCards(database, { entity, accounts, asOf })), 200);
  });

  app.openapi(journal, (c) => {
    const chart = chartNamed(engine, c.req.valid('param').entity);
    const { from = FIRST_DAY, until = LAST_DAY } = c.req.valid('query');
    c.header('content-disposition', `attachment; filename="journal-${chart.entity}.csv"`);
    c.header('content-type', 'text/csv; charset=utf-8');
    return c.body(csvStream(chart, from, until)) as never;
  });

  /** Pages are read as they are taken. */
  function csvStream(chart: Chart, from: string, until: string): ReadableStream<Uint8Array> {
    const text = journalCsv(chart, journalLines(database, chart.entity, from, until));
    const encoder = new TextEncoder();
    return new ReadableStream({
      async pull(controller) {
        const { value, done } = await text.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
    });
  }

  app.openapi(ofOrder, async (c) => {
    const key = await keyOfOrder(engine, c.req.valid('param').order);
    const rows = await readLinesOf(database, { kind: 'order', key });
    const titles = await readTitles(database, [key, ...keysOf(rows)]);
    const charts = new Map<string, Chart>();
    const lines = rows.flatMap((row) => {
      const chart = charts.get(row.entity) ?? chartOf(engine.config, row.entity);
      if (!chart) return [];
      charts.set(row.entity, chart);
      return [bookLine(row, chart, titles)];
    });
    return c.json({ stream: streamRef('order', key, titles), lines }, 200);
  });
}

function dayAfter(day: string): string {
  return day === LAST_DAY ? 'infinity' : new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

function linePlaceOf(before: string | undefined): LinePlace | null {
  const place = positionOf(before);
  return place ? { date: new Date(place.at).toISOString().slice(0, 10), position: Number(place.key) } : null;
}
