/**
 * The sandbox retailer as a process of its own, so that the hub's memory is measured without it and it survives when the
 * hub is killed. Prints one line of JSON with the address of its control server when it is ready.
 *
 *   node src/sandbox/main.ts --seed 7 --orders 2000 --faults storm
 *   node src/sandbox/main.ts --orders-per-minute 20 --hub http://127.0.0.1:8081
 */
import { parseArgs } from 'node:util';
import { Clock, monotonicMs, pause } from '../base/clock.ts';
import { processRuns } from '../base/process.ts';
import { faultProfile } from './kit/faults.ts';
import { startRetailer } from './retailer/index.ts';

const HELP = `Usage: node src/sandbox/main.ts [options]
  --seed S               what all draws come from (default: 1)
  --orders N             orders of the run (default: 200)
  --orders-per-minute M  an endless live stream instead of a run
  --faults F             none, light or storm (default: none)
  --start-at TIME        business time at the start, ISO 8601 (default: 2026-11-23T06:00:00Z; of a live stream: now)
  --erp-down             the ERP is down for an hour in the middle of the first order
  --hub URL              where the hub takes webhooks (or tell it later: POST /_hub)
  --port P               of the control server (default: a free one)
  --waits-for-hub M      end after M minutes without a hub (default: never); a hub says its process id with POST /_hub`;

/** How often it looks whether its hub still runs. */
const LOOK_MS = 5_000;

/** The Monday before Black Friday. */
const RUN_STARTS_AT = Date.UTC(2026, 10, 23, 6);

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    orders: { type: 'string', default: '200' },
    'orders-per-minute': { type: 'string' },
    faults: { type: 'string', default: 'none' },
    'start-at': { type: 'string' },
    'erp-down': { type: 'boolean', default: false },
    hub: { type: 'string' },
    port: { type: 'string', default: '0' },
    'waits-for-hub': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const ordersPerMinute =
  values['orders-per-minute'] === undefined
    ? undefined
    : numberOf('orders-per-minute', values['orders-per-minute']);
const startAtMs =
  values['start-at'] === undefined
    ? ordersPerMinute === undefined
      ? RUN_STARTS_AT
      : undefined
    : instantOf(values['start-at']);

const retailer = await startRetailer({
  seed: values.seed,
  orders: numberOf('orders', values.orders),
  faults: faultProfile(values.faults),
  clock: new Clock(startAtMs),
  erpDownForAnHour: values['erp-down'],
  port: numberOf('port', values.port),
  ...(values.hub === undefined ? {} : { hubWebhookUrl: () => values.hub }),
  ...(ordersPerMinute === undefined ? {} : { ordersPerMinute }),
});

console.log(JSON.stringify({ url: retailer.url, pid: process.pid }));

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await retailer.close();
  process.exit(0);
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
if (values['waits-for-hub'] !== undefined)
  void stopWhenAlone(numberOf('waits-for-hub', values['waits-for-hub']) * 60_000);

/** Ends when no hub has run for so long: nobody will ask for the books any more. */
async function stopWhenAlone(limitMs: number): Promise<void> {
  let seenAt = monotonicMs();
  while (monotonicMs() - seenAt < limitMs) {
    await pause(LOOK_MS);
    const pid = retailer.hubPid();
    if (pid !== undefined && processRuns(pid)) seenAt = monotonicMs();
  }
  await stop();
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) fail(`--${option} "${text}": expected a number`);
  return value;
}

function instantOf(text: string): number {
  const value = Date.parse(text);
  if (Number.isNaN(value)) fail(`--start-at "${text}": expected an instant such as 2026-11-23T06:00:00Z`);
  return value;
}

function fail(message: string): never {
  console.error(`${message}\n\n${HELP}`);
  process.exit(2);
}
