/** Days of the books: the entity's local dates of acts, the periods of tax returns, and where a closed period moves a posting. */

/** How often a tax is told: the return that a tax point falls into. */
export type ReturnPeriod = 'month' | 'quarter' | 'year';

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** The date of an instant (ISO 8601 or epoch ms) by an entity's clock: "2026-11-28". */
export function localDate(at: string | number, timeZone: string): string {
  let format = FORMATS.get(timeZone);
  if (!format) {
    const options = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-CA', options);
    FORMATS.set(timeZone, format);
  }
  return format.format(typeof at === 'number' ? at : Date.parse(at));
}

/** So many days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The day itself, or the first day after the lock. */
export function openDay(day: string, lockedThrough: string | null | undefined): string {
  return lockedThrough && day <= lockedThrough ? addDays(lockedThrough, 1) : day;
}

/** The period of a return that a day falls into: "2026-11", "2026-Q4", "2026". */
export function periodOf(day: string, period: ReturnPeriod): string {
  const [year = '', month = ''] = day.split('-');
  if (period === 'year') return year;
  if (period === 'month') return `${year}-${month}`;
  return `${year}-Q${Math.ceil(Number(month) / 3)}`;
}

/** The first hour of a day by an entity's clock, in epoch ms. */
export function startOfDay(day: string, timeZone: string): number {
  const hour = 3_600_000;
  const utc = Date.parse(`${day}T00:00:00Z`);
  // Clocks are at most fourteen hours ahead of UTC and twelve behind.
  for (let at = utc - 14 * hour; at < utc + 13 * hour; at += hour)
    if (localDate(at, timeZone) >= day) return at;
  return utc + 13 * hour;
}
