/** `crossdock reservations`: units that are kept for checkouts, tills and marketplaces. */
import type { Command } from 'commander';
import type { ReservationItem, ReservationList } from '../gateway/api-types.ts';
import { type CommonOptions, connect, withCommonOptions } from './context.ts';
import { show, table, time } from './print.ts';

export function reservationsCommand(program: Command): void {
  const reservations = program
    .command('reservations')
    .description('units that are kept for somebody before there is an order: list, show, release')
    .addHelpText('after', '\nExamples:\n  crossdock reservations list\n  crossdock reservations release ID');
  withCommonOptions(reservations.command('list'))
    .description('reservations that keep units, those that end first before the others')
    .option('--limit <number>', 'how many at most', '50')
    .addHelpText('after', '\nExample:\n  crossdock reservations list --json')
    .action(list);
  withCommonOptions(reservations.command('show <id>'))
    .description('what a reservation was asked for, what it was granted, and how it stands')
    .addHelpText('after', '\nExample:\n  crossdock reservations show 5e2c1f0a-93d4-8b1e-a7c0-4f6d2b9e8a13')
    .action((id: string, options: CommonOptions) => one('GET', id, '', undefined, options));
  withCommonOptions(reservations.command('release <id>'))
    .description('let go what a reservation keeps; its units can be sold at once')
    .option('--reason <words>', 'why', 'released on the command line')
    .addHelpText('after', '\nExample:\n  crossdock reservations release 5e2c1f0a-93d4-8b1e-a7c0-4f6d2b9e8a13')
    .action((id: string, options: CommonOptions & { reason: string }) =>
      one('POST', id, '/release', { reason: options.reason }, options),
    );
}

async function list(options: CommonOptions & { limit: string }): Promise<void> {
  const client = await connect(options);
  try {
    const path = `/v1/reservations?limit=${encodeURIComponent(options.limit)}`;
    const { reservations } = await client.call<ReservationList>('GET', path);
    show(options.json, reservations, (rows) =>
      rows.length === 0
        ? 'No reservation keeps units.'
        : table(
            ['ID', 'STATUS', 'UNITS', 'SKU', 'ENDS', 'ORDER'],
            rows.map(({ id, status, units, sku, expiresAt, order }) => [
              id,
              status,
              units,
              sku,
              time(expiresAt),
              order,
            ]),
          ),
    );
  } finally {
    await client.close();
  }
}

async function one(
  method: 'GET' | 'POST',
  id: string,
  act: string,
  body: unknown,
  options: CommonOptions,
): Promise<void> {
  const client = await connect(options);
  try {
    const path = `/v1/reservations/${encodeURIComponent(id)}${act}`;
    show(options.json, await client.call<ReservationItem>(method, path, body), told);
  } finally {
    await client.close();
  }
}

function told({ id, status, lines, expiresAt, order }: ReservationItem): string {
  const ends = expiresAt === null ? '' : `, until ${time(expiresAt)}`;
  return [
    `Reservation ${id} is ${status}${ends}${order === null ? '' : `, for order ${order}`}`,
    ...lines.map(({ sku, quantity, missing, kept }) => {
      const from = kept.map((part) => `${part.quantity} from ${part.location}`).join(', ');
      return `  ${quantity} × ${sku}: ${from || 'none'}${missing > 0 ? `, ${missing} missing` : ''}`;
    }),
  ].join('\n');
}
