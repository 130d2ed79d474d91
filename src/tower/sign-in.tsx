/** Asks for the access token, when it is missing or refused. */
import { useId, useState } from 'react';
import { openSession } from './lib/session.ts';
import { Mark } from './parts/icons.tsx';

export function SignIn({ refused }: { refused: boolean }) {
  const [token, setToken] = useState('');
  const fieldId = useId();
  const helpId = useId();
  return (
    <main className="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '') openSession(tokenIn(token.trim()));
        }}
      >
        <Mark />
        <h1>Crossdock</h1>
        {refused ? (
          <p role="alert" className="tone-problem box">
            The hub refused this access token. Perhaps it was changed since: take the newest one.
          </p>
        ) : null}
        <label htmlFor={fieldId}>Access token</label>
        <input
          id={fieldId}
          type="password"
          autoComplete="current-password"
          required
          aria-describedby={helpId}
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <button type="submit" className="primary">
          Open the control tower
        </button>
        <p id={helpId} className="quiet">
          <code>crossdock start</code> prints the address of this page with its token; you can paste either
          here. It also stands in the file <code>token</code> of the data directory. This tab keeps it until
          it is closed.
        </p>
      </form>
    </main>
  );
}

/** People paste the whole address, too. */
function tokenIn(text: string): string {
  return /[#&?]token=([^&\s]+)/.exec(text)?.[1] ?? text;
}
