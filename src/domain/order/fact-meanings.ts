/** What each fact of an order means, in one sentence, for the reference page and for whoever reads a journal. */
import type { OrderFactType } from './facts.ts';
import { RETURN_FACT_MEANINGS } from './returns.ts';

export const FACT_MEANINGS: Readonly<Record<OrderFactType, string>> = {
  OrderPlaced: 'The order was seen for the first time',
  OrderChanged: 'The channel shows it with another content; `changes` names the parts',
  SnapshotConfirmed: 'A newer version of it has the same content',
  OrderReadRequested: 'The channel is asked for the order whole',
  OrderRead: 'The channel has answered; what it said came before',
  OrderTakenOver: 'It was only known, or decided in shadow, and is worked on from now on',
  OrderDeleted:
    'It was deleted at its channel, which is neither asked nor told any more: nothing of it leaves that has not left',
  PersonsForgotten:
    'Its persons have asked to be forgotten: nothing is kept of them, here and from later messages',
  OrderValidated: 'Nothing is wrong with it: address, customer, taxes, mappings, totals',
  ValidationFailed: 'Something is wrong with it; each problem is a case',

  PaymentSecured: 'It is paid, or authorised until `expiresAt`',
  PaymentMissing: 'Its payment is pending, or was lost',
  PaymentSettled: 'The money was taken',

  StockReserved: 'Units are promised to it, each from a location; `considered` says why',
  ReservationsOffered: 'Units have been kept for it, under these reservations',
  UnitsTakenOver: 'It has taken over the units of a reservation, from where they were kept',
  ReservationMissed: 'A reservation that was named for it keeps nothing for it',
  StockReleased: 'Promised units are free again',
  StockShort: 'No location can give these units; none: it waits no longer',
  StockExpected: 'Goods that are to come are promised to it, or are no more',
  OrderOversold:
    'It was placed for units that were not to be had anywhere; said once, of its first look for stock',
  OversoldRouted: 'What was tried for the units that were not there, and the policy for those that are left',
  LineSubstituted: 'A line is sent as another SKU, by the table of substitutes',
  AllocationSucceeded: 'Enough is promised, by its shortage policy, to tell the ERP',
  AllocationLost: 'Before the ERP was told, what had been promised is not enough any more',
  LocationsAskedAgain: 'Locations that refused these lines may be asked once more',

  SalesOrderRequested: 'The ERP is asked for a sales order',
  SalesOrderCreated: 'The ERP holds its sales order',
  SalesOrderAmendmentRequested: 'The ERP is asked to take the whole document anew',
  SalesOrderAmended: 'The ERP holds the new document',
  SalesOrderCancellationRequested: 'The ERP is asked to cancel its sales order',
  SalesOrderCancelled: 'The ERP has cancelled its sales order, as we wanted',
  HeldByErp: 'The ERP has stopped it by itself',
  ResumedByErp: 'The ERP has let it go',
  CancelledByErp: 'The ERP has cancelled it by itself',
  ReinstatedByErp: 'The ERP has taken up again what it had cancelled',
  EditedByErp: 'The ERP has changed its content by itself',
  InvoicedByErp: 'The ERP has invoiced it by itself',
  SalesOrderConfirmed: 'The ERP tells of what we have written ourselves',
  SalesOrderToRestore: 'A person wants the ERP to take the channel’s content again',

  OrderHeld: 'A person has stopped it',
  OrderResumed: 'A person has let it go',
  HeldByChannel: 'Its channel has stopped it',
  ResumedByChannel: 'Its channel has let it go',

  ReleaseRequested: 'A location is asked to ship these units',
  ReleaseRetried: 'A location that refused is asked once more',
  ReleaseSent: 'The location has got the release',
  ReleaseAccepted: 'The location says that it works on it',
  ReleaseCancellationRequested: 'The location is asked to stop',
  ReleaseCancellationConfirmed: 'The location says that it stops; what had not left follows as an event',
  ReleaseCancellationRefused: 'It is too late to stop it: what was to ship ships',
  UnitsReturnedToPlan: 'The location does not ship these units: it cannot, or it was stopped',
  ShipmentRecorded: 'A parcel has left',
  AssignmentRequested: 'The channel is told which locations of ours send what',
  LocationsAssigned: 'The channel plans with the locations that we have named',
  AnswerRequested: 'The merchant is answered what was asked of a location of ours',
  AnswerGiven: 'The channel has our answer',
  ChannelHoldRequested: 'The channel is asked to keep it back, in our name',
  ChannelHoldPlaced: 'The channel keeps it back, in our name',
  ChannelHoldReleaseRequested: 'The channel is asked to let go what it keeps back in our name',
  ChannelHoldReleased: 'The channel keeps nothing back in our name',
  FulfilmentRequested: 'The channel is told of a parcel',
  FulfilmentWritten: 'The channel knows of the parcel',
  FulfilmentNotNeeded:
    'The channel has no place for the parcel: it was cancelled, or has these units already',
  ShipmentBookingRequested: 'The ERP is told of a parcel',
  ShipmentBooked: 'The ERP has booked the parcel',
  ShipmentNeedsNoBooking: 'The ERP has no place for the parcel',
  FulfilledElsewhere: 'The channel shows units as fulfilled that no location of ours has shipped',
  OrderShipped: 'All that is wanted has left',

  SettlementWaits: 'Money of it is at its payment provider, and is matched when the order can be read',
  SettlementSeen: 'Money of it has reached its payment provider or has left it, or is in a payout now',
  PriceReducedByDispute:
    'A dispute was lost whose reason makes it a reduction of the price: revenue and tax follow',
  PaymentDisputed: 'A shopper’s bank questions a charge of it, has taken it back, or has decided',

  RefundBookingRequested: 'The ERP is told of a refund',
  RefundBooked: 'The ERP has booked the refund',
  RefundNeedsNoBooking: 'There is nothing to book of the refund',

  ...RETURN_FACT_MEANINGS,

  PaymentCaptureRequested: 'The channel is asked to take money that was authorised',
  PaymentCaptured: 'The channel has taken it',
  ReferencesRequested: 'The channel is asked to write the number of the sales order on the order',
  ReferencesWritten: 'It stands there',

  CancellationIntended: 'A person or a policy wants it cancelled: its releases are stopped first',
  CancellationAbandoned: 'It is not to be cancelled any more, or it is too late',
  CancellationRequested: 'The channel is asked to cancel it, with the customer’s money back',
  CancellationAccepted: 'The channel has accepted to cancel it',
  OrderCancelled: 'The channel shows it as cancelled',

  CommandRejected: 'A system has refused what it was asked; a case',
  CommandUnsettled: 'Nobody can tell whether a system did what it was asked; a case',
  RetryAllowed: 'What was refused or in doubt may be asked once more',
  CaseOpened: 'A person is asked',
  CaseClosed: 'The case is over: its cause is gone, or a person has accepted it',

  PostingsMade: 'What has happened is booked, in accounts of its entity',

  OrderClosed: 'Nothing is left to do',
  OrderEmptied: 'Nothing is left on it, and the ERP never heard of it',
  OrderReopened: 'Something is to do again',
};
