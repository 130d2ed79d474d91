/** What a connection asks of a connector that its vendor does not offer is refused with the configuration, and said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connector } from '../../src/connectors/contract.ts';
import { rest } from '../../src/connectors/rest/index.ts';
import { xero } from '../../src/connectors/xero/index.ts';
import { ACCOUNT } from '../../src/connectors/xero/sandbox/testing.ts';
import { ConnectionConfig, RetailerConfig } from '../../src/domain/config.ts';
import { connectorProblems } from '../../src/engine/connections.ts';
import { aRetailer } from '../support/builders.ts';

test('the connector `rest` neither assigns locations, holds at its channel nor answers fulfilment requests', () => {
  const wishes = { assignments: 'ours', holdAtChannel: true, fulfilmentRequests: 'ours' };
  for (const [setting, value] of Object.entries(wishes)) {
    const connection = ConnectionConfig.parse({
      id: 'market',
      connector: 'rest',
      roles: ['channel'],
      settings: {},
      [setting]: value,
    });
    const problems = connectorProblems(connection, [rest], aRetailer());
    assert.equal(problems.filter((problem) => problem.includes(`leave ${setting} at`)).length, 1, setting);
  }
});

const BOOKS = {
  accounts: [
    { number: '200', name: 'Sales', type: 'income' },
    { number: '820', name: 'VAT', type: 'liability' },
  ],
  rules: [
    { role: 'revenue', account: '200' },
    { role: 'tax', account: '820' },
  ],
};

test('books that Xero does not take are refused with the configuration', () => {
  const retailer = aRetailer();
  const books = ConnectionConfig.parse({
    id: 'books',
    connector: 'xero',
    roles: ['finance'],
    settings: ACCOUNT,
  });
  const told = (mode: string) =>
    connectorProblems(
      books,
      [xero as Connector],
      RetailerConfig.parse({
        ...retailer,
        entities: retailer.entities.map((entity) => ({
          ...entity,
          books: BOOKS,
          finance: { connection: 'books', mode },
        })),
      }),
    );
  assert.deepEqual(told('documents'), []);
  assert.match(
    told('summary')[0] ?? '',
    /"de".*which Xero takes on no journal: set finance.mode to "documents"/,
  );
});
