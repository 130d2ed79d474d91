/**
 * The care for one connection: its connector looks on a schedule after what must stand at the vendor (webhook subscriptions).
 * What was put right and what is wrong still is kept for people to see; where something may not have been told, feeds are read.
 */
import type { Clock, TimerHandle } from '../base/clock.ts';
import type { Maintained, Session } from '../connectors/contract.ts';
import { saveCare } from '../store/connections.ts';
import type { Database } from '../store/db.ts';
import { Waits } from './call.ts';
import type { OpenConnection } from './connections.ts';
import { LeaseLost } from './lease-keeper.ts';

const USUAL_EVERY_MS = 10 * 60_000;
/** Wait after care that failed, unless the vendor says how long. */
const RETRY_MS = 60_000;

export interface CaretakerParts {
  connection: OpenConnection;
  session: Session;
  database: Database;
  clock: Clock;
  /** Something may not have been told: read the feeds. */
  onMissed: () => void;
  log: (level: 'info' | 'warn' | 'error', message: string, details: Record<string, unknown>) => void;
}

export class Caretaker {
  readonly #parts: CaretakerParts;
  #timer: TimerHandle | undefined;
  #active = false;
  #running: Promise<void> | null = null;
  readonly #waits: Waits;
  #abort = new AbortController();
  /** What has been logged already: at every round it is the same. */
  #told = '';

  constructor(parts: CaretakerParts) {
    this.#parts = parts;
    this.#waits = new Waits(parts.clock);
  }

  /** `inFlight`: calls that wait for room or for their answer; `nextAt`: when that ends at the latest. Its rounds wait for nobody. */
  get status(): { inFlight: number; nextAt: number | null } {
    return { inFlight: this.#waits.inFlight, nextAt: this.#waits.until };
  }

  /** True while a call is under way. */
  get running(): boolean {
    return this.#running !== null;
  }

  /** Begins or ends the care, with the lease of the connection and with its pause. */
  setActive(active: boolean): void {
    if (active === this.#active) return;
    this.#active = active;
    this.#timer?.cancel();
    if (!active) {
      this.#abort.abort();
      this.#abort = new AbortController();
    } else if (this.#parts.session.maintain) this.#schedule(0);
  }

  /** Ends the care; resolves when nothing is being written. */
  async stop(): Promise<void> {
    this.setActive(false);
    await this.#running;
  }

  #schedule(afterMs: number): void {
    this.#timer?.cancel();
    if (!this.#active) return;
    const { clock } = this.#parts;
    this.#timer = clock.setTimer(clock.now() + afterMs, () => void this.careNow());
  }

  /** Looks after the connection now; resolves when that is done or has failed. */
  async careNow(): Promise<void> {
    if (this.#running || !this.#active || !this.#parts.session.maintain) return;
    this.#running = this.#care()
      .then((afterMs) => this.#schedule(afterMs))
      .finally(() => {
        this.#running = null;
      });
    await this.#running;
  }

  /** Returns how long to wait until the next round. */
  async #care(): Promise<number> {
    const { connection, session, log, onMissed } = this.#parts;
    const { id } = connection.config;
    const maintain = session.maintain?.bind(session);
    if (!maintain) return 0;
    const ended = this.#abort.signal;
    try {
      for (let wait = session.admit('maintain'); wait > 0; wait = session.admit('maintain')) {
        await this.#waits.room(wait, ended);
        if (ended.aborted) return 0;
      }
      const { callTimeoutMs, maintainEveryMs = USUAL_EVERY_MS } = connection.limits;
      // A round is several calls.
      const done = await this.#waits.call(callTimeoutMs * 3, (signal) =>
        maintain(AbortSignal.any([signal, ended])),
      );
      if (ended.aborted) return 0;
      if (done.status !== 'done') {
        this.#tell('warn', `the connection could not be looked after: ${done.message}`);
        return done.status === 'throttled' ? done.retryAfterMs : RETRY_MS;
      }
      await this.#keep(done);
      if (done.mayHaveMissed) onMissed();
      return maintainEveryMs;
    } catch (error) {
      if (!(error instanceof LeaseLost))
        log('warn', 'the connection could not be looked after', { connection: id, error: String(error) });
      return RETRY_MS;
    }
  }

  async #keep({ mended, warnings }: Maintained): Promise<void> {
    const { connection, database, clock, log } = this.#parts;
    const { id } = connection.config;
    for (const sentence of mended) log('warn', sentence, { connection: id });
    if (warnings.length > 0) this.#tell('warn', warnings.join('; '));
    else this.#told = '';
    await saveCare(database, id, { mended, warnings }, clock.nowIso());
  }

  #tell(level: 'warn', message: string): void {
    if (this.#told === message) return;
    this.#told = message;
    this.#parts.log(level, message, { connection: this.#parts.connection.config.id });
  }
}
