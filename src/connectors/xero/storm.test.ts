/** On a bad day, as a lane works: whatever is refused, unanswered or late, each document stands in the books once, to the cent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../../base/clock.ts';
import type { FaultProfile } from '../../sandbox/kit/types.ts';
import type { Command, Outcome } from '../contract.ts';
import { manifest } from './manifest.ts';
import { aXero } from './sandbox/testing.ts';
import {
  aBankTransaction,
  aCommand,
  aCreditNote,
  aJournal,
  anInvoice,
  aPayment,
  sessionAt,
} from './testing.ts';

const MINUTE_MS = 60_000;
const ORDERS = 6;
const ATTEMPTS_AT_MOST = 40;
/** Twice as bad as the storm of the demonstration. */
const FAULTS: FaultProfile = {
  deliveries: { doubled: 0, outOfOrder: 0, dropped: 0 },
  calls: { refused: 0.15, timedOut: 0.15, lateShare: 0.5 },
  outageMs: 0,
  tokenExpires: false,
};

test('each document is booked once, whatever happens to the calls', async () => {
  const { sandbox, world, clock, close } = await aXero({ callsPerMinute: 20, callsPerDay: 100_000 }, FAULTS);
  // Each call by a session of its own, as after a restart of the hub.
  const ask = async (command: Command): Promise<Outcome> => {
    const session = sessionAt(sandbox.url, clock);
    for (let wait = session.admit(command.kind); wait > 0; wait = session.admit(command.kind))
      await world.passTo(clock.now() + wait);
    const deadline = new AbortController();
    const asked = session.perform(command, deadline.signal);
    const isOver = { now: false };
    void asked.finally(() => {
      isOver.now = true;
    });
    // A call is given up once it hangs.
    while (!isOver.now) {
      if (world.hung() > 0) deadline.abort();
      await pause(1);
    }
    await session.close();
    return asked;
  };
  const work = async (command: Command): Promise<void> => {
    for (let attempt = 1; attempt <= ATTEMPTS_AT_MOST; attempt += 1) {
      const outcome = await ask({ ...command, attempt });
      if (outcome.status === 'done') return;
      if (outcome.status === 'throttled') await world.passTo(clock.now() + outcome.retryAfterMs);
      else if (outcome.status === 'transient') await world.passTo(clock.now() + 1_000);
      else {
        assert.equal(outcome.status, 'unknown', JSON.stringify(outcome));
        const { longestOperationMs = 0 } = manifest.commands[command.kind] ?? {};
        await world.passTo(clock.now() + longestOperationMs);
      }
    }
    throw new Error(`${command.key} has found no end`);
  };

  for (let order = 1; order <= ORDERS; order += 1) {
    await work(aCommand('finance.createInvoice', anInvoice(`I-${order}`)));
    await work(aCommand('finance.recordPayment', aPayment(`P-${order}`, `I-${order}`)));
    await work(aCommand('finance.createInvoice', anInvoice(`T-${order}`)));
    await work(
      aCommand(
        'finance.createCreditNote',
        aCreditNote(`C-${order}`, {
          credits: `T-${order}`,
          settles: [{ invoice: `T-${order}`, amountMinor: 1_200 }],
        }),
      ),
    );
    await work(aCommand('finance.postJournal', aJournal(`J-${order}`)));
    await work(aCommand('finance.recordBankTransaction', aBankTransaction(`B-${order}`)));
  }
  await world.passTo(clock.now() + 10 * MINUTE_MS);

  const { refused, timedOut, late } = sandbox.stats();
  assert.ok(refused > 5 && timedOut > 5 && late > 1, JSON.stringify(sandbox.stats()));
  const { documents, payments, journals, bankTransactions } = sandbox.books();
  assert.deepEqual(
    [documents.length, payments.length, journals.length, bankTransactions.length],
    [ORDERS * 3, ORDERS, ORDERS, ORDERS],
  );
  assert.deepEqual(sandbox.balances('2026-12-31'), {
    '090': ORDERS * 97_10,
    '200': ORDERS * -30_00,
    '210': ORDERS * -9_80,
    '310': ORDERS * 8_40,
    '404': ORDERS * 2_90,
    '610': ORDERS * (29_88 - 12_00),
    '630': ORDERS * -8_40,
    '820': ORDERS * (-9_96 + 2_00),
    '850': ORDERS * (29_88 - 100_00),
  });
  await close();
});
