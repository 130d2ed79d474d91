/** From where an order's units come: what it still wants, and the sourcing rules on it. */
import type { Order } from '../canonical/index.ts';
import type { RetailerConfig } from '../config.ts';
import type { Mappings } from '../process.ts';
import { planKits } from '../stock/kit-plan.ts';
import { composition, type Kit } from '../stock/kits.ts';
import { planSourcing, type SourcingPlan } from '../stock/sourcing.ts';
import type { SourcingStock, SourcingWish } from '../stock/sourcing-candidates.ts';
import { bundled, unbundled } from './bundles.ts';
import type { Draft } from './draft.ts';
import { locationsFor } from './kinds.ts';
import { allocatedUnits, openUnits, shippableLines } from './quantities.ts';
import type { OrderState } from './state.ts';

/** What is wanted and neither promised nor shipped; of kits, with what they are made of now. */
export function missingUnits(state: OrderState, order: Order, kits: readonly Kit[]): SourcingWish[] {
  return shippableLines(order).flatMap((line) => {
    const sku = state.skus?.[line.lineId];
    if (sku === undefined) return [];
    const quantity = openUnits(state, order, line) - allocatedUnits(state, line.lineId);
    return quantity > 0
      ? [
          {
            lineId: line.lineId,
            sku,
            quantity,
            avoid: state.avoid[line.lineId] ?? [],
            ...composition(kits, sku),
          },
        ]
      : [];
  });
}

/** The same of an order that is being decided on. */
export function missingOf({ state, order, context }: Draft): SourcingWish[] {
  return missingUnits(state, order, context.config.kits);
}

/** Plans by the rules of the order's brand. What the customer fetches comes from where it is fetched. */
export function sourceOrder(
  state: Pick<OrderState, 'connection' | 'brand'>,
  order: Pick<Order, 'delivery' | 'shipTo'> & Partial<Pick<Order, 'lines'>>,
  wishes: readonly SourcingWish[],
  context: {
    config: Pick<RetailerConfig, 'locations' | 'sourcing'> & Partial<Pick<RetailerConfig, 'brands'>>;
    mappings: Mappings;
    stock: SourcingStock;
    now: number;
  },
): SourcingPlan {
  const { config, mappings, stock, now } = context;
  const isFetched = order.delivery?.method === 'pickUp';
  const locations = locationsFor(order, state.connection, mappings, config.locations);
  const country = order.shipTo?.countryCode ?? null;
  const how = {
    sourcing: config.sourcing,
    delivery: isFetched ? ('pickUp' as const) : ('shipping' as const),
    province: order.shipTo?.provinceCode ?? null,
    postalArea: order.shipTo?.postalArea ?? null,
    now,
  };
  const isApart = config.brands?.find(({ id }) => id === state.brand)?.bundles === 'apart';
  const { wishes: asked, members } = bundled(wishes, isApart ? [] : (order.lines ?? []));
  const plan = unbundled(
    planKits(asked, stock, (some, left) => planSourcing(some, locations, left, state.brand, country, how)),
    members,
  );
  if (!isFetched) return plan;
  const [place] = locations;
  const where = place
    ? `The customer fetches it at ${place.name}, so it comes from there`
    : `The customer fetches it at "${order.delivery?.locationName ?? order.delivery?.location ?? 'an unknown place'}", which is mapped to no location of ours`;
  return { ...plan, because: [where, ...plan.because] };
}
