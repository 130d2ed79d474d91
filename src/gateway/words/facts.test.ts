import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer } from '../../../test/support/builders.ts';
import { tellFact } from './facts.ts';
import { lookOf } from './look.ts';

test('a release is told by the name of its location', () => {
  const config = aRetailer();
  const [location] = config.locations;
  assert.ok(location);
  const releaseId = 'shop/1#R1';
  const look = lookOf(config, null, [{ releaseId, location: location.id }]);
  assert.equal(
    tellFact({ type: 'ReleaseAccepted', releaseId }, look).title,
    `${location.name} works on release R1`,
  );
  // One of a journal that could not be folded.
  const other = tellFact({ type: 'ReleaseAccepted', releaseId: 'shop/1#R2' }, look);
  assert.equal(other.title, 'The location works on release R2');
});
