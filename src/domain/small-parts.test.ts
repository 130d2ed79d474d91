/** The small parts that others build on: keys, fingerprints, comparison. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CASE_REASONS } from './case-reasons.ts';
import { digest } from './digest.ts';
import { actKey, commandCaseKey, describeAct, parseActKey, releaseAct, releaseIdOf } from './order/acts.ts';
import { sameJson } from './same-json.ts';
import { parseStreamKey, streamKey } from './stream-key.ts';

const id = fc.string({ minLength: 1, maxLength: 20 });

test('the key of a stream gives back its connection and id, whatever is in the id', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/), id, (connection, thing) => {
      assert.deepEqual(parseStreamKey(streamKey(connection, thing)), { connection, id: thing });
    }),
  );
  for (const wrong of ['', 'shop', 'shop/', '/1']) assert.throws(() => parseStreamKey(wrong), RangeError);
});

test('the key of a command gives back its act and revision, also where ids have slashes in them', () => {
  fc.assert(
    fc.property(id, fc.integer({ min: 1, max: 99 }), (shipment, revision) => {
      const act = `ship/${shipment}`;
      assert.deepEqual(parseActKey('shop/1', actKey('shop/1', act, revision)), { act, revision });
    }),
  );
  assert.equal(parseActKey('shop/1', 'shop/12#so/1'), null);
  assert.equal(parseActKey('shop/1', 'shop/1#so'), null);
  assert.equal(parseActKey('shop/1', 'shop/1#so/x'), null);
  assert.equal(commandCaseKey('shop/1#so/1'), 'command:shop/1#so/1');
});

test('an act says what it is', () => {
  const kinds = [
    'read',
    'cancel',
    'so',
    'so/3',
    'so/cancel',
    'R7',
    'R7/cancel',
    'fulfil/a/b',
    'ship/a',
    'refund/r',
  ];
  assert.deepEqual(
    kinds.map((act) => [describeAct(act).kind, describeAct(act).id]),
    [
      ['read', ''],
      ['cancel', ''],
      ['salesOrder', ''],
      ['amendment', '3'],
      ['salesOrderCancellation', 'cancel'],
      ['release', 'R7'],
      ['releaseCancellation', 'R7'],
      ['fulfilment', 'a/b'],
      ['shipmentBooking', 'a'],
      ['refund', 'r'],
    ],
  );
  assert.equal(releaseIdOf('shop/1', 'R7/cancel'), 'shop/1#R7');
  assert.equal(releaseAct('shop/1', 'shop/1#R7'), 'R7');
});

test('two JSON values are the same when their content is, whatever the order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const copy = JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
        part !== null && typeof part === 'object' && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).reverse())
          : part,
      ) as unknown;
      assert.ok(sameJson(JSON.parse(JSON.stringify(value)), copy));
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const [left, right] = [a, b].map((each) => JSON.parse(JSON.stringify(each)) as unknown);
      let isSame = true;
      try {
        assert.deepStrictEqual(left, right);
      } catch {
        isSame = false;
      }
      assert.equal(sameJson(left, right), isSame);
    }),
  );
  assert.ok(sameJson({ a: undefined }, {}) && !sameJson({ a: null }, {}) && !sameJson([], {}));
});

test('a fingerprint changes with its text', () => {
  const seen = new Set<string>();
  for (let index = 0; index < 20_000; index += 1) seen.add(digest(`document ${index}`));
  assert.equal(seen.size, 20_000);
  assert.equal(digest('x'), digest('x'));
});

test('every case says what it means, who acts, and what each button does', () => {
  for (const [reason, entry] of Object.entries(CASE_REASONS)) {
    for (const words of [entry.meaning, entry.fix, entry.retry, entry.skip])
      assert.ok(words.length > 10, reason);
    assert.ok(entry.dueInHours > 0);
  }
});
