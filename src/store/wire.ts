/**
 * PostgreSQL's wire protocol, as far as the embedded database needs it: prepared statements, parameters as text or bytes, results
 * as text. Spoken directly, because PGlite's own `query` parses and plans a statement each time (0.8 ms, more than most
 * statements take), and because a turn's writes go over in one message.
 */
import { DatabaseError } from './errors.ts';
import { OID, parseArray, parseBigint, parseInstant } from './parse.ts';
import type { Row } from './sql.ts';

/** Columns of a result: their names, and how their text becomes a value. */
export interface Column {
  name: string;
  parse: ((text: string) => unknown) | undefined;
}

const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [OID.bool]: (text) => text === 't',
  [OID.int2]: Number,
  [OID.int4]: Number,
  [OID.oid]: Number,
  [OID.float4]: Number,
  [OID.float8]: Number,
  [OID.int8]: parseBigint,
  [OID.json]: (text) => JSON.parse(text) as unknown,
  [OID.jsonb]: (text) => JSON.parse(text) as unknown,
  [OID.timestamptz]: parseInstant,
  [OID.bytea]: (text) => Buffer.from(text.slice(2), 'hex'),
  [OID.textArray]: (text) => parseArray(text),
  [OID.uuidArray]: (text) => parseArray(text),
  [OID.int4Array]: (text) => parseArray(text).map(Number),
};

const FIRST_SIZE = 64 * 1024;

/** Builds one message of several requests. */
export class WireWriter {
  #buffer = Buffer.allocUnsafe(FIRST_SIZE);
  #at = 0;

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }

  #begin(type: string): number {
    this.#room(5);
    this.#buffer[this.#at] = type.charCodeAt(0);
    this.#at += 5;
    return this.#at - 4;
  }

  #end(start: number): void {
    this.#buffer.writeInt32BE(this.#at - start, start);
  }

  #text(text: string): void {
    this.#room(text.length * 3 + 1);
    this.#at += this.#buffer.write(text, this.#at, 'utf8');
    this.#buffer[this.#at++] = 0;
  }

  #int16(value: number): void {
    this.#room(2);
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
  }

  #int32(value: number): void {
    this.#room(4);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
  }

  /** Prepares a statement under a name, and asks for its columns. */
  prepare(name: string, text: string): void {
    const parse = this.#begin('P');
    this.#text(name);
    this.#text(text);
    this.#int16(0);
    this.#end(parse);
    const describe = this.#begin('D');
    this.#room(1);
    this.#buffer[this.#at++] = 'S'.charCodeAt(0);
    this.#text(name);
    this.#end(describe);
  }

  /** Runs a prepared statement. */
  execute(name: string, parameters: readonly unknown[]): void {
    const bind = this.#begin('B');
    this.#text('');
    this.#text(name);
    // Bytes go as they are (bytea, and arrays in binary format), everything else as text.
    this.#int16(parameters.length);
    for (const parameter of parameters) this.#int16(parameter instanceof Uint8Array ? 1 : 0);
    this.#int16(parameters.length);
    for (const parameter of parameters) this.#parameter(parameter);
    this.#int16(0);
    this.#end(bind);
    const execute = this.#begin('E');
    this.#text('');
    this.#int32(0);
    this.#end(execute);
  }

  #parameter(value: unknown): void {
    if (value === null || value === undefined) {
      this.#int32(-1);
      return;
    }
    if (value instanceof Uint8Array) {
      this.#int32(value.length);
      this.#room(value.length);
      this.#buffer.set(value, this.#at);
      this.#at += value.length;
      return;
    }
    const text = textOf(value);
    this.#room(text.length * 3 + 4);
    const length = this.#buffer.write(text, this.#at + 4, 'utf8');
    this.#buffer.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
  }

  /** Statements without parameters, several at once. */
  simple(text: string): void {
    const query = this.#begin('Q');
    this.#text(text);
    this.#end(query);
  }

  sync(): void {
    this.#end(this.#begin('S'));
  }

  /** The message, as memory of its own. */
  take(): Uint8Array<ArrayBuffer> {
    const message = new Uint8Array(this.#at);
    message.set(this.#buffer.subarray(0, this.#at));
    this.#at = 0;
    if (this.#buffer.length > FIRST_SIZE * 16) this.#buffer = Buffer.allocUnsafe(FIRST_SIZE);
    return message;
  }
}

/** A value as PostgreSQL reads it; arrays of text as an array literal. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return `{${value
      .map((item) => (item === null ? 'NULL' : `"${String(item).replace(/[\\"]/g, '\\$&')}"`))
      .join(',')}}`;
  return String(value);
}

/** What one statement was answered. */
export interface WireResult {
  rows: Row[];
  /** What was done, in PostgreSQL's words: "INSERT 0 3", "COMMIT". */
  tag: string;
}

/** A statement as its session remembers it. */
export interface Described {
  /** Its columns, once an answer has described them. */
  columns: Column[] | undefined;
}

/**
 * Reads the answer to a message: one result for each statement that was executed, in order. Columns are described once in a
 * statement's life, and noted with it. Throws the first error that the answer holds.
 */
export function readAnswer(bytes: Uint8Array, statements: readonly Described[]): WireResult[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const results: WireResult[] = [];
  let described: Column[] | undefined;
  let rows: Row[] = [];
  let failure: DatabaseError | undefined;
  for (let at = 0; at < buffer.length; ) {
    const type = String.fromCharCode(buffer[at] as number);
    const end = at + 1 + buffer.readInt32BE(at + 1);
    const body = at + 5;
    const statement = statements[results.length];
    if (type === 'D') {
      const columns = statement?.columns ?? described;
      if (columns) rows.push(readRow(buffer, body, columns));
    } else if (type === 'T' || type === 'n') {
      described = type === 'T' ? readColumns(buffer, body) : [];
      if (statement) statement.columns = described;
    } else if (type === 'C' || type === 'I') {
      const tag = type === 'C' ? buffer.toString('utf8', body, end - 1) : '';
      results.push({ rows, tag });
      rows = [];
      described = undefined;
    } else if (type === 'E') failure ??= readError(buffer, body, end);
    at = end;
  }
  if (failure) throw failure;
  return results;
}

function readRow(buffer: Buffer, start: number, columns: readonly Column[]): Row {
  const row: Row = {};
  let at = start + 2;
  for (const { name, parse } of columns) {
    const length = buffer.readInt32BE(at);
    at += 4;
    if (length < 0) {
      row[name] = null;
      continue;
    }
    const text = buffer.toString('utf8', at, at + length);
    row[name] = parse ? parse(text) : text;
    at += length;
  }
  return row;
}

function readColumns(buffer: Buffer, start: number): Column[] {
  const columns: Column[] = [];
  const count = buffer.readInt16BE(start);
  let at = start + 2;
  for (let index = 0; index < count; index += 1) {
    const end = buffer.indexOf(0, at);
    const name = buffer.toString('utf8', at, end);
    // After the name: table (4), column (2), type (4), its size (2), modifier (4), format (2).
    columns.push({ name, parse: PARSERS[buffer.readInt32BE(end + 7)] });
    at = end + 19;
  }
  return columns;
}

function readError(buffer: Buffer, start: number, end: number): DatabaseError {
  const fields = new Map<string, string>();
  for (let at = start; at < end && buffer[at] !== 0; ) {
    const stop = buffer.indexOf(0, at + 1);
    fields.set(String.fromCharCode(buffer[at] as number), buffer.toString('utf8', at + 1, stop));
    at = stop + 1;
  }
  return new DatabaseError(fields.get('M') ?? 'unknown error', fields.get('C'), fields.get('D'));
}
