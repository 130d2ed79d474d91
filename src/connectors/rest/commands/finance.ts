/** Commands to a finance system. */
import { formatMinor, parseMinor } from '../../../domain/money.ts';
import type { CommandOf, LookUp, Outcome } from '../../contract.ts';
import { BalancePage, BookedDocumentPage, FinanceDocument, FinanceDocumentPage } from '../api.ts';
import { financeBody } from '../bodies-finance.ts';
import { asLookUp, type Calls, encode, notListed } from './calls.ts';

type FinanceCommand =
  | CommandOf<'finance.createInvoice'>
  | CommandOf<'finance.createCreditNote'>
  | CommandOf<'finance.recordPayment'>
  | CommandOf<'finance.postJournal'>
  | CommandOf<'finance.recordBankTransaction'>
  | CommandOf<'finance.readBalances'>
  | CommandOf<'finance.readDocuments'>;

const PATHS: Readonly<Record<Exclude<FinanceCommand['kind'], `finance.read${string}`>, string>> = {
  'finance.createInvoice': '/v1/finance/invoices',
  'finance.createCreditNote': '/v1/finance/credit-notes',
  'finance.recordPayment': '/v1/finance/payments',
  'finance.postJournal': '/v1/finance/journals',
  'finance.recordBankTransaction': '/v1/finance/bank-transactions',
};

export async function performOnFinance(
  calls: Calls,
  command: FinanceCommand,
  signal: AbortSignal,
): Promise<Outcome> {
  if (command.kind === 'finance.readBalances') return readBalances(calls, command, signal);
  if (command.kind === 'finance.readDocuments') return readDocuments(calls, command, signal);
  return calls.change(
    command,
    {
      method: 'POST',
      path: PATHS[command.kind],
      body: financeBody(command, formatMinor),
      answer: FinanceDocument,
      signal,
    },
    ({ id }) => ({ documentId: id }),
  );
}

async function readBalances(
  calls: Calls,
  { body: { entity, asOf } }: CommandOf<'finance.readBalances'>,
  signal: AbortSignal,
): Promise<Outcome> {
  const read = await calls.find(
    `/v1/finance/balances?entity=${encode(entity)}&asOf=${asOf}`,
    BalancePage,
    (page) => page,
    signal,
  );
  if (read.status === 'absent')
    return {
      status: 'rejected',
      code: 'not-found',
      message: `the finance system keeps no books of "${entity}"`,
      suggestedFix: 'Correct the finance connection of the entity in the configuration, then retry the case',
    };
  if (read.status !== 'found') return read;
  const { currency, balances } = read.value;
  return {
    status: 'done',
    result: {
      balances: balances.map(({ account, balance }) => ({
        account,
        balanceMinor: parseMinor(balance, currency),
      })),
    },
  };
}

async function readDocuments(
  calls: Calls,
  { body: { entity, date, after } }: CommandOf<'finance.readDocuments'>,
  signal: AbortSignal,
): Promise<Outcome> {
  const from = after === null ? '' : `&after=${encode(after)}`;
  const path = `/v1/finance/documents?entity=${encode(entity)}&date=${date}${from}`;
  const read = await calls.find(path, BookedDocumentPage, (page) => page, signal);
  if (read.status === 'absent') return notListed(`documents of "${entity}"`);
  if (read.status !== 'found') return read;
  const { currency: books, documents, next } = read.value;
  return {
    status: 'done',
    result: {
      documents: documents.map(({ total, entries, ...document }) => ({
        ...document,
        totalMinor: parseMinor(total, document.currency),
        entries:
          entries?.map(({ account, amount }) => ({ account, amountMinor: parseMinor(amount, books) })) ??
          null,
      })),
      next,
    },
  };
}

export async function lookUpAtFinance(
  calls: Calls,
  command: FinanceCommand,
  signal: AbortSignal,
): Promise<LookUp> {
  if (command.kind === 'finance.readBalances' || command.kind === 'finance.readDocuments')
    return { status: 'absent' };
  const { number } = command.body;
  const found = await calls.find(
    `${PATHS[command.kind]}?number=${encode(number)}`,
    FinanceDocumentPage,
    ({ documents }) => documents.find((each) => each.number === number),
    signal,
  );
  return asLookUp(found, ({ id }) => ({ documentId: id }));
}
