/** Invariant 1: what was answered is stored as it came, and has reached an end. */
import { bucketOf } from '../store/bucket.ts';
import type { Row, Sql } from '../store/db.ts';
import { firstIdOf } from '../store/retention.ts';
import { observationSeal } from '../store/seals.ts';
import { type Evidence, instant } from './evidence.ts';
import type { Findings } from './findings.ts';

/** Raw bodies are hashed where they are; so many at once. */
const BODIES_AT_ONCE = 5_000;
const NO_ID = '00000000-0000-0000-0000-000000000000';
/** Rows of one kind that are looked for at most. */
const LIMIT = 1_000;

export async function checkObservations(sql: Sql, findings: Findings, evidence: Evidence): Promise<void> {
  await checkBodies(sql, findings, evidence);
  await checkMissing(sql, findings, evidence);
}

interface Changed extends Row {
  id: string;
  connection: string;
  topic: string;
  stream_key: string | null;
  problem: string;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  seal: 'is not as it came: its body, its origin or its ids were changed',
  forgotten: 'counts as forgotten, and is not empty',
  unsealed: 'has lost its seal, which all have that came with it',
  key: 'has another body than the one that it was first recognised by, or that is not noted any more',
  ending: 'is marked as a duplicate, and was not treated as one',
};

/** Each body against its seal and its noted hash, by observation's primary keys in pages. */
async function checkBodies(sql: Sql, findings: Findings, evidence: Evidence): Promise<void> {
  let after = NO_ID;
  for (;;) {
    const [last] = await sql.query<Row & { id: string }>(
      'select id from observation where id > $1 order by id offset $2 limit 1',
      [after, BODIES_AT_ONCE - 1],
    );
    const changed = await sql.query<Changed>(CHANGED, [
      after,
      last?.id ?? null,
      instant(evidence.sealedFrom),
      instant(evidence.removedBefore.observation),
      oldestId(evidence),
    ]);
    for (const { id, connection, topic, stream_key, problem } of changed)
      findings.add(
        'deliveriesReachAnEnd',
        'observation',
        stream_key ?? id,
        `delivery ${id} of ${connection} (${topic}) ${PROBLEMS[problem]}`,
      );
    await checkStreamsOf(sql, findings, after, last?.id ?? null);
    if (!last) return;
    after = last.id;
  }
}

/** What was addressed to a stream has made it: it is there, by stream's primary key. */
async function checkStreamsOf(
  sql: Sql,
  findings: Findings,
  after: string,
  last: string | null,
): Promise<void> {
  const named = await sql.query<Row & { kind: string; key: string }>(
    `select distinct stream_kind as kind, stream_key as key from observation
     where id > $1 and ($2::uuid is null or id <= $2) and stream_key is not null and duplicate_of is null`,
    [after, last],
  );
  const gone = await sql.query<Row & { kind: string; key: string }>(
    `select c.kind, c.key from json_to_recordset($1::json) as c(bucket smallint, kind text, key text)
     where not exists (select 1 from stream s where s.bucket = c.bucket and s.kind = c.kind and s.key = c.key)`,
    [JSON.stringify(named.map(({ kind, key }) => ({ bucket: bucketOf(key), kind, key })))],
  );
  for (const { kind, key } of gone)
    findings.add(
      'deliveriesReachAnEnd',
      'journal',
      key,
      `deliveries belong to ${kind} ${key}, which is not there any more`,
    );
}

/** A key that names another first one is a duplicate's that was stored at the same instant. */
const CHANGED = `
select * from (
  select o.id, o.connection, o.topic, o.stream_key,
    case
      when o.seal <> ${observationSeal('o', 'o.received_at', 'h.hash')} then 'seal'
      when (o.body_hash is null) <> (o.forgotten_at is null) or (o.forgotten_at is not null and octet_length(o.body) > 0) then 'forgotten'
      when o.seal is null and o.received_at >= $3 then 'unsealed'
      when o.origin <> 'read' and o.received_at >= $4 and coalesce(o.duplicate_of, o.id) >= $5::uuid and not exists (
        select 1 from delivery_key k where k.connection = o.connection and k.topic = o.topic and k.body_hash = h.hash
          and (k.observation_id = coalesce(o.duplicate_of, o.id) or o.duplicate_of = o.id)
      ) then 'key'
      when o.duplicate_of is not null and exists (
        select 1 from observation_end e where e.observation_id = o.id and e.outcome <> 'duplicate'
      ) then 'ending'
    end as problem
  from observation o cross join lateral (select coalesce(o.body_hash, sha256(o.body)) as hash offset 0) h
  where o.id > $1 and ($2::uuid is null or o.id <= $2)
) c where problem is not null`;

function oldestId({ removedBefore }: Evidence): string {
  return removedBefore.observation === Number.NEGATIVE_INFINITY
    ? NO_ID
    : firstIdOf(removedBefore.observation);
}

/** What other rows speak of and retention has not removed. */
async function checkMissing(sql: Sql, findings: Findings, evidence: Evidence): Promise<void> {
  const missing = await sql.query<Row & { id: string; told: string }>(
    `select distinct on (id) id, told from (
       select e.observation_id as id, 'it ended as "' || e.outcome || '"' as told from observation_end e
       where e.observation_id >= $1::uuid and not exists (select 1 from observation o where o.id = e.observation_id)
       union all
       select k.observation_id, k.connection || ' sent it (' || k.topic || ')' from delivery_key k
       where k.observation_id >= $1::uuid and not exists (select 1 from observation o where o.id = k.observation_id)
       union all
       select i.observation_id, 'it waits for ' || i.kind || ' ' || i.key from inbox i
       where i.observation_id is not null and not exists (select 1 from observation o where o.id = i.observation_id)
     ) m limit ${LIMIT}`,
    [oldestId(evidence)],
  );
  for (const { id, told } of missing)
    findings.add(
      'deliveriesReachAnEnd',
      'observation',
      id,
      `delivery ${id} is not stored any more, and is too young for that: ${told}`,
    );
  // A stream is made with its first delivery, in one commit. An order that was never here may have been told to forget.
  const orders = await sql.query<Row & { key: string }>(
    `select s.key from stream s
     where s.kind = 'order' and s.version > 0 and s.created_at >= $1
       and not exists (select 1 from observation o where o.stream_key = s.key and o.stream_kind = s.kind)
       and exists (
         select 1 from journal j where j.bucket = s.bucket and j.kind = s.kind and j.key = s.key and j.type <> 'PersonsForgotten'
       ) limit ${LIMIT}`,
    [instant(evidence.removedBefore.observation)],
  );
  for (const { key } of orders)
    findings.add(
      'deliveriesReachAnEnd',
      'observation',
      key,
      `order ${key} has facts, and none of the deliveries that they came from is stored any more`,
    );
}

/** Every stored delivery has reached an end, and nothing waits (unless a hub is `working` on it). Returns how many are lost. */
export async function checkEnds(sql: Sql, findings: Findings, working: boolean): Promise<number> {
  const open = await sql.query<Row & { id: string; connection: string; topic: string }>(
    `select o.id, o.connection, o.topic from observation o
     where not exists (select 1 from observation_end e where e.observation_id = o.id)
       and not exists (select 1 from inbox i where i.observation_id = o.id) limit ${LIMIT}`,
  );
  for (const row of open)
    findings.add(
      'deliveriesReachAnEnd',
      'observation',
      row.id,
      `delivery ${row.id} of ${row.connection} (${row.topic}) was stored and has no end`,
    );
  if (working) return open.length;
  const waiting = await sql.query<Row & { kind: string; key: string; waiting: number }>(
    `select kind, key, count(*) as waiting from inbox where not parked group by kind, key limit ${LIMIT}`,
  );
  for (const row of waiting)
    findings.add(
      'deliveriesReachAnEnd',
      'waiting',
      row.key,
      `${row.waiting} messages of ${row.kind} ${row.key} still wait`,
    );
  return open.length;
}
