/** What has just been done or has failed: said aloud to screen readers, shown for a moment to others. */
import { useEffect, useSyncExternalStore } from 'react';
import { RefusedError } from '../lib/api.ts';
import { Icon } from './icons.tsx';

interface Notice {
  text: string;
  failed: boolean;
}

const SHOWN_MS = 6_000;
let notice: Notice | null = null;
const listeners = new Set<() => void>();

export function say(text: string): void {
  set({ text, failed: false });
}

/** A failure stays until it is closed. */
export function sayFailed(what: string, error: Error): void {
  const next = error instanceof RefusedError ? error.problem.next : '';
  set({ text: `${what}: ${error.message} ${next}`.trim(), failed: true });
}

export function Notices() {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notice,
  );
  useEffect(() => {
    if (!current || current.failed) return;
    const timer = setTimeout(() => set(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [current]);
  return (
    <div className="notices">
      <div role="status">{current && !current.failed ? <Shown notice={current} /> : null}</div>
      <div role="alert">{current?.failed ? <Shown notice={current} /> : null}</div>
    </div>
  );
}

function Shown({ notice: { text, failed } }: { notice: Notice }) {
  return (
    <div className={failed ? 'notice tone-problem' : 'notice'}>
      <span>{text}</span>
      <button type="button" className="icon-button" aria-label="Close the message" onClick={() => set(null)}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function set(next: Notice | null): void {
  notice = next;
  for (const listener of listeners) listener();
}
