/** Bulk operations: the vendor runs a query by itself and lays the result down as a file of JSON lines, which is read as a stream. */
import type { BulkLook, BulkStart } from '../contract.ts';
import { drift, type Exchange, rejectedBy } from './client.ts';
import { READ_BULK, RUN_BULK } from './documents.ts';

/** Wait when the app has as many operations under way as the vendor allows. */
const BUSY_RETRY_MS = 60_000;
/** Longest line that is taken: an order of some thousand lines has as much. */
const LINE_LIMIT = 16 * 1024 * 1024;

/** Has a query run in bulk. `fix`: what a person does where the vendor does not take it. */
export async function startBulk(query: string, fix: string, exchange: Exchange): Promise<BulkStart> {
  const answer = await exchange.run(RUN_BULK, { query });
  if (answer.status === 'tooCostly') return drift(answer.message);
  if (answer.status !== 'ok') return answer;
  const { bulkOperation, userErrors } = answer.data.bulkOperationRunQuery ?? {
    bulkOperation: null,
    userErrors: [],
  };
  if (bulkOperation) return { status: 'started', operation: bulkOperation.id };
  const codes = new Set(userErrors.map(({ code }) => code));
  if (codes.has('LIMIT_REACHED') || codes.has('OPERATION_IN_PROGRESS'))
    return {
      status: 'throttled',
      retryAfterMs: BUSY_RETRY_MS,
      message: userErrors.map(({ message }) => message).join('; '),
    };
  return rejectedBy(userErrors, fix);
}

/** How far an operation is. */
export async function lookAtBulk(operation: string, exchange: Exchange): Promise<BulkLook> {
  const answer = await exchange.run(READ_BULK, { id: operation });
  if (answer.status === 'tooCostly') return drift(answer.message);
  if (answer.status !== 'ok') return answer;
  const found = answer.data.bulkOperation;
  if (!found) return { status: 'ended', message: 'the operation is not known any more' };
  const objects = Number(found.rootObjectCount);
  switch (found.status) {
    case 'CREATED':
    case 'RUNNING':
      return { status: 'running', objects };
    case 'COMPLETED':
      return { status: 'ready', objects, file: found.url };
    default:
      return {
        status: 'ended',
        message: `the operation is ${found.status}${found.errorCode ? ` (${found.errorCode})` : ''}`,
      };
  }
}

/** The lines of a result, without holding more than a part of it. Throws where the file cannot be read to its end. */
export async function* bulkLines(file: string, signal: AbortSignal): AsyncGenerator<string[]> {
  const response = await fetch(file, { signal });
  if (!response.ok || !response.body)
    throw new Error(`the result of the bulk operation was answered ${response.status}`);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_LIMIT)
      throw new Error(`a line of the result has more than ${LINE_LIMIT} characters`);
    yield lines.filter((line) => line !== '');
  }
  if (rest !== '') yield [rest];
}
