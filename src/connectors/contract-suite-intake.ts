/** What intake promises for any bytes: only signed ones pass, nothing throws, the same bytes say the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../base/clock.ts';
import { Random } from '../base/random.ts';
import type { Delivery, Intake } from './contract.ts';
import { type OpenBench, openBench, soon } from './contract-suite-bench.ts';
import { asCommand, type ContractHarness } from './contract-suite-harness.ts';

/** What only a read may tell: null elsewhere. */
const READ_ONLY: ReadonlySet<string> = new Set([
  'payments',
  'holds',
  'delivery',
  'sellingPlans',
  'fulfilmentRequests',
  'returnStatus',
  'company',
]);

export function intakeTests(name: string, harness: ContractHarness): void {
  const given = (rule: string, run: (bench: OpenBench, webhook: Delivery) => Promise<void>) =>
    test(`${name}: intake: ${rule}`, async (context) => {
      const bench = await openBench(context, harness);
      await bench.system.provoke();
      if (harness.webhooks === false) return run(bench, await firstOfFeed(bench, harness));
      await bench.receiver.atLeast(1);
      await run(bench, bench.receiver.received[0] as Delivery);
    });
  if (harness.webhooks !== false) webhookTests(given);
  everyDeliveryTests(name, given);
  if (harness.kinds.includes('channel.readOrder')) orderTests(name, harness);
}

type Given = (rule: string, run: (bench: OpenBench, delivery: Delivery) => Promise<void>) => void;

/** What only webhooks promise. */
function webhookTests(given: Given): void {
  given('a webhook of the system is taken, with an id and a topic', async (bench, webhook) => {
    const verified = bench.intake().verify(webhook);
    assert.ok(verified.ok, 'signed');
    assert.ok(verified.topic.length > 0);
    assert.ok(verified.deliveryId, 'a delivery id');
    assert.notEqual(bench.intake().address({ ...webhook, topic: verified.topic }).stream, 'unaddressable');
  });

  given('the signature covers the exact bytes', async (bench, webhook) => {
    const intake = bench.intake();
    const text = Buffer.from(webhook.body).toString('utf8');
    const others = [
      Buffer.from(`${text} `),
      Buffer.from(text.slice(0, -1)),
      Buffer.from(JSON.stringify(JSON.parse(text), null, 1)),
      Buffer.alloc(0),
      flipped(webhook.body, 0),
      flipped(webhook.body, Math.floor(webhook.body.length / 2)),
      flipped(webhook.body, webhook.body.length - 1),
    ];
    for (const body of others)
      assert.deepEqual(intake.verify({ ...webhook, body }), { ok: false, problem: 'unsigned' });
    assert.ok(intake.verify({ ...webhook, body: new Uint8Array(webhook.body) }).ok);
  });

  given('a missing, empty, foreign or damaged signature is refused', async (bench, webhook) => {
    const intake = bench.intake();
    const refuses = (headers: Record<string, string>) =>
      assert.deepEqual(intake.verify({ ...webhook, headers }), { ok: false, problem: 'unsigned' });
    refuses({});
    const signed = Object.keys(webhook.headers).filter((header) => /signature|hmac/i.test(header));
    assert.ok(signed.length > 0, 'there is a header with the signature');
    for (const header of signed) {
      const { [header]: value = '', ...without } = webhook.headers;
      refuses(without);
      for (const other of [
        '',
        'x',
        value.slice(0, -4),
        value.toLowerCase(),
        `${value}AAAA`.slice(4),
        'v1,',
        '€',
      ])
        refuses({ ...webhook.headers, [header]: other });
    }
    assert.equal(bench.intake({ webhookSecret: 'another secret' }).verify(webhook).ok, false);
  });
}

/** What holds for whatever comes, signed or polled. */
function everyDeliveryTests(name: string, given: Given): void {
  given('the same bytes say the same, to every instance', async (bench, webhook) => {
    const delivery = withTopic(bench.intake(), webhook);
    const before = Buffer.from(delivery.body).toString('hex');
    const first = bench.intake().normalise(delivery);
    assert.deepEqual(bench.intake().normalise({ ...delivery, headers: {} }), first);
    assert.deepEqual(bench.intake().address(delivery), bench.intake().address(delivery));
    assert.equal(Buffer.from(delivery.body).toString('hex'), before);
  });

  given('bytes that are nonsense never throw, and what cannot be read says why', async (bench, webhook) => {
    const { topic } = withTopic(bench.intake(), webhook);
    for (const body of NONSENSE) {
      for (const delivery of each(body, topic)) assertReadsOrSays(bench.intake(), delivery);
    }
  });

  given('a message with any part replaced never throws', async (bench, webhook) => {
    const intake = bench.intake();
    const { topic } = withTopic(intake, webhook);
    const text = Buffer.from(webhook.body).toString('utf8');
    const places = pathsOf(JSON.parse(text));
    const random = new Random(`${name}: any part replaced`);
    for (let run = 0; run < MUTATIONS; run += 1) {
      const body = Buffer.from(
        JSON.stringify(
          replaced(
            JSON.parse(text),
            random.pick(places),
            random.chance(0.2) ? undefined : random.pick(ODD_VALUES),
          ),
        ) ?? '',
      );
      for (const delivery of each(body, topic)) assertReadsOrSays(intake, delivery);
    }
  });
}

function orderTests(name: string, harness: ContractHarness): void {
  test(`${name}: intake: an order by webhook and by read is one and the same, and messages hold no personal data`, async (context) => {
    const bench = await openBench(context, harness);
    assert.ok(bench.system.richOrder, 'a channel has a rich order');
    const { channelOrderId, personal } = await bench.system.richOrder();
    const intake = bench.intake();
    const read = await bench
      .session()
      .perform(
        asCommand({ kind: 'channel.readOrder', key: 'read', body: { channelOrderId } }, bench.system.clock),
        soon(),
      );
    assert.equal(read.status, 'done');
    const reading = (read.status === 'done' && read.observations?.[0]) as Delivery;
    const byRead = intake.normalise(reading);
    assert.equal(byRead.message.type, 'order.snapshot');
    if (byRead.message.type !== 'order.snapshot') return;
    const { order } = byRead.message;
    await waitFor(
      () => bench.receiver.received.some((webhook) => updatedAt(intake, webhook) === order.updatedAt),
      'the webhook of the newest change',
    );
    const webhook = bench.receiver.received.find(
      (each) => updatedAt(intake, each) === order.updatedAt,
    ) as Delivery;
    const byWebhook = intake.normalise(withTopic(intake, webhook));
    assert.equal(byWebhook.message.type, 'order.snapshot');
    if (byWebhook.message.type !== 'order.snapshot') return;
    // A part that is null is not carried by this kind of message.
    for (const [part, value] of Object.entries(byWebhook.message.order)) {
      if (value === null && READ_ONLY.has(part)) continue;
      assert.deepEqual(value, order[part as keyof typeof order], part);
    }
    assert.deepEqual(byId(byWebhook.persons), byId(byRead.persons));
    assert.deepEqual(intake.address(withTopic(intake, webhook)), intake.address(reading));
    for (const word of personal) {
      assert.ok(!JSON.stringify(byRead.message).includes(word), `"${word}" stands in a message`);
      assert.ok(JSON.stringify(byRead.persons).includes(word), `"${word}" is lost`);
    }
  });
}

const NONSENSE: readonly Uint8Array[] = [
  '',
  ' ',
  'null',
  'true',
  '0',
  '"x"',
  '[]',
  '{}',
  '{',
  '{"id":',
  '<order/>',
  '{"type":"order.created"}',
  '{"type":1,"data":[]}',
  '{"data":{"order":null}}',
  '{"id":1e400}',
  '{"id":{"id":1}}',
  '{"__proto__":{"id":1}}',
  `${'['.repeat(200_000)}`,
  `{"a":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
  '{"id":"\\u0000\\ud800"}',
]
  .map((text) => Buffer.from(text))
  .concat([Buffer.from([0xff, 0xfe, 0x00]), Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])]);

/** Pages of a feed that are read for something to try. */
const MOST_PAGES = 10;

/** Replaced messages a test tries. */
const MUTATIONS = 300;

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  2 ** 53,
  '',
  ' ',
  'x',
  'x\u0000\ud800',
  '-0',
  '1e9',
  '12.345',
  'EUR',
  'JPY',
  '2026-02-30T00:00:00Z',
  'a/b',
  [],
  [null],
  {},
  { id: null },
  { lines: 'three' },
  'x'.repeat(5_000),
];

function each(body: Uint8Array, topic: string): Delivery[] {
  const origins = ['webhook', 'poll', 'read', 'file'] as const;
  return origins.flatMap((origin) =>
    [topic, 'unheard/of', ''].map((each): Delivery => ({ headers: {}, body, origin, topic: each })),
  );
}

function assertReadsOrSays(intake: Intake, delivery: Delivery): void {
  const address = intake.address(delivery);
  assert.ok(('key' in address ? address.key : 'item' in address ? address.item : address.reason).length > 0);
  const { message } = intake.normalise(delivery);
  if (message.type !== 'order.unreadable') return;
  assert.ok(message.message.length > 0 && message.suggestedFix.length > 0);
}

/** Something that a feed brings and that is JSON. */
async function firstOfFeed(bench: OpenBench, { feeds }: ContractHarness): Promise<Delivery> {
  const session = bench.session();
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const read = await session.poll(feeds[0] ?? '', cursor, soon());
    assert.ok(!('status' in read), JSON.stringify(read));
    const found = read.deliveries.find(({ body }) => body[0] === '{'.charCodeAt(0));
    if (found) return found;
    cursor = read.cursor;
  }
  throw new Error('the feed brings nothing');
}

/** A polled message has its topic; of a webhook it is found when it is verified. */
function withTopic(intake: Intake, webhook: Delivery): Delivery {
  if (webhook.origin !== 'webhook') return webhook;
  const verified = intake.verify(webhook);
  return { ...webhook, topic: verified.ok ? verified.topic : '' };
}

function updatedAt(intake: Intake, webhook: Delivery): string | undefined {
  const { message } = intake.normalise(withTopic(intake, webhook));
  return message.type === 'order.snapshot' ? message.order.updatedAt : undefined;
}

const byId = (persons: readonly { personId: string }[]) =>
  [...persons].sort((a, b) => (a.personId < b.personId ? -1 : 1));

function flipped(body: Uint8Array, index: number): Uint8Array {
  const copy = Buffer.from(body);
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

type Path = (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  const below = Array.isArray(value)
    ? value.flatMap((each, index) => pathsOf(each, [...path, index]))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]))
      : [];
  return [path, ...below];
}

function replaced(root: unknown, path: Path, value: unknown): unknown {
  const [last, ...before] = [...path].reverse();
  if (last === undefined) return value;
  const owner = before
    .reverse()
    .reduce<unknown>((at, part) => (at as Record<string | number, unknown>)[part], root);
  (owner as Record<string | number, unknown>)[last] = value;
  return root;
}

async function waitFor(condition: () => boolean, what: string): Promise<void> {
  for (let round = 0; round < 500 && !condition(); round += 1) await pause(10);
  assert.ok(condition(), `${what} did not come`);
}
