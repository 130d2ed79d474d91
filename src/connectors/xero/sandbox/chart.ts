/** A chart of accounts and tax rates to begin with, as Xero sets them up for a British shop; options replace them. */

export type AccountClass = 'ASSET' | 'EQUITY' | 'EXPENSE' | 'LIABILITY' | 'REVENUE';

/** An account as it is set up. `type`: Xero's account types. */
export interface AccountSpec {
  code: string;
  name: string;
  type: keyof typeof CLASS_OF;
  /** What Xero itself books on: DEBTORS, CREDITORS, GST, ROUNDING, RETAINEDEARNINGS, REALISEDCURRENCYGAIN. */
  system?: string;
  /** Of bank accounts; left out: the currency of the books. */
  currency?: string;
  /** Payments may be made to it although it is no bank account. */
  takesPayments?: boolean;
  archived?: boolean;
}

export interface TaxRateSpec {
  taxType: string;
  name: string;
  /** Percent. */
  rate: number;
  on: readonly AccountClass[];
  archived?: boolean;
}

export const CLASS_OF = {
  BANK: 'ASSET',
  CURRENT: 'ASSET',
  FIXED: 'ASSET',
  INVENTORY: 'ASSET',
  PREPAYMENT: 'ASSET',
  CURRLIAB: 'LIABILITY',
  LIABILITY: 'LIABILITY',
  TERMLIAB: 'LIABILITY',
  EQUITY: 'EQUITY',
  REVENUE: 'REVENUE',
  SALES: 'REVENUE',
  OTHERINCOME: 'REVENUE',
  DIRECTCOSTS: 'EXPENSE',
  EXPENSE: 'EXPENSE',
  OVERHEADS: 'EXPENSE',
} as const satisfies Record<string, AccountClass>;

export const DEFAULT_CHART: readonly AccountSpec[] = [
  { code: '090', name: 'Business Bank Account', type: 'BANK' },
  { code: '091', name: 'Euro Account', type: 'BANK', currency: 'EUR' },
  { code: '092', name: 'Shopify Payments', type: 'BANK' },
  { code: '200', name: 'Sales', type: 'REVENUE' },
  { code: '210', name: 'Shipping Income', type: 'REVENUE' },
  { code: '220', name: 'Sales Returns', type: 'REVENUE' },
  { code: '299', name: 'Sales of the old shop', type: 'REVENUE', archived: true },
  { code: '310', name: 'Cost of Goods Sold', type: 'DIRECTCOSTS' },
  { code: '404', name: 'Payment Fees', type: 'EXPENSE' },
  { code: '499', name: 'Realised Currency Gains', type: 'EXPENSE', system: 'REALISEDCURRENCYGAIN' },
  { code: '610', name: 'Accounts Receivable', type: 'CURRENT', system: 'DEBTORS' },
  { code: '630', name: 'Stock', type: 'CURRENT' },
  { code: '800', name: 'Accounts Payable', type: 'CURRLIAB', system: 'CREDITORS' },
  { code: '820', name: 'VAT', type: 'CURRLIAB', system: 'GST' },
  { code: '850', name: 'Customer Deposits', type: 'CURRLIAB', takesPayments: true },
  { code: '855', name: 'Gift Cards', type: 'CURRLIAB', takesPayments: true },
  { code: '860', name: 'Rounding', type: 'CURRLIAB', system: 'ROUNDING' },
  { code: '960', name: 'Retained Earnings', type: 'EQUITY', system: 'RETAINEDEARNINGS' },
];

const TURNOVER: readonly AccountClass[] = ['REVENUE', 'LIABILITY', 'ASSET'];
const PURCHASES: readonly AccountClass[] = ['EXPENSE', 'ASSET', 'LIABILITY'];
const ALL: readonly AccountClass[] = ['ASSET', 'EQUITY', 'EXPENSE', 'LIABILITY', 'REVENUE'];

export const DEFAULT_TAX_RATES: readonly TaxRateSpec[] = [
  { taxType: 'NONE', name: 'No VAT', rate: 0, on: ALL },
  { taxType: 'OUTPUT2', name: '20% (VAT on Income)', rate: 20, on: TURNOVER },
  { taxType: 'RROUTPUT', name: '5% (VAT on Income)', rate: 5, on: TURNOVER },
  { taxType: 'ZERORATEDOUTPUT', name: 'Zero Rated Income', rate: 0, on: TURNOVER },
  { taxType: 'INPUT2', name: '20% (VAT on Expenses)', rate: 20, on: PURCHASES },
  { taxType: 'TAX001', name: 'DE OSS 19%', rate: 19, on: TURNOVER },
  { taxType: 'TAX009', name: '17.5% until 2010', rate: 17.5, on: TURNOVER, archived: true },
];
