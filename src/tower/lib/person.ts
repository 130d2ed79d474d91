/** Who decides: asked once, kept in this browser, written into the story of what was decided. */
import { useSyncExternalStore } from 'react';

const STORED_AS = 'crossdock.name';
const listeners = new Set<() => void>();

export function usePersonName(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(STORED_AS) ?? '',
  );
}

export function setPersonName(name: string): void {
  localStorage.setItem(STORED_AS, name.trim());
  for (const listener of listeners) listener();
}
