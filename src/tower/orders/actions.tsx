/** What a person can do with an order: hold it, let it go on, cancel it. Each is written into its story. */
import { useState } from 'react';
import type { OrderStory } from '../../gateway/api-types.ts';
import { useOrderAct } from '../lib/queries.ts';
import { DecisionDialog } from '../parts/dialog.tsx';
import { say, sayFailed } from '../parts/notices.tsx';

const ACTS = {
  hold: {
    button: 'Hold …',
    text: 'The order stops for the time being. What a location has been asked to ship and has not shipped yet is called back.',
    label: 'Hold the order',
    danger: false,
  },
  resume: {
    button: 'Resume …',
    text: 'The order goes on from where it was stopped.',
    label: 'Resume the order',
    danger: false,
  },
  cancel: {
    button: 'Cancel …',
    text: 'The order is cancelled at its channel, and the customer’s money goes back. What has been promised, booked or released is undone. This cannot be taken back.',
    label: 'Cancel the order',
    danger: true,
  },
} as const;

type Act = keyof typeof ACTS;

export function OrderActions({ story }: { story: OrderStory }) {
  const [asked, setAsked] = useState<Act | null>(null);
  const act = useOrderAct();
  const offered: Act[] =
    story.closed || !story.summary?.live ? [] : [story.held ? 'resume' : 'hold', 'cancel'];
  return (
    <div className="actions">
      {offered.map((what) => (
        <button
          key={what}
          type="button"
          disabled={act.isPending}
          className={ACTS[what].danger ? 'danger-text' : undefined}
          onClick={() => setAsked(what)}
        >
          {ACTS[what].button}
        </button>
      ))}
      {asked ? (
        <DecisionDialog
          title={`${ACTS[asked].label.replace('the order', `order ${story.title}`)}?`}
          label={ACTS[asked].label}
          noteLabel="Why"
          noteRequired={asked !== 'resume'}
          danger={ACTS[asked].danger}
          close={() => setAsked(null)}
          decide={(decision) =>
            act.mutate(
              { key: story.key, what: asked, ...decision },
              {
                onSuccess: ({ message }) => say(message),
                onError: (error) => sayFailed(`Order ${story.title}`, error),
              },
            )
          }
        >
          <p>{ACTS[asked].text}</p>
        </DecisionDialog>
      ) : null}
    </div>
  );
}
