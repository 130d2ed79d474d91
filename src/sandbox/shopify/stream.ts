/** A believable stream of orders at one store, from a seed: who buys what, and what shopper and staff do with it later. */
import type { ShopifySandbox } from '../../connectors/shopify/sandbox/index.ts';
import type { World } from '../kit/world.ts';
import { lifeOf } from '../retailer/lives.ts';
import { DAY_MS, HOUR_MS } from '../retailer/names.ts';
import type { LifeEvent } from '../retailer/plan.ts';
import { ordinarySpec } from '../retailer/shopping.ts';

/** Whose assortment and shoppers they are. */
export const SHOP = 'shopify-northlight';

export interface StreamOptions {
  ordersPerMinute: number;
  /** 1 for a believable pace; smaller ones press a life into less time. */
  pace: number;
  /** The store's own staff sends what is paid, a day or so later; else that is left to the app. */
  staffShips: boolean;
}

const MINUTE_MS = 60_000;
const SHIPS_AFTER_MS = { least: 3 * HOUR_MS, most: 30 * HOUR_MS };
/** Who waits for goods to leave looks so often, and not for ever. */
const LOOK_EVERY_MS = DAY_MS / 2;
const LOOKS = 60;

export interface Stream {
  /** Orders that it has placed. */
  placed(): number;
  stop(): void;
}

/** Starts it; each order is planned when the one before it is placed. */
export function startStream(world: World, store: ShopifySandbox, options: StreamOptions): Stream {
  const { ordersPerMinute, pace, staffShips } = options;
  let placed = 0;
  let stopped = ordersPerMinute <= 0;

  const next = (): void => {
    if (stopped) return;
    const gap = -Math.log(1 - world.random(`gap:${placed}`).next()) * (MINUTE_MS / ordersPerMinute);
    world.schedule(world.clock.now() + Math.max(1, Math.round(gap)), 'next order', () => {
      if (stopped) return;
      place();
      next();
    });
  };
  const place = (): void => {
    placed += 1;
    const handle = `o${String(placed).padStart(6, '0')}`;
    const spec = ordinarySpec(world.random(`order:${handle}`), SHOP, handle);
    const id = store.placeOrder(spec);
    for (const event of lifeOf(world.random(`life:${handle}`), SHOP, spec, pace, 'channel'))
      after(event.afterMs, `${event.kind} of ${handle}`, () => happen(id, event));
    if (!staffShips) return;
    const { least, most } = SHIPS_AFTER_MS;
    after(world.random(`ship:${handle}`).int(least, most) * pace, `${handle} ships`, () => ship(id));
  };
  const after = (ms: number, label: string, run: () => void): void => {
    world.schedule(world.clock.now() + Math.round(ms), label, () => {
      if (!stopped) run();
    });
  };

  const happen = (id: string, event: LifeEvent): void => {
    const { cancelled, shippedUnits } = store.standing(id);
    if (cancelled) return;
    switch (event.kind) {
      case 'pay':
        store.pay(id, event.event);
        break;
      case 'edit':
        store.editOrder(id, event.edit);
        break;
      case 'cancel':
        store.cancelOrder(id, event);
        break;
      case 'removal':
        if (shippedUnits === 0)
          store.refund(id, { lines: [event.line], shipping: false, restock: event.restock });
        break;
      case 'address':
        if (shippedUnits === 0) store.changeAddress(id, event.address);
        break;
      case 'refund':
        whenShipped(id, () => refund(id, event), LOOKS);
        break;
      case 'split':
        store.splitFulfilment?.(id);
        break;
      case 'merge':
        store.mergeFulfilment?.(id);
        break;
      case 'archive':
      case 'redact': {
        const { kind } = event;
        whenShipped(id, () => store[kind]?.(id), LOOKS);
        break;
      }
      case 'return':
        whenShipped(id, () => store.takeBack?.(id, event.line), LOOKS);
        break;
      case 'askBack':
        whenShipped(id, () => store.askBack?.(id, event.line), LOOKS);
        break;
      case 'forcedCancel':
        whenShipped(id, () => store.cancelOrder(id, { ...event, refund: false, force: true }), LOOKS);
        break;
      case 'exchange':
        whenShipped(
          id,
          () => store.exchange?.(id, { line: { index: event.index, quantity: 1 }, add: event.add }),
          LOOKS,
        );
        break;
      // What other systems do has no place in a store alone, and nobody overrides its limits.
      case 'erpCancel':
      case 'overRefund':
        break;
      default:
        event satisfies never;
    }
  };
  const whenShipped = (id: string, act: () => void, looks: number): void => {
    if (looks === 0 || store.standing(id).cancelled) return;
    if (store.unshipped(id).length === 0) act();
    else after(LOOK_EVERY_MS * pace, `a look at ${id}`, () => whenShipped(id, act, looks - 1));
  };
  const refund = (id: string, event: Extract<LifeEvent, { kind: 'refund' }>): void => {
    const refundId = store.refund(id, {
      lines: event.line ? [event.line] : [],
      shipping: event.shipping,
      ...(event.amount === null ? {} : { amount: event.amount }),
      ...(event.pendingMs === null ? {} : { pending: true }),
      ...(event.to === null ? {} : { to: event.to }),
      restock: event.line !== null,
    });
    if (refundId !== null && event.pendingMs !== null)
      after(event.pendingMs, `refund ${refundId} settles`, () =>
        store.settleRefund(id, refundId, 'succeeded'),
      );
  };
  /** What is paid leaves; what waits for its money is looked at again. */
  const ship = (id: string, looks = LOOKS): void => {
    const { cancelled, paidMinor } = store.standing(id);
    if (cancelled || looks === 0) return;
    if (paidMinor > 0 || store.unshipped(id).length === 0) store.ship(id);
    else after(LOOK_EVERY_MS * pace, `${id} ships`, () => ship(id, looks - 1));
  };

  next();
  return {
    placed: () => placed,
    stop: () => {
      stopped = true;
    },
  };
}
