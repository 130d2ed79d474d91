/** `crossdock orders`: what runs, and the whole story of one order. */
import type { Command } from 'commander';
import type { Accepted, OrderListItem, OrderStory } from '../gateway/api-types.ts';
import { type CommonOptions, connect, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';
import { storyText } from './story.ts';

interface ListOptions extends CommonOptions {
  status?: string;
  connection?: string;
  text?: string;
  cases?: boolean;
  limit: string;
}

interface ActOptions extends CommonOptions {
  reason?: string;
  by: string;
}

export function ordersCommand(program: Command): void {
  const orders = program
    .command('orders')
    .description('orders: list, whole story, hold, resume, cancel')
    .addHelpText(
      'after',
      "\nExamples:\n  crossdock orders list --status stopped,held\n  crossdock orders show '#1001'",
    );
  withCommonOptions(orders.command('list'))
    .description('the newest orders')
    .option('--status <status,…>', 'only these: placed, stopped, booked, shipped, closed, held …')
    .option('--connection <id>', 'only of this channel')
    .option('--text <text>', 'only those whose name begins so, or with this key or channel id')
    .option('--cases', 'only those with an open case')
    .option('--limit <n>', 'how many at most', '30')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock orders list --status stopped,held\n  crossdock orders list --text 1001 --json',
    )
    .action(list);
  withCommonOptions(orders.command('show <order>'))
    .description(
      'an order’s whole story, with times; ORDER is its key (CONNECTION/ID), its name (#1001) or its id at the channel',
    )
    .option('--whole', 'with messages that told nothing new')
    .option('--persons', 'with names and addresses')
    .addHelpText(
      'after',
      "\nExamples:\n  crossdock orders show '#1001'\n  crossdock orders show shopify-northlight/5550001",
    )
    .action(story);
  for (const act of ['hold', 'resume', 'cancel'] as const) {
    withCommonOptions(orders.command(`${act} <order>`))
      .description(
        {
          hold: 'stop an order for the time being; what a location has not shipped is called back',
          resume: 'let a held order go on',
          cancel: 'cancel an order at its channel, with the customer’s money back',
        }[act],
      )
      .option('--reason <text>', 'why, for the story')
      .option('--by <name>', 'who decides', process.env.USER ?? 'command line')
      .addHelpText('after', `\nExample:\n  crossdock orders ${act} '#1001' --reason "asked by the customer"`)
      .action((order: string, options: ActOptions) => change(act, order, options));
  }
}

async function list(options: ListOptions): Promise<void> {
  const client = await connect(options);
  try {
    const query = new URLSearchParams({ limit: options.limit });
    for (const name of ['status', 'connection', 'text'] as const)
      if (options[name]) query.set(name, options[name]);
    if (options.cases) query.set('cases', 'true');
    const { orders } = await client.call<{ orders: OrderListItem[] }>('GET', `/v1/orders?${query}`);
    show(options.json, orders, (rows) =>
      rows.length === 0
        ? 'No such orders.'
        : table(
            ['placed (UTC)', 'order', 'total', 'status', 'cases', 'key'],
            rows.map((row) => [
              time(row.placedAt),
              row.title,
              row.total === null ? '' : `${row.total.amount} ${row.total.currency}`,
              row.statusLabel,
              row.openCases || '',
              row.key,
            ]),
          ),
    );
  } finally {
    await client.close();
  }
}

interface StoryOptions extends CommonOptions {
  whole?: boolean;
  persons?: boolean;
}

async function story(order: string, options: StoryOptions): Promise<void> {
  const client = await connect(options);
  try {
    const found = await client.call<OrderStory>(
      'GET',
      `/v1/orders/${encodeURIComponent(order)}?persons=${options.persons === true}`,
    );
    show(options.json, found, (told) => storyText(told, { whole: options.whole === true }).join('\n'));
  } finally {
    await client.close();
  }
}

async function change(act: 'hold' | 'resume' | 'cancel', order: string, options: ActOptions): Promise<void> {
  const client = await connect(options);
  try {
    const result = await client.call<Accepted>('POST', `/v1/orders/${encodeURIComponent(order)}/${act}`, {
      by: options.by,
      reason: options.reason ?? 'not given',
    });
    show(
      options.json,
      result,
      ({ message }) => `Written down: ${message}.${client.live ? '' : ' It is done when the hub runs.'}`,
    );
  } finally {
    await client.close();
  }
}
