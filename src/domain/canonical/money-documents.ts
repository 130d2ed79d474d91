/** Settlement of a payment provider: entries, payouts and disputes; and postings of the books. */
import { z } from 'zod';
import { Currency, Id, Instant, Minor } from './common.ts';

/** What an entry of a payments account is, whatever its provider calls it. */
export const SettlementKind = z.enum([
  /** Money of an order's payment; the order has booked it against clearing. */
  'capture',
  /** Money given back for an order, and what takes a refund back. */
  'refund',
  'fee',
  'feeTax',
  /** Tax of an order that the channel owes and keeps. */
  'channelTax',
  /** Kept back by the provider, and given free again. */
  'reserve',
  /** An advance or a loan, and what pays it back. */
  'advance',
  /** What the provider sells (labels, advertising, duties), and what it gives for it. */
  'billing',
  'dispute',
  /** Between the account and a bank. */
  'transfer',
  'unknown',
]);
export type SettlementKind = z.infer<typeof SettlementKind>;

export const SettlementEntry = z.object({
  schema: z.literal('settlement-entry/1'),
  entryId: Id,
  kind: SettlementKind,
  sourceType: z.string().describe('The provider’s own word for the type.'),
  payoutId: Id.nullable().describe('Null: it is in no payout yet.'),
  isPayout: z
    .boolean()
    .describe('It is the payout itself, leaving the account: no part of the payout’s sum.'),
  account: Id.nullable().describe(
    'The provider’s id of the business entity whose account it is; null: there is only one.',
  ),
  gateway: Id.describe('The channel’s code of the means of payment whose clearing account it moves.'),
  channelOrderId: Id.nullable(),
  transactionId: Id.nullable().describe('The order’s transaction that it comes from.'),
  sourceId: Id.nullable().describe('What else it comes from: a dispute, a payout, an adjustment.'),
  reason: z.string().nullable(),
  currency: Currency.describe('Of the account: the settlement currency.'),
  amountMinor: Minor.describe('Into the account; below zero: out of it.'),
  feeMinor: Minor.describe('What is kept of it; below zero: a fee that is given back.'),
  at: Instant.describe('When it moved: fees are booked on this day.'),
});
export type SettlementEntry = z.infer<typeof SettlementEntry>;

export const Payout = z.object({
  schema: z.literal('payout/1'),
  payoutId: Id,
  account: Id.nullable(),
  gateway: Id,
  currency: Currency,
  status: z.enum(['scheduled', 'inTransit', 'paid', 'failed', 'cancelled']),
  netMinor: Minor.describe(
    'Σ(amount − fee) of its entries, the payout itself left out. Below zero: the provider takes it from the bank.',
  ),
  issuedAt: Instant,
  reference: z.string().nullable().describe('What the bank’s statement shows of it.'),
  fromBalance: z
    .literal(true)
    .optional()
    .describe('It is taken from a balance, and consists of no entries. Missing: it does.'),
});
export type Payout = z.infer<typeof Payout>;

/** A payout with all that it consists of, as settlement files of gateways bring it. */
export const Settlement = z.object({
  schema: z.literal('settlement/1'),
  payout: Payout,
  entries: z.array(SettlementEntry),
});
export type Settlement = z.infer<typeof Settlement>;

/** A shopper has had the bank question a charge, or take it back. */
export const Dispute = z.object({
  schema: z.literal('dispute/1'),
  disputeId: Id,
  account: Id.nullable(),
  gateway: Id,
  channelOrderId: Id.nullable(),
  type: z.enum(['inquiry', 'chargeback']).describe('Of an inquiry no money is taken.'),
  status: z.enum(['needsResponse', 'underReview', 'won', 'lost', 'accepted', 'prevented', 'refunded']),
  reason: z.string().describe('In the provider’s word, lower case: "product_not_received".'),
  currency: Currency,
  amountMinor: Minor.min(0),
  initiatedAt: Instant,
  evidenceDueAt: Instant.nullable(),
  evidenceSentAt: Instant.nullable(),
  finalisedAt: Instant.nullable(),
});
export type Dispute = z.infer<typeof Dispute>;

/** A line of a bank's statement. */
export const BankLine = z.object({
  lineId: Id.describe(
    'Unique at its account for ever: the bank’s own reference, or made of what the line says.',
  ),
  bookedOn: z.iso.date(),
  amountMinor: Minor.describe('Into the account; below zero: out of it.'),
  text: z
    .string()
    .max(2_000)
    .nullable()
    .describe('What the statement says of it; null: it names no payment provider, and may name a person.'),
});
export type BankLine = z.infer<typeof BankLine>;

export const BankStatement = z
  .object({
    schema: z.literal('bank-statement/1'),
    statementId: Id,
    currency: Currency,
    from: z.iso.date().nullable(),
    until: z.iso.date(),
    openingMinor: Minor.nullable().describe('Before its first line; null: it does not say.'),
    closingMinor: Minor.nullable(),
    lines: z.array(BankLine).max(20_000),
  })
  .refine(
    ({ openingMinor, closingMinor, lines }) =>
      openingMinor === null ||
      closingMinor === null ||
      lines.reduce((sum, { amountMinor }) => sum + amountMinor, openingMinor) === closingMinor,
    'the opening balance and the lines do not come to the closing balance',
  )
  .refine(
    ({ lines }) => new Set(lines.map(({ lineId }) => lineId)).size === lines.length,
    'two lines have the same id',
  );
export type BankStatement = z.infer<typeof BankStatement>;

export const PostingLine = z.object({ account: Id, debitMinor: Minor.min(0), creditMinor: Minor.min(0) });

export const Posting = z
  .object({
    schema: z.literal('posting/1'),
    key: Id.describe('Names the business act and its revision.'),
    entity: Id,
    currency: Currency,
    documentDate: z.iso.date(),
    taxPoint: z.iso.date().nullable(),
    postingDate: z.iso.date(),
    text: z.string(),
    lines: z.array(PostingLine).min(2),
  })
  .refine(
    (posting) => posting.lines.reduce((sum, line) => sum + line.debitMinor - line.creditMinor, 0) === 0,
    'debits must equal credits',
  );
export type Posting = z.infer<typeof Posting>;
