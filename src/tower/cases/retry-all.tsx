/** After one fix that helps many: try all cases of a reason again. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Accepted, CaseItem } from '../../gateway/api-types.ts';
import { act } from '../lib/api.ts';
import type { Decision } from '../lib/queries.ts';
import { counted, inWords } from '../lib/words.ts';
import { DecisionDialog } from '../parts/dialog.tsx';
import { say, sayFailed } from '../parts/notices.tsx';

export function RetryAll({ items, reason }: { items: readonly CaseItem[]; reason: string }) {
  const [asked, setAsked] = useState(false);
  const [left, setLeft] = useState(0);
  const client = useQueryClient();
  const all = async (decision: Decision) => {
    let failed: Error | null = null;
    let done = 0;
    for (const item of items) {
      setLeft(items.length - done);
      try {
        await act<Accepted>(`/v1/cases/${encodeURIComponent(item.id)}/retry`, decision);
      } catch (error) {
        failed = error instanceof Error ? error : new Error(String(error));
      }
      done += 1;
    }
    setLeft(0);
    if (failed) sayFailed('Not all cases could be tried again', failed);
    else
      say(
        `${counted(items.length, 'case')} tried again. Those whose cause is still there stay or come back.`,
      );
    await client.invalidateQueries();
  };
  return (
    <>
      <button type="button" disabled={left > 0} onClick={() => setAsked(true)}>
        {left > 0 ? `Trying again, ${left} left …` : `Try all ${items.length} again …`}
      </button>
      {asked ? (
        <DecisionDialog
          title={`Try ${counted(items.length, 'case')} again?`}
          label="Try all again"
          noteLabel="What was fixed"
          noteRequired={false}
          decide={(decision) => void all(decision)}
          close={() => setAsked(false)}
        >
          <p>
            All open cases listed here with the reason “{inWords(reason)}” are looked at again, one after the
            other.
          </p>
        </DecisionDialog>
      ) : null}
    </>
  );
}
