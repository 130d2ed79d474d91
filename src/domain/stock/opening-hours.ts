/** When a place is open, by its own wall clock: summer time and holidays are in it. Pure: the instant is given. */
import type { Hours } from './sourcing-rules.ts';

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;
/** Nobody waits longer for a place to open. */
const HORIZON_DAYS = 31;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format is dear; it holds nothing but the time zone's name. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(timeZone, made);
  return made;
}

/** What a wall clock shows, as if it were UTC (epoch ms, whole seconds). */
export function wallClock(at: number, timeZone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The first instant at which a wall clock shows this or later: a time that summer time leaves out is the end of the gap. */
export function instantOf(wall: number, timeZone: string): number {
  // Offsets of the day before and after; the earlier instant first.
  for (const near of [-MS_PER_DAY, MS_PER_DAY]) {
    const at = wall - (wallClock(wall + near, timeZone) - (wall + near));
    if (wallClock(at, timeZone) === wall) return at;
  }
  const before = wallClock(wall - MS_PER_DAY, timeZone) - (wall - MS_PER_DAY);
  const after = wallClock(wall + MS_PER_DAY, timeZone) - (wall + MS_PER_DAY);
  // In the gap: the clock jumps at an instant that both offsets name, `gap` apart.
  return binaryJump(wall - Math.max(before, after), wall - Math.min(before, after), wall, timeZone);
}

/** The first whole minute in (from, to] whose wall clock has passed `wall`. */
function binaryJump(from: number, to: number, wall: number, timeZone: string): number {
  let low = Math.floor(from / MS_PER_MINUTE);
  let high = Math.ceil(to / MS_PER_MINUTE);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallClock(middle * MS_PER_MINUTE, timeZone) >= wall) high = middle;
    else low = middle;
  }
  return high * MS_PER_MINUTE;
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** The local date (epoch ms of its midnight, as if it were UTC). */
function localDay(at: number, timeZone: string): number {
  const wall = wallClock(at, timeZone);
  return wall - (((wall % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY);
}

function hoursOf({ week, days }: Hours, day: number): readonly (readonly [string, string])[] {
  const date = new Date(day);
  return days[date.toISOString().slice(0, 10)] ?? week[WEEKDAYS[date.getUTCDay()] ?? 'sun'];
}

/** When a place is open next (epoch ms): `at` itself while it is open; null: not within a month. */
export function opensAt(hours: Hours, timeZone: string, at: number): number | null {
  const today = localDay(at, timeZone);
  const wall = wallClock(at, timeZone);
  for (let ahead = 0; ahead <= HORIZON_DAYS; ahead += 1) {
    const day = today + ahead * MS_PER_DAY;
    const spans = hoursOf(hours, day).map(([from, to]) => [
      day + minutesOf(from) * MS_PER_MINUTE,
      day + minutesOf(to) * MS_PER_MINUTE,
    ]) as [number, number][];
    // By the wall clock: an hour that comes twice is open both times.
    if (ahead === 0 && spans.some(([from, to]) => wall >= from && wall < to)) return at;
    const next = spans
      .map(([from]) => instantOf(from, timeZone))
      .filter((instant) => instant > at)
      .sort((a, b) => a - b)[0];
    if (next !== undefined) return next;
  }
  return null;
}

/** The instant of a place's last midnight. */
export function dayBegan(timeZone: string, at: number): number {
  return instantOf(localDay(at, timeZone), timeZone);
}

/** The instant of a place's next midnight. */
export function nextDay(timeZone: string, at: number): number {
  return instantOf(localDay(at, timeZone) + MS_PER_DAY, timeZone);
}

/** "Mon 2026-11-30 09:00 (Europe/Berlin)", for people. */
export function localTime(at: number, timeZone: string): string {
  const wall = new Date(wallClock(at, timeZone));
  const text = wall.toISOString();
  const weekday = WEEKDAYS[wall.getUTCDay()] ?? 'sun';
  return `${weekday.charAt(0).toUpperCase()}${weekday.slice(1)} ${text.slice(0, 10)} ${text.slice(11, 16)} (${timeZone})`;
}
