/**
 * The access token of this tab: from the fragment of the address that `crossdock start` prints (a fragment is sent to no
 * server and written to no log), kept for the life of the tab, and shared with other tabs of this page on request, so that
 * a link opened in a new tab need not ask again.
 */
import { useSyncExternalStore } from 'react';

const STORED_AS = 'crossdock.token';
/** Long enough for another tab to answer, short enough that nobody waits for it. */
const OTHER_TABS_MS = 250;

export type Session =
  | { status: 'asking' }
  | { status: 'missing' }
  | { status: 'refused' }
  | { status: 'open'; token: string };

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('crossdock.session') : null;
const listeners = new Set<() => void>();
let session: Session = begin();

export function currentSession(): Session {
  return session;
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, currentSession);
}

/** Takes a token that a person has typed or another tab has given. */
export function openSession(token: string): void {
  sessionStorage.setItem(STORED_AS, token);
  change({ status: 'open', token });
}

/** The hub has refused `token`; an answer to an older one changes nothing. */
export function refuseSession(token: string): void {
  if (session.status !== 'open' || session.token !== token) return;
  sessionStorage.removeItem(STORED_AS);
  change({ status: 'refused' });
}

export function closeSession(): void {
  sessionStorage.removeItem(STORED_AS);
  change({ status: 'missing' });
}

function begin(): Session {
  const token = takeFromAddress() ?? sessionStorage.getItem(STORED_AS);
  if (token) {
    sessionStorage.setItem(STORED_AS, token);
    return { status: 'open', token };
  }
  if (!channel) return { status: 'missing' };
  channel.postMessage({ ask: 'token' });
  setTimeout(() => session.status === 'asking' && change({ status: 'missing' }), OTHER_TABS_MS);
  return { status: 'asking' };
}

/** The token of `#token=…`, which leaves the address bar and the history at once. */
function takeFromAddress(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')?.trim();
  if (!token) return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}

// The printed address, opened in a tab that shows this page already, changes only the fragment.
addEventListener('hashchange', () => {
  const token = takeFromAddress();
  if (token) openSession(token);
});

channel?.addEventListener('message', ({ data }: MessageEvent<{ ask?: 'token'; token?: string }>) => {
  if (data.ask && session.status === 'open') channel.postMessage({ token: session.token });
  if (data.token && session.status === 'asking') openSession(data.token);
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}
