/** The acts of a money case as the books take them, and its order. */
import { parseMinor } from '../../money.ts';
import type { Act, BookCharge, BookLine, BookOrder, BookTax } from '../acts.ts';
import { type BooksPolicy, cardTaxOf } from '../policy.ts';
import type { CaseAct, CaseOrder, CasePolicy } from './format.ts';

export function caseOrderOf(order: CaseOrder, policy: CasePolicy): BookOrder {
  return {
    currency: order.currency,
    taxesIncluded: order.taxesIncluded,
    lines: Object.entries(order.lines).map(([lineId, line]) => lineOf(lineId, line, order, policy)),
    charges: chargesOf(order.charges, order, policy),
  };
}

type Taxes = CaseOrder['charges'][number]['taxes'];

function taxesOf(taxes: Taxes, { currency }: Pick<CaseOrder, 'currency'>, policy: CasePolicy): BookTax[] {
  return Object.entries(taxes).map(([code, { amount, channelLiable }]) => ({
    code,
    rate: policy.taxes[code]?.rate ?? '0',
    amountMinor: parseMinor(amount, currency),
    channelLiable,
  }));
}

function lineOf(
  lineId: string,
  line: CaseOrder['lines'][string],
  order: Pick<CaseOrder, 'currency'>,
  policy: CasePolicy,
): BookLine {
  return {
    lineId,
    kind: line.giftCard ? 'giftCard' : 'goods',
    quantity: line.quantity,
    wanted: line.wanted ?? line.quantity,
    amountMinor: parseMinor(line.amount, order.currency),
    taxes: taxesOf(line.taxes, order, policy),
  };
}

function chargesOf(
  charges: CaseOrder['charges'],
  order: Pick<CaseOrder, 'currency'>,
  policy: CasePolicy,
): BookCharge[] {
  return charges.map(({ kind, amount, taxes, removed }) => ({
    kind,
    amountMinor: parseMinor(amount, order.currency),
    taxes: taxesOf(taxes, order, policy),
    removed,
  }));
}

export interface CaseActContext {
  order: BookOrder;
  policy: CasePolicy;
  rules: BooksPolicy;
  bookCurrency: string;
  key: string;
  date: string;
}

/** What an act does: to the order's content, and as an act of the books. Null: nothing that its books see (settlement is apart). */
export function actOf(act: CaseAct, context: CaseActContext): { order: BookOrder; act: Act | null } {
  const { order, policy, rules, bookCurrency, key, date } = context;
  const minor = (text: string) => parseMinor(text, order.currency);
  const inBooks = (text: string) => parseMinor(text, bookCurrency);
  const withRate = (rate: string | undefined) => ({ key, date, ...(rate === undefined ? {} : { rate }) });
  const cardOf = (isCard: boolean, amountMinor: number) =>
    isCard
      ? { card: { taxed: rules.singlePurpose ? cardTaxOf(rules.singlePurpose, amountMinor) : null } }
      : {};
  if ('authorised' in act)
    return {
      order,
      act: { ...withRate(undefined), act: 'authorised', amountMinor: minor(act.authorised) },
    };
  if ('captured' in act) {
    const { amount, by, giftCard } = act.captured;
    const amountMinor = minor(amount);
    const rate = 'rate' in act.captured ? act.captured.rate : undefined;
    return {
      order,
      act: { ...withRate(rate), act: 'captured', gateway: by, amountMinor, ...cardOf(giftCard, amountMinor) },
    };
  }
  if ('shipped' in act) {
    const { parcel, units, cost, rate } = act.shipped;
    const costMinor = inBooks(cost);
    return {
      order,
      act: {
        ...withRate(rate),
        act: 'shipped',
        shipment: parcel,
        lines: Object.entries(units).map(([lineId, quantity], place) => ({
          lineId,
          quantity,
          ...(place === 0 && costMinor !== 0 ? { costMinor } : {}),
        })),
      },
    };
  }
  if ('delivered' in act)
    return { order, act: { ...withRate(undefined), act: 'delivered', shipment: act.delivered } };
  if ('credited' in act) {
    const { units, shipping, charges, concession, compensation, fees, rate, name, instead } = act.credited;
    const told = ({ amount, tax }: { amount: string; tax: string }) => ({
      grossMinor: minor(amount),
      taxMinor: minor(tax),
    });
    return {
      order,
      act: {
        ...withRate(rate),
        ...(name === undefined ? {} : { key: name }),
        act: 'credited',
        lines: Object.entries(units).map(([lineId, part]) => ({
          lineId,
          quantity: part.quantity,
          ...('amount' in part ? told(part) : {}),
        })),
        charges: charges.map(({ kind, ...part }) => ({ kind, ...told(part) })),
        ...(shipping ? { shipping: told(shipping) } : {}),
        ...(concession === undefined ? {} : { concessionMinor: minor(concession) }),
        ...(compensation === undefined ? {} : { compensationMinor: minor(compensation) }),
        ...(fees === undefined ? {} : { feesMinor: minor(fees) }),
        ...(Object.keys(instead).length === 0
          ? {}
          : {
              instead: Object.entries(instead).map(([earlier, of]) => ({
                act: earlier,
                lines: Object.entries(of).map(([lineId, quantity]) => ({ lineId, quantity })),
              })),
            }),
      },
    };
  }
  if ('inspected' in act) {
    const { disposition, cost, value } = act.inspected;
    const part = {
      disposition,
      costMinor: inBooks(cost),
      ...(value === undefined ? {} : { valueMinor: inBooks(value) }),
    };
    return { order, act: { ...withRate(undefined), act: 'inspected', parts: [part] } };
  }
  if ('refunded' in act) {
    const { amount, by, giftCard, removed, dispute } = act.refunded;
    const amountMinor = minor(amount);
    const rate = 'rate' in act.refunded ? act.refunded.rate : undefined;
    return {
      order,
      act: {
        ...withRate(rate),
        act: 'refunded',
        gateway: by,
        amountMinor,
        ...cardOf(giftCard, amountMinor),
        ...(removed === undefined ? {} : { removedMinor: minor(removed) }),
        ...(dispute ? { dispute: 'dispute' } : {}),
      },
    };
  }
  if ('cancelled' in act) {
    const lines = order.lines.map((line) => ({
      ...line,
      wanted: line.wanted - (act.cancelled[line.lineId] ?? 0),
    }));
    return { order: { ...order, lines }, act: { ...withRate(undefined), act: 'edited' } };
  }
  if ('edited' in act) {
    const changed = Object.entries(act.edited.lines).map(([lineId, line]) =>
      lineOf(lineId, line, order, policy),
    );
    const lines = [
      ...order.lines.map((line) => changed.find(({ lineId }) => lineId === line.lineId) ?? line),
      ...changed.filter(({ lineId }) => !order.lines.some((line) => line.lineId === lineId)),
    ];
    const charges = act.edited.charges ? chargesOf(act.edited.charges, order, policy) : order.charges;
    return { order: { ...order, lines, charges }, act: { ...withRate(undefined), act: 'edited' } };
  }
  if ('closed' in act)
    return {
      order,
      act: { ...withRate(undefined), act: 'closed', writeOffLimitMinor: minor(policy.writeOff) },
    };
  return { order, act: null };
}
