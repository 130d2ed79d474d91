/**
 * A lane: the queue of commands to one connection. It keeps the vendor's rate and concurrency, the order of commands on one
 * subject, and the promise of effect exactly once: the attempt is committed before the call, and an outcome that nobody saw
 * is looked up before anything is repeated. What an outcome means stands in outcome.ts.
 */
import { type Clock, pause, type TimerHandle } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Command, Failure, LookUp, Outcome, Session } from '../connectors/contract.ts';
import type { Person } from '../domain/canonical/index.ts';
import { type CommandKind, READ_COMMANDS } from '../domain/commands.ts';
import type { Database } from '../store/db.ts';
import { explain, isUnreachable } from '../store/errors.ts';
import { loadCommands, type OutboxRow, type Shadow } from '../store/outbox.ts';
import type { IssuedCommand } from '../store/turn.ts';
import { Breaker } from './breaker.ts';
import { personIds, withDeadline } from './call.ts';
import type { OpenConnection } from './connections.ts';
import { crashAt } from './crash-points.ts';
import { type Entry, LaneQueue } from './lane-queue.ts';
import type { LaneCommit, LaneWrites } from './lane-writes.ts';
import { type Finished, Outcomes } from './outcome.ts';

/** Commands in memory at most; the rest stays in the outbox until these have gone. */
const WINDOW = 4_000;
const PAUSE_AFTER_ERROR_MS = 1_000;

export interface LaneParts {
  connection: OpenConnection;
  session: Session;
  database: Database;
  clock: Clock;
  random: Random;
  /** What is not sent, and waits in the outbox. */
  shadow?: () => Shadow;
  /** True while this node's lease is certain, by physical time. */
  holdsLease: () => boolean;
  /** Commits writes of lanes together; resolves when they are durable. */
  commit: (writes: LaneWrites) => Promise<LaneCommit>;
  log: (level: 'info' | 'warn' | 'error', message: string, details: Record<string, unknown>) => void;
  onProblem: (problem: string | null) => void;
}

export interface LaneStatus {
  queued: number;
  inFlight: number;
  busy: boolean;
  nextDueAt: number | undefined;
  pausedUntil: number;
  held: boolean;
  leased: boolean;
}

interface Chosen {
  entry: Entry;
  ask: 'perform' | 'lookUp';
  /** Those of one number go in one call, for which the budget was taken. */
  batch?: number;
}

export class Lane {
  readonly #parts: LaneParts;
  readonly #id: string;
  readonly #queue = new LaneQueue();
  readonly #breaker: Breaker;
  readonly #outcomes: Outcomes;
  /** Commands whose call may begin with a commit that is under way, and their subjects. */
  readonly #reserved = new Set<string>();
  readonly #reservedSubjects = new Set<string>();
  readonly #deadlines = new Map<string, number>();
  #finished: Finished[] = [];
  #found = 0;
  #mayBeMore = true;
  #loading = false;
  #throttledUntil = 0;
  /** When the next call fits the vendor's budget, by its forecast; asked anew when a call has ended and given back what it did not use. */
  #budgetUntil = 0;
  #held = false;
  #leased = false;
  /** Grows when memory is given up: what was begun before does not count any more. */
  #epoch = 0;
  #pumping = false;
  #again = false;
  #wakeTimer: TimerHandle | undefined;
  readonly #stop = new AbortController();
  #pump: Promise<void> = Promise.resolve();

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#id = parts.connection.config.id;
    this.#breaker = new Breaker(parts.random);
    this.#outcomes = new Outcomes({
      connection: parts.connection,
      clock: parts.clock,
      random: parts.random,
      breaker: this.#breaker,
      onProblem: parts.onProblem,
      throttle: (untilMs) => {
        this.#throttledUntil = Math.max(this.#throttledUntil, untilMs);
      },
    });
  }

  get now(): number {
    return this.#parts.clock.now();
  }

  /** Which memory of the outbox this is: a reservation counts for the one that it was made in. */
  get epoch(): number {
    return this.#epoch;
  }

  /** How many commands it has found in the outbox so far, which nobody had told it. */
  get found(): number {
    return this.#found;
  }

  /** What the lane is doing, for the control tower and for the clock of a demonstration. */
  get status(): LaneStatus {
    const now = this.now;
    const next = this.#held ? undefined : this.#queue.earliest();
    const pausedUntil = this.#pausedUntil;
    const instants = [...this.#deadlines.values()];
    if (next !== undefined) instants.push(Math.max(next, pausedUntil));
    return {
      queued: this.#queue.size,
      inFlight: this.#deadlines.size,
      busy:
        this.#pumping ||
        this.#finished.length > 0 ||
        (this.#leased && this.#wantsLoad) ||
        (next !== undefined && Math.max(next, pausedUntil) <= now),
      nextDueAt: instants.length === 0 ? undefined : Math.min(...instants),
      pausedUntil,
      held: this.#held,
      leased: this.#leased,
    };
  }

  get #pausedUntil(): number {
    return Math.max(this.#throttledUntil, this.#budgetUntil, this.#breaker.openUntil);
  }

  get #wantsLoad(): boolean {
    return this.#mayBeMore && this.#queue.size < WINDOW / 2;
  }

  /** Begins (or ends) working: the lease was won (or lost). What the node before had under way is in doubt. */
  setLeased(leased: boolean): void {
    if (leased === this.#leased) return;
    this.#leased = leased;
    this.#forgetAll();
    if (leased) this.wake();
  }

  /** Memory may differ from the outbox: it is read anew. */
  #forgetAll(): void {
    this.#epoch += 1;
    this.#finished = [];
    this.#queue.clear();
    this.#mayBeMore = true;
  }

  /** A person pauses the connection: what is under way ends, nothing new begins. */
  setHeld(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    if (!held) this.wake();
  }

  /** Begins nothing more; resolves when nothing is being written. Calls under way are left to the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wakeTimer?.cancel();
    await this.#pump;
  }

  /** True when the command's call may begin with the commit that issues it; its place and its budget are taken then. */
  reserve(command: IssuedCommand): boolean {
    const kind = command.command as CommandKind;
    const now = this.now;
    const first = this.#queue.earliest();
    const mayCall = this.#leased && !this.#held && !this.#stop.signal.aborted && now >= this.#pausedUntil;
    if (!mayCall || this.#mayBeMore || this.#loading || !this.#parts.holdsLease()) return false;
    if (!this.#queue.isFree(command.subject) || this.#reservedSubjects.has(command.subject)) return false;
    if ((first !== undefined && first <= now) || this.#batchSize(kind) > 1) return false;
    if (this.#calls >= this.#concurrency) return false;
    if (!this.#admit(kind, now)) return false;
    this.#reserved.add(command.id);
    this.#reservedSubjects.add(command.subject);
    return true;
  }

  /** The commit was rolled back. */
  release(command: IssuedCommand): void {
    this.#reserved.delete(command.id);
    this.#reservedSubjects.delete(command.subject);
    this.wake();
  }

  /** The commit that notes the attempts of these reserved commands is done: they are called. */
  begin(rows: readonly OutboxRow[], persons: Map<string, unknown>, epoch: number): void {
    for (const row of rows) {
      this.#reserved.delete(row.id);
      this.#reservedSubjects.delete(row.subject);
    }
    // Else they stand in the outbox as under way: whoever works the lane now looks them up.
    if (!this.#leased || epoch !== this.#epoch) {
      this.lookForMore();
      return;
    }
    const chosen = rows.flatMap((row): Chosen[] => {
      const entry = this.#queue.add(row, true);
      return entry ? [{ entry, ask: 'perform' }] : [];
    });
    this.#start(chosen, persons);
  }

  /** Commands that a turn of this process has just committed. */
  offer(rows: readonly OutboxRow[]): void {
    if (!this.#leased) return;
    // What stands in the outbox and is not known yet comes first.
    if (this.#loading || this.#queue.size + rows.length > WINDOW) this.#mayBeMore = true;
    if (!this.#mayBeMore) for (const row of rows) this.#queue.add(row);
    this.wake();
  }

  /** Looks for commands in the outbox: other nodes' turns do not tell this process. */
  lookForMore(): void {
    this.#mayBeMore = true;
    this.wake();
  }

  wake(): void {
    if (this.#stop.signal.aborted || !this.#leased) return;
    this.#again = true;
    if (this.#pumping) return;
    this.#pumping = true;
    this.#pump = this.#work();
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stop.signal.aborted) {
      this.#again = false;
      try {
        // Each step commits outcomes and attempts together; go on while there is something to do.
        while (await this.#step());
      } catch (error) {
        const isAway = isUnreachable(error);
        this.#parts.log(
          isAway ? 'warn' : 'error',
          isAway ? 'the database is away; the lane begins anew' : 'lane stopped for a moment',
          { connection: this.#id, error: explain(error) },
        );
        this.#forgetAll();
        this.#again = true;
        await pause(PAUSE_AFTER_ERROR_MS, this.#stop.signal);
      }
    }
    this.#pumping = false;
    this.#schedule();
  }

  /** Wakes the lane when its next command is due. */
  #schedule(): void {
    this.#wakeTimer?.cancel();
    this.#wakeTimer = undefined;
    if (!this.#leased || this.#held || this.#stop.signal.aborted || this.#calls >= this.#concurrency) return;
    const next = this.#queue.earliest();
    if (next === undefined) return;
    const at = Math.max(next, this.#pausedUntil, this.now + 1);
    this.#wakeTimer = this.#parts.clock.setTimer(at, () => this.wake());
  }

  /** Calls under way, and those that may begin with a commit. */
  get #calls(): number {
    return this.#deadlines.size + this.#reserved.size;
  }

  get #concurrency(): number {
    return this.#breaker.probing ? 1 : this.#parts.connection.limits.concurrency;
  }

  #batchSize(kind: CommandKind): number {
    const { session } = this.#parts;
    return session.performBatch ? (session.batchSizes?.[kind] ?? 1) : 1;
  }

  /** Takes the vendor's budget for a call, or waits for it. */
  #admit(kind: CommandKind | 'lookUp', now: number): boolean {
    const wait = this.#parts.session.admit(kind);
    if (wait > 0) this.#budgetUntil = now + wait;
    return wait <= 0;
  }

  async #step(): Promise<boolean> {
    if (!this.#leased || this.#stop.signal.aborted) return false;
    if (this.#wantsLoad) await this.#load();
    const epoch = this.#epoch;
    const finished = this.#finished.splice(0);
    // First what has ended: it may have opened the breaker.
    const concluded = this.#outcomes.conclude(finished);
    const starting = this.#held || !this.#parts.holdsLease() ? [] : this.#choose();
    if (finished.length === 0 && starting.length === 0) return false;
    const performing = starting.filter(({ ask }) => ask === 'perform').map(({ entry }) => entry.row);
    const writes: LaneWrites = {
      connection: this.#id,
      attempts: performing.map(({ bucket, id, attempts }) => ({ bucket, id, attempts: attempts + 1 })),
      persons: [...new Set(starting.flatMap(({ entry }) => personIds(entry.row.body)))],
      ...concluded.writes,
    };
    const commit = await this.#parts.commit(writes);
    if (!commit.kept) {
      this.setLeased(false);
      return false;
    }
    if (finished.length > 0) crashAt('lane:outcome-noted');
    if (performing.length > 0) crashAt('lane:attempt-noted');
    if (epoch !== this.#epoch) return true;
    const isTaken =
      writes.ends.every((end) => commit.ends.has(end.id)) &&
      performing.every((row) => commit.attempts.has(row.id));
    if (!isTaken) {
      // Somebody else has settled or begun one of them: what memory says is not what is. Nothing of it is called.
      this.#forgetAll();
      return true;
    }
    concluded.apply(this.#queue);
    for (const row of performing) {
      row.attempts += 1;
      row.attempt_at = this.now;
      row.first_attempt_at ??= row.attempt_at;
    }
    this.#start(starting, commit.persons);
    return true;
  }

  async #load(): Promise<void> {
    const epoch = this.#epoch;
    const limit = WINDOW - this.#queue.size;
    this.#mayBeMore = false;
    this.#loading = true;
    try {
      const known = [...this.#queue.ids, ...this.#reserved];
      const rows = await loadCommands(this.#parts.database, this.#id, known, limit, this.#parts.shadow?.());
      if (epoch !== this.#epoch) return;
      this.#found += rows.length;
      for (const row of rows) if (!this.#reserved.has(row.id)) this.#enqueue(row);
      if (rows.length === limit) this.#mayBeMore = true;
    } finally {
      this.#loading = false;
    }
  }

  #enqueue(row: OutboxRow): void {
    const wasCalling = row.status === 'calling';
    // An attempt of a node that is gone: nobody knows its outcome. Reads may simply be repeated.
    if (wasCalling) {
      row.status = READ_COMMANDS.has(row.command) ? 'waiting' : 'doubt';
      row.due_at = this.now;
    }
    const unsearchable = row.status === 'doubt' && !this.#outcomes.isSearchable(row.command as CommandKind);
    const entry = this.#queue.add(row, unsearchable);
    if (!entry || !unsearchable) return;
    const outcome: Failure = { status: 'unknown', message: 'Crossdock ended while the call was under way' };
    this.#finished.push({ entry, outcome, asked: 'perform', generation: this.#breaker.generation });
  }

  /** Commands that are due and fit concurrency and budget. */
  #choose(): Chosen[] {
    const chosen: Chosen[] = [];
    const now = this.now;
    let calls = this.#calls;
    const batches = new Map<CommandKind, { batch: number; room: number }>();
    while (now >= this.#pausedUntil) {
      const entry = this.#queue.peekDue(now);
      if (!entry) break;
      const kind = entry.row.command as CommandKind;
      const ask = entry.row.status === 'doubt' ? 'lookUp' : 'perform';
      const size = ask === 'perform' ? this.#batchSize(kind) : 1;
      const open = size > 1 ? batches.get(kind) : undefined;
      if (open && open.room > 0) {
        open.room -= 1;
        this.#queue.take();
        chosen.push({ entry, ask, batch: open.batch });
        continue;
      }
      if (calls >= this.#concurrency || !this.#admit(ask === 'lookUp' ? 'lookUp' : kind, now)) break;
      calls += 1;
      this.#queue.take();
      if (size <= 1) {
        chosen.push({ entry, ask });
        continue;
      }
      // A call that is made anyhow takes as many along as it can: a vendor's budget goes further.
      const mates = this.#queue.takeMore(
        now,
        ({ row }) => row.command === kind && row.status !== 'doubt',
        size - 1,
      );
      for (const member of [entry, ...mates]) chosen.push({ entry: member, ask, batch: calls });
      batches.set(kind, { batch: calls, room: size - 1 - mates.length });
    }
    return chosen;
  }

  #start(starting: readonly Chosen[], persons: Map<string, unknown>): void {
    if (starting.length === 0) return;
    // A process that was stopped between its commit and here does not call: its lease is another's by now.
    if (!this.#parts.holdsLease()) {
      this.#forgetAll();
      this.wake();
      return;
    }
    const { clock, session, connection } = this.#parts;
    const deadline = this.now + connection.limits.callTimeoutMs;
    const batched = new Map<number, { entry: Entry; command: Command }[]>();
    for (const { entry, ask, batch } of starting) {
      const command = this.#commandOf(entry.row, persons);
      this.#deadlines.set(entry.row.id, deadline);
      if (batch !== undefined) batched.set(batch, [...(batched.get(batch) ?? []), { entry, command }]);
      else {
        const call = (signal: AbortSignal): Promise<Outcome | LookUp> =>
          ask === 'perform' ? session.perform(command, signal) : session.lookUp(command, signal);
        const told = this.#whenEnded([entry], ask);
        void withDeadline(clock, connection.limits.callTimeoutMs, call).then((outcome) => told([outcome]));
      }
    }
    for (const members of batched.values()) this.#callBatch(members);
    crashAt('lane:called');
  }

  #commandOf(row: OutboxRow, persons: Map<string, unknown>): Command {
    return {
      kind: row.command,
      id: row.id,
      key: row.key,
      body: row.body,
      attempt: row.attempts,
      firstAttemptAt: row.first_attempt_at ?? this.now,
      persons: persons as Map<string, Person>,
    } as Command;
  }

  #callBatch(members: readonly { entry: Entry; command: Command }[]): void {
    const { clock, session, connection } = this.#parts;
    const call = (signal: AbortSignal): Promise<Outcome[]> =>
      (session.performBatch as NonNullable<Session['performBatch']>)(
        members.map((each) => each.command),
        signal,
      );
    const told = this.#whenEnded(
      members.map((each) => each.entry),
      'perform',
    );
    void withDeadline(clock, connection.limits.callTimeoutMs, call).then((outcomes) =>
      told(Array.isArray(outcomes) ? outcomes : members.map(() => outcomes)),
    );
  }

  /** Takes the outcomes of a call that begins now. */
  #whenEnded(
    entries: readonly Entry[],
    asked: 'perform' | 'lookUp',
  ): (outcomes: readonly (Outcome | LookUp | undefined)[]) => void {
    const { generation } = this.#breaker;
    const epoch = this.#epoch;
    return (outcomes) => {
      for (const entry of entries) this.#deadlines.delete(entry.row.id);
      this.#budgetUntil = 0;
      crashAt('lane:answered');
      // An outcome after the lease was lost belongs to nobody: the next holder of the lease looks the command up.
      if (!this.#leased || this.#stop.signal.aborted) return;
      if (epoch === this.#epoch)
        for (const [index, entry] of entries.entries())
          this.#finished.push({ entry, outcome: outcomes[index], asked, generation });
      this.wake();
    };
  }
}
