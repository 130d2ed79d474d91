/** Stock as the API tells of it. */
import type { MovementKind } from '../../domain/canonical/index.ts';
import type { Location } from '../../domain/config.ts';
import { heldBackOf, type Silence } from '../../domain/stock/fallback.ts';
import { addFigures, NO_STOCK, type StockFigures, safetyOf } from '../../domain/stock/figures.ts';
import { changeOf, expectedShown, planWrite } from '../../domain/stock/publishing.ts';
import type { MovementRow } from '../../store/read-stock.ts';
import type { ShownRow } from '../../store/shown-stock.ts';
import type { StockAtChannel, StockChange, StockItem, StockPlace } from '../schemas/stock.ts';
import { iso, isoOrNull } from './common.ts';

interface FigureRow {
  location: string;
  on_hand: number;
  reserved: number;
  damaged: number;
  quality_control: number;
  incoming: number;
  safety?: number | null;
  moved_at?: number;
}

export function stockPlace(
  row: FigureRow,
  locations: ReadonlyMap<string, Pick<Location, 'name' | 'safetyStock' | 'inventory' | 'stockOwner'>>,
  /** Of its source, by the location's id; of the past nothing is known of it. */
  silences: { now: number; of(location: string): Silence | null } | null = null,
): StockPlace {
  const location = locations.get(row.location);
  const figures = figuresOf(row);
  const safety = safetyOf(location, row.safety ?? null);
  const silence = silences?.of(row.location) ?? null;
  const heldBack = heldBackOf(silence, figures.onHand, silences?.now ?? 0);
  return {
    location: row.location,
    name: location?.name ?? row.location,
    ...figures,
    safety,
    heldBack,
    silence: silence && {
      connection: location?.inventory ?? '',
      heardAt: iso(silence.heardAt),
      rule: silence.fallback.rule,
    },
    owner: location?.stockOwner ?? 'system',
    available: Math.max(0, figures.onHand - figures.reserved - safety - heldBack),
    movedAt: isoOrNull(row.moved_at),
  };
}

export function stockItem(sku: string, places: readonly StockPlace[]): StockItem {
  const sum = places.reduce<StockFigures>((all, place) => addFigures(all, place), NO_STOCK);
  const available = places.reduce((all, place) => all + place.available, 0);
  return { sku, ...sum, available, locations: places.length };
}

/** @param sellable what can be sold of it here, not cut off at zero. */
export function stockAtChannel(row: ShownRow & { connection: string }, sellable: number): StockAtChannel {
  const { connection, location, shown, known, owed, told, own, problem, publication } = row;
  const agreed = shown === null || known === null ? null : { shown, known, owed, told };
  const here = { sellable, own };
  const isWaiting = agreed !== null && planWrite(agreed, here) !== null;
  const status =
    problem !== null
      ? 'not-published'
      : publication !== null
        ? 'sending'
        : agreed === null
          ? 'asking'
          : isWaiting
            ? 'waiting'
            : 'shown';
  return {
    connection,
    location,
    shown: agreed && expectedShown(agreed, here),
    change: agreed ? changeOf(agreed, here) : 0,
    status,
    problem,
    publishedAt: isoOrNull(row.published_at),
    agreedAt: isoOrNull(row.agreed_at),
  };
}

export function stockChange(row: MovementRow): StockChange {
  return {
    at: iso(row.moved_at),
    location: row.location,
    kind: row.movement as MovementKind,
    ...figuresOf(row),
    act: row.act,
    reason: row.reason,
    source: row.key.slice(0, Math.max(0, row.key.indexOf('/'))),
    stream: { kind: row.kind, key: row.key },
    seq: row.seq,
    fact: row.fact,
    order: row.kind === 'order' ? { key: row.key, title: row.title ?? row.key } : null,
    observationId: row.observation,
  };
}

function figuresOf(row: FigureRow): StockFigures {
  const { on_hand: onHand, reserved, damaged, quality_control: qualityControl, incoming } = row;
  return { onHand, reserved, damaged, qualityControl, incoming };
}
