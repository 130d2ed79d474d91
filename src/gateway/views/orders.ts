/** An order in the list, and the head of its story: what was ordered and how far it has come. */
import type { Order, Person } from '../../domain/canonical/index.ts';
import type { RetailerConfig } from '../../domain/config.ts';
import {
  allocatedUnits,
  openUnits,
  returnedUnits,
  shippedUnits,
  wantedUnits,
} from '../../domain/order/quantities.ts';
import type { OrderState } from '../../domain/order/state.ts';
import { netOf } from '../../domain/order/validate.ts';
import type { OrderRow } from '../../store/read-orders.ts';
import type { OrderLine, OrderListItem, OrderPerson, OrderSummary } from '../schemas/orders.ts';
import { lookOf, moneyOf } from '../words/look.ts';
import { paymentLabel } from '../words/payment.ts';
import { statusParts } from '../words/status.ts';
import { iso } from './common.ts';

export function orderListItem(row: OrderRow): OrderListItem {
  const { status, label, held } = statusParts(row.status);
  return {
    key: row.key,
    title: row.title === '' ? row.key : row.title,
    status,
    statusLabel: label,
    held,
    closed: row.closed,
    connection: row.key.slice(0, row.key.indexOf('/')),
    brand: row.brand ?? '',
    placedAt: row.placed_at,
    updatedAt: iso(row.updated_at),
    units: row.units ?? 0,
    total: row.total === null || row.currency === null ? null : moneyOf(Number(row.total), row.currency),
    openCases: row.open_cases,
  };
}

function orderLines(state: OrderState, order: Order, config: RetailerConfig): OrderLine[] {
  const currency = order.presentmentCurrency;
  const look = lookOf(config, order);
  return order.lines.map((line) => {
    const at = new Map<string, OrderLine['locations'][number]>();
    const add = (location: string, quantity: number, stage: OrderLine['locations'][number]['state']) => {
      const known = at.get(`${stage}${location}`);
      if (known) known.quantity += quantity;
      else at.set(`${stage}${location}`, { location, name: look.location(location), quantity, state: stage });
    };
    for (const shipment of state.shipments)
      for (const part of shipment.lines)
        if (part.lineId === line.lineId) add(shipment.location, part.quantity, 'shipped');
    for (const held of state.allocations)
      if (held.lineId === line.lineId)
        add(held.location, held.quantity, held.releaseId === null ? 'reserved' : 'released');
    return {
      lineId: line.lineId,
      sku: line.sku,
      ourSku: state.skus?.[line.lineId] ?? null,
      title: line.title,
      ships: line.requiresShipping && !line.giftCard,
      ordered: line.quantity,
      wanted: state.cancelled ? 0 : wantedUnits(order, line),
      reserved: allocatedUnits(state, line.lineId),
      shipped: shippedUnits(state, line.lineId),
      returned: returnedUnits(order, line),
      open: line.requiresShipping && !line.giftCard ? openUnits(state, order, line) : 0,
      unitPrice: { amount: line.unitPrice.presentment, currency },
      total: moneyOf(netOf(line).presentment, currency),
      locations: [...at.values()],
    };
  });
}

/** What a person may be called in an answer: only when it was asked for. */
export interface Persons {
  get(personId: string): Person | undefined;
}

function personOf(persons: Persons, personId: string | undefined): OrderPerson | null {
  const known = personId === undefined ? undefined : persons.get(personId);
  if (!known) return null;
  const { schema: _schema, personId: _id, ...rest } = known;
  return rest;
}

/** The head of an order's story. `persons` null: not asked for. */
export function orderSummary(
  state: OrderState,
  order: Order,
  config: RetailerConfig,
  persons: Persons | null,
): OrderSummary {
  const currency = order.presentmentCurrency;
  const look = lookOf(config, order);
  const entity = config.entities.find((each) => each.id === state.entity);
  const named = (parts: readonly { lineId: string; quantity: number }[]) =>
    parts.map(({ lineId, quantity }) => {
      const line = order.lines.find((each) => each.lineId === lineId);
      return { lineId, sku: line?.sku ?? null, title: line?.title ?? lineId, quantity };
    });
  return {
    connection: state.connection,
    channelOrderId: order.channelOrderId,
    brand: config.brands.find((each) => each.id === state.brand)?.name ?? state.brand,
    entity: entity?.name ?? state.entity,
    placedAt: order.placedAt,
    test: order.test,
    live: state.live,
    country: order.shipTo?.countryCode ?? null,
    lines: orderLines(state, order, config),
    charges: [
      ...order.shipping
        .filter((line) => !line.removed)
        .map((line) => ({
          kind: 'shipping',
          title: line.title,
          amount: moneyOf(netOf(line).presentment, currency),
        })),
      ...order.extras.map((extra) => ({
        kind: extra.kind,
        title: extra.title,
        amount: moneyOf(extra.amount.presentment, currency),
      })),
    ],
    total: moneyOf(order.total.presentment, currency),
    tax: moneyOf(order.totalTax.presentment, currency),
    currentTotal: moneyOf(order.currentTotal.presentment, currency),
    shopTotal: order.shopCurrency === currency ? null : moneyOf(order.total.shop, order.shopCurrency),
    payment: { status: order.paymentStatus, label: paymentLabel(state, order), gateways: order.gateways },
    erp: {
      connection: entity?.erp ?? '',
      status: state.erp.status === 'none' && state.acts.so ? 'requested' : state.erp.status,
      number: state.erp.number || null,
      salesOrderId: state.erp.salesOrderId || null,
      heldBecause: state.erp.heldBecause,
    },
    releases: state.releases.map(({ releaseId, location, status }) => ({
      releaseId,
      location,
      locationName: look.location(location),
      status,
      lines: named(state.allocations.filter((part) => part.releaseId === releaseId)),
    })),
    shipments: state.shipments.map((shipment) => ({
      shipmentId: shipment.shipmentId,
      location: shipment.location,
      locationName: look.location(shipment.location),
      shippedAt: shipment.shippedAt,
      lines: named(shipment.lines),
      tracking: shipment.tracking,
      channelTold: shipment.fulfilmentId !== null,
      erpBooked: shipment.booked,
    })),
    refunds: order.refunds.map((refund) => ({
      refundId: refund.refundId,
      createdAt: refund.createdAt,
      cash: moneyOf(refund.cash.presentment, currency),
      cashPending:
        refund.cashPending.presentment === 0 ? null : moneyOf(refund.cashPending.presentment, currency),
      units: refund.lines.reduce((sum, line) => sum + line.quantity, 0),
      erpBooked: state.refunds[refund.refundId] === 'done',
    })),
    heldBecause: state.heldBecause ?? state.channelHeldBecause ?? null,
    cancelled: state.cancelled,
    forgottenAt: state.forgottenAt ?? null,
    persons:
      persons === null
        ? null
        : {
            customer: personOf(persons, order.customer?.personId),
            shipTo: personOf(persons, order.shipTo?.personId),
          },
  };
}
