/**
 * What a channel shows of stock against what both sides have agreed on (DESIGN.md, rules 6 and 7). Available is not on hand: a
 * checkout moves units from available to committed, so their sum stays the same however many orders we have not seen yet.
 *
 *   expected = known when agreed + what the channel's orders did since − owed + what is reserved here for them + untold parcels
 *   difference = available + committed − expected
 *
 * A difference that is the same at two looks some time apart, with all orders of the channel here in between, is real: somebody has
 * changed the figure at the channel, or a write was lost.
 */
import { changeOf } from './publishing.ts';

/** What the channel shows of an item at a place. Units. */
export interface ShownFigures {
  available: number;
  committed: number;
}

/** The same place by our accounts, in one snapshot. Units. */
export interface ShownAccount {
  /** What can be sold now, and what could be when both agreed; may be below zero. */
  sellable: number;
  known: number;
  /** Change that is still to be made at the channel besides. */
  owed: number;
  /** What the channel's own orders did to `sellable` since both agreed. */
  own: number;
  /** Units that are reserved here for the channel's orders. */
  ownReserved: number;
  /** Units of theirs that have left, of which the channel is not told yet: it has them committed still. */
  untold: number;
  /** A write is under way: the channel may show it or not. */
  publishing: boolean;
}

/** Available and committed together, as the channel should show them. */
export function expectedTotal({ known, own, owed, ownReserved, untold }: ShownAccount): number {
  return known + own - owed + ownReserved + untold;
}

/** Units that the channel shows too many; below zero: too few. */
export function differenceOf({ available, committed }: ShownFigures, account: ShownAccount): number {
  return available + committed - expectedTotal(account);
}

/** One look at a place: what was found, and whether our side stood still meanwhile, so that it can be relied on. */
export interface Look {
  difference: number;
  steady: boolean;
  /** Units of which the channel may have been told already, though no answer has come: it may show so many fewer. */
  inDoubt: number;
}

/** The accounts before and after the channel was asked: what it showed belongs to both, or to neither. */
export function lookOf(shown: ShownFigures, before: ShownAccount, after: ShownAccount): Look {
  const steady =
    !before.publishing &&
    !after.publishing &&
    before.untold === after.untold &&
    expectedTotal(before) === expectedTotal(after);
  return { difference: differenceOf(shown, after), steady, inDoubt: after.untold };
}

/** So many looks are taken at a place that never stands still; then it is left to the next reconciliation. */
export const MOST_LOOKS = 5;

export type Verdict = 'agrees' | 'differs' | 'moving' | 'look again';

/** @param before the difference at the look before. @param looks with this one. */
export function verdictOf(before: number | null, now: Look, looks: number): Verdict {
  const { difference, steady, inDoubt } = now;
  if (steady && difference <= 0 && difference + inDoubt >= 0) return 'agrees';
  if (steady && inDoubt === 0 && difference === before) return 'differs';
  return looks < MOST_LOOKS ? 'look again' : 'moving';
}

const counted = (units: number, what: string): string => `${units} ${units === 1 ? 'unit' : 'units'} ${what}`;

/** Why a place that does not show the ledger's total is no difference. Empty: it does. */
export function explanationsOf(shown: ShownFigures, account: ShownAccount): string[] {
  const unseen = shown.committed - account.ownReserved - account.untold;
  const waiting = changeOf(account, account);
  const explanations: string[] = [];
  if (account.untold > 0)
    explanations.push(counted(account.untold, 'in parcels of which the channel is not told yet'));
  if (unseen > 0) explanations.push(counted(unseen, 'committed to orders that take nothing here yet'));
  if (unseen < 0)
    explanations.push(
      counted(-unseen, 'reserved here for its orders, which it has committed elsewhere or not yet'),
    );
  if (waiting !== 0)
    explanations.push(`a change of ${waiting > 0 ? `+${waiting}` : waiting} waits to be published`);
  return explanations;
}
