/** `crossdock stock oversell`: how much of what was placed was not there. */
import type { Command } from 'commander';
import type { OversellReport } from '../gateway/api-types.ts';
import { type CommonOptions, connect, withCommonOptions } from './context.ts';
import { show, table } from './print.ts';

interface Options extends CommonOptions {
  days: string;
  brand?: string;
  channel?: string;
}

export function oversellCommand(stock: Command): void {
  withCommonOptions(stock.command('oversell'))
    .description('the oversell rate: orders and units that were placed for stock that was not there')
    .option('--days <n>', 'this day and those before it', '14')
    .option('--brand <id>', 'only of this brand')
    .option('--channel <id>', 'only of this channel')
    .addHelpText('after', '\nExample:\n  crossdock stock oversell --days 30')
    .action(oversell);
}

async function oversell(options: Options): Promise<void> {
  const client = await connect(options);
  try {
    const query = new URLSearchParams({ days: options.days });
    for (const name of ['brand', 'channel'] as const) if (options[name]) query.set(name, options[name]);
    const report = await client.call<OversellReport>('GET', `/v1/oversell?${query}`);
    show(options.json, report, reportText);
  } finally {
    await client.close();
  }
}

function reportText({ since, until, total, days }: OversellReport): string {
  const span = since === until ? since : `${since} to ${until}`;
  if (days.length === 0) return `Nothing was placed (${span}).`;
  const rows = [...days, { day: 'all', brand: '', channel: '', ...total }];
  return table(
    ['day (UTC)', 'brand', 'channel', 'orders', 'oversold', 'rate', 'units', 'oversold', 'rate'],
    rows.map((row) => [
      row.day,
      row.brand,
      row.channel,
      row.orders,
      row.oversoldOrders,
      percent(row.orderRate),
      row.units,
      row.oversoldUnits,
      percent(row.unitRate),
    ]),
  );
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(2)} %`;
}
