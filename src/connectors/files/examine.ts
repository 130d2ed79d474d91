/**
 * A file is read once as a whole before any row of it counts: whether it is complete, whether its totals are right, and which
 * rows are refused. Its rows are then read again, and judged the same.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { StockObservation } from '../../domain/messages.ts';
import {
  decimalOf,
  type Fields,
  fieldsOf,
  type Header,
  isRefusal,
  millionths,
  quantityColumn,
  type Refusal,
  type RowProblem,
  readColumns,
  readHeader,
  readRow,
  refusal,
  uniqueColumn,
} from './layout.ts';
import { type FileRecord, readRecords, Unreadable } from './records.ts';
import { SeenCodes } from './seen-codes.ts';

const LONGEST_TRAILER = 256;

/** A data row that counts, or why it does not. */
export type Row = { row: number; item: string } & ({ fields: Fields } | { refused: Refusal<RowProblem> });

export interface Examined {
  /** SHA-256 of the exact bytes. */
  hash: string;
  bytes: number;
  /** Null: the header itself cannot be read. */
  header: Header | null;
  /** Why nothing of it is taken; null: its good rows are. */
  refused: Refusal | null;
  rows: number;
  accepted: number;
  rejected: number;
  /** The sum of all quantities, as written; null: one of them is no number, so it could not be checked. */
  units: string | null;
  /** Codes that may stand in one row only and stand in several: all these rows are refused. */
  repeated: ReadonlySet<string>;
}

/** Reads a whole file. Never throws for what is in it. */
export async function examine(path: string, locations: readonly string[]): Promise<Examined> {
  const hash = createHash('sha256');
  const result: Examined = {
    hash: '',
    bytes: 0,
    header: null,
    refused: null,
    rows: 0,
    accepted: 0,
    rejected: 0,
    units: null,
    repeated: new Set(),
  };
  const onBytes = (bytes: Uint8Array) => {
    hash.update(bytes);
    result.bytes += bytes.length;
  };
  try {
    result.refused = await total(readRecords(path, onBytes), locations, result);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    result.refused = error.refusal;
  }
  if (result.refused) {
    const unfinished = result.refused.unfinished === true || !(await hasTrailer(path));
    const refused: Refusal = unfinished ? { ...result.refused, unfinished } : result.refused;
    return { ...result, refused, hash: await hashOf(path, result) };
  }
  const examined = { ...result, hash: hash.digest('hex') };
  if (examined.repeated.size === 0) return examined;
  // Which rows share a code is known at the end only.
  let accepted = 0;
  for await (const rows of readRows(path, examined))
    for (const row of rows) if ('fields' in row) accepted += 1;
  return { ...examined, accepted, rejected: examined.rows - accepted };
}

/** The last line is a whole trailer: nothing more will come. */
async function hasTrailer(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, LONGEST_TRAILER);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return /(^|\n)"?T"?,[^\n]*\n$/.test(buffer.toString('latin1'));
  } finally {
    await file.close();
  }
}

/** The hash of a file that was not read to its end. */
async function hashOf(path: string, result: { bytes: number }): Promise<string> {
  const hash = createHash('sha256');
  result.bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    result.bytes += chunk.length;
  }
  return hash.digest('hex');
}

async function total(
  batches: AsyncGenerator<readonly FileRecord[]>,
  locations: readonly string[],
  result: Examined,
): Promise<Refusal | null> {
  let header: Header | null = null;
  let columns: readonly string[] | null = null;
  let trailer: readonly string[] | null = null;
  let sum: bigint | null = 0n;
  const seen = new SeenCodes();
  let good = 0;
  for await (const records of batches)
    for (const record of records) {
      if (trailer) return refusal('trailer', `row ${record.row} stands after the trailer`);
      if (header === null) {
        const read = record.problem ? refusal('header', record.problem.words) : readHeader(record.fields);
        if (isRefusal(read)) return read;
        header = read;
        result.header = read;
        if (!locations.includes(read.location))
          return refusal(
            'unknown-location',
            `files of ${read.location} are not expected here (expected: ${locations.join(', ')})`,
          );
      } else if (columns === null) {
        const read = record.problem
          ? refusal('columns', record.problem.words)
          : readColumns(header.kind, record.fields);
        if (isRefusal(read)) return read;
        columns = read;
      } else if (record.fields[0]?.trim() === 'T') trailer = record.fields;
      else {
        result.rows += 1;
        const fields = record.problem ? null : fieldsOf(columns, record.fields);
        const quantity = fields && millionths(fields[quantityColumn(header.kind)] ?? '');
        sum = sum === null || quantity === null ? null : sum + quantity;
        if ('fields' in judge(header, columns, record, NONE)) good += 1;
        const code = fields?.[uniqueColumn(header.kind)] ?? '';
        if (code !== '') seen.add(code);
      }
    }
  if (header === null) return refusal('header', 'the file is empty');
  if (columns === null) return refusal('columns', 'the record that names the columns is missing');
  if (trailer === null)
    return refusal('trailer', 'the trailer (T, rows, units) is missing: the file is not whole');
  result.repeated = seen.repeated;
  result.accepted = good;
  result.rejected = result.rows - good;
  result.units = sum === null ? null : decimalOf(sum);
  const [, rows = '', units = ''] = trailer.map((field) => field.trim());
  if (rows !== String(result.rows))
    return refusal(
      'control-total',
      `the trailer counts "${rows.slice(0, 40)}" rows, the file has ${result.rows}`,
    );
  const told = millionths(units);
  if (told === null || (sum !== null && told !== sum))
    return refusal(
      'control-total',
      `the trailer counts "${units.slice(0, 40)}" units, the rows of the file have ${result.units ?? 'some that are no number'}`,
    );
  return null;
}

const NONE: ReadonlySet<string> = new Set();

function judge(
  header: Header,
  columns: readonly string[],
  { row, fields: record, problem }: FileRecord,
  repeated: ReadonlySet<string>,
): Row {
  if (problem) return { row, item: '', refused: problem };
  if (record[0]?.trim() !== 'D')
    return { row, item: '', refused: refusal('mark', 'the row begins with none of H, C, D and T') };
  const fields = fieldsOf(columns, record);
  if (fields === null)
    return {
      row,
      item: record[1] ?? '',
      refused: refusal(
        'fields',
        `the row has ${record.length - 1} fields, there are ${columns.length} columns`,
      ),
    };
  const item = fields.item ?? '';
  const unique = uniqueColumn(header.kind);
  const code = fields[unique] ?? '';
  if (code !== '' && repeated.has(code))
    return {
      row,
      item,
      refused: refusal(
        'repeated',
        `the ${unique} stands in more than one row, and which is right is not known`,
      ),
    };
  const read: StockObservation | Refusal<RowProblem> = readRow(header, row, fields, null);
  return isRefusal(read) ? { row, item, refused: read } : { row, item, fields };
}

/** The data rows of a file that was examined and is not refused, as many at a time as are read at once. */
export async function* readRows(
  path: string,
  { header, repeated }: Pick<Examined, 'header' | 'repeated'>,
): AsyncGenerator<readonly Row[]> {
  if (header === null) return;
  let columns: readonly string[] | null = null;
  let isHeader = true;
  for await (const records of readRecords(path)) {
    const rows: Row[] = [];
    for (const record of records) {
      if (isHeader) isHeader = false;
      else if (columns === null) {
        const read = readColumns(header.kind, record.fields);
        if (isRefusal(read)) return;
        columns = read;
      } else if (record.problem || record.fields[0]?.trim() !== 'T')
        rows.push(judge(header, columns, record, repeated));
    }
    yield rows;
  }
}
