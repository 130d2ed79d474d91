/** Short names for statuses, as lists and pages show them. What each means at length stands in the order's lifecycle. */
import { ENDED, ORDER_STATUSES, type OrderStatus } from '../../domain/order/lifecycle.ts';

/** In the order of an order's life. */
const LABELS: Readonly<Record<OrderStatus, string>> = {
  unseen: 'Not read yet',
  placed: 'Received',
  stopped: 'Stopped: needs a fix',
  validated: 'Waits for payment',
  paymentSecured: 'Waits for stock',
  allocated: 'Stock reserved',
  booking: 'On its way to the ERP',
  booked: 'Booked in the ERP',
  released: 'With the warehouse',
  shipping: 'Partly shipped',
  shipped: 'Shipped',
  closed: 'Finished',
  cancelling: 'Being cancelled',
  cancelled: 'Cancelled',
  emptied: 'Emptied',
  archived: 'Known only',
};

const HELD = ' (held)';
const ON_HOLD = 'On hold';

export interface StatusParts {
  status: string;
  label: string;
  held: boolean;
}

/** A stream's status ("booked (held)", "new" before the first turn) in parts, with words for it. */
export function statusParts(text: string): StatusParts {
  const held = text.endsWith(HELD);
  const status = held ? text.slice(0, -HELD.length) : text;
  if (status === 'held') return { status, label: ON_HOLD, held: true };
  const label = isStatus(status) ? LABELS[status] : status === 'new' ? 'Just received' : status;
  return { status, label: held ? `${label}, on hold` : label, held };
}

/** What a status means, in a sentence; the text itself where it is none of ours. */
export function statusMeaning(status: string): string {
  return isStatus(status) ? ORDER_STATUSES[status] : status;
}

/** Statuses as streams hold them, for a filter of statuses; "held" stands for all that are on hold. */
export function streamStatuses(wanted: readonly string[]): string[] {
  const known = Object.keys(ORDER_STATUSES);
  return wanted.flatMap((status) =>
    status === 'held' ? known.map((each) => `${each}${HELD}`) : [status, `${status}${HELD}`],
  );
}

/** True when all these statuses are of orders on which something is left to do. */
export function areOpen(statuses: readonly string[]): boolean {
  return statuses.every((status) => !isStatus(status) || !ENDED.has(status));
}

/** The status that a person names by its name or by its label, as lists show it; the text itself where it is none. */
export function statusNamed(text: string): string {
  const asked = text.trim().toLowerCase();
  const same = (name: string) => [name, statusParts(name).label].some((each) => each.toLowerCase() === asked);
  return STATUS_NAMES.find(same) ?? text.trim();
}

/** The names that a filter of statuses takes. */
export const STATUS_NAMES: readonly string[] = [...Object.keys(ORDER_STATUSES), 'held'];

/** Where a status stands in an order's life, for sorting. */
export function statusRank(status: string): number {
  return isStatus(status) ? Object.keys(LABELS).indexOf(status) : -1;
}

function isStatus(text: string): text is OrderStatus {
  return text in LABELS;
}
