/** Reading returns: the list, and one as it stands. */
import type { ReturnState } from '../domain/return/state.ts';
import { bucketOf } from './bucket.ts';
import type { Row, Sql } from './db.ts';

export interface ReturnRow extends Row {
  key: string;
  status: string;
  title: string;
  closed: boolean;
  state: ReturnState | null;
  created_at: number;
  updated_at: number;
}

export interface ReturnFilter {
  statuses?: readonly string[];
  connection?: string;
  limit: number;
  /** The last return of the page before. */
  before?: { at: number; key: string };
}

const LISTED = 'key, status, title, closed, state, created_at, updated_at';

/** The newest returns, by stream_returns. */
export function listReturns(
  sql: Sql,
  { statuses, connection, limit, before }: ReturnFilter,
): Promise<ReturnRow[]> {
  return sql.query<ReturnRow>(
    `select ${LISTED} from stream
     where kind = 'return'
       and ($1::timestamptz is null or (created_at <= $1 and (created_at, key) < ($1, $2::text)))
       and ($3::text[] is null or status = any($3)) and ($4::text is null or starts_with(key, $4))
     order by created_at desc, key desc limit $5`,
    [
      before ? new Date(before.at).toISOString() : null,
      before?.key ?? '',
      statuses ?? null,
      connection === undefined ? null : `${connection}/`,
      limit,
    ],
  );
}

/** A return by stream's primary key; undefined: there is none. */
export async function readReturn(sql: Sql, key: string): Promise<ReturnRow | undefined> {
  const [row] = await sql.query<ReturnRow>(
    `select ${LISTED} from stream where bucket = $1 and kind = 'return' and key = $2`,
    [bucketOf(key), key],
  );
  return row;
}
