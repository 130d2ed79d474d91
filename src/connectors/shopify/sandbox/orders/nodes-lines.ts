/** Lines of an order and its delivery as GraphQL objects, with their taxes and discounts. */
import type { Amount, LineBook, LineReduction, OrderBook, ShippingBook, Side, Tax } from '../book.ts';
import { currentUnits, leaves, lineName, NOTHING, subtract, unshippedUnits } from '../book-figures.ts';
import { moneyBag } from '../format.ts';
import { fromRoot } from '../graphql/from-root.ts';
import { gid } from '../ids.ts';
import { allocationsOf, priceOf, shippingPrice, shippingTaxes } from './pricing.ts';

export type Node = Record<string, unknown>;

export function lineNode(order: OrderBook, line: LineBook): Node {
  const bag = (amount: Amount) => moneyBag(order, amount);
  const price = () => ({
    shop: priceOf(order, line, 'shop'),
    presentment: priceOf(order, line, 'presentment'),
  });
  const of = (name: 'gross' | 'net'): Amount => {
    const { shop, presentment } = price();
    return { shop: shop[name], presentment: presentment[name] };
  };
  return {
    __typename: 'LineItem',
    id: gid('LineItem', line.id),
    sku: line.sku,
    name: lineName(line),
    title: line.title,
    vendor: line.productId === null ? null : 'Harbour & Vale',
    variantTitle: line.variantTitle,
    quantity: line.quantity,
    currentQuantity: currentUnits(line),
    refundableQuantity: currentUnits(line),
    unfulfilledQuantity: leaves(line) ? unshippedUnits(line) : 0,
    requiresShipping: leaves(line),
    isGiftCard: line.giftCard,
    taxable: line.taxes.length > 0,
    customAttributes: [],
    product: fromRoot('product', 'Product', line.productId),
    variant: fromRoot('productVariant', 'ProductVariant', line.variantId),
    originalUnitPriceSet: () => bag(line.unitPrice),
    originalTotalSet: () => bag(of('gross')),
    totalDiscountSet: () => bag(subtract(of('gross'), of('net'))),
    discountAllocations: () =>
      allocationsOf(order, line).map(({ application, amount }) => ({
        allocatedAmountSet: bag(amount),
        discountApplication: applicationNode(order, application),
      })),
    taxLines: () => taxNodes(order, line.taxes, (side) => priceOf(order, line, side).taxes),
    lineItemGroup: line.bundle && {
      __typename: 'LineItemGroup',
      id: gid('LineItemGroup', line.bundle.id),
      title: line.bundle.title,
      quantity: 1,
    },
    sellingPlan: line.sellingPlan === null ? null : { name: line.sellingPlan },
    duties: line.duty
      ? [
          {
            id: gid('Duty', line.duty.id),
            harmonizedSystemCode: line.duty.code,
            price: bag(line.duty.amount),
            taxLines: [],
          },
        ]
      : [],
  };
}

export function shippingNode(order: OrderBook, shipping: ShippingBook): Node {
  const bag = (amount: Amount) => moneyBag(order, amount);
  return {
    id: gid('ShippingLine', shipping.id),
    title: shipping.title,
    code: shipping.title,
    source: 'shopify',
    carrierIdentifier: null,
    custom: false,
    isRemoved: shipping.removed ?? false,
    originalPriceSet: () => bag(shippingPrice(shipping)),
    discountedPriceSet: () => bag(shipping.charged),
    currentDiscountedPriceSet: () => bag(shipping.gone || shipping.removed ? NOTHING : shipping.charged),
    discountAllocations: () =>
      shipping.discount === null
        ? []
        : [
            {
              allocatedAmountSet: bag(shipping.discount.amount),
              discountApplication: applicationNode(order, shipping.discount.application),
            },
          ],
    taxLines: () => taxNodes(order, shipping.taxes, (side) => shippingTaxes(order, shipping, side)),
  };
}

export function taxNode(order: OrderBook, tax: Tax, amount: Amount): Node {
  const rate = Number(tax.rate);
  return {
    title: tax.title,
    rate,
    ratePercentage: rate * 100,
    channelLiable: false,
    source: null,
    priceSet: () => moneyBag(order, amount),
  };
}

export function taxNodes(order: OrderBook, taxes: readonly Tax[], amounts: (side: Side) => bigint[]): Node[] {
  const [shop, presentment] = [amounts('shop'), amounts('presentment')];
  return taxes.map((tax, index) =>
    taxNode(order, tax, { shop: shop[index] ?? 0n, presentment: presentment[index] ?? 0n }),
  );
}

/** What a discount takes off, in the shopper's money where it is money. */
export function reductionNode(order: OrderBook, value: LineReduction): Node {
  return 'percent' in value
    ? { __typename: 'PricingPercentageValue', percentage: Number(value.percent) }
    : { __typename: 'MoneyV2', ...moneyBag(order, value.each).presentmentMoney };
}

function applicationNode(order: OrderBook, index: number): Node {
  const application = order.applications[index];
  const common = { index, targetType: 'LINE_ITEM' };
  if (application?.kind === 'shipping')
    return {
      ...common,
      __typename: 'DiscountCodeApplication',
      targetType: 'SHIPPING_LINE',
      code: application.code,
      value: reductionNode(order, application),
      allocationMethod: 'EACH',
      targetSelection: 'ALL',
    };
  if (application?.kind === 'fixed')
    return {
      ...common,
      __typename: 'DiscountCodeApplication',
      code: application.code,
      allocationMethod: 'ACROSS',
      targetSelection: 'ALL',
    };
  if (application?.kind === 'granted')
    return {
      ...common,
      __typename: 'ManualDiscountApplication',
      title: application.title,
      description: application.title,
      value: reductionNode(
        order,
        application.percent === null ? { each: application.amount } : { percent: application.percent },
      ),
      allocationMethod: 'ACROSS',
      targetSelection: 'ALL',
    };
  if (application?.kind === 'manual')
    return {
      ...common,
      __typename: 'ManualDiscountApplication',
      title: application.title,
      description: application.title,
      value: reductionNode(order, application.value),
      allocationMethod: 'EACH',
      targetSelection: 'EXPLICIT',
    };
  return {
    ...common,
    __typename: 'AutomaticDiscountApplication',
    title: application?.title ?? '',
    allocationMethod: 'EACH',
    targetSelection: 'ENTITLED',
  };
}
