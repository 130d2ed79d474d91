/** The commands of a lane that are in memory: by subject, oldest first, and of each subject the first one by its due instant. */
import type { OutboxRow } from '../store/outbox.ts';
import { DueQueue } from './due-queue.ts';

/** So many commands are looked through for those that fill a batch. */
const LOOK_FOR_BATCH = 200;

export interface Entry {
  row: OutboxRow;
  /** Failed tries after which another command of its kind passed: an outage, in which none passes, adds none. */
  failedAlone: number;
  /** How many had passed when this one last failed; null: it has not. */
  passedAtFailure: number | null;
}

export class LaneQueue {
  readonly #subjects = new Map<string, Entry[]>();
  readonly #known = new Set<string>();
  readonly #heads = new DueQueue<Entry>();

  get size(): number {
    return this.#known.size;
  }

  get ids(): string[] {
    return [...this.#known];
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  /** True when no command about this subject is under way or waits. */
  isFree(subject: string): boolean {
    return !this.#subjects.has(subject);
  }

  /** When the first command that may go is due (epoch ms); `undefined`: none may. */
  earliest(): number | undefined {
    return this.#heads.earliest();
  }

  /** Adds a command behind those of its subject. `underWay`: its call has begun, it does not wait. Null: it is known. */
  add(row: OutboxRow, underWay = false): Entry | null {
    if (this.#known.has(row.id)) return null;
    this.#known.add(row.id);
    const entry: Entry = { row, failedAlone: 0, passedAtFailure: null };
    const queue = this.#subjects.get(row.subject);
    if (queue) queue.push(entry);
    else {
      this.#subjects.set(row.subject, [entry]);
      if (!underWay) this.#heads.push(row.due_at, entry);
    }
    return entry;
  }

  /** The first command that may go, if it is due. */
  peekDue(now: number): Entry | undefined {
    return this.#heads.peekDue(now);
  }

  /** Takes that command out of the waiting ones; it stays the first of its subject. */
  take(): Entry | undefined {
    return this.#heads.pop();
  }

  /** Takes more commands that may go and can join a batch: from among the first ones, whatever stands between them. */
  takeMore(now: number, joins: (entry: Entry) => boolean, limit: number): Entry[] {
    return this.#heads.takeSome(now, joins, limit, LOOK_FOR_BATCH);
  }

  /** The first of its subject goes on waiting, until its row's due instant. */
  wait(entry: Entry): void {
    this.#heads.push(entry.row.due_at, entry);
  }

  /** A command has ended: the next of its subject may go. */
  settle(entry: Entry): void {
    this.#known.delete(entry.row.id);
    const queue = this.#subjects.get(entry.row.subject);
    queue?.shift();
    const next = queue?.[0];
    if (next) this.#heads.push(next.row.due_at, next);
    else this.#subjects.delete(entry.row.subject);
  }

  clear(): void {
    this.#subjects.clear();
    this.#known.clear();
    this.#heads.clear();
  }
}
