/**
 * For demonstrations and tests: lets whoever owns the clock of a sandbox move the hub's business time, and see when the hub
 * has nothing to do. Served on loopback only, and only when the hub was started to follow a sandbox's clock.
 */
import { createServer } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Engine, EngineStatus } from '../engine/engine.ts';

export interface SimulationStatus extends EngineStatus {
  now: number;
  /** Deliveries that are being answered. */
  receiving: number;
  residentBytes: number;
}

export async function serveSimulation(
  engine: Engine,
  clock: Clock,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const reply = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const status = (): SimulationStatus => {
      const { inFlight, nextDueAt, ...rest } = engine.status;
      const { count, firstWakesAt } = clock.sleepers;
      const due = [nextDueAt, firstWakesAt].filter((at): at is number => at !== null);
      return {
        ...rest,
        // A call that sleeps (for the vendor's budget, for a job to end) waits for time alone.
        inFlight: inFlight - count,
        nextDueAt: due.length === 0 ? null : Math.min(...due),
        now: clock.now(),
        receiving: engine.intake.pending,
        residentBytes: process.memoryUsage.rss(),
      };
    };
    if (request.method === 'GET') return reply(200, status());
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { toMs } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as { toMs?: number };
    if (typeof toMs !== 'number') return reply(422, { error: 'expected {"toMs": milliseconds since 1970}' });
    clock.advanceTo(toMs);
    reply(200, status());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
