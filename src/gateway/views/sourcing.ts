/** Sourcing decisions and simulations as the API gives them. */
import type { RetailerConfig } from '../../domain/config.ts';
import type { OrderFact, SourcingNote } from '../../domain/order/facts.ts';
import type { SourcingComparison, SourcingFigures } from '../../domain/order/sourcing-comparison.ts';
import type { Engine } from '../../engine/engine.ts';
import { readOrder } from '../../store/read-orders.ts';
import { readFacts } from '../../store/read-story.ts';
import type { SourcingExplanation, SourcingSimulation } from '../schemas/sourcing.ts';
import { moneyOf } from '../words/look.ts';
import { iso } from './common.ts';

type Named = Pick<RetailerConfig, 'locations'>;

function nameOf({ locations }: Named, id: string): string {
  return locations.find((each) => each.id === id)?.name ?? id;
}

function notesOf(config: Named, considered: readonly SourcingNote[] = []) {
  return considered.map(({ location, verdict, outcome = null }) => ({
    location,
    name: nameOf(config, location),
    outcome,
    verdict,
  }));
}

/** Every decision about where an order's units come from, oldest first. */
export async function explanationOf({ database, config }: Engine, key: string): Promise<SourcingExplanation> {
  const order = await readOrder(database, key);
  const { facts } = await readFacts(database, key, order?.version ?? 0);
  const decisions = facts.flatMap((row): SourcingExplanation['decisions'] => {
    const { type, body, seq, decided_at, config_version } = row;
    const fact = { type, ...body } as OrderFact;
    const common = { at: iso(decided_at), seq, configVersion: config_version };
    switch (fact.type) {
      case 'StockReserved':
        return [
          {
            ...common,
            what: 'reserved',
            allocations: fact.allocations,
            short: [],
            because: fact.because ?? [],
            considered: notesOf(config, fact.considered),
          },
        ];
      case 'StockShort':
        return fact.lines.length === 0
          ? []
          : [
              {
                ...common,
                what: 'short',
                allocations: [],
                short: fact.lines,
                because: fact.because ?? [],
                considered: notesOf(config, fact.considered),
              },
            ];
      case 'StockReleased':
      case 'UnitsReturnedToPlan':
        return [
          {
            ...common,
            what: 'given back',
            allocations: fact.allocations,
            short: [],
            because: [fact.because],
            considered: [],
          },
        ];
      default:
        return [];
    }
  });
  return { key, title: order?.title || key, decisions };
}

export function simulationOf(
  found: SourcingComparison,
  config: Named,
  warnings: string[],
): SourcingSimulation {
  const { orders, decidedOtherwise, before, after, currency, changed } = found;
  const money = (minor: number) => (currency === null ? null : moneyOf(minor, currency));
  return {
    orders,
    changedOrders: changed.length,
    decidedOtherwise,
    before: figuresOf(before, config, money),
    after: figuresOf(after, config, money),
    changed: changed.map(({ at, costBeforeMinor, costAfterMinor, considered, ...order }) => ({
      ...order,
      at: iso(at),
      costBefore: money(costBeforeMinor),
      costAfter: money(costAfterMinor),
      considered: notesOf(config, considered),
    })),
    warnings,
  };
}

function figuresOf(
  { sent, parcels, split, costMinor, units, missingUnits, unitsByLocation }: SourcingFigures,
  config: Named,
  money: (minor: number) => ReturnType<typeof moneyOf> | null,
): SourcingSimulation['before'] {
  return {
    orders: sent,
    parcels,
    parcelsPerOrder: sent === 0 ? '0.00' : (parcels / sent).toFixed(2),
    splitOrders: split,
    splitRate: sent === 0 ? '0.0' : ((100 * split) / sent).toFixed(1),
    cost: money(costMinor),
    units,
    missingUnits,
    unitsByLocation: Object.entries(unitsByLocation)
      .map(([location, sum]) => ({ location, name: nameOf(config, location), units: sum }))
      .sort((a, b) => b.units - a.units || (a.location < b.location ? -1 : 1)),
  };
}
