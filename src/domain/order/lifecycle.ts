/**
 * The headline status of an order, and the facts that move it. `evolve` runs on this table and the state diagram of the
 * docs is drawn from it. What is parallel to it (holds, cases, refunds) is data of the state, not a status.
 */
import type { OrderFactType } from './facts.ts';

/** Every status, with what it means. */
export const ORDER_STATUSES = {
  unseen: 'Named by a message, and not read yet',
  placed: 'Received from its channel',
  stopped: 'Something is wrong with it; a case says what would fix it',
  validated: 'Complete, mapped, and its totals close; its payment is awaited',
  paymentSecured: 'Paid or authorised; stock is being promised',
  allocated: 'Stock is promised as its policy wants; it can be told to the ERP',
  booking: 'The ERP has been asked for a sales order',
  booked: 'The ERP holds its sales order',
  released: 'One or several locations have been asked to ship it',
  shipping: 'A part has left',
  shipped: 'All has left; the books follow',
  closed: 'Nothing is left to do',
  cancelling: 'Cancelled; what was begun is being taken back',
  cancelled: 'Cancelled, and everything is taken back',
  emptied: 'Nothing is left on it, and the ERP never heard of it',
  archived: 'Known, and not worked on: placed before go-live, or a test order',
} as const;
export type OrderStatus = keyof typeof ORDER_STATUSES;

type Transitions = Partial<Record<OrderFactType, OrderStatus>>;

const CANCELLABLE: Transitions = { OrderCancelled: 'cancelling' };
const EMPTIABLE: Transitions = { OrderEmptied: 'emptied' };

export const LIFECYCLE: Readonly<Record<OrderStatus, Transitions>> = {
  unseen: { OrderPlaced: 'placed' },
  placed: {
    OrderValidated: 'validated',
    ValidationFailed: 'stopped',
    OrderClosed: 'archived',
    ...EMPTIABLE,
    ...CANCELLABLE,
  },
  stopped: { OrderValidated: 'validated', ...EMPTIABLE, ...CANCELLABLE },
  validated: {
    PaymentSecured: 'paymentSecured',
    ValidationFailed: 'stopped',
    ...EMPTIABLE,
    ...CANCELLABLE,
  },
  // Who is sent back goes the whole way again: `evolve` forgets what came after.
  paymentSecured: {
    AllocationSucceeded: 'allocated',
    PaymentMissing: 'validated',
    ValidationFailed: 'stopped',
    ...EMPTIABLE,
    ...CANCELLABLE,
  },
  allocated: {
    SalesOrderRequested: 'booking',
    AllocationLost: 'paymentSecured',
    PaymentMissing: 'validated',
    ValidationFailed: 'stopped',
    ...EMPTIABLE,
    ...CANCELLABLE,
  },
  booking: { SalesOrderCreated: 'booked', CancelledByErp: 'cancelling', ...EMPTIABLE, ...CANCELLABLE },
  booked: {
    ReleaseRequested: 'released',
    ShipmentRecorded: 'shipping',
    OrderShipped: 'shipped',
    CancelledByErp: 'cancelling',
    ...CANCELLABLE,
  },
  released: {
    ShipmentRecorded: 'shipping',
    OrderShipped: 'shipped',
    CancelledByErp: 'cancelling',
    ...CANCELLABLE,
  },
  // What has left stays left: an ERP that cancels now is a case, and the order closes when that is settled.
  shipping: { OrderShipped: 'shipped', OrderClosed: 'closed', ...CANCELLABLE },
  shipped: { OrderClosed: 'closed', OrderReopened: 'shipping', ...CANCELLABLE },
  closed: { OrderReopened: 'shipping', ...CANCELLABLE },
  cancelling: { OrderClosed: 'cancelled', ReinstatedByErp: 'booked' },
  cancelled: {},
  emptied: { OrderReopened: 'placed', ...CANCELLABLE },
  archived: { OrderTakenOver: 'placed' },
};

/** Statuses of orders on which nothing is left to do. */
export const ENDED: ReadonlySet<OrderStatus> = new Set(['closed', 'cancelled', 'emptied', 'archived']);

/** The status after a fact. */
export function nextStatus(status: OrderStatus, fact: OrderFactType): OrderStatus {
  return LIFECYCLE[status][fact] ?? status;
}

/** The table as a Mermaid state diagram. */
export function lifecycleDiagram(): string {
  const arrows = (Object.keys(LIFECYCLE) as OrderStatus[]).flatMap((from) => {
    const byTarget = new Map<OrderStatus, string[]>();
    for (const [fact, to] of Object.entries(LIFECYCLE[from]) as [string, OrderStatus][]) {
      byTarget.set(to, [...(byTarget.get(to) ?? []), fact]);
    }
    return [...byTarget].map(
      ([to, facts]) => `  ${from === 'unseen' ? '[*]' : from} --> ${to}: ${facts.join(' / ')}`,
    );
  });
  const ends = [...ENDED].map((status) => `  ${status} --> [*]`);
  return ['stateDiagram-v2', ...arrows, ...ends].join('\n');
}
