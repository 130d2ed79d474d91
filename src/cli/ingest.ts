/** `crossdock ingest`: saved payloads in, by the path of a webhook. */
import { basename } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { DeliveryReceipt } from '../gateway/api-types.ts';
import { type CommonOptions, connect, readSaved, withCommonOptions } from './context.ts';
import { show, table } from './print.ts';

interface IngestOptions extends CommonOptions {
  connection: string;
  topic: string;
}

export function ingestCommand(program: Command): void {
  withCommonOptions(program.command('ingest <files...>'))
    .description(
      'take saved payloads in, by the same path as a webhook (they need no signature: you vouch for them)',
    )
    .requiredOption('--connection <id>', 'the connection that they came from')
    .requiredOption('--topic <topic>', 'the vendor’s topic, e.g. orders/create')
    .addHelpText(
      'after',
      '\nExample:\n  crossdock ingest order-1001.json --connection shopify-northlight --topic orders/create',
    )
    .action(ingest);
}

async function ingest(files: readonly string[], options: IngestOptions): Promise<void> {
  const client = await connect(options);
  const bar =
    options.json || files.length < 20 || !process.stdout.isTTY
      ? null
      : new SingleBar({ format: '  {bar} {value}/{total} files' }, Presets.shades_classic);
  const results: (DeliveryReceipt & { file: string })[] = [];
  try {
    bar?.start(files.length, 0);
    for (const file of files) {
      const path = `/v1/connections/${encodeURIComponent(options.connection)}/deliveries?topic=${encodeURIComponent(options.topic)}`;
      const receipt = await client.upload<DeliveryReceipt>(path, readSaved(file));
      results.push({ file: basename(file), ...receipt });
      bar?.increment();
    }
    bar?.stop();
    show(
      options.json,
      results,
      (rows) =>
        `${table(
          ['file', 'end', 'message', 'case'],
          rows.map((row) => [row.file, row.end, row.observationId, row.caseId ?? '']),
        )}${client.live ? '' : '\nThey are worked on when the hub runs.'}`,
    );
  } finally {
    bar?.stop();
    await client.close();
  }
}
