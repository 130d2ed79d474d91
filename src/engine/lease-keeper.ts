/**
 * Which connections this node works: it renews its leases, takes those that are free, and knows by physical time how long it may
 * rely on them. A process that was stopped for longer finds on waking that it may not, before it has asked anybody.
 */
import { monotonicMs } from '../base/clock.ts';
import type { Database, Sql } from '../store/db.ts';
import {
  dropLeases,
  hasOtherProcesses,
  holdLeases,
  LEASE_MS,
  processLease,
  renewLeases,
  takeFreeLeases,
} from '../store/leases.ts';

/** Work under a lease is not begun so shortly before its end. */
const MARGIN_MS = 200;

/** This node's lease is gone: what was about to be written under it must not be. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

export interface LeaseKeeperParts {
  database: Database;
  node: string;
  /** Names this process; other processes' names among the leases tell that this one is not alone. */
  process: string;
  /** Which connections it may work now. */
  connections: () => readonly string[];
  onChange: (connection: string, held: boolean) => void;
}

export class LeaseKeeper {
  readonly #parts: LeaseKeeperParts;
  readonly #alone: boolean;
  readonly #ours: string;
  readonly #until = new Map<string, number>();
  #hasCompany = false;

  constructor(parts: LeaseKeeperParts) {
    this.#parts = parts;
    // The embedded database has one process, by its directory's lock.
    this.#alone = parts.database.kind === 'pglite';
    this.#ours = processLease(parts.process);
  }

  /** True while the lease is certain. */
  holds(connection: string): boolean {
    return this.#alone || monotonicMs() < (this.#until.get(connection) ?? 0) - MARGIN_MS;
  }

  /** True when other processes work on the same database. */
  get hasCompany(): boolean {
    return this.#hasCompany;
  }

  /** Renews what is held and takes what is free. Call it several times within the life of a lease. */
  async round(): Promise<void> {
    const { database, node, onChange } = this.#parts;
    const connections = this.#parts.connections();
    if (this.#alone) {
      for (const connection of connections) onChange(connection, true);
      return;
    }
    const names = [...connections, this.#ours];
    const held = names.filter((name) => this.#until.has(name));
    try {
      const askedAt = monotonicMs();
      const renewed = held.length === 0 ? new Set<string>() : await renewLeases(database, held, node);
      this.#note(renewed, askedAt);
      for (const name of held) if (!renewed.has(name)) this.#lose(name);
      const free = names.filter((name) => !renewed.has(name));
      if (free.length > 0) {
        const takenAt = monotonicMs();
        const taken = await takeFreeLeases(database, free, node);
        this.#note(taken, takenAt);
        for (const connection of connections) if (taken.has(connection)) onChange(connection, true);
      }
      this.#hasCompany = await hasOtherProcesses(database, this.#ours);
    } finally {
      // Also when the database does not answer: what cannot be renewed lapses by itself.
      for (const name of [...this.#until.keys()]) if (!this.#isCurrent(name)) this.#lose(name);
    }
  }

  #isCurrent(name: string): boolean {
    return monotonicMs() < (this.#until.get(name) ?? 0);
  }

  #note(names: ReadonlySet<string>, askedAt: number): void {
    for (const name of names) this.#until.set(name, askedAt + LEASE_MS);
  }

  #lose(name: string): void {
    this.#until.delete(name);
    if (name !== this.#ours) this.#parts.onChange(name, false);
  }

  /** Which of these connections are this node's until the transaction ends; the others are given up. */
  async hold(sql: Sql, connections: readonly string[]): Promise<ReadonlySet<string>> {
    if (this.#alone || connections.length === 0) return new Set(connections);
    const held = await holdLeases(sql, connections, this.#parts.node);
    for (const connection of connections) if (!held.has(connection)) this.#lose(connection);
    return held;
  }

  /** Like `hold`, for work that makes no sense without all of them: throws. */
  async fence(sql: Sql, connections: readonly string[]): Promise<void> {
    const held = await this.hold(sql, connections);
    const lost = connections.filter((connection) => !held.has(connection));
    if (lost.length > 0) throw new LeaseLost(`another node works ${lost.join(', ')} now`);
  }

  /** Gives all back. */
  async drop(): Promise<void> {
    if (this.#alone) return;
    const names = [...this.#parts.connections(), this.#ours];
    this.#until.clear();
    await dropLeases(this.#parts.database, names, this.#parts.node);
  }

  /** Gives the lease of a connection back that this node does not work any more. */
  async release(connection: string): Promise<void> {
    if (this.#alone) return;
    this.#until.delete(connection);
    await dropLeases(this.#parts.database, [connection], this.#parts.node);
  }
}
