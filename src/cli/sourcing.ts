/** `crossdock sourcing`: why orders come from where they come from, and what other rules would have done. */
import type { Command } from 'commander';
import type { SourcingExplanation, SourcingSimulation } from '../gateway/api-types.ts';
import { type CommonOptions, connect, readSaved, UsageError, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';

interface SimulateOptions extends CommonOptions {
  rules: string;
  last?: string;
  since?: string;
}

/** Without --last or --since. */
const USUAL_LAST = 500;
/** With --since: as many as the API takes. */
const MOST = 10_000;
/** Changed orders that are listed as text; --json has all. */
const LISTED = 50;

export function sourcingCommand(program: Command): void {
  const sourcing = program
    .command('sourcing')
    .description('from where orders are sent: why, and what other rules would do')
    .addHelpText(
      'after',
      "\nExamples:\n  crossdock sourcing explain '#1001'\n  crossdock sourcing simulate --rules new-rules.json --last 1000",
    );
  withCommonOptions(sourcing.command('simulate'))
    .description('run other rules over past orders, on the stock as it was; nothing is written')
    .requiredOption(
      '--rules <file>',
      'JSON: what stands under "sourcing" in the configuration, or a whole configuration',
    )
    .option('--last <n>', `so many of the newest orders (default: ${USUAL_LAST}, at most ${MOST})`)
    .option('--since <time>', 'orders that came since then (ISO 8601)')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock sourcing simulate --rules new-rules.json\n  crossdock sourcing simulate --rules new-rules.json --since 2026-11-01T00:00:00Z --json',
    )
    .action(simulate);
  withCommonOptions(sourcing.command('explain <order>'))
    .description(
      'each decision on where an order’s units come from: every location, and why it was chosen or not',
    )
    .addHelpText('after', "\nExample:\n  crossdock sourcing explain '#1001'")
    .action(explain);
}

async function simulate(options: SimulateOptions): Promise<void> {
  const body = {
    sourcing: rulesIn(options.rules),
    last: lastOf(options),
    since: options.since === undefined ? null : instantOf(options.since),
  };
  const client = await connect(options);
  try {
    show(
      options.json,
      await client.call<SourcingSimulation>('POST', '/v1/sourcing/simulate', body),
      simulationText,
    );
  } finally {
    await client.close();
  }
}

function lastOf({ last, since }: SimulateOptions): number {
  if (last === undefined) return since === undefined ? USUAL_LAST : MOST;
  const orders = Number(last);
  if (!Number.isInteger(orders) || orders < 1 || orders > MOST)
    throw new UsageError(`--last ${last}: give a number of orders from 1 to ${MOST}`);
  return orders;
}

/** The rules of a file: alone, or in their place in a configuration. */
function rulesIn(file: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(readSaved(file)));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { config = parsed } = (isObject(parsed) ? parsed : {}) as { config?: unknown };
  // Whoever leaves `sourcing` out of a configuration has the usual rules.
  const isWhole = isObject(config) && ('sourcing' in config || 'locations' in config);
  const sourcing = isWhole ? (config.sourcing ?? {}) : config;
  if (!isObject(sourcing))
    throw new UsageError(
      `${file} holds no sourcing rules: docs/how-to/source-orders.md shows what they look like`,
    );
  return sourcing;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function instantOf(text: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new UsageError(`--since ${text}: give an instant such as 2026-11-01T00:00:00Z`);
  return new Date(at).toISOString();
}

type Parts = SourcingSimulation['changed'][number]['before'];

function simulationText({
  orders,
  changedOrders,
  decidedOtherwise,
  before,
  after,
  changed,
  warnings,
}: SourcingSimulation): string {
  const cost = (figures: SourcingSimulation['before']) =>
    figures.cost === null ? 'no prices' : `${figures.cost.amount} ${figures.cost.currency}`;
  const locations = [
    ...new Set([...before.unitsByLocation, ...after.unitsByLocation].map(({ location }) => location)),
  ];
  const unitsAt = (figures: SourcingSimulation['before'], location: string) =>
    figures.unitsByLocation.find((each) => each.location === location)?.units ?? 0;
  const rows: [string, string | number, string | number][] = [
    ['parcels per order', before.parcelsPerOrder, after.parcelsPerOrder],
    [
      'split orders',
      `${before.splitOrders} (${before.splitRate} %)`,
      `${after.splitOrders} (${after.splitRate} %)`,
    ],
    ['cost', cost(before), cost(after)],
    ['units missing', before.missingUnits, after.missingUnits],
    ...locations.map((location): [string, number, number] => [
      `units from ${location}`,
      unitsAt(before, location),
      unitsAt(after, location),
    ]),
  ];
  const warned = warnings.map((warning) => `! ${warning}`);
  if (orders === 0)
    return [...warned, 'There are no orders whose units were looked for in that time.'].join('\n');
  return [
    ...warned,
    `${changedOrders} of ${orders} orders would come from elsewhere. Nothing was written.`,
    ...(decidedOtherwise > 0
      ? [
          `Of ${decidedOtherwise} the rules in force say something else than was decided then: they have changed since.`,
        ]
      : []),
    '',
    table(['', 'rules in force', 'new rules'], rows),
    ...(changed.length === 0
      ? []
      : [
          '',
          table(
            ['decided (UTC)', 'order', 'now from', 'then from', 'why'],
            changed
              .slice(0, LISTED)
              .map((order) => [
                time(order.at),
                order.title || order.key,
                from(order.before),
                from(order.after),
                order.considered.find(({ outcome }) => outcome === 'chosen')?.verdict ??
                  order.because.at(-1) ??
                  '',
              ]),
          ),
        ]),
    ...(changed.length > LISTED ? [`… and ${changed.length - LISTED} more (--json has all)`] : []),
  ].join('\n');
}

function from(parts: Parts): string {
  const units = new Map<string, number>();
  for (const { location, quantity } of parts) units.set(location, (units.get(location) ?? 0) + quantity);
  return [...units].map(([location, count]) => `${count} ${location}`).join(' + ') || 'nowhere';
}

async function explain(order: string, options: CommonOptions): Promise<void> {
  const client = await connect(options);
  try {
    const found = await client.call<SourcingExplanation>(
      'GET',
      `/v1/orders/${encodeURIComponent(order)}/sourcing`,
    );
    show(options.json, found, explanationText);
  } finally {
    await client.close();
  }
}

const MARKS = { chosen: '✓', possible: '·', refused: '✗' } as const;

function explanationText({ title, key, decisions }: SourcingExplanation): string {
  if (decisions.length === 0)
    return `${title}  ${key}\nNo units have been looked for: crossdock orders show ${key} tells where it stands.`;
  return [
    `${title}  ${key}`,
    ...decisions.flatMap(({ at, what, allocations, short, because, considered, configVersion }) => [
      '',
      `${time(at)}  ${what}: ${what === 'short' ? short.map(({ quantity, sku }) => `${quantity} × ${sku}`).join(', ') : from(allocations)} (configuration ${configVersion})`,
      ...because.map((reason) => `  ${reason}`),
      ...considered.map(
        ({ name, verdict, outcome }) => `  ${outcome === null ? '·' : MARKS[outcome]} ${name}: ${verdict}`,
      ),
    ]),
  ].join('\n');
}
