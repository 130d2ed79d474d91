/** An order as the API shows it. */
import { toText } from '../../../../sandbox/kit/money.ts';
import type { ChannelBooks } from '../../../../sandbox/kit/types.ts';
import { capturedAmount, currentUnits, type OrderBook, refundedAmount, type Tax } from './book.ts';
import { currentTotal, priceOf, shippingTaxes, total, totalTax } from './pricing.ts';

export function orderView(order: OrderBook): Record<string, unknown> {
  const text = (minor: bigint) => toText(minor, order.currency);
  const taxes = (rates: readonly Tax[], amounts: readonly bigint[]) =>
    rates.map(({ title, rate }, index) => ({
      code: title,
      title,
      rate,
      amount: text(amounts[index] ?? 0n),
      channelLiable: false,
    }));
  const { shopper } = order;
  const name = [shopper.firstName, shopper.lastName].filter((part) => part !== '').join(' ');
  const address = {
    name,
    company: null,
    phone: shopper.phone,
    address1: shopper.address1,
    address2: null,
    city: shopper.city,
    postalCode: shopper.postalCode,
    provinceCode: shopper.provinceCode,
    countryCode: shopper.countryCode,
  };
  return {
    id: order.id,
    number: order.id,
    version: order.version,
    placedAt: order.placedAt,
    updatedAt: new Date(order.updatedAtMs).toISOString(),
    cancelledAt: order.cancelledAt,
    cancelReason: order.cancelReason,
    test: order.test,
    currency: order.currency,
    taxesIncluded: order.taxesIncluded,
    customer: {
      id: shopper.accountId,
      name,
      company: null,
      email: shopper.email,
      phone: shopper.phone,
      taxExempt: false,
    },
    shippingAddress: address,
    billingAddress: address,
    lines: order.lines.map((line) => {
      const price = priceOf(order, line);
      return {
        id: line.id,
        sku: line.sku,
        productId: null,
        title: line.title,
        quantity: line.quantity,
        currentQuantity: currentUnits(line),
        fulfilledQuantity: line.fulfilled,
        unitPrice: line.unitPrice,
        gross: text(price.gross),
        discounts: [
          ...(price.lineDiscount > 0n
            ? [{ source: `${line.discountPercent}% off`, amount: text(price.lineDiscount) }]
            : []),
          ...(price.orderDiscount > 0n
            ? [{ source: 'order discount', amount: text(price.orderDiscount) }]
            : []),
        ],
        taxes: taxes(line.taxes, price.taxes),
        requiresShipping: !line.giftCard,
        giftCard: line.giftCard,
        taxable: line.taxes.length > 0,
      };
    }),
    shipping: order.shipping
      ? [
          {
            id: order.shipping.id,
            title: order.shipping.title,
            code: null,
            gross: text(order.shipping.gross),
            discounts: [],
            taxes: taxes(order.shipping.taxes, shippingTaxes(order, order.shipping)),
            removed: false,
          },
        ]
      : [],
    charges: [],
    total: text(total(order)),
    totalTax: text(totalTax(order)),
    currentTotal: text(currentTotal(order)),
    paymentStatus: paymentStatus(order),
    payments: order.payments.map((payment) => ({
      ...payment,
      gateway: order.gateway,
      amount: text(payment.amount),
    })),
    refunds: order.refunds.map((refund) => ({
      id: refund.id,
      createdAt: refund.createdAt,
      lines: refund.lines.map((line) => ({ ...line, amount: text(line.amount), tax: text(line.tax) })),
      shipping: text(refund.shipping),
      shippingTax: text(refund.shippingTax),
      transactions: refund.transactions.map((each) => ({ ...each, amount: text(each.amount) })),
    })),
    fulfilments: order.fulfilments.map(fulfilmentView),
    holds: [],
  };
}

export function fulfilmentView({
  id,
  shipmentId,
  createdAt,
  lines,
  tracking,
}: OrderBook['fulfilments'][number]): object {
  return { id, status: 'succeeded', shipmentId, createdAt, lines, tracking };
}

function paymentStatus(order: OrderBook): string {
  if (order.money !== 'paid') return order.money;
  const refunded = refundedAmount(order, 'succeeded');
  if (refunded === 0n) return 'paid';
  return refunded >= capturedAmount(order) ? 'refunded' : 'partlyRefunded';
}

export function channelBook(order: OrderBook): ChannelBooks['orders'][number] {
  return {
    channelOrderId: order.id,
    name: order.id,
    currency: order.currency,
    test: order.test,
    cancelled: order.cancelledAt !== null,
    totalMinor: Number(total(order)),
    currentTotalMinor: Number(currentTotal(order)),
    refundedMinor: Number(refundedAmount(order, 'succeeded')),
    capturedMinor: Number(capturedAmount(order)),
    lines: order.lines.map((line) => ({
      lineId: line.id,
      sku: line.sku,
      quantity: line.quantity,
      currentQuantity: currentUnits(line),
      fulfilledQuantity: line.fulfilled,
    })),
    fulfilments: order.fulfilments.map(({ id, shipmentId, lines, tracking }) => ({
      fulfilmentId: id,
      shipmentId,
      lines,
      trackingNumber: tracking?.number ?? null,
    })),
  };
}
