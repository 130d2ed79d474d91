/** What a view shows when it has nothing to show: why, and what to do next. */
import type { ReactNode } from 'react';
import { RefusedError } from '../lib/api.ts';
import { addressOf, Link } from '../lib/router.tsx';

export function Loading({ what }: { what: string }) {
  return (
    <div className="state" role="status">
      <p className="quiet late">Reading {what} …</p>
    </div>
  );
}

export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Failure({ error, what, retry }: { error: Error; what: string; retry: () => void }) {
  const problem = error instanceof RefusedError ? error.problem : null;
  return (
    <div className="state" role="alert">
      <h2>{problem?.title ?? `${what} could not be read`}</h2>
      <p>{problem?.detail || error.message}</p>
      {problem?.next ? <p>{problem.next}</p> : null}
      {problem ? null : (
        <p>
          Look whether the hub runs: <code>npx crossdock doctor</code>. This page goes on by itself when it
          answers.
        </p>
      )}
      {problem?.candidates ? (
        <ul className="plain">
          {problem.candidates.map(({ key, title }) => (
            <li key={key}>
              <Link href={addressOf('orders', key)}>
                {title} <code>{key}</code>
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
      <button type="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
