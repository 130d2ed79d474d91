/** What is known of the organisation: the currency of its books and its accounts, read once and again when an account is new. */
import type { Clock } from '../../base/clock.ts';
import type { Failure } from '../contract.ts';
import { Accounts, Organisations } from './api.ts';
import type { Exchange } from './client.ts';

export interface Account {
  accountId: string;
  /** Null: it has none (some bank accounts). */
  code: string | null;
  name: string;
  isBank: boolean;
  isArchived: boolean;
  /** What Xero itself books on it: "DEBTORS", "GST"; null: it is none of its own. */
  system: string | null;
  /** Documents may be paid to it. */
  takesPayments: boolean;
  currency: string;
}

export interface Organisation {
  name: string;
  baseCurrency: string;
}

type Chart = { status: 'ok'; data: readonly Account[] } | Failure;

/** A code that is not in the chart is looked for again, but not more often than this. */
const READ_AGAIN_AFTER_MS = 60_000;

export class Facts {
  readonly #clock: Clock;
  #organisation: Organisation | undefined;
  #accounts: readonly Account[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async organisation(exchange: Exchange): Promise<{ status: 'ok'; data: Organisation } | Failure> {
    if (!this.#organisation) {
      const read = await exchange.call({ method: 'GET', path: '/Organisation', answer: Organisations });
      if (read.status !== 'ok') return read;
      const [{ Name, BaseCurrency }] = read.data.Organisations as [(typeof read.data.Organisations)[number]];
      this.#organisation = { name: Name, baseCurrency: BaseCurrency };
    }
    return { status: 'ok', data: this.#organisation };
  }

  /** The last day of what is locked now; null: nothing is, or nobody knows. */
  async lockedThrough(exchange: Exchange): Promise<string | null> {
    const read = await exchange.call({ method: 'GET', path: '/Organisation', answer: Organisations });
    if (read.status !== 'ok') return null;
    const [first] = read.data.Organisations;
    const days = [first?.PeriodLockDate, first?.EndOfYearLockDate].flatMap((date) => dayOf(date) ?? []);
    return days.sort().at(-1) ?? null;
  }

  /** All accounts. */
  chart(exchange: Exchange): Promise<Chart> {
    return this.#accounts.length > 0
      ? Promise.resolve({ status: 'ok', data: this.#accounts })
      : this.#read(exchange);
  }

  /** The same as they are now. */
  readChart(exchange: Exchange): Promise<Chart> {
    return this.#read(exchange);
  }

  /** The accounts with these codes among others; read anew where one of them is not in what was read. */
  async accounts(exchange: Exchange, codes: readonly string[]): Promise<Chart> {
    const known = new Set(this.#accounts.map(({ code }) => code));
    const isOld = this.#clock.now() - this.#readAt >= READ_AGAIN_AFTER_MS;
    return isOld && codes.some((code) => !known.has(code))
      ? this.#read(exchange)
      : { status: 'ok', data: this.#accounts };
  }

  async #read(exchange: Exchange): Promise<Chart> {
    const organisation = await this.organisation(exchange);
    if (organisation.status !== 'ok') return organisation;
    const read = await exchange.call({ method: 'GET', path: '/Accounts', answer: Accounts });
    if (read.status !== 'ok') return read;
    this.#readAt = this.#clock.now();
    this.#accounts = read.data.Accounts.map((each) => ({
      accountId: each.AccountID,
      code: each.Code || null,
      name: each.Name ?? '',
      isBank: each.Type === 'BANK',
      isArchived: each.Status === 'ARCHIVED',
      system: each.SystemAccount || null,
      takesPayments: each.EnablePaymentsToAccount ?? false,
      currency: each.CurrencyCode ?? organisation.data.baseCurrency,
    }));
    return { status: 'ok', data: this.#accounts };
  }
}

/** "/Date(1795824000000+0000)/" as a day. */
function dayOf(date: string | undefined): string | null {
  const [, at] = /^\/Date\((-?\d+)/.exec(date ?? '') ?? [];
  return at === undefined ? null : new Date(Number(at)).toISOString().slice(0, 10);
}
