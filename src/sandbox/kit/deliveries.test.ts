import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { after, test } from 'node:test';
import { Clock, pause } from '../../base/clock.ts';
import { Deliveries } from './deliveries.ts';
import { NO_FAULTS } from './faults.ts';
import type { FaultProfile } from './types.ts';
import { World } from './world.ts';

const START = Date.UTC(2026, 10, 27);
const HOUR_MS = 3_600_000;
const opened: { close(): unknown }[] = [];
after(() => {
  for (const part of opened) part.close();
});

interface Hub {
  url: string;
  bodies: string[];
  headers: Record<string, unknown>[];
  answer: number;
}

/** Something that takes deliveries and remembers them. */
async function aHub(): Promise<Hub> {
  const hub: Hub = { url: '', bodies: [], headers: [], answer: 200 };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      hub.bodies.push(body);
      hub.headers.push(request.headers);
      response.writeHead(hub.answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  opened.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return hub;
}

function aSender(
  target: () => string | undefined,
  deliveries: Partial<FaultProfile['deliveries']> = {},
): { world: World; sender: Deliveries } {
  const faults: FaultProfile = { ...NO_FAULTS, deliveries: { ...NO_FAULTS.deliveries, ...deliveries } };
  const world = new World({ clock: new Clock(START, { frozen: true }), seed: 'deliveries', faults });
  const sender = new Deliveries(world, { system: 'shop', target });
  opened.push(world, sender);
  return { world, sender };
}

async function quiet(world: World): Promise<void> {
  while (world.busy() > 0) await pause(2);
}

/** Lets everything that is planned happen. */
async function passTime(world: World): Promise<void> {
  await quiet(world);
  for (let next = world.nextDueAt(); next !== undefined; next = world.nextDueAt()) {
    world.clock.advanceTo(next);
    await quiet(world);
  }
}

test('a delivery arrives with its headers and bytes', async () => {
  const hub = await aHub();
  const { world, sender } = aSender(() => hub.url);
  sender.send({ path: '/webhooks/shop', headers: { 'x-topic': 'orders/create' }, body: '{"é":1}', key: '1' });
  await quiet(world);
  assert.deepEqual(hub.bodies, ['{"é":1}']);
  assert.equal(hub.headers[0]?.['x-topic'], 'orders/create');
  assert.equal(sender.counts.delivered, 1);
});

test('doubled, delayed and dropped in about the shares of the profile', async () => {
  const hub = await aHub();
  const { world, sender } = aSender(() => hub.url, { doubled: 0.1, outOfOrder: 0.1, dropped: 0.05 });
  for (let index = 0; index < 2000; index += 1)
    sender.send({ path: '/', headers: {}, body: String(index), key: `k${index}` });
  await passTime(world);
  const { doubled, delayed, dropped, delivered, sent } = sender.counts;
  assert.ok(doubled > 140 && doubled < 250, `doubled ${doubled}`);
  assert.ok(delayed > 140 && delayed < 250, `delayed ${delayed}`);
  assert.ok(dropped > 65 && dropped < 140, `dropped ${dropped}`);
  assert.equal(delivered, sent - dropped + doubled);
  assert.equal(new Set(hub.bodies).size, sent - dropped);
});

test('what is not taken is sent again with the same bytes, eight times over four hours, then given up', async () => {
  const hub = await aHub();
  hub.answer = 500;
  const { world, sender } = aSender(() => hub.url);
  sender.send({ path: '/', headers: { 'x-signature': 's' }, body: 'same', key: '1' });
  await passTime(world);
  assert.deepEqual(new Set(hub.bodies), new Set(['same']));
  assert.equal(hub.bodies.length, 9);
  assert.ok(hub.headers.every((headers) => headers['x-signature'] === 's'));
  assert.equal(sender.counts.gaveUp, 1);
  const tookMs = world.clock.now() - START;
  assert.ok(tookMs > 3.9 * HOUR_MS && tookMs < 4.1 * HOUR_MS, `${tookMs}`);
});

test('a hub that is away gets it when it is back, at its new address', async () => {
  const hub = await aHub();
  let target: string | undefined = 'http://127.0.0.1:9';
  const { world, sender } = aSender(() => target);
  sender.send({ path: '/', headers: {}, body: 'x', key: '1' });
  await quiet(world);
  target = undefined;
  world.clock.advanceTo(world.nextDueAt() ?? 0);
  await quiet(world);
  assert.equal(hub.bodies.length, 0);
  target = hub.url;
  await passTime(world);
  assert.equal(hub.bodies.length, 1);
  assert.deepEqual(
    { ...sender.counts },
    { sent: 1, delivered: 1, doubled: 0, delayed: 0, dropped: 0, retried: 2, gaveUp: 0 },
  );
});

test('a vendor that signs each attempt is asked for its headers each time', async () => {
  const hub = await aHub();
  hub.answer = 503;
  const { world, sender } = aSender(() => hub.url);
  sender.send({
    path: '/',
    headers: () => ({ 'webhook-timestamp': String(world.clock.now()) }),
    body: 'x',
    key: '1',
  });
  await quiet(world);
  hub.answer = 200;
  await passTime(world);
  const stamps = hub.headers.map((headers) => Number(headers['webhook-timestamp']));
  assert.deepEqual(stamps, [START, world.clock.now()]);
});

test('what must arrive meets no fault', async () => {
  const hub = await aHub();
  const { world, sender } = aSender(() => hub.url, { dropped: 1 });
  sender.send({ path: '/', headers: {}, body: 'x', key: '1', surely: true });
  await quiet(world);
  assert.equal(hub.bodies.length, 1);
});

test('an address of https is spoken to in TLS, and one that does not answer so is tried again', async () => {
  const greetings: number[] = [];
  const receiver = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      greetings.push(bytes[0] as number);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  opened.push(receiver);
  const { port } = receiver.address() as AddressInfo;
  const { world, sender } = aSender(() => undefined);
  sender.send({ path: '/x', url: `https://127.0.0.1:${port}/x`, headers: {}, body: '{}', key: '1' });
  await passTime(world);
  assert.deepEqual(
    greetings,
    Array.from({ length: 9 }, () => 0x16),
    'each begins a TLS handshake',
  );
  assert.equal(sender.counts.gaveUp, 1);
});
