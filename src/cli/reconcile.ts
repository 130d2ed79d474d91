/** `crossdock stock reconcile`: all that a channel shows as stock is compared with what is known here, and healed. */
import type { Command } from 'commander';
import { pause } from '../base/clock.ts';
import { counted } from '../base/words.ts';
import type {
  ReconciliationItem,
  ReconciliationList,
  StockDifferenceItem,
  StockDifferenceList,
} from '../gateway/api-types.ts';
import { type CommonOptions, connect, type HubClient, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';

interface ReconcileOptions extends CommonOptions {
  show?: boolean;
  all?: boolean;
  by: string;
  wait: boolean;
}

const LOOK_EVERY_MS = 500;
/** Differences that are printed: more is a list for a program. */
const SHOWN = 50;
const PAGE = 1_000;

/** What `--json` prints. */
interface Shown {
  reconciliation: ReconciliationItem;
  differences: StockDifferenceItem[];
}

export function reconcileCommand(stock: Command): void {
  withCommonOptions(stock.command('reconcile <connection>'))
    .description(
      'compare all that a channel shows as stock with what is known here, and heal what differs, as every night; exits with 1 where a person must decide',
    )
    .option('--show', 'only show what the last one has found')
    .option('--all', 'list what was explained, too')
    .option('--by <name>', 'who asks', process.env.USER ?? 'command line')
    .option('--no-wait', 'do not wait for its end')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock stock reconcile shopify-northlight\n  crossdock stock reconcile shopify-northlight --show --json',
    )
    .action(reconcile);
}

async function reconcile(connection: string, options: ReconcileOptions): Promise<void> {
  const client = await connect(options);
  try {
    const path = `/v1/connections/${encodeURIComponent(connection)}/reconciliations`;
    const last = options.show
      ? (await client.call<ReconciliationList>('GET', path)).reconciliations[0]
      : await run(client, path, options);
    if (!last) {
      show(options.json, null, () => `${connection} has not been reconciled yet.`);
      return;
    }
    const differences = await differencesOf(client, `${path}/${last.id}/differences`, options.all === true);
    show<Shown>(options.json, { reconciliation: last, differences }, (shown) => textOf(connection, shown));
    if (last.status === 'failed' || last.cases > 0) process.exitCode = 1;
  } finally {
    await client.close();
  }
}

async function run(client: HubClient, path: string, { by, wait }: ReconcileOptions) {
  let item = await client.call<ReconciliationItem>('POST', path, { by });
  while (wait && client.live && item.finishedAt === null) {
    await pause(LOOK_EVERY_MS);
    const { reconciliations } = await client.call<ReconciliationList>('GET', path);
    item = reconciliations.find(({ id }) => id === item.id) ?? item;
  }
  return item;
}

async function differencesOf(client: HubClient, path: string, all: boolean): Promise<StockDifferenceItem[]> {
  const found: StockDifferenceItem[] = [];
  for (const outcome of all ? ['case', 'healed', 'open', 'explained'] : ['case', 'healed', 'open'])
    for (let next: string | null = ''; next !== null; ) {
      const after: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`;
      const page: StockDifferenceList = await client.call(
        'GET',
        `${path}?outcome=${outcome}&limit=${PAGE}${after}`,
      );
      found.push(...page.items);
      next = page.next;
    }
  return found;
}

function textOf(connection: string, { reconciliation: run, differences }: Shown): string {
  const { levels, agreed, explained, healed, cases, notMapped, message } = run;
  const end = run.finishedAt === null ? `it is ${run.status}` : `${run.status} ${time(run.finishedAt)} UTC`;
  return [
    `${connection}, by ${run.by}: begun ${time(run.createdAt)} UTC, ${end}`,
    `${counted(levels, 'SKU-location', 'SKU-locations')} compared: ${agreed} equal at once, ${explained} explained, ${healed} healed, ${counted(cases, 'case', 'cases')}.`,
    ...(notMapped === 0 ? [] : [`${counted(notMapped, 'level', 'levels')} of what is not published.`]),
    ...(message === null ? [] : [message]),
    ...(differences.length === 0
      ? []
      : [
          '',
          table(
            ['SKU', 'location', 'state', 'available', 'committed', 'together expected', 'explanation'],
            differences
              .slice(0, SHOWN)
              .map((row) => [
                row.sku,
                row.location,
                row.outcome,
                row.available ?? 'none',
                row.committed ?? 'none',
                row.expected ?? 'not known',
                row.explanation,
              ]),
          ),
          ...(differences.length > SHOWN
            ? [`… and ${differences.length - SHOWN} more: --json has them all`]
            : []),
        ]),
    ...(run.finishedAt === null
      ? [`It goes on in the hub: crossdock stock reconcile ${connection} --show`]
      : []),
  ].join('\n');
}
