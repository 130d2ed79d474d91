/** One hot SKU, wanted twice as often as it is there, by HTTP: each request durable before its answer, with a key of its own. */
import { sendAll } from './load.ts';
import { TOKEN } from './stand-in.ts';

/** Connections that are kept, each with one request at a time: as many as the checkouts of a flash sale share behind a proxy. */
const CONNECTIONS = 256;

/** Asks `demand` times for one unit; how many were granted, and how many were answered in a second. */
export async function askByHttp(
  api: string,
  sku: string,
  demand: number,
): Promise<{ granted: number; perSecond: number }> {
  const body = JSON.stringify({ lines: [{ sku, location: 'WH', quantity: 1 }] });
  let granted = 0;
  const began = performance.now();
  await sendAll(
    api,
    demand,
    CONNECTIONS,
    (index) =>
      Buffer.from(
        `POST /v1/reservations HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\nidempotency-key: ${sku}/${index}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      ),
    (answer) => {
      if (answer.includes('"status":"granted"')) granted += 1;
    },
  );
  return { granted, perSecond: (demand * 1000) / (performance.now() - began) };
}
