/**
 * What the system is told of a file: NAME.ack.csv, in the same layout (H, C, one record for each row that was refused, T). It says
 * the same whenever it is written.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Row } from './examine.ts';
import type { Summary } from './summary.ts';

/** Refused rows that are named. */
const MOST_ROWS = 10_000;

export const acknowledgementName = (name: string): string => `${name}.ack.csv`;

/** Writes it to a path of this machine. `batches`: the rows of the file, in order. */
export async function writeAcknowledgement(
  path: string,
  summary: Summary,
  batches: AsyncIterable<readonly Row[]>,
): Promise<void> {
  const out = createWriteStream(path);
  const write = async (...fields: (string | number)[]) => {
    if (!out.write(`${fields.map(quoted).join(',')}\n`)) await once(out, 'drain');
  };
  const { kind, sender, location, sequence } = summary.header ?? {};
  await write('H', 'stock-acknowledgement', 1, sender ?? '', location ?? '', sequence ?? '', summary.name);
  await write('S', kind ?? '', summary.status, summary.code ?? '', summary.words);
  await write('C', 'row', 'item', 'code', 'words');
  let named = 0;
  if (summary.status === 'accepted' && summary.rejected > 0)
    for await (const rows of batches) {
      for (const row of rows) {
        if (!('refused' in row) || named >= MOST_ROWS) continue;
        named += 1;
        await write('R', row.row, row.item, row.refused.code, row.refused.words);
      }
      if (named >= MOST_ROWS) break;
    }
  await write('T', summary.rows, summary.accepted, summary.rejected);
  out.end();
  await once(out, 'finish');
}

function quoted(value: string | number): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
