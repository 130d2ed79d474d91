/** Orders that are read from their channel on demand. */
import { z } from 'zod';

export const ImportRequest = z
  .object({
    orders: z
      .array(z.string().min(1).max(300))
      .min(1)
      .max(250)
      .meta({
        description: 'Ids, global ids, keys (CONNECTION/ID) or names',
        example: ['#1001'],
      }),
    by: z.string().min(1).max(200).default('API').meta({ description: 'Who asks, for the story' }),
    waitMs: z
      .number()
      .int()
      .min(0)
      .max(60_000)
      .default(15_000)
      .meta({ description: 'How long to wait for what comes of it' }),
  })
  .meta({ id: 'ImportRequest' });

export const ImportReport = z
  .object({
    orders: z.array(
      z.object({
        asked: z.string(),
        key: z.string().nullable().meta({ description: 'Null: it is not known which order is meant' }),
        title: z.string(),
        end: z
          .enum(['new', 'changed', 'same', 'waiting', 'refused', 'missing', 'ambiguous', 'unreachable'])
          .meta({ description: 'waiting: it is asked for, and has not been answered yet' }),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: 'ImportReport' });
export type ImportReport = z.infer<typeof ImportReport>;
