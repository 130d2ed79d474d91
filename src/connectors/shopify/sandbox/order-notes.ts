/** What apps write on an order: tags, a note, metafields. */
import { createHash } from 'node:crypto';
import type { MetafieldBook, OrderBook } from './book.ts';
import { connection, type PageArgs } from './connection.ts';
import { utc } from './format.ts';
import { gid, type Ids, idIn } from './ids.ts';
import { notSupported } from './unsupported.ts';

export interface OrderNotesHost {
  ids: Ids;
  now(): number;
  /** The order of a global id, to be changed. */
  order(id: string): OrderBook | undefined;
  node(order: OrderBook): unknown;
  changed(order: OrderBook): void;
}

/** What carries metafields. */
export interface MetafieldOwner {
  metafields?: MetafieldBook[];
}

interface MetafieldInput {
  ownerId: string;
  namespace?: string | null;
  key: string;
  type?: string | null;
  value: string;
  compareDigest?: string | null;
}

/** The app's own namespace, where none is given. */
const OWN_NAMESPACE = 'app--1';
const MAX_TAGS = 250;
const MAX_TAG_CHARS = 40;
const MAX_METAFIELDS = 25;

export class OrderNotes {
  readonly #host: OrderNotesHost;

  constructor(host: OrderNotesHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      tagsAdd: (args: { id: string; tags: readonly string[] }) =>
        this.#tags(args, (present, given) => [...present, ...given]),
      tagsRemove: (args: { id: string; tags: readonly string[] }) =>
        this.#tags(args, (present, given) => {
          const gone = new Set(given.map((tag) => tag.toLowerCase()));
          return present.filter((tag) => !gone.has(tag.toLowerCase()));
        }),
      metafieldsSet: ({ metafields }: { metafields: readonly MetafieldInput[] }) =>
        this.#metafields(metafields),
      orderUpdate: ({ input }: { input: Record<string, unknown> & { id: string } }) => this.#update(input),
    };
  }

  #tags(
    { id, tags }: { id: string; tags: readonly string[] },
    change: (present: readonly string[], given: readonly string[]) => string[],
  ): unknown {
    const order = this.#order(id);
    if (!order) return { node: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] };
    const wrong = this.#setTags(order, change(order.tags ?? [], tags));
    if (wrong) return { node: null, userErrors: [{ field: ['tags'], message: wrong }] };
    this.#host.changed(order);
    return { node: this.#host.node(order), userErrors: [] };
  }

  /** Tags are kept once each whatever their case, in alphabetical order. Words when there are too many. */
  #setTags(order: OrderBook, tags: readonly string[]): string | undefined {
    const kept = new Map<string, string>();
    for (const tag of tags.map((each) => each.trim()).filter((each) => each !== ''))
      if (!kept.has(tag.toLowerCase())) kept.set(tag.toLowerCase(), tag);
    if ([...kept.values()].some((tag) => tag.length > MAX_TAG_CHARS))
      return `Tags may have ${MAX_TAG_CHARS} characters at most`;
    if (kept.size > MAX_TAGS) return `An order may have ${MAX_TAGS} tags at most`;
    order.tags = [...kept.values()].sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1));
    return undefined;
  }

  #update({ id, ...input }: Record<string, unknown> & { id: string }): unknown {
    const order = this.#order(id);
    if (!order) return { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] };
    for (const name of Object.keys(input))
      if (name !== 'note' && name !== 'tags' && name !== 'poNumber')
        throw notSupported(`orderUpdate(${name})`);
    if (Array.isArray(input.tags)) {
      const wrong = this.#setTags(order, input.tags as string[]);
      if (wrong) return { order: null, userErrors: [{ field: ['tags'], message: wrong }] };
    }
    if (input.note !== undefined) order.note = input.note as string | null;
    if (input.poNumber !== undefined) order.poNumber = input.poNumber as string | null;
    this.#host.changed(order);
    return { order: this.#host.node(order), userErrors: [] };
  }

  #metafields(inputs: readonly MetafieldInput[]): unknown {
    const errors: object[] = [];
    const error = (index: number, name: string, code: string, message: string) =>
      errors.push({ field: ['metafields', String(index), name], message, code, elementIndex: null });
    if (inputs.length > MAX_METAFIELDS)
      error(
        MAX_METAFIELDS,
        'key',
        'LESS_THAN_OR_EQUAL_TO',
        'Exceeded the maximum metafields input limit of 25.',
      );
    const orders = inputs.map(({ ownerId }) => this.#order(ownerId));
    for (const [index, { key, value, type, namespace, compareDigest }] of inputs.entries()) {
      const order = orders[index];
      if (!order) {
        error(index, 'ownerId', 'INVALID', 'Owner does not exist.');
        continue;
      }
      if (value === '') error(index, 'value', 'BLANK', "Value can't be blank.");
      if (!/^[A-Za-z0-9_-]{2,64}$/.test(key))
        error(index, 'key', key.length < 2 ? 'TOO_SHORT' : 'INVALID', 'Key is invalid.');
      const present = found(order, namespace ?? OWN_NAMESPACE, key);
      if (!present && !type) error(index, 'type', 'BLANK', "Type can't be blank");
      if (present && type && present.type !== type)
        error(
          index,
          'type',
          'INVALID_TYPE',
          `Type must be consistent with the definition's type: '${present.type}'.`,
        );
      if (isJson(present?.type ?? type ?? '') && !parses(value))
        error(index, 'value', 'INVALID_VALUE', 'Value is invalid JSON.');
      if (compareDigest !== undefined && compareDigest !== (present ? digestOf(present) : null))
        error(
          index,
          'compareDigest',
          'STALE_OBJECT',
          'The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.',
        );
    }
    if (errors.length > 0) return { metafields: null, userErrors: errors };
    const made = inputs.map((input, index) => this.#set(orders[index] as OrderBook, input));
    for (const order of new Set(orders as OrderBook[])) this.#host.changed(order);
    return { metafields: made.map((each) => metafieldNode(each, 'ORDER')), userErrors: [] };
  }

  #set(order: OrderBook, { namespace, key, type, value }: MetafieldInput): MetafieldBook {
    const now = this.#host.now();
    order.metafields ??= [];
    const present = found(order, namespace ?? OWN_NAMESPACE, key);
    if (present) return Object.assign(present, { value, updatedAtMs: now });
    const made: MetafieldBook = {
      id: this.#host.ids.next(),
      namespace: namespace ?? OWN_NAMESPACE,
      key,
      type: type ?? 'single_line_text_field',
      value,
      createdAtMs: now,
      updatedAtMs: now,
    };
    order.metafields.push(made);
    return made;
  }

  #order(id: string): OrderBook | undefined {
    if (idIn('Order', id) === undefined && /^gid:\/\/shopify\/\w+\/\d+/.test(id))
      throw notSupported(`writing on ${id}`);
    return this.#host.order(id);
  }
}

function found(owner: MetafieldOwner, namespace: string, key: string): MetafieldBook | undefined {
  return owner.metafields?.find((each) => each.namespace === namespace && each.key === key);
}

/** Types whose values are written as JSON. */
const isJson = (type: string): boolean => /^json$|^list\.|_integer$|^boolean$/.test(type);

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function digestOf({ value }: MetafieldBook): string {
  return createHash('sha256').update(value).digest('hex');
}

function metafieldNode(each: MetafieldBook, ownerType: string): Record<string, unknown> {
  return {
    __typename: 'Metafield',
    id: gid('Metafield', each.id),
    legacyResourceId: each.id,
    namespace: each.namespace,
    key: each.key,
    type: each.type,
    value: each.value,
    jsonValue: isJson(each.type) ? JSON.parse(each.value) : each.value,
    ownerType,
    compareDigest: digestOf(each),
    createdAt: utc(each.createdAtMs),
    updatedAt: utc(each.updatedAtMs),
  };
}

/** What a node tells of its owner's metafields. */
export function metafieldFields(owner: MetafieldOwner, ownerType: string): Record<string, unknown> {
  return {
    metafield: ({ namespace, key }: { namespace?: string | null; key: string }) => {
      const one = found(owner, namespace ?? OWN_NAMESPACE, key);
      return one ? metafieldNode(one, ownerType) : null;
    },
    metafields: (args: PageArgs & { namespace?: string | null; keys?: readonly string[] | null }) => {
      const { namespace, keys } = args;
      const wanted = (owner.metafields ?? []).filter(
        (each) =>
          (!namespace || each.namespace === namespace) &&
          (!keys || keys.includes(`${each.namespace}.${each.key}`)),
      );
      return connection(wanted, args, (each) => metafieldNode(each, ownerType));
    },
  };
}
