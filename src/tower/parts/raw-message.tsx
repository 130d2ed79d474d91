/** A raw message, byte for byte as a system sent it; read only when somebody wants to see it. */
import { useState } from 'react';
import type { ObservationItem } from '../../gateway/api-types.ts';
import { useRawMessage } from '../lib/queries.ts';
import { CopyButton } from './small.tsx';

export function RawMessage({ observation }: { observation: ObservationItem }) {
  const [wanted, setWanted] = useState(false);
  const raw = useRawMessage(observation.rawUrl, wanted);
  return (
    <div className="raw-message">
      <div className="raw-head">
        <span>
          <code>{observation.topic}</code> by {observation.origin}, {size(observation.bytes)}
          {observation.outcome ? `, ${observation.outcome}` : ', waits for a turn'}
        </span>
        <CopyButton text={observation.id} what="the id of the message" />
        <button type="button" className="small" aria-expanded={wanted} onClick={() => setWanted(!wanted)}>
          {wanted ? 'Hide the raw message' : 'Show the raw message'}
        </button>
        {raw.data !== undefined && wanted ? <CopyButton text={raw.data} what="the raw message" /> : null}
      </div>
      {wanted && raw.isPending ? <p className="quiet">Reading the message …</p> : null}
      {wanted && raw.isError ? <p className="problem-text">{raw.error.message}</p> : null}
      {wanted && raw.data !== undefined ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        <pre tabIndex={0}>{pretty(raw.data)}</pre>
      ) : null}
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function size(bytes: number): string {
  return bytes < 1_024 ? `${bytes} B` : `${(bytes / 1_024).toFixed(1)} KB`;
}
