/** Reconciliations of money as the API tells of them. */
import { formatMinor } from '../../domain/money.ts';
import { CAUSES, type SourceSum } from '../../domain/reconciliation/difference.ts';
import { aboutOf } from '../../domain/reconciliation/process.ts';
import type { ReconciliationDay } from '../../store/read-reconciliation.ts';
import type { Money } from '../schemas/common.ts';
import type { MoneyDay, MoneyDayDetail } from '../schemas/money-days.ts';
import { iso } from './common.ts';

export function moneyDay({ state, updated_at }: ReconciliationDay): MoneyDay {
  const { entity, day, status, run, by, differences, more, cases } = state;
  return {
    entity,
    day,
    status,
    run,
    by,
    differences: differences.length + more,
    openCases: Object.keys(cases).length,
    changedAt: iso(updated_at),
  };
}

export function moneyDayDetail(row: ReconciliationDay): MoneyDayDetail {
  const { sums, differences, more, cases, accepted } = row.state;
  return {
    ...moneyDay(row),
    sources: sums.map(({ source, ours, theirs, notRead }) => ({
      source,
      ours: sideOf(ours),
      theirs: sideOf(theirs),
      notRead,
    })),
    found: differences.map((each) => {
      const { key, source, cause, words, fix, currency, oursMinor, theirsMinor, order, coveredBy } = each;
      return {
        key,
        source,
        cause,
        why: CAUSES[cause],
        words,
        fix,
        ours: moneyOrNull(oursMinor, currency),
        theirs: moneyOrNull(theirsMinor, currency),
        order,
        coveredBy,
        hasCase: cases[key] !== undefined,
        accepted: cases[key] === undefined && accepted[key] === aboutOf(each),
      };
    }),
    more,
  };
}

function sideOf({ count, amounts }: SourceSum['ours']) {
  return {
    count,
    amounts: amounts.map(({ what, currency, amountMinor }) => ({
      what,
      total: moneyOf(amountMinor, currency),
    })),
  };
}

function moneyOf(amountMinor: number, currency: string): Money {
  return { amount: formatMinor(amountMinor, currency), currency };
}

function moneyOrNull(amountMinor: number | null, currency: string): Money | null {
  return amountMinor === null || currency === '' ? null : moneyOf(amountMinor, currency);
}
