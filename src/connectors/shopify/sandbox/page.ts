/** The store for people: its orders, products, subscriptions and books, its faults and its clock, on one plain page. */
import { FAULT_NAMES, faultProfile } from '../../../sandbox/kit/faults.ts';
import type { SandboxReply, SandboxRequest } from '../../../sandbox/kit/server.ts';
import type { FaultProfile } from '../../../sandbox/kit/types.ts';
import type { World } from '../../../sandbox/kit/world.ts';
import type { OrderBook } from './book.ts';
import { financialStatus, fulfilmentStatus } from './book-figures.ts';
import type { Book } from './books.ts';
import { moneyText } from './format.ts';
import { currentTotal } from './orders/pricing.ts';
import type { Subscription } from './webhooks/subscriptions.ts';

const ORDERS_SHOWN = 50;
const LOG_SHOWN = 20;
const HOUR_MS = 3_600_000;
/** Longer jumps are several. */
const MOST_HOURS = 24 * 31;

/** What the page shows of its store. */
export interface PageView {
  name: string;
  shop: string;
  currency: string;
  /** The latest ones, the last first. */
  orders(limit: number): readonly OrderBook[];
  orderCount(): number;
  /** One order as the auditor reads it. */
  order(id: string): Book | undefined;
  products(): readonly { sku: string; title: string; price: string; stock?: string }[];
  locations(): readonly string[];
  subscriptions(): readonly Subscription[];
  counts(): Readonly<Record<string, number>>;
  behaved(): { queries: readonly string[]; mutations: readonly string[] };
}

/** Paths that are this page's. */
export function isPage(path: string): boolean {
  return path === '/' || path.startsWith('/_page/');
}

/** Answers a request for the page or from its forms. */
export async function servePage(
  world: World,
  view: PageView,
  request: SandboxRequest,
): Promise<SandboxReply> {
  const { method, path } = request;
  if (method === 'GET' && path === '/') return html(view.name, wholePage(world, view));
  const order = /^\/_page\/orders\/(\d+)$/.exec(path)?.[1];
  const found = order === undefined ? undefined : view.order(order);
  if (method === 'GET' && found) return html(found.name, orderPage(found));
  if (method === 'POST' && path === '/_page/faults') return setFaults(world, request);
  if (method === 'POST' && path === '/_page/clock') return await moveClock(world, request);
  return { status: 404, body: 'There is no such page here.' };
}

function setFaults(world: World, request: SandboxRequest): SandboxReply {
  const fields = new URLSearchParams(request.text());
  const name = fields.get('profile') ?? '';
  if ((FAULT_NAMES as readonly string[]).includes(name)) world.setFaults(faultProfile(name));
  else {
    const shares = new Map(SHARES.map(({ field }) => [field, Number(fields.get(field) ?? Number.NaN) / 100]));
    for (const [field, share] of shares)
      if (!(share >= 0 && share <= 1))
        return { status: 422, body: `${field}: expected a share between 0 and 100 percent` };
    const share = (field: string) => shares.get(field) ?? 0;
    world.setFaults({
      ...world.faults,
      deliveries: {
        doubled: share('doubled'),
        outOfOrder: share('outOfOrder'),
        dropped: share('dropped'),
      },
      calls: { refused: share('refused'), timedOut: share('timedOut'), lateShare: share('lateShare') },
    });
  }
  return BACK;
}

async function moveClock(world: World, request: SandboxRequest): Promise<SandboxReply> {
  const hours = Number(new URLSearchParams(request.text()).get('hours'));
  if (!(hours > 0 && hours <= MOST_HOURS))
    return { status: 422, body: `hours: expected a number above 0, ${MOST_HOURS} at most` };
  await world.passTo(world.clock.now() + Math.round(hours * HOUR_MS));
  return BACK;
}

const BACK: SandboxReply = { status: 303, headers: { location: '/' } };

const SHARES: readonly { field: string; title: string; of(faults: FaultProfile): number }[] = [
  { field: 'doubled', title: 'deliveries sent twice', of: ({ deliveries }) => deliveries.doubled },
  { field: 'outOfOrder', title: 'deliveries minutes late', of: ({ deliveries }) => deliveries.outOfOrder },
  { field: 'dropped', title: 'deliveries never sent', of: ({ deliveries }) => deliveries.dropped },
  { field: 'refused', title: 'calls refused', of: ({ calls }) => calls.refused },
  { field: 'timedOut', title: 'calls without an answer', of: ({ calls }) => calls.timedOut },
  { field: 'lateShare', title: 'of these: done minutes later', of: ({ calls }) => calls.lateShare },
];

const COUNT_WORDS: Readonly<Record<string, string>> = {
  calls: 'calls of the API',
  refused: 'calls refused',
  timedOut: 'calls without an answer',
  late: 'of these: done minutes later',
  outage: 'calls during an outage',
  sent: 'webhooks sent',
  delivered: 'webhooks taken',
  doubled: 'webhooks sent twice',
  delayed: 'webhooks minutes late',
  dropped: 'webhooks never sent',
  retried: 'webhooks tried again',
  gaveUp: 'webhooks given up after the last retry',
};

function wholePage(world: World, view: PageView): string {
  const { queries, mutations } = view.behaved();
  const shown = view.orders(ORDERS_SHOWN);
  return `<p>${escaped(view.shop)} · ${escaped(view.currency)} · ${escaped(world.clock.nowIso().slice(0, 19).replace('T', ' '))} UTC · seed ${escaped(world.seed)}</p>
${world.failures.length > 0 ? `<p class="bad">The sandbox itself has failed: ${escaped(world.failures[0] ?? '')}</p>` : ''}
<section><h2>Clock</h2><form method="post" action="/_page/clock"><label>move on by <input name="hours" type="number" min="0.1" step="0.1" max="${MOST_HOURS}" value="1"> hours</label> <button>Move</button></form></section>
<section><h2>Faults</h2><form method="post" action="/_page/faults">${FAULT_NAMES.map((name) => `<button name="profile" value="${name}">${name}</button>`).join(' ')}</form>
<form method="post" action="/_page/faults">${SHARES.map(({ field, title, of }) => `<label>${title} <input name="${field}" type="number" min="0" max="100" step="any" value="${of(world.faults) * 100}"> %</label>`).join('<br>')}<br><button>Set</button></form></section>
<section><h2>What was done</h2>${table(
    ['', 'count'],
    Object.entries(view.counts()).map(([name, count]) => [COUNT_WORDS[name] ?? name, String(count)]),
  )}</section>
<section><h2>Webhook subscriptions</h2>${table(
    ['topic', 'address', 'failed in a row'],
    view.subscriptions().map(({ topic, uri, failedAttempts }) => [topic, uri, String(failedAttempts)]),
  )}</section>
<section><h2>Orders (${view.orderCount()})</h2>${table(
    ['order', 'placed', 'payment', 'fulfilment', 'total now', 'shopper'],
    shown.map((order) => [
      { text: `#${order.number}`, href: `/_page/orders/${order.id}` },
      new Date(order.createdAtMs).toISOString().slice(0, 16).replace('T', ' '),
      `${financialStatus(order)}${order.cancelledAtMs === null ? '' : ' (cancelled)'}`,
      fulfilmentStatus(order),
      `${moneyText(currentTotal(order).shop, order.currency)} ${order.currency}`,
      `${order.shopper.firstName} ${order.shopper.lastName}`,
    ]),
  )}</section>
<section><h2>Products and stock</h2><p>Locations: ${escaped(view.locations().join(', '))}</p>${table(
    ['SKU', 'title', 'price', 'available'],
    view.products().map(({ sku, title, price, stock }) => [sku, title, price, stock ?? '']),
  )}</section>
<section><h2>Log</h2><pre>${escaped(
    world
      .log()
      .slice(-LOG_SHOWN)
      .reverse()
      .map(({ at, what }) => `${at}  ${what}`)
      .join('\n'),
  )}</pre></section>
<section><h2>What is behaved</h2><p><b>Queries</b> ${escaped(queries.join(', '))}</p><p><b>Mutations</b> ${escaped(mutations.join(', '))}</p><p><a href="/_books">Books as JSON</a></p></section>`;
}

function orderPage(book: Book): string {
  return `<p><a href="/">Back to the store</a></p><pre>${escaped(JSON.stringify(book, null, 2))}</pre>`;
}

type Cell = string | { text: string; href: string };

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return '<p>None.</p>';
  const cell = (value: Cell) =>
    typeof value === 'string'
      ? escaped(value)
      : `<a href="${escaped(value.href)}">${escaped(value.text)}</a>`;
  return `<table><tr>${head.map((each) => `<th>${escaped(each)}</th>`).join('')}</tr>${rows.map((row) => `<tr>${row.map((each) => `<td>${cell(each)}</td>`).join('')}</tr>`).join('')}</table>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function html(title: string, body: string): SandboxReply {
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>${escaped(title)}</title><style>
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse}td,th{text-align:left;padding:.15rem .8rem .15rem 0;border-bottom:1px solid #8884}
input{width:6rem}pre{overflow:auto}.bad{color:#c00}section{overflow-x:auto}
</style><h1>${escaped(title)}</h1>${body}</html>`,
  };
}
