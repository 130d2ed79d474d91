import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startStore } from '../testing.ts';

const EDIT = `mutation Edit($input: OrderInput!) { orderUpdate(input: $input) { userErrors { message } } }`;

/** Documents, and the errors that the vendor answers. */
const DOCUMENTS: [
  text: string,
  message: string,
  path: string[] | undefined,
  extensions: object | undefined,
][] = [
  [
    'query Names { shop { nickname } }',
    "Field 'nickname' doesn't exist on type 'Shop'",
    ['query Names', 'shop', 'nickname'],
    { code: 'undefinedField', typeName: 'Shop', fieldName: 'nickname' },
  ],
  [
    '{ node(id: "gid://shopify/Shop/1") { ... on Order { short: title } } }',
    "Field 'title' doesn't exist on type 'Order'",
    ['query', 'node', '... on Order', 'short'],
    { code: 'undefinedField', typeName: 'Order', fieldName: 'title' },
  ],
  [
    '{ order { id } }',
    "Field 'order' is missing required arguments: id",
    ['query', 'order'],
    { code: 'missingRequiredArguments', className: 'Field', name: 'order', arguments: 'id' },
  ],
  [
    '{ shop(id: 1) { name } }',
    "Field 'shop' doesn't accept argument 'id'",
    ['query', 'shop', 'id'],
    { code: 'argumentNotAccepted', name: 'shop', typeName: 'Field', argumentName: 'id' },
  ],
  [
    '{ orders(first: "x") { nodes { id } } }',
    `Argument 'first' on Field 'orders' has an invalid value ("x"). Expected type 'Int'.`,
    ['query', 'orders', 'first'],
    { code: 'argumentLiteralsIncompatible', typeName: 'Field', argumentName: 'first' },
  ],
  [
    'mutation { orderUpdate(input: { note: "x" }) { userErrors { message } } }',
    "Argument 'id' on InputObject 'OrderInput' is required. Expected type ID!",
    ['mutation', 'orderUpdate', 'input', 'id'],
    {
      code: 'missingRequiredInputObjectAttribute',
      argumentName: 'id',
      argumentType: 'ID!',
      inputObjectType: 'OrderInput',
    },
  ],
  [
    'mutation { orderUpdate(input: { id: "gid://shopify/Order/1", colour: 1 }) { userErrors { message } } }',
    "InputObject 'OrderInput' doesn't accept argument 'colour'",
    ['mutation', 'orderUpdate', 'input', 'colour'],
    { code: 'argumentNotAccepted', name: 'OrderInput', typeName: 'InputObject', argumentName: 'colour' },
  ],
  [
    '{ shop }',
    "Field must have selections (field 'shop' returns Shop but has no selections. Did you mean 'shop { ... }'?)",
    ['query', 'shop'],
    { code: 'selectionMismatch', nodeName: "field 'shop'", typeName: 'Shop' },
  ],
  [
    '{ shop { name { first } } }',
    `Selections can't be made on scalars (field 'name' returns String but has selections ["first"])`,
    ['query', 'shop', 'name'],
    { code: 'selectionMismatch', nodeName: "field 'name'", typeName: 'String' },
  ],
  [
    'query Find($id: ID) { order(id: $id) { id } }',
    'Nullability mismatch on variable $id and argument id (ID / ID!)',
    ['query Find', 'order', 'id'],
    {
      code: 'variableMismatch',
      variableName: 'id',
      typeName: 'ID',
      argumentName: 'id',
      errorMessage: 'Nullability mismatch',
    },
  ],
  [
    'query Find { order(id: $id) { id } }',
    'Variable $id is used by Find but not declared',
    ['query Find'],
    { code: 'variableNotDefined', variableName: 'id' },
  ],
  [
    'query ($id: ID!) { shop { name } }',
    'Variable $id is declared by anonymous query but not used',
    ['query'],
    { code: 'variableNotUsed', variableName: 'id' },
  ],
  ['{\n  shop ( { name }', 'syntax error, unexpected LCURLY ("{") at [2, 10]', undefined, undefined],
  ['{ shop { name }', 'syntax error, unexpected end of file at [1, 16]', undefined, undefined],
];

it('a document that is not the schema’s is refused in the vendor’s words, and costs nothing', async (context) => {
  const test = await startStore({ topics: [] });
  context.after(() => test.close());
  for (const [text, message, path, extensions] of DOCUMENTS) {
    const { status, text: body } = await test.call(text);
    const answer = JSON.parse(body);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(answer), ['errors'], text);
    const [error, ...more] = answer.errors;
    assert.deepEqual(
      [error.message, error.path, error.extensions, error.locations.length, more],
      [message, path, extensions, 1, []],
    );
  }
});

it('a variable that does not do is refused with all its problems', async (context) => {
  const test = await startStore({ topics: [] });
  context.after(() => test.close());
  const cases: [text: string, variables: Record<string, unknown>, message: string, problems: object[]][] = [
    [
      'query ($id: ID!) { order(id: $id) { id } }',
      {},
      'Variable $id of type ID! was provided invalid value',
      [{ path: [], explanation: 'Expected value to not be null' }],
    ],
    [
      EDIT,
      { input: { note: 'x', colour: 1 } },
      'Variable $input of type OrderInput! was provided invalid value for colour (Field is not defined on OrderInput), id (Expected value to not be null)',
      [
        { path: ['colour'], explanation: 'Field is not defined on OrderInput' },
        { path: ['id'], explanation: 'Expected value to not be null' },
      ],
    ],
    [
      'query ($n: Int!) { orders(first: $n) { nodes { id } } }',
      { n: 'three' },
      'Variable $n of type Int! was provided invalid value',
      [{ path: [], explanation: 'Could not coerce value "three" to Int' }],
    ],
    [
      EDIT,
      { input: { id: 'gid://shopify/Order/1', metafields: [{ key: 'a' }, 7] } },
      'Variable $input of type OrderInput! was provided invalid value for metafields.1 (Expected 7 to be a key-value object.)',
      [{ path: ['metafields', 1], explanation: 'Expected 7 to be a key-value object.' }],
    ],
  ];
  for (const [text, variables, message, problems] of cases) {
    const { errors } = await test.call(text, variables);
    assert.equal(errors.length, 1);
    assert.equal(errors[0]?.message, message);
    const value = Object.values(variables)[0] ?? null;
    assert.deepEqual(errors[0]?.extensions, { code: 'INVALID_VARIABLE', value, problems });
  }
  const { errors } = await test.call(
    'query ($key: OrderSortKeys) { orders(first: 1, sortKey: $key) { nodes { id } } }',
    { key: 'SIZE' },
  );
  assert.match(errors[0]?.message ?? '', /^Variable \$key of type OrderSortKeys was provided invalid value$/);
  const [problem] = (errors[0]?.extensions?.problems ?? []) as { explanation: string }[];
  assert.match(problem?.explanation ?? '', /^Expected "SIZE" to be one of: /);
});
