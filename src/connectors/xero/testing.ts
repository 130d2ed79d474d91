/** Builders for the tests of this connector. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Clock } from '../../base/clock.ts';
import type { CommandBodies, CommandKind, FinanceLine } from '../../domain/commands.ts';
import type { CommandOf, Outcome, Session, Vault } from '../contract.ts';
import { xero } from './index.ts';
import type { Exchanged, XeroSandboxOptions } from './sandbox/index.ts';
import { ACCOUNT, aXero, CONNECTION, type RunningXero } from './sandbox/testing.ts';

/** A session of the connector at an address. */
export function sessionAt(
  url: string,
  clock: Clock,
  change: Record<string, unknown> = {},
  vault?: Vault,
): Session {
  return xero.open({
    connection: CONNECTION,
    settings: xero.settings.parse({ ...ACCOUNT, baseUrl: url, tracking: { brand: 'Brand' }, ...change }),
    clock,
    ...(vault ? { vault } : {}),
    log: () => {},
  });
}

/** A command as a lane would give it; its key is its number. */
export function aCommand<Kind extends CommandKind>(
  kind: Kind,
  body: CommandBodies[Kind],
  attempt = 1,
): CommandOf<Kind> {
  const key = `${kind} ${(body as { number?: string }).number ?? ''}`;
  return {
    kind,
    key,
    body,
    id: `${key} ${attempt}`,
    attempt,
    firstAttemptAt: 0,
    persons: new Map(),
  } as unknown as CommandOf<Kind>;
}

/** Performs it, as a lane would. */
export function perform<Kind extends CommandKind>(
  session: Session,
  kind: Kind,
  body: CommandBodies[Kind],
  attempt = 1,
): Promise<Outcome> {
  return session.perform(aCommand(kind, body, attempt), soon());
}

/** A sandbox and a session with it. */
export interface Bench extends RunningXero {
  session: Session;
  /** What went over the wire and was answered well. */
  exchanges: Exchanged[];
  book<Kind extends CommandKind>(kind: Kind, body: CommandBodies[Kind]): Promise<Outcome>;
}

/** Starts both for one test. */
export async function aBench(
  context: TestContext,
  settings: Record<string, unknown> = {},
  options: Partial<XeroSandboxOptions> = {},
): Promise<Bench> {
  const exchanges: Exchanged[] = [];
  const xero = await aXero({ record: (each) => exchanges.push(each), ...options });
  const session = sessionAt(xero.sandbox.url, xero.clock, settings);
  context.after(async () => {
    await session.close();
    await xero.close();
  });
  return { ...xero, session, exchanges, book: (kind, body) => perform(session, kind, body) };
}

export function assertDone(
  outcome: Outcome | undefined,
): asserts outcome is Extract<Outcome, { status: 'done' }> {
  assert.equal(outcome?.status, 'done', JSON.stringify(outcome));
}

export function assertRejected(outcome: Outcome | undefined, code: string, words: RegExp): void {
  assert.equal(outcome?.status, 'rejected', JSON.stringify(outcome));
  if (outcome?.status !== 'rejected') return;
  assert.equal(outcome.code, code);
  assert.match(outcome.message, words);
  assert.ok(outcome.suggestedFix.length > 20);
}

/** Only keeps a broken test from hanging. */
export const soon = (): AbortSignal => AbortSignal.timeout(10_000);

export const line = (change: Partial<FinanceLine> = {}): FinanceLine => ({
  description: 'Lantern',
  account: '200',
  quantity: 2,
  netMinor: 2_000,
  taxMinor: 400,
  taxCode: 'OUTPUT2',
  dimensions: { brand: 'Harbour', location: 'LEEDS' },
  ...change,
});

/** Two lanterns and delivery, VAT of 20 %: 29.88 GBP. */
export function anInvoice(
  number: string,
  change: Partial<CommandBodies['finance.createInvoice']> = {},
): CommandBodies['finance.createInvoice'] {
  return {
    reference: `shop/${number}`,
    entity: 'uk',
    number,
    customerId: null,
    date: '2026-11-28',
    dueDate: '2026-11-28',
    currency: 'GBP',
    rate: null,
    lines: [
      line(),
      line({ description: 'Delivery', account: '210', quantity: 1, netMinor: 490, taxMinor: 98 }),
    ],
    totalMinor: 2_988,
    ...change,
  };
}

/** One lantern back: 12.00 GBP. */
export function aCreditNote(
  number: string,
  change: Partial<CommandBodies['finance.createCreditNote']> = {},
): CommandBodies['finance.createCreditNote'] {
  return {
    ...anInvoice(number),
    lines: [line({ quantity: 1, netMinor: 1_000, taxMinor: 200 })],
    totalMinor: 1_200,
    credits: null,
    ...change,
  };
}

/** All of `anInvoice`, from deposits. */
export function aPayment(
  number: string,
  document: string,
  change: Partial<CommandBodies['finance.recordPayment']> = {},
): CommandBodies['finance.recordPayment'] {
  return {
    reference: `shop/${document}`,
    entity: 'uk',
    number,
    document,
    documentKind: 'invoice',
    account: '850',
    date: '2026-11-28',
    currency: 'GBP',
    rate: null,
    amountMinor: 2_988,
    ...change,
  };
}

/** Cost of goods of 8.40 GBP. */
export function aJournal(
  number: string,
  change: Partial<CommandBodies['finance.postJournal']> = {},
): CommandBodies['finance.postJournal'] {
  const dimensions = { brand: 'Harbour' };
  return {
    entity: 'uk',
    number,
    date: '2026-11-28',
    currency: 'GBP',
    text: 'Cost of goods of 28 November',
    lines: [
      { account: '310', description: 'Cost of goods', amountMinor: 840, taxCode: null, dimensions },
      { account: '630', description: 'Stock', amountMinor: -840, taxCode: null, dimensions },
    ],
    ...change,
  };
}

/** A payout of 97.10 GBP: 100.00 from deposits less a fee of 2.90. */
export function aBankTransaction(
  number: string,
  change: Partial<CommandBodies['finance.recordBankTransaction']> = {},
): CommandBodies['finance.recordBankTransaction'] {
  return {
    entity: 'uk',
    number,
    bankAccount: '090',
    contact: 'Shopify Payments',
    date: '2026-11-28',
    currency: 'GBP',
    direction: 'received',
    lines: [
      line({
        description: 'Captured',
        account: '850',
        quantity: 1,
        netMinor: 10_000,
        taxMinor: 0,
        taxCode: null,
      }),
      line({ description: 'Fee', account: '404', quantity: 1, netMinor: -290, taxMinor: 0, taxCode: null }),
    ],
    totalMinor: 9_710,
    ...change,
  };
}
