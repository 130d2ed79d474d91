/**
 * What follows from an order's returns: what came back moves stock, once; a refund that is wanted waits for its persons, is made by the
 * channel, and its return is told how far it is. Only the order decides refunds: a return and people ask for them.
 */
import type { Return, ReturnDisposition } from '../canonical/index.ts';
import type { RefundPolicy } from '../config.ts';
import { formatMinor } from '../money.ts';
import type { RefundState, ReturnedGoods, ToldRefund, ToldReturn } from '../return/messages.ts';
import { sameJson } from '../same-json.ts';
import { composition } from '../stock/kits.ts';
import { refuse, wantRefund } from './absorb-return.ts';
import { ACTS } from './acts.ts';
import type { Draft } from './draft.ts';
import { planRefund } from './refund-plan.ts';
import { wakeWaiting } from './requests.ts';
import type { InspectedGoods, RefundRequest, ReturnOfOrder } from './returns.ts';

export function followReturns(draft: Draft): void {
  if (!draft.state.returns && !draft.state.refundRequests) return;
  for (const key of Object.keys(draft.state.returns ?? {})) {
    inspect(draft, known(draft, key));
    propose(draft, known(draft, key));
  }
  for (const request of Object.keys(draft.state.refundRequests ?? {})) {
    agree(draft, requested(draft, request));
    makeRefund(draft, requested(draft, request));
  }
  for (const key of Object.keys(draft.state.returns ?? {})) tellReturn(draft, known(draft, key));
}

const known = (draft: Draft, key: string): ReturnOfOrder => draft.state.returns?.[key] as ReturnOfOrder;
const requested = (draft: Draft, request: string): RefundRequest =>
  draft.state.refundRequests?.[request] as RefundRequest;

// ---- what came back

/** Each part that anybody has told of is noted once; what counts moves stock, unless its inventory system has moved it. */
function inspect(draft: Draft, { told }: ReturnOfOrder): void {
  for (const { lineId, dispositions } of told.content.lines) {
    for (const { dispositionId, disposition, quantity, location, locationName, at } of dispositions) {
      const key = `channel/${dispositionId}`;
      if (isNoted(draft, told.key, key)) continue;
      const place = placeOf(draft, lineId, { location, locationName });
      if (place === null) continue;
      note(draft, told.key, { key, source: 'channel', lineId, location: place, disposition, quantity, at });
    }
  }
  for (const { key: id, from, location, lines, at } of told.looked ?? [])
    for (const [place, { lineId: returnLineId, quantity, disposition }] of lines.entries()) {
      const line = told.content.lines.find((each) => each.returnLineId === returnLineId);
      // Units of one line may have become different things.
      const before = lines.slice(0, place).filter((each) => each.lineId === returnLineId).length;
      const key = `${from}/${id}/${returnLineId}${before === 0 ? '' : `/${before + 1}`}`;
      if (!line || isNoted(draft, told.key, key)) continue;
      const { lineId } = line;
      note(draft, told.key, { key, source: 'fulfilment', lineId, location, disposition, quantity, at });
    }
  for (const goods of told.goods)
    for (const { lineId, quantity } of linesOf(draft, told, goods)) {
      const { location, disposition, at } = goods;
      const key = `${goods.from}/${goods.key}/${lineId}`;
      if (!isNoted(draft, told.key, key))
        note(draft, told.key, { key, source: 'inventory', lineId, location, disposition, quantity, at });
    }
}

const isNoted = (draft: Draft, key: string, part: string): boolean =>
  known(draft, key).inspected.some((each) => each.key === part);

function note(draft: Draft, key: string, goods: Omit<InspectedGoods, 'sku' | 'counts' | 'components'>): void {
  const { state, context } = draft;
  const sku = state.skus?.[goods.lineId];
  // Its order has not been validated yet, or the line never leaves a location of ours.
  if (sku === undefined) return;
  const counts = draft.location(goods.location).returnsBy === goods.source;
  const parts = composition(context.config.kits, sku);
  draft.record({ type: 'ReturnInspected', return: key, ...goods, sku, counts, ...parts });
  if (counts && goods.source !== 'inventory' && goods.disposition === 'restock') {
    const { lineId, location, quantity } = goods;
    wakeWaiting(draft, [{ lineId, sku, location, quantity, ...parts }]);
  }
}

/**
 * Our location of a place of the channel, by its id or its name, as either is mapped; where the channel names none, whence the line
 * left. Null: it is not mapped.
 */
function placeOf(
  draft: Draft,
  lineId: string,
  { location: code, locationName }: Pick<ReturnDisposition, 'location' | 'locationName'>,
): string | null {
  const { state, context } = draft;
  if (code === null) {
    const shipment = state.shipments.findLast(({ lines }) => lines.some((part) => part.lineId === lineId));
    return shipment?.location ?? context.config.locations[0]?.id ?? null;
  }
  const place = [code, locationName]
    .flatMap((name) => (name ? [context.mappings.toInternal('location', state.connection, name)] : []))
    .find((ours) => context.config.locations.some(({ id }) => id === ours));
  const key = `unmapped-location:${code}`;
  if (place !== undefined) {
    draft.closeCase(key, 'mapped');
    return place;
  }
  draft.openCase({
    key,
    reason: 'unmapped-location',
    message: `Goods of order ${draft.name} have come back to location "${locationName ?? code}" of ${state.connection}, which is not mapped; they are not counted yet`,
    suggestedFix: `crossdock map set location ${state.connection} "${locationName ?? code}" OUR-LOCATION`,
  });
  return null;
}

/** The lines of a return that goods of a SKU are of, in their order, each as far as it has units that no earlier goods were. */
function linesOf(
  draft: Draft,
  { content, goods }: ToldReturn,
  of: ReturnedGoods,
): { lineId: string; quantity: number }[] {
  const lines = content.lines.filter(({ lineId }) => draft.state.skus?.[lineId] === of.sku);
  const left = new Map(lines.map(({ returnLineId, quantity }) => [returnLineId, quantity]));
  for (const each of goods) {
    if (each.sku !== of.sku) continue;
    let open = each.quantity;
    const taken: { lineId: string; quantity: number }[] = [];
    for (const { returnLineId, lineId } of lines) {
      const units = Math.min(open, left.get(returnLineId) ?? 0);
      if (units === 0) continue;
      left.set(returnLineId, (left.get(returnLineId) ?? 0) - units);
      open -= units;
      taken.push({ lineId, quantity: units });
    }
    if (each.key === of.key && each.from === of.from) return taken;
  }
  return [];
}

// ---- who wants money back, and who agrees

/** Units of a return of which it is known what has become of them: as the channel says, or as systems say, whoever knows of most. */
export function inspectedUnits(
  { inspected }: ReturnOfOrder,
  lineId: string,
): { all: number; missing: number } {
  const by = (source: InspectedGoods['source']) => {
    const parts = inspected.filter((each) => each.source === source && each.lineId === lineId);
    const sum = (some: readonly InspectedGoods[]) =>
      some.reduce((units, { quantity }) => units + quantity, 0);
    return { all: sum(parts), missing: sum(parts.filter(({ disposition }) => disposition === 'missing')) };
  };
  const others = [by('inventory'), by('fulfilment')];
  return others.reduce((most, each) => (each.all > most.all ? each : most), by('channel'));
}

/** Units of a return whose money can go back: not processed, and not found to be missing. */
export function refundableLines(
  of: ReturnOfOrder,
): { lineId: string; returnLineId: string; quantity: number }[] {
  return of.told.content.lines.flatMap(({ returnLineId, lineId, quantity, processedQuantity }) => {
    const units = quantity - processedQuantity - inspectedUnits(of, lineId).missing;
    return units > 0 ? [{ lineId, returnLineId, quantity: units }] : [];
  });
}

/** By policy, what has come back whole is refunded without being asked for; not where goods go out in exchange. */
function propose(draft: Draft, of: ReturnOfOrder): void {
  const { content, key } = of.told;
  if (draft.entity.refunds.propose !== 'afterInspection' || content.status !== 'open') return;
  if (content.exchangeLines.some(({ quantity, processedQuantity }) => processedQuantity < quantity)) return;
  const isWanted = Object.values(draft.state.refundRequests ?? {}).some((each) => each.return === key);
  if (isWanted || content.lines.some((line) => inspectedUnits(of, line.lineId).all < line.quantity)) return;
  const lines = refundableLines(of);
  if (lines.length === 0) return;
  wantRefund(draft, {
    request: `auto-${content.returnId}`,
    return: key,
    lines,
    exchangeLines: [],
    shipping: 0,
    concessionMinor: 0,
    totalMinor: null,
    reason: content.lines[0]?.reason ?? 'returned',
    note: '',
    by: null,
  });
}

/** How many persons must agree to a refund. */
export function personsNeeded(
  { approvals }: RefundPolicy,
  { amount, reason }: Pick<RefundRequest, 'amount' | 'reason'>,
  money: 'shop' | 'presentment',
): number {
  if (amount[money] === 0) return 0;
  const row = approvals.find(
    ({ reasons, upToMinor }) =>
      (reasons.length === 0 || reasons.includes(reason)) &&
      (upToMinor === null || amount[money] <= upToMinor),
  );
  return row?.persons ?? 2;
}

function agree(draft: Draft, request: RefundRequest): void {
  const key = `refund-approval:${request.request}`;
  if (request.state !== 'waiting') {
    draft.closeCase(key, `it is ${request.state}`);
    return;
  }
  const needs = personsNeeded(draft.entity.refunds, request, draft.entity.money);
  const { approvals } = request;
  const missing = needs - approvals.length;
  if (missing <= 0) {
    const because = needs === 0 ? 'by policy, nobody has to agree' : `${approvals.join(' and ')} agreed`;
    draft.record({ type: 'RefundApproved', request: request.request, because });
    draft.closeCase(key, because);
    return;
  }
  const about = `${request.request}:${approvals.length}`;
  if (draft.accepts(key, about)) {
    draft.record({
      type: 'RefundDeclined',
      request: request.request,
      by: 'who skipped its case',
      because: 'its case was skipped',
    });
    return;
  }
  const { presentmentCurrency: currency } = draft.order;
  const wantedBy = request.by ?? 'Crossdock, by policy';
  draft.openCase(
    {
      key,
      reason: 'refund-approval',
      message: `${formatMinor(request.amount.presentment, currency)} ${currency} shall go back for order ${draft.name} (${request.reason}), wanted by ${wantedBy}: ${missing === 1 ? 'one more person' : 'two persons'} must agree`,
      suggestedFix: `crossdock returns approve ${request.return ?? draft.state.key} --request ${request.request} --by NAME, by somebody else than ${approvals.join(', ') || 'each other'}`,
    },
    about,
  );
}

/** What is agreed goes to the channel, once more looked at: payments and returns may have changed meanwhile. */
function makeRefund(draft: Draft, request: RefundRequest): void {
  const act = ACTS.channelRefund(request.request);
  const isRetry = request.state === 'asked' && draft.state.acts[act]?.status === 'retry';
  if ((request.state !== 'approved' && !isRetry) || !draft.mayAsk(act)) return;
  const { order, state } = draft;
  const plan = planRefund(state, order, request, request.request);
  if ('refused' in plan) {
    refuse(draft, request.request, plan.refused);
    return;
  }
  const content = request.return === null ? null : known(draft, request.return).told.content;
  draft.record({
    type: 'ChannelRefundRequested',
    request: request.request,
    ...draft.ask(act, 'channel.refund', state.connection, {
      channelOrderId: order.channelOrderId,
      requestId: `${state.key}#${act}`,
      returnId: content?.returnId ?? null,
      lines: request.lines.map((line) => ({
        ...line,
        processedBefore: processedOf(content, line.returnLineId),
      })),
      exchangeLines: request.exchangeLines.map((line) => ({ ...line })),
      shippingMinor: request.shippingAmount.presentment,
      amountMinor: request.amount.presentment,
      currency: order.presentmentCurrency,
      note: request.note,
      refundsBefore: content ? [...content.refundIds] : [],
    }),
  });
}

function processedOf(content: Return | null, id: string | null): number {
  return content?.lines.find(({ returnLineId }) => returnLineId === id)?.processedQuantity ?? 0;
}

// ---- what the return is told

function tellReturn(draft: Draft, of: ReturnOfOrder): void {
  const refunds = refundsOf(draft, of);
  if (sameJson(refunds, of.refunds)) return;
  const { key } = of.told;
  const version = of.refundsVersion + 1;
  draft.record({ type: 'RefundsOfReturnTold', return: key, version, refunds });
  draft.send({ stream: 'return', key, message: { type: 'return.refunds', version, refunds } });
}

/** Refunds of a return: those that were wanted of us, and those that the channel made by itself. */
function refundsOf(draft: Draft, { told }: ReturnOfOrder): ToldRefund[] {
  const { state, entity } = draft;
  const ours = Object.values(state.refundRequests ?? {}).filter((each) => each.return === told.key);
  const wanted = ours.map((each): ToldRefund => {
    const { request, amount, refundId, by, approvals, because } = each;
    const needs = personsNeeded(entity.refunds, each, entity.money);
    return { request, state: stateOf(draft, each), amount, refundId, by, approvals, needs, because };
  });
  const others = told.content.refundIds.filter((id) => !ours.some(({ refundId }) => refundId === id));
  return [
    ...wanted,
    ...others.flatMap((refundId): ToldRefund[] => {
      const shown = draft.order.refunds.find((each) => each.refundId === refundId);
      if (!shown) return [];
      const amount = {
        shop: shown.cash.shop + shown.cashPending.shop,
        presentment: shown.cash.presentment + shown.cashPending.presentment,
      };
      const request = `channel/${refundId}`;
      const at = moneyState(draft, refundId);
      return [{ request, state: at, amount, refundId, by: null, approvals: [], needs: 0, because: null }];
    }),
  ];
}

function stateOf(draft: Draft, { state, refundId }: RefundRequest): RefundState {
  if (state !== 'made') return state;
  return refundId === null || refundId === '' ? 'credited' : moneyState(draft, refundId);
}

function moneyState({ state, order }: Draft, refundId: string): RefundState {
  if (state.refunds[refundId] === 'done') return 'credited';
  const shown = order.refunds.find((each) => each.refundId === refundId);
  return shown !== undefined && shown.cashPending.presentment !== 0 ? 'pending' : 'made';
}
