/**
 * CPU time of the hub and of its PostgreSQL server, from the system. On a machine that others use too, time on the clock says
 * little; the CPU time that an order costs says what a change is worth.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Database } from '../src/store/db.ts';

/** Clock ticks a second, as Linux reports process times. */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  parent: number;
  /** Own time, and that of children that have ended. */
  ticks: number;
}

function timesOf(pid: number): ProcessTimes | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15).map(Number);
    return { parent: Number(fields[1]), ticks: user + system + childrenUser + childrenSystem };
  } catch {
    return null;
  }
}

/** Milliseconds of CPU so far: of this process, and of the database's server where it runs on this machine. */
export async function cpuMs(database: Database): Promise<{ hub: number; database: number | null }> {
  const { user, system } = process.cpuUsage();
  const hub = (user + system) / 1000;
  if (database.kind === 'pglite') return { hub, database: null };
  const [row] = await database.query<{ pid: number }>('select pg_backend_pid() as pid');
  const server = timesOf(row?.pid ?? 0)?.parent;
  if (server === undefined) return { hub, database: null };
  const ticks = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .reduce((sum, pid) => {
      const times = timesOf(pid);
      return times && (pid === server || times.parent === server) ? sum + times.ticks : sum;
    }, 0);
  return { hub, database: (ticks * 1000) / TICKS_PER_SECOND };
}
