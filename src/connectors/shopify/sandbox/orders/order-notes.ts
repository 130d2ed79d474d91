/** What apps write on an order: tags, a note. */
import type { OrderBook } from '../book.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { idIn } from '../ids.ts';

export interface OrderNotesHost {
  /** The order of a global id, to be changed. */
  order(id: string): OrderBook | undefined;
  node(order: OrderBook): unknown;
  changed(order: OrderBook): void;
}

const MAX_TAGS = 250;
const MAX_TAG_CHARS = 40;

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

  #order(id: string): OrderBook | undefined {
    if (idIn('Order', id) === undefined && /^gid:\/\/shopify\/\w+\/\d+/.test(id))
      throw notSupported(`writing on ${id}`);
    return this.#host.order(id);
  }
}
