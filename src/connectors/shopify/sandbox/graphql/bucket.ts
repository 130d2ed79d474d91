/** The leaky bucket of cost points that an app has at a store, filled by business time. */
import type { Clock } from '../../../../base/clock.ts';
import type { Plan } from '../options.ts';

export class Bucket {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #plan: Plan;
  #available: number;
  #filledAt: number;

  constructor(clock: Pick<Clock, 'now'>, plan: Plan) {
    this.#clock = clock;
    this.#plan = plan;
    this.#available = plan.maximumAvailable;
    this.#filledAt = clock.now();
  }

  /** Takes points out; false: there are not enough. */
  take(points: number): boolean {
    if (this.#fill() < points) return false;
    this.#available -= points;
    return true;
  }

  /** What was asked for and not used comes back. */
  giveBack(points: number): void {
    this.#available = Math.min(this.#plan.maximumAvailable, this.#fill() + points);
  }

  /** Somebody else has used all of it: another process of the same app. */
  drain(): void {
    this.#fill();
    this.#available = 0;
  }

  status(): { maximumAvailable: number; currentlyAvailable: number; restoreRate: number } {
    return {
      maximumAvailable: this.#plan.maximumAvailable,
      currentlyAvailable: Math.floor(this.#fill()),
      restoreRate: this.#plan.restoreRate,
    };
  }

  #fill(): number {
    const now = this.#clock.now();
    const restored = ((now - this.#filledAt) / 1000) * this.#plan.restoreRate;
    this.#available = Math.min(this.#plan.maximumAvailable, this.#available + restored);
    this.#filledAt = now;
    return this.#available;
  }
}
