/** What the API says of sourcing: rules, decisions and simulations. */
import { z } from 'zod';
import { At, Money, orNull } from './common.ts';

const Part = z.object({
  lineId: z.string(),
  sku: z.string(),
  location: z.string(),
  quantity: z.number().int(),
});

const Note = z.object({
  location: z.string(),
  name: z.string().meta({ description: 'Of the location' }),
  outcome: orNull(z.enum(['chosen', 'possible', 'refused'])).meta({
    description:
      'chosen: it gives units. possible: it could, and others are better. refused: the rules do not let it, or it has refused these units before',
  }),
  verdict: z.string().meta({ description: 'Why, in words' }),
});

export const SourcingRules = z
  .object({
    configVersion: z.number().int(),
    sourcing: z.unknown().meta({ description: 'As in the configuration, with what it leaves out' }),
    warnings: z.array(z.string()).meta({ description: 'Rules that can never match or never matter' }),
  })
  .meta({ id: 'SourcingRules' });
export type SourcingRules = z.infer<typeof SourcingRules>;

export const SourcingExplanation = z
  .object({
    key: z.string(),
    title: z.string(),
    decisions: z.array(
      z.object({
        at: At,
        configVersion: z.number().int().meta({ description: 'Of the rules that decided' }),
        seq: z.number().int().meta({ description: 'Number of the fact' }),
        what: z.enum(['reserved', 'short', 'given back']),
        allocations: z.array(Part).meta({ description: 'Units, each from or back to a location' }),
        short: z.array(z.object({ lineId: z.string(), sku: z.string(), quantity: z.number().int() })),
        because: z.array(z.string()),
        considered: z.array(Note),
      }),
    ),
  })
  .meta({ id: 'SourcingExplanation' });
export type SourcingExplanation = z.infer<typeof SourcingExplanation>;

const Figures = z.object({
  orders: z.number().int().meta({ description: 'Of which something leaves' }),
  parcels: z.number().int(),
  parcelsPerOrder: z.string().meta({ description: 'Two decimals' }),
  splitOrders: z.number().int().meta({ description: 'That leave from more than one location' }),
  splitRate: z.string().meta({ description: 'Of orders of which something leaves, in per cent' }),
  cost: orNull(Money).meta({
    description: 'Of parcels and locations; null: neither set of rules has prices',
  }),
  units: z.number().int(),
  missingUnits: z.number().int(),
  unitsByLocation: z.array(z.object({ location: z.string(), name: z.string(), units: z.number().int() })),
});

export const SourcingSimulation = z
  .object({
    orders: z.number().int(),
    changedOrders: z.number().int(),
    decidedOtherwise: z.number().int().meta({
      description:
        'Orders of which the rules in force, on the stock as it was, say something else than was decided then',
    }),
    before: Figures.meta({ description: 'By the rules in force' }),
    after: Figures.meta({ description: 'By the rules that were given' }),
    changed: z.array(
      z.object({
        key: z.string(),
        title: z.string(),
        at: At.meta({ description: 'Of the decision' }),
        before: z.array(Part),
        after: z.array(Part),
        costBefore: orNull(Money),
        costAfter: orNull(Money),
        because: z.array(z.string()),
        considered: z.array(Note),
      }),
    ),
    warnings: z.array(z.string()).meta({ description: 'Given rules that can never match or never matter' }),
  })
  .meta({ id: 'SourcingSimulation' });
export type SourcingSimulation = z.infer<typeof SourcingSimulation>;
