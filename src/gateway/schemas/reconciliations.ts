/** Reconciliations: all that a channel shows as stock, compared with what is known here, and healed. */
import { z } from 'zod';
import { At, orNull } from './common.ts';

export const ReconciliationRequest = z
  .object({ by: z.string().min(1).max(200).default('API').meta({ description: 'Who asks' }) })
  .meta({ id: 'ReconciliationRequest' });

const count = (description: string) => z.number().int().meta({ description });

export const ReconciliationItem = z
  .object({
    id: z.string(),
    by: z.string(),
    night: orNull(z.string()).meta({
      description: 'Of which night, by the entity’s calendar ("2026-11-24"); null: somebody asked for it',
    }),
    status: z.enum(['waiting', 'running', 'reading', 'settling', 'looking', 'done', 'failed']).meta({
      description:
        'running: the vendor gathers; reading: what it has gathered is compared; settling: orders until then come in; looking: what was not equal is asked for again',
    }),
    levels: count('SKU-locations that were compared'),
    agreed: count('Of these, equal at once'),
    explained: count('Not equal at once, and no difference: what was under way explains it'),
    healed: count('Differences that are corrected at the channel'),
    cases: count('Differences that a person decides'),
    notMapped: count('Levels of items and places that are not published'),
    message: z.string().nullable().meta({ description: 'How it ended, or what it waits for' }),
    createdAt: At,
    finishedAt: orNull(At),
  })
  .meta({ id: 'ReconciliationItem' });
export type ReconciliationItem = z.infer<typeof ReconciliationItem>;

export const ReconciliationList = z
  .object({ reconciliations: z.array(ReconciliationItem) })
  .meta({ id: 'ReconciliationList' });
export type ReconciliationList = z.infer<typeof ReconciliationList>;

const units = z.number().int().nullable();

export const StockDifferenceItem = z
  .object({
    sku: z.string(),
    location: z.string(),
    outcome: z.enum(['open', 'explained', 'healed', 'case']).meta({
      description: 'open: it is looked at again',
    }),
    available: units.meta({ description: 'Shown by the channel; null: it does not stock the item there' }),
    committed: units.meta({ description: 'Units that the channel keeps for its orders' }),
    expected: units.meta({
      description: 'Available and committed together, as both sides had agreed, with what has happened since',
    }),
    units: units.meta({ description: 'Units that the channel shows too many; below zero: too few' }),
    explanation: z.string(),
  })
  .meta({ id: 'StockDifferenceItem' });
export type StockDifferenceItem = z.infer<typeof StockDifferenceItem>;

export const StockDifferenceList = z
  .object({
    items: z.array(StockDifferenceItem),
    next: z.string().nullable().meta({ description: 'Give it as `after`; null: there are no more' }),
  })
  .meta({ id: 'StockDifferenceList' });
export type StockDifferenceList = z.infer<typeof StockDifferenceList>;
