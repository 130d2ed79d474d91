/** All commands, put together. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { auditCommand } from './audit.ts';
import { backfillCommand } from './backfill.ts';
import { bankCommand } from './bank.ts';
import { booksCommand } from './books.ts';
import { casesCommand } from './cases.ts';
import { connectCommand } from './connect.ts';
import { connectionsCommand } from './connections.ts';
import { contractsCommand } from './contracts.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { importCommand } from './import.ts';
import { ingestCommand } from './ingest.ts';
import { mapCommand } from './map.ts';
import { migrateCommand } from './migrate.ts';
import { moneyCasesCommand } from './money-cases.ts';
import { ordersCommand } from './orders.ts';
import { proofCommand } from './proof.ts';
import { reservationsCommand } from './reservations.ts';
import { returnsCommand } from './returns.ts';
import { sandboxCommand } from './sandbox.ts';
import { settlementCommand } from './settlement.ts';
import { shadowCommand } from './shadow.ts';
import { sourcingCommand } from './sourcing.ts';
import { startCommand } from './start.ts';
import { stockCommand } from './stock.ts';
import { takeoverCommand } from './takeover.ts';

export function createProgram(): Command {
  const program = new Command('crossdock')
    .description(
      'The integration hub of a retailer: orders, stock and money between channels and systems, exactly once and to the cent.',
    )
    .version(packageVersion())
    .showHelpAfterError('(crossdock COMMAND --help shows examples)')
    .addHelpText(
      'after',
      "\nExamples:\n  crossdock start                       a hub with a sandbox retailer around it\n  crossdock orders list                 what runs\n  crossdock orders show '#1001'         one order's whole story\n  crossdock cases list                  what waits for a person\n  crossdock COMMAND --help              more examples",
    );
  startCommand(program);
  demoCommand(program);
  ordersCommand(program);
  returnsCommand(program);
  casesCommand(program);
  stockCommand(program);
  sourcingCommand(program);
  mapCommand(program);
  connectCommand(program);
  connectionsCommand(program);
  contractsCommand(program);
  importCommand(program);
  backfillCommand(program);
  shadowCommand(program);
  takeoverCommand(program);
  ingestCommand(program);
  auditCommand(program);
  booksCommand(program);
  bankCommand(program);
  settlementCommand(program);
  proofCommand(program);
  moneyCasesCommand(program);
  reservationsCommand(program);
  sandboxCommand(program);
  migrateCommand(program);
  doctorCommand(program);
  return program;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
