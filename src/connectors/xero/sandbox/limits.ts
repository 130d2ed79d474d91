/** Xero's budget of one organisation: so many calls a minute and a day, by windows of its own clock. */
import type { World } from '../../../sandbox/kit/world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Of the app, over all organisations: never reached here. */
const APP_PER_MINUTE = 10_000;

export interface Taken {
  /** What every answer says of the budget. */
  headers: Record<string, string>;
  /** The limit that is passed; null: the call may go on. */
  problem: 'minute' | 'day' | null;
}

export class Limits {
  readonly #world: World;
  readonly #windows: {
    name: 'minute' | 'day';
    lengthMs: number;
    limit: number;
    from: number;
    used: number;
  }[];

  constructor(world: World, { perMinute, perDay }: { perMinute: number; perDay: number }) {
    this.#world = world;
    this.#windows = [
      { name: 'day', lengthMs: DAY_MS, limit: perDay, from: 0, used: 0 },
      { name: 'minute', lengthMs: MINUTE_MS, limit: perMinute, from: 0, used: 0 },
    ];
  }

  take(): Taken {
    const now = this.#world.clock.now();
    for (const window of this.#windows) {
      if (now - window.from < window.lengthMs) continue;
      window.from = now;
      window.used = 0;
    }
    const passed = this.#windows.find((window) => window.used >= window.limit);
    if (!passed) for (const window of this.#windows) window.used += 1;
    const left = (name: string) => {
      const window = this.#windows.find((each) => each.name === name);
      return String(window ? window.limit - window.used : 0);
    };
    return {
      headers: {
        'x-daylimit-remaining': left('day'),
        'x-minlimit-remaining': left('minute'),
        'x-appminlimit-remaining': String(APP_PER_MINUTE),
        ...(passed
          ? {
              'x-rate-limit-problem': passed.name,
              'retry-after': String(Math.ceil((passed.from + passed.lengthMs - now) / 1_000)),
            }
          : {}),
      },
      problem: passed?.name ?? null,
    };
  }
}
