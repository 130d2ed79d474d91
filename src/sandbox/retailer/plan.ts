/** What is going to happen in a run: data alone, made from the seed before anything starts. */
import type { EditSpec, OrderSpec, ReturnFees } from '../kit/types.ts';
import type { ChannelId } from './names.ts';

/** What the shopper, the merchant or the channel does to an order later on. `afterMs` counts from when it was placed. */
export type LifeEvent =
  | { kind: 'pay'; afterMs: number; event: 'captured' | 'failed' | 'expired' }
  | {
      kind: 'edit';
      afterMs: number;
      edit: EditSpec;
    }
  | { kind: 'cancel'; afterMs: number; reason: string; refund: boolean; restock: boolean }
  /** Units leave the order, by a refund, before they ship. */
  | { kind: 'removal'; afterMs: number; line: { index: number; quantity: number }; restock: boolean }
  | { kind: 'address'; afterMs: number; address: Partial<OrderSpec['shopper']> }
  /** After shipment: tried again every half day until the goods have left. */
  | {
      kind: 'refund';
      afterMs: number;
      line: { index: number; quantity: number } | null;
      shipping: boolean;
      amount: string | null;
      /** The transaction stays pending this long; null: it succeeds at once. */
      pendingMs: number | null;
      /** Null: money goes back the way it came. */
      to: 'shopify_store_credit' | 'gift_card' | null;
    }
  /** The merchant sends a unit apart from the others, and thinks better of it. */
  | { kind: 'split' | 'merge'; afterMs: number }
  /** After shipment: the order is put away, its customer forgotten, or units come back by a return. */
  | { kind: 'archive' | 'redact'; afterMs: number }
  | {
      kind: 'return';
      afterMs: number;
      line: { index: number; quantity: number; fees?: ReturnFees };
    }
  /** After shipment: the shopper asks to send units back, and waits for an answer. */
  | { kind: 'askBack'; afterMs: number; line: { index: number; quantity: number } }
  /** After shipment: a unit comes back, and another thing goes out for it. */
  | { kind: 'exchange'; afterMs: number; index: number; add: OrderSpec['lines'][number] }
  /** The ERP cancels the order by itself as soon as it has it. */
  | { kind: 'erpCancel'; afterMs: number; reason: string }
  /** The channel's staff cancels an order whose goods have left. */
  | { kind: 'forcedCancel'; afterMs: number; reason: string }
  /** The merchant gives back more than was paid. */
  | { kind: 'overRefund'; afterMs: number; beyond: string };

export interface PlannedOrder {
  /** Its number in the run, from 0. */
  index: number;
  channel: ChannelId;
  placedAtMs: number;
  spec: OrderSpec;
  life: LifeEvent[];
  /** The reason of the case that it must end in; null: it must end well. */
  planted: string | null;
}

/** A delivery of nonsense. */
export interface PlannedMessage {
  channel: ChannelId;
  atMs: number;
  reason: string;
  topic: string;
  body: string;
  /** The channel's id of the order that it pretends to be about; null: none can be made out. */
  channelOrderId: string | null;
}

export interface RunPlan {
  orders: PlannedOrder[];
  messages: PlannedMessage[];
}
