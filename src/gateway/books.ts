/** Which books somebody means, and the day it is where their entity is. */

import { localDate } from '../domain/books/calendar.ts';
import type { Engine } from '../engine/engine.ts';
import { countUnposted, readCompleteness } from '../store/journals.ts';
import { readDueDates } from '../store/read-books.ts';
import { ApiProblem } from './problem.ts';
import type { BookEntity } from './schemas/books.ts';
import { type Chart, chartOf } from './views/books.ts';

/** The books of an entity. Throws a problem where there is no such entity. */
export function chartNamed(engine: Engine, entity: string): Chart {
  const chart = chartOf(engine.config, entity);
  if (chart) return chart;
  throw new ApiProblem(
    404,
    'entity-not-found',
    'There is no such legal entity',
    `The configuration has no entity "${entity}".`,
    `Give one of ${engine.config.entities.map(({ id }) => id).join(', ')}.`,
  );
}

/** The local date of an entity. */
export function todayOf(engine: Engine, entity: string): string {
  const timeZone = engine.config.entities.find(({ id }) => id === entity)?.timeZone ?? 'UTC';
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(engine.clock.now());
}

/** The entity's local dates on which orders are to be paid, of those that are paid later. */
export async function dueDatesOf(
  { config, database }: Engine,
  entity: string,
  orders: readonly string[],
): Promise<Map<string, string>> {
  const timeZone = config.entities.find(({ id }) => id === entity)?.timeZone ?? 'UTC';
  const due = await readDueDates(database, orders);
  return new Map([...due].map(([key, at]) => [key, localDate(at, timeZone)]));
}

/** Legal entities, with how far their finance systems know what was posted. */
export async function bookEntities({ config, database }: Engine): Promise<BookEntity[]> {
  const waiting = await countUnposted(database);
  const unpostedOf = (entity: string) =>
    waiting
      .filter(({ connection }) =>
        config.connections.some((each) => each.id === connection && each.entity === entity),
      )
      .reduce((sum, { streams }) => sum + streams, 0);
  return Promise.all(
    config.entities.map(async (entity): Promise<BookEntity> => {
      const { id, name, currency, finance } = entity;
      const hasBooks = 'books' in entity && entity.books !== undefined;
      if (!finance) return { entity: id, name, currency, hasBooks, finance: null };
      const { connection, mode, from } = finance;
      const { postings, booked, oldest } = await readCompleteness(database, {
        entity: id,
        from: from ?? '1970-01-01',
        connection,
      });
      return {
        entity: id,
        name,
        currency,
        hasBooks,
        finance: {
          connection,
          mode,
          postings,
          booked,
          unposted: unpostedOf(id),
          share: shareOf(booked, postings + unpostedOf(id)),
          oldestOpen: oldest,
        },
      };
    }),
  );
}

/** Of all that is to be booked, as far as it is; nothing is booked whole. Never 1 while something is missing. */
function shareOf(booked: number, all: number): number {
  return booked >= all ? 1 : Math.floor((booked / all) * 10_000) / 10_000;
}
