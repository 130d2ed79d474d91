/** Drawings of one line each, in the colour of the text around them; the words beside them say what they mean. */
const PATHS = {
  search: 'M10.5 10.5 14 14M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0Z',
  copy: 'M5.5 5.5V3a1 1 0 0 1 1-1H13a1 1 0 0 1 1 1v6.5a1 1 0 0 1-1 1h-2.5M3 5.5h6.5a1 1 0 0 1 1 1V13a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V6.5a1 1 0 0 1 1-1Z',
  check: 'm3 8.5 3.5 3.5L13 4.5',
  close: 'm4 4 8 8M12 4l-8 8',
  back: 'M9.5 3.5 5 8l4.5 4.5',
  fact: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  observation: 'M13 8H4m3.5-3.5L4 8l3.5 3.5',
  command: 'M3 8h9M8.5 4.5 12 8l-3.5 3.5',
  case: 'M8 3.5v5M8 12v.2',
  timer: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-9v3.5l2 1.5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'm5 3.5 7 4.5-7 4.5Z',
  external: 'M6.5 3.5h-3v9h9v-3M9 3h4v4M13 3 7.5 8.5',
  person: 'M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-5 5.5c.5-2.5 2.5-4 5-4s4.5 1.5 5 4',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" />
      <path d="M7 11h11m-4-4 4 4-4 4M25 21H14m4-4-4 4 4 4" />
    </svg>
  );
}
