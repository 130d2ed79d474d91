/** Whatever happens to an order, and in whatever order it is told: its books balance, and close when it is finished. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { proportion, spread } from '../money.ts';
import type { Act, BookCharge, BookLine, BookOrder } from './acts.ts';
import { NOTHING_POSTED, type Posted } from './entries.ts';
import { journalise, withEntries } from './journalise.ts';
import type { BooksPolicy, TaxPolicy } from './policy.ts';
import type { AccountRole } from './posting.ts';

const CURRENCIES = ['EUR', 'JPY', 'KWD'] as const;
const RATES: Record<string, string> = { STANDARD: '0.19', REDUCED: '0.07', ZERO: '0', COUNTY: '0.0125' };
/** All of them must be nothing when an order is finished. */
const OPEN_ROLES: AccountRole[] = ['receivables', 'deposits', 'refundLiability', 'taxInSuspense'];

interface Life {
  order: BookOrder;
  policy: BooksPolicy;
  /** In the order in which they are told. */
  acts: Act[];
  /** The order becomes this one with the act of the key "edit". */
  edited: BookOrder;
}

const taxOf = (code: string, valueMinor: number, taxesIncluded: boolean) => {
  const rate = Number(RATES[code]);
  const amountMinor = Math.round(taxesIncluded ? (valueMinor * rate) / (1 + rate) : valueMinor * rate);
  return { code, rate: RATES[code] ?? '0', amountMinor };
};

const codes = fc.subarray(Object.keys(RATES), { minLength: 0, maxLength: 2 });
const value = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 250_000 }));

const lineArbitrary = fc.record({
  quantity: fc.integer({ min: 1, max: 6 }),
  amountMinor: value,
  codes,
  /** Shares of its units: cancelled before they ship, come back after. */
  removed: fc.integer({ min: 0, max: 6 }),
  returned: fc.integer({ min: 0, max: 6 }),
  parcels: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 6, maxLength: 6 }),
});

const chargeArbitrary = fc.record({
  kind: fc.constantFrom('shipping', 'tip', 'fee', 'duty'),
  amountMinor: value,
  codes,
});

const lifeArbitrary: fc.Arbitrary<Life> = fc
  .record({
    currency: fc.constantFrom(...CURRENCIES),
    bookCurrency: fc.constantFrom('same', 'GBP', 'JPY'),
    taxesIncluded: fc.boolean(),
    revenueOn: fc.constantFrom('shipment', 'delivery'),
    taxPoint: fc.constantFrom<TaxPolicy['taxPoint']>('supply', 'payment', 'acceptance', 'cash'),
    creditAt: fc.constantFrom<TaxPolicy['creditAt']>('acceptance', 'repayment'),
    lines: fc.array(lineArbitrary, { minLength: 1, maxLength: 4 }),
    charges: fc.array(chargeArbitrary, { maxLength: 2 }),
    payments: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
    rates: fc.array(fc.integer({ min: 50, max: 200 }), { minLength: 40, maxLength: 40 }),
    order: fc.array(fc.integer(), { minLength: 40, maxLength: 40 }),
  })
  .map((plan) => {
    const { currency, taxesIncluded, revenueOn } = plan;
    const bookCurrency = plan.bookCurrency === 'same' ? currency : plan.bookCurrency;
    const taxesFor = (names: readonly string[], amountMinor: number) =>
      names.map((name) => taxOf(name, amountMinor, taxesIncluded));
    const lines = plan.lines.map(
      (line, place): BookLine => ({
        lineId: `L${place}`,
        kind: 'goods',
        quantity: line.quantity,
        wanted: line.quantity,
        amountMinor: line.amountMinor,
        taxes: taxesFor(line.codes, line.amountMinor),
      }),
    );
    const charges = plan.charges.map(
      (charge): BookCharge => ({
        kind: charge.kind,
        amountMinor: charge.amountMinor,
        taxes: taxesFor(charge.codes, charge.amountMinor),
      }),
    );
    const order: BookOrder = { currency, taxesIncluded, lines, charges };
    const wantedOf = (place: number) => {
      const { quantity = 0, removed = 0 } = plan.lines[place] ?? {};
      // Something is left, so that what belongs to the whole order is earned by something.
      return Math.max(place === 0 ? 1 : 0, quantity - removed);
    };
    const edited = { ...order, lines: lines.map((line, place) => ({ ...line, wanted: wantedOf(place) })) };

    const grossOf = (part: { amountMinor: number; taxes: readonly { amountMinor: number }[] }) =>
      part.amountMinor + (taxesIncluded ? 0 : part.taxes.reduce((sum, tax) => sum + tax.amountMinor, 0));
    /** Each tax and the value are shared by themselves. */
    const grossOfUnits = (line: BookLine, units: number) =>
      grossOf({
        amountMinor: proportion(line.amountMinor, units, line.quantity),
        taxes: line.taxes.map((tax) => ({ amountMinor: proportion(tax.amountMinor, units, line.quantity) })),
      });
    const totalMinor = [...lines, ...charges].reduce((sum, part) => sum + grossOf(part), 0);
    const removedMinor = edited.lines.reduce(
      (sum, line) => sum + grossOf(line) - grossOfUnits(line, line.wanted),
      0,
    );

    const acts: Act[] = [];
    const add = (key: string, act: object) =>
      acts.push({
        key,
        date: `2026-0${1 + (acts.length % 9)}-11`,
        ...(bookCurrency === currency ? {} : { rate: String((plan.rates[acts.length] ?? 100) / 100) }),
        ...act,
      } as Act);
    spread(totalMinor, plan.payments).forEach((amountMinor, place) => {
      if (amountMinor > 0)
        add(`capture/${place}`, { act: 'captured', gateway: place === 2 ? 'paypal' : 'card', amountMinor });
    });
    add('edit', { act: 'edited' });
    if (removedMinor > 0)
      add('refund/removed', { act: 'refunded', gateway: 'card', amountMinor: removedMinor, removedMinor });
    for (const parcel of [0, 1, 2]) {
      const units = edited.lines.map((line, place) => ({
        lineId: line.lineId,
        quantity: (plan.lines[place]?.parcels ?? []).slice(0, line.wanted).filter((each) => each === parcel)
          .length,
      }));
      const sent = units.filter(({ quantity }) => quantity > 0);
      if (sent.length === 0) continue;
      add(`shipment/${parcel}`, { act: 'shipped', shipment: `P${parcel}`, lines: sent });
      add(`delivery/${parcel}`, { act: 'delivered', shipment: `P${parcel}` });
    }
    edited.lines.forEach((line, place) => {
      const quantity = Math.min(line.wanted, plan.lines[place]?.returned ?? 0);
      if (quantity === 0) return;
      // Of all that was sold the whole comes back; of some of it what the channel tells.
      const grossMinor = grossOfUnits(line, quantity);
      const taxMinor = line.taxes.reduce(
        (sum, tax) => sum + proportion(tax.amountMinor, quantity, line.quantity),
        0,
      );
      add(`credit/${place}`, {
        act: 'credited',
        lines: [{ lineId: line.lineId, quantity, grossMinor, taxMinor }],
      });
      if (grossMinor > 0)
        add(`refund/${place}`, { act: 'refunded', gateway: 'card', amountMinor: grossMinor });
    });
    const told = acts
      .map((act, place) => ({ act, rank: plan.order[place] ?? 0, place }))
      .sort((a, b) => a.rank - b.rank || a.place - b.place)
      .map(({ act }) => act);
    const registration: TaxPolicy = {
      id: 'R',
      jurisdiction: 'DE',
      scheme: 'standard',
      taxPoint: plan.taxPoint,
      creditAt: plan.creditAt,
      period: 'quarter',
      lockedThrough: null,
    };
    const policy: BooksPolicy = {
      bookCurrency,
      revenueOn: revenueOn as BooksPolicy['revenueOn'],
      singlePurpose: null,
      registrationOf: () => registration,
    };
    return { order, edited, policy, acts: told };
  });

const balanceOf = ({ lines }: Posted, role: AccountRole) =>
  Object.values(lines).reduce((sum, line) => sum + (line.role === role ? line.amountMinor : 0), 0);
const bookBalanceOf = ({ lines }: Posted, role: AccountRole) =>
  Object.values(lines).reduce((sum, line) => sum + (line.role === role ? line.bookMinor : 0), 0);

/** Tells the acts one after the other; `check` sees what is posted after each. */
function live(
  { order, edited, policy, acts }: Life,
  check: (posted: Posted, told: readonly Act[], order: BookOrder) => void = () => undefined,
): Posted {
  let posted = NOTHING_POSTED;
  let current = order;
  acts.forEach((act, place) => {
    if (act.key === 'edit') current = edited;
    const entries = journalise(current, posted, act, policy);
    for (const entry of entries) {
      assert.equal(
        entry.lines.reduce((sum, line) => sum + line.amountMinor, 0),
        0,
        `${entry.key} balances`,
      );
      assert.equal(
        entry.lines.reduce((sum, line) => sum + line.bookMinor, 0),
        0,
        `${entry.key} balances in the books`,
      );
    }
    posted = withEntries(posted, act, entries);
    check(posted, acts.slice(0, place + 1), current);
  });
  return posted;
}

describe('the books of an order, whatever happens and in whatever order it is told', () => {
  it('balance after every act; deposits and receivables are never below zero', () => {
    fc.assert(
      fc.property(lifeArbitrary, (life) => {
        live(life, (posted) => {
          assert.ok(balanceOf(posted, 'deposits') <= 0, 'deposits are a liability');
          assert.ok(balanceOf(posted, 'refundLiability') <= 0, 'what is owed to the customer is a liability');
          assert.ok(balanceOf(posted, 'receivables') >= 0, 'a receivable is an asset');
        });
      }),
      { numRuns: 400 },
    );
  });

  it('never show more revenue than what was shipped is worth', () => {
    fc.assert(
      fc.property(lifeArbitrary, (life) => {
        live(life, (posted, told, order) => {
          const shipped = new Map<string, number>();
          for (const act of told)
            if (act.act === 'shipped')
              for (const { lineId, quantity } of act.lines)
                shipped.set(lineId, (shipped.get(lineId) ?? 0) + quantity);
          let worth = 0;
          for (const line of order.lines) {
            const taxMinor = order.taxesIncluded
              ? line.taxes.reduce((sum, tax) => sum + tax.amountMinor, 0)
              : 0;
            const units = Math.min(shipped.get(line.lineId) ?? 0, line.quantity);
            // Value and taxes are rounded each by itself, by half a minor unit at most.
            const roundings = 1 + (order.taxesIncluded ? line.taxes.length : 0);
            worth += ((line.amountMinor - taxMinor) * units) / line.quantity + roundings / 2;
          }
          assert.ok(-balanceOf(posted, 'revenue') <= worth, `${-balanceOf(posted, 'revenue')} of ${worth}`);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('close to zero when it is finished, in the currency of the order and of the books', () => {
    fc.assert(
      fc.property(lifeArbitrary, (life) => {
        const posted = live(life);
        for (const role of OPEN_ROLES) {
          assert.equal(balanceOf(posted, role), 0, role);
          assert.equal(bookBalanceOf(posted, role), 0, `${role} in the books`);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('are the same in the end, however it was told', () => {
    fc.assert(
      fc.property(lifeArbitrary, (life) => {
        const here = { ...life, policy: { ...life.policy, bookCurrency: life.order.currency } };
        const sorted = { ...here, acts: here.acts.toSorted((a, b) => (a.key < b.key ? -1 : 1)) };
        const ends = [live(here), live(sorted)].map(({ lines }) =>
          Object.fromEntries(
            Object.entries(lines).flatMap(([key, { amountMinor }]) =>
              amountMinor === 0 ? [] : [[key, amountMinor]],
            ),
          ),
        );
        assert.deepEqual(ends[0], ends[1]);
      }),
      { numRuns: 300 },
    );
  });

  it('are the whole in the end where nothing was taken off and nothing came back', () => {
    fc.assert(
      fc.property(lifeArbitrary, ({ order, policy, acts }) => {
        const whole = acts.filter(({ act }) => act === 'captured' || act === 'edited');
        const parcels = [1, 2, 3].map(
          (parcel, _, all): Act => ({
            key: `shipment/${parcel}`,
            date: '2026-05-05',
            rate: '0.8',
            act: 'shipped',
            shipment: `P${parcel}`,
            lines: order.lines.map(({ lineId, quantity }) => ({
              lineId,
              quantity: (spread(
                quantity,
                all.map(() => 1),
              )[parcel - 1] ?? 0) as number,
            })),
          }),
        );
        const arrivals = parcels.map(
          (_, place): Act => ({
            key: `delivery/${place}`,
            date: '2026-05-06',
            rate: '0.9',
            act: 'delivered',
            shipment: `P${place + 1}`,
          }),
        );
        const posted = live({ order, edited: order, policy, acts: [...whole, ...parcels, ...arrivals] });
        const net = (parts: readonly (BookLine | BookCharge)[]) =>
          parts.reduce(
            (sum, part) =>
              sum +
              part.amountMinor -
              (order.taxesIncluded ? part.taxes.reduce((tax, each) => tax + each.amountMinor, 0) : 0),
            0,
          );
        assert.equal(0 - balanceOf(posted, 'revenue'), net(order.lines));
        assert.equal(
          0 - balanceOf(posted, 'shippingRevenue'),
          net(order.charges.filter(({ kind }) => kind === 'shipping')),
        );
        assert.equal(
          0 - balanceOf(posted, 'tax'),
          [...order.lines, ...order.charges].reduce(
            (sum, part) => sum + part.taxes.reduce((tax, each) => tax + each.amountMinor, 0),
            0,
          ),
        );
        const told = Object.values(posted.taxes).reduce((sum, { taxMinor }) => sum + taxMinor, 0);
        assert.equal(told, 0 - balanceOf(posted, 'tax'), 'the tax ledger ties to its account');
      }),
      { numRuns: 300 },
    );
  });
});
