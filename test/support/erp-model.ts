/** An ERP in memory that keeps sales orders, refuses what an ERP refuses, and does things to them by itself. */
import assert from 'node:assert/strict';
import type { CommandBodies, CommandRequest } from '../../src/domain/commands.ts';
import type { ErpObservation } from '../../src/domain/messages.ts';

interface Line {
  lineId: string;
  quantity: number;
}

export interface SalesOrder {
  lines: Line[];
  totalMinor: number;
  status: 'open' | 'held' | 'cancelled';
  version: number;
  shipments: { shipmentId: string; lines: Line[] }[];
  refunds: CommandBodies['erp.recordRefund'][];
}

type ErpRequest = Extract<CommandRequest, { kind: `erp.${string}` }>;

type Told<Observation> = Observation extends ErpObservation
  ? Omit<Observation, 'type' | 'at' | 'reason'>
  : never;

export class ErpModel {
  /** By reference. */
  readonly salesOrders = new Map<string, SalesOrder>();

  /** Null: done (also when it was done before); else the code of the refusal. */
  perform(request: ErpRequest): string | null {
    if (request.kind === 'erp.readDocuments') return null;
    const order = this.salesOrders.get(request.body.reference);
    if (request.kind === 'erp.createSalesOrder') {
      const { reference, lines, totalMinor } = request.body;
      const created: SalesOrder = {
        lines,
        totalMinor,
        status: 'open',
        version: 1,
        shipments: [],
        refunds: [],
      };
      if (!order) this.salesOrders.set(reference, created);
      return null;
    }
    if (!order) return 'not-found';
    switch (request.kind) {
      case 'erp.amendSalesOrder': {
        const { lines, totalMinor } = request.body;
        if (order.status === 'cancelled') return 'sales-order-cancelled';
        if (order.lines.some(({ lineId }) => shipped(order, lineId) > ordered(lines, lineId)))
          return 'below-shipped';
        Object.assign(order, { lines, totalMinor });
        return null;
      }
      case 'erp.cancelSalesOrder':
        if (order.shipments.length > 0) return 'already-shipped';
        order.status = 'cancelled';
        return null;
      case 'erp.recordShipment': {
        const { shipmentId, lines } = request.body;
        if (order.shipments.some((each) => each.shipmentId === shipmentId)) return null;
        if (order.status === 'cancelled') return 'sales-order-cancelled';
        const tooMany = lines.some(
          ({ lineId, quantity }) => shipped(order, lineId) + quantity > ordered(order.lines, lineId),
        );
        if (tooMany) return 'too-many';
        order.shipments.push({ shipmentId, lines });
        return null;
      }
      case 'erp.recordRefund':
        return recordRefund(order, request.body);
      default:
        return request satisfies never;
    }
  }

  /** Something happens to a sales order by itself, and is told; null: nothing. */
  act(reference: string, act: number, detail: number): Told<ErpObservation> | null {
    const order = this.salesOrders.get(reference);
    if (!order || order.status === 'cancelled' || (act % 5 === 3 && detail % 4 > 0)) return null;
    order.version += 1;
    const { version } = order;
    switch (act % 5) {
      case 0:
        order.status = 'held';
        return { version, change: 'held' };
      case 3:
        order.status = 'cancelled';
        return { version, change: 'cancelled' };
      case 4: {
        // Mostly the echo of what the hub has written itself.
        if (detail % 4 === 0) order.totalMinor += 10;
        const { lines, totalMinor } = order;
        return { version, change: 'edited', lines, totalMinor };
      }
      default:
        order.status = 'open';
        return { version, change: 'resumed' };
    }
  }
}

function shipped(order: SalesOrder, lineId: string): number {
  const parts = order.shipments.flatMap((each) => each.lines).filter((part) => part.lineId === lineId);
  return parts.reduce((sum, part) => sum + part.quantity, 0);
}

function ordered(lines: readonly Line[], lineId: string): number {
  return lines.find((line) => line.lineId === lineId)?.quantity ?? 0;
}

function recordRefund(order: SalesOrder, refund: CommandBodies['erp.recordRefund']): string | null {
  const { refundId, credits, cashMinor, shippingMinor, removedMinor, adjustmentMinor } = refund;
  if (order.refunds.some((each) => each.refundId === refundId)) return null;
  const credited = credits.reduce((sum, credit) => sum + credit.amountMinor, 0);
  assert.equal(credited + shippingMinor + removedMinor + adjustmentMinor, cashMinor, 'a refund closes');
  if (credits.some((credit) => credit.quantity > shipped(order, credit.lineId)))
    return 'credited-more-than-shipped';
  order.refunds.push(refund);
  return null;
}
