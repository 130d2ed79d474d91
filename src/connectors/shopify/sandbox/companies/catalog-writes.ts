/** What apps do with catalogues of company locations: find, create, update, delete, give to locations and take from them. */

import { requireAny } from '../access/scopes.ts';
import { reversible } from '../graphql/connection.ts';
import type { Execution } from '../graphql/execution.ts';
import { type Fields, type ListArgs, listed } from '../graphql/filters.ts';
import { gid, idIn } from '../ids.ts';
import type { CatalogNodes, CatalogNodesHost } from './catalog-nodes.ts';
import type { CatalogBook } from './catalogs.ts';
import type { CompanyLocationBook } from './companies.ts';

export interface CatalogWritesHost extends CatalogNodesHost {
  catalogNodes: CatalogNodes;
}

interface Context {
  companyLocationIds?: readonly string[] | null;
  marketIds?: readonly string[] | null;
}

interface CatalogInput {
  title?: string | null;
  status?: CatalogBook['status'] | null;
  context?: Context | null;
  priceListId?: string | null;
  publicationId?: string | null;
}

interface ContextArgs {
  catalogId: string;
  contextsToAdd?: Context | null;
  contextsToRemove?: Context | null;
}

interface CatalogError {
  field: string[];
  message: string;
  /** Of `CatalogUserErrorCode`. */
  code: string;
}

interface Payload {
  catalog: unknown;
  userErrors: CatalogError[];
}

const MAX_TITLE_CHARS = 255;

const FIELDS: Fields<CatalogBook> = {
  default: { text: ({ title }) => title },
  id: { id: ({ id }) => id },
  title: { text: ({ title }) => title },
  status: { text: ({ status }) => status },
  company_location_id: { text: ({ locations }) => [...locations].map(({ id }) => id) },
  company_id: { text: ({ locations }) => [...locations].map(({ company }) => company.id) },
};

export class CatalogWrites {
  readonly #host: CatalogWritesHost;

  constructor(host: CatalogWritesHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    const { all } = this.#host.catalogs;
    // Others than those of companies are not here: of markets and apps the store has none.
    const found = (type: string | null | undefined) =>
      !type || type === 'COMPANY_LOCATION' ? [...all.values()] : [];
    return {
      catalog: ({ id }: { id: string }, { scopes }: Execution) => {
        requireAny(scopes, 'catalog', ['read_products']);
        return this.byId(id);
      },
      catalogs: reversible((args: ListArgs & { type?: string | null }, { scopes }: Execution) => {
        requireAny(scopes, 'catalogs', ['read_products']);
        return listed(
          found(args.type),
          args,
          {
            fields: FIELDS,
            sorts: {
              ID: ({ id }) => id,
              TITLE: ({ title }) => title.toLowerCase(),
              TYPE: () => 'COMPANY_LOCATION',
            },
          },
          (each) => this.#host.catalogNodes.catalog(each),
        );
      }),
      catalogCreate: ({ input }: { input: CatalogInput }) => this.#create(input),
      catalogUpdate: (args: { id: string; input: CatalogInput }) => this.#update(args.id, args.input),
      catalogContextUpdate: (args: ContextArgs) => this.#setContext(args),
      catalogDelete: (args: { id: string; deleteDependentResources?: boolean | null }) =>
        this.#delete(args.id, args.deleteDependentResources ?? false),
    };
  }

  byId(id: string): unknown {
    const catalog = this.#find(id);
    return catalog ? this.#host.catalogNodes.catalog(catalog) : null;
  }

  #find(id: string): CatalogBook | undefined {
    return this.#host.catalogs.all.get(idIn('CompanyLocationCatalog', id) ?? '');
  }

  #create(input: CatalogInput): Payload {
    const errors = titleErrors(input.title ?? '');
    const locations = this.#locations(input.context ?? {}, ['input', 'context']);
    const parts = this.#parts(input);
    errors.push(...locations.errors, ...parts.errors);
    if (errors.length > 0) return { catalog: null, userErrors: errors };
    const catalog = this.#host.catalogs.add({
      title: input.title?.trim() ?? '',
      status: input.status ?? 'DRAFT',
      locations: new Set(locations.found),
      priceList: parts.priceList ?? null,
      publication: parts.publication ?? null,
    });
    return this.#payload(catalog);
  }

  #update(id: string, input: CatalogInput): Payload {
    const catalog = this.#find(id);
    if (!catalog) return { catalog: null, userErrors: [missing('id')] };
    const errors = typeof input.title === 'string' ? titleErrors(input.title) : [];
    const locations = input.context ? this.#locations(input.context, ['input', 'context']) : null;
    const parts = this.#parts(input, catalog);
    errors.push(...(locations?.errors ?? []), ...parts.errors);
    if (errors.length > 0) return { catalog: null, userErrors: errors };
    if (input.title) catalog.title = input.title.trim();
    if (input.status) catalog.status = input.status;
    if (locations) catalog.locations = new Set(locations.found);
    if (parts.priceList !== undefined) catalog.priceList = parts.priceList;
    if (parts.publication !== undefined) catalog.publication = parts.publication;
    return this.#payload(catalog);
  }

  #setContext({ catalogId, contextsToAdd, contextsToRemove }: ContextArgs): Payload {
    const refused = (...userErrors: CatalogError[]) => ({ catalog: null, userErrors });
    const catalog = this.#find(catalogId);
    if (!catalog) return refused(missing('catalogId'));
    if (!contextsToAdd && !contextsToRemove)
      return refused(
        error(
          'REQUIRES_CONTEXTS_TO_ADD_OR_REMOVE',
          ['contextsToAdd'],
          'Must have `contexts_to_add` or `contexts_to_remove` argument.',
        ),
      );
    for (const [name, context] of Object.entries({ contextsToAdd, contextsToRemove }))
      if (context?.marketIds?.length)
        return refused(
          error(
            'CONTEXT_DRIVER_MISMATCH',
            [name, 'marketIds'],
            'The arguments `contexts_to_add` and `contexts_to_remove` must match existing catalog context type.',
          ),
        );
    const none = { found: [], errors: [] };
    const more = contextsToAdd ? this.#locations(contextsToAdd, ['contextsToAdd']) : none;
    const fewer = contextsToRemove ? this.#locations(contextsToRemove, ['contextsToRemove']) : none;
    const errors = [...more.errors, ...fewer.errors];
    if (errors.length > 0) return refused(...errors);
    for (const each of more.found) catalog.locations.add(each);
    for (const each of fewer.found) catalog.locations.delete(each);
    return this.#payload(catalog);
  }

  #delete(id: string, whole: boolean): unknown {
    const { catalogs } = this.#host;
    const catalog = this.#find(id);
    if (!catalog) return { deletedId: null, userErrors: [missing('id')] };
    const { priceList, publication } = catalog;
    if (whole && priceList) catalogs.deletePriceList(priceList);
    if (whole && publication) catalogs.deletePublication(publication);
    catalogs.all.delete(catalog.id);
    return { deletedId: gid('CompanyLocationCatalog', catalog.id), userErrors: [] };
  }

  /** Locations of a context. */
  #locations(
    { companyLocationIds, marketIds }: Context,
    at: readonly string[],
  ): { found: CompanyLocationBook[]; errors: CatalogError[] } {
    const both = Boolean(companyLocationIds) === Boolean(marketIds);
    if (both)
      return {
        found: [],
        errors: [
          error('MUST_PROVIDE_EXACTLY_ONE_CONTEXT_TYPE', at, 'Must provide exactly one context type.'),
        ],
      };
    if (marketIds)
      return {
        found: [],
        errors: marketIds.map((_, index) =>
          error('MARKET_NOT_FOUND', [...at, 'marketIds', String(index)], 'Market not found.'),
        ),
      };
    const ids = companyLocationIds ?? [];
    const found = ids.map((id) => this.#host.companies.location(idIn('CompanyLocation', id) ?? ''));
    const errors = found.flatMap((location, index) =>
      location
        ? []
        : [
            error(
              'COMPANY_LOCATION_NOT_FOUND',
              [...at, 'companyLocationIds', String(index)],
              'A company location within the catalog does not exist.',
            ),
          ],
    );
    return { found: found.filter((each) => each !== undefined), errors };
  }

  /** Price list and publication of an input; undefined: it says nothing of it, null: there is to be none. */
  #parts({ priceListId, publicationId }: CatalogInput, own?: CatalogBook) {
    const { catalogs } = this.#host;
    const errors: CatalogError[] = [];
    const pick = <Part extends { id: string }>(
      id: string | null | undefined,
      found: Part | undefined,
      field: 'priceListId' | 'publicationId',
      holder: CatalogBook | undefined,
    ): Part | null | undefined => {
      if (id === undefined || id === null) return id;
      const [name, code] =
        field === 'priceListId'
          ? (['Price list', 'PRICE_LIST_NOT_FOUND'] as const)
          : (['Publication', 'PUBLICATION_NOT_FOUND'] as const);
      if (!found) errors.push(error(code, ['input', field], `${name} not found.`));
      else if (holder && holder !== own)
        errors.push(error('TAKEN', ['input', field], `${name} has already been taken`));
      return found;
    };
    const list = catalogs.priceLists.get(idIn('PriceList', priceListId ?? '') ?? '');
    const choice = catalogs.publications.get(idIn('Publication', publicationId ?? '') ?? '');
    return {
      priceList: pick(priceListId, list, 'priceListId', list && catalogs.with(list)),
      publication: pick(publicationId, choice, 'publicationId', choice && catalogs.with(choice)),
      errors,
    };
  }

  #payload(catalog: CatalogBook): Payload {
    return { catalog: this.#host.catalogNodes.catalog(catalog), userErrors: [] };
  }
}

function titleErrors(title: string): CatalogError[] {
  const at = ['input', 'title'];
  if (title.trim() === '') return [error('BLANK', at, "Title can't be blank")];
  return title.length > MAX_TITLE_CHARS
    ? [error('TOO_LONG', at, `Title is too long (maximum is ${MAX_TITLE_CHARS} characters)`)]
    : [];
}

const missing = (field: string) => error('CATALOG_NOT_FOUND', [field], 'Catalog does not exist');

function error(code: string, field: readonly string[], message: string): CatalogError {
  return { code, field: [...field], message };
}
