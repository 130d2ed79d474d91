/**
 * The balances that an order's accounts must have, as they follow from its content and from all that has happened, in whatever order
 * it was told. What is not yet sold of what was paid is a deposit, what is sold and not paid a receivable, what is credited and not
 * given back a refund liability.
 */
import { proportion } from '../money.ts';
import type { Act, BookOrder } from './acts.ts';
import { add, addTax, type Balances, type TaxBalances, totalOf } from './balances.ts';
import { creditsOf } from './credits.ts';
import { type BooksPolicy, taxPolicyOf } from './policy.ts';
import { standingActs } from './standing.ts';
import { bookSupplies, type Due, suppliesOf, taxDue } from './supplies.ts';
import { unitsOf } from './units.ts';

export interface Figures {
  /** By role; their sum is zero. */
  balances: Balances;
  /** Tax that fell due, by code, before credits. */
  due: ReadonlyMap<string, Due>;
  /** Tax that credits took back, by code and original period; positive. */
  credited: TaxBalances;
}

export function figuresOf(order: BookOrder, all: readonly Act[], policy: BooksPolicy): Figures {
  const acts = standingActs(all);
  const balances: Balances = new Map();
  const units = unitsOf(order, acts);
  const money = moneyOf(acts, balances);
  const supplies = suppliesOf(order, acts, units, policy);
  bookSupplies(balances, supplies);
  const credits = creditsOf(order, acts, supplies, units, policy);
  for (const { role, amountMinor, ...place } of credits.balances.values())
    add(balances, role, amountMinor, place);
  const creditMinor = credits.each.reduce((sum, { owedMinor }) => sum + owedMinor, 0);
  // Refunds of what was credited; the others give a deposit back.
  const ofCredits = Math.max(0, Math.min(creditMinor, money.refundedMinor - money.removedMinor));
  const paidMinor = money.paidMinor - (money.refundedMinor - ofCredits);
  const due = taxDue(
    order,
    supplies,
    {
      isAccepted: acts.some(({ act }) => act === 'authorised' || act === 'captured'),
      paidMinor,
      creditMinor,
      creditPaidMinor: ofCredits,
      onCash: credits.onCash,
    },
    policy,
  );
  for (const [code, { baseMinor, taxMinor }] of money.taxed) {
    const of = due.get(code);
    if (of)
      due.set(code, {
        ...of,
        baseMinor: Math.max(0, of.baseMinor - baseMinor),
        taxMinor: Math.max(0, of.taxMinor - taxMinor),
      });
  }
  for (const [code, { taxMinor, suspendedMinor }] of due) {
    add(balances, 'tax', -taxMinor, { taxCode: code });
    add(balances, 'taxInSuspense', -suspendedMinor, { taxCode: code });
  }
  for (const { taxes } of credits.each)
    for (const { code, taxMinor } of taxes.values()) add(balances, 'tax', taxMinor, { taxCode: code });

  const heldMinor = totalOf(balances);
  const owedMinor = Math.max(0, Math.min(heldMinor, creditMinor - ofCredits));
  const { credited, suspended } = suspense(credits.each, owedMinor, policy);
  for (const [code, taxMinor] of suspended) {
    add(balances, 'tax', -taxMinor, { taxCode: code });
    add(balances, 'taxInSuspense', taxMinor, { taxCode: code });
  }
  settle(balances, heldMinor, owedMinor, acts);
  return { balances, due, credited };
}

/** What the customer has and owes, and what of a finished order is too little to ask for. */
function settle(balances: Balances, heldMinor: number, owedMinor: number, acts: readonly Act[]): void {
  const closed = acts.findLast((act) => act.act === 'closed');
  if (closed?.act === 'closed' && Math.abs(heldMinor) <= closed.writeOffLimitMinor) {
    add(balances, 'writeOff', -heldMinor);
    return;
  }
  if (heldMinor < 0) add(balances, 'receivables', -heldMinor);
  add(balances, 'refundLiability', -owedMinor);
  add(balances, 'deposits', -(Math.max(0, heldMinor) - owedMinor));
}

interface MoneyIn {
  paidMinor: number;
  refundedMinor: number;
  removedMinor: number;
  /** Tax in cards that were taxed when they were sold. */
  taxed: Map<string, { baseMinor: number; taxMinor: number }>;
}

/** Money and cards; a card that was taxed when it was sold counts without its tax. */
function moneyOf(acts: readonly Act[], balances: Balances): MoneyIn {
  const money: MoneyIn = { paidMinor: 0, refundedMinor: 0, removedMinor: 0, taxed: new Map() };
  for (const act of acts) {
    if (act.act !== 'captured' && act.act !== 'refunded') continue;
    const sign = act.act === 'captured' ? 1 : -1;
    const { gateway, amountMinor, card } = act;
    const taxed = card?.taxed ?? null;
    if (taxed) {
      const before = money.taxed.get(taxed.code) ?? { baseMinor: 0, taxMinor: 0 };
      money.taxed.set(taxed.code, {
        baseMinor: before.baseMinor + sign * (amountMinor - taxed.amountMinor),
        taxMinor: before.taxMinor + sign * taxed.amountMinor,
      });
    }
    const role = card ? 'giftCards' : act.dispute === undefined ? 'clearing' : 'disputeReceivable';
    add(balances, role, sign * (amountMinor - (taxed?.amountMinor ?? 0)), card ? {} : { gateway });
    if (act.act === 'captured') money.paidMinor += amountMinor;
    else {
      money.refundedMinor += amountMinor;
      money.removedMinor += act.removedMinor ?? 0;
    }
  }
  return money;
}

/** Tax whose credit waits until the customer is repaid: of the last credits, as much as is still owed. */
function suspense(
  credits: readonly { owedMinor: number; taxes: TaxBalances }[],
  owedMinor: number,
  policy: BooksPolicy,
): { credited: TaxBalances; suspended: Map<string, number> } {
  const credited: TaxBalances = new Map();
  const suspended = new Map<string, number>();
  let rest = owedMinor;
  for (const { owedMinor: whole, taxes } of credits.toReversed()) {
    const open = Math.max(0, Math.min(rest, whole));
    rest -= open;
    for (const tax of taxes.values()) {
      const waits = taxPolicyOf(policy, tax.code).creditAt === 'repayment' && open > 0;
      const taxMinor = waits ? proportion(tax.taxMinor, open, whole) : 0;
      const baseMinor = waits ? proportion(tax.baseMinor, open, whole) : 0;
      suspended.set(tax.code, (suspended.get(tax.code) ?? 0) + taxMinor);
      addTax(credited, {
        ...tax,
        taxMinor: tax.taxMinor - taxMinor,
        baseMinor: tax.baseMinor - baseMinor,
      });
    }
  }
  return { credited, suspended };
}
