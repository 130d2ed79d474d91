/**
 * Who has asked to be forgotten is forgotten: the persons of an order are emptied, and the bodies of its raw messages. Rows stay, so
 * that no late message brings a person back, and the books and the audit stand as they did.
 */

import { bucketOf } from './bucket.ts';
import type { Database, Row, Statement } from './db.ts';
import { toJson } from './json.ts';

interface StreamRef {
  bucket: number;
  kind: string;
  key: string;
}

const STREAMS = 'json_to_recordset($1::json) as f(bucket smallint, kind text, key text)';

/** Every person that a fact of the stream has named, by journal's and person's primary keys. */
const PERSONS = `
update person p set redacted_at = $2, body = json_build_object('schema', 'person/1', 'personId', p.id, 'name', null, 'company', null,
  'email', null, 'phone', null, 'address1', null, 'address2', null, 'city', null, 'postalCode', null, 'provinceCode', null,
  'countryCode', null)
from (
  select distinct named.id #>> '{}' as id
  from ${STREAMS}
  join journal j on j.bucket = f.bucket and j.kind = f.kind and j.key = f.key
  cross join lateral jsonb_path_query(j.body::jsonb, 'strict $.**.personId') named(id)
) n
where p.id = n.id and p.redacted_at is null`;

/** By observation_by_stream. What waits in the inbox is read first: its turn comes here again. */
const BODIES = `
update observation o set body = ''::bytea, body_hash = sha256(o.body), forgotten_at = $2
from ${STREAMS}
where o.stream_key = f.key and o.stream_kind = f.kind and o.forgotten_at is null
  and not exists (
    select 1 from inbox i where i.bucket = f.bucket and i.kind = f.kind and i.key = f.key and i.observation_id = o.id
  )`;

/** Empties what is held of the persons of these streams; within the turn that has decided it, after its other writes. */
export function forgetting(streams: readonly StreamRef[], now: string): Statement[] {
  if (streams.length === 0) return [];
  const parameters = [toJson(streams.map(({ bucket, kind, key }) => ({ bucket, kind, key }))), now];
  return [PERSONS, BODIES].map((text) => ({ text, parameters }));
}

/**
 * Empties what came at the very instant at which its stream was forgotten, and was seen by neither turn nor intake. Streams are found
 * by observation_forgotten.
 */
export async function forgetAgain(database: Database, now: string): Promise<void> {
  const streams = await database.query<Row & { kind: string; key: string }>(
    `select distinct stream_kind as kind, stream_key as key from observation
     where forgotten_at is not null and stream_key is not null`,
  );
  for (let first = 0; first < streams.length; first += STREAMS_AT_ONCE) {
    const some = streams
      .slice(first, first + STREAMS_AT_ONCE)
      .map(({ kind, key }) => ({ bucket: bucketOf(key), kind, key }));
    await database.query(BODIES, [toJson(some), now]);
  }
}

const STREAMS_AT_ONCE = 500;
