/** Orders for tests, in one line. */
import type { OrderSpec } from '../../../sandbox/kit/types.ts';

const VAT = [{ title: 'DE MwSt 19%', rate: '0.19' }];

/** An order of two lines, paid, with delivery and tax inside. */
export function anOrderSpec(change: Partial<OrderSpec> = {}): OrderSpec {
  return {
    handle: 'order',
    currency: 'EUR',
    taxesIncluded: true,
    shopper: {
      accountId: 'C-1',
      firstName: 'Grete',
      lastName: 'Hermann-Weiß',
      email: 'grete.hermann@example.com',
      phone: '+49421555010',
      address1: 'Am Wall 7',
      city: 'Bremen',
      postalCode: '28195',
      provinceCode: null,
      countryCode: 'DE',
    },
    lines: [
      { sku: 'BZ-1', title: 'Lantern', quantity: 3, unitPrice: '10.00', tax: VAT },
      { sku: 'BZ-2', title: 'Pot', quantity: 1, unitPrice: '24.95', tax: VAT },
    ],
    shipping: { title: 'Standard', price: '4.90', tax: VAT },
    payment: 'paid',
    gateway: 'bazaar_pay',
    ...change,
  };
}

/** An order with discounts of both kinds, a reduced tax, and tax on top. */
export const RICH_ORDER: OrderSpec = anOrderSpec({
  taxesIncluded: false,
  orderDiscount: '7.77',
  lines: [
    { sku: 'BZ-1', title: 'Lantern', quantity: 3, unitPrice: '19.99', discountPercent: '33', tax: VAT },
    {
      sku: 'BZ-2',
      title: 'Almanac',
      quantity: 2,
      unitPrice: '12.005',
      tax: [{ title: 'DE MwSt 7%', rate: '0.07' }],
    },
    { sku: null, title: 'Gift card', quantity: 1, unitPrice: '25.00', tax: [], giftCard: true },
  ],
});
