/** What a payment provider and a bank do in money cases, in the currency of the books. */
import { parseMinor, sumMinor } from '../../money.ts';
import { linesOfEntry, linesOfLoss } from '../../settlement/entry-lines.ts';
import type { EntryLine } from '../entries.ts';
import type { AccountRole } from '../posting.ts';
import type { CaseAct } from './format.ts';

const PROVIDER = { account: 'account', order: 'order', dispute: 'dispute' };

/** The lines of an act of settlement; none: it is none. `posted`: all lines so far. */
export function settlementLines(act: CaseAct, currency: string, posted: readonly EntryLine[]): EntryLine[] {
  const minor = (text: string) => parseMinor(text, currency);
  if ('settled' in act) {
    const [amount, fee] = [minor(act.settled.amount), minor(act.settled.fee)];
    const carried = sumMinor(
      posted.filter(({ role }) => role === 'clearing').map(({ bookMinor }) => bookMinor),
    );
    return linesOf([
      { role: 'bank', amountMinor: amount - fee },
      { role: 'paymentFees', amountMinor: fee },
      { role: 'exchangeDifference', amountMinor: carried - amount },
      { role: 'clearing', amountMinor: -carried },
    ]);
  }
  if ('disputed' in act || 'disputeWon' in act) {
    const sign = 'disputed' in act ? 1 : -1;
    const [amount, fee] =
      'disputed' in act
        ? [act.disputed.amount, act.disputed.fee]
        : [act.disputeWon.amount, act.disputeWon.feeBack];
    const entry = { kind: 'dispute', isPayout: false } as const;
    return linesOf(
      linesOfEntry({ ...entry, amountMinor: -sign * minor(amount), feeMinor: sign * minor(fee) }, PROVIDER),
    );
  }
  return 'disputeLost' in act ? linesOf(linesOfLoss(minor(act.disputeLost))) : [];
}

function linesOf(lines: readonly { role: AccountRole; amountMinor: number }[]): EntryLine[] {
  return lines
    .filter(({ amountMinor }) => amountMinor !== 0)
    .map(({ role, amountMinor }) => ({
      role,
      taxCode: '',
      gateway: '',
      amountMinor,
      bookMinor: amountMinor,
    }));
}
