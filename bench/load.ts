/** The load generator: signed webhooks over keep-alive connections, each one answered before the next on its connection. */
import { connect } from 'node:net';
import { anOrder, line, orderDelivery } from '../test/support/builders.ts';
import { sign } from './stand-in.ts';

/** What a webhook of the benchmark weighs. */
export const BODY_BYTES = 5_000;

/** One signed order as the bytes of a whole HTTP request. */
export function request(id: string, skus: number, seed: number): Buffer {
  const order = anOrder(id, [
    line(`SKU${seed % skus}`, 2, 1190, 'l1'),
    line(`SKU${(seed + 7) % skus}`, 1, 2380, 'l2'),
  ]);
  const json = JSON.parse(Buffer.from(orderDelivery(order).body).toString()) as Record<string, unknown>;
  const missing = BODY_BYTES - JSON.stringify(json).length - 11;
  const body = Buffer.from(
    JSON.stringify(missing > 0 ? { ...json, padding: 'x'.repeat(missing - 3) } : json),
  );
  const head = `POST /webhooks/shop HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nx-signature: ${sign(body)}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** Sends requests over some connections as fast as they are answered; resolves when all are answered 200. */
export async function sendAll(
  url: string,
  count: number,
  connections: number,
  make: (index: number) => Buffer,
  onAnswer: (text: string) => void = () => {},
): Promise<void> {
  const { hostname, port } = new URL(url);
  let next = 0;
  await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<void>((resolve, reject) => {
          const socket = connect({ host: hostname, port: Number(port), noDelay: true });
          let answer = '';
          const sendNext = () => {
            if (next >= count) {
              socket.end();
              return resolve();
            }
            socket.write(make(next++));
          };
          socket.on('connect', sendNext);
          socket.on('error', reject);
          socket.setEncoding('latin1');
          socket.on('data', (text: string) => {
            answer += text;
            const end = answer.indexOf('\r\n\r\n');
            if (end < 0) return;
            // The answer is one word in one chunk ("0" ends it), or has its length: both end with a line.
            if (!answer.startsWith('HTTP/1.1 200'))
              return reject(new Error(`answered ${answer.slice(0, 200)}`));
            const chunked = /transfer-encoding: chunked/i.test(answer.slice(0, end));
            const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? 0);
            if (chunked ? !answer.endsWith('0\r\n\r\n') : answer.length < end + 4 + length) return;
            onAnswer(answer);
            answer = '';
            sendNext();
          });
        }),
    ),
  );
}
