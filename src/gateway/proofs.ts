/** Proofs of an order, a payout, a period and an account, put together from the sub-ledger. */
import { OPEN_ITEM_ROLES } from '../domain/books/open-items.ts';
import { orderProof, type ProofChain, type ProofLine, payoutProof } from '../domain/books/proof.ts';
import { sumMinor } from '../domain/money.ts';
import type { Engine } from '../engine/engine.ts';
import {
  type LineRow,
  readAccountActs,
  readBalanceBefore,
  readLinesOf,
  readOpenItems,
  readTaxAccounts,
  readTaxLedger,
  readTitles,
  readTrialBalance,
} from '../store/read-books.ts';
import { chartNamed, todayOf } from './books.ts';
import { keyOfOrder } from './orders.ts';
import { ApiProblem } from './problem.ts';
import type { Proof } from './schemas/books.ts';
import { keysOf, money, openItems, streamRef } from './views/books.ts';

/** The proof of an order by its key, name or channel id. */
export async function proveOrder(engine: Engine, id: string): Promise<Proof> {
  const key = await keyOfOrder(engine, id);
  const rows = await readLinesOf(engine.database, { kind: 'order', key });
  return streamProof(engine, 'order', key, rows, orderProof);
}

/** The proof of a payout by its key: `CONNECTION/ID`. */
export async function provePayout(engine: Engine, key: string): Promise<Proof> {
  const rows = await readLinesOf(engine.database, { kind: 'payout', key });
  if (rows.length === 0)
    throw new ApiProblem(
      404,
      'payout-not-found',
      'There is no such payout in the books',
      `Nothing was posted of a payout "${key}".`,
      'Give its key, CONNECTION/ID; a payout is posted when its channel has told of it.',
    );
  return streamProof(engine, 'payout', key, rows, payoutProof);
}

async function streamProof(
  engine: Engine,
  of: 'order' | 'payout',
  key: string,
  rows: readonly LineRow[],
  prove: (key: string, lines: readonly ProofLine[]) => ProofChain,
): Promise<Proof> {
  const titles = await readTitles(engine.database, [key, ...keysOf(rows)]);
  const [first] = rows;
  const title = titles.get(key) ?? key;
  // Nothing has been posted yet: nothing is left either.
  if (!first) return { of, id: key, title, entity: '', currency: '', hops: [], residuals: [], closes: true };
  const chart = chartNamed(engine, first.entity);
  const { currency } = chart;
  const { hops, residuals, closes } = prove(key, rows.map(proofLine));
  return {
    of,
    id: key,
    title,
    entity: chart.entity,
    currency,
    hops: hops.map(({ name, totalMinor, documents }) => ({
      name,
      total: money(totalMinor, currency),
      documents: documents.map((document) => ({
        date: document.date,
        text: document.text,
        stream: streamRef(document.stream.kind, document.stream.key, titles),
        posting: document.posting,
        accounts: document.accounts,
        amount: money(document.amountMinor, currency),
      })),
    })),
    residuals: residuals.map(({ account, amountMinor, since, words }) => ({
      account,
      name: chart.nameOf(account),
      amount: money(amountMinor, currency),
      since,
      words,
    })),
    closes,
  };
}

function proofLine(row: LineRow): ProofLine {
  const { kind, key, seq, posting, act, text, role, account } = row;
  return {
    kind,
    key,
    seq,
    posting,
    act,
    text,
    role,
    account,
    postingDate: row.posting_date,
    bookMinor: row.book_minor,
    item: row.open_item,
  };
}

/** First and last day of "2026-11", "2026-Q4" or "2026"; null: it is none of these. */
export function daysOf(period: string): { from: string; until: string } | null {
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

/** The proof of a period of an entity: debits are credits, taxes tie, and what is open at its end, by age. */
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
  const [balances, taxes, taxMinor, items] = await Promise.all([
    readTrialBalance(database, entity, asOf),
    readTaxLedger(database, { entity, registration: null, period: null, asOf }),
    readTaxAccounts(database, entity, asOf),
    readOpenItems(database, { entity, account: null, roles: OPEN_ITEM_ROLES, asOf }),
  ]);
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
      ...residual('debits are not credits', offMinor),
      ...residual('the tax ledger does not tie to the tax accounts', ledgerMinor + taxMinor),
    ],
    closes: offMinor === 0 && ledgerMinor + taxMinor === 0,
  };
}

/** The proof of an account: its balance before, what moved it, its balance after, and the items that make it up. */
export async function proveAccount(
  engine: Engine,
  entity: string,
  account: string,
  { from = '1970-01-01', until = todayOf(engine, entity) }: { from?: string; until?: string } = {},
): Promise<Proof> {
  const chart = chartNamed(engine, entity);
  const { database } = engine;
  const { currency } = chart;
  const [openingMinor, acts, items] = await Promise.all([
    readBalanceBefore(database, entity, account, from),
    readAccountActs(database, { entity, account, from, until }),
    readOpenItems(database, { entity, account, roles: OPEN_ITEM_ROLES, asOf: until }),
  ]);
  const closingMinor = openingMinor + sumMinor(acts.map((row) => row.book_minor));
  const openMinor = sumMinor(items.map((row) => row.book_minor));
  const titles = await readTitles(
    database,
    items.map(({ item }) => item),
  );
  const plain = (date: string, text: string, amountMinor: number) => ({
    date,
    text,
    stream: null,
    posting: null,
    accounts: [account],
    amount: money(amountMinor, currency),
  });
  const residualMinor = items.length === 0 ? 0 : closingMinor - openMinor;
  return {
    of: 'account',
    id: `${entity}/${account}`,
    title: `${account} ${chart.nameOf(account)}`.trim(),
    entity,
    currency,
    hops: [
      { name: `balance before ${from}`, total: money(openingMinor, currency), documents: [] },
      {
        name: `moved until ${until}`,
        total: money(closingMinor - openingMinor, currency),
        documents: acts.map((row) => plain(until, `${row.act} (${row.lines} lines)`, row.book_minor)),
      },
      { name: 'balance', total: money(closingMinor, currency), documents: [] },
      ...(items.length === 0 ? [] : [itemsHop(items, openMinor)]),
    ],
    residuals:
      residualMinor === 0
        ? []
        : [
            {
              account,
              name: chart.nameOf(account),
              amount: money(residualMinor, currency),
              since: until,
              words: 'the balance is not the sum of its open items',
            },
          ],
    closes: residualMinor === 0,
  };

  function itemsHop(rows: typeof items, totalMinor: number): Proof['hops'][number] {
    return {
      name: `open items: ${rows.length}`,
      total: money(totalMinor, currency),
      documents: rows.slice(0, ITEMS_SHOWN).map((row) => ({
        ...plain(row.since, titles.get(row.item) ?? row.item, row.book_minor),
        stream: streamRef(row.kind, row.item, titles),
      })),
    };
  }
}

/** So many open items are listed one by one. */
const ITEMS_SHOWN = 500;
