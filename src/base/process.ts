/** Other processes of this machine, as the system tells of them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process started, in the system's own words: with its id, a name for it that is never given twice. Null where it
 * does not run. One that has ended and waits only for its parent to ask (a zombie) does not run: in a container the first
 * process often never asks, and a signal 0 would find it for ever.
 */
export function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name (field 2) may hold spaces and brackets: count from its end. Field 22 is the start time, 3 the state.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    if (process.platform === 'linux') return null;
  }
  try {
    const words = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return words === '' || words.startsWith('Z') ? null : words.slice(words.indexOf(' ') + 1).trim();
  } catch {
    return null;
  }
}

/** Whether a process runs. */
export function processRuns(pid: number): boolean {
  return processStart(pid) !== null;
}
