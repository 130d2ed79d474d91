/**
 * The first story: one of two brands, three items, paid by an authorisation. Item A lies only in the northern warehouse, B
 * and C only in the city store, so the order leaves from two places, on different days.
 */
import type { OrderSpec } from '../kit/types.ts';
import type { World } from '../kit/world.ts';
import { product, SPECIAL } from './catalogue.ts';
import { DAY_MS, HOUR_MS, type LocationId, MINUTE_MS, PLACES } from './names.ts';
import type { PlannedOrder } from './plan.ts';
import { lineOf } from './shopping.ts';
import type { Places } from './supply.ts';

export const STORY_HANDLE = 'story';
export const STORY_CHANNEL = 'shopify-northlight' as const;

/** When the two parcels leave, counted from the order. */
export const STORY_SHIPS_AFTER = { 'WH-NORTH': 5 * HOUR_MS, 'STORE-CITY': 29 * HOUR_MS } as const;

/** The customer asks to send the first item back. */
export const STORY_ASKS_AFTER = 6 * DAY_MS;

/** The order of the story. The hub captures when the first parcel has left. */
export function storyOrder(placedAtMs: number): PlannedOrder {
  return {
    index: 0,
    channel: STORY_CHANNEL,
    placedAtMs,
    spec: storySpec(),
    life: [{ kind: 'askBack', afterMs: STORY_ASKS_AFTER, line: { index: 0, quantity: 1 } }],
    planted: null,
  };
}

/** Lets each parcel leave at its time; store and warehouse ship all that is asked of them. */
export function planStoryShipments(
  places: Places,
  reference: string,
  placedAtMs: number,
  pace: number,
): void {
  for (const [location, afterMs] of Object.entries(STORY_SHIPS_AFTER) as [LocationId, number][]) {
    const { system, code } = PLACES[location];
    places[system].planShip(reference, { location: code, atMs: placedAtMs + Math.round(afterMs * pace) });
  }
}

/** Takes the ERP down from just before the order is placed, for an hour. */
export function erpDownForAnHour(world: World, placedAtMs: number): void {
  world.planOutage({ system: 'erp', fromMs: placedAtMs - MINUTE_MS, toMs: placedAtMs - MINUTE_MS + HOUR_MS });
}

function storySpec(): OrderSpec {
  const items = [SPECIAL.storyNorth, ...SPECIAL.storyCity].map(product);
  return {
    handle: STORY_HANDLE,
    currency: 'EUR',
    taxesIncluded: true,
    shopper: {
      accountId: '700001',
      firstName: 'Ingrid',
      lastName: 'Sommer',
      email: 'ingrid.sommer@example.com',
      phone: '+4915112345678',
      address1: 'Lindenstraße 7',
      city: 'Hamburg',
      postalCode: '20095',
      provinceCode: null,
      countryCode: 'DE',
    },
    lines: items.map((item) => lineOf(item, STORY_CHANNEL, 'DE', 1)),
    shipping: { title: 'Standard', price: '4.90', tax: [{ title: 'DE MwSt 19%', rate: '0.19' }] },
    payment: 'authorised',
    gateway: 'shopify_payments',
  };
}
