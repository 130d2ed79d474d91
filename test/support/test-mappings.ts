/** Mappings in memory. */
import type { MappingKind, MappingRow, RetailerConfig } from '../../src/domain/config.ts';
import type { Mappings } from '../../src/domain/process.ts';

/** Rows, and "same codes" as the configuration says. */
export class TestMappings implements Mappings {
  readonly #config: RetailerConfig;
  readonly rows: MappingRow[];

  constructor(config: RetailerConfig, rows: readonly MappingRow[]) {
    this.#config = config;
    this.rows = [...rows];
  }

  set(kind: MappingKind, connection: string, external: string, internal: string): void {
    this.rows.push({ kind, connection, external, internal });
  }

  toInternal(kind: MappingKind, connection: string, external: string): string | undefined {
    const row = this.rows.find(
      (each) => each.kind === kind && each.connection === connection && each.external === external,
    );
    return row?.internal ?? (this.#isSame(kind, connection) ? external : undefined);
  }

  toExternal(kind: MappingKind, connection: string, internal: string): string | undefined {
    const row = this.rows.find(
      (each) => each.kind === kind && each.connection === connection && each.internal === internal,
    );
    return row?.external ?? (this.#isSame(kind, connection) ? internal : undefined);
  }

  #isSame(kind: MappingKind, connection: string): boolean {
    return this.#config.connections.find((each) => each.id === connection)?.sameCodes.includes(kind) ?? false;
  }
}
