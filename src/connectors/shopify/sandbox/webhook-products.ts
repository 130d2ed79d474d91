/** Products and inventory items as their webhooks carry them. */
import { VENDOR } from './catalogue.ts';
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
export function productBody(item: Item, handle: string, { time }: Writer, isGone: boolean): Json {
  if (isGone) return { id: digits(item.productId) };
  const createdAt = time.write(item.createdAtMs);
  const updatedAt = time.write(item.updatedAtMs ?? item.createdAtMs);
  const { product = {}, variant = {} } = item;
  const gidOfVariant = gid('ProductVariant', item.variantId);
  const available = [...item.levels.values()].reduce((all, { quantities }) => all + quantities.available, 0);
  return {
    admin_graphql_api_id: gid('Product', item.productId),
    body_html: product.descriptionHtml ?? '',
    created_at: createdAt,
    handle,
    id: digits(item.productId),
    product_type: product.productType ?? '',
    published_at: null,
    template_suffix: null,
    title: item.title,
    updated_at: updatedAt,
    vendor: product.vendor ?? VENDOR,
    status: (product.status ?? 'ACTIVE').toLowerCase(),
    published_scope: 'global',
    tags: (product.tags ?? []).join(', '),
    variants: [
      {
        admin_graphql_api_id: gidOfVariant,
        barcode: variant.barcode ?? null,
        compare_at_price: variant.compareAtPrice ?? null,
        created_at: createdAt,
        id: digits(item.variantId),
        inventory_policy: (variant.inventoryPolicy ?? 'DENY').toLowerCase(),
        position: 1,
        price: item.price,
        product_id: digits(item.productId),
        sku: item.sku,
        taxable: variant.taxable ?? true,
        title: 'Default Title',
        updated_at: updatedAt,
        option1: 'Default Title',
        option2: null,
        option3: null,
        image_id: null,
        inventory_item_id: digits(item.id),
        inventory_quantity: available,
        old_inventory_quantity: available,
      },
    ],
    options: [],
    images: [],
    image: null,
    media: [],
    variant_gids: [{ admin_graphql_api_id: gidOfVariant, updated_at: updatedAt }],
    has_variants_that_requires_components: item.bundle,
    category: null,
  };
}
