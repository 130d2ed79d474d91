/** `crossdock backfill`: what a channel has changed in a time is read again, in bulk. */
import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { pause } from '../base/clock.ts';
import type { BackfillItem, BackfillList } from '../gateway/api-types.ts';
import { type CommonOptions, connect, type HubClient, UsageError, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';

interface BackfillOptions extends CommonOptions {
  since?: string;
  until?: string;
  by: string;
  wait: boolean;
}

const LOOK_EVERY_MS = 500;

export function backfillCommand(program: Command): void {
  withCommonOptions(program.command('backfill <connection>'))
    .description(
      'read again what a channel has changed in a time, in bulk where it can: for the first load, and for gaps; without --since: list',
    )
    .option(
      '--since <instant>',
      'orders that have changed since then, e.g. 2026-11-01 or 2026-11-01T08:00:00Z',
    )
    .option('--until <instant>', 'and not later than this (default: to the end)')
    .option('--by <name>', 'who asks', process.env.USER ?? 'command line')
    .option('--no-wait', 'do not wait until all is stored')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock backfill shopify-northlight --since 2026-11-01\n  crossdock backfill shopify-northlight --since 2026-11-23T08:00:00Z --until 2026-11-23T12:00:00Z\n  crossdock backfill shopify-northlight',
    )
    .action(backfill);
}

async function backfill(connection: string, options: BackfillOptions): Promise<void> {
  const client = await connect(options);
  try {
    const path = `/v1/connections/${encodeURIComponent(connection)}/backfills`;
    if (options.since === undefined) {
      const { backfills } = await client.call<BackfillList>('GET', path);
      show(options.json, backfills, (rows) => (rows.length === 0 ? 'No back-fills.' : listed(rows)));
      return;
    }
    const body = {
      since: instant('--since', options.since),
      until: options.until === undefined ? null : instant('--until', options.until),
      by: options.by,
    };
    const begun = await client.call<BackfillItem>('POST', path, body);
    const last =
      options.wait && client.live ? await followed(client, path, begun, options.json === true) : begun;
    show(
      options.json,
      last,
      (item) =>
        `${listed([item])}${item.finishedAt === null ? `\nIt goes on in the hub${client.live ? '' : ' when it runs'}: crossdock backfill ${connection} shows how far it is.` : ''}`,
    );
    if (last.status === 'failed') process.exitCode = 1;
  } finally {
    await client.close();
  }
}

function instant(option: string, text: string): string {
  const at = new Date(/T/.test(text) ? text : `${text}T00:00:00Z`);
  if (Number.isNaN(at.getTime()))
    throw new UsageError(
      `${option} ${text} is no instant: give a date (2026-11-01) or 2026-11-01T08:00:00Z.`,
    );
  return at.toISOString();
}

/** Waits for its end, with a bar where a person looks on. */
async function followed(
  client: HubClient,
  path: string,
  begun: BackfillItem,
  quiet: boolean,
): Promise<BackfillItem> {
  const bar =
    quiet || !process.stdout.isTTY
      ? null
      : new SingleBar({ format: '  {bar} {value}/{total} orders ({status})' }, Presets.shades_classic);
  try {
    bar?.start(1, 0, { status: begun.status });
    for (let item = begun; ; ) {
      if (item.finishedAt !== null) return item;
      await pause(LOOK_EVERY_MS);
      const { backfills } = await client.call<BackfillList>('GET', path);
      item = backfills.find(({ id }) => id === begun.id) ?? item;
      bar?.setTotal(Math.max(1, item.expected ?? 1, item.orders));
      bar?.update(item.orders, { status: item.status });
    }
  } finally {
    bar?.stop();
  }
}

function listed(rows: readonly BackfillItem[]): string {
  return table(
    ['since (UTC)', 'until (UTC)', 'by', 'state', 'orders', 'message'],
    rows.map((row) => [
      time(row.since),
      row.until === null ? '' : time(row.until),
      row.by,
      row.status,
      row.orders,
      row.message ?? '',
    ]),
  );
}
