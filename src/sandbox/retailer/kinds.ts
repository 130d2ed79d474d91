/**
 * The kinds of orders that a store meets besides plain ones: gift cards, several tenders, tips, duties, the till, pick-up,
 * pre-orders, trade credit … Each makes an ordinary order into one of its kind; none may end in a case.
 */
import type { Random } from '../../base/random.ts';
import type { OrderSpec } from '../kit/types.ts';
import { assortment, openingStock, type Product } from './catalogue.ts';
import type { ChannelId } from './names.ts';
import { DAY_MS, HOUR_MS } from './names.ts';
import { ampleProduct, lineOf, roughValue } from './shopping.ts';
import { LEVY, taxOn } from './taxes.ts';

type StoreId = Exclude<ChannelId, 'bazaar'>;

export interface Kind {
  /** Of 100 orders of a store. */
  share: number;
  /** Whether this order can be made into one of it. */
  fits?: (spec: OrderSpec) => boolean;
  make: (spec: OrderSpec, random: Random, channel: StoreId) => void;
}

const isPaid = (spec: OrderSpec): boolean => spec.payment === 'paid';
const inOneMoney = (spec: OrderSpec): boolean => spec.presentment === undefined;
const isAbroad = (spec: OrderSpec): boolean =>
  spec.shopper.countryCode === 'US' || spec.shopper.countryCode === 'CH';
const isWorth = (least: number) => (spec: OrderSpec) => roughValue(spec.lines) >= least;
const all =
  (...conditions: ((spec: OrderSpec) => boolean)[]) =>
  (spec: OrderSpec): boolean =>
    conditions.every((holds) => holds(spec));

/** Companies that buy at trade prices. */
const COMPANIES = [
  ['810001', 'Kaffeehaus Kaiser'],
  ['810002', 'Zum goldenen Anker'],
  ['810003', 'Studio Nordwand'],
  ['810004', 'Harbourside Hotels'],
] as const;

/** Where shoppers of a store fetch and buy. */
const STORE_PLACES = ['STORE-CITY', 'STORE-PARK'] as const;

function productAt(random: Random, channel: StoreId, place: string): Product {
  const lies = new Set(openingStock(1).flatMap(({ sku, location }) => (location === place ? [sku] : [])));
  return random.pick(assortment(channel).filter(({ sku, supply }) => supply === 'ample' && lies.has(sku)));
}

export const KINDS = {
  giftCardSold: {
    share: 3,
    make: (spec, random) => {
      const unitPrice = random.pick(['25.00', '50.00', '100.00']);
      spec.lines.push({
        sku: null,
        title: `Gift card ${unitPrice}`,
        quantity: 1,
        unitPrice,
        tax: [],
        giftCard: true,
      });
    },
  },
  giftCardRedeemed: {
    share: 3,
    fits: all(isPaid, isWorth(40)),
    make: (spec, random) => {
      spec.tenders = [{ gateway: 'gift_card', amount: random.pick(['10.00', '25.00']) }];
    },
  },
  storeCredit: {
    share: 2,
    fits: all(isPaid, isWorth(40)),
    make: (spec) => {
      spec.tenders = [{ gateway: 'shopify_store_credit', amount: '7.50' }];
    },
  },
  threeTenders: {
    share: 1,
    fits: all(isPaid, isWorth(60)),
    make: (spec) => {
      spec.tenders = [
        { gateway: 'gift_card', amount: '10.00' },
        { gateway: 'shopify_store_credit', amount: '5.05' },
      ];
    },
  },
  tip: {
    share: 2,
    fits: inOneMoney,
    make: (spec, random) => {
      spec.tip = random.pick(['1.00', '2.50', '5.00']);
    },
  },
  duties: {
    share: 40,
    fits: all(isAbroad, isPaid),
    make: (spec) => {
      for (const line of spec.lines)
        line.duty = { code: '691200', amount: (Number(line.unitPrice) * line.quantity * 0.05).toFixed(2) };
    },
  },
  fee: {
    share: 2,
    make: (spec, random) => {
      const tax = taxOn(spec.shopper.countryCode, 'standard');
      spec.fee = { title: 'Packaging deposit', amount: random.pick(['0.50', '1.25']), tax };
    },
  },
  till: {
    share: 4,
    fits: inOneMoney,
    make: (spec, random) => {
      const cash = random.chance(0.5);
      Object.assign(spec, { source: 'pos', payment: 'paid', shipping: null });
      spec.gateway = cash ? 'cash' : spec.gateway === 'bank_deposit' ? 'shopify_payments' : spec.gateway;
      if (cash) spec.cashRounding = random.pick(['0.02', '-0.01', '0.01', '-0.02']);
      delete spec.orderDiscount;
    },
  },
  pickUp: {
    share: 3,
    make: (spec, random, channel) => {
      const place = random.pick(STORE_PLACES);
      spec.delivery = { method: 'pickUp', location: place };
      // A shop offers to be fetched what lies there.
      spec.lines = spec.lines.map(({ quantity }) =>
        lineOf(productAt(random, channel, place), channel, spec.shopper.countryCode, quantity),
      );
      spec.shipping = { title: 'Pick-up', price: '0.00', tax: [] };
    },
  },
  localDelivery: {
    share: 2,
    make: (spec, random) => {
      spec.delivery = { method: 'local', location: random.pick(STORE_PLACES) };
      spec.shipping = {
        title: 'By bicycle',
        price: '3.50',
        tax: taxOn(spec.shopper.countryCode, 'standard'),
      };
    },
  },
  preOrder: {
    share: 2,
    fits: isPaid,
    make: (spec, random) => {
      for (const line of spec.lines) line.sellingPlan = 'Pre-order';
      spec.scheduledForMs = random.int(DAY_MS, 6 * DAY_MS);
    },
  },
  preOrderWithDeposit: {
    share: 2,
    fits: all(inOneMoney, isWorth(30)),
    make: (spec) => {
      for (const line of spec.lines) line.sellingPlan = 'Pre-order, deposit now';
      Object.assign(spec, { payment: 'pending', deposit: '5.00', gateway: 'shopify_payments' });
      spec.terms = { name: 'Deposit', type: 'FIXED', dueInDays: 4 };
    },
  },
  riskReview: {
    share: 2,
    make: (spec, random) => {
      spec.reviewedForMs = random.int(HOUR_MS / 2, 20 * HOUR_MS);
    },
  },
  subscription: {
    share: 2,
    make: (spec) => {
      for (const line of spec.lines) line.sellingPlan = 'Deliver every month';
    },
  },
  tradeCredit: {
    share: 3,
    fits: inOneMoney,
    make: (spec, random) => {
      const company = String(random.int(800_000, 800_040));
      Object.assign(spec, { payment: 'pending', gateway: 'bank_deposit' });
      spec.company = { companyId: company, locationId: `${company}1` };
      spec.poNumber = `PO-${random.int(1000, 9999)}`;
      spec.terms = { name: 'Net 30', type: 'NET', dueInDays: 30 };
      // Always the same person buys for it.
      spec.shopper.accountId = `${company}2`;
    },
  },
  draftCompleted: {
    share: 2,
    make: (spec) => {
      spec.source = 'shopify_draft_order';
    },
  },
  customLine: {
    share: 2,
    make: (spec) => {
      const tax = taxOn(spec.shopper.countryCode, 'standard');
      spec.lines.push({
        sku: null,
        title: 'Engraving',
        quantity: 1,
        unitPrice: '6.50',
        tax,
        service: true,
      });
    },
  },
  bundle: {
    share: 3,
    make: (spec, random, channel) => {
      for (let part = 0; part < 2; part += 1) {
        const line = lineOf(ampleProduct(random, channel), channel, spec.shopper.countryCode, 1);
        spec.lines.push({ ...line, discountPercent: '10', bundle: 'Harbour set' });
      }
    },
  },
  free: {
    share: 2,
    make: (spec) => {
      for (const line of spec.lines) line.discountPercent = '100';
      spec.shipping = spec.shipping && { ...spec.shipping, price: '0.00' };
      delete spec.orderDiscount;
    },
  },
  taxExempt: {
    share: 2,
    make: (spec) => {
      for (const part of [...spec.lines, ...(spec.shipping ? [spec.shipping] : [])]) part.tax = [];
      spec.taxExempt = true;
    },
  },
  captureInParts: {
    share: 20,
    fits: (spec) => spec.payment === 'authorised',
    make: (spec, random, channel) => {
      spec.severalCaptures = true;
      spec.lines.push(lineOf(ampleProduct(random, channel), channel, spec.shopper.countryCode, 2));
    },
  },
  partPaid: {
    share: 2,
    fits: all(inOneMoney, isWorth(30), (spec) => spec.payment === 'paid' || spec.payment === 'pending'),
    make: (spec) => {
      Object.assign(spec, { payment: 'pending', deposit: '10.00', gateway: 'bank_deposit' });
    },
  },
  sameSkuTwice: {
    share: 2,
    make: (spec) => {
      const first = spec.lines[0];
      if (first) spec.lines.push({ ...first, quantity: 1 }, { ...first, quantity: 2, discountPercent: '15' });
    },
  },
  discountsOfBothKinds: {
    share: 2,
    fits: isWorth(40),
    make: (spec, random) => {
      for (const line of spec.lines) line.discountPercent = random.pick(['10', '15', '33']);
      spec.orderDiscount = '7.77';
    },
  },
  shippingDiscount: {
    share: 2,
    fits: ({ shipping }) => shipping !== null && Number(shipping.price) > 0,
    make: (spec, random) => {
      if (spec.shipping) spec.shipping.discountPercent = random.pick(['50', '33', '100']);
    },
  },
  severalTaxes: {
    share: 2,
    make: (spec) => {
      for (const line of spec.lines) if (line.tax.length > 0) line.tax = [...line.tax, LEVY];
    },
  },
  company: {
    share: 3,
    fits: inOneMoney,
    make: (spec, random) => {
      const [companyId, name] = random.pick(COMPANIES);
      spec.company = {
        companyId,
        locationId: `${companyId}1`,
        name,
        catalogue: { title: 'Trade prices', percentOff: '15' },
      };
      spec.poNumber = `${random.int(26_000, 26_999)}/B`;
      const days = random.pick([7, 15, 30]);
      spec.terms = { name: `Net ${days}`, type: 'NET', dueInDays: days };
      Object.assign(spec, { payment: 'pending', gateway: 'bank_deposit' });
      // Always the same person buys for it.
      spec.shopper.accountId = `${companyId}2`;
    },
  },
} as const satisfies Record<string, Kind>;
export type KindName = keyof typeof KINDS;

/** Makes an ordinary order of a store into one of a kind, or leaves it as it is. The kind's name; null: a plain order. */
export function becomeOfAKind(random: Random, channel: StoreId, spec: OrderSpec): string | null {
  let draw = random.next() * 100;
  for (const [name, { share, fits, make }] of Object.entries<Kind>(KINDS)) {
    if (fits && !fits(spec)) continue;
    draw -= share;
    if (draw >= 0) continue;
    make(spec, random, channel);
    return name;
  }
  return null;
}

/** How long after the order the money comes that is paid later by agreement. */
export function paidLaterMs(random: Random, terms: NonNullable<OrderSpec['terms']>): number {
  // Some pay late, but within the days of grace.
  return random.int(2 * HOUR_MS, (terms.dueInDays + 1) * DAY_MS);
}
