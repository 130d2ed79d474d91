/** What can have happened to an order. Facts are for ever: a change of meaning is a new type, never another field's use. */
import type { Act as BookAct } from '../books/acts.ts';
import type { Posting } from '../books/posting.ts';
import type { FulfilmentLine, Order, Tracking, TwoMoney } from '../canonical/index.ts';
import type { ChannelHoldReason, CommandRequest } from '../commands.ts';
import type { ShortagePolicy } from '../config.ts';
import type { BaseFact, CaseOpening } from '../process.ts';
import type { EntryNews, Reduction, SeenDispute } from '../settlement/messages.ts';
import type { KitPart } from '../stock/kits.ts';
import type { OversoldRoute } from '../stock/oversold.ts';
import type { Expected } from '../stock/receipts.ts';
import type { SourcingNote } from '../stock/sourcing-words.ts';
import type { ReturnFactOfOrder } from './returns.ts';

export type { SourcingNote } from '../stock/sourcing-words.ts';

/** Units of a line that are promised from a location. */
export interface Allocation {
  lineId: string;
  sku: string;
  location: string;
  quantity: number;
  /** Of a kit: what one is made of, by the composition that it was promised by. */
  components?: KitPart[];
}

/** Units that no location can give. */
export interface ShortLine extends FulfilmentLine {
  sku: string;
  /** Of a kit: what one is made of. */
  components?: KitPart[];
}

/** Money of a customer that is held by one means of payment; `gateway` is the channel's code. */
export interface Deposit {
  gateway: string;
  amount: TwoMoney;
}

/** Names a business act of an order, and its revision: the command's key is made of both. */
export interface Act {
  act: string;
  revision: number;
}

/** A fact that asks a system for something. */
interface Asks extends Act {
  command: CommandRequest;
}

/** Why somebody wants the order cancelled: a person, or a policy when the money or the goods do not come. */
export type CancellationCause = 'operator' | 'payment' | 'stock';

export type OrderFact = BaseFact &
  (
    | ReturnFactOfOrder
    | { type: 'OrderPlaced'; order: Order; brand: string; entity: string; live: boolean; why: string }
    | { type: 'OrderChanged'; order: Order; changes: string[] }
    /** Seen again with nothing new but its version. */
    | { type: 'SnapshotConfirmed'; updatedAt: string }
    | ({ type: 'OrderReadRequested'; because: string } & Asks)
    | ({ type: 'OrderRead' } & Act)
    /** From now on it is worked on; what was fulfilled and refunded before is the business of whoever did it. */
    | {
        type: 'OrderTakenOver';
        by: string;
        fulfilments: string[];
        refunds: { refundId: string; cashMinor: number }[];
        /** Money held against what was not sent, with which its books open; left out: its payments were not known. */
        deposits?: Deposit[];
      }
    /** Its channel does not have it any more, and cannot be asked of it or told. */
    | { type: 'OrderDeleted'; at: string }
    /** Whoever bought and gets it has asked to be forgotten: persons that it names are empty from now on. */
    | { type: 'PersonsForgotten'; at: string }
    | { type: 'OrderValidated'; skus: Record<string, string> }
    | { type: 'ValidationFailed'; problems: string[] }
    | { type: 'PaymentSecured'; status: string; expiresAt: string | null }
    | { type: 'PaymentMissing'; status: string; since: string }
    | { type: 'PaymentSettled'; status: string }
    /** `because`: why from there, in sentences; left out by older facts. */
    | {
        type: 'StockReserved';
        allocations: Allocation[];
        considered: SourcingNote[];
        because?: string[];
      }
    /** Units are kept for it under these ids. */
    | { type: 'ReservationsOffered'; reservations: string[] }
    /** Units of a reservation are promised to it now; they were never free between. */
    | { type: 'UnitsTakenOver'; reservation: string; allocations: Allocation[] }
    | { type: 'ReservationMissed'; reservation: string; because: string }
    | { type: 'StockReleased'; allocations: Allocation[]; because: string }
    /** `considered`: why nothing more could be had; left out where nothing is short any more, and by older facts. */
    | {
        type: 'StockShort';
        lines: ShortLine[];
        policy: string;
        since: string;
        considered?: SourcingNote[];
        because?: string[];
      }
    /** Goods that are to come are promised to it; none: no more. `from`: the stream of the stock. */
    | { type: 'StockExpected'; sku: string; from: string; parts: Expected[] }
    /** It was placed for units that were not to be had anywhere: said once, when they are first looked for. */
    | { type: 'OrderOversold'; lines: ShortLine[] }
    /** What became of it: each way that was tried, in words; `shortage`: the policy for what is left (null: the brand's). */
    | {
        type: 'OversoldRouted';
        routes: { route: OversoldRoute['route']; told: string }[];
        shortage: ShortagePolicy | null;
        /** The channel tells the customer of the cancellation. */
        apologise: boolean;
      }
    /** The line is sent as another SKU. */
    | { type: 'LineSubstituted'; lineId: string; sku: string; by: string }
    | { type: 'AllocationSucceeded' }
    /** Before the ERP was told: what had been promised is not enough any more. */
    | { type: 'AllocationLost'; because: string }
    /** Locations that refused these lines are asked again. Null: all of them. */
    | { type: 'LocationsAskedAgain'; lineIds: string[]; location: string | null; because: string }
    | ({ type: 'SalesOrderRequested'; documentDigest: string } & Asks)
    | ({ type: 'SalesOrderCreated'; salesOrderId: string; number: string } & Act)
    | ({ type: 'SalesOrderAmendmentRequested'; documentDigest: string } & Asks)
    | ({ type: 'SalesOrderAmended' } & Act)
    | ({ type: 'SalesOrderCancellationRequested' } & Asks)
    | ({ type: 'SalesOrderCancelled' } & Act)
    | { type: 'HeldByErp'; version: number; reason: string; since: string }
    | { type: 'ResumedByErp'; version: number }
    | { type: 'CancelledByErp'; version: number; reason: string }
    /** The ERP has reopened what it had cancelled. */
    | { type: 'ReinstatedByErp'; version: number; reason: string }
    | {
        type: 'EditedByErp';
        version: number;
        reason: string;
        lines: FulfilmentLine[] | null;
        totalMinor: number | null;
      }
    | { type: 'InvoicedByErp'; version: number; invoiceNumber: string; totalMinor: number; reason: string }
    /** The ERP tells of what we have written ourselves: no news but its version. */
    | { type: 'SalesOrderConfirmed'; version: number; of: 'status' | 'content' }
    /** A person wants the sales order set to the channel's content again. */
    | { type: 'SalesOrderToRestore'; by: string }
    | { type: 'OrderHeld'; by: string; reason: string; since: string }
    | { type: 'OrderResumed'; by: string }
    | { type: 'HeldByChannel'; reason: string; since: string }
    | { type: 'ResumedByChannel' }
    | ({
        type: 'ReleaseRequested';
        releaseId: string;
        location: string;
        allocations: Allocation[];
        since: string;
      } & Asks)
    | ({ type: 'ReleaseRetried'; releaseId: string; since: string } & Asks)
    | ({ type: 'ReleaseSent'; releaseId: string; externalId: string } & Act)
    | { type: 'ReleaseAccepted'; releaseId: string }
    | ({ type: 'ReleaseCancellationRequested'; releaseId: string; because: string } & Asks)
    | ({ type: 'ReleaseCancellationConfirmed'; releaseId: string } & Act)
    | ({ type: 'ReleaseCancellationRefused'; releaseId: string; because: string } & Act)
    /**
     * The location will not ship these units. `avoid`: it is not asked for them again, and they are promised from nowhere
     * until they are reserved anew; else the promise stands. `finished`: nothing of the release is left there.
     */
    | {
        type: 'UnitsReturnedToPlan';
        releaseId: string;
        rejectionId: string | null;
        allocations: Allocation[];
        because: string;
        finished: boolean;
        avoid: boolean;
      }
    | {
        type: 'ShipmentRecorded';
        shipmentId: string;
        releaseId: string;
        location: string;
        lines: FulfilmentLine[];
        /** Promises that it uses up. */
        allocations: Allocation[];
        /** What has left besides, and was promised from there to nobody. */
        unpromised: Allocation[];
        tracking: Tracking | null;
        shippedAt: string;
      }
    /** The channel is told from where what has not left will leave; `plan` is the fingerprint of that. */
    | ({ type: 'AssignmentRequested'; plan: string } & Asks)
    | ({ type: 'LocationsAssigned' } & Act)
    /** The merchant is answered what was asked of a location of ours; `about` names the question and the answer. */
    | ({
        type: 'AnswerRequested';
        requestId: string;
        request: 'fulfilment' | 'cancellation';
        answer: 'accept' | 'reject';
        because: string;
        about: string;
      } & Asks)
    | ({ type: 'AnswerGiven'; requestId: string } & Act)
    /** The channel is asked to keep the order back in our name, and to let it go again. */
    | ({ type: 'ChannelHoldRequested'; reason: ChannelHoldReason; because: string } & Asks)
    | ({ type: 'ChannelHoldPlaced' } & Act)
    | ({ type: 'ChannelHoldReleaseRequested' } & Asks)
    | ({ type: 'ChannelHoldReleased' } & Act)
    | ({ type: 'FulfilmentRequested'; shipmentId: string } & Asks)
    | ({ type: 'FulfilmentWritten'; shipmentId: string; fulfilmentId: string } & Act)
    | { type: 'FulfilmentNotNeeded'; shipmentId: string; because: string }
    | ({ type: 'ShipmentBookingRequested'; shipmentId: string } & Asks)
    | ({ type: 'ShipmentBooked'; shipmentId: string } & Act)
    | { type: 'ShipmentNeedsNoBooking'; shipmentId: string; because: string }
    /** The channel shows units as fulfilled that no shipment of ours stands behind. */
    | { type: 'FulfilledElsewhere'; fulfilmentId: string; lines: FulfilmentLine[] }
    | { type: 'OrderShipped' }
    /** Money of it has reached its payment provider, or has left it; told again when it has its payout (the key of its stream). */
    | { type: 'SettlementSeen'; entry: EntryNews; payout: string | null }
    /** The same while the order cannot be read: who asked (`from`, the entry's stream) is answered when it can. */
    | { type: 'SettlementWaits'; entry: EntryNews; payout: string | null; from: string }
    /** What happened is booked; an act may mean no posting. */
    | { type: 'PostingsMade'; acts: BookAct[]; postings: Posting[] }
    | ({ type: 'PaymentDisputed' } & SeenDispute)
    /** What a shopper's bank has taken for good reduces its price by so much in all. */
    | ({ type: 'PriceReducedByDispute' } & Reduction)
    | ({ type: 'RefundBookingRequested'; refundId: string; cashMinor: number } & Asks)
    | ({ type: 'RefundBooked'; refundId: string } & Act)
    /** Nothing was booked of the order, so there is nothing to credit. */
    | { type: 'RefundNeedsNoBooking'; refundId: string; because: string; cashMinor: number }

    /** Amounts of captures are in the presentment currency; `amountMinor` of the answer is what more is captured than before. */
    | ({ type: 'PaymentCaptureRequested'; authorisation: string; amountMinor: number; final: boolean } & Asks)
    | ({ type: 'PaymentCaptured'; captureId: string; amountMinor: number } & Act)
    | ({ type: 'ReferencesRequested'; references: Record<string, string>; tags: string[] } & Asks)
    | ({ type: 'ReferencesWritten' } & Act)

    /** Somebody wants the order cancelled: releases are stopped first, then the channel is asked. */
    | {
        type: 'CancellationIntended';
        by: string;
        cause: CancellationCause;
        reason: string;
        /** The customer is told of it; left out: as the channel is configured. */
        notify?: true;
      }
    | { type: 'CancellationAbandoned'; because: string }
    | ({ type: 'CancellationRequested'; by: string; reason: string } & Asks)
    | ({ type: 'CancellationAccepted'; at: string } & Act)
    | { type: 'OrderCancelled'; reason: string; at: string }
    | ({ type: 'CommandRejected'; kind: string; code: string; message: string; opens: CaseOpening } & Act)
    | ({ type: 'CommandUnsettled'; kind: string; message: string; opens: CaseOpening } & Act)
    | ({ type: 'RetryAllowed'; by: string } & Act)
    /** `about` names what exactly the case is about: what a person accepts covers nothing else. */
    | { type: 'CaseOpened'; opens: CaseOpening; about: string }
    | { type: 'CaseClosed'; closes: string; by: string; accepted: boolean; at: string }
    | { type: 'OrderClosed' }
    /** Nothing is left on the order, and the ERP never heard of it. */
    | { type: 'OrderEmptied' }
    | { type: 'OrderReopened'; because: string }
  );

export type OrderFactType = OrderFact['type'];
