/** What polling promises: all of it, page by page, then only what is new, and the same messages as webhooks bring. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery, Session } from './contract.ts';
import { openBench, soon } from './contract-suite-bench.ts';
import type { ContractHarness } from './contract-suite-harness.ts';

/** More pages than any sandbox fills in a test. */
const MAX_PAGES = 50;

export function pollTests(name: string, harness: ContractHarness, feed: string): void {
  test(`${name}: feed ${feed}: reads all of it, then only what is new`, async (context) => {
    const bench = await openBench(context, harness);
    await bench.system.provoke();
    const session = bench.session();
    const first = await readAll(session, feed, null);
    assert.ok(first.deliveries.length > 0, 'there is news');
    for (const delivery of first.deliveries) {
      assert.ok(delivery.origin === 'poll' || delivery.origin === 'file', delivery.origin);
      const { stream } = bench.intake().address(delivery);
      assert.ok(
        ['order', 'stock', 'exchange', 'settlement', 'payout', 'dispute', 'ignored'].includes(stream),
        stream,
      );
    }
    await bench.system.provoke();
    const second = await readAll(session, feed, first.cursor);
    assert.ok(second.deliveries.length > 0, 'there is more news');
    const again = await readAll(bench.session(), feed, first.cursor);
    assert.deepEqual(
      again.deliveries.map(textOf),
      second.deliveries.map(textOf),
      'the same cursor reads the same',
    );
  });

  if (harness.webhooks === false) {
    failureTests(name, harness, feed);
    return;
  }
  test(`${name}: feed ${feed}: brings the same messages as the webhooks`, async (context) => {
    const bench = await openBench(context, harness);
    const session = bench.session();
    const from = await readAll(session, feed, null);
    await bench.system.provoke();
    const polled = await readAll(session, feed, from.cursor);
    await bench.receiver.atLeast(1);
    const intake = bench.intake();
    const messages = polled.deliveries.map((delivery) => JSON.stringify(intake.normalise(delivery).message));
    const streams = new Set(polled.deliveries.map((delivery) => JSON.stringify(intake.address(delivery))));
    for (const webhook of bench.receiver.received) {
      const verified = intake.verify(webhook);
      const delivery = { ...webhook, topic: verified.ok ? verified.topic : '' };
      const address = intake.address(delivery);
      if (address.stream === 'ignored' || !streams.has(JSON.stringify(address))) continue;
      const { message } = intake.normalise(delivery);
      // A hint is answered by a read; a snapshot of a webhook may carry less than a read.
      if (message.type === 'order.hint' || message.type === 'order.snapshot') continue;
      assert.ok(messages.includes(JSON.stringify(message)), JSON.stringify(message));
    }
  });

  test(`${name}: feed ${feed}: failures are values`, async (context) => {
    const bench = await openBench(context, harness);
    const session = bench.session();
    const { throttled } = bench.system;
    const expectations = [
      [throttled.answer, 'throttled'],
      [{ status: 503, body: '' }, 'transient'],
      [{ status: 500, body: 'oops' }, 'transient'],
      [{ status: 401, body: '{}' }, 'auth'],
      [{ status: 200, body: '{"surprise":true}' }, null],
      [{ status: 200, body: '<html>' }, null],
    ] as const;
    for (const [answer, status] of expectations) {
      bench.proxy.treat(() => ({ kind: 'answer', answer }));
      const page = await session.poll(feed, null, soon());
      assert.ok('status' in page, 'no page');
      if (status) assert.equal(page.status, status);
      assert.ok(page.message.length > 0);
    }
  });
}

/** Of a system that speaks no HTTP. */
function failureTests(name: string, harness: ContractHarness, feed: string): void {
  test(`${name}: feed ${feed}: failures are values`, async (context) => {
    const bench = await openBench(context, harness);
    assert.ok(bench.system.failing && bench.system.failing.length > 0, 'it can fail');
    for (const { what, status, arrange } of bench.system.failing) {
      const session = await arrange();
      const page = await session.poll(feed, null, soon());
      await session.close();
      assert.ok('status' in page, `${what}: no page`);
      assert.equal(page.status, status, `${what}: ${page.message}`);
      assert.ok(page.message.length > 0);
    }
  });
}

async function readAll(
  session: Session,
  feed: string,
  from: string | null,
): Promise<{ deliveries: Delivery[]; cursor: string | null }> {
  const deliveries: Delivery[] = [];
  let cursor = from;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const read = await session.poll(feed, cursor, soon());
    assert.ok(!('status' in read), JSON.stringify(read));
    deliveries.push(...read.deliveries);
    cursor = read.cursor;
    if (!read.more) return { deliveries, cursor };
  }
  throw new Error(`feed ${feed} does not end after ${MAX_PAGES} pages`);
}

const textOf = (delivery: Delivery): string => Buffer.from(delivery.body).toString('utf8');
