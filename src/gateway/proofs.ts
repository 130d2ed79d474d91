/** Proofs of an order and of an account, put together from the sub-ledger; see `payout-proof.ts` and `period-proof.ts`. */
import { OPEN_ITEM_ROLES } from '../domain/books/open-items.ts';
import { orderProof, type ProofHop, type ProofLine, type ProofResidual } from '../domain/books/proof.ts';
import { sumMinor } from '../domain/money.ts';
import type { Engine } from '../engine/engine.ts';
import {
  type LineRow,
  readAccountActs,
  readBalanceBefore,
  readLinesOf,
  readOpenItems,
  readTitles,
} from '../store/read-books.ts';
import { chartNamed, todayOf } from './books.ts';
import { keyOfOrder } from './orders.ts';
import type { Proof } from './schemas/books.ts';
import { type Chart, keysOf, money, streamRef, type Titles } from './views/books.ts';

/** The proof of an order by its key, name or channel id. */
export async function proveOrder(engine: Engine, id: string): Promise<Proof> {
  const key = await keyOfOrder(engine, id);
  const rows = await readLinesOf(engine.database, { kind: 'order', key });
  const titles = await readTitles(engine.database, [key, ...keysOf(rows)]);
  const [first] = rows;
  const title = titles.get(key) ?? key;
  // Nothing has been posted yet: nothing is left either.
  if (!first)
    return { of: 'order', id: key, title, entity: '', currency: '', hops: [], residuals: [], closes: true };
  const chart = chartNamed(engine, first.entity);
  const { hops, residuals, closes } = orderProof(key, rows.map(proofLine));
  return {
    of: 'order',
    id: key,
    title,
    entity: chart.entity,
    currency: chart.currency,
    hops: hopsOf(hops, chart, titles),
    residuals: residualsOf(residuals, chart),
    closes,
  };
}

/** Hops with the postings that their amounts stand in. */
export function hopsOf(hops: readonly ProofHop[], { currency }: Chart, titles: Titles): Proof['hops'] {
  return hops.map(({ name, totalMinor, documents }) => ({
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
  }));
}

export function residualsOf(
  residuals: readonly ProofResidual[],
  { currency, nameOf }: Chart,
): Proof['residuals'] {
  return residuals.map(({ account, amountMinor, since, words }) => ({
    account,
    name: nameOf(account),
    amount: money(amountMinor, currency),
    since,
    words,
  }));
}

/** A row as the rules of proofs take it. */
export function proofLine(row: LineRow): ProofLine {
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
