/** Orders that are taken over at go-live: those that were only known, and those that were decided in shadow. */
import type { Row, Sql } from './db.ts';

export interface TakeoverRow extends Row {
  key: string;
  title: string;
  state: unknown;
  /** Keys of its commands that were decided in shadow, and not sent. */
  shadowed: string[] | null;
}

/** Orders of a channel that are not over, or only known, a page of them by key. */
export function loadTakeoverPage(
  sql: Sql,
  channel: string,
  after: string,
  limit: number,
): Promise<TakeoverRow[]> {
  return sql.query<TakeoverRow>(
    `select s.key, s.title, s.state,
       (select json_agg(o.key order by o.position) from outbox o
        where o.bucket = s.bucket and o.stream_kind = s.kind and o.stream_key = s.key and o.status = 'shadow') as shadowed
     from stream s
     where s.kind = 'order' and split_part(s.key, '/', 1) = $1 and s.key > $2 and (not s.closed or s.status = 'archived')
     order by s.key limit $3`,
    [channel, after, limit],
  );
}
