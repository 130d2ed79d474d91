/** What the auditor has left when it has added everything up. */

/** An amount that does not close, and that no case names. */
export interface Residual {
  kind: 'order-value' | 'refund-cash' | 'finance-balance' | 'order-books' | 'payout-books';
  key: string;
  currency: string;
  amountMinor: number;
}
