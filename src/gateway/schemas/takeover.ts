/** Taking a channel over at go-live: its open orders, the money that is held for them, its stock. */
import { z } from 'zod';
import { At, Money, orNull } from './common.ts';

export const TakeoverRequest = z
  .object({
    dryRun: z.boolean().default(true).meta({ description: 'True: only compare' }),
    by: z.string().min(1).max(200).default('API').meta({ description: 'Who takes over, for the story' }),
  })
  .meta({ id: 'TakeoverRequest' });

const Deposit = Money.extend({
  gateway: z.string().meta({ description: 'The channel’s code of the means of payment' }),
}).meta({ id: 'Deposit' });

const TakeoverSums = z
  .object({
    orders: z.number().int(),
    units: z.number().int().meta({ description: 'Still to be sent' }),
    money: z.array(Money).meta({ description: 'What these orders are worth, by currency of the shop' }),
    deposits: z.array(Deposit).meta({
      description:
        'Customer deposits: captured, not given back, and held against goods that are not sent; in the currency in which the entity books',
    }),
  })
  .meta({ id: 'TakeoverSums' });

export const TakeoverHop = z
  .object({
    hop: z.enum(['orders', 'units', 'worth', 'deposits', 'onHand', 'committed']),
    of: z
      .string()
      .meta({ description: 'Currency, or gateway and currency; empty for counts', example: 'paypal EUR' }),
    atChannel: z.string().nullable().meta({ description: 'A decimal; null: it does not tell' }),
    here: z.string().nullable().meta({ description: 'A decimal; null: it cannot be told' }),
    difference: z.string().nullable().meta({ description: 'At the channel less here; null: not compared' }),
  })
  .meta({ id: 'TakeoverHop' });
export type TakeoverHop = z.infer<typeof TakeoverHop>;

const TakeoverStock = z
  .object({
    compared: z.number().int().meta({ description: 'Pairs of item and location' }),
    differences: z.array(
      z.object({
        sku: z.string(),
        location: z.string().nullable().meta({ description: 'Null: at all locations together' }),
        message: z.string(),
      }),
    ),
    notMapped: z
      .array(z.string())
      .meta({ description: 'Places of the channel that are no location of ours, and are not compared' }),
    notSold: z
      .number()
      .int()
      .meta({ description: 'Items at these locations that the channel does not sell' }),
    opened: z.number().int().meta({ description: 'Opening figures that are (or would be) agreed now' }),
    agreed: z.number().int().meta({ description: 'Opening figures that are agreed in all' }),
    hash: z
      .string()
      .nullable()
      .meta({ description: 'SHA-256 over all agreed figures: the same as long as none is added' }),
    problem: z.string().nullable().meta({ description: 'Why nothing could be compared' }),
  })
  .meta({ id: 'TakeoverStock' });

export const TakeoverReport = z
  .object({
    connection: z.string(),
    goLiveAt: orNull(At),
    dryRun: z.boolean(),
    agrees: z.boolean().meta({
      description: 'Orders, deposits and, where the channel tells it, stock: there is no difference',
    }),
    hops: z.array(TakeoverHop).meta({ description: 'The proof, one row a hop' }),
    atChannel: orNull(TakeoverSums).meta({ description: 'As it says now; null: it cannot be asked' }),
    here: TakeoverSums,
    differences: z.array(z.object({ key: z.string(), title: z.string(), message: z.string() })),
    takenOver: z
      .array(z.string())
      .meta({ description: 'Keys of the orders that are (or would be) taken over' }),
    fromShadow: z.number().int().meta({ description: 'Of them, those that were decided in shadow' }),
    problem: z.string().nullable().meta({ description: 'Why no order could be compared' }),
    stock: TakeoverStock,
  })
  .meta({ id: 'TakeoverReport' });
export type TakeoverReport = z.infer<typeof TakeoverReport>;
