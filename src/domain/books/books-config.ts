/**
 * The books of a legal entity, as configured: its chart of accounts, the rules that give each role of an account (by brand, channel,
 * location, tax, gateway, reason) a number, its tax registrations, and its policies. All of it is data with the days from which it
 * holds; an entity without books posts nothing.
 */
import { z } from 'zod';
import { Currency, Decimal, Id } from '../canonical/common.ts';
import { ACCOUNT_ROLES, type AccountRole } from './posting.ts';

/** A local date of the entity. */
const Day = z.iso.date();

export const AccountType = z.enum(['asset', 'liability', 'equity', 'income', 'expense']);
export type AccountType = z.infer<typeof AccountType>;

export const Account = z.strictObject({ number: Id, name: z.string().min(1), type: AccountType });
export type Account = z.infer<typeof Account>;

const Role = z.enum(Object.keys(ACCOUNT_ROLES) as [AccountRole, ...AccountRole[]]);

/** By what a rule may be narrower than its role. */
export const RULE_DIMENSIONS = [
  'act',
  'brand',
  'channel',
  'location',
  'gateway',
  'taxCode',
  'registration',
  'reason',
] as const;

/**
 * A role's account. Of the rules whose every dimension fits, the one that names most of them holds; of like ones the one that began
 * last, then the first. From a day on, by the document date.
 */
export const PostingRule = z.strictObject({
  role: Role,
  act: Id.optional(),
  brand: Id.optional(),
  channel: Id.optional(),
  location: Id.optional(),
  /** The channel's code of the means of payment. */
  gateway: Id.optional(),
  /** Our code of the tax, as the mappings give it. */
  taxCode: Id.optional(),
  registration: Id.optional(),
  reason: Id.optional(),
  from: Day.default('0000-01-01'),
  account: Id,
});
export type PostingRule = z.infer<typeof PostingRule>;

/** Where an entity tells a tax, and by which of its rules. */
export const TaxRegistration = z.strictObject({
  id: Id,
  /** "DE", "FR", "US-CA". */
  jurisdiction: Id,
  scheme: Id.default('standard'),
  /**
   * When a tax falls due. `supply`: with the supply (US, OSS). `payment`: with the payment where that comes first (EU, UK).
   * `acceptance`: of the whole order, as soon as a payment is accepted, be it only authorised (IOSS). `cash`: with the money alone, and
   * it falls with the money that goes back; of what is sold and not paid it stands in suspense.
   */
  taxPoint: z.enum(['supply', 'payment', 'acceptance', 'cash']).default('supply'),
  /** When a credit lowers it: when it is granted, or when the customer has the money back. */
  creditAt: z.enum(['acceptance', 'repayment']).default('acceptance'),
  period: z.enum(['month', 'quarter', 'year']).default('month'),
  /** Our codes of the taxes that are told here. */
  taxCodes: z.array(Id).min(1),
  /** Returns up to this day are filed: what belongs there is told in the first open one, with its original period. */
  lockedThrough: Day.nullable().default(null),
});
export type TaxRegistration = z.infer<typeof TaxRegistration>;

/** When revenue of a channel is recognised: as goods leave, or as they arrive. */
export const RevenuePolicy = z.strictObject({
  /** None: any. */
  channels: z.array(Id).default([]),
  on: z.enum(['shipment', 'delivery']),
  /** Days on the way, where nobody tells of the arrival. */
  transitDays: z.number().int().min(0).max(60).default(2),
});
export type RevenuePolicy = z.infer<typeof RevenuePolicy>;

export const GiftCards = z.strictObject({
  /** Gateways that redeem cards and store credit: no new money. */
  gateways: z.array(Id).default(['gift_card', 'shopify_store_credit']),
  /** Cards that can be redeemed for goods of one tax only are taxed when sold; null: when redeemed. */
  singlePurpose: z.strictObject({ taxCode: Id, rate: Decimal }).nullable().default(null),
});

export const Books = z.strictObject({
  /** Acts before this day are in the opening balances. */
  startOn: Day.default('0000-01-01'),
  /** The books are closed up to this day: what is posted later stands on the day after. */
  lockedThrough: Day.nullable().default(null),
  accounts: z.array(Account).min(1),
  rules: z.array(PostingRule).min(1),
  registrations: z.array(TaxRegistration).default([]),
  /** The first that fits holds; none: on shipment. */
  revenue: z.array(RevenuePolicy).default([]),
  giftCards: GiftCards.prefault({}),
  /** When what comes back is credited: as it is found to be there, or with the channel's refund. */
  creditReturns: z.enum(['acceptance', 'refund']).default('acceptance'),
  /**
   * What a dispute that is lost is, by the provider's word for its reason: the first row that fits holds. `loss`: revenue and tax
   * stay as they are. `priceReduction`: the order's are reduced. None fits: a loss.
   */
  disputes: z
    .array(
      z.strictObject({
        /** None: any. */
        reasons: z.array(Id).default([]),
        lost: z.enum(['loss', 'priceReduction']),
      }),
    )
    .default([]),
  /** Reasons of price reductions that are a compensation without tax. */
  untaxedReasons: z.array(Id).default([]),
  /** Units of the books' currency for one of another, from a day on. */
  exchangeRates: z
    .array(
      z.strictObject({
        currency: Currency,
        from: Day,
        rate: Decimal.refine((rate) => Number(rate) > 0, 'is not above zero'),
      }),
    )
    .default([]),
  /** Cost of one unit, in minor units of the books' currency, by SKU, from a day on; a SKU without any is sold without cost. */
  costs: z
    .array(z.strictObject({ sku: Id, from: Day.default('0000-01-01'), unitMinor: z.number().int().min(0) }))
    .default([]),
  /** What a damaged unit will bring, of its cost; the rest is written down. */
  damagedPercent: z.number().int().min(0).max(100).default(0),
  /** What may be left of a finished order and is written off; more is a case. */
  writeOffLimitMinor: z.number().int().min(0).default(0),
  /** The day before is compared with finance, ERP, channels and payouts at this hour of the entity's clock; null: only on demand. */
  reconcileAtHour: z.number().int().min(0).max(23).nullable().default(6),
  /** Money that a provider whose settlements are read has not paid out after so many days is a difference. */
  paidOutWithinDays: z.number().int().min(1).max(365).default(14),
});
export type Books = z.infer<typeof Books>;

/** What does not fit together in the books of an entity, one sentence each. */
export function booksProblems(entity: string, books: Books): string[] {
  const problems: string[] = [];
  const numbers = new Set(books.accounts.map(({ number }) => number));
  const say = (words: string) => problems.push(`books of entity "${entity}": ${words}`);
  if (numbers.size !== books.accounts.length) say('two accounts have the same number');
  for (const { role, account } of books.rules)
    if (!numbers.has(account))
      say(`the rule of ${role} names the account ${account}, which the chart does not have`);
  const seen = new Map<string, string>();
  for (const { id, taxCodes } of books.registrations)
    for (const code of taxCodes) {
      const other = seen.get(code);
      if (other !== undefined) say(`the tax code ${code} is told by "${other}" and by "${id}": one must go`);
      seen.set(code, id);
    }
  const single = books.giftCards.singlePurpose;
  if (single && !seen.has(single.taxCode))
    say(`the gift cards’ tax code ${single.taxCode} has no registration`);
  return problems;
}
