/** Lists stay where they are: through live updates, through other views, through a reload. */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** How long a pointer must rest before rows may move under it. */
const POINTER_RESTS_MS = 3_000;
const CHECK_EVERY_MS = 1_000;
const AT_TOP_PX = 4;

/** A scroll container is found again where it was left. `ready`: its content is there. */
export function useKeptScroll(ref: RefObject<HTMLElement | null>, name: string, ready: boolean): void {
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element || !ready) return;
    const storedAs = `crossdock.scroll.${name}`;
    element.scrollTop = Number(sessionStorage.getItem(storedAs) ?? 0);
    const note = () => sessionStorage.setItem(storedAs, String(Math.round(element.scrollTop)));
    element.addEventListener('scroll', note, { passive: true });
    return () => element.removeEventListener('scroll', note);
  }, [ref, name, ready]);
}

interface Shown<Item> {
  scope: string;
  items: readonly Item[];
  /** Rows that the list has no more, kept in place until it settles. */
  gone: ReadonlySet<string>;
  /** Rows above or among those shown that wait until it settles. */
  waiting: number;
}

export interface CalmList<Item> extends Shown<Item> {
  /** Takes over the true order now. */
  settle(): void;
}

/**
 * A live list that does not move while somebody works in it: rows change in place, new ones are counted and come in when the
 * reader is at the top and neither pointer nor focus is in the list, or says so. `scope` names the filter.
 */
export function useCalmList<Item>(
  fresh: readonly Item[],
  keyOf: (item: Item) => string,
  scope: string,
  scroller: RefObject<HTMLElement | null>,
): CalmList<Item> {
  const [shown, setShown] = useState<Shown<Item>>(() => settled(fresh, scope));
  const inUse = useInUse(scroller);

  const scopeBefore = useRef(scope);
  useLayoutEffect(() => {
    // Another filter is another list: it begins at its top.
    if (scopeBefore.current !== scope) scroller.current?.scrollTo({ top: 0 });
    scopeBefore.current = scope;
  }, [scope, scroller]);

  useLayoutEffect(() => {
    setShown((before) =>
      before.scope !== scope || before.items.length === 0 || !inUse()
        ? settled(fresh, scope)
        : merged(before, fresh, keyOf),
    );
  }, [fresh, scope, keyOf, inUse]);

  const unsettled = shown.waiting > 0 || shown.gone.size > 0;
  useEffect(() => {
    if (!unsettled) return;
    const timer = setInterval(() => {
      if (!inUse()) setShown(settled(fresh, scope));
    }, CHECK_EVERY_MS);
    return () => clearInterval(timer);
  }, [unsettled, fresh, scope, inUse]);

  return {
    ...shown,
    settle() {
      setShown(settled(fresh, scope));
      scroller.current?.scrollTo({ top: 0 });
    },
  };
}

function settled<Item>(items: readonly Item[], scope: string): Shown<Item> {
  return { scope, items, gone: new Set(), waiting: 0 };
}

function merged<Item>(
  before: Shown<Item>,
  fresh: readonly Item[],
  keyOf: (item: Item) => string,
): Shown<Item> {
  const byKey = new Map(fresh.map((item) => [keyOf(item), item]));
  const shownKeys = new Set(before.items.map(keyOf));
  const lastShown = fresh.findLastIndex((item) => shownKeys.has(keyOf(item)));
  const older = fresh.slice(lastShown + 1);
  const waiting = fresh.slice(0, lastShown + 1).filter((item) => !shownKeys.has(keyOf(item))).length;
  return {
    scope: before.scope,
    items: [...before.items.map((item) => byKey.get(keyOf(item)) ?? item), ...older],
    gone: new Set([...shownKeys].filter((key) => !byKey.has(key))),
    waiting,
  };
}

/** Tells whether somebody is working in the list just now. */
function useInUse(scroller: RefObject<HTMLElement | null>): () => boolean {
  const pointerAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const moved = () => {
      pointerAt.current = performance.now();
    };
    const left = () => {
      pointerAt.current = Number.NEGATIVE_INFINITY;
    };
    element.addEventListener('pointermove', moved, { passive: true });
    element.addEventListener('pointerleave', left, { passive: true });
    return () => {
      element.removeEventListener('pointermove', moved);
      element.removeEventListener('pointerleave', left);
    };
  }, [scroller]);
  const [inUse] = useState(() => () => {
    const element = scroller.current;
    if (!element) return false;
    return (
      element.scrollTop > AT_TOP_PX ||
      // Focus that the keyboard has brought; a click leaves one, too, but goes on elsewhere.
      element.querySelector(':focus-visible') !== null ||
      performance.now() - pointerAt.current < POINTER_RESTS_MS
    );
  });
  return inUse;
}
