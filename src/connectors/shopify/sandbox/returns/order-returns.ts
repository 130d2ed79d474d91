/**
 * Returns of apps: requested and approved or declined, or made at once; processed with their refund and what was agreed in
 * exchange; closed, reopened, cancelled. The vendor knows no keys here: who does not know whether an act was heard looks at
 * the return.
 */
import type { ExchangeLineBook, OrderBook, RefundBook, ReturnBook, ReturnLineBook } from '../book.ts';
import { capturedAmount, refundedAmount, subtract } from '../book-figures.ts';
import { connection, type PageArgs } from '../graphql/connection.ts';
import { notSupported } from '../graphql/unsupported.ts';
import { idIn } from '../ids.ts';
import type { Item } from '../inventory/stock.ts';
import { type Locations, refundNode } from '../orders/nodes-events.ts';
import type { StoreFacts } from '../orders/placing.ts';
import { priced } from '../orders/pricing.ts';
import { titleOnLine } from '../products/product-choices.ts';
import { returnableNodes, returnNode } from './nodes-returns.ts';
import { isError, type ReturnError, returnError } from './return-errors.ts';
import type { FoundReturn, ReturnIndex } from './return-index.ts';
import {
  type CreateInput,
  type ExchangeInput,
  type LineInput,
  type PaidInput,
  type ProcessInput,
  pick,
  type RefundInput,
  shareOfPrice,
  wantsShipping,
  wrongFee,
} from './return-input.ts';
import { type ReasonArgs, reasonNodes, reasonOf } from './return-reasons.ts';
import { disposedUnits, isUntouched, type Processing, processReturn, returnableUnits } from './returns.ts';
import { disposeAll } from './reverse.ts';

/** What happens to a return, as its webhooks name it. */
export type ReturnEvent = 'request' | 'approve' | 'decline' | 'cancel' | 'close' | 'reopen';

export interface ReturnHost {
  facts: StoreFacts;
  locations: Locations;
  index: ReturnIndex;
  now(): number;
  /** The order of a global id, to be changed. */
  order(id: string): OrderBook | undefined;
  node(order: OrderBook): unknown;
  variant(id: string): Item | undefined;
  /** Tells of what happened to a return. */
  happened(order: OrderBook, event: ReturnEvent, found: ReturnBook): void;
  /** Tells of units that are not to come back after all. */
  removed(order: OrderBook, found: ReturnBook, lines: readonly { id: string; delta: number }[]): void;
  /** Tells of a return that was processed. */
  processed(order: OrderBook, refund: RefundBook | null): void;
}

const MAX_NOTE_CHARS = 255;
const MAX_CUSTOMER_NOTE_CHARS = 300;

export class OrderReturns {
  readonly #host: ReturnHost;

  constructor(host: ReturnHost) {
    this.#host = host;
  }

  root(): Record<string, unknown> {
    return {
      return: ({ id }: { id: string }) => this.byId(id),
      returnReasonDefinitions: (args: PageArgs & ReasonArgs) =>
        connection(reasonNodes(args), args, (node) => node),
      returnableFulfillments: (args: PageArgs & { orderId: string }) => {
        const order = this.#host.order(args.orderId);
        return connection(order ? returnableNodes(order) : [], args, ({ node }) => node);
      },
      returnRequest: ({ input }: { input: CreateInput }) => this.#make(input, 'input', 'REQUESTED'),
      returnCreate: ({ returnInput }: { returnInput: CreateInput }) =>
        this.#make(returnInput, 'returnInput', 'OPEN'),
      returnApproveRequest: ({ input: { id } }: { input: { id: string } }) =>
        this.#turn(id, ['input', 'id'], ['REQUESTED'], 'approve', (found) => this.#open(found)),
      returnDeclineRequest: ({
        input: { id, declineReason, declineNote },
      }: {
        input: { id: string; declineReason: string; declineNote?: string | null };
      }) =>
        this.#turn(id, ['input', 'id'], ['REQUESTED'], 'decline', (found) => {
          found.status = 'DECLINED';
          found.decline = { reason: declineReason, note: declineNote ?? null };
        }),
      returnCancel: ({ id }: { id: string }) => this.#cancel(id),
      returnClose: ({ id }: { id: string }) =>
        this.#turn(id, ['id'], ['OPEN'], 'close', (found) => {
          found.status = 'CLOSED';
          found.closedAtMs = this.#host.now();
        }),
      returnReopen: ({ id }: { id: string }) =>
        this.#turn(id, ['id'], ['CLOSED'], 'reopen', (found) => {
          found.status = 'OPEN';
          found.closedAtMs = null;
        }),
      returnProcess: ({ input }: { input: ProcessInput }) => this.#process(input),
      returnRefund: ({ returnRefundInput }: { returnRefundInput: RefundInput }) =>
        this.#refund(returnRefundInput),
      removeFromReturn: (args: Parameters<OrderReturns['remove']>[0]) => this.remove(args),
    };
  }

  byId(id: string): unknown {
    const found = this.#host.index.find('Return', id);
    return found ? this.#node(found) : null;
  }

  #node({ order, found }: FoundReturn): unknown {
    return returnNode(order, found, { locations: this.#host.locations, orderNode: this.#host.node });
  }

  #answer(found: FoundReturn): unknown {
    return { return: this.#node(found), userErrors: [] };
  }

  #make(input: CreateInput, name: string, status: 'REQUESTED' | 'OPEN'): unknown {
    const order = this.#host.order(input.orderId);
    if (!order) return refused(returnError([name, 'orderId'], 'NOT_FOUND', 'Order not found.'));
    const wayBack = input.returnShippingFee?.amount;
    const wrong = wayBack && wrongFee(order, wayBack, [name, 'returnShippingFee', 'amount']);
    if (wrong) return refused(wrong);
    const lines = this.#linesOf(order, input.returnLineItems, name);
    if (isError(lines)) return refused(lines);
    const exchanges = this.#exchangesOf(input.exchangeLineItems ?? [], name);
    if (isError(exchanges)) return refused(exchanges);
    if (lines.length === 0 && exchanges.length === 0)
      return refused(returnError([name, 'returnLineItems'], 'BLANK', "Return line items can't be blank."));
    const made: ReturnBook = {
      id: this.#host.facts.ids.next(),
      name: `#${order.number}-R${(order.returns?.length ?? 0) + 1}`,
      status: 'REQUESTED',
      createdAtMs: this.#host.now(),
      approvedAtMs: null,
      closedAtMs: null,
      decline: null,
      lines,
      exchanges,
      ...(wayBack
        ? { shippingFee: { id: this.#host.facts.ids.next(), amount: priced(order, wayBack.amount) } }
        : {}),
      reverse: null,
    };
    order.returns = [...(order.returns ?? []), made];
    // An archived order is opened again.
    order.closedAtMs = null;
    if (status === 'OPEN') this.#open(made);
    this.#host.index.own(order, made);
    // A return that is open from the start has been approved outside of the platform.
    this.#host.happened(order, status === 'OPEN' ? 'approve' : 'request', made);
    return this.#answer({ order, found: made });
  }

  #open(found: ReturnBook): void {
    found.status = 'OPEN';
    found.approvedAtMs = this.#host.now();
    found.reverse = { id: this.#host.facts.ids.next(), deliveries: [] };
  }

  #linesOf(order: OrderBook, inputs: readonly LineInput[], name: string): ReturnLineBook[] | ReturnError {
    const parcels = order.fulfilments.flatMap(({ lines, cancelledAtMs }) =>
      cancelledAtMs === undefined ? lines : [],
    );
    const asked = new Map<string, number>();
    const made: ReturnLineBook[] = [];
    for (const [index, input] of inputs.entries()) {
      const at = (field: string) => [name, 'returnLineItems', String(index), field];
      const parcel = parcels.find(
        ({ id }) => id === idIn('FulfillmentLineItem', input.fulfillmentLineItemId),
      );
      if (!parcel)
        return returnError(at('fulfillmentLineItemId'), 'NOT_FOUND', 'Fulfillment line item not found.');
      const definition = input.returnReasonDefinitionId ?? null;
      const defined = definition === null ? undefined : reasonOf(definition);
      if (definition !== null && defined === undefined)
        return returnError(
          at('returnReasonDefinitionId'),
          'NOT_FOUND',
          'Return reason definition not found.',
        );
      const note = input.returnReasonNote ?? '';
      if (note.length > MAX_NOTE_CHARS)
        return returnError(
          at('returnReasonNote'),
          'TOO_LONG',
          `Return reason note is too long (maximum is ${MAX_NOTE_CHARS} characters)`,
        );
      if ((input.customerNote?.length ?? 0) > MAX_CUSTOMER_NOTE_CHARS)
        return returnError(
          at('customerNote'),
          'TOO_LONG',
          `Customer note is too long (maximum is ${MAX_CUSTOMER_NOTE_CHARS} characters)`,
        );
      if (input.quantity < 1)
        return returnError(at('quantity'), 'GREATER_THAN', 'Quantity must be greater than 0.');
      const whole = (asked.get(parcel.id) ?? 0) + input.quantity;
      asked.set(parcel.id, whole);
      if (whole > returnableUnits(order, parcel))
        return returnError(at('quantity'), 'INVALID', 'Return line item has an invalid quantity.');
      const { ids } = this.#host.facts;
      const percentage = input.restockingFee?.percentage ?? null;
      if (percentage !== null && (percentage < 0 || percentage > 100))
        return returnError(
          [...at('restockingFee'), 'percentage'],
          'INVALID',
          'Percentage must be between 0 and 100.',
        );
      made.push({
        id: ids.next(),
        ...(percentage === null
          ? {}
          : {
              fee: {
                id: ids.next(),
                percentage,
                amount: shareOfPrice(order, parcel.line, input.quantity, percentage),
              },
            }),
        fulfilmentLineId: parcel.id,
        line: parcel.line,
        quantity: input.quantity,
        reason: defined ?? input.returnReason ?? 'UNKNOWN',
        note,
        customerNote: input.customerNote ?? null,
        processed: 0,
        reverseId: ids.next(),
        dispositions: [],
      });
    }
    return made;
  }

  #exchangesOf(inputs: readonly ExchangeInput[], name: string): ExchangeLineBook[] | ReturnError {
    const made: ExchangeLineBook[] = [];
    for (const [index, { variantId, quantity, appliedDiscount, giftCardCodes }] of inputs.entries()) {
      if (giftCardCodes?.length) throw notSupported('gift cards in exchange');
      if (appliedDiscount?.value.amount) throw notSupported('discounts of an amount on exchange line items');
      const at = (field: string) => [name, 'exchangeLineItems', String(index), field];
      const item = this.#host.variant(idIn('ProductVariant', variantId ?? '') ?? '');
      if (!item) return returnError(at('variantId'), 'NOT_FOUND', 'Variant not found.');
      if (item.bundle) throw notSupported('bundles in exchange');
      if (quantity < 1)
        return returnError(at('quantity'), 'GREATER_THAN', 'Quantity must be greater than 0.');
      const percent = appliedDiscount?.value.percentage;
      made.push({
        id: this.#host.facts.ids.next(),
        sku: item.sku || null,
        title: item.title,
        variantTitle: titleOnLine(item),
        unitPrice: item.price,
        productId: item.productId,
        variantId: item.variantId,
        percentOff:
          percent == null ? null : { percent: String(percent), title: appliedDiscount?.description ?? '' },
        quantity,
        processed: 0,
        lines: [],
      });
    }
    return made;
  }

  /** Changes a return that is in one of these states. */
  #turn(
    id: string,
    field: string[],
    from: readonly ReturnBook['status'][],
    event: ReturnEvent,
    change: (found: ReturnBook) => void,
  ): unknown {
    const at = this.#host.index.find('Return', id);
    if (!at) return refused(returnError(field, 'NOT_FOUND', 'Return not found.'));
    if (!from.includes(at.found.status))
      return refused(
        returnError(field, 'INVALID_STATE', `Return must be ${from.join(' or ').toLowerCase()}.`),
      );
    change(at.found);
    this.#host.index.own(at.order, at.found);
    this.#host.happened(at.order, event, at.found);
    return this.#answer(at);
  }

  #cancel(id: string): unknown {
    const at = this.#host.index.find('Return', id);
    if (at && !isUntouched(at.found))
      return refused(
        returnError(['id'], 'INVALID_STATE', 'Return has been worked on and cannot be canceled.'),
      );
    return this.#turn(id, ['id'], ['REQUESTED', 'OPEN'], 'cancel', (found) => {
      found.status = 'CANCELED';
    });
  }

  #process(input: ProcessInput): unknown {
    if (input.refundDuties?.length) throw notSupported('refunds of duties');
    if (input.tipLineId) throw notSupported('returnProcess(tipLineId)');
    const refund = input.financialTransfer?.issueRefund;
    if (refund?.refundMethods?.length) throw notSupported('refunds to store credit');
    const at = this.#host.index.find('Return', input.returnId);
    if (!at) return refused(returnError(['input', 'returnId'], 'NOT_FOUND', 'Return not found.'));
    if (at.found.status !== 'OPEN')
      return refused(returnError(['input', 'returnId'], 'INVALID_STATE', 'Return must be open.'));
    const understood = this.#understand(
      at,
      input,
      'input',
      refund?.orderTransactions ?? [],
      refund?.allowOverRefunding ?? false,
    );
    if (isError(understood)) return refused(understood);
    const dispositions = (input.returnLineItems ?? []).flatMap((each) => each.dispositions ?? []);
    const wrong = disposeAll(
      this.#host,
      dispositions,
      ['input', 'returnLineItems', 'dispositions'],
      at.found,
    );
    if (isError(wrong)) return refused(wrong);
    const made = processReturn(this.#host.facts, at.order, at.found, understood, this.#host.now());
    this.#host.processed(at.order, made);
    return this.#answer(at);
  }

  /** The older way: units are processed and money goes back. */
  #refund(input: RefundInput): unknown {
    const none = (error: ReturnError) => ({ refund: null, userErrors: [error] });
    if (input.refundDuties?.length) throw notSupported('refunds of duties');
    const at = this.#host.index.find('Return', input.returnId);
    if (!at) return none(returnError(['returnRefundInput', 'returnId'], 'NOT_FOUND', 'Return not found.'));
    if (at.found.status !== 'OPEN' && at.found.status !== 'CLOSED')
      return none(
        returnError(['returnRefundInput', 'returnId'], 'INVALID_STATE', 'Return must be open or closed.'),
      );
    const lines = input.returnRefundLineItems.map(({ returnLineItemId: id, quantity }) => ({ id, quantity }));
    const understood = this.#understand(
      at,
      { ...input, returnLineItems: lines },
      'returnRefundInput',
      input.orderTransactions ?? [],
      false,
    );
    if (isError(understood)) return none(understood);
    const made = processReturn(this.#host.facts, at.order, at.found, understood, this.#host.now());
    this.#host.processed(at.order, made);
    return { refund: made && refundNode(at.order, made), userErrors: [] };
  }

  #understand(
    { order, found }: FoundReturn,
    input: Pick<ProcessInput, 'returnLineItems' | 'exchangeLineItems' | 'refundShipping'>,
    name: string,
    transactions: PaidInput,
    mayOverRefund: boolean,
  ): Processing | ReturnError {
    const lines = pick(found.lines, input.returnLineItems ?? [], 'ReturnLineItem', [name, 'returnLineItems']);
    if (isError(lines)) return lines;
    const exchanges = pick(found.exchanges, input.exchangeLineItems ?? [], 'ExchangeLineItem', [
      name,
      'exchangeLineItems',
    ]);
    if (isError(exchanges)) return exchanges;
    const shipping = wantsShipping(order, input.refundShipping);
    if (shipping === 'gone')
      return returnError([name, 'refundShipping'], 'INVALID', 'Shipping has been refunded already.');
    const paid: Processing['paid'][number][] = [];
    for (const [index, { parentId, transactionAmount }] of transactions.entries()) {
      const field = [name, 'orderTransactions', String(index)];
      const parent = order.transactions.find(
        ({ id, kind, status }) =>
          id === idIn('OrderTransaction', parentId) &&
          status === 'success' &&
          (kind === 'sale' || kind === 'capture'),
      );
      if (!parent) return returnError([...field, 'parentId'], 'NOT_FOUND', 'Parent transaction not found.');
      if (transactionAmount.currencyCode !== order.currency)
        throw notSupported("refunds in a currency that is not the store's own");
      const amount = priced(order, transactionAmount.amount);
      if (amount.shop <= 0n)
        return returnError([...field, 'transactionAmount'], 'GREATER_THAN', 'Amount must be greater than 0.');
      paid.push({ amount, parent });
    }
    const left = subtract(capturedAmount(order), refundedAmount(order, 'success', 'pending')).shop;
    const money = paid.reduce((sum, { amount }) => sum + amount.shop, 0n);
    if (money > left && !mayOverRefund)
      return returnError(
        [name, 'orderTransactions'],
        'LESS_THAN_OR_EQUAL_TO',
        'Refund amount cannot be greater than the amount that was received.',
      );
    if (lines.length === 0 && exchanges.length === 0 && !shipping && paid.length === 0)
      return returnError([name, 'returnLineItems'], 'BLANK', 'There is nothing to process.');
    return {
      lines: lines.map(({ line, quantity }) => ({ line, quantity })),
      exchanges: exchanges.map(({ line, quantity }) => ({ exchange: line, quantity })),
      shipping,
      paid,
    };
  }

  /** Units that are not to come back, or not to go out, after all. */
  remove({
    returnId,
    returnLineItems,
    exchangeLineItems,
  }: {
    returnId: string;
    returnLineItems?: readonly { returnLineItemId: string; quantity: number }[] | null;
    exchangeLineItems?: readonly { exchangeLineItemId: string; quantity: number }[] | null;
  }): unknown {
    const at = this.#host.index.find('Return', returnId);
    if (!at) return refused(returnError(['returnId'], 'NOT_FOUND', 'Return not found.'));
    const { order, found } = at;
    if (found.status !== 'OPEN' && found.status !== 'REQUESTED')
      return refused(returnError(['returnId'], 'INVALID_STATE', 'Return must be open or requested.'));
    const asked = (returnLineItems ?? []).map(({ returnLineItemId: id, quantity }) => ({ id, quantity }));
    const lines = pick(found.lines, asked, 'ReturnLineItem', ['returnLineItems']);
    if (isError(lines)) return refused(lines);
    const others = (exchangeLineItems ?? []).map(({ exchangeLineItemId: id, quantity }) => ({
      id,
      quantity,
    }));
    const exchanges = pick(found.exchanges, others, 'ExchangeLineItem', ['exchangeLineItems']);
    if (isError(exchanges)) return refused(exchanges);
    if (lines.length + exchanges.length === 0)
      return refused(returnError(['returnLineItems'], 'BLANK', 'There is nothing to remove.'));
    if (lines.some(({ line, quantity }) => line.quantity - quantity < disposedUnits(line)))
      return refused(
        returnError(['returnLineItems'], 'INVALID', 'Units that have been disposed of cannot be removed.'),
      );
    for (const { line, quantity } of [...lines, ...exchanges]) line.quantity -= quantity;
    for (const { line } of lines)
      if (line.fee) line.fee.amount = shareOfPrice(order, line.line, line.quantity, line.fee.percentage);
    found.lines = found.lines.filter(({ quantity }) => quantity > 0);
    found.exchanges = found.exchanges.filter(({ quantity }) => quantity > 0);
    this.#host.removed(
      order,
      found,
      lines.map(({ line, quantity }) => ({ id: line.id, delta: quantity })),
    );
    return this.#answer(at);
  }
}

function refused(error: ReturnError): unknown {
  return { return: null, userErrors: [error] };
}
