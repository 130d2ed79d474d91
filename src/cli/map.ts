/** `crossdock map`: codes of channels and systems, and ours. A fix tries the cases again that it unblocks. */

import type { Command } from 'commander';
import { counted } from '../base/words.ts';
import { type MappingKind, MappingKind as MappingKindSchema } from '../domain/config.ts';
import type { MappingItem, MappingList, MappingsSaved } from '../gateway/api-types.ts';
import { type CommonOptions, connect, readSaved, UsageError, withCommonOptions } from './context.ts';
import { show, table } from './print.ts';

export function mapCommand(program: Command): void {
  const map = program
    .command('map')
    .description('mappings: SKU, location, tax-code and gateway codes')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock map list sku\n  crossdock map set sku shopify-northlight MUG-BLUE-OLD MUG-BLUE',
    );
  withCommonOptions(map.command('list [kind] [connection]'))
    .description('mappings in force')
    .addHelpText('after', '\nExamples:\n  crossdock map list\n  crossdock map list sku erp --json')
    .action(list);
  withCommonOptions(map.command('set <kind> <connection> <external> <internal>'))
    .description('map a code of a connection to ours ("-" as ours takes the row out)')
    .option('--by <name>', 'who decides', process.env.USER ?? 'command line')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock map set sku shopify-northlight MUG-BLUE-OLD MUG-BLUE\n  crossdock map set tax-code shopify-northlight "MwSt 0.19" DE-19',
    )
    .action(set);
  withCommonOptions(map.command('import <file>'))
    .description(
      'many at once, all or none, from CSV with the head kind,connection,external,internal (or JSON)',
    )
    .option('--by <name>', 'who decides', process.env.USER ?? 'command line')
    .addHelpText('after', '\nExample:\n  crossdock map import skus.csv')
    .action(importFile);
}

async function list(
  kind: string | undefined,
  connection: string | undefined,
  options: CommonOptions,
): Promise<void> {
  const client = await connect(options);
  try {
    const query = new URLSearchParams();
    if (kind) query.set('kind', kindOf(kind));
    if (connection) query.set('connection', connection);
    const { mappings } = await client.call<MappingList>('GET', `/v1/mappings?${query}`);
    show(options.json, mappings, (rows) =>
      rows.length === 0
        ? 'No mappings.'
        : table(
            ['kind', 'connection', 'their code', 'our code'],
            rows.map((row) => [row.kind, row.connection, row.external, row.internal]),
          ),
    );
  } finally {
    await client.close();
  }
}

async function set(
  kind: string,
  connection: string,
  external: string,
  internal: string,
  options: CommonOptions & { by: string },
): Promise<void> {
  await save(
    [{ kind: kindOf(kind), connection, external, internal: internal === '-' ? null : internal }],
    options,
  );
}

async function importFile(file: string, options: CommonOptions & { by: string }): Promise<void> {
  const body = readSaved(file);
  const client = await connect(options);
  try {
    const type = file.toLowerCase().endsWith('.json') ? 'application/json' : 'text/csv';
    const result = await client.upload<MappingsSaved>(
      `/v1/mappings/import?by=${encodeURIComponent(options.by)}`,
      body,
      { 'content-type': type },
    );
    show(options.json, result, (saved) => savedText(saved, client.live));
  } finally {
    await client.close();
  }
}

function savedText({ changed, retried, warnings }: MappingsSaved, live: boolean): string {
  const rows = changed === 0 ? 'Nothing new: it was so already.' : `${counted(changed, 'row')} changed.`;
  const waits = `${counted(retried, 'order or item', 'orders or items')} that waited for a mapping ${retried === 1 ? 'is' : 'are'} tried again${live ? '' : ' when the hub runs'}.`;
  return [retried === 0 ? rows : `${rows} ${waits}`, ...warnings.map((text) => `Mind: ${text}`)].join('\n');
}

async function save(rows: readonly MappingItem[], options: CommonOptions & { by: string }): Promise<void> {
  const client = await connect(options);
  try {
    const result = await client.call<MappingsSaved>('PUT', '/v1/mappings', { by: options.by, rows });
    show(options.json, result, (saved) => savedText(saved, client.live));
  } finally {
    await client.close();
  }
}

function kindOf(text: string): MappingKind {
  const parsed = MappingKindSchema.safeParse(text);
  if (!parsed.success)
    throw new UsageError(`"${text}" is no kind of mapping: ${MappingKindSchema.options.join(', ')}`);
  return parsed.data;
}
