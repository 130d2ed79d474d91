/**
 * Does money close? Of every finished order nothing may be left of what was held, owed and cleared; what lies at a provider is what the
 * provider says; and of every payout that is at the bank nothing may be left in transit. What has a case is named by it.
 */
import type { ChannelBooks } from '../sandbox/kit/types.ts';
import type { Row, Sql } from '../store/db.ts';
import type { Findings } from './findings.ts';
import type { Residual } from './residual.ts';

/** How much was compared, so that nothing passes for equal that was never looked at. */
export interface ClosingFigures {
  orders: number;
  payouts: number;
  /** Accounts of finance systems. */
  accounts: number;
}

export const NOTHING_CLOSED: ClosingFigures = { orders: 0, payouts: 0, accounts: 0 };

interface OpenRow extends Row {
  item: string;
  role: string;
  entity: string;
  currency: string;
  minor: number;
  /** The order is over; null: the item is no order. */
  closed: boolean | null;
}

export async function checkClosing(
  sql: Sql,
  channels: readonly ChannelBooks[],
  findings: Findings,
  residuals: Residual[],
  withCase: ReadonlySet<string>,
): Promise<ClosingFigures> {
  const open = await openItems(sql);
  const named = new Set([...withCase, ...(await ordersWithOpenEntries(sql))]);
  const found = (kind: Residual['kind'], { item, role, currency, minor }: OpenRow, words: string) => {
    residuals.push({ kind, key: item, currency, amountMinor: minor });
    findings.add('moneyCloses', 'books', item, `${words}: ${minor} on ${role} (minor units of ${currency})`);
  };
  for (const row of open)
    if (row.closed === true && !named.has(row.item)) found('order-books', row, `${row.item} is over`);

  const figures: ClosingFigures = { orders: await countOrders(sql), payouts: 0, accounts: 0 };
  for (const { connection, payments } of channels) {
    if (!payments || !(await hasBooks(sql, connection))) continue;
    const paid = payments.payouts.filter(({ status }) => status === 'PAID');
    figures.payouts += paid.length;
    const keys = new Set(paid.map(({ payoutId }) => `${connection}/${payoutId}`));
    for (const row of open)
      if (row.role === 'bankInTransit' && keys.has(row.item) && !named.has(row.item))
        found('payout-books', row, `payout ${row.item} is at the bank`);
    await checkPayouts(sql, connection, paid, findings, residuals, named);
  }
  return figures;
}

/** What the sub-ledger has open, by item. Clearing counts of gateways whose settlement is read. */
function openItems(sql: Sql): Promise<OpenRow[]> {
  return sql.query<OpenRow>(
    `select o.*, s.closed from (
       select coalesce(l.open_item, l.key) as item, l.role, l.entity, l.currency, sum(l.amount_minor)::bigint as minor
       from posting_line l
       where l.role in ('deposits', 'receivables', 'refundLiability', 'bankInTransit')
         or (l.role = 'clearing' and l.dimensions ->> 'gateway' in (
           select distinct e.dimensions ->> 'gateway' from posting_line e where e.kind = 'settlement' and e.role = 'clearing'))
       group by 1, 2, 3, 4 having sum(l.amount_minor) <> 0
     ) o left join stream s on s.kind = 'order' and s.key = o.item`,
  );
}

/** Orders of which an entry at a provider waits, with a case of its own. */
async function ordersWithOpenEntries(sql: Sql): Promise<string[]> {
  const rows = await sql.query<Row & { connection: string; id: string | null }>(
    `select s.state ->> 'connection' as connection, s.state -> 'entry' ->> 'channelOrderId' as id from stream s
     where s.kind = 'settlement' and not s.closed`,
  );
  return rows.flatMap(({ connection, id }) => (id === null ? [] : [`${connection}/${id}`]));
}

async function countOrders(sql: Sql): Promise<number> {
  const [row] = await sql.query<Row & { orders: number }>(
    "select count(distinct key)::int as orders from posting where kind = 'order'",
  );
  return row?.orders ?? 0;
}

async function hasBooks(sql: Sql, connection: string): Promise<boolean> {
  return (await sql.query('select 1 from posting where channel = $1 limit 1', [connection])).length > 0;
}

/** Each payout that the bank has is known, paid, and of the provider's amount. */
async function checkPayouts(
  sql: Sql,
  connection: string,
  paid: NonNullable<ChannelBooks['payments']>['payouts'],
  findings: Findings,
  residuals: Residual[],
  named: ReadonlySet<string>,
): Promise<void> {
  const rows = await sql.query<Row & { key: string; net: number; booked: number }>(
    `select p.key, sum(case when l.role = 'bankInTransit' then l.amount_minor else 0 end)::bigint as booked
     from posting p join posting_line l using (bucket, kind, key, seq, item, posting_date)
     where p.kind = 'payout' and p.channel = $1 group by p.key`,
    [connection],
  );
  const booked = new Map(rows.map((row) => [row.key, row.booked]));
  for (const { payoutId, netMinor } of paid) {
    const key = `${connection}/${payoutId}`;
    const ours = booked.get(key) ?? 0;
    if (ours === netMinor || named.has(key)) continue;
    residuals.push({ kind: 'payout-books', key, currency: '', amountMinor: ours - netMinor });
    findings.add(
      'moneyCloses',
      'books',
      key,
      `payout ${key} is ${netMinor} at the provider, and ${ours} was booked of it (minor units)`,
    );
  }
}
