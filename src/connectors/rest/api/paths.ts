/** The operations of the API, as a table. Names of bodies and answers are those of the schemas. */
import { FEEDS } from './events.ts';

export interface Operation {
  method: 'get' | 'post' | 'put';
  path: string;
  operationId: string;
  tag: 'channel' | 'erp' | 'fulfilment' | 'inventory' | 'events';
  summary: string;
  description?: string;
  query?: Record<string, { required: boolean; description: string; schema: Record<string, unknown> }>;
  /** Schema of the request's body. */
  body?: string;
  /** Schema of the answer. */
  answer: string;
  /** True: 201 the first time, 200 when it was there already. */
  creates?: boolean;
}

const text = (description: string, required = true) => ({
  required,
  description,
  schema: { type: 'string', minLength: 1 },
});

export const PATHS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/orders/{id}',
    operationId: 'getOrder',
    tag: 'channel',
    summary: 'An order, whole, as it stands now',
    answer: 'Order',
  },
  {
    method: 'post',
    path: '/v1/orders/{id}/fulfilments',
    operationId: 'createFulfilment',
    tag: 'channel',
    summary: 'Record a parcel that has left',
    description: 'Codes: `order-cancelled` (409), `fulfilled-more-than-ordered` (422), `unknown-line` (422).',
    body: 'FulfilmentCreate',
    answer: 'OrderFulfilment',
    creates: true,
  },
  {
    method: 'post',
    path: '/v1/orders/{id}/cancel',
    operationId: 'cancelOrder',
    tag: 'channel',
    summary: 'Cancel an order whole',
    description:
      'An order that is cancelled already is answered as it is. Code `already-shipped` (409) when a unit has left.',
    body: 'OrderCancel',
    answer: 'Order',
  },
  {
    method: 'post',
    path: '/v1/sales-orders',
    operationId: 'createSalesOrder',
    tag: 'erp',
    summary: 'Book a sales order',
    description: 'Codes: `ITEM_BLOCKED`, `TOTAL_MISMATCH` (422), and your own.',
    body: 'SalesOrderCreate',
    answer: 'SalesOrder',
    creates: true,
  },
  {
    method: 'get',
    path: '/v1/sales-orders',
    operationId: 'findSalesOrder',
    tag: 'erp',
    summary: 'Find a sales order by its reference',
    query: { reference: text('The natural key') },
    answer: 'SalesOrderPage',
  },
  {
    method: 'get',
    path: '/v1/sales-orders/{id}',
    operationId: 'getSalesOrder',
    tag: 'erp',
    summary: 'A sales order',
    answer: 'SalesOrder',
  },
  {
    method: 'put',
    path: '/v1/sales-orders/{id}/revisions/{revision}',
    operationId: 'amendSalesOrder',
    tag: 'erp',
    summary: 'Replace the content of a sales order',
    description:
      'Revisions grow: a lower one than the newest, or a known one with other content, is 409 `conflict`. Codes: `sales-order-cancelled` (409), `ITEM_BLOCKED`, `TOTAL_MISMATCH`, `QUANTITY_BELOW_SHIPPED` (422).',
    body: 'SalesOrderRevision',
    answer: 'SalesOrder',
    creates: true,
  },
  {
    method: 'post',
    path: '/v1/sales-orders/{id}/cancel',
    operationId: 'cancelSalesOrder',
    tag: 'erp',
    summary: 'Cancel a sales order',
    description:
      'One that is cancelled already is answered as it is. Code `already-shipped` (409) when a parcel is booked.',
    body: 'SalesOrderCancel',
    answer: 'SalesOrder',
  },
  {
    method: 'post',
    path: '/v1/sales-orders/{id}/shipments',
    operationId: 'recordShipment',
    tag: 'erp',
    summary: 'Book a parcel that has left',
    description: 'Codes: `sales-order-cancelled` (409), `SHIPPED_MORE_THAN_ORDERED`, `unknown-line` (422).',
    body: 'ShipmentCreate',
    answer: 'Shipment',
    creates: true,
  },
  {
    method: 'get',
    path: '/v1/sales-orders/{id}/shipments',
    operationId: 'findShipment',
    tag: 'erp',
    summary: 'Find a booked parcel',
    query: { shipmentId: text('The natural key') },
    answer: 'ShipmentPage',
  },
  {
    method: 'post',
    path: '/v1/sales-orders/{id}/refunds',
    operationId: 'recordRefund',
    tag: 'erp',
    summary: 'Book money that was given back',
    description:
      'Also on a cancelled sales order. Codes: `REFUND_DOES_NOT_CLOSE`, `CREDITED_MORE_THAN_SHIPPED`, `unknown-line` (422).',
    body: 'RefundCreate',
    answer: 'RefundBooking',
    creates: true,
  },
  {
    method: 'get',
    path: '/v1/sales-orders/{id}/refunds',
    operationId: 'findRefund',
    tag: 'erp',
    summary: 'Find a booked refund',
    query: { refundId: text('The natural key') },
    answer: 'RefundPage',
  },
  {
    method: 'post',
    path: '/v1/releases',
    operationId: 'createRelease',
    tag: 'fulfilment',
    summary: 'Ask a location to ship',
    description: 'Codes: `unknown-item`, `unknown-location` (422).',
    body: 'ReleaseCreate',
    answer: 'Release',
    creates: true,
  },
  {
    method: 'get',
    path: '/v1/releases',
    operationId: 'findRelease',
    tag: 'fulfilment',
    summary: 'Find a release by the hub’s id',
    query: { releaseId: text('The natural key') },
    answer: 'ReleasePage',
  },
  {
    method: 'get',
    path: '/v1/releases/{id}',
    operationId: 'getRelease',
    tag: 'fulfilment',
    summary: 'A release',
    answer: 'Release',
  },
  {
    method: 'post',
    path: '/v1/releases/{id}/cancel',
    operationId: 'cancelRelease',
    tag: 'fulfilment',
    summary: 'Stop what has not left yet',
    description:
      'Units that have left stay shipped; an event `release.cancelled` names the others. One that is cancelled already is answered as it is. Code `already-shipped` (409) when nothing is left to stop.',
    body: 'ReleaseCancel',
    answer: 'Release',
  },
  {
    method: 'get',
    path: '/v1/stock',
    operationId: 'listStock',
    tag: 'inventory',
    summary: 'Levels by item and location',
    query: {
      cursor: text('From the page before', false),
      item: text('Only this item', false),
      location: text('Only this location', false),
      limit: {
        required: false,
        description: 'Levels a page',
        schema: { type: 'integer', minimum: 1, maximum: 500 },
      },
    },
    answer: 'StockPage',
  },
  {
    method: 'get',
    path: '/v1/events',
    operationId: 'listEvents',
    tag: 'events',
    summary: 'What has happened',
    query: {
      feed: {
        required: true,
        description: 'Which feed',
        schema: { type: 'string', enum: Object.values(FEEDS) },
      },
      after: text('The cursor of the page before; none: from the beginning', false),
      limit: {
        required: false,
        description: 'Events a page',
        schema: { type: 'integer', minimum: 1, maximum: 500 },
      },
    },
    answer: 'EventPage',
  },
];
