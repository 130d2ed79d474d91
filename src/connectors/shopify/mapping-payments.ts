/** Rows of a store's account at Shopify Payments to canonical ones. Pure; throws `Unreadable`. */
import type { Dispute, Payout, SettlementEntry } from '../../domain/canonical/index.ts';
import { kindOfBalanceType, PAYOUT_ITSELF } from './balance-types.ts';
import { Field, Unreadable } from './field.ts';
import { asObject, numericId } from './json.ts';

/** The gateway whose money comes in payouts, as orders' transactions name it. */
export const PAYMENTS_GATEWAY = 'shopify_payments';

/** What was read, with the business entity whose account it is of; null: the store has only one. */
function rowOf(body: unknown, name: string): { account: string | null; row: Field } {
  const read = asObject(body);
  return {
    account: numericId(read?.businessEntity) ?? null,
    row: new Field(name, read?.[name], 'graphql'),
  };
}

/** An amount with its currency. */
function moneyOf(field: Field): { currency: string; amountMinor: number } {
  const currency = field.at('currencyCode').currency();
  return { currency, amountMinor: field.at('amount').minor(currency) };
}

export function settlementEntryOf(body: unknown): SettlementEntry {
  const { account, row } = rowOf(body, 'balanceTransaction');
  const sourceType = row.at('type').text();
  const { currency, amountMinor } = moneyOf(row.at('amount'));
  const fee = moneyOf(row.at('fee'));
  const net = moneyOf(row.at('net'));
  if (fee.currency !== currency || net.currency !== currency)
    throw new Unreadable('bad-money', `${row.path} has amounts of several currencies`);
  if (amountMinor - fee.amountMinor !== net.amountMinor)
    throw new Unreadable(
      'bad-money',
      `${row.path}: amount − fee is not the net that the vendor tells (${amountMinor} − ${fee.amountMinor}, not ${net.amountMinor})`,
    );
  return {
    schema: 'settlement-entry/1',
    entryId: row.at('id').id(),
    kind: kindOfBalanceType(sourceType),
    sourceType,
    payoutId: row.at('associatedPayout').at('id').idOrNull(),
    isPayout: sourceType === PAYOUT_ITSELF,
    account,
    gateway: PAYMENTS_GATEWAY,
    channelOrderId: row.at('associatedOrder').at('id').idOrNull(),
    transactionId: row.at('sourceOrderTransactionId').idOrNull(),
    sourceId: row.at('sourceId').idOrNull(),
    reason: row.at('adjustmentReason').textOrNull(),
    currency,
    amountMinor,
    feeMinor: fee.amountMinor,
    at: row.at('transactionDate').instant(),
  };
}

/** True for a movement that was made in the vendor's test mode: it is no money. */
export function isTestMovement(body: unknown): boolean {
  return asObject(asObject(body)?.balanceTransaction)?.test === true;
}

const PAYOUT_STATUS = {
  SCHEDULED: 'scheduled',
  IN_TRANSIT: 'inTransit',
  PAID: 'paid',
  FAILED: 'failed',
  CANCELED: 'cancelled',
} as const satisfies Record<string, Payout['status']>;

export function payoutOf(body: unknown): Payout {
  const { account, row } = rowOf(body, 'payout');
  const { currency, amountMinor } = moneyOf(row.at('net'));
  const isWithdrawal = row.at('transactionType').oneOf(['DEPOSIT', 'WITHDRAWAL'] as const) === 'WITHDRAWAL';
  return {
    schema: 'payout/1',
    payoutId: row.at('id').id(),
    account,
    gateway: PAYMENTS_GATEWAY,
    currency,
    status: PAYOUT_STATUS[row.at('status').oneOf(KNOWN_STATUSES)],
    // The direction says the sign, whichever of both the vendor writes.
    netMinor: isWithdrawal ? -Math.abs(amountMinor) : amountMinor,
    issuedAt: row.at('issuedAt').instant(),
    reference: row.at('externalTraceId').textOrNull(),
  };
}

const KNOWN_STATUSES = Object.keys(PAYOUT_STATUS) as (keyof typeof PAYOUT_STATUS)[];

const DISPUTE_STATUS = {
  NEEDS_RESPONSE: 'needsResponse',
  UNDER_REVIEW: 'underReview',
  WON: 'won',
  LOST: 'lost',
  ACCEPTED: 'accepted',
  PREVENTED: 'prevented',
  CHARGE_REFUNDED: 'refunded',
} as const satisfies Record<string, Dispute['status']>;
const KNOWN_DISPUTE_STATUSES = Object.keys(DISPUTE_STATUS) as (keyof typeof DISPUTE_STATUS)[];

export function disputeOf(body: unknown): Dispute {
  const { account, row } = rowOf(body, 'dispute');
  const { currency, amountMinor } = moneyOf(row.at('amount'));
  return {
    schema: 'dispute/1',
    disputeId: row.at('id').id(),
    account,
    gateway: PAYMENTS_GATEWAY,
    channelOrderId: row.at('order').at('id').idOrNull(),
    type: row.at('type').oneOf(['INQUIRY', 'CHARGEBACK'] as const) === 'INQUIRY' ? 'inquiry' : 'chargeback',
    status: DISPUTE_STATUS[row.at('status').oneOf(KNOWN_DISPUTE_STATUSES)],
    reason: row.at('reasonDetails').at('reason').text().toLowerCase(),
    currency,
    amountMinor: Math.abs(amountMinor),
    initiatedAt: row.at('initiatedAt').instant(),
    evidenceDueAt: row.at('evidenceDueBy').instantOrNull(),
    evidenceSentAt: row.at('evidenceSentOn').instantOrNull(),
    finalisedAt: row.at('finalizedOn').instantOrNull(),
  };
}
