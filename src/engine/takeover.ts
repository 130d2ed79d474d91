/**
 * Taking a channel over, once, at go-live, with a proof: its open orders with the money that is held for them, and its stock. What
 * it shows is read from it and compared with what is known here; what agrees is taken over, each difference is named and stays
 * as it is.
 */
import { formatMinor } from '../domain/money.ts';
import type { OrderState } from '../domain/order/state.ts';
import { isToBeTakenOver } from '../domain/order/take-over.ts';
import { addUntold } from '../domain/order/untold.ts';
import { loadTakeoverPage } from '../store/takeover.ts';
import type { Engine } from './engine.ts';
import { type Open, openAtChannel, openOf } from './takeover-channel.ts';
import { type StockTakeover, takeOverStock } from './takeover-stock.ts';

/** Orders that are loaded, and told, at once. */
const AT_ONCE = 500;

/** Counts and sums; money in minor units. */
export interface Sums {
  orders: number;
  units: number;
  /** By the shop's currency. */
  money: Record<string, number>;
  /** Customer deposits by gateway, in the currency in which the entity books. */
  deposits: { gateway: string; currency: string; amountMinor: number }[];
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
  stock: StockTakeover;
}

export async function takeOver(
  engine: Engine,
  connection: string,
  how: { by: string; dryRun: boolean },
): Promise<Takeover> {
  const config = engine.connections.get(connection)?.config;
  const money = engine.config.entities.find(({ id }) => id === config?.entity)?.money ?? 'shop';
  const channel = await openAtChannel(engine, connection, money);
  const here = new Map<string, Open>();
  const wanted: { key: string; shadowed: string[] }[] = [];
  const untold = new Map<string, number>();
  for (let after = ''; ; ) {
    const rows = await loadTakeoverPage(engine.database, connection, after, AT_ONCE);
    for (const { key, title, state: folded, shadowed } of rows) {
      const state = folded as OrderState | null;
      if (!state?.order) continue;
      addUntold(state, untold);
      const open = openOf(state.order, money);
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
  const stock = await takeOverStock(
    engine,
    connection,
    { committed: channel.open && channel.committed, untold },
    how,
  );
  if (!how.dryRun)
    for (let from = 0; from < taken.length; from += AT_ONCE)
      await engine.send(
        taken.slice(from, from + AT_ONCE).map(({ key, shadowed }) => ({
          kind: 'order',
          key,
          message: { type: 'operator.takeOver', by: how.by, note: '', shadowed },
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
    stock,
  };
}

function hasShadow(state: OrderState, shadowed: readonly string[]): boolean {
  return Object.values(state.acts).some(({ key, status }) => status === 'asked' && shadowed.includes(key));
}

function differencesBetween(
  channel: ReadonlyMap<string, Open>,
  here: ReadonlyMap<string, Open>,
  unread: readonly string[],
): Takeover['differences'] {
  const differences: Takeover['differences'] = [];
  for (const [key, there] of channel) {
    const message = differenceOf(there, here.get(key));
    if (message !== null) differences.push({ key, title: there.title, message });
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

/** The first hop at which an order does not agree, in words; null: it agrees. */
function differenceOf(there: Open, known: Open | undefined): string | null {
  if (!known) return 'open at the channel, and not known here as open: import it';
  if (known.units !== there.units)
    return `${there.units} units are open at the channel, ${known.units} here: import it`;
  if (known.totalMinor !== there.totalMinor || known.currency !== there.currency)
    return `it is worth ${said(there.totalMinor, there.currency)} at the channel, ${said(known.totalMinor, known.currency)} here: import it`;
  if (there.deposits === null) return 'the channel does not tell its payments: compare them by hand';
  if (known.deposits === null)
    return 'its payments are not known here yet: they come with the next poll, or import it';
  for (const gateway of new Set([...there.deposits.keys(), ...known.deposits.keys()])) {
    const [theirs, ours] = [there.deposits.get(gateway) ?? 0, known.deposits.get(gateway) ?? 0];
    if (theirs !== ours)
      return `${said(theirs, there.depositCurrency)} of it are held by ${gateway} at the channel, ${said(ours, known.depositCurrency)} here: import it`;
  }
  return null;
}

const said = (amountMinor: number, currency: string): string =>
  `${formatMinor(amountMinor, currency)} ${currency}`;

function sumsOf(all: Iterable<Open>): Sums {
  const sums: Sums = { orders: 0, units: 0, money: {}, deposits: [] };
  const held = new Map<string, Sums['deposits'][number]>();
  for (const { units, currency, totalMinor, deposits, depositCurrency } of all) {
    sums.orders += 1;
    sums.units += units;
    sums.money[currency] = (sums.money[currency] ?? 0) + totalMinor;
    for (const [gateway, amountMinor] of deposits ?? []) {
      const key = `${depositCurrency} ${gateway}`;
      const before = held.get(key)?.amountMinor ?? 0;
      held.set(key, { gateway, currency: depositCurrency, amountMinor: before + amountMinor });
    }
  }
  sums.deposits = [...held].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  return sums;
}
