/**
 * The feeds of a store's accounts at Shopify Payments: what moves, payouts, disputes. A store may have several business entities,
 * each with an account, and each account has a cursor of its own. What moves is swept by its time, as orders are; payouts and
 * disputes change long after they were made, so all of a time are listed at every sweep and those that have changed are brought.
 * A movement learns its payout late: a payout that is new, or paid, brings all that it consists of once more.
 */
import { z } from 'zod';
import type { Delivery, Failure, FeedPage } from '../contract.ts';
import { type Answer, drift, type Exchange } from './client.ts';
import { LIST_ACCOUNTS, LIST_BALANCE, LIST_DISPUTES, LIST_PAYOUTS } from './documents-payments.ts';
import type { PageInfo } from './graphql-document.ts';
import { asObject, type JsonObject, numericId } from './json.ts';

export const BALANCE_FEED = 'balance';
export const PAYOUTS_FEED = 'payouts';
export const DISPUTES_FEED = 'disputes';
export const PAYMENT_FEEDS: readonly string[] = [BALANCE_FEED, PAYOUTS_FEED, DISPUTES_FEED];

/** Topics of our own; bodies are `{"businessEntity", "balanceTransaction" | "payout" | "dispute"}`. */
export const BALANCE_TOPIC = 'poll:balance-transaction';
export const PAYOUT_TOPIC = 'poll:payout';
export const DISPUTE_TOPIC = 'poll:dispute';

const PAGE = 100;
/** A sweep of movements begins anew from where it stands after so many: the vendor turns no more pages after 25,000. */
const MAX_IN_A_ROW = 20_000;
const DAY_S = 86_400;
/** Banks send payouts back within weeks; disputes are decided within months. Older ones are settled. */
const PAYOUTS_CHANGE_FOR_S = 60 * DAY_S;
const DISPUTES_CHANGE_FOR_S = 240 * DAY_S;

/** Where one account's sweep stands. Instants are epoch seconds. */
const Place = z.object({
  from: z.number().int(),
  newest: z.number().int(),
  began: z.number().int().nullable(),
  after: z.string().nullable(),
  read: z.number().int(),
  /** What was told of each payout or dispute that may change still, by its id; and when that was made. */
  told: z.record(z.string(), z.object({ mark: z.string(), at: z.number().int() })),
  /** Of payouts: the last page of this sweep was read. */
  listed: z.boolean(),
  /** Payouts whose movements are to be read. */
  toRead: z.array(z.string()),
});
type Place = z.infer<typeof Place>;

const Cursor = z.object({
  since: z.number().int(),
  /** By the global id of the business entity. */
  places: z.record(z.string(), Place),
  /** Accounts that this sweep has still to read; empty: it has not begun. */
  queue: z.array(z.string()),
});
type Cursor = z.infer<typeof Cursor>;

interface Step {
  deliveries: Delivery[];
  place: Place;
  more: boolean;
}

export interface PaymentsPoll {
  now: number;
  /** How late a movement may come into the vendor's index. */
  overlapMs: number;
}

/** The cursor from which everything since an instant is read again. */
export function paymentsCursorSince(instant: number): string {
  return JSON.stringify({ since: Math.floor(instant / 1_000), places: {}, queue: [] } satisfies Cursor);
}

/** One page of one account. */
export async function pollPayments(
  feed: string,
  options: PaymentsPoll,
  text: string | null,
  exchange: Exchange,
): Promise<FeedPage | Failure> {
  let cursor = readCursor(text);
  if (cursor.queue.length === 0) {
    const answer = await exchange.run(LIST_ACCOUNTS, {});
    if (answer.status !== 'ok') return failed(answer);
    const queue = answer.data.businessEntities
      .filter(({ shopifyPaymentsAccount }) => shopifyPaymentsAccount !== null)
      .map(({ id }) => id);
    cursor = { ...cursor, queue };
  }
  const [entity, ...rest] = cursor.queue;
  if (entity === undefined) return { deliveries: [], cursor: JSON.stringify(cursor), more: false };
  const place = cursor.places[entity] ?? beginning(cursor.since);
  const step = await stepOf(feed, entity, place, options, exchange);
  if ('status' in step) return step;
  const queue = step.more ? cursor.queue : rest;
  const next: Cursor = { ...cursor, places: { ...cursor.places, [entity]: step.place }, queue };
  return { deliveries: step.deliveries, cursor: JSON.stringify(next), more: queue.length > 0 };
}

function stepOf(
  feed: string,
  entity: string,
  place: Place,
  options: PaymentsPoll,
  exchange: Exchange,
): Promise<Step | Failure> {
  switch (feed) {
    case BALANCE_FEED:
      return balanceStep(entity, place, options, exchange);
    case PAYOUTS_FEED:
      return payoutsStep(entity, place, options, exchange);
    case DISPUTES_FEED:
      return disputesStep(entity, place, options, exchange);
    default:
      throw new Error(`accounts of Shopify Payments have no feed "${feed}"`);
  }
}

async function balanceStep(
  entity: string,
  place: Place,
  { now, overlapMs }: PaymentsPoll,
  exchange: Exchange,
): Promise<Step | Failure> {
  const page = await movements(entity, `processed_at:>='${instantOf(place.from)}'`, place.after, exchange);
  if ('status' in page) return page;
  const nowSeconds = Math.floor(now / 1_000);
  const latest = Math.max(place.newest, ...page.rows.map((row) => secondsOf(row.transactionDate)));
  const newest = Math.max(place.newest, Math.min(latest, nowSeconds));
  const began = place.began ?? nowSeconds;
  const read = place.read + page.rows.length;
  const deliveries = page.rows.map((row) =>
    delivery(BALANCE_TOPIC, entity, 'balanceTransaction', withoutNothing(row)),
  );
  if (page.after !== null) {
    const restarts = read >= MAX_IN_A_ROW && newest > place.from;
    const next = restarts
      ? { ...place, from: newest, after: null, read: 0 }
      : { ...place, after: page.after, read };
    return { deliveries, place: { ...next, newest, began }, more: true };
  }
  const seen = Math.min(newest, began) - Math.ceil(overlapMs / 1_000);
  const from = Math.max(place.from, seen);
  return { deliveries, place: { ...place, from, newest, began: null, after: null, read: 0 }, more: false };
}

/** First the movements of payouts that were found, then the next page of payouts. */
async function payoutsStep(
  entity: string,
  place: Place,
  { now }: PaymentsPoll,
  exchange: Exchange,
): Promise<Step | Failure> {
  const [payout, ...others] = place.toRead;
  if (payout !== undefined) {
    const [id = '', after = null] = payout.split(' ');
    const page = await movements(entity, `payments_transfer_id:${id}`, after, exchange);
    if ('status' in page) return page;
    const deliveries = page.rows.map((row) =>
      delivery(BALANCE_TOPIC, entity, 'balanceTransaction', withoutNothing(row)),
    );
    const toRead = page.after === null ? others : [`${id} ${page.after}`, ...others];
    return ended({ ...place, toRead }, deliveries);
  }
  const answer = await exchange.run(LIST_PAYOUTS, {
    entity,
    first: PAGE,
    after: place.after,
    query: `issued_at:>='${instantOf(place.from)}'`,
  });
  const page = pageOf(answer, 'payouts');
  if ('status' in page) return page;
  const told = { ...place.told };
  const toRead: string[] = [];
  const changed = page.rows.filter((row) => {
    const id = numericId(row.legacyResourceId) ?? numericId(row.id);
    if (id === undefined) return true;
    const before = told[id]?.mark;
    const mark = String(row.status);
    told[id] = { mark, at: secondsOf(row.issuedAt) };
    if (before === undefined || (before !== 'PAID' && mark === 'PAID')) toRead.push(id);
    return before !== mark;
  });
  const deliveries = changed.map((row) => delivery(PAYOUT_TOPIC, entity, 'payout', row));
  const newest = Math.max(place.newest, ...page.rows.map((row) => secondsOf(row.issuedAt)));
  const next = { ...place, told, toRead: [...place.toRead, ...toRead], newest, after: page.after };
  if (page.after !== null) return { deliveries, place: next, more: true };
  const horizon = Math.min(newest, Math.floor(now / 1_000) - PAYOUTS_CHANGE_FOR_S);
  return ended({ ...forgotten(next, horizon), listed: true }, deliveries);
}

/** The sweep goes on while there are movements to read, and pages. */
function ended(place: Place, deliveries: Delivery[]): Step {
  const more = place.toRead.length > 0 || !place.listed;
  return { deliveries, place: more ? place : { ...place, listed: false }, more };
}

async function disputesStep(
  entity: string,
  place: Place,
  { now }: PaymentsPoll,
  exchange: Exchange,
): Promise<Step | Failure> {
  const answer = await exchange.run(LIST_DISPUTES, {
    entity,
    first: PAGE,
    after: place.after,
    query: `initiated_at:>='${instantOf(place.from)}'`,
  });
  const page = pageOf(answer, 'disputes');
  if ('status' in page) return page;
  const told = { ...place.told };
  const changed = page.rows.filter((row) => {
    const id = numericId(row.id);
    if (id === undefined) return true;
    const mark = [row.type, row.status, row.evidenceDueBy, row.evidenceSentOn, row.finalizedOn].join(' ');
    const isNews = told[id]?.mark !== mark;
    told[id] = { mark, at: secondsOf(row.initiatedAt) };
    return isNews;
  });
  const deliveries = changed.map((row) => delivery(DISPUTE_TOPIC, entity, 'dispute', row));
  const newest = Math.max(place.newest, ...page.rows.map((row) => secondsOf(row.initiatedAt)));
  const next = { ...place, told, newest, after: page.after };
  if (page.after !== null) return { deliveries, place: next, more: true };
  const horizon = Math.min(newest, Math.floor(now / 1_000) - DISPUTES_CHANGE_FOR_S);
  return { deliveries, place: forgotten(next, horizon), more: false };
}

/** The next sweep begins where changes may still come; what was made before is not remembered. */
function forgotten(place: Place, horizon: number): Place {
  const from = Math.max(place.from, horizon);
  const told = Object.entries(place.told).filter(([, { at }]) => at >= from);
  return { ...place, from, after: null, told: Object.fromEntries(told) };
}

interface Rows {
  rows: JsonObject[];
  /** Null: this was the last page. */
  after: string | null;
}

async function movements(
  entity: string,
  query: string,
  after: string | null,
  exchange: Exchange,
): Promise<Rows | Failure> {
  return pageOf(
    await exchange.run(LIST_BALANCE, { entity, first: PAGE, after, query }),
    'balanceTransactions',
  );
}

type Listing<Name extends string> = {
  businessEntity: {
    shopifyPaymentsAccount: Record<Name, { nodes: unknown[]; pageInfo: PageInfo }> | null;
  } | null;
};

function pageOf<Name extends string>(answer: Answer<Listing<Name>>, name: Name): Rows | Failure {
  if (answer.status !== 'ok') return failed(answer);
  const list = answer.data.businessEntity?.shopifyPaymentsAccount?.[name];
  // The account was closed while its store was swept.
  if (!list) return { rows: [], after: null };
  const { hasNextPage, endCursor } = list.pageInfo;
  if (hasNextPage && endCursor === null) return drift(`there are more ${name}, and no cursor to them`);
  return { rows: list.nodes.map((node) => asObject(node) ?? {}), after: hasNextPage ? endCursor : null };
}

function failed(answer: Exclude<Answer<unknown>, { status: 'ok' }>): Failure {
  return answer.status === 'tooCostly' ? drift(answer.message) : answer;
}

/** A movement that is in no payout is told without one, and so is the same text as before at every poll. */
function withoutNothing(row: JsonObject): JsonObject {
  return asObject(row.associatedPayout)?.id === null ? { ...row, associatedPayout: null } : row;
}

function delivery(topic: string, businessEntity: string, name: string, row: JsonObject): Delivery {
  const body = Buffer.from(JSON.stringify({ businessEntity, [name]: row }));
  return { headers: {}, body, origin: 'poll', topic };
}

function beginning(since: number): Place {
  return {
    from: since,
    newest: since,
    began: null,
    after: null,
    read: 0,
    told: {},
    listed: false,
    toRead: [],
  };
}

function readCursor(text: string | null): Cursor {
  try {
    return Cursor.parse(JSON.parse(text ?? ''));
  } catch {
    return { since: 0, places: {}, queue: [] };
  }
}

function instantOf(epochSeconds: number): string {
  return new Date(epochSeconds * 1_000).toISOString().replace('.000Z', 'Z');
}

/** Zero where it cannot be read: the intake judges that. */
function secondsOf(instant: unknown): number {
  const ms = typeof instant === 'string' ? Date.parse(instant) : Number.NaN;
  return Number.isNaN(ms) ? 0 : Math.floor(ms / 1_000);
}
