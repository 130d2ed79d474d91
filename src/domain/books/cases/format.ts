/**
 * The format of money cases: situation, policy, order, steps with the journals that are expected. Every scalar is text, as a file that
 * people write has it: amounts are decimals of their currency. docs/reference/money-cases.md explains it.
 */
import { z } from 'zod';

const Text = z.string().min(1);
const Decimal = z.string().regex(/^-?\d+(\.\d+)?$/, 'is no decimal amount');
const Count = z.string().regex(/^\d+$/, 'is no whole number').transform(Number);
const Day = z.iso.date();
const Truth = z.enum(['true', 'false']).transform((text) => text === 'true');
const Units = z.record(Text, Count);

/** A tax of a part: its amount, or its amount and that the channel remits it. */
const Tax = z.union([
  Decimal.transform((amount) => ({ amount, channelLiable: false })),
  z.strictObject({ amount: Decimal, channelLiable: Truth.default(false) }),
]);
const Taxes = z.record(Text, Tax).default({});

const Line = z.strictObject({
  quantity: Count.default(1),
  /** Units that are still wanted; left out: all. */
  wanted: Count.optional(),
  amount: Decimal,
  taxes: Taxes,
  giftCard: Truth.default(false),
});

const Charge = z.strictObject({
  kind: z.enum(['shipping', 'tip', 'duty', 'fee', 'cashRounding', 'rounding']),
  amount: Decimal,
  taxes: Taxes,
  removed: Truth.default(false),
});

export const CaseOrder = z.strictObject({
  currency: Text,
  taxesIncluded: Truth.default(true),
  lines: z.record(Text, Line),
  charges: z.array(Charge).default([]),
});
export type CaseOrder = z.infer<typeof CaseOrder>;

const TaxRule = z.strictObject({
  rate: Decimal,
  registration: Text.optional(),
  jurisdiction: Text,
  scheme: Text.default('standard'),
  taxPoint: z.enum(['supply', 'payment', 'acceptance', 'cash']).default('supply'),
  creditAt: z.enum(['acceptance', 'repayment']).default('acceptance'),
  period: z.enum(['month', 'quarter', 'year']).default('month'),
  /** Returns up to this day are filed. */
  filedThrough: Day.nullable().default(null),
});

const Policy = z.strictObject({
  /** Currency of the books; left out: the order's. */
  books: Text.optional(),
  revenue: z.enum(['shipment', 'delivery']).default('shipment'),
  /** By the codes that the order's taxes have. */
  taxes: z.record(Text, TaxRule).default({}),
  /** Cards are taxed with this code when they are sold. */
  singlePurpose: Text.optional(),
  /** The books are closed up to this day. */
  closedThrough: Day.optional(),
  /** What may be written off when the order is closed. */
  writeOff: Decimal.default('0'),
});
export type CasePolicy = z.infer<typeof Policy>;

const Payment = z.union([
  Decimal.transform((amount) => ({ amount, by: 'card', giftCard: false })),
  z.strictObject({
    amount: Decimal,
    by: Text.default('card'),
    /** A gift card or store credit: no new money. */
    giftCard: Truth.default(false),
    /** Units of the books' currency for one of the order's. */
    rate: Decimal.optional(),
  }),
]);
const WithTax = z.strictObject({ amount: Decimal, tax: Decimal.default('0') });

/** What may happen; each is one key. */
const CaseAct = z.union([
  z.strictObject({ authorised: Decimal }),
  z.strictObject({ captured: Payment }),
  z.strictObject({
    shipped: z.strictObject({
      parcel: Text.default('1'),
      units: Units,
      /** In the currency of the books. */
      cost: Decimal.default('0'),
      rate: Decimal.optional(),
    }),
  }),
  z.strictObject({ delivered: Text }),
  z.strictObject({
    credited: z.strictObject({
      units: z
        .record(
          Text,
          z.union([
            Count.transform((quantity) => ({ quantity })),
            z.strictObject({ quantity: Count, amount: Decimal, tax: Decimal.default('0') }),
          ]),
        )
        .default({}),
      shipping: WithTax.optional(),
      charges: z
        .array(WithTax.extend({ kind: z.enum(['tip', 'duty', 'fee', 'cashRounding', 'rounding']) }))
        .default([]),
      concession: Decimal.optional(),
      compensation: Decimal.optional(),
      fees: Decimal.optional(),
      /** What later credits call it by. */
      name: Text.optional(),
      /** Units of earlier credits, by their names, in whose place this one stands. */
      instead: z.record(Text, Units).default({}),
      rate: Decimal.optional(),
    }),
  }),
  z.strictObject({
    inspected: z.strictObject({
      disposition: z.enum(['restock', 'damaged', 'qualityControl', 'missing']),
      cost: Decimal,
      /** What it will bring; left out: its cost. */
      value: Decimal.optional(),
    }),
  }),
  z.strictObject({
    refunded: z.union([
      Decimal.transform((amount) => ({
        amount,
        by: 'card',
        giftCard: false,
        removed: undefined,
        dispute: false,
      })),
      z.strictObject({
        amount: Decimal,
        by: Text.default('card'),
        giftCard: Truth.default(false),
        /** Of it, for what left the order before it shipped. */
        removed: Decimal.optional(),
        /** The shopper's bank has taken it, by a dispute that was lost. */
        dispute: Truth.default(false),
        rate: Decimal.optional(),
      }),
    ]),
  }),
  /** Units leave the order before they ship. */
  z.strictObject({ cancelled: Units }),
  /** Lines are put on or changed (`null` is none), charges stand as given. */
  z.strictObject({
    edited: z.strictObject({ lines: z.record(Text, Line).default({}), charges: z.array(Charge).optional() }),
  }),
  z.strictObject({ closed: z.string() }),
  /** The provider pays out: what it was sold for in the currency of the books, and what it kept. */
  z.strictObject({ settled: z.strictObject({ amount: Decimal, fee: Decimal.default('0') }) }),
  z.strictObject({ disputed: z.strictObject({ amount: Decimal, fee: Decimal.default('0') }) }),
  z.strictObject({ disputeWon: z.strictObject({ amount: Decimal, feeBack: Decimal.default('0') }) }),
  z.strictObject({ disputeLost: Decimal }),
]);
export type CaseAct = z.infer<typeof CaseAct>;

const Journals = z.union([Text.transform((text) => [text]), z.array(Text)]);

const Step = z.strictObject({
  on: Day,
  do: z.array(CaseAct).min(1),
  /** The journals of the step together; costs stand beside the others, in the currency of the books. */
  expect: Journals,
  /** In the currency of the books, where that is another: left out, it is not looked at. */
  inBooks: Journals.optional(),
  /** The posting date, where it is another than the step's. */
  posted: Day.optional(),
  /** Changes of the tax ledger: left out, they are not looked at. */
  taxes: z
    .array(
      z.strictObject({
        code: Text,
        period: Text,
        /** The return in which it is told, where its period is filed. */
        reported: Text.optional(),
        jurisdiction: Text.optional(),
        scheme: Text.optional(),
        base: Decimal,
        tax: Decimal,
      }),
    )
    .optional(),
});
export type CaseStep = z.infer<typeof Step>;

export const MoneyCase = z.strictObject({
  id: Text,
  situation: Text,
  /** Why, in the words of the rules. */
  because: Text.optional(),
  policy: Policy.prefault({}),
  order: CaseOrder,
  steps: z.array(Step).min(1),
  /** What is open in the end: "nothing", or a journal's left side such as "DEP -10.00". */
  open: Text.default('nothing'),
});
export type MoneyCase = z.infer<typeof MoneyCase>;

export const MoneyCases = z.strictObject({ theme: Text, cases: z.array(MoneyCase).min(1) });
export type MoneyCases = z.infer<typeof MoneyCases>;
