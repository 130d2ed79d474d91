/** Metafields of orders, customers, products and variants: set, compared before they are set again, deleted, read. */
import { createHash } from 'node:crypto';
import type { MetafieldBook } from '../book.ts';
import { utc } from '../format.ts';
import { connection, type PageArgs } from '../graphql/connection.ts';
import { gid, type Ids } from '../ids.ts';

/** What carries metafields. */
export interface MetafieldOwner {
  metafields?: MetafieldBook[];
}

/** An owner that is about to be written. */
export interface Holder {
  owner: MetafieldOwner;
  /** Its type in the vendor's words. */
  type: string;
  changed(): void;
}

export interface MetafieldsHost {
  ids: Ids;
  now(): number;
  /** The owner of a global id; undefined: there is none. What carries none here throws. */
  holder(id: string): Holder | undefined;
}

interface Identifier {
  ownerId: string;
  namespace: string;
  key: string;
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
const MAX_METAFIELDS = 25;

export class Metafields {
  readonly #host: MetafieldsHost;

  constructor(host: MetafieldsHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      metafieldsSet: ({ metafields }: { metafields: readonly MetafieldInput[] }) =>
        this.#metafields(metafields),
      metafieldsDelete: ({ metafields }: { metafields: readonly Identifier[] }) => this.#delete(metafields),
    };
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
    const holders = inputs.map(({ ownerId }) => this.#host.holder(ownerId));
    for (const [index, { key, value, type, namespace, compareDigest }] of inputs.entries()) {
      const owner = holders[index]?.owner;
      if (!owner) {
        error(index, 'ownerId', 'INVALID', 'Owner does not exist.');
        continue;
      }
      if (value === '') error(index, 'value', 'BLANK', "Value can't be blank.");
      if (!/^[A-Za-z0-9_-]{2,64}$/.test(key))
        error(index, 'key', key.length < 2 ? 'TOO_SHORT' : 'INVALID', 'Key is invalid.');
      const present = found(owner, namespaceOf(namespace), key);
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
    const made = inputs.map((input, index) => {
      const { owner, type } = holders[index] as Holder;
      return metafieldNode(this.#set(owner, input), type);
    });
    tellOnce(holders);
    return { metafields: made, userErrors: [] };
  }

  #delete(given: readonly Identifier[]): unknown {
    const holders = given.map(({ ownerId }) => this.#host.holder(ownerId));
    const userErrors = holders.flatMap((holder, index) =>
      holder ? [] : [{ field: ['metafields', String(index), 'ownerId'], message: 'Owner does not exist.' }],
    );
    if (userErrors.length > 0) return { deletedMetafields: null, userErrors };
    const deletedMetafields = given.map(({ ownerId, namespace, key }, index) => {
      const owner = holders[index]?.owner;
      const present = owner && found(owner, namespace, key);
      if (!present) return null;
      owner.metafields = owner.metafields?.filter((each) => each !== present) ?? [];
      return { ownerId, namespace, key };
    });
    tellOnce(holders.filter((_, index) => deletedMetafields[index] !== null));
    return { deletedMetafields, userErrors: [] };
  }

  #set(owner: MetafieldOwner, { namespace, key, type, value }: MetafieldInput): MetafieldBook {
    const now = this.#host.now();
    owner.metafields ??= [];
    const present = found(owner, namespaceOf(namespace), key);
    if (present) return Object.assign(present, { value, updatedAtMs: now });
    const made: MetafieldBook = {
      id: this.#host.ids.next(),
      namespace: namespaceOf(namespace),
      key,
      type: type ?? 'single_line_text_field',
      value,
      createdAtMs: now,
      updatedAtMs: now,
    };
    owner.metafields.push(made);
    return made;
  }
}

/** Owners tell of a change once, however many of their metafields it has touched. */
function tellOnce(holders: readonly (Holder | undefined)[]): void {
  const told = new Set<MetafieldOwner>();
  for (const holder of holders) {
    if (!holder || told.has(holder.owner)) continue;
    told.add(holder.owner);
    holder.changed();
  }
}

/** What an app calls `$app:NAME` is a namespace that only it may write. */
function namespaceOf(given: string | null | undefined): string {
  if (!given || given === '$app') return OWN_NAMESPACE;
  return given.startsWith('$app:') ? `${OWN_NAMESPACE}--${given.slice('$app:'.length)}` : given;
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
      const one = found(owner, namespaceOf(namespace), key);
      return one ? metafieldNode(one, ownerType) : null;
    },
    metafields: (args: PageArgs & { namespace?: string | null; keys?: readonly string[] | null }) => {
      const { namespace, keys } = args;
      const wanted = (owner.metafields ?? []).filter(
        (each) =>
          (!namespace || each.namespace === namespaceOf(namespace)) &&
          (!keys || keys.includes(`${each.namespace}.${each.key}`)),
      );
      return connection(wanted, args, (each) => metafieldNode(each, ownerType));
    },
  };
}
