/** The mappings in force, in memory: both ways, with the connections that share our codes. */
import type { MappingKind, RetailerConfig } from '../domain/config.ts';
import type { Mappings } from '../domain/process.ts';
import type { Sql } from '../store/db.ts';
import { loadMappings, mappingVersion } from '../store/mappings.ts';

export class MappingTable implements Mappings {
  #toInternal = new Map<string, string>();
  #toExternal = new Map<string, string>();
  #version = 0;
  #same: ReadonlySet<string> = new Set();

  constructor(config: RetailerConfig) {
    this.configure(config);
  }

  /** Takes which connections share our codes from another configuration. */
  configure(config: RetailerConfig): void {
    this.#same = new Set(
      config.connections.flatMap((connection) =>
        connection.sameCodes.map((kind) => `${kind}\u0000${connection.id}`),
      ),
    );
  }

  get version(): number {
    return this.#version;
  }

  toInternal(kind: MappingKind, connection: string, external: string): string | undefined {
    return (
      this.#toInternal.get(`${kind}\u0000${connection}\u0000${external}`) ??
      (this.#same.has(`${kind}\u0000${connection}`) ? external : undefined)
    );
  }

  toExternal(kind: MappingKind, connection: string, internal: string): string | undefined {
    return (
      this.#toExternal.get(`${kind}\u0000${connection}\u0000${internal}`) ??
      (this.#same.has(`${kind}\u0000${connection}`) ? internal : undefined)
    );
  }

  /** Whether somebody has said by name which code of the connection this is. */
  isMapped(kind: MappingKind, connection: string, internal: string): boolean {
    return this.#toExternal.has(`${kind}\u0000${connection}\u0000${internal}`);
  }

  /** Reads all rows again. Of several external codes for one of ours, the first in alphabetical order is the one we send. */
  async load(sql: Sql): Promise<void> {
    const version = await mappingVersion(sql);
    const rows = await loadMappings(sql);
    const toInternal = new Map<string, string>();
    const toExternal = new Map<string, string>();
    for (const { kind, connection, external, internal } of rows) {
      if (internal === null) continue;
      toInternal.set(`${kind}\u0000${connection}\u0000${external}`, internal);
      const back = `${kind}\u0000${connection}\u0000${internal}`;
      if (!toExternal.has(back)) toExternal.set(back, external);
    }
    this.#toInternal = toInternal;
    this.#toExternal = toExternal;
    this.#version = version;
  }

  /** Reads the rows again if another process has changed them. */
  async refresh(sql: Sql): Promise<void> {
    if ((await mappingVersion(sql)) !== this.#version) await this.load(sql);
  }
}
