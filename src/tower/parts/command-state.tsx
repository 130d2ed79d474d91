/** How a command fares on its way to a system. */
import type { CommandItem } from '../../gateway/api-types.ts';
import { Time } from '../lib/time.tsx';
import { counted } from '../lib/words.ts';

/** Nothing where all is well and it is done. */
export function CommandState({ command }: { command: CommandItem }) {
  const { status, attempts, lookups, lastError, dueAt } = command;
  if (status === 'done' && attempts <= 1 && lookups === 0) return null;
  const tries = [
    attempts > 0 ? counted(attempts, 'attempt') : 'not tried yet',
    lookups > 0 ? counted(lookups, 'look-up') : '',
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <p className="entry-lines">
      {STATUS_WORDS[status]} ({tries}
      {status === 'waiting' || status === 'doubt' ? (
        <>
          ; next <Time at={dueAt} />
        </>
      ) : null}
      ){lastError && status !== 'done' ? <span className="problem-text"> {lastError}</span> : null}
    </p>
  );
}

const STATUS_WORDS = {
  waiting: 'Waits for its turn',
  calling: 'Under way',
  doubt: 'In doubt: nobody knows whether it took effect, so it is looked up',
  done: 'Done',
  rejected: 'Rejected',
  unsettled: 'Unsettled: a person must look',
  shadow: 'Not sent: it was decided in shadow',
} as const;
