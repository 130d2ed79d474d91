/** Lists as GraphQL pages them: forward, by opaque cursors. Pages from the end are not behaved. */
import { GraphQLError } from 'graphql';

export interface PageArgs {
  first?: number | null;
  after?: string | null;
  /** Only where the list is `reversible`. */
  reverse?: boolean | null;
}

export interface Page {
  nodes: unknown[];
  edges: { cursor: string; node: unknown }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/** Most objects that one page holds. */
const MAX_PAGE = 250;
/** In bulk operations a list comes whole. */
export const EVERYTHING = Number.POSITIVE_INFINITY;

/** How many are asked for; wrong numbers throw in the vendor's words. */
export function pageSize({ first }: PageArgs): number {
  if (first === undefined || first === null)
    throw new GraphQLError('you must provide one of first or last', { extensions: { code: 'BAD_REQUEST' } });
  if (first === EVERYTHING) return first;
  if (first < 0 || first > MAX_PAGE)
    throw new GraphQLError(`first must be between 0 and ${MAX_PAGE}`, {
      extensions: { code: 'BAD_REQUEST' },
    });
  return first;
}

const REVERSIBLE = Symbol('reversible');

/** Says of a resolver that it knows `reverse`; of others that argument is refused. */
export function reversible<Resolver extends (...given: never[]) => unknown>(resolver: Resolver): Resolver {
  return Object.assign(resolver, { [REVERSIBLE]: true });
}

export function isReversible(value: unknown): boolean {
  return typeof value === 'function' && REVERSIBLE in value;
}

/** A page of a list that is there whole. */
export function connection<Item extends { id: string }>(
  items: readonly Item[],
  args: PageArgs,
  node: (item: Item) => unknown,
): Page {
  const size = pageSize(args);
  let from = 0;
  if (args.after !== undefined && args.after !== null) {
    const id = readCursor(args.after)?.last_id;
    from = placeOf(items, id ?? '') + 1;
    if (from === 0) throw invalidCursor(args.after);
  }
  const taken = items.slice(from, from + size);
  return page(
    taken.map((item) => ({
      cursor: writeCursor({ last_id: item.id, last_value: item.id }),
      node: node(item),
    })),
    { hasNextPage: from + size < items.length, hasPreviousPage: from > 0 },
  );
}

/** Where an id stands: most lists are in the order of their ids, which are equally long. -1: nowhere. */
function placeOf(items: readonly { id: string }[], id: string): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle] as { id: string }).id < id) low = middle + 1;
    else high = middle;
  }
  return items[low]?.id === id ? low : items.findIndex((item) => item.id === id);
}

export function page(
  edges: Page['edges'],
  has: Pick<Page['pageInfo'], 'hasNextPage' | 'hasPreviousPage'>,
): Page {
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { ...has, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

export interface Position {
  last_id: string;
  last_value: string;
}

export function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position in a cursor; undefined when it is none of ours. */
export function readCursor(cursor: string): Position | undefined {
  try {
    const value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as Partial<Position> | null;
    return typeof value?.last_id === 'string' && typeof value.last_value === 'string'
      ? { last_id: value.last_id, last_value: value.last_value }
      : undefined;
  } catch {
    return undefined;
  }
}

export function invalidCursor(cursor: string): GraphQLError {
  return new GraphQLError(`Invalid cursor: ${cursor.slice(0, 100)}`, { extensions: { code: 'BAD_REQUEST' } });
}
