/** `crossdock migrate`: the database to this version's schema. */
import type { Command } from 'commander';
import { Clock } from '../base/clock.ts';
import { type CommonOptions, databaseUrlOf, runningHub, UsageError, withCommonOptions } from './context.ts';
import { show } from './print.ts';

export function migrateCommand(program: Command): void {
  withCommonOptions(program.command('migrate'))
    .description('bring the database to this version’s schema (start does it too)')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://… crossdock migrate')
    .action(runMigrate);
}

async function runMigrate(options: CommonOptions): Promise<void> {
  const url = databaseUrlOf(options);
  if (!url && runningHub(options.data))
    throw new UsageError(
      'The hub that runs on this directory has migrated it when it started. Stop it to migrate by hand.',
    );
  const [{ reachDatabase }, { migrate, readMigrations }] = await Promise.all([
    import('../main.ts'),
    import('../store/migrate.ts'),
  ]);
  const database = await reachDatabase(url ? { url } : { dataDir: options.data });
  try {
    const ran = await migrate(database, new Clock().nowIso());
    show(options.json, { ran, known: readMigrations().length }, (result) =>
      result.ran.length === 0
        ? `Nothing to do: all ${result.known} migrations have been applied.`
        : `Applied: ${result.ran.join(', ')}`,
    );
  } finally {
    await database.close();
  }
}
