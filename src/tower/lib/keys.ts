/** The keyboard: shortcuts of the page, and moving through the rows of a list. */
import { type RefObject, useEffect } from 'react';

/** Calls `act` on a key of its own (no modifier), unless somebody is typing or a dialog is open. */
export function useShortcut(key: string, act: () => void): void {
  useEffect(() => {
    const listener = (event: globalThis.KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
        return;
      if (document.querySelector('dialog[open]')) return;
      if (isTyping(event.target)) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, [key, act]);
}

/**
 * Keys move the focus between the links `[data-row]` of a list: up and down, Home and End while the focus is in it; k and j also
 * from elsewhere on the page, and up and down when nothing has the focus, so that they work as soon as the page is shown.
 */
export function useRowKeys(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (list.current === null || list.current.closest('[inert]')) return;
      if (document.querySelector('dialog[open]') || isTyping(event.target)) return;
      if (reaches(list.current, event.key)) moveBetweenRows(list.current, event);
    };
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, [list]);
}

/** Keys that scroll a page or move within another part of it stay with whatever has the focus. */
function reaches(list: HTMLElement, key: string): boolean {
  const focused = document.activeElement;
  if (list.contains(focused) || key === 'j' || key === 'k') return true;
  return key.startsWith('Arrow') && (focused === null || focused === document.body);
}

function moveBetweenRows(list: HTMLElement, event: KeyboardEvent): void {
  const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')];
  const focused = rows.indexOf(document.activeElement as HTMLElement);
  // From elsewhere one goes on from the row that is open.
  const at = focused === -1 ? rows.findIndex((row) => row.hasAttribute('aria-current')) : focused;
  const target = targetOf(event.key, at, rows.length);
  if (target === null) return;
  event.preventDefault();
  const row = rows[target];
  row?.focus();
  row?.closest('tr, li')?.scrollIntoView({ block: 'nearest' });
}

function targetOf(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return Math.min(count - 1, at + 1);
    case 'ArrowUp':
    case 'k':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
