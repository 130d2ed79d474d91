/** The records of a file, one after the other, however large it is: its bytes are checked to be UTF-8 text as they pass. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { type Refusal, type RowProblem, refusal, unfinished } from './layout.ts';

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
): AsyncGenerator<FileRecord> {
  const { parse } = await import('csv-parse');
  let row = 0;
  let skipped: FileRecord[] = [];
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_records_with_error: true,
    max_record_size: MAX_RECORD_BYTES,
    on_record: (fields) => {
      row += 1;
      // The library's types know lists of fields only.
      return { row, fields, problem: null } as unknown as string[];
    },
    on_skip: (error) => {
      row += 1;
      const words = `it is no CSV: ${error?.code === 'INVALID_OPENING_QUOTE' ? 'a quote in the middle of a field' : (error?.message ?? 'a quote is wrong')}`;
      skipped.push({ row, fields: [], problem: refusal('not-csv', words.slice(0, 200)) });
    },
  });
  pipeline(textOf(path, onBytes), parser, () => {});
  try {
    for await (const record of parser as AsyncIterable<FileRecord>) {
      for (const each of skipped.filter((one) => one.row < record.row)) yield each;
      skipped = skipped.filter((one) => one.row > record.row);
      if (record.fields.length > 1 || record.fields[0] !== '') yield record;
    }
    yield* skipped;
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    const code = (error as { code?: string }).code ?? '';
    if (code.startsWith('CSV_'))
      throw new Unreadable(
        code === 'CSV_QUOTE_NOT_CLOSED'
          ? unfinished('not-csv', `a quote that opens after row ${row} is not closed`)
          : refusal('not-csv', `after row ${row} it is no CSV: ${(error as Error).message.slice(0, 200)}`),
      );
    throw error;
  } finally {
    parser.destroy();
  }
}

/** The bytes of a file, which must be UTF-8 without NUL. */
async function* textOf(path: string, onBytes: (bytes: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let at = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (at === 0 && ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)))
      throw new Unreadable(refusal('encoding', 'it is UTF-16: export it as UTF-8'));
    const nul = chunk.indexOf(0);
    if (nul >= 0)
      throw new Unreadable(
        unfinished('encoding', `the byte at ${at + nul} is NUL: it is no text, or was not uploaded whole`),
      );
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
    throw new Unreadable(chunk === null ? unfinished('encoding', words) : refusal('encoding', words));
  }
}
