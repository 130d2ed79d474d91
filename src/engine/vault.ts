/**
 * Where a connector keeps the secret that it renews: sealed in the database, written under the lease of its connection, so that
 * of two processes only the one that works the connection can replace it.
 */
import type { Clock } from '../base/clock.ts';
import { type SealingKey, seal, unseal } from '../base/sealing.ts';
import type { Vault } from '../connectors/contract.ts';
import { loadCredential, saveCredential } from '../store/credentials.ts';
import type { Database, Sql } from '../store/db.ts';
import { crashAt } from './crash-points.ts';

export interface VaultParts {
  connection: string;
  database: Database;
  clock: Clock;
  /** Asked only when something is kept or read. */
  key: () => SealingKey;
  /** Throws when this process does not work the connection any more. */
  fence: (sql: Sql) => Promise<void>;
  isOurs: () => boolean;
}

export function openVault(parts: VaultParts): Vault {
  const { connection, database, clock, fence, isOurs } = parts;
  return {
    isOurs,
    async load() {
      const row = await loadCredential(database, connection);
      if (!row) return null;
      const key = parts.key();
      if (row.key_id !== key.id)
        throw new Error(
          `The credential of "${connection}" is sealed with another key than this process has: give it the key of the others ($CROSSDOCK_KEY, or the file sealing-key in the data directory), or connect again`,
        );
      return unseal(key, connection, row.sealed);
    },
    async save(value) {
      crashAt('credential:renewed');
      const key = parts.key();
      await database.transaction(async (sql) => {
        await fence(sql);
        const sealed = seal(key, connection, value);
        await saveCredential(sql, connection, { sealed, key_id: key.id }, clock.nowIso());
      });
      crashAt('credential:kept');
    },
  };
}
