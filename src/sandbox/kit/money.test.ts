import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  allocate,
  convert,
  divideRounded,
  percentOf,
  taxesInside,
  taxOnTop,
  times,
  toMinor,
  toText,
} from './money.ts';

test('decimal text and minor units, by the currency', () => {
  assert.equal(toMinor('10.5', 'EUR'), 1050n);
  assert.equal(toMinor('-0.01', 'EUR'), -1n);
  assert.equal(toMinor('1234', 'JPY'), 1234n);
  assert.equal(toMinor('1.234', 'KWD'), 1234n);
  assert.equal(toMinor('0.005', 'EUR'), 1n);
  assert.equal(toText(1050n, 'EUR'), '10.50');
  assert.equal(toText(-1n, 'EUR'), '-0.01');
  assert.equal(toText(5n, 'JPY'), '5');
  assert.throws(() => toMinor('1,5', 'EUR'));
});

test('text of an amount reads back as the amount', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      fc.constantFrom('EUR', 'JPY', 'KWD'),
      (minor, currency) => {
        assert.equal(toMinor(toText(minor, currency), currency), minor);
      },
    ),
  );
});

test('rounding is half away from zero', () => {
  assert.equal(divideRounded(5n, 2n), 3n);
  assert.equal(divideRounded(-5n, 2n), -3n);
  assert.equal(times(1050n, '0.19'), 200n);
  assert.equal(taxOnTop(1000n, '0.077'), 77n);
  assert.equal(percentOf(1999n, '10'), 200n);
  assert.equal(convert(10_000n, 'EUR', 'JPY', '162.5'), 16_250n);
  assert.equal(convert(16_250n, 'JPY', 'EUR', '0.00615'), 9994n);
});

test('tax inside an amount', () => {
  assert.deepEqual(taxesInside(11_900n, ['0.19']), [1900n]);
  assert.deepEqual(taxesInside(11_300n, ['0.05', '0.08']), [500n, 800n]);
  assert.deepEqual(taxesInside(500n, []), []);
});

test('shares add up to the whole and differ from the exact share by less than one', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
      fc.array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { minLength: 1, maxLength: 20 }),
      (total, weights) => {
        const shares = allocate(total, weights);
        assert.equal(
          shares.reduce((sum, share) => sum + share, 0n),
          total,
        );
        const sum = weights.reduce((whole, weight) => whole + weight, 0n);
        for (const [index, share] of shares.entries()) {
          if (sum === 0n) continue;
          const error = share * sum - total * (weights[index] ?? 0n);
          assert.ok((error < 0n ? -error : error) < sum);
        }
      },
    ),
  );
  assert.deepEqual(allocate(100n, [1n, 1n, 1n]), [34n, 33n, 33n]);
});
