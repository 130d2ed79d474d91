/**
 * A year of a real retailer's invoices through the books: each sale is paid, shipped and invoiced, and what its customers sent back is
 * credited and refunded. The data stays outside the tree; where it is missing these tests are skipped; in CI it may not be missing.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { NOTHING_POSTED } from '../../src/domain/books/entries.ts';
import { imbalanceOf, type Posting } from '../../src/domain/books/posting.ts';
import type { LineItem, Payment, Refund, ShippingLine } from '../../src/domain/canonical/index.ts';
import { aRetailer, both } from '../support/builders.ts';
import { OrderLife } from '../support/order-life.ts';
import { someBooks } from '../support/retailer-books.ts';

const FILE = fileURLToPath(new URL('../../../shared/data/online-retail.csv.gz', import.meta.url));
const skip = existsSync(FILE) ? false : `SKIPPED: the real orders are not at ${FILE}`;
if (skip) console.warn(`\n*** ${skip} ***\n`);

/** One invoice in so many is taken, so that a test stays a test. */
const ONE_IN = 40;
/** Codes of delivery; their lines are none of goods. */
const DELIVERY = new Set(['POST', 'DOT', 'C2']);

interface Row {
  InvoiceNo: string;
  StockCode: string;
  Description: string;
  Quantity: string;
  UnitPrice: string;
  CustomerID: string;
  Country: string;
}

interface Invoice {
  number: string;
  customer: string;
  rows: Row[];
}

function invoices(): Invoice[] {
  const rows = parse(gunzipSync(readFileSync(FILE)), { columns: true }) as Row[];
  return [...Map.groupBy(rows, ({ InvoiceNo }) => InvoiceNo)].map(([number, of]) => ({
    number,
    customer: of[0]?.CustomerID ?? '',
    rows: of,
  }));
}

/** Pounds with as many decimals as the data has, times units, in pence: half a penny is rounded up. */
function grossOf({ UnitPrice, Quantity }: Row): number {
  const [whole = '0', decimals = ''] = UnitPrice.split('.');
  const thousandths = Number(whole) * 1_000 + Number(decimals.padEnd(3, '0').slice(0, 3));
  return Math.round((thousandths * Number(Quantity)) / 10);
}

const taxOf = (grossMinor: number) => both(Math.round(grossMinor / 6));
const VAT = (grossMinor: number) => ({
  title: 'VAT 20%',
  code: 'GB20',
  rate: '0.2',
  amount: taxOf(grossMinor),
  channelLiable: false,
});

function lineOf(row: Row, place: number): LineItem {
  const quantity = Number(row.Quantity);
  const grossMinor = grossOf(row);
  return {
    lineId: `L${place}`,
    sku: row.StockCode,
    productId: null,
    title: row.Description || row.StockCode,
    quantity,
    currentQuantity: quantity,
    fulfilledQuantity: 0,
    unitPrice: { shop: row.UnitPrice, presentment: row.UnitPrice },
    gross: both(grossMinor),
    discounts: [],
    taxLines: [VAT(grossMinor)],
    requiresShipping: true,
    giftCard: false,
    taxable: true,
  };
}

function deliveryOf(row: Row, place: number): ShippingLine {
  const grossMinor = grossOf(row);
  return {
    shippingLineId: `S${place}`,
    title: row.Description,
    code: null,
    gross: both(grossMinor),
    discounts: [],
    taxLines: [VAT(grossMinor)],
    removed: false,
  };
}

const paid = (paymentId: string, kind: Payment['kind'], amountMinor: number): Payment => ({
  schema: 'payment/1',
  paymentId,
  parentId: null,
  kind,
  status: 'succeeded',
  gateway: 'card',
  amount: both(amountMinor),
  processedAt: '2026-10-01T08:00:00.000Z',
  authorisationExpiresAt: null,
});

const BOOKS = someBooks({
  registrations: [
    {
      id: 'GB',
      jurisdiction: 'GB',
      taxPoint: 'payment',
      creditAt: 'repayment',
      period: 'quarter',
      taxCodes: ['GB20'],
    },
  ],
});
const CONFIG = {
  entities: aRetailer().entities.map((entity) => ({
    ...entity,
    currency: 'GBP',
    bookedCurrencies: ['GBP'],
    unitsPerItemLimit: 1_000_000,
    books: BOOKS,
  })),
};

/** The invoice as an order that is paid, and ships whole. */
function sold(invoice: Invoice): OrderLife | null {
  const goods = invoice.rows.filter(({ StockCode }) => !DELIVERY.has(StockCode));
  const delivery = invoice.rows.filter(({ StockCode }) => DELIVERY.has(StockCode));
  if (goods.length === 0) return null;
  const lines = goods.map(lineOf);
  const shipping = delivery.map(deliveryOf);
  const taxes = [...lines, ...shipping].flatMap(({ taxLines }) => taxLines);
  const total = invoice.rows.reduce((sum, row) => sum + grossOf(row), 0);
  const stock: Record<string, number> = {};
  for (const { sku, quantity } of lines) stock[`${sku}@WH`] = (stock[`${sku}@WH`] ?? 0) + quantity;
  return new OrderLife({
    lines,
    stock,
    config: CONFIG,
    order: {
      name: invoice.number,
      shopCurrency: 'GBP',
      presentmentCurrency: 'GBP',
      shipping,
      total: both(total),
      totalTax: both(taxes.reduce((sum, { amount }) => sum + amount.shop, 0)),
      currentTotal: both(total),
      payments: total === 0 ? [] : [paid('P1', 'sale', total)],
    },
  }).shipped();
}

const postingsOf = (life: OrderLife): Posting[] =>
  life.hub.facts().flatMap((fact) => (fact.type === 'PostingsMade' ? fact.postings : []));

/** The channel's refund of these units, and the payment of it; returns what it comes to. */
function giveBack(life: OrderLife, picks: readonly { lineId: string; quantity: number }[]): number {
  const { order } = life.channel;
  const share = (minor: number, units: number, of: number) => both(Math.round((minor * units) / of));
  const parts = picks.map(({ lineId, quantity }): Refund['lines'][number] => {
    const line = order.lines.find((each) => each.lineId === lineId);
    assert.ok(line);
    const tax = line.taxLines[0]?.amount.shop ?? 0;
    return {
      lineId,
      quantity,
      effect: 'returned',
      restock: true,
      amount: share(line.gross.shop, quantity, line.quantity),
      tax: share(tax, quantity, line.quantity),
    };
  });
  const worth = parts.reduce((sum, { amount }) => sum + amount.shop, 0);
  const refund: Refund = {
    schema: 'refund/1',
    refundId: 'R1',
    createdAt: '2026-11-02T08:00:00.000Z',
    lines: parts,
    shipping: both(0),
    shippingTax: both(0),
    cash: both(worth),
    cashPending: both(0),
    cashFailed: both(0),
  };
  const changed = life.channel.change({
    lines: order.lines.map((line) => {
      const back = picks.find(({ lineId }) => lineId === line.lineId)?.quantity ?? 0;
      return { ...line, currentQuantity: line.currentQuantity - back };
    }),
    currentTotal: both(order.currentTotal.shop - worth),
    refunds: [refund],
    payments: [...(order.payments ?? []), paid('P2', 'refund', worth)],
  });
  life.see(changed, 'read').told();
  return worth;
}

/** What is left on a role, in pence; debit is positive. */
function left(life: OrderLife, ...roles: string[]): number {
  return Object.values((life.state.books ?? NOTHING_POSTED).lines)
    .filter(({ role }) => roles.includes(role))
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

test('real invoices close: revenue and VAT are the invoice to the penny, and nothing is left of what was paid', {
  skip,
}, () => {
  const all = invoices();
  const sales = all.filter(
    ({ number, rows }, place) =>
      place % ONE_IN === 0 &&
      !number.startsWith('C') &&
      rows.every((row) => Number(row.Quantity) > 0 && Number(row.UnitPrice) >= 0),
  );
  const returned = Map.groupBy(
    all.filter(({ number, customer }) => number.startsWith('C') && customer !== ''),
    ({ customer }) => customer,
  );
  let [orders, refunds, soldMinor] = [0, 0, 0];
  for (const invoice of sales) {
    const life = sold(invoice);
    if (life === null) continue;
    orders += 1;
    const total = life.channel.order.total.shop;
    soldMinor += total;
    const where = `invoice ${invoice.number}`;
    assert.deepEqual(life.hub.reasons(), [], where);
    for (const posting of postingsOf(life)) assert.equal(imbalanceOf(posting), null, where);
    assert.equal(left(life, 'revenue', 'shippingRevenue', 'tax', 'taxRounding') + total, 0, where);
    assert.equal(left(life, 'deposits', 'receivables', 'refundLiability'), 0, where);

    // What this customer has sent back of these goods, in one go.
    const wanted = new Map<string, number>();
    for (const { rows } of returned.get(invoice.customer) ?? [])
      for (const row of rows)
        wanted.set(row.StockCode, (wanted.get(row.StockCode) ?? 0) - Number(row.Quantity));
    const picks = life.channel.order.lines.flatMap(({ lineId, sku, quantity, gross }) => {
      const back = Math.min(quantity, Math.max(0, wanted.get(sku ?? '') ?? 0));
      wanted.set(sku ?? '', (wanted.get(sku ?? '') ?? 0) - back);
      return back > 0 && gross.shop > 0 ? [{ lineId, quantity: back }] : [];
    });
    if (picks.length === 0) continue;
    refunds += 1;
    const worth = giveBack(life, picks);
    assert.deepEqual(life.hub.reasons(), [], where);
    for (const posting of postingsOf(life)) assert.equal(imbalanceOf(posting), null, where);
    assert.equal(left(life, 'deposits', 'receivables', 'refundLiability', 'taxInSuspense'), 0, where);
    assert.equal(left(life, 'clearing'), total - worth, where);
  }
  assert.ok(orders > 400 && refunds > 40, `${orders} orders, ${refunds} with goods that came back`);
  assert.ok(soldMinor > 0);
});
