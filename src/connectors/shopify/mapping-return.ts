/** The return that a read brings, as a canonical one. Pure; throws `Unreadable`. */
import { addMoney, type Disposition, NO_MONEY, type Return } from '../../domain/canonical/index.ts';
import { type Currencies, Field, Unreadable } from './field.ts';
import { asObject, type JsonObject, quoted } from './json.ts';

export const RETURN_STATUSES = {
  REQUESTED: 'requested',
  DECLINED: 'declined',
  OPEN: 'open',
  CLOSED: 'closed',
  CANCELED: 'cancelled',
} as const satisfies Record<string, Return['status']>;

/**
 * What has become of units, in the vendor's words. Not restocked: looked at, and not fit to be sold. Processing required: to be looked
 * at again.
 */
export const DISPOSITIONS = {
  RESTOCKED: 'restock',
  NOT_RESTOCKED: 'damaged',
  PROCESSING_REQUIRED: 'qualityControl',
  MISSING: 'missing',
} as const satisfies Record<string, Disposition>;

const keys = <Names extends object>(names: Names) => Object.keys(names) as (keyof Names & string)[];

const nodes = (connection: Field): Field[] => connection.at('nodes').list();

/** Reads a return node of the GraphQL API. */
export function mapReturn(node: unknown): Return {
  const object = asObject(node);
  if (!object || !Array.isArray(asObject(object.returnLineItems)?.nodes))
    throw new Unreadable(
      'schema-drift',
      `The message has no return in it: returnLineItems is ${quoted(object?.returnLineItems)}`,
    );
  const told = new Field('', object as JsonObject, 'graphql');
  const currencies: Currencies = {
    shop: told.at('order').at('currencyCode').currency(),
    presentment: told.at('order').at('presentmentCurrencyCode').currency(),
  };
  const parts = nodes(told.at('reverseFulfillmentOrders'));
  const disposed = disposedParts(parts);
  return {
    schema: 'return/1',
    returnId: told.at('id').id(),
    channelOrderId: told.at('order').at('id').id(),
    name: told.at('name').text(),
    status: RETURN_STATUSES[told.at('status').oneOf(keys(RETURN_STATUSES))],
    createdAt: told.at('createdAt').instant(),
    approvedAt: told.at('requestApprovedAt').instantOrNull(),
    closedAt: told.at('closedAt').instantOrNull(),
    declined: told.at('decline').at('reason').textOrNull()?.toLowerCase() ?? null,
    lines: nodes(told.at('returnLineItems')).flatMap((line) => mapLine(line, disposed, currencies)),
    exchangeLines: nodes(told.at('exchangeLineItems')).map((line) => ({
      exchangeLineId: line.at('id').id(),
      quantity: line.at('quantity').quantity(),
      processedQuantity: line.at('processedQuantity').quantity(),
      lineIds: line
        .at('lineItems')
        .list('empty')
        .map((each) => each.at('id').id()),
    })),
    shippingFee: addMoney(
      NO_MONEY,
      ...told
        .at('returnShippingFees')
        .list()
        .map((fee) => fee.at('amountSet').money(currencies)),
    ),
    deliveries: parts.flatMap((part) => nodes(part.at('reverseDeliveries'))).map(mapDelivery),
    refundIds: nodes(told.at('refunds')).map((refund) => refund.at('id').id()),
  };
}

interface Disposed {
  parcelLine: string;
  left: number;
  disposition: Return['lines'][number]['dispositions'][number];
}

/** What has become of units, by the line of the parcel that they left in. */
function disposedParts(parts: readonly Field[]): Disposed[] {
  return parts
    .flatMap((part) => nodes(part.at('lineItems')))
    .filter((line) => !line.at('fulfillmentLineItem').isNothing)
    .flatMap((line) =>
      line
        .at('dispositions')
        .list()
        .map((each): Disposed => {
          const quantity = each.at('quantity').quantity();
          return {
            parcelLine: line.at('fulfillmentLineItem').at('id').id(),
            left: quantity,
            disposition: {
              dispositionId: each.at('id').id(),
              disposition: DISPOSITIONS[each.at('type').oneOf(keys(DISPOSITIONS))],
              quantity,
              location: each.at('location').at('id').idOrNull(),
              locationName: each.at('location').at('name').textOrNull(),
              at: each.at('createdAt').instant(),
            },
          };
        }),
    );
}

/** A line whose parcel is not known (goods that the customer may have got elsewhere) is of no line of the order. */
function mapLine(line: Field, disposed: readonly Disposed[], currencies: Currencies): Return['lines'] {
  const of = line.at('fulfillmentLineItem');
  if (of.isNothing) return [];
  const quantity = line.at('quantity').quantity();
  return [
    {
      returnLineId: line.at('id').id(),
      lineId: of.at('lineItem').at('id').id(),
      quantity,
      processedQuantity: line.at('processedQuantity').quantity(),
      reason: line.at('returnReasonDefinition').at('handle').textOrNull() ?? 'unknown',
      restockingFee: line.at('restockingFee').at('amountSet').moneyOrNull(currencies),
      dispositions: take(disposed, of.at('id').id(), quantity),
    },
  ];
}

/** As many of the units of a parcel's line as the line of the return is of: two of them may be of the same. */
function take(disposed: readonly Disposed[], parcelLine: string, quantity: number) {
  let open = quantity;
  return disposed.flatMap((each) => {
    const units = each.parcelLine === parcelLine ? Math.min(open, each.left) : 0;
    if (units === 0) return [];
    const isWhole = units === each.disposition.quantity;
    const { dispositionId } = each.disposition;
    const part = isWhole ? dispositionId : `${dispositionId}.${each.disposition.quantity - each.left}`;
    each.left -= units;
    open -= units;
    return [{ ...each.disposition, dispositionId: part, quantity: units }];
  });
}

function mapDelivery(delivery: Field): Return['deliveries'][number] {
  const tracking = delivery.at('deliverable').at('tracking');
  return {
    deliveryId: delivery.at('id').id(),
    tracking: tracking.isNothing
      ? null
      : {
          company: tracking.at('carrierName').textOrNull(),
          number: tracking.at('number').textOrNull(),
          url: tracking.at('url').textOrNull(),
        },
  };
}
