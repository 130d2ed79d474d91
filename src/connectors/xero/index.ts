/** The connector of Xero organisations: invoices, credit notes, payments, journals and bank transactions by the Accounting API. */
import { type ConnectionContext, type Connector, defineConnector, type Session } from '../contract.ts';
import { Budget } from './budget.ts';
import { checkOrganisation } from './check.ts';
import { Exchange, XeroClient } from './client.ts';
import { XeroCommands } from './commands.ts';
import { consent } from './connect.ts';
import { Facts } from './facts.ts';
import { xeroIntake } from './intake.ts';
import { manifest, Settings } from './manifest.ts';
import { unsuited } from './suits.ts';
import { credentialTokens } from './token.ts';
import { refreshTokens } from './token-refresh.ts';
import { TrackingKeeper } from './tracking.ts';

/** Elements of one call: Xero recommends fifty at most, and half of them are answered well within a call's time. */
const BATCH_SIZE = 25;
/** There is nothing to poll. */
const POLL_EVERY_MS = 24 * 60 * 60_000;

export const xero: Connector<Settings> = defineConnector<Settings>({
  manifest,
  settings: Settings,
  limits: ({ concurrency, callTimeoutMs }) => ({ concurrency, callTimeoutMs, pollEveryMs: POLL_EVERY_MS }),
  consent,
  unsuited,
  intake: () => xeroIntake,
  open,
});

function open({ connection, settings, clock, vault }: ConnectionContext<Settings>): Session {
  const budget = new Budget(settings.callsPerMinute);
  const tokens =
    settings.access === 'refreshToken'
      ? refreshTokens(connection, settings, clock, vault)
      : credentialTokens(settings, clock);
  const client = new XeroClient(settings, clock, budget, tokens);
  const facts = new Facts(clock);
  const commands = new XeroCommands(settings, facts, new TrackingKeeper());
  return {
    admit: () => budget.admit(clock.now()),
    perform: (command, signal) => commands.perform(command, new Exchange(client, signal)),
    performBatch: (all, signal) => commands.performBatch(all, new Exchange(client, signal)),
    batchSizes: {
      'finance.createInvoice': BATCH_SIZE,
      'finance.createCreditNote': BATCH_SIZE,
      'finance.recordPayment': BATCH_SIZE,
      'finance.postJournal': BATCH_SIZE,
      'finance.recordBankTransaction': BATCH_SIZE,
    },
    lookUp: (command, signal) => commands.lookUp(command, new Exchange(client, signal)),
    poll(feed) {
      throw new Error(`Xero has no feed "${feed}"`);
    },
    check: (signal, books = []) => checkOrganisation(settings, books, facts, new Exchange(client, signal)),
    close: async () => {},
  };
}
