/** What the API says of the books: trial balance, accounts, open items, taxes, proofs. Amounts have a sign: debit is positive. */
import { z } from 'zod';
import { ACCOUNT_ROLES, type AccountRole } from '../../domain/books/posting.ts';
import { Money, orNull } from './common.ts';

const day = (description: string) => z.iso.date().meta({ description });
const Role = z.enum(Object.keys(ACCOUNT_ROLES) as [AccountRole, ...AccountRole[]]).meta({
  description: 'What the account is for',
});

export const StreamRef = z
  .object({
    kind: z.string(),
    key: z.string(),
    title: orNull(z.string()).meta({ description: 'What people call the order; null: it is none' }),
  })
  .meta({ id: 'StreamRef' });
export type StreamRef = z.infer<typeof StreamRef>;

/** How far the postings of an entity are booked at its finance system. */
export const Completeness = z
  .object({
    connection: z.string().meta({ description: 'The finance system' }),
    mode: z.enum(['summary', 'journals', 'documents']),
    postings: z.number().int().meta({ description: 'That it is to be told' }),
    booked: z.number().int().meta({ description: 'Of these: booked there, or by hand' }),
    unposted: z.number().int().meta({
      description: 'Orders and movements of money that wait for a row of the posting rules',
    }),
    share: z.number().min(0).max(1).meta({
      description: 'Booked, of all that has money: postings, and what waits for a rule. 1: it is complete',
    }),
    oldestOpen: orNull(z.iso.date()).meta({
      description: 'The oldest day of which something is not booked; null: there is none that is known',
    }),
  })
  .meta({ id: 'Completeness' });
export type Completeness = z.infer<typeof Completeness>;

export const BookEntity = z
  .object({
    entity: z.string(),
    name: z.string(),
    currency: z.string().meta({ description: 'Of the books' }),
    hasBooks: z.boolean().meta({ description: 'False: nothing is posted for it' }),
    finance: orNull(Completeness).meta({ description: 'Null: no finance system is told' }),
  })
  .meta({ id: 'BookEntity' });
export type BookEntity = z.infer<typeof BookEntity>;
export const BookEntities = z.object({ items: z.array(BookEntity) }).meta({ id: 'BookEntities' });
export type BookEntities = z.infer<typeof BookEntities>;

export const AccountBalance = z
  .object({
    account: z.string().meta({ description: 'Its number' }),
    name: z.string().meta({ description: 'By the chart of accounts; empty where that has none' }),
    debit: Money,
    credit: Money,
    balance: Money,
    lines: z.number().int(),
  })
  .meta({ id: 'AccountBalance' });
export type AccountBalance = z.infer<typeof AccountBalance>;

export const TrialBalance = z
  .object({
    entity: z.string(),
    currency: z.string(),
    asOf: day('The last day that counts'),
    accounts: z.array(AccountBalance),
    debit: Money,
    credit: Money,
    balanced: z.boolean().meta({ description: 'Debits are credits' }),
  })
  .meta({ id: 'TrialBalance' });
export type TrialBalance = z.infer<typeof TrialBalance>;

export const BookLine = z
  .object({
    stream: StreamRef.meta({ description: 'Whose fact carries the posting' }),
    seq: z.number().int().meta({ description: 'Number of that fact' }),
    posting: z.string().meta({ description: 'Key of the business act' }),
    act: z.string(),
    text: z.string(),
    reverses: orNull(z.string()).meta({ description: 'The posting that it takes back' }),
    documentDate: day('Of the business act'),
    postingDate: day('Of the books'),
    account: z.string(),
    name: z.string(),
    role: Role,
    amount: Money.meta({ description: 'In the currency of the act' }),
    booked: Money.meta({ description: 'In the currency of the books' }),
    item: StreamRef.meta({ description: 'The item that it opens or settles' }),
    dimensions: z.record(z.string(), z.string()),
  })
  .meta({ id: 'BookLine', description: 'A line of a posting: debit positive' });
export type BookLine = z.infer<typeof BookLine>;

export const AccountLines = z
  .object({
    entity: z.string(),
    account: z.string(),
    name: z.string(),
    currency: z.string(),
    from: day('First day'),
    until: day('Last day'),
    opening: Money.meta({ description: 'Before the first day' }),
    closing: Money.meta({ description: 'At the end of the last day' }),
    lines: z.array(BookLine).meta({ description: 'Newest first' }),
    next: orNull(z.string()),
  })
  .meta({ id: 'AccountLines' });
export type AccountLines = z.infer<typeof AccountLines>;

export const StreamBooks = z
  .object({
    stream: StreamRef,
    lines: z.array(BookLine).meta({ description: 'Of its postings, and of those of others that name it' }),
  })
  .meta({ id: 'StreamBooks' });
export type StreamBooks = z.infer<typeof StreamBooks>;

export const OpenItem = z
  .object({
    account: z.string(),
    name: z.string(),
    role: Role,
    item: StreamRef,
    amount: Money,
    booked: Money,
    since: day('Of its oldest line'),
    age: z.string(),
    dueOn: orNull(z.iso.date()).meta({
      description: 'Of a receivable: by its payment terms, else at once; null: it is none',
    }),
    overdueDays: z.number().int().meta({ description: 'Days since then; 0: it is not due yet' }),
  })
  .meta({ id: 'OpenItem' });
export type OpenItem = z.infer<typeof OpenItem>;

export const OpenItems = z
  .object({
    entity: z.string(),
    currency: z.string(),
    asOf: day('On which day'),
    accounts: z.array(
      z.object({
        account: z.string(),
        name: z.string(),
        items: z.number().int(),
        total: Money,
        overdue: Money.meta({ description: 'Of receivables: what should have been paid' }),
        ages: z.array(z.object({ age: z.string(), items: z.number().int(), total: Money })),
      }),
    ),
    items: z.array(OpenItem).meta({ description: 'Oldest first' }),
    more: z.number().int().meta({ description: 'Items that are not listed' }),
  })
  .meta({ id: 'OpenItems' });
export type OpenItems = z.infer<typeof OpenItems>;

export const CARD_MOVEMENTS = ['opening', 'sold', 'redeemed', 'putBack', 'returned', 'corrected'] as const;

export const CardLedger = z
  .object({
    entity: z.string(),
    currency: z.string(),
    asOf: day('The last day that counts'),
    movements: z.array(
      z.object({
        what: z.enum(CARD_MOVEMENTS).meta({
          description:
            'sold: cards that were paid. redeemed: paid with. putBack: refunds to cards and store credit. returned: cards that were credited. opening: at go-live. corrected: by an edit or the closing of an order',
        }),
        lines: z.number().int(),
        amount: Money.meta({ description: 'What is owed more by it; below zero: less' }),
      }),
    ),
    outstanding: Money.meta({ description: 'Owed to whoever has cards' }),
    accounts: Money.meta({ description: 'What the accounts of cards say is owed' }),
    ties: z.boolean().meta({ description: 'Both are the same: nothing else stands on these accounts' }),
  })
  .meta({ id: 'CardLedger' });
export type CardLedger = z.infer<typeof CardLedger>;

export const TaxLedger = z
  .object({
    entity: z.string(),
    currency: z.string(),
    asOf: day('The last day that counts'),
    rows: z.array(
      z.object({
        registration: z.string(),
        jurisdiction: z.string(),
        scheme: z.string(),
        period: z.string().meta({ description: 'Of the return in which it is told' }),
        originalPeriod: z.string().meta({
          description: 'Of the return in which its supply belongs; another where that was filed before',
        }),
        taxCode: z.string(),
        rate: z.string(),
        entries: z.number().int(),
        base: Money,
        tax: Money,
      }),
    ),
    total: Money,
    accounts: Money.meta({ description: 'What the tax accounts say is owed' }),
    ties: orNull(z.boolean()).meta({
      description: 'Whether both are the same; null: only a part of the ledger was asked for',
    }),
  })
  .meta({ id: 'TaxLedger' });
export type TaxLedger = z.infer<typeof TaxLedger>;

export const Proof = z
  .object({
    of: z.enum(['order', 'payout', 'period', 'account']),
    id: z.string(),
    title: z.string(),
    entity: z.string(),
    currency: z.string(),
    hops: z.array(
      z.object({
        name: z.string(),
        total: Money,
        documents: z.array(
          z.object({
            date: z.string(),
            text: z.string(),
            stream: orNull(StreamRef),
            posting: orNull(z.string()),
            accounts: z.array(z.string()),
            amount: Money,
          }),
        ),
      }),
    ),
    residuals: z.array(
      z.object({
        account: z.string(),
        name: z.string(),
        amount: Money,
        since: z.string(),
        words: z.string(),
      }),
    ),
    closes: z.boolean().meta({ description: 'Nothing is left' }),
  })
  .meta({ id: 'Proof' });
export type Proof = z.infer<typeof Proof>;
