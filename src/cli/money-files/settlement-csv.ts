/**
 * Settlement files of payment providers by CSV: Stripe's itemised payout reconciliation, PayPal's activity, or a plain table of the
 * same columns. Each row is an entry; rows of payouts are the payouts themselves.
 */
import { UsageError } from '../../base/usage-error.ts';
import type { Payout, SettlementEntry, SettlementKind } from '../../domain/canonical/index.ts';
import { isCurrency } from '../../domain/money.ts';
import { dayOf, minorOf, readTable, type TableRow } from './table.ts';

const COLUMNS = {
  id: ['id', 'balance_transaction_id', 'transaction id'],
  type: ['type', 'reporting_category'],
  at: ['at', 'created_utc', 'created', 'date'],
  time: ['time'],
  status: ['status'],
  currency: ['currency'],
  amount: ['amount', 'gross'],
  net: ['net'],
  order: ['order', 'payment_metadata[order_id]', 'invoice number', 'order name'],
  transaction: ['transaction', 'order transaction'],
  payout: ['payout', 'automatic_payout_id'],
  payoutOn: ['payout on', 'automatic_payout_effective_at_utc', 'automatic_payout_effective_at'],
} as const;

/** What providers call their types; what is not here is told by its own name, and the mappings may say what it is. */
const KINDS: Readonly<Record<string, SettlementKind | 'payout'>> = {
  charge: 'capture',
  payment: 'capture',
  'express checkout payment': 'capture',
  'website payment': 'capture',
  'general payment': 'capture',
  'mobile payment': 'capture',
  'preapproved payment bill user payment': 'capture',
  refund: 'refund',
  refund_failure: 'refund',
  'payment refund': 'refund',
  fee: 'fee',
  network_cost: 'fee',
  other_adjustment: 'fee',
  'chargeback fee': 'fee',
  tax: 'feeTax',
  dispute: 'dispute',
  dispute_reversal: 'dispute',
  chargeback: 'dispute',
  'payment reversal': 'dispute',
  'chargeback reversal': 'dispute',
  risk_reserved_funds: 'reserve',
  'payment hold': 'reserve',
  'payment release': 'reserve',
  'reserve hold': 'reserve',
  'reserve release': 'reserve',
  advance: 'advance',
  advance_funding: 'advance',
  transfer: 'transfer',
  topup: 'transfer',
  payout_reversal: 'transfer',
  payout: 'payout',
  'general withdrawal': 'payout',
  'general withdrawal - bank account': 'payout',
  'user initiated withdrawal': 'payout',
};

export interface SettlementFile {
  entries: SettlementEntry[];
  payouts: Payout[];
}

/** Throws a UsageError that names the row. */
export async function readSettlementCsv(text: string, gateway: string): Promise<SettlementFile> {
  const rows = await readTable(text, COLUMNS, ['id', 'type', 'at', 'amount', 'net', 'currency']);
  const entries: SettlementEntry[] = [];
  const payouts = new Map<string, Payout>();
  const sums = new Map<string, { sum: number; currency: string; on: string }>();
  for (const row of rows) {
    // What is pending comes again when it is done.
    if (/pending|denied|failed/i.test(row.of('status'))) continue;
    const entry = entryOf(row, gateway);
    const known = KINDS[entry.sourceType.toLowerCase()];
    if (known === 'payout') {
      payouts.set(
        entry.entryId,
        payoutOf(entry.entryId, -entry.amountMinor + entry.feeMinor, entry.currency, entry.at, gateway),
      );
      continue;
    }
    entries.push(entry);
    if (entry.payoutId === null) continue;
    const before = sums.get(entry.payoutId)?.sum ?? 0;
    const on = row.of('payoutOn') || row.of('at');
    const sum = before + entry.amountMinor - entry.feeMinor;
    sums.set(entry.payoutId, { sum, currency: entry.currency, on: `${dayOf(on, row.row)}T00:00:00.000Z` });
  }
  // A file by payout has no rows of the payouts: each is what it consists of.
  for (const [id, { sum, currency, on }] of sums) {
    const { fromBalance: _, ...payout } = payoutOf(id, sum, currency, on, gateway);
    payouts.set(id, payout);
  }
  return { entries, payouts: [...payouts.values()] };
}

function entryOf(row: TableRow, gateway: string): SettlementEntry {
  const currency = row.of('currency').toUpperCase();
  if (!isCurrency(currency)) throw new UsageError(`Row ${row.row}: "${row.of('currency')}" is no currency.`);
  const amountMinor = minorOf(row.of('amount'), currency, row.row);
  const netMinor = minorOf(row.of('net'), currency, row.row);
  const sourceType = row.of('type');
  const kind = KINDS[sourceType.toLowerCase()] ?? 'unknown';
  const prefixed = (id: string) => `${gateway}-${id}`;
  const payout = row.of('payout');
  return {
    schema: 'settlement-entry/1',
    entryId: prefixed(row.of('id')),
    kind: kind === 'payout' ? 'transfer' : kind,
    sourceType,
    payoutId: payout === '' ? null : prefixed(payout),
    isPayout: kind === 'payout',
    account: null,
    gateway,
    channelOrderId: row.of('order') || null,
    transactionId: row.of('transaction') || null,
    sourceId: null,
    reason: null,
    currency,
    amountMinor,
    // Providers write their fee with either sign: what is missing from the net is the fee.
    feeMinor: amountMinor - netMinor,
    at: instantOf(row),
  };
}

function payoutOf(
  payoutId: string,
  netMinor: number,
  currency: string,
  issuedAt: string,
  gateway: string,
): Payout {
  return {
    schema: 'payout/1',
    payoutId,
    account: null,
    gateway,
    currency,
    status: 'paid',
    netMinor,
    issuedAt,
    reference: payoutId.slice(gateway.length + 1),
    fromBalance: true,
  };
}

/** A day and a time in columns of their own, or one instant; without a zone it is taken as UTC. */
function instantOf(row: TableRow): string {
  const day = dayOf(row.of('at'), row.row);
  const time = row.of('time') || /[T ](\d{1,2}:\d{2}(?::\d{2})?)/.exec(row.of('at'))?.[1] || '00:00';
  const ms = Date.parse(`${day}T${time.padStart(5, '0')}${time.length <= 5 ? ':00' : ''}Z`);
  if (Number.isNaN(ms)) throw new UsageError(`Row ${row.row}: "${row.of('at')} ${time}" is no instant.`);
  return new Date(ms).toISOString();
}
