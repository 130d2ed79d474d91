/**
 * What the sandboxes of all vendors share: one world with one clock, faults of transport, the acts that a shopper or a
 * merchant can do at any channel, and books that an auditor reads over HTTP. Sandboxes judge the hub, so this room imports
 * nothing of it but the clock and the source of randomness.
 */

/** How bad a day is. Shares are probabilities per delivery or call. */
export interface FaultProfile {
  deliveries: { doubled: number; outOfOrder: number; dropped: number };
  calls: {
    /** Answered 429, 500, 502 or 503 before anything happened. */
    refused: number;
    /** Committed, but the answer never comes. */
    timedOut: number;
    /** Of the timed-out ones: the share that commits only minutes after the client gave up. */
    lateShare: number;
  };
  /** Each system is down once for this long, one at a time; 0: never. */
  outageMs: number;
  /** Access tokens of the channel end early, once. */
  tokenExpires: boolean;
}

/** A thing that a shopper or merchant wants, in words that every channel understands. Money is decimal text. */
export interface OrderSpec {
  /** Unique in the run; lets the retailer find the order again. */
  handle: string;
  currency: string;
  /** Where the shopper paid in another money: its code and units of it per unit of the shop's. */
  presentment?: { currency: string; rate: string };
  taxesIncluded: boolean;
  shopper: {
    /** Null: guest. */
    accountId: string | null;
    firstName: string;
    lastName: string;
    email: string;
    phone: string | null;
    address1: string;
    address2?: string;
    company?: string;
    city: string;
    postalCode: string;
    provinceCode: string | null;
    countryCode: string;
  };
  lines: {
    sku: string | null;
    title: string;
    quantity: number;
    unitPrice: string;
    /** Percent off this line, e.g. "10". */
    discountPercent?: string;
    /** What staff has taken off it: percent, or an amount of each unit. */
    granted?: Granted;
    /** Tax rate as a fraction, e.g. "0.19", with the channel's title for it. */
    tax: { title: string; rate: string }[];
    giftCard?: boolean;
    /** Lines of one bundle have the same: they are its components. */
    bundle?: string;
    /** The subscription or pre-order that it is bought with. */
    sellingPlan?: string;
    /** What customs take for it, where the shopper pays that at the checkout. */
    duty?: { code: string; amount: string };
    /** A service: nothing of it leaves. */
    service?: boolean;
  }[];
  shipping: {
    title: string;
    price: string;
    tax: { title: string; rate: string }[];
    /** Percent off it, by a code. */
    discountPercent?: string;
  } | null;
  /** An amount off the whole order, allocated over its lines by the channel. */
  orderDiscount?: string;
  /** What staff has taken off the whole, without a code. */
  granted?: Granted;
  /** How the money comes: at once, authorised (captured later by `pay`), pending, or declined. */
  payment: 'paid' | 'authorised' | 'pending' | 'failed';
  /** Of an authorised one: several captures may be made of it. */
  severalCaptures?: boolean;
  gateway: string;
  /** Amounts that were paid by other means first (a gift card, store credit); the rest by `gateway`. Only of what is paid. */
  tenders?: { gateway: string; amount: string }[];
  /** Paid at once of an order that is paid later: an amount, or a share of the whole. */
  deposit?: string;
  depositPercent?: string;
  /** Paid later by agreement: no money is there, and none is expected before. */
  terms?: { name: string; type: 'NET' | 'FIXED' | 'FULFILLMENT' | 'RECEIPT'; dueInDays: number };
  tip?: string;
  fee?: { title: string; amount: string; tax: { title: string; rate: string }[] };
  /** What rounding to coins adds to the payment; below zero: takes off it. */
  cashRounding?: string;
  /** Where it was sold; "web" when nothing is said. At the till ("pos") the goods are handed over at once. */
  source?: string;
  poNumber?: string;
  /** The shopper pays no tax (and the lines carry none). */
  taxExempt?: boolean;
  /**
   * The company that buys, by the channel's ids. A channel that does not know it yet learns its name, and the catalogue whose
   * prices it pays: so many percent off those of the others.
   */
  company?: {
    companyId: string;
    locationId: string;
    name?: string;
    catalogue?: { title: string; percentOff: string };
  };
  /** Fetched by the customer at this location (its name), or brought by the shop itself. */
  delivery?: { method: 'pickUp' | 'local'; location: string };
  /** The goods may leave this long after the order, not before. */
  scheduledForMs?: number;
  /** A risk review holds the order from the beginning, so long. */
  reviewedForMs?: number;
  test?: boolean;
  /** Like `corrupt`, from the very first delivery on: every delivery and read of the order carries the twisted JSON. */
  twist?: (payload: Record<string, unknown>) => void;
}

/** A discount that somebody grants, by its name. */
export type Granted = { title: string; percent: string } | { title: string; amount: string };

/** What can be done at any channel. Every act changes the channel's books and sends its events. Unknown orders throw. */
/**
 * What staff changes about an order: a line that has not shipped gets another quantity (0 removes it), a line is added, another way of
 * delivery takes the place of what there was.
 */
export interface EditSpec {
  line?: { index: number; quantity: number };
  add?: OrderSpec['lines'][number];
  shipping?: { title: string; price: string };
}

/** What a shopper pays for a return: a share of the price, and the way back. */
export interface ReturnFees {
  restockingPercent: string;
  shipping: string;
}

export interface ChannelSandbox {
  readonly connection: string;
  /** Returns the channel's order id as the hub will see it (`channelOrderId`). */
  placeOrder(spec: OrderSpec): string;
  /** The merchant captures, or the pending payment arrives; or it fails; or the authorisation lapses. */
  pay(channelOrderId: string, event: 'captured' | 'failed' | 'expired'): void;
  /** Sets the quantity of a line that has not shipped (0 removes it) and/or adds a line; money follows. False: too late. */
  editOrder(channelOrderId: string, edit: EditSpec): boolean;
  /**
   * Cancels whole; gives money back if `refund`. False: too late, something has shipped; unless `force`: the channel's
   * staff cancels although it has.
   */
  cancelOrder(
    channelOrderId: string,
    options: { reason: string; refund: boolean; force?: boolean; restock?: boolean },
  ): boolean;
  /**
   * Refunds units (shipped ones are returned, unshipped ones removed), shipping, and/or a plain amount. `pending`: the
   * transaction succeeds only when `settleRefund` is called. `beyondPayment`: the merchant overrides the limit of what was
   * paid (`amount` may exceed it). `to`: money goes to store credit or onto a gift card, not the way it came. Returns the refund's id, or null when it is impossible.
   */
  refund(
    channelOrderId: string,
    refund: {
      lines: { index: number; quantity: number }[];
      shipping: boolean;
      amount?: string;
      pending?: boolean;
      restock?: boolean;
      beyondPayment?: boolean;
      to?: 'shopify_store_credit' | 'gift_card';
    },
  ): string | null;
  /**
   * Shipped units come back and another line goes out for them; only the difference is paid, or paid back. False: it is
   * impossible. Not every channel has it.
   */
  exchange?(
    channelOrderId: string,
    exchange: { line: { index: number; quantity: number }; add: OrderSpec['lines'][number] },
  ): boolean;
  /** Puts an order away that is done. This and what follows: false where it is impossible; not every channel has it. */
  archive?(channelOrderId: string): boolean;
  /** Forgets who has bought, on all their orders. */
  redact?(channelOrderId: string): boolean;
  /** A unit is to leave apart from the others of its location; or all of a location in one again. */
  splitFulfilment?(channelOrderId: string): boolean;
  mergeFulfilment?(channelOrderId: string): boolean;
  /** Shipped units come back by a return, go on the shelf, and are given back for. */
  takeBack?(channelOrderId: string, line: { index: number; quantity: number; fees?: ReturnFees }): boolean;
  /** The shopper asks to send shipped units back: a return that somebody is to approve. */
  askBack?(channelOrderId: string, line: { index: number; quantity: number }): boolean;
  settleRefund(channelOrderId: string, refundId: string, outcome: 'succeeded' | 'failed'): void;
  /** Changes the shipping address. */
  changeAddress(channelOrderId: string, address: Partial<OrderSpec['shopper']>): void;
  /**
   * Sends bytes of its own making as a properly signed delivery of this topic: for bad input. No fault meets it (`surely`
   * of `Deliveries`), since no read could heal its loss.
   */
  sendRaw(topic: string, body: string): void;
  /** For planted bad payloads: the next delivery and all reads of this order carry what `twist` makes of the JSON. */
  corrupt(channelOrderId: string, twist: (payload: Record<string, unknown>) => void): void;
  /** Units not yet shipped in the channel's books. */
  unshipped(channelOrderId: string): { index: number; quantity: number }[];
  /** Where an order stands, for those who decide what happens to it next. */
  standing?(channelOrderId: string): {
    cancelled: boolean;
    /** Nothing is to come any more, and nothing was lost. */
    isPaid: boolean;
    shippedUnits: number;
    paidMinor: number;
    refundedMinor: number;
  };
}

/** What an ERP does to an order by itself. `reference` is the order's key as the hub told it. False: no open order has it. */
export interface ErpSandbox {
  holdOrder(reference: string, reason: string): boolean;
  resumeOrder(reference: string): boolean;
  cancelOrder(reference: string, reason: string): boolean;
}

/** What happens at a warehouse or store by itself, or is planned for it. Items and locations are the system's own codes. */
export interface FulfilmentSandbox {
  /** Goods come in; the system tells of it. `document`: they had been announced by it. */
  receive(item: string, location: string, quantity: number, document?: string): void;
  /** Goods are announced for an instant. */
  announce(item: string, location: string, goods: { quantity: number; document: string; atMs: number }): void;
  /** A count finds more or less. */
  adjust(item: string, location: string, delta: number): void;
  /** What this order's release at this location ships leaves at this instant, whole; the release may be yet to come. */
  planShip(reference: string, plan: { location: string; atMs: number }): void;
  /**
   * Nothing of this order leaves before this instant, whatever was planned, and also what is yet to be released: the
   * merchant has changed the order, and a parcel that leaves before the hub has heard of it would be a case of its own.
   */
  stall(reference: string, untilMs: number): void;
  /** Units of this order that have left. */
  shippedUnits(reference: string): number;
}

/** Books of a channel, for the auditor (`GET /_books`). Amounts are minor units of the shop money. */
export interface ChannelBooks {
  kind: 'channel';
  connection: string;
  orders: {
    channelOrderId: string;
    name: string;
    currency: string;
    test: boolean;
    cancelled: boolean;
    /** Handed over at the till: no location of the hub's sent it. */
    soldInStore?: boolean;
    totalMinor: number;
    currentTotalMinor: number;
    /** Successful refund transactions. */
    refundedMinor: number;
    capturedMinor: number;
    /** Of what was captured, how much by which means. */
    tenders?: { gateway: string; amountMinor: number }[];
    /** What was authorised, in minor units of the shopper's money. */
    authorisations?: {
      amountMinor: number;
      severalCaptures: boolean;
      captures: number[];
      /** What was still owed and could have been taken of it, and has lapsed. */
      lapsedMinor: number;
    }[];
    /** What apps have written on it. */
    tags?: string[];
    metafields?: { namespace: string; key: string; value: string }[];
    /** Lines that are gift cards. */
    giftCards?: string[];
    lines: {
      lineId: string;
      sku: string | null;
      quantity: number;
      currentQuantity: number;
      fulfilledQuantity: number;
    }[];
    fulfilments: {
      fulfilmentId: string;
      shipmentId: string | null;
      lines: { lineId: string; quantity: number }[];
      trackingNumber: string | null;
    }[];
    /** What is still to leave, and from where by the channel's plan; `holds`: the marks of the apps that keep it back. */
    planned?: { location: string; holds: string[]; lines: { lineId: string; quantity: number }[] }[];
  }[];
  /** What it shows of each SKU at each of its locations, by its own codes. Left out: it keeps no stock. */
  stock?: { sku: string; location: string; available: number; committed: number }[];
  /** Where the channel pays out what it has taken. */
  payments?: PaymentBooks;
}

/** Money that a payment provider holds and pays out. Amounts are minor units; a payout is the sum of amount − fee. */
export interface PaymentBooks {
  currency: string;
  /** What lies there: all that has moved, transfers to the bank among it. */
  balanceMinor: number;
  payouts: {
    payoutId: string;
    /** The store's day on which it goes to the bank. */
    date: string;
    status: string;
    netMinor: number;
    transactions: {
      transactionId: string;
      type: string;
      channelOrderId: string | null;
      orderTransactionId: string | null;
      amountMinor: number;
      feeMinor: number;
    }[];
  }[];
}

/** Books of an ERP. */
export interface ErpBooks {
  kind: 'erp';
  connection: string;
  salesOrders: {
    salesOrderId: string;
    /** What people call it. */
    number?: string;
    reference: string;
    entity: string;
    currency: string;
    status: 'open' | 'held' | 'cancelled';
    totalMinor: number;
    revision: number;
    /** How much was paid by which means, where there were several. */
    tenders?: { paymentMethod: string; amountMinor: number }[];
    /** Lines that are booked as a liability. */
    giftCards?: string[];
    lines: { lineId: string; item: string; quantity: number; amountMinor: number }[];
    shipments: { shipmentId: string; location: string; lines: { lineId: string; quantity: number }[] }[];
    refunds: {
      refundId: string;
      cashMinor: number;
      creditMinor: number;
      shippingMinor: number;
      removedMinor: number;
      adjustmentMinor: number;
    }[];
  }[];
}

/** Books of a warehouse or store system: what lies where, what was asked of it, what left. */
export interface FulfilmentBooks {
  kind: 'fulfilment';
  connection: string;
  stock: { item: string; location: string; onHand: number }[];
  releases: {
    releaseId: string;
    reference: string;
    location: string;
    status: 'open' | 'shipped' | 'cancelled';
    lines: {
      lineId: string;
      item: string;
      quantity: number;
      shipped: number;
      rejected: number;
      cancelled: number;
    }[];
  }[];
}

/** Books of a finance system: the trial balance of each entity. Minor units of the books; debit is positive; zero is left out. */
export interface FinanceBooks {
  kind: 'finance';
  connection: string;
  ledgers: {
    entity: string;
    currency: string;
    documents: number;
    balances: { account: string; balanceMinor: number }[];
  }[];
}

export type Books = ChannelBooks | ErpBooks | FulfilmentBooks | FinanceBooks;

/** A SKU that more is ordered of than there is. */
export interface HotSku {
  /** The retailer's own code, and each connection's. */
  sku: string;
  codes: Readonly<Record<string, string>>;
  /** Units that are there in all. */
  units: number;
}

/** What the run has planted on purpose: the cases that must be open at the end, and no others. */
export interface PlannedCase {
  connection: string;
  /** The stream that the case belongs to, e.g. the order's key `CONNECTION/ID`; null where no order can be known. */
  stream: string | null;
  /** The case's reason (its class), e.g. "unmapped-sku". */
  reason: string;
}
