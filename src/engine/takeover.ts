/**
 * Taking a channel's open orders over, once, at go-live, with a proof: what is open at the channel is read from it and compared,
 * order by order, with what is known here. What agrees is taken over; each difference is named and stays as it is.
 */
import { orderKey } from '../connectors/contract.ts';
import type { Order } from '../domain/canonical/index.ts';
import type { OrderState } from '../domain/order/state.ts';
import { isToBeTakenOver, unitsToSend } from '../domain/order/take-over.ts';
import { loadTakeoverPage } from '../store/takeover.ts';
import type { Engine } from './engine.ts';

/** Orders that are loaded, and told, at once. */
const AT_ONCE = 500;
/** Pages of open orders that are read at most: more is no retailer's. */
const MOST_PAGES = 20_000;

/** Counts and sums; money in minor units of the shop's currency. */
export interface Sums {
  orders: number;
  units: number;
  money: Record<string, number>;
}

export interface Takeover {
  connection: string;
  goLiveAt: string | null;
  /** Open at the channel, as it says now. Null: it cannot be asked. */
  atChannel: Sums | null;
  /** Open by what is known here. */
  here: Sums;
  differences: { key: string; title: string; message: string }[];
  /** Orders that are taken over now (or would be), and those of them that were decided in shadow. */
  takenOver: string[];
  fromShadow: number;
  /** Why nothing could be compared. */
  problem: string | null;
}

interface Open {
  title: string;
  units: number;
  currency: string;
  totalMinor: number;
}

export async function takeOver(
  engine: Engine,
  connection: string,
  { by, dryRun }: { by: string; dryRun: boolean },
): Promise<Takeover> {
  const config = engine.connections.get(connection)?.config;
  const channel = await openAtChannel(engine, connection);
  const here = new Map<string, Open>();
  const wanted: { key: string; shadowed: string[] }[] = [];
  for (let after = ''; ; ) {
    const rows = await loadTakeoverPage(engine.database, connection, after, AT_ONCE);
    for (const { key, title, state: folded, shadowed } of rows) {
      const state = folded as OrderState | null;
      if (!state?.order) continue;
      const open = openOf(state.order);
      if (open) here.set(key, { ...open, title });
      if (isToBeTakenOver(state, config?.testOrders ?? 'ignore')) wanted.push({ key, shadowed: [] });
      else if (state.live && shadowed && hasShadow(state, shadowed)) wanted.push({ key, shadowed });
    }
    const last = rows.at(-1);
    if (!last || rows.length < AT_ONCE) break;
    after = last.key;
  }
  const differences = channel.open ? differencesBetween(channel.open, here, channel.unread) : [];
  const differing = new Set(differences.map(({ key }) => key));
  const taken = channel.open ? wanted.filter(({ key }) => !differing.has(key)) : [];
  if (!dryRun)
    for (let from = 0; from < taken.length; from += AT_ONCE)
      await engine.send(
        taken.slice(from, from + AT_ONCE).map(({ key, shadowed }) => ({
          kind: 'order',
          key,
          message: { type: 'operator.takeOver', by, note: '', shadowed },
        })),
      );
  return {
    connection,
    goLiveAt: config?.goLiveAt ?? null,
    atChannel: channel.open && sumsOf(channel.open.values()),
    here: sumsOf(here.values()),
    differences,
    takenOver: taken.map(({ key }) => key),
    fromShadow: taken.filter(({ shadowed }) => shadowed.length > 0).length,
    problem: channel.problem,
  };
}

function hasShadow(state: OrderState, shadowed: readonly string[]): boolean {
  return Object.values(state.acts).some(({ key, status }) => status === 'asked' && shadowed.includes(key));
}

function openOf(order: Order): Omit<Open, 'title'> | null {
  const units = order.test ? 0 : unitsToSend(order);
  if (units === 0) return null;
  return { units, currency: order.shopCurrency, totalMinor: order.currentTotal.shop };
}

/** Reads what is open at the channel; what cannot be read whole is named apart. */
async function openAtChannel(
  engine: Engine,
  connection: string,
): Promise<{ open: Map<string, Open> | null; unread: string[]; problem: string | null }> {
  const intake = engine.connections.get(connection)?.intake;
  const open = new Map<string, Open>();
  const unread: string[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await engine.openOrders(connection, cursor);
    if (page === null || !intake)
      return {
        open: null,
        unread,
        problem: `${connection} cannot be asked here for what is open: do it while the hub runs, with a connector that can tell`,
      };
    if ('status' in page)
      return {
        open: null,
        unread,
        problem: `${connection} cannot be asked for what is open: ${page.message}`,
      };
    for (const delivery of page.deliveries) {
      const { message } = intake.normalise(delivery);
      const address = intake.address(delivery);
      if (message.type !== 'order.snapshot') {
        if ('key' in address) unread.push(address.key);
        continue;
      }
      const found = openOf(message.order);
      const key = orderKey(connection, message.order.channelOrderId);
      if (found) open.set(key, { ...found, title: message.order.name });
      else open.delete(key);
    }
    if (!page.more) break;
    cursor = page.cursor;
  }
  return { open, unread, problem: null };
}

function differencesBetween(
  channel: ReadonlyMap<string, Open>,
  here: ReadonlyMap<string, Open>,
  unread: readonly string[],
): Takeover['differences'] {
  const differences: Takeover['differences'] = [];
  for (const [key, there] of channel) {
    const known = here.get(key);
    const { title } = there;
    if (!known) {
      differences.push({ key, title, message: 'open at the channel, and not known here as open: import it' });
      continue;
    }
    if (known.units !== there.units)
      differences.push({
        key,
        title,
        message: `${there.units} units are open at the channel, ${known.units} here: import it`,
      });
    else if (known.totalMinor !== there.totalMinor || known.currency !== there.currency)
      differences.push({
        key,
        title,
        message: `it is worth ${there.totalMinor} ${there.currency} (minor units) at the channel, ${known.totalMinor} ${known.currency} here: import it`,
      });
  }
  for (const [key, { title }] of here)
    if (!channel.has(key) && !unread.includes(key))
      differences.push({ key, title, message: 'open here, and not at the channel: import it' });
  for (const key of unread)
    differences.push({
      key,
      title: here.get(key)?.title ?? '',
      message: 'the channel has not told it whole: compare it by hand',
    });
  return differences;
}

function sumsOf(all: Iterable<Open>): Sums {
  const sums: Sums = { orders: 0, units: 0, money: {} };
  for (const { units, currency, totalMinor } of all) {
    sums.orders += 1;
    sums.units += units;
    sums.money[currency] = (sums.money[currency] ?? 0) + totalMinor;
  }
  return sums;
}
