/**
 * A list with what is open of it beside it, or over it where there is no room for both. The list stays as it is below, so
 * it is found where it was left.
 */
import { type ReactNode, type RefObject, useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { useShortcut } from '../lib/keys.ts';
import { Link, navigate } from '../lib/router.tsx';
import { Icon } from './icons.tsx';

const NARROW = matchMedia('(max-width: 920px)');

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      NARROW.addEventListener('change', listener);
      return () => NARROW.removeEventListener('change', listener);
    },
    () => NARROW.matches,
  );
}

interface SplitProps {
  label: string;
  list: ReactNode;
  /** What is open; null: nothing. */
  openId: string | null;
  detail: ReactNode;
  detailLabel: string;
  /** Where closing leads. */
  listAddress: string;
}

export function Split({ label, list, openId, detail, detailLabel, listAddress }: SplitProps) {
  const narrow = useNarrow();
  const listRef = useRef<HTMLElement>(null);
  const detailRef = useRef<HTMLElement>(null);
  const open = openId !== null;
  const close = useCallback(() => open && navigate(listAddress), [open, listAddress]);
  useShortcut('Escape', close);
  useFollowingFocus(openId, narrow, listRef, detailRef);
  return (
    <div className="split" data-open={open}>
      <section className="pane list-pane" aria-label={label} ref={listRef} inert={narrow && open}>
        {list}
      </section>
      {open ? (
        <section className="pane detail-pane" aria-label={detailLabel} ref={detailRef} tabIndex={-1}>
          {detail}
        </section>
      ) : null}
    </div>
  );
}

/**
 * Where the list is covered the focus goes into what covers it; and when that is closed by the keyboard, back to its row. Beside
 * the list it stays where it is, so that one can go on to the next row.
 */
function useFollowingFocus(
  openId: string | null,
  narrow: boolean,
  list: RefObject<HTMLElement | null>,
  detail: RefObject<HTMLElement | null>,
): void {
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    if (openId === null) {
      if (lastUsed === 'keyboard') row.current?.focus();
      row.current = null;
      return;
    }
    row.current = list.current?.querySelector<HTMLElement>('[data-row][aria-current]') ?? row.current;
    if (narrow) detail.current?.focus();
  }, [openId, narrow, list, detail]);
}

let lastUsed: 'keyboard' | 'pointer' = 'pointer';
addEventListener('keydown', () => {
  lastUsed = 'keyboard';
});
addEventListener('pointerdown', () => {
  lastUsed = 'pointer';
});

/** The bar above what is open: the way back, and what can be done. */
export function DetailBar({
  listAddress,
  back,
  children,
}: {
  listAddress: string;
  back: string;
  children?: ReactNode;
}) {
  return (
    <div className="detail-bar">
      <Link href={listAddress} className="button quiet-button" title="Esc">
        <Icon name="back" />
        {back}
      </Link>
      {children}
    </div>
  );
}
