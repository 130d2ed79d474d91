/** Taking a channel's open orders over at go-live. */
import { z } from 'zod';
import { At, Money, orNull } from './common.ts';

export const TakeoverRequest = z
  .object({
    dryRun: z.boolean().default(true).meta({ description: 'True: only compare' }),
    by: z.string().min(1).max(200).default('API').meta({ description: 'Who takes over, for the story' }),
  })
  .meta({ id: 'TakeoverRequest' });

const TakeoverSums = z
  .object({
    orders: z.number().int(),
    units: z.number().int().meta({ description: 'Still to be sent' }),
    money: z.array(Money).meta({ description: 'What these orders are worth, by currency of the shop' }),
  })
  .meta({ id: 'TakeoverSums' });

export const TakeoverReport = z
  .object({
    connection: z.string(),
    goLiveAt: orNull(At),
    dryRun: z.boolean(),
    agrees: z.boolean().meta({ description: 'What is open at the channel is what is open here' }),
    atChannel: orNull(TakeoverSums).meta({ description: 'As it says now; null: it cannot be asked' }),
    here: TakeoverSums,
    differences: z.array(z.object({ key: z.string(), title: z.string(), message: z.string() })),
    takenOver: z
      .array(z.string())
      .meta({ description: 'Keys of the orders that are (or would be) taken over' }),
    fromShadow: z.number().int().meta({ description: 'Of them, those that were decided in shadow' }),
    problem: z.string().nullable().meta({ description: 'Why nothing could be compared' }),
  })
  .meta({ id: 'TakeoverReport' });
export type TakeoverReport = z.infer<typeof TakeoverReport>;
