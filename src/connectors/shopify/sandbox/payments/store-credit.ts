/** Accounts of store credit: what the store owes to a customer, or to a location of a company, and how it came to that. */
import type { Ids } from '../ids.ts';

export type CreditOwner = { type: 'Customer' | 'CompanyLocation'; id: string };

/** The vendor's words for what has moved an account. */
export type CreditEvent = 'ADJUSTMENT' | 'ORDER_CANCELLATION' | 'ORDER_PAYMENT' | 'ORDER_REFUND';

export interface CreditMove {
  id: string;
  account: CreditAccountBook;
  kind: 'credit' | 'debit' | 'expiration';
  /** Minor units; below zero: it was spent or has expired. */
  amount: bigint;
  balanceAfter: bigint;
  event: CreditEvent;
  createdAtMs: number;
  /** Of a credit: when what is left of it ends, and how much that is. */
  expiresAtMs: number | null;
  remaining: bigint;
  /** Of an expiration: what has expired. */
  credit: CreditMove | null;
  /** The payment or refund of an order. */
  origin: { orderId: string; transactionId: string } | null;
}

export interface CreditAccountBook {
  id: string;
  owner: CreditOwner;
  currency: string;
  balance: bigint;
  moves: CreditMove[];
}

type Cause = Pick<CreditMove, 'event'> & Partial<Pick<CreditMove, 'expiresAtMs' | 'origin'>>;

export class StoreCredit {
  readonly #ids: Ids;
  readonly #now: () => number;
  readonly #accounts = new Map<string, CreditAccountBook>();
  readonly #byOwner = new Map<string, CreditAccountBook>();

  constructor({ ids, now }: { ids: Ids; now(): number }) {
    this.#ids = ids;
    this.#now = now;
  }

  get(id: string): CreditAccountBook | undefined {
    return this.#current(this.#accounts.get(id));
  }

  /** All accounts of an owner, one a currency. */
  of(owner: CreditOwner): CreditAccountBook[] {
    return [...this.#accounts.values()]
      .filter((each) => each.owner.type === owner.type && each.owner.id === owner.id)
      .map((each) => this.#current(each) as CreditAccountBook);
  }

  /** The account of an owner in a currency; the first credit opens it. */
  known(owner: CreditOwner, currency: string): CreditAccountBook | undefined {
    return this.#current(this.#byOwner.get(`${owner.type} ${owner.id} ${currency}`));
  }

  open(owner: CreditOwner, currency: string): CreditAccountBook {
    const known = this.known(owner, currency);
    if (known) return known;
    const account = { id: this.#ids.next(), owner, currency, balance: 0n, moves: [] };
    this.#accounts.set(account.id, account);
    this.#byOwner.set(`${owner.type} ${owner.id} ${currency}`, account);
    return account;
  }

  credit(account: CreditAccountBook, amount: bigint, cause: Cause): CreditMove {
    return this.#move(account, 'credit', amount, { ...cause, remaining: amount });
  }

  /** Takes from what ends first. */
  debit(account: CreditAccountBook, amount: bigint, cause: Cause): CreditMove {
    let left = amount;
    const ends = ({ expiresAtMs }: CreditMove) => expiresAtMs ?? Number.POSITIVE_INFINITY;
    const credits = account.moves.filter(({ remaining }) => remaining > 0n);
    for (const credit of credits.sort((one, other) => ends(one) - ends(other))) {
      const part = credit.remaining < left ? credit.remaining : left;
      credit.remaining -= part;
      left -= part;
    }
    return this.#move(account, 'debit', -amount, cause);
  }

  /** An account as it is now: what has ended is gone. */
  #current(account: CreditAccountBook | undefined): CreditAccountBook | undefined {
    const now = this.#now();
    for (const credit of account?.moves ?? []) {
      if (credit.remaining === 0n || credit.expiresAtMs === null || credit.expiresAtMs > now) continue;
      const gone = credit.remaining;
      credit.remaining = 0n;
      if (account) this.#move(account, 'expiration', -gone, { event: 'ADJUSTMENT', credit });
    }
    return account;
  }

  #move(
    account: CreditAccountBook,
    kind: CreditMove['kind'],
    amount: bigint,
    more: Cause & Partial<Pick<CreditMove, 'remaining' | 'credit'>>,
  ): CreditMove {
    account.balance += amount;
    const move: CreditMove = {
      id: this.#ids.next(),
      account,
      kind,
      amount,
      balanceAfter: account.balance,
      createdAtMs: this.#now(),
      expiresAtMs: null,
      remaining: 0n,
      credit: null,
      origin: null,
      ...more,
    };
    account.moves.push(move);
    return move;
  }
}
