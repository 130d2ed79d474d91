/** The books as the API tells of them. */
import { AGES, ageOf, daysOverdue } from '../../domain/books/open-items.ts';
import type { RetailerConfig } from '../../domain/config.ts';
import { formatMinor, sumMinor } from '../../domain/money.ts';
import type { BalanceRow, CardRow, LineRow, OpenItemRow, TaxRow } from '../../store/read-books.ts';
import {
  type AccountBalance,
  type BookLine,
  CARD_MOVEMENTS,
  type CardLedger,
  type OpenItem,
  type OpenItems,
  type StreamRef,
  type TaxLedger,
  type TrialBalance,
} from '../schemas/books.ts';
import type { Money } from '../schemas/common.ts';

/** So many open items are listed; the sums are of all. */
const ITEMS_SHOWN = 500;

/** The books of an entity, and what their accounts are called. */
export interface Chart {
  entity: string;
  currency: string;
  nameOf(account: string): string;
}

export function money(amountMinor: number, currency: string): Money {
  return { amount: formatMinor(amountMinor, currency), currency };
}

export function chartOf(config: Pick<RetailerConfig, 'entities'>, id: string): Chart | undefined {
  const entity = config.entities.find((each) => each.id === id);
  if (!entity) return undefined;
  const { books } = entity as { books?: { accounts: readonly { number: string; name: string }[] } };
  const names = new Map(books?.accounts.map(({ number, name }) => [number, name] as const));
  return { entity: id, currency: entity.currency, nameOf: (account) => names.get(account) ?? '' };
}

export function trialBalance(chart: Chart, asOf: string, rows: readonly BalanceRow[]): TrialBalance {
  const { entity, currency } = chart;
  const debitMinor = sumMinor(rows.map((row) => row.debit_minor));
  const creditMinor = sumMinor(rows.map((row) => row.credit_minor));
  const accounts = rows.map(
    (row): AccountBalance => ({
      account: row.account,
      name: chart.nameOf(row.account),
      debit: money(row.debit_minor, currency),
      credit: money(row.credit_minor, currency),
      balance: money(row.debit_minor - row.credit_minor, currency),
      lines: row.lines,
    }),
  );
  return {
    entity,
    currency,
    asOf,
    accounts,
    debit: money(debitMinor, currency),
    credit: money(creditMinor, currency),
    balanced: debitMinor === creditMinor,
  };
}

export type Titles = ReadonlyMap<string, string>;

export function streamRef(kind: string, key: string, titles: Titles): StreamRef {
  return { kind, key, title: titles.get(key) ?? null };
}

/** Keys of orders that lines speak of. */
export function keysOf(rows: readonly LineRow[]): string[] {
  return rows.flatMap(({ key, open_item }) => (open_item === null ? [key] : [key, open_item]));
}

export function bookLine(row: LineRow, chart: Chart, titles: Titles): BookLine {
  return {
    stream: streamRef(row.kind, row.key, titles),
    seq: row.seq,
    posting: row.posting,
    act: row.act,
    text: row.text,
    reverses: row.reverses,
    documentDate: row.document_date,
    postingDate: row.posting_date,
    account: row.account,
    name: chart.nameOf(row.account),
    role: row.role,
    amount: money(row.amount_minor, row.currency),
    booked: money(row.book_minor, chart.currency),
    item:
      row.open_item === null
        ? streamRef(row.kind, row.key, titles)
        : streamRef('order', row.open_item, titles),
    dimensions: row.dimensions,
  };
}

/** @param dueDates days by order, of those that are paid later; a receivable of any other is due at once. */
export function openItems(
  chart: Chart,
  asOf: string,
  rows: readonly OpenItemRow[],
  titles: Titles,
  dueDates: ReadonlyMap<string, string>,
): OpenItems {
  const { entity, currency } = chart;
  const dueOn = ({ role, item, since }: OpenItemRow) =>
    role === 'receivables' ? (dueDates.get(item) ?? since) : null;
  const overdueDays = (row: OpenItemRow) => {
    const due = dueOn(row);
    return due === null ? 0 : daysOverdue(due, asOf);
  };
  const sum = (of: readonly OpenItemRow[]) =>
    money(sumMinor(of.map(({ book_minor }) => book_minor)), currency);
  const accounts = [...Map.groupBy(rows, ({ account }) => account)]
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    .map(([account, of]: [string, OpenItemRow[]]) => {
      const byAge = Map.groupBy(of, (row) => ageOf(row.since, asOf));
      const ages = AGES.map(({ name }) => ({
        age: name,
        items: byAge.get(name)?.length ?? 0,
        total: sum(byAge.get(name) ?? []),
      }));
      return {
        account,
        name: chart.nameOf(account),
        items: of.length,
        total: sum(of),
        overdue: sum(of.filter((row) => overdueDays(row) > 0)),
        ages,
      };
    });
  const items = rows.slice(0, ITEMS_SHOWN).map(
    (row): OpenItem => ({
      account: row.account,
      name: chart.nameOf(row.account),
      role: row.role,
      item: streamRef(row.kind, row.item, titles),
      amount: money(row.amount_minor, row.currency),
      booked: money(row.book_minor, currency),
      since: row.since,
      age: ageOf(row.since, asOf),
      dueOn: dueOn(row),
      overdueDays: overdueDays(row),
    }),
  );
  return { entity, currency, asOf, accounts, items, more: rows.length - items.length };
}

const CARD_ACTS: Readonly<Record<string, CardLedger['movements'][number]['what']>> = {
  'opening-balance': 'opening',
  shipped: 'sold',
  captured: 'redeemed',
  refunded: 'putBack',
  credited: 'returned',
};

/** What was sold on gift cards and redeemed: a liability, so amounts are credits. */
export function cardLedger({ entity, currency }: Chart, asOf: string, rows: readonly CardRow[]): CardLedger {
  const ofCards = rows.flatMap(({ act, ...row }) =>
    act === null ? [] : [{ ...row, what: CARD_ACTS[act] ?? 'corrected' }],
  );
  const sum = (of: readonly { book_minor: number }[]) =>
    -sumMinor(of.map(({ book_minor }) => book_minor)) || 0;
  return {
    entity,
    currency,
    asOf,
    movements: CARD_MOVEMENTS.flatMap((what) => {
      const of = ofCards.filter((row) => row.what === what);
      if (of.length === 0) return [];
      return [{ what, lines: sumMinor(of.map(({ lines }) => lines)), amount: money(sum(of), currency) }];
    }),
    outstanding: money(sum(ofCards), currency),
    accounts: money(sum(rows), currency),
    ties: sum(ofCards) === sum(rows),
  };
}

/** @param accountsMinor debit positive. `isWhole`: all of the ledger was asked for, so it ties to the accounts. */
export function taxLedger(
  chart: Chart,
  asOf: string,
  rows: readonly TaxRow[],
  accountsMinor: number,
  isWhole: boolean,
): TaxLedger {
  const { entity, currency } = chart;
  const passesThrough = (row: TaxRow) => row.scheme === 'marketplace';
  const totalMinor = sumMinor(rows.filter((row) => !passesThrough(row)).map((row) => row.tax_minor));
  return {
    entity,
    currency,
    asOf,
    rows: rows.map((row) => ({
      registration: row.registration,
      jurisdiction: row.jurisdiction,
      scheme: row.scheme,
      period: row.period,
      originalPeriod: row.original_period,
      taxCode: row.tax_code,
      rate: row.rate,
      entries: row.entries,
      base: money(row.base_minor, currency),
      tax: money(row.tax_minor, currency),
    })),
    total: money(totalMinor, currency),
    accounts: money(-accountsMinor || 0, currency),
    ties: isWhole ? totalMinor === -accountsMinor || totalMinor + accountsMinor === 0 : null,
  };
}
