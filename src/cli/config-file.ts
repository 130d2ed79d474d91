/** Changes of the configuration file by commands: as it stands, with its references to secrets, and never half or wrong. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { UsageError } from './context.ts';

type Json = Record<string, unknown>;

/** A configuration file as it stands. */
export interface ConfigDraft {
  file: string;
  /** The whole file, to be changed. */
  whole: Json;
  /** The part with connections, to be changed. */
  config: Json & { connections: Json[] };
}

export function readDraft(file: string): ConfigDraft {
  try {
    const whole = JSON.parse(readFileSync(file, 'utf8')) as Json;
    const config = ('config' in whole ? whole.config : whole) as ConfigDraft['config'];
    config.connections ??= [];
    return { file, whole, config };
  } catch (error) {
    throw new UsageError(
      `The configuration ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Writes a draft beside the file, for it to be checked and used before it takes the file's place. */
export function writeDraft({ file, whole }: ConfigDraft): {
  file: string;
  keep(): void;
  drop(): void;
} {
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, `${JSON.stringify(whole, null, 2)}\n`);
  return {
    file: draft,
    keep: () => renameSync(draft, file),
    drop: () => rmSync(draft, { force: true }),
  };
}
