/** Settlement of a payment provider, and postings of the books. */
import { z } from 'zod';
import { Currency, Id, Instant, Minor } from './common.ts';

export const SettlementEntry = z.object({
  entryId: Id,
  type: z.enum([
    'capture',
    'refund',
    'fee',
    'feeTax',
    'reserve',
    'advance',
    'billing',
    'dispute',
    'transfer',
    'adjustment',
    'unknown',
  ]),
  sourceType: z.string().describe('The provider’s own word for the type.'),
  channelOrderId: Id.nullable(),
  amountMinor: Minor,
  feeMinor: Minor,
  at: Instant,
});

export const Settlement = z.object({
  schema: z.literal('settlement/1'),
  payoutId: Id,
  currency: Currency,
  status: z.enum(['scheduled', 'inTransit', 'paid', 'failed', 'cancelled']),
  netMinor: Minor.describe('Σ(amount − fee) of the entries, transfers left out.'),
  issuedAt: Instant,
  entries: z.array(SettlementEntry),
});
export type Settlement = z.infer<typeof Settlement>;

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
