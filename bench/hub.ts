/**
 * The hub of one benchmark row, in a process of its own so that its memory is its own. Takes one JSON argument, prints JSON
 * lines: `{ready}`, then answers to the commands that it reads from standard input: `status`, `ceiling`, `hot-sku`, `stop` ….
 */
import { createInterface } from 'node:readline';
import { serve } from '@hono/node-server';
import { Clock } from '../src/base/clock.ts';
import { Engine } from '../src/engine/engine.ts';
import { createApi } from '../src/gateway/api.ts';
import { serveWebhooks } from '../src/gateway/webhooks.ts';
import { type Database, openDatabase } from '../src/store/db.ts';
import { migrate } from '../src/store/migrate.ts';
import { aRetailer, stockDelivery } from '../test/support/builders.ts';
import { cpuMs } from './cpu.ts';
import { measureHotSku, measureRivals, putOnShelf, reservedOf } from './hot-sku.ts';
import { benchConnector, TOKEN } from './stand-in.ts';

interface Settings {
  dataDir?: string;
  url?: string;
  /** False: deliveries are stored, nothing is decided. */
  work: boolean;
  skus: number;
}

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings;
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

const database = await openDatabase(
  settings.url ? { url: settings.url } : { dataDir: settings.dataDir ?? '' },
);
const clock = new Clock();
/** Orders whose shipment has been booked, which is the last thing but closing: counted here, so that asking costs nothing. */
let shipped = 0;
await migrate(database, clock.nowIso());
const engine = await Engine.start({
  database,
  clock,
  node: 'bench',
  config: aRetailer(),
  connectors: [
    benchConnector(() => {
      shipped += 1;
    }),
  ],
  work: settings.work,
  log: (level, message, details) => {
    if (level === 'error') process.stderr.write(`${message} ${JSON.stringify(details)}\n`);
  },
});
for (let sku = 0; sku < settings.skus; sku += 1) {
  await engine.intake.receive({
    connection: 'stock',
    delivery: stockDelivery(`SKU${sku}`, 'WH', 10_000_000),
    deliveryId: null,
    eventId: null,
  });
}
const webhooks = await serveWebhooks(engine, {
  host: '127.0.0.1',
  port: 0,
  log: (message, details) => process.stderr.write(`${message} ${JSON.stringify(details)}\n`),
});
const api = await new Promise<string>((resolve) => {
  const { fetch } = createApi({ engine, token: TOKEN });
  serve({ fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => resolve(`http://127.0.0.1:${port}`));
});
let peakBytes = process.memoryUsage.rss();
setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, 200).unref();
say({ ready: webhooks.url, api, idleBytes: process.memoryUsage.rss() });

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'status') {
    say({
      shipped,
      commits: engine.status.commits,
      idle: engine.status.idle,
      residentBytes: process.memoryUsage.rss(),
      peakBytes,
    });
  } else if (line === 'cpu') {
    say(await cpuMs(database));
  } else if (line === 'open') {
    const [row] = await database.query<{ open: number }>(
      "select count(*) as open from stream where kind = 'order' and not closed",
    );
    say({ open: row?.open ?? 0 });
  } else if (line.startsWith('hot-sku')) {
    const { sku, demand } = JSON.parse(line.slice(8)) as { sku: string; demand: number };
    say(await measureHotSku(engine, sku, demand));
  } else if (line.startsWith('shelf')) {
    const { sku, units } = JSON.parse(line.slice(6)) as { sku: string; units: number };
    await putOnShelf(engine, sku, units);
    say({});
  } else if (line.startsWith('reserved')) {
    say({ reserved: await reservedOf(engine, line.slice(9)) });
  } else if (line.startsWith('rivals')) {
    say(await measureRivals(database, Number(line.slice(7))));
  } else if (line.startsWith('ceiling'))
    say(await ceiling(database, JSON.parse(line.slice(8)) as { bytes: number; rows: number; batch: number }));
  else break;
}
await webhooks.close();
await engine.stop();
await database.close();
process.exit(0);

/** Rows a second that the same database takes when they are only inserted, `batch` a commit, without any index but a key. */
async function ceiling(
  on: Database,
  { bytes, rows, batch }: { bytes: number; rows: number; batch: number },
): Promise<{ rowsPerSecond: number }> {
  await on.script('create table if not exists bench_ceiling (id bigint primary key, body bytea not null)');
  await on.script('alter table bench_ceiling alter column body set storage external; truncate bench_ceiling');
  const body = Buffer.alloc(bytes, 'x').toString('base64');
  const all = Array.from({ length: batch }, () => body).join(',');
  const began = performance.now();
  for (let from = 0; from < rows; from += batch) {
    await on.query(
      `insert into bench_ceiling (id, body)
       select $1::bigint + n, decode(body, 'base64') from unnest(string_to_array($2::text, ',')) with ordinality as b(body, n)`,
      [from, all],
    );
  }
  return { rowsPerSecond: rows / ((performance.now() - began) / 1000) };
}
