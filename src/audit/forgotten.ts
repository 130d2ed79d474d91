/** Who has asked to be forgotten is: persons and raw messages are empty where the journal says so, and only there. */
import { bucketOf } from '../store/bucket.ts';
import type { Row, Sql } from '../store/db.ts';
import type { Findings } from './findings.ts';

/** Rows of one kind that are looked for at most. */
const LIMIT = 1_000;

interface Named extends Row {
  kind: string;
  key: string;
}

export async function checkForgotten(sql: Sql, findings: Findings): Promise<void> {
  const forgotten = await sql.query<Named & { bucket: number }>(
    "select bucket, kind, key from journal where type in ('PersonsForgotten', 'ErasureRequested', 'StoreErasureRequested') group by bucket, kind, key",
  );
  await checkEmpty(sql, findings, JSON.stringify(forgotten));
  await checkAsked(sql, findings);
}

/** By journal's, person's and inbox_by_stream's keys, and observation_by_stream. What waits for its turn is emptied then. */
async function checkEmpty(sql: Sql, findings: Findings, streams: string): Promise<void> {
  const asked = 'json_to_recordset($1::json) as f(bucket smallint, kind text, key text)';
  const persons = await sql.query<Named>(
    `select distinct f.kind, f.key from ${asked}
     join journal j on j.bucket = f.bucket and j.kind = f.kind and j.key = f.key
     cross join lateral jsonb_path_query(j.body::jsonb, 'strict $.**.personId') named(id)
     join person p on p.id = named.id #>> '{}'
     where p.redacted_at is null or p.body ->> 'name' is not null or p.body ->> 'email' is not null limit ${LIMIT}`,
    [streams],
  );
  for (const { kind, key } of persons)
    findings.add(
      'noPersonalDataOutside',
      'personal',
      key,
      `${kind} ${key} has forgotten its persons, and one of them is still held`,
    );
  const bodies = await sql.query<Named>(
    `select distinct f.kind, f.key from ${asked}
     join observation o on o.stream_key = f.key and o.stream_kind = f.kind
     where o.forgotten_at is null and not exists (
       select 1 from inbox i where i.bucket = f.bucket and i.kind = f.kind and i.key = f.key and i.observation_id = o.id
     ) limit ${LIMIT}`,
    [streams],
  );
  for (const { kind, key } of bodies)
    findings.add(
      'noPersonalDataOutside',
      'personal',
      key,
      `${kind} ${key} has forgotten its persons, and the body of one of its raw messages is still held`,
    );
}

/** Nobody empties a message, and calls it forgotten, of whom the journal knows no such request. */
async function checkAsked(sql: Sql, findings: Findings): Promise<void> {
  const emptied = await sql.query<Named>(
    `select distinct coalesce(stream_kind, '') as kind, coalesce(stream_key, id::text) as key
     from observation where forgotten_at is not null`,
  );
  const unasked = await sql.query<Named>(
    `select f.kind, f.key from json_to_recordset($1::json) as f(bucket smallint, kind text, key text)
     where not exists (
       select 1 from journal j where j.bucket = f.bucket and j.kind = f.kind and j.key = f.key
         and j.type in ('PersonsForgotten', 'ErasureRequested', 'StoreErasureRequested')
     ) limit ${LIMIT}`,
    [JSON.stringify(emptied.map(({ kind, key }) => ({ bucket: bucketOf(key), kind, key })))],
  );
  for (const { kind, key } of unasked)
    findings.add(
      'deliveriesReachAnEnd',
      'observation',
      key,
      `raw messages of ${kind} ${key} are emptied as forgotten, and nobody has asked for it`,
    );
}
