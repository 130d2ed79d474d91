/** What payment providers have paid out, and what the bank shows of it. */
import { z } from 'zod';
import { Money, orNull } from './common.ts';

export const BankAccountItem = z
  .object({
    key: z.string().meta({ description: 'ENTITY/ACCOUNT', example: 'retail-de/MAIN' }),
    name: z.string(),
    iban: orNull(z.string()),
    currency: z.string(),
    closing: orNull(z.object({ until: z.iso.date(), balance: Money })).meta({
      description: 'With what the last statement ended',
    }),
    expected: z
      .array(z.object({ payout: z.string(), on: z.iso.date(), amount: Money }))
      .meta({ description: 'Payouts that no statement shows yet, the oldest first' }),
    lines: z
      .array(z.object({ lineId: z.string(), bookedOn: z.iso.date(), amount: Money, text: z.string() }))
      .meta({ description: 'Lines that name a payment provider and are no payout that is expected' }),
  })
  .meta({ id: 'BankAccountItem' });
export const BankAccountList = z.object({ items: z.array(BankAccountItem) }).meta({ id: 'BankAccountList' });
export type BankAccountList = z.infer<typeof BankAccountList>;

export const SettlementImported = z
  .object({
    entries: z.number().int(),
    payouts: z.number().int(),
    unknownOrders: z.array(z.string()).meta({ description: 'Names or ids that no order here has' }),
  })
  .meta({ id: 'SettlementImported' });
export type SettlementImported = z.infer<typeof SettlementImported>;

export const PayoutDetail = z
  .object({
    payout: z.string().meta({ description: 'Key: CONNECTION/ID' }),
    status: orNull(z.string()),
    issuedAt: orNull(z.iso.datetime()),
    net: orNull(Money).meta({ description: 'What the provider says; null: it has not told of it' }),
    sum: orNull(Money).meta({ description: 'Σ(amount − fee) of its entries' }),
    residual: orNull(Money),
    closes: z.boolean(),
    bank: orNull(z.object({ account: z.string(), lineId: z.string(), bookedOn: z.iso.date() })),
    kinds: z.array(z.object({ kind: z.string(), count: z.number().int(), amount: Money, fee: Money })),
    entries: z.array(
      z.object({
        entryId: z.string(),
        kind: z.string(),
        sourceType: z.string(),
        order: orNull(z.string()),
        transactionId: orNull(z.string()),
        at: z.iso.datetime(),
        amount: Money,
        fee: Money,
        net: Money,
      }),
    ),
  })
  .meta({ id: 'PayoutDetail' });
export type PayoutDetail = z.infer<typeof PayoutDetail>;
