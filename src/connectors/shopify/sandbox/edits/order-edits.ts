/**
 * Order edits of apps: `orderEditBegin`, changes, `orderEditCommit`. The vendor knows no keys here: who does not know whether a
 * commit was heard looks at the order. A commit moves no money: what is owed is paid, or given back, by other acts.
 */
import { derivedId } from '../../../../base/ids.ts';
import type { LineReduction, OrderBook } from '../book.ts';
import { currentUnits } from '../book-figures.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid, idIn } from '../ids.ts';
import type { Item } from '../inventory/stock.ts';
import type { Edited } from '../orders/acts.ts';
import type { StoreFacts } from '../orders/placing.ts';
import { priced } from '../orders/pricing.ts';
import { taxesFor } from '../orders/taxes.ts';
import { titleOnLine } from '../products/product-choices.ts';
import {
  type AddedLine,
  applyEdit,
  basisOf,
  type Money,
  preview,
  type StagedEdit,
  unfit,
  wrongCurrency,
} from './edits.ts';
import { addedDiscountNode, calculatedLineNode, calculatedOrderNode, type EditView } from './nodes-edits.ts';
import { ShippingEdits, type StagedOrder } from './shipping-edits.ts';

export interface OrderEditHost {
  facts: StoreFacts;
  now(): number;
  /** The order of a global id, to be changed. */
  order(id: string): OrderBook | undefined;
  node(order: OrderBook): unknown;
  /** What the store sells, by the digits of the variant's id. */
  variant(id: string): Item | undefined;
  variantNode(item: Item): unknown;
  /** The edit has been made: tells of it. */
  edited(order: OrderBook, edit: Edited, told: { notifyCustomer: boolean; staffNote: string }): void;
}

interface DiscountInput {
  description?: string | null;
  fixedValue?: Money | null;
  percentValue?: number | null;
}

/** An edit that nobody commits is forgotten. */
const KEPT_MS = 24 * 3_600_000;
/** Lines that still count, of one order. */
const MAX_LINES = 500;

type Payload = Record<string, unknown> & { userErrors: readonly object[] };

export class OrderEdits {
  readonly #host: OrderEditHost;
  readonly #edits = new Map<string, StagedEdit>();
  readonly #shipping: ShippingEdits;
  #serial = 0;

  constructor(host: OrderEditHost) {
    this.#host = host;
    this.#shipping = new ShippingEdits({
      find: (id) => this.#find(id),
      newId: (edit) => this.#newId(edit),
      answer: ({ edit, order }) => this.#answer(edit, order),
    });
  }

  root(): Record<string, unknown> {
    return {
      orderEditBegin: ({ id }: { id: string }) => this.#begin(id),
      orderEditAddVariant: (args: Parameters<OrderEdits['addVariant']>[0]) => this.addVariant(args),
      orderEditAddCustomItem: (args: Parameters<OrderEdits['addCustomItem']>[0]) => this.addCustomItem(args),
      orderEditSetQuantity: (args: Parameters<OrderEdits['setQuantity']>[0]) => this.setQuantity(args),
      orderEditAddLineItemDiscount: (args: { id: string; lineItemId: string; discount: DiscountInput }) =>
        this.#addDiscount(args),
      orderEditUpdateDiscount: (args: {
        id: string;
        discountApplicationId: string;
        discount: DiscountInput;
      }) => this.#changeDiscount(args, args.discount),
      orderEditRemoveDiscount: (args: { id: string; discountApplicationId: string }) =>
        this.#changeDiscount(args, null),
      orderEditRemoveLineItemDiscount: (args: { id: string; discountApplicationId: string }) =>
        this.#changeDiscount(args, null, false),
      ...this.#shipping.root(),
      orderEditCommit: (args: { id: string; notifyCustomer?: boolean | null; staffNote?: string | null }) =>
        this.#commit(args),
    };
  }

  /** The edit of a global id, while it is under way. */
  byId(id: string): unknown {
    const found = this.#find(id);
    return found ? calculatedOrderNode(this.#view(found.edit, found.order)) : null;
  }

  #begin(id: string): Payload {
    const refused = (message: string): Payload => ({
      calculatedOrder: null,
      orderEditSession: null,
      userErrors: [{ field: ['id'], message }],
    });
    const order = this.#host.order(id);
    if (!order) return refused('The order does not exist.');
    if (order.cancelledAtMs !== null) return refused('The order cannot be edited.');
    this.#forgetOld();
    const edit: StagedEdit = {
      id: this.#host.facts.ids.next(),
      orderId: id,
      beganAtMs: this.#host.now(),
      basis: basisOf(order),
      quantities: new Map(),
      added: [],
      addedShipping: [],
      removedShipping: new Set(),
    };
    this.#edits.set(edit.id, edit);
    return this.#answer(edit, order);
  }

  addVariant({
    id,
    variantId,
    quantity,
    locationId,
    allowDuplicates,
  }: {
    id: string;
    variantId: string;
    quantity: number;
    locationId?: string | null;
    allowDuplicates?: boolean | null;
  }): Payload {
    const found = this.#find(id);
    if (!found) return unknownEdit();
    const { edit, order } = found;
    const item = this.#host.variant(idIn('ProductVariant', variantId) ?? '');
    if (!item) return refused('variantId', 'The variant does not exist.');
    if (item.bundle) throw notSupported('orderEditAddVariant of bundles');
    if (quantity < 1) return refused('quantity', 'Quantity must be greater than 0');
    const location = locationId ? idIn('Location', locationId) : null;
    if (location === undefined || (location && !this.#host.facts.locationIds.includes(location)))
      return refused('locationId', 'The location does not exist.');
    const isThere =
      order.lines.some((line) => line.variantId === item.variantId && currentUnits(line) > 0) ||
      edit.added.some(({ product, spec }) => product?.variantId === item.variantId && spec.quantity > 0);
    if (isThere && !allowDuplicates) return refused('variantId', 'The variant is already on the order.');
    return this.#add(found, {
      spec: {
        sku: item.sku || null,
        title: item.title,
        quantity,
        unitPrice: item.price,
        tax: taxesFor(order, item.variantId),
      },
      product: { productId: item.productId, variantId: item.variantId, variantTitle: titleOnLine(item) },
      locationId: location,
    });
  }

  addCustomItem({
    id,
    title,
    price,
    quantity,
    taxable,
    requiresShipping,
    locationId,
  }: {
    id: string;
    title: string;
    price: Money;
    quantity: number;
    taxable?: boolean | null;
    requiresShipping?: boolean | null;
    locationId?: string | null;
  }): Payload {
    const found = this.#find(id);
    if (!found) return unknownEdit();
    const { order } = found;
    if (title.trim() === '') return refused('title', "Title can't be blank");
    if (quantity < 1) return refused('quantity', 'Quantity must be greater than 0');
    if (Number(price.amount) < 0) return refused('price', 'Price must be greater than or equal to 0');
    if (locationId) throw notSupported('orderEditAddCustomItem(locationId)');
    const wrong = wrongCurrency(order, price);
    if (wrong) return refused('price', wrong);
    return this.#add(found, {
      spec: {
        sku: null,
        title,
        quantity,
        unitPrice: price.amount,
        tax: taxable === false ? [] : taxesFor(order, null),
        service: !requiresShipping,
      },
      product: null,
      locationId: null,
    });
  }

  setQuantity({
    id,
    lineItemId,
    quantity,
    restock,
    locationId,
  }: {
    id: string;
    lineItemId: string;
    quantity: number;
    restock?: boolean | null;
    locationId?: string | null;
  }): Payload {
    const found = this.#find(id);
    if (!found) return unknownEdit();
    const { edit, order } = found;
    if (quantity < 0) return refused('quantity', 'Quantity must be greater than or equal to 0');
    if (locationId) throw notSupported('orderEditSetQuantity(locationId)');
    const lineId = calculatedId(lineItemId);
    const added = edit.added.find((each) => each.id === lineId);
    if (added) {
      added.spec = { ...added.spec, quantity };
      return this.#answer(edit, order, added.id);
    }
    const line = order.lines.find((each) => each.id === lineId);
    if (!line) return refused('lineItemId', 'The line item does not exist.');
    switch (unfit(line, quantity)) {
      case 'uneditable':
        return refused('lineItemId', 'The line item cannot be edited because it is fulfilled or removed.');
      case 'fulfilled':
        return refused('quantity', 'Quantity cannot be less than the quantity that is fulfilled');
      case 'unknown':
        throw notSupported('more units on a line from which units were taken, or that shares a discount');
      default:
    }
    if (quantity === currentUnits(line)) edit.quantities.delete(line.id);
    else edit.quantities.set(line.id, { quantity, restock: restock ?? false });
    return this.#answer(edit, order, line.id);
  }

  #add({ edit, order }: StagedOrder, line: Pick<AddedLine, 'spec' | 'product' | 'locationId'>): Payload {
    const active = order.lines.filter((each) => currentUnits(each) > 0).length;
    if (active + edit.added.filter(({ spec }) => spec.quantity > 0).length >= MAX_LINES)
      return refused('id', `The number of line items exceeds the limit of ${MAX_LINES}`);
    const added: AddedLine = { ...line, id: this.#newId(edit), discount: null };
    edit.added.push(added);
    return this.#answer(edit, order, added.id);
  }

  #addDiscount({
    id,
    lineItemId,
    discount,
  }: {
    id: string;
    lineItemId: string;
    discount: DiscountInput;
  }): Payload {
    const found = this.#find(id);
    if (!found) return unknownEdit();
    const { edit, order } = found;
    const lineId = calculatedId(lineItemId);
    const added = edit.added.find((each) => each.id === lineId);
    if (!added) {
      if (order.lines.some((each) => each.id === lineId))
        throw notSupported('discounts of an edit on lines that the order had before');
      return refused('lineItemId', 'The line item does not exist.');
    }
    const value = reductionIn(order, discount);
    if (typeof value === 'string') return refused('discount', value);
    added.discount = { id: this.#newId(edit), title: discount.description ?? '', value };
    return {
      ...this.#answer(edit, order, added.id),
      addedDiscountStagedChange: addedDiscountNode(order, added.discount),
    };
  }

  /** Another value, or none at all. */
  #changeDiscount(
    { id, discountApplicationId }: { id: string; discountApplicationId: string },
    discount: DiscountInput | null,
    hasCodes = true,
  ): Payload {
    const code = hasCodes ? { code: 'INVALID' } : {};
    const found = this.#find(id);
    if (!found) return unknownEdit(code);
    const { edit, order } = found;
    const wanted = /^gid:\/\/shopify\/Calculated\w+DiscountApplication\/(.+)$/.exec(
      discountApplicationId,
    )?.[1];
    const added = edit.added.find((each) => each.discount?.id === wanted);
    if (!added?.discount) {
      if (wanted?.startsWith(`${order.id}-`))
        throw notSupported('changes of discounts that the order had before');
      return refused('discountApplicationId', 'The discount application does not exist.', code);
    }
    if (discount === null) added.discount = null;
    else {
      const value = reductionIn(order, discount);
      if (typeof value === 'string') return refused('discount', value, code);
      added.discount = { ...added.discount, value, title: discount.description ?? added.discount.title };
    }
    return this.#answer(edit, order, added.id);
  }

  #commit({
    id,
    notifyCustomer,
    staffNote,
  }: {
    id: string;
    notifyCustomer?: boolean | null;
    staffNote?: string | null;
  }): Payload {
    const refused = (message: string): Payload => ({ order: null, userErrors: [{ field: ['id'], message }] });
    const found = this.#find(id);
    if (!found) return refused(UNKNOWN);
    const { edit, order } = found;
    if (order.cancelledAtMs !== null) return refused('The order cannot be edited.');
    if (edit.basis !== basisOf(order))
      return refused('The order has changed since the edit began. Begin a new edit.');
    const isEmpty = edit.quantities.size === 0 && edit.added.every(({ spec }) => spec.quantity === 0);
    if (isEmpty && edit.addedShipping.length === 0 && edit.removedShipping.size === 0)
      return refused('There are no staged changes to commit.');
    this.#edits.delete(edit.id);
    const done = applyEdit(this.#host.facts, order, edit, this.#host.now());
    this.#host.edited(order, done, { notifyCustomer: notifyCustomer ?? false, staffNote: staffNote ?? '' });
    return { order: this.#host.node(order), userErrors: [] };
  }

  #answer(edit: StagedEdit, order: OrderBook, lineId?: string): Payload {
    const view = this.#view(edit, order);
    return {
      calculatedOrder: calculatedOrderNode(view),
      orderEditSession: { id: gid('OrderEditSession', edit.id) },
      ...(lineId === undefined ? {} : { calculatedLineItem: calculatedLineNode(view, lineId) ?? null }),
      userErrors: [],
    };
  }

  #view(edit: StagedEdit, before: OrderBook): EditView {
    const { facts, now, node, variant, variantNode } = this.#host;
    const { order: after, made } = preview(facts, before, edit, now());
    const variantOf = (id: string | null) => {
      const item = id === null ? undefined : variant(id);
      return item ? variantNode(item) : null;
    };
    return { edit, before, after, made, orderNode: node, variantNode: variantOf };
  }

  #find(id: string): StagedOrder | undefined {
    const edit = this.#edits.get(idIn('CalculatedOrder', id) ?? idIn('OrderEditSession', id) ?? '');
    const order = edit && this.#host.order(edit.orderId);
    return edit && order ? { edit, order } : undefined;
  }

  #newId(edit: StagedEdit): string {
    this.#serial += 1;
    return derivedId('order edit', edit.id, String(this.#serial));
  }

  #forgetOld(): void {
    for (const { id, beganAtMs } of this.#edits.values()) {
      if (beganAtMs >= this.#host.now() - KEPT_MS) return;
      this.#edits.delete(id);
    }
  }
}

const UNKNOWN = 'The calculated order does not exist.';

function unknownEdit(more: object = {}): Payload {
  return refused('id', UNKNOWN, more);
}

function refused(field: string, message: string, more: object = {}): Payload {
  return {
    calculatedOrder: null,
    calculatedLineItem: null,
    orderEditSession: null,
    addedDiscountStagedChange: null,
    userErrors: [{ field: [field], message, ...more }],
  };
}

function calculatedId(id: string): string | undefined {
  return /^gid:\/\/shopify\/CalculatedLineItem\/([\w-]+)$/.exec(id)?.[1];
}

function reductionIn(order: OrderBook, { fixedValue, percentValue }: DiscountInput): LineReduction | string {
  if ((fixedValue == null) === (percentValue == null))
    return 'Exactly one of fixedValue and percentValue must be provided';
  if (percentValue != null) {
    if (percentValue <= 0 || percentValue > 100) return 'Percentage must be greater than 0 and at most 100';
    return { percent: String(percentValue) };
  }
  const money = fixedValue as Money;
  const wrong = wrongCurrency(order, money);
  if (wrong) return wrong;
  if (Number(money.amount) <= 0) return 'Amount must be greater than 0';
  return { each: priced(order, money.amount) };
}
