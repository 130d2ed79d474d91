/** On which terms Shopify Payments settles: what it takes of a charge, and when the rest is there. */
import { percentOf, toMinor } from '../../../../sandbox/kit/money.ts';

/** The gateway whose money comes in payouts; what others take is cleared elsewhere. */
export const SETTLING_GATEWAY = 'shopify_payments';

export interface SettlementTerms {
  /** Of a charge: so many percent, and so much. */
  percent: string;
  fixed: string;
  /** Percent more where the shopper paid in another money. */
  conversionPercent: string;
  /** For each charge that a shopper disputes; given back where the store wins. */
  disputeFee: string;
  /** Business days from a charge to the day when its money is available. */
  delayDays: number;
  /** Where the account is. */
  country: string;
}

/** As the vendor publishes them for the plan Advanced, for cards of the country itself. */
const BY_CURRENCY: Readonly<Record<string, SettlementTerms>> = {
  EUR: {
    percent: '1.6',
    fixed: '0.30',
    conversionPercent: '2',
    disputeFee: '15',
    delayDays: 3,
    country: 'DE',
  },
  GBP: {
    percent: '1.5',
    fixed: '0.25',
    conversionPercent: '2',
    disputeFee: '10',
    delayDays: 3,
    country: 'GB',
  },
  CHF: {
    percent: '1.6',
    fixed: '0.30',
    conversionPercent: '2',
    disputeFee: '15',
    delayDays: 3,
    country: 'CH',
  },
  USD: {
    percent: '2.5',
    fixed: '0.30',
    conversionPercent: '1.5',
    disputeFee: '15',
    delayDays: 2,
    country: 'US',
  },
  JPY: {
    percent: '3.25',
    fixed: '0',
    conversionPercent: '2',
    disputeFee: '1300',
    delayDays: 5,
    country: 'JP',
  },
};

export function settlementTerms(currency: string, changes: Partial<SettlementTerms> = {}): SettlementTerms {
  return { ...((BY_CURRENCY[currency] ?? BY_CURRENCY.USD) as SettlementTerms), ...changes };
}

/** What is kept of a charge, in minor units of the store's money. */
export function chargeFee(
  terms: SettlementTerms,
  currency: string,
  amount: bigint,
  isConverted: boolean,
): bigint {
  const fee = percentOf(amount, terms.percent) + toMinor(terms.fixed, currency);
  return isConverted ? fee + percentOf(amount, terms.conversionPercent) : fee;
}
