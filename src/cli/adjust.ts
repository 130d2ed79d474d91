/** `crossdock stock adjust`: the ledger is corrected where Crossdock owns the stock. */
import type { Command } from 'commander';
import type { Accepted } from '../gateway/api-types.ts';
import { type CommonOptions, connect, UsageError, withCommonOptions } from './context.ts';
import { show } from './print.ts';

export function adjustCommand(stock: Command): void {
  withCommonOptions(stock.command('adjust <sku> <location> <units>'))
    .description('correct what is there, where Crossdock owns the stock: "+2" found, "-3" lost')
    .requiredOption('--reason <text>', 'why: it stands in the ledger')
    .option('--by <name>', 'who decides', process.env.USER ?? 'command line')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock stock adjust MUG-BLUE STORE-CITY +2 --reason "found in the back room"\n  crossdock stock adjust --reason "broken" MUG-BLUE STORE-CITY -1',
    )
    .action(adjust);
}

async function adjust(
  sku: string,
  location: string,
  units: string,
  options: CommonOptions & { by: string; reason: string },
): Promise<void> {
  if (!/^[+-]?[1-9]\d{0,8}$/.test(units))
    throw new UsageError(`"${units}" is no change: give a whole number with its sign, such as +2 or -3`);
  const client = await connect(options);
  try {
    const { by, reason } = options;
    const body = { location, delta: Number(units), reason, by };
    const accepted = await client.call<Accepted>(
      'POST',
      `/v1/stock/${encodeURIComponent(sku)}/adjustments`,
      body,
    );
    show(options.json, accepted, ({ message }) => `${message}.`);
  } finally {
    await client.close();
  }
}
