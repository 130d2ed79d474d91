/** The contract suite on the connector `xero`, with its sandbox. */
import { Clock } from '../../base/clock.ts';
import type { CommandKind } from '../../domain/commands.ts';
import { NO_FAULTS } from '../../sandbox/kit/faults.ts';
import { World } from '../../sandbox/kit/world.ts';
import { type ContractBench, contractSuite, type ReadyCommand } from '../contract-suite.ts';
import { xero } from './index.ts';
import { createXeroSandbox, type XeroSandbox } from './sandbox/index.ts';
import { ACCOUNT, aBankTransaction, aCreditNote, aJournal, anInvoice, aPayment } from './testing.ts';

const START = Date.UTC(2026, 10, 28, 6);
const CONNECTION = 'books-uk';

contractSuite('xero', {
  connector: xero,
  kinds: [
    'finance.createInvoice',
    'finance.createCreditNote',
    'finance.recordPayment',
    'finance.postJournal',
    'finance.recordBankTransaction',
    'finance.readBalances',
  ],
  feeds: [],
  webhooks: false,
  start: startBench,
});

async function startBench(): Promise<ContractBench> {
  const clock = new Clock(START, { frozen: true });
  const world = new World({ clock, seed: 'contract', faults: NO_FAULTS });
  const sandbox = await createXeroSandbox(world, {
    connection: CONNECTION,
    ...ACCOUNT,
    tracking: { Brand: ['Harbour'] },
  });
  const settings: ContractBench['settings'] = (url, change) => ({
    ...ACCOUNT,
    ...(change?.badCredentials ? { clientSecret: 'wrong' } : {}),
    baseUrl: url,
    tracking: { brand: 'Brand' },
  });
  const session = xero.open({
    connection: CONNECTION,
    settings: xero.settings.parse(settings(sandbox.url)),
    clock,
    log: () => {},
  });
  let serial = 0;
  const act = async (ready: ReadyCommand) => {
    const command = { ...ready, id: 'setup', attempt: 1, firstAttemptAt: clock.now(), persons: new Map() };
    const outcome = await session.perform(command as never, AbortSignal.timeout(5_000));
    if (outcome.status !== 'done') throw new Error(`${ready.kind} in the set-up: ${JSON.stringify(outcome)}`);
  };

  async function prepare(kind: CommandKind): Promise<ReadyCommand> {
    serial += 1;
    const number = `X-${serial}`;
    const key = `${CONNECTION} ${kind} ${number}`;
    switch (kind) {
      case 'finance.createInvoice':
        return { kind, key, body: anInvoice(number) };
      case 'finance.createCreditNote':
        return { kind, key, body: aCreditNote(number) };
      case 'finance.recordPayment':
        await act({ kind: 'finance.createInvoice', key: `${key} before`, body: anInvoice(number) });
        return { kind, key, body: aPayment(`P-${serial}`, number) };
      case 'finance.postJournal':
        return { kind, key, body: aJournal(number) };
      case 'finance.recordBankTransaction':
        return { kind, key, body: aBankTransaction(number) };
      case 'finance.readBalances':
        return { kind, key, body: { entity: 'uk', asOf: '2026-11-28' } };
      default:
        throw new Error(`Xero takes no ${kind}`);
    }
  }

  async function refused(kind: CommandKind): Promise<ReadyCommand | null> {
    if (kind === 'finance.readBalances')
      return { kind, key: 'balances', body: { entity: 'uk', asOf: 'yesterday' } };
    const ready = await prepare(kind);
    sandbox.lockPeriod('2026-12-31');
    return ready;
  }

  return {
    connection: CONNECTION,
    clock,
    url: sandbox.url,
    settings,
    prepare,
    refused,
    effects: (ready) => effectsOf(sandbox, ready),
    changes: ({ method }) => method === 'PUT',
    throttled: {
      answer: { status: 429, headers: { 'retry-after': '7', 'x-rate-limit-problem': 'minute' }, body: '' },
      leastRetryMs: 7_000,
    },
    provoke: async () => {},
    async close() {
      world.close();
      await session.close();
      await sandbox.close();
      if (world.failures.length > 0)
        throw new Error(`the sandbox itself failed: ${world.failures.join('\n')}`);
    },
  };
}

function effectsOf(sandbox: XeroSandbox, ready: ReadyCommand): number {
  const { documents, payments, journals, bankTransactions } = sandbox.books();
  switch (ready.kind) {
    case 'finance.createInvoice':
      return documents.filter((each) => each.kind === 'invoice' && each.number === ready.body.number).length;
    case 'finance.createCreditNote':
      return documents.filter((each) => each.kind === 'creditNote' && each.number === ready.body.number)
        .length;
    case 'finance.recordPayment':
      return payments.filter((each) => each.reference === ready.body.number).length;
    case 'finance.postJournal':
      return journals.filter((each) => each.narration.startsWith(`${ready.body.number}: `)).length;
    case 'finance.recordBankTransaction':
      return bankTransactions.filter((each) => each.reference === ready.body.number).length;
    default:
      return 0;
  }
}
