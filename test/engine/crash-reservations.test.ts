/**
 * A hub is killed with SIGKILL at every named point of a direct turn, while tills and checkouts ask and ask again with the same keys.
 * It starts again: each key has one answer, as many units are promised as there are, and none is lost.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DIRECT_CRASH_POINTS } from '../../src/engine/crash-points.ts';
import type { ReservationItem } from '../../src/gateway/api-types.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { TOKEN } from '../support/api.ts';
import { startBooks } from '../support/books.ts';
import { until } from '../support/engine.ts';
import { findingsInside } from '../support/sound.ts';
import { assertNoDefect, killHub, lookInto, type RunningHub, startHub, stopHub } from './crash-world.ts';

const UNITS = 40;
const ASKERS = 60;

/** Asks until somebody answers, with the same key, as a till does. */
async function insist<Answer>(
  hub: () => RunningHub | undefined,
  path: string,
  key: string,
  body: object,
): Promise<Answer> {
  for (;;) {
    try {
      const response = await fetch(`${hub()?.api}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${TOKEN}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(6_000),
      });
      const text = await response.text();
      assert.ok(response.status === 200 || response.status >= 500, text);
      if (response.status === 200) return JSON.parse(text) as Answer;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const kind of databases()) {
  describe(`reservations of a hub that is killed (${kind})`, { concurrency: 2 }, () => {
    for (const point of DIRECT_CRASH_POINTS) {
      test(`at ${point}`, () =>
        withDatabase(kind, async (place) => {
          const books = await startBooks();
          let hub: RunningHub | undefined;
          const settings = { place, booksUrl: books.url, concurrency: 2 };
          try {
            hub = await startHub({ ...settings, node: 'node-1' }, { CROSSDOCK_CRASH_AT: `${point}:3` });
            const doomed = hub;
            await books.addStock([{ sku: 'HOT', onHand: UNITS }]);
            const lines = [{ sku: 'HOT', location: 'WH', quantity: 1 }];
            await until('the stock to be counted', async () => {
              const response = await fetch(`${doomed.api}/v1/availability?sku=HOT&location=WH`, {
                headers: { authorization: `Bearer ${TOKEN}` },
              });
              return (
                ((await response.json()) as { skus: { available: number }[] }).skus[0]?.available === UNITS
              );
            });
            const current = () => hub;
            const asked: Promise<ReservationItem>[] = [];
            // One after the other at first, so that several commits are made before it dies.
            for (let index = 0; index < ASKERS; index += 1) {
              const answer = insist<ReservationItem>(current, '/v1/reservations', `cart-${index}`, { lines });
              asked.push(answer);
              if (index < 4 && doomed.child.signalCode === null) await Promise.race([answer, doomed.ended]);
            }
            await until(`the hub to pass ${point}`, () => doomed.child.signalCode !== null, 60_000);
            assert.equal(await doomed.ended, 'SIGKILL', doomed.errors());
            hub = await startHub({ ...settings, node: 'node-2' });
            const answers = await Promise.all(asked);
            const granted = answers.filter((answer) => answer.granted);
            assert.equal(granted.length, UNITS);
            const again = await insist<ReservationItem>(current, '/v1/reservations', 'cart-0', { lines });
            assert.deepEqual(again, answers[0]);
            const [gone] = granted;
            await insist(current, `/v1/reservations/${gone?.id}/release`, 'x', {});
            await stopHub(hub);
            assertNoDefect(hub);
            await lookInto(place, async (database) => {
              assert.deepEqual(await findingsInside(database), []);
              const [position] = await database.query('select on_hand, reserved from position');
              assert.deepEqual(position, { on_hand: UNITS, reserved: UNITS - 1 });
              const [streams] = await database.query(
                "select count(*) as made from stream where kind = 'reservation'",
              );
              assert.deepEqual(streams, { made: ASKERS });
            });
          } finally {
            if (hub) await killHub(hub);
            await books.stop();
          }
        }));
    }
  });
}
