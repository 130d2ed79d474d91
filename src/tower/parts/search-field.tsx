/** A search that waits until typing pauses; "/" leads to it. */
import { useEffect, useId, useRef, useState } from 'react';
import { useShortcut } from '../lib/keys.ts';
import { Icon } from './icons.tsx';

/** Typing pauses this long before the hub is asked. */
const TYPING_MS = 250;

interface SearchFieldProps {
  /** What it searches, for those who do not see the placeholder. */
  label: string;
  placeholder: string;
  text: string;
  search: (text: string) => void;
}

export function SearchField({ label, placeholder, text, search }: SearchFieldProps) {
  const [typed, setTyped] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const field = useRef<HTMLInputElement>(null);
  const fieldId = useId();
  // Where the address has changed (back, clear), the field follows; not while somebody types in it.
  useEffect(() => {
    if (timer.current === undefined) setTyped(text);
  }, [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useShortcut('/', () => {
    field.current?.focus();
    field.current?.select();
  });
  const wait = (value: string, ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      search(value.trim());
    }, ms);
  };
  return (
    <div className="search-field">
      <Icon name="search" />
      <label className="sr-only" htmlFor={fieldId}>
        {label}
      </label>
      <input
        id={fieldId}
        ref={field}
        type="search"
        placeholder={placeholder}
        title="Shortcut: /"
        value={typed}
        spellCheck={false}
        onChange={(event) => {
          setTyped(event.target.value);
          wait(event.target.value, TYPING_MS);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') wait(typed, 0);
          // Escape empties the field, by the browser itself; an empty one is left.
          if (event.key === 'Escape' && typed === '') event.currentTarget.blur();
        }}
      />
    </div>
  );
}
