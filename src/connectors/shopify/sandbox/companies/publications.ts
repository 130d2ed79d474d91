/** What apps do with publications of catalogues: which products a catalogue shows. Sales channels have none here. */

import { connection, type PageArgs, reversible } from '../graphql/connection.ts';
import { idIn } from '../ids.ts';
import type { CatalogWritesHost } from './catalog-writes.ts';
import type { PublicationBook } from './catalogs.ts';

interface CreateInput {
  catalogId?: string | null;
  autoPublish?: boolean | null;
  defaultState?: 'ALL_PRODUCTS' | 'EMPTY' | null;
}

interface UpdateInput {
  autoPublish?: boolean | null;
  publishablesToAdd?: readonly string[] | null;
  publishablesToRemove?: readonly string[] | null;
}

interface PublicationError {
  field: string[];
  message: string;
  /** Of `PublicationUserErrorCode`. */
  code: string;
}

/** Most products that one update names. */
const MAX_UPDATE = 50;

export class Publications {
  readonly #host: CatalogWritesHost;

  constructor(host: CatalogWritesHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    const { catalogs, catalogNodes } = this.#host;
    const found = (type: string | null | undefined) =>
      !type || type === 'COMPANY_LOCATION' ? [...catalogs.publications.values()] : [];
    return {
      publication: ({ id }: { id: string }) => this.byId(id),
      publications: reversible((args: PageArgs & { catalogType?: string | null }) => {
        const all = found(args.catalogType);
        return connection(args.reverse ? all.reverse() : all, args, (each) => catalogNodes.publication(each));
      }),
      publicationsCount: (args: { catalogType?: string | null; limit?: number | null }) => ({
        count: found(args.catalogType).length,
        precision: 'EXACT',
      }),
      publicationCreate: ({ input }: { input: CreateInput }) => this.#create(input),
      publicationUpdate: (args: { id: string; input: UpdateInput }) => this.#update(args.id, args.input),
      publicationDelete: ({ id }: { id: string }) => {
        const publication = this.#find(id);
        if (!publication) return { deletedId: null, userErrors: [missing] };
        catalogs.deletePublication(publication);
        return { deletedId: id, userErrors: [] };
      },
    };
  }

  byId(id: string): unknown {
    const found = this.#find(id);
    return found ? this.#host.catalogNodes.publication(found) : null;
  }

  #find(id: string): PublicationBook | undefined {
    return this.#host.catalogs.publications.get(idIn('Publication', id) ?? '');
  }

  #create({ catalogId, autoPublish, defaultState }: CreateInput): unknown {
    const { catalogs, catalogNodes, stock } = this.#host;
    const refused = (code: string, message: string) => ({
      publication: null,
      userErrors: [error(code, ['input', 'catalogId'], message)],
    });
    const catalog = catalogs.all.get(idIn('CompanyLocationCatalog', catalogId ?? '') ?? '');
    if (catalogId && !catalog) return refused('CATALOG_NOT_FOUND', 'Catalog does not exist');
    if (catalog?.publication) return refused('TAKEN', 'Catalog has already been taken');
    const all = defaultState === 'ALL_PRODUCTS' ? stock.products().map(({ id }) => id) : [];
    const publication = {
      id: catalogs.nextId(),
      autoPublish: autoPublish ?? false,
      products: new Set(all),
    };
    catalogs.publications.set(publication.id, publication);
    if (catalog) catalog.publication = publication;
    return { publication: catalogNodes.publication(publication), userErrors: [] };
  }

  #update(id: string, { autoPublish, publishablesToAdd, publishablesToRemove }: UpdateInput): unknown {
    const { catalogNodes, stock } = this.#host;
    const publication = this.#find(id);
    if (!publication) return { publication: null, userErrors: [missing] };
    const more = publishablesToAdd ?? [];
    const fewer = publishablesToRemove ?? [];
    const errors: PublicationError[] = [];
    if (more.length + fewer.length > MAX_UPDATE)
      errors.push(
        error(
          'PUBLICATION_UPDATE_LIMIT_EXCEEDED',
          ['input'],
          `The limit for simultaneous publication updates is ${MAX_UPDATE}.`,
        ),
      );
    for (const [name, ids] of Object.entries({ publishablesToAdd: more, publishablesToRemove: fewer }))
      for (const [index, each] of ids.entries())
        if (!stock.product(idIn('Product', each) ?? ''))
          errors.push(
            error('INVALID_PUBLISHABLE_ID', ['input', name, String(index)], 'Publishable ID not found.'),
          );
    if (errors.length > 0) return { publication: null, userErrors: errors };
    if (typeof autoPublish === 'boolean') publication.autoPublish = autoPublish;
    for (const each of more) publication.products.add(idIn('Product', each) ?? '');
    for (const each of fewer) publication.products.delete(idIn('Product', each) ?? '');
    return { publication: catalogNodes.publication(publication), userErrors: [] };
  }
}

const missing = error('PUBLICATION_NOT_FOUND', ['id'], 'Publication was not found');

function error(code: string, field: string[], message: string): PublicationError {
  return { code, field, message };
}
