/** `crossdock returns`: goods that come back, and money that we give back. */
import type { Command } from 'commander';
import type { Accepted, ReturnItem, ReturnList } from '../gateway/api-types.ts';
import { type CommonOptions, connect, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';

interface ListOptions extends CommonOptions {
  status?: string;
  connection?: string;
  limit: string;
}

interface DecideOptions extends CommonOptions {
  by: string;
  note: string;
  request?: string;
}

interface RefundOptions extends DecideOptions {
  line?: string[];
  shipping?: string;
  concession?: string;
  total?: string;
  reason?: string;
}

interface CreateOptions extends CommonOptions {
  line: string[];
  reason: string;
  note: string;
  by: string;
}

const BY = process.env.USER ?? 'command line';

export function returnsCommand(program: Command): void {
  const returns = program
    .command('returns')
    .description('returns and refunds: list, show, create, approve, decline, close, refund')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock returns list --status inspected\n  crossdock returns refund shopify-north/71 --by Anna\n  crossdock returns approve shopify-north/71 --by Ben',
    );
  withCommonOptions(returns.command('list'))
    .description('the newest returns')
    .option('--status <status,…>', 'only these: requested, approved, received, inspected, refunded …')
    .option('--connection <id>', 'only of this channel')
    .option('--limit <n>', 'how many at most', '30')
    .addHelpText('after', '\nExample:\n  crossdock returns list --status requested,inspected')
    .action(list);
  withCommonOptions(returns.command('show <return>'))
    .description('what came back in which state, and how far its money is; RETURN is its key (CONNECTION/ID)')
    .addHelpText('after', '\nExample:\n  crossdock returns show shopify-north/71')
    .action(one);
  withCommonOptions(returns.command('create <order>'))
    .description('have units come back: the channel makes the return')
    .requiredOption('--line <id:units…>', 'a line of the order and how many of it')
    .option('--reason <code>', 'why, by the channel’s code', 'other')
    .option('--note <text>', 'for staff', '')
    .option('--by <name>', 'who wants it', BY)
    .addHelpText('after', "\nExample:\n  crossdock returns create '#1001' --line 5551:1 --reason defective")
    .action(create);
  for (const act of ['approve', 'decline'] as const)
    withCommonOptions(returns.command(`${act} <return-or-order>`))
      .description(
        act === 'approve'
          ? 'approve what waits: the return that a customer has asked for, or a refund (by another person than who wanted it)'
          : 'decline what waits: the return, or a refund',
      )
      .option('--request <id>', 'of several refunds: which')
      .option('--by <name>', 'who decides', BY)
      .option('--note <text>', 'why', '')
      .addHelpText('after', `\nExample:\n  crossdock returns ${act} shopify-north/71 --by Ben`)
      .action((key: string, options: DecideOptions) => decide(act, key, options));
  withCommonOptions(returns.command('close <return>'))
    .description('expect nothing more of a return; no money goes back by it')
    .option('--by <name>', 'who decides', BY)
    .option('--note <text>', 'why', '')
    .addHelpText('after', '\nExample:\n  crossdock returns close shopify-north/71')
    .action((key: string, options: DecideOptions) =>
      ask(options, `/v1/returns/${encodeURIComponent(key)}/close`, { by: options.by, note: options.note }),
    );
  withCommonOptions(returns.command('refund <return-or-order>'))
    .description('want money given back: of a return, or of an order without one')
    .option(
      '--line <id:units…>',
      'a line and how many of it; left out: of a return, all that can be refunded',
    )
    .option('--shipping <amount>', 'delivery that goes back: an amount, or "all"')
    .option('--concession <amount>', 'besides, for no goods')
    .option('--total <amount>', 'what goes back in all, where goods go out in exchange')
    .option('--reason <code>', 'the limits look at it')
    .option('--request <id>', 'names the act: the same again changes nothing')
    .option('--by <name>', 'who wants it', BY)
    .option('--note <text>', 'why', '')
    .addHelpText(
      'after',
      "\nExamples:\n  crossdock returns refund shopify-north/71 --by Anna\n  crossdock returns refund '#1001' --shipping all --reason late --by Anna",
    )
    .action(refund);
}

async function list(options: ListOptions): Promise<void> {
  const client = await connect(options);
  try {
    const query = new URLSearchParams({ limit: options.limit });
    for (const name of ['status', 'connection'] as const) if (options[name]) query.set(name, options[name]);
    const { returns } = await client.call<ReturnList>('GET', `/v1/returns?${query}`);
    show(options.json, returns, (rows) =>
      rows.length === 0
        ? 'No such returns.'
        : table(
            ['SINCE (UTC)', 'RETURN', 'STATUS', 'UNITS', 'INSPECTED', 'REFUND', 'KEY'],
            rows.map((row) => [
              time(row.createdAt),
              row.name,
              row.statusLabel,
              row.units,
              row.inspected,
              row.refunds
                .map(({ amount, state }) => `${amount.amount} ${amount.currency} ${state}`)
                .join(', '),
              row.key,
            ]),
          ),
    );
  } finally {
    await client.close();
  }
}

async function one(key: string, options: CommonOptions): Promise<void> {
  const client = await connect(options);
  try {
    const item = await client.call<ReturnItem>('GET', `/v1/returns/${encodeURIComponent(key)}`);
    show(options.json, item, told);
  } finally {
    await client.close();
  }
}

const SAYS = {
  channel: 'the channel',
  inventory: 'the inventory system',
  fulfilment: 'the fulfilment system',
} as const;

function told(item: ReturnItem): string {
  return [
    `Return ${item.name} of order ${item.orderName ?? item.order ?? 'unknown'}: ${item.statusLabel}`,
    ...item.lines.flatMap(({ quantity, sku, title, lineId, reason, processed, goods }) => [
      `  ${quantity} × ${sku ?? title ?? lineId} (${reason}), ${processed} processed`,
      ...goods.map(
        (part) =>
          `    ${part.quantity} ${part.disposition} at ${part.location}, says ${SAYS[part.source]}${part.counts ? '' : ' (counts nothing)'}`,
      ),
    ]),
    ...(item.exchangeUnits > 0 ? [`  ${item.exchangeUnits} units go out in exchange`] : []),
    ...item.refunds.map(({ request, amount, state, approvals, needs, because }) =>
      [
        `  refund ${request}: ${amount.amount} ${amount.currency}, ${state}`,
        ...(state === 'waiting' ? [`${approvals.length} of ${needs} have agreed`] : []),
        ...(because ? [because] : []),
      ].join(', '),
    ),
  ].join('\n');
}

/** "ID:UNITS" as a line; without units: one. */
function lineOf(text: string): { lineId: string; quantity: number } {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return { lineId: text, quantity: 1 };
  return { lineId: text.slice(0, colon), quantity: Number(text.slice(colon + 1)) };
}

async function create(order: string, options: CreateOptions): Promise<void> {
  const { reason, note, by } = options;
  const lines = options.line.map((text) => ({ ...lineOf(text), reason, note }));
  await ask(options, '/v1/returns', { order, lines, by });
}

async function decide(
  act: 'approve' | 'decline',
  key: string,
  { by, note, request, ...options }: DecideOptions,
): Promise<void> {
  const body = { by, note, ...(request === undefined ? {} : { request }) };
  const path = await pathOf(key, options, `refunds/${act}`, act);
  await ask(options, path, body);
}

async function refund(key: string, options: RefundOptions): Promise<void> {
  const { by, note, line, shipping, concession, total, reason, request } = options;
  const given = { shipping, concession, total, reason, request };
  const body = {
    by,
    note,
    ...(line ? { lines: line.map(lineOf) } : {}),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  await ask(options, await pathOf(key, options, 'refunds', 'refund'), body);
}

/** The call for a return, or where there is none of this key, for an order. */
async function pathOf(
  key: string,
  options: CommonOptions,
  ofOrder: string,
  ofReturn: string,
): Promise<string> {
  const client = await connect(options);
  try {
    const id = encodeURIComponent(key);
    const isReturn = await client
      .call<ReturnItem>('GET', `/v1/returns/${id}`)
      .then(() => true)
      .catch(() => false);
    return isReturn ? `/v1/returns/${id}/${ofReturn}` : `/v1/orders/${id}/${ofOrder}`;
  } finally {
    await client.close();
  }
}

async function ask(options: CommonOptions, path: string, body: object): Promise<void> {
  const client = await connect(options);
  try {
    show(options.json, await client.call<Accepted>('POST', path, body), ({ message }) => message);
  } finally {
    await client.close();
  }
}
