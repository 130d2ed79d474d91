/**
 * The books of the retailer's two entities, as its accountants would have set them up: German accounts in EUR with OSS returns for other
 * countries, British ones in GBP where a payment makes VAT due and a repayment takes it back.
 */
import { CATALOGUE } from './catalogue.ts';

interface AccountRow {
  role: string;
  number: string;
  name: string;
  type: 'asset' | 'liability' | 'income' | 'expense';
}

const account = (role: string, number: string, name: string, type: AccountRow['type']): AccountRow => ({
  role,
  number,
  name,
  type,
});

const DE: readonly AccountRow[] = [
  account('bank', '1200', 'Bank', 'asset'),
  account('bankInTransit', '1360', 'Geldtransit', 'asset'),
  account('clearing', '1370', 'Verrechnung Zahlungsdienste', 'asset'),
  account('receivables', '1400', 'Forderungen aus Lieferungen', 'asset'),
  account('disputeReceivable', '1410', 'Forderungen aus Rückbelastungen', 'asset'),
  account('reserve', '1420', 'Einbehalte der Zahlungsdienste', 'asset'),
  account('stock', '3980', 'Warenbestand', 'asset'),
  account('damagedStock', '3985', 'Bestand beschädigter Ware', 'asset'),
  account('goodsInTransit', '3990', 'Unterwegs befindliche Ware', 'asset'),
  account('suspense', '1590', 'Durchlaufende Posten', 'asset'),
  account('deposits', '1710', 'Erhaltene Anzahlungen', 'liability'),
  account('refundLiability', '1720', 'Rückerstattungsverbindlichkeiten', 'liability'),
  account('giftCards', '1730', 'Gutscheine', 'liability'),
  account('advance', '1740', 'Vorschüsse der Zahlungsdienste', 'liability'),
  account('tax', '1776', 'Umsatzsteuer', 'liability'),
  account('taxInSuspense', '1780', 'Umsatzsteuer nicht fällig', 'liability'),
  account('channelTax', '1790', 'Steuern der Marktplätze', 'liability'),
  account('revenue', '8400', 'Erlöse', 'income'),
  account('shippingRevenue', '8450', 'Erlöse Versand', 'income'),
  account('returns', '8700', 'Retouren', 'income'),
  account('tips', '8460', 'Trinkgelder', 'income'),
  account('duties', '8470', 'Weiterberechnete Zölle', 'income'),
  account('fees', '8480', 'Gebührenerlöse', 'income'),
  account('cashRounding', '2660', 'Bargeldrundung', 'income'),
  account('taxRounding', '2661', 'Steuerrundung', 'income'),
  account('rounding', '2662', 'Rundungsdifferenzen', 'income'),
  account('exchangeDifference', '2150', 'Kursdifferenzen', 'expense'),
  account('costOfGoods', '4000', 'Wareneinsatz', 'expense'),
  account('writeDown', '4880', 'Abschreibung auf Ware', 'expense'),
  account('paymentFees', '4970', 'Gebühren der Zahlungsdienste', 'expense'),
  account('taxOnFees', '1576', 'Vorsteuer', 'asset'),
  account('billing', '4975', 'Rechnungen der Plattformen', 'expense'),
  account('disputeLoss', '2400', 'Verluste aus Rückbelastungen', 'expense'),
  account('goodwill', '4730', 'Kulanz', 'expense'),
  account('writeOff', '2405', 'Ausbuchungen', 'expense'),
];

/** The same roles in the numbers and words of the British books. */
const UK_NAMES: Readonly<Record<string, readonly [number: string, name: string]>> = {
  bank: ['1200', 'Bank current account'],
  bankInTransit: ['1210', 'Bank in transit'],
  clearing: ['1220', 'Payment providers clearing'],
  receivables: ['1100', 'Debtors'],
  disputeReceivable: ['1110', 'Disputed payments'],
  reserve: ['1120', 'Provider reserves'],
  stock: ['1001', 'Stock'],
  damagedStock: ['1002', 'Damaged stock'],
  goodsInTransit: ['1003', 'Goods in transit'],
  suspense: ['9998', 'Suspense'],
  deposits: ['2110', 'Customer deposits'],
  refundLiability: ['2120', 'Refunds owed'],
  giftCards: ['2130', 'Gift cards'],
  advance: ['2140', 'Provider advances'],
  tax: ['2200', 'VAT on sales'],
  taxInSuspense: ['2203', 'VAT awaiting repayment'],
  channelTax: ['2205', 'Tax of marketplaces'],
  revenue: ['4000', 'Sales'],
  shippingRevenue: ['4905', 'Carriage'],
  returns: ['4009', 'Sales returns'],
  tips: ['4906', 'Tips'],
  duties: ['4907', 'Duties recharged'],
  fees: ['4908', 'Fees'],
  cashRounding: ['4910', 'Cash rounding'],
  taxRounding: ['4911', 'Tax rounding'],
  rounding: ['4912', 'Rounding'],
  exchangeDifference: ['7906', 'Exchange differences'],
  costOfGoods: ['5000', 'Cost of goods'],
  writeDown: ['5201', 'Stock written down'],
  paymentFees: ['7901', 'Payment provider fees'],
  taxOnFees: ['2201', 'VAT on purchases'],
  billing: ['7902', 'Platform charges'],
  disputeLoss: ['8101', 'Disputes lost'],
  goodwill: ['4010', 'Goodwill'],
  writeOff: ['8100', 'Write-offs'],
};

const UK: readonly AccountRow[] = DE.map(({ role, type }) => {
  const named = UK_NAMES[role];
  if (!named) throw new Error(`the British books have no account for ${role}`);
  return account(role, named[0], named[1], type);
});

/** A registration for the taxes of a country, whose codes begin with its own. */
const registration = (country: string, codes: readonly string[], more: Record<string, string>) => ({
  id: country,
  jurisdiction: country,
  taxCodes: codes.map((code) => `${country.toLowerCase()}-${code}`),
  ...more,
});

/** A municipal levy on packaging, told to the town each quarter. */
const PACKAGING_LEVY = (country: string) => ({
  id: `${country}-PACKAGING`,
  jurisdiction: country,
  taxCodes: ['packaging-levy'],
  period: 'quarter',
});

function booksOf(
  rows: readonly AccountRow[],
  registrations: readonly unknown[],
  currency: 'EUR' | 'GBP',
  costPercent: number,
) {
  return {
    accounts: rows.map(({ number, name, type }) => ({ number, name, type })),
    rules: rows.map(({ role, number }) => ({ role, account: number })),
    registrations,
    costs: CATALOGUE.map(({ sku, prices }) => ({
      sku,
      unitMinor: Math.round(Number(prices[currency]) * costPercent),
    })),
    writeOffLimitMinor: 2,
    damagedPercent: 25,
  };
}

/** By entity, in the shape of the hub's configuration. */
export const BOOKS: Readonly<Record<'hv-de' | 'hv-uk', ReturnType<typeof booksOf>>> = {
  'hv-de': booksOf(
    DE,
    [
      registration('DE', ['standard', 'reduced'], { period: 'month' }),
      ...['AT', 'FR', 'NL'].map((country) =>
        registration(country, ['standard', 'reduced'], { scheme: 'oss', period: 'quarter' }),
      ),
      PACKAGING_LEVY('DE'),
    ],
    'EUR',
    45,
  ),
  'hv-uk': booksOf(
    UK,
    [
      registration('GB', ['standard', 'zero'], {
        taxPoint: 'payment',
        creditAt: 'repayment',
        period: 'quarter',
      }),
      PACKAGING_LEVY('GB'),
    ],
    'GBP',
    40,
  ),
};
