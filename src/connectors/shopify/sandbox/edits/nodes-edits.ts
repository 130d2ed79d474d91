/** An order that is being edited as a GraphQL object: how it would be, and what is staged. */

import type { Amount, LineBook, OrderBook } from '../book.ts';
import { both, currentUnits, leaves, standingShipping } from '../book-figures.ts';
import { moneyBag } from '../format.ts';
import { connection, type PageArgs } from '../graphql/connection.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid } from '../ids.ts';
import { outstandingAmount } from '../orders/acts.ts';
import { lineNode, type Node, reductionNode, shippingNode, taxNode } from '../orders/nodes-lines.ts';
import {
  allocationsOf,
  currentTotals,
  part,
  priced,
  priceOf,
  shippingPrice,
  taxesByTitle,
} from '../orders/pricing.ts';
import { type AddedLine, type AddedShipping, editableUnits, type StagedEdit } from './edits.ts';

/** An edit as it stands. */
export interface EditView {
  edit: StagedEdit;
  /** As the order is now. */
  before: OrderBook;
  /** As it would be. */
  after: OrderBook;
  /** The lines that the edit would make, by the ids of what it adds. */
  made: ReadonlyMap<string, LineBook>;
  orderNode(order: OrderBook): unknown;
  /** The variant of a line; null: it has none. */
  variantNode(variantId: string | null): unknown;
}

interface Calculated {
  id: string;
  line: LineBook;
  before: LineBook | undefined;
  added: AddedLine | undefined;
}

/** Lines that were there before, and those that the edit adds. */
function calculatedLines({ edit, before, after, made }: EditView): {
  old: Calculated[];
  added: Calculated[];
} {
  const old = before.lines.map((line) => ({
    id: line.id,
    line: after.lines.find(({ id }) => id === line.id) ?? line,
    before: line,
    added: undefined,
  }));
  const added = edit.added.flatMap((each) => {
    const line = made.get(each.id);
    return line ? [{ id: each.id, line, before: undefined, added: each }] : [];
  });
  return { old, added };
}

export function calculatedOrderNode(view: EditView): Node {
  const { edit, before, after } = view;
  const bag = (amount: Amount) => moneyBag(after, amount);
  const current = currentTotals(after);
  const { old, added } = calculatedLines(view);
  const page = (lines: readonly Calculated[]) => (args: PageArgs & { query?: string | null }) => {
    if (args.query) throw notSupported('CalculatedOrder.lineItems(query)');
    return connection(lines, args, (line) => lineOf(view, line));
  };
  return {
    __typename: 'CalculatedOrder',
    id: gid('CalculatedOrder', edit.id),
    committed: false,
    originalOrder: () => view.orderNode(before),
    lineItems: page(old),
    addedLineItems: page(added),
    addedDiscountApplications: (args: PageArgs) =>
      connection(
        edit.added.flatMap(({ discount }) => (discount ? [discount] : [])),
        args,
        (discount) => manualNode(after, discount),
      ),
    stagedChanges: (args: PageArgs) => {
      const changes = [
        ...[...old, ...added].flatMap((line) => changesOf(view, line)),
        ...shippingChanges(view),
      ];
      return connection(
        changes.map((node, index) => ({ id: String(index), node })),
        args,
        ({ node }) => node,
      );
    },
    shippingLines: calculatedShipping(view),
    taxLines: taxesByTitle(after).map(({ tax, amount }) => taxNode(after, tax, amount)),
    subtotalLineItemsQuantity: after.lines.reduce((units, line) => units + currentUnits(line), 0),
    cartDiscountAmountSet: bag(
      both((side) => after.lines.reduce((sum, line) => sum + left(line, line.orderDiscount[side]), 0n)),
    ),
    subtotalPriceSet: bag(current.subtotal),
    totalPriceSet: bag(current.total),
    totalOutstandingSet: bag(outstandingAmount(after)),
  };
}

/** Delivery that was there and still counts, and what the edit adds. */
function calculatedShipping({ edit, before, after }: EditView): Node[] {
  const old = standingShipping(before).map((each) => ({
    id: gid('CalculatedShippingLine', each.id),
    title: each.title,
    price: moneyBag(after, shippingPrice(each)),
    stagedStatus: edit.removedShipping.has(each.id) ? 'REMOVED' : 'NONE',
  }));
  return [...old, ...edit.addedShipping.map((each) => addedShippingNode(after, each))];
}

/** Delivery as `orderEditAddShippingLine` answers it. */
export function addedShippingNode(order: OrderBook, { id, title, price }: AddedShipping): Node {
  return {
    id: gid('CalculatedShippingLine', id),
    title,
    price: moneyBag(order, priced(order, price)),
    stagedStatus: 'ADDED',
  };
}

function shippingChanges({ edit, before, after }: EditView): Node[] {
  return [
    ...edit.addedShipping.map(({ title, price }) => ({
      __typename: 'OrderStagedChangeAddShippingLine',
      phone: null,
      presentmentTitle: title,
      price: moneyBag(after, priced(after, price)).presentmentMoney,
      title,
    })),
    ...before.shipping
      .filter(({ id }) => edit.removedShipping.has(id))
      .map((each) => ({
        __typename: 'OrderStagedChangeRemoveShippingLine',
        shippingLine: () => shippingNode(before, each),
      })),
  ];
}

/** The part of a line's amount that its units still count for. */
const left = (line: LineBook, whole: bigint): bigint => part(whole, currentUnits(line), line.quantity);

/** A line by its id of the edit; undefined: there is none. */
export function calculatedLineNode(view: EditView, id: string): Node | undefined {
  const { old, added } = calculatedLines(view);
  const found = [...old, ...added].find((each) => each.id === id);
  return found && lineOf(view, found);
}

function lineOf(view: EditView, calculated: Calculated): Node {
  const { after } = view;
  const { id, line, before, added } = calculated;
  const bag = (amount: Amount) => moneyBag(after, amount);
  const discounted = both((side) => {
    const { gross, lineDiscount } = priceOf(after, line, side);
    return gross - lineDiscount;
  });
  const worth = (units: number) => bag(both((side) => part(discounted[side], units, line.quantity)));
  const editable = editableUnits(line);
  const reduced = before !== undefined && currentUnits(line) < currentUnits(before);
  return {
    __typename: 'CalculatedLineItem',
    id: gid('CalculatedLineItem', id),
    title: line.title,
    variantTitle: line.variantTitle,
    sku: line.sku,
    image: null,
    customAttributes: [],
    variant: () => view.variantNode(line.variantId),
    quantity: currentUnits(line),
    editableQuantity: editable,
    editableQuantityBeforeChanges: before ? editableUnits(before) : 0,
    restockable: leaves(line) && line.variantId !== null,
    restocking: reduced && (view.edit.quantities.get(line.id)?.restock ?? false),
    hasStagedLineItemDiscount: added?.discount != null,
    originalUnitPriceSet: bag(line.unitPrice),
    discountedUnitPriceSet: worth(1),
    editableSubtotalSet: worth(editable),
    uneditableSubtotalSet: worth(currentUnits(line) - editable),
    calculatedDiscountAllocations: () =>
      allocationsOf(after, line).map(({ application, amount }) => ({
        allocatedAmountSet: bag(amount),
        discountApplication: added?.discount
          ? manualNode(after, added.discount)
          : applicationNode(after, application),
      })),
    stagedChanges: () => changesOf(view, calculated),
  };
}

function changesOf(view: EditView, { line, before, added }: Calculated): Node[] {
  const { after, edit } = view;
  if (added) {
    const change = added.product
      ? {
          __typename: 'OrderStagedChangeAddVariant',
          quantity: line.quantity,
          variant: () => view.variantNode(line.variantId),
        }
      : {
          __typename: 'OrderStagedChangeAddCustomItem',
          title: line.title,
          quantity: line.quantity,
          originalUnitPrice: moneyBag(after, line.unitPrice).presentmentMoney,
        };
    if (!added.discount) return [change];
    return [change, addedDiscountNode(after, added.discount)];
  }
  const delta = before ? currentUnits(line) - currentUnits(before) : 0;
  if (!before || delta === 0) return [];
  const lineItem = () => lineNode(view.before, before);
  if (delta > 0) return [{ __typename: 'OrderStagedChangeIncrementItem', delta, lineItem }];
  const restock = edit.quantities.get(line.id)?.restock ?? false;
  return [{ __typename: 'OrderStagedChangeDecrementItem', delta: -delta, lineItem, restock }];
}

/** What was added to a line, as `orderEditAddLineItemDiscount` answers it. */
export function addedDiscountNode(
  order: OrderBook,
  { id, title, value }: NonNullable<AddedLine['discount']>,
): Node {
  return {
    __typename: 'OrderStagedChangeAddLineItemDiscount',
    id: gid('OrderStagedChangeAddLineItemDiscount', id),
    description: title,
    value: reductionNode(order, value),
  };
}

function manualNode(order: OrderBook, { id, title, value }: NonNullable<AddedLine['discount']>): Node {
  return {
    __typename: 'CalculatedManualDiscountApplication',
    id: gid('CalculatedManualDiscountApplication', id),
    description: title,
    value: reductionNode(order, value),
    appliedTo: 'LINE',
    allocationMethod: 'EACH',
    targetSelection: 'EXPLICIT',
    targetType: 'LINE_ITEM',
  };
}

/** A discount that the order had before. */
function applicationNode(order: OrderBook, index: number): Node {
  const application = order.applications[index];
  if (!application) throw new Error(`order ${order.id} has no discount ${index}`);
  const id = `${order.id}-${index}`;
  const targetType = 'LINE_ITEM';
  switch (application.kind) {
    case 'manual':
      return manualNode(order, { id, ...application });
    case 'granted': {
      const { title, percent, amount } = application;
      const value = percent === null ? { each: amount } : { percent };
      return {
        ...manualNode(order, { id, title, value }),
        appliedTo: 'ORDER',
        allocationMethod: 'ACROSS',
        targetSelection: 'ALL',
      };
    }
    case 'percent':
      return {
        __typename: 'CalculatedAutomaticDiscountApplication',
        id: gid('CalculatedAutomaticDiscountApplication', id),
        description: application.title,
        value: reductionNode(order, { percent: application.percent }),
        appliedTo: 'LINE',
        allocationMethod: 'EACH',
        targetSelection: 'ENTITLED',
        targetType,
      };
    case 'fixed':
      return {
        __typename: 'CalculatedDiscountCodeApplication',
        id: gid('CalculatedDiscountCodeApplication', id),
        code: application.code,
        description: application.code,
        value: reductionNode(order, { each: application.amount }),
        appliedTo: 'ORDER',
        allocationMethod: 'ACROSS',
        targetSelection: 'ALL',
        targetType,
      };
    case 'shipping':
      return {
        __typename: 'CalculatedDiscountCodeApplication',
        id: gid('CalculatedDiscountCodeApplication', id),
        code: application.code,
        description: application.code,
        value: reductionNode(order, application),
        appliedTo: 'ORDER',
        allocationMethod: 'EACH',
        targetSelection: 'ALL',
        targetType: 'SHIPPING_LINE',
      };
    default:
      return application satisfies never;
  }
}
