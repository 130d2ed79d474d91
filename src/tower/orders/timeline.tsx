/** The story of an order: what happened, what systems told us, what we asked of them, what people decided, what comes. */
import { useMemo, useState } from 'react';
import type { OrderStory, TimelineEntry } from '../../gateway/api-types.ts';
import { addressOf, Link } from '../lib/router.tsx';
import { ClockTime, dayOf, Time } from '../lib/time.tsx';
import { span } from '../lib/time-words.ts';
import { CommandState } from '../parts/command-state.tsx';
import { Icon } from '../parts/icons.tsx';
import { Choice } from '../parts/list.tsx';
import { RawMessage } from '../parts/raw-message.tsx';
import { Copyable } from '../parts/small.tsx';

const SHOWN = {
  all: { label: 'All', kinds: ['fact', 'observation', 'command', 'case', 'timer'] },
  fact: { label: 'What happened', kinds: ['fact', 'case', 'timer'] },
  observation: { label: 'Messages', kinds: ['observation'] },
  command: { label: 'Commands', kinds: ['command'] },
} as const;
type Shown = keyof typeof SHOWN;

const KIND_WORDS = {
  fact: 'Happened',
  observation: 'Message in',
  command: 'Command out',
  case: 'Case',
  timer: 'To come',
} as const;

/** Longer silences are named. */
const GAP_MS = 60_000;

export function Timeline({ story }: { story: OrderStory }) {
  const [shown, setShown] = useState<Shown>('all');
  const entries = useMemo(
    () => story.timeline.filter((entry) => (SHOWN[shown].kinds as readonly string[]).includes(entry.kind)),
    [story.timeline, shown],
  );
  const days = useMemo(() => byDay(entries), [entries]);
  return (
    <section aria-label="Timeline" className="timeline">
      <div className="section-head">
        <h3>Timeline</h3>
        <Choice
          name="timeline"
          label="What the timeline shows"
          value={shown}
          options={(Object.keys(SHOWN) as Shown[]).map((value) => ({ value, label: SHOWN[value].label }))}
          choose={setShown}
        />
      </div>
      {story.truncated ? (
        <p className="box">
          This story is longer than one page: its middle is left out. The whole of it:{' '}
          <code>npx crossdock orders show {story.key} --json</code>
        </p>
      ) : null}
      {entries.length === 0 ? <p className="quiet">Nothing of this kind yet.</p> : null}
      {days.map(({ day, entries: ofDay }) => (
        <div key={day}>
          <h4>{day}</h4>
          <ol className="plain">
            {ofDay.map(({ entry, gapMs }) => (
              <Entry key={entry.id} entry={entry} gapMs={gapMs} />
            ))}
          </ol>
        </div>
      ))}
    </section>
  );
}

function Entry({ entry, gapMs }: { entry: TimelineEntry; gapMs: number }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="entry" data-kind={entry.kind} data-tone={entry.tone}>
      {gapMs >= GAP_MS ? <span className="gap">{span(gapMs)} later</span> : null}
      <span className="entry-time">
        {entry.kind === 'timer' ? <Time at={entry.at} /> : <ClockTime at={entry.at} />}
      </span>
      <span className="entry-mark" title={KIND_WORDS[entry.kind]}>
        <Icon name={entry.kind} />
        <span className="sr-only">{KIND_WORDS[entry.kind]}: </span>
      </span>
      <div className="entry-body">
        <div className="entry-title">
          <span>
            {entry.title}
            {entry.caseId ? (
              <>
                {' '}
                <Link href={addressOf('cases', entry.caseId)}>See the case</Link>
              </>
            ) : null}
          </span>
          <button
            type="button"
            className="quiet-button small"
            aria-expanded={open}
            aria-label={`Details of: ${entry.title}`}
            onClick={() => setOpen(!open)}
          >
            {open ? 'Less' : 'Details'}
          </button>
        </div>
        {entry.detail.length > 0 ? (
          <ul className="plain entry-lines">
            {entry.detail.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of text have only their place
              <li key={index}>{line}</li>
            ))}
          </ul>
        ) : null}
        {entry.command ? <CommandState command={entry.command} /> : null}
        {open ? <Details entry={entry} /> : null}
      </div>
    </li>
  );
}

function Details({ entry }: { entry: TimelineEntry }) {
  return (
    <div className="entry-details">
      <dl className="facts">
        <div className="fact">
          <dt>Type</dt>
          <dd>
            <code>{entry.type}</code>
            {entry.sequence === null ? null : (
              <span className="quiet"> no. {entry.sequence} in the journal</span>
            )}
          </dd>
        </div>
        <div className="fact">
          <dt>Time</dt>
          <dd>
            <code>{entry.at}</code>
          </dd>
        </div>
        {entry.connection ? (
          <div className="fact">
            <dt>Connection</dt>
            <dd>{entry.connection}</dd>
          </div>
        ) : null}
        {entry.command ? (
          <div className="fact">
            <dt>Command</dt>
            <dd>
              <Copyable text={entry.command.key} what="the key of the command" />
            </dd>
          </div>
        ) : null}
      </dl>
      {entry.observation ? <RawMessage observation={entry.observation} /> : null}
      {entry.body === undefined || entry.body === null ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        <pre tabIndex={0}>{JSON.stringify(entry.body, null, 2)}</pre>
      )}
    </div>
  );
}

function byDay(entries: readonly TimelineEntry[]) {
  const days: { day: string; entries: { entry: TimelineEntry; gapMs: number }[] }[] = [];
  let before: TimelineEntry | null = null;
  for (const entry of entries) {
    const day = entry.kind === 'timer' ? 'To come' : dayOf(entry.at);
    let last = days.at(-1);
    if (last?.day !== day) {
      last = { day, entries: [] };
      days.push(last);
      // A new day says itself that time has passed.
      before = null;
    }
    const gapMs = before && entry.kind !== 'timer' ? Date.parse(entry.at) - Date.parse(before.at) : 0;
    last.entries.push({ entry, gapMs });
    before = entry;
  }
  return days;
}
