/**
 * A system outside, in a process of its own, with books that survive whatever happens to a hub. It does what it is told as often
 * as it is told, so that what was done twice is seen. Prints `{url}`; ends with its standard input.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the books say of one business act. */
export interface Effect {
  key: string;
  kind: string;
  connection: string;
  /** How often it took effect. */
  times: number;
  /** Which node asked, each time. */
  nodes: string[];
  result: Record<string, string>;
}

interface Asked {
  key: string;
  kind: string;
  connection: string;
  node: string;
}

const effects = new Map<string, Effect>();
/** Stock that the inventory tells by its feed, once. */
const stock: { sku: string; onHand: number }[] = [];
/** How long an answer waits after the effect; so a hub can be killed in between. */
let delayMs = 0;

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString() || 'null');
}

function perform({ key, kind, connection, node }: Asked): Effect {
  let effect = effects.get(`${connection} ${key}`);
  if (!effect) {
    const id = `${kind}-${effects.size + 1}`;
    const result = {
      id,
      salesOrderId: id,
      number: id,
      fulfilmentId: id,
      deliveryId: id,
      externalId: id,
      ...(kind === 'channel.refund' ? { refundId: id } : {}),
    };
    effect = { key, kind, connection, times: 0, nodes: [], result };
    effects.set(`${connection} ${key}`, effect);
  }
  effect.times += 1;
  effect.nodes.push(node);
  return effect;
}

async function answer(request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://books');
  switch (`${request.method} ${url.pathname}`) {
    case 'POST /perform': {
      const effect = perform((await read(request)) as Asked);
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      return { result: effect.result };
    }
    case 'POST /look-up': {
      const { key, connection } = (await read(request)) as Asked;
      return { result: effects.get(`${connection} ${key}`)?.result ?? null };
    }
    case 'GET /feed': {
      const from = Number(url.searchParams.get('from'));
      return { items: stock.slice(from, from + 3), to: Math.min(stock.length, from + 3), all: stock.length };
    }
    case 'POST /stock':
      stock.push(...((await read(request)) as typeof stock));
      return {};
    case 'POST /delay':
      delayMs = ((await read(request)) as { ms: number }).ms;
      return {};
    case 'GET /effects':
      return [...effects.values()];
    default:
      throw new Error(`no such path: ${request.method} ${request.url}`);
  }
}

const server = createServer((request, response) => {
  answer(request).then(
    (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
