/**
 * The desk for reservations: each request is answered when it is committed, and those that come meanwhile share the next commit.
 * A key is a stream, so the same request finds its answer, on whichever node it is made. Expiry is decided here too.
 */
import { monotonicMs, pause } from '../base/clock.ts';
import { derivedId } from '../base/ids.ts';
import type { ReservationMessage } from '../domain/reservation/messages.ts';
import { isSameRequest, type ReservationState, reservationProcess } from '../domain/reservation/process.ts';
import type { ReservationRequest } from '../domain/reservation/request.ts';
import { isAlreadyThere, isOfContention, isOfData, isUnreachable, isWrongServer } from '../store/errors.ts';
import { claimDueStreams, earliestDue } from '../store/streams.ts';
import {
  type Ask,
  type DirectTurnParts,
  type DirectTurnResult,
  DirectTurns,
  type Told,
} from './direct-turn.ts';
import { GroupCommit } from './group-commit.ts';
import { Alarm } from './timer-desk.ts';

/** Requests a commit at most: more gives little more speed, and makes the first of them wait. */
const ASKS_PER_COMMIT = 512;
const EXPIRIES_PER_COMMIT = 500;
/** A till waits a few seconds for its answer: so long a database that is away is waited for before a request is refused. */
const RETRY_FOR_MS = 3_500;
const RETRY_EVERY_MS = 50;
const EXPIRE_AGAIN_MS = 1_000;

/** What a request to reserve became. */
export interface Reserved {
  id: string;
  state: ReservationState;
  /** It was asked for just now; false: this key was answered before. */
  isNew: boolean;
  /** False: the key stands for another request. */
  isSame: boolean;
}

/** What a claim or a release became; `state.status` is `new` where there is no such reservation. */
export interface Followed {
  state: ReservationState;
  /** It holds now, by this call or by an equal one before. */
  done: boolean;
}

export interface ReservationDeskParts extends DirectTurnParts {
  /** A direct turn is committed. */
  onCommit: (result: DirectTurnResult) => void;
  onError: (error: unknown) => void;
}

export class ReservationDesk {
  readonly #parts: ReservationDeskParts;
  readonly #turns: DirectTurns;
  readonly #commits: GroupCommit<Ask, Told>;
  readonly #alarm: Alarm;
  #expiring: Promise<void> | null = null;
  #stopped = false;

  constructor(parts: ReservationDeskParts) {
    this.#parts = parts;
    this.#turns = new DirectTurns('reservation', parts);
    this.#commits = new GroupCommit((asks) => this.#answer(asks), {
      items: ASKS_PER_COMMIT,
      isOfItems: (error) => isOfData(error) && !isAlreadyThere(error),
    });
    this.#alarm = new Alarm(parts.clock, () => this.#expire());
  }

  /** The id that a key gives its reservation, for ever. */
  static idOf(idempotencyKey: string): string {
    return derivedId('reservation', idempotencyKey);
  }

  get busy(): boolean {
    const isDue = (this.#alarm.at ?? Number.POSITIVE_INFINITY) <= this.#parts.clock.now();
    return this.#commits.pending > 0 || this.#expiring !== null || isDue;
  }

  /** When the next reservation ends by itself (epoch ms); null: none. */
  get nextAt(): number | null {
    return this.#alarm.at;
  }

  async reserve(idempotencyKey: string, request: ReservationRequest): Promise<Reserved> {
    const id = ReservationDesk.idOf(idempotencyKey);
    const { state, outcome } = await this.#tell(id, { type: 'reservation.request', request });
    const isNew = outcome === 'applied';
    return { id, state, isNew, isSame: isNew || isSameRequest(state, request) };
  }

  /** @param order the key of the order, CONNECTION/ID; it need not be known yet. */
  async claim(id: string, order: string): Promise<Followed> {
    const { state, outcome } = await this.#tell(id, { type: 'reservation.claim', order });
    return { state, done: outcome !== 'stale' };
  }

  async release(id: string, because: string): Promise<Followed> {
    const { state, outcome } = await this.#tell(id, { type: 'reservation.release', because });
    return { state, done: outcome !== 'stale' };
  }

  async #tell(key: string, message: ReservationMessage) {
    const told = await this.#commits.submit({ key, message });
    if (told.end === 'failed') throw told.error;
    if (told.end === 'again') throw new Error(`reservation ${key} was not decided`);
    return { state: told.state as ReservationState, outcome: told.outcome };
  }

  /** Asks until each has its answer. A commit whose end nobody saw is met again as the same keys. */
  async #answer(asks: readonly Ask[]): Promise<Told[]> {
    const until = monotonicMs() + RETRY_FOR_MS;
    const told: Told[] = asks.map(() => ({ end: 'again' }));
    for (;;) {
      const open = told.flatMap(({ end }, index) => (end === 'again' ? [index] : []));
      if (open.length === 0) return told;
      try {
        const result = await this.#turns.tell(open.map((index) => asks[index] as Ask));
        for (const [position, index] of open.entries()) told[index] = result.told[position] as Told;
        this.#follow(result);
      } catch (error) {
        const passes =
          isUnreachable(error) || isWrongServer(error) || isOfContention(error) || isAlreadyThere(error);
        if (!passes || monotonicMs() > until) throw error;
        // Another node has made one of the keys in this very moment: its answer is there now.
        if (!isAlreadyThere(error)) await pause(RETRY_EVERY_MS);
      }
    }
  }

  #follow(result: DirectTurnResult): void {
    if (result.earliestDue !== null && !this.#stopped) this.#alarm.setEarlier(result.earliestDue);
    this.#parts.onCommit(result);
  }

  /** Looks at what other processes, and this one's earlier life, have granted. */
  async plan(): Promise<void> {
    const at = await earliestDue(this.#parts.database);
    if (at !== null && !this.#stopped) this.#alarm.setEarlier(at);
  }

  #expire(): void {
    if (this.#expiring || this.#stopped) return;
    this.#expiring = this.#expireAll().finally(() => {
      this.#expiring = null;
    });
  }

  async #expireAll(): Promise<void> {
    const { clock, onError } = this.#parts;
    const { evolveVersion } = reservationProcess;
    try {
      for (;;) {
        const now = clock.nowIso();
        const result = await this.#turns.tellClaimed(
          (sql) => claimDueStreams(sql, { now, limit: EXPIRIES_PER_COMMIT, evolveVersion }),
          { type: 'reservation.expire' },
        );
        this.#follow(result);
        const failed = result.told.find((told) => told.end === 'failed');
        if (failed) throw failed.error;
        if (result.told.length < EXPIRIES_PER_COMMIT) break;
      }
      await this.plan();
    } catch (error) {
      onError(error);
      if (!this.#stopped) this.#alarm.setEarlier(clock.now() + EXPIRE_AGAIN_MS);
    }
  }

  /** Ends what ends by itself no more; requests that wait are still answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm.clear();
    await this.#expiring;
  }
}
