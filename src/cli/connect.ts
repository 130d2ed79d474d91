/** `crossdock connect`: lets the hub into a store, tests it, and writes the connection into the configuration. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { Clock } from '../base/clock.ts';
import { writeWhole } from '../base/files.ts';
import { secureBytes } from '../base/random.ts';
import type { Connector, Vault } from '../connectors/contract.ts';
import { askSecretly } from './ask.ts';
import { type ConfigDraft, readDraft, writeDraft } from './config-file.ts';
import { awaitConsent } from './consent.ts';
import {
  type CommonOptions,
  configFileOf,
  connect,
  runningHub,
  UsageError,
  withCommonOptions,
} from './context.ts';
import { show } from './print.ts';

interface ConnectOptions extends CommonOptions {
  id?: string;
  shop?: string;
  clientId?: string;
  clientSecret?: string;
  access?: string;
  brand?: string;
  entity?: string;
  apiVersion?: string;
  baseUrl?: string;
  goLive?: string;
  redirectUrl: string;
  webhooksUrl?: string;
}

/** A test and the subscriptions end within this. */
const CALLS_LIMIT_MS = 120_000;

export function connectCommand(program: Command): void {
  const connecting = program
    .command('connect')
    .description('connect an account: shopify')
    .addHelpText('after', '\nExample:\n  crossdock connect shopify --shop example --client-id 0123abcd');
  withCommonOptions(connecting.command('shopify'))
    .description('let the hub into a Shopify store, test it, and write the connection into the configuration')
    .option('--shop <domain>', 'the store: "example" or example.myshopify.com')
    .option('--client-id <id>', 'of the app in the developer dashboard')
    .option(
      '--client-secret <place>',
      'where it is: env:NAME or file:PATH (else it is asked for and kept in the data directory)',
    )
    .option(
      '--access <kind>',
      'client-credentials: an app of the store’s own organisation; offline-token: an app that a merchant authorises (default: client-credentials)',
    )
    .option('--id <id>', 'name of the connection (default: shopify-SHOP); an existing one is connected again')
    .option('--brand <id>', 'whose orders these are (default: the only one)')
    .option('--entity <id>', 'who sells (default: the only one)')
    .option('--api-version <version>', 'such as 2026-10 (default: the newest that is tested)')
    .option(
      '--go-live <instant>',
      'orders placed before cause no command: an instant, now or always (default: now)',
    )
    .option('--webhooks-url <url>', 'where the webhook port is reached from outside')
    .option('--base-url <url>', 'where the store’s API is, when not at its domain (a sandbox)')
    .option(
      '--redirect-url <url>',
      'where the merchant is sent back to; the app’s settings must allow it',
      'http://127.0.0.1:3456/callback',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock connect shopify --shop example --client-id 0123abcd --client-secret env:SHOPIFY_SECRET\n  crossdock connect shopify --shop example --client-id 0123abcd --access offline-token\n  crossdock connect shopify --id shopify-example      authorise it again',
    )
    .action(connectShopify);
}

async function connectShopify(options: ConnectOptions): Promise<void> {
  const draft = readDraft(configFileOf(options));
  const id = options.id ?? `shopify-${shopName(options)}`;
  const known = draft.config.connections.find((connection) => connection.id === id);
  if (known && known.connector !== 'shopify')
    throw new UsageError(
      `The connection "${id}" is of the connector "${String(known.connector)}": give another --id`,
    );
  if (!known) draft.config.connections.push(await newConnection(id, draft, options));
  if (options.webhooksUrl) draft.config.webhooksUrl = options.webhooksUrl;
  const written = writeDraft(draft);
  try {
    const report = await connectBy(written.file, id, options);
    written.keep();
    const hub = runningHub(options.data)
      ? ' Restart the hub: it reads its configuration when it starts.'
      : '';
    show(options.json, { id, ...report }, ({ message, mended, warnings }) =>
      [
        `✓ ${id}: ${message}`,
        ...mended.map((each) => `✓ ${each}`),
        ...warnings.map((each) => `! ${each}`),
        `It stands in ${draft.file} now.${hub}`,
      ].join('\n'),
    );
  } finally {
    written.drop();
  }
}

function shopName({ shop }: ConnectOptions): string {
  if (shop === undefined) throw new UsageError('Say which store: --shop example.myshopify.com');
  return (
    shop
      .toLowerCase()
      .replace(/\.myshopify\.com$/, '')
      .split('.')[0] ?? ''
  ).replace(/[^a-z0-9-]/g, '-');
}

async function newConnection(
  id: string,
  { config }: ConfigDraft,
  options: ConnectOptions,
): Promise<Record<string, unknown>> {
  const { shop = '', clientId, access, apiVersion, baseUrl } = options;
  if (!clientId)
    throw new UsageError('Say which app: --client-id ID (of the app in the developer dashboard)');
  if (access !== undefined && access !== 'client-credentials' && access !== 'offline-token')
    throw new UsageError(`--access "${access}": expected client-credentials or offline-token`);
  return {
    id,
    connector: 'shopify',
    roles: ['channel'],
    brand: onlyOne('brand', config.brands, options.brand),
    entity: onlyOne('entity', config.entities, options.entity),
    goLiveAt: goLiveAt(options.goLive ?? 'now'),
    sameCodes: ['sku'],
    settings: {
      shopDomain: shop.includes('.') ? shop.toLowerCase() : `${shop.toLowerCase()}.myshopify.com`,
      clientId,
      clientSecret: await secretPlace(id, options),
      ...(access === 'offline-token' ? { access: 'offlineToken' } : {}),
      ...(apiVersion ? { apiVersion } : {}),
      ...(baseUrl ? { baseUrl } : {}),
    },
  };
}

function onlyOne(noun: string, list: unknown, given: string | undefined): string {
  if (given !== undefined) return given;
  const ids = Array.isArray(list) ? list.map((each: { id?: unknown }) => String(each.id)) : [];
  const [only] = ids;
  if (only === undefined || ids.length > 1)
    throw new UsageError(`Say which ${noun}: --${noun} ID (there are: ${ids.join(', ') || 'none'})`);
  return only;
}

function goLiveAt(text: string): string | null {
  if (text === 'always') return null;
  if (text === 'now') return new Clock().nowIso();
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new UsageError(
      `--go-live "${text}": expected an instant such as 2026-12-01T00:00:00Z, now or always`,
    );
  return at.toISOString();
}

/** Where the client secret stands; one that is typed is kept in a file for its owner only. */
async function secretPlace(id: string, { clientSecret, data }: ConnectOptions): Promise<string> {
  if (clientSecret !== undefined) {
    if (/^(env|file):./.test(clientSecret)) return clientSecret;
    throw new UsageError(
      '--client-secret names where the secret is (env:NAME or file:PATH), so that it stands in no list of commands; left out, it is asked for.',
    );
  }
  const secret = await askSecretly('Client secret of the app: ');
  if (secret === '')
    throw new UsageError(
      'Without the client secret there is no access: see the app in the developer dashboard',
    );
  const directory = join(resolve(data), 'secrets');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, `${id}.client-secret`);
  writeWhole(file, `${secret}\n`, 0o600);
  return `file:${file}`;
}

interface Report {
  message: string;
  mended: readonly string[];
  warnings: readonly string[];
}

/** Authorises, tests and subscribes, by a configuration that is not in force yet. Throws with what a person can mend. */
async function connectBy(file: string, id: string, options: ConnectOptions): Promise<Report> {
  const { readConfiguration, connectionOf } = await import('../main.ts');
  const { config } = readConfiguration(file);
  const open = connectionOf(config, id);
  if (!open) throw new UsageError(`The configuration has no connection "${id}".`);
  const { connector, settings } = open;
  const clock = new Clock();
  const signal = AbortSignal.timeout(CALLS_LIMIT_MS);
  let credential: string | null = null;
  if (connector.consent?.isNeeded(settings)) {
    credential = await authorise(connector, settings, clock, options);
    await keep(id, credential, { ...options, config: file });
  }
  const { webhooksUrl } = config;
  const session = connector.open({
    connection: id,
    settings,
    clock,
    webhookUrl: webhooksUrl ? `${webhooksUrl.replace(/\/+$/, '')}/webhooks/${id}` : null,
    vault: holding(credential),
    log: () => {},
  });
  try {
    const checked = await session.check(signal);
    if (!checked.ok)
      throw new Error(
        `✗ ${id}: ${checked.message}\nNothing was written into ${options.config ?? 'the configuration'}.`,
      );
    const cared = await session.maintain?.(signal);
    const { message } = checked;
    if (cared === undefined)
      return {
        message,
        mended: [],
        warnings: [
          'No public address for webhooks is known (webhooksUrl), so no subscriptions are made: changes come by the poll alone. Give it with --webhooks-url URL',
        ],
      };
    return cared.status === 'done'
      ? { message, mended: cared.mended, warnings: cared.warnings }
      : {
          message,
          mended: [],
          warnings: [`The subscriptions could not be made, the hub tries again: ${cared.message}`],
        };
  } finally {
    await session.close();
  }
}

async function authorise(
  connector: Connector,
  settings: unknown,
  clock: Clock,
  { redirectUrl }: ConnectOptions,
): Promise<string> {
  const state = secureBytes(16).toString('hex');
  const url = connector.consent?.url(settings, { redirectUrl, state }) ?? '';
  const back = await awaitConsent(url, redirectUrl);
  const signal = AbortSignal.timeout(CALLS_LIMIT_MS);
  const redeemed = await connector.consent?.redeem(settings, back, { state, clock, signal });
  if (redeemed?.status === 'done') return redeemed.credential;
  throw new UsageError(`The store is not connected: ${redeemed?.message ?? 'there is no consent to be had'}`);
}

/** Puts a credential where the hub keeps it, sealed: before it is used for the first time. */
async function keep(id: string, credential: string, options: CommonOptions): Promise<void> {
  const client = await connect(options);
  try {
    await client.call('PUT', `/v1/connections/${encodeURIComponent(id)}/credential`, { credential });
  } finally {
    await client.close();
  }
}

/** A fresh credential, for the test alone: it lasts longer than this command. */
function holding(credential: string | null): Vault {
  return {
    load: async () => credential,
    save: async () => {
      throw new Error('it is renewed by the hub alone');
    },
    isOurs: () => false,
  };
}
