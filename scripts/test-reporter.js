/**
 * A reporter of node:test for scripts/test.js: one line of JSON for each test that ended, so that counts and failures reach the
 * runner apart from whatever a test prints.
 */
import { inspect } from 'node:util';

export default async function* reporter(events) {
  for await (const { type, data } of events) {
    if (type === 'test:dequeue') yield line({ type: 'started', name: data.name, nesting: data.nesting });
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite' && type === 'test:pass') continue;
    const skipped = data.skip !== undefined || data.todo !== undefined;
    const failed = type === 'test:fail' && data.todo === undefined;
    // A parent fails because of its children; they say why.
    const error = data.details?.error;
    if (failed && data.details?.type === 'suite' && error?.failureType === 'subtestsFailed') continue;
    yield line({
      type: skipped ? 'skipped' : failed ? 'failed' : 'passed',
      name: data.name,
      nesting: data.nesting,
      ms: data.details?.duration_ms ?? 0,
      place: data.line ? `${data.file}:${data.line}` : data.file,
      reason:
        typeof data.skip === 'string' ? data.skip : typeof data.todo === 'string' ? data.todo : undefined,
      error: failed ? inspect(error?.cause ?? error, { depth: 6 }) : undefined,
    });
  }
}

function line(record) {
  return `${JSON.stringify(record)}\n`;
}
