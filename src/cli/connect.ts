/** `crossdock connect`: lets the hub into a store, tests it, and writes the connection into the configuration. */
import type { Command } from 'commander';
import { Clock } from '../base/clock.ts';
import type { Connected } from '../gateway/api-types.ts';
import { readDraft } from '../governance/config-file.ts';
import { askSecretly } from './ask.ts';
import { connectFilesCommand } from './connect-files.ts';
import { secretAt } from './connect-secret.ts';
import { connectXeroCommand } from './connect-xero.ts';
import { awaitConsent } from './consent.ts';
import { type CommonOptions, configFileOf, connect, UsageError, withCommonOptions } from './context.ts';
import { show, time } from './print.ts';

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
  shadow?: boolean;
  redirectUrl: string;
  webhooksUrl?: string;
}

export function connectCommand(program: Command): void {
  const connecting = program
    .command('connect')
    .description('connect an account or a system: shopify, files, xero')
    .addHelpText('after', '\nExample:\n  crossdock connect shopify --shop example --client-id 0123abcd');
  withCommonOptions(connecting.command('shopify'))
    .description(
      'let the hub into a Shopify store, test it, and write the connection into the configuration; a hub that runs works it at once',
    )
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
    .option('--shadow', 'decide everything for its orders, and send nothing')
    .option('--webhooks-url <url>', 'where the webhook port is reached from outside')
    .option('--base-url <url>', 'where the store’s API is, when not at its domain (a sandbox)')
    .option(
      '--redirect-url <url>',
      'where the merchant is sent back to; the app’s settings must allow it',
      'http://127.0.0.1:3456/callback',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock connect shopify --shop example --client-id 0123abcd --client-secret env:SHOPIFY_SECRET\n  crossdock connect shopify --shop example --client-id 0123abcd --access offline-token\n  crossdock connect shopify --id shopify-example      test it again, and authorise it again',
    )
    .action(connectShopify);
  connectFilesCommand(connecting);
  connectXeroCommand(connecting);
}

async function connectShopify(options: ConnectOptions): Promise<void> {
  const file = configFileOf(options);
  const known = await isKnown(file, options);
  const body = {
    connector: 'shopify',
    ...given({
      id: options.id,
      account: options.shop,
      clientId: options.clientId,
      access: options.access,
      brand: options.brand,
      entity: options.entity,
      apiVersion: options.apiVersion,
      baseUrl: options.baseUrl,
      shadow: options.shadow,
      webhooksUrl: options.webhooksUrl,
    }),
    redirectUrl: options.redirectUrl,
    ...goLiveAt(options.goLive ?? (known ? undefined : 'now')),
    ...(await secretOf(options, known)),
  };
  const client = await connect(options);
  try {
    const begun = await client.call<Connected>('POST', '/v1/connections', body);
    const ended =
      begun.status === 'consent'
        ? await client.call<Connected>('POST', '/v1/connections/consent', {
            back: await awaitConsent(begun.url ?? '', options.redirectUrl),
            state: begun.state,
          })
        : begun;
    if (ended.report) show(options.json, ended.report, (report) => reportText(report, file, client.live));
  } finally {
    await client.close();
  }
}

/** True: the connection is there already, and what is left out stays as it is. */
async function isKnown(file: string, { id, shop, clientId }: ConnectOptions): Promise<boolean> {
  const { connections } = readDraft(file).config;
  const { CONNECTORS } = await import('../main.ts');
  const accounts = CONNECTORS.find(({ manifest }) => manifest.name === 'shopify')?.accounts;
  const told = shop === undefined ? null : accounts?.connection({ account: shop, clientId: clientId ?? '' });
  if (told?.status === 'refused') throw new UsageError(told.message);
  const known = connections.some((each) => each.id === (id ?? told?.id));
  if (known) return true;
  if (shop === undefined) throw new UsageError('Say which store: --shop example.myshopify.com');
  if (clientId === undefined)
    throw new UsageError('Say which app: --client-id ID (of the app in the developer dashboard)');
  return false;
}

function given(options: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function goLiveAt(text: string | undefined): { goLiveAt?: string | null } {
  if (text === undefined) return {};
  if (text === 'always') return { goLiveAt: null };
  if (text === 'now') return { goLiveAt: new Clock().nowIso() };
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new UsageError(
      `--go-live "${text}": expected an instant such as 2026-12-01T00:00:00Z, now or always`,
    );
  return { goLiveAt: at.toISOString() };
}

/** The client secret, and where it stands; one that is typed is kept by the hub, in a file for its owner only. */
async function secretOf(
  { clientSecret }: ConnectOptions,
  known: boolean,
): Promise<{ clientSecret?: string; secretReference?: string }> {
  if (clientSecret === undefined) {
    if (known) return {};
    const typed = await askSecretly('Client secret of the app: ');
    if (typed !== '') return { clientSecret: typed };
    throw new UsageError(
      'Without the client secret there is no access: see the app in the developer dashboard',
    );
  }
  const { value, reference } = secretAt('--client-secret', clientSecret);
  return { clientSecret: value, secretReference: reference };
}

function reportText(
  { id, message, mended, warnings, goLiveAt: live, restart }: NonNullable<Connected['report']>,
  file: string,
  isRunning: boolean,
): string {
  return [
    `✓ ${id}: ${message}`,
    ...mended.map((each) => `✓ ${each}`),
    ...warnings.map((each) => `! ${each}`),
    live === null
      ? 'Every order of the store is live.'
      : `Orders placed before ${time(live)} UTC are known and cause no command.`,
    `It stands in ${file} now.${isRunning && restart === null ? ' The hub that runs works it already.' : ''}`,
    ...(restart === null
      ? []
      : [`! The hub that runs cannot take it: ${restart}\n  Mend that, then restart the hub.`]),
  ].join('\n');
}
