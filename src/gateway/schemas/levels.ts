/** Levels of inventory systems that are told anew, as the API shows it. */
import { z } from '@hono/zod-openapi';

export const LevelsRequest = z
  .strictObject({ by: z.string().min(1).max(200).openapi({ example: 'Ada' }) })
  .openapi('LevelsRequest');

export const LevelsState = z
  .object({
    connection: z.string(),
    wantedBy: z.string().nullable().openapi({ description: 'Who waits for it; null: nobody' }),
    askedAt: z.string().nullable().openapi({ description: 'When it was last begun; null: never' }),
  })
  .openapi('LevelsState');
export type LevelsState = z.infer<typeof LevelsState>;
