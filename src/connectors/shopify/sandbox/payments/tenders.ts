/** Tender transactions: every movement of money between shoppers and the store, by whatever gateway, in the order of time. */
import type { OrderBook, TransactionBook } from '../book.ts';
import { moneyText, moneyV2, utc } from '../format.ts';
import {
  invalidCursor,
  type Page,
  page,
  pageSize,
  readCursor,
  reversible,
  writeCursor,
} from '../graphql/connection.ts';
import type { Execution } from '../graphql/execution.ts';
import { type Fields, filterOf, type ListArgs, timeBounds } from '../graphql/filters.ts';
import { termsOf } from '../graphql/search-syntax.ts';
import { digits, gid, Ids } from '../ids.ts';
import { RecordFile } from '../record-file.ts';
import type { Json, Writer } from '../webhooks/webhook-parts.ts';

/** A transaction of an order knows whether it is here; kept with the order. */
type Told = TransactionBook & { tendered?: true };

/** What pays with what the store has promised before is no movement of money. */
const PROMISES: ReadonlySet<string> = new Set(['gift_card', 'shopify_store_credit']);

/** The vendor's words for means of payment; "other" for all it does not know. */
const METHODS: Readonly<Record<string, string>> = {
  shopify_payments: 'credit_card',
  paypal: 'paypal',
  klarna: 'klarna',
  amazon_payments: 'amazon',
  cash: 'cash',
};
const METHOD_LIST = ['other', 'credit_card', 'paypal', 'klarna', 'amazon', 'cash'] as const;

interface Tender {
  id: string;
  orderId: string;
  transactionId: string;
  /** Minor units of the store's money; below zero: it goes back. */
  amount: bigint;
  processedAtMs: number;
  method: string;
  test: boolean;
}

export interface TendersOptions {
  connection: string;
  currency: string;
  now(): number;
  tell(key: string, body: () => Json): void;
  writer(): Writer;
}

const RECORD_BYTES = 40;

export class Tenders {
  readonly #options: TendersOptions;
  readonly #records = new RecordFile(RECORD_BYTES);
  readonly #firstId: bigint;

  constructor(options: TendersOptions) {
    this.#options = options;
    this.#firstId = BigInt(new Ids(`${options.connection} tender transactions`).next());
  }

  /** @param order finds an order as its caller may see it. */
  root(order: (id: string, execution: Execution) => unknown): Record<string, unknown> {
    return {
      tenderTransactions: reversible((args: ListArgs) => this.#list(args, order)),
    };
  }

  /** Notes what an order's transactions have moved since the last look. */
  follow(order: OrderBook): void {
    for (const transaction of order.transactions as Told[]) {
      const { kind, status, gateway, tendered } = transaction;
      if (tendered || status !== 'success' || kind === 'authorization' || kind === 'void') continue;
      transaction.tendered = true;
      if (PROMISES.has(gateway)) continue;
      this.#add(order, transaction);
    }
  }

  close(): void {
    this.#records.close();
  }

  #add(order: OrderBook, { id, kind, gateway, amount: { shop } }: TransactionBook): void {
    const method = METHOD_LIST.indexOf((METHODS[gateway] ?? 'other') as (typeof METHOD_LIST)[number]);
    const serial = this.#records.append((record) => {
      record.setBigUint64(0, BigInt(order.id));
      record.setBigUint64(8, BigInt(id));
      record.setBigInt64(16, kind === 'refund' ? -shop : shop);
      record.setFloat64(24, this.#options.now());
      record.setUint32(32, method);
      record.setUint32(36, order.test ? 1 : 0);
    });
    const tender = this.#at(serial);
    this.#options.tell(`tender ${tender.id}`, () => this.#body(tender));
  }

  #at(serial: number): Tender {
    const record = this.#records.at(serial);
    return {
      id: String(this.#firstId + BigInt(serial)),
      orderId: String(record.getBigUint64(0)),
      transactionId: String(record.getBigUint64(8)),
      amount: record.getBigInt64(16),
      processedAtMs: record.getFloat64(24),
      method: METHOD_LIST[record.getUint32(32)] as string,
      test: record.getUint32(36) === 1,
    };
  }

  #body({ id, orderId, transactionId, amount, processedAtMs, method, test }: Tender): Json {
    const { currency, writer } = this.#options;
    return {
      id: digits(id),
      order_id: digits(orderId),
      amount: moneyText(amount, currency),
      currency,
      user_id: null,
      test,
      processed_at: writer().time.write(processedAtMs),
      remote_reference: transactionId,
      payment_details: null,
      payment_method: method,
    };
  }

  #list(args: ListArgs, order: (id: string, execution: Execution) => unknown): Page {
    const size = pageSize(args);
    const fits = filterOf(args.query, FIELDS);
    let [from, to] = [0, this.#records.count];
    for (const term of termsOf(args.query ?? '')) {
      if (term.field !== 'processed_at' || term.negated) continue;
      const [fromMs, toMs] = timeBounds(term);
      from = Math.max(from, this.#firstAt(fromMs));
      to = Math.min(to, this.#firstAt(toMs));
    }
    if (args.after) {
      const last = Number(BigInt(readCursor(args.after)?.last_id ?? '0') - this.#firstId);
      if (last < 0 || last >= this.#records.count) throw invalidCursor(args.after);
      if (args.reverse) to = Math.min(to, last);
      else from = Math.max(from, last + 1);
    }
    const found: Tender[] = [];
    const step = args.reverse ? -1 : 1;
    for (let serial = args.reverse ? to - 1 : from; serial >= from && serial < to; serial += step) {
      const tender = this.#at(serial);
      if (fits(tender)) found.push(tender);
      if (found.length > size) break;
    }
    const edges = found.slice(0, size).map((each) => ({
      cursor: writeCursor({ last_id: each.id, last_value: each.id }),
      node: this.#node(each, order),
    }));
    return page(edges, { hasNextPage: found.length > size, hasPreviousPage: Boolean(args.after) });
  }

  #firstAt(ms: number): number {
    let [low, high] = [0, this.#records.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#records.at(middle).getFloat64(24) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #node(each: Tender, order: (id: string, execution: Execution) => unknown): Record<string, unknown> {
    return {
      __typename: 'TenderTransaction',
      id: gid('TenderTransaction', each.id),
      amount: moneyV2(each.amount, this.#options.currency),
      paymentMethod: each.method,
      processedAt: utc(each.processedAtMs),
      remoteReference: each.transactionId,
      test: each.test,
      transactionDetails: null,
      user: null,
      order: (_: unknown, execution: Execution) => order(each.orderId, execution),
    };
  }
}

const FIELDS: Fields<Tender> = {
  id: { id: ({ id }) => id },
  processed_at: { time: ({ processedAtMs }) => processedAtMs },
  test: { flag: ({ test }) => test },
};
