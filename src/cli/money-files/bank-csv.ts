/** Bank statements by CSV: a row an entry, with a date, an amount and what the bank says; a balance after each row is checked. */
import { createHash } from 'node:crypto';
import { UsageError } from '../../base/usage-error.ts';
import { BankStatement } from '../../domain/canonical/index.ts';
import { lineIds } from './line-ids.ts';
import { dayOf, minorOf, readTable } from './table.ts';

const COLUMNS = {
  date: [
    'date',
    'booked',
    'booking date',
    'transaction date',
    'posting date',
    'buchungstag',
    'buchungsdatum',
  ],
  amount: ['amount', 'betrag', 'umsatz', 'value'],
  text: ['text', 'description', 'details', 'verwendungszweck', 'buchungstext', 'memo'],
  counterparty: [
    'counterparty',
    'name',
    'payee',
    'beguenstigter/zahlungspflichtiger',
    'auftraggeber/empfänger',
  ],
  reference: ['reference', 'id', 'transaction id', 'referenz'],
  balance: ['balance', 'saldo', 'kontostand', 'running balance'],
} as const;

/** One statement of all rows. Throws a UsageError that names the row. */
export async function readBankCsv(text: string, currency: string): Promise<BankStatement> {
  const rows = await readTable(text, COLUMNS, ['date', 'amount', 'text']);
  if (rows.length === 0) throw new UsageError('The file has no rows.');
  const read = rows.map((row) => ({
    row: row.row,
    given: row.of('reference') || null,
    bookedOn: dayOf(row.of('date'), row.row),
    amountMinor: minorOf(row.of('amount'), currency, row.row),
    text: [row.of('text'), row.of('counterparty'), row.of('reference')].filter(Boolean).join(' '),
    balanceMinor: row.of('balance') === '' ? null : minorOf(row.of('balance'), currency, row.row),
  }));
  // Many banks write the newest first.
  const [newestFirst, oldestFirst] = [read[0]?.bookedOn ?? '', read.at(-1)?.bookedOn ?? ''];
  const entries = newestFirst > oldestFirst ? read.toReversed() : read;
  for (const [index, entry] of entries.entries()) {
    const before = entries[index - 1]?.balanceMinor;
    if (before == null || entry.balanceMinor === null) continue;
    if (before + entry.amountMinor !== entry.balanceMinor)
      throw new UsageError(
        `Row ${entry.row}: its balance does not follow from the one before and its amount; a row is missing, or they are out of order.`,
      );
  }
  const [first, last] = [entries[0], entries.at(-1)];
  return BankStatement.parse({
    schema: 'bank-statement/1',
    statementId: `csv-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`,
    currency,
    from: first?.bookedOn ?? null,
    until: last?.bookedOn,
    openingMinor: first?.balanceMinor == null ? null : first.balanceMinor - first.amountMinor,
    closingMinor: last?.balanceMinor ?? null,
    lines: lineIds(entries),
  });
}
