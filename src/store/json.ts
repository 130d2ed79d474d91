/**
 * JSON and text on their way to the database. PostgreSQL takes neither NUL nor half a surrogate pair as text, and one of them
 * would fail a whole batch: both become U+FFFD here, whatever a vendor's answer or an operator's note holds.
 */

/** An escaped backslash (kept), or the escape of NUL or of a lone surrogate, as JSON.stringify writes them. */
const ESCAPE = /\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g;

/** A value as JSON that PostgreSQL takes. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!json.includes('\\u')) return json;
  return json.replace(ESCAPE, (found) => (found === '\\\\' ? found : '\\ufffd'));
}

/** Text that PostgreSQL takes. */
export function toText(text: string): string {
  return text.includes('\u0000') || !text.isWellFormed()
    ? text.toWellFormed().replaceAll('\u0000', '\ufffd')
    : text;
}

/** True where raw bytes may hold what PostgreSQL refuses: NUL itself, or an escape in JSON that may stand for it. */
export function isSuspicious(raw: Buffer): boolean {
  return raw.includes(0) || raw.includes('\\u');
}

/** A copy of a message in which nothing is left that PostgreSQL refuses. */
export function cleaned<Value>(value: Value): Value {
  return JSON.parse(toJson(value)) as Value;
}
