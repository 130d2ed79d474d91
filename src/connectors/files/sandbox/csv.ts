/** Files as a legacy system writes them, from its own figures; it shares no code with whoever reads them. */

export interface FileSpec {
  kind: 'stock-snapshot' | 'stock-delta' | 'receipt';
  sender: string;
  location: string;
  sequence: number;
  createdAt: string;
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
  /** What the trailer counts, where it is wrong. */
  told?: { rows?: number; units?: string };
  version?: number;
}

export function writeFileText(spec: FileSpec, { newline = '\n', bom = false } = {}): string {
  const { kind, sender, location, sequence, createdAt, columns, rows, told, version = 1 } = spec;
  const at = columns.indexOf(kind === 'stock-snapshot' ? 'on_hand' : 'quantity');
  const units = rows.reduce((sum, row) => sum + (Number(row[at]) || 0), 0);
  const lines = [
    ['H', kind, version, sender, location, sequence, createdAt],
    ['C', ...columns],
    ...rows.map((row) => ['D', ...row]),
    ['T', told?.rows ?? rows.length, told?.units ?? units],
  ];
  return `${bom ? '\ufeff' : ''}${lines.map((line) => line.map(field).join(',') + newline).join('')}`;
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
