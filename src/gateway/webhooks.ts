/**
 * The public port: webhooks in. A delivery's signature is checked over its raw bytes, it is stored, and only then answered.
 * A signed delivery is always taken, also under overload: a vendor removes a subscription that fails too often.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pause } from '../base/clock.ts';
import type { Delivery } from '../connectors/contract.ts';
import type { OpenConnection } from '../engine/connections.ts';
import type { Engine } from '../engine/engine.ts';
import { urlOf } from './url.ts';
import { announcedBytes, BODY_LIMIT_BYTES, endOf, LARGE_AT_ONCE, Permits, readBody } from './webhook-body.ts';

/** A sender that stops half-way is let go: how long headers and a whole request may take, and how often that is looked at. */
const PATIENCE_MS = { headers: 10_000, request: 30_000, lookEvery: 5_000 };
/** After a refusal what the sender still sends is thrown away for so long, so that it gets to read the answer. */
const LINGER_MS = 1_000;

export interface WebhookCounters {
  stored: number;
  duplicate: number;
  ignored: number;
  case: number;
  unsigned: number;
  tooLarge: number;
  unknownConnection: number;
  failed: number;
}

export interface WebhookServer {
  url: string;
  port: number;
  counters: Readonly<WebhookCounters>;
  close(): Promise<void>;
}

/** Headers that connectors look at, by lower-case name; what came several times is left out. */
function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string') headers[name] = value;
  return headers;
}

function answer(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${words}\n`);
}

export interface WebhookOptions {
  host: string;
  port: number;
  log: (message: string, details: Record<string, unknown>) => void;
  /** Shorter in tests. */
  patienceMs?: typeof PATIENCE_MS;
}

/** Serves `POST /webhooks/CONNECTION`. */
export async function serveWebhooks(engine: Engine, options: WebhookOptions): Promise<WebhookServer> {
  const counters: WebhookCounters = {
    stored: 0,
    duplicate: 0,
    ignored: 0,
    case: 0,
    unsigned: 0,
    tooLarge: 0,
    unknownConnection: 0,
    failed: 0,
  };

  const large = new Permits(LARGE_AT_ONCE);

  /**
   * Answers before the body is read. The connection stays open for a moment, and what still comes is thrown away: closed at once,
   * it would be reset, and the sender would never read the answer.
   */
  async function refuse(request: IncomingMessage, response: ServerResponse, status: number, words: string) {
    answer(response, status, words);
    request.resume();
    await pause(LINGER_MS, AbortSignal.any([closing.signal, endOf(request)]));
    if (!request.readableEnded) request.destroy();
  }

  async function take(
    request: IncomingMessage,
    response: ServerResponse,
    goOn: () => void = () => undefined,
  ): Promise<void> {
    const connection = /^\/webhooks\/([a-z0-9-]+)\/?(?:\?.*)?$/.exec(request.url ?? '')?.[1];
    const open = connection === undefined ? undefined : engine.connections.get(connection);
    if (connection === undefined || !open) {
      counters.unknownConnection += 1;
      const words = 'There is no such connection; webhooks go to /webhooks/CONNECTION.';
      return refuse(request, response, 404, words);
    }
    if (request.method !== 'POST') return refuse(request, response, 405, 'Webhooks are sent by POST.');
    if (announcedBytes(request) <= BODY_LIMIT_BYTES) goOn();
    const read = await readBody(request, large);
    if (read === 'broken') return;
    if (read === 'too-large') {
      counters.tooLarge += 1;
      const words = `A body may have ${BODY_LIMIT_BYTES / 1024 / 1024} MB at most.`;
      return refuse(request, response, 413, words);
    }
    try {
      await store(connection, open, read.body, request, response);
    } finally {
      read.done();
    }
  }

  async function store(
    connection: string,
    open: OpenConnection,
    body: Buffer,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const delivery: Delivery = { headers: headersOf(request), body, origin: 'webhook', topic: '' };
    const verified = open.intake.verify(delivery, engine.clock.now());
    if (!verified.ok) {
      counters.unsigned += 1;
      return answer(response, 401, 'The signature is missing or wrong; nothing was stored.');
    }
    const named = { ...delivery, topic: verified.topic };
    const receipt = await engine.intake.receive({
      connection: ownerOf(connection, open, named),
      delivery: named,
      deliveryId: verified.deliveryId,
      eventId: verified.eventId,
    });
    counters[receipt.end] += 1;
    answer(response, 200, receipt.end);
  }

  /** Some topics of an app come to one address for all accounts that it is installed in: which one, the message says. */
  function ownerOf(connection: string, open: OpenConnection, delivery: Delivery): string {
    if (open.intake.isOwn?.(delivery) !== false) return connection;
    for (const [id, { connector, intake }] of engine.connections)
      if (
        connector === open.connector &&
        intake.isOwn?.(delivery) &&
        intake.verify(delivery, engine.clock.now()).ok
      )
        return id;
    return connection;
  }

  const closing = new AbortController();
  const patienceMs = options.patienceMs ?? PATIENCE_MS;
  const server = createServer({
    headersTimeout: patienceMs.headers,
    requestTimeout: patienceMs.request,
    connectionsCheckingInterval: patienceMs.lookEvery,
  });
  const handle = (request: IncomingMessage, response: ServerResponse, goOn?: () => void) =>
    take(request, response, goOn).catch((error: unknown) => {
      counters.failed += 1;
      options.log('a delivery could not be stored', {
        url: request.url,
        error: error instanceof Error ? error.message : String(error),
      });
      if (!response.headersSent) answer(response, 503, 'The delivery could not be stored; send it again.');
    });
  server.on('request', (request, response) => void handle(request, response));
  // "Expect: 100-continue": the sender waits for our word, and a body that is too large is never sent.
  server.on(
    'checkContinue',
    (request, response) => void handle(request, response, () => response.writeContinue()),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as { port: number };
  return {
    url: urlOf(options.host, port),
    port,
    counters,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
