/**
 * The money of a period, hop by hop: sold = invoiced = recognised = collected = at the bank, and between each two what makes the
 * difference, by name. All but what was sold is read off the lines of the sub-ledger. Every posting balances, so the chain from the
 * invoices to the bank meets; what it shows is on which accounts the money of the period stands. Minor units of the books.
 */
import { sumMinor } from '../money.ts';
import type { AccountRole } from './posting.ts';

/** What moved on accounts of a role in the period, debit positive. */
export interface RoleSum {
  role: AccountRole;
  bookMinor: number;
}

type Group = 'revenue' | 'passedOn' | 'customers' | 'providers' | 'bank' | 'goods' | 'opening';

const GROUPS: Readonly<Record<AccountRole, Group>> = {
  revenue: 'revenue',
  shippingRevenue: 'revenue',
  returns: 'revenue',
  tips: 'revenue',
  duties: 'revenue',
  fees: 'revenue',
  goodwill: 'revenue',
  tax: 'passedOn',
  channelTax: 'passedOn',
  taxInSuspense: 'passedOn',
  giftCards: 'passedOn',
  receivables: 'customers',
  deposits: 'customers',
  refundLiability: 'customers',
  clearing: 'providers',
  bankInTransit: 'providers',
  reserve: 'providers',
  advance: 'providers',
  disputeReceivable: 'providers',
  disputeLoss: 'providers',
  suspense: 'providers',
  paymentFees: 'providers',
  taxOnFees: 'providers',
  billing: 'providers',
  exchangeDifference: 'providers',
  cashRounding: 'providers',
  taxRounding: 'providers',
  rounding: 'providers',
  writeOff: 'providers',
  bank: 'bank',
  goodsInTransit: 'goods',
  stock: 'goods',
  damagedStock: 'goods',
  writeDown: 'goods',
  costOfGoods: 'goods',
  openingBalances: 'opening',
};

const WORDS: Partial<Record<AccountRole, string>> = {
  revenue: 'goods',
  shippingRevenue: 'delivery',
  returns: 'credited for what came back',
  tips: 'tips',
  duties: 'duties',
  fees: 'fees that were kept',
  goodwill: 'compensations',
  tax: 'tax',
  channelTax: 'tax that the channel remits',
  taxInSuspense: 'tax that is not due, or not taken back, yet',
  giftCards: 'gift cards: sold, less redeemed',
  receivables: 'shipped, and not paid',
  deposits: 'paid, and not shipped',
  refundLiability: 'credited, and not given back',
  clearing: 'with the payment providers',
  bankInTransit: 'paid out, and not seen at the bank',
  reserve: 'kept in reserve',
  advance: 'advances and loans',
  disputeReceivable: 'disputed',
  disputeLoss: 'disputes that were lost',
  suspense: 'not explained',
  paymentFees: 'fees of payment providers',
  taxOnFees: 'tax on their fees',
  billing: 'billed by providers',
  exchangeDifference: 'exchange differences',
  writeOff: 'written off',
};

export interface ChainPart {
  words: string;
  amountMinor: number;
}

/** A figure of the chain, or (`isDifference`) what lies between two of them. */
export interface ChainHop {
  name: string;
  amountMinor: number;
  isDifference: boolean;
  parts: ChainPart[];
}

/** @param soldMinor what the orders that were placed in the period come to now, with tax. */
export function chainOfPeriod(
  sums: readonly RoleSum[],
  soldMinor: number,
): { hops: ChainHop[]; residualMinor: number } {
  /** Of a group, by role; what is zero is left out. */
  const partsOf = (group: Group, sign: 1 | -1): ChainPart[] =>
    sums
      .filter(({ role, bookMinor }) => GROUPS[role] === group && bookMinor !== 0)
      .map(({ role, bookMinor }) => ({ words: WORDS[role] ?? role, amountMinor: bookMinor * sign }));
  const total = (parts: readonly ChainPart[]) => sumMinor(parts.map(({ amountMinor }) => amountMinor));
  const revenue = partsOf('revenue', -1);
  const passedOn = partsOf('passedOn', -1);
  const customers = partsOf('customers', 1);
  const providers = [...partsOf('providers', 1), ...partsOf('opening', 1)];
  const bank = partsOf('bank', 1);
  const recognisedMinor = total(revenue);
  const invoicedMinor = recognisedMinor + total(passedOn);
  const collectedMinor = invoicedMinor - total(customers);
  const figure = (name: string, amountMinor: number, parts: ChainPart[] = []): ChainHop => ({
    name,
    amountMinor,
    isDifference: false,
    parts,
  });
  const difference = (name: string, parts: ChainPart[]): ChainHop => ({
    name,
    amountMinor: total(parts),
    isDifference: true,
    parts,
  });
  const notInvoiced = {
    words: 'ordered in the period and not invoiced in it, less what was ordered before',
    amountMinor: soldMinor - invoicedMinor,
  };
  const hops = [
    figure('sold: orders that were placed, with tax', soldMinor),
    difference('sold, less invoiced', notInvoiced.amountMinor === 0 ? [] : [notInvoiced]),
    figure('invoiced, less credited, with tax', invoicedMinor),
    difference('invoiced, less recognised', passedOn),
    figure('recognised as revenue', recognisedMinor, revenue),
    difference('invoiced, less collected', customers),
    figure('collected, less given back', collectedMinor),
    difference('collected, less at the bank', providers),
    figure('at the bank', total(bank), bank),
  ];
  return { hops, residualMinor: collectedMinor - total(providers) - total(bank) };
}
