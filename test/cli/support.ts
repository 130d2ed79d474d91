/** The command line as a person uses it: real processes, and a small retailer whose systems run in the test. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Clock } from '../../src/base/clock.ts';
import { createRestSandbox, type RestSandbox } from '../../src/connectors/rest/sandbox/index.ts';
import { anOrderSpec } from '../../src/connectors/rest/sandbox/testing.ts';
import type { RetailerConfigInput } from '../../src/domain/config.ts';
import { NO_FAULTS } from '../../src/sandbox/kit/faults.ts';
import { World } from '../../src/sandbox/kit/world.ts';

const BIN = fileURLToPath(new URL('../../bin/crossdock.js', import.meta.url));
const SECRET = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`;

/** Far longer than any command takes, on a busy machine too. */
const COMMAND_TIMEOUT_MS = 90_000;

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `crossdock ARGS` to its end. The environment of whoever runs the tests plays no part. */
export async function crossdock(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = start(args, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const signal = AbortSignal.timeout(COMMAND_TIMEOUT_MS);
  const [code] = (await once(child, 'close', { signal }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`crossdock ${args.join(' ')} did not end: ${stdout}${stderr}`, { cause: error });
  })) as [number | null];
  return { code, stdout, stderr };
}

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, USER: 'tester', ...env },
  });
}

export interface RunningHub {
  pid: number;
  apiUrl: string;
  webhooksUrl: string;
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** Starts a hub and waits until it says where it listens. */
export async function startHub(args: readonly string[]): Promise<RunningHub> {
  const child = start(['start', '--json', '--api-port', '0', '--webhook-port', '0', ...args]);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const line = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes('\n')) resolve(printed);
    });
    child.once('exit', (code) => reject(new Error(`the hub ended with ${code}: ${errors}`)));
  });
  const note = JSON.parse(line) as Pick<RunningHub, 'pid' | 'apiUrl' | 'webhooksUrl'>;
  return {
    ...note,
    async stop() {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export interface TestRetailer {
  channel: NonNullable<RestSandbox['channel']>;
  erp: NonNullable<RestSandbox['erp']>;
  /** Of the channel's server. */
  url: string;
  /** Where webhooks go from now on; undefined: nowhere. */
  hub: { url: string | undefined };
  /** Writes `crossdock.json` into a directory. */
  configure(dataDir: string): void;
  /** An order as the channel's API gives it. */
  read(key: string): Promise<Uint8Array>;
  /** Places a paid order; returns its key. */
  place(handle: string, lines: readonly { sku: string; quantity: number }[]): string;
  close(): Promise<void>;
}

/** A marketplace, an ERP and a warehouse that does all at once. */
export async function startRetailer(): Promise<TestRetailer> {
  const world = new World({ clock: new Clock(), seed: 'cli', faults: NO_FAULTS });
  const hub: TestRetailer['hub'] = { url: undefined };
  const options = {
    token: 'right',
    webhookSecret: SECRET,
    webhookTarget: () => hub.url,
    behaviour: {
      acceptAfterMs: [0, 0],
      shipAfterMs: { warehouse: [0, 0], store: [0, 0], '3pl': [0, 0] },
      splitChance: 0,
      shortPickChance: 0,
      creditHoldChance: 0,
    },
  } as const;
  const channel = await createRestSandbox(world, { connection: 'bazaar', roles: ['channel'], ...options });
  const erp = await createRestSandbox(world, { connection: 'erp', roles: ['erp'], ...options });
  const wms = await createRestSandbox(world, {
    connection: 'wms',
    roles: ['inventory', 'fulfilment'],
    stock: [{ item: 'LANTERN', location: 'WH', onHand: 1_000 }],
    ...options,
  });
  assert.ok(channel.channel && erp.erp);
  const config = configOf(channel.url, erp.url, wms.url);
  const mappings = [{ kind: 'sku', connection: 'bazaar', external: 'BZ-1', internal: 'LANTERN' }];
  return {
    channel: channel.channel,
    erp: erp.erp,
    url: channel.url,
    hub,
    configure(dataDir) {
      mkdirSync(dataDir, { recursive: true });
      writeFileSync(join(dataDir, 'crossdock.json'), JSON.stringify({ config, mappings }));
    },
    async read(key) {
      const url = `${channel.url}/v1/orders/${encodeURIComponent(key.slice('bazaar/'.length))}`;
      const answer = await fetch(url, { headers: { authorization: 'Bearer right' } });
      assert.equal(answer.status, 200);
      return new Uint8Array(await answer.arrayBuffer());
    },
    place(handle, lines) {
      const spec = anOrderSpec({ handle });
      const [tax] = spec.lines.map((line) => line.tax);
      const id = channel.channel?.placeOrder({
        ...spec,
        lines: lines.map(({ sku, quantity }) => ({
          sku,
          title: sku,
          quantity,
          unitPrice: '10.00',
          tax: tax ?? [],
        })),
      });
      return `bazaar/${id}`;
    },
    async close() {
      await Promise.all([channel.close(), erp.close(), wms.close()]);
      world.close();
    },
  };
}

function configOf(channelUrl: string, erpUrl: string, wmsUrl: string): RetailerConfigInput {
  const settings = (baseUrl: string, ...roles: string[]) => ({
    baseUrl,
    token: 'right',
    webhookSecrets: [SECRET],
    roles,
    pollEveryMs: 60_000,
  });
  return {
    name: 'Command-line retailer',
    entities: [
      {
        id: 'de',
        name: 'Lantern GmbH',
        currency: 'EUR',
        bookedCurrencies: ['EUR'],
        timeZone: 'Europe/Berlin',
        erp: 'erp',
      },
    ],
    brands: [{ id: 'lantern', name: 'Lantern' }],
    locations: [{ id: 'WH', name: 'Warehouse', kind: 'warehouse', fulfilment: 'wms', inventory: 'wms' }],
    connections: [
      {
        id: 'bazaar',
        connector: 'rest',
        roles: ['channel'],
        brand: 'lantern',
        entity: 'de',
        sameCodes: ['tax-code', 'gateway', 'location'],
        settings: settings(channelUrl, 'channel'),
      },
      {
        id: 'erp',
        connector: 'rest',
        roles: ['erp'],
        sameCodes: ['sku', 'tax-code', 'gateway', 'location'],
        settings: settings(erpUrl, 'erp'),
      },
      {
        id: 'wms',
        connector: 'rest',
        roles: ['inventory', 'fulfilment'],
        sameCodes: ['sku', 'location'],
        settings: settings(wmsUrl, 'inventory', 'fulfilment'),
      },
    ],
  };
}
