/** The endpoints in use, as a table. */

import { amount } from './amounts.ts';
import type { Bank } from './bank.ts';
import { bankTransactionJson, transferJson } from './bank.ts';
import { msDate } from './dates.ts';
import { type DocumentKind, type Documents, documentJson } from './documents.ts';
import { apiException, errorsOf, notFound, Refusal, Reply, validationException } from './errors.ts';
import type { Route, RouteRequest } from './front.ts';
import { type Journals, journalJson } from './journals.ts';
import type { Ledger } from './ledger.ts';
import { categoryJson, type Organisation, optionJson, taxRateJson } from './organisation.ts';
import { type Payments, paymentJson } from './payments.ts';
import { trialBalance } from './report.ts';
import { filtered } from './where.ts';

export interface Books {
  organisation: Organisation;
  ledger: Ledger;
  documents: Documents;
  payments: Payments;
  journals: Journals;
  bank: Bank;
}

const PAGE_SIZE = 100;

export function routes(books: Books): Route[] {
  const { organisation, ledger, documents, payments, journals, bank } = books;
  const documentRoutes = (name: 'Invoices' | 'CreditNotes', kind: DocumentKind): Route[] => [
    {
      method: 'PUT',
      path: new RegExp(`^/${name}$`),
      request: name,
      answer: name,
      handle: (request) =>
        elements(request, name, (each: never) => {
          const book = documents.prepare(kind, each, unitDecimals(request));
          return () => documentJson(book());
        }),
    },
    pagedRoute(name, () => documents.all.filter((each) => each.kind === kind).map(documentJson)),
  ];
  return [
    ...documentRoutes('Invoices', 'invoice'),
    ...documentRoutes('CreditNotes', 'creditNote'),
    {
      method: 'PUT',
      path: /^\/CreditNotes\/([^/]+)\/Allocations$/,
      request: 'Allocations',
      answer: 'Allocations',
      handle: (request) => {
        const note = documents.byId('creditNote', request.params[0] ?? '');
        if (!note) throw new Reply(notFound());
        return elements(request, 'Allocations', (each: never) => {
          const setOff = documents.allocate(note, each);
          return () => {
            const made = setOff();
            return {
              AllocationID: made.allocationId,
              Amount: amount(made.cents),
              Date: msDate(made.date),
              Invoice: { InvoiceID: made.other.id, InvoiceNumber: made.other.number },
            };
          };
        });
      },
    },
    {
      method: 'PUT',
      path: /^\/Payments$/,
      request: 'Payments',
      answer: 'Payments',
      handle: (request) =>
        elements(request, 'Payments', (each: never) => {
          const book = payments.prepare(each);
          return () => paymentJson(book());
        }),
    },
    pagedRoute('Payments', () => payments.all.map(paymentJson)),
    {
      method: 'PUT',
      path: /^\/ManualJournals$/,
      request: 'ManualJournals',
      answer: 'ManualJournals',
      handle: (request) =>
        elements(request, 'ManualJournals', (each: never) => {
          const book = journals.prepare(each);
          return () => journalJson(book());
        }),
    },
    pagedRoute('ManualJournals', () => journals.all.map(journalJson)),
    {
      method: 'PUT',
      path: /^\/BankTransactions$/,
      request: 'BankTransactions',
      answer: 'BankTransactions',
      handle: (request) =>
        elements(request, 'BankTransactions', (each: never) => {
          const book = bank.prepare(each, unitDecimals(request));
          return () => bankTransactionJson(book());
        }),
    },
    pagedRoute('BankTransactions', () => bank.transactions.map(bankTransactionJson)),
    {
      method: 'PUT',
      path: /^\/BankTransfers$/,
      request: 'BankTransfers',
      answer: 'BankTransfers',
      handle: (request) =>
        elements(request, 'BankTransfers', (each: never) => {
          const book = bank.transfer(each);
          return () => transferJson(book());
        }),
    },
    wholeRoute('BankTransfers', () => bank.transfers.map(transferJson)),
    wholeRoute('Accounts', () => organisation.accounts.map((each) => organisation.accountJson(each))),
    wholeRoute('TaxRates', () => organisation.spec.taxRates.map(taxRateJson)),
    wholeRoute('TrackingCategories', () => organisation.tracking.map(categoryJson)),
    { ...wholeRoute('Organisations', () => [organisation.json()]), path: /^\/Organisation$/ },
    {
      method: 'PUT',
      path: /^\/TrackingCategories$/,
      request: 'TrackingCategory',
      answer: 'TrackingCategories',
      handle: ({ body }) => {
        const { Name } = body as { Name: string };
        return { TrackingCategories: [categoryJson(refusable(() => organisation.addCategory(Name)))] };
      },
    },
    {
      method: 'PUT',
      path: /^\/TrackingCategories\/([^/]+)\/Options$/,
      request: 'TrackingOption',
      answer: 'Options',
      handle: ({ params, body }) => {
        const category = organisation.tracking.find((each) => each.trackingCategoryId === params[0]);
        if (!category) throw new Reply(notFound());
        const { Name } = body as { Name: string };
        return { Options: [optionJson(refusable(() => organisation.addOption(category, Name)))] };
      },
    },
    {
      method: 'GET',
      path: /^\/Reports\/TrialBalance$/,
      answer: 'Reports',
      handle: ({ query }) => {
        const asOf = query.get('date') ?? new Date(organisation.now()).toISOString().slice(0, 10);
        if (Number.isNaN(Date.parse(asOf)))
          throw new Reply(apiException(10, 'ValidationException', 'The date is not a valid date'));
        return trialBalance(organisation, ledger, asOf);
      },
    },
  ];
}

/**
 * Books each element by itself. With `summarizeErrors=false` the answer tells element by element what became of it; else one that
 * is refused fails all.
 */
function elements(
  { body, query }: RouteRequest,
  name: string,
  prepare: (element: never) => () => object,
): object {
  const all = (body as Record<string, object[]>)[name] ?? [];
  const isEach = query.get('summarizeErrors') === 'false';
  if (!isEach) {
    const refused = all.flatMap((each) => {
      try {
        prepare(each as never);
        return [];
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return [{ ...each, ValidationErrors: errorsOf(error.messages) }];
      }
    });
    if (refused.length > 0) throw new Reply(validationException(refused));
  }
  return {
    [name]: all.map((each) => {
      try {
        const made = prepare(each as never)();
        return isEach ? { ...made, StatusAttributeString: 'OK' } : made;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { ...each, StatusAttributeString: 'ERROR', ValidationErrors: errorsOf(error.messages) };
      }
    }),
  };
}

/** A page of a list; without `page` its lines are left out. */
function pagedRoute(name: Route['answer'], all: () => object[]): Route {
  return {
    method: 'GET',
    path: new RegExp(`^/${name}$`),
    answer: name,
    handle: ({ query }) => {
      const found = filtered(all(), query.get('where'));
      const page = Number(query.get('page') ?? 1);
      const pageSize = Number(query.get('pageSize') ?? PAGE_SIZE);
      const shown = found.slice((page - 1) * pageSize, page * pageSize);
      return {
        pagination: {
          page,
          pageSize,
          pageCount: Math.ceil(found.length / pageSize),
          itemCount: found.length,
        },
        [name]: query.has('page') ? shown : shown.map(withoutLines),
      };
    },
  };
}

function withoutLines(row: object): object {
  return 'LineItems' in row ? { ...row, LineItems: [] } : row;
}

/** A list that comes whole. */
const wholeRoute = (name: Route['answer'], all: () => object[]): Route => ({
  method: 'GET',
  path: new RegExp(`^/${name}$`),
  answer: name,
  handle: ({ query }) => ({ [name]: filtered(all(), query.get('where')) }),
});

const unitDecimals = ({ query }: RouteRequest): 2 | 4 => (query.get('unitdp') === '4' ? 4 : 2);

function refusable<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Reply(validationException([{ ValidationErrors: errorsOf(error.messages) }]));
  }
}
