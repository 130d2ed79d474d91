/** What the lists of orders and cases share: the note of new rows, the end of the list, the choice of one of a few. */
import { useEffect, useRef } from 'react';
import type { CalmList } from '../lib/scroll.ts';
import { counted } from '../lib/words.ts';

/** How far before its end a list begins to read on. */
const READ_AHEAD = '600px';

/** Says that new rows wait, without moving the ones that are there. */
export function WaitingRows({ list, what }: { list: CalmList<unknown>; what: string }) {
  return (
    <div className="waiting" role="status">
      {list.waiting > 0 ? (
        <button type="button" className="primary" onClick={list.settle}>
          Show {counted(list.waiting, `new ${what}`)}
        </button>
      ) : null}
    </div>
  );
}

interface MoreProps {
  hasMore: boolean;
  busy: boolean;
  more: () => void;
  /** Said at the end. */
  total: string;
}

/** Reads on when the end comes near; the button is for those who do not scroll. */
export function MoreRows({ hasMore, busy, more, total }: MoreProps) {
  const ref = useRef<HTMLDivElement>(null);
  const latest = useRef(more);
  latest.current = more;
  useEffect(() => {
    const element = ref.current;
    if (!element || !hasMore || busy) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && latest.current(),
      {
        root: element.closest('.scroll'),
        rootMargin: READ_AHEAD,
      },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasMore, busy]);
  return (
    <div className="list-end" ref={ref}>
      {hasMore ? (
        <button type="button" disabled={busy} onClick={more}>
          {busy ? 'Reading more …' : 'Show more'}
        </button>
      ) : (
        <span className="quiet">{total}</span>
      )}
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  name: string;
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  choose: (value: Value) => void;
}

/** One of a few, side by side. */
export function Choice<Value extends string>({ name, label, value, options, choose }: ChoiceProps<Value>) {
  return (
    <fieldset className="choice">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => choose(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
