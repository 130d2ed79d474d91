/** The parts of a store that serve companies, put together: what they answer, and what they find by id. */

import { nameOf } from '../customers/customers.ts';
import type { Execution } from '../graphql/execution.ts';
import type { ByGlobalId } from '../graphql/resolvers.ts';
import { termsRoot, termsTemplate, termsTemplateNode } from '../payments/payment-terms.ts';
import type { Catalogue } from '../products/catalogue.ts';
import type { Store } from '../store.ts';
import { CatalogNodes } from './catalog-nodes.ts';
import { CatalogWrites } from './catalog-writes.ts';
import { CompanyContacts } from './company-contacts.ts';
import { CompanyLocations, type LocationsHost } from './company-locations.ts';
import { CompanyNodes, type CompanyNodesHost } from './company-nodes.ts';
import { CompanyWrites } from './company-writes.ts';
import { PriceLists } from './price-lists.ts';
import { Publications } from './publications.ts';

export interface BusinessPartsHost {
  store: Store;
  catalogue: Catalogue;
  currency: string;
  now(): number;
  order(id: string, execution: Execution): unknown;
  drafts: CompanyNodesHost['drafts'];
  creditOf: CompanyNodesHost['creditOf'];
  /** Whether something is left on a location's accounts of store credit. */
  hasCredit(locationId: string): boolean;
}

export interface BusinessParts {
  nodes: CompanyNodes;
  parts: { root(): Record<string, unknown> }[];
  byId: Record<string, ByGlobalId>;
}

export function businessParts({
  store,
  catalogue,
  currency,
  now,
  order,
  ...more
}: BusinessPartsHost): BusinessParts {
  const { companies, customers, catalogs, stock } = store;
  const personOf = (customerId: string) => {
    const customer = customers.get(customerId);
    return customer && customers.person(customer);
  };
  const people = {
    emailOf: (customerId: string) => personOf(customerId)?.email ?? null,
    nameOf: (customerId: string) => nameOf(personOf(customerId) ?? { firstName: null, lastName: null }),
  };
  const orderAt = (serial: number) => store.orders.at(serial);
  const nodes: CompanyNodes = new CompanyNodes({
    companies,
    currency,
    now,
    order,
    drafts: more.drafts,
    creditOf: more.creditOf,
    orderAt,
    ...people,
    catalogsOf: (locationId) => {
      const location = companies.location(locationId);
      return location
        ? catalogs.of(location).map((each) => ({ id: each.id, node: catalogNodes.catalog(each) }))
        : [];
    },
  });
  const { hasCredit } = more;
  const hasDrafts: LocationsHost['hasDrafts'] = (of) =>
    store.drafts
      .all()
      .some(({ company }) =>
        'locationId' in of ? company?.locationId === of.locationId : company?.contactId === of.contactId,
      );
  const host = { companies, customers, nodes, now, orderAt, currency, hasCredit, hasDrafts, ...people };
  const catalogHost = { ...host, catalogs, stock, catalogue };
  const catalogNodes = new CatalogNodes(catalogHost);
  const writes = new CompanyWrites(host);
  const locations = new CompanyLocations(host);
  const contacts = new CompanyContacts(host);
  const catalogWrites = new CatalogWrites({ ...catalogHost, catalogNodes });
  const priceLists = new PriceLists({ ...catalogHost, catalogNodes });
  const publications = new Publications({ ...catalogHost, catalogNodes });
  return {
    nodes,
    parts: [writes, locations, contacts, catalogWrites, priceLists, publications, { root: termsRoot }],
    byId: {
      Company: (id) => writes.byId(id),
      CompanyLocation: (id) => locations.byId(id),
      CompanyAddress: (id) => locations.addressById(id),
      CompanyContact: (id) => contacts.byId(id),
      CompanyContactRole: (id) => contacts.roleById(id),
      CompanyContactRoleAssignment: (id) => contacts.assignmentById(id),
      CompanyLocationCatalog: (id) => catalogWrites.byId(id),
      PriceList: (id) => priceLists.byId(id),
      Publication: (id) => publications.byId(id),
      PaymentTermsTemplate: (id) => {
        const found = termsTemplate(id);
        return found ? termsTemplateNode(found) : null;
      },
    },
  };
}
