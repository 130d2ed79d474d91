/** Every document that we send, on the vendor's own schema: the current version, the oldest supported one and the next. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  buildClientSchema,
  execute,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { Random } from '../../base/random.ts';
import { DOCUMENTS, type GraphQlDocument, LIST_ORDERS, READ_ORDERS, USUAL_SIZES } from './documents.ts';
import { READ_RETURN } from './documents-returns.ts';
import { Settings } from './manifest.ts';
import { orderFromRead } from './mapping-graphql.ts';
import { DISPOSITIONS, mapReturn, RETURN_STATUSES } from './mapping-return.ts';
import {
  FINANCIAL_STATUSES,
  FULFILMENT_STATUSES,
  RESTOCK_TYPES,
  RETURN_PROGRESS,
  TRANSACTION_KINDS,
  TRANSACTION_STATUSES,
} from './source.ts';
import { trackingInput } from './tracking.ts';

const VERSIONS = ['2026-01', '2026-10', 'unstable'] as const;

function schemaOf(version: string): GraphQLSchema {
  const file = fileURLToPath(
    new URL(`../../../.cache/shopify-schemas/admin_${version}.json.gz`, import.meta.url),
  );
  const content = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { data?: object };
  return buildClientSchema((content.data ?? content) as never, { assumeValid: true });
}

const SCHEMAS = new Map<string, GraphQLSchema>();
for (const version of VERSIONS) SCHEMAS.set(version, schemaOf(version));
const CURRENT = SCHEMAS.get('2026-10') as GraphQLSchema;

for (const [version, schema] of SCHEMAS) {
  describe(`on the vendor's schema ${version}`, () => {
    for (const document of DOCUMENTS) {
      it(`${document.name} is valid, and asks for nothing that is deprecated`, () => {
        const ast = parse(document.text);
        assert.deepEqual(
          validate(schema, ast).map((error) => error.message),
          [],
        );
        assert.deepEqual(deprecatedIn(schema, document), []);
      });
    }

    it('our enumerations are the vendor’s: a value more or less is noticed here', () => {
      const values = (name: string): string[] => {
        const type = schema.getType(name);
        assert.ok(isEnumType(type), name);
        return type.getValues().map((value) => value.name);
      };
      assert.deepEqual(sorted(FINANCIAL_STATUSES), sorted(values('OrderDisplayFinancialStatus')));
      assert.deepEqual(sorted(TRANSACTION_KINDS), sorted(values('OrderTransactionKind')));
      assert.deepEqual(sorted(TRANSACTION_STATUSES), sorted(values('OrderTransactionStatus')));
      assert.deepEqual(sorted(RESTOCK_TYPES), sorted(values('RefundLineItemRestockType')));
      assert.deepEqual(sorted(FULFILMENT_STATUSES), sorted(values('FulfillmentStatus')));
      assert.deepEqual(sorted(RETURN_PROGRESS), sorted(values('OrderReturnStatus')));
      assert.deepEqual(sorted(Object.keys(RETURN_STATUSES)), sorted(values('ReturnStatus')));
      assert.deepEqual(
        sorted(Object.keys(DISPOSITIONS)),
        sorted(values('ReverseFulfillmentOrderDispositionType')),
      );
    });
  });
}

describe('what we send and what may come', () => {
  it('the default version is the one that is tested', () => {
    const settings = Settings.parse({ shopDomain: 'a.myshopify.com', clientId: 'i', clientSecret: 's' });
    assert.ok(SCHEMAS.has(settings.apiVersion));
  });

  it('inputs of mutations have only members that the vendor has', () => {
    const tracking = trackingInput('WH/1#1', { company: 'DHL', number: 'T', url: 'https://example.org/T' });
    assertInput('FulfillmentTrackingInput', tracking);
    assertInput('FulfillmentInput', {
      lineItemsByFulfillmentOrder: [],
      notifyCustomer: true,
      trackingInfo: tracking,
    });
    assertInput('OrderCancelRefundMethodInput', { originalPaymentMethodsRefund: true });
    for (const reason of ['FRAUD', 'INVENTORY', 'DECLINED', 'CUSTOMER', 'STAFF', 'OTHER']) {
      const type = CURRENT.getType('OrderCancelReason');
      assert.ok(isEnumType(type) && type.getValue(reason), reason);
    }
  });

  for (const document of DOCUMENTS) {
    it(`${document.name}: whatever the schema allows to be null or empty can be read`, async () => {
      for (let seed = 0; seed < 60; seed += 1) {
        const data = await legalAnswer(document, new Random(`${document.name} ${seed}`));
        const parsed = document.result.safeParse(data);
        assert.ok(parsed.success, `seed ${seed}: ${JSON.stringify(parsed.error?.issues[0])}`);
        for (const node of ordersOf(document, data)) orderFromRead(node);
        const { return: back } = data as { return?: unknown };
        if (document === READ_RETURN && back) mapReturn(back);
      }
    });
  }
});

/** Deprecated fields and arguments that a document asks for. */
function deprecatedIn(schema: GraphQLSchema, document: GraphQlDocument<unknown>): string[] {
  const found: string[] = [];
  const types = new TypeInfo(schema);
  visit(
    parse(document.text),
    visitWithTypeInfo(types, {
      Field() {
        const field = types.getFieldDef();
        if (field?.deprecationReason) found.push(`${field.name}: ${field.deprecationReason}`);
      },
      Argument() {
        const argument = types.getArgument();
        if (argument?.deprecationReason) found.push(`${argument.name}: ${argument.deprecationReason}`);
      },
    }),
  );
  return found;
}

function assertInput(typeName: string, value: object): void {
  const type = CURRENT.getType(typeName);
  assert.ok(isInputObjectType(type), typeName);
  for (const name of Object.keys(value)) assert.ok(type.getFields()[name], `${typeName}.${name}`);
}

/** Without it nobody can tell what has been fulfilled: a null is a case, or a failure of the command. */
const NEVER_NULL: ReadonlySet<string> = new Set(['FulfillmentLineItem.quantity']);

/** An answer that the schema allows: null wherever it may be, lists of any length, amounts of one currency. */
async function legalAnswer(document: GraphQlDocument<unknown>, random: Random): Promise<unknown> {
  let serial = 0;
  const value = (type: GraphQLOutputType, name: string, mayBeNull: boolean): unknown => {
    if (isNonNullType(type)) return value(type.ofType, name, false);
    if (mayBeNull && random.chance(0.3)) return null;
    if (isListType(type))
      return Array.from({ length: random.int(0, 2) }, () => value(type.ofType, name, true));
    if (isEnumType(type)) {
      const names = type.getValues().map((each) => each.name);
      return type.name === 'CurrencyCode' ? 'EUR' : random.pick(names);
    }
    if (isScalarType(type)) return scalar(type.name, name);
    return {};
  };
  const scalar = (type: string, name: string): unknown => {
    switch (type) {
      case 'ID':
        serial += 1;
        return `gid://shopify/Thing/${serial}`;
      case 'Int':
        return random.int(0, 9);
      case 'Float':
        return 0.19;
      case 'Boolean':
        return random.chance(0.5);
      case 'Decimal':
        return `${random.int(0, 99)}.5`;
      case 'DateTime':
        return '2026-10-01T10:00:00Z';
      default:
        return `a ${name}`;
    }
  };
  const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (_source, _args, _context, info) =>
    value(info.returnType, info.fieldName, !NEVER_NULL.has(`${info.parentType.name}.${info.fieldName}`));
  const answer = await execute({
    schema: CURRENT,
    document: parse(document.text),
    variableValues: variables(),
    fieldResolver,
    typeResolver: (_value, _context, info, abstractType) =>
      abstractType.name === 'Node'
        ? 'Order'
        : random.pick(info.schema.getPossibleTypes(abstractType).map(({ name }) => name)),
  });
  assert.ok(!('initialResult' in answer));
  assert.deepEqual(answer.errors ?? [], []);
  return JSON.parse(JSON.stringify(answer.data));
}

function variables(): Record<string, unknown> {
  return {
    ...USUAL_SIZES,
    ids: ['gid://shopify/Order/1', 'gid://shopify/Order/2'],
    id: 'gid://shopify/Order/1',
    first: 5,
    after: 'cursor',
    query: '',
    parts: 5,
    fulfillment: { lineItemsByFulfillmentOrder: [] },
    message: null,
    reason: 'OTHER',
    refundMethod: { originalPaymentMethodsRefund: true },
    restock: true,
    notify: false,
    note: null,
    location: 'gid://shopify/Location/1',
    entity: 'gid://shopify/BusinessEntity/1',
    key: 'a key',
    figures: { name: 'available', reason: 'correction', quantities: [] },
    changes: { name: 'available', reason: 'correction', changes: [] },
    items: [{ id: 'gid://shopify/FulfillmentOrderLineItem/1', quantity: 1 }],
    hold: { reason: 'OTHER' },
    holds: [],
    topic: 'ORDERS_CREATE',
    capture: {
      id: 'gid://shopify/Order/1',
      parentTransactionId: 'gid://shopify/OrderTransaction/1',
      amount: '10.00',
      currency: 'EUR',
    },
    return: { orderId: 'gid://shopify/Order/1', returnLineItems: [] },
    process: { returnId: 'gid://shopify/Return/1' },
    refund: { orderId: 'gid://shopify/Order/1' },
    lines: 5,
    few: 5,
    namespace: '$app:crossdock',
    metafields: [{ ownerId: 'gid://shopify/Order/1', key: 'sales_order_number', value: 'SO-1' }],
    add: ['erp:SO-1'],
    remove: [],
    sets: true,
    adds: true,
    removes: true,
    input: { uri: 'https://example.org/webhooks/shop', format: 'JSON' },
  };
}

function ordersOf(document: GraphQlDocument<unknown>, data: unknown): unknown[] {
  const { nodes, orders } = data as { nodes?: unknown[]; orders?: { nodes: unknown[] } };
  if (document === READ_ORDERS) return (nodes ?? []).filter((node) => node !== null);
  return document === LIST_ORDERS ? (orders?.nodes ?? []) : [];
}

const sorted = (values: readonly string[]): string[] => [...values].sort();
