/**
 * Proves what we send, what the sandbox answers and the schemas that we have written against Xero's published OpenAPI document, which
 * stays outside the tree. Where it is missing these tests are skipped; in CI it may not be missing.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { z } from 'zod';
import * as api from './api.ts';
import type { Exchanged } from './sandbox/index.ts';
import { ANSWERS } from './sandbox/schemas-answers.ts';
import { REQUESTS } from './sandbox/schemas-requests.ts';
import { aXero } from './sandbox/testing.ts';
import {
  aBankTransaction,
  aCreditNote,
  aJournal,
  anInvoice,
  aPayment,
  line,
  perform,
  sessionAt,
  soon,
} from './testing.ts';

const FILE = fileURLToPath(new URL('../../../../shared/specs/xero_accounting.yaml', import.meta.url));
const skip = existsSync(FILE) ? false : `SKIPPED: Xero's OpenAPI document is not at ${FILE}`;
if (skip) console.warn(`\n*** ${skip} ***\n`);

/** Members that Xero answers, as its examples show, and has left out of its schemas. */
const IN_EXAMPLES_ONLY: ReadonlySet<string> = new Set([
  'Id',
  'Status',
  'ProviderName',
  'DateTimeUTC',
  'DateString',
  'DueDateString',
]);

interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
}
interface Media {
  content?: Record<string, { schema: Schema; example?: unknown }>;
}
interface Operation {
  parameters?: ({ $ref: string } | { in: string; name: string })[];
  requestBody?: Media;
  responses: Record<string, Media>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, { in: string; name: string }> };
}

let loaded: Document | undefined;
const published = (): Document => {
  loaded ??= parse(readFileSync(FILE, 'utf8')) as Document;
  return loaded;
};

let recorded: Promise<Exchanged[]> | undefined;
const exchanged = (): Promise<Exchanged[]> => {
  recorded ??= everyCommand();
  return recorded;
};

test('each request is one of the published document: path, method, query, body', { skip }, async () => {
  const exchanges = await exchanged();
  const resources = new Set(exchanges.map(({ route }) => `${route.method} ${route.answer}`));
  for (const expected of [
    'PUT Invoices',
    'PUT CreditNotes',
    'PUT Allocations',
    'PUT Payments',
    'PUT ManualJournals',
    'PUT BankTransactions',
    'PUT BankTransfers',
    'PUT TrackingCategories',
    'PUT Options',
    'GET Reports',
  ])
    assert.ok(resources.has(expected), `${expected} is among what was sent`);
  for (const { route, path, query, body } of exchanges) {
    const operation = operationOf(route.method, path);
    const known = new Set(parametersOf(operation));
    for (const name of query.keys()) assert.ok(known.has(name), `${route.method} ${path} knows no "${name}"`);
    if (body === undefined) continue;
    const schema = operation.requestBody?.content?.['application/json']?.schema;
    assert.ok(schema, `${route.method} ${path} takes a body`);
    assertValid(schema, body, `${route.method} ${path}`);
  }
});

test('each answer of the sandbox is one of the published document', { skip }, async () => {
  for (const { route, path, answer } of await exchanged()) {
    const schema = operationOf(route.method, path).responses['200']?.content?.['application/json']?.schema;
    assert.ok(schema, `${route.method} ${path} is answered`);
    assertValid(schema, answer, `the answer to ${route.method} ${path}`);
  }
});

test('the schemas that we have written name nothing that is not published, and no value that Xero does not have', {
  skip,
}, () => {
  const { schemas } = published().components;
  const names: Record<string, string> = { Options: 'TrackingOptions', Reports: 'ReportWithRows' };
  for (const [name, schema] of [...Object.entries(REQUESTS), ...Object.entries(ANSWERS)])
    assertWithin(schema as Schema, schemas[names[name] ?? name] as Schema, name);
});

test('what Xero has published as examples of its answers is understood', { skip }, () => {
  const readings: Record<string, z.ZodType> = {
    'get /Invoices': z.object({ Invoices: z.array(api.Invoice) }),
    'put /Invoices': z.object({ Invoices: z.array(api.Invoice) }),
    'put /CreditNotes': z.object({ CreditNotes: z.array(api.CreditNote) }),
    'put /CreditNotes/{CreditNoteID}/Allocations': api.Allocations,
    'get /Payments': z.object({ Payments: z.array(api.Payment) }),
    'put /Payments': z.object({ Payments: z.array(api.Payment) }),
    'get /ManualJournals': z.object({ ManualJournals: z.array(api.ManualJournal) }),
    'put /ManualJournals': z.object({ ManualJournals: z.array(api.ManualJournal) }),
    'get /BankTransactions': z.object({ BankTransactions: z.array(api.BankTransaction) }),
    'put /BankTransactions': z.object({ BankTransactions: z.array(api.BankTransaction) }),
    'get /BankTransfers': z.object({ BankTransfers: z.array(api.BankTransfer) }),
    'put /BankTransfers': z.object({ BankTransfers: z.array(api.BankTransfer) }),
    'get /Accounts': api.Accounts,
    'get /TaxRates': api.TaxRates,
    'get /Organisation': api.Organisations,
    'get /TrackingCategories': api.TrackingCategories,
    'put /TrackingCategories/{TrackingCategoryID}/Options': api.TrackingOptions,
    'get /Reports/TrialBalance': api.TrialBalance,
  };
  for (const [what, reading] of Object.entries(readings)) {
    const [method = '', path = ''] = what.split(' ');
    const example =
      published().paths[path]?.[method]?.responses['200']?.content?.['application/json']?.example;
    assert.ok(example, `${what} has an example`);
    const read = reading.safeParse(example);
    assert.ok(read.success, `${what}: ${read.error?.message}`);
  }
});

test('an element that is refused is known by what Xero has published', { skip }, () => {
  const example = published().paths['/Payments']?.put?.responses['200']?.content?.['application/json']
    ?.example as {
    Payments: unknown[];
  };
  const verdict = api.Verdict.parse(example.Payments[0]);
  assert.deepEqual(verdict.ValidationErrors, [
    { Message: 'Payment amount exceeds the amount outstanding on this document' },
  ]);
});

/** All that the connector can ask of Xero, asked of the sandbox, and what went over the wire. */
async function everyCommand(): Promise<Exchanged[]> {
  const exchanges: Exchanged[] = [];
  const xero = await aXero({
    record: (each) => exchanges.push(each),
    dayRates: { EUR: 1.25 },
    callsPerMinute: 1_000,
  });
  const session = sessionAt(xero.sandbox.url, xero.clock, {
    tracking: { brand: 'Brand', channel: 'Channel' },
    contacts: 'perCustomer',
  });
  const done = async (...command: [kind: never, body: never, attempt?: number]) => {
    const outcome = await (perform as (...all: unknown[]) => ReturnType<typeof perform>)(session, ...command);
    assert.equal(outcome.status, 'done', JSON.stringify(outcome));
  };
  const dimensions = { brand: 'Vale', channel: 'shop' };
  const kinds = [
    [
      'finance.createInvoice',
      anInvoice('I-1', { lines: [line({ dimensions, netMinor: 2_490, taxMinor: 498 })], customerId: 'c-1' }),
    ],
    ['finance.createInvoice', anInvoice('I-2', { currency: 'EUR', rate: '0.8' })],
    ['finance.recordPayment', aPayment('P-1', 'I-1')],
    ['finance.recordPayment', aPayment('P-2', 'I-2', { currency: 'EUR', rate: '0.81', amountMinor: 1_000 })],
    ['finance.createInvoice', anInvoice('I-3')],
    [
      'finance.createCreditNote',
      aCreditNote('C-1', { credits: 'I-3', settles: [{ invoice: 'I-3', amountMinor: 700 }] }),
    ],
    ['finance.recordPayment', aPayment('P-3', 'C-1', { documentKind: 'creditNote', amountMinor: 500 })],
    ['finance.postJournal', aJournal('J-1')],
    ['finance.recordBankTransaction', aBankTransaction('B-1')],
    [
      'finance.recordBankTransaction',
      aBankTransaction('B-2', {
        direction: 'spent',
        lines: [line({ account: '092', netMinor: 9_710, taxMinor: 0, taxCode: null })],
      }),
    ],
  ] as const;
  for (const attempt of [1, 2])
    for (const [kind, body] of kinds) await done(kind as never, body as never, attempt);
  await done('finance.readBalances' as never, { entity: 'uk', asOf: '2026-11-28' } as never);
  const refused = await perform(
    session,
    'finance.createInvoice',
    anInvoice('I-9', { lines: [line({ account: '610', netMinor: 2_490, taxMinor: 498 })] }),
  );
  assert.equal(refused.status, 'rejected');
  assert.ok((await session.check(soon())).ok);
  await session.close();
  await xero.close();
  return exchanges;
}

/** The operation of a path with its parameters filled in. */
function operationOf(method: string, path: string): Operation {
  const { paths } = published();
  const parts = path.split('/');
  const template = Object.keys(paths).find((each) => {
    const names = each.split('/');
    return (
      names.length === parts.length && names.every((name, at) => name.startsWith('{') || name === parts[at])
    );
  });
  const operation = paths[path in paths ? path : (template ?? '')]?.[method.toLowerCase()];
  assert.ok(operation, `${method} ${path} is published`);
  return operation;
}

function parametersOf({ parameters = [] }: Operation): string[] {
  return parameters
    .map((each) =>
      '$ref' in each ? published().components.parameters[each.$ref.split('/').at(-1) ?? ''] : each,
    )
    .flatMap((each) => (each?.in === 'query' ? [each.name] : []));
}

let ajv: Ajv | undefined;

/** By the published schema, and without members that it does not name. */
function assertValid(schema: Schema, value: unknown, what: string): void {
  if (!ajv) {
    ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv, ['uuid', 'date', 'double']);
    ajv.addSchema({ $id: 'xero', components: { schemas: published().components.schemas } });
  }
  const ref = schema.$ref ?? '';
  const validate = ajv.getSchema(`xero${ref}`) ?? ajv.compile({ $ref: `xero${ref}` });
  assert.ok(validate(value), `${what}: ${ajv.errorsText(validate.errors)}`);
  assert.deepEqual(unknownMembers(schema, value, what), []);
}

function unknownMembers(schema: Schema | undefined, value: unknown, at: string): string[] {
  const own = resolved(schema);
  if (Array.isArray(value))
    return value.flatMap((each, index) => unknownMembers(own?.items, each, `${at}[${index}]`));
  if (typeof value !== 'object' || value === null || !own?.properties) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    const member = own.properties?.[name];
    if (member) return unknownMembers(member, each, `${at}.${name}`);
    return IN_EXAMPLES_ONLY.has(name) ? [] : [`${at}.${name}`];
  });
}

function assertWithin(ours: Schema, theirs: Schema | undefined, at: string): void {
  const known = resolved(theirs);
  for (const alternative of ours.anyOf ?? []) assertWithin(alternative, theirs, at);
  if (ours.type && known?.type)
    assert.ok(
      ours.type === known.type || (ours.type === 'integer' && known.type === 'number'),
      `${at} is a ${ours.type} here and a ${known.type} there`,
    );
  const values = ours.const === undefined ? ours.enum : [ours.const];
  if (values && known?.enum)
    for (const value of values) assert.ok(known.enum.includes(value), `${at}: Xero has no "${value}"`);
  for (const [name, member] of Object.entries(ours.properties ?? {})) {
    if (IN_EXAMPLES_ONLY.has(name) && !known?.properties?.[name]) continue;
    assert.ok(known?.properties?.[name], `${at}.${name} is published`);
    assertWithin(member, known.properties[name], `${at}.${name}`);
  }
  if (ours.items) assertWithin(ours.items, known?.items, `${at}[]`);
}

function resolved(schema: Schema | undefined): Schema | undefined {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : published().components.schemas[name];
}
