/** The trial balance that a finance system keeps of its own, account by account beside that of the sub-ledger. */
import type { FinanceBooks } from '../sandbox/kit/types.ts';
import type { Row, Sql } from '../store/db.ts';
import type { Findings } from './findings.ts';
import type { Residual } from './residual.ts';

/** Compares what has been told; journals of a day wait for its end. Returns how many accounts were compared. */
export async function checkFinance(
  sql: Sql,
  books: FinanceBooks,
  findings: Findings,
  residuals: Residual[],
  withCase: ReadonlySet<string>,
): Promise<number> {
  let compared = 0;
  for (const { entity, currency, balances } of books.ledgers) {
    if (await isUnderWay(sql, books.connection, entity, withCase)) continue;
    const ours = new Map(await balancesOf(sql, entity));
    const theirs = new Map(balances.map(({ account, balanceMinor }) => [account, balanceMinor]));
    for (const account of new Set([...ours.keys(), ...theirs.keys()])) {
      compared += 1;
      const [mine, other] = [ours.get(account) ?? 0, theirs.get(account) ?? 0];
      if (mine === other) continue;
      residuals.push({
        kind: 'finance-balance',
        key: `${entity}/${account}`,
        currency,
        amountMinor: other - mine,
      });
      findings.add(
        'systemsAgree',
        'books',
        `${entity}/${account}`,
        `account ${account} of ${entity}: ${books.connection} says ${other}, the sub-ledger ${mine} (minor units of ${currency})`,
      );
    }
  }
  return compared;
}

async function balancesOf(sql: Sql, entity: string): Promise<[string, number][]> {
  const rows = await sql.query<Row & { account: string; balance: number }>(
    // A day that is not over has not been told.
    `select l.account, sum(l.book_minor)::bigint as balance from posting_line l
     join posting p on p.bucket = l.bucket and p.kind = l.kind and p.key = l.key and p.seq = l.seq and p.item = l.item
       and p.posting_date = l.posting_date
     where l.entity = $1 and not exists (
       select 1 from journal_due j where j.entity = p.entity and j.channel = p.channel and j.posting_date = p.posting_date
     )
     group by l.account having sum(l.book_minor) <> 0`,
    [entity],
  );
  return rows.map(({ account, balance }) => [account, balance]);
}

/** Something is on its way: it was posted a moment ago, came late to a day that was told, or waits for the system or a person. */
async function isUnderWay(
  sql: Sql,
  connection: string,
  entity: string,
  withCase: ReadonlySet<string>,
): Promise<boolean> {
  const prefix = `${connection}/${entity}/`;
  if ([...withCase].some((key) => key.startsWith(prefix))) return true;
  const waiting = await sql.query(
    `(select 1 from stream where kind = 'journal' and starts_with(key, $2) and not closed limit 1)
     union all
     (select 1 from journal_due j join stream s on s.kind = 'journal' and s.key = $2 || j.channel || '/' || j.posting_date::text
      where j.entity = $1 limit 1)
     union all
     (select 1 from posting p, books_cursor c where p.entity = $1 and c.name = 'finance'
        and (p.transaction_id, p.position) > (c.transaction_id, c.position) limit 1)`,
    [entity, prefix],
  );
  return waiting.length > 0;
}
