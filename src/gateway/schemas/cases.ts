/** Cases: what people must decide. */
import { z } from 'zod';
import { At, orNull } from './common.ts';

export const CaseItem = z
  .object({
    id: z.string(),
    status: z.enum(['open', 'closed']),
    reason: z.string().meta({ example: 'unmapped-sku' }),
    message: z.string().meta({ description: 'What happened' }),
    suggestedFix: z.string(),
    owner: z.string().meta({ description: 'Who should act: operations, finance or integration' }),
    connection: z.string(),
    kind: z.string().meta({
      description: 'What it belongs to: order, stock, or observation for a message without a stream',
    }),
    key: z.string().meta({ description: 'The key of the order or item, or the id of the message' }),
    title: z.string().meta({ description: 'What people call it: "#1001"' }),
    holdsCommand: z.string().nullable().meta({ description: 'The command that waits for the decision' }),
    openedAt: At,
    dueAt: At,
    overdue: z.boolean(),
    closedAt: orNull(At),
    closedBy: z.string().nullable(),
  })
  .meta({ id: 'CaseItem' });
export type CaseItem = z.infer<typeof CaseItem>;

/** A raw message, as it was received. */
export const ObservationItem = z
  .object({
    id: z.string(),
    connection: z.string(),
    topic: z.string(),
    origin: z.enum(['webhook', 'poll', 'read', 'file', 'backfill']),
    receivedAt: At,
    bytes: z.number().int(),
    duplicateOf: z.string().nullable(),
    outcome: z
      .string()
      .nullable()
      .meta({ description: 'applied, stale, duplicate, case, ignored; null: it still waits' }),
    rawUrl: z.string().meta({ description: 'Where its bytes are: /v1/observations/ID' }),
  })
  .meta({ id: 'ObservationItem' });
export type ObservationItem = z.infer<typeof ObservationItem>;

/** A command on its way to a system, or at its end. */
export const CommandItem = z
  .object({
    key: z.string().meta({ description: 'The business act and its revision' }),
    command: z.string().meta({ example: 'erp.createSalesOrder' }),
    connection: z.string(),
    status: z.enum(['waiting', 'calling', 'doubt', 'done', 'rejected', 'unsettled', 'shadow']),
    attempts: z.number().int(),
    lookups: z.number().int(),
    lastError: z.string().nullable(),
    createdAt: At,
    firstAttemptAt: orNull(At),
    lastAttemptAt: orNull(At),
    dueAt: At.meta({ description: 'When it is tried next, while it is open' }),
    settledAt: orNull(At),
  })
  .meta({ id: 'CommandItem' });
export type CommandItem = z.infer<typeof CommandItem>;

export const CaseDetail = CaseItem.extend({
  observations: z.array(ObservationItem).meta({ description: 'Messages that it came from, newest first' }),
  command: orNull(CommandItem).meta({ description: 'The command that it holds' }),
  orderKey: z.string().nullable(),
  meaning: z.string().nullable().meta({ description: 'What cases of this reason mean in general' }),
  retryMeans: z.string().nullable().meta({ description: 'What happens when it is tried again' }),
  skipMeans: z.string().nullable().meta({ description: 'What happens when it is closed without a fix' }),
}).meta({ id: 'CaseDetail' });
export type CaseDetail = z.infer<typeof CaseDetail>;

export const CaseList = z
  .object({
    cases: z.array(CaseItem),
    next: z.string().nullable().meta({ description: 'Give it as `before` for older ones' }),
  })
  .meta({ id: 'CaseList' });
export type CaseList = z.infer<typeof CaseList>;
