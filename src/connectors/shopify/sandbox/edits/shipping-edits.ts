/** Delivery in order edits: added, changed while it is staged, taken off. */
import type { OrderBook } from '../book.ts';
import { standingShipping } from '../book-figures.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { type AddedShipping, type Money, type StagedEdit, wrongCurrency } from './edits.ts';
import { addedShippingNode } from './nodes-edits.ts';

export interface StagedOrder {
  edit: StagedEdit;
  order: OrderBook;
}

export interface ShippingEditsHost {
  find(id: string): StagedOrder | undefined;
  newId(edit: StagedEdit): string;
  /** The edit as it stands, as every change is answered. */
  answer(found: StagedOrder): Payload;
}

type Payload = Record<string, unknown> & { userErrors: readonly object[] };

interface Wanted {
  title?: string | null;
  price?: Money | null;
}

export class ShippingEdits {
  readonly #host: ShippingEditsHost;

  constructor(host: ShippingEditsHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      orderEditAddShippingLine: (args: { id: string; shippingLine: Wanted }) => this.#add(args),
      orderEditUpdateShippingLine: (args: { id: string; shippingLineId: string; shippingLine: Wanted }) =>
        this.#update(args),
      orderEditRemoveShippingLine: (args: { id: string; shippingLineId: string }) => this.#remove(args),
    };
  }

  #add({ id, shippingLine }: { id: string; shippingLine: Wanted }): Payload {
    const found = this.#host.find(id);
    if (!found) return refused('id', UNKNOWN);
    const wrong = problemOf(found.order, shippingLine);
    if (wrong) return refused(...wrong);
    const { title, price } = shippingLine;
    const added: AddedShipping = {
      id: this.#host.newId(found.edit),
      title: title ?? '',
      price: price?.amount ?? '0',
    };
    found.edit.addedShipping.push(added);
    return {
      ...this.#host.answer(found),
      calculatedShippingLine: addedShippingNode(found.order, added),
    };
  }

  #update({
    id,
    shippingLineId,
    shippingLine,
  }: {
    id: string;
    shippingLineId: string;
    shippingLine: Wanted;
  }): Payload {
    const found = this.#host.find(id);
    if (!found) return refused('id', UNKNOWN);
    const wanted = lineIn(shippingLineId);
    const added = found.edit.addedShipping.find((each) => each.id === wanted);
    if (!added) {
      if (standingShipping(found.order).some((each) => each.id === wanted))
        throw notSupported('orderEditUpdateShippingLine of delivery that the order had before');
      return refused('shippingLineId', 'The shipping line does not exist.');
    }
    const wrong = problemOf(found.order, shippingLine);
    if (wrong) return refused(...wrong);
    added.title = shippingLine.title ?? added.title;
    added.price = shippingLine.price?.amount ?? added.price;
    return this.#host.answer(found);
  }

  #remove({ id, shippingLineId }: { id: string; shippingLineId: string }): Payload {
    const found = this.#host.find(id);
    if (!found) return refused('id', UNKNOWN);
    const { edit, order } = found;
    const wanted = lineIn(shippingLineId);
    const index = edit.addedShipping.findIndex((each) => each.id === wanted);
    if (index >= 0) edit.addedShipping.splice(index, 1);
    else {
      const line = standingShipping(order).find((each) => each.id === wanted);
      if (!line || edit.removedShipping.has(line.id))
        return refused('shippingLineId', 'The shipping line does not exist.');
      edit.removedShipping.add(line.id);
    }
    return this.#host.answer(found);
  }
}

const UNKNOWN = 'The calculated order does not exist.';

/** Delivery that the order had is named as of the order, or as the edit shows it. */
function lineIn(id: string): string | undefined {
  return /^gid:\/\/shopify\/(?:Calculated)?ShippingLine\/([\w-]+)$/.exec(id)?.[1];
}

function problemOf(order: OrderBook, { title, price }: Wanted): [field: string, message: string] | null {
  if (title != null && title.trim() === '') return ['title', "Title can't be blank"];
  if (!price) return null;
  if (Number(price.amount) < 0) return ['price', 'Price must be greater than or equal to 0'];
  const wrong = wrongCurrency(order, price);
  return wrong ? ['price', wrong] : null;
}

function refused(field: string, message: string): Payload {
  return {
    calculatedOrder: null,
    calculatedShippingLine: null,
    orderEditSession: null,
    userErrors: [{ field: [field], message, code: 'INVALID' }],
  };
}
