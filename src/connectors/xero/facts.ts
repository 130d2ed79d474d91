/** What is known of the organisation: the currency of its books and its accounts, read once and again when an account is new. */
import type { Clock } from '../../base/clock.ts';
import type { Failure } from '../contract.ts';
import { Accounts, Organisations } from './api.ts';
import type { Exchange } from './client.ts';

export interface Account {
  accountId: string;
  /** Null: it has none (some bank accounts). */
  code: string | null;
  isBank: boolean;
  currency: string;
}

export interface Organisation {
  name: string;
  baseCurrency: string;
}

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

  /** The chart; read anew where one of these codes is not in what was read. */
  async accounts(
    exchange: Exchange,
    codes: readonly string[],
  ): Promise<{ status: 'ok'; data: readonly Account[] } | Failure> {
    const known = new Set(this.#accounts.map(({ code }) => code));
    const now = this.#clock.now();
    if (codes.every((code) => known.has(code)) && this.#accounts.length > 0)
      return { status: 'ok', data: this.#accounts };
    if (now - this.#readAt < READ_AGAIN_AFTER_MS) return { status: 'ok', data: this.#accounts };
    const organisation = await this.organisation(exchange);
    if (organisation.status !== 'ok') return organisation;
    const read = await exchange.call({ method: 'GET', path: '/Accounts', answer: Accounts });
    if (read.status !== 'ok') return read;
    this.#readAt = now;
    this.#accounts = read.data.Accounts.map(({ AccountID, Code, Type, CurrencyCode }) => ({
      accountId: AccountID,
      code: Code ?? null,
      isBank: Type === 'BANK',
      currency: CurrencyCode ?? organisation.data.baseCurrency,
    }));
    return { status: 'ok', data: this.#accounts };
  }
}
