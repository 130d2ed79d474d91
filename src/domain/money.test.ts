/** Money: exact at the edges, and no share ever loses or gains a minor unit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  assertMinor,
  currencyExponent,
  formatMinor,
  isCurrency,
  parseMinor,
  proportion,
  shareOverTime,
  spread,
  sumMinor,
} from './money.ts';

const minor = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
const weight = fc.integer({ min: 0, max: 1_000_000_000 });
const currency = fc.constantFrom('EUR', 'USD', 'JPY', 'KRW', 'KWD', 'BHD', 'CLF', 'ISK', 'GBP');

test('amounts are read and written with the digits of their currency', () => {
  for (const [decimal, code, amountMinor] of [
    ['12.30', 'EUR', 1230],
    ['12.3', 'EUR', 1230],
    ['12', 'EUR', 1200],
    ['-0.05', 'EUR', -5],
    ['+3.10', 'EUR', 310],
    ['1500', 'JPY', 1500],
    ['1500.00', 'JPY', 1500],
    ['1.234', 'KWD', 1234],
    ['1.2345', 'CLF', 12345],
    ['007.00', 'USD', 700],
  ] as const)
    assert.equal(parseMinor(decimal, code), amountMinor, `${decimal} ${code}`);
  for (const [amountMinor, code, decimal] of [
    [1230, 'EUR', '12.30'],
    [5, 'EUR', '0.05'],
    [-5, 'EUR', '-0.05'],
    [0, 'KWD', '0.000'],
    [1500, 'JPY', '1500'],
    [-1500, 'JPY', '-1500'],
    [1234, 'KWD', '1.234'],
    [12345, 'CLF', '1.2345'],
  ] as const)
    assert.equal(formatMinor(amountMinor, code), decimal);
});

test('what is no exact amount is refused, not rounded', () => {
  for (const [decimal, code] of [
    ['12.345', 'EUR'],
    ['0.5', 'JPY'],
    ['1.2345', 'KWD'],
    ['1,50', 'EUR'],
    ['', 'EUR'],
    ['1e3', 'EUR'],
    ['NaN', 'EUR'],
    ['--1', 'EUR'],
    ['99999999999999999999', 'EUR'],
  ] as const)
    assert.throws(() => parseMinor(decimal, code), RangeError, `${decimal} ${code}`);
  assert.throws(() => parseMinor('1.00', 'XXY'), /not an ISO 4217/);
  assert.throws(() => assertMinor(0.5), RangeError);
  assert.throws(() => assertMinor(2 ** 53), RangeError);
  assert.throws(() => sumMinor([Number.MAX_SAFE_INTEGER, 1]), RangeError);
});

test('there is no minus zero', () => {
  assert.ok(Object.is(parseMinor('-0.00', 'EUR'), 0));
  assert.ok(Object.is(assertMinor(-0), 0));
  assert.ok(Object.is(proportion(-1, 1, 3), 0));
  for (const part of spread(-1, [1, 1])) assert.ok(!Object.is(part, -0));
});

test('currencies have the exponents of ISO 4217', () => {
  for (const [code, exponent] of [
    ['EUR', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['ISK', 0],
    ['KWD', 3],
    ['TND', 3],
    ['CLF', 4],
  ] as const)
    assert.equal(currencyExponent(code), exponent);
  assert.ok(!isCurrency('ABC') && !isCurrency('eur') && !isCurrency(''));
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(minor, currency, (amount, code) => {
      assert.equal(parseMinor(formatMinor(amount, code), code), amount === 0 ? 0 : amount);
    }),
  );
});

test('a proportion is within half a minor unit of the exact one, and rounds half away from zero', () => {
  assert.equal(proportion(5, 1, 2), 3);
  assert.equal(proportion(-5, 1, 2), -3);
  assert.equal(proportion(Number.MAX_SAFE_INTEGER, 1, 1), Number.MAX_SAFE_INTEGER);
  assert.throws(() => proportion(1, 1, 0), RangeError);
  fc.assert(
    fc.property(minor, weight, fc.integer({ min: 1, max: 1_000_000_000 }), (whole, part, total) => {
      fc.pre(part <= total);
      const rounded = BigInt(proportion(whole, part, total));
      const error = (rounded * BigInt(total) - BigInt(whole) * BigInt(part)) * 2n;
      assert.ok((error < 0n ? -error : error) <= BigInt(total));
      assert.equal(proportion(-whole, part, total) + proportion(whole, part, total), 0);
    }),
  );
});

test('shares over time add up to the whole, in whatever steps the units go', () => {
  fc.assert(
    fc.property(
      minor,
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 20 }),
      (whole, steps) => {
        const total = steps.reduce((sum, step) => sum + step, 0);
        fc.pre(total > 0);
        let done = 0;
        let given = 0;
        for (const step of steps) {
          given += shareOverTime(whole, done, done + step, total);
          done += step;
        }
        assert.equal(given, whole === 0 ? 0 : whole);
      },
    ),
  );
  assert.equal(shareOverTime(100, 0, 0, 0), 0);
});

test('shares at one moment add up to the whole, each within one minor unit of its exact share, none against its sign', () => {
  fc.assert(
    fc.property(minor, fc.array(weight, { minLength: 1, maxLength: 30 }), (whole, weights) => {
      const parts = spread(whole, weights);
      assert.equal(sumMinor(parts), whole === 0 ? 0 : whole);
      const sum = weights.reduce((all, each) => all + each, 0);
      parts.forEach((part, place) => {
        assert.ok(part === 0 || Math.sign(part) === Math.sign(whole));
        const share = sum === 0 ? 1n : BigInt(weights[place] ?? 0);
        const total = sum === 0 ? BigInt(weights.length) : BigInt(sum);
        const error = BigInt(part) * total - BigInt(whole) * share;
        assert.ok((error < 0n ? -error : error) < total, `part ${place}`);
      });
    }),
  );
});

test('equal weights give the odd unit to the earlier place', () => {
  assert.deepEqual(spread(100, [1, 1, 1]), [34, 33, 33]);
  assert.deepEqual(spread(-100, [1, 1, 1]), [-34, -33, -33]);
  assert.deepEqual(spread(2, [0, 0, 0]), [1, 1, 0]);
  assert.deepEqual(spread(5, [0, 1]), [0, 5]);
  assert.deepEqual(spread(0, []), []);
  assert.throws(() => spread(1, []), RangeError);
  assert.throws(() => spread(1, [-1]), RangeError);
});
