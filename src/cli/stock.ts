/** `crossdock stock`: what lies where, what of it can be sold, now or at an instant, and what moved it. */
import type { Command } from 'commander';
import type {
  SafetySaved,
  StockAtChannel,
  StockChange,
  StockDetail,
  StockList,
} from '../gateway/api-types.ts';
import { adjustCommand } from './adjust.ts';
import { type CommonOptions, connect, UsageError, withCommonOptions } from './context.ts';
import { pullCommand } from './levels.ts';
import { oversellCommand } from './oversell.ts';
import { show, table, time } from './print.ts';
import { reconcileCommand } from './reconcile.ts';

interface ListOptions extends CommonOptions {
  text?: string;
  location?: string;
  limit: string;
}

interface ShowOptions extends CommonOptions {
  location?: string;
  at?: string;
  limit: string;
}

export function stockCommand(program: Command): void {
  const stock = program
    .command('stock')
    .description('stock: by SKU and location, at any instant, with the movements that made it')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock stock list --text MUG\n  crossdock stock show MUG-BLUE --at 2026-11-24T08:00:00Z',
    );
  withCommonOptions(stock.command('list'))
    .description('SKUs, with units of all locations together')
    .option('--text <text>', 'only SKUs that begin so')
    .option('--location <id>', 'only at this location')
    .option('--limit <n>', 'how many at most', '50')
    .addHelpText('after', '\nExample:\n  crossdock stock list --location WH-NORTH')
    .action(list);
  withCommonOptions(stock.command('show <sku>'))
    .description('one SKU at each location, and its movements, newest first')
    .option('--location <id>', 'only at this location')
    .option('--at <time>', 'as it was at this instant (ISO 8601; default: now)')
    .option('--limit <n>', 'how many movements at most', '20')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock stock show MUG-BLUE\n  crossdock stock show MUG-BLUE --location WH-NORTH --at 2026-11-24T08:00:00Z --json',
    )
    .action(position);
  reconcileCommand(stock);
  pullCommand(stock);
  withCommonOptions(stock.command('safety <sku> <location> <units>'))
    .description(
      'how many units of a SKU a location keeps back from sale ("-": as many as of every SKU there)',
    )
    .option('--by <name>', 'who decides', process.env.USER ?? 'command line')
    .addHelpText('after', '\nExample:\n  crossdock stock safety MUG-BLUE STORE-CITY 2')
    .action(safety);
  adjustCommand(stock);
  oversellCommand(stock);
}

const UNITS = [
  'on hand',
  'reserved',
  'safety',
  'available',
  'damaged',
  'quality control',
  'incoming',
] as const;

async function list(options: ListOptions): Promise<void> {
  const client = await connect(options);
  try {
    const query = new URLSearchParams({ limit: options.limit });
    for (const name of ['text', 'location'] as const) if (options[name]) query.set(name, options[name]);
    const found = await client.call<StockList>('GET', `/v1/stock?${query}`);
    show(options.json, found, ({ items, next }) =>
      items.length === 0
        ? 'No such SKUs.'
        : [
            table(
              ['SKU', ...UNITS.filter((name) => name !== 'safety'), 'locations'],
              items.map((item) => [
                item.sku,
                item.onHand,
                item.reserved,
                item.available,
                item.damaged,
                item.qualityControl,
                item.incoming,
                item.locations,
              ]),
            ),
            ...(next === null ? [] : ['There are more: --limit, or --text with the beginning of a SKU.']),
          ].join('\n'),
    );
  } finally {
    await client.close();
  }
}

async function position(sku: string, options: ShowOptions): Promise<void> {
  const client = await connect(options);
  try {
    const query = new URLSearchParams({ limit: options.limit });
    if (options.location) query.set('location', options.location);
    if (options.at !== undefined) query.set('at', instantOf(options.at));
    const found = await client.call<StockDetail>('GET', `/v1/stock/${encodeURIComponent(sku)}?${query}`);
    show(options.json, found, detailText);
  } finally {
    await client.close();
  }
}

function detailText({ sku, at, now, places, channels, movements, next }: StockDetail): string {
  const head = now
    ? `${sku}, now`
    : `${sku}, as it was at ${time(at)} UTC: the sums of its movements until then`;
  const positions =
    places.length === 0
      ? 'No location had told of it.'
      : table(
          ['location', ...UNITS, 'name'],
          places.map((place) => [
            place.location,
            place.onHand,
            place.reserved,
            place.safety,
            place.available,
            place.damaged,
            place.qualityControl,
            place.incoming,
            place.name,
          ]),
        );
  const silent = places.flatMap(({ location, silence, heldBack }) =>
    silence === null
      ? []
      : [
          `${location}: ${silence.connection} has been silent since ${time(silence.heardAt)} UTC; by the rule ${silence.rule} ${heldBack} are held back.`,
        ],
  );
  const shown = channels.length === 0 ? [] : ['', channelTable(channels)];
  const state = [head, positions, ...silent, ...shown].join('\n');
  if (movements.length === 0) return state;
  const rows = movements.map((each) => [
    time(each.at),
    each.location,
    each.kind,
    changeText(each),
    each.order?.title ?? each.stream.key,
    [each.act, each.reason].filter(Boolean).join(': '),
  ]);
  const moved = table(['moved (UTC)', 'location', 'movement', 'units', 'of', 'act and reason'], rows);
  const more = next === null ? '' : '\nThere are more: --limit.';
  return `${state}\n\n${moved}${more}`;
}

/** What channels show, and what still waits to be published. */
function channelTable(channels: readonly StockAtChannel[]): string {
  return table(
    ['channel', 'location', 'shows', 'to change', 'state', 'published (UTC)'],
    channels.map(({ connection, location, shown, change, status, problem, publishedAt }) => [
      connection,
      location,
      shown ?? '?',
      change === 0 ? '' : signed(change),
      problem === null ? status : `${status}: ${problem}`,
      publishedAt === null ? 'never' : time(publishedAt),
    ]),
  );
}

/** "+3 on hand, -3 incoming". */
function changeText(change: StockChange): string {
  const states = [
    [change.onHand, 'on hand'],
    [change.reserved, 'reserved'],
    [change.damaged, 'damaged'],
    [change.qualityControl, 'quality control'],
    [change.incoming, 'incoming'],
  ] as const;
  const told = states.filter(([units]) => units !== 0);
  return told.length === 0 ? 'none' : told.map(([units, state]) => `${signed(units)} ${state}`).join(', ');
}

const signed = (units: number): string => (units > 0 ? `+${units}` : `${units}`);

function instantOf(text: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new UsageError(`"${text}" is no instant: give ISO 8601, such as 2026-11-24T08:00:00Z`);
  return new Date(at).toISOString();
}

async function safety(
  sku: string,
  location: string,
  units: string,
  options: CommonOptions & { by: string },
): Promise<void> {
  if (units !== '-' && !/^\d{1,9}$/.test(units))
    throw new UsageError(`"${units}" is no number of units: give a whole number, or "-"`);
  const client = await connect(options);
  try {
    const body = { by: options.by, location, units: units === '-' ? null : Number(units) };
    const saved = await client.call<SafetySaved>('PUT', `/v1/stock/${encodeURIComponent(sku)}/safety`, body);
    show(options.json, saved, ({ changed }) =>
      changed
        ? `Of ${sku}, ${location} keeps back ${units === '-' ? 'as many as of others' : units}.`
        : 'It was so already.',
    );
  } finally {
    await client.close();
  }
}
