/** Small parts of what the API answers. */
import type { CommandRow, ObservationRow } from '../../store/read-story.ts';
import type { CommandItem, ObservationItem } from '../schemas/cases.ts';

export function iso(at: number): string {
  return new Date(at).toISOString();
}

export function isoOrNull(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : iso(at);
}

export function observationItem(row: ObservationRow): ObservationItem {
  const { id, connection, topic, origin, bytes, outcome } = row;
  return {
    id,
    connection,
    topic,
    origin,
    receivedAt: iso(row.received_at),
    bytes,
    duplicateOf: row.duplicate_of,
    outcome,
    rawUrl: `/v1/observations/${id}`,
  };
}

export function commandItem(row: CommandRow): CommandItem {
  const { key, command, connection, status, attempts, lookups } = row;
  return {
    key,
    command,
    connection,
    status,
    attempts,
    lookups,
    lastError: row.last_error,
    createdAt: iso(row.created_at),
    firstAttemptAt: isoOrNull(row.first_attempt_at),
    lastAttemptAt: isoOrNull(row.attempt_at),
    dueAt: iso(row.due_at),
    settledAt: isoOrNull(row.settled_at),
  };
}

/** Positions in a list are opaque to callers: they give back what they were given. */
export function cursorOf(position: { at: number; key: string } | null): string | null {
  return position === null
    ? null
    : Buffer.from(JSON.stringify([position.at, position.key])).toString('base64url');
}

/** The position in a cursor; undefined for text that is none. */
export function parseCursor(text: string): { at: number; key: string } | undefined {
  try {
    const [at, key] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [unknown, unknown];
    return Number.isSafeInteger(at) && typeof key === 'string' ? { at: at as number, key } : undefined;
  } catch {
    return undefined;
  }
}
