/** Giving a connection up: asked first, and asked again while something of it is open. */
import { useState } from 'react';
import { RefusedError } from '../lib/api.ts';
import { useRemove } from '../lib/queries.ts';
import { Dialog } from '../parts/dialog.tsx';
import { say } from '../parts/notices.tsx';

export function RemoveButton({ id }: { id: string }) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <button type="button" className="danger-text" onClick={() => setAsked(true)}>
        Remove …<span className="sr-only"> {id}</span>
      </button>
      {asked ? <RemoveDialog id={id} close={() => setAsked(false)} /> : null}
    </>
  );
}

function RemoveDialog({ id, close }: { id: string; close: () => void }) {
  const remove = useRemove();
  const { error } = remove;
  const inUse = error instanceof RefusedError && error.problem.code === 'connection-in-use';
  return (
    <Dialog title={`Remove ${id}?`} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          remove.mutate(
            { id, force: inUse },
            {
              onSuccess: ({ problems }) => {
                say([`${id} is removed; its orders and their stories stay.`, ...problems].join(' '));
                close();
              },
            },
          );
        }}
      >
        <div className="dialog-text">
          <p>
            Its webhook subscriptions end, its credentials are forgotten, and it leaves the configuration. Its
            orders and their stories stay.
          </p>
          {error ? (
            <p role="alert" className="box tone-problem">
              {error.message}{' '}
              {inUse
                ? 'Removed all the same, orders go on at the other systems, and commands for it wait until it is connected again.'
                : ''}
            </p>
          ) : null}
        </div>
        <footer>
          <button type="button" onClick={close}>
            Leave it
          </button>
          <button type="submit" className="danger" disabled={remove.isPending}>
            {remove.isPending ? 'Removing …' : inUse ? 'Remove it all the same' : 'Remove it'}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
