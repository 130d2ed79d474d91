/** The store's Shopify Payments account as GraphQL objects: balance, payouts, balance transactions, disputes. */

import { requireAny } from '../access/scopes.ts';
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
import { type Fields, filterOf, type ListArgs, listed, timeBounds } from '../graphql/filters.ts';
import { termsOf } from '../graphql/search-syntax.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { digits, gid, idIn } from '../ids.ts';
import type { Json, Writer } from '../webhooks/webhook-parts.ts';
import type { BookedMovement, MovementType, Payout } from './balance.ts';
import type { Dispute, Payments } from './payments.ts';

type Node = Record<string, unknown>;

export interface PaymentsAccountHost {
  payments: Payments;
  now(): number;
  storeName: string;
  /** An order as a node, as its caller may see it. */
  order(id: string, execution: Execution): unknown;
}

/** Types that are found by their global ids. */
export const PAYMENT_TYPES = [
  'ShopifyPaymentsAccount',
  'ShopifyPaymentsPayout',
  'ShopifyPaymentsBalanceTransaction',
  'ShopifyPaymentsDispute',
] as const;

/** The vendor's pages ask for "access to payouts". */
const PAYOUT_SCOPES = ['read_shopify_payments_payouts', 'read_shopify_payments'];
const DISPUTE_SCOPES = ['read_shopify_payments_disputes'];
/** The first version that tells the instants of a dispute; before it told days. */
const INSTANTS_SINCE = '2026-04';

const SUMMARY: Readonly<Record<string, readonly MovementType[]>> = {
  charges: ['CHARGE'],
  refunds: ['REFUND', 'REFUND_FAILURE'],
  reservedFunds: ['RESERVED_FUNDS', 'RESERVED_FUNDS_REVERSAL', 'RESERVED_FUNDS_WITHDRAWAL'],
  retriedPayouts: ['TRANSFER_FAILURE', 'TRANSFER_CANCEL'],
  adjustments: ['ADJUSTMENT', 'SHIPPING_LABEL', 'DISPUTE_WITHDRAWAL', 'DISPUTE_REVERSAL'],
};

export class PaymentsAccount {
  readonly #host: PaymentsAccountHost;

  constructor(host: PaymentsAccountHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      shopifyPaymentsAccount: () => this.#account(),
      disputes: reversible((args: ListArgs, execution: Execution) => this.#disputes(args, execution)),
      businessEntities: () => [this.#businessEntity()],
      businessEntity: ({ id }: { id?: string | null }) =>
        id === null || id === undefined || idIn('BusinessEntity', id) === '1' ? this.#businessEntity() : null,
      dispute: ({ id }: { id: string }, execution: Execution) => this.byId(id, execution),
    };
  }

  byId(id: string, execution: Execution): unknown {
    const { payments } = this.#host;
    const idOf = (type: string) => idIn(type, id);
    if (idOf('ShopifyPaymentsAccount') === '1') return this.#account();
    const disputeId = idOf('ShopifyPaymentsDispute');
    if (disputeId !== undefined) {
      const dispute = payments.disputes().find((each) => each.id === disputeId);
      return dispute ? this.#dispute(dispute, execution) : null;
    }
    requireAny(execution.scopes, 'node', PAYOUT_SCOPES);
    payments.balance.settle(this.#host.now());
    const payout = payments.balance.payout(idOf('ShopifyPaymentsPayout') ?? '');
    if (payout) return this.#payout(payout);
    const serial = payments.balance.serialOf(idOf('ShopifyPaymentsBalanceTransaction') ?? '');
    return serial === undefined ? null : this.#movement(payments.balance.at(serial));
  }

  #money(minor: bigint): Node {
    return moneyV2(minor, this.#host.payments.currency);
  }

  #account(): Node {
    const { payments } = this.#host;
    const needPayouts = ({ scopes }: Execution, field: string) => requireAny(scopes, field, PAYOUT_SCOPES);
    return {
      __typename: 'ShopifyPaymentsAccount',
      id: gid('ShopifyPaymentsAccount', '1'),
      activated: true,
      onboardable: false,
      country: payments.terms.country,
      defaultCurrency: payments.currency,
      payoutStatementDescriptor: null,
      balance: () => [this.#money(payments.balance.totalAt(this.#host.now()))],
      payoutSchedule: {
        __typename: 'ShopifyPaymentsPayoutSchedule',
        interval: 'DAILY',
        monthlyAnchor: null,
        weeklyAnchor: null,
      },
      payouts: reversible((args: ListArgs & { transactionType?: string | null }, execution: Execution) => {
        needPayouts(execution, 'payouts');
        const { transactionType } = args;
        const found = payments
          .payouts()
          .filter((each) => !transactionType || directionOf(each) === transactionType);
        return listed(found, args, { fields: this.#payoutFields(), sorts: PAYOUT_SORTS }, (each) =>
          this.#payout(each),
        );
      }),
      balanceTransactions: reversible(
        (args: ListArgs & { hideTransfers?: boolean | null }, execution: Execution) => {
          needPayouts(execution, 'balanceTransactions');
          return this.#movements(args);
        },
      ),
      disputes: reversible((args: ListArgs, execution: Execution) => this.#disputes(args, execution)),
    };
  }

  /** The store's only one. */
  #businessEntity(): Node {
    const { storeName } = this.#host;
    return {
      __typename: 'BusinessEntity',
      id: gid('BusinessEntity', '1'),
      displayName: storeName,
      companyName: storeName,
      archived: false,
      primary: true,
      shopifyPaymentsAccount: () => this.#account(),
    };
  }

  #payoutFields(): Fields<Payout> {
    const { currency } = this.#host.payments;
    return {
      id: { id: ({ id }) => id },
      status: { text: ({ status }) => status },
      issued_at: { time: ({ issuedAtMs }) => issuedAtMs },
      currency: { text: () => currency },
    };
  }

  #payout(payout: Payout): Node {
    const sum = (part: string, side: 'amount' | 'fee') =>
      (SUMMARY[part] ?? []).reduce((all, type) => all + (payout.sums.get(type)?.[side] ?? 0n), 0n);
    const gross = (part: string) => () => this.#money(sum(part, 'amount'));
    const fee = (part: string) => () => this.#money(sum(part, 'fee'));
    const none = () => this.#money(0n);
    return {
      __typename: 'ShopifyPaymentsPayout',
      id: gid('ShopifyPaymentsPayout', payout.id),
      legacyResourceId: payout.id,
      status: payout.status,
      issuedAt: utc(payout.issuedAtMs),
      transactionType: directionOf(payout),
      externalTraceId: null,
      net: () => this.#money(payout.net),
      gross: () => this.#money(payout.net),
      businessEntity: () => this.#businessEntity(),
      summary: {
        __typename: 'ShopifyPaymentsPayoutSummary',
        chargesGross: gross('charges'),
        chargesFee: fee('charges'),
        refundsFeeGross: gross('refunds'),
        refundsFee: fee('refunds'),
        adjustmentsGross: gross('adjustments'),
        adjustmentsFee: fee('adjustments'),
        reservedFundsGross: gross('reservedFunds'),
        reservedFundsFee: fee('reservedFunds'),
        retriedPayoutsGross: gross('retriedPayouts'),
        retriedPayoutsFee: fee('retriedPayouts'),
        // Loans, advances and the vendor's own money are not lent or given here.
        advanceGross: none,
        advanceFees: none,
        usdcRebateCreditAmount: none,
        capitalRemittanceAmount: none,
        creditRemittanceAmount: none,
        marketplaceTaxAdjustmentAmount: none,
        marketplaceTaxCreditAdjustmentAmount: none,
        marketplaceTaxDebitAdjustmentAmount: none,
      },
    };
  }

  /** Movements are listed by time, which is the order of their ids too. */
  #movements(args: ListArgs & { hideTransfers?: boolean | null }): Page {
    const { balance } = this.#host.payments;
    balance.settle(this.#host.now());
    if (args.sortKey && args.sortKey !== 'PROCESSED_AT' && args.sortKey !== 'ID')
      throw notSupported(`balanceTransactions(sortKey: ${args.sortKey})`);
    const size = pageSize(args);
    const fits = filterOf(args.query, this.#movementFields());
    let [from, to] = this.#window(args.query);
    if (args.after) {
      const last = balance.serialOf(readCursor(args.after)?.last_id ?? '');
      if (last === undefined) throw invalidCursor(args.after);
      if (args.reverse) to = Math.min(to, last);
      else from = Math.max(from, last + 1);
    }
    const found: BookedMovement[] = [];
    const step = args.reverse ? -1 : 1;
    for (let serial = args.reverse ? to - 1 : from; serial >= from && serial < to; serial += step) {
      const each = balance.at(serial);
      if ((args.hideTransfers && each.type === 'TRANSFER') || !fits(each)) continue;
      found.push(each);
      if (found.length > size) break;
    }
    const edges = found.slice(0, size).map((each) => ({
      cursor: writeCursor({ last_id: each.id, last_value: each.id }),
      node: this.#movement(each),
    }));
    return page(edges, { hasNextPage: found.length > size, hasPreviousPage: Boolean(args.after) });
  }

  /** Between which serial numbers a search can find something. */
  #window(query: string | null | undefined): [from: number, to: number] {
    const { balance } = this.#host.payments;
    let [from, to] = [0, balance.count];
    for (const term of termsOf(query ?? '')) {
      if (term.negated) continue;
      if (term.field === 'payments_transfer_id' && term.operator === '=') {
        const payout = balance.payout(/(\d+)$/.exec(term.value)?.[1] ?? '');
        from = Math.max(from, payout?.from ?? 0);
        to = Math.min(to, payout?.to ?? 0);
      }
      if (term.field === 'processed_at') {
        const [fromMs, toMs] = timeBounds(term);
        from = Math.max(from, balance.firstAt(fromMs));
        to = Math.min(to, balance.firstAt(toMs));
      }
    }
    return [from, to];
  }

  #movementFields(): Fields<BookedMovement> {
    const { balance, currency } = this.#host.payments;
    return {
      id: { id: ({ id }) => id },
      processed_at: { time: ({ processedAtMs }) => processedAtMs },
      available_on: { time: ({ availableOn }) => balance.startOf(availableOn) },
      payments_transfer_id: { id: ({ payout }) => payout?.id ?? '0' },
      payout_status: { text: ({ payout }) => payout?.status ?? 'PENDING' },
      payout_date: { time: ({ payout }) => payout?.issuedAtMs ?? Number.NaN },
      transaction_type: { text: ({ type }) => type },
      currency: { text: () => currency },
    };
  }

  #movement(each: BookedMovement): Node {
    const { amount, fee, order, payout } = each;
    return {
      __typename: 'ShopifyPaymentsBalanceTransaction',
      id: gid('ShopifyPaymentsBalanceTransaction', each.id),
      type: each.type,
      sourceType: sourceTypeOf(each.type),
      sourceId: each.sourceId,
      sourceOrderTransactionId: each.orderTransactionId,
      test: false,
      transactionDate: utc(each.processedAtMs),
      amount: this.#money(amount),
      fee: this.#money(fee),
      net: this.#money(amount - fee),
      adjustmentReason: each.reason ?? null,
      adjustmentsOrders: [],
      associatedOrder: order
        ? {
            __typename: 'ShopifyPaymentsAssociatedOrder',
            id: gid('Order', order.id),
            name: `#${order.number}`,
          }
        : null,
      associatedPayout: {
        __typename: 'ShopifyPaymentsBalanceTransactionAssociatedPayout',
        id: payout ? gid('ShopifyPaymentsPayout', payout.id) : null,
        status: payout?.status ?? 'PENDING',
      },
    };
  }

  #disputes(args: ListArgs, execution: Execution): Page {
    return listed(
      this.#host.payments.disputes(),
      args,
      {
        fields: {
          id: { id: ({ id }) => id },
          status: { text: ({ status }) => status },
          initiated_at: { time: ({ initiatedAtMs }) => initiatedAtMs },
        },
        sorts: { ID: ({ id }) => id },
      },
      (each) => this.#dispute(each, execution),
    );
  }

  #dispute(each: Dispute, execution: Execution): Node {
    requireAny(execution.scopes, 'dispute', DISPUTE_SCOPES);
    const when = (ms: number) => (execution.version < INSTANTS_SINCE ? utc(ms).slice(0, 10) : utc(ms));
    return {
      __typename: 'ShopifyPaymentsDispute',
      id: gid('ShopifyPaymentsDispute', each.id),
      legacyResourceId: each.id,
      amount: this.#money(each.amount),
      type: 'CHARGEBACK',
      status: each.status,
      reasonDetails: {
        __typename: 'ShopifyPaymentsDisputeReasonDetails',
        reason: each.reason,
        networkReasonCode: null,
      },
      initiatedAt: utc(each.initiatedAtMs),
      evidenceDueBy: when(each.evidenceDueByMs),
      evidenceSentOn: null,
      finalizedOn: each.finalizedAtMs === null ? null : when(each.finalizedAtMs),
      order: (_: unknown, asked: Execution) => this.#host.order(each.orderId, asked),
    };
  }
}

const PAYOUT_SORTS: Readonly<Record<string, (payout: Payout) => string | number>> = {
  ISSUED_AT: ({ issuedAtMs }) => issuedAtMs,
  ID: ({ id }) => id,
  AMOUNT: ({ net }) => Number(net),
  STATUS: ({ status }) => status,
};

function directionOf({ net }: Payout): 'DEPOSIT' | 'WITHDRAWAL' {
  return net < 0n ? 'WITHDRAWAL' : 'DEPOSIT';
}

function sourceTypeOf(type: MovementType): string {
  if (type.startsWith('TRANSFER')) return 'TRANSFER';
  if (type.startsWith('DISPUTE')) return 'DISPUTE';
  if (type.startsWith('REFUND')) return 'REFUND';
  if (type === 'CHARGE') return 'CHARGE';
  return type.startsWith('RESERVED') ? 'SYSTEM_ADJUSTMENT' : 'ADJUSTMENT';
}

/** A dispute as the topics `disputes/*` carry it. */
export function disputeBody(each: Dispute, currency: string, { time }: Writer): Json {
  return {
    id: digits(each.id),
    order_id: digits(each.orderId),
    type: 'chargeback',
    amount: moneyText(each.amount, currency),
    currency,
    reason: each.reason.toLowerCase(),
    network_reason_code: null,
    status: each.status.toLowerCase(),
    evidence_due_by: time.write(each.evidenceDueByMs),
    evidence_sent_on: null,
    finalized_on: each.finalizedAtMs === null ? null : time.write(each.finalizedAtMs),
    initiated_at: time.write(each.initiatedAtMs),
  };
}
