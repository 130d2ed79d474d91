/**
 * Writing what a store shows as available (`inventorySetQuantities`), by compare-and-swap and under a key that the vendor keeps, or
 * by the change alone (`inventoryAdjustQuantities`) where it sells faster than it can be read and written; and finding what it shows
 * of a SKU at a location. A batch is written whole or not at all, and every row that is refused is named.
 */
import type {
  ChannelStock,
  Failure,
  StockBatch,
  StockPlace,
  StockReading,
  StockRefusal,
  StockWritten,
} from '../contract.ts';
import { drift, type Exchange } from './client.ts';
import type { LocationNames } from './commands/assignment.ts';
import {
  ADJUST_QUANTITIES,
  FIND_ITEMS,
  type FoundItem,
  READ_LEVELS,
  SET_QUANTITIES,
} from './documents-stock.ts';
import type { UserError } from './graphql-document.ts';
import { globalId, numericId } from './json.ts';

/** The vendor takes 250 figures a call. */
const BATCH_SIZE = 250;
/** Read at once: within what one call may cost. */
const READ_SIZE = 50;
/** Items that a search brings at most: several may have a SKU, and others may begin with it. */
const FOUND_AT_MOST = 250;

type Exchanging = <Result>(
  kind: 'readStock' | 'writeStock',
  signal: AbortSignal,
  act: (exchange: Exchange) => Promise<Result>,
) => Promise<Result>;

export function channelStock(locations: LocationNames, exchanging: Exchanging): ChannelStock {
  return {
    batchSize: BATCH_SIZE,
    readSize: READ_SIZE,
    placeIds: (codes, signal) =>
      exchanging('readStock', signal, (exchange) => findPlaces(codes, locations, exchange)),
    read: (places, signal) =>
      exchanging('readStock', signal, (exchange) => readPlaces(places, locations, exchange)),
    write: (batch, signal) =>
      exchanging('writeStock', signal, (exchange) => writeBatch(batch, locations, exchange)),
  };
}

async function findPlaces(
  codes: readonly string[],
  locations: LocationNames,
  exchange: Exchange,
): Promise<{ status: 'found'; ids: (string | null)[] } | Failure> {
  const ids: (string | null)[] = [];
  for (const code of codes) {
    const found = await locations.find(code, exchange);
    if (found !== null && typeof found !== 'string') return found;
    ids.push(found === null ? null : (numericId(found) ?? found));
  }
  return { status: 'found', ids };
}

type NotShown = Extract<StockReading, { status: 'notShown' }>;

async function readPlaces(
  places: readonly StockPlace[],
  locations: LocationNames,
  exchange: Exchange,
): Promise<{ status: 'read'; readings: StockReading[] } | Failure> {
  const unknown = [...new Set(places.flatMap(({ sku, item }) => (item === null ? [sku] : [])))];
  const found = unknown.length === 0 ? new Map<string, Found>() : await findItems(unknown, exchange);
  if (!(found instanceof Map)) return found;
  const readings: StockReading[] = [];
  const asked = new Map<string, { index: number; item: string; place: string; sku: string }[]>();
  for (const [index, { sku, item, place }] of places.entries()) {
    const known = item === null ? found.get(sku) : { item };
    if (known === undefined) readings[index] = notSold(sku);
    else if (!('item' in known)) readings[index] = known;
    else {
      const location = await locations.find(place, exchange);
      if (location !== null && typeof location !== 'string') return location;
      if (location === null) readings[index] = unknownPlace(place);
      else asked.set(location, [...(asked.get(location) ?? []), { index, item: known.item, place, sku }]);
    }
  }
  for (const [location, rows] of asked) {
    const ids = rows.map(({ item }) => globalId('InventoryItem', item));
    const answer = await exchange.run(READ_LEVELS, { ids, location });
    if (answer.status === 'tooCostly') return drift(answer.message);
    if (answer.status !== 'ok') return answer;
    for (const [at, { index, item, place, sku }] of rows.entries()) {
      const node = answer.data.nodes[at];
      const level = node?.inventoryLevel;
      const amount = (name: string) => level?.quantities.find((each) => each.name === name)?.quantity;
      const [available, committed] = [amount('available'), amount('committed')];
      if (!node?.id) readings[index] = notSold(sku);
      else if (node.tracked === false) readings[index] = notTracked(sku);
      else if (!level) readings[index] = notStocked(sku, place);
      else if (available === undefined || committed === undefined)
        return drift(`ReadLevels did not tell every quantity of ${item}`);
      else readings[index] = { status: 'shown', item, available, committed };
    }
  }
  return { status: 'read', readings };
}

type Found = { item: string } | NotShown;

/** The items that have these SKUs. */
async function findItems(skus: readonly string[], exchange: Exchange): Promise<Map<string, Found> | Failure> {
  const query = skus.map((sku) => `sku:'${sku.replace(/[\\']/g, '\\$&')}'`).join(' OR ');
  const answer = await exchange.run(FIND_ITEMS, { query, first: FOUND_AT_MOST });
  if (answer.status === 'tooCostly') return drift(answer.message);
  if (answer.status !== 'ok') return answer;
  const { nodes, pageInfo } = answer.data.inventoryItems;
  // Others that begin with them may stand before them: then each is looked for alone.
  if (pageInfo.hasNextPage && skus.length > 1) {
    const all = new Map<string, Found>();
    for (const sku of skus) {
      const alone = await findItems([sku], exchange);
      if (!(alone instanceof Map)) return alone;
      for (const [key, found] of alone) all.set(key, found);
    }
    return all;
  }
  const bySku = Map.groupBy(nodes, ({ sku }) => sku ?? '');
  return new Map(
    skus.flatMap((sku): [string, Found][] => {
      const items = bySku.get(sku);
      return items ? [[sku, foundOf(sku, items)]] : [];
    }),
  );
}

function foundOf(sku: string, items: readonly FoundItem[]): Found {
  const [only, ...others] = items;
  if (!only || others.length > 0)
    return notShown(
      'ambiguous-item',
      `${items.length} items of the store have the SKU "${sku}"`,
      'Give each variant a SKU of its own in the store’s admin, then retry the case',
    );
  if (only.variants?.nodes.some(({ requiresComponents }) => requiresComponents))
    return notShown(
      'bundle',
      `"${sku}" is a bundle in the store: its stock follows from its components`,
      'Let the inventory system count the components instead, then skip the case',
    );
  if (!only.tracked) return notTracked(sku);
  return { item: numericId(only.id) ?? only.id };
}

function notShown(code: string, message: string, suggestedFix: string, isSold = true): NotShown {
  return { status: 'notShown', code, message, suggestedFix, isSold };
}

const notSold = (sku: string): NotShown =>
  notShown(
    'unknown-item',
    `The store has no item with the SKU "${sku}"`,
    'Correct the mapping of the SKU (crossdock map set sku), or give the variant this SKU in the store’s admin; then retry the case',
    false,
  );

const notTracked = (sku: string): NotShown =>
  notShown(
    'not-tracked',
    `The store does not count "${sku}"`,
    'Let the store track the variant’s inventory in its admin, then retry the case; skip it where the item is not to be counted',
  );

const unknownPlace = (place: string): NotShown =>
  notShown(
    'unknown-place',
    `The store has no active location "${place}"`,
    'Correct the mapping of the location (crossdock map set location), or activate it in the store’s admin; then retry the case',
  );

const notStocked = (sku: string, place: string): NotShown =>
  notShown(
    'not-stocked',
    `"${sku}" is not stocked at the store’s location "${place}"`,
    'Let the location stock the item in the store’s admin, then retry the case',
  );

async function writeBatch(
  batch: StockBatch,
  locations: LocationNames,
  exchange: Exchange,
): Promise<StockWritten> {
  const refusals: StockRefusal[] = [];
  const places: string[] = [];
  for (const [row, { place }] of batch.rows.entries()) {
    const locationId = await locations.find(place, exchange);
    if (locationId !== null && typeof locationId !== 'string') return locationId;
    if (locationId === null) refusals.push({ row, isStale: false, ...unknownPlace(place) });
    else places.push(locationId);
  }
  if (refusals.length > 0) return { status: 'refused', refusals };
  const answer = await (batch.by === 'set'
    ? setFigures(batch, places, exchange)
    : adjustFigures(batch, places, exchange));
  if (answer.status === 'tooCostly') return drift(answer.message);
  if (answer.status !== 'ok') return answer;
  if (answer.data === null)
    return {
      status: 'unknown',
      message: 'the write of stock did not say what became of it',
      answered: 200,
    };
  const { userErrors } = answer.data;
  return userErrors.length === 0 ? { status: 'written' } : refusedBy(userErrors);
}

const aboutOf = (key: string) => ({
  name: 'available',
  reason: 'correction',
  referenceDocumentUri: `crossdock://publication/${key}`,
});

/** `places`: the vendor's id of each row's location. */
function setFigures({ key, rows }: StockBatch, places: readonly string[], exchange: Exchange) {
  const quantities = rows.map(({ item, from, to }, row) => ({
    inventoryItemId: globalId('InventoryItem', item),
    locationId: places[row] ?? '',
    quantity: to,
    changeFromQuantity: from,
  }));
  return exchange.run(SET_QUANTITIES, { figures: { ...aboutOf(key), quantities }, key });
}

function adjustFigures({ key, rows }: StockBatch, places: readonly string[], exchange: Exchange) {
  const changes = rows.map(({ item, from, to }, row) => ({
    inventoryItemId: globalId('InventoryItem', item),
    locationId: places[row] ?? '',
    delta: to - from,
    // It must be said that the figure is not compared.
    changeFromQuantity: null,
  }));
  return exchange.run(ADJUST_QUANTITIES, { changes: { ...aboutOf(key), changes }, key });
}

/** It says to try again: under the same key, since nobody knows what came of it. */
const PASSING = ['IDEMPOTENCY_CONCURRENT_REQUEST', 'SERVICE_UNAVAILABLE', 'ADJUST_QUANTITIES_FAILED'];

function refusedBy(errors: readonly UserError[]): StockWritten {
  const codes = new Map(errors.map((error) => [error.code ?? '', error.message]));
  const later = PASSING.flatMap((code) => codes.get(code) ?? [])[0];
  if (later !== undefined) return { status: 'transient', message: later, answered: 200 };
  const mismatch = codes.get('IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
  if (mismatch !== undefined) return { status: 'forgotten', message: mismatch };
  // What was refused once under a key is refused for ever: nothing was written.
  if (codes.has('IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED')) return { status: 'refused', refusals: [] };
  return { status: 'refused', refusals: errors.map(refusalOf) };
}

const STALE: ReadonlySet<string> = new Set(['CHANGE_FROM_QUANTITY_STALE', 'COMPARE_QUANTITY_STALE']);

const FIXES: Readonly<Record<string, string>> = {
  INVALID_INVENTORY_ITEM:
    'The item was deleted in the store: correct the mapping of the SKU, then retry the case',
  INVALID_LOCATION:
    'Let the location stock the item in the store’s admin, or activate the location there; then retry the case',
  NON_MUTABLE_INVENTORY_ITEM:
    'It is a bundle: its stock follows from its components. Let the inventory system count those instead, then skip the case',
};

function refusalOf({ code, field, message }: UserError): StockRefusal {
  const index = field?.find((each) => /^\d+$/.test(each));
  return {
    row: index === undefined ? null : Number(index),
    isStale: STALE.has(code ?? ''),
    code: (code ?? 'user-error').toLowerCase().replaceAll('_', '-'),
    message,
    suggestedFix: FIXES[code ?? ''] ?? 'Look at the item in the store’s admin, then retry the case',
  };
}
