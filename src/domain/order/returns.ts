/** What an order knows of its returns and of the refunds that we make: types of its state, and the facts that change them. */
import type { Disposition, TwoMoney } from '../canonical/index.ts';
import type { CommandRequest } from '../commands.ts';
import type { ToldRefund, ToldReturn, WantedRefund, WantedReturn } from '../return/messages.ts';
import type { KitPart } from '../stock/kits.ts';

/** Units of a return of which it is known what has become of them. */
export interface InspectedGoods {
  /** Unique within the return: the disposition at the channel, or the movement or inspection at a system, and the line. */
  key: string;
  /** Who says so. */
  source: 'channel' | 'inventory' | 'fulfilment';
  lineId: string;
  sku: string;
  /** Ours. */
  location: string;
  disposition: Disposition;
  quantity: number;
  at: string;
  /** False: it is known, and counts for nothing, since the other source tells what comes back there. */
  counts: boolean;
  /** Of a kit: what one is made of. */
  components?: KitPart[];
}

/** What a location was asked to expect of a return. */
export interface Announced {
  lines: readonly { lineId: string; quantity: number }[];
  /** Numbers of the parcels. */
  tracking: readonly string[];
}

/** A return of the order. */
export interface ReturnOfOrder {
  told: ToldReturn;
  inspected: InspectedGoods[];
  /** By location, what it was told last; left out: nothing. */
  announced?: Record<string, Announced>;
  /** What the return was told last of its refunds, and how often. */
  refunds: readonly ToldRefund[];
  refundsVersion: number;
}

/** A refund that somebody wants of us, with what it comes to. */
export interface RefundRequest extends WantedRefund {
  wantedAt: string;
  /** What goes back, of which for delivery, besides, and kept as fees of the return. */
  amount: TwoMoney;
  shippingAmount: TwoMoney;
  concession: TwoMoney;
  fees: TwoMoney;
  state: 'waiting' | 'approved' | 'asked' | 'made' | 'refused' | 'declined';
  /** Who has agreed, whoever wanted it first. */
  approvals: string[];
  /** The channel's id; empty: no refund came of it. */
  refundId: string | null;
  because: string | null;
}

interface Asks {
  act: string;
  revision: number;
  command: CommandRequest;
}

export type ReturnFactOfOrder =
  | { type: 'ReturnTold'; told: ToldReturn }
  /** Its stock is moved by it where it counts and no inventory system has moved it. */
  | ({ type: 'ReturnInspected'; return: string } & InspectedGoods)
  | { type: 'RefundsOfReturnTold'; return: string; version: number; refunds: readonly ToldRefund[] }
  | ({ type: 'ReturnAnnouncementRequested'; return: string; location: string } & Announced & Asks)
  | { type: 'ReturnAnnounced'; act: string; revision: number; externalId: string }
  | ({ type: 'ReturnSearchRequested' } & Asks)
  | { type: 'ReturnsFound'; act: string; revision: number; returnIds: string[] }
  | ({ type: 'ReturnCreationRequested'; wanted: WantedReturn } & Asks)
  | { type: 'ReturnCreated'; act: string; revision: number; returnId: string }
  | { type: 'RefundWanted'; refund: RefundRequest }
  /** One person agrees. */
  | { type: 'RefundAgreed'; request: string; by: string; note: string; at: string }
  /** Enough persons have agreed, or none was needed. */
  | { type: 'RefundApproved'; request: string; because: string }
  | { type: 'RefundDeclined'; request: string; by: string; because: string }
  /** It cannot be made. */
  | { type: 'RefundRefused'; request: string; because: string }
  | ({ type: 'ChannelRefundRequested'; request: string } & Asks)
  | {
      type: 'ChannelRefundMade';
      act: string;
      revision: number;
      request: string;
      refundId: string;
      amountMinor: number;
    };

/** The part of an order's state; left out: it has neither returns nor refunds of ours. */
export interface ReturnsOfOrder {
  /** By the key of the return's stream. */
  returns?: Record<string, ReturnOfOrder>;
  /** By the id of the request. */
  refundRequests?: Record<string, RefundRequest>;
}

/** What facts about returns change. */
export function evolveReturns<State extends ReturnsOfOrder>(state: State, fact: ReturnFactOfOrder): State {
  switch (fact.type) {
    case 'ReturnTold': {
      const known = state.returns?.[fact.told.key];
      return withReturn(state, fact.told.key, {
        ...(known ?? { inspected: [], refunds: [], refundsVersion: 0 }),
        told: fact.told,
      });
    }
    case 'ReturnInspected': {
      const known = state.returns?.[fact.return];
      if (!known) return state;
      const { type: _, return: key, ...goods } = fact;
      return withReturn(state, key, { ...known, inspected: [...known.inspected, goods] });
    }
    case 'RefundsOfReturnTold': {
      const known = state.returns?.[fact.return];
      if (!known) return state;
      const { refunds, version: refundsVersion } = fact;
      return withReturn(state, fact.return, { ...known, refunds, refundsVersion });
    }
    case 'ReturnAnnouncementRequested': {
      const known = state.returns?.[fact.return];
      if (!known) return state;
      const { lines, tracking } = fact;
      const announced = { ...known.announced, [fact.location]: { lines, tracking } };
      return withReturn(state, fact.return, { ...known, announced });
    }
    case 'RefundWanted':
      return { ...state, refundRequests: { ...state.refundRequests, [fact.refund.request]: fact.refund } };
    case 'RefundAgreed':
      return withRequest(state, fact.request, ({ approvals }) => ({ approvals: [...approvals, fact.by] }));
    case 'RefundApproved':
      return withRequest(state, fact.request, () => ({ state: 'approved' }));
    case 'RefundDeclined':
      return withRequest(state, fact.request, () => ({ state: 'declined', because: fact.because }));
    case 'RefundRefused':
      return withRequest(state, fact.request, () => ({ state: 'refused', because: fact.because }));
    case 'ChannelRefundRequested':
      return withRequest(state, fact.request, () => ({ state: 'asked' }));
    case 'ChannelRefundMade':
      return withRequest(state, fact.request, () => ({ state: 'made', refundId: fact.refundId }));
    case 'ReturnAnnounced':
    case 'ReturnSearchRequested':
    case 'ReturnsFound':
    case 'ReturnCreationRequested':
    case 'ReturnCreated':
      return state;
    default:
      return fact satisfies never;
  }
}

function withReturn<State extends ReturnsOfOrder>(state: State, key: string, known: ReturnOfOrder): State {
  return { ...state, returns: { ...state.returns, [key]: known } };
}

function withRequest<State extends ReturnsOfOrder>(
  state: State,
  request: string,
  change: (known: RefundRequest) => Partial<RefundRequest>,
): State {
  const known = state.refundRequests?.[request];
  if (!known) return state;
  return { ...state, refundRequests: { ...state.refundRequests, [request]: { ...known, ...change(known) } } };
}

export const RETURN_FACT_MEANINGS: Readonly<Record<ReturnFactOfOrder['type'], string>> = {
  ReturnTold: 'What is known of a return of it, as its channel and inventory systems say',
  ReturnInspected:
    'Of units that came back it is known what has become of them; where they count, stock moves',
  RefundsOfReturnTold: 'A return is told how far its refunds are',
  ReturnAnnouncementRequested:
    'A location is told what comes back to it by a return; no lines: nothing any more',
  ReturnAnnounced: 'The location knows what comes back to it',
  ReturnSearchRequested: 'The channel is asked which returns it has',
  ReturnsFound: 'The channel has named its returns; each is read',
  ReturnCreationRequested: 'A person wants units to come back: the channel is asked to make a return',
  ReturnCreated: 'The channel has made the return',
  RefundWanted: 'Somebody wants money given back; what it comes to is reckoned',
  RefundAgreed: 'A person agrees to a refund',
  RefundApproved: 'Enough persons have agreed to a refund, or none was needed',
  RefundDeclined: 'A person has declined a refund',
  RefundRefused: 'A refund cannot be made: more than is left of what was paid, or units that are not there',
  ChannelRefundRequested: 'The channel is asked to give the money back',
  ChannelRefundMade: 'The channel has made the refund; its snapshot tells of the money',
};
