/** What a refund of lines and delivery would come to, and which way its money would go back. */
import { GraphQLError } from 'graphql';
import { toMinor } from '../../../../sandbox/kit/money.ts';
import type { Amount, OrderBook } from '../book.ts';
import {
  add,
  both,
  capturedAmount,
  currentUnits,
  NOTHING,
  refundedAmount,
  standingShipping,
  subtract,
  sum,
} from '../book-figures.ts';
import { moneyBag } from '../format.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { gid } from '../ids.ts';
import { wayBack } from '../orders/acts.ts';
import { transactionNode } from '../orders/nodes-events.ts';
import { lineNode, type Node } from '../orders/nodes-lines.ts';
import { part, shareOf, shippingTaxes, withTax } from '../orders/pricing.ts';

export interface SuggestedRefundArgs {
  suggestFullRefund?: boolean | null;
  refundLineItems?: readonly { lineItemId: string; quantity: number; restockType?: string | null }[] | null;
  refundShipping?: boolean | null;
  shippingAmount?: string | null;
  refundDuties?: readonly object[] | null;
  refundMethodAllocation?: string | null;
}

export function suggestedRefundNode(order: OrderBook, args: SuggestedRefundArgs): Node {
  if (args.refundDuties?.length) throw notSupported('refunds of duties');
  if (args.refundMethodAllocation && args.refundMethodAllocation !== 'ORIGINAL_PAYMENT_METHODS')
    throw notSupported('refunds to store credit');
  const bag = (amount: Amount) => moneyBag(order, amount);
  const lines = picked(order, args).map((pick) => {
    const { line, quantity } = pick;
    const from = line.removed + line.returned;
    const cart = both(
      (side) =>
        part(line.orderDiscount[side], from + quantity, line.quantity) -
        part(line.orderDiscount[side], from, line.quantity),
    );
    return { ...pick, cart, ...shareOf(order, line, from, from + quantity) };
  });
  const open = standingShipping(order);
  const back = wantsShipping(order, args) ? open : [];
  const gross = add(...back.map(({ charged }) => charged));
  const shippingTax = both((side) => sum(back.flatMap((each) => shippingTaxes(order, each, side))));
  const subtotal = add(...lines.map((each) => each.subtotal));
  const tax = add(...lines.map((each) => each.tax), shippingTax);
  const worth = both((side) => withTax(order, subtotal[side] + gross[side], tax[side]));
  const left = subtract(capturedAmount(order), refundedAmount(order, 'success', 'pending'));
  const amount = worth.shop <= left.shop ? worth : left;
  return {
    amountSet: bag(amount),
    subtotalSet: bag(subtotal),
    discountedSubtotalSet: bag(subtotal),
    totalTaxSet: bag(tax),
    totalDutiesSet: bag(NOTHING),
    totalCartDiscountAmountSet: bag(add(...lines.map(({ cart }) => cart))),
    maximumRefundableSet: bag(left),
    refundDuties: [],
    refundLineItems: lines.map(({ line, quantity, restockType, ...each }) => ({
      id: null,
      lineItem: lineNode(order, line),
      quantity,
      restockType,
      restocked: false,
      subtotalSet: bag(each.subtotal),
      totalTaxSet: bag(each.tax),
    })),
    shipping: {
      amountSet: bag(gross),
      taxSet: bag(shippingTax),
      maximumRefundableSet: bag(add(...open.map(({ charged }) => charged))),
    },
    suggestedTransactions: wayBack(order, amount).map(({ parent, amount: some }) => ({
      kind: 'SUGGESTED_REFUND',
      gateway: parent.gateway,
      formattedGateway: parent.gateway,
      parentTransaction: transactionNode(order, parent),
      amountSet: bag(some),
      maximumRefundableSet: bag(parent.amount),
    })),
  };
}

function picked(order: OrderBook, { suggestFullRefund, refundLineItems }: SuggestedRefundArgs) {
  if (suggestFullRefund)
    return order.lines
      .filter((line) => currentUnits(line) > 0)
      .map((line) => ({ line, quantity: currentUnits(line), restockType: 'NO_RESTOCK' }));
  return (refundLineItems ?? []).map(({ lineItemId, quantity, restockType }) => {
    const line = order.lines.find((each) => gid('LineItem', each.id) === lineItemId);
    if (!line || quantity < 0 || quantity > currentUnits(line))
      throw new GraphQLError('Quantity cannot refund more items than were purchased', {
        extensions: { code: 'BAD_REQUEST' },
      });
    return { line, quantity, restockType: restockType ?? 'NO_RESTOCK' };
  });
}

function wantsShipping(order: OrderBook, args: SuggestedRefundArgs): boolean {
  const amount = args.shippingAmount ? toMinor(args.shippingAmount, order.currency) : 0n;
  const whole = add(...standingShipping(order).map(({ charged }) => charged)).shop;
  if (amount > 0n && amount !== whole) throw notSupported('refunds of a part of shipping');
  return (args.refundShipping ?? false) || (args.suggestFullRefund ?? false) || amount > 0n;
}
