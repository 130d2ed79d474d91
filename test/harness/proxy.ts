/** A TCP proxy before a PostgreSQL server: connections can be cut, refused for a while, or cut at a chosen moment. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PostgresProxy {
  /** The server's URL, through the proxy. */
  url: string;
  /** Cuts all connections; new ones are refused until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Cuts all connections once. */
  cut(): void;
  /** Cuts a connection when the client has sent a commit and before it gets the answer, so many times. */
  loseCommits(times: number): void;
  close(): Promise<void>;
}

export async function proxyTo(url: string): Promise<PostgresProxy> {
  const target = new URL(url);
  const pairs = new Set<{ client: Socket; server: Socket }>();
  let commitsToLose = 0;
  const cutPair = (pair: { client: Socket; server: Socket }) => {
    pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  };
  const listener = createServer((client) => {
    const server = connect({ host: target.hostname, port: Number(target.port) });
    const pair = { client, server };
    pairs.add(pair);
    let losing = false;
    client.on('data', (part) => {
      // "commit" as a simple query: Q, length, text, NUL.
      if (commitsToLose > 0 && part.includes('commit\0')) {
        commitsToLose -= 1;
        losing = true;
      }
      server.write(part);
    });
    server.on('data', (part) => {
      // The server has committed and says so: the client never hears of it.
      if (losing && part.includes('COMMIT\0')) return cutPair(pair);
      client.write(part);
    });
    for (const socket of [client, server])
      socket.on('error', () => undefined).on('close', () => cutPair(pair));
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(port, '127.0.0.1', () => resolve());
    });
  await listen(0);
  const { port } = listener.address() as AddressInfo;
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String(port);
  const cut = () => {
    for (const pair of [...pairs]) cutPair(pair);
  };
  const down = () =>
    new Promise<void>((resolve) => {
      listener.close(() => resolve());
      cut();
    });
  return {
    url: proxied.href,
    down,
    up: () => listen(port),
    cut,
    loseCommits(times) {
      commitsToLose = times;
    },
    close: async () => {
      if (listener.listening) await down();
    },
  };
}
