/** Both sides of an entity's day, read and compared: finance, channels, the ERP and payouts, each as far as it has answered. */
import type { Books } from '../domain/books/books-config.ts';
import { addDays, localDate } from '../domain/books/calendar.ts';
import type {
  BookedDocument,
  ChannelMovement,
  ChannelOrder,
  CommandRequest,
  ErpDocument,
} from '../domain/commands.ts';
import type { Entity } from '../domain/config.ts';
import { compareChannel } from '../domain/reconciliation/compare-channel.ts';
import {
  compareDocuments,
  documentAsked,
  type OwnDocument,
  type Untold,
} from '../domain/reconciliation/compare-documents.ts';
import { compareErp } from '../domain/reconciliation/compare-erp.ts';
import { comparePayouts, type OwnPayout, type Unpaid } from '../domain/reconciliation/compare-payouts.ts';
import type { Difference, SourceSum } from '../domain/reconciliation/difference.ts';
import { type OwnOrder, ownOrderOf } from '../domain/reconciliation/own-order.ts';
import { pageKey } from '../domain/reconciliation/process.ts';
import type { ReconciliationState } from '../domain/reconciliation/state.ts';
import { parseStreamKey, streamKey } from '../domain/stream-key.ts';
import type { Sql } from '../store/db.ts';
import { readTitles } from '../store/read-books.ts';
import {
  type DayPosting,
  entriesAtProvider,
  hasPayouts,
  type JournalStream,
  openDocumentCases,
  orderStates,
  postingsOfDay,
  readDocumentFacts,
  readPages,
  readPayouts,
  readUncleared,
} from '../store/read-reconciliation.ts';

export type BookedEntity = Entity & { books: Books };

interface Compared {
  sum: SourceSum;
  differences: Difference[];
}

interface Side {
  sql: Sql;
  state: ReconciliationState;
  entity: BookedEntity;
  /** All that is posted on the day. */
  postings: readonly DayPosting[];
}

/** Compares a day of which every source has answered. */
export async function compareDay(
  sql: Sql,
  state: ReconciliationState,
  entity: BookedEntity,
): Promise<{ sources: SourceSum[]; differences: Difference[] }> {
  const postings = await postingsOfDay(sql, entity.id, state.day);
  const side = { sql, state, entity, postings };
  const all: Compared[] = [];
  for (const [source, { status, because, isOffered }] of Object.entries(state.sources)) {
    if (status === 'read') all.push(await compareSource(side, source));
    else all.push(unreadSource(source, because ?? '', isOffered));
  }
  all.push(await payouts(side));
  return { sources: all.map(({ sum }) => sum), differences: all.flatMap(({ differences }) => differences) };
}

function unreadSource(source: string, because: string, isOffered: boolean): Compared {
  const nothing = { count: 0, amounts: [] };
  const difference: Difference = {
    key: `${source}/not-read`,
    source,
    cause: 'notRead',
    words: `${source.slice(source.indexOf('/') + 1)} could not be asked for the day: ${because}`,
    fix: 'Mend what it says, then retry the case; the next night asks again, too',
    currency: '',
    oursMinor: null,
    theirsMinor: null,
    order: null,
    coveredBy: null,
  };
  return {
    sum: { source, ours: nothing, theirs: nothing, notRead: because },
    differences: isOffered ? [difference] : [],
  };
}

function compareSource(side: Side, source: string): Promise<Compared> {
  switch (source.slice(0, source.indexOf('/'))) {
    case 'finance':
      return documents(side, source);
    case 'erp':
      return erp(side, source);
    default:
      return channel(side, source);
  }
}

/** What a source has answered, page after page, and when the first page was asked for. */
async function pagesOf<Page>(
  { sql, state }: Side,
  source: string,
): Promise<{ connection: string; pages: Page[]; readFrom: number }> {
  const connection = source.slice(source.indexOf('/') + 1);
  const count = state.sources[source]?.pages ?? 0;
  const keys = Array.from({ length: count }, (_, page) => pageKey(state.key, state.run, source, page + 1));
  const rows = await readPages(sql, state.key, connection, keys);
  if (rows.length !== count)
    throw new Error(`${rows.length} of ${count} pages of ${source} are kept: ${state.key}`);
  const readFrom = Math.min(...rows.map((row) => row.first_attempt_at ?? Number.POSITIVE_INFINITY));
  return { connection, pages: rows.map(({ result }) => result as Page), readFrom };
}

async function documents(side: Side, source: string): Promise<Compared> {
  const { sql, entity, postings, state } = side;
  const { pages, connection, readFrom } = await pagesOf<{ documents: BookedDocument[] }>(side, source);
  const told = postings.filter(({ posted_at }) => posted_at < readFrom);
  const ofDays = [
    ...new Set(postings.map((each) => `${connection}/${entity.id}/${each.channel}/${state.day}`)),
  ];
  const ofStreams = [...new Set(postings.map(({ key }) => `${connection}/${entity.id}/${key}`))];
  const isSummed = entity.finance?.mode === 'summary';
  const streams = await readDocumentFacts(sql, [...ofDays, ...(isSummed ? [] : ofStreams)]);
  const prefix = `${entity.finance?.numberPrefix ?? 'XD'}-`;
  const theirs = pages.flatMap((page) => page.documents);
  const own = streams.flatMap((stream) => documentsOf(stream, state.day));
  // A document whose own day was closed stands on a later one.
  const known = new Set(own.map(({ number }) => number));
  const moved = theirs
    .filter(({ number }) => number.startsWith(prefix) && !known.has(number))
    .flatMap(({ number }) => streamOfNumber(number, prefix, connection, entity.id) ?? []);
  const others = await readDocumentFacts(sql, [...new Set(moved)]);
  own.push(
    ...others
      .filter(({ key }) => !streams.some((each) => each.key === key))
      .flatMap((stream) => documentsOf(stream, state.day)),
  );
  const cases = await openDocumentCases(
    sql,
    streams.map(({ key }) => key),
  );
  return compareDocuments({
    connection,
    currency: entity.currency,
    prefix,
    own,
    untold: isSummed
      ? untoldDays(streams, told, ofDays)
      : untoldPostings(streams, told, `${connection}/${entity.id}/`),
    theirs,
    accounts: new Set(entity.books.rules.map(({ account }) => account)),
    readFrom,
    isCaseOpen: (number) => cases.has(`document:${number}`),
  });
}

/** The stream of journals whose document has this number; null: it names none. */
function streamOfNumber(number: string, prefix: string, connection: string, entity: string): string | null {
  const ofDay = `${prefix}${entity}-`;
  const summed = number.startsWith(ofDay)
    ? /^(.+)-(\d{4}-\d{2}-\d{2})-\d+$/.exec(number.slice(ofDay.length))
    : null;
  if (summed) return `${connection}/${entity}/${summed[1]}/${summed[2]}`;
  const single = /^(.+?\/.+?)-[a-zA-Z]+\//.exec(number.slice(prefix.length));
  return single ? `${connection}/${entity}/${single[1]}` : null;
}

/** The documents of a stream that are dated on the day, as its facts tell of them. */
function documentsOf({ key, facts }: JournalStream, day: string): OwnDocument[] {
  const found = new Map<string, OwnDocument>();
  // CONNECTION/ENTITY/CHANNEL/ID, or …/CHANNEL/DATE of a day.
  const of = key.split('/').slice(2).join('/');
  for (const { type, body, decidedAt } of facts) {
    const number = String(body.number);
    const known = found.get(number);
    if (type === 'DocumentRequested') {
      const command = body.command as CommandRequest;
      // Asked again, it may be for another day.
      found.delete(number);
      const asked = documentAsked(command);
      if (asked === null || (command.body as { date?: string }).date !== day) continue;
      const order = /\/\d{4}-\d{2}-\d{2}$/.test(of) ? null : of;
      found.set(number, {
        ...asked,
        number,
        status: 'open',
        askedAt: decidedAt,
        bookedAt: null,
        because: '',
        order,
      });
    } else if (known) {
      if (type === 'DocumentBooked') Object.assign(known, { status: 'booked', bookedAt: decidedAt });
      if (type === 'DocumentLeftOut') known.status = 'leftOut';
      if (type === 'DocumentRefused')
        Object.assign(known, { status: body.inDoubt ? 'doubt' : 'refused', because: String(body.because) });
    }
  }
  return [...found.values()];
}

/** Of days that are summed up: postings that came before the reading, less those that documents cover. */
function untoldDays(
  streams: readonly JournalStream[],
  told: readonly DayPosting[],
  ofDays: readonly string[],
): Untold[] {
  const covered = new Map(streams.map((stream) => [stream.key, stream.covered]));
  return ofDays.flatMap((key) => {
    const channel = key.split('/').slice(2, -1).join('/');
    const postings = told.filter((each) => each.channel === channel).length - (covered.get(key) ?? 0);
    return postings > 0 ? [{ of: channel, postings }] : [];
  });
}

/** Of postings that are told one by one: those that no document names. */
function untoldPostings(
  streams: readonly JournalStream[],
  told: readonly DayPosting[],
  prefix: string,
): Untold[] {
  const named = new Set(
    streams.flatMap(({ key, facts }) =>
      facts.flatMap(({ type, body }) =>
        type === 'DocumentRequested' && Array.isArray(body.postings)
          ? body.postings.map((posting) => `${key} ${posting}`)
          : [],
      ),
    ),
  );
  const missing = told.filter(({ key, posting }) => !named.has(`${prefix}${key} ${posting}`));
  return [...Map.groupBy(missing, ({ key }) => key)].map(([of, all]) => ({ of, postings: all.length }));
}

/** Orders of ours by their keys, as far as they are known. */
async function ownOrders({ sql, entity }: Side, keys: Iterable<string>): Promise<OwnOrders> {
  const found: OwnOrders = { own: new Map(), unread: new Map() };
  for await (const { state, posted } of orderStates(sql, [...new Set(keys)])) {
    const own = ownOrderOf(state, entity, (act) => posted.has(act));
    if (own) found.own.set(own.key, own);
    const [held] = Object.values(state.cases);
    if (state.order === null && held) found.unread.set(state.key, held.reason);
  }
  return found;
}

interface OwnOrders {
  own: Map<string, OwnOrder>;
  /** Orders that cannot be read, with the reason of their case. */
  unread: Map<string, string>;
}

const CASH_ACTS: ReadonlySet<string> = new Set(['captured', 'refunded']);

async function channel(side: Side, source: string): Promise<Compared> {
  const { state, postings } = side;
  const { pages, connection, readFrom } = await pagesOf<{
    orders: ChannelOrder[];
    movements: ChannelMovement[];
  }>(side, source);
  // What has changed between two pages may be told on both.
  const orders = once(
    pages.flatMap((page) => page.orders),
    ({ channelOrderId }) => channelOrderId,
  );
  const movements = once(
    pages.flatMap((page) => page.movements),
    ({ kind, paymentId }) => `${kind}/${paymentId}`,
  );
  const postedOfDay = postings
    .filter(
      (each) =>
        each.kind === 'order' &&
        each.channel === connection &&
        each.document_date === state.day &&
        CASH_ACTS.has(each.act),
    )
    .map(({ key, posting, posted_at }) => ({ order: key, act: posting, postedAt: posted_at }));
  const known = await ownOrders(side, [
    ...[...orders, ...movements].map(({ channelOrderId }) => streamKey(connection, channelOrderId)),
    ...postedOfDay.map(({ order }) => order),
  ]);
  return compareChannel({ connection, orders, movements, ...known, postedOfDay, readFrom });
}

function once<Item>(all: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return [...new Map(all.map((item) => [keyOf(item), item])).values()];
}

async function erp(side: Side, source: string): Promise<Compared> {
  const { pages, connection } = await pagesOf<{ documents: ErpDocument[] }>(side, source);
  const all = pages.flatMap((page) => page.documents);
  const { own } = await ownOrders(
    side,
    all.map(({ reference }) => reference),
  );
  return compareErp({ connection, documents: all, own });
}

async function payouts(side: Side): Promise<Compared> {
  const { sql, state, entity, postings } = side;
  const posted = postings.filter(({ act }) => act === 'paid-out').map(({ key }) => key);
  const rows = await readPayouts(sql, [...new Set(posted)]);
  const { timeZone, books } = entity;
  const own = rows.flatMap(({ key, state: of, in_transit, cases }): OwnPayout[] => {
    const { payout, sumMinor, entries } = of;
    if (payout === null || localDate(payout.issuedAt, timeZone) !== state.day) return [];
    if (payout.status === 'scheduled' || payout.status === 'inTransit') return [];
    if (!posted.includes(key) && !isOfEntity(side, key)) return [];
    const { netMinor, currency: ofPayout, fromBalance } = payout;
    return [
      {
        key,
        currency: ofPayout,
        netMinor,
        sumMinor: fromBalance ? netMinor : sumMinor,
        entries,
        inTransitMinor: in_transit,
        cases: cases ?? [],
      },
    ];
  });
  return comparePayouts({
    payouts: own,
    unpaid: await unpaidOf(side),
    paidOutWithinDays: books.paidOutWithinDays,
  });
}

/** Whether a stream's connection is one of the entity's channels: then it is one of its sources. */
function isOfEntity({ state }: Side, key: string): boolean {
  return state.sources[`channel/${parseStreamKey(key).connection}`] !== undefined;
}

/**
 * What providers have had for too long: money of orders that no entry of the provider has shown, at gateways where others were; and
 * entries that are in no payout.
 */
async function unpaidOf(side: Side): Promise<Unpaid[]> {
  const { sql, state, entity } = side;
  // Each is told of once: by the day on which it is too long.
  const since = addDays(state.day, -entity.books.paidOutWithinDays - 1);
  const old = await readUncleared(sql, entity.id, since);
  const entries = (await entriesAtProvider(sql)).flatMap(({ key, state: { entry } }) => {
    if (entry?.kind !== 'capture' || entry.channelOrderId === null || !isOfEntity(side, key)) return [];
    const { connection } = parseStreamKey(key);
    const order = streamKey(connection, entry.channelOrderId);
    return localDate(entry.at, entity.timeZone) === since ? [{ ...entry, connection, order }] : [];
  });
  const drawn = new Set<string>();
  for (const [place, of] of Map.groupBy(entries, ({ connection, gateway }) => `${connection} ${gateway}`)) {
    const { connection = '', gateway = '' } = of[0] ?? {};
    if (!(await hasPayouts(sql, connection, gateway))) drawn.add(place);
  }
  const late = entries.filter(({ connection, gateway }) => !drawn.has(`${connection} ${gateway}`));
  const titles = await readTitles(sql, [...old.map(({ item }) => item), ...late.map(({ order }) => order)]);
  return [
    ...old.flatMap(({ account, item: order, book_minor: amountMinor, held_by: heldBy }) => {
      const name = titles.get(order);
      const { currency } = entity;
      return name === undefined ? [] : [{ at: account, order, name, since, currency, amountMinor, heldBy }];
    }),
    ...late.map(({ order, currency, amountMinor, gateway, entryId }) => {
      const at = `the balance at ${gateway} (entry ${entryId})`;
      return { at, order, name: titles.get(order) ?? order, since, currency, amountMinor, heldBy: null };
    }),
  ];
}
