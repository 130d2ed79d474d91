/**
 * Leases: who works a connection's lane and feeds. One row a connection, renewed by its holder. Their time is the database's own
 * clock: they measure that a process lives, which business time must not expire. Whoever locks several does it by name.
 */
import type { Row, Sql } from './db.ts';

/** A lease is lost after this when its node stops renewing it. */
export const LEASE_MS = 2_000;

/** Prolongs the leases of these names that a node holds; returns which. By lease's primary key. */
export async function renewLeases(sql: Sql, names: readonly string[], node: string): Promise<Set<string>> {
  const rows = await sql.query<Row & { name: string }>(
    // clock-lint: allow leases measure liveness of processes
    `with held as (
       select name from lease where name = any($1::text[]) and node = $2 and until > clock_timestamp()
       order by name for no key update
     )
     update lease l set until = clock_timestamp() + make_interval(secs => $3::float8 / 1000)
     from held h where l.name = h.name
     returning l.name`, // clock-lint: allow see above
    [names, node, LEASE_MS],
  );
  return new Set(rows.map((row) => row.name));
}

/** Takes leases that nobody has, or whose holder is gone; returns which. It never waits for a holder's transaction. */
export async function takeFreeLeases(sql: Sql, names: readonly string[], node: string): Promise<Set<string>> {
  const rows = await sql.query<Row & { name: string }>(
    // clock-lint: allow leases measure liveness of processes
    `with free as (
       select name from lease where name = any($1::text[]) and until <= clock_timestamp() for update skip locked
     ), taken as (
       update lease l set node = $2, until = clock_timestamp() + make_interval(secs => $3::float8 / 1000)
       from free f where l.name = f.name
       returning l.name
     ), made as (
       insert into lease (name, node, until)
       select name, $2, clock_timestamp() + make_interval(secs => $3::float8 / 1000)
       from unnest($1::text[]) as n(name) order by name
       on conflict do nothing
       returning name
     )
     select name from taken union all select name from made`, // clock-lint: allow see above
    [names, node, LEASE_MS],
  );
  return new Set(rows.map((row) => row.name));
}

/**
 * Which of these leases a node still holds, and it holds them until this transaction ends: whoever wants to take them over
 * waits for it. So what a transaction writes as a holder is written before the next holder's first look.
 */
export async function holdLeases(sql: Sql, names: readonly string[], node: string): Promise<Set<string>> {
  const rows = await sql.query<Row & { name: string }>(
    // clock-lint: allow leases measure liveness of processes
    `select name from lease where name = any($1::text[]) and node = $2 and until > clock_timestamp()
     order by name for share`, // clock-lint: allow see above
    [names, node],
  );
  return new Set(rows.map((row) => row.name));
}

/** Gives leases back, so that another node need not wait. */
export async function dropLeases(sql: Sql, names: readonly string[], node: string): Promise<void> {
  await sql.query(
    `with held as (select name from lease where name = any($1::text[]) and node = $2 order by name for update)
     delete from lease l using held h where l.name = h.name`,
    [names, node],
  );
}

/** The lease by which a process shows that it lives; no connection has such a name. */
export function processLease(process: string): string {
  return `process:${process}`;
}

/** True when other processes live on this database. Those that have been gone for long are forgotten. */
export async function hasOtherProcesses(sql: Sql, own: string): Promise<boolean> {
  const rows = await sql.query<Row & { lives: boolean }>(
    // clock-lint: allow leases measure liveness of processes
    `with gone as (
       delete from lease where name like 'process:%' and until < clock_timestamp() - interval '1 hour'
     )
     select 1 from lease where name like 'process:%' and name <> $1 and until > clock_timestamp() limit 1`, // clock-lint: allow see above
    [own],
  );
  return rows.length > 0;
}

/** Writes a row, so that a database which only reads (a full disk, a standby) is noticed. One row for all nodes, in `lease`. */
export async function proveWritable(sql: Sql): Promise<void> {
  await sql.query(
    // clock-lint: allow it measures that the database lives
    `insert into lease (name, node, until) values ('health', '', clock_timestamp())
     on conflict (name) do update set until = excluded.until`, // clock-lint: allow see above
  );
}
