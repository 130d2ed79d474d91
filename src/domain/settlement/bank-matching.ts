/**
 * Which payout a line of a bank statement is. The amount must be the same to the minor unit. A line that names the payout is it;
 * else the one whose day is nearest, so that payouts of one amount are taken in their order. Pure, and the same whatever came first.
 */
import type { ExpectedPayout } from './messages.ts';

/** A line that may be a payout. */
export interface OpenLine {
  lineId: string;
  bookedOn: string;
  amountMinor: number;
  text: string;
}

export interface Match {
  lineId: string;
  payout: string;
}

/** A bank may book a payout a little before its day by the provider's clock, and some days after it. */
const DAYS_BEFORE = 3;
const DAYS_AFTER = 14;
const DAY_MS = 86_400_000;
/** Payouts that one line may be together, in a suggestion. */
const MOST_TOGETHER = 3;
const MOST_SUGGESTED = 3;
/** Payouts that are tried in combinations. */
const MOST_TRIED = 40;

export function matchLines(lines: readonly OpenLine[], expected: readonly ExpectedPayout[]): Match[] {
  const left = new Map(expected.map((each) => [each.payout, each]));
  const open = [...lines].sort((a, b) => compare(a.bookedOn, b.bookedOn) || compare(a.lineId, b.lineId));
  const matches: Match[] = [];
  const take = (isMeant: (line: OpenLine, payout: ExpectedPayout) => boolean) => {
    for (const line of open) {
      if (matches.some(({ lineId }) => lineId === line.lineId)) continue;
      const [best] = [...left.values()]
        .filter((each) => each.amountMinor === line.amountMinor && isMeant(line, each))
        .sort(
          (a, b) =>
            Math.abs(daysBetween(a.on, line.bookedOn)) - Math.abs(daysBetween(b.on, line.bookedOn)) ||
            compare(a.on, b.on) ||
            compare(a.payout, b.payout),
        );
      if (!best) continue;
      left.delete(best.payout);
      matches.push({ lineId: line.lineId, payout: best.payout });
    }
  };
  // What is named goes first: else another line of the same amount might take it.
  take(names);
  take((line, each) => isNear(each.on, line.bookedOn) && !namesAnother(line, each, expected));
  return matches.sort((a, b) => compare(a.lineId, b.lineId));
}

/** What a line that nothing fits may be: in words, the likeliest first. */
export function suggestionsFor(line: OpenLine, expected: readonly ExpectedPayout[]): string[][] {
  const near = expected
    .filter(
      (each) => Math.sign(each.amountMinor) === Math.sign(line.amountMinor) && isNear(each.on, line.bookedOn),
    )
    .sort((a, b) => compare(a.on, b.on) || compare(a.payout, b.payout))
    .slice(0, MOST_TRIED);
  const together = sumsTo(line.amountMinor, near);
  const named = expected.filter((each) => names(line, each)).map((each) => [each.payout]);
  const closest = [...near]
    .sort((a, b) => Math.abs(a.amountMinor - line.amountMinor) - Math.abs(b.amountMinor - line.amountMinor))
    .map((each) => [each.payout]);
  const found = [...together, ...named, ...closest];
  const seen = new Set<string>();
  return found
    .filter((each) => {
      const key = each.join(' ');
      return !seen.has(key) && seen.add(key) !== undefined;
    })
    .slice(0, MOST_SUGGESTED);
}

/** Two or three payouts that come to an amount together. */
function sumsTo(amountMinor: number, payouts: readonly ExpectedPayout[]): string[][] {
  const found: string[][] = [];
  const look = (from: number, left: number, taken: string[]): void => {
    if (left === 0 && taken.length > 1) found.push(taken);
    if (taken.length === MOST_TOGETHER || found.length >= MOST_SUGGESTED) return;
    for (let index = from; index < payouts.length; index += 1) {
      const payout = payouts[index] as ExpectedPayout;
      look(index + 1, left - payout.amountMinor, [...taken, payout.payout]);
    }
  };
  look(0, amountMinor, []);
  return found;
}

function names({ text }: OpenLine, { references }: ExpectedPayout): boolean {
  const words = squeezed(text);
  return references.some((reference) => reference.length >= 5 && words.includes(squeezed(reference)));
}

function namesAnother(line: OpenLine, payout: ExpectedPayout, expected: readonly ExpectedPayout[]): boolean {
  return !names(line, payout) && expected.some((each) => each.payout !== payout.payout && names(line, each));
}

/** Banks break references with blanks. */
function squeezed(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
}

function isNear(on: string, bookedOn: string): boolean {
  const days = daysBetween(on, bookedOn);
  return days >= -DAYS_BEFORE && days <= DAYS_AFTER;
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
