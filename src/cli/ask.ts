/** Questions on the terminal. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** One line that is not shown while it is typed. Empty where the input has ended. */
export async function askSecretly(question: string): Promise<string> {
  process.stderr.write(question);
  holdsProcess(true);
  // What a terminal would echo goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: nowhere,
    terminal: process.stdin.isTTY === true,
  });
  try {
    for await (const line of lines) return line.trim();
    return '';
  } finally {
    lines.close();
    holdsProcess(false);
    process.stderr.write('\n');
  }
}

/** Whether a person says yes; where nobody is at a terminal, nobody does. */
export async function askYes(question: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) return false;
  process.stderr.write(question);
  return /^y(es)?$/i.test((await nextLine(new AbortController().signal)) ?? '');
}

/** The next line of the standard input, or null when it ends or `signal` aborts. */
export function nextLine(signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    holdsProcess(true);
    const lines = createInterface({ input: process.stdin });
    const end = (line: string | null) => {
      resolve(line);
      lines.close();
      process.stdin.pause();
      holdsProcess(false);
    };
    lines.once('line', (line) => end(line.trim()));
    lines.once('close', () => resolve(null));
    signal.addEventListener('abort', () => end(null), { once: true });
  });
}

/** An input that nobody waits for must not keep the command from its end: whoever types may leave the pipe open. */
function holdsProcess(holds: boolean): void {
  const { ref, unref } = process.stdin as { ref?: () => void; unref?: () => void };
  (holds ? ref : unref)?.call(process.stdin);
}
