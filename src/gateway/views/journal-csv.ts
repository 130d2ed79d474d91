/** The journal as CSV (RFC 4180), for those who book or look by file: a row for each line of a posting. */
import { formatMinor } from '../../domain/money.ts';
import type { LineRow } from '../../store/read-books.ts';
import type { Chart } from './books.ts';

const HEAD = [
  'entity',
  'posting date',
  'document date',
  'stream',
  'key',
  'posting',
  'act',
  'reverses',
  'text',
  'account',
  'account name',
  'role',
  'debit',
  'credit',
  'book currency',
  'amount',
  'currency',
  'item',
  'brand',
  'channel',
  'location',
  'gateway',
  'tax code',
  'registration',
  'reason',
];

/** The text in parts: the head, then a part for each page of lines. */
export async function* journalCsv(
  chart: Chart,
  pages: AsyncIterable<readonly LineRow[]>,
): AsyncGenerator<string> {
  yield csvRow(HEAD);
  for await (const page of pages) yield page.map((row) => csvRow(cellsOf(row, chart))).join('');
}

function cellsOf(row: LineRow, { entity, currency, nameOf }: Chart): string[] {
  const { book_minor: book, dimensions } = row;
  return [
    entity,
    row.posting_date,
    row.document_date,
    row.kind,
    row.key,
    row.posting,
    row.act,
    row.reverses ?? '',
    row.text,
    row.account,
    nameOf(row.account),
    row.role,
    book > 0 ? formatMinor(book, currency) : '',
    book < 0 ? formatMinor(-book, currency) : '',
    currency,
    formatMinor(row.amount_minor, row.currency),
    row.currency,
    row.open_item ?? row.key,
    ...['brand', 'channel', 'location', 'gateway', 'taxCode', 'registration', 'reason'].map(
      (name) => dimensions[name] ?? '',
    ),
  ];
}

/** A text that a spreadsheet would take for a formula gets an apostrophe, as figures and dates never begin so. */
function csvRow(cells: readonly string[]): string {
  const safe = cells.map((cell) => {
    const plain = /^[=+@\t\r]|^-(?![\d.]+$)/.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  });
  return `${safe.join(',')}\r\n`;
}
