/** Xero's dates: "2026-11-28" in, "/Date(1795824000000+0000)/" out. */

/** Milliseconds of a plain date at midnight UTC. */
const midnight = (date: string): number => Date.parse(`${date}T00:00:00Z`);

export const msDate = (date: string): string => `/Date(${midnight(date)}+0000)/`;
export const dateString = (date: string): string => `${date}T00:00:00`;
export const msInstant = (instant: number): string => `/Date(${instant}+0000)/`;
export const instantString = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** The plain date of what Xero has answered. */
export function plainDate(text: string): string {
  const ms = /^\/Date\((-?\d+)/.exec(text)?.[1];
  return ms === undefined ? text.slice(0, 10) : new Date(Number(ms)).toISOString().slice(0, 10);
}

/** "28-Nov-2026", as messages say it. */
export function spokenDate(date: string): string {
  const [year = '', month = '1', day = ''] = date.split('-');
  return `${day}-${MONTHS[Number(month) - 1]}-${year}`;
}

/** "28 November 2026", as reports say it. */
export function longDate(date: string): string {
  const [year = '', month = '1', day = ''] = date.split('-');
  return `${Number(day)} ${LONG_MONTHS[Number(month) - 1]} ${year}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LONG_MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
