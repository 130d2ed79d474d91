/** Questions to an inventory system: how much of an item is at a location. */
import { z } from 'zod';
import type { CommandOf, Outcome } from '../../contract.ts';
import { LEVEL_TOPIC } from '../intake.ts';
import { type Calls, encode, notThere } from './calls.ts';

/** Whether the level can be read is for the intake to judge. */
const Levels = z.object({ levels: z.array(z.unknown()) });

export async function performOnInventory(
  calls: Calls,
  { body: { item, location } }: CommandOf<'inventory.readLevel'>,
  signal: AbortSignal,
): Promise<Outcome> {
  const path = `/v1/stock?item=${encode(item)}&location=${encode(location)}&limit=1`;
  const read = await calls.find(path, Levels, ({ levels }) => levels[0], signal);
  if (read.status === 'absent')
    return notThere(`item ${item} at ${location}`, 'the system has no level of it');
  if (read.status !== 'found') return read;
  const level = Buffer.from(JSON.stringify(read.value), 'utf8');
  const delivery = { headers: {}, body: level, origin: 'read', topic: LEVEL_TOPIC } as const;
  return { status: 'done', result: {}, observations: [delivery] };
}
