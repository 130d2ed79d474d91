/**
 * The numbers of one series (a sender's files of one location): which have come, which are missing, and what a file of a number
 * is. Pure; kept in the cursor of the feed.
 */
import { z } from 'zod';
import type { Examined } from './examine.ts';
import { type Header, KINDS, type Refusal, refusal } from './layout.ts';

/** Numbers whose files are remembered, to tell a duplicate from another file with the same number. */
const REMEMBERED = 100;
/** Missing numbers that are remembered. */
const MISSING = 200;
/** Characters of a hash that are remembered. */
const HASH = 16;

export const Series = z.object({
  /** The highest number. */
  last: z.number().int(),
  /** The newest files, by number: what they were, when they were made, their hash. */
  known: z.array(z.tuple([z.number().int(), z.enum(KINDS), z.string(), z.string()])),
  /** Numbers below the highest that have not come. */
  missing: z.array(z.number().int()),
  /** Missing numbers that a snapshot after them has made good: their files may come late. */
  healed: z.array(z.number().int()),
});
export type Series = z.infer<typeof Series>;

export const NO_FILES: Series = { last: 0, known: [], missing: [], healed: [] };

/** What a file is to its series. */
export type Verdict =
  | {
      status: 'accepted';
      /** Numbers that it leaves out. */
      missing: number[];
      /** All numbers that are missing before a snapshot, which makes them good. */
      lost: number[];
      /** It was missing itself. `late`: a snapshot after it has come, so its rows may be contained already. */
      fills: boolean;
      late: boolean;
    }
  | { status: 'duplicate' }
  | { status: 'refused'; refused: Refusal };

/** Judges an examined file that is not refused by itself. */
export function judgeFile(series: Series, header: Header, { hash }: Pick<Examined, 'hash'>): Verdict {
  const { sequence } = header;
  const known = series.known.find(([number]) => number === sequence);
  if (known) {
    if (known[3] === hash.slice(0, HASH)) return { status: 'duplicate' };
    return refused(
      'conflict',
      `number ${sequence} was a ${known[1]} made at ${known[2]}, with another content: give what is new a new number`,
    );
  }
  const late = series.healed.includes(sequence);
  const fills = late || series.missing.includes(sequence);
  const isFirst = series.last === 0;
  if (!isFirst && sequence <= series.last && !fills)
    return refused(
      'too-old',
      `number ${sequence} is too old to tell whether it has been here: the series is at ${series.last}. A system that counts anew needs another name of sender`,
    );
  const order = orderProblem(series, header);
  if (order !== null) return refused('time-order', order);
  if (fills) return { status: 'accepted', missing: [], lost: [], fills, late };
  const first = isFirst ? sequence : series.last + 1;
  const missing = Array.from(
    { length: Math.min(sequence - first, MISSING) },
    (_, index) => sequence - 1 - index,
  );
  const gap = missing.reverse();
  const lost = header.kind === 'stock-snapshot' ? [...series.missing, ...gap] : [];
  return { status: 'accepted', missing: gap, lost, fills, late };
}

const refused = (code: Refusal['code'], words: string): Verdict => ({
  status: 'refused',
  refused: refusal(code, words),
});

/** What is true at a snapshot must be told from what comes after: time grows with the numbers, around snapshots strictly. */
function orderProblem({ known }: Series, { sequence, kind, createdAt }: Header): string | null {
  const at = Date.parse(createdAt);
  for (const [number, otherKind, otherAt] of known) {
    const other = Date.parse(otherAt);
    const isStrict = kind === 'stock-snapshot' || otherKind === 'stock-snapshot';
    const isWrong =
      number < sequence ? (isStrict ? at <= other : at < other) : isStrict ? at >= other : at > other;
    if (isWrong)
      return `it was made at ${createdAt}, and number ${number} (${otherKind}) at ${otherAt}: which of them contains the other cannot be told`;
  }
  return null;
}

/** The series after an accepted file. */
export function afterFile(
  series: Series,
  { sequence, kind, createdAt }: Header,
  hash: string,
  verdict: { missing: readonly number[]; lost: readonly number[] },
): Series {
  const known: Series['known'] = [...series.known, [sequence, kind, createdAt, hash.slice(0, HASH)]];
  known.sort(([one], [other]) => one - other);
  const missing = [...series.missing, ...verdict.missing].filter(
    (number) => number !== sequence && !verdict.lost.includes(number),
  );
  const healed = [...series.healed, ...verdict.lost].filter((number) => number !== sequence);
  return {
    last: Math.max(series.last, sequence),
    known: known.slice(-REMEMBERED),
    missing: missing.slice(-MISSING),
    healed: healed.slice(-MISSING),
  };
}
