/**
 * Invariant 8 for stock: what the outside counts, figure by figure, against the ledger. Units on the shelf at warehouses and stores,
 * units that the ERP has booked as shipped, and units that a channel shows, where we publish them there. Each is equal, or an open
 * case names it. It shares no code with what publishes and heals.
 */
import type { Books, ChannelBooks, ErpBooks, FulfilmentBooks } from '../sandbox/kit/types.ts';
import type { Row, Sql } from '../store/db.ts';
import { shownStockKey } from '../store/shown-stock-cases.ts';
import type { Findings } from './findings.ts';

/** How many figures of each connection were compared. */
export type ComparedFigures = Record<string, number>;

/** What the newest configuration says that a comparison needs. */
interface Configured {
  connections: { id: string; sameCodes?: string[]; publishStock?: { locations?: string[] } | null }[];
  locations: { id: string; safetyStock?: number; fallback?: unknown }[];
  kits?: { sku: string }[];
}

interface Position extends Row {
  sku: string;
  location: string;
  on_hand: number;
  reserved: number;
  /** What is kept back of this SKU here; null: nothing is set. */
  safety: number | null;
}

const at = (sku: string, location: string) => `${sku}\u0000${location}`;

/** Our name of a connection's code, by what it shares with us and by the newest mappings. */
type ToOurs = (kind: 'sku' | 'location', connection: string, code: string) => string | undefined;

/** Adds a finding for each figure that differs and that no case names. `withCase`: keys of open cases. */
export async function compareFigures(
  sql: Sql,
  books: readonly Books[],
  withCase: ReadonlySet<string>,
  findings: Findings,
): Promise<ComparedFigures> {
  const configured = await readConfigured(sql);
  const toOurs = await readMappings(sql, configured);
  const positions = new Map(
    (
      await sql.query<Position>(
        `select p.sku, p.location, p.on_hand, p.reserved, b.units as safety from position p left join lateral (
           select units from safety_stock where sku = p.sku and location = p.location order by version desc limit 1
         ) b on true`,
      )
    ).map((row) => [at(row.sku, row.location), row]),
  );
  const apart = new Set([...withCase, ...soldInStores(books)]);
  const compared: ComparedFigures = {};
  for (const each of books) {
    if (each.kind === 'fulfilment')
      compared[each.connection] = compareShelves(each, positions, toOurs, findings);
    if (each.kind === 'erp')
      compared[each.connection] = await compareShipped(sql, each, configured, toOurs, apart, findings);
    if (each.kind === 'channel' && each.stock)
      compared[each.connection] = await compareShown(
        { sql, configured, positions, toOurs, withCase, findings },
        each,
        each.stock,
      );
  }
  return compared;
}

async function readConfigured(sql: Sql): Promise<Configured> {
  const [newest] = await sql.query<Row & { text: string }>(
    'select body::text as text from configuration order by version desc limit 1',
  );
  return newest ? (JSON.parse(newest.text) as Configured) : { connections: [], locations: [] };
}

async function readMappings(sql: Sql, { connections, locations }: Configured): Promise<ToOurs> {
  const rows = await sql.query<
    Row & { kind: string; connection: string; external: string; internal: string }
  >(
    `select distinct on (kind, connection, external) kind, connection, external, internal from mapping where kind in ('sku', 'location') order by kind, connection, external, version desc`,
  );
  const mapped = new Map(
    rows.map((row) => [`${row.kind}\u0000${row.connection}\u0000${row.external}`, row.internal]),
  );
  const same = new Map(connections.map(({ id, sameCodes = [] }) => [id, new Set(sameCodes)]));
  const places = new Set(locations.map(({ id }) => id));
  return (kind, connection, code) => {
    const ours =
      mapped.get(`${kind}\u0000${connection}\u0000${code}`) ??
      (same.get(connection)?.has(kind) ? code : undefined);
    // A place of theirs that is none of ours has no figure here.
    return kind === 'location' && !places.has(ours ?? '') ? undefined : ours;
  };
}

/** What lies at a location by its own books. */
function compareShelves(
  place: FulfilmentBooks,
  positions: ReadonlyMap<string, Position>,
  toOurs: ToOurs,
  findings: Findings,
): number {
  let compared = 0;
  for (const { item, location, onHand } of place.stock) {
    const sku = toOurs('sku', place.connection, item);
    const ours = toOurs('location', place.connection, location);
    if (sku === undefined || ours === undefined) continue;
    compared += 1;
    const known = positions.get(at(sku, ours))?.on_hand ?? 0;
    if (known !== onHand)
      findings.add(
        'systemsAgree',
        'outside',
        `${sku}@${ours}`,
        `${place.connection} counts ${onHand} of ${sku} at ${ours}, the ledger says ${known}`,
      );
  }
  return compared;
}

/** Keys of orders that were handed over at a till: what left with them has left no location of ours by our doing. */
function soldInStores(books: readonly Books[]): string[] {
  return books.flatMap((each) =>
    each.kind === 'channel'
      ? each.orders
          .filter(({ soldInStore }) => soldInStore)
          .map(({ channelOrderId }) => `${each.connection}/${channelOrderId}`)
      : [],
  );
}

/** Units that an ERP has booked as shipped from each location, but those of the orders `apart`. */
async function compareShipped(
  sql: Sql,
  erp: ErpBooks,
  { kits = [] }: Configured,
  toOurs: ToOurs,
  apart: ReadonlySet<string>,
  findings: Findings,
): Promise<number> {
  const isKit = new Set(kits.map(({ sku }) => sku));
  const figures = new Map<string, { booked: number; left: number }>();
  const count = (sku: string, location: string, more: { booked?: number; left?: number }) => {
    const { booked, left } = figures.get(at(sku, location)) ?? { booked: 0, left: 0 };
    figures.set(at(sku, location), {
      booked: booked + (more.booked ?? 0),
      left: left + (more.left ?? 0),
    });
  };
  const references = new Set<string>();
  for (const { reference, lines, shipments } of erp.salesOrders) {
    if (apart.has(reference)) continue;
    references.add(reference);
    const items = new Map(lines.map(({ lineId, item }) => [lineId, item]));
    for (const { location, lines: parts } of shipments)
      for (const { lineId, quantity } of parts) {
        const sku = toOurs('sku', erp.connection, items.get(lineId) ?? '');
        const ours = toOurs('location', erp.connection, location);
        if (sku !== undefined && ours !== undefined && !isKit.has(sku))
          count(sku, ours, { booked: quantity });
      }
  }
  const moved = await sql.query<Row & { key: string; sku: string; location: string; units: number }>(
    `select key, sku, location, -sum(on_hand)::bigint as units from movement
     where kind = 'order' and movement = 'shipped' and kit is null group by key, sku, location`,
  );
  for (const { key, sku, location, units } of moved)
    if (references.has(key)) count(sku, location, { left: units });
  for (const [place, { booked, left }] of figures) {
    if (booked === left) continue;
    const [sku = '', location = ''] = place.split('\u0000');
    findings.add(
      'systemsAgree',
      'outside',
      `${sku}@${location}`,
      `${erp.connection} has booked ${booked} of ${sku} as shipped from ${location}, by the ledger ${left} have left`,
    );
  }
  return figures.size;
}

/**
 * What a channel shows, available and committed together: what can be sold here and what is reserved for its own orders. A channel
 * shows nothing below zero, so that less than nothing is nothing.
 */
async function compareShown(
  {
    sql,
    configured,
    positions,
    toOurs,
    withCase,
    findings,
  }: {
    sql: Sql;
    configured: Configured;
    positions: ReadonlyMap<string, Position>;
    toOurs: ToOurs;
    withCase: ReadonlySet<string>;
    findings: Findings;
  },
  { connection, orders }: ChannelBooks,
  stock: NonNullable<ChannelBooks['stock']>,
): Promise<number> {
  const publish = configured.connections.find(({ id }) => id === connection)?.publishStock;
  if (!publish) return 0;
  const { locations: named = [] } = publish;
  const byId = new Map(configured.locations.map((location) => [location.id, location]));
  const own = new Map(
    (
      await sql.query<Row & { sku: string; location: string; reserved: number }>(
        `select sku, location, sum(reserved)::bigint as reserved from movement
         where kind = 'order' and starts_with(key, $1 || '/') and kit is null group by sku, location`,
        [connection],
      )
    ).map(({ sku, location, reserved }) => [at(sku, location), reserved]),
  );
  // Units of an order that a person decides on may stand on one side only.
  const asked = new Set(
    orders
      .filter(({ channelOrderId }) => withCase.has(`${connection}/${channelOrderId}`))
      .flatMap(({ lines }) => lines.map(({ sku }) => toOurs('sku', connection, sku ?? '') ?? '')),
  );
  let compared = 0;
  for (const { sku: code, location: place, available, committed } of stock) {
    const sku = toOurs('sku', connection, code);
    const location = byId.get(toOurs('location', connection, place) ?? '');
    // What a rule keeps back while a system is silent changes by the hour.
    if (sku === undefined || !location || location.fallback) continue;
    if (named.length > 0 && !named.includes(location.id)) continue;
    compared += 1;
    const key = at(sku, location.id);
    const position = positions.get(key);
    const safety = position?.safety ?? location.safetyStock ?? 0;
    const sellable = position ? position.on_hand - position.reserved - safety : 0;
    const should = Math.max(0, sellable + (own.get(key) ?? 0) - committed);
    if (should === Math.max(0, available) || asked.has(sku)) continue;
    if (withCase.has(shownStockKey(connection, { sku, location: location.id }))) continue;
    findings.add(
      'systemsAgree',
      'outside',
      `${sku}@${location.id}`,
      `${connection} shows ${available} of ${sku} at ${location.id} (and ${committed} committed), by the ledger it should show ${should}`,
    );
  }
  return compared;
}
