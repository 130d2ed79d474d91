/** The two ways out of a case: try again after the fix, or accept things as they are. */
import { useState } from 'react';
import type { CaseItem } from '../../gateway/api-types.ts';
import { usePersonName } from '../lib/person.ts';
import { type Decision, useCase, useCaseAct } from '../lib/queries.ts';
import { DecisionDialog } from '../parts/dialog.tsx';
import { say, sayFailed } from '../parts/notices.tsx';
import { missingMapping } from './missing-mapping.ts';

export function CaseButtons({ item }: { item: CaseItem }) {
  const [asked, setAsked] = useState<'retry' | 'skip' | null>(null);
  const act = useCaseAct();
  const by = usePersonName();
  const decide = (what: 'retry' | 'skip', decision: Decision) =>
    act.mutate(
      { id: item.id, what, ...decision },
      {
        onSuccess: () =>
          say(
            what === 'retry'
              ? `${item.title}: asked to try again. If the cause is still there, the case stays or comes back.`
              : `${item.title}: the case is being closed as it is.`,
          ),
        onError: (error) => sayFailed(item.title, error),
      },
    );
  return (
    <div className="case-buttons">
      <button
        type="button"
        className={missingMapping(item.suggestedFix) ? undefined : 'primary'}
        disabled={act.isPending}
        aria-label={`Try again: ${item.message}`}
        onClick={() => (by === '' ? setAsked('retry') : decide('retry', { by, note: '' }))}
      >
        Try again
      </button>
      <button
        type="button"
        disabled={act.isPending}
        aria-label={`Skip: ${item.message}`}
        onClick={() => setAsked('skip')}
      >
        Skip …
      </button>
      {asked ? (
        <DecisionDialog
          title={asked === 'retry' ? 'Try again?' : 'Skip this case?'}
          label={asked === 'retry' ? 'Try again' : 'Skip the case'}
          noteLabel={asked === 'retry' ? 'What was fixed' : 'Why it is right as it is'}
          noteRequired={asked === 'skip'}
          danger={asked === 'skip'}
          decide={(decision) => decide(asked, decision)}
          close={() => setAsked(null)}
        >
          <p>{item.message}</p>
          <Consequence item={item} what={asked} />
        </DecisionDialog>
      ) : null}
    </div>
  );
}

/** What the button does, for cases of this reason. */
function Consequence({ item, what }: { item: CaseItem; what: 'retry' | 'skip' }) {
  const { data } = useCase(item.id);
  const means = what === 'retry' ? data?.retryMeans : data?.skipMeans;
  return (
    <p>
      {means ? <strong>What happens: {means}. </strong> : null}
      <span className="quiet">
        {what === 'retry'
          ? 'It is written into the story with your name, which is asked for only once.'
          : 'It is written into the story with your name and reason.'}
      </span>
    </p>
  );
}
