/** Levels of which channels have told that they changed, until they are looked into (migration 21). */
import type { Row, Sql, Statement } from './db.ts';
import { toJson } from './json.ts';
import type { FoundDifference } from './reconciliation.ts';

/** A level that a channel has told of, by its ids of the item and of the place. */
export interface LevelNews {
  connection: string;
  item: string;
  place: string;
  available: number;
}

export interface LevelNewsRow extends Row, LevelNews {
  /** Several figures were told. */
  moved: boolean;
  told_at: number;
}

/** Notes them, one at least: the newest of each place, and since when it is news. In one order, so that two never wait for each other. */
export function levelNewsStatement(news: readonly LevelNews[], at: string): Statement {
  const newest = new Map<string, LevelNews & { moved: boolean }>();
  for (const each of news) {
    const key = JSON.stringify([each.connection, each.item, each.place]);
    const before = newest.get(key);
    const moved = before !== undefined && (before.moved || before.available !== each.available);
    newest.set(key, { ...each, moved });
  }
  return {
    text: `insert into level_news (connection, item, place, available, moved, first_at, told_at)
      select connection, item, place, available, moved, $2, $2
      from json_to_recordset($1::json) as r(connection text, item text, place text, available bigint, moved boolean)
      order by connection collate "C", item collate "C", place collate "C"
      on conflict (connection, item, place) do update set available = excluded.available, told_at = excluded.told_at,
        moved = level_news.moved or excluded.moved or level_news.available <> excluded.available`,
    parameters: [toJson([...newest.values()]), at],
  };
}

/** Those of a connection that have come to rest (`quietSince`) or have been news for long (`newsSince`), so many at most. */
export function dueLevelNews(
  sql: Sql,
  connection: string,
  { quietSince, newsSince, limit }: { quietSince: string; newsSince: string; limit: number },
): Promise<LevelNewsRow[]> {
  return sql.query<LevelNewsRow>(
    `select connection, item, place, available, moved, told_at from level_news
     where connection = $1 and (told_at <= $2 or first_at <= $3) order by first_at limit $4`,
    [connection, quietSince, newsSince, limit],
  );
}

/** Since when the oldest of a connection is news (epoch ms); null: there are none. */
export async function oldestLevelNews(sql: Sql, connection: string): Promise<number | null> {
  const [row] = await sql.query<Row & { first_at: number | null }>(
    'select min(first_at) as first_at from level_news where connection = $1',
    [connection],
  );
  return row?.first_at ?? null;
}

export async function connectionsWithLevelNews(sql: Sql): Promise<string[]> {
  const rows = await sql.query<Row & { connection: string }>('select distinct connection from level_news');
  return rows.map(({ connection }) => connection);
}

/** Forgets these, unless they have been told anew since. */
export async function forgetLevelNews(sql: Sql, news: readonly LevelNewsRow[]): Promise<void> {
  const rows = news.map(({ told_at, ...row }) => ({ ...row, told_at: new Date(told_at).toISOString() }));
  await sql.query(
    `delete from level_news n using json_to_recordset($1::json) as r(connection text, item text, place text, told_at timestamptz)
     where n.connection = r.connection and n.item = r.item and n.place = r.place and n.told_at <= r.told_at`,
    [toJson(rows)],
  );
}

/** A level at a location of ours. */
export type PlacedNews = LevelNewsRow & { location: string };

/**
 * Of these the published ones that neither our last write nor the channel's own orders explain by themselves, by shown_stock_item and
 * movement_by_position.
 */
export async function unexplainedNews(
  sql: Sql,
  connection: string,
  news: readonly PlacedNews[],
): Promise<FoundDifference[]> {
  const rows = await sql.query<Row & { sku: string; location: string; item: string; place: string }>(
    `select s.sku, s.location, s.item, r.place
     from json_to_recordset($2::json) as r(item text, place text, location text, available bigint, moved boolean)
     join shown_stock s on s.connection = $1 and s.item = r.item and s.location = r.location
     left join lateral (
       select sum(m.on_hand - m.reserved)::bigint as own from movement m
       where m.sku = s.sku and m.location = s.location and m.version > s.version and m.kind = 'order'
         and starts_with(m.key, $1 || '/') and m.kit is null
     ) o on true
     where s.shown is not null and s.problem is null and (r.moved or r.available <> s.shown + coalesce(o.own, 0))`,
    [connection, toJson(news)],
  );
  return rows.map((row) => ({ ...row, available: null, committed: null, expected: null, units: null }));
}
