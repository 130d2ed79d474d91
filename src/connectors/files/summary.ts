/** What has become of a file, in one piece: told to the hub's people, and acknowledged to the system. */
import { z } from 'zod';
import type { Examined } from './examine.ts';
import { KINDS } from './layout.ts';
import type { Verdict } from './series.ts';

/** Refused rows that are told to people; the acknowledgement names all. */
export const TOLD_ROWS = 20;

export const Summary = z.object({
  /** The name under which it came. */
  name: z.string(),
  /** When it was put there, by the clock of the place. */
  putAt: z.string(),
  hash: z.string(),
  bytes: z.number().int(),
  header: z
    .object({
      kind: z.enum(KINDS),
      sender: z.string(),
      location: z.string(),
      sequence: z.number().int(),
      createdAt: z.string(),
    })
    .nullable(),
  status: z.enum(['accepted', 'duplicate', 'rejected']),
  /** Why it was rejected. */
  code: z.string().nullable(),
  words: z.string(),
  rows: z.number().int(),
  accepted: z.number().int(),
  rejected: z.number().int(),
  /** Sum of its quantities; null: it could not be checked. */
  units: z.string().nullable(),
  /** Numbers of its series that it leaves out. */
  missing: z.array(z.number().int()),
  /** Numbers that are made good by it: its own where it was missing, all before it where it is a snapshot. */
  healed: z.array(z.number().int()),
  /** It came after a snapshot that contains it. */
  late: z.boolean(),
  /** The first of its refused rows. */
  refused: z.array(
    z.object({ row: z.number().int(), item: z.string(), code: z.string(), words: z.string() }),
  ),
});
export type Summary = z.infer<typeof Summary>;

export function summaryOf(
  { name, changedAt }: { name: string; changedAt: number },
  examined: Examined,
  verdict: Verdict,
  refused: Summary['refused'],
): Summary {
  const { hash, bytes, header, rows, units } = examined;
  const putAt = new Date(changedAt).toISOString();
  const base = {
    name,
    putAt,
    hash,
    bytes,
    header,
    rows,
    units,
    code: null,
    missing: [],
    healed: [],
    late: false,
  };
  switch (verdict.status) {
    case 'accepted': {
      const { accepted, rejected } = examined;
      const { fills, late } = verdict;
      return {
        ...base,
        status: 'accepted',
        words: acceptedWords(examined, verdict.missing, verdict.lost, late),
        accepted,
        rejected,
        missing: verdict.missing,
        healed: [...(fills && header ? [header.sequence] : []), ...verdict.lost],
        late,
        refused,
      };
    }
    case 'duplicate':
      return {
        ...base,
        status: 'duplicate',
        words: 'the same file has been here before: nothing is counted twice',
        accepted: 0,
        rejected: 0,
        refused: [],
      };
    case 'refused':
      return {
        ...base,
        status: 'rejected',
        code: verdict.refused.code,
        words: verdict.refused.words,
        accepted: 0,
        rejected: rows,
        refused: [],
      };
    default:
      return verdict satisfies never;
  }
}

function acceptedWords(
  { rejected, rows, units }: Examined,
  missing: readonly number[],
  lost: readonly number[],
  late: boolean,
): string {
  const words = [
    rejected === 0 ? 'all rows are taken' : `${rejected} of ${rows} rows are refused, the others are taken`,
    ...(units === null ? ['the units could not be checked: a quantity is no number'] : []),
    ...(missing.length > 0 ? [`the files ${listed(missing)} have not come`] : []),
    ...(lost.length > 0 ? ['this snapshot makes good what has not come'] : []),
    ...(late
      ? ['a snapshot that was made after it has come before: what it contains is not counted again']
      : []),
  ];
  return words.join('; ');
}

/** Numbers in a sentence: "3, 4, 5 and 12 more". */
export function listed(numbers: readonly number[]): string {
  const first = numbers.slice(0, 10).join(', ');
  return numbers.length <= 10 ? first : `${first} and ${numbers.length - 10} more`;
}
