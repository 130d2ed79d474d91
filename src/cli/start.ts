/** `crossdock start`: runs the hub; with the sandbox retailer around it where there is no configuration yet. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Clock, pause } from '../base/clock.ts';
import { counted } from '../base/words.ts';
import type { RetailerConfig } from '../domain/config.ts';
import type { Hub } from '../main.ts';
import { type CommonOptions, hubOptionsOf, UsageError, withCommonOptions } from './context.ts';
import { endSandbox, introduceHub, type JoinedSandbox, joinSandbox } from './sandbox-retailer.ts';

/** A hub that is told to end and has not done so after this is ended as if killed. */
const STOP_LIMIT_MS = 10_000;

interface StartOptions extends CommonOptions {
  host: string;
  webhookHost?: string;
  allowHost?: string[];
  apiPort: string;
  webhookPort: string;
  sandbox?: boolean;
  ordersPerMinute: string;
  seed: string;
  faults: string;
  followClock?: string;
  shadow?: boolean;
}

export function startCommand(program: Command): void {
  withCommonOptions(program.command('start'))
    .description('run the hub: webhooks in, orders through, page and API on loopback')
    .option('--sandbox', 'with a sandbox retailer around it (default when there is no configuration)')
    .option('--orders-per-minute <n>', 'orders that the sandbox retailer sells', '12')
    .option('--seed <seed>', 'seed of the sandbox retailer', '1')
    .option('--faults <none|light|storm>', 'how bad the sandbox’s days are', 'none')
    .option('--host <address>', 'address of page and API', '127.0.0.1')
    .option('--api-port <port>', 'port of page and API (0: a free one)', '8080')
    .option(
      '--webhook-host <address>',
      'address of the webhook port, which may be public (default: the same)',
    )
    .option(
      '--allow-host <name...>',
      'name under which page and API are reached, behind a proxy for instance',
    )
    .option('--webhook-port <port>', 'port of webhooks (0: a free one)', '8081')
    .option(
      '--shadow',
      'decide everything and send nothing; `crossdock shadow list` shows what would have been sent',
    )
    .option('--follow-clock <url>', 'follow the clock of this sandbox (demonstrations)')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock start                            the sandbox retailer, to look around\n  crossdock start --config crossdock.json    your own retailer\n  DATABASE_URL=postgres://… crossdock start --config crossdock.json',
    )
    .action(run);
}

async function run(options: StartOptions): Promise<void> {
  // What is wrong with the words is said before anything is started.
  const apiPort = portOf(options.apiPort, '--api-port');
  const webhookPort = portOf(options.webhookPort, '--webhook-port');
  checkSandboxWords(options);
  const configured = options.config !== undefined || existsSync(join(options.data, 'crossdock.json'));
  let sandbox: JoinedSandbox | null = null;
  let hub: Hub | undefined;
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    if (sandbox) endSandbox(sandbox);
    void pause(STOP_LIMIT_MS).then(() => {
      process.stderr.write(
        `Crossdock has not ended within ${STOP_LIMIT_MS / 1000} s and is ended as if killed: nothing acknowledged is lost, the next start goes on.\n`,
      );
      process.exit(1);
    });
    await hub?.close();
    process.exit(0);
  };
  // Before anything is said, and while it still starts: who ends the hub ends its retailer.
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());

  if (options.sandbox || !configured) sandbox = await joinSandbox(options);
  const clock = new Clock(options.followClock ? await clockOf(options.followClock) : undefined);
  const { startHub } = await import('../main.ts');
  const hubOptions = await hubOptionsOf(
    sandbox ? { ...options, config: sandbox.configFile } : options,
    clock,
  );
  const over = (config: RetailerConfig) => (options.shadow ? { ...config, shadow: true } : config);
  hub = await startHub({
    ...hubOptions,
    config: over(hubOptions.config),
    over,
    host: options.host,
    ...(options.webhookHost ? { webhookHost: options.webhookHost } : {}),
    ...(options.allowHost ? { allowedHosts: options.allowHost } : {}),
    apiPort,
    webhookPort,
    simulated: options.followClock !== undefined,
  }).catch((error: unknown) => {
    if (sandbox) endSandbox(sandbox);
    throw portInUse(error);
  });
  if (sandbox) await introduceHub(sandbox, hub.webhooks.url);

  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ pid: process.pid, apiUrl: hub.apiUrl, webhooksUrl: hub.webhooks.url, simulationUrl: hub.simulationUrl })}\n`,
    );
  } else {
    process.stdout.write(
      [
        '',
        `  Crossdock runs for ${hub.engine.config.name}.`,
        '',
        `  Control tower   ${hub.apiUrl}/#token=${hub.token}`,
        `  API reference   ${hub.apiUrl}/v1/docs`,
        `  Webhooks        ${hub.webhooks.url}/webhooks/CONNECTION`,
        sandbox ? sandboxText(sandbox, options) : '',
        `  Database        ${hub.database.kind === 'pglite' ? `embedded, in ${options.data} (survives a killed process, not a power cut: production runs on PostgreSQL)` : 'PostgreSQL'}`,
        '',
        '  Look around     npx crossdock orders list · npx crossdock cases list · npx crossdock doctor',
        '  Stop            Ctrl+C',
        '',
      ]
        .filter((line, index, all) => line !== '' || all[index - 1] !== '')
        .join('\n'),
    );
  }
}

function sandboxText({ joined, remark }: JoinedSandbox, { ordersPerMinute }: StartOptions): string {
  const sells = 'through two Shopify stores and a marketplace';
  const line = joined
    ? `  Sandbox         sells on ${sells}, as it did: it has waited for the hub (its own options stay as they were)`
    : `  Sandbox         ${counted(Number(ordersPerMinute), 'order')} a minute ${sells}; the first come in about 20 seconds`;
  return remark === null ? line : `${line}\n                  (${remark})`;
}

/** The same words as those of the demonstration. */
function checkSandboxWords({ ordersPerMinute, faults }: StartOptions): void {
  const rate = Number(ordersPerMinute);
  if (!Number.isFinite(rate) || rate <= 0)
    throw new UsageError(`--orders-per-minute "${ordersPerMinute}": expected a number above 0`);
  if (!['none', 'light', 'storm'].includes(faults))
    throw new UsageError(`--faults "${faults}": expected none, light or storm`);
}

async function clockOf(url: string): Promise<number> {
  const response = await fetch(new URL('/_clock', url));
  return ((await response.json()) as { now: number }).now;
}

function portOf(text: string, option: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`${option} "${text}": expected a port from 0 to 65535`);
  return port;
}

function portInUse(error: unknown): unknown {
  const { code, port } = error as { code?: string; port?: number };
  return code === 'EADDRINUSE'
    ? new UsageError(
        `Port ${port} is in use. Stop what listens there, or choose others: --api-port and --webhook-port (0: a free one).`,
      )
    : error;
}
