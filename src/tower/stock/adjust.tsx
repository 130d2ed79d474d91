/** Correcting what is there, where Crossdock owns the stock. */
import { useId, useState } from 'react';
import type { StockPlace } from '../../gateway/api-types.ts';
import { useAdjustment } from '../lib/queries.ts';
import { DecisionDialog } from '../parts/dialog.tsx';
import { say, sayFailed } from '../parts/notices.tsx';

export function Adjust({ sku, place }: { sku: string; place: StockPlace }) {
  const [open, setOpen] = useState(false);
  const [delta, setDelta] = useState('');
  const adjustment = useAdjustment();
  const id = useId();
  return (
    <>
      <button type="button" className="small" disabled={adjustment.isPending} onClick={() => setOpen(true)}>
        Adjust …<span className="sr-only"> ({place.location})</span>
      </button>
      {open ? (
        <DecisionDialog
          title={`Adjust ${sku} at ${place.name}?`}
          label="Adjust"
          noteLabel="Why"
          noteRequired
          close={() => setOpen(false)}
          decide={({ by, note }) =>
            adjustment.mutate(
              { sku, location: place.location, delta: Number(delta), by, note },
              {
                onSuccess: ({ message }) => say(message),
                onError: (error) => sayFailed(`${sku} at ${place.location}`, error),
              },
            )
          }
        >
          <p>
            {place.onHand} are on hand. Orders whose units are gone are sourced anew; who waits has what is
            found.
          </p>
          <label htmlFor={id}>Units that came (2) or went (-2)</label>
          <input
            id={id}
            type="number"
            required
            step={1}
            min={-place.onHand}
            value={delta}
            onChange={(event) => setDelta(event.target.value)}
          />
        </DecisionDialog>
      ) : null}
    </>
  );
}
