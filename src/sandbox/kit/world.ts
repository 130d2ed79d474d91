/**
 * One world for all sandboxes of a run: its clock, its seed, what is planned, what is under way, and when anything last
 * changed. The run is over when nothing is busy, nothing is due and nothing has changed for a while.
 */
import { type Clock, pause, type TimerHandle, yieldToOthers } from '../../base/clock.ts';
import { Random } from '../../base/random.ts';
import type { FaultProfile } from './types.ts';

/** Something that will happen at an instant of business time. */
interface Act {
  atMs: number;
  order: number;
  label: string;
  run: () => void | Promise<void>;
}

/** One system being down: half-open window of business time. */
export interface Outage {
  system: string;
  fromMs: number;
  toMs: number;
}

/** Lines kept of the log of acts; older ones are forgotten. */
const LOG_LIMIT = 20_000;

export class World {
  readonly clock: Clock;
  readonly seed: string;
  #faults: FaultProfile;
  /** What broke inside a sandbox (a bug of ours, never a planned fault): a run with any of these proves nothing. */
  readonly failures: string[] = [];
  readonly #acts = new ActHeap();
  readonly #log: { at: string; what: string }[] = [];
  #outages: Outage[] = [];
  #timer: TimerHandle | undefined;
  #timerAt: number | undefined;
  #order = 0;
  #busy = 0;
  #hung = 0;
  #activity = 0;
  #lastChangeAt: number;
  #running = false;
  #closed = false;

  constructor(options: { clock: Clock; seed: string; faults: FaultProfile }) {
    this.clock = options.clock;
    this.seed = options.seed;
    this.#faults = options.faults;
    this.#lastChangeAt = options.clock.now();
  }

  get faults(): FaultProfile {
    return this.#faults;
  }

  /** How bad the day is from now on; what happens once in a run has been drawn at its start. */
  setFaults(faults: FaultProfile): void {
    this.#faults = faults;
    this.note('the faults were set anew');
  }

  /** Moves time on act by act, so that each one happens at its own instant and others have their turn between them. */
  async passTo(toMs: number): Promise<void> {
    for (let due = this.nextDueAt(); due !== undefined && due <= toMs; due = this.nextDueAt()) {
      this.clock.advanceTo(due);
      await yieldToOthers();
      while (this.#busy > 0) await pause(1);
    }
    this.clock.advanceTo(toMs);
  }

  /** A random stream of its own for each label, so that the order in which things happen never moves another's draws. */
  random(label: string): Random {
    return new Random(`${this.seed}\u001f${label}`);
  }

  /** Plans an act. Acts run by business time, and at the same instant in the order of planning. */
  schedule(atMs: number, label: string, run: () => void | Promise<void>): void {
    if (this.#closed) return;
    this.#acts.push({ atMs, order: this.#order++, label, run });
    this.#arm();
  }

  /** When the next planned act is due. */
  nextDueAt(): number | undefined {
    return this.#acts.first()?.atMs;
  }

  /** Requests being worked on, deliveries awaiting an answer, and acts that are running. */
  busy(): number {
    return this.#busy;
  }

  /** Requests that are deliberately left without an answer, and whose client still waits. */
  hung(): number {
    return this.#hung;
  }

  /** Grows with every change, act and delivery: two equal readings mean that nothing happened between them. */
  activity(): number {
    return this.#activity;
  }

  /** Business time of the last change of any books. */
  lastChangeAt(): number {
    return this.#lastChangeAt;
  }

  /** A system says that its books have changed. */
  changed(): void {
    this.#activity += 1;
    this.#lastChangeAt = this.clock.now();
  }

  /** Something happened that is no change of books (a delivery was sent or answered). */
  happened(): void {
    this.#activity += 1;
  }

  /** Counts one piece of work as under way until the returned function is called (more than once does no harm). */
  working(): () => void {
    this.#busy += 1;
    return once(() => {
      this.#busy -= 1;
    });
  }

  /** Counts one request as left hanging until the returned function is called. */
  hanging(): () => void {
    this.#hung += 1;
    return once(() => {
      this.#hung -= 1;
    });
  }

  /** Keeps a line for people: what happened at which business time. */
  note(what: string): void {
    if (this.#log.length >= LOG_LIMIT) this.#log.splice(0, LOG_LIMIT / 10);
    this.#log.push({ at: this.clock.nowIso(), what });
  }

  log(): readonly { at: string; what: string }[] {
    return this.#log;
  }

  /** Lets each system be down once for `faults.outageMs`, one at a time, somewhere between the two instants. */
  planOutages(systems: readonly string[], fromMs: number, toMs: number): readonly Outage[] {
    if (this.faults.outageMs <= 0 || systems.length === 0) return [];
    const slotMs = Math.floor((toMs - fromMs) / systems.length);
    const lengthMs = Math.min(this.faults.outageMs, Math.floor(slotMs * 0.8));
    const random = this.random('outages');
    const order = [...systems]
      .map((system) => ({ system, draw: random.next() }))
      .sort((a, b) => a.draw - b.draw);
    const planned = order.map(({ system }, index) => {
      const start = fromMs + index * slotMs + random.int(0, slotMs - lengthMs);
      return { system, fromMs: start, toMs: start + lengthMs };
    });
    this.#outages = [...this.#outages, ...planned];
    return planned;
  }

  /** Takes one system down for a while, as a story or a test wants it. */
  planOutage(outage: Outage): void {
    this.#outages = [...this.#outages, outage];
  }

  outages(): readonly Outage[] {
    return this.#outages;
  }

  /** Whether a system is down now. */
  outage(system: string): boolean {
    const now = this.clock.now();
    return this.#outages.some(
      (outage) => outage.system === system && outage.fromMs <= now && now < outage.toMs,
    );
  }

  /** Forgets what is planned; nothing runs afterwards. */
  close(): void {
    this.#closed = true;
    this.#acts.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** One clock timer stands for all acts: thousands of them would slow the clock down. */
  #arm(): void {
    if (this.#running) return;
    const next = this.#acts.first()?.atMs;
    if (next === this.#timerAt && this.#timer !== undefined) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = next;
    if (next === undefined) return;
    this.#timer = this.clock.setTimer(next, () => {
      this.#timer = undefined;
      this.#runDue();
    });
  }

  #runDue(): void {
    this.#running = true;
    for (let act = this.#acts.first(); act && act.atMs <= this.clock.now(); act = this.#acts.first()) {
      this.#acts.shift();
      this.#activity += 1;
      this.#run(act);
    }
    this.#running = false;
    this.#arm();
  }

  #run(act: Act): void {
    const done = this.working();
    const failed = (error: unknown) => {
      this.failures.push(
        `${act.label}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    };
    try {
      const running = act.run();
      if (running === undefined) done();
      else running.catch(failed).finally(done);
    } catch (error) {
      failed(error);
      done();
    }
  }
}

/** The acts by instant, then by order of planning: a binary heap, since a run plans tens of thousands. */
class ActHeap {
  readonly #items: Act[] = [];

  first(): Act | undefined {
    return this.#items[0];
  }

  clear(): void {
    this.#items.length = 0;
  }

  push(act: Act): void {
    const items = this.#items;
    let index = items.push(act) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(act, items[parent] as Act)) break;
      items[index] = items[parent] as Act;
      index = parent;
    }
    items[index] = act;
  }

  shift(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1] as Act, items[child] as Act)) child += 1;
      if (!before(items[child] as Act, last)) break;
      items[index] = items[child] as Act;
      index = child;
    }
    items[index] = last;
  }
}

function before(a: Act, b: Act): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function once(run: () => void): () => void {
  let called = false;
  return () => {
    if (called) return;
    called = true;
    run();
  };
}
