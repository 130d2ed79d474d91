/** `crossdock bank`: statements of bank accounts, and what payment providers have sent there. */

import type { Command } from 'commander';
import { UsageError } from '../base/usage-error.ts';
import type { BankStatement } from '../domain/canonical/index.ts';
import type { Accepted, BankAccountList } from '../gateway/api-types.ts';
import { type CommonOptions, readSaved, withCommonOptions, withHub } from './context.ts';
import { readBankCsv } from './money-files/bank-csv.ts';
import { readCamt053 } from './money-files/camt053.ts';
import { show, table } from './print.ts';

interface ImportOptions extends CommonOptions {
  account?: string;
}

export function bankCommand(program: Command): void {
  const bank = program
    .command('bank')
    .description('what the bank shows of payouts: import statements, see what is not explained');
  withCommonOptions(bank.command('list'))
    .description('accounts, payouts that are expected there, and lines that nobody expects')
    .addHelpText('after', '\nExample:\n  crossdock bank list')
    .action(list);
  withCommonOptions(bank.command('import <file>'))
    .description(
      'import a statement: camt.053 (XML) or CSV with columns for date, amount and text; twice counts once',
    )
    .option('--account <account>', 'ENTITY/ACCOUNT; needed for CSV, camt.053 names its account')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock bank import 2026-11-27.xml\n  crossdock bank import november.csv --account retail-de/MAIN',
    )
    .action(importFile);
  withCommonOptions(bank.command('match <account> <line> <payouts...>'))
    .description('say which payouts a line of a statement is; the amounts must come to the same')
    .option('--by <name>', 'who decides', process.env.USER ?? 'command line')
    .addHelpText(
      'after',
      '\nExample:\n  crossdock bank match retail-de/MAIN 2026-11-27-0c1d2e3f4a5b-1 shopify-north/9001 shopify-north/9002',
    )
    .action(match);
}

async function list(options: CommonOptions): Promise<void> {
  const answer = await withHub(options, (client) => client.call<BankAccountList>('GET', '/v1/bank'));
  show(options.json, answer, ({ items }) =>
    items.length === 0
      ? 'No entity has bank accounts: add bankAccounts to it in the configuration.'
      : items
          .map(({ key, name, closing, expected, lines }) => {
            const head = `${key}  ${name}  ${closing === null ? 'no statement yet' : `${closing.balance.amount} ${closing.balance.currency} on ${closing.until}`}`;
            const rows = [
              ...expected.map(({ payout, on, amount }) => ['expected', on, amount.amount, payout]),
              ...lines.map(({ lineId, bookedOn, amount, text }) => [
                'not explained',
                bookedOn,
                amount.amount,
                `${lineId}  ${text.slice(0, 60)}`,
              ]),
            ];
            return rows.length === 0
              ? `${head}\nnothing is open`
              : `${head}\n${table(['what', 'day', 'amount', 'payout or line'], rows)}`;
          })
          .join('\n\n'),
  );
}

async function importFile(file: string, options: ImportOptions): Promise<void> {
  const text = new TextDecoder('utf-8').decode(readSaved(file));
  const told = await withHub(options, async (client) => {
    const { items } = await client.call<BankAccountList>('GET', '/v1/bank');
    const statements = await statementsOf(text, items, options.account);
    const answers: Accepted[] = [];
    for (const { key, statement } of statements)
      answers.push(await client.call<Accepted>('POST', `${pathOf(key)}/statements`, statement));
    return answers;
  });
  show(options.json, told, (answers) => answers.map(({ key, message }) => `${key}: ${message}.`).join('\n'));
}

async function statementsOf(
  text: string,
  accounts: BankAccountList['items'],
  named: string | undefined,
): Promise<{ key: string; statement: BankStatement }[]> {
  const isMeant = accounts.find(({ key }) => key === named);
  const known =
    accounts.map(({ key }) => key).join(', ') || 'none is configured: add bankAccounts to an entity';
  if (named !== undefined && !isMeant) throw new UsageError(`There is no account "${named}" (${known}).`);
  if (!text.trimStart().replace('\ufeff', '').startsWith('<')) {
    if (!isMeant) throw new UsageError(`A CSV file names no account: give --account (${known}).`);
    return [{ key: isMeant.key, statement: await readBankCsv(text, isMeant.currency) }];
  }
  return (await readCamt053(text)).map(({ account, statement }) => {
    const bare = (value: string) => value.replaceAll(' ', '').toUpperCase();
    const found = accounts.find(
      ({ key, iban }) => bare(iban ?? key.slice(key.indexOf('/') + 1)) === bare(account),
    );
    if (!found || (isMeant && found.key !== isMeant.key))
      throw new UsageError(`The statement is of the account ${account}, which is none of: ${known}.`);
    return { key: found.key, statement };
  });
}

async function match(
  account: string,
  line: string,
  payouts: readonly string[],
  options: CommonOptions & { by: string },
): Promise<void> {
  const body = { lineId: line, payouts, by: options.by };
  const accepted = await withHub(options, (client) =>
    client.call<Accepted>('POST', `${pathOf(account)}/matches`, body),
  );
  show(options.json, accepted, ({ message }) => `${message}.`);
}

function pathOf(key: string): string {
  const slash = key.indexOf('/');
  if (slash <= 0) throw new UsageError(`"${key}" is no bank account: give ENTITY/ACCOUNT.`);
  return `/v1/bank/${encodeURIComponent(key.slice(0, slash))}/${encodeURIComponent(key.slice(slash + 1))}`;
}
