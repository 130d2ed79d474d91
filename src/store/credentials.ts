/** Sealed credentials of connections: what a connector keeps and renews while it works. One row a connection. */
import type { Row, Sql } from './db.ts';

export interface SealedCredential extends Row {
  sealed: Uint8Array;
  key_id: string;
}

/** By credential's primary key; null: none is kept. */
export async function loadCredential(sql: Sql, connection: string): Promise<SealedCredential | null> {
  const [row] = await sql.query<SealedCredential>(
    'select sealed, key_id from credential where connection = $1',
    [connection],
  );
  return row ?? null;
}

export async function saveCredential(
  sql: Sql,
  connection: string,
  { sealed, key_id }: SealedCredential,
  at: string,
): Promise<void> {
  await sql.query(
    `insert into credential (connection, sealed, key_id, changed_at) values ($1, $2, $3, $4)
     on conflict (connection) do update
     set sealed = excluded.sealed, key_id = excluded.key_id, changed_at = excluded.changed_at`,
    [connection, sealed, key_id, at],
  );
}

/** Forgets the credential of a connection that has been removed; true when there was one. */
export async function deleteCredential(sql: Sql, connection: string): Promise<boolean> {
  const rows = await sql.query('delete from credential where connection = $1 returning connection', [
    connection,
  ]);
  return rows.length > 0;
}
