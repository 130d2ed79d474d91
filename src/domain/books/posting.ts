/**
 * Postings: balanced double-entry journal entries of a legal entity, immutable (a correction is a reversal and a new revision). What
 * happened is told in the roles of accounts ("deposits", "revenue"); the posting rules of the configuration turn each role into an
 * account and its dimensions. Amounts are minor units; debit is positive, credit negative.
 */

/** What a line of a posting is for. The abbreviations of MONEY-CASES.md stand beside them. */
export const ACCOUNT_ROLES = {
  receivables: 'AR',
  clearing: 'CL',
  deposits: 'DEP',
  refundLiability: 'RL',
  revenue: 'REV',
  shippingRevenue: 'SHIP',
  returns: 'RET',
  giftCards: 'GC',
  goodsInTransit: 'GIT',
  stock: 'STOCK',
  damagedStock: 'DAMAGED',
  writeDown: 'WRITE-DOWN',
  costOfGoods: 'COGS',
  tax: 'VAT',
  taxInSuspense: 'VAT-SUSPENSE',
  /** Tax that the channel remits: it passes through. */
  channelTax: 'CHANNEL-TAX',
  tips: 'TIP',
  duties: 'DUTY',
  fees: 'FEE-INCOME',
  cashRounding: 'CASH-ROUNDING',
  taxRounding: 'TAX-ROUNDING',
  rounding: 'ROUNDING',
  exchangeDifference: 'FX',
  paymentFees: 'FEE',
  taxOnFees: 'FEE-TAX',
  bank: 'BANK',
  bankInTransit: 'BANK-IN-TRANSIT',
  reserve: 'RESERVE',
  advance: 'ADVANCE',
  billing: 'BILLING',
  disputeReceivable: 'DISPUTE',
  disputeLoss: 'DISPUTE-LOSS',
  goodwill: 'GOODWILL',
  writeOff: 'WRITE-OFF',
  suspense: 'SUSPENSE',
  /** What opening balances are entered against. */
  openingBalances: 'OPENING',
} as const;

export type AccountRole = keyof typeof ACCOUNT_ROLES;

/** Money, and what stands for it: documents are paid from these accounts, and to them. */
export const MONEY_ROLES: ReadonlySet<AccountRole> = new Set([
  'clearing',
  'bankInTransit',
  'bank',
  'deposits',
  'giftCards',
  'refundLiability',
]);

/** By what the posting rules tell accounts of one role apart, and by what reports are cut. Missing: it does not apply. */
export interface Dimensions {
  brand?: string;
  /** The connection of the channel. */
  channel?: string;
  location?: string;
  /** The channel's code of the means of payment. */
  gateway?: string;
  /** Our code of the tax (mapping `tax-code`), and the registration that it is due by. */
  taxCode?: string;
  registration?: string;
  /** Why: the reason of a concession, a dispute, a return. */
  reason?: string;
}

export interface PostingLine {
  role: AccountRole;
  /** Number of the account, by the rule. */
  account: string;
  /** In the posting's currency; debit positive. Σ = 0. */
  amountMinor: number;
  /** In the currency of the books; debit positive. Σ = 0. */
  bookMinor: number;
  /**
   * The open item that it opens or settles, on accounts that are cleared item by item (clearing, deposits, receivables …): the key
   * of the order's stream. Left out: the stream that makes the posting. So what a payout clears meets what an order's capture opened.
   */
  item?: string;
  dimensions: Dimensions;
}

/** One tax that fell due or was taken back: the tax ledger, which ties to the accounts of the role `tax`. */
export interface TaxEntry {
  registration: string;
  jurisdiction: string;
  /** "standard", "oss", "ioss", "marketplace", … */
  scheme: string;
  taxCode: string;
  /** Decimal string: "0.19". */
  rate: string;
  /** Signed as the turnover is: a supply positive, a credit negative; in the posting's currency and in that of the books. */
  baseMinor: number;
  taxMinor: number;
  bookBaseMinor: number;
  bookTaxMinor: number;
  taxPoint: string;
  /** "2026-Q2", "2026-11": of the return in which the supply was told; a later credit carries it. */
  originalPeriod: string;
  /** Of the return in which it is told, where the original one was filed before it was posted; left out: the original one. */
  reportedPeriod?: string;
}

export interface Posting {
  /** Names the business act and its revision within its stream: "capture/9001", "shipment/S1/revenue". Posted once. */
  key: string;
  entity: string;
  /** What happened, in one word of `acts.ts`. */
  act: string;
  currency: string;
  bookCurrency: string;
  /** Local dates of the entity: of the business act; of the books (the next open day where the act's is locked). */
  documentDate: string;
  postingDate: string;
  /** Version of the posting rules that made it. */
  ruleVersion: string;
  /** One line for a person: "Shipment 1 of #1001". */
  text: string;
  /** The key of the posting of this stream that it takes back. */
  reverses?: string;
  lines: PostingLine[];
  taxes: TaxEntry[];
}

/** What does not balance in a posting, in words; null: it does. */
export function imbalanceOf({ key, lines }: Pick<Posting, 'key' | 'lines'>): string | null {
  let amount = 0;
  let book = 0;
  for (const line of lines) {
    amount += line.amountMinor;
    book += line.bookMinor;
  }
  return amount === 0 && book === 0
    ? null
    : `posting ${key} is off by ${amount} in its currency and ${book} in that of the books`;
}
