/** Days of a store's calendar: its own midnights, and those on which banks work (bank holidays are not known here). */
import { LocalTime } from '../format.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Days since 1970-01-01, which was a Thursday. */
const THURSDAY = 4;

/** A day by the number of days since 1970-01-01. */
export type Day = number;

export class BusinessDays {
  readonly #time: LocalTime;

  constructor(timeZone: string) {
    this.#time = new LocalTime(timeZone);
  }

  /** The store's day at an instant. */
  at(ms: number): Day {
    return Math.floor((ms + this.#time.offsetMinutes(ms) * MINUTE_MS) / DAY_MS);
  }

  /** When a day begins. */
  startOf(day: Day): number {
    const utcMidnight = day * DAY_MS;
    const guess = utcMidnight - this.#time.offsetMinutes(utcMidnight) * MINUTE_MS;
    return utcMidnight - this.#time.offsetMinutes(guess) * MINUTE_MS;
  }

  /** The business day that comes so many after a day; 0: the day itself, or the next one that is a business day. */
  after(day: Day, count: number): Day {
    let found = day;
    if (count === 0) while (!isBusinessDay(found)) found += 1;
    for (let left = count; left > 0; left -= 1)
      do found += 1;
      while (!isBusinessDay(found));
    return found;
  }
}

export function isBusinessDay(day: Day): boolean {
  const weekday = (day + THURSDAY) % 7;
  return weekday !== 0 && weekday !== 6;
}

/** A day as its date, such as "2026-11-23". */
export function dateOf(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
