/**
 * What was sold so far: revenue, the tax that is due, and tax that passes through. Revenue is of exactly the units that are recognised,
 * with their share of all that belongs to the whole order; tax falls due as the registration says.
 */
import { proportion } from '../money.ts';
import type { Act, BookCharge, BookLine, BookOrder, BookPart, ChargeKind } from './acts.ts';
import { type Amount, mainTaxOf, shareOf } from './amounts.ts';
import { add, type Balances } from './balances.ts';
import { type BooksPolicy, cardTaxOf, taxPolicyOf } from './policy.ts';
import type { AccountRole } from './posting.ts';
import { progressOf, type Units, worthOf } from './units.ts';

export const CHARGE_ROLES = {
  shipping: 'shippingRevenue',
  tip: 'tips',
  duty: 'duties',
  fee: 'fees',
  cashRounding: 'cashRounding',
  rounding: 'rounding',
} as const satisfies Record<ChargeKind, AccountRole>;

export interface Sold {
  part: BookPart;
  role: AccountRole;
  /** As far as it is supplied. */
  supplied: Amount;
  /** As far as its revenue is recognised: the net of it. */
  recognised: Amount;
}

export interface SoldLine extends Sold {
  line: BookLine;
  units: number;
}
export interface SoldCharge extends Sold {
  charge: BookCharge;
}

export interface Supplies {
  lines: SoldLine[];
  charges: SoldCharge[];
}

/** What was sold of each line and charge. */
export function suppliesOf(
  order: BookOrder,
  acts: readonly Act[],
  unitsOf: (lineId: string) => Units,
  policy: BooksPolicy,
): Supplies {
  const isClosed = acts.some(({ act }) => act === 'closed');
  const suppliedUnits = (line: BookLine) => Math.min(unitsOf(line.lineId).shipped, line.wanted);
  const recognisedUnits = (line: BookLine) => {
    const { delivered, returned } = unitsOf(line.lineId);
    return policy.revenueOn === 'shipment' || line.kind === 'giftCard'
      ? suppliedUnits(line)
      : Math.min(suppliedUnits(line), Math.max(delivered, returned));
  };
  const whole = (progress: readonly [number, number]) =>
    isClosed ? ([1, 1] as const) : progress[1] === 0 ? ([0, 1] as const) : progress;
  const supplied = whole(progressOf(order, suppliedUnits));
  const recognised = whole(progressOf(order, recognisedUnits));
  return {
    lines: order.lines.map((line) => {
      const part = line.kind === 'giftCard' ? taxedCard(line, order, policy) : line;
      return {
        line,
        part,
        units: suppliedUnits(line),
        role: line.kind === 'giftCard' ? 'giftCards' : 'revenue',
        supplied: shareOf(part, suppliedUnits(line), line.quantity, order),
        recognised: shareOf(part, recognisedUnits(line), line.quantity, order),
      };
    }),
    charges: order.charges
      .filter(({ removed }) => !removed)
      .map((charge) => ({
        charge,
        part: charge,
        role: CHARGE_ROLES[charge.kind],
        supplied: shareOf(charge, ...supplied, order),
        recognised: shareOf(charge, ...recognised, order),
      })),
  };
}

/** A card whose tax the channel does not tell, where cards are taxed when they are sold: its tax is inside of its value. */
function taxedCard(line: BookLine, { taxesIncluded }: BookOrder, { singlePurpose }: BooksPolicy): BookPart {
  if (!singlePurpose || line.taxes.length > 0) return line;
  const tax = cardTaxOf(singlePurpose, line.amountMinor);
  return {
    amountMinor: line.amountMinor - (taxesIncluded ? 0 : tax.amountMinor),
    taxes: [tax],
  };
}

/** Revenue and the channel's tax, as credits. */
export function bookSupplies(balances: Balances, { lines, charges }: Supplies): void {
  for (const { part, role, supplied, recognised } of [...lines, ...charges]) {
    add(balances, role, -recognised.netMinor, { taxCode: mainTaxOf(part.taxes) });
    part.taxes.forEach(({ code, channelLiable }, place) => {
      if (channelLiable) add(balances, 'channelTax', -(supplied.taxes[place] ?? 0), { taxCode: code });
    });
  }
}

export interface Due {
  rate: string;
  baseMinor: number;
  taxMinor: number;
}

/** Money of an order, with tax, as far as its taxes go by it. */
export interface Paid {
  /** A payment was accepted, be it only authorised. */
  isAccepted: boolean;
  /** Less what was given back of it for what is not on the order any more. */
  paidMinor: number;
  /** What was credited, and what of that has gone back. */
  creditMinor: number;
  creditPaidMinor: number;
  /** Of taxes that fall with the money: what was credited of them, by code. */
  onCash: ReadonlyMap<string, { baseMinor: number; taxMinor: number }>;
}

export interface TaxDue extends Due {
  /** Sold, and not due before it is paid; below zero: credited, and due until it is repaid. */
  suspendedMinor: number;
}

/** Tax of ours that is due, by code: by the supply, by what is paid, or by both, as its registration says. */
export function taxDue(
  order: BookOrder,
  { lines, charges }: Supplies,
  { isAccepted, paidMinor, creditMinor, creditPaidMinor, onCash }: Paid,
  policy: BooksPolicy,
): Map<string, TaxDue> {
  const parts = [...lines, ...charges];
  const supplied = byCode(parts.map(({ part, supplied }) => ({ part, amount: supplied })));
  const current = byCode(
    parts.map((each) => ({
      part: each.part,
      amount: shareOf(
        each.part,
        'line' in each ? each.line.wanted : 1,
        'line' in each ? each.line.quantity : 1,
        order,
      ),
    })),
  );
  const removed = byCode([
    ...lines.map(({ part, line }) => ({
      part,
      amount: shareOf(part, line.quantity - line.wanted, line.quantity, order),
    })),
    ...order.charges
      .filter((charge) => charge.removed)
      .map((charge) => ({ part: charge, amount: shareOf(charge, 1, 1, order) })),
  ]);
  const { currentMinor, removedMinor } = worthOf(order);
  const advanceOf = (of: Due | undefined, paid: number, worth: number): [number, number] =>
    of === undefined || worth <= 0 || paid <= 0
      ? [0, 0]
      : [
          proportion(of.baseMinor, Math.min(paid, worth), worth),
          proportion(of.taxMinor, Math.min(paid, worth), worth),
        ];
  const due = new Map<string, TaxDue>();
  for (const code of new Set([...supplied.keys(), ...current.keys(), ...removed.keys()])) {
    const of = supplied.get(code) ?? { rate: '', baseMinor: 0, taxMinor: 0 };
    const rate = of.rate || (current.get(code)?.rate ?? removed.get(code)?.rate ?? '0');
    const { taxPoint } = taxPolicyOf(policy, code);
    const [base, tax] = advanceOf(current.get(code), paidMinor, currentMinor);
    const [overBase, overTax] = advanceOf(removed.get(code), paidMinor - currentMinor, removedMinor);
    const paid = { rate, baseMinor: base + overBase, taxMinor: tax + overTax };
    if (taxPoint === 'cash') {
      const credited = onCash.get(code) ?? { baseMinor: 0, taxMinor: 0 };
      const kept = { rate, ...lessOf(current.get(code), credited) };
      const heldMinor = paidMinor - creditPaidMinor;
      const [base, tax] = advanceOf(kept, heldMinor, currentMinor - creditMinor);
      // What was credited is taxed until it has gone back.
      const owed = Math.min(creditMinor - creditPaidMinor, heldMinor - (currentMinor - creditMinor));
      const [owedBase, owedTax] = advanceOf({ rate, ...credited }, owed, creditMinor);
      const taxMinor = tax + owedTax + overTax;
      // What was sold is taxed when it is paid, what was credited until it is repaid.
      const suspendedMinor = Math.max(0, lessOf(of, credited).taxMinor - tax - overTax) - owedTax;
      due.set(code, { rate, baseMinor: base + owedBase + overBase, taxMinor, suspendedMinor });
      continue;
    }
    const accepted = taxPoint === 'acceptance' && isAccepted ? (current.get(code) ?? of) : of;
    const advance = taxPoint === 'payment' ? paid : accepted;
    due.set(code, { ...(advance.baseMinor > of.baseMinor ? advance : of), rate, suspendedMinor: 0 });
  }
  return due;
}

function lessOf(of: Due | undefined, { baseMinor, taxMinor }: Omit<Due, 'rate'>): Omit<Due, 'rate'> {
  return { baseMinor: (of?.baseMinor ?? 0) - baseMinor, taxMinor: (of?.taxMinor ?? 0) - taxMinor };
}

function byCode(amounts: readonly { part: BookPart; amount: Amount }[]): Map<string, Due> {
  const sums = new Map<string, Due>();
  for (const { part, amount } of amounts)
    part.taxes.forEach(({ code, rate, channelLiable }, place) => {
      if (channelLiable) return;
      const before = sums.get(code) ?? { rate, baseMinor: 0, taxMinor: 0 };
      sums.set(code, {
        rate,
        baseMinor: before.baseMinor + amount.netMinor,
        taxMinor: before.taxMinor + (amount.taxes[place] ?? 0),
      });
    });
  return sums;
}
