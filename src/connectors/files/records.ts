/** The records of a file, however large it is, as many at a time as a piece of it holds: its bytes are checked to be UTF-8 text. */
import { createReadStream } from 'node:fs';
import type { Parser } from 'csv-parse';
import { type Refusal, type RowProblem, refusal } from './layout.ts';

/** Longest record: no row of stock is longer, and an open quote does not swallow the file. */
const MAX_RECORD_BYTES = 64 * 1024;

/** A record with its number (the first one is 1, as a spreadsheet shows it); `problem`: it cannot be parsed. */
export interface FileRecord {
  row: number;
  fields: readonly string[];
  problem: Refusal<RowProblem> | null;
}

/** The file itself cannot be read as text or as CSV. */
export class Unreadable extends Error {
  readonly refusal: Refusal;

  constructor(refused: Refusal) {
    super(refused.words);
    this.refusal = refused;
  }
}

/**
 * Reads a file. Blank lines are passed over, and count. `onBytes` sees each piece of it as it is read. Throws `Unreadable` where
 * it ends in the middle of a record or is no text.
 */
export async function* readRecords(
  path: string,
  onBytes: (bytes: Uint8Array) => void = () => {},
): AsyncGenerator<readonly FileRecord[]> {
  const { parse } = await import('csv-parse');
  let row = 0;
  let batch: FileRecord[] = [];
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_records_with_error: true,
    max_record_size: MAX_RECORD_BYTES,
    // Gathered here, where they stand in their order with those that are skipped; none goes through the stream.
    on_record: (fields) => {
      row += 1;
      if (fields.length > 1 || fields[0] !== '') batch.push({ row, fields, problem: null });
      return null;
    },
    on_skip: (error) => {
      row += 1;
      const words =
        error?.code === 'INVALID_OPENING_QUOTE' ? 'a quote in the middle of a field' : (error?.message ?? '');
      const problem = refusal('not-csv' as const, `it is no CSV: ${words.slice(0, 200)}`);
      batch.push({ row, fields: [], problem });
    },
  });
  const taken = (): readonly FileRecord[] => {
    const records = batch;
    batch = [];
    return records;
  };
  try {
    for await (const chunk of textOf(path, onBytes)) {
      await fed(parser, chunk, row);
      yield taken();
    }
    await fed(parser, null, row);
    yield taken();
  } finally {
    parser.destroy();
  }
}

/** Gives the parser a piece, or the end; resolves when it has parsed it. */
function fed(parser: Parser, chunk: Uint8Array | null, row: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error & { code?: string }) =>
      reject(
        new Unreadable(
          refusal(
            'not-csv',
            error.code === 'CSV_QUOTE_NOT_CLOSED'
              ? 'a quote that opens is not closed'
              : `after row ${row} it is no CSV: ${error.message.slice(0, 200)}`,
          ),
        ),
      );
    parser.once('error', fail);
    const done = (error?: Error | null) => {
      if (error) return;
      parser.off('error', fail);
      resolve();
    };
    if (chunk === null) {
      parser.resume();
      parser.once('end', done);
      parser.end();
    } else parser.write(chunk, done);
  });
}

/** The bytes of a file, which must be UTF-8 without NUL. */
async function* textOf(path: string, onBytes: (bytes: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let at = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (at === 0 && ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)))
      throw new Unreadable(refusal('encoding', 'it is UTF-16: export it as UTF-8'));
    const nul = chunk.indexOf(0);
    if (nul >= 0) {
      const words = `the byte at ${at + nul} is NUL: it is no text, or was not uploaded whole`;
      throw new Unreadable({ ...refusal('encoding', words), unfinished: true });
    }
    decode(decoder, chunk, at);
    onBytes(chunk);
    yield chunk;
    at += chunk.length;
  }
  decode(decoder, null, at);
}

function decode(decoder: TextDecoder, chunk: Buffer | null, at: number): void {
  try {
    if (chunk === null) decoder.decode();
    else decoder.decode(chunk, { stream: true });
  } catch {
    const where = chunk === null ? 'at its end' : `between the bytes ${at} and ${at + chunk.length}`;
    const words = `it is not UTF-8 (${where}): is it Latin-1 or Windows-1252? Export it as UTF-8`;
    throw new Unreadable(refusal('encoding', words));
  }
}
