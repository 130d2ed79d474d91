/** An organisation at Xero with books in euro, and the accounts that postings of tests stand on. */
import type { AccountSpec, TaxRateSpec } from '../../src/connectors/xero/sandbox/chart.ts';

const CHART: readonly AccountSpec[] = [
  { code: '1200', name: 'Bank', type: 'BANK' },
  { code: '1400', name: 'Accounts Receivable', type: 'CURRENT', system: 'DEBTORS' },
  { code: '1460', name: 'Payments clearing', type: 'CURRENT', takesPayments: true },
  { code: '1461', name: 'Bank in transit', type: 'CURRENT', takesPayments: true },
  { code: '1700', name: 'Refunds to pay', type: 'CURRLIAB', takesPayments: true },
  { code: '3272', name: 'Customer deposits', type: 'CURRLIAB', takesPayments: true },
  { code: '3806', name: 'VAT', type: 'CURRLIAB', system: 'GST' },
  { code: '3900', name: 'Rounding', type: 'CURRLIAB', system: 'ROUNDING' },
  { code: '3980', name: 'Stock', type: 'CURRENT' },
  { code: '4000', name: 'Cost of goods', type: 'DIRECTCOSTS' },
  { code: '4970', name: 'Payment fees', type: 'EXPENSE' },
  { code: '6660', name: 'Currency gains', type: 'EXPENSE', system: 'REALISEDCURRENCYGAIN' },
  { code: '8400', name: 'Sales', type: 'REVENUE' },
  { code: '8402', name: 'Returns', type: 'REVENUE' },
  { code: '0868', name: 'Retained earnings', type: 'EQUITY', system: 'RETAINEDEARNINGS' },
];

const TAX_RATES: readonly TaxRateSpec[] = [
  {
    taxType: 'NONE',
    name: 'No tax',
    rate: 0,
    on: ['ASSET', 'EQUITY', 'EXPENSE', 'LIABILITY', 'REVENUE'],
  },
  { taxType: 'DE19', name: '19 %', rate: 19, on: ['REVENUE'] },
];

/** Options of the sandbox. */
export const EURO_BOOKS = {
  name: 'Crossdock GmbH',
  baseCurrency: 'EUR',
  accounts: CHART,
  taxRates: TAX_RATES,
} as const;
