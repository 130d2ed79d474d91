/**
 * Canonical commands: what a process asks of a system, by role. A command is delivered at least once and takes effect once:
 * its `key` names the business act and its revision (DESIGN.md, rule 5), and connectors make their system recognise it.
 */
import type { FulfilmentLine, Tracking } from './canonical/index.ts';

export type Role = 'channel' | 'erp' | 'finance' | 'inventory' | 'fulfilment' | 'payments';

/** One line of a sales order as the ERP shall book it. Amounts are minor units of the document's currency. */
export interface SalesOrderLine {
  lineId: string;
  /** The ERP's item code, by the mapping `sku`. */
  item: string;
  title: string;
  quantity: number;
  /** Value after discounts for `quantity`; with tax inside where `taxesIncluded`. */
  amountMinor: number;
  discountMinor: number;
  taxes: SalesOrderTax[];
  /** A card that is sold: a liability, no revenue. */
  giftCard?: boolean;
}

/** What was paid by one means, of an order that was paid by several. */
export interface SalesOrderTender {
  /** The ERP's payment method, by the mapping `gateway`. */
  paymentMethod: string;
  amountMinor: number;
}

export interface SalesOrderTax {
  /** The ERP's tax code, by the mapping `tax-code`. */
  code: string;
  rate: string;
  amountMinor: number;
  /** The channel remits it: it passes through the books and is never our tax. */
  channelLiable: boolean;
}

/** Everything that the ERP books of an order besides goods. */
export interface SalesOrderCharge {
  kind: 'shipping' | 'tip' | 'duty' | 'fee' | 'cashRounding' | 'rounding';
  title: string;
  amountMinor: number;
  taxes: SalesOrderTax[];
}

/** The whole document; an amendment sends all of it again with the next revision. */
export interface SalesOrderDocument {
  /** The natural key that the ERP keeps: the order's stream key. */
  reference: string;
  orderName: string;
  entity: string;
  brand: string;
  currency: string;
  taxesIncluded: boolean;
  placedAt: string;
  /** Null for a guest whose channel gave no customer. */
  customerId: string | null;
  shipToId: string | null;
  /** The ERP's payment method, by the mapping `gateway`. */
  paymentMethod: string;
  /** Only of an order that was paid by several means; `paymentMethod` is then the one that paid most. */
  tenders?: SalesOrderTender[];
  lines: SalesOrderLine[];
  charges: SalesOrderCharge[];
  /** What the customer owes in all: lines + charges (+ taxes where not included). */
  totalMinor: number;
}

/** Why an order may not leave. */
export type ChannelHoldReason = 'payment' | 'stock' | 'address' | 'other';

/** A line of a document of the finance system. Amounts are minor units of the document's currency, signed as the document is. */
export interface FinanceLine {
  description: string;
  /** The system's number of the account. */
  account: string;
  quantity: number;
  /** Without tax. */
  netMinor: number;
  /** The channel's tax, never recomputed; 0 where no tax is due. */
  taxMinor: number;
  /** The system's tax code; null: no tax. */
  taxCode: string | null;
  /** What reports are cut by, such as brand and channel. */
  dimensions: Record<string, string>;
}

/** When something stands in the books of the finance system. */
interface FinanceDated {
  /** The day on which it should stand, and whose period was closed before it was booked; left out: it stands there. */
  movedFrom?: string;
}

/** An invoice or a credit note, with the amounts of the channel. */
export interface FinanceDocument extends FinanceDated {
  /** The stream key that the document is of. */
  reference: string;
  entity: string;
  /** Unique for ever: the system refuses a second one of it, or is searched for it. */
  number: string;
  /** Null: a customer whose name is not kept; the system's collective account is used. */
  customerId: string | null;
  /** Dates of the entity, "2026-11-28". */
  date: string;
  dueDate: string;
  currency: string;
  /** Units of the books' currency for one of the document's: "0.8"; null: the same currency. */
  rate: string | null;
  lines: FinanceLine[];
  /** Σ net + Σ tax. */
  totalMinor: number;
}

/** Money that settles a document: received for an invoice, given back for a credit note. */
export interface FinancePayment extends FinanceDated {
  reference: string;
  entity: string;
  /** Unique for ever, as the numbers of documents are. */
  number: string;
  /** Number of the invoice or credit note. */
  document: string;
  documentKind: 'invoice' | 'creditNote';
  /** The system's account of the money: clearing, bank. */
  account: string;
  date: string;
  currency: string;
  rate: string | null;
  amountMinor: number;
}

/** A journal: one posting, or the sum of a day's. */
export interface FinanceJournal extends FinanceDated {
  entity: string;
  number: string;
  date: string;
  currency: string;
  text: string;
  /** Debit positive; Σ = 0. `taxCode` of a line tells its tax; null: none. */
  lines: {
    account: string;
    description: string;
    amountMinor: number;
    taxCode: string | null;
    dimensions: Record<string, string>;
  }[];
}

/** Money in or out of a bank account that belongs to no invoice: a fee with its tax, a payout, a transfer. */
export interface FinanceBankTransaction extends FinanceDated {
  entity: string;
  number: string;
  /** The system's bank account, and who is at the other end. */
  bankAccount: string;
  contact: string;
  date: string;
  currency: string;
  direction: 'received' | 'spent';
  lines: FinanceLine[];
  totalMinor: number;
}

export interface CommandBodies {
  /** Read an order whole; the answer is an observation of the order. */
  'channel.readOrder': { channelOrderId: string };
  /** Find the order that a fulfilment order belongs to. Rejected with code `not-found` where the channel shows no such. */
  'channel.findOrder': { fulfilmentOrderId: string };
  /** Read a return whole; the answer is an observation of it. `read`: its number, which the observation carries. */
  'channel.readReturn': { returnId: string; read: number };
  /** Which returns an order has. */
  'channel.findReturns': { channelOrderId: string };
  /** Have units come back that have left. The return is open from then on. */
  'channel.createReturn': {
    channelOrderId: string;
    /** Unique for each; a channel that keeps references keeps it. */
    requestId: string;
    lines: { lineId: string; quantity: number; reason: string; note: string }[];
  };
  'channel.approveReturn': { returnId: string };
  'channel.declineReturn': { returnId: string; note: string };
  /** Nothing more is expected of it. */
  'channel.closeReturn': { returnId: string };
  /**
   * Give money back. Of a return, its units (and what goes out in exchange) are processed by it. It is done when the units that are
   * named are processed beyond those that were before, or, without a return, when there is a refund with the id of this one.
   */
  'channel.refund': {
    channelOrderId: string;
    /** Unique for each refund; a channel that keeps references keeps it. */
    requestId: string;
    returnId: string | null;
    lines: {
      lineId: string;
      quantity: number;
      /** Of a return: its line, and units of it that were processed before. */
      returnLineId: string | null;
      processedBefore: number;
    }[];
    exchangeLines: { exchangeLineId: string; quantity: number }[];
    /** Delivery that is given back, without what was before. */
    shippingMinor: number;
    /** What goes back in all, in the money in which the customer paid. */
    amountMinor: number;
    currency: string;
    note: string;
    /** Refunds of the return that were there before. */
    refundsBefore: string[];
  };
  /** Tell the channel that a shipment has left. */
  'channel.createFulfilment': {
    channelOrderId: string;
    shipmentId: string;
    /** The channel's code of the location, by the mapping `location`; ours where it has none. */
    location: string;
    lines: FulfilmentLine[];
    tracking: Tracking | null;
    shippedAt: string;
  };
  /** Cancel an order at the channel, which gives the customer's money back when `refund` is set. */
  'channel.cancelOrder': {
    channelOrderId: string;
    reason: string;
    refund: boolean;
    restock: boolean;
    /** The channel tells the customer; left out: as it usually does. */
    notify?: true;
  };
  /**
   * Tell the channel from where what has not left will leave, so that nobody else ships it: units by the channel's codes of the
   * locations. Units that no part names stay where the channel has planned them.
   */
  'channel.assignLocations': {
    channelOrderId: string;
    parts: { location: string; lines: FulfilmentLine[] }[];
  };
  /** Keep back what has not left, until `channel.releaseHold`; the hold is known as ours. */
  'channel.holdFulfilment': { channelOrderId: string; reason: ChannelHoldReason; note: string };
  /** Take our own hold away again; those of others stay. */
  'channel.releaseHold': { channelOrderId: string };
  /** Answer what the merchant has asked of a location of ours: to send a part of the order, or not to send it after all. */
  'channel.answerRequest': {
    channelOrderId: string;
    requestId: string;
    request: 'fulfilment' | 'cancellation';
    answer: 'accept' | 'reject';
    /** Why it is rejected. */
    reason: 'stock' | 'other';
    note: string;
  };
  /** Take money that was authorised. It is done when `capturedBeforeMinor + amountMinor` of the authorisation are captured. */
  'channel.capturePayment': {
    channelOrderId: string;
    /** Unique for each capture; a channel that keeps references keeps it. */
    captureId: string;
    /** The channel's id of the authorisation. */
    authorisation: string;
    /** In `currency`: the money in which the customer pays (presentment). */
    amountMinor: number;
    currency: string;
    /** Captured of this authorisation before, as far as it is known. */
    capturedBeforeMinor: number;
    /** No more of this authorisation will be captured: what is left of it may be given back. */
    final: boolean;
  };
  /** Write on the order what other systems call it. All of it, again at every change. */
  'channel.writeReferences': {
    channelOrderId: string;
    /** By name, such as `salesOrderNumber`. */
    references: Record<string, string>;
    /** Of ours; those of others stay as they are. */
    tags: { add: string[]; remove: string[] };
  };
  /** What was ordered, taken and given back in [from, until) by the channel's own figures, page by page. */
  'channel.readMoney': { from: string; until: string; after: string | null };

  /** `adopt`: another connector may have made it; one that is there under this reference is taken, and none is made. */
  'erp.createSalesOrder': SalesOrderDocument & { adopt?: boolean };
  'erp.amendSalesOrder': SalesOrderDocument & { revision: number };
  'erp.cancelSalesOrder': { reference: string; reason: string };
  'erp.recordShipment': {
    reference: string;
    shipmentId: string;
    /** The ERP's code of the location, by the mapping `location`; ours where it has none. */
    location: string;
    lines: FulfilmentLine[];
    shippedAt: string;
    trackingNumber: string | null;
  };
  /** Money given back and what it is credited for; `cashMinor` = Σ credits + shipping + adjustment, unless goods were removed. */
  'erp.recordRefund': {
    reference: string;
    refundId: string;
    currency: string;
    cashMinor: number;
    /** Shipped goods that are credited; amounts with tax. */
    credits: { lineId: string; quantity: number; amountMinor: number; taxMinor: number }[];
    /** Shipping that is given back after it was booked, with tax. */
    shippingMinor: number;
    /** Unshipped goods and charges that left the order: their value came off by an amendment, so they are no credit. */
    removedMinor: number;
    /** The rest: a price reduction or a named adjustment. */
    adjustmentMinor: number;
    refundedAt: string;
  };

  /** Invoices and credit notes that the ERP has made in [from, until), page by page. */
  'erp.readDocuments': { entity: string; from: string; until: string; after: string | null };

  'finance.createInvoice': FinanceDocument;
  'finance.createCreditNote': FinanceDocument & {
    /** Number of the invoice that it credits; null: it stands for itself. */
    credits: string | null;
    /** Of its total, what is set off against invoices at once; left out: nothing, it is given back by payments. */
    settles?: { invoice: string; amountMinor: number }[];
  };
  'finance.recordPayment': FinancePayment;
  'finance.postJournal': FinanceJournal;
  'finance.recordBankTransaction': FinanceBankTransaction;
  /** The balances of all accounts as they stand at the end of a day. */
  'finance.readBalances': { entity: string; asOf: string };
  /** The documents of a day that are in force, whoever has booked them, page by page; `after`: `next` of the page before. */
  'finance.readDocuments': { entity: string; date: string; after: string | null };

  /** Read a position; the answer is an observation of its level. Codes are the system's own. */
  'inventory.readLevel': { item: string; location: string };

  'fulfilment.release': {
    /** Unique for each release; the system keeps it as its reference. */
    releaseId: string;
    /** The order's stream key, echoed in every event. */
    reference: string;
    orderName: string;
    /** The system's location code, by the mapping `location`. */
    location: string;
    shipToId: string | null;
    /** `components`: of a kit, what one is made of; it is picked, sent and told of as one line. */
    lines: {
      lineId: string;
      item: string;
      quantity: number;
      components?: { item: string; quantity: number }[];
    }[];
  };
  /** Stop a release. Rejected with code `already-shipped` when it is too late. */
  'fulfilment.cancelRelease': { releaseId: string; reference: string; reason: string };
  /**
   * Goods are on their way back to a location: all that is expected there of a return, again at every change; no lines: nothing any
   * more.
   */
  'fulfilment.announceReturn': {
    /** Unique for each return and location; the system keeps it as its reference. */
    announcementId: string;
    /** Grows with each change: an older one never overwrites a newer one. */
    revision: number;
    /** The return's stream key, echoed in every event. */
    reference: string;
    returnName: string;
    orderName: string;
    /** The system's location code, by the mapping `location`. */
    location: string;
    /** `lineId`: of the return. `components`: of a kit, what one is made of. */
    lines: {
      lineId: string;
      item: string;
      quantity: number;
      /** Why, by the channel's code: "defective". */
      reason: string;
      components?: { item: string; quantity: number }[];
    }[];
    /** On which ways it comes, as far as that is known. */
    tracking: Tracking[];
  };
}

export type CommandKind = keyof CommandBodies;

/** What an ERP holds under a reference already, as far as it tells. */
export interface ExistingSalesOrder {
  status: 'open' | 'held' | 'cancelled';
  version: number;
  currency: string;
  totalMinor: number;
}

/** A document as the finance system has it. */
export interface BookedDocument {
  /** As it was given; of one that was made there by hand: as it is called there. */
  number: string;
  kind: 'invoice' | 'creditNote' | 'payment' | 'journal' | 'bankTransaction';
  date: string;
  currency: string;
  /** Its total; of a journal: of its debits. */
  totalMinor: number;
  /** What it has put on accounts, in the currency of the books, debit positive; null: the system does not tell. */
  entries: { account: string; amountMinor: number }[] | null;
}

/** An invoice or a credit note as the ERP has it. */
export interface ErpDocument {
  kind: 'invoice' | 'creditNote';
  number: string;
  /** Key of the order. */
  reference: string;
  /** Of a credit note: the refund that it is for, as it was given; null: the ERP has made it by itself. */
  refundId: string | null;
  currency: string;
  totalMinor: number;
}

/** An order that was placed, as the channel shows it now. */
export interface ChannelOrder {
  channelOrderId: string;
  name: string;
}

/** Money that was taken or given back, as the channel shows it. */
export interface ChannelMovement {
  channelOrderId: string;
  name: string;
  paymentId: string;
  kind: 'capture' | 'refund';
  at: string;
  /** In the moneys of the order: those of the shop and of the customer. */
  amounts: { currency: string; amountMinor: number }[];
}

/** What a system answers when a command has taken effect. */
export interface CommandResults {
  'channel.readOrder': Record<string, never>;
  'channel.findOrder': { channelOrderId: string };
  'channel.readReturn': Record<string, never>;
  'channel.findReturns': { returnIds: string[] };
  'channel.createReturn': { returnId: string };
  'channel.approveReturn': Record<string, never>;
  'channel.declineReturn': Record<string, never>;
  'channel.closeReturn': Record<string, never>;
  /** The channel's id of the refund; empty: units were processed and no refund came of it. */
  'channel.refund': { refundId: string; amountMinor: number };
  'channel.createFulfilment': { fulfilmentId: string };
  'channel.cancelOrder': Record<string, never>;
  'channel.assignLocations': Record<string, never>;
  'channel.holdFulfilment': Record<string, never>;
  'channel.releaseHold': Record<string, never>;
  'channel.answerRequest': Record<string, never>;
  /** The channel's id of the (last) capture, and how much more is captured than before. */
  'channel.capturePayment': { captureId: string; amountMinor: number };
  'channel.writeReferences': Record<string, never>;
  'channel.readMoney': { orders: ChannelOrder[]; movements: ChannelMovement[]; next: string | null };
  'erp.createSalesOrder': { salesOrderId: string; number: string; existing?: ExistingSalesOrder };
  'erp.amendSalesOrder': Record<string, never>;
  'erp.cancelSalesOrder': Record<string, never>;
  'erp.recordShipment': { deliveryId: string };
  'erp.recordRefund': { creditId: string };
  'erp.readDocuments': { documents: ErpDocument[]; next: string | null };
  'finance.createInvoice': { documentId: string };
  'finance.createCreditNote': { documentId: string };
  'finance.recordPayment': { documentId: string };
  'finance.postJournal': { documentId: string };
  'finance.recordBankTransaction': { documentId: string };
  /** In the currency of the books; debit positive. */
  'finance.readBalances': { balances: { account: string; balanceMinor: number }[] };
  /** `next`: where the next page begins; null: this was the last. */
  'finance.readDocuments': { documents: BookedDocument[]; next: string | null };
  'inventory.readLevel': Record<string, never>;
  'fulfilment.release': { externalId: string };
  'fulfilment.cancelRelease': Record<string, never>;
  'fulfilment.announceReturn': { externalId: string };
}

/** A command of one kind, as a process issues it: which connection, about which order, with which business key. */
export type CommandRequest = {
  [Kind in CommandKind]: {
    kind: Kind;
    connection: string;
    /** Names the act and its revision; unique per connection. */
    key: string;
    body: CommandBodies[Kind];
  };
}[CommandKind];

/** Kinds that change nothing: they may be asked again at any time, and are asked in shadow, too. */
export const READ_COMMANDS: ReadonlySet<string> = new Set<CommandKind>([
  'channel.readOrder',
  'channel.findOrder',
  'channel.readReturn',
  'channel.findReturns',
  'inventory.readLevel',
  'finance.readBalances',
  'finance.readDocuments',
  'erp.readDocuments',
  'channel.readMoney',
]);

/** The role that performs a kind of command. */
export function roleOf(kind: CommandKind): Role {
  return kind.slice(0, kind.indexOf('.')) as Role;
}
