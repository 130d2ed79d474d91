/** What the API says of reconciliations of money: an entity's day beside finance, ERP, channels and payouts. */
import { z } from 'zod';
import { CAUSES, type Cause } from '../../domain/reconciliation/difference.ts';
import { At, Money, orNull } from './common.ts';

const Day = z.iso.date();

export const MoneyDayRequest = z
  .object({
    day: Day.optional().meta({ description: 'Left out: the day before, where the entity is' }),
    by: z.string().min(1).max(200).default('API').meta({ description: 'Who asks' }),
  })
  .meta({ id: 'MoneyDayRequest' });

export const MoneyDay = z
  .object({
    entity: z.string(),
    day: Day,
    status: z.enum(['new', 'reading', 'read', 'done']).meta({
      description: '`reading`: systems are asked; `read`: both sides are compared now; `done`: they were',
    }),
    run: z.number().int().meta({ description: 'How often it was compared' }),
    by: z.string().meta({ description: 'Who asked for it last' }),
    differences: z.number().int().meta({ description: 'That the last comparison has found' }),
    openCases: z.number().int(),
    changedAt: At,
  })
  .meta({ id: 'MoneyDay' });
export type MoneyDay = z.infer<typeof MoneyDay>;

export const MoneyDayList = z
  .object({ items: z.array(MoneyDay), next: orNull(z.string()) })
  .meta({ id: 'MoneyDayList' });
export type MoneyDayList = z.infer<typeof MoneyDayList>;

const Side = z.object({
  count: z.number().int().meta({ description: 'Documents, orders or payouts' }),
  amounts: z.array(z.object({ what: z.string(), total: Money })),
});

export const MoneyDayDetail = MoneyDay.extend({
  sources: z.array(
    z.object({
      source: z.string().meta({ description: 'Kind and connection', example: 'finance/ledger' }),
      ours: Side,
      theirs: Side,
      notRead: orNull(z.string()).meta({ description: 'Why nothing was compared; null: it was read whole' }),
    }),
  ),
  found: z.array(
    z.object({
      key: z.string().meta({ description: 'Also that of its case' }),
      source: z.string(),
      cause: z.enum(Object.keys(CAUSES) as [Cause, ...Cause[]]),
      why: z.string().meta({ description: 'The cause in words' }),
      words: z.string(),
      fix: z.string(),
      ours: orNull(Money),
      theirs: orNull(Money),
      order: orNull(z.string()).meta({ description: 'Key of the order that it is about' }),
      coveredBy: orNull(z.string()).meta({ description: 'Reason of the case that says the same already' }),
      hasCase: z.boolean(),
      accepted: z.boolean().meta({ description: 'A person has accepted it as it is' }),
    }),
  ),
  more: z.number().int().meta({ description: 'Differences that are not listed' }),
}).meta({ id: 'MoneyDayDetail' });
export type MoneyDayDetail = z.infer<typeof MoneyDayDetail>;
