/**
 * The store's money at Shopify Payments: what its orders bring and cost there, disputes and adjustments. What other gateways
 * take, and test orders, never come here.
 */
import { toMinor } from '../../../../sandbox/kit/money.ts';
import type { PaymentBooks } from '../../../../sandbox/kit/types.ts';
import type { OrderBook, TransactionBook } from '../book.ts';
import { Ids } from '../ids.ts';
import { Balance, type MovementType, type Payout } from './balance.ts';
import { dateOf } from './business-days.ts';
import { chargeFee, SETTLING_GATEWAY, type SettlementTerms, settlementTerms } from './settlement.ts';

/** A transaction of an order knows whether the account has it; kept with the order. */
type Settled = TransactionBook & { settled?: true };

export type DisputeReason = 'FRAUDULENT' | 'PRODUCT_NOT_RECEIVED' | 'PRODUCT_UNACCEPTABLE' | 'GENERAL';

export interface Dispute {
  id: string;
  orderId: string;
  orderNumber: number;
  transactionId: string;
  amount: bigint;
  reason: DisputeReason;
  status: 'NEEDS_RESPONSE' | 'WON' | 'LOST';
  initiatedAtMs: number;
  evidenceDueByMs: number;
  finalizedAtMs: number | null;
}

const EVIDENCE_MS = 14 * 24 * 3_600_000;

export interface PaymentsOptions {
  connection: string;
  currency: string;
  timeZone: string;
  terms?: Partial<SettlementTerms>;
  now(): number;
  /** A dispute has come, or has ended. */
  disputed(dispute: Dispute, topic: 'disputes/create' | 'disputes/update'): void;
}

export class Payments {
  readonly balance: Balance;
  readonly currency: string;
  readonly terms: SettlementTerms;
  readonly #options: PaymentsOptions;
  readonly #disputes = new Map<string, Dispute>();
  readonly #disputeIds: Ids;

  constructor(options: PaymentsOptions) {
    this.#options = options;
    this.currency = options.currency;
    this.terms = settlementTerms(options.currency, options.terms);
    this.#disputeIds = new Ids(`${options.connection} disputes and adjustments`);
    this.balance = new Balance(options.connection, options.timeZone, this.terms.delayDays, options.now());
  }

  /** Books what an order's transactions have moved since the last look. */
  follow(order: OrderBook): void {
    if (order.test) return;
    for (const transaction of order.transactions as Settled[]) {
      const { gateway, status, kind, settled } = transaction;
      if (settled || gateway !== SETTLING_GATEWAY || status !== 'success') continue;
      if (kind === 'authorization' || kind === 'void') continue;
      transaction.settled = true;
      const amount = transaction.amount.shop;
      if (amount === 0n) continue;
      const { currency } = this;
      const isConverted = order.presentmentCurrency !== currency;
      if (kind === 'refund') this.#book('REFUND', order, transaction.id, -amount, 0n);
      else
        this.#book(
          'CHARGE',
          order,
          transaction.id,
          amount,
          chargeFee(this.terms, currency, amount, isConverted),
        );
    }
  }

  /** A shopper has had the bank take back what an order's charge brought; undefined: it brought nothing here. */
  dispute(order: OrderBook, reason: DisputeReason): Dispute | undefined {
    const charge = (order.transactions as Settled[]).find(
      ({ kind, settled }) => settled && (kind === 'sale' || kind === 'capture'),
    );
    if (!charge || [...this.#disputes.values()].some(({ transactionId }) => transactionId === charge.id))
      return undefined;
    const now = this.#options.now();
    const dispute: Dispute = {
      id: this.#disputeIds.next(),
      orderId: order.id,
      orderNumber: order.number,
      transactionId: charge.id,
      amount: charge.amount.shop,
      reason,
      status: 'NEEDS_RESPONSE',
      initiatedAtMs: now,
      evidenceDueByMs: now + EVIDENCE_MS,
      finalizedAtMs: null,
    };
    this.#disputes.set(dispute.id, dispute);
    this.#withdraw(dispute, 'DISPUTE_WITHDRAWAL', -1n);
    this.#options.disputed(dispute, 'disputes/create');
    return dispute;
  }

  /** The bank has decided; where the store has won, amount and fee come back. False: there is nothing to decide. */
  decideDispute(id: string, outcome: 'WON' | 'LOST'): boolean {
    const dispute = this.#disputes.get(id);
    if (dispute?.status !== 'NEEDS_RESPONSE') return false;
    dispute.status = outcome;
    dispute.finalizedAtMs = this.#options.now();
    if (outcome === 'WON') this.#withdraw(dispute, 'DISPUTE_REVERSAL', 1n);
    this.#options.disputed(dispute, 'disputes/update');
    return true;
  }

  disputes(): readonly Dispute[] {
    return [...this.#disputes.values()];
  }

  /** The vendor takes or gives something by itself: a shipping label, a reserve, a correction. Its movement's id. */
  adjust(adjustment: { type: MovementType; amount: string; fee?: string; reason?: string }): string {
    const { type, amount, fee = '0', reason } = adjustment;
    const movement = {
      type,
      sourceId: this.#disputeIds.next(),
      order: null,
      orderTransactionId: null,
      amount: toMinor(amount, this.currency),
      fee: toMinor(fee, this.currency),
      ...(reason === undefined ? {} : { reason }),
    };
    return this.balance.book(movement, this.#options.now()).id;
  }

  failPayout(id: string): boolean {
    return this.balance.fail(id, this.#options.now());
  }

  cancelPayout(id: string): boolean {
    return this.balance.cancel(id, this.#options.now());
  }

  payouts(): readonly Payout[] {
    this.balance.settle(this.#options.now());
    return this.balance.payouts();
  }

  /** What the auditor reads. Amounts are minor units. */
  books(): PaymentBooks {
    return {
      currency: this.currency,
      balanceMinor: Number(this.balance.totalAt(this.#options.now())),
      payouts: this.payouts().map((payout) => ({
        payoutId: payout.id,
        date: dateOf(payout.day),
        status: payout.status,
        netMinor: Number(payout.net),
        transactions: [...this.balance.of(payout)]
          .filter(({ type }) => type !== 'TRANSFER')
          .map(({ id, type, order, orderTransactionId, amount, fee }) => ({
            transactionId: id,
            type,
            channelOrderId: order?.id ?? null,
            orderTransactionId,
            amountMinor: Number(amount),
            feeMinor: Number(fee),
          })),
      })),
    };
  }

  #withdraw(dispute: Dispute, type: MovementType, sign: 1n | -1n): void {
    const order = { id: dispute.orderId, number: dispute.orderNumber };
    const fee = toMinor(this.terms.disputeFee, this.currency);
    this.balance.book(
      {
        type,
        sourceId: dispute.id,
        order,
        orderTransactionId: dispute.transactionId,
        amount: sign * dispute.amount,
        fee: -sign * fee,
      },
      this.#options.now(),
    );
  }

  #book(type: MovementType, order: OrderBook, transactionId: string, amount: bigint, fee: bigint): void {
    this.balance.book(
      {
        type,
        sourceId: transactionId,
        order: { id: order.id, number: order.number },
        orderTransactionId: transactionId,
        amount,
        fee,
      },
      this.#options.now(),
    );
  }
}
