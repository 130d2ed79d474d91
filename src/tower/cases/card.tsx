/** An open case as it stands on the page of its order. */
import type { CaseItem } from '../../gateway/api-types.ts';
import { addressOf, Link } from '../lib/router.tsx';
import { Time } from '../lib/time.tsx';
import { inWords } from '../lib/words.ts';
import { Pill } from '../parts/small.tsx';
import { CaseButtons } from './decide.tsx';
import { SuggestedFix } from './fix.tsx';

export function CaseCard({ item }: { item: CaseItem }) {
  return (
    <article className="box case-card" data-overdue={item.overdue}>
      <header>
        <h3>
          <Link href={addressOf('cases', item.id)}>{inWords(item.reason)}</Link>
        </h3>
        <Due item={item} />
      </header>
      <p>{item.message}</p>
      <SuggestedFix item={item} />
      <CaseButtons item={item} />
    </article>
  );
}

/** When somebody should have decided, and who. */
export function Due({ item }: { item: CaseItem }) {
  return (
    <span className="due">
      {item.overdue ? <Pill tone="problem">overdue</Pill> : null}
      <span className="quiet">
        {item.owner}, due <Time at={item.dueAt} />
      </span>
    </span>
  );
}
