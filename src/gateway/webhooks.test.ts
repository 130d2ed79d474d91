/** The public port: what is signed is stored and answered, what is not is refused, and nobody can make it stand still. */
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { databases, withDatabase } from '../../test/harness/database.ts';
import { anOrder, line, orderDelivery } from '../../test/support/builders.ts';
import { startEngine, type TestEngine, until } from '../../test/support/engine.ts';
import { standInConnector } from '../../test/support/stand-in.ts';
import type { Connector } from '../connectors/contract.ts';
import { BODY_LIMIT_BYTES, LARGE_AT_ONCE } from './webhook-body.ts';
import { serveWebhooks, type WebhookOptions, type WebhookServer } from './webhooks.ts';

/** Where only the port matters: the database that starts sooner, PostgreSQL when there is one. */
const quick = databases().at(-1) ?? 'pglite';

const sign = (body: Uint8Array): string => createHmac('sha256', 'a secret').update(body).digest('hex');

/** The stand-in, with a signature in a header; any bytes are a message of the order that the topic names. */
function signedConnector(): Connector {
  const plain = standInConnector() as Connector;
  return {
    ...plain,
    intake: (connection, settings) => ({
      ...plain.intake(connection, settings),
      verify: ({ headers, body }) =>
        headers['x-signature'] === sign(body)
          ? { ok: true, deliveryId: null, eventId: null, topic: headers['x-topic'] ?? '' }
          : { ok: false, problem: 'unsigned' },
      isOwn: ({ headers }) => (headers['x-account'] ?? connection) === connection,
      address: ({ topic }) => ({ stream: 'order', key: `shop/${topic}` }),
      normalise: ({ body }) => {
        try {
          return plain
            .intake(connection, settings)
            .normalise({ headers: {}, body, origin: 'webhook', topic: '' });
        } catch {
          return {
            message: {
              type: 'order.unreadable',
              reason: 'not-an-order',
              message: 'no order',
              suggestedFix: '',
            },
            persons: [],
          };
        }
      },
    }),
  };
}

type Hub = TestEngine & { webhooks: WebhookServer; logged: string[] };

async function withWebhooks(
  kind: ReturnType<typeof databases>[number],
  work: (hub: Hub) => Promise<void>,
  options: Partial<WebhookOptions> = {},
): Promise<void> {
  await withDatabase(kind, async (place) => {
    const hub = await startEngine(place, { connectors: [signedConnector()] });
    const logged: string[] = [];
    const webhooks = await serveWebhooks(hub.engine, {
      host: '127.0.0.1',
      port: 0,
      log: (message, details) => logged.push(`${message} ${JSON.stringify(details)}`),
      ...options,
    });
    try {
      await work({ ...hub, webhooks, logged });
    } finally {
      await webhooks.close();
      await hub.close();
    }
  });
}

function send(hub: Hub, body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${hub.webhooks.url}/webhooks/shop`, {
    method: 'POST',
    headers: { 'x-signature': sign(body), 'x-topic': '1', ...headers },
    body: body as BodyInit,
  });
}

async function stored(hub: Hub): Promise<number> {
  const [row] = await hub.database.query<{ count: number }>('select count(*)::int as count from observation');
  return row?.count ?? 0;
}

/** A sender that controls every byte. `answer` is all that came back until the connection ended. */
async function dial(hub: Hub): Promise<{ socket: Socket; answer: Promise<string>; heard: () => string }> {
  const socket = connect(hub.webhooks.port, '127.0.0.1');
  await once(socket, 'connect');
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  // Being cut off is what some of these senders wait for.
  socket.on('error', () => undefined);
  const answer = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  return { socket, answer, heard: () => text };
}

const head = (...lines: string[]) =>
  `${['POST /webhooks/shop HTTP/1.1', 'Host: hub', ...lines].join('\r\n')}\r\n\r\n`;

describe('webhooks', () => {
  test('without the right signature: 401, counted, nothing stored', () =>
    withWebhooks(quick, async (hub) => {
      const body = orderDelivery(anOrder('1', [line('A', 1)])).body;
      for (const signature of ['', 'wrong', sign(Buffer.from('other'))]) {
        const answer = await send(hub, body, { 'x-signature': signature });
        assert.equal(answer.status, 401);
        assert.match(await answer.text(), /nothing was stored/);
      }
      assert.equal(hub.webhooks.counters.unsigned, 3);
      assert.equal(await stored(hub), 0);
    }));

  test('what another account of the same app has sent to one address belongs to its own connection', () =>
    withWebhooks(quick, async (hub) => {
      const from = (account: string) =>
        send(hub, Buffer.from(JSON.stringify({ account })), { 'x-account': account });
      for (const account of ['erp', 'shop', 'nobody']) assert.equal((await from(account)).status, 200);
      const rows = await hub.database.query<{ connection: string }>(
        'select connection from observation order by id',
      );
      assert.deepEqual(
        rows.map(({ connection }) => connection),
        ['erp', 'shop', 'shop'],
      );
    }));

  test('an unknown connection is 404, another method 405; neither reads a body', () =>
    withWebhooks(quick, async (hub) => {
      const elsewhere = await fetch(`${hub.webhooks.url}/webhooks/nobody`, { method: 'POST', body: 'x' });
      assert.equal(elsewhere.status, 404);
      assert.equal((await fetch(`${hub.webhooks.url}/webhooks/shop`)).status, 405);
      const { socket, answer } = await dial(hub);
      socket.write(head('Content-Length: 1000').replace('/shop', '/nobody'));
      assert.match(await answer, /^HTTP\/1\.1 404 /);
      assert.equal(hub.webhooks.counters.unknownConnection, 2);
    }));

  test('a body that is announced as too large is refused before a byte of it is sent', () =>
    withWebhooks(quick, async (hub) => {
      const { socket, answer } = await dial(hub);
      socket.write(head(`Content-Length: ${BODY_LIMIT_BYTES + 1}`));
      assert.match(await answer, /^HTTP\/1\.1 413 /);
      const waiting = await dial(hub);
      waiting.socket.write(head(`Content-Length: ${BODY_LIMIT_BYTES + 1}`, 'Expect: 100-continue'));
      assert.match(await waiting.answer, /^HTTP\/1\.1 413 /, 'it never says 100 Continue');
      assert.equal(hub.webhooks.counters.tooLarge, 2);
    }));

  test('a body without a length is refused as soon as it is too large', () =>
    withWebhooks(quick, async (hub) => {
      const { socket, heard } = await dial(hub);
      socket.write(head('Transfer-Encoding: chunked'));
      const part = Buffer.alloc(1024 * 1024, 'x');
      let sent = 0;
      while (heard() === '' && sent <= BODY_LIMIT_BYTES * 2) {
        socket.write(`${part.length.toString(16)}\r\n`);
        socket.write(part);
        socket.write('\r\n');
        await until('room for more, or an answer', () => heard() !== '' || !socket.writableNeedDrain);
        sent += part.length;
      }
      assert.match(heard(), /^HTTP\/1\.1 413 /);
      socket.destroy();
      assert.equal(hub.webhooks.counters.tooLarge, 1);
      assert.equal(await stored(hub), 0);
    }));

  test('who asks before sending is told to go on', () =>
    withWebhooks(quick, async (hub) => {
      const body = Buffer.from('{}');
      const { socket, answer, heard } = await dial(hub);
      socket.write(
        head(
          `Content-Length: ${body.length}`,
          `X-Signature: ${sign(body)}`,
          'X-Topic: 1',
          'Expect: 100-continue',
          'Connection: close',
        ),
      );
      await until('the word to go on', () => heard().startsWith('HTTP/1.1 100 Continue'));
      socket.write(body);
      assert.match(await answer, /HTTP\/1\.1 200 /);
    }));

  test('a sender that stops half-way is let go, and does not stand in the way of others', () =>
    withWebhooks(
      quick,
      async (hub) => {
        const slow = await Promise.all(Array.from({ length: 100 }, () => dial(hub)));
        for (const [index, { socket }] of slow.entries())
          socket.write(
            index % 2 === 0 ? 'POST /webhooks/shop HT' : `${head('Content-Length: 500000')}{"half":`,
          );
        assert.equal((await send(hub, Buffer.from('{"in":"time"}'))).status, 200);
        for (const { answer } of slow) assert.match(await answer, /^HTTP\/1\.1 408 /);
        assert.equal((await send(hub, Buffer.from('{"and":"after"}'))).status, 200);
        assert.equal(await stored(hub), 2);
      },
      { patienceMs: { headers: 400, request: 400, lookEvery: 50 } },
    ));

  test('large bodies are read some at a time; small ones do not wait for them', () =>
    withWebhooks(quick, async (hub) => {
      const half = await Promise.all(Array.from({ length: LARGE_AT_ONCE }, () => dial(hub)));
      const part = Buffer.alloc(1024 * 1024, 'x');
      for (const { socket } of half) {
        socket.write(head(`Content-Length: ${part.length * 2}`));
        socket.write(part);
      }
      const large = Buffer.alloc(1024 * 1024, 'y');
      const waits = send(hub, large);
      assert.equal((await send(hub, Buffer.from('{"small":1}'))).status, 200);
      for (const { socket } of half) socket.destroy();
      assert.equal((await waits).status, 200);
      const more = Array.from({ length: LARGE_AT_ONCE * 2 }, (_, index) =>
        send(hub, Buffer.from(`${'z'.repeat(400_000)}${index}`)),
      );
      for (const answer of await Promise.all(more)) assert.equal(answer.status, 200);
      assert.equal(await stored(hub), 2 + LARGE_AT_ONCE * 2);
    }));

  test('senders that trickle do not keep the others waiting: they are let go', () =>
    withWebhooks(quick, async (hub) => {
      const slow = await Promise.all(Array.from({ length: LARGE_AT_ONCE }, () => dial(hub)));
      let gone = 0;
      for (const { socket } of slow) {
        socket.once('close', () => {
          gone += 1;
        });
        socket.write(head('Content-Length: 1000000'));
        socket.write(Buffer.alloc(300_000, 'x'));
      }
      assert.equal((await send(hub, Buffer.alloc(300_000, 'y'))).status, 200);
      assert.ok(gone > 0, 'one that stood still has made room');
      assert.equal(await stored(hub), 1);
      for (const { socket } of slow) socket.destroy();
    }));

  for (const kind of databases()) {
    test(`a signed delivery of the largest size is stored byte by byte (${kind})`, () =>
      withWebhooks(kind, async (hub) => {
        const body = Buffer.alloc(BODY_LIMIT_BYTES, 'a');
        body.writeUInt32BE(0xff00fe01, 1000);
        assert.equal((await send(hub, body)).status, 200);
        const [row] = await hub.database.query<{ bytes: number; hash: string }>(
          "select octet_length(body) as bytes, encode(sha256(body), 'hex') as hash from observation",
        );
        assert.deepEqual(row, {
          bytes: BODY_LIMIT_BYTES,
          hash: createHash('sha256').update(body).digest('hex'),
        });
      }));

    test(`nothing is answered before it is committed (${kind})`, () =>
      withWebhooks(kind, async (hub) => {
        const { transaction } = hub.database;
        let open = () => {};
        const gate = new Promise<void>((resolve) => {
          open = resolve;
        });
        let arrived = 0;
        hub.database.transaction = async (work) => {
          arrived += 1;
          await gate;
          return transaction(work);
        };
        let answered = false;
        const answer = send(hub, Buffer.from('{"id":1}')).finally(() => {
          answered = true;
        });
        await until('the delivery to be on its way to the database', () => arrived > 0);
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(answered, false);
        hub.database.transaction = transaction;
        open();
        assert.equal((await answer).status, 200);
        assert.equal(await stored(hub), 1);
      }));

    test(`under overload every signed delivery is stored and answered 2xx (${kind})`, () =>
      withWebhooks(kind, async (hub) => {
        const bodies = Array.from({ length: 1_500 }, (_, index) =>
          Buffer.from(
            orderDelivery(anOrder(String(index % 300), [line('A', 1)], { name: `#${index}` })).body,
          ),
        );
        const answers = await Promise.all(
          bodies.map((body, index) => send(hub, body, { 'x-topic': String(index % 300) })),
        );
        assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200]);
        assert.equal(await stored(hub), 1_500);
        const again = await Promise.all(
          bodies.slice(0, 100).map((body, index) => send(hub, body, { 'x-topic': String(index % 300) })),
        );
        assert.deepEqual([...new Set(again.map((answer) => answer.status))], [200]);
        assert.equal(hub.webhooks.counters.duplicate, 100);
        await hub.quiet();
      }));
  }

  test('when the database does not take it: 503, and the sender comes again', () =>
    withWebhooks(quick, async (hub) => {
      const { transaction } = hub.database;
      hub.database.transaction = () => Promise.reject(new Error('the disk is full'));
      assert.equal((await send(hub, Buffer.from('{"id":1}'))).status, 503);
      assert.equal(hub.webhooks.counters.failed, 1);
      assert.match(hub.logged.join(), /disk is full/);
      hub.database.transaction = transaction;
      assert.equal((await send(hub, Buffer.from('{"id":1}'))).status, 200);
    }));
});
