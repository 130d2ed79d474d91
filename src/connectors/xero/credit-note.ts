/** Setting a credit note off against the invoices that it settles: a second call, which only the note itself remembers. */
import { z } from 'zod';
import { sumMinor } from '../../domain/money.ts';
import type { CommandOf, Failure } from '../contract.ts';
import { Allocations, type CreditNote, Invoice, Verdict } from './api.ts';
import type { Exchange } from './client.ts';
import { toXero } from './decimal.ts';
import { refusal, refused } from './refusals.ts';

type CreditNoteCommand = CommandOf<'finance.createCreditNote'>;
type Note = z.infer<typeof CreditNote>;

/** Half a cent: sums of numbers with two decimals. */
const HALF = 0.005;

/** True: what was to be set off is, or nothing was. */
export function isSetOff({ Allocations: made }: Note, { body }: CreditNoteCommand): boolean {
  const wanted = toXero(sumMinor((body.settles ?? []).map(({ amountMinor }) => amountMinor)), body.currency);
  const sum = (made ?? []).reduce((total, { Amount }) => total + Amount, 0);
  return sum > (wanted ?? 0) - HALF;
}

/** Sets off what is not yet. Null: it is done. */
export async function setOff(
  { key, attempt, body }: CreditNoteCommand,
  { CreditNoteID, Allocations: made = [] }: Note,
  exchange: Exchange,
): Promise<Failure | null> {
  const { settles = [], currency, number, date } = body;
  const read = await exchange.call({
    method: 'GET',
    path: '/Invoices',
    query: { where: settles.map(({ invoice }) => `InvoiceNumber=="${invoice}"`).join(' OR '), page: '1' },
    answer: z.object({ Invoices: z.array(Invoice) }),
  });
  if (read.status !== 'ok') return interrupted(read);
  const missing: { Invoice: { InvoiceID: string }; Amount: number; Date: string }[] = [];
  for (const { invoice, amountMinor } of settles) {
    const found = read.data.Invoices.find(
      ({ InvoiceNumber, Status }) => InvoiceNumber === invoice && Status !== 'VOIDED',
    );
    if (!found) return refusal([`Invoice ${invoice} could not be found`], '');
    const amount = toXero(amountMinor, currency);
    if (amount === null)
      return refused(
        'too-fine',
        `credit note ${number} is to settle ${amountMinor} minor units of ${currency}, finer than Xero keeps`,
        'Set it off in Xero by hand',
      );
    const { InvoiceID } = found;
    const before = made.filter(({ Invoice: of }) => of.InvoiceID === InvoiceID);
    const rest = amount - before.reduce((total, { Amount }) => total + Amount, 0);
    if (rest > HALF) missing.push({ Invoice: { InvoiceID }, Amount: Number(rest.toFixed(2)), Date: date });
  }
  if (missing.length === 0) return null;
  const answer = await exchange.call({
    method: 'PUT',
    path: `/CreditNotes/${CreditNoteID}/Allocations`,
    query: { summarizeErrors: 'false' },
    body: { Allocations: missing },
    key: `${key} set off ${attempt}`,
    answer: Allocations,
  });
  if (answer.status !== 'ok') return answer;
  const problems = answer.data.Allocations.flatMap(
    (each) => Verdict.safeParse(each).data?.ValidationErrors ?? [],
  );
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
