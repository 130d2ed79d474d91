/** `crossdock takeover`: a channel's open orders are taken over at go-live, with a proof. */
import type { Command } from 'commander';
import type { TakeoverReport } from '../gateway/api-types.ts';
import { type CommonOptions, connect, withCommonOptions } from './context.ts';
import { show, table } from './print.ts';

interface TakeoverOptions extends CommonOptions {
  dryRun?: boolean;
  by: string;
}

export function takeoverCommand(program: Command): void {
  withCommonOptions(program.command('takeover <connection>'))
    .description(
      'take over the open orders of a channel, once, at go-live: what is open there is compared with what is known here, what agrees is worked on from now on, each difference is named',
    )
    .option('--dry-run', 'only compare')
    .option('--by <name>', 'who takes over, for the story', process.env.USER ?? 'command line')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock takeover shopify-northlight --dry-run\n  crossdock takeover shopify-northlight',
    )
    .action(takeover);
}

async function takeover(connection: string, options: TakeoverOptions): Promise<void> {
  const client = await connect(options);
  try {
    const path = `/v1/connections/${encodeURIComponent(connection)}/takeover`;
    const body = { dryRun: options.dryRun === true, by: options.by };
    const report = await client.call<TakeoverReport>('POST', path, body);
    show(options.json, report, proofText);
    if (!report.agrees) process.exitCode = 1;
  } finally {
    await client.close();
  }
}

function proofText(report: TakeoverReport): string {
  const { connection, goLiveAt, atChannel, here, differences, takenOver, fromShadow, dryRun, problem } =
    report;
  const row = (what: string, sums: TakeoverReport['here']) => [
    what,
    sums.orders,
    sums.units,
    sums.money.map(({ amount, currency }) => `${amount} ${currency}`).join(', '),
  ];
  const orders = takenOver.length === 1 ? '1 order' : `${takenOver.length} orders`;
  return [
    `Open orders of ${connection}${goLiveAt === null ? '' : `, live since ${goLiveAt}`}`,
    '',
    table(
      ['', 'orders', 'units to send', 'worth'],
      [...(atChannel ? [row('at the channel', atChannel)] : []), row('known here', here)],
    ),
    ...(problem === null ? [] : ['', problem]),
    ...(differences.length === 0
      ? []
      : [
          '',
          `These differ, and are left as they are (crossdock import ${connection} …, then again):`,
          table(
            ['order', 'key', 'difference'],
            differences.map(({ title, key, message }) => [title, key, message]),
          ),
        ]),
    '',
    dryRun
      ? `${orders} would be taken over${fromShadow > 0 ? ` (${fromShadow} decided in shadow)` : ''}; nothing was done.`
      : `${orders} taken over${fromShadow > 0 ? ` (${fromShadow} decided in shadow)` : ''}.`,
  ].join('\n');
}
