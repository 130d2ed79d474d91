/** The rules of an entity's books that decide when and how an act is booked, for one order. */
import { proportion } from '../money.ts';
import type { BookTax } from './acts.ts';
import type { Books, TaxRegistration } from './books-config.ts';
import { addDays, periodOf } from './calendar.ts';

export interface BooksPolicy {
  /** Currency of the books. */
  bookCurrency: string;
  revenueOn: 'shipment' | 'delivery';
  /** A card is taxed when it is sold; null: when it is redeemed. */
  singlePurpose: { taxCode: string; rate: string } | null;
  registrationOf(taxCode: string): TaxPolicy | null;
}

export type TaxPolicy = Pick<
  TaxRegistration,
  'id' | 'jurisdiction' | 'scheme' | 'taxPoint' | 'creditAt' | 'period' | 'lockedThrough'
>;

/** Where nobody has said where a tax is told; its posting is a gap in the rules, so this only keeps the reckoning going. */
export const UNREGISTERED: TaxPolicy = {
  id: '',
  jurisdiction: '',
  scheme: '',
  taxPoint: 'supply',
  creditAt: 'acceptance',
  period: 'month',
  lockedThrough: null,
};

/** What the books of an entity say of orders of a channel. */
export function policyOf(books: Books, bookCurrency: string, channel: string): BooksPolicy {
  const revenue = books.revenue.find(({ channels }) => channels.length === 0 || channels.includes(channel));
  const { singlePurpose } = books.giftCards;
  return {
    bookCurrency,
    revenueOn: revenue?.on ?? 'shipment',
    singlePurpose,
    registrationOf: (code) => books.registrations.find(({ taxCodes }) => taxCodes.includes(code)) ?? null,
  };
}

export function taxPolicyOf(policy: BooksPolicy, code: string): TaxPolicy {
  return policy.registrationOf(code) ?? UNREGISTERED;
}

/** The return that a tax point falls into. */
export function returnOf(policy: BooksPolicy, code: string, taxPoint: string): string {
  return periodOf(taxPoint, taxPolicyOf(policy, code).period);
}

/** The return in which a tax of a period is told: its own, or the first open one where that is filed. */
export function reportedIn(
  { period, lockedThrough }: Pick<TaxPolicy, 'period' | 'lockedThrough'>,
  of: string,
): string {
  if (lockedThrough === null) return of;
  const open = periodOf(addDays(lockedThrough, 1), period);
  return of < open ? open : of;
}

/** The tax in a card that was taxed when it was sold. */
export function cardTaxOf(
  { taxCode, rate }: NonNullable<BooksPolicy['singlePurpose']>,
  grossMinor: number,
): BookTax {
  const [whole = '0', decimals = ''] = rate.split('.');
  const unit = 10 ** decimals.length;
  const tax = Number(whole + decimals);
  return { code: taxCode, rate, amountMinor: proportion(grossMinor, tax, unit + tax) };
}
