/** Instants and lengths of time as people say them. */

/** The words of the page are English, whatever the browser speaks; the time zone is the reader's. */
export const LOCALE = 'en-GB';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MINUTES = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const DATE = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const DATE_AND_YEAR = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });

/** An instant seen from now: "3 min ago", "yesterday 14:02", "24 Nov 09:07". */
export function relative(atMs: number, nowMs: number): string {
  const distance = Math.abs(nowMs - atMs);
  const past = atMs <= nowMs;
  if (distance < 5 * SECOND) return 'now';
  if (distance < 12 * HOUR) return past ? `${span(distance)} ago` : `in ${span(distance)}`;
  const days = startOfDay(atMs) - startOfDay(nowMs);
  const clock = MINUTES.format(atMs);
  if (days === 0) return `today ${clock}`;
  if (Math.round(days / DAY) === -1) return `yesterday ${clock}`;
  if (Math.round(days / DAY) === 1) return `tomorrow ${clock}`;
  if (distance < 180 * DAY) return `${DATE.format(atMs)} ${clock}`;
  return DATE_AND_YEAR.format(atMs);
}

/** A length of time, in its one or two largest units. */
export function span(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  const [large, small, unit, smaller] = ms < DAY ? [HOUR, MINUTE, 'h', 'min'] : [DAY, HOUR, 'd', 'h'];
  const rest = Math.floor((ms % Number(large)) / Number(small));
  return `${Math.floor(ms / Number(large))} ${unit}${rest > 0 ? ` ${rest} ${smaller}` : ''}`;
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
