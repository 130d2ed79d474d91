/**
 * A hub is killed with SIGKILL at every named point of intake, turn and lane while goods come back and their money is given back. It
 * starts again: each return is announced once, refunded once, credited once, its unit is on the shelf once, and nothing else is left.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Order } from '../../src/domain/canonical/index.ts';
import type { CrashPoint } from '../../src/engine/crash-points.ts';
import { databases, withDatabase } from '../harness/database.ts';
import { TOKEN } from '../support/api.ts';
import { startBooks } from '../support/books.ts';
import { anOrder, line, orderDelivery } from '../support/builders.ts';
import { ChannelModel } from '../support/channel-model.ts';
import { until } from '../support/engine.ts';
import { aReturn, disposed, returnLines } from '../support/returns.ts';
import { findingsInside } from '../support/sound.ts';
import { standInDelivery } from '../support/stand-in.ts';
import { assertNoDefect, killHub, lookInto, type RunningHub, startHub, stopHub } from './crash-world.ts';

const RETURNS = 4;
/** A loaded machine is slow. */
const PATIENCE_MS = 120_000;
/** At which pass of a point the hub dies: so that some returns are under way. */
const POINTS: readonly (readonly [CrashPoint, number])[] = [
  ['intake:received', 6],
  ['intake:committed', 6],
  ['turn:claimed', 8],
  ['turn:decided', 8],
  ['turn:committed', 8],
  ['lane:attempt-noted', 3],
  ['lane:called', 5],
  ['lane:answered', 5],
  ['lane:outcome-noted', 5],
];
const READS = new Set(['channel.readOrder', 'channel.readReturn', 'channel.findReturns']);

const ids = Array.from({ length: RETURNS }, (_, index) => String(index));
const keyOf = (id: string) => `shop/R${id}`;
const lines = () => [line('A', 2)];

const returnOf = (id: string, changes: Parameters<typeof aReturn>[0] = {}) =>
  aReturn({
    returnId: `R${id}`,
    channelOrderId: id,
    name: `#${id}-R1`,
    lines: returnLines({ quantity: 1, dispositions: [{ ...disposed(`D${id}`, 'restock'), location: 'WH' }] }),
    ...changes,
  });

/** The order as its channel shows it when the money of its return has gone back. */
function refunded(id: string, refundId: string): Order {
  const channel = new ChannelModel(anOrder(id, lines()));
  channel.fulfil({ lines: [{ lineId: 'A-line', quantity: 2 }], shipmentId: `shop/${id}#R1-S1` });
  const order = channel.refund([{ lineId: 'A-line', quantity: 1 }]);
  return { ...order, refunds: order.refunds.map((refund) => ({ ...refund, refundId, returnId: `R${id}` })) };
}

for (const kind of databases())
  describe(`returns of a hub that is killed (${kind})`, { concurrency: 2 }, () => {
    for (const [point, pass] of POINTS)
      test(`at ${point}`, () =>
        withDatabase(kind, async (place) => {
          const books = await startBooks();
          const settings = { place, booksUrl: books.url, concurrency: 2 };
          let hub: RunningHub | undefined;
          let starts = 0;
          const start = async (env: Record<string, string> = {}) => {
            hub = undefined;
            starts += 1;
            hub = await startHub({ ...settings, node: `node-${starts}` }, env);
            return hub;
          };
          let starting: Promise<unknown> | undefined;
          /** Starts a hub in place of one that has died, whoever notices it first. */
          const alive = async () => {
            if (hub && hub.child.signalCode === null && hub.child.exitCode === null) return;
            starting ??= start().finally(() => {
              starting = undefined;
            });
            await starting;
          };
          /** Asks whoever runs until somebody answers: it may have been heard before. */
          const insist = async (port: 'webhooks' | 'api', path: string, body: string, known = /^$/) => {
            for (;;) {
              await alive();
              try {
                const response = await fetch(`${hub?.[port]}${path}`, {
                  method: 'POST',
                  headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
                  body,
                  signal: AbortSignal.timeout(6_000),
                });
                const text = await response.text();
                if (response.status === 200 || known.test(text)) return;
                assert.match(text, /return-not-read|return-not-found|nothing-waits/, `${path}: ${text}`);
              } catch (error) {
                if (error instanceof assert.AssertionError) throw error;
              }
              await new Promise((resolve) => setTimeout(resolve, 20));
            }
          };
          const deliver = (delivery: { body: Uint8Array }) =>
            insist('webhooks', '/webhooks/shop', Buffer.from(delivery.body).toString());
          const see = (id: string, read: number, changes: Parameters<typeof aReturn>[0] = {}) =>
            deliver(
              standInDelivery({
                stream: 'return',
                key: keyOf(id),
                persons: [],
                message: { type: 'return.snapshot', return: returnOf(id, changes), read },
              }),
            );
          const effects = async (name: string) =>
            (await books.effects()).filter((each) => each.kind === name);
          const refundOf = async (id: string) =>
            (await effects('channel.refund')).find(({ key }) => key.startsWith(`shop/${id}#`));
          const comeBack = async (id: string) => {
            await see(id, 1, { lines: returnLines({ quantity: 1 }) });
            await see(id, 2);
            const path = `/v1/returns/${encodeURIComponent(keyOf(id))}`;
            const wanted = JSON.stringify({ by: 'Anna', request: `q${id}` });
            await insist('api', `${path}/refund`, wanted, /refund-refused/);
            // Heard, and killed before it could be said: then nothing waits any more, or Ben has agreed.
            await until(
              `the money of return ${id}`,
              async () => {
                if (await refundOf(id)) return true;
                await insist(
                  'api',
                  `${path}/approve`,
                  JSON.stringify({ by: 'Ben' }),
                  /same-person|nothing-waits/,
                );
                return false;
              },
              PATIENCE_MS,
            );
            const refundId = (await refundOf(id))?.result.refundId ?? '';
            await deliver(orderDelivery(refunded(id, refundId)));
            const done = returnLines({ ...returnOf(id).lines[0], processedQuantity: 1 });
            await see(id, 3, { lines: done, refundIds: [refundId] });
          };
          try {
            await start();
            await books.addStock([{ sku: 'A', onHand: 100 }]);
            for (const id of ids) await deliver(orderDelivery(anOrder(id, lines())));
            await until(
              'all to have left',
              async () => (await effects('erp.recordShipment')).length === RETURNS,
            );
            assert.ok(hub);
            await stopHub(hub);
            await books.delay(20);
            // The first poll may pass its point before the hub has said that it is ready: then it is dead already.
            const doomed = await start({ CROSSDOCK_CRASH_AT: `${point}:${pass}` }).catch((error) => {
              assert.match(String(error), /ended with SIGKILL before it was ready/);
              return null;
            });
            await Promise.all(ids.map(comeBack));
            await until(
              'all to be credited',
              async () => {
                await alive();
                return (await effects('erp.recordRefund')).length === RETURNS;
              },
              PATIENCE_MS,
            );
            if (doomed) assert.equal(doomed.child.signalCode, 'SIGKILL', `it never passed ${point} so often`);
            await until(
              'the hub to be quiet',
              async () => {
                const status = await hub?.status();
                return status?.idle === true && status.inFlight === 0;
              },
              PATIENCE_MS,
            );
            assert.ok(hub);
            await stopHub(hub);
            assertNoDefect(hub);
            const all = (await books.effects()).filter((each) => !READS.has(each.kind));
            assert.deepEqual(
              all.filter(({ times }) => times !== 1),
              [],
              'every effect stands once in the books outside',
            );
            for (const name of ['fulfilment.announceReturn', 'channel.refund', 'erp.recordRefund'])
              assert.equal(all.filter((each) => each.kind === name).length, RETURNS, name);
            await lookInto(place, async (database) => {
              assert.deepEqual(await findingsInside(database), []);
              const open = await database.query(
                "select reason, message from business_case where status = 'open'",
              );
              assert.deepEqual(open, []);
              const [position] = await database.query('select on_hand, reserved from position');
              assert.deepEqual(position, { on_hand: 100 - RETURNS, reserved: 0 });
              const statuses = await database.query("select status from stream where kind = 'return'");
              assert.deepEqual(statuses, Array(RETURNS).fill({ status: 'credited' }));
            });
          } finally {
            if (hub) await killHub(hub);
            await books.stop();
          }
        }));
  });
