/**
 * Oversold: an order wants units that cannot be sold from any location that may serve it. What then is tried, in order, is data of
 * its brand. The rate is counted from the facts: each order once, whatever is told again.
 */
import { z } from 'zod';
import { Id } from '../canonical/common.ts';

/** A way out. The first that takes what is left decides; what no way takes follows the shortage policy of the brand. */
export const OversoldRoute = z.discriminatedUnion('route', [
  /** Locations that the sourcing rules leave out; empty: all. */
  z.strictObject({
    route: z.literal('otherLocation'),
    locations: z.array(Id).default([]),
    /** Units that are kept back from sale may be promised too. */
    useSafetyStock: z.boolean().default(false),
  }),
  /** Another SKU, by the table `substitutes`: for a line whole, or not at all. */
  z.strictObject({ route: z.literal('substitute') }),
  /** Wait: `together` keeps what is there until all is, `whatIsThere` sends it ahead. */
  z.strictObject({
    route: z.literal('backorder'),
    ship: z.enum(['together', 'whatIsThere']).default('together'),
    /** Only where units of every SKU that is missing are on their way. */
    ifIncoming: z.boolean().default(false),
  }),
  /** Cancel at the channel, which tells the customer and gives the money back. */
  z.strictObject({ route: z.literal('cancel') }),
  /** Ask a person. */
  z.strictObject({ route: z.literal('case') }),
]);
export type OversoldRoute = z.infer<typeof OversoldRoute>;

/** A SKU that may be sent in place of another one, unit for unit. Codes are ours. */
export const Substitute = z.strictObject({
  sku: z.string().min(1),
  by: z.string().min(1),
  /** Empty: of all brands. */
  brands: z.array(Id).default([]),
});
export type Substitute = z.infer<typeof Substitute>;

/** SKUs that may be sent in place of one, in the order of the table. */
export function substitutesOf(substitutes: readonly Substitute[], sku: string, brand: string): string[] {
  return substitutes.flatMap((each) =>
    each.sku === sku && (each.brands.length === 0 || each.brands.includes(brand)) ? [each.by] : [],
  );
}

/** A SKU that is sold before it is there: who orders it waits for it, and it is not oversold. */
export const Preorder = z.strictObject({
  sku: z.string().min(1),
  /** Empty: of all brands. */
  brands: z.array(Id).default([]),
});
export type Preorder = z.infer<typeof Preorder>;

export function isPreorder(preorders: readonly Preorder[], sku: string, brand: string): boolean {
  return preorders.some(
    (each) => each.sku === sku && (each.brands.length === 0 || each.brands.includes(brand)),
  );
}

/** What does not fit together in routes and substitutes, in sentences. */
export function oversoldProblems({
  brands,
  locations,
  substitutes,
}: {
  brands: readonly { id: string; oversold: readonly OversoldRoute[] }[];
  locations: readonly { id: string }[];
  substitutes: readonly Substitute[];
}): string[] {
  const known = new Set(locations.map(({ id }) => id));
  const problems = brands.flatMap((brand) =>
    brand.oversold.flatMap((step) =>
      step.route === 'otherLocation'
        ? step.locations.flatMap((id) =>
            known.has(id)
              ? []
              : [`brand "${brand.id}": oversold names the location "${id}", which does not exist`],
          )
        : [],
    ),
  );
  const ids = new Set(brands.map(({ id }) => id));
  for (const { sku, by, brands: of } of substitutes) {
    if (sku === by) problems.push(`substitutes: "${sku}" stands for itself`);
    for (const id of of)
      if (!ids.has(id)) problems.push(`substitutes: "${sku}" names the brand "${id}", which does not exist`);
  }
  return problems;
}

/** What an order wanted when it was placed, and how much of that was not there: a row of the oversell rate. */
export interface Demand {
  /** Of the placing, in UTC: "2026-11-27". */
  day: string;
  brand: string;
  channel: string;
  /** Units that leave a location. */
  units: number;
  oversoldUnits: number;
}
