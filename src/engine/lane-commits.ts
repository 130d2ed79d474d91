/** Commits what lanes have to write, many lanes in one transaction, each only as long as this node works its connection. */
import type { Clock } from '../base/clock.ts';
import { bucketOf } from '../store/bucket.ts';
import type { Database, Transaction } from '../store/db.ts';
import { attemptStatements, idsOf, outcomeStatements, personStatements, personsOf } from '../store/outbox.ts';
import { messageRows } from '../store/turn.ts';
import { GroupCommit } from './group-commit.ts';
import type { IntakeDesk } from './intake.ts';
import type { LaneCommit, LaneWrites } from './lane-writes.ts';
import type { LeaseKeeper } from './lease-keeper.ts';

const WRITES_PER_COMMIT = 256;

export interface LaneCommitsParts {
  database: Database;
  clock: Clock;
  newId: () => string;
  node: string;
  intake: IntakeDesk;
  leases: LeaseKeeper;
  /** Called after a commit, with true when it put messages into the inbox. */
  onCommit: (hasMessages: boolean) => void;
}

export class LaneCommits {
  readonly #parts: LaneCommitsParts;
  readonly #commits: GroupCommit<LaneWrites, LaneCommit>;

  constructor(parts: LaneCommitsParts) {
    this.#parts = parts;
    this.#commits = new GroupCommit((batch) => this.#commit(batch), { items: WRITES_PER_COMMIT });
  }

  get pending(): number {
    return this.#commits.pending;
  }

  submit(writes: LaneWrites): Promise<LaneCommit> {
    return this.#commits.submit(writes);
  }

  async #commit(batch: readonly LaneWrites[]): Promise<LaneCommit[]> {
    let hasMessages = false;
    const results = await this.#parts.database.transaction(async (sql) => {
      const held = await this.#parts.leases.hold(sql, [...new Set(batch.map((each) => each.connection))]);
      const kept = batch.filter((each) => held.has(each.connection));
      if (kept.length === 0) return batch.map((): LaneCommit => ({ kept: false }));
      const written = await this.#write(sql, kept);
      hasMessages = written.hasMessages;
      return batch.map(
        (each): LaneCommit => (held.has(each.connection) ? { kept: true, ...written } : { kept: false }),
      );
    });
    this.#parts.onCommit(hasMessages);
    return results;
  }

  async #write(sql: Transaction, batch: readonly LaneWrites[]) {
    const { clock, newId, node, intake } = this.#parts;
    const at = clock.nowIso();
    const noted = [
      outcomeStatements(
        at,
        batch.flatMap((writes) => writes.ends),
      ),
      attemptStatements(
        node,
        at,
        batch.flatMap((writes) => writes.attempts),
      ),
      personStatements([...new Set(batch.flatMap((writes) => writes.persons))]),
    ];
    const answers = await sql.batch(noted.flat());
    const [ended, begun, found] = noted.map((statements) => answers.splice(0, statements.length).flat());
    const [ends, attempts, persons] = [idsOf(ended), idsOf(begun), personsOf(found)];
    // An outcome that did not count brings no news either: whoever settled the command has brought it.
    const observations = batch.flatMap((writes) =>
      writes.observations
        .filter(({ commandId }) => ends.has(commandId))
        .map(({ delivery }) => ({
          connection: writes.connection,
          delivery,
          deliveryId: null,
          eventId: null,
        })),
    );
    const results = batch.flatMap((writes) => writes.results.filter(({ commandId }) => ends.has(commandId)));
    // What a read has brought comes before the news that it has ended.
    if (observations.length > 0) await intake.storeWithin(sql, observations);
    const messages = messageRows(
      results.map(({ streamKind, streamKey, message }) => ({
        bucket: bucketOf(streamKey),
        kind: streamKind,
        key: streamKey,
        id: newId(),
        connection: message.connection,
        message,
      })),
      at,
    );
    void sql.last(messages);
    return { ends, attempts, persons, hasMessages: results.length > 0 || observations.length > 0 };
  }
}
