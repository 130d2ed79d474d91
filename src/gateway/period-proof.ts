/**
 * The proof of a period: sold = invoiced = recognised = collected = bank with each difference named, debits are credits, taxes tie, and
 * what is open at its end on each account, by age.
 */
import { addDays, startOfDay } from '../domain/books/calendar.ts';
import { OPEN_ITEM_ROLES } from '../domain/books/open-items.ts';
import { chainOfPeriod } from '../domain/books/period-chain.ts';
import { sumMinor } from '../domain/money.ts';
import type { Engine } from '../engine/engine.ts';
import {
  readOpenItems,
  readRoleSums,
  readSold,
  readTaxAccounts,
  readTaxLedger,
  readTrialBalance,
} from '../store/read-books.ts';
import { chartNamed } from './books.ts';
import { ApiProblem } from './problem.ts';
import type { Proof } from './schemas/books.ts';
import { money, openItems } from './views/books.ts';

/** First and last day of "2026-11", "2026-Q4" or "2026"; null: it is none of these. */
function daysOf(period: string): { from: string; until: string } | null {
  const match = /^(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?$/.exec(period);
  if (!match) return null;
  const year = Number(match[1]);
  const month = match[3] ? Number(match[3]) - 1 : match[2] ? (Number(match[2]) - 1) * 3 : 0;
  const months = match[3] ? 1 : match[2] ? 3 : 12;
  const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return {
    from: dayText(Date.UTC(year, month, 1)),
    until: dayText(Date.UTC(year, month + months, 0)),
  };
}

/** The proof of a month, a quarter or a year of an entity. */
export async function provePeriod(engine: Engine, entity: string, period: string): Promise<Proof> {
  const chart = chartNamed(engine, entity);
  const days = daysOf(period);
  if (!days)
    throw new ApiProblem(
      422,
      'invalid-request',
      'The request is not as it must be',
      `"${period}" is no period.`,
      'Give a month (2026-11), a quarter (2026-Q4) or a year (2026).',
    );
  const { database } = engine;
  const { currency } = chart;
  const asOf = days.until;
  const { money: bookedIn = 'shop', timeZone = 'UTC' } =
    engine.config.entities.find(({ id }) => id === entity) ?? {};
  const from = startOfDay(days.from, timeZone);
  const until = startOfDay(addDays(days.until, 1), timeZone);
  const [sums, sold, balances, taxes, taxMinor, items] = await Promise.all([
    readRoleSums(database, { entity, ...days }),
    readSold(database, { entity, money: bookedIn, from, until }),
    readTrialBalance(database, entity, asOf),
    readTaxLedger(database, { entity, registration: null, period: null, asOf }),
    readTaxAccounts(database, entity, asOf),
    readOpenItems(database, { entity, account: null, roles: OPEN_ITEM_ROLES, asOf }),
  ]);
  const soldMinor = sumMinor(sold.filter((row) => row.currency === currency).map((row) => row.total_minor));
  const chain = chainOfPeriod(
    sums.map(({ role, book_minor: bookMinor }) => ({ role, bookMinor })),
    soldMinor,
  );
  const open = openItems(chart, asOf, items, new Map(), new Map());
  const offMinor = sumMinor(balances.map((row) => row.debit_minor - row.credit_minor));
  const ledgerMinor = sumMinor(
    taxes.filter(({ scheme }) => scheme !== 'marketplace').map((row) => row.tax_minor),
  );
  const document = (text: string, account: string, amountMinor: number) => ({
    date: asOf,
    text,
    stream: null,
    posting: null,
    accounts: account === '' ? [] : [account],
    amount: money(amountMinor, currency),
  });
  const hop = (name: string, documents: ReturnType<typeof document>[], totalMinor: number) => ({
    name,
    documents,
    total: money(totalMinor, currency),
  });
  /** Orders of another currency are no part of the sum: their books have them at the rates of their acts. */
  const soldIn = (row: (typeof sold)[number]) => ({
    ...document(`${row.orders} orders in ${row.currency}`, '', 0),
    amount: money(row.total_minor, row.currency),
  });
  const residual = (words: string, amountMinor: number) =>
    amountMinor === 0
      ? []
      : [{ account: '', name: '', amount: money(amountMinor, currency), since: asOf, words }];
  return {
    of: 'period',
    id: `${entity}/${period}`,
    title: `${chart.entity}, ${days.from} to ${days.until}`,
    entity,
    currency,
    hops: [
      ...chain.hops.map(({ name, amountMinor, parts }, index) =>
        hop(
          name,
          [
            ...parts.map((part) => document(part.words, '', part.amountMinor)),
            ...(index === 0 ? sold.map(soldIn) : []),
          ],
          amountMinor,
        ),
      ),
      hop(
        `trial balance at the end of ${asOf}: debits less credits`,
        balances.map((row) =>
          document(chart.nameOf(row.account) || 'balance', row.account, row.debit_minor - row.credit_minor),
        ),
        offMinor,
      ),
      hop(
        'tax ledger, all periods',
        taxes.map((row) => document(`${row.registration} ${row.period} ${row.tax_code}`, '', row.tax_minor)),
        ledgerMinor,
      ),
      ...open.accounts.map((of) => ({
        name: `open on ${of.account} ${of.name}: ${of.items} items`,
        total: of.total,
        documents: of.ages
          .filter((age) => age.items > 0)
          .map((age) => ({
            ...document(`${age.items} items, ${age.age} days`, of.account, 0),
            amount: age.total,
          })),
      })),
    ],
    residuals: [
      ...residual('the money of the period does not reach the bank by its accounts', chain.residualMinor),
      ...residual('debits are not credits', offMinor),
      ...residual('the tax ledger does not tie to the tax accounts', ledgerMinor + taxMinor),
    ],
    closes: chain.residualMinor === 0 && offMinor === 0 && ledgerMinor + taxMinor === 0,
  };
}
