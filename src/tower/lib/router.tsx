/** Places in the page are addresses: /orders/KEY, /cases/ID, with the filters of the list in the query. */
import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from 'react';

export interface Place {
  /** The first part of the path: "orders". */
  view: string;
  /** The rest of it, decoded; null for the list alone. An order's key has a slash of its own. */
  id: string | null;
  query: URLSearchParams;
}

const CHANGED = 'crossdock:place';

export function usePlace(): Place {
  const address = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  return placeOf(address);
}

export function placeOf(address: string): Place {
  const { pathname, search } = new URL(address, 'http://here');
  const [view = '', ...rest] = pathname.split('/').slice(1);
  const id = rest.filter((part) => part !== '').map(decoded);
  return {
    view: view || 'orders',
    id: id.length === 0 ? null : id.join('/'),
    query: new URLSearchParams(search),
  };
}

/** The address of one thing in a list, whose filters it keeps. */
export function addressOf(view: string, id?: string | null, query?: URLSearchParams): string {
  const path = id ? `/${view}/${id.split('/').map(encodeURIComponent).join('/')}` : `/${view}`;
  const search = query?.toString();
  return search ? `${path}?${search}` : path;
}

export function navigate(address: string, options: { replace?: boolean } = {}): void {
  if (address === location.pathname + location.search) return;
  if (options.replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  dispatchEvent(new Event(CHANGED));
}

/** A link that stays in the page; with a modifier key the browser does what it always does. */
export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  return (
    <a
      {...rest}
      href={href}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || !isPlain(event)) return;
        event.preventDefault();
        navigate(href);
      }}
    />
  );
}

export function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(CHANGED, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(CHANGED, listener);
  };
}
