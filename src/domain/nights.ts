/** What happens once a night, at an hour of a wall clock. Pure: the instant is given. */
import { instantOf, wallClock } from './stock/opening-hours.ts';

const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 86_400_000;

export interface Night {
  /** The calendar day on which the hour last struck, such as "2026-11-24". */
  night: string;
  /** When it strikes next (epoch ms). */
  nextAt: number;
}

/** The night in which an instant is: it lasts from the hour of one day to that of the next. */
export function nightOf(now: number, hour: number, timeZone: string): Night {
  const wall = wallClock(now, timeZone);
  const today = Math.floor(wall / MS_PER_DAY) * MS_PER_DAY;
  const due = today + hour * MS_PER_HOUR;
  const [last, next] = wall < due ? [today - MS_PER_DAY, due] : [today, due + MS_PER_DAY];
  return { night: new Date(last).toISOString().slice(0, 10), nextAt: instantOf(next, timeZone) };
}
