/**
 * Opening balances by CSV: a row for each open item (role, channel, order or item, gateway, amount, text), and a row with the role
 * "ledger" for the balance of each account in the general ledger. Debit is positive, in the currency of the books.
 */
import { UsageError } from '../../base/usage-error.ts';
import { OPENING_ROLES, type OpeningBalances } from '../../domain/settlement/opening-balances.ts';
import { minorOf, readTable } from './table.ts';

const COLUMNS = {
  role: ['role'],
  channel: ['channel'],
  item: ['item', 'order'],
  gateway: ['gateway'],
  account: ['account'],
  amount: ['amount', 'balance'],
  text: ['text', 'description'],
} as const;

/** Throws a UsageError that names the row. */
export async function readOpeningCsv(text: string, currency: string): Promise<Omit<OpeningBalances, 'on'>> {
  const rows = await readTable(text, COLUMNS, ['role', 'amount']);
  const items: OpeningBalances['items'] = [];
  const ledger: OpeningBalances['ledger'] = [];
  for (const row of rows) {
    const amountMinor = minorOf(row.of('amount'), currency, row.row);
    const name = row.of('role');
    if (name === 'ledger') {
      if (row.of('account') === '') throw new UsageError(`Row ${row.row}: the balance names no account.`);
      ledger.push({ account: row.of('account'), balanceMinor: amountMinor });
      continue;
    }
    const role = OPENING_ROLES.find((each) => each === name);
    if (!role)
      throw new UsageError(`Row ${row.row}: "${name}" is none of ledger, ${OPENING_ROLES.join(', ')}.`);
    if (row.of('item') === '') throw new UsageError(`Row ${row.row}: it names no order or item.`);
    const [channel, gateway] = [row.of('channel'), row.of('gateway')];
    items.push({
      role,
      item: row.of('item'),
      ...(channel !== '' && { channel }),
      ...(gateway !== '' && { gateway }),
      amountMinor,
      text: row.of('text'),
    });
  }
  return { items, ledger };
}
