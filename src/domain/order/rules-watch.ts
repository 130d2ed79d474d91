/** What no system will tell us, a person is asked: holds without end, parcels that never leave, units too many. */
import { ACTS } from './acts.ts';
import { deadlinesOf, releasesUnderWay } from './deadlines.ts';
import type { CaseWords, Draft } from './draft.ts';
import { isSoldInStore, scheduledUntil } from './kinds.ts';
import {
  foreignFulfilments,
  shippableLines,
  shippedUnits,
  unexplainedFulfilments,
  wantedUnits,
} from './quantities.ts';
import { readOrder } from './requests.ts';
import { takenBack } from './rules-answer.ts';
import { whatIsUnknown } from './wanted.ts';

/** Asks for what must be known before anything is promised, and was not told. */
export function askWhatIsUnknown(draft: Draft): void {
  const unknown = whatIsUnknown(draft);
  if (unknown === null || draft.order.cancelledAt !== null || !draft.mayAsk(ACTS.read)) return;
  readOrder(draft, unknown);
}

/** The channel holds the order (a risk review, a merchant's wish), or has let it go. */
export function followHolds(draft: Draft): void {
  const { state, order } = draft;
  const holds = order.holds ?? [];
  const reasons = [...holds.map((hold) => hold.reason), ...takenBack(draft)];
  const reason = reasons.join('; ') || 'no reason given';
  if (reasons.length > 0) {
    if (state.channelHeldBecause !== reason)
      draft.record({ type: 'HeldByChannel', reason, since: draft.nowIso });
  } else if (state.channelHeldBecause !== null) draft.record({ type: 'ResumedByChannel' });
  // Not every channel says when the day has come. A question that is due already goes first.
  const due = Date.parse(scheduledUntil(order) ?? '');
  if (due > draft.context.now && !draft.timers.has('read-after-hint'))
    draft.timerAt('read-after-hint', due + READ_AFTER_SCHEDULE_MS);
}

/** The channel shows a fulfilment that we have not written: from now on its units count as shipped. */
export function followForeign(draft: Draft): void {
  for (const { fulfilmentId, lines } of unexplainedFulfilments(draft.state, draft.order))
    draft.record({ type: 'FulfilledElsewhere', fulfilmentId, lines });
}

export function watch(draft: Draft): void {
  watchSurplus(draft);
  watchForeign(draft);
  watchHolds(draft);
  watchReleases(draft);
  watchErp(draft);
}

/** The channel lets the goods go at the day itself. */
const READ_AFTER_SCHEDULE_MS = 60_000;

type Surplus = CaseWords & { about: string; lineIds: string[] };

const SURPLUS_REASONS = [
  'cancelled-after-shipment',
  'shipped-more-than-ordered',
  'edited-after-shipment',
] as const;

/** More has left than is wanted: somebody must bring it back or let it go. Null: that is not so. */
function surplusCase(draft: Draft): Surplus | null {
  const { state, order } = draft;
  if (state.shipments.length === 0) return null;
  const lines = new Map(order.lines.map((line) => [line.lineId, line]));
  const surplus = new Map<string, number>();
  for (const shipment of state.shipments) {
    for (const { lineId } of shipment.lines) {
      const line = lines.get(lineId);
      const wanted = state.cancelled || !line ? 0 : wantedUnits(order, line);
      const units = shippedUnits(state, lineId) - wanted;
      if (units > 0) surplus.set(lineId, units);
    }
  }
  if (surplus.size === 0) return null;
  const nobodyAsked = [...surplus].every(
    ([lineId, units]) => !lines.has(lineId) || (state.unpromised[lineId] ?? 0) >= units,
  );
  const reason = state.cancelled
    ? 'cancelled-after-shipment'
    : nobodyAsked
      ? 'shipped-more-than-ordered'
      : 'edited-after-shipment';
  const what = [...surplus].map(([lineId, units]) => {
    const line = lines.get(lineId);
    return `${units} × ${line?.sku ?? line?.title ?? lineId}`;
  });
  const happened = {
    'cancelled-after-shipment': `Order ${draft.name} was cancelled after units had left`,
    'shipped-more-than-ordered': `More has left for order ${draft.name} than anybody asked for`,
    'edited-after-shipment': `Order ${draft.name} was edited after units had left`,
  }[reason];
  return {
    key: reason,
    reason,
    message: `${happened}: ${what.join(', ')}`,
    suggestedFix:
      reason === 'shipped-more-than-ordered'
        ? 'Check with the location; count its stock, and ask the customer to keep or return what is too much; then skip this case'
        : 'Stop the parcel or ask for its return; if the customer keeps the goods, charge them again at the channel; then skip this case',
    about: [...surplus].map(([lineId, units]) => `${lineId}: ${units}`).join(', '),
    lineIds: [...surplus.keys()],
  };
}

/** Lines of which more has left than is wanted, while nobody has said what shall become of it. */
export function undecidedLines(draft: Draft): ReadonlySet<string> {
  const surplus = surplusCase(draft);
  return new Set(surplus === null || draft.accepts(surplus.key, surplus.about) ? [] : surplus.lineIds);
}

function watchSurplus(draft: Draft): void {
  const found = surplusCase(draft);
  for (const reason of SURPLUS_REASONS) if (found?.key !== reason) draft.closeCase(reason);
  if (!found) return;
  const { about, lineIds: _, ...words } = found;
  draft.openCase(words, about);
}

/** The channel shows units as fulfilled that none of our locations has shipped. */
function watchForeign(draft: Draft): void {
  const { state, order, context } = draft;
  const key = 'fulfilled-elsewhere';
  const ships = new Set(shippableLines(order).map((line) => line.lineId));
  const lines = foreignFulfilments(state, order)
    .filter(({ fulfilmentId }) => !state.takenOver?.fulfilments.includes(fulfilmentId))
    .flatMap((fulfilment) => fulfilment.lines)
    .filter((part) => ships.has(part.lineId));
  const connection = context.config.connections.find((each) => each.id === state.connection);
  if (lines.length === 0 || connection?.fulfilledElsewhere === 'accept' || isSoldInStore(order)) {
    draft.closeCase(key);
    return;
  }
  const what = lines.map(({ lineId, quantity }) => {
    const line = order.lines.find((each) => each.lineId === lineId);
    return `${quantity} × ${line?.sku ?? lineId}`;
  });
  draft.openCase(
    {
      key,
      reason: 'fulfilled-elsewhere',
      message: `${state.connection} shows units of order ${draft.name} as fulfilled that no location of ours has shipped: ${what.join(', ')}; ${state.cancelled ? 'the order is cancelled' : 'they are not shipped again'}`,
      suggestedFix:
        'When nothing has left, cancel that fulfilment at the channel and they ship; when they have left, correct the stock of where they lay, and skip this case',
    },
    `${what.join(', ')}${state.cancelled ? ', cancelled' : ''}`,
  );
}

function watchHolds(draft: Draft): void {
  const { state, context } = draft;
  const because = state.heldBecause ?? state.channelHeldBecause ?? state.erp.heldBecause;
  const dueAt = because === null ? undefined : deadlinesOf(state, context.config).hold;
  if (dueAt === undefined || context.now < dueAt) {
    draft.closeCase('held-too-long');
    return;
  }
  const by =
    state.heldBecause !== null ? 'a person' : state.channelHeldBecause !== null ? 'its channel' : 'the ERP';
  draft.openCase(
    {
      key: 'held-too-long',
      reason: 'held-too-long',
      message: `Order ${draft.name} is held by ${by} (${because}), and has been for long`,
      suggestedFix: `Let it go where it is held (crossdock orders resume '${state.key}' for a person's hold), or cancel it`,
    },
    new Date(dueAt).toISOString(),
  );
}

function watchReleases(draft: Draft): void {
  const { state, context } = draft;
  const open = releasesUnderWay(state);
  const dueAt = open.length === 0 ? undefined : deadlinesOf(state, context.config).shipment;
  if (dueAt === undefined || context.now < dueAt) {
    draft.closeCase('shipment-overdue');
    return;
  }
  draft.openCase(
    {
      key: 'shipment-overdue',
      reason: 'shipment-overdue',
      message: `Order ${draft.name} waits for ${open.map((release) => `${release.location} (release ${release.releaseId} of ${release.since})`).join(', ')}, which has neither shipped nor refused it`,
      suggestedFix:
        'Ask the location; cancel the release there when it is lost, and other stock is used. Skip this case to wait on',
    },
    new Date(dueAt).toISOString(),
  );
}

/** What the ERP holds or has invoiced is something else than what was sold. */
function watchErp(draft: Draft): void {
  const { state } = draft;
  const { edited, invoices } = state.erp;
  if (edited === null) draft.closeCase('edited-by-erp', 'the ERP has the order as it was sold');
  else {
    draft.openCase(
      {
        key: 'edited-by-erp',
        reason: 'edited-by-erp',
        message: `The sales order ${state.erp.number} of order ${draft.name} was changed in the ERP (${edited.reason || 'no reason given'}), and differs from what the channel sold`,
        suggestedFix:
          "Make the same edit at the channel; or retry this case, and the sales order gets the channel's content again; or skip it to accept the change",
      },
      String(edited.version),
    );
  }
  if (invoices.length === 0) return;
  const invoiced = invoices.reduce((sum, invoice) => sum + invoice.totalMinor, 0);
  const worth = state.erp.status === 'cancelled' ? 0 : state.erp.document.totalMinor;
  if (invoiced <= worth) {
    draft.closeCase('invoiced-by-erp');
    return;
  }
  draft.openCase(
    {
      key: 'invoiced-by-erp',
      reason: 'invoiced-by-erp',
      message: `The ERP has invoiced order ${draft.name} (${invoices.map((invoice) => invoice.invoiceNumber).join(', ')}) for more than its sales order is worth`,
      suggestedFix: 'Credit the invoice in the ERP; skip this case when that is done',
    },
    `${invoiced} of ${worth}`,
  );
}
