/** Reading reservations: one by its id, and those that keep units. */
import type { ReservationState } from '../domain/reservation/state.ts';
import { bucketOf } from './bucket.ts';
import type { Row, Sql } from './db.ts';

export interface ReservationRow extends Row {
  key: string;
  status: string;
  title: string;
  state: ReservationState;
  created_at: number;
}

/** A reservation by stream's primary key; undefined: there is none. */
export async function readReservation(sql: Sql, id: string): Promise<ReservationRow | undefined> {
  const [row] = await sql.query<ReservationRow>(
    `select key, status, title, state, created_at from stream where bucket = $1 and kind = 'reservation' and key = $2`,
    [bucketOf(id), id],
  );
  return row;
}

/** Reservations that keep units, those that end first before the others, by stream_due. */
export function listKeptReservations(sql: Sql, limit: number): Promise<ReservationRow[]> {
  return sql.query<ReservationRow>(
    `select key, status, title, state, created_at from stream
     where due_at is not null and kind = 'reservation' order by due_at limit $1`,
    [limit],
  );
}
