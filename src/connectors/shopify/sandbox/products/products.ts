/** Products as a whole: `productCreate`, `productUpdate`, `productDelete`. */

import { notSupported } from '../graphql/unsupported.ts';
import { idIn } from '../ids.ts';
import type { ProductBook } from '../inventory/stock.ts';
import { addOptions, type OptionInput, optionErrors } from './product-options.ts';
import {
  handleError,
  type ProductFields,
  type ProductsHost,
  titleError,
  writeProduct,
} from './product-writes.ts';

interface ProductInput extends ProductFields {
  id?: string | null;
  productOptions?: readonly OptionInput[] | null;
  [other: string]: unknown;
}

interface ProductArgs {
  product?: ProductInput | null;
  /** Its old name. */
  input?: ProductInput | null;
  media?: readonly object[] | null;
  identifier?: object | null;
}

const FIELDS: ReadonlySet<string> = new Set([
  'id',
  'title',
  'descriptionHtml',
  'handle',
  'productType',
  'status',
  'tags',
  'vendor',
]);

export class Products {
  readonly #host: ProductsHost;

  constructor(host: ProductsHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      productCreate: (args: ProductArgs) => this.#create(args),
      productUpdate: (args: ProductArgs) => this.#update(args),
      productDelete: (args: { input: { id: string }; synchronous?: boolean | null }) => this.#delete(args),
    };
  }

  #create(args: ProductArgs): unknown {
    const { productOptions, ...input } = inputOf('productCreate', args);
    const refused = (field: readonly string[], message: string) => ({
      product: null,
      shop: this.#host.shop(),
      userErrors: [{ field, message }],
    });
    if (input.id) return refused(['id'], 'Cannot specify id on creation');
    const title = titleError(input.title ?? '');
    if (title) return refused(['title'], title);
    const { stock } = this.#host;
    const handle = handleError(stock, input.handle);
    if (handle) return refused(['handle'], handle);
    const [wrong] = optionErrors(productOptions ?? [], []);
    if (wrong) return refused(['productOptions', ...wrong[0]], wrong[2]);
    const product = this.#host.create(input.title ?? '');
    writeProduct(product, input);
    if (productOptions?.length) addOptions(stock, product, productOptions);
    this.#host.told(product, 'products/create', { made: product.variants });
    return { product: this.#host.catalogue.product(product), shop: this.#host.shop(), userErrors: [] };
  }

  #update(args: ProductArgs): unknown {
    if (args.identifier) throw notSupported('productUpdate(identifier)');
    const input = inputOf('productUpdate', args);
    const refused = (field: string, message: string) => ({
      product: null,
      userErrors: [{ field: [field], message }],
    });
    const product = this.#product(input.id ?? '');
    if (!product) return refused('id', 'Product does not exist');
    const title = input.title === undefined ? undefined : titleError(input.title ?? '');
    if (title) return refused('title', title);
    const handle = handleError(this.#host.stock, input.handle, product);
    if (handle) return refused('handle', handle);
    writeProduct(product, input);
    product.updatedAtMs = this.#host.now();
    this.#host.told(product, 'products/update');
    return { product: this.#host.catalogue.product(product), userErrors: [] };
  }

  #delete({ input, synchronous }: { input: { id: string }; synchronous?: boolean | null }): unknown {
    if (synchronous === false) throw notSupported('productDelete(synchronous: false)');
    const product = this.#product(input.id);
    const shop = this.#host.shop();
    if (!product)
      return {
        deletedProductId: null,
        shop,
        userErrors: [{ field: ['id'], message: 'Product does not exist' }],
      };
    this.#host.remove(product);
    this.#host.told(product, 'products/delete', { gone: product.variants });
    return { deletedProductId: input.id, shop, userErrors: [] };
  }

  #product(id: string): ProductBook | undefined {
    return this.#host.stock.product(idIn('Product', id) ?? '');
  }
}

function inputOf(mutation: 'productCreate' | 'productUpdate', args: ProductArgs): ProductInput {
  const { product, input, media } = args;
  if (media?.length) throw notSupported(`${mutation}(media)`);
  const given = product ?? input ?? {};
  const isKnown = (name: string) =>
    FIELDS.has(name) || (name === 'productOptions' && mutation === 'productCreate');
  // A switch that is off changes nothing.
  for (const [name, value] of Object.entries(given))
    if (!isKnown(name) && value !== false) throw notSupported(`${mutation}(${name})`);
  return given;
}
