/**
 * Times as people say them, with the exact one on hover. "Now" is the clock of the business, which the hub tells with
 * everything that it sends: a demonstration may live in another month.
 */
import { useSyncExternalStore } from 'react';
import { LOCALE, relative } from './time-words.ts';

const TICK_MS = 5_000;
/** Less is the way of the message, not another clock. */
const DRIFT_MS = 1_500;

const EXACT = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'long' });
const CLOCK = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const WEEKDAY = new Intl.DateTimeFormat(LOCALE, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

let offsetMs = 0;
let tick = 0;
let ticker: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** The hub has said what time it is. */
export function setBusinessTime(iso: string): void {
  const offset = Date.parse(iso) - Date.now();
  const next = Math.abs(offset) < DRIFT_MS ? 0 : offset;
  const jumped = Math.abs(next - offsetMs) > DRIFT_MS;
  offsetMs = next;
  if (jumped) advance();
}

export function businessNow(): number {
  return Date.now() + offsetMs;
}

/** An instant: "3 min ago". */
export function Time({ at, className }: { at: string; className?: string }) {
  useTick();
  return (
    <time dateTime={at} title={exact(at)} className={className}>
      {relative(Date.parse(at), businessNow())}
    </time>
  );
}

/** An instant by the clock on the wall: "09:07:50". */
export function ClockTime({ at }: { at: string }) {
  useTick();
  return (
    <time dateTime={at} title={`${relative(Date.parse(at), businessNow())} · ${exact(at)}`}>
      {CLOCK.format(Date.parse(at))}
    </time>
  );
}

export function exact(at: string): string {
  return `${EXACT.format(Date.parse(at))} (${at})`;
}

/** The day of an instant, for a heading. */
export function dayOf(at: string): string {
  return WEEKDAY.format(Date.parse(at));
}

function useTick(): void {
  useSyncExternalStore(subscribe, () => tick);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  ticker ??= setInterval(advance, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticker);
    ticker = undefined;
  };
}

function advance(): void {
  tick += 1;
  for (const listener of listeners) listener();
}
