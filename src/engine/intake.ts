/**
 * Intake: a delivery is verified, stored raw and addressed before it is answered. Many deliveries share a commit. Nothing is
 * interpreted here but what is needed to find the stream; so nothing that a vendor sends can make intake fail.
 */
import { createHash } from 'node:crypto';
import { type Clock, monotonicMs, pause } from '../base/clock.ts';
import type { Address, Delivery } from '../connectors/contract.ts';
import { bucketOf } from '../store/bucket.ts';
import { openStandaloneCases, type StandaloneCase } from '../store/cases.ts';
import type { Database, Sql } from '../store/db.ts';
import { isOfContention, isOfData, isUnreachable, isWrongServer } from '../store/errors.ts';
import {
  duplicatesOf,
  findStored,
  type StoredDelivery,
  storeDeliveries,
  storeStatement,
} from '../store/intake.ts';
import { toText } from '../store/json.ts';
import { type LevelNews, levelNewsStatement } from '../store/level-news.ts';
import { noteHeard } from '../store/stock-sources.ts';
import type { OpenConnection } from './connections.ts';
import { crashAt } from './crash-points.ts';
import { GroupCommit } from './group-commit.ts';

/** Deliveries a commit at most: more gives no more speed, and makes the first of them wait. */
const DELIVERIES_PER_COMMIT = 256;
/** Raw bytes a commit at most: the database takes them as one text. */
const BYTES_PER_COMMIT = 24 * 1024 * 1024;
/** A vendor waits 5 s for its answer: so long a database that is away is waited for before a delivery is refused. */
const RETRY_FOR_MS = 3_500;
const RETRY_EVERY_MS = 100;

/** Live messages go before polled ones, these before back-fill. */
const PRIORITY: Record<Delivery['origin'], number> = { webhook: 0, read: 0, poll: 1, file: 2, backfill: 2 };
/** What a delivery is called where a person reads of it: only webhooks are signed. */
const CAME_AS: Record<Delivery['origin'], string> = {
  webhook: 'signed message',
  read: 'message that was read',
  poll: 'polled message',
  file: 'message from a file',
  backfill: 'message of a back-fill',
};
/** What a connection may send before its further messages stand behind those of others: 200 a second. */
const FAIR_SHARE_MS = 5;
/** What it has sent beyond its share is held against it so long at most. */
const FAIR_MEMORY_MS = 60_000;

/** Keys and topics are in indexes, which take no more. No vendor has such long ones. */
const KEY_LIMIT = 500;
const TOPIC_LIMIT = 200;

export interface Received {
  connection: string;
  delivery: Delivery;
  deliveryId: string | null;
  eventId: string | null;
}

export type Receipt = { observationId: string; end: 'stored' | 'duplicate' | 'ignored' | 'case' };

export interface IntakeParts {
  database: Database;
  clock: Clock;
  newId: () => string;
  connections: Map<string, OpenConnection>;
  /** Called after a commit, with true when it put messages into the inbox. */
  onCommit: (hasMessages: boolean) => void;
  /** A channel has told of levels. */
  onLevels?: (connection: string) => void;
}

/** It is enough to know within this time that an inventory system has spoken. */
const HEARD_EVERY_MS = 5_000;

/** How deliveries end of which no stream hears. */
const END_OF: Readonly<Partial<Record<Address['stream'], 'ignored' | 'applied' | 'case'>>> = {
  ignored: 'ignored',
  unaddressable: 'case',
  level: 'applied',
};

interface Prepared {
  rows: StoredDelivery[];
  cases: StandaloneCase[];
  /** Inventory systems that have spoken, and when (epoch ms). */
  heard: Map<string, number>;
  /** Levels that channels tell of to which stock is published. */
  levels: LevelNews[];
}

export class IntakeDesk {
  readonly #parts: IntakeParts;
  readonly #commits: GroupCommit<Received, Receipt>;
  /** Up to when each connection has used its share (epoch ms). */
  readonly #usedUntil = new Map<string, number>();
  /** When it was last noted that a connection told of stock (epoch ms). */
  readonly #heardAt = new Map<string, number>();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#commits = new GroupCommit((batch) => this.#commit(batch), {
      items: DELIVERIES_PER_COMMIT,
      weight: { of: ({ delivery }) => delivery.body.length, limit: BYTES_PER_COMMIT },
      isOfItems: isOfData,
    });
  }

  get pending(): number {
    return this.#commits.pending;
  }

  /** Nobody waits: what each connection has sent is not held against it. */
  forgetShares(): void {
    this.#usedUntil.clear();
  }

  /** Stores a delivery that has been verified; resolves when it is committed. */
  receive(received: Received): Promise<Receipt> {
    return this.#commits.submit(received);
  }

  /** Stores deliveries within a transaction of somebody else (a poll with its cursor, a read with its command's end). */
  async storeWithin(sql: Sql, received: readonly Received[]): Promise<Receipt[]> {
    const prepared = this.#prepare(received);
    return receiptsOf(prepared, await this.#store(sql, prepared));
  }

  /** In a transaction of its own: mostly it has one statement, which travels with its commit. */
  async #storeAlone(prepared: Prepared): Promise<ReadonlySet<string>> {
    const { database } = this.#parts;
    const { rows, cases, heard, levels } = prepared;
    if (cases.length > 0 || levels.length > 0 || this.#toBeHeard(heard).length > 0)
      return database.transaction((sql) => this.#store(sql, prepared));
    const { answer } = await database.transaction(async (sql) => ({
      answer: sql.last([storeStatement(rows)]),
    }));
    return duplicatesOf((await answer)[0]);
  }

  async #store(sql: Sql, { rows, cases, heard, levels }: Prepared): Promise<ReadonlySet<string>> {
    const duplicates = await storeDeliveries(sql, rows);
    if (levels.length > 0) await sql.batch([levelNewsStatement(levels, this.#parts.clock.nowIso())]);
    await this.#noteHeard(sql, heard);
    await openStandaloneCases(
      sql,
      cases.filter((each) => !duplicates.has(each.observationId)),
    );
    return duplicates;
  }

  async #noteHeard(sql: Sql, heard: ReadonlyMap<string, number>): Promise<void> {
    const due = this.#toBeHeard(heard);
    if (due.length === 0) return;
    await noteHeard(
      sql,
      due.map(([connection, at]) => ({ connection, at: new Date(at).toISOString() })),
    );
    for (const [each, at] of due) this.#heardAt.set(each, at);
  }

  /** Inventory systems that have spoken: it is noted now and then, so that their row is not what all deliveries wait for. */
  #toBeHeard(heard: ReadonlyMap<string, number>): [connection: string, at: number][] {
    return [...heard].filter(([each, at]) => at - (this.#heardAt.get(each) ?? 0) >= HEARD_EVERY_MS);
  }

  async #commit(batch: Received[]): Promise<Receipt[]> {
    const prepared = this.#prepare(batch);
    const store = () => this.#storeAlone(prepared);
    crashAt('intake:received');
    const receipts = receiptsOf(prepared, await this.#insist(prepared.rows, store));
    this.#parts.onCommit(receipts.some((receipt) => receipt.end === 'stored'));
    for (const connection of new Set(prepared.levels.map((each) => each.connection)))
      this.#parts.onLevels?.(connection);
    return receipts;
  }

  /** Repeats while the database is away for a moment. What a lost commit may have stored is found by its ids, not stored twice. */
  async #insist(
    rows: readonly StoredDelivery[],
    store: () => Promise<ReadonlySet<string>>,
  ): Promise<ReadonlySet<string>> {
    const until = monotonicMs() + RETRY_FOR_MS;
    for (let first = true; ; first = false) {
      try {
        if (!first) {
          const { stored, duplicates } = await findStored(this.#parts.database, rows);
          if (stored > 0) return duplicates;
        }
        return await store();
      } catch (error) {
        const passes = isUnreachable(error) || isWrongServer(error) || isOfContention(error);
        // A commit that was still on its way when we looked is met again as the same ids.
        const isThereNow = !first && isOfData(error);
        if ((!passes && !isThereNow) || monotonicMs() > until) throw error;
        await pause(RETRY_EVERY_MS);
      }
    }
  }

  #prepare(received: readonly Received[]): Prepared {
    const { clock, newId } = this.#parts;
    const receivedAt = clock.nowIso();
    const cases: StandaloneCase[] = [];
    const heard = new Map<string, number>();
    const levels: LevelNews[] = [];
    const now = clock.now();
    const rows = received.map(({ connection, delivery, deliveryId, eventId }): StoredDelivery => {
      const id = newId();
      const address = this.#addressOf(connection, delivery);
      if (address.stream === 'unaddressable') {
        cases.push({
          id: newId(),
          observationId: id,
          connection,
          reason: 'unaddressable-message',
          message: `A ${CAME_AS[delivery.origin]} of ${connection} (topic ${delivery.topic}) belongs to no order or item: ${address.reason}`,
          suggestedFix: `Read the raw message (crossdock cases raw ID, or in the control tower) and ask the vendor or the integration's author; skip the case when it is of no use`,
          openedAt: receivedAt,
        });
      }
      const heardAt = heardAtOf(address, delivery, now);
      if (heardAt !== null) heard.set(connection, Math.max(heardAt, heard.get(connection) ?? 0));
      if (address.stream === 'level') {
        const { item, place, available } = address;
        if (this.#publishesTo(connection)) levels.push({ connection, item, place, available });
      }
      const known = 'key' in address ? { kind: address.stream, key: address.key } : null;
      return {
        id,
        inboxId: newId(),
        connection,
        topic: delivery.topic.slice(0, TOPIC_LIMIT),
        origin: delivery.origin,
        deliveryId,
        eventId,
        bodyHash: createHash('sha256').update(delivery.body).digest(),
        body: delivery.body,
        receivedAt,
        priority: PRIORITY[delivery.origin],
        fairAt: this.#fairAt(connection, delivery.origin),
        stream: known ? { bucket: bucketOf(known.key), ...known } : null,
        end: END_OF[address.stream] ?? null,
      };
    });
    return { rows, cases, heard, levels };
  }

  #publishesTo(connection: string): boolean {
    const config = this.#parts.connections.get(connection)?.config;
    return config !== undefined && config.publishStock !== null && !config.shadow;
  }

  /** A connector's `address` must not throw; if it does, the message is kept and a person looks at it. */
  #addressOf(connection: string, delivery: Delivery): Address {
    const open = this.#parts.connections.get(connection);
    // It was removed while this came: the others of the batch are stored all the same.
    if (!open)
      return { stream: 'unaddressable', reason: `the connection "${connection}" is not configured any more` };
    try {
      const address = open.intake.address(delivery);
      if (!('key' in address)) return address;
      const key = toText(address.key);
      if (key.length <= KEY_LIMIT) return { ...address, key };
      return { stream: 'unaddressable', reason: `its id has more than ${KEY_LIMIT} characters` };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return { stream: 'unaddressable', reason: `the connector failed on it: ${words}` };
    }
  }

  /**
   * When a message has its turn: now; and later, where its connection has sent more than its share. So a flood of one connection
   * stands in line behind what others send meanwhile, without any counting of who waits.
   */
  #fairAt(connection: string, origin: Delivery['origin']): string {
    const now = this.#parts.clock.now();
    if (origin === 'read') return new Date(now).toISOString();
    const line = `${connection}\u0000${PRIORITY[origin]}`;
    const at = Math.min(now + FAIR_MEMORY_MS, Math.max(now, this.#usedUntil.get(line) ?? 0));
    this.#usedUntil.set(line, at + FAIR_SHARE_MS);
    return new Date(at).toISOString();
  }
}

/** How new what a delivery tells of stock is; null: it tells nothing of it. Rows of a file are as new as its report says. */
function heardAtOf(address: Address, { origin }: Delivery, now: number): number | null {
  if (address.stream === 'exchange')
    return address.heardAt === null ? null : Math.min(now, Date.parse(address.heardAt));
  return address.stream === 'stock' && origin !== 'file' ? now : null;
}

function receiptsOf({ rows }: Prepared, duplicates: ReadonlySet<string>): Receipt[] {
  return rows.map((row) => ({
    observationId: row.id,
    end: duplicates.has(row.id)
      ? 'duplicate'
      : row.end === null || row.end === 'applied'
        ? 'stored'
        : row.end,
  }));
}
