/**
 * Messages: what streams are told, normalised. A connector turns raw observations into them; lanes, timers and operators
 * add theirs. Messages hold a person's id, never the person.
 */
import type {
  Disposition,
  Dispute,
  FulfilmentLine,
  Order,
  Payout,
  SettlementEntry,
  ToldMovement,
  Tracking,
} from './canonical/index.ts';
import type { CommandKind } from './commands.ts';
import type {
  ReturnedNews,
  ReturnMessage,
  ReturnObservation,
  ReturnOrderMessage,
} from './return/messages.ts';
import type { CountedFigures } from './stock/figures.ts';

/** What a connector makes of an observation about an order. */
export type OrderObservation =
  | { type: 'order.snapshot'; order: Order; source: 'webhook' | 'read' | 'file' }
  /** Something changed, but the message does not carry the order: read it. */
  | { type: 'order.hint'; channelOrderId: string; topic: string }
  /** The channel does not have the order any more: somebody has deleted it there. */
  | { type: 'order.deleted' }
  /** The message is about this order and cannot be understood. */
  | { type: 'order.unreadable'; reason: UnreadableReason; message: string; suggestedFix: string };

export type UnreadableReason =
  | 'not-an-order'
  | 'unknown-value'
  | 'bad-money'
  | 'bad-quantity'
  | 'schema-drift';

/**
 * Who tells it: the connection that a system's message came by. The turn sets it from the delivery, so that no connector can
 * forget it or be told another; without it nobody is compared with anybody.
 */
export interface Told {
  from?: string;
}

/** A line of a parcel. `item`: the system's own code of what left, where it says so. */
export type ShippedLine = FulfilmentLine & { item?: string | null };

/** What a fulfilment system says of a release of ours. */
export type FulfilmentObservation = Told & FulfilmentNews;

type FulfilmentNews =
  | { type: 'fulfilment.accepted'; releaseId: string; at: string }
  | {
      type: 'fulfilment.shipped';
      releaseId: string;
      /** The system's id of the parcel; one release may ship in several. */
      shipmentId: string;
      lines: ShippedLine[];
      tracking: Tracking | null;
      at: string;
    }
  /** Units that the location cannot ship (short pick, rejected); the rest goes on. */
  | {
      type: 'fulfilment.rejected';
      releaseId: string;
      rejectionId: string;
      lines: FulfilmentLine[];
      reason: string;
      at: string;
    }
  /** The system stopped the release by itself or because we asked; what had not shipped will not. */
  | { type: 'fulfilment.cancelled'; releaseId: string; lines: FulfilmentLine[]; reason: string; at: string };

/** What a fulfilment system says of a return that was announced to it. */
export type ReturnedObservation = Told & ReturnedNews;

/** What an ERP did to a sales order by itself. `version` is the ERP's own; older ones are stale. */
export type ErpObservation = Told & {
  type: 'erp.orderChanged';
  version: number;
  reason: string;
  at: string;
} & (
    | { change: 'held' | 'resumed' | 'cancelled' }
    /** Its content is another one now; null: the ERP does not say which. What we have written ourselves is recognised. */
    | { change: 'edited'; lines: FulfilmentLine[] | null; totalMinor: number | null }
    | { change: 'invoiced'; invoiceNumber: string; totalMinor: number }
  );

/** What an inventory system says; addressed to the stream of the SKU. `key` names the act at the system. */
export type StockObservation =
  /** A snapshot of a position; states that are left out the system does not count. */
  | ({
      type: 'stock.level';
      onHand: number;
      /** Units that have left in parcels from here in all, by the system's count: a parcel under way is told from a loss by it. */
      shipped?: number;
      /** What told of changes before it did not come (in words): what differs is put right by this level, without a second one. */
      lost?: string;
    } & ToldOfStock &
      Partial<CountedFigures>)
  /** A change of a position; states that are left out have not changed. */
  | ({
      type: 'stock.moved';
      delta: number;
      reason: ToldMovement;
      /** Of what came back: what has become of it. */
      disposition?: Disposition;
      /** The system's document behind it: a purchase order, a transfer, a count, a return. */
      document?: string;
      /** Of goods that are announced: when they should be there. */
      expectedAt?: string;
    } & ToldOfStock &
      Partial<Omit<CountedFigures, 'onHand'>>);

interface ToldOfStock {
  sku: string;
  location: string;
  key: string;
  at: string;
  /** The system's count of its movements of this item at this location: of a movement its number, of a level the last one in it. */
  sequence?: number;
}

/**
 * What a channel asks in the name of a person or of the law, addressed to the stream of the customer (or of the store). Orders by
 * the channel's ids; who the customer is stands in the raw message only.
 */
export type PrivacyObservation =
  /** The customer is to be forgotten, and whoever these orders name; none: whoever any order of theirs names. */
  | { type: 'privacy.erasure'; orders: string[] }
  /** The customer wants to know what is held of them. */
  | { type: 'privacy.dataRequest'; requestId: string; orders: string[] }
  /** Somebody has taken our app out of the store: it cannot be called any more. */
  | { type: 'privacy.uninstalled' }
  /** The store has left: what is held of it is to be erased. */
  | { type: 'privacy.storeErasure' };

/** Something has changed about a fulfilment order, which its channel names by an id of its own: whose it is, is to be found out. */
export type FulfilmentOrderObservation = { type: 'fulfilmentOrder.hint'; topic: string };

/** What a file of an inventory system was, addressed to its series. Its rows are messages of their own. */
export interface ExchangeObservation {
  type: 'exchange.file';
  name: string;
  /** SHA-256 of its bytes, and when it was put there. */
  hash: string;
  putAt: string;
  /** Null: its header cannot be read. */
  contract: string | null;
  sequence: number | null;
  createdAt: string | null;
  status: 'accepted' | 'duplicate' | 'rejected';
  /** Why it was rejected. */
  code: string | null;
  words: string;
  rows: number;
  accepted: number;
  rejected: number;
  /** Numbers of its series that it leaves out, and those that it makes good. */
  missing: number[];
  healed: number[];
  /** The first of its refused rows. */
  refused: { row: number; item: string; code: string; words: string }[];
}

/** What a payment provider tells, each addressed to a stream of its own. */
export type SettlementObservation =
  | { type: 'settlement.entry'; entry: SettlementEntry }
  | { type: 'payout.snapshot'; payout: Payout }
  | { type: 'dispute.snapshot'; dispute: Dispute }
  /** It is about one of them, and cannot be understood. */
  | { type: 'settlement.unreadable'; message: string };

/** How a command ended. */
export type CommandResultMessage = {
  type: 'command.done' | 'command.rejected' | 'command.unsettled';
  kind: CommandKind;
  connection: string;
  key: string;
  /** For `done`: the canonical result. */
  result: unknown;
  /** For `rejected` and `unsettled`: the system's code and words, and what would help. */
  code: string;
  message: string;
  suggestedFix: string;
  /** The system's books are closed up to this day, which is why it was rejected. */
  closedThrough?: string;
};

export type TimerMessage = { type: 'timer.fired'; name: string; dueAt: string };

/** What a person decided in the control tower or on the command line. */
export type OperatorMessage = { by: string; note: string } & (
  | { type: 'operator.hold'; reason: string }
  | { type: 'operator.resume' }
  | { type: 'operator.cancel'; reason: string }
  /** Work on an order that was only known, or decided in shadow; `shadowed`: keys of its commands that were not sent. */
  | { type: 'operator.takeOver'; shadowed: string[] }
  /** Read the order from its channel now, known or not. */
  | { type: 'operator.import' }
  /** Try again what a case holds (after the fix). */
  | { type: 'operator.retryCase'; caseKey: string }
  /** Close a case without trying again: the deviation is accepted. */
  | { type: 'operator.skipCase'; caseKey: string }
);

/** A mapping or the configuration has changed: cases that it may unblock are tried again. */
export type ConfigurationMessage = { type: 'configuration.changed'; version: number };

/** An order is told that its persons are to be forgotten; and who asked, that so many orders were told. */
export type ForgetMessage = { type: 'order.forget' } | { type: 'privacy.erased'; orders: number };

/** What observations of connectors normalise to. */
export type ObservedMessage =
  | OrderObservation
  | FulfilmentObservation
  | ErpObservation
  | StockObservation
  | PrivacyObservation
  | FulfilmentOrderObservation
  | ReturnObservation
  | ReturnedObservation
  | ExchangeObservation
  | SettlementObservation;

/** A message with the connection that it came by. Orders and items need none: theirs is in the stream's key. */
export function toldBy(connection: string, message: ObservedMessage): ObservedMessage {
  switch (message.type) {
    case 'fulfilment.accepted':
    case 'fulfilment.shipped':
    case 'fulfilment.rejected':
    case 'fulfilment.cancelled':
    case 'erp.orderChanged':
    case 'return.received':
    case 'return.inspected':
      return { ...message, from: connection };
    default:
      return message;
  }
}

export type Message =
  | ObservedMessage
  | CommandResultMessage
  | TimerMessage
  | OperatorMessage
  | ConfigurationMessage
  | ReturnMessage
  | ReturnOrderMessage
  | ForgetMessage;
