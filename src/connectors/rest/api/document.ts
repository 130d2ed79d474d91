/** The OpenAPI document, put together from the schemas. */
import { z } from 'zod';
import { apiSchemas } from './common.ts';
import { INTRODUCTION } from './introduction.ts';
import { type Operation, PATHS } from './paths.ts';

type Json = Record<string, unknown>;

const component = (id: string): Json => ({ $ref: `#/components/schemas/${id}` });
const jsonBody = (id: string): Json => ({ 'application/json': { schema: component(id) } });

/** The whole document, OpenAPI 3.1, always with the same text for the same schemas. */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Crossdock system API',
      version: '1.0.0',
      summary: 'What a retailer’s own system implements, so that the hub can work with it.',
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'https://system.example.com', description: 'The `baseUrl` of the connection' }],
    security: [{ bearer: [] }],
    tags: [
      { name: 'channel', description: 'Orders that customers placed' },
      { name: 'erp', description: 'Sales orders with their shipments and refunds' },
      { name: 'finance', description: 'Invoices, payments, journals and balances' },
      { name: 'fulfilment', description: 'Releases that a location ships' },
      { name: 'inventory', description: 'Units on hand' },
      { name: 'events', description: 'What has happened: for every role' },
    ],
    paths: paths(),
    webhooks: { event: webhook() },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      headers: HEADERS,
      responses: RESPONSES,
      schemas: schemas(),
    },
  };
}

/** The document as it is published. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

function schemas(): Json {
  const { schemas: made } = z.toJSONSchema(apiSchemas, {
    uri: (id) => `#/components/schemas/${id}`,
    io: 'input',
    target: 'draft-2020-12',
  });
  const clean = Object.entries(made).map(([id, schema]) => {
    const { $schema: _schema, $id: _id, id: _name, ...rest } = schema as Json;
    return [id, rest] as const;
  });
  return Object.fromEntries(clean.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const HEADERS: Json = {
  RateLimit: {
    description: 'RateLimit header fields for HTTP (draft): what is left of the budget',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': { description: 'The budget', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds to wait (RFC 9110)', schema: { type: 'string' } },
};

const problem = (description: string, headers: readonly string[] = []): Json => ({
  description,
  ...(headers.length > 0
    ? { headers: Object.fromEntries(headers.map((name) => [name, { $ref: `#/components/headers/${name}` }])) }
    : {}),
  content: { 'application/problem+json': { schema: component('Problem') } },
});

const RESPONSES: Json = {
  Malformed: problem('The request breaks this document: 400'),
  Unauthorised: problem('The token is missing, wrong or has ended: 401'),
  Missing: problem('There is no such thing: 404'),
  Conflict: problem('It contradicts what the system holds: 409. The code names why'),
  Refused: problem('The business says no: 422. The code names why'),
  TooMany: problem('Wait as told, then repeat: 429', ['Retry-After', 'RateLimit', 'RateLimit-Policy']),
  Unavailable: problem('Nothing was done; repeat later: 503', ['Retry-After']),
};

function paths(): Json {
  const made: Record<string, Json> = {};
  for (const operation of PATHS) {
    const item = made[operation.path] ?? {};
    made[operation.path] = { ...item, [operation.method]: describe(operation) };
  }
  return made;
}

function describe(operation: Operation): Json {
  const creates = operation.method !== 'get';
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  const parameters = [
    ...names.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: name === 'revision' ? { type: 'integer', minimum: 2 } : component('Key'),
    })),
    ...Object.entries(operation.query ?? {}).map(([name, { required, description, schema }]) => ({
      name,
      in: 'query',
      required,
      description,
      schema,
    })),
    ...(creates
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: true,
            description: 'Names the business act: the same act is never done twice',
            schema: { type: 'string', maxLength: 1024 },
          },
        ]
      : []),
  ];
  return {
    operationId: operation.operationId,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description ? { description: operation.description } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(operation.body ? { requestBody: { required: true, content: jsonBody(operation.body) } } : {}),
    responses: {
      ...(operation.creates ? { '201': { description: 'Done', content: jsonBody(operation.answer) } } : {}),
      '200': {
        description: operation.creates ? 'It had been done before; nothing has changed' : 'The answer',
        content: jsonBody(operation.answer),
      },
      '400': { $ref: '#/components/responses/Malformed' },
      '401': { $ref: '#/components/responses/Unauthorised' },
      ...(names.length > 0 ? { '404': { $ref: '#/components/responses/Missing' } } : {}),
      ...(creates
        ? {
            '409': { $ref: '#/components/responses/Conflict' },
            '422': { $ref: '#/components/responses/Refused' },
          }
        : {}),
      '429': { $ref: '#/components/responses/TooMany' },
      '503': { $ref: '#/components/responses/Unavailable' },
    },
  };
}

function webhook(): Json {
  const header = (name: string, description: string): Json => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  });
  return {
    post: {
      operationId: 'receiveEvent',
      tags: ['events'],
      summary: 'One event, pushed to the hub as soon as it has happened',
      description:
        'Signed by Standard Webhooks. One delivery carries one event, exactly as the feed has it. Repeat until it is answered 2xx, with the same `webhook-id` and body and a new timestamp and signature.',
      parameters: [
        header('webhook-id', 'The event’s id'),
        header(
          'webhook-timestamp',
          'Seconds since 1970 when this attempt was signed; the hub accepts five minutes of difference',
        ),
        header(
          'webhook-signature',
          '`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; several, separated by spaces, while a secret rotates',
        ),
      ],
      requestBody: { required: true, content: jsonBody('Event') },
      responses: {
        '2XX': { description: 'Stored for good' },
        '401': { description: 'The signature is wrong or too old; nothing was stored' },
      },
    },
  };
}
