/** What apps do with accounts of store credit: find, credit, debit. An owner's id stands for its account in the currency. */
import { toMinor } from '../../../../sandbox/kit/money.ts';
import { moneyV2, utc } from '../format.ts';
import { connection, type PageArgs, reversible } from '../graphql/connection.ts';
import type { Execution } from '../graphql/execution.ts';
import { fromRoot } from '../graphql/from-root.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid, idIn } from '../ids.ts';
import type { CreditAccountBook, CreditMove, CreditOwner, StoreCredit } from './store-credit.ts';

export interface StoreCreditHost {
  storeCredit: StoreCredit;
  now(): number;
  isOwner(owner: CreditOwner): boolean;
  /** A transaction of an order as its caller may see it. */
  transaction(origin: NonNullable<CreditMove['origin']>, execution: Execution): unknown;
}

interface Money {
  amount: string;
  currencyCode: string;
}

interface CreditError {
  field: string[];
  message: string;
  /** Of the mutation's own enumeration of codes. */
  code: string;
}

type Node = Record<string, unknown>;

const OWNERS = ['Customer', 'CompanyLocation'] as const;
const TYPES = {
  credit: 'StoreCreditAccountCreditTransaction',
  debit: 'StoreCreditAccountDebitTransaction',
  expiration: 'StoreCreditAccountExpirationTransaction',
} as const;

export class StoreCreditWrites {
  readonly #host: StoreCreditHost;

  constructor(host: StoreCreditHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      storeCreditAccount: ({ id }: { id: string }) => this.byId(id),
      storeCreditAccountCredit: (args: {
        id: string;
        creditInput: { creditAmount: Money; expiresAt?: string | null };
      }) => payload(this.#credit(args.id, args.creditInput)),
      storeCreditAccountDebit: (args: { id: string; debitInput: { debitAmount: Money } }) =>
        payload(this.#debit(args.id, args.debitInput.debitAmount)),
    };
  }

  byId(id: string): unknown {
    const account = this.#host.storeCredit.get(idIn('StoreCreditAccount', id) ?? '');
    return account ? this.#account(account) : null;
  }

  /** The accounts of an owner, as a list. */
  of(owner: CreditOwner): (args: PageArgs & { query?: string | null }) => unknown {
    return (args) => {
      if (args.query) throw notSupported('storeCreditAccounts(query)');
      return connection(this.#host.storeCredit.of(owner), args, (each) => this.#account(each));
    };
  }

  #credit(
    id: string,
    { creditAmount, expiresAt }: { creditAmount: Money; expiresAt?: string | null },
  ): CreditError | { node: Node } {
    const { storeCredit, now } = this.#host;
    const { currencyCode } = creditAmount;
    const at = ['creditInput', 'creditAmount'];
    const owner = this.#ownerIn(id);
    if (owner === null) return error('OWNER_NOT_FOUND', ['id'], 'Owner does not exist');
    const known = owner ? undefined : storeCredit.get(idIn('StoreCreditAccount', id) ?? '');
    if (!owner && !known) return error('ACCOUNT_NOT_FOUND', ['id'], 'Store credit account does not exist');
    const amount = toMinor(creditAmount.amount, currencyCode);
    if (amount <= 0n)
      return error(
        'NEGATIVE_OR_ZERO_AMOUNT',
        [...at, 'amount'],
        'A positive amount must be used to credit a store credit account',
      );
    if (known && known.currency !== currencyCode) return mismatch(at);
    const expiresAtMs = expiresAt ? Date.parse(expiresAt) : null;
    if (expiresAtMs !== null && expiresAtMs <= now())
      return error(
        'EXPIRES_AT_IN_PAST',
        ['creditInput', 'expiresAt'],
        'The expiry date must be in the future',
      );
    const account = known ?? storeCredit.open(owner as CreditOwner, currencyCode);
    return { node: this.#move(storeCredit.credit(account, amount, { event: 'ADJUSTMENT', expiresAtMs })) };
  }

  #debit(id: string, { amount: text, currencyCode }: Money): CreditError | { node: Node } {
    const { storeCredit } = this.#host;
    const at = ['debitInput', 'debitAmount'];
    const owner = this.#ownerIn(id);
    const account = owner
      ? storeCredit.known(owner, currencyCode)
      : storeCredit.get(idIn('StoreCreditAccount', id) ?? '');
    if (!account) return error('ACCOUNT_NOT_FOUND', ['id'], 'Store credit account does not exist');
    const amount = toMinor(text, currencyCode);
    if (amount <= 0n)
      return error(
        'NEGATIVE_OR_ZERO_AMOUNT',
        [...at, 'amount'],
        'A positive amount must be used to debit a store credit account',
      );
    if (account.currency !== currencyCode) return mismatch(at);
    if (amount > account.balance)
      return error(
        'INSUFFICIENT_FUNDS',
        [...at, 'amount'],
        'The store credit account does not have sufficient funds to satisfy the request',
      );
    return { node: this.#move(storeCredit.debit(account, amount, { event: 'ADJUSTMENT' })) };
  }

  /** The owner of an id; null: of that type, but not there; undefined: it is no owner's id. */
  #ownerIn(id: string): CreditOwner | null | undefined {
    for (const type of OWNERS) {
      const digits = idIn(type, id);
      if (digits !== undefined) return this.#host.isOwner({ type, id: digits }) ? { type, id: digits } : null;
    }
    return undefined;
  }

  #account(account: CreditAccountBook): Node {
    const { id, owner, currency, moves } = account;
    const root = owner.type === 'Customer' ? 'customer' : 'companyLocation';
    return {
      __typename: 'StoreCreditAccount',
      id: gid('StoreCreditAccount', id),
      balance: moneyV2(account.balance, currency),
      owner: fromRoot(root, owner.type, owner.id),
      transactions: reversible((args: PageArgs & { query?: string | null; sortKey?: string | null }) => {
        if (args.query) throw notSupported('StoreCreditAccount.transactions(query)');
        if (args.sortKey && args.sortKey !== 'CREATED_AT')
          throw notSupported(`StoreCreditAccount.transactions(sortKey: ${args.sortKey})`);
        const found = [...moves];
        return connection(args.reverse ? found.reverse() : found, args, (each) => this.#move(each));
      }),
    };
  }

  #move(move: CreditMove): Node {
    const { kind, account, origin, credit } = move;
    const money = (minor: bigint) => moneyV2(minor, account.currency);
    const { transaction } = this.#host;
    return {
      __typename: TYPES[kind],
      ...(kind === 'expiration' ? {} : { id: gid(TYPES[kind], move.id) }),
      account: () => this.#account(account),
      amount: money(move.amount),
      balanceAfterTransaction: money(move.balanceAfter),
      createdAt: utc(move.createdAtMs),
      event: move.event,
      expiresAt: move.expiresAtMs === null ? null : utc(move.expiresAtMs),
      remainingAmount: money(move.remaining),
      creditTransaction: () => credit && this.#move(credit),
      origin: (_: unknown, execution: Execution) => origin && transaction(origin, execution),
    };
  }
}

function payload(done: CreditError | { node: Node }): unknown {
  return 'code' in done
    ? { storeCreditAccountTransaction: null, userErrors: [done] }
    : { storeCreditAccountTransaction: done.node, userErrors: [] };
}

const mismatch = (at: readonly string[]) =>
  error(
    'MISMATCHING_CURRENCY',
    [...at, 'currencyCode'],
    'The currency provided does not match the currency of the store credit account',
  );

function error(code: string, field: readonly string[], message: string): CreditError {
  return { code, field: [...field], message };
}
