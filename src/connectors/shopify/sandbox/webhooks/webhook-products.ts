/** Products and inventory items as their webhooks carry them. */

import { digits, gid } from '../ids.ts';
import { type Item, isTracked, type ProductBook } from '../inventory/stock.ts';
import { VENDOR } from '../products/catalogue.ts';
import { selectedOptions, variantTitle } from '../products/product-choices.ts';
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

/** What is left of an item that is gone. */
export function goneItemBody(item: Item): Json {
  return {
    id: digits(item.id),
    country_code_of_origin: item.countryOfOrigin ?? null,
    province_code_of_origin: null,
    harmonized_system_code: item.harmonizedSystemCode ?? null,
    country_harmonized_system_codes: [],
    admin_graphql_api_id: gid('InventoryItem', item.id),
  };
}

/** A product whole, as the topics `products/create` and `products/update` carry it; of a deleted one only its id is left. */
export function productBody(product: ProductBook, { time }: Writer, isGone: boolean): Json {
  if (isGone) return { id: digits(product.id) };
  const { variants, options } = product;
  return {
    admin_graphql_api_id: gid('Product', product.id),
    body_html: product.descriptionHtml ?? '',
    created_at: time.write(product.createdAtMs),
    handle: product.handle,
    id: digits(product.id),
    product_type: product.productType ?? '',
    published_at: null,
    template_suffix: null,
    title: product.title,
    updated_at: time.write(
      Math.max(product.updatedAtMs, ...variants.map(({ updatedAtMs }) => updatedAtMs ?? 0)),
    ),
    vendor: product.vendor ?? VENDOR,
    status: (product.status ?? 'ACTIVE').toLowerCase(),
    published_scope: 'global',
    tags: (product.tags ?? []).join(', '),
    variants: variants.map((item, index) => variantBody(item, index + 1, time)),
    options: options.map(({ id, name, values }, index) => ({
      name,
      id: digits(id),
      product_id: digits(product.id),
      position: index + 1,
      values: values
        .filter((value) => variants.some(({ chosen }) => chosen[id] === value.id))
        .map((value) => value.name),
    })),
    images: [],
    image: null,
    media: [],
    variant_gids: variants.map(({ variantId, updatedAtMs, createdAtMs }) => ({
      admin_graphql_api_id: gid('ProductVariant', variantId),
      updated_at: time.write(updatedAtMs ?? createdAtMs),
    })),
    has_variants_that_requires_components: variants.some(({ bundle }) => bundle),
    category: null,
  };
}

function variantBody(item: Item, position: number, time: Writer['time']): Json {
  const { variant = {} } = item;
  const available = [...item.levels.values()].reduce((all, { quantities }) => all + quantities.available, 0);
  const [option1, option2 = null, option3 = null] = selectedOptions(item).map(({ value }) => value.name);
  return {
    admin_graphql_api_id: gid('ProductVariant', item.variantId),
    barcode: variant.barcode ?? null,
    compare_at_price: variant.compareAtPrice ?? null,
    created_at: time.write(item.createdAtMs),
    id: digits(item.variantId),
    inventory_policy: (variant.inventoryPolicy ?? 'DENY').toLowerCase(),
    position,
    price: item.price,
    product_id: digits(item.productId),
    sku: item.sku,
    taxable: variant.taxable ?? true,
    title: variantTitle(item),
    updated_at: time.write(item.updatedAtMs ?? item.createdAtMs),
    option1,
    option2,
    option3,
    image_id: null,
    inventory_item_id: digits(item.id),
    inventory_quantity: available,
    old_inventory_quantity: available,
  };
}
