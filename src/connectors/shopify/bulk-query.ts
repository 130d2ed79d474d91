/**
 * The query of a bulk operation, made of the one that reads an order, so that both always ask for the same. The vendor takes no
 * variables in it, no connection below a list, and five connections in all; what falls away is read alone where an order has it.
 */
import { ORDER_PARTS } from './documents.ts';

/** A field with what is selected of it, `... on TYPE`, or `...FRAGMENT`. */
interface Selection {
  name: string;
  args: string;
  fields: Selection[] | null;
}

/** Of these only whether an order has any is asked: they are lists with connections below, or more than a bulk query takes. */
export const APART = ['refunds', 'fulfillments', 'paymentTerms'] as const;

/** The connections of an order in the bulk query, by the type of their objects, as global ids name it. */
export const CONNECTIONS: ReadonlyMap<string, string> = new Map([
  ['LineItem', 'lineItems'],
  ['ShippingLine', 'shippingLines'],
  ['FulfillmentOrder', 'fulfillmentOrders'],
]);

/** Of plain lists (transactions): the vendor gives so many at most. */
export const LIST_LIMIT = 250;

/** The query for all orders that this search finds. */
export function bulkOrdersQuery(search: string): string {
  const fragments = fragmentsIn(ORDER_PARTS);
  const order = (fragments.get('OrderParts') ?? []).map((field) =>
    isApart(field.name) ? apart(field.name) : inBulk(field, fragments),
  );
  return `{ orders(query: ${JSON.stringify(search)}) { edges { node { ${order.join(' ')} } } } }`;
}

function isApart(name: string): boolean {
  return (APART as readonly string[]).includes(name);
}

/** Whether the order has any. */
function apart(name: string): string {
  return name === 'paymentTerms' ? 'paymentTerms { id }' : `${name}(first: 1) { id }`;
}

function inBulk(field: Selection, fragments: ReadonlyMap<string, Selection[]>): string {
  if (field.name.startsWith('...') && field.fields === null)
    return (fragments.get(field.name.slice(3)) ?? []).map((each) => inBulk(each, fragments)).join(' ');
  if (field.fields === null) return `${field.name}${field.args}`;
  const nodes = field.fields.find(({ name }) => name === 'nodes');
  if (!nodes) {
    const inner = field.fields.map((each) => inBulk(each, fragments)).join(' ');
    return `${field.name}${field.args.replace(/\$\w+/g, String(LIST_LIMIT))} { ${inner} }`;
  }
  // A connection: without pages, its objects with the id by which they are told apart.
  const args = field.args.replace(/\bfirst: \$\w+,? ?/, '').replace('()', '');
  const fields = (nodes.fields ?? []).map((each) => inBulk(each, fragments));
  const own =
    fields.includes('id') || fields.some((each) => each.startsWith('id ')) ? fields : ['id', ...fields];
  return `${field.name}${args} { edges { node { ${own.join(' ')} } } }`;
}

const TOKEN = /\.\.\.\s*on\s+\w+|\.\.\.\w+|\w+|\([^)]*\)|[{}]/g;

/** The fragments of a document of ours, by name. */
function fragmentsIn(text: string): Map<string, Selection[]> {
  const tokens = text.match(TOKEN) ?? [];
  const fragments = new Map<string, Selection[]>();
  let at = 0;
  while (at < tokens.length) {
    // "fragment NAME on TYPE {"
    const name = tokens[at + 1] as string;
    at += 5;
    fragments.set(name, selections());
  }
  return fragments;

  /** Reads to the brace that closes. */
  function selections(): Selection[] {
    const all: Selection[] = [];
    for (;;) {
      const token = tokens[at] as string;
      at += 1;
      if (token === '}') return all;
      const last = all.at(-1);
      if (token === '{' && last) last.fields = selections();
      else if (token.startsWith('(') && last) last.args = token;
      else all.push({ name: token.replace(/\s+/g, ' '), args: '', fields: null });
    }
  }
}
