/** Where an entity's books are kept, and how they are told what the sub-ledger says. */
import { z } from 'zod';
import { Id } from '../canonical/common.ts';

export const FinancePosting = z.strictObject({
  /** The connection with the role `finance`. */
  connection: Id,
  /**
   * `summary`: a journal for each day and channel. `journals`: one for each posting. `documents`: each posting as an invoice, a credit
   * note, payments or a journal, for systems that take tax only on documents.
   */
  mode: z.enum(['summary', 'journals', 'documents']).default('summary'),
  /** At this hour of the entity's clock the days before are summed up and sent. */
  atHour: z.number().int().min(0).max(23).default(4),
  /** What is posted from this day on is told; what was before, the system has already. Null: everything. */
  from: z.iso.date().nullable().default(null),
  /** What the numbers of documents begin with: they are unique in the system for ever. */
  numberPrefix: z
    .string()
    .regex(/^[A-Za-z0-9]{1,10}$/, 'letters and digits, ten at most')
    .default('XD'),
});
export type FinancePosting = z.infer<typeof FinancePosting>;
