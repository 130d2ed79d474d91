/** Back-fills: everything that a channel has changed in a time, read again in bulk. */
import { z } from 'zod';
import { At, orNull } from './common.ts';

export const BackfillRequest = z
  .object({
    since: At.meta({ description: 'Orders that have changed since then' }),
    until: orNull(At).default(null).meta({ description: 'And not later than this; null: to the end' }),
    by: z.string().min(1).max(200).default('API').meta({ description: 'Who asks' }),
  })
  .meta({ id: 'BackfillRequest' });

export const BackfillItem = z
  .object({
    id: z.string(),
    since: At,
    until: orNull(At),
    by: z.string(),
    status: z.enum(['waiting', 'running', 'reading', 'done', 'failed']).meta({
      description: 'running: the vendor gathers; reading: what it has gathered is stored',
    }),
    orders: z.number().int().meta({ description: 'That were stored so far' }),
    expected: z.number().int().nullable().meta({ description: 'That the vendor counts; null: not told yet' }),
    message: z.string().nullable().meta({ description: 'How it ended, or what it waits for' }),
    createdAt: At,
    finishedAt: orNull(At),
  })
  .meta({ id: 'BackfillItem' });
export type BackfillItem = z.infer<typeof BackfillItem>;

export const BackfillList = z.object({ backfills: z.array(BackfillItem) }).meta({ id: 'BackfillList' });
export type BackfillList = z.infer<typeof BackfillList>;
