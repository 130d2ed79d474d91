/** What is open at a channel, as it says now: each order with its units, its worth, and the money that is held for it. */
import { orderKey } from '../connectors/contract.ts';
import type { Order } from '../domain/canonical/index.ts';
import { depositsOf } from '../domain/order/deposits.ts';
import { removedUnits } from '../domain/order/quantities.ts';
import { unitsToSend } from '../domain/order/take-over.ts';
import type { Engine } from './engine.ts';

/** Pages of open orders that are read at most: more is no retailer's. */
const MOST_PAGES = 20_000;

/** An order of which something is still to be sent. Money in minor units. */
export interface Open {
  title: string;
  units: number;
  /** What it is worth, in the shop's currency. */
  currency: string;
  totalMinor: number;
  /** Held against what is not sent, by gateway, in the currency in which the entity books; null: that is not known. */
  deposits: Map<string, number> | null;
  depositCurrency: string;
}

export interface AtChannel {
  /** By key; null: it cannot be asked. */
  open: Map<string, Open> | null;
  /** Units by the channel's SKU that its orders have committed. */
  committed: Map<string, number>;
  /** Keys of orders that it does not tell whole. */
  unread: string[];
  /** Why it cannot be asked. */
  problem: string | null;
}

export function openOf(order: Order, money: 'shop' | 'presentment'): Omit<Open, 'title'> | null {
  const units = order.test ? 0 : unitsToSend(order);
  if (units === 0) return null;
  const deposits = depositsOf(order);
  return {
    units,
    currency: order.shopCurrency,
    totalMinor: order.currentTotal.shop,
    deposits: deposits && new Map(deposits.map(({ gateway, amount }) => [gateway, amount[money]])),
    depositCurrency: money === 'shop' ? order.shopCurrency : order.presentmentCurrency,
  };
}

/** Reads what is open at the channel; what cannot be read whole is named apart. */
export async function openAtChannel(
  engine: Engine,
  connection: string,
  money: 'shop' | 'presentment',
): Promise<AtChannel> {
  const intake = engine.connections.get(connection)?.intake;
  // An order that changes meanwhile may come twice: what came last counts.
  const orders = new Map<string, { open: Open | null; committed: ReadonlyMap<string, number> }>();
  const unread = new Set<string>();
  const nothing = (problem: string): AtChannel => ({
    open: null,
    committed: new Map(),
    unread: [...unread],
    problem,
  });
  let cursor: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await engine.openOrders(connection, cursor);
    if (page === null || !intake)
      return nothing(
        `${connection} cannot be asked here for what is open: do it while the hub runs, with a connector that can tell`,
      );
    if ('status' in page) return nothing(`${connection} cannot be asked for what is open: ${page.message}`);
    for (const delivery of page.deliveries) {
      const { message } = intake.normalise(delivery);
      const address = intake.address(delivery);
      if (message.type !== 'order.snapshot') {
        if ('key' in address) unread.add(address.key);
        continue;
      }
      const { order } = message;
      const open = openOf(order, money);
      orders.set(orderKey(connection, order.channelOrderId), {
        open: open && { ...open, title: order.name },
        committed: committedBy(order),
      });
    }
    if (!page.more) break;
    cursor = page.cursor;
  }
  const open = new Map<string, Open>();
  const committed = new Map<string, number>();
  for (const [key, order] of orders) {
    if (order.open) open.set(key, order.open);
    for (const [sku, units] of order.committed) committed.set(sku, (committed.get(sku) ?? 0) + units);
  }
  return { open, committed, unread: [...unread].filter((key) => !orders.has(key)), problem: null };
}

/** Units by SKU that a channel keeps for an order: test orders and what is not shipped have theirs too. */
function committedBy(order: Order): Map<string, number> {
  const units = new Map<string, number>();
  if (order.cancelledAt !== null) return units;
  for (const line of order.lines) {
    const left = line.quantity - removedUnits(order, line) - line.fulfilledQuantity;
    if (line.sku !== null && left > 0) units.set(line.sku, (units.get(line.sku) ?? 0) + left);
  }
  return units;
}
