/** What is known of an order: the fold of its facts (`evolve.ts`). */
import type { Posted } from '../books/entries.ts';
import type { FulfilmentLine, Order, Tracking } from '../canonical/index.ts';
import type { ShortagePolicy } from '../config.ts';
import type { EntryNews, Reduction, SeenDispute } from '../settlement/messages.ts';
import type { Expected } from '../stock/receipts.ts';
import { parseStreamKey } from '../stream-key.ts';
import type { Allocation, CancellationCause, Deposit, ShortLine } from './facts.ts';
import type { OrderStatus } from './lifecycle.ts';
import type { ReturnsOfOrder } from './returns.ts';

/** A promise of stock; `releaseId` null while no location has been asked to ship it. */
export interface HeldAllocation extends Allocation {
  releaseId: string | null;
}

export interface Release {
  releaseId: string;
  location: string;
  /** The connection that was asked; only it may speak of the release. */
  connection: string;
  /** What was asked, by line: the connection's own item codes. */
  items: Record<string, string>;
  status: 'requested' | 'sent' | 'accepted' | 'cancelling' | 'finished';
  /** When the location was asked. */
  since: string;
  /** The location has stopped it: what it does not report as shipped has come back. */
  stopped: boolean;
  /** The location has spoken of it, so it has got it. */
  heard: boolean;
}

export interface Shipment {
  shipmentId: string;
  releaseId: string;
  location: string;
  lines: FulfilmentLine[];
  tracking: Tracking | null;
  shippedAt: string;
  /** Told to the channel, with the channel's id; empty where there was nothing to tell. */
  fulfilmentId: string | null;
  /** Booked in the ERP, or there was nothing to book. */
  booked: boolean;
}

export interface ActState {
  revision: number;
  /** `retry`: it was refused or in doubt, and another try with this revision is allowed. */
  status: 'asked' | 'done' | 'rejected' | 'unsettled' | 'retry';
  key: string;
}

export interface Capture {
  act: string;
  /** The channel's id of the authorisation. */
  authorisation: string;
  amountMinor: number;
  /** Captured of the authorisation before. */
  capturedBeforeMinor: number;
  /** The channel's id; null: it is not known to have taken effect; empty: a person has said so. */
  captureId: string | null;
}

export interface OpenCase {
  reason: string;
  act: string | null;
  about: string;
}

/** A sales order as the ERP shall hold it, or holds it. */
export interface BookedDocument {
  digest: string;
  /** Units by line. */
  lines: Record<string, number>;
  totalMinor: number;
}

export const NO_DOCUMENT: BookedDocument = { digest: '', lines: {}, totalMinor: 0 };

export interface ErpState {
  status: 'none' | 'open' | 'cancelled';
  salesOrderId: string;
  number: string;
  /** What it holds by its own word. */
  document: BookedDocument;
  /** What it was asked for last. */
  asked: BookedDocument;
  /** The newest edit of the ERP that was known when it was asked. */
  askedAfter: number;
  /** Number of the last document that was asked. */
  revision: number;
  /** The ERP's versions: of its status (held, resumed, cancelled), and of its content (edited). */
  version: number;
  contentVersion: number;
  heldBecause: string | null;
  heldSince: string;
  cancelledBecause: string | null;
  edited: {
    version: number;
    reason: string;
    lines: FulfilmentLine[] | null;
    totalMinor: number | null;
  } | null;
  invoices: { invoiceNumber: string; totalMinor: number }[];
}

export interface OrderState extends ReturnsOfOrder {
  key: string;
  connection: string;
  status: OrderStatus;
  brand: string;
  entity: string;
  /** False: known, but it causes no command (placed before go-live, or an ignored test order). */
  live: boolean;
  /**
   * It was taken over from another connector, with these fulfilments of its own and, where its payments were known, the customer
   * deposits of that moment; left out: it was not.
   */
  takenOver?: { fulfilments: string[]; deposits?: Deposit[] };
  order: Order | null;
  /** When it was deleted at its channel, as far as it was told; left out: it was not. */
  deletedAt?: string;
  /** Since when its persons are forgotten; left out: they are not. */
  forgottenAt?: string;
  /** Newest version seen (`order.updatedAt`, moved by confirmations too). */
  seenUpdatedAt: string;
  /** Internal SKU of each line that ships; null until validated. */
  skus: Record<string, string> | null;
  problems: string[];

  payment: 'unknown' | 'secured' | 'missing' | 'settled';
  paymentStatus: string;
  paymentSince: string;
  /** When the authorisation lapses; null: it does not. */
  authorisedUntil: string | null;
  /** The `authorisedUntil` after which the channel was asked what has become of it. */
  authorisationChecked: string | null;

  allocations: HeldAllocation[];
  allocated: boolean;
  shortSince: string | null;
  shortLines: ShortLine[];
  /** What it may expect, by the stream of the stock; left out: nothing. */
  expected?: Record<string, { sku: string; parts: Expected[] }>;
  /** Its units have been looked for once; left out: not yet. */
  sourced?: true;
  /** It was placed for units that were not there; `shortage`: the policy for them (null: the brand's). */
  oversold?: { units: number; shortage: ShortagePolicy | null; apologise: boolean };
  /** Lines that are sent as another SKU; left out: none. */
  substitutes?: Record<string, string>;
  /** Reservations that were named for it and are not taken over yet, and those that are settled; left out: none. */
  reservations?: string[];
  settledReservations?: string[];
  releases: Release[];
  releaseCount: number;
  /** Locations that refused a line: not asked again for it. */
  avoid: Record<string, string[]>;
  rejections: string[];
  shipments: Shipment[];
  /** Units by line that left though nobody had asked for them. */
  unpromised: Record<string, number>;
  /** The plan of locations that the channel was told last; left out: none. */
  assignedPlan?: string;
  /** What the merchant was answered last, by request, and at which version of the order; left out: nothing. */
  answers?: Record<string, { about: string; updatedAt: string }>;
  /** The channel has been asked to keep it back in our name, and not yet to let it go. */
  heldAtChannel?: boolean;
  /** Fulfilments at the channel that are not ours. */
  foreign: string[];

  erp: ErpState;

  /** A person has stopped it. */
  heldBecause: string | null;
  heldSince: string;
  /** Its channel has stopped it. */
  channelHeldBecause: string | null;
  channelHeldSince: string;

  refunds: Record<string, 'asked' | 'done'>;
  /** Money of refunds as it was booked. */
  refundCash: Record<string, number>;

  /** What is booked of it; left out: nothing. */
  books?: Posted;

  /** What its payment provider has told of its money, by the entry's id; left out: nothing. */
  settled?: Record<string, EntryNews & { payout: string | null }>;
  /** Those that came before the order could be read, by entry; left out: none. */
  settling?: Record<string, { entry: EntryNews; payout: string | null; from: string }>;
  /** What shoppers' banks have questioned or taken back, by the dispute's id; left out: nothing. */
  disputes?: Record<string, SeenDispute>;
  /** What lost disputes take off its price, by their streams; left out: nothing. */
  reductions?: Record<string, Reduction>;
  /** What was asked to be captured, one after the other; amounts are in the presentment currency. */
  captures: Capture[];
  /** The `authorisedUntil` for which the channel was asked for its payments, to capture them. */
  captureChecked: string | null;
  /** What was last asked to be written on the order at its channel. */
  references: { values: Record<string, string>; tags: string[] };

  cancellation: { by: string; cause: CancellationCause; reason: string; notify?: true } | null;
  cancellationAcceptedAt: string | null;
  cancellationChecked: boolean;
  cancelled: boolean;

  acts: Record<string, ActState>;
  cases: Record<string, OpenCase>;
  /** Cases that a person has closed without a fix: what exactly was accepted, and when. */
  accepted: Record<string, { about: string; at: string }>;
}

/** An order that nothing has been heard of. */
export function initialOrder(key: string): OrderState {
  return {
    key,
    connection: parseStreamKey(key).connection,
    status: 'unseen',
    brand: '',
    entity: '',
    live: false,
    order: null,
    seenUpdatedAt: '',
    skus: null,
    problems: [],
    payment: 'unknown',
    paymentStatus: '',
    paymentSince: '',
    authorisedUntil: null,
    authorisationChecked: null,
    allocations: [],
    allocated: false,
    shortSince: null,
    shortLines: [],
    releases: [],
    releaseCount: 0,
    avoid: {},
    rejections: [],
    shipments: [],
    unpromised: {},
    foreign: [],
    erp: {
      status: 'none',
      salesOrderId: '',
      number: '',
      document: NO_DOCUMENT,
      asked: NO_DOCUMENT,
      askedAfter: 0,
      revision: 0,
      version: 0,
      contentVersion: 0,
      heldBecause: null,
      heldSince: '',
      cancelledBecause: null,
      edited: null,
      invoices: [],
    },
    heldBecause: null,
    heldSince: '',
    channelHeldBecause: null,
    channelHeldSince: '',
    refunds: {},
    refundCash: {},
    captures: [],
    captureChecked: null,
    references: { values: {}, tags: [] },
    cancellation: null,
    cancellationAcceptedAt: null,
    cancellationChecked: false,
    cancelled: false,
    acts: {},
    cases: {},
    accepted: {},
  };
}
