/** Executes what the hub sends against the vendor's schema, and charges for it. */
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLFormattedError,
  type GraphQLResolveInfo,
  getNamedType,
  responsePathAsArray,
} from 'graphql';
import type { SandboxReply, SandboxRequest } from '../../../../sandbox/kit/server.ts';
import { requireScopes } from '../access/scopes.ts';
import type { Bucket } from './bucket.ts';
import { EVERYTHING, isReversible, type Page } from './connection.ts';
import { actualCost, requestedCost } from './cost.ts';
import type { BulkReading, Execution } from './execution.ts';
import { operationIn, vendorSchema } from './schema.ts';
import { notSupported } from './unsupported.ts';
import { variableErrors } from './variable-errors.ts';

/** No single query may ask for more. */
const MAX_QUERY_COST = 1_000;

interface Call {
  query: string;
  operationName?: string;
  variables: Record<string, unknown>;
}

/** What a throttled call is told; `requested` 0 where nobody has looked at the query. */
export function throttled(bucket: Bucket, requested: number): SandboxReply {
  return answer({
    errors: [
      {
        message: 'Throttled',
        extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
      },
    ],
    extensions: { cost: costOf(bucket, requested, null) },
  });
}

/** Answers a GraphQL request whose token is good. */
export function answerGraphQl(
  request: SandboxRequest,
  root: Record<string, unknown>,
  bucket: Bucket,
  { version, scopes }: Pick<Execution, 'version' | 'scopes'>,
): SandboxReply {
  const call = callIn(request);
  if (!call) return { status: 400, body: { errors: { query: 'Required parameter missing or invalid' } } };
  const operation = operationIn(version, call.query, call.operationName);
  if ('errors' in operation) return answer({ errors: operation.errors.map(asJson) });
  const wrong = variableErrors(vendorSchema(version), operation.definition, call.variables);
  if (wrong.length > 0) return answer({ errors: wrong.map(asJson) });
  const requested = requestedCost(operation.plan, call.variables);
  if (requested > MAX_QUERY_COST) return answer(tooCostly(requested));
  if (!bucket.take(requested)) return throttled(bucket, requested);
  const { document, definition } = operation;
  const name = definition.name?.value;
  const result = carryOut(document, root, { version, scopes, twisted: [] }, call.variables, name);
  return finish(result, operation.plan, requested, bucket);
}

/** Executes a document and twists what is planted bad. */
export function carryOut(
  document: DocumentNode,
  rootValue: Record<string, unknown>,
  execution: Execution,
  variableValues: Record<string, unknown> = {},
  operationName?: string,
): ExecutionResult {
  const result = execute({
    schema: vendorSchema(execution.version),
    document,
    operationName,
    rootValue,
    contextValue: execution,
    variableValues,
    fieldResolver,
  });
  if (result instanceof Promise) throw new Error('a resolver of the sandbox has waited for something');
  const done = result as ExecutionResult;
  for (const { path, order } of execution.twisted) {
    const node = path.reduce<unknown>(
      (value, key) => (value as Record<string | number, unknown> | null | undefined)?.[key],
      done.data,
    );
    if (typeof node === 'object' && node !== null) order.twist?.(node as Record<string, unknown>);
  }
  return done;
}

function finish(
  { data, errors }: ExecutionResult,
  plan: Parameters<typeof actualCost>[0],
  requested: number,
  bucket: Bucket,
): SandboxReply {
  const actual = Math.min(requested, data ? actualCost(plan, data) : 0);
  bucket.giveBack(requested - actual);
  return answer({
    ...(data === undefined ? {} : { data }),
    ...(errors ? { errors: errors.map(asJson) } : {}),
    extensions: { cost: costOf(bucket, requested, actual) },
  });
}

/** A field is what the object holds under its name; what it does not hold is not behaved. */
const fieldResolver: GraphQLFieldResolver<unknown, Execution> = (source, args, execution, info) => {
  const value = (source as Record<string, unknown>)[info.fieldName];
  const at = () => `${info.parentType.name}.${info.fieldName}`;
  if (value === undefined) throw notSupported(at());
  requireScopes(execution.version, execution.scopes, info);
  const takesArguments = typeof value === 'function' && value.length > 0;
  for (const name in args) {
    // Nothing given, or a switch that is off, changes no answer.
    if (args[name] === null || args[name] === undefined || args[name] === false) continue;
    limitInput(args[name]);
    const reverses = name === 'reverse' && isReversible(value);
    if (!takesArguments || (UNSUPPORTED_ARGUMENTS.has(name) && !reverses))
      throw notSupported(`${at()}(${name})`);
  }
  if (typeof value !== 'function') return value;
  const call = value as (...given: unknown[]) => unknown;
  if (!execution.bulk || !getNamedType(info.returnType).name.endsWith('Connection'))
    return call(args, execution, info);
  return wholeConnection(call, args, execution.bulk, execution, info);
};

/** In a bulk operation connections come whole, and the one at the root part by part. */
function wholeConnection(
  call: (...given: unknown[]) => unknown,
  args: Record<string, unknown>,
  reading: BulkReading,
  execution: Execution,
  info: GraphQLResolveInfo,
): unknown {
  const keys = responsePathAsArray(info.path).filter((key) => typeof key === 'string');
  reading.connections.add(keys.filter((key) => !WRAPPERS.has(key)).join('.'));
  if (info.path.prev) return call({ ...args, first: EVERYTHING, after: null }, execution, info);
  const page = call({ ...args, first: reading.size, after: reading.after }, execution, info) as Page;
  reading.next = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  return page;
}

const WRAPPERS: ReadonlySet<string> = new Set(['edges', 'nodes', 'node']);

/** Longest list that an argument may hold. */
const MAX_INPUT = 250;

function limitInput(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value) && value.length > MAX_INPUT)
    throw new GraphQLError(
      `The input array size of ${value.length} is greater than the maximum allowed of ${MAX_INPUT}.`,
      { extensions: { code: 'MAX_INPUT_SIZE_EXCEEDED' } },
    );
  for (const each of Object.values(value)) limitInput(each);
}

/** Arguments that would change the answer, were they behaved. */
const UNSUPPORTED_ARGUMENTS: ReadonlySet<string> = new Set(['last', 'before', 'reverse', 'savedSearchId']);

function callIn(request: SandboxRequest): Call | undefined {
  try {
    const { query, operationName, variables } = request.json() as Partial<Record<keyof Call, unknown>>;
    if (typeof query !== 'string') return undefined;
    return {
      query,
      ...(typeof operationName === 'string' ? { operationName } : {}),
      variables: (variables ?? {}) as Record<string, unknown>,
    };
  } catch {
    return undefined;
  }
}

/** Whether a request is a mutation; what cannot be read is none. */
export function isMutation(version: string, request: SandboxRequest): boolean {
  const call = callIn(request);
  if (!call) return false;
  const operation = operationIn(version, call.query, call.operationName);
  return !('errors' in operation) && operation.definition.operation === 'mutation';
}

function tooCostly(requested: number): Answer {
  const message = `Query cost is ${requested}, which exceeds the single query max cost limit (${MAX_QUERY_COST}).\n\nSee https://shopify.dev/concepts/about-apis/rate-limits for more information on how the\ncost of a query is calculated.\n`;
  const extensions = {
    code: 'MAX_COST_EXCEEDED',
    cost: requested,
    maxCost: MAX_QUERY_COST,
    documentation: 'https://shopify.dev/api/usage/rate-limits',
  };
  return { errors: [{ message, extensions }] };
}

function costOf(bucket: Bucket, requested: number, actual: number | null): Record<string, unknown> {
  return { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus: bucket.status() };
}

interface Answer {
  data?: unknown;
  errors?: readonly Partial<GraphQLFormattedError>[];
  extensions?: unknown;
}

function asJson(error: GraphQLError): GraphQLFormattedError {
  return error.toJSON();
}

function answer(body: Answer): SandboxReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}
