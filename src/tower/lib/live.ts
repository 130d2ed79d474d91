/**
 * Live updates: server-sent events of /v1/events, read with fetch (EventSource cannot send the token). While they do not
 * come, the queries poll, and the page says so.
 */
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { OrderStory } from '../../gateway/api-types.ts';
import { request } from './api.ts';
import { eventParser, type Received } from './events.ts';
import { setBusinessTime } from './time.tsx';

export type LiveStatus = 'connecting' | 'live' | 'polling';

/** Three heartbeats of the hub: more silence than that is a connection that has died without a word. */
const SILENCE_MS = 45_000;
const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000];
/** Changes come in bursts; lists are read again once for all of them. */
const LISTS_EVERY_MS = 800;
/** Totals count over everything: not for each change. */
const TOTALS_EVERY_MS = 2_000;

let status: LiveStatus = 'connecting';
const listeners = new Set<() => void>();

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => status,
  );
}

/** Follows the hub until it is told to end. */
export function followHub(client: QueryClient): () => void {
  const end = new AbortController();
  /** Orders that have changed since they were read; null: any may have. */
  let changed: Set<string> | null = new Set();
  const lists = throttle(LISTS_EVERY_MS, () => {
    const keys = changed;
    changed = new Set();
    return client.invalidateQueries({
      predicate: ({ queryKey: [what], state }) =>
        what === 'orders' ||
        what === 'cases' ||
        what === 'case' ||
        what === 'stock' ||
        what === 'sku' ||
        // An order may be open under its name: the answer knows its key.
        (what === 'order' && (keys === null || keys.has((state.data as OrderStory | undefined)?.key ?? ''))),
    });
  });
  const totals = throttle(TOTALS_EVERY_MS, () => client.invalidateQueries({ queryKey: ['overview'] }));
  void follow(end.signal, (event) => {
    setBusinessTime(event.now);
    if (event.name === 'heartbeat') return;
    if (event.name === 'hello' || event.more) changed = null;
    else for (const key of event.keys) changed?.add(key);
    lists.call();
    totals.call();
  });
  return () => {
    end.abort();
    lists.cancel();
    totals.cancel();
    setStatus('connecting');
  };
}

async function follow(end: AbortSignal, onEvent: (event: Received) => void): Promise<void> {
  for (let failures = 0; !end.aborted; failures += 1) {
    try {
      await readEvents(end, (event) => {
        failures = 0;
        setStatus('live');
        onEvent(event);
      });
    } catch {
      // Whatever it was, the queries poll meanwhile and show what the hub says.
    }
    if (end.aborted) return;
    setStatus('polling');
    await delay(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0, end);
  }
}

/** Reads events until the connection ends or has been silent for too long. */
async function readEvents(end: AbortSignal, onEvent: (event: Received) => void): Promise<void> {
  const silence = new AbortController();
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  try {
    heard();
    const response = await request('/v1/events', {
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.any([end, silence.signal]),
    });
    if (!response.body) return;
    const parse = eventParser(onEvent);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      heard();
      parse(part.value);
    }
  } finally {
    clearTimeout(watchdog);
  }
}

/**
 * At once when it has been quiet, then again `ms` after the work before has ended (a slow hub is not asked before it has
 * answered); nothing while nobody looks, and once when they look again.
 */
function throttle(ms: number, work: () => Promise<unknown>): { call(): void; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  let wanted = false;
  let cancelled = false;
  const run = async () => {
    if (busy || cancelled || !wanted || document.hidden) return;
    busy = true;
    wanted = false;
    await work().catch(() => undefined);
    timer = setTimeout(() => {
      busy = false;
      void run();
    }, ms);
  };
  const looked = () => void run();
  document.addEventListener('visibilitychange', looked);
  return {
    call() {
      wanted = true;
      void run();
    },
    cancel() {
      cancelled = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', looked);
    },
  };
}

function delay(ms: number, end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    end.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function setStatus(next: LiveStatus): void {
  if (next === status) return;
  status = next;
  for (const listener of listeners) listener();
}
