/** A CSV file of money as rows by the names of its columns: any delimiter and decimal sign that banks and payment providers use. */
import { UsageError } from '../../base/usage-error.ts';
import { currencyExponent, parseMinor } from '../../domain/money.ts';

export interface TableRow {
  /** As a spreadsheet shows it; the header is 1. */
  row: number;
  /** The value of a column, without blanks around it; empty: it is not there, or says nothing. */
  of(column: string): string;
}

/** Column names of a file by ours: the first of the known names that the header has. */
export type Columns = Readonly<Record<string, readonly string[]>>;

/** Reads a table. Throws where a column that is needed is missing. */
export async function readTable(
  text: string,
  columns: Columns,
  needed: readonly string[],
): Promise<TableRow[]> {
  const { parse } = await import('csv-parse/sync');
  let records: string[][];
  try {
    records = parse(text, {
      bom: true,
      delimiter: [';', ',', '\t'].sort((a, b) => countIn(text, b) - countIn(text, a))[0] as string,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as string[][];
  } catch (error) {
    throw new UsageError(`The file is no CSV: ${error instanceof Error ? error.message : String(error)}`);
  }
  // Banks put some lines above the header.
  const names = (record: readonly string[]) => record.map((each) => each.toLowerCase().trim());
  const at = records.findIndex((record) =>
    needed.every((column) => columns[column]?.some((name) => names(record).includes(name))),
  );
  const header = names(records[at] ?? records[0] ?? []);
  if (at < 0) {
    const missing = needed.filter((column) => !columns[column]?.some((name) => header.includes(name)));
    throw new UsageError(
      `The file has no column for ${missing.map((column) => `"${column}" (known as ${(columns[column] ?? []).join(', ')})`).join(' and ')}.`,
    );
  }
  const places = new Map(
    Object.entries(columns).map(([column, known]) => [
      column,
      header.findIndex((name) => known.includes(name)),
    ]),
  );
  return records.slice(at + 1).map((record, index) => ({
    row: at + index + 2,
    of: (column) => record[places.get(column) ?? -1] ?? '',
  }));
}

function countIn(text: string, sign: string): number {
  return text.slice(0, 4_000).split(sign).length;
}

/** "1.234,56", "1,234.56", "1234.5", "−12,30 €": minor units. One sign alone is the decimal one, unless three digits follow. */
export function minorOf(value: string, currency: string, row: number): number {
  const bare = value.replaceAll('−', '-').replace(/[^\d.,+-]/g, '');
  const decimal = Math.max(bare.lastIndexOf(','), bare.lastIndexOf('.'));
  const isOnlySign = decimal >= 0 && !/[.,]/.test(bare.slice(0, decimal));
  const hasGroupLength = /^\d{3}-?$/.test(bare.slice(decimal + 1)) && currencyExponent(currency) < 3;
  const isGroup =
    decimal >= 0 && (bare.indexOf(bare[decimal] as string) !== decimal || (isOnlySign && hasGroupLength));
  const whole = (decimal < 0 || isGroup ? bare : bare.slice(0, decimal)).replace(/[.,]/g, '');
  const fraction = decimal < 0 || isGroup ? '' : bare.slice(decimal + 1);
  // A minus behind the amount is a usual way of writing it.
  const [sign, digits] = /-$/.test(fraction || whole) ? ['-', whole.replace('-', '')] : ['', whole];
  try {
    return parseMinor(`${sign}${digits}${fraction === '' ? '' : `.${fraction.replace('-', '')}`}`, currency);
  } catch {
    throw new UsageError(`Row ${row}: "${value}" is no amount in ${currency}.`);
  }
}

/** "2026-11-28", "28.11.2026", "28/11/2026", "11/28/2026" (where the first cannot be a day), with or without a time: the day. */
export function dayOf(value: string, row: number): string {
  const iso = /^(\d{4})-(\d{2})-(\d{2})/.exec(value);
  if (iso) return `${iso[1]}-${iso[2]}-${iso[3]}`;
  const local = /^(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})/.exec(value);
  if (!local) throw new UsageError(`Row ${row}: "${value}" is no day.`);
  const [, a = '', b = '', y = ''] = local;
  const [day, month] = Number(b) > 12 ? [b, a] : [a, b];
  const date = `${y.length === 2 ? `20${y}` : y}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (Number(month) > 12 || Number.isNaN(Date.parse(date)))
    throw new UsageError(`Row ${row}: "${value}" is no day.`);
  return date;
}
