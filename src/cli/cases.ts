/** `crossdock cases`: what people must decide. */

import type { Command } from 'commander';
import { counted } from '../base/words.ts';
import type { Accepted, CaseDetail, CaseItem, CaseList } from '../gateway/api-types.ts';
import { type CommonOptions, connect, type HubClient, UsageError, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';

interface ListOptions extends CommonOptions {
  closed?: boolean;
  reason?: string;
  limit: string;
}

interface ActOptions extends CommonOptions {
  by: string;
  note?: string;
  all?: boolean;
  reason?: string;
}

export function casesCommand(program: Command): void {
  const cases = program
    .command('cases')
    .description('cases: list, show, try again after the fix, skip')
    .addHelpText('after', '\nExamples:\n  crossdock cases list\n  crossdock cases show 0192f3a1');
  withCommonOptions(cases.command('list'))
    .description('open cases, newest first')
    .option('--closed', 'closed ones instead')
    .option('--reason <reason>', 'only these, e.g. unmapped-sku')
    .option('--limit <n>', 'how many at most', '50')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock cases list\n  crossdock cases list --reason unmapped-sku --json',
    )
    .action(list);
  withCommonOptions(cases.command('show <id>'))
    .description('one case: what happened, to which order, what would fix it; ID may be its first digits')
    .addHelpText('after', '\nExample:\n  crossdock cases show 0192f3a1')
    .action(one);
  withCommonOptions(cases.command('raw <id>'))
    .description(
      'the newest raw message that a case comes from, byte by byte; it may hold names and addresses',
    )
    .addHelpText('after', '\nExample:\n  crossdock cases raw 0192f3a1 > message.json')
    .action(raw);
  for (const act of ['retry', 'skip'] as const) {
    withCommonOptions(cases.command(`${act} [id]`))
      .description(
        act === 'retry'
          ? 'try again what the case holds, after the fix'
          : 'close a case without a fix: the deviation is accepted',
      )
      .option('--by <name>', 'who decides', process.env.USER ?? 'command line')
      .option('--note <text>', 'why, for the story')
      .option('--all', 'all open cases of --reason')
      .option('--reason <reason>', 'with --all')
      .addHelpText(
        'after',
        `\nExamples:\n  crossdock cases ${act} 0192f3a1 --note "mapped the SKU"\n  crossdock cases ${act} --all --reason unmapped-sku`,
      )
      .action((id: string | undefined, options: ActOptions) => decide(act, id, options));
  }
}

async function list(options: ListOptions): Promise<void> {
  const client = await connect(options);
  try {
    const query = new URLSearchParams({ limit: options.limit, status: options.closed ? 'closed' : 'open' });
    if (options.reason) query.set('reason', options.reason);
    const { cases } = await client.call<{ cases: CaseItem[] }>('GET', `/v1/cases?${query}`);
    show(options.json, cases, (rows) =>
      rows.length === 0
        ? `No ${options.closed ? 'closed' : 'open'} cases.`
        : `${table(
            ['case', 'opened (UTC)', 'due (UTC)', 'reason', 'of', 'what happened'],
            rows.map((row) => [
              row.id,
              time(row.openedAt),
              `${time(row.dueAt)}${row.overdue ? ' !' : ''}`,
              row.reason,
              row.title,
              row.message,
            ]),
          )}\n\nMore of one: crossdock cases show ID`,
    );
  } finally {
    await client.close();
  }
}

async function one(id: string, options: CommonOptions): Promise<void> {
  const client = await connect(options);
  try {
    const found = await client.call<CaseDetail>('GET', `/v1/cases/${encodeURIComponent(id)}`);
    show(options.json, found, caseText);
  } finally {
    await client.close();
  }
}

/** All open cases of a reason, page by page. */
async function idsOf(client: HubClient, reason: string): Promise<string[]> {
  const ids: string[] = [];
  let before = '';
  for (;;) {
    const { cases, next } = await client.call<CaseList>(
      'GET',
      `/v1/cases?status=open&limit=500&reason=${encodeURIComponent(reason)}${before}`,
    );
    ids.push(...cases.map((row) => row.id));
    if (next === null) return ids;
    before = `&before=${next}`;
  }
}

/** The newest raw message of a case, as the bytes that arrived. */
async function raw(id: string, options: CommonOptions): Promise<void> {
  const client = await connect(options);
  try {
    const { observations } = await client.call<CaseDetail>('GET', `/v1/cases/${encodeURIComponent(id)}`);
    const [newest] = observations;
    if (!newest) throw new UsageError(`Case ${id} comes from no message: crossdock cases show ${id}`);
    const body = await client.download(newest.rawUrl);
    if (options.json) show(true, { ...newest, body: Buffer.from(body).toString() }, () => '');
    else process.stdout.write(body);
  } finally {
    await client.close();
  }
}

function caseText(row: CaseDetail): string {
  const message = row.observations[0];
  const lines = [
    `${row.reason}  ${row.status}${row.closedBy ? `, closed by ${row.closedBy} at ${time(row.closedAt)} UTC` : row.overdue ? ', overdue' : ''}`,
    `  ${row.message}`,
    '',
    `  What would fix it  ${row.suggestedFix}`,
    `  Belongs to         ${row.title === row.key ? '' : `${row.title}, `}${row.kind} ${row.key}`,
    `  Opened             ${time(row.openedAt)} UTC`,
    `  Owner              ${row.owner}, due ${time(row.dueAt)} UTC`,
    ...(row.command
      ? [
          `  Holds the command  ${row.command.command} to ${row.command.connection}, ${counted(row.command.attempts, 'try', 'tries')}${row.command.lastError ? `: ${row.command.lastError}` : ''}`,
        ]
      : []),
    ...(message
      ? [
          `  Newest message     ${message.topic} of ${message.connection}, ${time(message.receivedAt)} UTC (crossdock cases raw ${row.id})`,
        ]
      : []),
  ];
  const ways =
    row.status === 'closed'
      ? []
      : [
          '',
          `  After the fix  crossdock cases retry ${row.id}`,
          ...(row.retryMeans ? [`                 ${row.retryMeans}`] : []),
          `  Leave it so    crossdock cases skip ${row.id} --note WHY`,
          ...(row.skipMeans ? [`                 ${row.skipMeans}`] : []),
        ];
  const order = row.orderKey ? ['', `  The order      crossdock orders show '${row.orderKey}'`] : [];
  return [...lines, ...ways, ...order].join('\n');
}

async function decide(act: 'retry' | 'skip', id: string | undefined, options: ActOptions): Promise<void> {
  if (!id && !(options.all && options.reason))
    throw new UsageError(
      `Name a case (crossdock cases ${act} ID) or all of a reason (crossdock cases ${act} --all --reason REASON); crossdock cases list shows them.`,
    );
  const client = await connect(options);
  try {
    const ids = id ? [id] : await idsOf(client, options.reason ?? '');
    const done: Accepted[] = [];
    for (const each of ids)
      done.push(
        await client.call<Accepted>('POST', `/v1/cases/${encodeURIComponent(each)}/${act}`, {
          by: options.by,
          note: options.note ?? '',
        }),
      );
    show(options.json, done, (rows) =>
      rows.length === 0
        ? `No open cases of the reason "${options.reason}".`
        : `${rows.map((row) => `${row.key}  ${row.message}`).join('\n')}${client.live ? '' : '\nIt is done when the hub runs.'}`,
    );
  } finally {
    await client.close();
  }
}
