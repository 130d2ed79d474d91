/**
 * JSON as the vendor writes it, without loss. Its ids exceed 2^53, so a whole number that a double cannot hold is kept as
 * the text that stood there; NUL and lone surrogates, which PostgreSQL refuses, are replaced.
 */

/** Longest text of a body that a log or a case quotes. */
const QUOTE_CHARS = 60;

const decoder = new TextDecoder('utf-8');

/** A run of digits too long for a double, or an escape of a character that must not pass: only then is each value looked at. */
const NEEDS_CARE = /\d{16}|\\u0000|\\u[dD][89a-fA-F]/;

/** The value in a body; undefined when it is no JSON. */
export function parseBody(body: Uint8Array): unknown {
  return parseText(decoder.decode(body));
}

/** The value of JSON text; undefined when it is none. */
export function parseText(text: string): unknown {
  try {
    return NEEDS_CARE.test(text)
      ? (JSON.parse(text, keep as (key: string, value: unknown) => unknown) as unknown)
      : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function keep(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '\ufffd').toWellFormed();
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return context.source ?? String(value);
  return value;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object, or undefined for anything else. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/**
 * The number in an id: `gid://shopify/Order/123`, 123 and "123" are all "123". Undefined for what is no id.
 */
export function numericId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  return /^(?:gid:\/\/shopify\/[A-Za-z]+\/)?([1-9]\d{0,29})(?:\?.*)?$/.exec(value)?.[1];
}

/** The vendor's global id of a thing. */
export function globalId(type: string, id: string): string {
  return `gid://shopify/${type}/${id}`;
}

/** A value in words short enough to quote. */
export function quoted(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > QUOTE_CHARS ? `${text.slice(0, QUOTE_CHARS)}…` : text;
}
