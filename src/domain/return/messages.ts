/** What a return and its order tell each other, and what people say about returns and refunds. Messages hold no person but whoever decides. */
import type { Disposition, Return, TwoMoney } from '../canonical/index.ts';

/** What a connector makes of news of a return. */
export type ReturnObservation =
  /** The channel's answer to a read: its content now. `read`: the number of that read. */
  | { type: 'return.snapshot'; return: Return; read: number }
  /** Something has changed, and the message does not carry the return: read it. */
  | { type: 'return.hint'; topic: string }
  /** It was read, and cannot be understood. */
  | { type: 'return.unreadable'; message: string; suggestedFix: string };

/** Units that came back, as an inventory system tells of them. SKU and location are ours. */
export interface ReturnedGoods {
  /** The system's key of the movement. */
  key: string;
  /** The connection that says so. */
  from: string;
  sku: string;
  location: string;
  disposition: Disposition;
  quantity: number;
  at: string;
}

/** What a fulfilment system says of a return that was announced to it; `lineId`: of the return. */
export type ReturnedNews =
  /** A parcel of it has come, and was not looked at yet. */
  | {
      type: 'return.received';
      announcementId: string;
      /** The system's own, unique. */
      receiptId: string;
      lines: { lineId: string; quantity: number }[];
      at: string;
    }
  /** Of these units it is known what has become of them. */
  | {
      type: 'return.inspected';
      announcementId: string;
      /** The system's own, unique. */
      inspectionId: string;
      lines: { lineId: string; quantity: number; disposition: Disposition }[];
      at: string;
    };

/** Units that a fulfilment system has received, or looked at. The location is ours. */
export interface ReceivedGoods {
  key: string;
  from: string;
  location: string;
  lines: readonly { lineId: string; quantity: number }[];
  at: string;
}
export interface LookedAtGoods extends ReceivedGoods {
  lines: readonly { lineId: string; quantity: number; disposition: Disposition }[];
}

/** The id of what is announced of a return to a location, and the location in it; null: it is not of this return. */
export const announcementIdOf = (returnKey: string, location: string): string => `${returnKey}#${location}`;
export function announcedTo(returnKey: string, announcementId: string): string | null {
  return announcementId.startsWith(`${returnKey}#`) ? announcementId.slice(returnKey.length + 1) : null;
}

/** What is known of a return: as its channel shows it, and what inventory and fulfilment systems say has come. */
export interface ToldReturn {
  /** Its stream's key. */
  key: string;
  /** Grows with each change: an older one is stale. */
  version: number;
  content: Return;
  goods: readonly ReturnedGoods[];
  /** Left out: none. */
  looked?: readonly LookedAtGoods[];
}

export const REFUND_STATES = [
  'waiting',
  'approved',
  'asked',
  'refused',
  'declined',
  'pending',
  'made',
  'credited',
] as const;
/**
 * waiting: for the consent of persons. refused: it cannot be (more than was paid, say). declined: a person said no. pending: granted, and
 * its money is on its way. made: the money is back. credited: it is booked in the ERP, too.
 */
export type RefundState = (typeof REFUND_STATES)[number];

/** A refund of a return, as its order tells of it. */
export interface ToldRefund {
  /** Of a request of ours its id; of one that the channel made `channel/REFUNDID`. */
  request: string;
  state: RefundState;
  amount: TwoMoney;
  refundId: string | null;
  /** Who wanted it (null: Crossdock, by policy; or the channel), and who has agreed. */
  by: string | null;
  approvals: readonly string[];
  /** Persons that must have agreed, whoever wanted it counted. */
  needs: number;
  because: string | null;
}

/** What somebody wants given back. Amounts are in the money in which the customer paid (presentment). */
export interface WantedRefund {
  /** Unique for each act within the order: a repetition is recognised by it. */
  request: string;
  /** The return that it is of, by its stream's key; null: a refund without one. */
  return: string | null;
  /** `returnLineId`: of a return. */
  lines: readonly { lineId: string; quantity: number; returnLineId: string | null }[];
  /** Goods of the return that go out in exchange now. */
  exchangeLines: readonly { exchangeLineId: string; quantity: number }[];
  /** Delivery that is given back; 'all': what stands of it. */
  shipping: number | 'all';
  /** Given besides, for no goods: a concession. */
  concessionMinor: number;
  /** What goes back in all, where that is not the sum of the parts less fees: of an exchange. Null: the sum. */
  totalMinor: number | null;
  reason: string;
  note: string;
  /** Who wants it; null: Crossdock, by policy. */
  by: string | null;
}

/** Whoever writes a name otherwise is the same person: nobody counts twice. */
export function isSamePerson(one: string, other: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
  return plain(one) === plain(other);
}

/** Units that somebody wants to send back, before the channel knows of it. */
export interface WantedReturn {
  request: string;
  lines: readonly { lineId: string; quantity: number; reason: string; note: string }[];
  by: string;
}

/** To a return. */
export type ReturnMessage =
  | { type: 'return.goods'; goods: ReturnedGoods }
  | { type: 'return.refunds'; version: number; refunds: readonly ToldRefund[] }
  /** Asks: the channel approves or declines what was requested, or expects nothing more. */
  | { type: 'return.approve'; by: string }
  | { type: 'return.decline'; by: string; note: string }
  | { type: 'return.close'; by: string };

/** To an order. */
export type ReturnOrderMessage =
  | { type: 'return.told'; told: ToldReturn }
  | { type: 'return.wanted'; wanted: WantedReturn }
  | { type: 'refund.wanted'; wanted: WantedRefund }
  | { type: 'refund.approve'; request: string; by: string; note: string }
  | { type: 'refund.decline'; request: string; by: string; note: string };
