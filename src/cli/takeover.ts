/** `crossdock takeover`: a channel's open orders, deposits and opening stock are taken over at go-live, with a proof. */
import type { Command } from 'commander';
import { counted } from '../base/words.ts';
import type { TakeoverHop, TakeoverReport } from '../gateway/api-types.ts';
import { type CommonOptions, connect, withCommonOptions } from './context.ts';
import { show, table } from './print.ts';

interface TakeoverOptions extends CommonOptions {
  dryRun?: boolean;
  by: string;
}

export function takeoverCommand(program: Command): void {
  withCommonOptions(program.command('takeover <connection>'))
    .description(
      'take over the open orders of a channel, the money held for them and its opening stock, once, at go-live: what it shows is compared with what is known here, what agrees is worked on and counted from now on, each difference is named',
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

const HOPS: Readonly<Record<TakeoverHop['hop'], string>> = {
  orders: 'open orders',
  units: 'units to send',
  worth: 'worth',
  deposits: 'customer deposits',
  onHand: 'stock on hand',
  committed: 'stock committed to open orders',
};

/** Differences of a kind that are printed: more is a list for a program. */
const SHOWN = 50;
const more = (count: number): string[] =>
  count > SHOWN ? [`… and ${count - SHOWN} more: --json has them all`] : [];

function proofText(report: TakeoverReport): string {
  const { connection, goLiveAt, hops, differences, takenOver, fromShadow, dryRun, problem, stock } = report;
  const orders = counted(takenOver.length, 'order', 'orders');
  const figures = counted(stock.opened, 'opening figure of stock', 'opening figures of stock');
  const shadow = fromShadow > 0 ? ` (${fromShadow} decided in shadow)` : '';
  return [
    `${connection}${goLiveAt === null ? '' : `, live since ${goLiveAt}`}`,
    '',
    table(
      ['', '', 'at the channel', 'here', 'difference'],
      hops.map(({ hop, of, atChannel, here, difference }) => [
        HOPS[hop],
        of,
        atChannel ?? 'not told',
        here ?? 'not known',
        difference ?? 'not compared',
      ]),
    ),
    ...(problem === null ? [] : ['', problem]),
    ...(stock.problem === null ? [] : ['', `Stock is not compared: ${stock.problem}`]),
    ...(differences.length === 0
      ? []
      : [
          '',
          `These orders differ, and are left as they are (crossdock import ${connection} …, then again):`,
          table(
            ['order', 'key', 'difference'],
            differences.slice(0, SHOWN).map(({ title, key, message }) => [title, key, message]),
          ),
          ...more(differences.length),
        ]),
    ...(stock.differences.length === 0
      ? []
      : [
          '',
          'The stock of these differs, and is not agreed:',
          table(
            ['SKU', 'location', 'difference'],
            stock.differences
              .slice(0, SHOWN)
              .map(({ sku, location, message }) => [sku, location ?? 'all', message]),
          ),
          ...more(stock.differences.length),
        ]),
    ...(stock.notMapped.length === 0
      ? []
      : ['', `No location of ours, so not compared: ${stock.notMapped.join(', ')}`]),
    ...(stock.notSold === 0
      ? []
      : [
          '',
          `${counted(stock.notSold, 'item that lies here is', 'items that lie here are')} not sold there, and not compared.`,
        ]),
    '',
    dryRun
      ? `${orders}${shadow} would be taken over, ${figures} agreed; nothing was done.`
      : `${orders}${shadow} taken over, ${figures} agreed.`,
    ...(stock.hash === null
      ? []
      : [`${counted(stock.agreed, 'opening figure', 'opening figures')} in all, SHA-256 ${stock.hash}`]),
  ].join('\n');
}
