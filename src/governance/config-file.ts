/** Changes of the configuration file by commands and by the page: as it stands, with its references to secrets, and never half. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { writeWhole } from '../base/files.ts';
import { UsageError } from '../base/usage-error.ts';

export type Json = Record<string, unknown>;

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

/** Puts a draft, which has been checked, in the place of the file. */
export function writeDraft({ file, whole }: ConfigDraft): void {
  // A link stays a link, and who may read the file stays as it was.
  const real = realpathSync(file);
  writeWhole(real, `${JSON.stringify(whole, null, 2)}\n`, statSync(real).mode & 0o777);
}
