/**
 * What other sourcing rules would have done with past orders: each order's first decision is taken once more on the stock as it
 * stood then (the sum of the movements before it). Only reads.
 */
import type { RetailerConfig } from '../domain/config.ts';
import type { OrderFact } from '../domain/order/facts.ts';
import { orderProcess } from '../domain/order/process.ts';
import { missingUnits } from '../domain/order/sourcing.ts';
import {
  compareSourcing,
  type PastDecision,
  type SourcingComparison,
} from '../domain/order/sourcing-comparison.ts';
import type { LocationLoad, Mappings } from '../domain/process.ts';
import { safetyOf } from '../domain/stock/figures.ts';
import type { Kit } from '../domain/stock/kits.ts';
import { dayBegan } from '../domain/stock/opening-hours.ts';
import { loadsWanted } from '../domain/stock/sourcing-candidates.ts';
import { placeIn, type Sourcing } from '../domain/stock/sourcing-rules.ts';
import type { Sql } from '../store/db.ts';
import { readLoads } from '../store/location-load.ts';
import {
  type DecisionRow,
  readFactsUpTo,
  readSafetyChanges,
  readSourcingDecisions,
  readSteps,
  readStepsAt,
} from '../store/read-sourcing.ts';

/** Orders of one simulation. */
export const MOST_ORDERS = 10_000;
/** What is read at once. */
const ORDERS_AT_ONCE = 200;
const SKUS_AT_ONCE = 50;

interface Parts {
  database: Sql;
  config: RetailerConfig;
  mappings: Mappings;
}

type Past = PastDecision & { position: number; units: Map<string, number>; loads: Map<string, LocationLoad> };

/** Compares the rules in force with others on the newest orders: the last so many, or those since an instant. */
export async function simulateSourcing(
  { database, config, mappings }: Parts,
  sourcing: Sourcing,
  wanted: { last: number; since: string | null },
): Promise<SourcingComparison> {
  const limit = Math.min(wanted.last, MOST_ORDERS);
  const rows = await readSourcingDecisions(database, { since: wanted.since, limit });
  const decisions: Past[] = [];
  for (let from = 0; from < rows.length; from += ORDERS_AT_ONCE)
    decisions.push(...(await decisionsOf(database, rows.slice(from, from + ORDERS_AT_ONCE), config.kits)));
  await fillStock(database, config, decisions);
  await fillLoads(database, [config.sourcing, sourcing], decisions);
  return compareSourcing(
    decisions,
    { before: config.sourcing, after: sourcing },
    { locations: config.locations, mappings },
  );
}

/** Orders as they were just before their decisions. */
async function decisionsOf(sql: Sql, rows: readonly DecisionRow[], kits: readonly Kit[]): Promise<Past[]> {
  const facts = Map.groupBy(await readFactsUpTo(sql, rows), ({ key }) => key);
  return rows.flatMap((row) => {
    let state = orderProcess.initial(row.key);
    let allocations: PastDecision['allocations'] = [];
    for (const { type, body, seq } of facts.get(row.key) ?? []) {
      const fact = { type, ...body } as OrderFact;
      if (seq < row.seq) state = orderProcess.evolve(state, fact);
      else if (fact.type === 'StockReserved') allocations = fact.allocations;
    }
    if (!state.order) return [];
    const { delivery, shipTo } = state.order;
    const units = new Map<string, number>();
    const loads = new Map<string, LocationLoad>();
    return [
      {
        key: row.key,
        title: row.title,
        at: row.decided_at,
        position: row.position,
        state: { connection: state.connection, brand: state.brand },
        order: { shipTo, ...(delivery === undefined ? {} : { delivery }) },
        wishes: missingUnits(state, state.order, kits),
        allocations,
        units,
        loads,
        stock: {
          available: (sku, location) => units.get(`${sku}\u0000${location}`) ?? 0,
          load: (location) => loads.get(location),
        },
      },
    ];
  });
}

function isBefore(step: { moved_at: number; position: number }, { at, position }: Past): boolean {
  return step.moved_at < at || (step.moved_at === at && step.position < position);
}

/** Walks through the movements of each SKU once, and notes at each decision what could be promised. */
async function fillStock(sql: Sql, config: RetailerConfig, decisions: readonly Past[]): Promise<void> {
  const wanting = Map.groupBy(
    decisions.flatMap((decision) =>
      [...new Set(decision.wishes.map(({ sku }) => sku))].map((sku) => ({ sku, decision })),
    ),
    ({ sku }) => sku,
  );
  const skus = [...wanting.keys()];
  const locations = new Map(config.locations.map((location) => [location.id, location]));
  for (let from = 0; from < skus.length; from += SKUS_AT_ONCE) {
    const some = skus.slice(from, from + SKUS_AT_ONCE);
    const steps = Map.groupBy(await readSteps(sql, some), ({ sku }) => sku);
    const safety = Map.groupBy(await readSafetyChanges(sql, some), ({ sku }) => sku);
    for (const sku of some) {
      const free = new Map<string, number>();
      const all = steps.get(sku) ?? [];
      let next = 0;
      for (const { decision } of wanting.get(sku) ?? []) {
        for (let step = all[next]; step && isBefore(step, decision); next += 1, step = all[next])
          free.set(step.location, (free.get(step.location) ?? 0) + step.free);
        for (const [location, units] of free) {
          const set = (safety.get(sku) ?? []).findLast(
            (each) => each.location === location && each.changed_at <= decision.at,
          );
          const kept = safetyOf(locations.get(location), set?.units ?? null);
          decision.units.set(`${sku}\u0000${location}`, units - kept);
        }
      }
    }
  }
}

/** Goes back from what locations have to do now, movement by movement, to what they had to do at each decision. */
async function fillLoads(sql: Sql, rules: readonly Sourcing[], decisions: readonly Past[]): Promise<void> {
  const oldest = decisions[0];
  if (!oldest) return;
  const limited = new Map(
    rules.flatMap((sourcing) =>
      loadsWanted(sourcing, oldest.at).map(({ location, since }) => [location, { since, sourcing }] as const),
    ),
  );
  if (limited.size === 0) return;
  const names = [...limited.keys()];
  const since = iso(Math.min(...[...limited.values()].map((each) => each.since)));
  const [now, steps] = await Promise.all([
    readLoads(
      sql,
      names.map((location) => ({ location, since })),
    ),
    readStepsAt(sql, names, since),
  ]);
  const open = new Map(now.map(({ location, open_units }) => [location, open_units]));
  let next = 0;
  for (const decision of decisions.toReversed()) {
    for (let step = steps[next]; step && !isBefore(step, decision); next += 1, step = steps[next])
      open.set(step.location, (open.get(step.location) ?? 0) - step.reserved);
    for (const [location, { sourcing }] of limited) {
      const began = dayBegan(placeIn(sourcing, location).timeZone, decision.at);
      const orders = new Set<string>();
      for (let at = next; at < steps.length; at += 1) {
        const step = steps[at];
        if (!step || step.moved_at < began) break;
        if (step.location === location && step.movement === 'reserved') orders.add(step.key);
      }
      decision.loads.set(location, { openUnits: open.get(location) ?? 0, ordersToday: orders.size });
    }
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
