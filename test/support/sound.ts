/** What the auditor finds in our own tables after a test: all that a hub must keep, whatever its systems did. */
import { readEvidence } from '../../src/audit/evidence.ts';
import { type Finding, Findings } from '../../src/audit/findings.ts';
import { checkForgotten } from '../../src/audit/forgotten.ts';
import { checkNothingHalfDone } from '../../src/audit/inside.ts';
import { checkEnds, checkObservations } from '../../src/audit/observations.ts';
import { checkStock } from '../../src/audit/stock.ts';
import { checkStreams } from '../../src/audit/streams.ts';
import { PROCESSES } from '../../src/engine/turn.ts';
import type { Sql } from '../../src/store/db.ts';

/** `halfDone` false: commands may be left on their way. */
export async function findingsInside(sql: Sql, options: { halfDone?: boolean } = {}): Promise<Finding[]> {
  const findings = new Findings();
  const evidence = await readEvidence(sql);
  await checkStreams({ sql, processes: PROCESSES, evidence, findings, onStream: () => undefined });
  await checkStock(sql, findings);
  await checkEnds(sql, findings, false);
  await checkObservations(sql, findings, evidence);
  await checkForgotten(sql, findings);
  if (options.halfDone !== false) await checkNothingHalfDone(sql, findings, false);
  return findings.list();
}
