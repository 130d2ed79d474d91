/** What would have been sent, where everything is decided and nothing is sent. */
import { z } from 'zod';
import { At } from './common.ts';

export const ShadowList = z
  .object({
    commands: z.array(
      z.object({
        id: z.string(),
        at: At.meta({ description: 'When it was decided' }),
        connection: z.string().meta({ description: 'To which it would have been sent' }),
        command: z.string().meta({ example: 'erp.createSalesOrder' }),
        key: z.string().meta({ description: 'The business act and its revision' }),
        orderKey: z.string(),
        title: z.string().meta({ description: 'What people call the order: "#1001"' }),
        body: z.unknown().meta({ description: 'What would have been sent; persons only by their ids' }),
      }),
    ),
    next: z.string().nullable().meta({ description: 'Give it as `before` for older ones' }),
  })
  .meta({ id: 'ShadowList' });
export type ShadowList = z.infer<typeof ShadowList>;
