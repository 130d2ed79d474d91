/** Questions for what can be sold, at a steady rate whatever the answers take, while orders come at another. */
import { Agent, request } from 'node:http';
import { TOKEN } from './stand-in.ts';

const SKUS_ASKED = 50;

/** Asks at `perSecond` for some seconds; returns how long each answer took from when it was due (ms). */
export async function askSteadily(
  api: string,
  options: { perSecond: number; seconds: number; skus: number },
): Promise<{ lastedMs: number[]; oldestMs: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const lastedMs: number[] = [];
  let oldestMs = 0;
  const began = performance.now();
  const total = options.perSecond * options.seconds;
  const waiting: Promise<void>[] = [];
  for (let index = 0; index < total; ) {
    // What is due by now, so that a late tick asks what it owes, and its answers count from when they were due.
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * options.perSecond));
    for (; index < due; index += 1) {
      const dueAt = began + (index / options.perSecond) * 1000;
      const skus = Array.from(
        { length: SKUS_ASKED },
        (_, place) => `SKU${(index * 7 + place) % options.skus}`,
      );
      waiting.push(
        ask(agent, `${api}/v1/availability?sku=${skus.join(',')}`).then((ageMs) => {
          lastedMs.push(performance.now() - dueAt);
          oldestMs = Math.max(oldestMs, ageMs);
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(waiting);
  agent.destroy();
  return { lastedMs, oldestMs };
}

function ask(agent: Agent, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers: { authorization: `Bearer ${TOKEN}` } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => {
        const { skus, ageMs } = JSON.parse(text) as { skus?: unknown[]; ageMs?: number };
        if (response.statusCode === 200 && skus?.length === SKUS_ASKED) resolve(ageMs ?? 0);
        else reject(new Error(`answered ${response.statusCode}: ${text.slice(0, 200)}`));
      });
    })
      .on('error', reject)
      .end();
  });
}
