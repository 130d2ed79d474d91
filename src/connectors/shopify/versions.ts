/**
 * The vendor's API versions: when each comes and how long it is supported at least. One that has ended falls forward: calls are
 * answered by the oldest that is still supported, and the answer's header tells.
 */

/** Answers name the version that made them. */
export const VERSION_HEADER = 'x-shopify-api-version';

/** The versions whose published schemas this connector is checked against, oldest first; `unstable` stands for the next ones. */
export const CHECKED_VERSIONS = ['2026-01', '2026-04', '2026-07', '2026-10', 'unstable'] as const;

/** The newest of them that is stable. */
const NEWEST = '2026-10';

const MONTHS_SUPPORTED = 12;
const MONTHS_BETWEEN = 3;
/** Versions change at this hour of the first day of a quarter (UTC). */
const HOUR = 17;

/** The instant (epoch ms) from which a version is stable; null for `unstable`, which never is. */
export function stableFrom(version: string): number | null {
  const { year, month } = partsOf(version) ?? {};
  return year === undefined || month === undefined ? null : Date.UTC(year, month - 1, 1, HOUR);
}

/** The instant (epoch ms) until which a version is supported at least; null for `unstable`, which changes at any time. */
export function supportedUntil(version: string): number | null {
  return stableFrom(later(version, MONTHS_SUPPORTED));
}

/** The version that answers at this instant when this one is asked for. */
export function servedAt(version: string, now: number): string {
  let served = version;
  for (let end = supportedUntil(served); end !== null && end <= now; end = supportedUntil(served))
    served = later(served, MONTHS_BETWEEN);
  return served;
}

/** The version before this one; before `unstable` comes the newest that has been published. */
export function before(version: string): string {
  return version === 'unstable' ? NEWEST : later(version, -MONTHS_BETWEEN);
}

/** Whether one version comes after another; `unstable` comes after all. */
export function isLater(version: string, than: string): boolean {
  if (than === 'unstable') return false;
  return version === 'unstable' || version > than;
}

function partsOf(version: string): { year: number; month: number } | null {
  const [, year, month] = /^(\d{4})-(\d{2})$/.exec(version) ?? [];
  return year === undefined || month === undefined ? null : { year: Number(year), month: Number(month) };
}

function later(version: string, months: number): string {
  const parts = partsOf(version);
  if (!parts) return version;
  const month = parts.year * 12 + parts.month - 1 + months;
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
}
