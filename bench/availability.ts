/** Questions for what can be sold, at a steady rate whatever the answers take, while orders come at another. */
import { pause } from '../src/base/clock.ts';
import { KeptConnections } from './kept-connections.ts';
import { TOKEN } from './stand-in.ts';

const SKUS_ASKED = 50;
/** Each answer is counted; every hundredth is read as a whole. */
const READ_EVERY = 100;

/** What was measured (ms). Every answer counts from when its question was due, also where the generator itself was late. */
export interface Asked {
  lastedMs: number[];
  /** How late the questions left the generator, which shares the machine. */
  lateMs: number[];
  oldestMs: number;
}

/** Asks at `perSecond` for some seconds, each time for 50 SKUs. */
export async function askSteadily(
  api: string,
  options: { perSecond: number; seconds: number; skus: number },
): Promise<Asked> {
  const requests = Array.from({ length: options.skus }, (_, first) => questionOf(first * 7, options.skus));
  const connections = await KeptConnections.open(api, 64);
  const asked: Asked = { lastedMs: [], lateMs: [], oldestMs: 0 };
  await atRate(options.perSecond, options.perSecond * options.seconds, (index, dueAt) => {
    asked.lateMs.push(performance.now() - dueAt);
    return connections.ask(requests[index % requests.length] as Buffer).then((answer) => {
      asked.lastedMs.push(performance.now() - dueAt);
      asked.oldestMs = Math.max(asked.oldestMs, ageOf(answer, index % READ_EVERY === 0));
    });
  });
  connections.close();
  return asked;
}

/** Sends requests at `perSecond` over a few connections until `isOver`; returns how many were answered. */
export async function sendSteadily(
  url: string,
  options: { perSecond: number; requests: readonly Buffer[]; isOver: () => boolean },
): Promise<number> {
  const connections = await KeptConnections.open(url, 8);
  const { perSecond, requests, isOver } = options;
  const sent = await atRate(
    perSecond,
    requests.length,
    (index) => connections.ask(requests[index] as Buffer),
    isOver,
  );
  connections.close();
  return sent;
}

/** Begins `total` pieces of work at a steady rate, and resolves to how many were begun when all have ended. */
async function atRate(
  perSecond: number,
  total: number,
  begin: (index: number, dueAt: number) => Promise<unknown>,
  isOver: () => boolean = () => false,
): Promise<number> {
  const work: Promise<unknown>[] = [];
  const began = performance.now();
  let index = 0;
  while (index < total && !isOver()) {
    // What is due by now, so that a late tick begins what it owes.
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * perSecond));
    for (; index < due; index += 1) work.push(begin(index, began + (index / perSecond) * 1000));
    await pause(1);
  }

  await Promise.all(work);
  return index;
}

function questionOf(first: number, skus: number): Buffer {
  const asked = Array.from({ length: SKUS_ASKED }, (_, place) => `SKU${(first + place) % skus}`);
  return Buffer.from(
    `GET /v1/availability?sku=${asked.join(',')} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${TOKEN}\r\n\r\n`,
  );
}

function ageOf(answer: string, whole: boolean): number {
  const age = /"ageMs":(\d+)/.exec(answer)?.[1];
  const skus = whole
    ? (JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as { skus: unknown[] }).skus.length
    : answer.split('"sku":').length - 1;
  if (age === undefined || skus !== SKUS_ASKED)
    throw new Error(`answered ${skus} SKUs: ${answer.slice(0, 300)}`);
  return Number(age);
}
