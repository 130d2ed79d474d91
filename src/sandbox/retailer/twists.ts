/**
 * Bad payloads: what makes good JSON of an order wrong in one way only. Each twist knows the names that the vendors use
 * for the same thing, in webhooks and in reads, and changes whichever it meets.
 */

export type Twist = (payload: Record<string, unknown>) => void;

/** A payment status that nobody has heard of. */
export const unknownStatus: Twist = (payload) => {
  visit(payload, (owner, key, value) => {
    if (typeof value !== 'string') return;
    if (key === 'financial_status' || key === 'paymentStatus') owner[key] = 'teleported';
    if (key === 'displayFinancialStatus') owner[key] = 'TELEPORTED';
  });
};

/** One and a half units of the first line. */
export const fractionalQuantity: Twist = (payload) => {
  const line = firstLine(payload);
  if (!line) return;
  for (const key of ['quantity', 'current_quantity', 'currentQuantity']) {
    if (typeof line[key] === 'number') line[key] = 1.5;
  }
};

/** The order's total is five more than its parts. */
export const wrongTotal: Twist = (payload) => {
  const names = new Set([
    'total_price',
    'current_total_price',
    'total_price_set',
    'current_total_price_set',
    'totalPriceSet',
    'currentTotalPriceSet',
    'total',
    'currentTotal',
  ]);
  for (const order of ordersIn(payload)) {
    for (const key of Object.keys(order)) {
      if (names.has(key)) order[key] = fiveMore(order[key]);
    }
  }
};

/** All amounts are of a currency that no entity books. */
export function inCurrency(currency: string): Twist {
  return (payload) => {
    visit(payload, (owner, key, value) => {
      if (typeof value === 'string' && /^[A-Z]{3}$/.test(value) && /currency/i.test(key))
        owner[key] = currency;
    });
  };
}

/** The channel does not say who owes the tax. */
export const nobodyLiable: Twist = (payload) => {
  visit(payload, (owner, key) => {
    if (key === 'channel_liable' || key === 'channelLiable') owner[key] = null;
  });
};

/** Calls `change` for every member of every object, however deep. */
function visit(
  value: unknown,
  change: (owner: Record<string, unknown>, key: string, value: unknown) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, change);
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      change(value, key, member);
      visit(value[key], change);
    }
  }
}

/** The objects that hold an order's lines: the order itself, wherever the vendor's envelope has put it. */
function ordersIn(payload: Record<string, unknown>): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  const look = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(look);
    else if (isObject(value)) {
      if (linesOf(value)) found.push(value);
      else Object.values(value).forEach(look);
    }
  };
  look(payload);
  return found;
}

function firstLine(payload: Record<string, unknown>): Record<string, unknown> | undefined {
  const [order] = ordersIn(payload);
  const line = order && linesOf(order)?.[0];
  return isObject(line) ? line : undefined;
}

function linesOf(order: Record<string, unknown>): unknown[] | undefined {
  for (const key of ['line_items', 'lines', 'lineItems']) {
    const value = order[key];
    if (Array.isArray(value)) return value;
    if (isObject(value) && Array.isArray(value.nodes)) return value.nodes;
    if (isObject(value) && Array.isArray(value.edges))
      return value.edges.map((edge) => (isObject(edge) ? edge.node : undefined));
  }
  return undefined;
}

/** Adds five to an amount, in whichever form the vendor writes it. */
function fiveMore(value: unknown): unknown {
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return addToText(value, 5n);
  if (typeof value === 'number') return value + 500;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fiveMore(member)]));
}

function addToText(amount: string, whole: bigint): string {
  const [units = '0', decimals] = amount.split('.');
  const sum = BigInt(units) + whole;
  return decimals === undefined ? String(sum) : `${sum}.${decimals}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
