/** What the check of contracts says of documents that do not fit, made for the purpose; and of all that we send. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { checkContracts, usesOf } from './contracts.ts';
import { DOCUMENTS, type GraphQlDocument } from './documents.ts';
import { CHECKED_VERSIONS } from './versions.ts';

const NOW = Date.parse('2026-11-25T09:00:00Z');

function aDocument(text: string, changes: Partial<GraphQlDocument<unknown>> = {}): GraphQlDocument<unknown> {
  return { kind: 'query', name: 'Made', text, result: z.unknown(), ...changes };
}

test('all that we send fits every version that a store may ask for, and none of it is deprecated', () => {
  for (const version of CHECKED_VERSIONS) {
    const { documents, checkedWith } = checkContracts(version, NOW);
    assert.equal(checkedWith, version);
    assert.deepEqual(
      documents.map(({ name }) => name),
      [...DOCUMENTS.map(({ name }) => name), 'BulkOrders'],
    );
    for (const { name, problems, breaks, deprecated, deprecatedLater } of documents)
      assert.deepEqual(
        [problems, breaks, deprecated, deprecatedLater],
        [[], [], [], []],
        `${name} ${version}`,
      );
  }
});

test('says how long the version is supported, and which one answers when it has ended', () => {
  const report = checkContracts('2026-01', NOW, []);
  assert.deepEqual([report.served, report.supportedUntil], ['2026-01', '2027-01-01T17:00:00.000Z']);
  const ended = checkContracts('2025-07', NOW, []);
  assert.deepEqual([ended.version, ended.served, ended.checkedWith], ['2025-07', '2026-01', '2026-01']);
  const candidate = checkContracts('2027-01', NOW, []);
  assert.deepEqual([candidate.served, candidate.checkedWith], ['2027-01', 'unstable']);
  assert.equal(checkContracts('unstable', NOW, []).supportedUntil, null);
});

describe('a document that does not fit', () => {
  test('is told with the vendor’s reason', () => {
    const [made] = checkContracts('2026-10', NOW, [aDocument('query Made { shop { nickname } }')]).documents;
    assert.match(made?.problems.join() ?? '', /Cannot query field "nickname" on type "Shop"/);
    assert.deepEqual(made?.breaks, [], 'what does not work now cannot break');
  });

  test('only in a later version is told with that version, and with the end of the one before', () => {
    // What the vendor has taken out since 2026-01, and what it will take out after 2026-10.
    const [settings, count] = checkContracts('2026-01', NOW, [
      aDocument('query Made { deliverySettings { legacyModeProfiles } }'),
      aDocument(
        'query Made { inventoryItem(id: "gid://shopify/InventoryItem/1") { locationsCount { count } } }',
      ),
    ]).documents;
    assert.deepEqual([settings?.problems, count?.problems], [[], []]);
    const first = ({ breaks }: { breaks: { version: string; from: string | null }[] }) =>
      breaks.map(({ version, from }) => [version, from])[0];
    assert.ok(settings && count);
    assert.deepEqual(first(settings), ['2026-04', '2027-01-01T17:00:00.000Z']);
    assert.deepEqual(first(count), ['unstable', '2027-10-01T17:00:00.000Z']);
    assert.match(count.breaks[0]?.problems.join() ?? '', /Cannot query field "locationsCount"/);
  });

  test('has another text for versions that know less', () => {
    const document = aDocument('query Made { shop { nickname } }', {
      older: [{ before: '2026-07', text: 'query Made { shop { name } }' }],
    });
    const valid = CHECKED_VERSIONS.map((version) => usesOf(version, document).problems.length === 0);
    assert.deepEqual(valid, [true, true, false, false, false]);
  });
});

test('what is deprecated is listed: fields, arguments, and members of inputs', () => {
  const text = 'query Made { customers(first: 1) { nodes { email } } }';
  const [made] = checkContracts('2026-10', NOW, [aDocument(text)]).documents;
  assert.deepEqual(
    made?.deprecated.map(({ what }) => what),
    ['Customer.email'],
  );
  assert.match(made?.deprecated[0]?.reason ?? '', /defaultEmailAddress/);
});
