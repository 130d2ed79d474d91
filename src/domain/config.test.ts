/** The configuration: what may be left out, and what does not fit together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRetailer } from '../../test/support/builders.ts';
import { configurationProblems, placeOf, RetailerConfig, refusalOf } from './config.ts';

test('a small retailer fits together, and what it leaves out has its usual value', () => {
  const config = aRetailer();
  assert.deepEqual(configurationProblems(config), []);
  assert.equal(config.entities[0]?.money, 'shop');
  assert.equal(config.brands[0]?.shortage, 'split');
  assert.deepEqual(
    [config.policies.roundingLimitMinor, config.policies.holdLimitDays, config.policies.shipmentLimitDays],
    [5, 7, 14],
  );
  assert.equal(config.connections[0]?.fulfilledElsewhere, 'case');
});

test('what names something that is not there is told in a sentence', () => {
  const [entity] = aRetailer().entities;
  const [location] = aRetailer().locations;
  const [shop, ...rest] = aRetailer().connections;
  const problems = (changes: Parameters<typeof aRetailer>[0]) => configurationProblems(aRetailer(changes));
  assert.match(
    problems({ entities: [{ ...entity!, erp: 'nowhere' }] }).join(),
    /"nowhere", which does not exist/,
  );
  assert.match(
    problems({ entities: [{ ...entity!, erp: 'wms' }] }).join(),
    /needs "wms" to have the role erp/,
  );
  assert.match(problems({ locations: [{ ...location!, inventory: 'erp' }] }).join(), /role inventory/);
  assert.match(
    problems({ connections: [{ ...shop!, brand: 'x' }, ...rest] }).join(),
    /needs a brand that exists/,
  );
  assert.match(
    problems({ connections: [{ ...shop!, entity: null }, ...rest] }).join(),
    /needs an entity that exists/,
  );
  assert.match(problems({ connections: [shop!, shop!, ...rest] }).join(), /same id/);
});

test('a configuration that cannot be meant is refused', () => {
  const base = aRetailer();
  const refused = (changes: object) => RetailerConfig.safeParse({ ...base, ...changes }).success === false;
  assert.ok(refused({ entities: [] }));
  assert.ok(refused({ entities: [{ ...base.entities[0], currency: 'XXY' }] }));
  assert.ok(refused({ policies: { paymentPendingDays: 0 } }));
  assert.ok(refused({ connections: [{ ...base.connections[0], id: 'Not An Id' }] }));
  assert.ok(refused({ brands: [{ id: 'b', name: 'B', shortage: 'whatever' }] }));
});

/** What the schema says of a retailer with these changes. */
function refusals(changes: object): string[] {
  const body = { ...aRetailer(), ...changes };
  const { error } = RetailerConfig.safeParse(body);
  return (error?.issues ?? []).map((issue) => refusalOf(placeOf(body, issue.path), issue));
}

test('an unknown key is named, with the id of what has it', () => {
  const { connections, entities, policies } = aRetailer();
  const [shop, erp, ...rest] = connections;
  assert.deepEqual(refusals({ connections: [shop, { ...erp, sameCode: ['sku'] }, ...rest] }), [
    'connection "erp": there is no setting "sameCode": correct its name, or take it out',
  ]);
  assert.deepEqual(refusals({ entities: [{ ...entities[0], timezone: 'UTC' }] }), [
    'entity "de": there is no setting "timezone": correct its name, or take it out',
  ]);
  assert.match(refusals({ policies: { ...policies, holdDays: 3 } }).join(), /^policies: .*"holdDays"/);
  assert.match(refusals({ policy: {} }).join(), /^the configuration: there is no setting "policy"/);
});

test('a time zone is one that there is', () => {
  const [entity] = aRetailer().entities;
  const zone = (timeZone: string) => refusals({ entities: [{ ...entity, timeZone }] });
  assert.deepEqual(zone('UTC'), []);
  assert.deepEqual(zone('America/New_York'), []);
  for (const name of ['Europe/Berln', '', '+01:00'])
    assert.deepEqual(zone(name), [
      `entity "de": timeZone: there is no time zone "${name}": give its IANA name, such as "Europe/Berlin" or "UTC"`,
    ]);
});

test('notices are of reasons that there are, and a mail needs a server', () => {
  assert.deepEqual(refusals({ caseNotices: [{ reasons: ['*', 'out-of-stock'] }] }), []);
  for (const reason of ['out-of-stok', 'toString'])
    assert.match(
      refusals({ caseNotices: [{ reasons: ['*', reason] }] }).join(),
      new RegExp(`^caseNotices\\.0\\.reasons\\.1: there is no case reason "${reason}"`),
    );
  const caseNotices = [{ reasons: ['*'], mailTo: 'ops@example.org' }];
  assert.match(
    configurationProblems(aRetailer({ caseNotices })).join(),
    /^caseNotices\.0 mails to ops@example\.org, and no mail server is configured: add "mail"/,
  );
  const mail = { smtpUrl: 'smtp://127.0.0.1:2525', from: 'hub@example.org' };
  assert.deepEqual(configurationProblems(aRetailer({ caseNotices, mail })), []);
});

test('mapping rows of a connection that does not exist are told once, with how many they are', () => {
  const row = (connection: string, external: string) =>
    ({ kind: 'sku', connection, external, internal: 'A' }) as const;
  const problems = configurationProblems(aRetailer(), [row('shop', '1'), row('shp', '1'), row('shp', '2')]);
  assert.deepEqual(problems, [
    'mappings: the connection "shp" of 2 rows does not exist: correct its name (there are: shop, erp, stock, wms), or take the rows out',
  ]);
});
