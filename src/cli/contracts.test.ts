import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentReport } from '../connectors/contract.ts';
import { type Checked, contractsText } from './contracts.ts';

const fits = (name: string): DocumentReport => ({
  name,
  problems: [],
  deprecated: [],
  breaks: [],
  deprecatedLater: [],
});

test('a person reads what is invalid, what would break and when, and what is deprecated', () => {
  const report: Checked = {
    connection: 'shop',
    ok: false,
    version: '2025-07',
    served: '2026-01',
    supportedUntil: '2027-01-01T17:00:00.000Z',
    checkedWith: '2026-01',
    documents: [
      fits('Fine'),
      { ...fits('Wrong'), problems: ['no such field.'] },
      {
        ...fits('Going'),
        breaks: [{ version: '2026-07', from: '2027-04-01T17:00:00.000Z', problems: ['the field is gone.'] }],
        deprecated: [{ what: 'Customer.email', reason: 'use another' }],
        deprecatedLater: [{ what: 'Order.note', reason: 'use none', version: 'unstable' }],
      },
    ],
  };
  assert.equal(
    contractsText([report]),
    `shop: API version 2025-07, which has ended: 2026-01 answers; supported until 2027-01-01 17:00:00 UTC
request  state
Fine     valid, in later versions too
Wrong    INVALID: no such field.
Going    valid; breaks with 2026-07, which answers from 2027-04-01 17:00:00 UTC: the field is gone.
Deprecated, and in use:
  Going: Customer.email: use another
  Going: Order.note (from unstable): use none`,
  );
  assert.match(contractsText([]), /No connection/);
});
