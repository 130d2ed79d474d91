/** `crossdock settlement`: what payment providers other than the channel's own have settled, by their files. */
import type { Command } from 'commander';
import type { PayoutDetail, SettlementImported } from '../gateway/api-types.ts';
import { type CommonOptions, connect, readSaved, withCommonOptions } from './context.ts';
import { readSettlementCsv } from './money-files/settlement-csv.ts';
import { show, table } from './print.ts';

interface ImportOptions extends CommonOptions {
  connection: string;
  gateway: string;
}

/** Entries that one call carries. */
const AT_ONCE = 500;

export function settlementCommand(program: Command): void {
  const settlement = program
    .command('settlement')
    .description('payouts and what they consist of; files of payment providers');
  withCommonOptions(settlement.command('import <file>'))
    .description(
      'import a settlement file of a gateway (CSV of Stripe, PayPal, or of the same columns); twice counts once',
    )
    .requiredOption('--connection <id>', 'the channel whose orders were paid')
    .requiredOption('--gateway <code>', 'the channel’s code of the means of payment, such as paypal')
    .addHelpText(
      'after',
      '\nExample:\n  crossdock settlement import paypal-november.csv --connection shopify-north --gateway paypal',
    )
    .action(importFile);
  withCommonOptions(settlement.command('payout <key>'))
    .description('a payout with each of its entries, and whether it adds up and has reached the bank')
    .addHelpText('after', '\nExample:\n  crossdock settlement payout shopify-north/9001')
    .action(payout);
}

async function importFile(file: string, options: ImportOptions): Promise<void> {
  const { connection, gateway } = options;
  const { entries, payouts } = await readSettlementCsv(
    new TextDecoder('utf-8').decode(readSaved(file)),
    gateway,
  );
  const client = await connect(options);
  try {
    const sum: SettlementImported = { entries: 0, payouts: 0, unknownOrders: [] };
    for (let from = 0; from === 0 || from < entries.length; from += AT_ONCE) {
      const body = {
        connection,
        entries: entries.slice(from, from + AT_ONCE),
        // Payouts come when all that they consist of is there.
        payouts: from + AT_ONCE >= entries.length ? payouts : [],
      };
      const told = await client.call<SettlementImported>('POST', '/v1/settlements', body);
      sum.entries += told.entries;
      sum.payouts += told.payouts;
      sum.unknownOrders.push(...told.unknownOrders);
    }
    show(options.json, sum, ({ entries: count, payouts: paid, unknownOrders }) =>
      [
        `${count} entries and ${paid} payouts of ${gateway} are imported.`,
        ...(unknownOrders.length > 0
          ? [`Orders that are not known here: ${unknownOrders.join(', ')}. Their entries are cases.`]
          : []),
      ].join('\n'),
    );
  } finally {
    await client.close();
  }
}

async function payout(key: string, options: CommonOptions): Promise<void> {
  const client = await connect(options);
  try {
    const detail = await client.call<PayoutDetail>('GET', `/v1/payouts/${encodeURIComponent(key)}`);
    show(options.json, detail, ({ status, net, sum, residual, closes, bank, entries }) =>
      [
        `${key}  ${status ?? 'not told yet'}  net ${net?.amount ?? '?'}  entries ${sum?.amount ?? '?'}  residual ${residual?.amount ?? '?'} ${net?.currency ?? ''}`,
        bank === null ? 'The bank has not shown it.' : `At the bank (${bank.account}) on ${bank.bookedOn}.`,
        closes ? 'It closes.' : 'It does not close.',
        table(
          ['entry', 'type', 'order', 'amount', 'fee', 'net'],
          entries.map((each) => [
            each.entryId,
            each.sourceType,
            each.order ?? '',
            each.amount.amount,
            each.fee.amount,
            each.net.amount,
          ]),
        ),
      ].join('\n'),
    );
  } finally {
    await client.close();
  }
}
