/** The books of the first story, as an accountant reads them: each posting with its accounts, in the order of its days. */
import { formatMinor } from '../domain/money.ts';
import type { Row, Sql } from '../store/db.ts';

interface LineRow extends Row {
  seq: string;
  act: string;
  day: string;
  account: string;
  role: string;
  currency: string;
  minor: number;
  /** It lies at a provider, not on the way of one order. */
  held: boolean;
}

/** What an act is, in words; its ids are left out: they are of one run. */
const WORDS: Readonly<Record<string, string>> = {
  captured: 'The payment is captured',
  shipped: 'A parcel leaves: partial invoice and revenue',
  'shipped cost': 'What the parcel has cost',
  credited: 'The return is accepted: credit note',
  inspected: 'The unit is back on the shelf',
  'inspected cost': 'The unit is back on the shelf',
  refunded: 'The refund is paid',
  'settled-capture': 'The provider has the payment, and keeps its fee',
  'settled-refund': 'The provider has paid the refund',
  'paid-out': 'A payout leaves the provider',
  'at-bank': 'The payout is at the bank',
};

/** A Markdown table of all postings of an entity, and one of the balances that are left. */
export async function storyBooks(
  sql: Sql,
  entity: string,
  names: ReadonlyMap<string, string>,
): Promise<string> {
  const lines = await sql.query<LineRow>(
    `select l.kind || l.key || '/' || l.seq || '/' || l.item as seq, p.posting_date::text as day, coalesce(l.open_item like '%/balance-%', false) as held, l.account, l.role, p.book_currency as currency,
       l.book_minor as minor, p.act || case when p.posting like '%/cost' then ' cost' else '' end as act
     from posting_line l join posting p using (bucket, kind, key, seq, item, posting_date)
     where l.entity = $1 order by p.posting_date, p.position, l.line`,
    [entity],
  );
  const accountOf = ({ account }: LineRow) => `${account} ${names.get(account) ?? ''}`.trim();
  const amount = (minor: number, currency: string) => formatMinor(Math.abs(minor), currency);
  const rows = [...Map.groupBy(lines, ({ seq }) => seq).values()].flatMap((posting) =>
    [...posting]
      .sort((a, b) => Math.sign(b.minor) - Math.sign(a.minor))
      .map((line, place) => {
        const { day, act, minor, currency } = line;
        const head = place === 0 ? [day, WORDS[act] ?? act] : ['', ''];
        const sides = minor > 0 ? [amount(minor, currency), ''] : ['', amount(minor, currency)];
        const account = `${accountOf(line)}${line.held ? ' (at the provider)' : ''}`;
        return `| ${[...head, account, ...sides].join(' | ')} |`;
      }),
  );
  const balances = [...Map.groupBy(lines, accountOf)]
    .map(([account, of]) => ({
      account,
      minor: of.reduce((sum, { minor }) => sum + minor, 0),
      currency: of[0]?.currency ?? '',
    }))
    .sort((a, b) => (a.account < b.account ? -1 : 1))
    .map(({ account, minor, currency }) => {
      const sides =
        minor > 0 ? [amount(minor, currency), ''] : minor < 0 ? ['', amount(minor, currency)] : ['0.00', ''];
      return `| ${[account, ...sides].join(' | ')} |`;
    });
  return [
    '| day | what happened | account | debit | credit |',
    '| --- | --- | --- | ---: | ---: |',
    ...rows,
    '',
    '## What is left',
    '| account | debit | credit |',
    '| --- | ---: | ---: |',
    ...balances,
  ].join('\n');
}
