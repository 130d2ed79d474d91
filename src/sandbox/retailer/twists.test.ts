import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fractionalQuantity, inCurrency, nobodyLiable, unknownStatus, wrongTotal } from './twists.ts';

const webhook = () => ({
  id: 1,
  currency: 'EUR',
  financial_status: 'paid',
  total_price: '20.00',
  total_price_set: {
    shop_money: { amount: '20.00', currency_code: 'EUR' },
    presentment_money: { amount: '20.00', currency_code: 'EUR' },
  },
  line_items: [
    {
      sku: 'A',
      quantity: 2,
      current_quantity: 2,
      price: '10.00',
      tax_lines: [{ title: 'VAT', channel_liable: false }],
    },
  ],
});

const read = () => ({
  data: {
    order: {
      currencyCode: 'EUR',
      displayFinancialStatus: 'PAID',
      totalPriceSet: { shopMoney: { amount: '20.00', currencyCode: 'EUR' } },
      lineItems: { nodes: [{ quantity: 2, currentQuantity: 2, taxLines: [{ channelLiable: false }] }] },
    },
  },
});

test('each twist finds its place in a webhook and in a read, and touches nothing else', () => {
  const cases = [
    [unknownStatus, ['financial_status'], ['displayFinancialStatus']],
    [fractionalQuantity, ['quantity', 'current_quantity'], ['quantity', 'currentQuantity']],
    [wrongTotal, ['total_price', 'amount', 'amount'], ['amount']],
    [inCurrency('NOK'), ['currency', 'currency_code', 'currency_code'], ['currencyCode', 'currencyCode']],
    [nobodyLiable, ['channel_liable'], ['channelLiable']],
  ] as const;
  for (const [twist, inWebhook, inRead] of cases) {
    assert.deepEqual(changedKeys(webhook(), twist).sort(), [...inWebhook].sort());
    assert.deepEqual(changedKeys(read(), twist).sort(), [...inRead].sort());
  }
});

test('a wrong total is five more', () => {
  const payload = webhook();
  wrongTotal(payload);
  assert.equal(payload.total_price, '25.00');
  assert.equal(payload.total_price_set.presentment_money.amount, '25.00');
});

function changedKeys(
  payload: Record<string, unknown>,
  twist: (payload: Record<string, unknown>) => void,
): string[] {
  const before = leaves(payload);
  twist(payload);
  const after = leaves(payload);
  return after
    .filter(([path, value]) => before.find(([other]) => other === path)?.[1] !== value)
    .map(([path]) => path.slice(path.lastIndexOf('.') + 1));
}

function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, `${path}.${key}`));
}
