/**
 * Xero as a real HTTP server on loopback: identity server and Accounting API at one address. It keeps books, enforces Xero's rules
 * in Xero's words, checks each request and answer by schemas, and fails as the world says.
 */
import { type RunningSystem, type SandboxReply, serveSystem } from '../../../sandbox/kit/server.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import { Bank } from './bank.ts';
import { type AccountSpec, DEFAULT_CHART, DEFAULT_TAX_RATES, type TaxRateSpec } from './chart.ts';
import { type DocumentKind, Documents, openOf } from './documents.ts';
import { gatewayProblem } from './errors.ts';
import { type Exchanged, Front } from './front.ts';
import { Identity } from './identity.ts';
import { Journals } from './journals.ts';
import { Ledger } from './ledger.ts';
import { Limits } from './limits.ts';
import { Organisation } from './organisation.ts';
import { Payments } from './payments.ts';
import { balancesAt } from './report.ts';
import { routes } from './routes.ts';

export type { Exchanged } from './front.ts';

export interface XeroSandboxOptions {
  /** The system's name, which faults and outages go by. */
  connection: string;
  clientId: string;
  clientSecret: string;
  tenantId: string;
  /** 0 or none: a free one. */
  port?: number;
  name?: string;
  baseCurrency?: string;
  accounts?: readonly AccountSpec[];
  taxRates?: readonly TaxRateSpec[];
  tracking?: Readonly<Record<string, readonly string[]>>;
  /** 1 to 12; default: December. */
  yearEndMonth?: number;
  /** Units of a currency for one of the books', of bank accounts in that currency. */
  dayRates?: Readonly<Record<string, number>>;
  callsPerMinute?: number;
  callsPerDay?: number;
  /** Hears of each request that was answered well. */
  record?: (exchanged: Exchanged) => void;
}

/** What an auditor reads (`GET /_books`). Amounts are hundredths; debit positive. */
export interface XeroBooks {
  kind: 'xero';
  connection: string;
  baseCurrency: string;
  documents: {
    kind: DocumentKind;
    number: string;
    reference: string;
    date: string;
    currency: string;
    status: string;
    totalCents: number;
    taxCents: number;
    openCents: number;
  }[];
  payments: { reference: string; document: string; account: string; date: string; cents: number }[];
  journals: { narration: string; date: string; lines: { account: string; cents: number }[] }[];
  bankTransactions: { reference: string; type: string; account: string; date: string; totalCents: number }[];
  transfers: { reference: string; from: string; to: string; date: string; cents: number }[];
  /** Today's, by account. */
  balances: { account: string; cents: number }[];
}

export interface XeroSandbox {
  url: string;
  books(): XeroBooks;
  /** Balances at the end of a day, in hundredths, debit positive. */
  balances(asOf: string): Record<string, number>;
  /** Nothing dated on or before it can be booked any more; null: everything can. */
  lockPeriod(date: string | null): void;
  lockYear(date: string | null): void;
  /** An account that nothing can be booked on any more. */
  archive(code: string): void;
  /** A person voids a document of which nothing is paid. */
  void(kind: DocumentKind, number: string): void;
  /** All access tokens end now. */
  expireTokens(): void;
  /** What a person is sent back with who lets the app in. */
  issueCode(): string;
  stats(): RunningSystem['counts'];
  close(): Promise<void>;
}

export async function createXeroSandbox(world: World, options: XeroSandboxOptions): Promise<XeroSandbox> {
  const { connection, clientId, clientSecret, tenantId, name = 'Harbour & Vale Ltd' } = options;
  const organisation = new Organisation(world, {
    name,
    baseCurrency: options.baseCurrency ?? 'GBP',
    accounts: (options.accounts ?? DEFAULT_CHART).map((each) => ({ ...each })),
    taxRates: options.taxRates ?? DEFAULT_TAX_RATES,
    tracking: options.tracking ?? {},
    yearEndMonth: options.yearEndMonth ?? 12,
  });
  const ledger = new Ledger();
  const documents = new Documents(organisation, ledger);
  const payments = new Payments(organisation, documents, ledger);
  const journals = new Journals(organisation, ledger);
  const bank = new Bank(organisation, ledger, options.dayRates ?? {});
  const identity = new Identity(world, { clientId, clientSecret, tenantId, tenantName: name });
  const front = new Front(world, {
    identity,
    limits: new Limits(world, {
      perMinute: options.callsPerMinute ?? 60,
      perDay: options.callsPerDay ?? 5_000,
    }),
    routes: routes({ organisation, ledger, documents, payments, journals, bank }),
    record: options.record ?? (() => {}),
  });

  const balances = (asOf: string): Record<string, number> =>
    Object.fromEntries(
      [...balancesAt(organisation, ledger, asOf)]
        .filter(([, cents]) => cents !== 0)
        .map(([account, cents]) => [account.code, cents]),
    );

  function books(): XeroBooks {
    const today = new Date(world.clock.now()).toISOString().slice(0, 10);
    return {
      kind: 'xero',
      connection,
      baseCurrency: organisation.spec.baseCurrency,
      documents: documents.all.map((each) => ({
        kind: each.kind,
        number: each.number,
        reference: each.reference,
        date: each.date,
        currency: each.currency,
        status: each.status,
        totalCents: each.totals.total,
        taxCents: each.totals.totalTax,
        openCents: openOf(each),
      })),
      payments: payments.all.map((each) => ({
        reference: each.reference,
        document: each.document.number,
        account: each.account.code,
        date: each.date,
        cents: each.cents,
      })),
      journals: journals.all.map(({ narration, date, lines }) => ({
        narration,
        date,
        lines: lines.map(({ account, cents }) => ({ account: account.code, cents })),
      })),
      bankTransactions: bank.transactions.map((each) => ({
        reference: each.reference,
        type: each.type,
        account: each.account.code,
        date: each.date,
        totalCents: each.totals.total,
      })),
      transfers: bank.transfers.map(({ reference, from, to, date, cents }) => ({
        reference,
        from: from.code,
        to: to.code,
        date,
        cents,
      })),
      balances: Object.entries(balances(today)).map(([account, cents]) => ({ account, cents })),
    };
  }

  const system = await serveSystem(world, {
    name: connection,
    ...(options.port === undefined ? {} : { port: options.port }),
    mutates: (request) => request.method === 'PUT',
    handle: (request) =>
      request.path === '/_books' ? { status: 200, body: books() } : front.handle(request),
    isPage: (path) => path === '/identity/connect/authorize',
    faultReply,
  });
  return {
    url: system.url,
    books,
    balances,
    lockPeriod: (date) => {
      organisation.periodLockDate = date;
    },
    lockYear: (date) => {
      organisation.yearEndLockDate = date;
    },
    archive: (code) => {
      const account = organisation.accounts.find((each) => each.code === code);
      if (!account) throw new Error(`the chart has no account ${code}`);
      account.archived = true;
    },
    void: (kind, number) => documents.void(kind, number),
    expireTokens: () => identity.expireTokens(),
    issueCode: () => identity.issueCode(),
    stats: () => ({ ...system.counts }),
    close: () => system.close(),
  };
}

function faultReply(kind: 'throttled' | 'error'): SandboxReply {
  return kind === 'throttled'
    ? { status: 429, headers: { 'x-rate-limit-problem': 'minute', 'retry-after': '3' }, body: '' }
    : gatewayProblem(503, 'Service Unavailable', 'The Organisation is offline', { 'retry-after': '300' });
}
