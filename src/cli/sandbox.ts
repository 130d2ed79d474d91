/** `crossdock sandbox shopify`: the stand-in for Shopify alone, for trying an app on it. */
import type { Command } from 'commander';
import { UsageError } from './context.ts';
import { show } from './print.ts';

interface SandboxCommandOptions {
  seed: string;
  ordersPerMinute: string;
  plan: string;
  port: string;
  faults: string;
  webhooks?: string;
  scopes?: string;
  shop?: string;
  apiVersion?: string;
  startAt?: string;
  staffShips?: boolean;
  list?: boolean;
  json?: boolean;
}

const PLANS = ['standard', 'advanced', 'plus', 'enterprise'] as const;

/** A life of days passes within minutes when somebody watches. */
const PACE = 1 / 120;

export function sandboxCommand(program: Command): void {
  const sandbox = program.command('sandbox').description('stand-ins for vendors’ systems, alone');
  sandbox
    .command('shopify')
    .description(
      'a Shopify store on this machine, with its Admin API, webhooks and a page, and a stream of orders',
    )
    .option('--seed <seed>', 'what all draws come from: the same seed, the same shoppers', '1')
    .option('--orders-per-minute <n>', 'how many orders come in; 0: none', '5')
    .option(`--plan <${PLANS.join('|')}>`, 'whose cost limits count', 'plus')
    .option('--port <port>', '0: a free one', '0')
    .option('--faults <none|light|storm>', 'how bad the days are; the page can change it', 'none')
    .option('--webhooks <url>', 'where webhooks of orders go until an app subscribes by the API')
    .option(
      '--scopes <scopes>',
      'access scopes of the app, separated by commas (default: all that are behaved)',
    )
    .option('--shop <name>', 'the first part of its domain: stores that run beside each other need one each')
    .option(
      '--api-version <version>',
      'of its webhooks, such as 2026-01 (calls are answered in every version)',
    )
    .option('--start-at <time>', 'business time at the start, ISO 8601 (default: now)')
    .option('--staff-ships', 'the store’s own staff sends what is paid; else that is left to your app')
    .option('--list', 'print which root fields of the Admin API are behaved, and end')
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock sandbox shopify --seed 7 --orders-per-minute 20 --plan plus\n  crossdock sandbox shopify --port 9292 --webhooks http://127.0.0.1:3000/webhooks --faults storm\n  crossdock sandbox shopify --list',
    )
    .action(run);
}

async function run(options: SandboxCommandOptions): Promise<void> {
  const checked = checkedOptions(options);
  const [{ startShopifyAlone, API_VERSIONS }, { Clock }, { faultProfile }] = await Promise.all([
    import('../sandbox/shopify/index.ts'),
    import('../base/clock.ts'),
    import('../sandbox/kit/faults.ts'),
  ]);
  const { apiVersion: version } = options;
  if (version !== undefined && !API_VERSIONS.includes(version))
    throw new UsageError(`--api-version "${version}": expected one of ${API_VERSIONS.join(', ')}`);
  const alone = await startShopifyAlone({
    ...checked,
    clock: new Clock(checked.startAtMs),
    faults: faultProfile(options.faults),
    pace: PACE,
    staffShips: options.staffShips ?? false,
  });
  if (options.list) {
    show(options.json, alone.store.behaved(), ({ queries, mutations }) =>
      [
        'Queries',
        ...queries.map((name) => `  ${name}`),
        'Mutations',
        ...mutations.map((name) => `  ${name}`),
      ].join('\n'),
    );
    await alone.close();
    return;
  }
  const { baseUrl, apiVersion } = alone.store;
  const printed = {
    address: baseUrl,
    api: `${baseUrl}/admin/api/${apiVersion}/graphql.json`,
    shop: alone.shop,
    clientId: alone.clientId,
    clientSecret: alone.clientSecret,
    accessToken: await alone.token(),
    webhooks: options.webhooks ?? null,
    pid: process.pid,
  };
  show(options.json, printed, (each) =>
    [
      `A Shopify store, seed ${options.seed}, plan ${options.plan}, ${options.ordersPerMinute} orders a minute. Ctrl+C ends it.`,
      '',
      `  its page       ${each.address}/`,
      `  Admin API      ${each.api}`,
      `  shop domain    ${each.shop}`,
      `  client id      ${each.clientId}`,
      `  client secret  ${each.clientSecret}`,
      `  access token   ${each.accessToken}   (for a day; more by ${each.address}/admin/oauth/access_token)`,
      `  webhooks       ${each.webhooks ?? 'go to whom you subscribe by webhookSubscriptionCreate; or start with --webhooks URL'}`,
    ].join('\n'),
  );
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await alone.close();
}

function checkedOptions(options: SandboxCommandOptions) {
  const plan = PLANS.find((each) => each === options.plan);
  if (!plan) throw new UsageError(`--plan "${options.plan}": expected ${PLANS.join(', ')}`);
  if (!['none', 'light', 'storm'].includes(options.faults))
    throw new UsageError(`--faults "${options.faults}": expected none, light or storm`);
  const ordersPerMinute = Number(options.ordersPerMinute);
  if (!(ordersPerMinute >= 0 && ordersPerMinute <= 100_000))
    throw new UsageError(`--orders-per-minute "${options.ordersPerMinute}": expected a number from 0`);
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port "${options.port}": expected a number from 0 to 65535`);
  if (options.webhooks !== undefined && !URL.canParse(options.webhooks))
    throw new UsageError(
      `--webhooks "${options.webhooks}": expected an address such as http://127.0.0.1:3000/webhooks`,
    );
  const startAtMs = options.startAt === undefined ? undefined : Date.parse(options.startAt);
  if (Number.isNaN(startAtMs))
    throw new UsageError(`--start-at "${options.startAt}": expected an instant such as 2026-11-23T06:00:00Z`);
  const scopes = options.scopes
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (options.shop !== undefined && !/^[a-z0-9][a-z0-9-]{0,59}$/.test(options.shop))
    throw new UsageError(
      `--shop "${options.shop}": expected small letters, digits and dashes, such as example`,
    );
  const { apiVersion } = options;
  const store = {
    ...(scopes === undefined ? {} : { scopes }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(options.shop === undefined ? {} : { name: options.shop, shop: `${options.shop}.myshopify.test` }),
  };
  return {
    seed: options.seed,
    plan,
    port,
    ordersPerMinute: options.list ? 0 : ordersPerMinute,
    startAtMs,
    ...(options.webhooks === undefined ? {} : { webhookTarget: options.webhooks }),
    store,
  };
}
