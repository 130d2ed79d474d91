/** What a bank shows and what payment providers have sent come together, once, whatever comes first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aRetailer } from '../../../test/support/builders.ts';
import { MemoryHub } from '../../../test/support/memory-hub.ts';
import { type BankLine, BankStatement, type Payout } from '../canonical/index.ts';
import type { BankState } from './bank.ts';
import { matchLines, suggestionsFor } from './bank-matching.ts';
import type { ExpectedPayout } from './messages.ts';
import type { PayoutState } from './payout.ts';

const DAY_MS = 86_400_000;
const day = (offset: number) => new Date(Date.UTC(2026, 9, 1) + offset * DAY_MS).toISOString().slice(0, 10);

function expected(payout: string, amountMinor: number, on = 0, reference?: string): ExpectedPayout {
  return { payout, currency: 'EUR', amountMinor, on: day(on), references: reference ? [reference] : [] };
}
const aLine = (lineId: string, amountMinor: number, on = 1, text = 'SHOPIFY') => ({
  lineId,
  bookedOn: day(on),
  amountMinor,
  text,
});

test('a reference decides, then the nearest day; a line that names another payout is not taken for one of the same amount', () => {
  const payouts = [
    expected('A', 100, 0, 'PO-90001'),
    expected('B', 100, 2, 'PO-90002'),
    expected('C', 100, 4),
  ];
  assert.deepEqual(matchLines([aLine('1', 100, 4, 'SHOPIFY PO 900 01')], payouts), [
    { lineId: '1', payout: 'A' },
  ]);
  assert.deepEqual(matchLines([aLine('1', 100, 4)], payouts), [{ lineId: '1', payout: 'C' }]);
  assert.deepEqual(matchLines([aLine('1', 100, 3, 'PO-90009')], [expected('A', 100, 3, 'PO-90001')]), [
    { lineId: '1', payout: 'A' },
  ]);
  const other = [expected('A', 100, 3), expected('B', 250, 3, 'PO-90002')];
  assert.deepEqual(matchLines([aLine('1', 100, 3, 'PO-90002')], other), []);
  assert.deepEqual(matchLines([aLine('1', 100, 40)], payouts), [], 'too late to be one without its name');
});

test('suggestions: several that come to it together, then what is nearest', () => {
  const payouts = [expected('A', 100), expected('B', 250), expected('C', 900)];
  assert.deepEqual(suggestionsFor(aLine('1', 350), payouts), [['A', 'B'], ['B'], ['A']]);
  assert.deepEqual(suggestionsFor(aLine('1', -350), payouts), []);
});

test('matching takes each line and payout once, only of the same amount, and does not hang on the order in which they came', () => {
  const amounts = fc.constantFrom(100, 200, 300, -100);
  const lines = fc.array(fc.tuple(amounts, fc.integer({ min: 0, max: 20 })), { maxLength: 8 });
  fc.assert(
    fc.property(lines, lines, fc.infiniteStream(fc.integer()), (a, b, seeds) => {
      const open = a.map(([amount, on], index) => aLine(`L${index}`, amount, on));
      const payouts = b.map(([amount, on], index) => expected(`P${index}`, amount, on));
      const matches = matchLines(open, payouts);
      assert.equal(new Set(matches.map(({ lineId }) => lineId)).size, matches.length);
      assert.equal(new Set(matches.map(({ payout }) => payout)).size, matches.length);
      for (const { lineId, payout } of matches)
        assert.equal(
          open.find((each) => each.lineId === lineId)?.amountMinor,
          payouts.find((each) => each.payout === payout)?.amountMinor,
        );
      const shuffled = <Item>(items: readonly Item[]) =>
        items
          .map((item) => ({ item, rank: seeds.next().value as number }))
          .sort((x, y) => x.rank - y.rank)
          .map(({ item }) => item);
      assert.deepEqual(matchLines(shuffled(open), shuffled(payouts)), matches);
    }),
  );
});

class Banking {
  readonly hub: MemoryHub;

  constructor() {
    const config = aRetailer();
    const [entity, ...others] = config.entities;
    assert.ok(entity);
    const bankAccounts = [{ id: 'MAIN', name: 'Main', currency: 'EUR', providers: ['shopify'] }];
    this.hub = new MemoryHub({ config: { ...config, entities: [{ ...entity, bankAccounts }, ...others] } });
  }

  get #key() {
    return `${this.hub.config.entities[0]?.id}/MAIN`;
  }

  payout(payoutId: string, netMinor: number, change: Partial<Payout> = {}) {
    const payout: Payout = {
      schema: 'payout/1',
      payoutId,
      account: null,
      gateway: 'shopify_payments',
      currency: 'EUR',
      status: 'paid',
      netMinor,
      issuedAt: `${day(0)}T08:00:00.000Z`,
      reference: null,
      ...change,
    };
    this.hub.send('payout', `shop/${payoutId}`, { type: 'payout.snapshot', payout });
  }

  statement(statementId: string, lines: BankLine[], change: Partial<BankStatement> = {}) {
    const statement = BankStatement.parse({
      schema: 'bank-statement/1',
      statementId,
      currency: 'EUR',
      from: day(1),
      until: day(1),
      openingMinor: null,
      closingMinor: null,
      lines,
      ...change,
    });
    return this.hub.send('bank', this.#key, { type: 'bank.statement', statement });
  }

  match(lineId: string, ...payouts: string[]) {
    return this.hub.send('bank', this.#key, { type: 'bank.match', lineId, payouts, by: 'Ann' });
  }

  state = () => this.hub.stream('bank', this.#key).state as BankState;
  payoutState = (id: string) => this.hub.stream('payout', `shop/${id}`).state as PayoutState;
  reasons = () =>
    [...this.hub.cases.values()]
      .map(({ reason }) => reason)
      .filter((reason) => reason !== 'payout-does-not-add-up');
}

test('a payout is cleared by its line, whichever comes first; a statement that comes twice, or overlaps, counts once', () => {
  const b = new Banking();
  b.payout('P1', 2312);
  const line = aLine('L1', 2312);
  const rent = { lineId: 'L2', bookedOn: day(1), amountMinor: -90_000, text: null };
  assert.equal(b.statement('S1', [line, rent]), 'applied');
  assert.equal(b.payoutState('P1').atBank?.lineId, 'L1');
  assert.deepEqual([b.state().expected, b.state().lines], [{}, {}]);
  assert.equal(b.statement('S1', [line, rent]), 'duplicate');
  b.statement('S2', [line, rent, aLine('L3', 500)]);
  b.payout('P2', 500);
  assert.equal(b.payoutState('P2').atBank?.lineId, 'L3');
  b.hub.passDays(20);
  assert.deepEqual(b.reasons(), []);
  b.hub.check();
});

test('what does not come is a case of the payout; what nobody expects is one of the bank, with what it may be', () => {
  const b = new Banking();
  b.payout('P1', 1000);
  b.payout('P2', 1350);
  b.statement('S1', [aLine('L1', 2350)]);
  b.hub.passDays(3);
  assert.deepEqual(b.reasons(), ['bank-line-unmatched']);
  const words =
    [...b.hub.cases.values()].find(({ reason }) => reason === 'bank-line-unmatched')?.message ?? '';
  assert.match(words, /23\.50 EUR.*It may be: shop\/P1 \+ shop\/P2/);
  b.hub.passDays(8);
  assert.deepEqual(b.reasons(), ['bank-line-unmatched', 'payout-not-at-bank', 'payout-not-at-bank']);
  assert.equal(b.match('L1', 'shop/P1'), 'stale', 'the amounts must come to the same');
  assert.equal(b.match('L1', 'shop/P1', 'shop/P2'), 'applied');
  assert.deepEqual(b.reasons(), []);
  b.hub.check();
});

test('a payout that fails is not expected any more; one below zero is money that goes', () => {
  const b = new Banking();
  b.payout('P1', 1000);
  b.payout('P1', 1000, { status: 'failed' });
  assert.deepEqual(b.state().expected, {});
  b.payout('P2', -700);
  b.statement('S1', [aLine('L1', -700)]);
  assert.equal(b.payoutState('P2').atBank?.lineId, 'L1');
  b.hub.passDays(20);
  assert.deepEqual(b.reasons(), []);
});

test('balances follow each other; a statement must come to its own closing balance; another content under one id is a case', () => {
  const b = new Banking();
  const balances = (openingMinor: number, closingMinor: number, on: number) => ({
    openingMinor,
    closingMinor,
    from: day(on),
    until: day(on),
  });
  assert.throws(
    () => b.statement('S0', [aLine('L0', 5)], balances(0, 6, 1)),
    /do not come to the closing balance/,
  );
  b.statement('S1', [aLine('L1', 100, 1)], balances(0, 100, 1));
  b.statement('S2', [aLine('L2', 50, 2)], balances(100, 150, 2));
  assert.deepEqual(b.reasons(), []);
  b.statement('S4', [aLine('L4', 50, 4)], balances(250, 300, 4));
  assert.deepEqual(b.reasons(), ['bank-statement-gap']);
  assert.equal(b.statement('S2', [aLine('L2', 60, 2)], balances(100, 160, 2)), 'case');
  assert.deepEqual(b.reasons(), ['bank-statement-gap', 'bank-statement-conflict']);
});
