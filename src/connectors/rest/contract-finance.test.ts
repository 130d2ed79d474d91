/** The contract suite on the connector `rest` as a finance system, and what its sandbox books. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import type { CommandBodies, CommandKind } from '../../domain/commands.ts';
import { NO_FAULTS } from '../../sandbox/kit/faults.ts';
import { World } from '../../sandbox/kit/world.ts';
import { asCommand, type ContractBench, contractSuite, type ReadyCommand } from '../contract-suite.ts';
import { rest } from './index.ts';
import { createRestSandbox, type RestSandbox } from './sandbox/index.ts';

const START = Date.UTC(2026, 10, 23, 6);
const CONNECTION = 'books';
const ENTITY = 'hv-de';

contractSuite('rest as finance', {
  connector: rest,
  kinds: [
    'finance.createInvoice',
    'finance.createCreditNote',
    'finance.recordPayment',
    'finance.postJournal',
    'finance.recordBankTransaction',
    'finance.readBalances',
    'finance.readDocuments',
  ],
  feeds: [],
  webhooks: false,
  start: startBench,
});

async function openLedger() {
  const clock = new Clock(START, { frozen: true });
  const world = new World({ clock, seed: 'contract', faults: NO_FAULTS });
  const sandbox = await createRestSandbox(world, {
    connection: CONNECTION,
    roles: ['finance'],
    token: 'right',
    webhookSecret: 'unused',
    webhookTarget: () => undefined,
    ledgers: [{ entity: ENTITY, currency: 'EUR', receivables: '1400', taxAccounts: { DE19: '3806' } }],
  });
  const settings: ContractBench['settings'] = (url, change) => ({
    baseUrl: url,
    token: change?.badCredentials ? 'wrong' : 'right',
    roles: ['finance'],
  });
  const session = rest.open({
    connection: CONNECTION,
    settings: rest.settings.parse(settings(sandbox.url)),
    clock,
    log: () => {},
  });
  const close = async () => {
    world.close();
    await session.close();
    await sandbox.close();
    assert.deepEqual(world.failures, []);
  };
  const act = async (ready: ReadyCommand) => {
    const outcome = await session.perform(asCommand(ready, clock), AbortSignal.timeout(5_000));
    if (outcome.status !== 'done') throw new Error(`${ready.kind}: ${JSON.stringify(outcome)}`);
    return outcome.result;
  };
  return { clock, sandbox, settings, session, act, close };
}

const line = (account: string, netMinor: number, taxMinor = 0) => ({
  description: 'Lantern',
  account,
  quantity: 1,
  netMinor,
  taxMinor,
  taxCode: taxMinor === 0 ? null : 'DE19',
  dimensions: { brand: 'northlight' },
});

function anInvoice(number: string): CommandBodies['finance.createInvoice'] {
  return {
    reference: 'shop/1',
    entity: ENTITY,
    number,
    customerId: null,
    date: '2026-11-23',
    dueDate: '2026-11-23',
    currency: 'EUR',
    rate: null,
    lines: [line('8400', 10_000, 1_900), line('8401', 400, 76)],
    totalMinor: 12_376,
  };
}

function aJournal(number: string): CommandBodies['finance.postJournal'] {
  const of = (account: string, amountMinor: number) => ({
    account,
    description: '',
    amountMinor,
    taxCode: null,
    dimensions: {},
  });
  return {
    entity: ENTITY,
    number,
    date: '2026-11-23',
    currency: 'EUR',
    text: 'Captured on 2026-11-23',
    lines: [of('1460', 12_376), of('3272', -12_376)],
  };
}

function commands(serial: number, act: (ready: ReadyCommand) => Promise<unknown>) {
  const number = `XD/${serial}#1`;
  return async (kind: CommandKind): Promise<ReadyCommand> => {
    switch (kind) {
      case 'finance.createInvoice':
        return { kind, key: `${number}/invoice`, body: anInvoice(number) };
      case 'finance.createCreditNote':
        return { kind, key: `${number}/credit`, body: { ...anInvoice(number), credits: null } };
      case 'finance.recordPayment': {
        const invoice = anInvoice(`${number}/paid`);
        await act({ kind: 'finance.createInvoice', key: invoice.number, body: invoice });
        const { reference, entity, date, currency, rate } = invoice;
        const body = {
          reference,
          entity,
          date,
          currency,
          rate,
          number,
          document: invoice.number,
          documentKind: 'invoice' as const,
          account: '3272',
          amountMinor: invoice.totalMinor,
        };
        return { kind, key: `${number}/payment`, body };
      }
      case 'finance.postJournal':
        return { kind, key: `${number}/journal`, body: aJournal(number) };
      case 'finance.recordBankTransaction': {
        const body = {
          entity: ENTITY,
          number,
          bankAccount: '1200',
          contact: 'Payments Ltd',
          date: '2026-11-23',
          currency: 'EUR',
          direction: 'spent' as const,
          lines: [line('4970', 100, 19)],
          totalMinor: 119,
        };
        return { kind, key: `${number}/bank`, body };
      }
      case 'finance.readBalances':
        return { kind, key: `${number}/balances`, body: { entity: ENTITY, asOf: '2026-11-30' } };
      case 'finance.readDocuments': {
        const body = { entity: ENTITY, date: '2026-11-23', after: null };
        return { kind, key: `${number}/documents`, body };
      }
      default:
        throw new Error(`a finance system is asked no ${kind}`);
    }
  };
}

async function startBench(): Promise<ContractBench> {
  const { clock, sandbox, settings, act, close } = await openLedger();
  let serial = 0;
  const prepare = (kind: CommandKind) => {
    serial += 1;
    return commands(serial, act)(kind);
  };
  return {
    connection: CONNECTION,
    clock,
    url: sandbox.url,
    settings,
    prepare,
    refused: async (kind) => {
      const ready = await prepare(kind);
      switch (ready.kind) {
        case 'finance.createInvoice':
          return { ...ready, body: { ...ready.body, totalMinor: 1 } };
        case 'finance.createCreditNote':
          return { ...ready, body: { ...ready.body, totalMinor: 1 } };
        case 'finance.recordPayment':
          return { ...ready, body: { ...ready.body, document: 'none' } };
        case 'finance.postJournal':
          return { ...ready, body: { ...ready.body, entity: 'nobody' } };
        case 'finance.recordBankTransaction':
          return { ...ready, body: { ...ready.body, lines: [{ ...line('4970', 100, 19), taxCode: 'XX' }] } };
        case 'finance.readDocuments':
          return { ...ready, body: { ...ready.body, entity: 'nobody' } };
        case 'finance.readBalances':
          return { ...ready, body: { ...ready.body, entity: 'nobody' } };
        default:
          return null;
      }
    },
    effects: (ready) => documentsOf(sandbox, ready),
    changes: ({ method }) => method !== 'GET',
    throttled: {
      answer: { status: 429, headers: { 'retry-after': '7' }, body: '{"code":"too-many-requests"}' },
      leastRetryMs: 7_000,
    },
    provoke: async () => {},
    close,
  };
}

/** How often a document stands in the system's books, by its number. */
function documentsOf(sandbox: RestSandbox, ready: ReadyCommand): number {
  const { number } = ready.body as { number?: string };
  return number === undefined
    ? 0
    : (sandbox.finance?.numbers().filter((each) => each === number).length ?? 0);
}

test('the sandbox keeps a trial balance of what it is told, and its periods close', async () => {
  const { sandbox, session, act, clock, close } = await openLedger();
  const prepare = commands(1, act);
  await act(await prepare('finance.recordPayment'));
  await act({ kind: 'finance.postJournal', key: 'journal', body: aJournal('J1') });
  const credit = { ...anInvoice('C1'), lines: [line('8402', 1_000, 190)], totalMinor: 1_190, credits: null };
  await act({ kind: 'finance.createCreditNote', key: 'credit', body: credit });
  const expected = [
    { account: '1400', balanceMinor: -1_190 },
    { account: '1460', balanceMinor: 12_376 },
    { account: '3806', balanceMinor: -1_976 + 190 },
    { account: '8400', balanceMinor: -10_000 },
    { account: '8401', balanceMinor: -400 },
    { account: '8402', balanceMinor: 1_000 },
  ];
  assert.deepEqual(sandbox.finance?.books().ledgers[0]?.balances, expected);
  assert.deepEqual(await act(await prepare('finance.readBalances')), { balances: expected });
  sandbox.finance?.close(ENTITY, '2026-11-23');
  const late = await session.perform(
    asCommand({ kind: 'finance.postJournal', key: 'late', body: aJournal('J2') }, clock),
    AbortSignal.timeout(5_000),
  );
  assert.equal(late.status === 'rejected' && late.code, 'PERIOD_CLOSED');
  assert.equal(late.status === 'rejected' && late.closedThrough, '2026-11-23');
  await close();
});
