/** Payouts of a day: each adds up and stands in the books; and what the providers have not paid out for too long. */
import { formatMinor } from '../money.ts';
import { type Cause, type Difference, type SourceSum, sumsOf } from './difference.ts';

/** A payout that was made on the day. Amounts in its own currency. */
export interface OwnPayout {
  /** Key of its stream. */
  key: string;
  currency: string;
  netMinor: number;
  /** Σ(amount − fee) of its entries; of a withdrawal from a balance: its net. */
  sumMinor: number;
  entries: number;
  /** What its postings have put in transit to the bank; null: nothing is posted. */
  inTransitMinor: number | null;
  /** Reasons of its open cases. */
  cases: readonly string[];
}

/** Money of an order that lies at its provider since a day. */
export interface Unpaid {
  /** The account or balance that it lies on. */
  at: string;
  order: string;
  name: string;
  since: string;
  currency: string;
  amountMinor: number;
  /** Reason of an open case of the order: its own books wait for that. Null: none. */
  heldBy: string | null;
}

export interface PayoutDay {
  payouts: readonly OwnPayout[];
  unpaid: readonly Unpaid[];
  paidOutWithinDays: number;
}

const SOURCE = 'payouts';

export function comparePayouts(day: PayoutDay): { sum: SourceSum; differences: Difference[] } {
  const { payouts, unpaid } = day;
  const amountsOf = (all: readonly { currency: string; amountMinor: number }[]) =>
    sumsOf(all.map((each) => ({ what: 'paid out', ...each })));
  const posted = payouts.flatMap(({ currency: of, inTransitMinor }) =>
    inTransitMinor === null ? [] : [{ currency: of, amountMinor: inTransitMinor }],
  );
  const told = payouts.map(({ currency: of, netMinor }) => ({ currency: of, amountMinor: netMinor }));
  return {
    sum: {
      source: SOURCE,
      ours: { count: posted.length, amounts: amountsOf(posted) },
      theirs: { count: told.length, amounts: amountsOf(told) },
      notRead: null,
    },
    differences: [
      ...payouts.flatMap(ofPayout),
      ...unpaid.map(({ at, order, name, since, currency, amountMinor, heldBy }) => ({
        key: `${SOURCE}/unpaid/${at}/${order}`,
        source: SOURCE,
        cause: 'notPaidOut' as const,
        words: `${money(amountMinor, currency)} of order ${name} are on ${at} since ${since}, and in no payout for more than ${day.paidOutWithinDays} days`,
        fix: 'Look for the payment at the provider: it may hold it back, or the payout that has it is not read (crossdock settlement payout)',
        currency,
        oursMinor: amountMinor,
        theirsMinor: null,
        order,
        coveredBy: heldBy,
      })),
    ],
  };
}

function ofPayout(payout: OwnPayout): Difference[] {
  const { key, currency, netMinor, sumMinor, entries, inTransitMinor, cases } = payout;
  const named = `payout ${key} of ${money(netMinor, currency)}`;
  const make = (what: string, cause: Cause, words: string, fix: string, reason: string): Difference[] => [
    {
      key: `${SOURCE}/${key}/${what}`,
      source: SOURCE,
      cause,
      words,
      fix,
      currency,
      oursMinor: what === 'sum' ? sumMinor : inTransitMinor,
      theirsMinor: netMinor,
      order: null,
      coveredBy: cases.includes(reason) ? reason : null,
    },
  ];
  const parts: Difference[] = [];
  if (sumMinor !== netMinor)
    parts.push(
      ...make(
        'sum',
        'doesNotAddUp',
        `${named}: its ${entries} entries come to ${money(sumMinor, currency)}`,
        `Compare it with the provider’s own list: crossdock settlement payout ${key}`,
        'payout-does-not-add-up',
      ),
    );
  if (inTransitMinor === null && netMinor !== 0)
    parts.push(
      ...make(
        'posted',
        cases.includes('posting-rule-missing') ? 'ruleMissing' : 'notPosted',
        `${named} is not posted`,
        'Settle its case; it is posted then',
        'posting-rule-missing',
      ),
    );
  else if (inTransitMinor !== null && inTransitMinor !== netMinor)
    parts.push(
      ...make(
        'posted',
        'amountDiffers',
        `${named}: ${money(inTransitMinor, currency)} are posted as on their way to the bank`,
        'Look at its proof: crossdock proof payout',
        '',
      ),
    );
  return parts;
}

function money(amountMinor: number, currency: string): string {
  return `${formatMinor(amountMinor, currency)} ${currency}`;
}
