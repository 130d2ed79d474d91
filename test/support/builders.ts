/** Builders: an order in one line, a small retailer in one call. */
import type { LineItem, Order, Person, TwoMoney } from '../../src/domain/canonical/index.ts';
import { RetailerConfig, type RetailerConfigInput } from '../../src/domain/config.ts';
import { type StandInBody, standInDelivery } from './stand-in.ts';

export const both = (amountMinor: number): TwoMoney => ({ shop: amountMinor, presentment: amountMinor });

const PERSON = 'p-1';

/** A line of `quantity` units at `unitMinor`, tax of 19 % included. */
export function line(sku: string, quantity: number, unitMinor = 1190, lineId = `${sku}-line`): LineItem {
  const gross = unitMinor * quantity;
  return {
    lineId,
    sku,
    productId: null,
    title: sku,
    quantity,
    currentQuantity: quantity,
    fulfilledQuantity: 0,
    unitPrice: { shop: (unitMinor / 100).toFixed(2), presentment: (unitMinor / 100).toFixed(2) },
    gross: both(gross),
    discounts: [],
    taxLines: [
      {
        title: 'MwSt',
        code: 'MwSt 0.19',
        rate: '0.19',
        amount: both(Math.round((gross * 19) / 119)),
        channelLiable: false,
      },
    ],
    requiresShipping: true,
    giftCard: false,
    taxable: true,
  };
}

/** A paid order with complete addresses, whose totals close. */
export function anOrder(id: string, lines: LineItem[], changes: Partial<Order> = {}): Order {
  const total = lines.reduce((sum, each) => sum + each.gross.shop, 0);
  const tax = lines.reduce(
    (sum, each) => sum + each.taxLines.reduce((part, one) => part + one.amount.shop, 0),
    0,
  );
  return {
    schema: 'order/1',
    channelOrderId: id,
    name: `#${id}`,
    placedAt: '2026-10-01T08:00:00.000Z',
    updatedAt: '2026-10-01T08:00:00.000Z',
    cancelledAt: null,
    cancelReason: null,
    test: false,
    shopCurrency: 'EUR',
    presentmentCurrency: 'EUR',
    taxesIncluded: true,
    customer: { schema: 'customer/1', personId: PERSON, channelCustomerId: null, taxExempt: false },
    shipTo: { personId: PERSON, countryCode: 'DE', provinceCode: null, missing: [] },
    billTo: null,
    lines,
    shipping: [],
    extras: [],
    total: both(total),
    totalTax: both(tax),
    currentTotal: both(total),
    paymentStatus: 'paid',
    gateways: ['card'],
    payments: null,
    refunds: [],
    fulfilments: [],
    holds: null,
    ...changes,
  };
}

export const aPerson: Person = {
  schema: 'person/1',
  personId: PERSON,
  name: 'Ada Krause',
  company: null,
  email: 'ada@example.org',
  phone: null,
  address1: 'Hauptstr. 1',
  address2: null,
  city: 'Bremen',
  postalCode: '28195',
  provinceCode: null,
  countryCode: 'DE',
};

/** A retailer of one brand, one entity, a warehouse and a store, with one stand-in connection for each role. */
export function aRetailer(changes: Partial<RetailerConfigInput> = {}): RetailerConfig {
  const same = ['sku', 'location', 'tax-code', 'gateway'] as ('sku' | 'location' | 'tax-code' | 'gateway')[];
  const connection = (
    id: string,
    role: 'channel' | 'erp' | 'inventory' | 'fulfilment',
    more: object = {},
  ) => ({ id, connector: 'stand-in', roles: [role], sameCodes: same, settings: {}, ...more });
  return RetailerConfig.parse({
    name: 'Test retailer',
    entities: [
      {
        id: 'de',
        name: 'Test GmbH',
        currency: 'EUR',
        bookedCurrencies: ['EUR'],
        timeZone: 'Europe/Berlin',
        erp: 'erp',
      },
    ],
    brands: [{ id: 'brand', name: 'Brand' }],
    locations: [
      { id: 'WH', name: 'Warehouse', kind: 'warehouse', priority: 1, fulfilment: 'wms', inventory: 'stock' },
      { id: 'STORE', name: 'Store', kind: 'store', priority: 2, fulfilment: 'wms', inventory: 'stock' },
    ],
    connections: [
      connection('shop', 'channel', { brand: 'brand', entity: 'de' }),
      connection('erp', 'erp'),
      connection('stock', 'inventory'),
      connection('wms', 'fulfilment'),
    ],
    ...changes,
  });
}

/** A delivery of an order of connection `shop`. */
export function orderDelivery(order: Order, connection = 'shop') {
  const body: StandInBody = {
    stream: 'order',
    key: `${connection}/${order.channelOrderId}`,
    message: { type: 'order.snapshot', order, source: 'webhook' },
    persons: [aPerson],
  };
  return standInDelivery(body);
}

/** A delivery of opening stock. */
export function stockDelivery(sku: string, location: string, onHand: number) {
  return standInDelivery({
    stream: 'stock',
    key: `stock/${sku}`,
    persons: [],
    message: {
      type: 'stock.level',
      sku,
      location,
      onHand,
      key: `open-${sku}-${location}`,
      at: '2026-09-30T00:00:00.000Z',
    },
  });
}
