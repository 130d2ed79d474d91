/** Whatever carries metafields, by its global id. */

import { notSupported } from '../graphql/unsupported.ts';
import { idIn } from '../ids.ts';
import type { Store } from '../store.ts';
import type { Holder } from './metafields.ts';

/** The owner of this id, to be written; undefined: there is none. */
export function metafieldHolder(id: string, store: Store): Holder | undefined {
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
    case 'Product': {
      const owner = store.stock.product(digits);
      return owner && { owner, type: 'PRODUCT', changed: () => store.tellProduct(owner, 'products/update') };
    }
    case 'ProductVariant': {
      const item = store.stock.ofVariant(digits);
      if (!item) return undefined;
      item.variant ??= {};
      const changed = () => store.tellProduct(item.product, 'products/update');
      return { owner: item.variant, type: 'PRODUCTVARIANT', changed };
    }
    case '':
      return undefined;
    default:
      throw notSupported(`metafields on ${id}`);
  }
}
