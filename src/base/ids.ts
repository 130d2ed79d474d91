/** Ids: UUIDv7 (RFC 9562), ordered by business time, and names that are derived from what they name. */
import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';
import { secureBytes } from './random.ts';

/** Makes ids that sort by the clock's time and, within a millisecond, by order of making. */
export function idMaker(clock: Pick<Clock, 'now'>): () => string {
  let lastMs = 0;
  let counter = 0;
  let pool = secureBytes(4096);
  let used = 0;
  return () => {
    const now = clock.now();
    if (now > lastMs) {
      lastMs = now;
      counter = 0;
    } else if (++counter > 0xfff) {
      lastMs += 1;
      counter = 0;
    }
    if (used + 8 > pool.length) {
      pool = secureBytes(4096);
      used = 0;
    }
    const tail = pool.toString('hex', used, used + 8);
    used += 8;
    const time = lastMs.toString(16).padStart(12, '0');
    const variant = (8 + (Number.parseInt(tail.charAt(0), 16) & 3)).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
  };
}

/** A UUID (version 8) that is a function of its parts: the same thing gets the same id from every source. */
export function derivedId(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(parts.join('\u001f')).digest('hex');
  const variant = (8 + (Number.parseInt(hex.charAt(16), 16) & 3)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
