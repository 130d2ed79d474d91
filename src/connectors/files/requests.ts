/** What the system is asked for: a snapshot of a location, by a file that lies there until somebody takes it away. */
import type { Exchange } from './exchange.ts';

/** Asked twice, it lies there once. */
export async function askForSnapshot(
  exchange: Exchange,
  location: string,
  signal: AbortSignal,
): Promise<void> {
  const text = `H,snapshot-request,1,${location}\nT,0,0\n`;
  await exchange.put('requests', `${location}.snapshot-request.csv`, { text }, signal);
}
