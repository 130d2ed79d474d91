/** Whatever carries metafields, by its global id. */
import type { Catalogue } from './catalogue.ts';
import { idIn } from './ids.ts';
import type { Holder } from './metafields.ts';
import type { Store } from './store.ts';
import { notSupported } from './unsupported.ts';

/** The owner of this id, to be written; undefined: there is none. */
export function metafieldHolder(id: string, store: Store, catalogue: Catalogue): Holder | undefined {
  const type = /^gid:\/\/shopify\/(\w+)\/\d+$/.exec(id)?.[1] ?? '';
  const digits = idIn(type, id) ?? '';
  switch (type) {
    case 'Order': {
      const owner = store.forChange(digits);
      return owner && { owner, type: 'ORDER', changed: () => store.changed(owner) };
    }
    case 'Customer': {
      const owner = store.customers.get(digits);
      return owner && { owner, type: 'CUSTOMER', changed: () => store.customers.changed(owner) };
    }
    case 'DraftOrder': {
      const owner = store.drafts.get(digits);
      return owner && { owner, type: 'DRAFTORDER', changed: () => store.drafts.changed(owner) };
    }
    case 'Company': {
      const owner = store.companies.get(digits);
      return owner && { owner, type: 'COMPANY', changed: () => store.companies.changed(owner) };
    }
    case 'CompanyLocation': {
      const owner = store.companies.location(digits);
      return (
        owner && { owner, type: 'COMPANY_LOCATION', changed: () => store.companies.locationChanged(owner) }
      );
    }
    case 'Product':
    case 'ProductVariant': {
      const isProduct = type === 'Product';
      const item = isProduct ? store.stock.ofProduct(digits) : store.stock.ofVariant(digits);
      if (!item) return undefined;
      if (isProduct) item.product ??= {};
      else item.variant ??= {};
      return {
        owner: (isProduct ? item.product : item.variant) ?? {},
        type: isProduct ? 'PRODUCT' : 'PRODUCTVARIANT',
        changed: () => store.tellProduct(item, 'products/update', catalogue.handle(item)),
      };
    }
    case '':
      return undefined;
    default:
      throw notSupported(`metafields on ${id}`);
  }
}
