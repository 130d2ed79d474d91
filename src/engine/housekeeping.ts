/** What is done once a day of business time: partitions of coming months, and the end of what need not be kept. */
import type { Clock } from '../base/clock.ts';
import type { RetailerConfig } from '../domain/config.ts';
import type { Database } from '../store/db.ts';
import { forgetAgain } from '../store/forgetting.ts';
import { ensurePartitions } from '../store/partitions.ts';
import { deleteOldCommands, dropOldMessages } from '../store/retention.ts';

const DAY_MS = 86_400_000;

export interface HousekeepingParts {
  database: Database;
  clock: Clock;
  config: () => RetailerConfig;
  log: (level: 'info' | 'warn', message: string, details: Record<string, unknown>) => void;
}

export class Housekeeping {
  readonly #parts: HousekeepingParts;
  #partitionsAt = Number.NEGATIVE_INFINITY;
  #retentionAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;

  constructor(parts: HousekeepingParts) {
    this.#parts = parts;
  }

  /** Makes the partitions that will be needed. Business time may jump, so this is asked often and does little. */
  async ensurePartitions(): Promise<void> {
    const now = this.#parts.clock.now();
    if (now < this.#partitionsAt + DAY_MS) return;
    await ensurePartitions(this.#parts.database, now);
    this.#partitionsAt = now;
  }

  /** Removes what the policies do not keep, beside the work of the hub; true when the day has come for it. */
  removeOld(): boolean {
    const now = this.#parts.clock.now();
    if (this.#running || now < this.#retentionAt + DAY_MS) return false;
    this.#retentionAt = now;
    this.#running = this.#remove(now)
      .catch((error: unknown) =>
        this.#parts.log('warn', 'what is old could not be removed; it is tried again in a day', {
          error: String(error),
        }),
      )
      .finally(() => {
        this.#running = null;
      });
    return true;
  }

  async #remove(now: number): Promise<void> {
    const { database, config, log } = this.#parts;
    const { rawMessageDays, settledCommandDays } = config().policies;
    const months = await dropOldMessages(database, now - rawMessageDays * DAY_MS);
    await forgetAgain(database, new Date(now).toISOString());
    const commands = await deleteOldCommands(database, now - settledCommandDays * DAY_MS);
    if (months.length > 0 || commands > 0) log('info', 'what is old was removed', { months, commands });
  }

  async stop(): Promise<void> {
    await this.#running;
  }
}
