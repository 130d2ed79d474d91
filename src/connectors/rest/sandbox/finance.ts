/**
 * The sandbox finance system: documents by number, booked on accounts of its own books, one ledger an entity. It refuses what does
 * not add up, what is dated in a closed period, and a second document of a number with other content.
 */
import { convert, exponentOf, toMinor, toText } from '../../../sandbox/kit/money.ts';
import type { SandboxReply } from '../../../sandbox/kit/server.ts';
import type { FinanceBooks } from '../../../sandbox/kit/types.ts';
import { shortHash } from './feeds.ts';
import { fingerprint, json, notFound, problem, type Route } from './http.ts';
import type { LedgerOptions } from './options.ts';

interface Line {
  account: string;
  net: string;
  tax: string;
  taxCode?: string | null;
}

interface Document {
  number: string;
  entity: string;
  date: string;
  currency: string;
  rate?: string | null;
}

interface Booked {
  id: string;
  kind: Kind;
  entity: string;
  date: string;
  print: string;
  currency: string;
  /** As the document says; of a journal its debits. */
  total: bigint;
  /** What it has put on accounts, in minor units of the books; debit positive. */
  entries: { account: string; amount: bigint }[];
}

const KINDS = ['invoices', 'credit-notes', 'payments', 'journals', 'bank-transactions'] as const;
type Kind = (typeof KINDS)[number];

/** What each kind is called in lists. */
const NAMES: Readonly<Record<Kind, string>> = {
  invoices: 'invoice',
  'credit-notes': 'creditNote',
  payments: 'payment',
  journals: 'journal',
  'bank-transactions': 'bankTransaction',
};
const PAGE = 200;

const BODIES: Readonly<Record<Kind, string>> = {
  invoices: 'InvoiceCreate',
  'credit-notes': 'CreditNoteCreate',
  payments: 'FinancePaymentCreate',
  journals: 'JournalCreate',
  'bank-transactions': 'BankTransactionCreate',
};

type Entries = { account: string; amount: bigint }[];

export class Finance {
  readonly #connection: string;
  readonly #ledgers: ReadonlyMap<string, LedgerOptions>;
  readonly #booked = new Map<string, Booked>();
  /** The last day that is closed, by entity; whoever runs the books moves it. */
  readonly #closed = new Map<string, string>();

  constructor(options: { connection: string; ledgers: readonly LedgerOptions[] }) {
    this.#connection = options.connection;
    this.#ledgers = new Map(options.ledgers.map((ledger) => [ledger.entity, ledger]));
  }

  /** Nothing is booked on this day or before any more. */
  close(entity: string, until: string): void {
    this.#closed.set(entity, until);
  }

  /** Somebody books a journal by hand; amounts are minor units of the books, debit positive. */
  bookByHand(
    entity: string,
    number: string,
    date: string,
    lines: readonly { account: string; amountMinor: number }[],
  ): void {
    const ledger = this.#ledgers.get(entity);
    if (!ledger) throw new Error(`there are no books of "${entity}"`);
    const entries = lines.map(({ account, amountMinor }) => ({ account, amount: BigInt(amountMinor) }));
    const off = entries.reduce((all, { amount }) => all + amount, 0n);
    if (off !== 0n) throw new Error(`${number} is off by ${off}`);
    const id = `fin-${shortHash(`${this.#connection} ${number}`)}`;
    const { currency } = ledger;
    const total = debitsOf(entries);
    this.#booked.set(number, { id, kind: 'journals', entity, date, print: 'hand', currency, total, entries });
  }

  /** Somebody moves an amount of a booked document from one account to another one, and raises its total by it. */
  changeByHand(number: string, from: string, to: string, amountMinor: number): boolean {
    const booked = this.#booked.get(number);
    if (!booked) return false;
    const amount = BigInt(amountMinor);
    move(booked.entries, from, -amount);
    move(booked.entries, to, amount);
    booked.total = booked.kind === 'journals' ? debitsOf(booked.entries) : booked.total + amount;
    return true;
  }

  /** Somebody deletes a document. */
  removeByHand(number: string): boolean {
    return this.#booked.delete(number);
  }

  books(): FinanceBooks {
    return {
      kind: 'finance',
      connection: this.#connection,
      ledgers: [...this.#ledgers.values()].map(({ entity, currency }) => ({
        entity,
        currency,
        documents: [...this.#booked.values()].filter((each) => each.entity === entity).length,
        balances: this.#balances(entity, '9999-12-31').map(({ account, amount }) => ({
          account,
          balanceMinor: Number(amount),
        })),
      })),
    };
  }

  /** Numbers of all documents. */
  numbers(): string[] {
    return [...this.#booked.keys()];
  }

  routes(): Route[] {
    return [
      ...KINDS.flatMap((kind): Route[] => [
        {
          method: 'POST',
          path: `/v1/finance/${kind}`,
          body: BODIES[kind],
          handle: ({ body }) => this.#book(kind, body),
        },
        {
          method: 'GET',
          path: `/v1/finance/${kind}`,
          handle: ({ query }) => {
            const number = query.get('number') ?? '';
            const found = this.#booked.get(number);
            return json(200, { documents: found?.kind === kind ? [{ id: found.id, number }] : [] });
          },
        },
      ]),
      {
        method: 'GET',
        path: '/v1/finance/balances',
        handle: ({ query }) => this.#readBalances(query.get('entity') ?? '', query.get('asOf') ?? ''),
      },
      {
        method: 'GET',
        path: '/v1/finance/documents',
        handle: ({ query }) =>
          this.#list(query.get('entity') ?? '', query.get('date') ?? '', query.get('after') ?? ''),
      },
    ];
  }

  #readBalances(entity: string, asOf: string): SandboxReply {
    const ledger = this.#ledgers.get(entity);
    if (!ledger) return notFound(`ledger of ${entity}`);
    const { currency } = ledger;
    return json(200, {
      entity,
      asOf,
      currency,
      balances: this.#balances(entity, asOf).map(({ account, amount }) => ({
        account,
        balance: toText(amount, currency),
      })),
    });
  }

  /** A page of the documents of a day, by their numbers. */
  #list(entity: string, date: string, after: string): SandboxReply {
    const ledger = this.#ledgers.get(entity);
    if (!ledger) return notFound(`ledger of ${entity}`);
    const { currency } = ledger;
    const rest = [...this.#booked.entries()]
      .filter(([number, booked]) => booked.entity === entity && booked.date === date && number > after)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const page = rest.slice(0, PAGE);
    const documents = page.map(([number, booked]) => ({
      number,
      kind: NAMES[booked.kind],
      date,
      currency: booked.currency,
      total: toText(booked.total, booked.currency),
      entries: booked.entries.map(({ account, amount }) => ({ account, amount: toText(amount, currency) })),
    }));
    const next = rest.length > PAGE ? (page.at(-1)?.[0] ?? null) : null;
    return json(200, { entity, date, currency, documents, next });
  }

  #balances(entity: string, asOf: string): Entries {
    const sums = new Map<string, bigint>();
    for (const booked of this.#booked.values()) {
      if (booked.entity !== entity || booked.date > asOf) continue;
      for (const { account, amount } of booked.entries) sums.set(account, (sums.get(account) ?? 0n) + amount);
    }
    return [...sums]
      .filter(([, amount]) => amount !== 0n)
      .map(([account, amount]) => ({ account, amount }))
      .sort((a, b) => (a.account < b.account ? -1 : 1));
  }

  #book(kind: Kind, body: Document): SandboxReply {
    const { number, entity, date } = body;
    const ledger = this.#ledgers.get(entity);
    if (!ledger) return problem(422, 'unknown-entity', `There are no books of "${entity}"`);
    const print = fingerprint([kind, body]);
    const before = this.#booked.get(number);
    if (before)
      return before.print === print
        ? json(200, { id: before.id, number })
        : problem(409, 'conflict', `The number ${number} is another document's`);
    const closed = this.#closed.get(entity);
    if (closed !== undefined && date <= closed)
      return problem(
        422,
        'PERIOD_CLOSED',
        `${date} is closed: the books of ${entity} are closed until ${closed}`,
        { closedThrough: closed },
      );
    const entries = this.#entriesOf(kind, body, ledger);
    if ('status' in entries) return entries;
    const id = `fin-${shortHash(`${this.#connection} ${number}`)}`;
    const { currency } = body;
    const total = totalOf(kind, body as never, entries);
    this.#booked.set(number, { id, kind, entity, date, print, currency, total, entries });
    return json(201, { id, number });
  }

  #entriesOf(kind: Kind, body: Document, ledger: LedgerOptions): Entries | SandboxReply {
    switch (kind) {
      case 'journals':
        return journalEntries(body as never, ledger);
      case 'invoices':
        return documentEntries(body as never, ledger, ledger.receivables, -1n);
      case 'credit-notes':
        return documentEntries(body as never, ledger, ledger.receivables, 1n);
      case 'bank-transactions': {
        const { bankAccount, direction } = body as Document & { bankAccount: string; direction: string };
        return documentEntries(body as never, ledger, bankAccount, direction === 'received' ? -1n : 1n);
      }
      case 'payments':
        return this.#paymentEntries(body as never, ledger);
      default:
        return kind satisfies never;
    }
  }

  #paymentEntries(
    body: Document & { document: string; documentKind: string; account: string; amount: string },
    ledger: LedgerOptions,
  ): Entries | SandboxReply {
    const { document, documentKind, account } = body;
    const paid = this.#booked.get(document);
    const kind = documentKind === 'invoice' ? 'invoices' : 'credit-notes';
    if (paid?.kind !== kind || paid.entity !== body.entity)
      return problem(422, 'unknown-document', `There is no ${documentKind} ${document}`);
    const amount = inBooks(body.amount, body, ledger);
    if (amount === null) return inexact(body.amount, body.currency);
    const sign = documentKind === 'invoice' ? 1n : -1n;
    return [
      { account, amount: amount * sign },
      { account: ledger.receivables, amount: -amount * sign },
    ];
  }
}

function move(entries: Entries, account: string, amount: bigint): void {
  const known = entries.find((each) => each.account === account);
  if (known) known.amount += amount;
  else entries.push({ account, amount });
}

/** What a document says that it comes to, in minor units of its currency. */
function totalOf(
  kind: Kind,
  body: { currency: string; total?: string; amount?: string },
  entries: Entries,
): bigint {
  if (kind === 'journals') return debitsOf(entries);
  return toMinor(body.total ?? body.amount ?? '0', body.currency);
}

function debitsOf(entries: Entries): bigint {
  return entries.reduce((all, { amount }) => (amount > 0n ? all + amount : all), 0n);
}

/** A document's lines against one account: `sign` is that of its lines (an invoice credits revenue). */
function documentEntries(
  body: Document & { lines: Line[]; total: string },
  ledger: LedgerOptions,
  against: string,
  sign: 1n | -1n,
): Entries | SandboxReply {
  const { currency } = body;
  const amounts = body.lines.flatMap(({ net, tax }) => [net, tax]);
  const wrong = [...amounts, body.total].find((amount) => toExact(amount, currency) === null);
  if (wrong !== undefined) return inexact(wrong, currency);
  const exact = (amount: string) => toExact(amount, currency) ?? 0n;
  const sum = amounts.reduce((all, amount) => all + exact(amount), 0n);
  if (sum !== exact(body.total))
    return problem(422, 'TOTAL_MISMATCH', `The lines add up to ${toText(sum, currency)}, not ${body.total}`);
  const entries: Entries = [];
  for (const { account, net, tax, taxCode } of body.lines) {
    entries.push({ account, amount: (inBooks(net, body, ledger) ?? 0n) * sign });
    if (exact(tax) === 0n) continue;
    const taxAccount = taxCode == null ? undefined : (ledger.taxAccounts[taxCode] ?? ledger.taxAccounts['*']);
    if (taxAccount === undefined)
      return problem(422, 'unknown-tax-code', `There is no tax code "${taxCode}"`);
    entries.push({ account: taxAccount, amount: (inBooks(tax, body, ledger) ?? 0n) * sign });
  }
  const total = entries.reduce((all, { amount }) => all + amount, 0n);
  return [...entries, { account: against, amount: -total }];
}

function journalEntries(
  body: Document & { lines: { account: string; amount: string }[] },
  ledger: LedgerOptions,
): Entries | SandboxReply {
  const { currency } = body;
  if (currency !== ledger.currency)
    return problem(422, 'WRONG_CURRENCY', `The books are kept in ${ledger.currency}`);
  const entries: Entries = [];
  for (const { account, amount } of body.lines) {
    const exact = toExact(amount, currency);
    if (exact === null) return inexact(amount, currency);
    entries.push({ account, amount: exact });
  }
  const off = entries.reduce((all, { amount }) => all + amount, 0n);
  return off === 0n
    ? entries
    : problem(422, 'NOT_BALANCED', `Debits and credits differ by ${toText(off, currency)}`);
}

/** An amount of the document in minor units of the books; null: it is finer than its currency. */
function inBooks(amount: string, { currency, rate }: Document, ledger: LedgerOptions): bigint | null {
  const exact = toExact(amount, currency);
  if (exact === null || currency === ledger.currency || rate == null) return exact;
  return convert(exact, currency, ledger.currency, rate);
}

function toExact(amount: string, currency: string): bigint | null {
  return (amount.split('.')[1]?.length ?? 0) > exponentOf(currency) ? null : toMinor(amount, currency);
}

function inexact(amount: string, currency: string): SandboxReply {
  return problem(422, 'BAD_AMOUNT', `${amount} is finer than ${currency}`);
}
