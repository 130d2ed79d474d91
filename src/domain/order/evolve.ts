/** How each fact changes what is known of an order. Total and without judgement: what is right was decided before. */
import { NOTHING_POSTED } from '../books/entries.ts';
import { withPostings } from '../books/journalise.ts';
import type { CommandRequest } from '../commands.ts';
import { sameJson } from '../same-json.ts';
import { evolveErp } from './evolve-erp.ts';
import type { Allocation, Deposit, OrderFact } from './facts.ts';
import { nextStatus } from './lifecycle.ts';
import { evolveReturns } from './returns.ts';
import type { ActState, Capture, HeldAllocation, OrderState, Release, Shipment } from './state.ts';

/** The state after a fact. */
export function evolveOrder(before: OrderState, fact: OrderFact): OrderState {
  const state = evolveShared(before, fact);
  switch (fact.type) {
    case 'OrderPlaced':
      return {
        ...state,
        order: fact.order,
        brand: fact.brand,
        entity: fact.entity,
        live: fact.live,
        seenUpdatedAt: fact.order.updatedAt,
      };
    case 'OrderChanged':
      return { ...state, order: fact.order, seenUpdatedAt: fact.order.updatedAt };
    case 'SnapshotConfirmed':
      return { ...state, seenUpdatedAt: fact.updatedAt };
    case 'OrderReadRequested':
      if (fact.because === 'authorisation') return { ...state, authorisationChecked: state.authorisedUntil };
      if (fact.because === 'capture') return { ...state, captureChecked: state.authorisedUntil };
      return fact.because === 'cancellation' ? { ...state, cancellationChecked: true } : state;
    case 'OrderTakenOver':
      return {
        ...state,
        live: true,
        takenOver: { fulfilments: fact.fulfilments, ...openingDeposits(state, fact) },
        foreign: [...new Set([...state.foreign, ...fact.fulfilments])],
        refunds: {
          ...state.refunds,
          ...Object.fromEntries(fact.refunds.map(({ refundId }) => [refundId, 'done' as const])),
        },
        refundCash: {
          ...state.refundCash,
          ...Object.fromEntries(fact.refunds.map(({ refundId, cashMinor }) => [refundId, cashMinor])),
        },
      };
    case 'OrderDeleted':
      return { ...state, deletedAt: fact.at };
    case 'PersonsForgotten':
      return { ...state, forgottenAt: fact.at };
    case 'OrderValidated':
      return { ...state, skus: fact.skus, problems: [] };
    case 'ValidationFailed': {
      const sentBack = before.status !== 'stopped' && state.status === 'stopped';
      return { ...state, problems: fact.problems, ...(sentBack ? ANEW : {}) };
    }
    case 'PaymentSecured':
      return { ...state, payment: 'secured', paymentStatus: fact.status, authorisedUntil: fact.expiresAt };
    case 'PaymentMissing':
      return {
        ...state,
        payment: 'missing',
        paymentStatus: fact.status,
        paymentSince: fact.since,
        allocated: state.allocated && state.status !== 'validated',
      };
    case 'SettlementSeen': {
      const { entry, payout } = fact;
      const { settling, ...rest } = state;
      const waiting = Object.entries(settling ?? {}).filter(([id]) => id !== entry.entryId);
      return {
        ...rest,
        ...(waiting.length === 0 ? {} : { settling: Object.fromEntries(waiting) }),
        settled: { ...state.settled, [entry.entryId]: { ...entry, payout } },
      };
    }
    case 'SettlementWaits': {
      const { entry, payout, from } = fact;
      return { ...state, settling: { ...state.settling, [entry.entryId]: { entry, payout, from } } };
    }
    case 'PostingsMade':
      return { ...state, books: withPostings(state.books ?? NOTHING_POSTED, fact.acts, fact.postings) };
    case 'PaymentDisputed': {
      const { type: _, dispute, ...rest } = fact;
      return { ...state, disputes: { ...state.disputes, [dispute]: { dispute, ...rest } } };
    }
    case 'PriceReducedByDispute': {
      const { type: _, opens: _opens, closes: _closes, ...reduction } = fact;
      return { ...state, reductions: { ...state.reductions, [reduction.dispute]: reduction } };
    }
    case 'PaymentSettled':
      return { ...state, payment: 'settled', paymentStatus: fact.status };
    case 'ReservationsOffered':
      return { ...state, reservations: [...(state.reservations ?? []), ...fact.reservations] };
    case 'ReservationMissed':
      return withoutReservation(state, fact.reservation);
    case 'UnitsTakenOver': {
      const promised = fact.allocations.map((part) => ({ ...part, releaseId: null }));
      return {
        ...withoutReservation(state, fact.reservation),
        allocations: [...state.allocations, ...promised],
      };
    }
    case 'StockReserved': {
      const promised = fact.allocations.map((part) => ({ ...part, releaseId: null }));
      return { ...state, sourced: true, allocations: [...state.allocations, ...promised] };
    }
    case 'OrderOversold': {
      const units = fact.lines.reduce((sum, { quantity }) => sum + quantity, 0);
      return { ...state, sourced: true, oversold: { units, shortage: null, apologise: false } };
    }
    case 'OversoldRouted': {
      const { shortage, apologise } = fact;
      return state.oversold ? { ...state, oversold: { ...state.oversold, shortage, apologise } } : state;
    }
    case 'LineSubstituted':
      return {
        ...state,
        skus: { ...state.skus, [fact.lineId]: fact.by },
        substitutes: { ...state.substitutes, [fact.lineId]: fact.by },
      };
    case 'StockReleased':
      return { ...state, allocations: without(state.allocations, fact.allocations, null) };
    case 'StockShort': {
      const { expected, ...rest } = state;
      const isOver = fact.lines.length === 0;
      return {
        ...rest,
        ...(expected && !isOver ? { expected } : {}),
        sourced: true,
        shortSince: isOver ? null : (state.shortSince ?? fact.since),
        shortLines: fact.lines,
      };
    }
    case 'StockExpected': {
      const { [fact.from]: _, ...others } = state.expected ?? {};
      const { sku, parts } = fact;
      return { ...state, expected: parts.length === 0 ? others : { ...others, [fact.from]: { sku, parts } } };
    }
    case 'AllocationSucceeded':
      return { ...state, sourced: true, allocated: true };
    case 'AllocationLost':
      return { ...state, allocated: false };
    case 'LocationsAskedAgain': {
      const avoid = { ...state.avoid };
      for (const lineId of fact.lineIds) {
        avoid[lineId] = (avoid[lineId] ?? []).filter(
          (each) => fact.location !== null && each !== fact.location,
        );
      }
      return { ...state, avoid };
    }
    case 'ReleaseRequested': {
      const kept = without(state.allocations, fact.allocations, null);
      const moved = fact.allocations.map((part) => ({ ...part, releaseId: fact.releaseId }));
      const { releaseId, location, since } = fact;
      return {
        ...state,
        allocations: [...kept, ...moved],
        releases: [
          ...state.releases,
          {
            releaseId,
            location,
            ...askedOf(fact.command),
            status: 'requested',
            since,
            stopped: false,
            heard: false,
          },
        ],
        releaseCount: state.releaseCount + 1,
      };
    }
    case 'ReleaseRetried':
      return withRelease(state, fact.releaseId, () => ({
        ...askedOf(fact.command),
        status: 'requested',
        since: fact.since,
      }));
    case 'ReleaseSent':
      return withRelease(state, fact.releaseId, (release) =>
        release.status === 'requested' ? { status: 'sent' } : {},
      );
    case 'ReleaseAccepted':
      return withRelease(state, fact.releaseId, () => ({ status: 'accepted', heard: true }));
    case 'ReleaseCancellationRequested':
      return withRelease(state, fact.releaseId, () => ({ status: 'cancelling' }));
    case 'ReleaseCancellationRefused':
      return withRelease(state, fact.releaseId, (release) =>
        release.status === 'cancelling' ? { status: 'accepted' } : {},
      );
    case 'UnitsReturnedToPlan':
      return returnUnits(state, fact);
    case 'ShipmentRecorded':
      return recordShipment(state, fact);
    case 'FulfilmentWritten':
      return withShipment(state, fact.shipmentId, { fulfilmentId: fact.fulfilmentId });
    case 'FulfilmentNotNeeded':
      return withShipment(state, fact.shipmentId, { fulfilmentId: '' });
    case 'ShipmentBooked':
    case 'ShipmentNeedsNoBooking':
      return withShipment(state, fact.shipmentId, { booked: true });
    case 'FulfilledElsewhere':
      return { ...state, foreign: [...state.foreign, fact.fulfilmentId] };
    case 'RefundBookingRequested':
      return {
        ...state,
        refunds: { ...state.refunds, [fact.refundId]: 'asked' },
        refundCash: { ...state.refundCash, [fact.refundId]: fact.cashMinor },
      };
    case 'RefundBooked':
      return { ...state, refunds: { ...state.refunds, [fact.refundId]: 'done' } };
    case 'RefundNeedsNoBooking':
      return {
        ...state,
        refunds: { ...state.refunds, [fact.refundId]: 'done' },
        refundCash: { ...state.refundCash, [fact.refundId]: fact.cashMinor },
      };
    case 'ReturnTold':
    case 'ReturnInspected':
    case 'RefundsOfReturnTold':
    case 'ReturnAnnouncementRequested':
    case 'ReturnAnnounced':
    case 'ReturnSearchRequested':
    case 'ReturnsFound':
    case 'ReturnCreationRequested':
    case 'ReturnCreated':
    case 'RefundWanted':
    case 'RefundAgreed':
    case 'RefundApproved':
    case 'RefundDeclined':
    case 'RefundRefused':
    case 'ChannelRefundRequested':
    case 'ChannelRefundMade':
      return evolveReturns(state, fact);
    case 'PaymentCaptureRequested':
      return {
        ...state,
        captures: [...state.captures.filter(({ act }) => act !== fact.act), askedCapture(fact)],
      };
    case 'PaymentCaptured':
      return {
        ...state,
        captures: state.captures.map((each) =>
          each.act === fact.act
            ? { ...each, captureId: fact.captureId, amountMinor: fact.amountMinor }
            : each,
        ),
      };
    case 'ReferencesRequested':
      return { ...state, references: { values: fact.references, tags: fact.tags } };
    case 'OrderHeld':
      return { ...state, heldBecause: fact.reason, heldSince: fact.since };
    case 'OrderResumed':
      return { ...state, heldBecause: null };
    case 'HeldByChannel':
      return {
        ...state,
        channelHeldBecause: fact.reason,
        channelHeldSince: state.channelHeldBecause === null ? fact.since : state.channelHeldSince,
      };
    case 'ResumedByChannel':
      return { ...state, channelHeldBecause: null };
    case 'CancellationIntended':
      return {
        ...state,
        cancellation: {
          by: fact.by,
          cause: fact.cause,
          reason: fact.reason,
          ...(fact.notify ? { notify: true } : {}),
        },
      };
    case 'CancellationAbandoned':
      return { ...state, cancellation: null };
    case 'CancellationAccepted':
      return { ...state, cancellationAcceptedAt: fact.at, cancellationChecked: false };
    case 'OrderCancelled':
      return { ...state, cancelled: true, cancellation: null };
    case 'OrderReopened':
      // What needed no booking while the ERP had nothing of the order may need one now.
      return state.status === 'placed'
        ? { ...state, ...ANEW, skus: null, refunds: {}, refundCash: {} }
        : { ...state, skus: null };
    case 'SalesOrderRequested':
    case 'SalesOrderAmendmentRequested':
    case 'SalesOrderCreated':
    case 'SalesOrderAmended':
    case 'SalesOrderCancelled':
    case 'SalesOrderToRestore':
    case 'SalesOrderConfirmed':
    case 'HeldByErp':
    case 'ResumedByErp':
    case 'CancelledByErp':
    case 'ReinstatedByErp':
    case 'EditedByErp':
    case 'InvoicedByErp':
      return { ...state, erp: evolveErp(state.erp, fact) };
    case 'AssignmentRequested':
      return { ...state, assignedPlan: fact.plan };
    case 'AnswerRequested': {
      const given = { about: fact.about, updatedAt: state.seenUpdatedAt };
      return { ...state, answers: { ...state.answers, [fact.requestId]: given } };
    }
    case 'ChannelHoldRequested':
      return { ...state, heldAtChannel: true };
    case 'ChannelHoldReleaseRequested':
      return { ...state, heldAtChannel: false };
    case 'ReferencesWritten':
    case 'OrderRead':
    case 'LocationsAssigned':
    case 'AnswerGiven':
    case 'ChannelHoldPlaced':
    case 'ChannelHoldReleased':
    case 'SalesOrderCancellationRequested':
    case 'ReleaseCancellationConfirmed':
    case 'FulfilmentRequested':
    case 'ShipmentBookingRequested':
    case 'OrderShipped':
    case 'CancellationRequested':
    case 'CommandRejected':
    case 'CommandUnsettled':
    case 'RetryAllowed':
    case 'CaseOpened':
    case 'CaseClosed':
    case 'OrderClosed':
    case 'OrderEmptied':
      return state;
    default:
      return fact satisfies never;
  }
}

/** Whom a release asks, and for what in the words of who is asked. */
function askedOf(command: CommandRequest): Pick<Release, 'connection' | 'items'> {
  const lines = command.kind === 'fulfilment.release' ? command.body.lines : [];
  return {
    connection: command.connection,
    items: Object.fromEntries(lines.map(({ lineId, item }) => [lineId, item])),
  };
}

function askedCapture(fact: Extract<OrderFact, { type: 'PaymentCaptureRequested' }>): Capture {
  const { act, authorisation, amountMinor, command } = fact;
  const capturedBeforeMinor =
    command.kind === 'channel.capturePayment' ? command.body.capturedBeforeMinor : 0;
  return { act, authorisation, amountMinor, capturedBeforeMinor, captureId: null };
}

/** Who is sent back goes the whole way again. */
const ANEW = { payment: 'unknown', allocated: false } as const;

/** What a fact does to the parts that several kinds of facts share: status, acts, cases. */
function evolveShared(state: OrderState, fact: OrderFact): OrderState {
  const next: OrderState = { ...state, status: nextStatus(state.status, fact.type) };
  if ('act' in fact) next.acts = { ...state.acts, [fact.act]: actAfter(state.acts[fact.act], fact) };
  if (fact.opens) {
    const { key, reason } = fact.opens;
    const act = 'act' in fact ? fact.act : null;
    const about = fact.type === 'CaseOpened' ? fact.about : '';
    next.cases = { ...state.cases, [key]: { reason, act, about } };
  }
  if (fact.closes !== undefined) {
    const { [fact.closes]: closed, ...rest } = next.cases;
    next.cases = rest;
    if (fact.type === 'CaseClosed' && fact.accepted) {
      next.accepted = { ...state.accepted, [fact.closes]: { about: closed?.about ?? '', at: fact.at } };
    }
  }
  return next;
}

function actAfter(known: ActState | undefined, fact: Extract<OrderFact, { act: string }>): ActState {
  const key = known?.key ?? '';
  const { revision } = fact;
  if (fact.command) return { revision, status: 'asked', key: fact.command.key };
  switch (fact.type) {
    case 'CommandRejected':
      return { revision, status: 'rejected', key };
    case 'CommandUnsettled':
      return { revision, status: 'unsettled', key };
    case 'RetryAllowed':
      return { revision, status: 'retry', key: '' };
    default:
      return { revision, status: 'done', key };
  }
}

/** `held` less `taken`, matched by line, location, release and, of kits, by what they are made of. */
function without(
  held: readonly HeldAllocation[],
  taken: readonly Allocation[],
  releaseId: string | null,
): HeldAllocation[] {
  const left = held.map((allocation) => ({ ...allocation }));
  for (const take of taken) {
    let quantity = take.quantity;
    for (const allocation of left) {
      if (allocation.lineId !== take.lineId || allocation.location !== take.location) continue;
      if (allocation.releaseId !== releaseId) continue;
      if (!sameJson(allocation.components, take.components)) continue;
      const part = Math.min(quantity, allocation.quantity);
      allocation.quantity -= part;
      quantity -= part;
    }
  }
  return left.filter((allocation) => allocation.quantity > 0);
}

function withRelease(
  state: OrderState,
  releaseId: string,
  change: (release: Release) => Partial<Release>,
): OrderState {
  return {
    ...state,
    releases: state.releases.map((release) =>
      release.releaseId === releaseId ? { ...release, ...change(release) } : release,
    ),
  };
}

function withShipment(state: OrderState, shipmentId: string, change: Partial<Shipment>): OrderState {
  return {
    ...state,
    shipments: state.shipments.map((shipment) =>
      shipment.shipmentId === shipmentId ? { ...shipment, ...change } : shipment,
    ),
  };
}

function returnUnits(
  before: OrderState,
  fact: Extract<OrderFact, { type: 'UnitsReturnedToPlan' }>,
): OrderState {
  const kept = without(before.allocations, fact.allocations, fact.releaseId);
  const back = fact.avoid ? [] : fact.allocations.map((part) => ({ ...part, releaseId: null }));
  const avoid = { ...before.avoid };
  if (fact.avoid) {
    for (const part of fact.allocations)
      avoid[part.lineId] = [...new Set([...(avoid[part.lineId] ?? []), part.location])];
  }
  const state: OrderState = {
    ...before,
    avoid,
    allocations: [...kept, ...back],
    rejections: fact.rejectionId === null ? before.rejections : [...before.rejections, fact.rejectionId],
  };
  const stopped = fact.rejectionId === null;
  return withRelease(state, fact.releaseId, (release) => ({
    stopped: release.stopped || stopped,
    heard: true,
    ...(fact.finished ? { status: 'finished' as const } : {}),
  }));
}

function recordShipment(
  before: OrderState,
  fact: Extract<OrderFact, { type: 'ShipmentRecorded' }>,
): OrderState {
  const { shipmentId, releaseId, location, lines, tracking, shippedAt } = fact;
  const allocations = without(before.allocations, fact.allocations, releaseId);
  const unpromised = { ...before.unpromised };
  for (const part of fact.unpromised)
    unpromised[part.lineId] = (unpromised[part.lineId] ?? 0) + part.quantity;
  const state: OrderState = {
    ...before,
    allocations,
    unpromised,
    shipments: [
      ...before.shipments,
      { shipmentId, releaseId, location, lines, tracking, shippedAt, fulfilmentId: null, booked: false },
    ],
  };
  const finished = !allocations.some((part) => part.releaseId === releaseId);
  return withRelease(state, releaseId, (release) => ({
    heard: true,
    status: finished ? 'finished' : release.status,
  }));
}

/** Those of the first time stay: books are opened once. */
function openingDeposits(
  { takenOver }: OrderState,
  fact: { deposits?: Deposit[] },
): { deposits?: Deposit[] } {
  const deposits = takenOver?.deposits ?? fact.deposits;
  return deposits ? { deposits } : {};
}

/** It is settled, and never taken up again. */
function withoutReservation(state: OrderState, reservation: string): OrderState {
  return {
    ...state,
    reservations: (state.reservations ?? []).filter((each) => each !== reservation),
    settledReservations: [...(state.settledReservations ?? []), reservation],
  };
}
