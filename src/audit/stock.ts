import type { Sql } from '../store/db.ts';
import type { Findings } from './findings.ts';

/** Invariant 3: positions are the sums of their movements, nothing was promised beyond what was there, nothing leaks. */
export async function checkStock(sql: Sql, findings: Findings): Promise<number> {
  const unequal = await sql.query<{
    sku: string;
    location: string;
    state: string;
    position: number;
    moved: number;
  }>(
    `select sku, location, state, position, moved::bigint as moved from position p full join (
       select sku, location, sum(on_hand) as on_hand, sum(reserved) as reserved, sum(damaged) as damaged,
         sum(quality_control) as quality_control, sum(incoming) as incoming
       from movement group by sku, location
     ) m using (sku, location) cross join lateral (values
       ('on hand', coalesce(p.on_hand, 0), coalesce(m.on_hand, 0)),
       ('reserved', coalesce(p.reserved, 0), coalesce(m.reserved, 0)),
       ('damaged', coalesce(p.damaged, 0), coalesce(m.damaged, 0)),
       ('in quality control', coalesce(p.quality_control, 0), coalesce(m.quality_control, 0)),
       ('incoming', coalesce(p.incoming, 0), coalesce(m.incoming, 0))
     ) as s(state, position, moved) where position <> moved`,
  );
  for (const { sku, location, state, position, moved } of unequal) {
    findings.add(
      'stockIsNeverOversold',
      'position',
      `${sku}@${location}`,
      `${sku} at ${location}: the position says ${position} ${state}, its movements ${moved}`,
    );
  }
  // Each turn that moves a position makes one version of it.
  const versions = await sql.query<{
    sku: string;
    location: string;
    version: number;
    counted: number;
    newest: number;
  }>(
    `select p.sku, p.location, p.version, count(distinct m.version) as counted, coalesce(max(m.version), 0) as newest
     from position p left join movement m on m.sku = p.sku and m.location = p.location
     group by p.sku, p.location, p.version
     having count(distinct m.version) <> p.version or coalesce(max(m.version), 0) <> p.version`,
  );
  for (const row of versions)
    findings.add(
      'stockIsNeverOversold',
      'position',
      `${row.sku}@${row.location}`,
      `${row.sku} at ${row.location}: the position has moved ${row.version} times, its movements tell of ${row.counted}, the newest being ${row.newest}`,
    );
  // By the position's version, not by time: clocks of nodes differ. Within a turn the sum counts, which it decided on.
  const grants = await sql.query<{ sku: string; location: string; available: number; moved_at: number }>(
    `select sku, location, available, moved_at from (
       select sku, location, movement, moved_at, sum(on_hand - reserved) over (partition by sku, location order by version range unbounded preceding)::bigint as available
       from movement
     ) m where movement = 'reserved' and available < 0`,
  );
  for (const row of grants) {
    findings.add(
      'stockIsNeverOversold',
      'oversold',
      `${row.sku}@${row.location}`,
      `${row.sku} at ${row.location}: at ${new Date(row.moved_at).toISOString()} ${-row.available} units more were promised than were there`,
    );
  }
  const leaks = await sql.query<{ kind: string; key: string; reserved: number; status: string }>(
    `select m.kind, m.key, sum(m.reserved)::bigint as reserved, s.status from movement m join stream s using (bucket, kind, key)
     where m.kind in ('order', 'reservation') and s.closed group by m.kind, m.key, s.status having sum(m.reserved) <> 0`,
  );
  for (const row of leaks)
    findings.add(
      'stockIsNeverOversold',
      'leak',
      row.key,
      `${row.kind} ${row.key} is ${row.status}, but still holds ${row.reserved} reserved units`,
    );
  return grants.length;
}
