/**
 * `orderCreate`: an order that comes from elsewhere, as an app tells it. Prices and rates of tax are the app's; what they come to is
 * the store's own arithmetic, and amounts that differ from it are not behaved.
 */
import { toMinor } from '../../../../sandbox/kit/money.ts';
import type { OrderSpec } from '../../../../sandbox/kit/types.ts';
import type { OrderBook } from '../book.ts';
import type { Customers } from '../customers/customers.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { idIn } from '../ids.ts';
import type { Item } from '../inventory/stock.ts';
import { titleOnLine } from '../products/product-choices.ts';
import { payable } from './pricing.ts';

export interface OrderCreateHost {
  currency: string;
  customers: Customers;
  /** What the store sells, by the digits of the variant's id. */
  variant(id: string): Item | undefined;
  /** Units that can be sold, at all locations together. */
  available(item: Item): number;
  /** The order as it would be: not in the books. */
  preview(spec: OrderSpec): OrderBook;
  place(spec: OrderSpec, finish: (order: OrderBook) => void): OrderBook;
  node(order: OrderBook): unknown;
}

interface Money {
  amount: string;
  currencyCode: string;
}
interface Bag {
  shopMoney: Money;
  presentmentMoney?: Money | null;
}
type TaxInput = { title: string; rate: string; priceSet?: Bag | null; channelLiable?: boolean | null };
type Address = Readonly<Record<string, string | null | undefined>>;

interface LineInput {
  variantId?: string | null;
  title?: string | null;
  sku?: string | null;
  quantity: number;
  priceSet?: Bag | null;
  requiresShipping?: boolean | null;
  giftCard?: boolean | null;
  taxable?: boolean | null;
  taxLines?: readonly TaxInput[] | null;
}

interface OrderInput {
  lineItems?: readonly LineInput[] | null;
  shippingLines?: readonly { title: string; priceSet: Bag; taxLines?: readonly TaxInput[] | null }[] | null;
  customerId?: string | null;
  customer?: { toAssociate?: { id?: string | null } | null; toUpsert?: object | null } | null;
  email?: string | null;
  phone?: string | null;
  shippingAddress?: Address | null;
  billingAddress?: Address | null;
  currency?: string | null;
  taxesIncluded?: boolean | null;
  financialStatus?: string | null;
  transactions?:
    | readonly { amountSet: Bag; gateway?: string | null; kind?: string | null; status?: string | null }[]
    | null;
  tags?: readonly string[] | null;
  note?: string | null;
  poNumber?: string | null;
  sourceName?: string | null;
  test?: boolean | null;
  customAttributes?: readonly { key: string; value: string }[] | null;
}

export interface OrderCreateArgs {
  order: OrderInput;
  options?: { inventoryBehaviour?: string | null } | null;
}

interface CreateError {
  field: string[] | null;
  message: string;
  code: 'INVALID' | 'INVENTORY_CLAIM_FAILED' | 'REDUNDANT_CUSTOMER_FIELDS';
}

/** Members of the input that are behaved; others are refused by name. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['lineItems', 'shippingLines', 'customerId', 'customer', 'email', 'phone', 'shippingAddress'],
  ...['billingAddress', 'currency', 'taxesIncluded', 'financialStatus', 'transactions', 'tags', 'note'],
  ...['poNumber', 'sourceName', 'test', 'customAttributes'],
]);
const KNOWN_OF_LINES: ReadonlySet<string> = new Set([
  ...['variantId', 'title', 'sku', 'quantity', 'priceSet', 'requiresShipping', 'giftCard', 'taxable'],
  'taxLines',
]);

export class OrderCreate {
  readonly #host: OrderCreateHost;

  constructor(host: OrderCreateHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return { orderCreate: (args: OrderCreateArgs) => this.#create(args) };
  }

  #create({ order: input, options }: OrderCreateArgs): unknown {
    onlyKnown(input, KNOWN, 'orderCreate');
    const lines = input.lineItems ?? [];
    for (const line of lines) onlyKnown(line, KNOWN_OF_LINES, 'orderCreate(lineItems)');
    const items = lines.map(({ variantId }) =>
      this.#host.variant(idIn('ProductVariant', variantId ?? '') ?? ''),
    );
    const wrong = this.#wrong(input, lines, items) ?? this.#claim(lines, items, options?.inventoryBehaviour);
    if (wrong) return { order: null, userErrors: [wrong] };
    const spec = this.#specOf(input, lines, items);
    const transaction = input.transactions?.[0];
    const due = payable(this.#host.preview(spec)).shop;
    if (transaction && toMinor(transaction.amountSet.shopMoney.amount, this.#host.currency) !== due)
      throw notSupported('orderCreate with a transaction of another amount than the total');
    const made = this.#host.place(spec, (order) => this.#finish(order, input, items));
    return { order: this.#host.node(made), userErrors: [] };
  }

  #wrong(
    input: OrderInput,
    lines: readonly LineInput[],
    items: readonly (Item | undefined)[],
  ): CreateError | null {
    if (lines.length === 0)
      return invalid(['order', 'lineItems'], 'Line items must have at least one line item');
    if (input.customerId && input.customer)
      return {
        field: ['order'],
        message: 'Only one of customerId and customer can be provided',
        code: 'REDUNDANT_CUSTOMER_FIELDS',
      };
    const customer = customerIn(input);
    if (customer && !this.#host.customers.get(customer))
      return invalid(['order', 'customerId'], 'Customer does not exist');
    for (const [index, line] of lines.entries()) {
      const at = (name: string) => ['order', 'lineItems', String(index), name];
      if (line.quantity < 1) return invalid(at('quantity'), 'Quantity must be greater than 0');
      if (line.variantId && !items[index]) return invalid(at('variantId'), 'Variant does not exist');
      if (!line.variantId && !line.title?.trim()) return invalid(at('title'), "Title can't be blank");
      if (!line.variantId && !line.priceSet) return invalid(at('priceSet'), "Price can't be blank");
    }
    return null;
  }

  /** What is claimed goes from available to committed. Orders that claim nothing are not behaved, but for what has no stock. */
  #claim(
    lines: readonly LineInput[],
    items: readonly (Item | undefined)[],
    behaviour = 'BYPASS' as string | null,
  ): CreateError | null {
    const tracked = items.flatMap((item, index) =>
      item && item.tracked !== false ? [{ item, quantity: lines[index]?.quantity ?? 0 }] : [],
    );
    if (tracked.length === 0) return null;
    if (behaviour === 'BYPASS' || behaviour === null)
      throw notSupported('orderCreate(inventoryBehaviour: BYPASS) of what has stock');
    if (behaviour === 'DECREMENT_IGNORING_POLICY') return null;
    const wanted = Map.groupBy(tracked, ({ item }) => item);
    for (const [item, parts] of wanted)
      if (parts.reduce((sum, { quantity }) => sum + quantity, 0) > this.#host.available(item))
        return {
          field: ['order', 'lineItems'],
          message: 'Unable to reserve inventory',
          code: 'INVENTORY_CLAIM_FAILED',
        };
    return null;
  }

  #specOf(input: OrderInput, lines: readonly LineInput[], items: readonly (Item | undefined)[]): OrderSpec {
    const { currency } = this.#host;
    if (input.currency && input.currency !== currency) throw notSupported('orderCreate in another currency');
    const delivery = input.shippingLines ?? [];
    if (delivery.length > 1) throw notSupported('orderCreate with several shipping lines');
    const [shipping] = delivery;
    return {
      handle: 'created',
      currency,
      taxesIncluded: input.taxesIncluded ?? false,
      shopper: this.#shopperOf(input),
      lines: lines.map((line, index) => ({
        sku: items[index] ? items[index].sku || null : (line.sku ?? null),
        title: items[index]?.title ?? line.title ?? '',
        quantity: line.quantity,
        unitPrice: priceIn(line.priceSet, currency) ?? items[index]?.price ?? '0',
        tax: taxesIn(line.taxLines),
        giftCard: line.giftCard ?? false,
        // The vendor's own default: what nobody calls shipped is not.
        service: !line.requiresShipping,
      })),
      shipping: shipping
        ? {
            title: shipping.title,
            price: priceIn(shipping.priceSet, currency) ?? '0',
            tax: taxesIn(shipping.taxLines),
          }
        : null,
      ...paymentIn(input),
      source: input.sourceName ?? 'shopify_api',
      test: input.test ?? false,
      ...(input.poNumber ? { poNumber: input.poNumber } : {}),
    };
  }

  #shopperOf(input: OrderInput): OrderSpec['shopper'] {
    const { shippingAddress, billingAddress } = input;
    if (shippingAddress && billingAddress && shippingAddress.address1 !== billingAddress.address1)
      throw notSupported('orders that are billed to another address than they go to');
    const address = shippingAddress ?? billingAddress ?? null;
    if (address && !address.countryCode) throw notSupported('an address without the code of its country');
    const customer = this.#host.customers.get(customerIn(input) ?? '');
    const person = customer ? this.#host.customers.person(customer) : null;
    const text = (name: string) => address?.[name]?.trim() ?? '';
    return {
      accountId: null,
      firstName: address ? text('firstName') : (person?.firstName ?? ''),
      lastName: address ? text('lastName') : (person?.lastName ?? ''),
      email: input.email ?? person?.email ?? '',
      phone: input.phone ?? (text('phone') || null),
      address1: text('address1'),
      ...(text('address2') ? { address2: text('address2') } : {}),
      ...(text('company') ? { company: text('company') } : {}),
      city: text('city'),
      postalCode: text('zip'),
      provinceCode: text('provinceCode') || null,
      countryCode: text('countryCode'),
    };
  }

  #finish(order: OrderBook, input: OrderInput, items: readonly (Item | undefined)[]): void {
    const { note = null, tags, customAttributes } = input;
    Object.assign(order, {
      customerId: customerIn(input),
      note,
      tags: [...new Set(tags ?? [])].sort(),
      attributes: (customAttributes ?? []).map(({ key, value }) => ({ key, value })),
    });
    for (const [index, line] of order.lines.entries()) {
      const item = items[index];
      if (!item) continue;
      const { productId, variantId } = item;
      Object.assign(line, { productId, variantId, variantTitle: titleOnLine(item) });
    }
  }
}

function onlyKnown(input: object, known: ReadonlySet<string>, where: string): void {
  for (const [name, value] of Object.entries(input))
    if (!known.has(name) && value != null) throw notSupported(`${where}(${name})`);
}

function invalid(field: string[], message: string): CreateError {
  return { field, message, code: 'INVALID' };
}

/** The digits of the customer whose order it is; null: nobody is named. */
function customerIn({ customerId, customer }: OrderInput): string | null {
  if (customer?.toUpsert || (customer && !customer.toAssociate?.id))
    throw notSupported('orderCreate(customer) but for toAssociate(id)');
  const id = customerId ?? customer?.toAssociate?.id;
  return id ? (idIn('Customer', id) ?? id) : null;
}

function priceIn(bag: Bag | null | undefined, currency: string): string | undefined {
  if (!bag) return undefined;
  const others = [bag.shopMoney, bag.presentmentMoney].some((each) => each && each.currencyCode !== currency);
  if (others) throw notSupported('orderCreate in another currency');
  return bag.shopMoney.amount;
}

function taxesIn(taxes: readonly TaxInput[] | null | undefined): { title: string; rate: string }[] {
  return (taxes ?? []).map(({ title, rate, priceSet, channelLiable }) => {
    if (priceSet || channelLiable)
      throw notSupported('tax lines of orderCreate but for their title and rate');
    return { title, rate: String(rate) };
  });
}

/** The payment follows from the transaction; a status that says otherwise is not behaved. */
function paymentIn({ transactions, financialStatus }: OrderInput): Pick<OrderSpec, 'payment' | 'gateway'> {
  const [transaction, ...more] = transactions ?? [];
  if (more.length > 0) throw notSupported('orderCreate with several transactions');
  const { kind = 'SALE', status = 'SUCCESS', gateway } = transaction ?? {};
  if (transaction && (status !== 'SUCCESS' || (kind !== 'SALE' && kind !== 'AUTHORIZATION')))
    throw notSupported(`orderCreate with a transaction ${kind} ${status}`);
  const payment = !transaction ? 'pending' : kind === 'SALE' ? 'paid' : 'authorised';
  const says = { pending: 'PENDING', paid: 'PAID', authorised: 'AUTHORIZED' }[payment];
  if (financialStatus && financialStatus !== says)
    throw notSupported(`orderCreate(financialStatus: ${financialStatus}) without its transaction`);
  return { payment, gateway: gateway ?? 'manual' };
}
