/**
 * Ids for lines of files that give none, or none that can be trusted: made of what the line says and which of several equal ones it
 * is, so that an export that overlaps with another one tells the same lines by the same ids.
 */
import { createHash } from 'node:crypto';

export interface UnnamedLine {
  /** The bank's own reference; null: none. */
  given: string | null;
  bookedOn: string;
  amountMinor: number;
  text: string;
}

export interface NamedLine {
  lineId: string;
  bookedOn: string;
  amountMinor: number;
  text: string;
}

const ID_LIMIT = 100;

export function lineIds(lines: readonly UnnamedLine[]): NamedLine[] {
  const times = Map.groupBy(lines, ({ given }) => given);
  const ordinals = new Map<string, number>();
  return lines.map(({ given, bookedOn, amountMinor, text }) => {
    // Some banks write one reference on every entry.
    if (given !== null && given.length <= ID_LIMIT && times.get(given)?.length === 1)
      return { lineId: given, bookedOn, amountMinor, text };
    const content = `${bookedOn} ${amountMinor} ${text}`;
    const ordinal = (ordinals.get(content) ?? 0) + 1;
    ordinals.set(content, ordinal);
    const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
    return { lineId: `${bookedOn}-${digest}-${ordinal}`, bookedOn, amountMinor, text };
  });
}
