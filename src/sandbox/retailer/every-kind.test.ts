/** Every kind of order that merchants make in Shopify is in the plan of a run, by name: several of each in 300 orders. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../base/clock.ts';
import { NO_FAULTS } from '../kit/faults.ts';
import { World } from '../kit/world.ts';
import { planOrders } from './generator.ts';
import type { LifeEvent, PlannedOrder } from './plan.ts';

const START = Date.UTC(2026, 10, 23, 6);

type Is = (order: PlannedOrder) => boolean;

const happens =
  (which: (event: LifeEvent) => boolean): Is =>
  ({ life }) =>
    life.some(which);
const refund = (which: (refund: Extract<LifeEvent, { kind: 'refund' }>) => boolean): Is =>
  happens((event) => event.kind === 'refund' && which(event));
const anyLine =
  (which: (line: PlannedOrder['spec']['lines'][number]) => boolean): Is =>
  ({ spec }) =>
    spec.lines.some(which);

const KINDS_BY_NAME: Readonly<Record<string, Is>> = {
  'several lines with the same SKU': ({ spec }) =>
    new Set(spec.lines.map(({ sku }) => sku)).size < spec.lines.length,
  'custom lines without SKU': anyLine((line) => line.sku === null && line.service === true),
  'bundles and their components': anyLine((line) => line.bundle !== undefined),
  'gift cards sold': anyLine((line) => line.giftCard === true),
  'gift cards redeemed': ({ spec }) => spec.tenders?.some(({ gateway }) => gateway === 'gift_card') === true,
  tips: ({ spec }) => spec.tip !== undefined,
  'duties and import taxes': anyLine((line) => line.duty !== undefined),
  'shipping discounts': ({ spec }) => spec.shipping?.discountPercent !== undefined,
  'order and line discounts together': ({ spec }) =>
    spec.orderDiscount !== undefined && spec.lines.some((line) => line.discountPercent !== undefined),
  'tax included': ({ spec }) => spec.taxesIncluded,
  'tax excluded': ({ spec }) => !spec.taxesIncluded,
  'several tax lines': anyLine((line) => line.tax.length > 1),
  'tax-exempt': ({ spec }) => spec.taxExempt === true,
  'zero totals': ({ spec }) => spec.lines.every((line) => line.discountPercent === '100'),
  'presentment currency with rounding': ({ spec }) => spec.presentment !== undefined,
  'cash rounding': ({ spec }) => spec.cashRounding !== undefined,
  'store credit': ({ spec }) =>
    spec.tenders?.some(({ gateway }) => gateway === 'shopify_store_credit') === true,
  'several tenders': ({ spec }) => spec.tenders !== undefined,
  'authorise and capture later': ({ spec, life }) =>
    spec.payment === 'authorised' && !life.some((event) => event.kind === 'pay'),
  'captured in parts': ({ spec }) => spec.severalCaptures === true,
  'partial payments': ({ spec }) => spec.deposit !== undefined && spec.terms === undefined,
  'payment terms': ({ spec }) => spec.terms !== undefined,
  'pre-orders': ({ spec }) => spec.scheduledForMs !== undefined,
  'deferred purchase options': ({ spec }) => spec.deposit !== undefined && spec.terms !== undefined,
  subscriptions: anyLine((line) => line.sellingPlan === 'Deliver every month'),
  'drafts completed': ({ spec }) => spec.source === 'shopify_draft_order',
  'POS sales': ({ spec }) => spec.source === 'pos',
  'POS returns': (order) => order.spec.source === 'pos' && refund(({ line }) => line !== null)(order),
  'companies with locations and catalogues': ({ spec }) => spec.company?.catalogue !== undefined,
  'pick-up': ({ spec }) => spec.delivery?.method === 'pickUp',
  'delivery changed': happens((event) => event.kind === 'edit' && event.edit.shipping !== undefined),
  'returns that cost a fee': happens((event) => event.kind === 'return' && event.line.fees !== undefined),
  'local delivery': ({ spec }) => spec.delivery?.method === 'local',
  guests: ({ spec }) => spec.shopper.accountId === null,
  'redacted customers': happens(({ kind }) => kind === 'redact'),
  'test orders': ({ spec }) => spec.test === true,
  'fulfilment orders split and merged': happens(({ kind }) => kind === 'merge'),
  'orders archived': happens(({ kind }) => kind === 'archive'),
  'risk holds': ({ spec }) => spec.reviewedForMs !== undefined,
  'edits that add': happens((event) => event.kind === 'edit' && event.edit.add !== undefined),
  'edits that remove': happens((event) => event.kind === 'edit' && event.edit.line !== undefined),
  'edits of a price': ({ spec, life }) =>
    life.some(
      (event) =>
        event.kind === 'edit' &&
        event.edit.line?.quantity === 0 &&
        event.edit.add?.sku === spec.lines[event.edit.line.index]?.sku,
    ),
  'cancelled whole, with restock': happens((event) => event.kind === 'cancel' && event.restock),
  'cancelled whole, without restock': happens((event) => event.kind === 'cancel' && !event.restock),
  'cancelled in part, with restock': happens((event) => event.kind === 'removal' && event.restock),
  'cancelled in part, without restock': happens((event) => event.kind === 'removal' && !event.restock),
  'refunds of shipped lines': refund(({ line, to }) => line !== null && to === null),
  'refunds of shipping alone': refund(({ line, shipping }) => line === null && shipping),
  'refunds without lines': refund(({ line, amount }) => line === null && amount !== null),
  'refunds to store credit': refund(({ to }) => to === 'shopify_store_credit'),
  'refunds to a gift card': refund(({ to }) => to === 'gift_card'),
  'refunds that are pending': refund(({ pendingMs }) => pendingMs !== null),
  returns: happens(({ kind }) => kind === 'return'),
  exchanges: happens(({ kind }) => kind === 'exchange'),
};

const planOf = (orders: number, seed: string) => {
  const world = new World({ clock: new Clock(START, { frozen: true }), seed, faults: NO_FAULTS });
  return planOrders({ world, orders, startAtMs: START }).orders.filter(({ planted }) => planted === null);
};

test('2,000 orders hold each kind by its name, eight times at least', () => {
  const orders = planOf(2_000, '7');
  const counts = Object.entries(KINDS_BY_NAME).map(([name, is]) => [name, orders.filter(is).length] as const);
  assert.deepEqual(
    counts.filter(([, count]) => count < 8),
    [],
  );
});

test('plans of 300 orders: each kind three times at least in three plans of them', () => {
  const plans = ['7', '8', '11'].map((seed) => planOf(300, seed));
  for (const [name, is] of Object.entries(KINDS_BY_NAME)) {
    const counts = plans.map((orders) => orders.filter(is).length);
    assert.ok(counts.reduce((sum, count) => sum + count, 0) >= 3, `${name}: ${counts}`);
  }
});
