/** What a connection asks of a connector that its vendor does not offer is refused with the configuration, and said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rest } from '../../src/connectors/rest/index.ts';
import { ConnectionConfig } from '../../src/domain/config.ts';
import { connectorProblems } from '../../src/engine/connections.ts';

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
    const problems = connectorProblems(connection, [rest]);
    assert.equal(problems.filter((problem) => problem.includes(`leave ${setting} at`)).length, 1, setting);
  }
});
