/** `crossdock books`: the sub-ledger of a legal entity. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { UsageError } from '../base/usage-error.ts';
import type {
  Accepted,
  AccountLines,
  BookEntities,
  CardLedger,
  OpenItems,
  TaxLedger,
  TrialBalance,
} from '../gateway/api-types.ts';
import { booksReconcileCommand } from './books-reconcile.ts';
import { type CommonOptions, readSaved, withCommonOptions, withHub } from './context.ts';
import { readOpeningCsv } from './money-files/opening-csv.ts';
import { show, table } from './print.ts';

interface AsOf extends CommonOptions {
  asOf?: string;
}

export function booksCommand(program: Command): void {
  const books = program
    .command('books')
    .description('the books of a legal entity: what was sold, collected and owed, to the cent');
  const each = (name: string, description: string, example: string) =>
    withCommonOptions(books.command(name))
      .description(description)
      .addHelpText('after', `\nExample:\n  crossdock books ${example}`);

  each(
    'open <entity> <file>',
    'import opening balances (CSV): open items, tied to the balances of the general ledger; once',
    'open retail-de opening.csv --on 2027-01-01',
  )
    .requiredOption('--on <day>', 'the first day of the books')
    .option('--by <name>', 'who decides', process.env.USER ?? 'command line')
    .action(open);
  each('list', 'legal entities, and whether they have books here', 'list').action(list);
  each(
    'trial-balance <entity>',
    'debits, credits and balance of each account',
    'trial-balance retail-de --as-of 2026-11-30',
  )
    .option('--as-of <day>', 'the last day that counts (default: today, where the entity is)')
    .action(trialBalance);
  each(
    'account <entity> <account>',
    'the lines of an account, newest first, each with the order and the act that caused it',
    'account retail-de 1460 --from 2026-11-01',
  )
    .option('--from <day>', 'first day')
    .option('--until <day>', 'last day')
    .option('--limit <n>', 'how many lines', '50')
    .action(account);
  each(
    'open-items <entity>',
    'what is not clear on clearing accounts, by age',
    'open-items retail-de --account 1460',
  )
    .option('--as-of <day>', 'on which day (default: today)')
    .option('--account <number>', 'only of this account')
    .action(openItems);
  each(
    'tax <entity>',
    'the tax ledger by registration and period',
    'tax retail-de --registration DE --period 2026-Q4',
  )
    .option('--as-of <day>', 'the last day that counts (default: today)')
    .option('--registration <id>', 'only of this registration')
    .option('--period <period>', 'only of this period of its returns')
    .action(tax);
  booksReconcileCommand(books);
  each(
    'cards <entity>',
    'gift cards and store credit: what was sold, redeemed and put back, what is owed, and whether it ties to the accounts',
    'cards retail-de --as-of 2026-12-31',
  )
    .option('--as-of <day>', 'the last day that counts (default: today)')
    .action(cards);
  each(
    'export <entity>',
    'the journal as CSV, a row for each line of a posting',
    'export retail-de --from 2026-11-01 --until 2026-11-30 --out november.csv',
  )
    .option('--from <day>', 'first day')
    .option('--until <day>', 'last day')
    .option('--out <file>', 'write it to a file instead of printing it')
    .action(exportJournal);
}

interface OpenOptions extends CommonOptions {
  on: string;
  by: string;
}

async function open(entity: string, file: string, options: OpenOptions): Promise<void> {
  const text = new TextDecoder('utf-8').decode(readSaved(file));
  const accepted = await withHub(options, async (client) => {
    const { items } = await client.call<BookEntities>('GET', '/v1/books');
    const books = items.find((each) => each.entity === entity);
    if (!books) throw new UsageError(`There is no entity "${entity}".`);
    const balances = await readOpeningCsv(text, books.currency);
    const body = { on: options.on, by: options.by, ...balances };
    return client.call<Accepted>('POST', `/v1/books/${encodeURIComponent(entity)}/opening`, body);
  });
  show(options.json, accepted, ({ message }) => `${message}.`);
}

function pathOf(entity: string, rest: string, query: Record<string, string | undefined> = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `/v1/books/${encodeURIComponent(entity)}/${rest}?${new URLSearchParams(given)}`;
}

async function list(options: CommonOptions): Promise<void> {
  const answer = await withHub(options, (client) => client.call<BookEntities>('GET', '/v1/books'));
  show(options.json, answer, ({ items }) =>
    table(
      ['entity', 'currency', 'books', 'finance', 'told', 'complete', 'oldest open', 'name'],
      items.map(({ entity, currency, hasBooks, finance, name }) => [
        entity,
        currency,
        hasBooks ? 'yes' : 'no',
        finance?.connection,
        finance ? `${finance.booked} of ${finance.postings}` : '',
        finance ? `${(finance.share * 100).toFixed(2)} %` : '',
        finance?.oldestOpen,
        name,
      ]),
    ),
  );
}

async function trialBalance(entity: string, options: AsOf): Promise<void> {
  const path = pathOf(entity, 'trial-balance', { asOf: options.asOf });
  const answer = await withHub(options, (client) => client.call<TrialBalance>('GET', path));
  show(options.json, answer, ({ asOf, currency, accounts, debit, credit, balanced }) => {
    if (accounts.length === 0) return `Nothing is posted of ${entity} until ${asOf}.`;
    const rows = accounts.map((row) => [
      row.account,
      right(row.debit.amount),
      right(row.credit.amount),
      right(row.balance.amount),
      row.name,
    ]);
    return [
      `${entity} at the end of ${asOf}, in ${currency}`,
      table(
        ['account', right('debit'), right('credit'), right('balance'), 'name'],
        [
          ...rows,
          [
            'all',
            right(debit.amount),
            right(credit.amount),
            '',
            balanced ? 'debits = credits' : 'NOT BALANCED',
          ],
        ],
      ),
    ].join('\n');
  });
}

/** Figures stand below each other. */
function right(text: string, width = 14): string {
  return text.padStart(width);
}

async function account(
  entity: string,
  number: string,
  options: CommonOptions & { from?: string; until?: string; limit: string },
): Promise<void> {
  const { from, until, limit } = options;
  const path = pathOf(entity, `accounts/${encodeURIComponent(number)}`, { from, until, limit });
  const answer = await withHub(options, (client) => client.call<AccountLines>('GET', path));
  show(options.json, answer, ({ name, currency, opening, closing, lines, next }) =>
    [
      `${number} ${name}`.trim(),
      `before: ${opening.amount} ${currency}; at the end: ${closing.amount} ${currency}`,
      lines.length === 0
        ? 'No lines.'
        : table(
            ['date', right('amount'), 'order or stream', 'posting', 'what'],
            lines.map((line) => [
              line.postingDate,
              right(line.booked.amount),
              line.item.title ?? line.item.key,
              line.posting,
              line.text,
            ]),
          ),
      ...(next === null ? [] : [`There are more: --limit ${Number(limit) * 10}, or crossdock books export.`]),
    ].join('\n'),
  );
}

async function openItems(entity: string, options: AsOf & { account?: string }): Promise<void> {
  const path = pathOf(entity, 'open-items', { asOf: options.asOf, account: options.account });
  const answer = await withHub(options, (client) => client.call<OpenItems>('GET', path));
  show(options.json, answer, ({ asOf, accounts, items, more }) => {
    if (accounts.length === 0) return `Nothing is open at the end of ${asOf}.`;
    const ages = accounts[0]?.ages.map(({ age }) => right(age, 12)) ?? [];
    return [
      table(
        ['account', right('open', 12), right('overdue', 12), ...ages, 'name'],
        accounts.map((of) => [
          of.account,
          right(of.total.amount, 12),
          right(of.overdue.amount, 12),
          ...of.ages.map(({ total }) => right(total.amount, 12)),
          of.name,
        ]),
      ),
      '',
      table(
        ['since', 'due', 'account', right('amount', 12), 'order or stream'],
        items.map((item) => [
          item.since,
          dueWords(item),
          item.account,
          right(item.booked.amount, 12),
          item.item.title ?? item.item.key,
        ]),
      ),
      ...(more === 0 ? [] : [`and ${more} more`]),
    ].join('\n');
  });
}

function dueWords({ dueOn, overdueDays }: OpenItems['items'][number]): string {
  if (dueOn === null) return '';
  return overdueDays === 0 ? dueOn : `${dueOn}, ${overdueDays} ${overdueDays === 1 ? 'day' : 'days'} overdue`;
}

async function tax(
  entity: string,
  options: AsOf & { registration?: string; period?: string },
): Promise<void> {
  const { asOf, registration, period } = options;
  const path = pathOf(entity, 'tax', { asOf, registration, period });
  const answer = await withHub(options, (client) => client.call<TaxLedger>('GET', path));
  show(options.json, answer, ({ rows, total, accounts, ties, currency }) => {
    if (rows.length === 0) return 'The tax ledger is empty.';
    const words =
      ties === null ? '' : ties ? ', as the tax accounts say' : ` (tax accounts: ${accounts.amount})`;
    return [
      table(
        ['registration', 'scheme', 'period', 'code', 'rate', right('base'), right('tax')],
        rows.map((row) => [
          row.registration,
          row.scheme,
          row.originalPeriod === row.period ? row.period : `${row.period} (of ${row.originalPeriod})`,
          row.taxCode,
          row.rate,
          right(row.base.amount),
          right(row.tax.amount),
        ]),
      ),
      `Ours to remit: ${total.amount} ${currency}${words}`,
    ].join('\n');
  });
}

const CARD_WORDS: Readonly<Record<CardLedger['movements'][number]['what'], string>> = {
  opening: 'there when the books began',
  sold: 'sold',
  redeemed: 'redeemed',
  putBack: 'refunded to cards and store credit',
  returned: 'cards given back',
  corrected: 'changed with their order',
};

async function cards(entity: string, options: AsOf): Promise<void> {
  const path = pathOf(entity, 'cards', { asOf: options.asOf });
  const answer = await withHub(options, (client) => client.call<CardLedger>('GET', path));
  show(options.json, answer, ({ asOf, currency, movements, outstanding, accounts, ties }) =>
    [
      table(
        ['gift cards', right('lines', 8), right('amount')],
        movements.map(({ what, lines, amount }) => [
          CARD_WORDS[what],
          right(String(lines), 8),
          right(amount.amount),
        ]),
      ),
      `Owed at the end of ${asOf}: ${outstanding.amount} ${currency}${ties ? ', as the accounts say' : ` (accounts: ${accounts.amount}; something else stands there)`}`,
    ].join('\n'),
  );
}

async function exportJournal(
  entity: string,
  options: CommonOptions & { from?: string; until?: string; out?: string },
): Promise<void> {
  const { from, until, out } = options;
  const bytes = await withHub(options, (client) =>
    client.download(pathOf(entity, 'journal', { from, until })),
  );
  if (out === undefined) process.stdout.write(bytes);
  else {
    writeFileSync(out, bytes);
    show(options.json, { file: out, bytes: bytes.length }, () => `${out}: ${bytes.length} bytes`);
  }
}
