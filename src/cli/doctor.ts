/** `crossdock doctor`: is all well, and what to do where it is not. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../base/words.ts';
import type { ConnectionCheck, ConnectionList, Overview, SourcingRules } from '../gateway/api-types.ts';
import {
  type CommonOptions,
  connect,
  databaseUrlOf,
  type HubClient,
  hubOptionsOf,
  runningHub,
  withCommonOptions,
} from './context.ts';
import { show } from './print.ts';

export function doctorCommand(program: Command): void {
  withCommonOptions(program.command('doctor'))
    .description('check configuration, database and connections, and say what to do')
    .addHelpText('after', '\nExample:\n  crossdock doctor')
    .action(doctor);
}

interface Check {
  what: string;
  ok: boolean;
  message: string;
}

async function doctor(options: CommonOptions): Promise<void> {
  const checks: Check[] = [];
  const note = runningHub(options.data);
  checks.push({
    what: 'hub',
    ok: note !== null,
    message: note
      ? `runs as process ${note.pid}, page and API at ${note.apiUrl}, webhooks at ${note.webhooksUrl}`
      : 'does not run on this data directory; start it with: crossdock start',
  });
  try {
    if (databaseUrlOf(options) === undefined && !existsSync(join(options.data, 'pg'))) {
      // A look changes nothing: the database is made by the first start.
      const { config } = await hubOptionsOf(options);
      checks.push({
        what: 'configuration and database',
        ok: true,
        message: `${config.name}, ${counted(config.connections.length, 'connection')}; the first start makes the database in ${options.data}`,
      });
    } else {
      const client = await connect(options);
      try {
        checks.push(...(await insideChecks(client, options)), ...(await connectionChecks(client)));
      } finally {
        await client.close();
      }
    }
  } catch (error) {
    checks.push({
      what: 'configuration and database',
      ok: false,
      message: error instanceof Error ? error.message : String(error),
    });
  }
  show(options.json, checks, (rows) =>
    rows.map((row) => `${row.ok ? '✓' : '✗'} ${row.what}: ${row.message}`).join('\n'),
  );
  if (checks.some((check) => !check.ok)) process.exitCode = 1;
}

async function insideChecks(client: HubClient, options: CommonOptions): Promise<Check[]> {
  const { retailer, database, cases, inbox } = await client.call<Overview>('GET', '/v1/overview');
  const { warnings } = await client.call<SourcingRules>('GET', '/v1/sourcing');
  const where = database === 'postgres' ? 'PostgreSQL' : `embedded in ${options.data}`;
  return [
    {
      what: 'configuration and database',
      ok: true,
      message: `${retailer}, ${where}${inbox > 0 && !client.live ? `; ${counted(inbox, 'message waits', 'messages wait')} for the hub` : ''}`,
    },
    {
      what: 'sourcing rules',
      ok: warnings.length === 0,
      message: warnings.join('; ') || 'each can match',
    },
    {
      what: 'cases',
      ok: cases.overdue === 0,
      message:
        cases.open === 0
          ? 'none is open'
          : `${cases.open} open, ${cases.overdue} overdue; see crossdock cases list`,
    },
  ];
}

/** Asks every connection, all at once: a system that does not answer must not make the others wait. */
async function connectionChecks(client: HubClient): Promise<Check[]> {
  const { connections } = await client.call<ConnectionList>('GET', '/v1/connections');
  return Promise.all(
    connections.map(async ({ id, paused, backlog }): Promise<Check> => {
      if (!client.live) return { what: id, ok: true, message: 'configured; it is asked when the hub runs' };
      const path = `/v1/connections/${encodeURIComponent(id)}/check`;
      const { ok, message } = await client.call<ConnectionCheck>('POST', path, {});
      const behind = backlog > 0 ? `; ${counted(backlog, 'command waits', 'commands wait')}` : '';
      return paused
        ? {
            what: id,
            ok: false,
            message: `is paused${behind}; let it go on with: crossdock connections resume ${id}`,
          }
        : { what: id, ok, message: `${message}${behind}` };
    }),
  );
}
