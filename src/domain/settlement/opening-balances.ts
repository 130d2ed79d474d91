/** Opening balances as they are handed over: items, and what the general ledger says of their accounts. */
import type { AccountRole } from '../books/posting.ts';

/** Roles that are open item by item when the books begin. */
export const OPENING_ROLES = [
  'receivables',
  'deposits',
  'giftCards',
  'clearing',
  'refundLiability',
  'bankInTransit',
  'reserve',
  'advance',
  'disputeReceivable',
] as const satisfies readonly AccountRole[];
export type OpeningRole = (typeof OPENING_ROLES)[number];

/** In the currency of the books; debit positive. */
export interface OpeningItem {
  role: OpeningRole;
  /** Key of the order's (payout's, dispute's) stream, or what else names it: a card. */
  item: string;
  /** The channel and the gateway, by which the rules find the account. */
  channel?: string;
  gateway?: string;
  amountMinor: number;
  text: string;
}

export interface OpeningBalances {
  /** The first day of the books. */
  on: string;
  items: OpeningItem[];
  /** What the general ledger says of each account that has items; debit positive. */
  ledger: { account: string; balanceMinor: number }[];
}

export type OpeningMessage = { type: 'books.open'; opening: OpeningBalances; by: string };
