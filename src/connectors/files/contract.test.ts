/** The contract suite on the connector `files`, with a folder and with an SFTP server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../../base/clock.ts';
import type { Session } from '../contract.ts';
import { type ContractBench, contractSuite } from '../contract-suite.ts';
import { files } from './index.ts';
import { LegacySystem, type SftpServer, startSftpServer } from './sandbox/index.ts';

const START = Date.UTC(2026, 10, 28, 6);
const MINUTE_MS = 60_000;
const FEED = 'quiet:files';

for (const place of ['a folder', 'an SFTP server'] as const)
  contractSuite(`files in ${place}`, {
    connector: files,
    kinds: [],
    feeds: [FEED],
    webhooks: false,
    start: () => startBench(place === 'a folder'),
  });

async function startBench(isLocal: boolean): Promise<ContractBench> {
  const clock = new Clock(START, { frozen: true });
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-files-contract-'));
  const system = new LegacySystem({ folder, clock, stock: { A: 5, B: 7, C: 0 } });
  const server = isLocal ? null : await startSftpServer(folder);
  const settings = (change?: { badCredentials?: boolean }) => ({
    folder: server ? '/' : folder,
    locations: ['CITY'],
    settleMs: 0,
    ...(server && { sftp: { ...account(server), ...(change?.badCredentials && { password: 'wrong' }) } }),
  });
  const sessionOf = (change: object): Session =>
    files.open({
      connection: 'wms',
      settings: files.settings.parse({ ...settings(), ...change }),
      clock,
      log: () => {},
    });
  let isFirst = true;
  return {
    connection: 'wms',
    clock,
    url: 'http://127.0.0.1:9',
    settings: (_url, change) => settings(change),
    prepare: () => Promise.reject(new Error('it takes no commands')),
    effects: () => 0,
    refused: async () => null,
    changes: () => false,
    throttled: { answer: { status: 429, body: '' }, leastRetryMs: 0 },
    async provoke() {
      clock.advanceTo(clock.now() + MINUTE_MS);
      if (!isFirst) system.change('A', 2);
      if (isFirst) system.sendSnapshot();
      else system.sendDelta();
      isFirst = false;
    },
    failing: server
      ? [
          {
            what: 'a wrong password',
            status: 'auth',
            arrange: async () => sessionOf({ sftp: { ...account(server), password: 'wrong' } }),
          },
          {
            what: 'another host key',
            status: 'auth',
            arrange: async () =>
              sessionOf({ sftp: { ...account(server), hostKeys: [`SHA256:${'A'.repeat(43)}`] } }),
          },
          {
            what: 'a folder that is not there',
            status: 'transient',
            arrange: async () => sessionOf({ folder: '/none' }),
          },
          {
            what: 'a connection that breaks in the middle of a file',
            status: 'transient',
            arrange: async () => {
              system.sendSnapshot();
              server.breakAfterBytes = 10;
              return sessionOf({});
            },
          },
          {
            what: 'a server that is away',
            status: 'transient',
            arrange: async () => {
              await server.close();
              return sessionOf({});
            },
          },
        ]
      : [
          {
            what: 'a folder that is not there',
            status: 'transient',
            arrange: async () => sessionOf({ folder: join(folder, 'none') }),
          },
        ],
    async close() {
      await server?.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function account({ host, port, user, password, hostKey }: SftpServer) {
  return { host, port, user, password, hostKeys: [hostKey] };
}
