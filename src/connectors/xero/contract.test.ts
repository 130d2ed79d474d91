/** The contract suite on the connector `xero`, with its sandbox. */
import type { CommandKind } from '../../domain/commands.ts';
import { type ContractBench, contractSuite, type ReadyCommand } from '../contract-suite.ts';
import { xero } from './index.ts';
import type { XeroSandbox } from './sandbox/index.ts';
import { ACCOUNT, aXero, CONNECTION } from './sandbox/testing.ts';
import {
  aBankTransaction,
  aCreditNote,
  aJournal,
  anInvoice,
  aPayment,
  perform,
  sessionAt,
} from './testing.ts';

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
  const running = await aXero();
  const { clock, sandbox } = running;
  const settings: ContractBench['settings'] = (url, change) => ({
    ...ACCOUNT,
    ...(change?.badCredentials ? { clientSecret: 'wrong' } : {}),
    baseUrl: url,
    tracking: { brand: 'Brand' },
  });
  const session = sessionAt(sandbox.url, clock);
  let serial = 0;
  const act = async (ready: ReadyCommand) => {
    const outcome = await perform(session, ready.kind, ready.body);
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
      await session.close();
      await running.close();
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
