/** Stock files of a legacy system, in a folder or on an SFTP server: snapshots, deltas and receipts (docs/reference/stock-files.md). */
import {
  type Command,
  type ConnectionContext,
  type Connector,
  defineConnector,
  type Failure,
  type Outcome,
  type Session,
} from '../contract.ts';
import { systems } from './connect.ts';
import { type Exchange, ExchangeFailure } from './exchange.ts';
import { FileFeed, readCursor } from './feed.ts';
import { openFolder } from './folder.ts';
import { filesIntake } from './intake.ts';
import { FEED, manifest, Settings } from './manifest.ts';
import { askForSnapshot } from './requests.ts';
import { openSftp } from './sftp.ts';

export const files: Connector<Settings> = defineConnector<Settings>({
  manifest,
  settings: Settings,
  limits: ({ callTimeoutMs, pollEveryMs, levelsEveryMs }) => ({
    concurrency: 1,
    callTimeoutMs,
    pollEveryMs,
    levelsEveryMs,
  }),
  systems,
  intake: (connection) => filesIntake(connection),
  open,
});

export function openExchange({ folder, sftp }: Settings): Exchange {
  return sftp ? openSftp(sftp, folder) : openFolder(folder);
}

function open({ settings, clock }: ConnectionContext<Settings>): Session {
  const exchange = openExchange(settings);
  const feed = new FileFeed(exchange, settings, clock);
  return {
    admit: () => 0,
    perform: (command, signal) => perform(exchange, command, signal),
    lookUp: async () => ({ status: 'absent' }),
    async poll(name, cursor, signal) {
      if (name !== FEED) return { deliveries: [], cursor: cursor ?? '', more: false };
      return guarded(() => feed.poll(cursor, signal));
    },
    levelsCursor: (_feed, cursor) => JSON.stringify({ ...readCursor(cursor), ask: true }),
    check: (signal) => check(exchange, settings, signal),
    close: () => feed.close(),
  };
}

/** The only command: a level is asked for by asking for a snapshot of its location, which comes as a file when the system makes it. */
async function perform(exchange: Exchange, command: Command, signal: AbortSignal): Promise<Outcome> {
  if (command.kind !== 'inventory.readLevel')
    return {
      status: 'rejected',
      code: 'not-supported',
      message: `files know no ${command.kind}`,
      suggestedFix: 'Skip the case',
    };
  const { location } = command.body;
  const outcome = await guarded(async (): Promise<Outcome> => {
    await exchange.prepare(signal);
    await askForSnapshot(exchange, location, signal);
    return { status: 'done', result: {} };
  });
  return outcome;
}

async function check(
  exchange: Exchange,
  { locations, sftp, folder }: Settings,
  signal: AbortSignal,
): Promise<{ ok: boolean; message: string }> {
  const where = sftp ? `${folder} on ${sftp.host}` : folder;
  const found = await guarded(async () => {
    await exchange.prepare(signal);
    const inbox = await exchange.list('inbox', signal);
    // Reading is not enough: files are acknowledged and moved.
    await exchange.put('requests', '.check', { text: '' }, signal);
    const others = inbox.filter(({ name }) => !/^[^.].*\.csv$/i.test(name)).length;
    return { status: 'read' as const, waiting: inbox.length - others, others };
  });
  if (found.status !== 'read') return { ok: false, message: found.message };
  const left = found.others === 0 ? '' : `, ${found.others} of other names are left alone`;
  return {
    ok: true,
    message: `${where} can be read and written; ${found.waiting} files wait in inbox/${left}; locations: ${locations.join(', ')}`,
  };
}

/** Failures of the place are values; whatever else is wrong is tried again. */
async function guarded<Result>(act: () => Promise<Result>): Promise<Result | Failure> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ExchangeFailure) return error.failure;
    return { status: 'transient', message: error instanceof Error ? error.message : String(error) };
  }
}
