/**
 * Seals: a row that is never changed again carries a hash of what it was when it was written, so that the auditor sees where it
 * was changed by hand. Made by the database, of its own columns: a seal costs no round trip, and verifying one moves no body.
 */

/** The seal of an observation: what came, from where, when. `row` names the table, `at` and `bodyHash` are expressions. */
export function observationSeal(row: string, at: string, bodyHash: string): string {
  const columns = ['id', 'connection', 'topic', 'origin', 'delivery_id', 'event_id'].map(
    (column) => `${row}.${column}`,
  );
  return `sha256(${asBytes([...columns, `extract(epoch from ${at})`])} || ${bodyHash})`;
}

/** The seal of a settled command: how it ended. `row` names the command's table, the others are expressions of its end. */
export function commandSeal(
  row: string,
  end: { status: string; error: string; result: string; at: string },
): string {
  const columns = ['id', 'connection', 'key', 'command', 'attempts'].map((column) => `${row}.${column}`);
  const { status, error, result, at } = end;
  return `sha256(${asBytes([...columns, status, error, `${result}::text`, `extract(epoch from ${at})`])})`;
}

/** Several values as bytes, so that no two lists give the same. */
function asBytes(values: readonly string[]): string {
  return `convert_to(json_build_array(${values.join(', ')})::text, 'UTF8')`;
}
