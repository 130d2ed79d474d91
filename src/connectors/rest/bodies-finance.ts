/** Commands to finance as request bodies of the API: minor units become decimal text. */
import type { CommandBodies, FinanceDocument, FinanceLine } from '../../domain/commands.ts';

type Booking =
  | { kind: 'finance.createInvoice'; body: CommandBodies['finance.createInvoice'] }
  | { kind: 'finance.createCreditNote'; body: CommandBodies['finance.createCreditNote'] }
  | { kind: 'finance.recordPayment'; body: CommandBodies['finance.recordPayment'] }
  | { kind: 'finance.postJournal'; body: CommandBodies['finance.postJournal'] }
  | { kind: 'finance.recordBankTransaction'; body: CommandBodies['finance.recordBankTransaction'] };

/** @param format writes minor units of a currency as decimal text. */
export function financeBody(
  command: Booking,
  format: (amountMinor: number, currency: string) => string,
): Record<string, unknown> {
  const lines = (all: readonly FinanceLine[], currency: string) =>
    all.map(({ netMinor, taxMinor, ...line }) => ({
      ...line,
      net: format(netMinor, currency),
      tax: format(taxMinor, currency),
    }));
  const document = ({ customerId, totalMinor, lines: all, ...rest }: FinanceDocument) => ({
    ...rest,
    customer: customerId,
    lines: lines(all, rest.currency),
    total: format(totalMinor, rest.currency),
  });
  switch (command.kind) {
    case 'finance.createInvoice':
    case 'finance.createCreditNote':
      return document(command.body);
    case 'finance.recordPayment': {
      const { amountMinor, ...rest } = command.body;
      return { ...rest, amount: format(amountMinor, rest.currency) };
    }
    case 'finance.postJournal': {
      const { lines: all, ...rest } = command.body;
      return {
        ...rest,
        lines: all.map(({ amountMinor, ...line }) => ({
          ...line,
          amount: format(amountMinor, rest.currency),
        })),
      };
    }
    case 'finance.recordBankTransaction': {
      const { lines: all, totalMinor, ...rest } = command.body;
      return { ...rest, lines: lines(all, rest.currency), total: format(totalMinor, rest.currency) };
    }
    default:
      return command satisfies never;
  }
}
