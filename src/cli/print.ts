/** How commands print: tables that fit, times that people read, JSON when asked for. */

export type Cell = string | number | null | undefined;

/** A table with aligned columns; the last one may be long. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => String(cell ?? '')));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => (column === head.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** "2026-11-24 08:07:50" (UTC). */
export function time(at: number | string | null | undefined): string {
  if (at === null || at === undefined) return '';
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** Prints a value as JSON, or what `text` makes of it. */
export function show<Value>(json: boolean | undefined, value: Value, text: (value: Value) => string): void {
  process.stdout.write(`${json ? JSON.stringify(value, null, 2) : text(value)}\n`);
}
