/** `crossdock books reconcile`: the money of a day beside finance, ERP, channels and payouts. */
import type { Command } from 'commander';
import { pause } from '../base/clock.ts';
import { counted } from '../base/words.ts';
import type { Accepted, MoneyDayDetail } from '../gateway/api-types.ts';
import { type CommonOptions, connect, type HubClient, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';

interface ReconcileOptions extends CommonOptions {
  day?: string;
  show?: boolean;
  by: string;
  wait: boolean;
}

const LOOK_EVERY_MS = 500;

export function booksReconcileCommand(books: Command): void {
  withCommonOptions(books.command('reconcile <entity>'))
    .description(
      'compare the money of a day with what finance, ERP, channels and payment providers say of it, as every night; exits with 1 where something differs',
    )
    .option('--day <day>', 'which day (default: yesterday, where the entity is)')
    .option('--show', 'only show what the last comparison of --day has found')
    .option('--by <name>', 'who asks', process.env.USER ?? 'command line')
    .option('--no-wait', 'do not wait for its end')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock books reconcile retail-de\n  crossdock books reconcile retail-de --day 2026-11-27 --json',
    )
    .action(reconcile);
}

async function reconcile(entity: string, options: ReconcileOptions): Promise<void> {
  const client = await connect(options);
  try {
    const path = `/v1/books/${encodeURIComponent(entity)}/reconciliations`;
    if (options.show && options.day !== undefined)
      return tell(options, await client.call<MoneyDayDetail>('GET', `${path}/${options.day}`));
    const { day, by, wait } = options;
    const known = await listed(client, path);
    const accepted = await client.call<Accepted>('POST', path, { by, ...(day === undefined ? {} : { day }) });
    const wanted = accepted.key.slice(accepted.key.indexOf('/') + 1);
    if (!wait || !client.live) return show(options.json, accepted, ({ message }) => `${message}.`);
    const before = known.get(wanted);
    for (;;) {
      const detail = (await listed(client, path)).get(wanted);
      const isNew = detail !== undefined && detail.run > (before?.status === 'done' ? before.run : 0);
      if (isNew && detail.status === 'done') break;
      await pause(LOOK_EVERY_MS);
    }
    tell(options, await client.call<MoneyDayDetail>('GET', `${path}/${wanted}`));
  } finally {
    await client.close();
  }
}

/** Days that were compared, by day, with how often. */
async function listed(client: HubClient, path: string) {
  const { items } = await client.call<{ items: MoneyDayDetail[] }>('GET', `${path}?limit=400`);
  return new Map(items.map((item) => [item.day, item]));
}

function tell(options: CommonOptions, detail: MoneyDayDetail): void {
  show(options.json, detail, textOf);
  if (detail.status !== 'done' || detail.differences > 0) process.exitCode = 1;
}

function textOf({ entity, day, status, by, changedAt, sources, found, more }: MoneyDayDetail): string {
  const side = ({ count, amounts }: MoneyDayDetail['sources'][number]['ours']) =>
    [String(count), ...amounts.map(({ what, total }) => `${what} ${total.amount} ${total.currency}`)].join(
      ', ',
    );
  const end = status === 'done' ? `compared ${time(changedAt)} UTC` : `it is ${status}`;
  const differs = found.length + more;
  return [
    `${entity} on ${day}, by ${by}: ${end}`,
    table(
      ['with', 'here', 'there'],
      sources.map(({ source, ours, theirs, notRead }) =>
        notRead === null ? [source, side(ours), side(theirs)] : [source, 'not compared', notRead],
      ),
    ),
    differs === 0 ? 'Both agree.' : `${counted(differs, 'difference', 'differences')}:`,
    ...found.map(
      ({ words, why, accepted, coveredBy }) =>
        `  ${words} (${why})${accepted ? ' – accepted' : ''}${coveredBy === null ? '' : ` – see the case ${coveredBy}`}`,
    ),
    ...(more === 0 ? [] : [`  and ${more} more`]),
  ].join('\n');
}
