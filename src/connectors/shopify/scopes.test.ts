/** That what an app is asked to be allowed is enough for all that is sent, by the vendor's own table of scopes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { getNamedType, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { ASKED_SCOPES, SCOPES } from './check.ts';
import { textFor } from './dialect.ts';
import { DOCUMENTS, type GraphQlDocument } from './documents.ts';
import { requiredAccess, vendorSchema } from './sandbox/graphql/schema.ts';
import { CHECKED_VERSIONS } from './versions.ts';

/** What of a document needs a scope that is not among these, such as "InventoryLevel". */
function refused(document: GraphQlDocument<unknown>, version: string, scopes: readonly string[]): string[] {
  const granted = new Set(scopes.flatMap((scope) => [scope, scope.replace(/^write_/, 'read_')]));
  const access = requiredAccess(version);
  const types = new TypeInfo(vendorSchema(version));
  const found = new Set<string>();
  const note = (what: string) => {
    const needed = access.get(what);
    if (needed && !needed.any.some((scope) => granted.has(scope))) found.add(what);
  };
  visit(
    parse(textFor(document, version)),
    visitWithTypeInfo(types, {
      Field() {
        const [owner, field] = [types.getParentType(), types.getFieldDef()];
        if (!owner || !field) return;
        note(`${owner.name}.${field.name}`);
        note(getNamedType(field.type).name);
      },
    }),
  );
  return [...found];
}

/**
 * What is done without where an app may not do it: the stock that a store shows is not compared then; stock is published, and requests
 * to fulfilment services are answered, returns are made, and payouts are read, only by a hub that is set to do so.
 */
const OPTIONAL: readonly string[] = [
  'ListLevels',
  'ReadLevels',
  'SetQuantities',
  'AdjustQuantities',
  'AcceptRequest',
  'RejectRequest',
  'AcceptCancellation',
  'RejectCancellation',
  'ListAccounts',
  'ListBalance',
  'ListPayouts',
  'ListDisputes',
  'CreateReturn',
  'ApproveReturn',
  'DeclineReturn',
  'CloseReturn',
  'ProcessReturn',
];

test('the scopes that an app is asked for suffice for all that is sent, and the needed ones for all but what is optional', () => {
  const needed = SCOPES.map(({ any }) => any[0] as string);
  for (const version of CHECKED_VERSIONS)
    for (const document of DOCUMENTS) {
      assert.deepEqual(refused(document, version, ASKED_SCOPES), [], `${document.name} ${version}`);
      if (!OPTIONAL.includes(document.name))
        assert.deepEqual(refused(document, version, needed), [], `${document.name} ${version}`);
    }
  const [document] = DOCUMENTS.filter(({ name }) => name === 'ListLevels');
  assert.ok(document && refused(document, '2026-10', needed).length > 0, 'the table of scopes is there');
});

test('the guide names each scope', () => {
  const guide = readFileSync(new URL('../../../docs/how-to/connect-shopify.md', import.meta.url), 'utf8');
  assert.deepEqual(
    ASKED_SCOPES.filter((scope) => !guide.includes(`\`${scope}\``)),
    [],
  );
});
