/**
 * Arrays as PostgreSQL's binary format has them, for what is wide: a state or a body within a JSON parameter is read three times
 * by the server (as part of the parameter, of its row, and as a value of its own), which costs more than storing it.
 */

const TEXT_OID = 25;
const BYTEA_OID = 17;
/** Dimensions, flags, type of the items, their number, the first index. */
const HEADER_BYTES = 20;

function header(size: number, oid: number, count: number, hasNull: boolean): Buffer {
  const buffer = Buffer.allocUnsafe(size);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}

/** A parameter of type text[]. */
export function textArray(values: readonly (string | null)[]): Buffer {
  let size = HEADER_BYTES + 4 * values.length;
  for (const value of values) if (value !== null) size += Buffer.byteLength(value);
  const buffer = header(size, TEXT_OID, values.length, values.includes(null));
  let at = HEADER_BYTES;
  for (const value of values) {
    const length = value === null ? -1 : buffer.write(value, at + 4, 'utf8');
    buffer.writeInt32BE(length, at);
    at += 4 + Math.max(0, length);
  }
  return buffer;
}

/** A parameter of type bytea[]. */
export function bytesArray(values: readonly Uint8Array[]): Buffer {
  const size = values.reduce((sum, value) => sum + 4 + value.length, HEADER_BYTES);
  const buffer = header(size, BYTEA_OID, values.length, false);
  let at = HEADER_BYTES;
  for (const value of values) {
    buffer.writeInt32BE(value.length, at);
    buffer.set(value, at + 4);
    at += 4 + value.length;
  }
  return buffer;
}
