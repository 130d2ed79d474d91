/** Invariant 9, and what must follow from the journal: each state, movement and command is what the facts say. */
import type { BaseFact } from '../domain/process.ts';
import { BUCKETS } from '../store/bucket.ts';
import type { Row, Sql } from '../store/db.ts';
import type { Evidence } from './evidence.ts';
import type { Findings } from './findings.ts';
import { checkPostings, loadPostings } from './postings.ts';
import {
  FACTS_AT_ONCE,
  type FactRow,
  loadCommands,
  loadFacts,
  loadMovements,
  type StreamRow,
  streamGroups,
} from './read-streams.ts';
import { type AnyProcess, type ReadFact, StreamCheck } from './stream-check.ts';

export interface StreamsOptions {
  sql: Sql;
  processes: Readonly<Record<string, AnyProcess>>;
  evidence: Evidence;
  findings: Findings;
  /** Called with each stream, as it is stored. */
  onStream: (stream: StreamRow) => void;
}

export async function checkStreams(options: StreamsOptions): Promise<void> {
  const { sql, processes, findings, evidence, onStream } = options;
  const seen = { commands: 0, configurations: new Map<number, string>() };
  for (const [kind, process] of Object.entries(processes)) {
    for await (const group of streamGroups(sql, kind)) {
      const checks = group.map((row) => new StreamCheck(row, process, findings, evidence));
      let left = checks;
      while (left.length > 0) left = await takeNext(sql, left, seen);
      for (const check of checks) check.end();
      for (const row of group) onStream(row);
    }
  }
  await checkStrays(sql, findings);
  await checkPostings(sql, findings);
  await checkConfigurations(sql, findings, seen.configurations);
  await checkUnissued(sql, findings, seen.commands);
}

/** Reads on; returns the streams that may have more facts. */
async function takeNext(
  sql: Sql,
  checks: readonly StreamCheck[],
  seen: { commands: number; configurations: Map<number, string> },
): Promise<StreamCheck[]> {
  const wanted = checks.map(({ stream: { bucket, kind, key }, seq }, n) => ({
    n,
    bucket,
    kind,
    key,
    after: seq,
  }));
  const facts = Map.groupBy(await loadFacts(sql, wanted), (row) => row.n);
  const ranges = wanted.flatMap(({ n, bucket, kind, key }) => {
    const rows = facts.get(n) ?? [];
    const [first, last] = [rows[0], rows.at(-1)];
    return first && last ? [{ n, bucket, kind, key, from: first.seq, to: last.seq }] : [];
  });
  const read = new Map([...facts].map(([n, rows]) => [n, rows.map(readFact)]));
  const asked = wanted.flatMap(({ n, bucket }) =>
    (read.get(n) ?? []).flatMap(({ fact }) =>
      fact?.command ? [{ n, bucket, connection: fact.command.connection, key: fact.command.key }] : [],
    ),
  );
  const postings = Map.groupBy(await loadPostings(sql, ranges), (row) => `${row.n}/${row.seq}`);
  const movements = Map.groupBy(await loadMovements(sql, ranges), (row) => `${row.n}/${row.seq}`);
  const commands = new Map(
    (await loadCommands(sql, asked)).map((row) => [`${row.n}/${row.connection}/${row.key}`, row]),
  );
  seen.commands += commands.size;
  return checks.filter((check, n) => {
    const rows = read.get(n) ?? [];
    for (const each of rows) {
      const { row, fact } = each;
      const request = fact?.command;
      seen.configurations.set(row.config_version, check.stream.key);
      check.take(each, {
        movements: movements.get(`${n}/${row.seq}`) ?? [],
        postings: postings.get(`${n}/${row.seq}`) ?? [],
        command: request ? commands.get(`${n}/${request.connection}/${request.key}`) : undefined,
      });
    }
    return rows.length === FACTS_AT_ONCE;
  });
}

function readFact(row: FactRow): ReadFact {
  const body: unknown = JSON.parse(row.body);
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return { row, fact: null };
  return { row, fact: { ...body, type: row.type } as BaseFact };
}

/** Facts and movements whose stream or fact is not there any more, by primary keys. */
async function checkStrays(sql: Sql, findings: Findings): Promise<void> {
  const facts = await sql.query<Row & { kind: string; key: string; facts: number }>(
    `select j.kind, j.key, count(*) as facts from journal j
     where not exists (select 1 from stream s where s.bucket = j.bucket and s.kind = j.kind and s.key = j.key)
     group by j.kind, j.key limit 1000`,
  );
  for (const { kind, key, facts: count } of facts)
    findings.add(
      'stateIsFoldOfJournal',
      'journal',
      key,
      `the journal has ${count} facts of ${kind} ${key}, which is no stream any more`,
    );
  const movements = await sql.query<Row & { kind: string; key: string; seq: number; movements: number }>(
    `select m.kind, m.key, m.seq, count(*) as movements from movement m
     where not exists (select 1 from journal j where j.bucket = m.bucket and j.kind = m.kind and j.key = m.key and j.seq = m.seq)
     group by m.kind, m.key, m.seq limit 1000`,
  );
  for (const { kind, key, seq, movements: count } of movements)
    findings.add(
      'stockIsNeverOversold',
      'movements',
      key,
      `${count} movements of ${kind} ${key} name fact ${seq}, which is not there`,
    );
}

/** Each configuration that facts were decided by is kept. */
async function checkConfigurations(
  sql: Sql,
  findings: Findings,
  seen: ReadonlyMap<number, string>,
): Promise<void> {
  const kept = await sql.query<Row & { version: number }>('select version from configuration');
  const known = new Set(kept.map((row) => row.version));
  for (const [version, key] of seen)
    if (!known.has(version))
      findings.add(
        'stateIsFoldOfJournal',
        'journal',
        key,
        `facts, those of ${key} among them, were decided by configuration ${version}, which there is not`,
      );
}

/** Commands that no fact has issued. They are looked for only where there are more commands than facts account for. */
async function checkUnissued(sql: Sql, findings: Findings, issued: number): Promise<void> {
  const [all] = await sql.query<Row & { commands: number }>('select count(*) as commands from outbox');
  if (all?.commands === issued) return;
  // A bucket at a time: each of its commands is looked for in the journal of its stream.
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) await checkUnissuedOf(sql, findings, bucket);
}

async function checkUnissuedOf(sql: Sql, findings: Findings, bucket: number): Promise<void> {
  const strays = await sql.query<
    Row & { connection: string; command: string; key: string; stream_kind: string; stream_key: string }
  >(
    `select o.connection, o.command, o.key, o.stream_kind, o.stream_key from outbox o
     where o.bucket = $1 and not exists (
       select 1 from journal j where j.bucket = o.bucket and j.kind = o.stream_kind and j.key = o.stream_key
         and j.body->'command'->>'connection' = o.connection and j.body->'command'->>'key' = o.key
     ) limit 1000`,
    [bucket],
  );
  for (const { connection, command, key, stream_kind, stream_key } of strays)
    findings.add(
      'stateIsFoldOfJournal',
      'command',
      stream_key,
      `no fact of ${stream_kind} ${stream_key} has issued ${command} ${key} to ${connection}, which stands in the outbox`,
    );
}
