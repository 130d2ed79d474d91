/** What apps do with draft orders: find, create, change, calculate, send, duplicate, delete, and place them as orders. */
import type { OrderSpec } from '../../../../sandbox/kit/types.ts';
import type { OrderBook } from '../book.ts';
import { nameOf } from '../customers/customers.ts';
import { reversible } from '../graphql/connection.ts';
import { type Fields, type ListArgs, listed } from '../graphql/filters.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { idIn } from '../ids.ts';
import { payable } from '../orders/pricing.ts';
import {
  type DraftError,
  type DraftInput,
  type DraftInputHost,
  EMPTY_DRAFT,
  readDraft,
} from './draft-input.ts';
import { calculatedNode, draftNode } from './draft-nodes.ts';
import { type DraftBook, type DraftContents, draftStatus, type Selling, specOf, takeOver } from './drafts.ts';

export interface DraftWritesHost extends DraftInputHost {
  selling: Selling;
  shop: string;
  /** The order that a draft is to become, of which nobody is told. */
  preview(contents: DraftContents): OrderBook;
  /** An order comes into the books; `finish` says more of it first. */
  place(spec: OrderSpec, finish: (order: OrderBook) => void): OrderBook;
}

interface Payload {
  draftOrder: unknown;
  userErrors: DraftError[];
}

interface CompleteArgs {
  id: string;
  paymentPending?: boolean | null;
  paymentGatewayId?: string | null;
  sourceName?: string | null;
}

const NOT_FOUND = 'Draft order does not exist';

export class DraftWrites {
  readonly #host: DraftWritesHost;

  constructor(host: DraftWritesHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      draftOrder: ({ id }: { id: string }) => this.byId(id),
      draftOrders: reversible((args: ListArgs) => this.#list(this.#host.drafts.all(), args)),
      draftOrdersCount: (args: { query?: string | null; limit?: number | null }) => {
        if (args.query) throw notSupported('draftOrdersCount(query)');
        return { count: this.#host.drafts.all().length, precision: 'EXACT' };
      },
      draftOrderCreate: ({ input }: { input: DraftInput }) => this.#create(input),
      draftOrderUpdate: (args: { id: string; input: DraftInput }) => this.#update(args.id, args.input),
      draftOrderCalculate: ({ input }: { input: DraftInput }) => {
        const { contents, errors } = readDraft(this.#host, input, EMPTY_DRAFT, []);
        return {
          calculatedDraftOrder: errors.length > 0 ? null : calculatedNode(contents, this.#preview(contents)),
          userErrors: errors,
        };
      },
      draftOrderComplete: (args: CompleteArgs) => this.#complete(args),
      draftOrderDelete: ({ input }: { input: { id: string } }) => {
        const draft = this.#find(input.id);
        if (!draft) return { deletedId: null, userErrors: [{ field: ['input', 'id'], message: NOT_FOUND }] };
        this.#host.drafts.delete(draft);
        return { deletedId: input.id, userErrors: [] };
      },
      draftOrderDuplicate: (args: { id?: string | null; draftOrderId?: string | null }) =>
        this.#duplicate(args.id ?? args.draftOrderId ?? ''),
      draftOrderInvoiceSend: (args: { id: string; email?: { to?: string | null } | null }) =>
        this.#send(args.id, args.email?.to ?? null),
    };
  }

  byId(id: string): unknown {
    const draft = this.#find(id);
    return draft ? this.#node(draft) : null;
  }

  /** Drafts of a company, a location or a contact, as a list. */
  of(has: (company: NonNullable<DraftContents['company']>) => boolean, args: ListArgs): unknown {
    const found = this.#host.drafts.all().filter(({ company }) => company !== null && has(company));
    return this.#list(found, args);
  }

  #find(id: string): DraftBook | undefined {
    return this.#host.drafts.get(idIn('DraftOrder', id) ?? '');
  }

  #node(draft: DraftBook): unknown {
    return draftNode(draft, this.#preview(draft), this.#host.shop);
  }

  #payload(draft: DraftBook, ...userErrors: DraftError[]): Payload {
    return { draftOrder: this.#node(draft), userErrors };
  }

  #create(input: DraftInput): Payload {
    const { contents, errors } = readDraft(this.#host, input, EMPTY_DRAFT, []);
    if (errors.length > 0) return { draftOrder: null, userErrors: errors };
    return this.#payload(this.#host.drafts.create(this.#withCustomer(contents)));
  }

  #update(id: string, input: DraftInput): Payload {
    const refused = (message: string) => ({ draftOrder: null, userErrors: [{ field: ['id'], message }] });
    const draft = this.#find(id);
    if (!draft) return refused(NOT_FOUND);
    if (draft.completedAtMs !== null) return refused('This order has been paid');
    const { contents, errors } = readDraft(this.#host, input, draft, ['input']);
    if (errors.length > 0) return { draftOrder: null, userErrors: errors };
    Object.assign(draft, this.#withCustomer(contents));
    this.#host.drafts.changed(draft);
    return this.#payload(draft);
  }

  /** Who is known by an address alone becomes a customer. */
  #withCustomer<Contents extends DraftContents>(contents: Contents): Contents {
    const { customers } = this.#host;
    const { email } = contents;
    if (contents.customerId !== null || email === null) return contents;
    const isHis = (other: string | null) => other?.toLowerCase() === email.toLowerCase();
    const known = customers.all().find((each) => isHis(customers.person(each).email));
    const person = { firstName: null, lastName: null, email, phone: null, addresses: [] };
    return { ...contents, customerId: (known ?? customers.create(person, {})).id };
  }

  #preview(contents: DraftContents): OrderBook {
    return this.#host.preview(contents);
  }

  #person({ customerId }: DraftContents) {
    const customer = this.#host.customers.get(customerId ?? '');
    return customer ? this.#host.customers.person(customer) : null;
  }

  #complete({ id, paymentPending, paymentGatewayId, sourceName }: CompleteArgs): Payload {
    const { drafts, selling, place, now } = this.#host;
    const draft = this.#find(id);
    if (!draft) return { draftOrder: null, userErrors: [{ field: ['id'], message: NOT_FOUND }] };
    if (draft.completedAtMs !== null)
      return this.#payload(draft, { field: null, message: 'This order has been paid' });
    // What is paid by hand is all that there is here.
    if (paymentGatewayId)
      return { draftOrder: null, userErrors: [{ field: null, message: 'Invalid payment gateway' }] };
    const { shippingAddress, billingAddress } = draft;
    if (shippingAddress && billingAddress && shippingAddress.address1 !== billingAddress.address1)
      throw notSupported('orders that are billed to another address than they go to');
    const pending = paymentPending || draft.terms !== null;
    const spec = specOf(draft, selling, pending ? 'pending' : 'paid', this.#person(draft));
    const order = place(sourceName ? { ...spec, source: sourceName } : spec, (each) => takeOver(draft, each));
    draft.completedAtMs = now();
    draft.orderId = order.id;
    drafts.changed(draft);
    return this.#payload(draft);
  }

  /** The same goods at their usual price, for the same buyer. */
  #duplicate(id: string): Payload {
    const { drafts } = this.#host;
    const draft = this.#find(id);
    if (!draft) return { draftOrder: null, userErrors: [{ field: ['id'], message: NOT_FOUND }] };
    const { customerId, company, email, phone, note, tags, poNumber, attributes, visibleToCustomer } = draft;
    const copy = drafts.create({
      ...EMPTY_DRAFT,
      ...{ customerId, company, email, phone, note, poNumber, visibleToCustomer },
      tags: [...tags],
      attributes: [...attributes],
      shippingAddress: draft.shippingAddress,
      billingAddress: draft.billingAddress,
      lines: draft.lines.map((line) => ({
        ...line,
        id: drafts.nextId(),
        uuid: `line-${drafts.nextId()}`,
        discount: null,
      })),
    });
    return this.#payload(copy);
  }

  #send(id: string, to: string | null): Payload {
    const draft = this.#find(id);
    if (!draft) return { draftOrder: null, userErrors: [{ field: null, message: 'Draft order not found' }] };
    const errors: DraftError[] = [];
    if (!(to ?? draft.email)) errors.push({ field: null, message: "To can't be blank" });
    if (draft.completedAtMs !== null)
      errors.push({
        field: null,
        message: "Draft order Invoice can't be sent. This draft order is already paid.",
      });
    if (errors.length > 0) return this.#payload(draft, ...errors);
    draft.invoiceSentAtMs = this.#host.now();
    this.#host.drafts.changed(draft);
    return this.#payload(draft);
  }

  #list(drafts: readonly DraftBook[], args: ListArgs): unknown {
    const customerName = (draft: DraftBook) => {
      const person = this.#person(draft);
      return person ? nameOf(person) : '';
    };
    const fields: Fields<DraftBook> = {
      default: { text: (draft) => [`#D${draft.number}`, draft.email ?? '', customerName(draft)] },
      id: { id: ({ id }) => id },
      customer_id: { text: ({ customerId }) => customerId },
      status: { text: draftStatus },
      tag: { text: ({ tags }) => tags },
      source: { text: ({ sourceName }) => sourceName },
      created_at: { time: ({ createdAtMs }) => createdAtMs },
      updated_at: { time: ({ updatedAtMs }) => updatedAtMs },
    };
    return listed(
      drafts,
      args,
      {
        fields,
        sorts: {
          ID: ({ id }) => id,
          NUMBER: ({ number }) => number,
          STATUS: draftStatus,
          UPDATED_AT: ({ updatedAtMs }) => updatedAtMs,
          CUSTOMER_NAME: (draft) => customerName(draft).toLowerCase(),
          TOTAL_PRICE: (draft) => Number(payable(this.#preview(draft)).shop),
        },
      },
      (each) => this.#node(each),
    );
  }
}
