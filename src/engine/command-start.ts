/**
 * Commands that begin with the commit that issues them. An attempt must be committed before its call; where the lane is free to
 * call at once, the turn's own commit notes it, and the command needs no commit of its own. The others go to their lane and wait.
 */
import type { Row, Sql, Statement } from '../store/db.ts';
import { type OutboxRow, personStatements, personsOf } from '../store/outbox.ts';
import type { IssuedCommand } from '../store/turn.ts';
import { personIds } from './call.ts';
import type { Lane } from './lane.ts';

/** What a turn has in hand between its decisions and its commit. */
export interface Reservation {
  /** Within the turn's transaction: makes sure of the leases; what the calls need is read by these statements, after the writes. */
  prepare(sql: Sql): Promise<Statement[]>;
  /** After the commit, with the rows of those statements. */
  begin(rows: readonly Row[][]): void;
  /** After a roll-back. */
  release(): void;
}

export interface Starter {
  /**
   * @param direct commands whose predecessors their lane knows; those that may begin now get `attempts` 1.
   * @param indirect commands that their lane must look up in the outbox, to find what stands before them.
   */
  reserve(direct: readonly IssuedCommand[], indirect: readonly IssuedCommand[]): Reservation;
}

export interface StarterParts {
  lane: (connection: string) => Lane | undefined;
  /** Throws when this node no longer works one of these connections; holds them until the transaction ends. */
  fence: (sql: Sql, connections: readonly string[]) => Promise<void>;
}

export function starter(parts: StarterParts): Starter {
  return {
    reserve(direct, indirect) {
      const epochs = new Map<string, number>();
      const begun = direct.filter(({ connection }, index) => {
        const lane = parts.lane(connection);
        if (lane?.reserve(direct[index] as IssuedCommand) !== true) return false;
        epochs.set(connection, epochs.get(connection) ?? lane.epoch);
        return true;
      });
      for (const command of begun) command.attempts = 1;
      const waiting = direct.filter((command) => command.attempts === 0);
      return {
        async prepare(sql) {
          if (begun.length === 0) return [];
          await parts.fence(sql, [...new Set(begun.map((command) => command.connection))]);
          return personStatements([...new Set(begun.flatMap(({ body }) => personIds(body)))]);
        },
        begin([rows]) {
          const persons = personsOf(rows);
          const each = (
            commands: readonly IssuedCommand[],
            tell: (lane: Lane, rows: OutboxRow[], connection: string) => void,
          ) => {
            for (const [connection, issued] of Map.groupBy(commands, (command) => command.connection)) {
              const lane = parts.lane(connection);
              if (lane)
                tell(
                  lane,
                  issued.map((command) => rowOf(command, lane.now)),
                  connection,
                );
            }
          };
          each(begun, (lane, rows, connection) => lane.begin(rows, persons, epochs.get(connection) ?? -1));
          each(waiting, (lane, rows) => lane.offer(rows));
          each(indirect, (lane) => lane.lookForMore());
        },
        release() {
          for (const command of begun) parts.lane(command.connection)?.release(command);
        },
      };
    },
  };
}

/** A command that was committed just now, as the outbox holds it. */
function rowOf(command: IssuedCommand, now: number): OutboxRow {
  const at = command.attempts === 0 ? null : now;
  return {
    bucket: command.bucket,
    id: command.id,
    key: command.key,
    command: command.command,
    stream_kind: command.streamKind,
    stream_key: command.streamKey,
    subject: command.subject,
    body: command.body,
    status: 'waiting',
    attempts: command.attempts,
    lookups: 0,
    first_attempt_at: at,
    attempt_at: at,
    due_at: now,
  };
}
