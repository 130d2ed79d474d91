/** Setting a credit note off against the invoice that it credits: a second call, which only the note itself remembers. */
import { z } from 'zod';
import type { CommandOf, Failure } from '../contract.ts';
import { Allocations, type CreditNote, Invoice, Verdict } from './api.ts';
import type { Exchange } from './client.ts';
import { toXero } from './decimal.ts';
import { refusal, refused } from './refusals.ts';

type CreditNoteCommand = CommandOf<'finance.createCreditNote'>;

/** Half a cent: sums of numbers with two decimals. */
const HALF = 0.005;

/** True: what was to be set off is, or nothing was. */
export function isSetOff(
  { Allocations: made }: z.infer<typeof CreditNote>,
  { body }: CreditNoteCommand,
): boolean {
  const wanted = toXero(body.settlesMinor ?? 0, body.currency) ?? 0;
  const sum = (made ?? []).reduce((total, { Amount }) => total + Amount, 0);
  return sum > wanted - HALF;
}

/** Null: it is done. */
export async function setOff(
  { key, attempt, body }: CreditNoteCommand,
  noteId: string,
  exchange: Exchange,
): Promise<Failure | null> {
  const amount = toXero(body.settlesMinor ?? 0, body.currency);
  if (body.credits === null || amount === null)
    return refused(
      'settles-nothing',
      `credit note ${body.number} is to be set off, and names no invoice or no amount that Xero can keep`,
      'Set it off in Xero by hand',
    );
  const read = await exchange.call({
    method: 'GET',
    path: '/Invoices',
    query: { where: `InvoiceNumber=="${body.credits}"`, page: '1' },
    answer: z.object({ Invoices: z.array(Invoice) }),
  });
  if (read.status !== 'ok') return interrupted(read);
  const invoice = read.data.Invoices.find(({ InvoiceNumber }) => InvoiceNumber === body.credits);
  if (!invoice) return refusal([`Invoice ${body.credits} could not be found`], '');
  const made = await exchange.call({
    method: 'PUT',
    path: `/CreditNotes/${noteId}/Allocations`,
    query: { summarizeErrors: 'false' },
    body: { Allocations: [{ Invoice: { InvoiceID: invoice.InvoiceID }, Amount: amount, Date: body.date }] },
    key: `${key} set off ${attempt}`,
    answer: Allocations,
  });
  if (made.status !== 'ok') return made;
  const problems = Verdict.safeParse(made.data.Allocations[0]).data?.ValidationErrors ?? [];
  return problems.length === 0
    ? null
    : refusal(
        problems.map(({ Message }) => Message),
        '',
      );
}

/** The note is booked, so whatever stops us here is found by the next look-up. */
function interrupted(failure: Failure): Failure {
  return failure.status === 'transient' || failure.status === 'throttled'
    ? { status: 'unknown', message: failure.message }
    : failure;
}
