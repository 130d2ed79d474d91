/** Products and inventory items as their webhooks carry them. */
import { digits, gid } from './ids.ts';
import { type Item, isTracked } from './stock.ts';
import type { Json, Writer } from './webhook-parts.ts';

export function inventoryItemBody(item: Item, { time }: Writer): Json {
  return {
    id: digits(item.id),
    sku: item.sku,
    created_at: time.write(item.createdAtMs),
    updated_at: time.write(item.updatedAtMs ?? item.createdAtMs),
    requires_shipping: item.requiresShipping ?? true,
    cost: item.cost ?? null,
    country_code_of_origin: item.countryOfOrigin ?? null,
    province_code_of_origin: null,
    harmonized_system_code: item.harmonizedSystemCode ?? null,
    tracked: isTracked(item),
    country_harmonized_system_codes: [],
    weight_value: 0,
    weight_unit: 'kg',
    admin_graphql_api_id: gid('InventoryItem', item.id),
  };
}
