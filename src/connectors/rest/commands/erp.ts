/** Commands to an ERP. */
import { parseMinor } from '../../../domain/money.ts';
import type { CommandOf, LookUp, Outcome } from '../../contract.ts';
import { RefundBooking, RefundPage, SalesDocumentPage, SalesOrder, Shipment, ShipmentPage } from '../api.ts';
import { newSalesOrderBody, refundBody, salesOrderBody } from '../bodies.ts';
import { asLookUp, type Calls, encode, notListed } from './calls.ts';

type ErpCommand =
  | CommandOf<'erp.createSalesOrder'>
  | CommandOf<'erp.amendSalesOrder'>
  | CommandOf<'erp.cancelSalesOrder'>
  | CommandOf<'erp.recordShipment'>
  | CommandOf<'erp.recordRefund'>
  | CommandOf<'erp.readDocuments'>;

export async function performOnErp(calls: Calls, command: ErpCommand, signal: AbortSignal): Promise<Outcome> {
  if (command.kind === 'erp.readDocuments') return readDocuments(calls, command, signal);
  if (command.kind === 'erp.createSalesOrder') {
    if (command.body.adopt) {
      const found = await lookUpAtErp(calls, command, signal);
      if (found.status === 'found') return { ...found, status: 'done' };
      if (found.status !== 'absent') return found;
    }
    const body = newSalesOrderBody(command.body, command.persons);
    return calls.change(
      command,
      { method: 'POST', path: '/v1/sales-orders', body, answer: SalesOrder, signal },
      ({ id, number }) => {
        calls.remember(command.body.reference, id);
        return { salesOrderId: id, number };
      },
    );
  }
  return calls.actOn('salesOrder', command.body.reference, signal, (id) =>
    actOnSalesOrder(calls, command, `/v1/sales-orders/${id}`, signal),
  );
}

async function readDocuments(
  calls: Calls,
  { body: { entity, from, until, after } }: CommandOf<'erp.readDocuments'>,
  signal: AbortSignal,
): Promise<Outcome> {
  const place = after === null ? '' : `&after=${encode(after)}`;
  const span = `from=${encode(from)}&until=${encode(until)}`;
  const path = `/v1/sales-documents?entity=${encode(entity)}&${span}${place}`;
  const read = await calls.find(path, SalesDocumentPage, (page) => page, signal);
  if (read.status === 'absent') return notListed(`invoices of "${entity}"`);
  if (read.status !== 'found') return read;
  const { documents, next } = read.value;
  return {
    status: 'done',
    result: {
      documents: documents.map(({ total, ...document }) => ({
        ...document,
        totalMinor: parseMinor(total, document.currency),
      })),
      next,
    },
  };
}

async function actOnSalesOrder(
  calls: Calls,
  command: Exclude<ErpCommand, CommandOf<'erp.createSalesOrder'> | CommandOf<'erp.readDocuments'>>,
  path: string,
  signal: AbortSignal,
): Promise<Outcome> {
  switch (command.kind) {
    case 'erp.amendSalesOrder': {
      const body = salesOrderBody(command.body, command.persons);
      return calls.change(
        command,
        {
          method: 'PUT',
          path: `${path}/revisions/${command.body.revision}`,
          body,
          answer: SalesOrder,
          signal,
        },
        () => ({}),
      );
    }
    case 'erp.cancelSalesOrder': {
      const { reason } = command.body;
      return calls.change(
        command,
        { method: 'POST', path: `${path}/cancel`, body: { reason }, answer: SalesOrder, signal },
        () => ({}),
      );
    }
    case 'erp.recordShipment': {
      const { reference: _reference, ...body } = command.body;
      return calls.change(
        command,
        { method: 'POST', path: `${path}/shipments`, body, answer: Shipment, signal },
        ({ id }) => ({ deliveryId: id }),
      );
    }
    case 'erp.recordRefund': {
      const body = refundBody(command.body);
      return calls.change(
        command,
        { method: 'POST', path: `${path}/refunds`, body, answer: RefundBooking, signal },
        ({ id }) => ({ creditId: id }),
      );
    }
    default:
      return command satisfies never;
  }
}

export async function lookUpAtErp(calls: Calls, command: ErpCommand, signal: AbortSignal): Promise<LookUp> {
  if (command.kind === 'erp.readDocuments') return { status: 'absent' };
  const found = await calls.salesOrder(command.body.reference, signal);
  if (found.status !== 'found') return found;
  const { id, number, revision, status, version, currency, total } = found.value;
  const path = `/v1/sales-orders/${encode(id)}`;
  switch (command.kind) {
    case 'erp.createSalesOrder':
      return {
        status: 'found',
        result: {
          salesOrderId: id,
          number,
          // What another connector has made may be something else.
          ...(command.body.adopt
            ? { existing: { status, version, currency, totalMinor: parseMinor(total, currency) } }
            : {}),
        },
      };
    case 'erp.amendSalesOrder':
      return revision >= command.body.revision ? { status: 'found', result: {} } : { status: 'absent' };
    case 'erp.cancelSalesOrder':
      return status === 'cancelled' ? { status: 'found', result: {} } : { status: 'absent' };
    case 'erp.recordShipment': {
      const { shipmentId } = command.body;
      const shipment = await calls.find(
        `${path}/shipments?shipmentId=${encode(shipmentId)}`,
        ShipmentPage,
        ({ shipments }) => shipments.find((each) => each.shipmentId === shipmentId),
        signal,
      );
      return asLookUp(shipment, (made) => ({ deliveryId: made.id }));
    }
    case 'erp.recordRefund': {
      const { refundId } = command.body;
      const refund = await calls.find(
        `${path}/refunds?refundId=${encode(refundId)}`,
        RefundPage,
        ({ refunds }) => refunds.find((each) => each.refundId === refundId),
        signal,
      );
      return asLookUp(refund, (made) => ({ creditId: made.id }));
    }
    default:
      return command satisfies never;
  }
}
