/**
 * What was credited: units that came back, delivery, charges, price reductions. A credit is never of more than was invoiced: what is
 * granted before goes with the invoice. It takes the rates of its invoice and the period of that supply.
 */
import { spread } from '../money.ts';
import type { Act, BookOrder, CreditAct } from './acts.ts';
import {
  type Amount,
  grossOf,
  grossShareOf,
  mainTaxOf,
  minus,
  shareOfAmount,
  toldAmount,
} from './amounts.ts';
import { add, addTax, type Balances, type TaxBalances } from './balances.ts';
import { type BooksPolicy, returnOf, taxPolicyOf } from './policy.ts';
import type { AccountRole } from './posting.ts';
import type { Sold, SoldCharge, SoldLine, Supplies } from './supplies.ts';
import type { Units } from './units.ts';

/** What one act has credited. */
export interface Credit {
  /** What is owed to the customer by it, with tax. */
  owedMinor: number;
  /** Tax of ours that it takes back; without that which falls with the money. */
  taxes: TaxBalances;
}

export interface Credits {
  balances: Balances;
  /** Of taxes that fall with the money: what was credited of them, by code. */
  onCash: Map<string, { baseMinor: number; taxMinor: number }>;
  /** In the order of the acts. */
  each: Credit[];
}

interface Left {
  sold: Sold;
  amount: Amount;
  units: number;
  /** Units by the day of their supply, first sold first. */
  parcels: { date: string; quantity: number }[];
}

export function creditsOf(
  order: BookOrder,
  acts: readonly Act[],
  supplies: Supplies,
  unitsOf: (lineId: string) => Units,
  policy: BooksPolicy,
): Credits {
  const paidOn = acts
    .flatMap((act) => (act.act === 'captured' || act.act === 'authorised' ? [act.date] : []))
    .sort()[0];
  const lines = new Map(
    supplies.lines.map((sold) => [sold.line.lineId, leftOfLine(sold, unitsOf(sold.line.lineId))]),
  );
  const firstParcel = [...lines.values()].flatMap(({ parcels }) => parcels.map(({ date }) => date)).sort()[0];
  const charges = supplies.charges.map((sold) => leftOfCharge(sold, firstParcel));
  const balances: Balances = new Map();
  const onCash: Credits['onCash'] = new Map();
  const state = { order, policy, paidOn, balances, onCash };
  const each = acts
    .filter((act): act is CreditAct => act.act === 'credited')
    .map((act) => creditOf(act, state, lines, charges));
  return { balances, onCash, each };
}

function leftOfLine(sold: SoldLine, { parcels }: Units): Left {
  return { sold, amount: sold.supplied, units: sold.units, parcels: parcels.map((each) => ({ ...each })) };
}

function leftOfCharge(sold: SoldCharge, date: string | undefined): Left {
  return {
    sold,
    amount: sold.supplied,
    units: 1,
    parcels: date === undefined ? [] : [{ date, quantity: 1 }],
  };
}

interface Crediting {
  order: BookOrder;
  policy: BooksPolicy;
  paidOn: string | undefined;
  balances: Balances;
  onCash: Credits['onCash'];
}

function creditOf(
  act: CreditAct,
  state: Crediting,
  lines: ReadonlyMap<string, Left>,
  charges: readonly Left[],
): Credit {
  const taxes: TaxBalances = new Map();
  let owedMinor = 0;
  const take = (left: Left, amount: Amount, units: number, role: AccountRole) => {
    bookCredit(state, left, amount, units, role, act.date, taxes);
    owedMinor += grossOf(amount);
  };
  for (const part of act.lines ?? []) {
    const left = lines.get(part.lineId);
    if (!left) continue;
    const units = Math.min(part.quantity, left.units);
    const told = part.grossMinor !== undefined && units === part.quantity;
    const amount = told
      ? within(left.amount, part.grossMinor ?? 0, part.taxMinor ?? 0)
      : shareOfAmount(left.amount, units, left.units, state.order);
    take(left, amount, units, left.sold.role === 'giftCards' ? 'giftCards' : 'returns');
  }
  const given = [
    ...(act.shipping ? [{ kind: 'shipping' as const, ...act.shipping }] : []),
    ...(act.charges ?? []),
  ];
  for (const { kind, grossMinor, taxMinor } of given) {
    let rest = grossMinor;
    let restTax = taxMinor;
    for (const left of charges.filter(({ sold }) => (sold as SoldCharge).charge.kind === kind)) {
      if (rest === 0) break;
      const amount = within(left.amount, rest, restTax);
      rest -= grossOf(amount);
      restTax -= amount.taxes.reduce((sum, tax) => sum + tax, 0);
      take(left, amount, 0, left.sold.role);
    }
  }
  if (act.concessionMinor) {
    const goods = [...lines.values()].filter(({ sold }) => sold.role === 'revenue');
    const open = (some: readonly Left[]) => some.filter(({ amount }) => grossOf(amount) > 0);
    const pool = open(goods).length > 0 ? open(goods) : open(charges);
    const worth = pool.map(({ amount }) => grossOf(amount));
    const all = worth.reduce((sum, one) => sum + one, 0);
    spread(Math.min(act.concessionMinor, all), worth).forEach((grossMinor, place) => {
      const left = pool[place];
      if (left && grossMinor !== 0) take(left, grossShareOf(left.amount, grossMinor), 0, left.sold.role);
    });
  }
  if (act.compensationMinor) {
    add(state.balances, 'goodwill', act.compensationMinor);
    owedMinor += act.compensationMinor;
  }
  const fees = Math.min(act.feesMinor ?? 0, owedMinor);
  add(state.balances, 'fees', -fees);
  return { owedMinor: owedMinor - fees, taxes };
}

/** What was told of a credit, as far as so much is left. */
function within(left: Amount, grossMinor: number, taxMinor: number): Amount {
  const whole = grossOf(left);
  if (grossMinor >= whole) return left;
  return toldAmount(left, grossMinor, taxMinor);
}

function bookCredit(
  { balances, policy, paidOn, onCash }: Crediting,
  left: Left,
  amount: Amount,
  units: number,
  role: AccountRole,
  date: string,
  credited: TaxBalances,
): void {
  const { taxes } = left.sold.part;
  add(balances, role, amount.netMinor, { taxCode: mainTaxOf(taxes) });
  const [supplied = date] = left.parcels.map((parcel) => parcel.date);
  taxes.forEach(({ code, rate, channelLiable }, place) => {
    const taxMinor = amount.taxes[place] ?? 0;
    if (channelLiable) {
      add(balances, 'channelTax', taxMinor, { taxCode: code });
      return;
    }
    const { taxPoint } = taxPolicyOf(policy, code);
    if (taxPoint === 'cash') {
      const before = onCash.get(code) ?? { baseMinor: 0, taxMinor: 0 };
      onCash.set(code, {
        baseMinor: before.baseMinor + amount.netMinor,
        taxMinor: before.taxMinor + taxMinor,
      });
      return;
    }
    const point = taxPoint !== 'supply' && paidOn !== undefined && paidOn < supplied ? paidOn : supplied;
    addTax(credited, {
      code,
      rate,
      period: returnOf(policy, code, point),
      baseMinor: amount.netMinor,
      taxMinor,
    });
  });
  left.amount = minus(left.amount, amount);
  left.units -= units;
  let gone = units;
  while (gone > 0 && left.parcels[0]) {
    const [first] = left.parcels;
    const some = Math.min(gone, first.quantity);
    first.quantity -= some;
    gone -= some;
    if (first.quantity === 0) left.parcels.shift();
  }
}
