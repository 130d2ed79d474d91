/** Draft orders, and calculations of them, as GraphQL objects. Their sums are those of the order that they are to become. */

import { percentOf } from '../../../../sandbox/kit/money.ts';
import type { Amount, OrderBook } from '../book.ts';
import { both, lineName, subtract } from '../book-figures.ts';
import { mailingAddress } from '../customers/customer-nodes.ts';
import type { AddressBook } from '../customers/customers.ts';
import { decimal, moneyBag, moneyText, utc } from '../format.ts';
import { connection, type PageArgs, reversible } from '../graphql/connection.ts';
import { fromRoot } from '../graphql/from-root.ts';
import { gid } from '../ids.ts';
import { metafieldFields } from '../metafields/metafields.ts';
import { purchasingCompany } from '../orders/nodes.ts';
import { type Node, taxNode, taxNodes } from '../orders/nodes-lines.ts';
import { payable, priceOf, taxesByTitle, totals } from '../orders/pricing.ts';
import {
  type DraftBook,
  type DraftContents,
  type DraftLine,
  draftStatus,
  type GrantedDiscount,
} from './drafts.ts';

/** A draft's node. @param preview the order that it is to become. */
export function draftNode(draft: DraftBook, preview: OrderBook, shop: string): Node {
  const { metafield, metafields } = metafieldFields(draft, 'DRAFTORDER');
  return {
    ...contentsFields(draft, preview),
    __typename: 'DraftOrder',
    id: gid('DraftOrder', draft.id),
    legacyResourceId: draft.id,
    name: `#D${draft.number}`,
    status: draftStatus(draft),
    ready: true,
    createdAt: utc(draft.createdAtMs),
    updatedAt: utc(draft.updatedAtMs),
    completedAt: draft.completedAtMs === null ? null : utc(draft.completedAtMs),
    invoiceSentAt: draft.invoiceSentAtMs === null ? null : utc(draft.invoiceSentAtMs),
    invoiceUrl: invoiceUrl(draft, shop),
    order: fromRoot('order', 'Order', draft.orderId),
    email: draft.email,
    note2: draft.note,
    tags: draft.tags,
    poNumber: draft.poNumber,
    taxExempt: draft.taxExempt,
    visibleToCustomer: draft.visibleToCustomer,
    reserveInventoryUntil: null,
    totalWeight: '0',
    allowDiscountCodesInCheckout: false,
    customAttributes: draft.attributes,
    shippingAddress: addressNode(draft.shippingAddress),
    billingAddress: addressNode(draft.billingAddress),
    paymentTerms: termsNode(draft),
    lineItems: reversible((args: PageArgs) => {
      const lines = draft.lines.map((line, index) => ({ id: line.id, line, index }));
      return connection(args.reverse ? lines.reverse() : lines, args, ({ line, index }) => ({
        ...lineFields(line, preview, index),
        __typename: 'DraftOrderLineItem',
        id: gid('DraftOrderLineItem', line.id),
        taxLines: () => lineTaxes(preview, index),
      }));
    }),
    metafield,
    metafields,
  };
}

/** What a draft would come to. */
export function calculatedNode(contents: DraftContents, preview: OrderBook): Node {
  return {
    ...contentsFields(contents, preview),
    __typename: 'CalculatedDraftOrder',
    alerts: [],
    lineItems: contents.lines.map((line, index) => {
      const { originalUnitPriceSet, originalTotalSet, discountedTotalSet, totalDiscountSet, ...fields } =
        lineFields(line, preview, index);
      const money = (set: unknown) => () => (set as () => ReturnType<typeof moneyBag>)().presentmentMoney;
      return {
        ...fields,
        originalUnitPriceSet,
        originalTotalSet,
        discountedTotalSet,
        totalDiscountSet,
        __typename: 'CalculatedDraftOrderLineItem',
        // Here they are money with its currency.
        originalUnitPrice: money(originalUnitPriceSet),
        originalTotal: money(originalTotalSet),
        discountedTotal: money(discountedTotalSet),
        totalDiscount: money(totalDiscountSet),
      };
    }),
  };
}

export const invoiceUrl = ({ id }: DraftBook, shop: string): string => `https://${shop}/1/invoices/${id}`;

function contentsFields(draft: DraftContents, preview: OrderBook): Node {
  const sums = totals(preview);
  const bag = (amount: Amount) => moneyBag(preview, amount);
  const text = (amount: Amount) => moneyText(amount.shop, preview.currency);
  const due = payable(preview);
  const now = both((side) =>
    draft.depositPercent === null ? due[side] : percentOf(due[side], String(draft.depositPercent)),
  );
  const orderDiscount = discountOn(preview);
  return {
    currencyCode: preview.currency,
    presentmentCurrencyCode: preview.presentmentCurrency,
    taxesIncluded: preview.taxesIncluded,
    acceptAutomaticDiscounts: false,
    discountCodes: [],
    platformDiscounts: [],
    warnings: [],
    transformerFingerprint: null,
    phone: draft.phone,
    anyVariantPricesOverridden: draft.lines.some(({ overridden }) => overridden),
    allVariantPricesOverridden: draft.lines.every(({ overridden }) => overridden),
    billingAddressMatchesShippingAddress: sameAddress(draft),
    customer: fromRoot('customer', 'Customer', draft.customerId),
    purchasingEntity: draft.company
      ? () => purchasingCompany(draft.company)
      : fromRoot('customer', 'Customer', draft.customerId),
    deposit:
      draft.depositPercent === null
        ? null
        : { __typename: 'DepositPercentage', percentage: draft.depositPercent },
    appliedDiscount: draft.discount && discountNode(preview, draft.discount, orderDiscount),
    shippingLine: () => draft.shipping && shippingNode(preview, draft.shipping.title),
    taxLines: () => taxesByTitle(preview).map(({ tax, amount }) => taxNode(preview, tax, amount)),
    totalQuantityOfLineItems: draft.lines.reduce((all, { quantity }) => all + quantity, 0),
    totalLineItemsPriceSet: () => bag(sums.gross),
    lineItemsSubtotalPrice: () => bag(both((side) => sums.subtotal[side] + orderDiscount[side])),
    totalDiscountsSet: () => bag(sums.discounts),
    subtotalPrice: text(sums.subtotal),
    subtotalPriceSet: () => bag(sums.subtotal),
    totalShippingPrice: text(sums.shipping),
    totalShippingPriceSet: () => bag(sums.shipping),
    totalTax: text(sums.tax),
    totalTaxSet: () => bag(sums.tax),
    totalPrice: text(sums.total),
    totalPriceSet: () => bag(sums.total),
    amountDueNowSet: () => bag(draft.terms && draft.depositPercent === null ? NOTHING_DUE : now),
    amountDueLaterSet: () => bag(draft.terms && draft.depositPercent === null ? due : subtract(due, now)),
  };
}

const NOTHING_DUE: Amount = { shop: 0n, presentment: 0n };

/** What the discount on the whole takes off. */
export function discountOn(preview: OrderBook): Amount {
  return both((side) => preview.lines.reduce((all, line) => all + line.orderDiscount[side], 0n));
}

/** A line at its place among the preview's lines. */
function lineFields(line: DraftLine, preview: OrderBook, index: number): Node {
  const booked = preview.lines[index];
  if (!booked) throw new Error(`the preview of a draft has no line ${index}`);
  const price = both((side) => priceOf(preview, booked, side).gross);
  const off = both((side) => priceOf(preview, booked, side).lineDiscount);
  const net = subtract(price, off);
  const bag = (amount: Amount) => () => moneyBag(preview, amount);
  const text = (amount: Amount) => moneyText(amount.shop, preview.currency);
  const each = both((side) => net[side] / BigInt(line.quantity));
  const money = { amount: decimal(line.unitPrice), currencyCode: preview.currency };
  return {
    uuid: line.uuid,
    custom: line.variantId === null,
    title: line.title,
    name: lineName(line),
    sku: line.sku,
    vendor: null,
    variantTitle: line.variantTitle,
    quantity: line.quantity,
    requiresShipping: line.requiresShipping,
    taxable: line.taxable,
    isGiftCard: false,
    components: [],
    bundleComponents: [],
    customAttributes: line.attributes,
    image: null,
    weight: null,
    appliedDiscount: line.discount && discountNode(preview, line.discount, off),
    priceOverride: line.overridden ? money : null,
    originalUnitPriceWithCurrency: money,
    originalUnitPrice: text(booked.unitPrice),
    originalUnitPriceSet: bag(booked.unitPrice),
    originalTotal: text(price),
    originalTotalSet: bag(price),
    discountedTotal: text(net),
    discountedTotalSet: bag(net),
    totalDiscount: text(off),
    totalDiscountSet: bag(off),
    approximateDiscountedUnitPriceSet: bag(each),
    product: fromRoot('product', 'Product', line.productId),
    variant: fromRoot('productVariant', 'ProductVariant', line.variantId),
  };
}

function lineTaxes(preview: OrderBook, index: number): Node[] {
  const line = preview.lines[index];
  return line ? taxNodes(preview, line.taxes, (side) => priceOf(preview, line, side).taxes) : [];
}

function discountNode(
  preview: OrderBook,
  { title, description, value, type }: GrantedDiscount,
  amount: Amount,
): Node {
  const set = moneyBag(preview, amount);
  return {
    title,
    description,
    value,
    valueType: type,
    amountSet: set,
    amountV2: set.shopMoney,
    amount: moneyText(amount.shop, preview.currency),
  };
}

function shippingNode(preview: OrderBook, title: string): Node {
  const price = moneyBag(preview, preview.shipping[0]?.charged ?? NOTHING_DUE);
  return {
    __typename: 'ShippingLine',
    id: null,
    title,
    code: 'custom',
    custom: true,
    source: null,
    carrierIdentifier: null,
    shippingRateHandle: null,
    isRemoved: false,
    originalPriceSet: price,
    discountedPriceSet: price,
    currentDiscountedPriceSet: price,
    discountAllocations: [],
    taxLines: [],
  };
}

function termsNode({ id, terms, createdAtMs }: DraftBook): Node | null {
  if (!terms) return null;
  const { template, dueAtMs } = terms;
  const schedule = {
    id: gid('PaymentSchedule', id),
    issuedAt: dueAtMs === null ? null : utc(createdAtMs),
    dueAt: dueAtMs === null ? null : utc(dueAtMs),
    completedAt: null,
  };
  return {
    __typename: 'PaymentTerms',
    id: gid('PaymentTerms', id),
    paymentTermsName: template.name,
    translatedName: template.name,
    paymentTermsType: template.type,
    dueInDays: template.dueInDays,
    overdue: false,
    paymentSchedules: (args: PageArgs) => connection([schedule], args, (each) => each),
  };
}

const addressNode = (address: AddressBook | null): Node | null =>
  address && mailingAddress(address, 'DraftOrder');

function sameAddress({ shippingAddress, billingAddress }: DraftContents): boolean {
  if (!shippingAddress || !billingAddress) return shippingAddress === billingAddress;
  const { id: _one, ...one } = shippingAddress;
  const { id: _other, ...other } = billingAddress;
  return JSON.stringify(one) === JSON.stringify(other);
}
