/** Reading what payment providers and banks have told: states of streams, and the whole journal of one. */
import { bucketOf } from './bucket.ts';
import type { Row, Sql } from './db.ts';

export type SettlementKind = 'settlement' | 'payout' | 'dispute' | 'bank' | 'opening' | 'card';

export interface StreamStateRow<State> extends Row {
  key: string;
  status: string;
  title: string;
  closed: boolean;
  state: State;
  updated_at: number;
}

/** A stream by its primary key; undefined: there is none. */
export async function readStream<State>(
  sql: Sql,
  kind: SettlementKind,
  key: string,
): Promise<StreamStateRow<State> | undefined> {
  const [row] = await sql.query<StreamStateRow<State>>(
    'select key, status, title, closed, state, updated_at from stream where bucket = $1 and kind = $2 and key = $3',
    [bucketOf(key), kind, key],
  );
  return row;
}

/** All facts of a stream, by journal's primary key: a payout has one for each of its entries. */
export async function readJournal(
  sql: Sql,
  kind: SettlementKind,
  key: string,
): Promise<{ type: string; [name: string]: unknown }[]> {
  const rows = await sql.query<{ type: string; body: Record<string, unknown> } & Row>(
    'select type, body from journal where bucket = $1 and kind = $2 and key = $3 order by seq',
    [bucketOf(key), kind, key],
  );
  return rows.map(({ type, body }) => ({ type, ...body }));
}
