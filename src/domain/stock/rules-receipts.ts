/** What follows from receipts: orders are told what they may expect, and a receipt that is late is a case. */
import { CASE_REASONS } from '../case-reasons.ts';
import type { Ending } from '../process.ts';
import { sameJson } from '../same-json.ts';
import type { StockDraft } from './draft.ts';
import { type Expected, promisesOf } from './receipts.ts';
import type { StockState } from './state.ts';

const MS_PER_DAY = 86_400_000;
const LATE = 'receipt-late:';

/** All that is to come with a day, at every location. */
function receiptsOf(state: StockState): Expected[] {
  return Object.entries(state.places).flatMap(([location, { receipts = [] }]) =>
    receipts.map((receipt) => ({ ...receipt, location })),
  );
}

/** Called when everything else is decided. Costs nothing where nothing is announced with a day. */
export function followReceipts(draft: StockDraft, before: StockState): void {
  const receipts = receiptsOf(draft.state);
  const told = draft.state.promised ?? {};
  if (receipts.length === 0 && Object.keys(told).length === 0 && !hasLate(draft.state)) return;
  tellPromises(draft, receipts);
  followLate(draft, before, receipts);
}

/** Orders whose promise has changed are told; an empty one takes it back. */
function tellPromises(draft: StockDraft, receipts: readonly Expected[]): void {
  const { state } = draft;
  const sku = draft.ours('sku', state.item);
  if (sku === undefined) return;
  const wants = state.waiting.flatMap((order) => {
    const want = state.wants?.[order];
    return want ? [{ order, ...want }] : [];
  });
  const promises = promisesOf(wants, receipts);
  const told = state.promised ?? {};
  const changed = [...new Set([...Object.keys(told), ...promises.keys()])]
    .filter((order) => !sameJson(told[order] ?? [], promises.get(order) ?? []))
    .map((order) => ({ order, parts: promises.get(order) ?? [] }));
  if (changed.length === 0) return;
  draft.record({ type: 'PromisesChanged', promises: changed });
  for (const { order, parts } of changed) {
    // Who waits no more has heard that by itself.
    if (parts.length === 0 && state.wants?.[order] === undefined) continue;
    draft.messages.push({
      stream: 'order',
      key: order,
      message: { type: 'stock.promised', sku, from: state.key, parts },
    });
  }
}

/** A day has passed, and the goods have not come. */
function followLate(draft: StockDraft, before: StockState, receipts: readonly Expected[]): void {
  const { context } = draft;
  const dueAt = ({ expectedAt }: Expected) =>
    Date.parse(expectedAt) + context.config.policies.receiptGraceDays * MS_PER_DAY;
  const places = new Set([...receipts.map(({ location }) => location), ...lateAt(draft.state)]);
  for (const location of places) {
    const here = receipts.filter((receipt) => receipt.location === location);
    const late = here.filter((receipt) => dueAt(receipt) <= context.now);
    const key = `${LATE}${location}`;
    if (late.length === 0 && draft.state.cases[key] !== undefined)
      draft.record({ type: 'CaseClosed', closes: key, by: 'nothing is late any more' });
    if (late.length > 0 && draft.state.cases[key] === undefined) openLate(draft, key, location, late);
    const next = here.filter((receipt) => dueAt(receipt) > context.now).map(dueAt);
    const isChanged = !sameJson(before.places[location]?.receipts, draft.state.places[location]?.receipts);
    if (isChanged || late.length > 0)
      draft.timers.push({ name: `receipt:${location}`, dueAt: next.length > 0 ? Math.min(...next) : null });
  }
}

function openLate(draft: StockDraft, key: string, location: string, late: readonly Expected[]): void {
  const { owner, dueInHours } = CASE_REASONS['receipt-late'];
  const sku = draft.ours('sku', draft.state.item) ?? draft.state.item;
  const what = late.map(
    ({ document, units, expectedAt }) => `${units} of ${document} (${expectedAt.slice(0, 10)})`,
  );
  draft.record({
    type: 'CaseOpened',
    opens: {
      key,
      reason: 'receipt-late',
      message: `${location} expected ${sku}, and it has not come: ${what.join(', ')}`,
      suggestedFix: `Ask the supplier, and enter the new day at ${draft.state.connection}: who was promised the goods is told. When they will not come, skip this case`,
      owner,
      dueInHours,
    },
  });
}

/** A person says that what is late will not come. Null: it is another case. */
export function giveUpLate(draft: StockDraft, caseKey: string, by: string): Ending | null {
  if (!caseKey.startsWith(LATE)) return null;
  const location = caseKey.slice(LATE.length);
  const grace = draft.context.config.policies.receiptGraceDays * MS_PER_DAY;
  const documents = (draft.state.places[location]?.receipts ?? [])
    .filter(({ expectedAt }) => Date.parse(expectedAt) + grace <= draft.context.now)
    .map(({ document }) => document);
  draft.record({ type: 'CaseClosed', closes: caseKey, by });
  draft.record({ type: 'ReceiptsGivenUp', location, documents, by });
  return 'applied';
}

export function isLateCase(caseKey: string): boolean {
  return caseKey.startsWith(LATE);
}

function lateAt({ cases }: StockState): string[] {
  return Object.keys(cases)
    .filter(isLateCase)
    .map((key) => key.slice(LATE.length));
}

function hasLate(state: StockState): boolean {
  return lateAt(state).length > 0;
}
