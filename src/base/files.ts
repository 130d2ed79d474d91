/** Small files that processes leave for each other. */
import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file so that whoever reads it, also after a kill in the middle, finds it whole, as it was or as it is now. */
export function writeWhole(file: string, text: string, mode = 0o644): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode });
  renameSync(draft, file);
}
