/** What has happened to an order, as its books take it: acts that its state tells of, in the order of their days. */
import type { Act, BookTax } from '../books/acts.ts';
import { addDays } from '../books/calendar.ts';
import { unitCostOn } from '../books/make-posting.ts';
import { type BooksPolicy, cardTaxOf } from '../books/policy.ts';
import { worthOf } from '../books/units.ts';
import { acceptedOn, chargesMinorOf, credits } from './book-credits.ts';
import { type BookView, dated, dayOf } from './book-view.ts';
import { refundParts } from './document.ts';
import { foreignFulfilments } from './quantities.ts';

const ORDER_OF_A_DAY: Readonly<Record<Act['act'], number>> = {
  authorised: 0,
  captured: 0,
  shipped: 1,
  delivered: 2,
  credited: 3,
  inspected: 4,
  refunded: 5,
  edited: 6,
  closed: 7,
};

/** All acts that are known and not posted, those of earlier days first. */
export function newActs(view: BookView): Act[] {
  const posted = new Set(view.state.books?.acts.map(({ key }) => key));
  const acts = [
    ...payments(view),
    ...parcels(view),
    ...issued(view),
    ...arrivals(view),
    ...credits(view),
    ...reductions(view),
    ...inspections(view),
  ].filter(({ key }) => !posted.has(key));
  return acts.sort((a, b) =>
    a.date === b.date ? ORDER_OF_A_DAY[a.act] - ORDER_OF_A_DAY[b.act] : a.date < b.date ? -1 : 1,
  );
}

function payments(view: BookView): Act[] {
  const { order, money, books, policy } = view;
  const acts: Act[] = [];
  let removedLeft = order.refunds.reduce(
    (sum, refund) => sum + refundParts(order, refund, money).removedMinor - chargesMinorOf(view, refund),
    0,
  );
  const known = (order.payments ?? []).toSorted((a, b) => (a.processedAt < b.processedAt ? -1 : 1));
  for (const { paymentId, kind, status, gateway, amount, processedAt } of known) {
    if (status !== 'succeeded' || kind === 'void') continue;
    const amountMinor = amount[money];
    if (kind === 'authorisation') {
      // No money: it matters where a tax falls due with the acceptance of the payment.
      const counts = books.registrations.some(({ taxPoint }) => taxPoint === 'acceptance');
      const act = dated(view, `authorisation/${paymentId}`, dayOf(view, processedAt));
      if (counts) acts.push({ ...act, act: 'authorised', amountMinor });
      continue;
    }
    const card = books.giftCards.gateways.includes(gateway) ? { card: cardOf(policy, amountMinor) } : {};
    const date = dayOf(view, processedAt);
    if (kind !== 'refund') {
      const act = dated(view, `capture/${paymentId}`, date);
      acts.push({ ...act, act: 'captured', gateway, amountMinor, ...card });
      continue;
    }
    const removedMinor = Math.min(removedLeft, amountMinor);
    removedLeft -= removedMinor;
    const act = dated(view, `refund/${paymentId}`, date);
    acts.push({ ...act, act: 'refunded', gateway, amountMinor, removedMinor, ...card });
  }
  return acts;
}

function cardOf({ singlePurpose }: BooksPolicy, amountMinor: number): { taxed: BookTax | null } {
  return { taxed: singlePurpose ? cardTaxOf(singlePurpose, amountMinor) : null };
}

function parcels(view: BookView): Act[] {
  const { state, order, books } = view;
  const costOf = (lineId: string, quantity: number, day: string) => {
    const sku = state.skus?.[lineId];
    const costMinor = sku === undefined ? 0 : quantity * unitCostOn(books, sku, day);
    return costMinor === 0 ? {} : { costMinor };
  };
  const ours = state.shipments.map(({ shipmentId, location, lines, shippedAt }): Act => {
    const date = dayOf(view, shippedAt);
    return {
      ...dated(view, `shipment/${shipmentId.replace(`${state.key}#`, '')}`, date),
      act: 'shipped',
      shipment: shipmentId,
      location,
      lines: lines.map((part) => ({ ...part, ...costOf(part.lineId, part.quantity, date) })),
    };
  });
  const others = foreignFulfilments(state, order).map(
    ({ fulfilmentId, createdAt, lines }): Act => ({
      ...dated(view, `fulfilment/${fulfilmentId}`, dayOf(view, createdAt)),
      act: 'shipped',
      shipment: fulfilmentId,
      lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
    }),
  );
  return [...ours, ...others];
}

/** What does not leave a location (cards, services) is handed over when the order is paid. */
function issued(view: BookView): Act[] {
  const { state, order, content, money } = view;
  const paid = (order.payments ?? []).filter(
    ({ kind, status }) => status === 'succeeded' && (kind === 'sale' || kind === 'capture'),
  );
  const paidMinor = paid.reduce((sum, { amount }) => sum + amount[money], 0);
  const { currentMinor } = worthOf(content);
  if (state.cancelled || paidMinor < currentMinor || (paid.length === 0 && currentMinor > 0)) return [];
  const before = (state.books?.acts ?? []).filter(
    (act) => act.act === 'shipped' && act.key.startsWith('issued/'),
  );
  const given = (lineId: string) =>
    [...before, ...parcels(view)]
      .flatMap((act) => (act.act === 'shipped' ? act.lines : []))
      .reduce((sum, part) => sum + (part.lineId === lineId ? part.quantity : 0), 0);
  const lines = order.lines
    .filter(({ requiresShipping, giftCard }) => !requiresShipping || giftCard)
    .map(({ lineId }) => {
      const wanted = content.lines.find((line) => line.lineId === lineId)?.wanted ?? 0;
      return { lineId, quantity: wanted - given(lineId) };
    })
    .filter(({ quantity }) => quantity > 0);
  if (lines.length === 0) return [];
  const last =
    paid
      .map(({ processedAt }) => processedAt)
      .sort()
      .at(-1) ?? order.placedAt;
  const key = `issued/${before.length + 1}`;
  return [{ ...dated(view, key, dayOf(view, last)), act: 'shipped', shipment: key, lines }];
}

/** Where revenue waits for it: so many days after a parcel left, or at once when something of it comes back. */
function arrivals(view: BookView): Act[] {
  if (view.policy.revenueOn === 'shipment') return [];
  const backOn = [
    ...view.order.refunds.map(({ createdAt }) => dayOf(view, createdAt)),
    ...acceptedOn(view),
  ].sort()[0];
  const known = [...(view.state.books?.acts ?? []), ...parcels(view), ...issued(view)];
  const seen = new Set<string>();
  return known.flatMap((act): Act[] => {
    if (act.act !== 'shipped' || seen.has(act.shipment)) return [];
    seen.add(act.shipment);
    const due = act.shipment.startsWith('issued/') ? act.date : addDays(act.date, view.transitDays);
    const date = backOn !== undefined && backOn < due && backOn >= act.date ? backOn : due;
    if (date > view.today) return [];
    const key = `delivery/${act.shipment.replace(`${view.state.key}#`, '')}`;
    return [{ ...dated(view, key, date), act: 'delivered', shipment: act.shipment }];
  });
}

/**
 * What lost disputes take off the price, against what was claimed back from the bank. When that changes, the reduction before is
 * taken back, and another one stands in its place.
 */
function reductions(view: BookView): Act[] {
  return Object.values(view.state.reductions ?? {}).flatMap((reduction): Act[] => {
    const { dispute, gateway, reason, amountMinor, at } = reduction;
    const of = `dispute/${dispute}/`;
    const before = (view.state.books?.acts ?? []).filter(({ key }) => key.startsWith(of));
    const posted = before.reduce(
      (sum, act) =>
        sum + (act.act === 'refunded' ? act.amountMinor : act.act === 'captured' ? -act.amountMinor : 0),
      0,
    );
    if (posted === amountMinor) return [];
    const last = before.findLast(({ act }) => act === 'credited');
    const day = dayOf(view, at);
    const number = before.filter(({ act }) => act === 'credited').length + 1;
    const change = amountMinor - posted;
    const money = { gateway, amountMinor: Math.abs(change), dispute };
    return [
      {
        ...dated(view, `${of}${number}`, day),
        act: 'credited',
        ...(amountMinor === 0 ? {} : { concessionMinor: amountMinor }),
        ...(last === undefined ? {} : { instead: [{ act: last.key, lines: [], whole: true }] }),
        reason,
      },
      change > 0
        ? { ...dated(view, `${of}${number}/money`, day), act: 'refunded', ...money }
        : { ...dated(view, `${of}${number}/money`, day), act: 'captured', ...money },
    ];
  });
}

function inspections(view: BookView): Act[] {
  const { state, books } = view;
  return Object.entries(state.returns ?? {}).flatMap(([key, { inspected }]) =>
    inspected
      .filter(({ counts }) => counts)
      .map((goods): Act => {
        const date = dayOf(view, goods.at);
        const costMinor = goods.quantity * unitCostOn(books, goods.sku, date);
        const valueMinor = Math.round((costMinor * books.damagedPercent) / 100);
        return {
          ...dated(view, `inspection/${key}/${goods.key}`, date),
          act: 'inspected',
          location: goods.location,
          parts: [
            {
              disposition: goods.disposition,
              costMinor,
              ...(goods.disposition === 'damaged' ? { valueMinor } : {}),
            },
          ],
        };
      }),
  );
}
